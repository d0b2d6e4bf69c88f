// Connects a step's page with the server of `cargo workbook`. A page is live where the server put a token into its head; elsewhere it
// stays a static page without dead controls. The server sends what happens as it happens. After a sleep, a restart of the server, or when
// the tab is looked at again, the page connects anew and asks for the whole state once, so nothing is missed; the token of a server that
// was started anew is taken from the page as it serves it. A tab that nobody looks at holds no connection: browsers open only a few.
'use strict';

(function live() {
    const box = document.querySelector('.wb-step[data-step]');
    const meta = document.querySelector('meta[name="workbook-token"]');
    if (!box || !meta || !window.workbook || !window.workbook.panel || !window.EventSource) {
        return;
    }
    const step = box.dataset.step;
    const address = `/api/step/${step.split('/').map(encodeURIComponent).join('/')}`;
    const { language } = window.workbook.panel;
    const json = answer => answer.json().catch(() => true);
    const panel = window.workbook.panel.build(box, {
        run: () => wish('run'),
        hint: () => wish('hint', json),
        reset: () => wish('reset'),
        open: () => wish('open'),
        solution: forced => wish(`solution?force=${forced}`, json, false),
        reference: () => ask('/reference'),
    });

    /** Sends a wish. Gives what came of it; `refused` where the server has a reason not to; nothing where it could not be asked. */
    async function wish(action, read = () => true, refused = null) {
        try {
            let answer = await send(action);
            if (answer.status === 403 && await newToken()) {
                answer = await send(action);
            }
            if (answer.ok) {
                const result = await read(answer);
                refresh();
                return result;
            }
            if (answer.status === 409 && refused !== null) {
                return refused;
            }
            panel.problem((await answer.text()).slice(0, 300) || String(answer.status));
        } catch {
            panel.problem('');
        }
        return null;
    }

    const send = action => fetch(`${address}/${action}`, { method: 'POST', headers: { 'X-Workbook-Token': meta.content } });

    /** The server was started anew: the page as it serves it now has the new token. */
    async function newToken() {
        const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
        const token = page.querySelector('meta[name="workbook-token"]');
        const is = token && token.content !== meta.content;
        if (is) {
            meta.content = token.content;
        }
        return is;
    }

    async function ask(what) {
        const answer = await fetch(`${address}${what}?lang=${language}`, { headers: { Accept: 'application/json' } });
        return answer.ok ? answer.json() : null;
    }

    let asked = 0;
    let notes = [];
    async function refresh() {
        const turn = ++asked;
        try {
            const state = await ask('');
            // A later question has overtaken this one.
            if (!state || turn !== asked) {
                return;
            }
            notes = state.notes || [];
            panel.phase(state.phase || 'idle', notes[notes.length - 1] || '');
            panel.said(notes);
            panel.verdict(state.verdict, state.compiler);
            panel.state(state);
        } catch {
            panel.problem('');
        }
    }

    function heard(message) {
        let event;
        try {
            event = JSON.parse(message.data);
        } catch {
            return;
        }
        if (event.id !== step) {
            return;
        }
        // What is on its way is older than this.
        asked += 1;
        panel.phase(event.phase, event.note);
        if (event.phase === 'building' && !event.note) {
            notes = [];
        } else if (event.phase === 'running' && event.note) {
            notes.push(event.note);
        }
        panel.said(notes);
        if (event.verdict || event.compiler) {
            panel.verdict(event.verdict, event.compiler);
        }
        if (event.phase === 'done' || event.phase === 'idle') {
            refresh();
        }
    }

    let events = null;
    function connect() {
        if (events || document.hidden) {
            return;
        }
        const mine = new EventSource('/api/events');
        events = mine;
        // Also after each reconnection: what happened in between is asked for.
        mine.addEventListener('open', refresh);
        mine.addEventListener('message', heard);
        mine.addEventListener('error', () => {
            panel.problem('');
            // The browser tries again by itself unless the server answered with something else than events.
            if (mine.readyState === EventSource.CLOSED && events === mine) {
                events = null;
                setTimeout(connect, 2000);
            }
        });
    }

    function disconnect() {
        if (events) {
            events.close();
            events = null;
        }
    }

    document.addEventListener('visibilitychange', () => (document.hidden ? disconnect() : connect()));
    window.addEventListener('pagehide', disconnect);
    window.addEventListener('pageshow', connect);
    window.addEventListener('online', () => { disconnect(); connect(); });
    connect();
    if (!events) {
        refresh();
    }
})();
