// The arithmetic of zoom. Run with `node --test book/theme/tests`.
'use strict';

const test = require('node:test');
const assert = require('node:assert');

globalThis.window = {};
globalThis.document = { documentElement: { lang: 'en' } };
const { movedPath, stepOf, view } = require('../timeline.js');

test('a view keeps inside the picture and keeps what it is about in its place', () => {
    const at = view(100, 500);
    assert.deepStrictEqual([at.x(100), at.x(500)], [100, 500]);
    at.to(4, 200);
    assert.strictEqual(at.x(200), 200);
    at.by(-10);
    assert.strictEqual(at.x(100), 100);
    at.by(10);
    assert.strictEqual(at.x(500), 500);
    at.show(100);
    assert.strictEqual(at.x(100), 100);
    at.to(0.1);
    assert.deepStrictEqual([at.x(100), at.x(500)], [100, 500]);
});

test('signs keep their size, lines are cut at the edges, what is outside goes', () => {
    const at = view(100, 500);
    at.to(2, 100);
    const moved = d => movedPath(d, at.x, 100, 500);
    assert.strictEqual(moved('M150 20m-4-5.5l9 5.5l-9 5.5z'), 'M200 20m-4-5.5l9 5.5l-9 5.5z');
    assert.strictEqual(moved('M120 18H400'), 'M140 18H500');
    assert.strictEqual(moved('M400 18H450M120 18v8'), 'M140 18v8');
    assert.strictEqual(moved('M144 30l6-6H150l6 6l-6 6H150z'), 'M194 30l6-6H200l6 6l-6 6H200z');
});

test('steps are round', () => {
    assert.deepStrictEqual([700_000, 8_000_000, 900].map(stepOf), [100_000, 1_000_000, 200]);
});
