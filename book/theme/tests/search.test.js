// Search over sections as mdBook stores them. Run with `node --test book/theme/tests`.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { indexOf, around } = require('../search.js');

const index = indexOf({
    0: { id: '0', title: '커밋과 오프셋', breadcrumbs: '커밋 » 커밋과 오프셋', body: '컨슈머는 오프셋을 커밋한다. 커밋은 다음에 읽을 위치다.' },
    1: { id: '1', title: '리밸런싱', breadcrumbs: '그룹 » 리밸런싱', body: '멤버가 늘거나 줄면 리밸런싱이 일어난다. poll()을 부른다.' },
    2: { id: '2', title: 'One consumer', breadcrumbs: 'Groups » One consumer', body: 'OffsetCommit is a request. It commits offsets.' },
});
const found = query => index.search(query).map(hit => hit.ref);

test('Hangul is found, with and without particles', () => {
    assert.deepStrictEqual(found('커밋'), ['0']);
    assert.deepStrictEqual(found('커밋은'), ['0']);
    assert.deepStrictEqual(found('리밸런싱'), ['1']);
});

test('a part of a word is enough', () => {
    assert.deepStrictEqual(found('밸런'), ['1']);
    assert.deepStrictEqual(found('오프'), ['0']);
    assert.deepStrictEqual(found('setcom'), ['2']);
});

test('decomposed Hangul, as some keyboards and file systems write it, is the same', () => {
    assert.deepStrictEqual(found('커밋'.normalize('NFD')), ['0']);
});

test('capitals do not matter, and all words must be there', () => {
    assert.deepStrictEqual(found('OFFSETCOMMIT'), ['2']);
    assert.deepStrictEqual(found('컨슈머 커밋'), ['0']);
    assert.deepStrictEqual(found('커밋 리밸런싱'), []);
});

test('a title counts more than a text', () => {
    const two = indexOf({
        0: { title: 'Groups', breadcrumbs: 'Groups', body: 'A heartbeat, a heartbeat, a heartbeat.' },
        1: { title: 'Heartbeat', breadcrumbs: 'Heartbeat', body: 'Nothing else.' },
    });
    assert.deepStrictEqual(two.search('heartbeat').map(hit => hit.ref), ['1', '0']);
});

test('nothing and nonsense find nothing', () => {
    for (const query of ['', '   ', '없는말', '.*', '<script>', '('.repeat(500)]) {
        assert.deepStrictEqual(found(query), []);
    }
});

test('the teaser shows the hit', () => {
    const body = `${'word '.repeat(100)}커밋 ${'word '.repeat(100)}`;
    const teaser = around(body, ['커밋']);
    assert.ok(teaser.includes('커밋') && teaser.length < 220 && teaser.startsWith('… ') && teaser.endsWith(' …'), teaser);
});
