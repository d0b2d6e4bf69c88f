// The playground's plans beside what real groups agreed on, step after step as members come and go. Run with `node --test book/theme/tests`.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { STRATEGIES } = require('../assignments.js');

/** Members and topics in an order that the coordinator's random ids decide: the recording is one of these. */
const TAKES_ANY_ORDER = { sticky: ['members'], uniform: ['members', 'topics'] };

const recorded = name => fs.readFileSync(path.join(__dirname, '../../assignments', `${name}.jsonl`), 'utf8').trim().split('\n').map(line => JSON.parse(line));
const ofOneMind = group => group.steps.every(step => Object.values(step.members).every(wants => wants.length === Object.keys(group.topics).length));
const tidy = plan => Object.entries(plan).filter(([, some]) => some.length).map(([id, some]) => [id, [...some].sort()]).sort();

function orders(list) {
    return list.length < 2 ? [list] : list.flatMap((one, at) => orders(list.filter((_, other) => other !== at)).map(rest => [one, ...rest]));
}

/** All plans that the playground may make of a step. */
function plans(strategy, topics, members, before) {
    const any = TAKES_ANY_ORDER[strategy] || [];
    const ordered = (what, list) => (any.includes(what) ? orders(list) : [list]);
    return ordered('topics', Object.keys(topics)).flatMap(names => ordered('members', members).map(ids => {
        const sizes = Object.fromEntries(names.map(name => [name, topics[name]]));
        return tidy(STRATEGIES[strategy](sizes, ids, before));
    }));
}

function compare(groups) {
    let steps = 0;
    for (const { strategy, topics, steps: told } of groups.filter(ofOneMind)) {
        let before = {};
        for (const { members, assignment } of told) {
            const ids = Object.keys(members);
            const made = plans(strategy, topics, ids, before);
            const real = tidy(assignment);
            const fits = made.some(plan => JSON.stringify(plan) === JSON.stringify(real));
            assert.ok(fits, `${strategy} ${JSON.stringify(topics)} ${ids}: ${JSON.stringify(real)}, not ${JSON.stringify(made[0])}`);
            before = assignment;
            steps += 1;
        }
    }
    return steps;
}

for (const strategy of Object.keys(STRATEGIES)) {
    // Java's cooperative-sticky is not librdkafka's.
    const by = strategy === 'sticky' ? ['java'] : strategy.startsWith('r') ? ['librdkafka', 'java'] : ['librdkafka'];
    for (const name of by) {
        test(`${strategy}, recorded with ${name}`, () => {
            assert.ok(compare(recorded(name).filter(group => group.strategy === strategy)) > 40);
        });
    }
}

test('members are put in order by text, not by number', () => {
    assert.deepStrictEqual(STRATEGIES.range({ T1: 1 }, ['C2', 'C10'], {}), { C10: ['T1-0'], C2: [] });
});

test('no partitions, or more members than partitions, leave members idle', () => {
    for (const make of Object.values(STRATEGIES)) {
        assert.deepStrictEqual(make({ T1: 0 }, ['C1', 'C2'], {}), { C1: [], C2: [] });
        assert.strictEqual(Object.values(make({ T1: 1 }, ['C1', 'C2'], { C1: ['T1-0'] })).flat().length, 1);
    }
});
