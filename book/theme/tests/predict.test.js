// Judging a prediction, and which earlier question comes back. Run with `node --test book/theme/tests`.
'use strict';

const test = require('node:test');
const assert = require('node:assert');

globalThis.window = {};
globalThis.document = { documentElement: { lang: 'en' } };
const { choiceOf, judge, fits } = require('../predict.js');
const { due } = require('../recall.js');

test('a number belongs to the right range first, then to the first that holds it', () => {
    const limits = [[0, 0.1], [0.5, 3], [8, 11], [10, 13]];
    assert.deepStrictEqual([0, 1, 9, 10.5, 12, 40].map(number => choiceOf(number, limits, 2)), [0, 1, 2, 2, 3, -1]);
});

test('each wrong choice has its own reason', () => {
    const question = { kind: 'choice', right: 1, reasons: [['first'], ['third'], ['fourth']] };
    assert.deepStrictEqual([0, 1, 2, 3].map(given => judge(question, given).reasons), [['first'], [], ['third'], ['fourth']]);
    assert.deepStrictEqual([0, 1].map(given => judge(question, given).right), [false, true]);
});

test('an order is right as a whole', () => {
    const question = { kind: 'order', order: [1, 0, 2], reasons: [['why'], ['more']], choices: ['a', 'b', 'c'] };
    assert.deepStrictEqual(judge(question, [1, 0, 2]), { right: true, reasons: [] });
    assert.deepStrictEqual(judge(question, [0, 1, 2]), { right: false, reasons: ['why', 'more'] });
});

test('what was kept by an older page, or by nobody, is not taken', () => {
    const question = { kind: 'choice', choices: ['a', 'b'] };
    assert.deepStrictEqual([0, 1, 2, -1, 0.5, '0', null, undefined].map(given => fits(question, given)),
        [true, true, false, false, false, false, false, false]);
    assert.ok(!fits({ kind: 'order', choices: ['a', 'b'] }, [0, 7]));
    assert.ok(!fits({ kind: 'number', choices: [] }, Number.NaN));
});

test('wrong ones come back first, then skipped ones, then what was asked longest ago', () => {
    const kept = { a: { right: true, at: 1 }, b: { right: false, at: 5 }, c: { skipped: true, at: 2 }, d: { right: true, at: 3 }, e: { right: true, at: 4 } };
    assert.strictEqual(due(['a', 'b', 'c', 'd', 'e'], kept), 'b');
    assert.strictEqual(due(['a', 'c', 'd', 'e'], kept), 'c');
    assert.strictEqual(due(['a', 'd', 'e'], kept), 'a');
});

test('what was never asked does not come back, nor the step just before where it went well', () => {
    assert.strictEqual(due(['a', 'b'], {}), undefined);
    assert.strictEqual(due(['a', 'b'], { b: { right: true, at: 1 } }), undefined);
    assert.strictEqual(due(['a', 'b'], { b: { right: false, at: 1 } }), 'b');
});
