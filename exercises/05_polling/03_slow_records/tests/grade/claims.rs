//! Claims of `03_slow_records`: the consumer stays, and each record is processed once and in its order.

use std::collections::BTreeMap;

use lab::trace::{Note, Partition, Progress, Request, Response, What, history::Member};
use lab::{Mistake, Run, missing, mistake, say};

use super::{FIRST_BATCH, GROUP, LONGEST, PARTITIONS, TOPIC, handed_over, interval, members};

pub(super) const TASK: &str = "05_polling/03_slow_records#your-turn";
const INTERVAL: &str = "05_polling/03_slow_records#two-clocks";
const MEANWHILE: &str = "05_polling/03_slow_records#poll-while-it-works";
const BOUND: &str = "05_polling/03_slow_records#or-raise-the-interval";
/// `max.poll.interval.ms` of the starter.
const STARTER_MS: u128 = 2_500;

fn of_the_group(run: &Run) -> &[Member] {
    run.group(GROUP).map_or(&[], |group| &group.members)
}

/// The event with which the answer returned, and its error; empty where it has none.
fn returned(run: &Run) -> Option<(usize, &str)> {
    run.recording.events.iter().enumerate().find_map(|(index, event)| match &event.what {
        What::Note { note: Note::Returned { error, .. }, .. } => Some((index, error.as_deref().unwrap_or_default())),
        _ => None,
    })
}

pub(super) fn joined(run: &Run) -> Result<(), Mistake> {
    if members(&run.history) > 0 && handed_over(&run.recording).is_some() {
        return Ok(());
    }
    if let Some((index, _)) =
        returned(run).filter(|(_, error)| ["session.timeout.ms", "max.poll.interval.ms"].iter().all(|name| error.contains(name)))
    {
        return Err(mistake(
            "raised_the_session",
            say!(
                "session.timeout.ms was raised above max.poll.interval.ms",
                "session.timeout.ms를 max.poll.interval.ms보다 크게 했다"
            ),
        )
        .expected(say!("the consumer polls in time, or the interval is raised", "제때 폴링하거나 간격을 늘린다"))
        .seen([run.event(index)])
        .why(say!(
            "a session is about heartbeats, and they never stopped: what was missing is a poll",
            "세션은 하트비트에 관한 것이고 하트비트는 끊긴 적이 없다. 없었던 것은 폴링이다"
        ))
        .read(INTERVAL));
    }
    run.came_to_its_end(TASK)?;
    Err(mistake("nobody_joined", say!("no consumer of the group has read", "그룹의 컨슈머가 아무것도 읽지 않았다"))
        .expected(say!("a member of {GROUP} that reads {TOPIC}", "{TOPIC}을 읽는 {GROUP}의 멤버"))
        .seen([missing(say!("no record was handed over", "넘겨진 레코드가 없다"))])
        .why(say!("there is nothing to judge yet", "아직 판단할 것이 없다"))
        .read(TASK))
}

/// Claims that the consumer did not leave before it was asked to stop.
pub(super) fn stayed(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let asked = seen.asked_to_stop().unwrap_or(usize::MAX);
    let left = of_the_group(run).iter().filter_map(|member| member.left).find(|left| *left < asked);
    let (Some(left), Some((begun, slow))) = (left, handed_over(seen)) else { return Ok(()) };
    let (interval, at) = (interval(seen), seen.events[left].at);
    let waited = std::time::Duration::from_micros(at.saturating_sub(slow.at));
    let evidence = [begun, left].map(|index| run.event(index));
    let ms = interval.as_millis();
    if let Some((index, error)) = returned(run).filter(|(index, _)| *index < asked) {
        let title = match error.contains("PollExceeded") {
            true => say!("the consumer was too late with its poll, and ended there", "폴링이 늦었고, 거기서 끝나 버렸다"),
            false => say!("the consumer ended, and nobody had asked it to", "멈추라고 하지 않았는데 컨슈머가 끝났다"),
        };
        return Err(mistake("took_it_for_the_end", title)
            .expected(say!(
                "it polls in time; and an error of a poll is news, not the end",
                "제때 폴링한다. 그리고 폴링에서 받은 오류는 알림이지 끝이 아니다"
            ))
            .seen([run.event(left), run.event(index)])
            .why(say!(
                "the program ends there, and the next one that starts may meet the same",
                "프로그램이 거기서 끝난다. 다음에 시작한 프로그램도 같은 일을 만날 수 있다"
            ))
            .read(INTERVAL));
    }
    // The client's own clock began before the grader heard of the record, so what is short of the interval by little is that clock.
    if 2 * waited < interval {
        return Err(mistake(
            "left_on_purpose",
            say!("the consumer left while it worked, on its own account", "일하는 동안 컨슈머가 스스로 그룹을 떠났다"),
        )
        .expected(say!("it stays a member, whatever a record takes", "레코드가 얼마나 걸리든 멤버로 남는다"))
        .seen(evidence)
        .why(say!(
            "leaving and joining again are two rebalances of the whole group, for one record",
            "떠났다가 다시 들어오면 레코드 하나 때문에 그룹 전체가 두 번 리밸런싱한다"
        ))
        .read(MEANWHILE));
    }
    if ms != STARTER_MS && interval <= LONGEST {
        let longest = LONGEST.as_millis();
        return Err(mistake(
            "raised_too_little",
            say!("the interval was raised, and not above the longest record", "간격을 늘렸지만 가장 오래 걸리는 레코드보다 짧다"),
        )
        .expected(say!("max.poll.interval.ms above {longest}", "{longest}보다 큰 max.poll.interval.ms"))
        .seen(evidence)
        .why(say!(
            "an interval is safe where it is above the bound: take it from `longest`, not from a guess",
            "간격은 상한보다 커야 안전하다. 짐작하지 말고 `longest`에서 계산한다"
        ))
        .read(BOUND));
    }
    let fetches = seen.find(|what| matches!(what, What::Request { request: Request::Fetch { .. }, .. }));
    if fetches.filter(|(index, event)| *index < left && event.at > slow.at + 1_000_000).count() == 0 {
        return Err(mistake(
            "paused_and_waited",
            say!("the partitions were paused, and nobody polled", "파티션을 멈춰 두고 폴링하지 않았다"),
        )
        .expected(say!("the consumer is polled on while it is paused", "멈춰 둔 동안에도 계속 폴링한다"))
        .seen([missing(say!("no Fetch while the record was in work", "레코드를 처리하는 동안 Fetch가 없다"))])
        .seen(evidence)
        .why(say!(
            "pausing stops reading; it does not stop the clock of max.poll.interval.ms",
            "멈추면 읽기가 멈출 뿐, max.poll.interval.ms의 시계는 멈추지 않는다"
        ))
        .read(MEANWHILE));
    }
    Err(mistake(
        "left_while_working",
        say!(
            "nobody polled while a record was in work, and the consumer left",
            "레코드를 처리하는 동안 폴링하지 않아 컨슈머가 그룹을 떠났다"
        ),
    )
    .expected(say!(
        "it polls at least every {ms} ms, however long a record takes",
        "레코드가 얼마나 걸리든 적어도 {ms}ms마다 폴링한다"
    ))
    .seen(evidence)
    .why(say!(
        "its partitions go to somebody else in the middle of a record, and its commit is refused: the record may be processed twice",
        "레코드를 처리하는 도중에 파티션을 빼앗기고 커밋도 거부된다. 그 레코드가 두 번 처리될 수 있다"
    ))
    .read(INTERVAL))
}

/// Claims that no record overtook the one before it in its partition.
pub(super) fn in_order(run: &Run) -> Result<(), Mistake> {
    let mut last: BTreeMap<&Partition, (i64, usize, bool)> = BTreeMap::new();
    let overtaken = run.recording.events.iter().enumerate().find_map(|(index, event)| {
        let What::Record { progress, partition, offset, .. } = &event.what else { return None };
        match (progress, last.get_mut(partition)) {
            (Progress::Processed, Some((_, _, done))) => *done = true,
            (_, Some((before, at, done))) if !*done || *before > *offset => return Some([*at, index]),
            _ => _ = last.insert(partition, (*offset, index, false)),
        }
        None
    });
    let Some(overtaken) = overtaken else { return Ok(()) };
    Err(mistake(
        "overtaken",
        say!("a record overtook the one before it in its partition", "같은 파티션에서 뒤 레코드가 앞 레코드를 앞질렀다"),
    )
    .expected(say!("records of one partition are processed one after the other", "한 파티션의 레코드는 하나씩 차례로 처리한다"))
    .seen(overtaken.map(|index| run.event(index)))
    .why(say!(
        "a customer who moves twice may end up in the country before the last; and there is no end to the tasks",
        "두 번 이사한 고객이 이전 나라로 남을 수 있다. 게다가 태스크가 끝없이 늘어난다"
    ))
    .read(MEANWHILE))
}

/// Claims that each record was processed, and no record twice.
pub(super) fn each_once(run: &Run) -> Result<(), Mistake> {
    let times = run.processed();
    let of = |number: i32, offset: usize| times.get(&(Partition::new(TOPIC, number), offset as i64)).copied().unwrap_or(0);
    let all = |offset: usize| (0..PARTITIONS).map(move |number| (number, offset));
    let last = (0, FIRST_BATCH);
    if let Some((number, offset)) =
        (0..FIRST_BATCH).flat_map(all).chain([last]).find(|(number, offset)| of(*number, *offset) == 0)
    {
        let never = missing(say!(
            "process was not called with {TOPIC}-{number} offset {offset}",
            "process가 {TOPIC}-{number} 오프셋 {offset}으로 불리지 않았다"
        ));
        run.came_to_its_end(TASK)?;
        return Err(match of(last.0, last.1) > 0 {
            true => mistake(
                "polled_and_dropped",
                say!("records that were polled meanwhile were not processed", "그동안 폴링한 레코드를 처리하지 않았다"),
            )
            .expected(say!(
                "the partitions are paused, or what comes is kept for later",
                "파티션을 멈춰 두거나, 온 것을 나중을 위해 간직한다"
            ))
            .seen([never])
            .why(say!(
                "a record that was polled counts as handed over: its offset is committed, and it does not come again",
                "폴링한 레코드는 넘겨준 것으로 친다. 오프셋이 커밋되고 다시 오지 않는다"
            ))
            .read(MEANWHILE),
            false => mistake(
                "never_resumed",
                say!("after the slow record nothing was read", "느린 레코드 다음부터 아무것도 읽지 않았다"),
            )
            .expected(say!("what was paused is resumed", "멈춘 것은 다시 읽기 시작한다"))
            .seen([never])
            .why(say!(
                "a paused partition stays paused: a member that polls and heartbeats, and reads nothing, looks healthy",
                "멈춘 파티션은 멈춘 채로 남는다. 폴링하고 하트비트를 보내지만 아무것도 읽지 않는 멤버는 멀쩡해 보인다"
            ))
            .read(MEANWHILE),
        });
    }
    let Some(((partition, offset), _)) = times.iter().find(|(_, times)| **times > 1) else { return Ok(()) };
    let calls = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, partition: p, offset: o, .. } if p == partition && o == offset);
    Err(mistake("came_twice", say!("a record was processed twice", "레코드 하나를 두 번 처리했다"))
        .expected(say!("each record is processed once", "레코드마다 한 번 처리한다"))
        .seen(run.show(2, calls))
        .why(say!("its customer is counted twice", "그 고객을 두 번 세게 된다"))
        .read(TASK))
}

/// Claims that the consumer was one member all the time: it asked to join once, and its commits were taken.
pub(super) fn one_member(run: &Run) -> Result<(), Mistake> {
    let no_member = |what: &What| match what {
        What::Request { request: Request::JoinGroup { member, .. }, .. } => member.is_empty(),
        What::Response { response: Response::OffsetCommit { results }, .. } => results.values().any(Option::is_some),
        _ => false,
    };
    let Some((begun, _)) = handed_over(&run.recording) else { return Ok(()) };
    if !run.recording.find(no_member).any(|(index, _)| index > begun) {
        return Ok(());
    }
    Err(mistake(
        "not_a_member",
        say!(
            "the consumer was no member any more when the record was done",
            "레코드가 끝났을 때 컨슈머는 더 이상 멤버가 아니었다"
        ),
    )
    .expected(say!("one member from the first JoinGroup to the end", "첫 JoinGroup부터 끝까지 멤버 하나"))
    .seen([run.event(begun), missing(say!("its OffsetCommit was refused", "OffsetCommit이 거부됐다"))])
    .why(say!(
        "a static member sends no LeaveGroup, but gives everything up as well: the group waits for it in vain",
        "정적 멤버는 LeaveGroup을 보내지 않을 뿐 마찬가지로 모두 내려놓는다. 그룹은 헛되이 기다린다"
    ))
    .read(INTERVAL))
}
