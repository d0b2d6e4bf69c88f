// Every kind of page: an axe audit in light and dark and on a phone, its weight, its words, what works without a server.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { source: axe } = require('axe-core');
const { browser, open, pages, serve } = require('./site.js');

const STEP = '02_rebalancing/01_hand_over.html';
const KINDS = ['index.html', STEP, '03_properties/05_who_gets_what.html', 'glossary.html', ...pages('appendix')];
const MOST_BYTES = 300 * 1024;

let site, running;
before(async () => { [site, running] = await Promise.all([serve(), browser()]); });
after(async () => { await running.close(); site.close(); });

/** The serious findings of an audit, one a line. */
async function audit(page, rules = {}) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(rules => window.axe.run(document, { resultTypes: ['violations'], rules }), rules);
    const serious = violations.filter(one => ['serious', 'critical'].includes(one.impact));
    return serious.flatMap(one => one.nodes.slice(0, 3).map(node => `${one.id}: ${node.target} ${node.failureSummary.split('\n')[1] || ''}`));
}

const themed = theme => [name => localStorage.setItem('mdbook-theme', name), theme];

for (const language of ['', 'ko/']) {
    for (const theme of ['light', 'navy']) {
        test(`axe has no serious finding: ${language || 'en/'} ${theme}`, async () => {
            const page = await open(running);
            await page.addInitScript(...themed(theme));
            const findings = [];
            for (const kind of KINDS) {
                await page.goto(site.address + language + kind);
                findings.push(...(await audit(page)).map(finding => `${kind}: ${finding}`));
            }
            assert.deepStrictEqual(findings, []);
            assert.deepStrictEqual(page.complaints, []);
            await page.context().close();
        });
    }
}

test('axe on the page with the whole book; its colours are those of its pages', async () => {
    const page = await open(running);
    await page.goto(`${site.address}print.html`, { timeout: 60_000 });
    assert.deepStrictEqual(await audit(page, { 'color-contrast': { enabled: false } }), []);
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});

test('axe on a step with everything open, in every theme', async () => {
    const page = await open(running);
    const findings = [];
    for (const theme of ['rust', 'coal', 'ayu']) {
        await page.addInitScript(...themed(theme));
        await page.goto(site.address + STEP);
        await page.evaluate(() => document.querySelectorAll('main details').forEach(one => { one.open = true; }));
        const skip = page.getByRole('button', { name: 'Show it without' }).first();
        if (await skip.isVisible()) {
            await skip.click();
        }
        findings.push(...(await audit(page)).map(finding => `${theme}: ${finding}`));
    }
    assert.deepStrictEqual(findings, []);
    await page.context().close();
});

test('no page is wider than a phone, none complains, and none weighs more than 300 KB without fonts', async t => {
    const page = await open(running, { viewport: { width: 375, height: 700 } });
    const wide = [];
    let heaviest = ['', 0];
    for (const language of ['', 'ko/']) {
        for (const one of pages().filter(name => name !== 'print.html')) {
            await page.goto(site.address + language + one, { waitUntil: 'load' });
            const [over, bytes] = await page.evaluate(() => {
                const loaded = performance.getEntriesByType('resource').filter(entry => !/\.(woff2?|ttf)$/.test(entry.name));
                const all = [...performance.getEntriesByType('navigation'), ...loaded].map(entry => entry.decodedBodySize);
                const { scrollWidth, clientWidth } = document.documentElement;
                return [scrollWidth - clientWidth, all.reduce((sum, some) => sum + some, 0)];
            });
            if (over > 0) {
                wide.push(`${language}${one}: ${over} px`);
            }
            heaviest = bytes > heaviest[1] ? [language + one, bytes] : heaviest;
        }
    }
    t.diagnostic(`heaviest page: ${heaviest[0]}, ${Math.round(heaviest[1] / 1024)} KB`);
    assert.deepStrictEqual(wide, []);
    assert.deepStrictEqual(page.complaints, []);
    assert.ok(heaviest[1] <= MOST_BYTES, `${heaviest[0]} weighs ${heaviest[1]} bytes`);
    await page.context().close();
});

test('a page without the server has no dead controls', async () => {
    const page = await open(running);
    for (const language of ['', 'ko/']) {
        await page.goto(site.address + language + STEP);
        assert.strictEqual(await page.locator('.wb-live').count(), 0);
        // What can be pressed has somebody who listens: mdBook's own buttons are named, and ours are made by their scripts.
        const known = '.menu-bar, .theme-popup, .wb-question, .wb-veil, .wb-answer, .wb-recall, .wb-tools, .wb-assignments, .wb-offsets, pre, #mdbook-search-wrapper, #mdbook-help-container';
        const dead = await page.evaluate(known => [...document.querySelectorAll('button, input, select')]
            .filter(one => !one.closest(known) && one.id !== 'mdbook-sidebar-toggle-anchor').map(one => one.outerHTML.slice(0, 100)), known);
        assert.deepStrictEqual(dead, []);
    }
    await page.context().close();
});

test('title, menus and labels are in the page’s language, and the switch stays on the page', async () => {
    const page = await open(running);
    await page.goto(`${site.address}${STEP}#predict`);
    assert.strictEqual(await page.getAttribute('html', 'lang'), 'en');
    await page.getByRole('link', { name: '한국어' }).click();
    await page.waitForURL(`${site.address}ko/${STEP}**`);
    assert.strictEqual(await page.getAttribute('html', 'lang'), 'ko');
    const [title, labels] = await page.evaluate(() => [document.title,
        [...document.querySelectorAll('[aria-label], [title], [placeholder]')].filter(one => !one.closest('svg, pre, .wb-step, main'))
            .flatMap(one => ['aria-label', 'title', 'placeholder'].map(name => one.getAttribute(name))).filter(Boolean)]);
    assert.match(title, /[가-힣]/);
    assert.deepStrictEqual(labels.filter(label => !/[가-힣]/.test(label)), []);
    await page.getByRole('link', { name: 'English' }).click();
    await page.waitForURL(`${site.address}${STEP}**`);
    await page.context().close();
});

test('by keyboard: the skip link comes first, then the sidebar switch, the search and back', async () => {
    const page = await open(running);
    await page.goto(site.address + STEP);
    await page.keyboard.press('Tab');
    assert.strictEqual(await page.evaluate(() => document.activeElement.className), 'wb-skip');
    await page.keyboard.press('Enter');
    assert.strictEqual(await page.evaluate(() => document.activeElement.id), 'mdbook-content');
    const seen = () => page.evaluate(() => document.getElementById('mdbook-sidebar').getBoundingClientRect().right > 0);
    const before = await seen();
    await page.focus('#mdbook-sidebar-toggle');
    await page.keyboard.press('Enter');
    await page.waitForFunction(was => (document.getElementById('mdbook-sidebar').getBoundingClientRect().right > 0) !== was, before);
    await page.focus('#mdbook-content');
    await page.keyboard.press('/');
    await page.waitForFunction(() => document.activeElement.id === 'mdbook-searchbar');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement.id !== 'mdbook-searchbar');
    await page.context().close();
});
