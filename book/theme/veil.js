// The predictions of a step's page (predict.js asks them): holds back the section that follows, with the figure, until all of them are
// made, and then sets each against the recording at the head of that section. A link into the section, a search in the page and print
// show it at once.
'use strict';

(function veil() {
    const predict = window.workbook && window.workbook.predict;
    const markers = [...document.querySelectorAll('main .wb-predict')];
    // The page that prints the whole book asks nothing.
    if (!predict || markers.length === 0 || /\/print(\.html)?$/.test(location.pathname)) {
        return;
    }
    const { element, words } = predict;
    const questions = markers.map(marker => ({ marker, question: predict.questionOf(marker) })).filter(({ question }) => question);
    const answers = new Map();
    const section = veiled(markers[markers.length - 1]);

    for (const { marker, question } of questions) {
        const parts = [question.list, question.folded];
        parts.forEach(part => { part.hidden = true; });
        const start = () => predict.ask(question, marker, entry => {
            answers.set(question.id, entry);
            question.folded.hidden = false;
            settle();
        }, { skippable: true });
        start();
        // Another tab has answered it.
        window.addEventListener('storage', event => {
            const entry = event.key === 'workbook.predictions' && predict.read()[question.id];
            if (entry && !answers.has(question.id)) {
                marker.nextElementSibling.remove();
                marker.nextElementSibling.remove();
                start();
            }
        });
    }
    window.addEventListener('beforeprint', () => questions.forEach(({ question }) => {
        question.list.hidden = false;
        question.folded.hidden = false;
    }));
    window.addEventListener('afterprint', () => questions.forEach(({ question }) => {
        question.list.hidden = true;
        question.folded.hidden = !answers.has(question.id);
    }));

    function settle() {
        if (questions.every(({ question }) => answers.has(question.id))) {
            section.show(questions.map(({ question }) => compared(question, answers.get(question.id))));
        }
    }

    /** A prediction beside what the recording shows. */
    function compared(question, entry) {
        if (entry.skipped) {
            return null;
        }
        const { right } = predict.judge(question, entry.given);
        const line = (word, node) => element('div', {}, element('strong', {}, `${word}: `), node);
        return element('div', { class: 'wb-compared', 'data-right': String(right) },
            line(words.you, predict.told(question, entry.given)), line(words.shows, predict.rightOf(question)),
            element('div', {}, right ? words.right : words.wrong));
    }

    /** The section after the question's, put behind a veil. */
    function veiled(marker) {
        let heading = marker;
        while (heading && heading.tagName !== 'H2') {
            heading = heading.nextElementSibling;
        }
        const box = element('div', { hidden: 'until-found' });
        for (let next = heading && heading.nextElementSibling; next && next.tagName !== 'H2'; next = heading.nextElementSibling) {
            box.append(next);
        }
        if (!heading || !box.querySelector('.wb-figure')) {
            if (heading) {
                heading.after(...box.childNodes);
            }
            return { show() {} };
        }
        const button = element('button', { type: 'button' }, words.skip);
        const note = element('div', { class: 'wb-veil' }, element('p', {}, words.veil), element('div', { class: 'wb-buttons' }, button));
        const comparison = element('div');
        heading.after(note, comparison, box);
        const unveil = () => {
            note.hidden = true;
            box.removeAttribute('hidden');
        };
        button.addEventListener('click', () => {
            unveil();
            heading.tabIndex = -1;
            heading.focus();
        });
        box.addEventListener('beforematch', unveil);
        window.addEventListener('beforeprint', unveil);
        const linked = () => {
            const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
            if (target && box.contains(target)) {
                unveil();
                target.scrollIntoView();
            }
        };
        window.addEventListener('hashchange', linked);
        linked();
        return {
            show(compared) {
                unveil();
                comparison.replaceChildren(...compared.filter(Boolean));
            },
        };
    }
})();
