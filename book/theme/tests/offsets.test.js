// The playground's arithmetic beside recordings of real crashes: every recording of a whole crash matrix whose name ends in a strategy.
// Run with `node --test book/theme/tests`.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { STRATEGIES, crash, points } = require('../offsets.js');

const RECORDINGS = path.join(__dirname, '../../recordings');
/** The batches of the recorded programs. */
const BATCH = 2;
const STAGES = { 'handed over': 'handed', worked: 'worked' };

/** The crashes of a recording, each with what it cost: which records were never worked on, and which more than once. */
function crashes(file) {
    const found = [];
    for (const line of fs.readFileSync(file, 'utf8').trim().split('\n').map(text => JSON.parse(text))) {
        const mark = line.note === 'mark' && /^crash point: (?:(\d+) (.+)|all done) \((\d+) records\)$/.exec(line.text);
        const last = found[found.length - 1];
        if (mark) {
            const [, offset, stage, records] = mark;
            const point = stage ? { stage: STAGES[stage], offset: Number(offset) } : { stage: 'done', offset: Number(records) };
            found.push({ point, records: Number(records), times: Array(Number(records)).fill(0), killed: false });
        } else if (last && line.what === 'record' && line.progress === 'processed') {
            last.times[line.offset] += 1;
        } else if (last && line.note === 'killed') {
            last.killed = true;
        }
    }
    return found.map(({ point, records, times, killed }) => ({ point, records, killed,
        lost: times.flatMap((count, offset) => (count === 0 ? [offset] : [])), twice: times.flatMap((count, offset) => (count > 1 ? [offset] : [])) }));
}

const matrices = fs.readdirSync(RECORDINGS).flatMap(chapter => fs.readdirSync(path.join(RECORDINGS, chapter)).map(name => path.join(chapter, name)))
    .map(name => ({ name, strategy: path.basename(name, '.jsonl').split('.')[1] })).filter(({ strategy }) => STRATEGIES[strategy])
    .map(one => ({ ...one, all: crashes(path.join(RECORDINGS, one.name)) })).filter(({ all }) => all.length > 1);

for (const { name, strategy, all } of matrices) {
    test(`${strategy}, as recorded in ${name}`, () => {
        assert.deepStrictEqual(all.map(({ point }) => point), points(all[0].records));
        for (const { point, records, killed, lost, twice } of all) {
            const told = crash(strategy, records, BATCH, point);
            assert.ok(killed, JSON.stringify(point));
            assert.deepStrictEqual({ point, lost: told.lost, twice: told.twice }, { point, lost, twice });
        }
    });
}

test('every strategy of the playground has been recorded', () => {
    assert.deepStrictEqual([...new Set(matrices.map(({ strategy }) => strategy))].sort(), Object.keys(STRATEGIES).sort());
});

test('a larger batch costs more, a batch of one what a commit after each record does', () => {
    const point = { stage: 'worked', offset: 4 };
    assert.deepStrictEqual(crash('sync', 6, 3, point).twice, [3, 4]);
    assert.deepStrictEqual(crash('sync', 6, 5, point).twice, [0, 1, 2, 3, 4]);
    assert.deepStrictEqual(crash('sync', 6, 1, point), crash('after', 6, 1, point));
});
