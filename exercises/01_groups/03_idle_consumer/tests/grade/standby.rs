//! Claims of `03_idle_consumer` about the idle member: it says that it idles, it stays, it takes over, and it says so.

use std::collections::BTreeSet;

use lab::trace::{Event, History, Progress, Recording, Response, What, history::Member};
use lab::{Mistake, Run, missing, mistake, say};

use super::{IN_EACH, MEMBERS, PAGE, marks, members, unread};

/// The event with which the second batch begins to be processed: the group has settled before.
fn second_batch(seen: &Recording) -> Option<usize> {
    seen.first(|what| matches!(what, What::Record { offset, .. } if *offset >= IN_EACH))
}

/// What was seen before anybody was asked to stop. (After a rebalance librdkafka's mock cluster hands out records again.)
fn before_the_stop(seen: &Recording) -> &[Event] {
    &seen.events[..members::asked_to_stop(seen, |_| true).unwrap_or(seen.events.len())]
}

/// The numbers of the members that got records of the second batch.
pub(super) fn busy(seen: &Recording) -> BTreeSet<u32> {
    let records = before_the_stop(seen).iter().filter_map(|event| match event.what {
        What::Record { member, offset, .. } if (IN_EACH..2 * IN_EACH).contains(&offset) => Some(member),
        _ => None,
    });
    records.collect()
}

/// The number of the idle member; 0 where it is not clear.
pub(super) fn number(seen: &Recording) -> u32 {
    let busy = busy(seen);
    let idle: Vec<u32> = (1..=MEMBERS).filter(|n| !busy.contains(n)).collect();
    if let [one] = idle[..] { one } else { 0 }
}

/// What member `n` said last to `idle`.
pub(super) fn says(seen: &Recording, n: u32) -> Option<bool> {
    marks(seen, "idle(").filter(|(_, member, _)| *member == n).last().map(|(_, _, text)| text.contains("idle(true)"))
}

/// The idle member on the wire, from when the second batch was read.
fn idle_in(history: &History, seen: &Recording) -> Option<Member> {
    let since = second_batch(seen)?;
    let members = &history.group("G1")?.members;
    members.iter().find(|m| m.holding_at(seen.events[since].at).is_some_and(|held| held.partitions.is_empty())).cloned()
}

/// How many heartbeats the idle member has sent since the others had read the second batch.
fn heartbeats(history: &History, seen: &Recording) -> usize {
    let last = |event: &Event| matches!(event.what, What::Record { offset, .. } if offset == 2 * IN_EACH - 1);
    let since = before_the_stop(seen).iter().rposition(last).unwrap_or(usize::MAX);
    idle_in(history, seen).map_or(0, |member| member.heartbeats.iter().filter(|index| **index > since).count())
}

/// Whether the second batch is read, and the fifth member, and no other, says that it idles, and has sent a heartbeat since then.
pub(super) fn waits(seen: &Recording, history: &History) -> bool {
    let says_so = says(seen, number(seen)) == Some(true) && works_and_says_idle(seen, 1, seen.events.len()).is_none();
    unread(seen, 1).is_none() && says_so && heartbeats(history, seen) > 0
}

/// A member that is given records of batch `n` (from 0) before event `until`, and has said last before it that it idles: the index of what
/// it said, and of its record.
pub(super) fn works_and_says_idle(seen: &Recording, n: i64, until: usize) -> Option<(usize, usize)> {
    let batch = n * IN_EACH..(n + 1) * IN_EACH;
    seen.events.iter().enumerate().take(until).find_map(|(record, event)| {
        let What::Record { member: of, offset, .. } = event.what else { return None };
        let (said, _, text) = marks(seen, "idle(").filter(|(index, member, _)| *member == of && *index < until).last()?;
        (batch.contains(&offset) && text.contains("idle(true)")).then_some((said, record))
    })
}

fn takes_the_change_for_all(run: &Run, (said, record): (usize, usize)) -> Mistake {
    mistake(
        "idle_from_the_change",
        say!("a member that holds a partition says that it idles", "파티션을 맡은 멤버가 논다고 한다"),
    )
    .expected(say!(
        "idle(true) only when the member has nothing, whether new or kept",
        "새로 받은 것도 갖고 있던 것도 없을 때만 idle(true)를 부른다"
    ))
    .seen([said, record].map(|index| run.event(index)))
    .why(say!(
        "a callback's list names what changes, in a cooperative group only that; `assignment` has all that the member holds",
        "콜백의 목록은 바뀌는 것을 말하고, 협력적(cooperative) 그룹에서는 그것뿐이다. 멤버가 가진 전부는 `assignment`에 있다"
    ))
    .read(&format!("{PAGE}#idle-is-not-quiet"))
}

pub(super) fn waited(run: &Run) -> Result<(), Mistake> {
    let (seen, stay) = (&run.recording, format!("{PAGE}#an-idle-member-stays"));
    let idle = idle_in(&run.history, seen);
    let given = idle
        .as_ref()
        .and_then(|member| member.holdings.iter().find(|held| held.partitions.is_empty()))
        .map(|held| run.event(held.given));
    if let Some(partition) = unread(seen, 1) {
        run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
        return Err(mistake(
            "not_all_read",
            say!("records of {partition} were not processed", "{partition}의 레코드를 처리하지 않았다"),
        )
        .expected(say!(
            "the four members with a partition read on until they are asked to stop",
            "파티션을 맡은 멤버 넷은 멈추라고 할 때까지 계속 읽는다"
        ))
        .seen([missing(say!(
            "no call of process with the last records of {partition}",
            "{partition}의 마지막 레코드로 process를 부른 적이 없다"
        ))])
        .why(say!(
            "nobody else reads the partition of a member that does not read",
            "읽지 않는 멤버의 파티션은 다른 누구도 읽지 않는다"
        ))
        .read(&format!("{PAGE}#your-turn")));
    }
    let n = number(seen);
    let end = members::asked_to_stop(seen, |_| true).unwrap_or(usize::MAX);
    let window = second_batch(seen).unwrap_or_default()..end;
    if let Some((index, of, _)) = marks(seen, "idle(true)").find(|(index, member, _)| window.contains(index) && *member != n) {
        let its_own = |what: &What| matches!(what, What::Record { member, .. } if *member == of);
        let record = seen.find(its_own).filter(|(before, _)| *before < index).last();
        return Err(mistake(
            "quiet_is_not_idle",
            say!("a member with a partition said that it idles", "파티션을 맡은 멤버가 논다고 알렸다"),
        )
        .expected(say!(
            "idle(true) means: the group has given this member no partition",
            "idle(true)는 그룹이 이 멤버에게 파티션을 주지 않았다는 뜻이다"
        ))
        .seen(record.map(|(before, _)| run.event(before)))
        .seen([run.event(index)])
        .why(say!(
            "no record for a while says that nobody signed up; only the assignment says who idles",
            "한동안 레코드가 없다는 것은 가입한 회원이 없다는 뜻일 뿐이다. 누가 노는지는 할당이 말해 준다"
        ))
        .read(&format!("{PAGE}#idle-is-not-quiet")));
    }
    let said = marks(seen, "idle(").filter(|(index, member, _)| *member == n && *index < end).last();
    if said.is_none_or(|(_, _, text)| !text.contains("idle(true)")) {
        return Err(mistake(
            "idle_not_told",
            say!("the idle member did not say that it idles", "노는 멤버가 논다고 알리지 않았다"),
        )
        .expected(say!(
            "it calls idle(true) when the group has given it nothing",
            "그룹에서 아무것도 받지 못하면 idle(true)를 부른다"
        ))
        .seen(given)
        .seen(said.map(|(index, _, _)| run.event(index)))
        .seen([missing(say!("no idle(true) from it", "그 멤버가 부른 idle(true)가 없다"))])
        .why(say!(
            "a program that does nothing and says nothing looks like one that hangs",
            "하는 일도 없고 말도 없는 프로그램은 멈춘 프로그램처럼 보인다"
        ))
        .read(&format!("{PAGE}#your-turn")));
    }
    if let Some(wrong) = works_and_says_idle(seen, 1, end) {
        return Err(takes_the_change_for_all(run, wrong));
    }
    if heartbeats(&run.history, seen) > 0 {
        return Ok(());
    }
    Err(mistake("no_heartbeats", say!("the idle member sent no heartbeat", "노는 멤버가 하트비트를 보내지 않았다"))
        .expected(say!("it stays a member as the others do", "다른 멤버처럼 그룹에 남는다"))
        .seen(given)
        .seen([missing(say!("no Heartbeat from it", "그 멤버의 Heartbeat가 없다"))])
        .why(say!(
            "without heartbeats the coordinator takes it for dead, and nobody is there to take over",
            "하트비트가 없으면 코디네이터가 죽은 멤버로 여기고, 이어받을 멤버가 없어진다"
        ))
        .read(&stay))
}

fn static_member(run: &Run, member: &Member, asked: usize) -> Mistake {
    mistake(
        "static_member",
        say!("the members are static: one went without LeaveGroup", "정적 멤버라서 LeaveGroup 없이 나갔다"),
    )
    .expected(say!("LeaveGroup when a member is asked to stop", "멈추라고 하면 LeaveGroup을 보낸다"))
    .seen([member.joined, asked].map(|index| run.event(index)))
    .seen([missing(say!("no LeaveGroup", "LeaveGroup이 없다"))])
    .why(say!(
        "group.instance.id says \"I shall be back\": the group keeps the partition for its session, and the standby cannot have it",
        "group.instance.id는 곧 돌아온다는 뜻이다. 그룹은 세션 타임아웃까지 그 파티션을 남겨 두므로 예비 멤버가 받을 수 없다"
    ))
    .read(&format!("{PAGE}#your-turn"))
}

pub(super) fn took_over(run: &Run) -> Result<(), Mistake> {
    let (seen, task) = (&run.recording, format!("{PAGE}#your-turn"));
    let asked = members::asked_to_stop(seen, |member| member != 0).unwrap_or_default();
    let all_asked = members::asked_to_stop(seen, |member| member == 0);
    let left = members::of_g1(run).iter().filter_map(|member| member.left).filter(|left| *left > asked).min();
    let returned = members::returned(seen).map(|(index, _, _)| index).find(|index| *index > asked);
    let Some(left) = left.filter(|left| returned.is_none_or(|returned| *left < returned)) else {
        run.came_to_its_end(&task)?;
        if let Some(member) = members::of_g1(run).iter().find(|member| member.instance.is_some()) {
            return Err(static_member(run, member, asked));
        }
        return Err(mistake(
            "did_not_leave",
            say!("a member was asked to stop, and its consumer stayed in G1", "멈추라고 한 멤버의 컨슈머가 G1에 남았다"),
        )
        .expected(say!("its consumer is dropped, and member returns", "컨슈머를 드롭(drop)하고 member가 반환한다"))
        .seen([asked].into_iter().chain(returned).map(|index| run.event(index)))
        .seen([missing(say!("no LeaveGroup by then", "그때까지 보낸 LeaveGroup이 없다"))])
        .why(say!(
            "until it leaves it keeps its partition, and the standby cannot have it",
            "떠나지 않으면 파티션을 계속 쥐고 있어서 예비 멤버가 받을 수 없다"
        ))
        .read(&task));
    };
    let taken = idle_in(&run.history, seen)
        .and_then(|member| member.holdings.into_iter().find(|held| held.given > left && !held.partitions.is_empty()));
    let Some(taken) = taken else {
        run.came_to_its_end(&task)?;
        let rebalance = |what: &What| matches!(what, What::Response { response: Response::Heartbeat { error: Some(_) }, .. });
        let told = seen.find(rebalance).map(|(index, _)| index).find(|index| *index > left);
        return Err(mistake(
            "standby_sleeps",
            say!(
                "the idle member did not answer when the partitions were shared anew",
                "파티션을 다시 나눌 때 노는 멤버가 응하지 않았다"
            ),
        )
        .expected(say!(
            "it polls all the time, joins again with the others, and gets the free partition",
            "계속 폴링하다가 다른 멤버들과 함께 다시 들어가 빈 파티션을 받는다"
        ))
        .seen([run.event(left)])
        .seen(told.map(|index| run.event(index)))
        .seen([missing(say!("no new assignment for the idle member", "놀던 멤버가 받은 새 할당이 없다"))])
        .why(say!(
            "its heartbeats keep it in the group, so the group waits for it: one member that does not poll stops all",
            "하트비트 때문에 그룹에 남아 있으니 그룹은 그 멤버를 기다린다. 폴링하지 않는 멤버 하나가 모두를 멈춘다"
        ))
        .read(&format!("{PAGE}#an-idle-member-stays")));
    };
    if all_asked.is_none() && says(seen, number(seen)) != Some(false) {
        return Err(mistake(
            "still_idle",
            say!("the standby works and says that it idles", "예비 멤버가 일하면서도 논다고 한다"),
        )
        .expected(say!(
            "it calls idle(false) when the group has given it something",
            "그룹에서 파티션을 받으면 idle(false)를 부른다"
        ))
        .seen([run.event(taken.given)])
        .seen([missing(say!("no idle(false) from it since then", "그 뒤로 부른 idle(false)가 없다"))])
        .why(say!(
            "who looks at the members' state would stop the one that does the work",
            "멤버 상태를 보고 판단하는 사람이 일하는 멤버를 꺼 버릴 수 있다"
        ))
        .read(&task));
    }
    if let Some(wrong) = works_and_says_idle(seen, 2, all_asked.unwrap_or(usize::MAX)) {
        return Err(takes_the_change_for_all(run, wrong));
    }
    if all_asked.is_none() {
        run.came_to_its_end(&task)?;
        let is_processed = |what: &What| matches!(what, What::Record { progress: Progress::Processed, .. });
        return Err(mistake(
            "stopped_reading",
            say!("after the change of members records were left unprocessed", "멤버가 바뀐 뒤 처리되지 않은 레코드가 남았다"),
        )
        .expected(say!("the four members that are left read all partitions", "남은 멤버 넷이 모든 파티션을 읽는다"))
        .seen(seen.find(is_processed).last().map(|(index, _)| run.event(index)))
        .why(say!(
            "a rebalance is no end: every member reads on with what it holds then",
            "리밸런싱은 끝이 아니다. 멤버마다 그때 맡은 파티션을 이어서 읽는다"
        ))
        .read(&task));
    }
    run.came_to_its_end(&task)
}
