// Predict, then run: the figure waits for the prediction, a wrong one gets its reason, it is kept, it comes back later, and paper and
// pages without JavaScript have it all as text.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { browser, open, serve } = require('./site.js');

const STEP = '02_rebalancing/01_hand_over.html';
const NUMBER = '02_rebalancing/02_heartbeats.html';

let site, running;
before(async () => { [site, running] = await Promise.all([serve(), browser()]); });
after(async () => { await running.close(); site.close(); });

const figure = page => page.locator('main .wb-figure').first();

test('by keyboard: choose, predict wrong, read the reason, see the figure, predict again', async () => {
    const page = await open(running);
    await page.goto(site.address + STEP);
    assert.ok(await figure(page).isHidden());
    assert.ok(await page.getByText('The third. C1’s partitions wait').isHidden());
    await page.focus('.wb-choice input');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    assert.ok(page.url().endsWith(STEP), 'the arrow keys stay in the question');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const answer = page.locator('.wb-answer');
    await answer.getByText('Members speak only with the coordinator').waitFor();
    assert.ok(!(await answer.innerText()).includes('session timeout counts'), 'only the reason of the choice that was made');
    assert.match(await page.locator('.wb-compared').innerText(), /You predicted: none[^]*The recording shows: T1-0 and T1-1[^]*✘/);
    assert.ok(await figure(page).isVisible());
    await page.keyboard.press('Enter'); // the focus is on "Predict again"
    await page.locator('.wb-choice input').nth(2).check();
    await page.keyboard.press('Enter');
    await page.locator('.wb-verdict[data-outcome=pass]').waitFor();
    await page.reload();
    await page.locator('.wb-verdict[data-outcome=pass]').waitFor();
    assert.ok(await figure(page).isVisible());
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});

test('a number is a prediction too, in Korean as well', async () => {
    const page = await open(running);
    await page.goto(`${site.address}ko/${NUMBER}`);
    await page.fill('.wb-question input', '9.5');
    await page.keyboard.press('Enter');
    await page.getByText('✔ 기록도 그렇다').first().waitFor();
    await page.getByRole('button', { name: '다시 예측하기' }).click();
    await page.fill('.wb-question input', '12');
    await page.keyboard.press('Enter');
    await page.locator('.wb-verdict[data-outcome=answer]').waitFor();
    await page.context().close();
});

test('a question that went wrong comes back at the start of a later step, once', async () => {
    const page = await open(running);
    await page.goto(site.address + STEP);
    assert.strictEqual(await page.locator('.wb-recall').count(), 0);
    await page.locator('.wb-choice input').first().check();
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    await page.goto(`${site.address}03_properties/01_who_and_where.html`);
    const recall = page.locator('.wb-recall');
    await recall.getByRole('link', { name: '2.1 Hand over' }).waitFor();
    await recall.locator('.wb-choice input').nth(2).check();
    await recall.getByRole('button', { name: 'Predict', exact: true }).click();
    await recall.locator('.wb-verdict[data-outcome=pass]').waitFor();
    await page.reload({ waitUntil: 'networkidle' });
    assert.strictEqual(await recall.count(), 0);
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});

test('another tab learns of an answer', async () => {
    const page = await open(running);
    const other = await page.context().newPage();
    await page.goto(site.address + STEP);
    await other.goto(site.address + STEP);
    await page.locator('.wb-choice input').nth(1).check();
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    await other.locator('.wb-verdict[data-outcome=answer]').waitFor();
    assert.ok(await figure(other).isVisible());
    await page.context().close();
});

test('a link into the run and a search show the figure; what was kept by nobody we know is ignored', async () => {
    const page = await open(running);
    await page.addInitScript(() => localStorage.setItem('workbook.predictions', '{"02_rebalancing/01_hand_over": {"given": 77}}'));
    await page.goto(site.address + STEP);
    await page.locator('.wb-choice').first().waitFor();
    const id = await figure(page).locator('svg').first().getAttribute('id');
    await page.goto(`${site.address}${STEP}#${id}`);
    await page.reload();
    assert.ok(await figure(page).isVisible());
    assert.deepStrictEqual(page.complaints, []);
    await page.context().close();
});

test('without JavaScript the question, its choices, its folded answer and the figure are there', async () => {
    const page = await open(running, { javaScriptEnabled: false });
    await page.goto(site.address + STEP);
    assert.ok(await figure(page).isVisible());
    assert.ok(await page.getByText('none: C1 hands its partitions directly to C2').isVisible());
    assert.ok(await page.getByText('Answer', { exact: true }).isVisible());
    assert.strictEqual(await page.locator('.wb-question').count(), 0);
    await page.context().close();
});
