// Search that finds Hangul. mdBook's own search deletes words without Latin letters from the query and knows whole words only;
// Korean puts particles behind words (커밋을, 커밋은). This looks for each word of the query anywhere in a section's text. It takes the
// place of mdBook's index behind mdBook's own search box: the index is loaded on the first search, and everything else stays mdBook's.
'use strict';

(function search() {
    const WEIGHT = { title: 12, breadcrumbs: 6, body: 1 };
    const TEASER = 90;

    /** One form of a text for comparing: composed Hangul, small letters. */
    function form(text) {
        return String(text || '').normalize('NFC').toLowerCase();
    }

    /** The words of a query, at most eight. */
    function wordsOf(query) {
        return form(query).split(/\s+/).filter(Boolean).slice(0, 8);
    }

    function count(text, word) {
        let times = 0;
        for (let at = text.indexOf(word); at >= 0 && times < 20; at = text.indexOf(word, at + word.length)) {
            times += 1;
        }
        return times;
    }

    /** How well a section fits; 0 where one of the words is missing. */
    function score(section, words) {
        let total = 0;
        for (const word of words) {
            let of_word = 0;
            for (const field of Object.keys(WEIGHT)) {
                of_word += WEIGHT[field] * Math.min(count(section[field], word), 5);
            }
            if (of_word === 0) {
                return 0;
            }
            total += of_word;
        }
        return total;
    }

    /** The part of a text around the first hit. */
    function around(body, words) {
        const small = form(body);
        const hits = words.map(word => small.indexOf(word)).filter(at => at >= 0);
        if (hits.length === 0 || small.length !== body.length) {
            return body.slice(0, 2 * TEASER);
        }
        const hit = Math.min(...hits);
        const from = hit <= TEASER ? 0 : body.indexOf(' ', hit - TEASER) + 1 || hit - TEASER;
        const until = Math.min(body.length, hit + TEASER);
        return (from > 0 ? '… ' : '') + body.slice(from, until) + (until < body.length ? ' …' : '');
    }

    /** Builds what mdBook calls an index from the documents that it stores: `{ search(query) → [{ ref, doc, score }] }`. */
    function indexOf(documents) {
        const sections = Object.keys(documents).map(ref => {
            const doc = documents[ref];
            return { ref, doc, title: form(doc.title), body: form(doc.body), breadcrumbs: form(doc.breadcrumbs) };
        });
        return {
            search(query) {
                const words = wordsOf(query);
                if (words.length === 0) {
                    return [];
                }
                return sections
                    .map(section => ({ section, score: score(section, words) }))
                    .filter(hit => hit.score > 0)
                    .sort((a, b) => b.score - a.score || Number(a.section.ref) - Number(b.section.ref))
                    .map(hit => ({
                        ref: hit.section.ref,
                        score: hit.score,
                        doc: { ...hit.section.doc, body: around(hit.section.doc.body, words) },
                    }));
            },
        };
    }

    /** Marks words in the texts of elements, also inside words: what mdBook uses of mark.js. */
    class Marker {
        constructor(within) {
            this.within = within instanceof Element ? [within] : [...(within || [])];
        }

        mark(words, { exclude = [] } = {}) {
            const wanted = [words].flat().flatMap(wordsOf).sort((a, b) => b.length - a.length);
            const left_out = ['script', 'style', 'svg', 'button', ...exclude.map(name => name.replace('*', '').trim()).filter(Boolean)].join(',');
            for (const element of wanted.length ? this.within : []) {
                const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
                const texts = [];
                while (walker.nextNode()) {
                    texts.push(walker.currentNode);
                }
                texts.filter(text => !text.parentElement.closest(left_out)).forEach(text => markIn(text, wanted));
            }
        }

        unmark({ done } = {}) {
            for (const element of this.within) {
                for (const mark of element.querySelectorAll('mark[data-found]')) {
                    const parent = mark.parentNode;
                    mark.replaceWith(...mark.childNodes);
                    parent.normalize();
                }
            }
            if (done) {
                done();
            }
        }
    }

    function markIn(text, wanted) {
        for (let rest = text; rest;) {
            const small = form(rest.data);
            const hits = small.length === rest.data.length ? wanted.map(word => [small.indexOf(word), word.length]).filter(([at]) => at >= 0) : [];
            if (hits.length === 0) {
                return;
            }
            const [at, length] = hits.sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
            const found = rest.splitText(at);
            rest = found.splitText(length);
            const mark = document.createElement('mark');
            mark.dataset.found = '';
            found.replaceWith(mark);
            mark.append(found);
        }
    }

    if (typeof module === 'object') {
        module.exports = { indexOf, around };
        return;
    }
    window.elasticlunr = { Index: { load: index => indexOf(index.documentStore.docs) }, stemmer: word => word };
    window.Mark = Marker;

    // mdBook searches when a key comes up; pasted, spoken and some composed text comes without one.
    const typed = document.getElementById('mdbook-searchbar');
    if (typed) {
        typed.addEventListener('input', () => typed.dispatchEvent(new KeyboardEvent('keyup')));
    }

    // mdBook counts hits in English and marks whole words only.
    const results = document.getElementById('mdbook-searchresults');
    const header = document.getElementById('mdbook-searchresults-header');
    const bar = document.getElementById('mdbook-searchbar');
    if (!results || !header || !bar) {
        return;
    }
    header.setAttribute('role', 'status');
    const korean = document.documentElement.lang === 'ko';
    const observer = new MutationObserver(() => {
        observer.disconnect();
        const query = bar.value.trim();
        if (korean && query) {
            header.textContent = results.children.length ? `‘${query}’ 찾기 결과 ${results.children.length}건` : `‘${query}’ 찾기 결과가 없다`;
        }
        const marker = new Marker(results.querySelectorAll('.teaser'));
        marker.unmark({ done: () => marker.mark(query) });
        watch();
    });
    function watch() {
        observer.observe(results, { childList: true, subtree: true });
    }
    watch();
})();
