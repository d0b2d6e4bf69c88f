// The playground of offsets (`{{#offsets}}`): a program with a way of committing is killed at a point of the learner's choice; what has
// the group committed by then, which records are lost and which come twice? The arithmetic is held against recordings of real crashes in
// book/theme/tests/offsets.test.js. Without the script its place holds the table of those crashes.
'use strict';

(function offsets() {
    const batches = (at, _, batch) => Math.floor(at / batch) * batch;
    /** What the group has committed when the program is killed at record `at`, of a program whose timers had their time. */
    const STRATEGIES = {
        first: at => at + 1,
        after: at => at,
        auto: at => at + 1,
        stored: at => at,
        sync: batches,
        async: batches,
        both: batches,
    };
    const IN_BATCHES = ['sync', 'async', 'both'];

    /** The points of a program that reads so many records, in the order in which it comes to them. */
    function points(records) {
        const at = [...Array(records).keys()].flatMap(offset => [{ stage: 'handed', offset }, { stage: 'worked', offset }]);
        return [...at, { stage: 'done', offset: records }];
    }

    /** What a crash costs: what was done and committed by then, and which records are lost or come twice. */
    function crash(strategy, records, batch, point) {
        const committed = point.stage === 'done' ? records : STRATEGIES[strategy](point.offset, records, batch);
        const done = point.stage === 'worked' ? point.offset + 1 : point.offset;
        const all = [...Array(records).keys()];
        return { committed, done, lost: all.filter(one => one >= done && one < committed), twice: all.filter(one => one < done && one >= committed) };
    }

    if (typeof module === 'object') {
        module.exports = { STRATEGIES, IN_BATCHES, points, crash };
        return;
    }

    const words = {
        en: {
            strategy: 'The program commits', records: 'Records', batch: 'Batch', point: 'Killed', record: 'Record', first: 'First life', second: 'Second life', cost: 'What it cost',
            names: {
                first: 'first, then works', after: 'after the work, each record', auto: 'automatically', stored: 'automatically, stored after the work',
                sync: 'sync, after each batch', async: 'async, after each batch', both: 'async, at the end sync',
            },
            handed: offset => `${offset} handed over, its work not done`, worked: offset => `work for ${offset} done, process not back`, done: () => 'all done, waiting',
            work: '✔ done', held: '… handed over', none: '–', lost: '✘ lost', twice: '2× twice', fine: '✔ once', commit: 'Committed', next: '◆ goes on here',
            told: (where, committed, lost, twice) => `Killed: ${where}. Committed: ${committed === 0 ? 'nothing, so the second life begins at 0' : `${committed}, so the second life begins there`}. Lost: ${lost}. Twice: ${twice}.`,
            nothing: 'none',
        },
        ko: {
            strategy: '커밋하는 방법', records: '레코드 수', batch: '묶음', point: '강제 종료 시점', record: '레코드', first: '첫 번째 실행', second: '두 번째 실행', cost: '치른 대가',
            names: {
                first: '커밋 먼저, 일 나중', after: '일 먼저, 레코드마다 커밋', auto: '자동', stored: '자동, 일을 마친 뒤 저장',
                sync: '묶음마다 동기', async: '묶음마다 비동기', both: '비동기, 끝에는 동기',
            },
            handed: offset => `${offset} 전달, 일은 아직`, worked: offset => `${offset}의 일을 마침, process 반환 전`, done: () => '모두 마치고 대기',
            work: '✔ 처리', held: '… 전달', none: '–', lost: '✘ 유실', twice: '2× 두 번', fine: '✔ 한 번', commit: '커밋', next: '◆ 여기서 이어 간다',
            told: (where, committed, lost, twice) => `강제 종료: ${where}. 커밋: ${committed === 0 ? '없음, 두 번째 실행은 0부터 읽는다' : `${committed}, 두 번째 실행은 여기서 이어 간다`}. 유실: ${lost}. 두 번: ${twice}.`,
            nothing: '없음',
        },
    }[document.documentElement.lang === 'ko' ? 'ko' : 'en'];

    function element(name, attributes = {}, ...children) {
        const made = document.createElement(name);
        Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
        made.append(...children);
        return made;
    }

    function build(place) {
        const option = name => element('option', { value: name }, words.names[name]);
        const strategy = element('select', {}, ...Object.keys(STRATEGIES).map(option));
        const number = (value, min, max) => element('input', { type: 'number', value, min, max });
        const [records, batch] = [number(4, 2, 8), number(2, 1, 8)];
        const slider = element('input', { type: 'range', min: 0, step: 1, value: 4 });
        const label = (text, control) => element('label', {}, text, control);
        const [of_batch, of_point] = [label(words.batch, batch), label(words.point, slider)];
        of_point.className = 'wb-point';
        const table = element('table');
        const told = element('p', { role: 'status' });
        const clamp = (input, fallback) => Math.min(Number(input.max), Math.max(Number(input.min), Number.parseInt(input.value, 10) || fallback));

        function draw() {
            const [count, size] = [clamp(records, 4), clamp(batch, 2)];
            const all = points(count);
            slider.max = all.length - 1;
            const point = all[Math.min(Number(slider.value), all.length - 1)];
            of_batch.hidden = !IN_BATCHES.includes(strategy.value);
            const { committed, done, lost, twice } = crash(strategy.value, count, size, point);
            const row = (head, cell) => {
                const cells = [...Array(count).keys()].map(offset => element('td', {}, cell(offset)));
                return element('tr', {}, element('th', { scope: 'row' }, head), ...cells);
            };
            const cost = offset => (lost.includes(offset) ? element('mark', { 'data-cost': 'lost' }, words.lost)
                : twice.includes(offset) ? element('mark', { 'data-cost': 'twice' }, words.twice) : words.fine);
            const held = offset => point.stage === 'handed' && offset === point.offset;
            const heads = [...Array(count).keys()].map(offset => element('th', { scope: 'col' }, String(offset)));
            table.replaceChildren(
                element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, words.record), ...heads)),
                element('tbody', {}, row(words.first, offset => (offset < done ? words.work : held(offset) ? words.held : words.none)),
                    row(words.commit, offset => (offset === committed ? words.next : '')),
                    row(words.second, offset => (offset >= committed ? words.work : words.none)), row(words.cost, cost)));
            const where = words[point.stage](point.offset);
            slider.setAttribute('aria-valuetext', where);
            const list = some => (some.length ? some.join(', ') : words.nothing);
            told.textContent = words.told(where, committed, list(lost), list(twice));
        }

        [strategy, records, batch, slider].forEach(control => control.addEventListener('input', draw));
        place.querySelectorAll('details').forEach(recorded => { recorded.open = false; });
        place.prepend(element('div', { class: 'wb-controls' }, label(words.strategy, strategy), label(words.records, records), of_batch, of_point),
            element('div', { class: 'wb-scroll', tabindex: '0', role: 'group', 'aria-label': place.getAttribute('aria-label') }, table), told);
        draw();
    }

    if (!/\/print(\.html)?$/.test(location.pathname)) {
        document.querySelectorAll('.wb-offsets').forEach(build);
    }
})();
