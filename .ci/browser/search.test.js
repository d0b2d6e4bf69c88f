// Search in the browser: Hangul, parts of words, and English.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { browser, open, serve } = require('./site.js');

let site, running;
before(async () => { [site, running] = await Promise.all([serve(), browser()]); });
after(async () => { await running.close(); site.close(); });

/** The links that a search finds, first ones first. */
async function found(page, query) {
    await page.keyboard.press('/');
    await page.fill('#mdbook-searchbar', '');
    await page.locator('#mdbook-searchbar').pressSequentially(query);
    await page.waitForFunction(() => document.querySelector('#mdbook-searchresults li a'));
    const links = await page.locator('#mdbook-searchresults li > a').evaluateAll(all => all.map(one => `${one.getAttribute('href').replace(/\?[^#]*/, '')} ${one.textContent}`));
    await page.keyboard.press('Escape');
    return links;
}

test('Korean words are found, whole and in part', async () => {
    const page = await open(running);
    await page.goto(`${site.address}ko/index.html`);
    const commits = await found(page, '커밋');
    assert.ok(commits.some(hit => hit.includes('커밋')), commits.join('\n'));
    const rebalancing = await found(page, '리밸런싱');
    assert.ok(rebalancing.slice(0, 6).some(hit => hit.includes('02_rebalancing')), rebalancing.join('\n'));
    assert.deepStrictEqual((await found(page, '밸런싱')).slice(0, 3), rebalancing.slice(0, 3));
    assert.ok((await found(page, '파티션 컨슈')).length > 2);
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});

test('a result is opened by keyboard', async () => {
    const page = await open(running);
    await page.goto(`${site.address}ko/index.html`);
    await page.keyboard.press('/');
    await page.keyboard.type('하트비트');
    await page.waitForFunction(() => document.querySelector('#mdbook-searchresults li a'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\.html\?highlight=/);
    await page.context().close();
});

test('English is found as well', async () => {
    const page = await open(running);
    await page.goto(`${site.address}index.html`);
    assert.ok((await found(page, 'rebalanc')).some(hit => hit.includes('02_rebalancing')));
    await page.context().close();
});
