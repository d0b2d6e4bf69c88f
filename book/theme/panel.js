// Draws the live panel of a step: buttons, what is going on, the verdict, and the learner's own figure. It only draws; live.js talks to
// the server. Everything that comes from outside is put in as text, except the figure, which is taken over element by element.
'use strict';

window.workbook = window.workbook || {};
(function panel(workbook) {
    const language = document.documentElement.lang === 'ko' ? 'ko' : 'en';
    const words = {
        en: {
            live: 'Your run', run: 'Run', reset: 'Reset', ask: 'Reset your file to the starter? What you wrote there is kept in a backup.',
            building: 'Building', running: 'Running', done: 'Done', idle: 'Save the file to run it.', lost: 'The server is away. Trying again.',
            pass: '✔ Passed', answer: '✘ Not yet', setup: '! Set-up', skipped: '– Skipped', bug: '✘ A bug of the workbook',
            expected: 'Expected', seen: 'What the recording shows', why: 'Why it matters', read: 'Read', mend: 'Do', output: 'Output',
            failed: 'That did not work', edited: 'The grader was edited.',
        },
        ko: {
            live: '내 실행', run: '실행', reset: '되돌리기', ask: '파일을 처음 상태로 되돌린다. 지금까지 쓴 내용은 백업으로 남는다. 계속할까?',
            building: '빌드 중', running: '실행 중', done: '끝', idle: '파일을 저장하면 실행된다.', lost: '서버와 연결이 끊겼다. 다시 연결하는 중이다.',
            pass: '✔ 통과', answer: '✘ 아직', setup: '! 환경 설정', skipped: '– 건너뜀', bug: '✘ 워크북의 버그',
            expected: '기대한 것', seen: '기록이 보여 주는 것', why: '왜 중요한가', read: '읽을 곳', mend: '해결', output: '출력',
            failed: '실패했다', edited: '채점 코드가 수정되었다.',
        },
    }[language];

    /** A new element with text and children. */
    function element(name, attributes = {}, ...children) {
        const made = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) {
            made.setAttribute(key, value);
        }
        made.append(...children.filter(child => child !== null && child !== undefined));
        return made;
    }

    const say = text => (text ? text[language] || text.en || '' : '');

    function list(pairs) {
        const made = element('dl');
        for (const [term, value] of pairs) {
            if (value) {
                made.append(element('dt', {}, term), element('dd', {}, value));
            }
        }
        return made;
    }

    function time(us) {
        return us === undefined || us === null ? '' : `${Math.round(us / 1000)} ms: `;
    }

    /** The link `page#anchor` of a verdict; nothing but a path inside the book. */
    function place(read) {
        if (!/^[\w./-]+(#[\w\p{L}-]*)?$/u.test(read || '')) {
            return null;
        }
        const [page, anchor] = read.split('#');
        const root = typeof path_to_root === 'string' ? path_to_root : '';
        return element('a', { href: `${root}${page}.html${anchor ? `#${anchor}` : ''}` }, read);
    }

    function details(verdict) {
        switch (verdict.outcome) {
        case 'answer': {
            const mistake = verdict.mistake;
            const seen = element('ul', {}, ...(mistake.seen || []).map(one => element('li', {}, time(one.us) + say(one.text))));
            return [words.answer, mistake.title, list([
                [words.expected, say(mistake.expected)], [words.seen, seen], [words.why, say(mistake.why)], [words.read, place(mistake.read)],
            ])];
        }
        case 'setup': {
            const trouble = verdict.trouble;
            const command = trouble.command ? element('code', {}, trouble.command) : null;
            return [words.setup, trouble.what, list([[words.mend, say(trouble.mend)], ['', command], ['', trouble.detail || null]])];
        }
        case 'bug':
            return [words.bug, null, element('p', {}, verdict.what)];
        case 'skipped':
            return [words.skipped, verdict.reason, null];
        default:
            return [words.pass, null, null];
        }
    }

    /** A verdict (verdict.json) as an element. */
    function showVerdict(verdict) {
        const [mark, title, rest] = details(verdict);
        const head = element('p', { class: 'wb-title' }, title ? `${mark}: ${say(title)}` : mark);
        const about = [verdict.broker, verdict.took_ms ? `${verdict.took_ms} ms` : ''].filter(Boolean).join(' · ');
        const shown = element('div', { class: 'wb-verdict', 'data-outcome': verdict.outcome }, head, rest);
        if (verdict.grader_edited) {
            shown.append(element('p', {}, words.edited));
        }
        if (about) {
            shown.append(element('p', { class: 'wb-phase' }, about));
        }
        if (verdict.output) {
            shown.append(element('details', {}, element('summary', {}, words.output), element('pre', {}, verdict.output.slice(-20000))));
        }
        return shown;
    }

    const KNOWN = new Set([
        'figure', 'figcaption', 'div', 'p', 'details', 'summary', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
        'svg', 'g', 'path', 'rect', 'circle', 'text', 'title', 'desc', 'defs', 'pattern',
    ]);

    /** Takes over a figure from the server: known elements and harmless attributes, nothing else. */
    function safeFigure(text) {
        const source = new DOMParser().parseFromString(text, 'text/html').body.firstElementChild;
        return source && KNOWN.has(source.localName) ? copy(source) : null;
    }

    function copy(node) {
        const made = document.createElementNS(node.namespaceURI, node.localName);
        for (const { name, value } of node.attributes) {
            const outside = /url\(/i.test(value) && !/^url\(#[\w-]+\)$/.test(value);
            if (!/^(?:on|xmlns|xlink|href|src|style)/i.test(name) && !outside) {
                made.setAttribute(name, value);
            }
        }
        for (const child of node.childNodes) {
            if (child.nodeType === Node.TEXT_NODE) {
                made.append(child.data);
            } else if (child.nodeType === Node.ELEMENT_NODE && KNOWN.has(child.localName)) {
                made.append(copy(child));
            }
        }
        return made;
    }

    /** Builds the panel in a step's box; gives the functions that change it. */
    function build(box, onRun, onReset) {
        const run = element('button', { type: 'button', class: 'wb-run' }, words.run);
        const reset = element('button', { type: 'button' }, words.reset);
        const phase = element('span', { class: 'wb-phase', role: 'status' });
        const verdict = element('div', { 'aria-live': 'polite' });
        const figure = element('div');
        const buttons = element('div', { class: 'wb-buttons' }, run, reset, phase);
        box.append(element('div', { class: 'wb-live', role: 'region', 'aria-label': words.live }, buttons, verdict, figure));
        run.addEventListener('click', onRun);
        reset.addEventListener('click', () => window.confirm(words.ask) && onReset());
        let shown = '';
        return {
            phase(name, note) {
                const busy = name === 'building' || name === 'running';
                run.disabled = busy;
                phase.textContent = [words[name] || '', note].filter(Boolean).join(': ');
            },
            problem(text) {
                phase.textContent = text ? `${words.failed}: ${text}` : words.lost;
            },
            verdict(value) {
                const key = JSON.stringify(value);
                if (key !== shown) {
                    shown = key;
                    verdict.replaceChildren(...(value ? [showVerdict(value)] : []));
                }
            },
            figure(text) {
                const made = text ? safeFigure(text) : null;
                figure.replaceChildren(...(made ? [made] : []));
            },
        };
    }

    workbook.panel = { build, language };
})(window.workbook);
