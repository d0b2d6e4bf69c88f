// The playground of assignments: who gets what as members come and go. The plans are made here; a test holds them against what real
// groups agreed on (book/assignments). Without this script the page shows some of those recordings as a table.
'use strict';

(function assignments() {
    // A plan is an object: member → its partitions. Everybody subscribes to all topics. `before` is the plan until now.
    const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    const ownerOf = (plan, partition) => Object.keys(plan).find(id => plan[id].includes(partition));
    const emptyFor = members => Object.fromEntries(members.map(id => [id, []]));
    const numbered = (topic, count) => Array.from({ length: count }, (_, number) => `${topic}-${number}`);
    const partitionsOf = topics => Object.keys(topics).sort(byText).flatMap(topic => numbered(topic, topics[topic]));
    const count = plan => Object.values(plan).flat().length;

    function range(topics, members) {
        const plan = emptyFor([...members].sort(byText));
        for (const topic of Object.keys(topics)) {
            const left = numbered(topic, topics[topic]);
            const [share, rest] = [Math.floor(left.length / members.length), left.length % members.length];
            Object.keys(plan).forEach((id, place) => plan[id].push(...left.splice(0, place < rest ? share + 1 : share)));
        }
        return plan;
    }

    function roundRobin(topics, members) {
        const plan = emptyFor([...members].sort(byText));
        const ids = Object.keys(plan);
        partitionsOf(topics).forEach((partition, at) => plan[ids[at % ids.length]].push(partition));
        return plan;
    }

    /** Java's sticky. It takes members in an order that random ids decide; here in the order in which they are given. */
    function sticky(topics, members, before) {
        const all = partitionsOf(topics);
        const [plan, under, exact] = [emptyFor(members), [], []];
        const share = Math.floor(all.length / members.length);
        let rest = all.length % members.length;
        const byNumber = (a, b) => a.split('-')[1] - b.split('-')[1] || byText(a, b);
        for (const id of members) {
            const owned = all.filter(of => before[id]?.includes(of)).sort(byNumber);
            const more = owned.length > share && rest > 0 ? 1 : 0;
            rest -= more;
            plan[id] = owned.slice(0, share + more);
            if (!more) {
                (owned.length < share ? under : exact).push(id);
            }
        }
        [under, exact].forEach(list => list.sort(byText));
        let at = 0;
        for (const partition of all.filter(of => !ownerOf(plan, of))) {
            at = at < under.length ? at : 0;
            const id = under[at] ?? exact.shift();
            plan[id].push(partition);
            if (id === under[at] && plan[id].length < share) {
                at += 1;
            } else if (id === under[at]) {
                exact.push(...under.splice(at, 1));
            }
        }
        return plan;
    }

    /** librdkafka's cooperative-sticky: what moves is given up first, and planned anew in a second rebalance. */
    function cooperativeSticky(topics, members, before) {
        const owned = Object.fromEntries(members.map(id => [id, before[id] || []]));
        const plan = balanced(topics, members, owned);
        const given = Object.fromEntries(members.map(id => [id, plan[id].filter(of => [undefined, id].includes(ownerOf(owned, of)))]));
        return count(given) === count(plan) ? plan : cooperativeSticky(topics, members, given);
    }

    function balanced(topics, members, owned) {
        const all = partitionsOf(topics);
        const plan = Object.fromEntries(members.map(id => [id, all.filter(of => owned[id].includes(of))]));
        const byLoad = lists => Object.keys(lists).sort((a, b) => lists[a].length - lists[b].length || byText(a, b));
        // Partitions are looked at in this order: again and again one of whoever has most; at last those that nobody has.
        const left = Object.fromEntries(members.map(id => [id, [...plan[id]]]));
        const order = [];
        while (count(left) > 0) {
            order.push(left[byLoad(left).pop()].shift());
        }
        const free = all.filter(of => !order.includes(of));
        order.push(...(order.length > 0 ? free.reverse() : free));
        free.forEach(partition => plan[byLoad(plan)[0]].push(partition));
        for (const list of [free, order]) {
            for (let again = true; again;) {
                again = false;
                for (const partition of list) {
                    const [owner, least] = [ownerOf(plan, partition), byLoad(plan)[0]];
                    if (plan[owner].length > plan[least].length + 1) {
                        plan[owner] = plan[owner].filter(of => of !== partition);
                        plan[least].push(partition);
                        again = true;
                    }
                }
            }
        }
        return plan;
    }

    /** The broker's uniform. It takes members and topics in an order that random ids decide; here in the order in which they are given. */
    function uniform(topics, members, before) {
        const all = Object.keys(topics).flatMap(topic => numbered(topic, topics[topic]));
        const plan = emptyFor(members);
        const free = all.filter(of => !members.includes(ownerOf(before, of)));
        let rest = all.length % members.length;
        const room = members.map((id, place) => {
            const owned = all.filter(of => before[id]?.includes(of));
            let more = rest > 0 ? 1 : 0;
            let share = Math.floor(all.length / members.length) + more;
            plan[id] = owned.splice(0, share);
            free.push(...owned);
            share -= plan[id].length;
            // Who would have to be given one more leaves it to a later member, which may have it already.
            if (share > 0 && more && members.length - place > rest) {
                [share, more] = [share - 1, 0];
            }
            rest -= more;
            return share;
        });
        members.forEach((id, place) => plan[id].push(...free.splice(0, room[place])));
        return plan;
    }

    const STRATEGIES = { range, roundrobin: roundRobin, sticky, 'cooperative-sticky': cooperativeSticky, uniform };

    if (typeof module !== 'undefined') {
        module.exports = { STRATEGIES };
        return;
    }
    const place = document.querySelector('.wb-assignments');
    if (!place) {
        return;
    }
    const words = document.documentElement.lang === 'ko' ? {
        strategy: '전략', size: topic => `${topic}의 파티션 수`, joins: id => `${id} 들어오기`, leaves: id => `${id} 나가기`, anew: '처음부터',
        member: '멤버', sum: '합계', from: id => `전에는 ${id}`, idle: '유휴', caption: '지금 누가 무엇을 맡는가', change: { '+': ' 들어옴. ', '-': ' 나감. ' },
        moved: (some, all, more) => `파티션 ${all}개 중 ${some}개가 옮겨 갔다. 그중 ${more}개는 원래 맡던 멤버가 그대로 있다.`,
    } : {
        strategy: 'Strategy', size: topic => `Partitions of ${topic}`, joins: id => `${id} joins`, leaves: id => `${id} leaves`, anew: 'Begin anew',
        member: 'Member', sum: 'Sum', from: id => `was ${id}'s`, idle: 'idle', caption: 'Who has what now', change: { '+': ' has joined. ', '-': ' has left. ' },
        moved: (some, all, more) => `${some} of ${all} partitions have moved, ${more} of them although their owner is still there.`,
    };
    const topics = { T1: 3, T2: 3, T3: 0 };
    let strategy = 'range';
    let events = ['+C1', '+C2'];

    function element(name, attributes, ...children) {
        const made = document.createElement(name);
        Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
        made.append(...children);
        return made;
    }
    function control(name, attributes, label, act, ...children) {
        const made = element(name, attributes, ...children);
        made.addEventListener('change', () => { act(made); show(); });
        return element('label', {}, label, made);
    }
    const [buttons, status] = [element('div', { class: 'wb-buttons' }), element('p', { role: 'status' })];
    const output = element('div', { class: 'wb-scroll', tabindex: '0', role: 'group', 'aria-label': words.caption });

    /** Plays all that has happened, and shows what came of the last event. */
    function show(focus) {
        let [members, before, after] = [[], {}, {}];
        for (const event of events) {
            const id = event.slice(1);
            members = event[0] === '+' ? [...members, id] : members.filter(of => of !== id);
            members.sort(byText);
            [before, after] = [after, STRATEGIES[strategy](topics, members, after)];
        }
        const press = (label, then, disabled) => {
            const made = element('button', { type: 'button' }, label);
            made.disabled = disabled;
            made.addEventListener('click', () => { events = then; show(label); });
            return made;
        };
        const next = `C${new Set(events.map(event => event.slice(1))).size + 1}`;
        const leave = id => press(words.leaves(id), [...events, `-${id}`], members.length === 1);
        buttons.replaceChildren(press(words.joins(next), [...events, `+${next}`], members.length > 5), ...members.map(leave), press(words.anew, ['+C1', '+C2']));
        if (focus) {
            const usable = [...buttons.children].filter(one => !one.disabled);
            (usable.find(one => one.textContent === focus) || usable[0]).focus();
        }

        const was = of => (ownerOf(before, of) === ownerOf(after, of) ? undefined : ownerOf(before, of));
        const moved = Object.values(after).flat().filter(was);
        const shown = of => (was(of) ? element('mark', {}, `${of} (${words.from(was(of))})`) : of);
        const names = Object.keys(topics).filter(topic => topics[topic] > 0);
        const list = (id, topic) => element('td', {}, ...numbered(topic, topics[topic]).filter(of => after[id].includes(of)).flatMap(of => [shown(of), ' ']));
        const sum = id => element('td', {}, after[id].length ? String(after[id].length) : words.idle);
        const row = id => element('tr', {}, element('th', { scope: 'row' }, id), ...names.map(topic => list(id, topic)), sum(id));
        const head = [words.member, ...names, words.sum].map(text => element('th', { scope: 'col' }, text));
        output.replaceChildren(element('table', {}, element('caption', {}, words.caption), element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...members.map(row))));
        const last = events.at(-1);
        const stayed = moved.filter(of => members.includes(was(of))).length;
        status.textContent = last.slice(1) + words.change[last[0]] + words.moved(moved.length, count(after), stayed);
    }

    const options = Object.keys(STRATEGIES).map(name => element('option', {}, name));
    const sizes = Object.keys(topics).map(topic => control('input', { type: 'number', min: 0, max: 9, value: topics[topic] }, words.size(topic), input => {
        topics[topic] = Math.min(9, Math.max(0, Math.trunc(input.value)));
        input.value = topics[topic];
    }));
    const choice = control('select', {}, words.strategy, select => { strategy = select.value; }, ...options);
    place.querySelector('details').open = false;
    place.prepend(element('div', { class: 'wb-controls' }, choice, ...sizes), buttons, status, output);
    show();
})();
