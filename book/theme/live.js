// Connects a step's page with the server of `cargo workbook`. A page is live where the server put a token into its head; elsewhere it
// stays a static page without dead controls. The server sends what happens as it happens; after a sleep or a restart of the server the
// browser connects again, and then the page asks for the whole state once, so nothing is missed.
'use strict';

(function live() {
    const box = document.querySelector('.wb-step[data-step]');
    const meta = document.querySelector('meta[name="workbook-token"]');
    if (!box || !meta || !window.workbook || !window.EventSource) {
        return;
    }
    const step = box.dataset.step;
    const address = `/api/step/${step.split('/').map(encodeURIComponent).join('/')}`;
    const panel = window.workbook.panel.build(box, () => post('run'), () => post('reset'));

    async function post(action) {
        try {
            const answer = await fetch(`${address}/${action}`, { method: 'POST', headers: { 'X-Workbook-Token': meta.content } });
            if (answer.ok) {
                refresh();
            } else {
                panel.problem((await answer.text()).slice(0, 300) || String(answer.status));
            }
        } catch {
            panel.problem('');
        }
    }

    let asked = 0;
    async function refresh() {
        const turn = ++asked;
        try {
            const answer = await fetch(`${address}?lang=${window.workbook.panel.language}`, { headers: { Accept: 'application/json' } });
            const state = answer.ok ? await answer.json() : null;
            // A later question has overtaken this one.
            if (!state || turn !== asked) {
                return;
            }
            panel.phase(state.phase || 'idle', '');
            panel.verdict(state.verdict);
            panel.figure(state.figure);
        } catch {
            panel.problem('');
        }
    }

    function connect() {
        const events = new EventSource('/api/events');
        // Also after each reconnection: what happened in between is asked for.
        events.addEventListener('open', refresh);
        events.addEventListener('message', message => {
            let event;
            try {
                event = JSON.parse(message.data);
            } catch {
                return;
            }
            if (event.id !== step) {
                return;
            }
            panel.phase(event.phase, event.note);
            if (event.verdict) {
                panel.verdict(event.verdict);
            }
            if (event.phase === 'done' || event.phase === 'idle') {
                refresh();
            }
        });
        events.addEventListener('error', () => {
            panel.problem('');
            // The browser tries again by itself unless the server answered with something else than events.
            if (events.readyState === EventSource.CLOSED) {
                setTimeout(connect, 2000);
            }
        });
        window.addEventListener('pagehide', () => events.close(), { once: true });
    }

    connect();
    window.addEventListener('pageshow', event => event.persisted && connect());
})();
