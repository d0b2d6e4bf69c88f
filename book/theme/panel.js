// Draws the live panel of a step: the file to edit, the buttons, how the run goes on, the verdict, the learner's own figure beside the
// reference's, and the attempts so far. It only draws; live.js talks to the server.
'use strict';

window.workbook = window.workbook || {};
(function panel(workbook) {
    const { element, say, language, words: verdicts } = workbook.verdict;
    const words = {
        en: {
            live: 'Your run', run: 'Run', hint: 'Hint', reset: 'Reset', solution: 'Solution', copy: 'Copy the path', open: 'Open in the editor',
            copied: 'Copied.', opened: 'Opened.', ask: 'Reset your file to the starter? What you wrote there is kept in a backup.',
            force: 'This step has not passed yet, and a hint helps more. Show the solution all the same?',
            building: 'Building', running: 'Running', done: 'Done', idle: 'Save the file to run it.', lost: 'The server is away. Trying again.',
            failed: 'That did not work', said: 'How the run went', before: 'The verdict of the run before:', onward: 'On to the next page', own: 'Your run as a figure', reference: 'The solution’s run, to compare',
            attempts: count => `Attempts so far: ${count}`, hints: 'All hints are shown.', none: 'There is no recording of the solution.',
            state: { todo: 'not judged yet', passed: '✔ passed', edited: '✔ passed, edited since', failing: '✘ not passed yet' },
        },
        ko: {
            live: '내 실행', run: '실행', hint: '힌트', reset: '되돌리기', solution: '모범 답안', copy: '경로 복사', open: '편집기에서 열기',
            copied: '복사했다.', opened: '열었다.', ask: '파일을 처음 상태로 되돌린다. 지금까지 쓴 내용은 백업으로 남는다. 계속할까?',
            force: '이 단계를 아직 통과하지 못했다. 힌트가 더 도움이 된다. 그래도 모범 답안을 볼까?',
            building: '빌드 중', running: '실행 중', done: '끝', idle: '파일을 저장하면 실행된다.', lost: '서버와 연결이 끊겼다. 다시 연결하는 중이다.',
            failed: '실패했다', said: '실행 과정', before: '지난 실행의 판정:', onward: '다음 페이지로', own: '내 실행의 그림', reference: '비교할 모범 답안의 실행',
            attempts: count => `지금까지의 시도: ${count}번`, hints: '힌트를 모두 보았다.', none: '모범 답안의 기록이 없다.',
            state: { todo: '아직 채점하지 않음', passed: '✔ 통과', edited: '✔ 통과, 그 뒤에 수정함', failing: '✘ 아직 통과하지 못함' },
        },
    }[language];

    const button = (text, does, kind = '') => {
        const made = element('button', { type: 'button', class: kind }, text);
        made.addEventListener('click', does);
        return made;
    };

    function attempt(one) {
        const when = new Date(one.at * 1000).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
        const mark = verdicts[one.outcome] || one.outcome;
        const took = one.took_ms ? ` (${(one.took_ms / 1000).toFixed(1)} s)` : '';
        return element('li', {}, `${when} `, element('strong', {}, mark), one.title ? `: ${say(one.title)}` : '', took);
    }

    /** The details of the page's `level`-th hint. */
    function hintOf(level) {
        const hints = [...document.querySelectorAll('main details')].filter(one => /^(Hint|힌트) \d/.test(one.firstElementChild.textContent));
        return hints[level - 1];
    }

    /** Builds the panel in a step's box; `does` are the wishes: run, hint, reset, open, solution, reference. */
    function build(box, does) {
        const file = { path: '' };
        const state = element('span', { class: 'wb-state' });
        const phase = element('span', { class: 'wb-phase', role: 'status' });
        const note = text => { phase.textContent = text; };
        // What came of a button: news of a run do not wipe it away.
        const told = element('span', { class: 'wb-told', role: 'status' });
        const tell = text => { told.textContent = text; };
        const run = button(words.run, does.run, 'wb-run');
        const copy = button(words.copy, () => navigator.clipboard.writeText(file.path).then(() => tell(words.copied), () => tell(words.failed)));
        // Which file it is, the server says with the step's state.
        copy.disabled = true;
        const open = button(words.open, () => does.open().then(done => done && tell(words.opened)));
        const reset = button(words.reset, () => window.confirm(words.ask) && does.reset());
        const solve = button(words.solution, () => solution());
        const ask = button(words.hint, async () => {
            const hint = await does.hint();
            const shown = hint && hintOf(hint.level);
            if (shown) {
                shown.open = true;
                shown.firstElementChild.scrollIntoView({ block: 'center' });
                shown.firstElementChild.focus();
                tell(`${words.hint} ${hint.level}/${hint.of}`);
            }
        });
        const said = element('details', { class: 'wb-said-by-run', hidden: '' }, element('summary', {}, words.said), element('ol'));
        const [verdict, solved, own] = [element('div', { 'aria-live': 'polite' }), element('div'), element('div', { class: 'wb-own' })];
        const next = document.querySelector('a[rel~=next]');
        const onward = element('p', { hidden: '' }, next ? element('a', { href: next.getAttribute('href') }, `${words.onward} →`) : '');
        // While a run goes on, what is still to be read is not of what was just saved.
        const before = element('p', { class: 'wb-before', hidden: '' }, words.before);
        const aged = () => { before.hidden = !run.disabled || !verdict.firstChild; };
        const attempts = element('details', { class: 'wb-attempts', hidden: '' }, element('summary'), element('ol'));
        box.append(element('div', { class: 'wb-live', role: 'region', 'aria-label': words.live },
            element('div', { class: 'wb-buttons' }, run, ask, reset, solve, copy, open), element('p', { class: 'wb-now' }, state, ' ', phase, ' ', told),
            said, before, verdict, onward, solved, own, attempts));

        async function solution() {
            let answer = await does.solution(false);
            if (answer === false && window.confirm(words.force)) {
                answer = await does.solution(true);
            }
            if (answer) {
                const code = element('code', { class: 'language-rust' }, answer.text);
                if (window.hljs) {
                    window.hljs.highlightBlock(code);
                }
                solved.replaceChildren(element('details', { open: '' }, element('summary', {}, answer.file), element('pre', { tabindex: '0' }, code)));
                solved.querySelector('summary').focus();
            }
        }

        /** A figure with what belongs to it, under a heading. */
        function figure(heading, answer, none) {
            const made = workbook.taken.figure(answer && answer.figure);
            if (made && workbook.timeline) {
                workbook.timeline.enhance(made);
            }
            const trouble = answer && answer.figure_trouble ? say(answer.figure_trouble) : made ? null : none;
            return trouble || made ? element('div', {}, heading && element('p', { class: 'wb-title' }, heading), trouble && element('p', { class: 'wb-trouble' }, trouble), made) : null;
        }

        function reference() {
            const place = element('div');
            const folded = element('details', {}, element('summary', {}, words.reference), place);
            folded.addEventListener('toggle', async () => {
                if (folded.open && !place.firstChild) {
                    place.replaceChildren(...[figure(null, await does.reference(), words.none)].filter(Boolean));
                }
            });
            return folded;
        }

        let drawn = { verdict: '', figure: '' };
        const changed = (what, value) => {
            const key = JSON.stringify(value) || '';
            const is = drawn[what] !== key;
            drawn = { ...drawn, [what]: key };
            return is;
        };
        return {
            phase(name, text) {
                run.disabled = name === 'building' || name === 'running';
                aged();
                note([words[name] || '', name === 'done' || name === 'idle' ? '' : text].filter(Boolean).join(': '));
            },
            problem(text) {
                note(text ? `${words.failed}: ${text}` : words.lost);
            },
            /** All that a run has said so far. */
            said(notes) {
                said.hidden = notes.length === 0;
                said.open = run.disabled;
                said.lastElementChild.replaceChildren(...notes.map(text => element('li', {}, text)));
            },
            verdict(value, compiler) {
                if (changed('verdict', [value, compiler])) {
                    const shown = value ? workbook.verdict.show(value) : compiler ? workbook.verdict.notCompiled(compiler) : null;
                    verdict.replaceChildren(...[shown].filter(Boolean));
                    aged();
                }
            },
            /** The rest of a step's state. */
            state(now) {
                file.path = now.path || now.file || '';
                copy.disabled = !file.path;
                state.textContent = words.state[now.state] || '';
                onward.hidden = now.state !== 'passed' || !next;
                if (changed('figure', [now.figure, now.figure_trouble])) {
                    const shown = figure(words.own, now);
                    own.replaceChildren(...(shown ? [shown, reference()] : []));
                }
                const kept = now.attempts || [];
                attempts.hidden = kept.length === 0;
                attempts.firstElementChild.textContent = words.attempts(kept.length);
                attempts.lastElementChild.replaceChildren(...kept.map(attempt));
            },
        };
    }

    workbook.panel = { build, language };
})(window.workbook);
