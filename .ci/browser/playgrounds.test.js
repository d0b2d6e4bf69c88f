// The playgrounds, by keyboard: who gets what (chapter 3), and what a crash costs (chapter 6).
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { source: axe } = require('axe-core');
const { browser, open, serve } = require('./site.js');

let site, running;
before(async () => { [site, running] = await Promise.all([serve(), browser()]); });
after(async () => { await running.close(); site.close(); });

async function audit(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document.querySelector('main')));
    return violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one => `${one.id} ${one.nodes[0].target}`);
}

test('offsets: move the crash with the arrow keys, choose a way to commit, read what is lost and what comes twice', async () => {
    const page = await open(running);
    await page.goto(`${site.address}06_offsets/03_lost.html`);
    const place = page.locator('.wb-offsets');
    const told = place.getByRole('status');
    await place.getByLabel('The program commits').focus();
    assert.match(await told.innerText(), /Killed: 2 handed over.*Committed: 3.*Lost: 2\. Twice: none\./);
    await place.getByLabel('Killed').focus();
    await page.keyboard.press('ArrowRight');
    assert.ok(page.url().endsWith('03_lost.html'));
    assert.match(await told.innerText(), /work for 2 done.*Lost: none\. Twice: none\./);
    await place.getByLabel('The program commits').selectOption('sync');
    assert.match(await told.innerText(), /Committed: 2.*Lost: none\. Twice: 2\./);
    await place.getByLabel('Batch', { exact: true }).fill('3');
    assert.match(await told.innerText(), /Committed: nothing.*Twice: 0, 1, 2\./);
    await place.getByLabel('Killed').focus();
    await page.keyboard.press('End');
    assert.match(await told.innerText(), /all done.*Lost: none\. Twice: none\./);
    assert.deepStrictEqual(await audit(page), []);
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});

test('offsets, in Korean and without JavaScript', async () => {
    const page = await open(running);
    await page.goto(`${site.address}ko/06_offsets/03_lost.html`);
    await page.locator('.wb-offsets').getByLabel('커밋하는 방법').selectOption('auto');
    assert.match(await page.locator('.wb-offsets').getByRole('status').innerText(), /유실: 2\. 두 번: 없음\./);
    await page.context().close();
    const plain = await open(running, { javaScriptEnabled: false });
    await plain.goto(`${site.address}06_offsets/03_lost.html`);
    assert.strictEqual(await plain.locator('.wb-offsets tbody tr').count(), 9);
    assert.ok(await plain.locator('.wb-offsets table').isVisible());
    await plain.context().close();
});

test('assignments: another strategy, another member', async () => {
    const page = await open(running);
    await page.goto(`${site.address}03_properties/05_who_gets_what.html`);
    const place = page.locator('.wb-assignments');
    const before = await place.locator('table').first().innerText();
    await place.locator('select').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(was => document.querySelector('.wb-assignments table').innerText !== was, before);
    assert.deepStrictEqual(await audit(page), []);
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});
