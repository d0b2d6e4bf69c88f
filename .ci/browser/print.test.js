// Paper and sharing: on paper the page is all there, unfolded and without controls; a shared link says what it leads to; a page that was
// saved to a stick works from its file.
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { browser, folder, open, serve } = require('./site.js');

const STEP = '02_rebalancing/01_hand_over.html';
let site, running;
before(async () => { [site, running] = await Promise.all([serve(), browser()]); });
after(async () => { await running.close(); site.close(); });

test('a step on paper: question, answer, figure, mistakes; no buttons', async () => {
    const page = await open(running);
    await page.goto(site.address + STEP);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    for (const text of ['none: C1 hands its partitions directly to C2', 'Members speak only with the coordinator', 'Each bar is a partition', 'How many values of type']) {
        assert.ok(await page.getByText(text).first().isVisible(), text);
    }
    assert.ok(await page.locator('.wb-timeline').first().isVisible());
    assert.ok(await page.locator('.wb-mistake dd').first().isVisible());
    const buttons = await page.locator('main button').evaluateAll(all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML));
    assert.deepStrictEqual(buttons, []);
    const cut = await page.locator('.wb-scroll').evaluateAll(all => all.filter(one => getComputedStyle(one).overflowX !== 'visible').length);
    assert.strictEqual(cut, 0);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen' });
    assert.ok(await page.locator('.wb-choice').first().isVisible());
    const sheets = (await page.pdf()).toString('latin1').match(/\/Type\s*\/Page\b/g).length;
    assert.ok(sheets >= 3 && sheets < 30, `${sheets} sheets`);
    await page.context().close();
});

test('the whole book on paper asks nothing and hides nothing', async () => {
    const page = await open(running);
    await page.goto(`${site.address}print.html`, { timeout: 60_000 });
    assert.strictEqual(await page.locator('.wb-question form, .wb-veil, .wb-tools').count(), 0);
    assert.ok(await page.locator('.wb-timeline').last().isVisible());
    await page.context().close();
});

test('a shared page says what it is about, in its language', async () => {
    const page = await open(running);
    const said = [];
    for (const language of ['', 'ko/']) {
        await page.goto(site.address + language + STEP);
        said.push(await page.evaluate(() => Object.fromEntries([...document.querySelectorAll('meta[property^="og:"], meta[name="description"]')]
            .map(one => [one.getAttribute('property') || 'description', one.content]))));
    }
    assert.match(said[0]['og:title'], /^Hand over/);
    assert.match(said[0]['og:description'], /^C1 and C2 share T1\./);
    assert.strictEqual(said[0].description, said[0]['og:description']);
    assert.match(said[1]['og:title'], /[가-힣]/);
    assert.match(said[1]['og:description'], /[가-힣]/);
    assert.deepStrictEqual(said.map(one => one['og:locale']), ['en_US', 'ko_KR']);
    await page.context().close();
});

test('from a file, without any server', async () => {
    const page = await open(running);
    await page.goto(pathToFileURL(path.join(folder(), STEP)).href);
    await page.getByRole('button', { name: 'Show it without a prediction' }).first().click();
    assert.ok(await page.locator('.wb-timeline').first().isVisible());
    await page.locator('.wb-scroll:has(> .wb-timeline)').first().focus();
    await page.keyboard.press('.');
    await page.getByText(/Event 1 of/).waitFor();
    assert.deepStrictEqual(page.complaints.filter(one => !/frames\/|CORS|ERR_FAILED/.test(one)), []);
    await page.context().close();
});
