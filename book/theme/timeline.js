// Zoom and step for the pictures over time that exercises/kit/figures draws, in the book and in a session. A figure is a whole picture without
// this. Zoom stretches the time only: names and signs keep their size. Stepping goes through the rows of the table below the figure, draws
// a line where the row is, and says what was sent, field by field, from a file that is loaded at the first step. Nothing moves by itself.
'use strict';

window.workbook = window.workbook || {};
(function timeline(workbook) {
    const DEEPEST = 256;
    const words = {
        en: {
            tools: 'Timeline: zoom and step', closer: 'Zoom in', wider: 'Zoom out', whole: 'Whole', earlier: 'Earlier', later: 'Later',
            previous: 'Previous event', next: 'Next event', zoom: 'Keys: + − 0 zoom · ← → move', step: ' · < > event', of: (at, all) => `Event ${at} of ${all}`,
            request: 'Request', response: 'Answer', bytes: (version, bytes) => `version ${version}, ${bytes} bytes`, field: 'Field', value: 'Value', means: 'Meaning',
        },
        ko: {
            tools: '타임라인: 확대와 이동', closer: '확대', wider: '축소', whole: '전체', earlier: '앞으로', later: '뒤로',
            previous: '이전 이벤트', next: '다음 이벤트', zoom: '키: + − 0 확대와 축소 · ← → 이동', step: ' · < > 이벤트', of: (at, all) => `이벤트 ${at}/${all}`,
            request: '요청', response: '응답', bytes: (version, bytes) => `버전 ${version}, ${bytes}바이트`, field: '필드', value: '값', means: '뜻',
        },
    }[document.documentElement.lang === 'ko' ? 'ko' : 'en'];

    /** Round steps, as the drawn axis has them. */
    function stepOf(span) {
        for (let power = 1; ; power *= 10) {
            for (const digit of [1, 2, 5]) {
                if (span / (digit * power) <= 8) {
                    return digit * power;
                }
            }
        }
    }

    /** A path with its horizontal places put through `x`; what lies outside `left`…`right` is left out. */
    function movedPath(d, x, left, right) {
        const parts = d.match(/M[^M]*/g) || [];
        return parts.map(part => {
            const [, at, rest] = part.match(/^M(-?[\d.]+)([^]*)$/) || [];
            if (at === undefined) {
                return part;
            }
            // A commit's sign begins 6 to the left of its moment.
            const aside = /^ -?[\d.]+l6-6/.test(rest) ? 6 : 0;
            const from = x(Number(at) + aside);
            const ends = [...rest.matchAll(/H(-?[\d.]+)/g)].map(hit => x(Number(hit[1])));
            const [low, high] = [Math.min(from, ...ends), Math.max(from, ...ends)];
            if (high < left || low > right) {
                return '';
            }
            const clamp = place => (aside ? place : Math.min(right, Math.max(left, place)));
            const round = place => Math.round(place * 10) / 10;
            return `M${round(clamp(from) - aside)}${rest.replace(/H(-?[\d.]+)/g, (_, place) => `H${round(clamp(x(Number(place))))}`)}`;
        }).join('');
    }

    /** A view of a stretch of time: which part of it is seen, and where each place of the whole picture is drawn. */
    function view(left, right) {
        let [zoom, from] = [1, 0];
        const width = right - left;
        const settle = () => { from = Math.min(Math.max(0, from), width - width / zoom); };
        return {
            x: place => left + (place - left - from) * zoom,
            zoom: () => zoom,
            to(factor, about) {
                const fixed = about === undefined ? from + width / zoom / 2 : about - left;
                const share = Math.min(1, Math.max(0, (fixed - from) / (width / zoom)));
                zoom = Math.min(DEEPEST, Math.max(1, factor));
                from = fixed - share * (width / zoom);
                settle();
            },
            by(share) {
                from += share * width / zoom;
                settle();
            },
            show(place) {
                if (place - left < from || place - left > from + width / zoom) {
                    from = place - left - width / zoom / 2;
                    settle();
                }
            },
            seen: () => [left + from, left + from + width / zoom],
        };
    }

    if (typeof module === 'object') {
        module.exports = { movedPath, view, stepOf };
        return;
    }

    const svgNode = (name, attributes) => {
        const made = document.createElementNS('http://www.w3.org/2000/svg', name);
        Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
        return made;
    };
    const node = (name, attributes, ...children) => {
        const made = document.createElement(name);
        Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
        made.append(...children);
        return made;
    };

    /** Everything in the picture that moves with the time, with how it is drawn at each view. */
    function movers(svg, { left, right, bottom }, at) {
        const all = [];
        const visible = (shape, is) => (is ? shape.removeAttribute('display') : shape.setAttribute('display', 'none'));
        const number = (shape, name) => Number(shape.getAttribute(name));
        for (const shape of svg.querySelectorAll('rect[data-x], text[data-x]')) {
            const [x, about] = [number(shape, 'x'), number(shape, 'data-x')];
            all.push(() => {
                const moved = at.x(about);
                shape.setAttribute('x', x + moved - about);
                visible(shape, moved >= left - 1 && moved <= right + 1);
            });
        }
        for (const shape of svg.querySelectorAll('rect:not([data-x])')) {
            const [x, y, width] = ['x', 'y', 'width'].map(name => number(shape, name));
            if (x < left - 6 || y >= bottom || shape.closest('defs')) {
                continue;
            }
            // Records are drawn with a round end on both sides of their moment.
            const round = shape.getAttribute('rx') === '4.5' ? 4.5 : 0;
            all.push(() => {
                const [from, until] = [at.x(x + round), at.x(x + width - round)];
                const [low, high] = round ? [from, until] : [Math.max(left, from), Math.min(right, until)];
                visible(shape, until >= left && from <= right);
                shape.setAttribute('x', low - round);
                shape.setAttribute('width', Math.max(1.5, high - low) + 2 * round);
            });
        }
        for (const shape of svg.querySelectorAll('path[d]')) {
            const d = shape.getAttribute('d');
            const start = d.match(/^M(-?[\d.]+) (-?[\d.]+)/);
            if (!start || Number(start[2]) >= bottom || shape.closest('defs') || shape.classList.contains('wb-grid')) {
                continue;
            }
            all.push(() => shape.setAttribute('d', movedPath(d, at.x, left, right)));
        }
        return all;
    }

    /** The axis as it is drawn for the part that is seen. */
    function ticks(svg, { left, right, from, until, top, bottom }, at) {
        const [names, grid] = [svg.querySelector('.wb-ticks'), svg.querySelector('.wb-grid')];
        const [drawn, lines] = [names && [...names.childNodes], grid && grid.getAttribute('d')];
        return () => {
            if (!names || !grid) {
                return;
            }
            if (at.zoom() === 1) {
                names.replaceChildren(...drawn);
                grid.setAttribute('d', lines);
                return;
            }
            const us = place => from + (place - left) / (right - left) * (until - from);
            const [first, last] = at.seen().map(us);
            const step = stepOf(last - first);
            const texts = [];
            let d = '';
            for (let time = Math.ceil(first / step) * step; time <= last; time += step) {
                const x = at.x(left + (time - from) / (until - from) * (right - left));
                const text = svgNode('text', { x: Math.min(right - 14, Math.max(left + 14, x)), y: top - 10 });
                // Where the axis begins before 0, its times are told from a moment that several recordings share.
                const sign = from >= 0 || time === 0 ? '' : time < 0 ? '−' : '+';
                text.textContent = `${sign}${Math.abs(Math.round(time / 10) / 100)} ms`;
                texts.push(text);
                d += `M${x} ${top - 5}V${bottom}`;
            }
            names.replaceChildren(...texts);
            grid.setAttribute('d', d);
        };
    }

    /** Where the frames of a figure are; the rows of a picture of Fetches are others. */
    function framesOf(figure) {
        if (figure.querySelector('svg[id$="-fetches"]')) {
            return null;
        }
        const step = document.querySelector('.wb-step[data-step]');
        const own = figure.querySelector('svg[id^="fig-own"], svg[id^="fig-reference"]');
        if (own && step) {
            return `/api/step/${step.dataset.step}/frames/${own.id.startsWith('fig-own') ? 'own' : 'reference'}?lang=${document.documentElement.lang}`;
        }
        return figure.dataset.recording ? `${typeof path_to_root === 'string' ? path_to_root : ''}frames/${figure.dataset.recording}.json` : null;
    }

    function fields(title, frame, meanings) {
        const rows = frame.fields.map(([name, value]) => {
            const [text, kip] = meanings[`${frame.api}.${name}`] || ['', ''];
            return node('tr', {}, node('th', { scope: 'row' }, node('code', {}, name)), node('td', {}, value), node('td', {}, text, kip ? ` (${kip})` : ''));
        });
        const heads = [words.field, words.value, words.means].map(word => node('th', { scope: 'col' }, word));
        const caption = node('caption', {}, node('strong', {}, `${title}: ${frame.api}`), ` (${words.bytes(frame.version, frame.bytes)})`);
        return node('div', { class: 'wb-scroll', tabindex: '0', role: 'group', 'aria-label': `${title}: ${frame.api}` },
            node('table', {}, caption, node('thead', {}, node('tr', {}, ...heads)), node('tbody', {}, ...rows)));
    }

    /** Gives a figure its tools; one without a timeline stays as it is. */
    function enhance(figure) {
        const svg = figure.querySelector('svg.wb-timeline[data-axis]');
        const box = svg && svg.closest('.wb-scroll');
        if (!box || figure.querySelector('.wb-tools')) {
            return;
        }
        const [left, right, from, until, top, bottom] = svg.dataset.axis.split(' ').map(Number);
        const axis = { left, right, from, until, top, bottom };
        const at = view(left, right);
        const all = [...movers(svg, axis, at), ticks(svg, axis, at)];
        const rows = [...figure.querySelectorAll('.wb-said tbody tr')].map(row => [...row.cells].map(cell => cell.textContent));
        const cursor = svgNode('path', { class: 'wb-cursor', fill: 'none', 'stroke-width': '1.6', d: '' });
        svg.append(cursor);
        const details = node('div', { class: 'wb-frame', role: 'status' });
        let [row, loaded] = [-1, null];

        /** Where a row is drawn at the whole view. */
        const place = index => left + (Number.parseInt(rows[index][0], 10) * 1000 - from) / Math.max(1, until - from) * (right - left);

        function draw() {
            all.forEach(move => move());
            const x = row < 0 ? -1 : at.x(Math.min(right, Math.max(left, place(row))));
            cursor.setAttribute('d', x < left - 1 || x > right + 1 ? '' : `M${x} ${top - 5}V${bottom}`);
            wider.disabled = whole.disabled = earlier.disabled = later.disabled = at.zoom() === 1;
            closer.disabled = at.zoom() === DEEPEST;
        }

        async function load() {
            const address = framesOf(figure);
            const answer = address ? await fetch(address).catch(() => null) : null;
            return answer && answer.ok ? answer.json().catch(() => null) : null;
        }

        async function step(by) {
            row = Math.min(rows.length - 1, Math.max(0, row + by));
            at.show(Math.min(right, Math.max(left, place(row))));
            draw();
            const [time, who, what] = rows[row];
            const shown = row;
            details.replaceChildren(node('p', {}, `${words.of(row + 1, rows.length)} · ${time} · `, node('strong', {}, who), ` ${what}`));
            loaded = loaded || load();
            const frames = await loaded;
            const exchange = frames && frames.rows[shown];
            if (exchange && shown === row) {
                details.append(...[[words.request, exchange.request], [words.response, exchange.response]]
                    .filter(([, frame]) => frame && frame.fields.length).map(([title, frame]) => fields(title, frame, frames.fields)));
            }
        }

        const does = {
            closer: () => { at.to(at.zoom() * 2, row < 0 ? undefined : place(row)); draw(); },
            wider: () => { at.to(at.zoom() / 2, row < 0 ? undefined : place(row)); draw(); },
            whole: () => { at.to(1); draw(); },
            earlier: () => { at.by(-0.25); draw(); },
            later: () => { at.by(0.25); draw(); },
            previous: () => step(-1),
            next: () => step(1),
        };
        const tool = (name, sign) => {
            const made = node('button', { type: 'button', 'aria-label': words[name], title: words[name] }, sign);
            made.addEventListener('click', does[name]);
            return made;
        };
        const [closer, wider, whole] = [tool('closer', '+'), tool('wider', '−'), tool('whole', '↔')];
        const [earlier, later] = [tool('earlier', '←'), tool('later', '→')];
        const steps = rows.length ? [tool('previous', '‹'), tool('next', '›')] : [];
        box.before(node('div', { class: 'wb-tools', role: 'toolbar', 'aria-label': words.tools }, ...steps, closer, wider, whole, earlier, later, node('small', {}, words.zoom + (rows.length ? words.step : ''))));
        box.after(details);

        const keys = { '+': 'closer', '=': 'closer', '-': 'wider', 0: 'whole', ',': 'previous', '<': 'previous', '.': 'next', '>': 'next' };
        box.addEventListener('keydown', event => {
            const arrow = at.zoom() > 1 && { ArrowLeft: 'earlier', ArrowRight: 'later' }[event.key];
            const name = arrow || keys[event.key];
            if (name && !event.ctrlKey && !event.metaKey && !event.altKey && (rows.length || !['previous', 'next'].includes(name))) {
                event.preventDefault();
                event.stopPropagation();
                does[name]();
            }
        });
        window.addEventListener('beforeprint', does.whole);
        draw();
    }

    workbook.timeline = { enhance };
    if (!/\/print(\.html)?$/.test(location.pathname)) {
        document.querySelectorAll('main .wb-figure').forEach(enhance);
    }
})(window.workbook);
