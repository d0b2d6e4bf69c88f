// Predict, then run: makes a form of each question of `## Predict` and holds the figure back until it is answered. What was predicted is
// kept in the browser, set against the recording, and told why where it was wrong. The question, its choices and its reasons are the
// page's own text (see exercises/kit/figures/src/preprocessor/predict.rs); without this script they stay folded text. recall.js asks the
// questions of earlier steps with `workbook.predict.ask`.
'use strict';

window.workbook = window.workbook || {};
(function predict(workbook) {
    const KEY = 'workbook.predictions';
    const language = document.documentElement.lang === 'ko' ? 'ko' : 'en';
    const words = {
        en: {
            yours: 'Your prediction', predict: 'Predict', number: 'Number', up: 'up', down: 'down',
            right: '✔ As the recording shows it', wrong: '✘ The recording shows something else', you: 'You predicted', shows: 'The recording shows',
            again: 'Predict again', skip: 'Show it without a prediction', veil: 'The figure comes after your prediction.', see: 'Look at the run',
            no: 'No choice of this page has that number.', order: 'Put these in order.',
        },
        ko: {
            yours: '내 예측', predict: '예측하기', number: '숫자', up: '위로', down: '아래로',
            right: '✔ 기록도 그렇다', wrong: '✘ 기록은 다르다', you: '내 예측', shows: '기록이 보여 주는 것',
            again: '다시 예측하기', skip: '예측하지 않고 보기', veil: '그림은 예측한 뒤에 나온다.', see: '실행 보기',
            no: '이 페이지의 보기에 없는 숫자다.', order: '순서대로 놓는다.',
        },
    }[language];

    // ---- what is kept ------------------------------------------------------------------------------------------------

    let unkept = {};
    /** All that was predicted: question → { given, right, at, times } or { skipped, at }. */
    function read() {
        try {
            const kept = JSON.parse(localStorage.getItem(KEY) || '{}');
            return kept && typeof kept === 'object' && !Array.isArray(kept) ? kept : {};
        } catch {
            return unkept;
        }
    }

    function keep(id, entry) {
        const all = read();
        if (entry) {
            all[id] = { ...entry, at: Date.now() };
        } else {
            delete all[id];
        }
        unkept = all;
        try {
            localStorage.setItem(KEY, JSON.stringify(all));
        } catch {
            // A browser that keeps nothing forgets it with the page.
        }
    }

    // ---- a question --------------------------------------------------------------------------------------------------

    /** A new element with text and children. */
    function element(name, attributes = {}, ...children) {
        const made = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) {
            made.setAttribute(key, value);
        }
        made.append(...children.filter(Boolean));
        return made;
    }

    /** Reads a question from the elements around its marker; none where they are not what they should be. */
    function questionOf(marker) {
        const [list, folded] = [marker.previousElementSibling, marker.nextElementSibling];
        if (!list || !/^[UO]L$/.test(list.tagName) || !folded || folded.tagName !== 'DETAILS') {
            return null;
        }
        const { question: id, kind, answer, unit = '', ranges = '' } = marker.dataset;
        const choices = [...list.children].filter(child => child.tagName === 'LI');
        const paragraphs = [...folded.children].filter(child => child.tagName !== 'SUMMARY');
        const first = paragraphs.findIndex(child => /^["“'‘「『]/.test(child.textContent.trim()));
        const said = first < 0 ? paragraphs : paragraphs.slice(0, first);
        const reasons = [];
        for (const paragraph of first < 0 ? [] : paragraphs.slice(first)) {
            if (/^["“'‘「『]/.test(paragraph.textContent.trim())) {
                reasons.push([]);
            }
            reasons[reasons.length - 1].push(paragraph);
        }
        const order = kind === 'order' ? answer.split(' ').map(one => Number(one) - 1) : [];
        const right = kind === 'order' ? -1 : Number(answer) - 1;
        const limits = ranges.split(' ').filter(Boolean).map(range => range.split('..').map(Number));
        return { id, kind, list, folded, choices, said, reasons, right, order, unit, limits };
    }

    /** Which choice a number belongs to: the right one where it fits, else the first that fits, else none (−1). */
    function choiceOf(number, limits, right) {
        const fits = at => limits[at] && limits[at][0] <= number && number <= limits[at][1];
        return fits(right) ? right : limits.findIndex((_, at) => fits(at));
    }

    /** What is to be said of an answer: whether it is right, and the reasons why it is not. */
    function judge(question, given) {
        if (question.kind === 'order') {
            const right = question.order.every((choice, place) => given[place] === choice);
            return { right, reasons: right ? [] : question.reasons.flat() };
        }
        const choice = question.kind === 'number' ? choiceOf(given, question.limits, question.right) : given;
        const right = choice === question.right;
        const reasons = right || choice < 0 ? [] : question.reasons[choice < question.right ? choice : choice - 1] || [];
        return { right, reasons, choice };
    }

    const copies = nodes => [...nodes].map(node => node.cloneNode(true));
    const textOf = choice => element('span', {}, ...copies(choice.childNodes));

    /** An answer as it was given, in words. */
    function told(question, given) {
        switch (question.kind) {
        case 'order': return element('ol', {}, ...given.map(choice => element('li', {}, textOf(question.choices[choice]))));
        case 'number': return element('span', {}, `${given} ${question.unit}`);
        default: return textOf(question.choices[given]);
        }
    }

    const rightOf = question => (question.kind === 'order' ? told(question, question.order) : textOf(question.choices[question.right]));

    function fits(question, given) {
        switch (question.kind) {
        case 'order': return Array.isArray(given) && given.length === question.choices.length && given.every(choice => question.choices[choice]);
        case 'number': return typeof given === 'number' && Number.isFinite(given);
        default: return Number.isInteger(given) && given >= 0 && given < question.choices.length;
        }
    }

    // ---- its form ----------------------------------------------------------------------------------------------------

    /** Where the answer is given; `value()` is what stands there. */
    function controls(question, name) {
        if (question.kind === 'number') {
            const input = element('input', { type: 'number', step: 'any', min: '0', required: '', id: `${name}-number` });
            const label = element('label', { for: `${name}-number` }, `${words.number} (${question.unit}) `);
            return { nodes: [element('p', {}, label, input)], value: () => Number(input.value) };
        }
        if (question.kind === 'order') {
            return order(question);
        }
        const radios = question.choices.map((choice, at) => {
            const radio = element('input', { type: 'radio', name, value: String(at), required: '', id: `${name}-${at}` });
            return element('div', { class: 'wb-choice' }, radio, element('label', { for: `${name}-${at}` }, ...copies(choice.childNodes)));
        });
        return { nodes: radios, value: () => radios.findIndex(radio => radio.firstChild.checked) };
    }

    /** A list whose items move up and down. */
    function order(question) {
        const list = element('ol', { class: 'wb-order' });
        const items = question.choices.map((choice, at) => {
            const item = element('li', { 'data-choice': String(at) });
            const button = (by, sign, word) => {
                const made = element('button', { type: 'button', 'aria-label': `${choice.textContent.trim()}: ${word}` }, sign);
                made.addEventListener('click', () => {
                    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
                    if (other) {
                        other[by < 0 ? 'before' : 'after'](item);
                        made.focus();
                    }
                });
                return made;
            };
            item.append(button(-1, '↑', words.up), button(1, '↓', words.down), ' ', textOf(choice));
            return item;
        });
        list.append(...items);
        return { nodes: [element('p', {}, words.order), list], value: () => [...list.children].map(item => Number(item.dataset.choice)) };
    }

    let forms = 0;
    /** Asks a question after the element `after`: a form until it is answered, then what is to be said of the answer. `changed` is called after each answer. */
    function ask(question, after, changed, { skippable = false, entry = read()[question.id] } = {}) {
        forms += 1;
        const box = element('div', { class: 'wb-question' });
        const answer = element('div', { class: 'wb-answer', role: 'status' });
        after.after(box, answer);

        function form() {
            const { nodes, value } = controls(question, `wb-question-${forms}`);
            const skip = skippable ? element('button', { type: 'button' }, words.skip) : null;
            const made = element('form', {}, element('fieldset', {}, element('legend', {}, words.yours), ...nodes),
                element('div', { class: 'wb-buttons' }, element('button', { type: 'submit', class: 'wb-run' }, words.predict), skip));
            made.addEventListener('submit', event => {
                event.preventDefault();
                const given = value();
                if (fits(question, given)) {
                    const before = read()[question.id] || {};
                    show({ given, right: judge(question, given).right, times: (before.times || 0) + 1 }, true);
                    again.focus();
                }
            });
            if (skip) {
                skip.addEventListener('click', () => show({ skipped: true }, true));
            }
            box.replaceChildren(made);
            answer.replaceChildren();
        }

        const again = element('button', { type: 'button' }, words.again);
        again.addEventListener('click', () => {
            form();
            box.querySelector('input, button').focus();
        });

        function show(entry, fresh) {
            if (fresh) {
                keep(question.id, entry);
            }
            box.replaceChildren();
            if (entry.skipped) {
                answer.replaceChildren(element('div', { class: 'wb-buttons' }, again));
            } else {
                const { right, reasons, choice } = judge(question, entry.given);
                const lines = [element('p', { class: 'wb-title' }, right ? words.right : words.wrong)];
                lines.push(element('div', { class: 'wb-given' }, `${words.you}: `, told(question, entry.given)));
                if (!right) {
                    lines.push(...(choice === -1 ? [element('p', {}, words.no)] : copies(reasons)));
                    lines.push(element('div', { class: 'wb-given' }, `${words.shows}: `, rightOf(question)));
                }
                lines.push(...copies(question.said), element('div', { class: 'wb-buttons' }, again));
                answer.replaceChildren(element('div', { class: 'wb-verdict', 'data-outcome': right ? 'pass' : 'answer' }, ...lines));
            }
            changed(entry);
        }

        if (entry && (entry.skipped || fits(question, entry.given))) {
            show(entry, false);
        } else {
            form();
        }
    }

    workbook.predict = { questionOf, choiceOf, judge, ask, read, keep, element, told, rightOf, fits, words };
    if (typeof module === 'object') {
        module.exports = workbook.predict;
    }
})(window.workbook);
