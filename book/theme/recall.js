// A question of an earlier step at the start of a later one: one that was answered wrong comes first, then one that was skipped, then the
// one that was asked longest ago. Each page asks one, and asks it once. The question is fetched from beside its page
// (exercises/kit/workbook/src/book/recall.rs); where that is not possible, nothing is asked.
'use strict';

(function recall() {
    const KEY = 'workbook.recalled';

    /**
     * The question to ask on a page, of the `earlier` ones, or none. The step just before is too near to be remembered, unless it went
     * wrong there.
     */
    function due(earlier, kept) {
        const rank = id => (kept[id].skipped ? 1 : kept[id].right ? 2 : 0);
        const near = earlier[earlier.length - 1];
        const known = earlier.filter(id => kept[id] && (id !== near || rank(id) === 0));
        return known.sort((a, b) => rank(a) - rank(b) || kept[a].at - kept[b].at)[0];
    }

    if (typeof module === 'object') {
        module.exports = { due };
        return;
    }
    const predict = window.workbook && window.workbook.predict;
    const marker = document.querySelector('main .wb-predict[data-earlier]');
    const title = document.querySelector('main h1');
    if (!predict || !marker || !title || /\/print(\.html)?$/.test(location.pathname)) {
        return;
    }
    const words = {
        en: { head: 'From an earlier step', step: 'Step', close: 'Close' },
        ko: { head: '앞 단계의 질문', step: '단계', close: '닫기' },
    }[document.documentElement.lang === 'ko' ? 'ko' : 'en'];
    const { element } = predict;
    const root = typeof path_to_root === 'string' ? path_to_root : '';
    const page = marker.dataset.question;

    /** Page → the question that was answered there. */
    function recalled() {
        try {
            return JSON.parse(localStorage.getItem(KEY) || '{}') || {};
        } catch {
            return {};
        }
    }

    function done(id) {
        try {
            localStorage.setItem(KEY, JSON.stringify({ ...recalled(), [page]: id }));
        } catch {
            // It is asked again next time.
        }
    }

    async function start() {
        const id = recalled()[page] ? null : due(marker.dataset.earlier.split(' ').filter(Boolean), predict.read());
        if (!id) {
            return;
        }
        const answer = await fetch(`${root}${id}.predict.html`);
        const text = answer.ok ? await answer.text() : '';
        const article = new DOMParser().parseFromString(text, 'text/html').querySelector('article');
        const question = article && predict.questionOf(article.querySelector('.wb-predict'));
        if (question && question.id === id) {
            show(question, article);
        }
    }

    function show(question, article) {
        const [chapter, step] = question.id.split('/').map(part => Number.parseInt(part, 10));
        const asked = [...article.children].slice(0, [...article.children].indexOf(question.list));
        const link = element('a', { href: `${root}${question.id}.html` },
            `${chapter}.${step} ${article.dataset.title}`);
        const close = element('button', { type: 'button' }, words.close);
        const anchor = element('div');
        const box = element('section', { class: 'wb-recall', 'aria-label': words.head },
            element('p', { class: 'wb-title' }, `${words.head}: `, link), ...asked.map(node => document.importNode(node, true)), anchor,
            element('div', { class: 'wb-buttons' }, close));
        close.addEventListener('click', () => {
            done(question.id);
            box.remove();
            title.tabIndex = -1;
            title.focus();
        });
        title.after(box);
        predict.ask(question, anchor, () => done(question.id), { entry: null });
    }

    start().catch(() => {});
})();
