// A verdict (verdict.json) as an element, and what else comes from a run as text: the compiler's words, the answer's output. Used by
// panel.js. Everything that comes from outside is put in as text, so that a record value of `<script>` is shown and not run.
'use strict';

window.workbook = window.workbook || {};
(function verdict(workbook) {
    const language = document.documentElement.lang === 'ko' ? 'ko' : 'en';
    /** What is longer is cut, with a notice. */
    const LONGEST = 20000;
    /** The broker's name as the lab writes it, in Korean; `verdict::names::broker` says the same in the terminal. */
    const korean = name => name
        .replace(/^(.+) in a container$/, '컨테이너에서 실행한 $1')
        .replace(/^the Kafka at (.+)$/, '$1의 Kafka')
        .replace(/^the embedded broker \(librdkafka's mock cluster\)$/, '내장 브로커(librdkafka의 모의 클러스터)');
    const words = {
        en: {
            pass: '✔ Passed', answer: '✘ Not yet', setup: '! Set-up', skipped: '– Skipped', bug: '✘ A bug of the workbook',
            does_not_compile: '✘ It does not compile', expected: 'Expected', seen: 'What the recording shows', why: 'Why it matters',
            read: 'Read', mend: 'Do', output: 'Output', edited: 'The grader was edited.', broker: name => name, cut: count => `… ${count} characters before this are left out.`,
        },
        ko: {
            pass: '✔ 통과', answer: '✘ 아직', setup: '! 환경 설정', skipped: '– 건너뜀', bug: '✘ 워크북의 버그',
            does_not_compile: '✘ 컴파일되지 않는다', expected: '기대한 것', seen: '기록이 보여 주는 것', why: '왜 중요한가',
            read: '읽을 곳', mend: '해결', output: '출력', edited: '채점 코드가 수정되었다.', broker: korean, cut: count => `… 이 앞의 ${count}자는 생략했다.`,
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

    /** A text of a verdict, with what stands between backticks as code; nothing for no text. */
    function coded(text) {
        const parts = say(text).split(/`([^`]+)`/).map((part, at) => (at % 2 ? element('code', {}, part) : part));
        return parts.some(Boolean) ? element('span', {}, ...parts) : null;
    }

    /** Output of a program as a reader can bear it: no colours, nothing that is no text, the end where it is too long. */
    function readable(output) {
        const text = String(output).replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd');
        const left_out = text.length - LONGEST;
        return left_out > 0 ? `${words.cut(left_out)}\n${text.slice(-LONGEST)}` : text;
    }

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
            const seen = element('ul', {}, ...(mistake.seen || []).map(one => element('li', {}, time(one.us), coded(one.text))));
            return [mistake.title, list([
                [words.expected, coded(mistake.expected)], [words.seen, seen], [words.why, coded(mistake.why)], [words.read, place(mistake.read)],
            ])];
        }
        case 'setup': {
            const trouble = verdict.trouble;
            const command = trouble.command ? element('code', {}, trouble.command) : null;
            return [trouble.what, list([[words.mend, say(trouble.mend)], ['', command], ['', trouble.detail || null]])];
        }
        case 'bug':
            return [null, element('pre', {}, readable(verdict.what))];
        case 'skipped':
            return [verdict.reason, null];
        default:
            return [null, null];
        }
    }

    /** A verdict as an element. */
    function show(verdict) {
        const [title, rest] = details(verdict);
        const mark = words[verdict.outcome] || words.pass;
        const head = element('p', { class: 'wb-title' }, `${mark}${title ? ': ' : ''}`, coded(title));
        const shown = element('div', { class: 'wb-verdict', 'data-outcome': verdict.outcome }, head, rest);
        const about = [words.broker(verdict.broker || ''), verdict.took_ms ? `${verdict.took_ms} ms` : ''].filter(Boolean).join(' · ');
        shown.append(...[verdict.grader_edited && element('p', {}, words.edited), about && element('p', { class: 'wb-phase' }, about),
            verdict.output && folded(words.output, verdict.output)].filter(Boolean));
        return shown;
    }

    /** What the compiler said of an answer that it did not take. */
    function notCompiled(compiler) {
        return element('div', { class: 'wb-verdict', 'data-outcome': 'answer' },
            element('p', { class: 'wb-title' }, words.does_not_compile), pre(compiler, 'wb-compiler'));
    }

    const pre = (text, kind = '') => element('pre', { tabindex: '0', class: kind }, readable(text));
    const folded = (summary, text) => element('details', {}, element('summary', {}, summary), pre(text));

    workbook.verdict = { element, say, show, notCompiled, readable, words, language };
    if (typeof module === 'object') {
        module.exports = workbook.verdict;
    }
})(window.workbook);
