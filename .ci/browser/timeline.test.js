// The timeline in the browser: zoom and step by keyboard, a frame field by field, the same events as a table, themes, less motion.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { source: axe } = require('axe-core');
const { browser, open, serve } = require('./site.js');

const STEP = '02_rebalancing/01_hand_over.html';
let site, running;
before(async () => { [site, running] = await Promise.all([serve(), browser()]); });
after(async () => { await running.close(); site.close(); });

async function figure(page, language = '', step = STEP) {
    await page.goto(site.address + language + step);
    // Looks without a prediction.
    await page.locator('.wb-veil button').click();
    const box = page.locator('.wb-scroll:has(> .wb-timeline[data-axis])').first();
    await box.scrollIntoViewIfNeeded();
    return box;
}

const ticks = box => box.locator('.wb-ticks text').allTextContents();

test('by keyboard: zoom, move, whole again; names keep their size', async () => {
    const page = await open(running);
    const box = await figure(page);
    const whole = await box.evaluate(one => one.innerHTML);
    await box.focus();
    for (const key of ['+', '+', '+']) {
        await page.keyboard.press(key);
    }
    const near = await ticks(box);
    assert.ok(near.length >= 3 && near.join() !== '200 ms,400 ms,600 ms,800 ms,1000 ms,1200 ms', near.join());
    const size = await box.locator('text', { hasText: 'C1' }).first().evaluate(one => getComputedStyle(one).fontSize);
    assert.strictEqual(size, '13px');
    await page.keyboard.press('ArrowLeft');
    assert.ok(page.url().includes(STEP), 'the arrow moves the picture, not the book');
    assert.notDeepStrictEqual(await ticks(box), near);
    const over = await box.evaluate(one => {
        const right = Number(one.firstElementChild.dataset.axis.split(' ')[1]);
        return [...one.querySelectorAll('rect:not([display]):not([data-x])')].filter(rect => Number(rect.getAttribute('x')) > 1
            && Number(rect.getAttribute('x')) + Number(rect.getAttribute('width')) > right + 10 && Number(rect.getAttribute('y')) < 300).length;
    });
    assert.strictEqual(over, 0, 'nothing leaves the plot');
    await page.keyboard.press('0');
    const again = await box.evaluate(one => one.innerHTML.replace(/<path class="wb-cursor"[^>]*>(<\/path>)?/, ''));
    assert.strictEqual(again.length > 0 && (await ticks(box)).join(), (await ticks(box)).join());
    assert.deepStrictEqual((whole.match(/<rect [^>]*>/g) || []).length, (again.match(/<rect [^>]*>/g) || []).length);
    await page.context().close();
});

test('by keyboard: step to a JoinGroup and read its fields with their meaning and KIP', async () => {
    const page = await open(running);
    const box = await figure(page);
    await box.focus();
    const details = page.locator('.wb-frame').first();
    for (let steps = 0; steps < 40; steps += 1) {
        await page.keyboard.press('.');
        if (/JoinGroup: asks/.test(await details.innerText())) {
            break;
        }
    }
    await details.getByText('session_timeout_ms').waitFor();
    assert.match(await details.innerText(), /Request: JoinGroup[^]*max\.poll\.interval\.ms[^]*\(KIP-62\)[^]*Answer: JoinGroup[^]*generation/);
    assert.ok(await box.locator('.wb-cursor').getAttribute('d'));
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    assert.ok(await box.locator('.wb-cursor').getAttribute('d'), 'what one looks at stays in view');
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document));
    assert.deepStrictEqual(violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one => `${one.id} ${one.nodes[0].target}`), []);
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});

test('recordings side by side and Fetches over time are zoomed alike; only rows of a table are stepped through', async () => {
    for (const [step, kind, moment] of [['02_rebalancing/02_heartbeats.html', 'compare', /^[+−]?\d/], ['03_properties/03_fetch_sizes.html', 'fetches', /^\d/]]) {
        const page = await open(running);
        const box = await figure(page, '', step);
        assert.match(await box.locator('svg').getAttribute('id'), new RegExp(`-${kind}$`));
        const before = await ticks(box);
        await box.focus();
        await page.keyboard.press('+');
        await page.keyboard.press('+');
        const near = await ticks(box);
        assert.ok(near.length >= 3 && near.join() !== before.join() && near.every(tick => moment.test(tick)), near.join());
        await page.keyboard.press('.');
        const said = await page.locator('figure:has(.wb-tools) .wb-frame').first().innerText();
        assert.strictEqual(/^Event 1 of \d+ .*Fetch/.test(said), kind === 'fetches', said);
        await page.keyboard.press('0');
        assert.deepStrictEqual(await ticks(box), before);
        assert.deepStrictEqual(page.complaints, []);
        await page.context().close();
    }
});

test('in Korean, with buttons, dark, with less motion', async () => {
    const page = await open(running, { reducedMotion: 'reduce', colorScheme: 'dark' });
    const box = await figure(page, 'ko/');
    const tools = page.getByRole('toolbar', { name: '타임라인: 확대와 이동' }).first();
    await tools.getByRole('button', { name: '다음 이벤트' }).click();
    await page.getByText(/이벤트 1\//).first().waitFor();
    await tools.getByRole('button', { name: '확대' }).click();
    assert.ok(await tools.getByRole('button', { name: '앞으로' }).isEnabled());
    await tools.getByRole('button', { name: '전체' }).click();
    assert.ok(await tools.getByRole('button', { name: '앞으로' }).isDisabled());
    assert.strictEqual(await box.evaluate(one => getComputedStyle(one.querySelector('rect')).transitionDuration), '0s');
    await page.locator('.wb-events summary').first().click();
    assert.ok(await page.locator('.wb-said tbody tr').count() > 10);
    await page.context().close();
});

test('colours of members reach a contrast of 4.5 in every theme', async () => {
    const page = await open(running);
    const box = await figure(page);
    for (const theme of ['light', 'rust', 'coal', 'navy', 'ayu']) {
        const worst = await box.evaluate((one, name) => {
            document.documentElement.classList.remove('light', 'rust', 'coal', 'navy', 'ayu');
            document.documentElement.classList.add(name);
            const probe = document.createElement('span');
            one.append(probe);
            const light = colour => {
                probe.style.color = colour;
                const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(part => part / 255).map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const against = light('var(--bg)');
            const contrasts = ['--wb-c1', '--wb-c2', '--wb-c3', '--wb-c4', '--wb-c5', '--wb-c6', '--wb-dim', '--wb-bad', '--wb-good', '--fg', '--links']
                .map(name => light(`var(${name})`)).map(part => (Math.max(part, against) + 0.05) / (Math.min(part, against) + 0.05));
            probe.remove();
            return Math.min(...contrasts);
        }, theme);
        assert.ok(worst >= 4.5, `${theme}: ${worst}`);
    }
    await page.context().close();
});
