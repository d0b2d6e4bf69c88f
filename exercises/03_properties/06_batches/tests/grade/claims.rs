//! The claims of `06_batches`, in the order in which a learner should meet them.

use std::{collections::BTreeMap, time::Duration};

use lab::trace::{Note, Progress, Recording, What};
use lab::{Mistake, Run, missing, mistake, say};

use super::{
    MAX,
    calls::{self, Call, End},
    came,
};

const YOUR_TURN: &str = "03_properties/06_batches#your-turn";
const ONE: &str = "03_properties/06_batches#one-record-at-a-time";
const IN_TIME: &str = "03_properties/06_batches#full-or-in-time";
const HOLDS: &str = "03_properties/06_batches#who-holds-the-batch";
/// A call that takes so much longer than its wait does not heed it. A busy machine is slower than it should be, but not by so much.
const SLACK: Duration = Duration::from_millis(600);
/// A call that is not over by then is stuck, on any machine: so long, and longer than one takes that waits anew for each record that
/// trickles in.
const STUCK: Duration = Duration::from_secs(3);
const STUCK_WAITS: u32 = 7;
/// So many calls that are late tell a habit: one may be the machine's doing.
const ENOUGH: usize = 2;
/// Some calls may be early: a consumer that has just begun has other things to tell.
const MOST_EARLY: usize = 2;
/// A record that so many calls did not return will not be returned.
const CALLS: usize = 4;

pub(super) fn of(run: &Run, wait: Duration) -> Result<(), Mistake> {
    opened(run)?;
    returned_each_once_in_order(run)?;
    held_no_more_than_max(run)?;
    waited(run, wait)?;
    returned_when_full(run, wait)?;
    returned_in_time(run, wait)?;
    lost_nothing(run)?;
    run.came_to_its_end(YOUR_TURN)
}

/// What no wait will mend.
pub(super) fn is_wrong(seen: &Recording, wait: Duration) -> bool {
    let calls = calls::of(seen);
    calls.iter().any(|call| too_large(call) || is_late(call, wait) || kept_full(seen, call, wait).is_some())
        || !early(seen, &calls, wait).is_empty()
        || returned(seen).values().any(|times| *times > 1)
        || lost(seen, &calls).is_some()
        || is_stuck(seen, &calls, wait)
}

fn too_large(call: &Call) -> bool {
    matches!(call.end, End::Batch(records, _) if records > MAX)
}

fn is_late(call: &Call, wait: Duration) -> bool {
    matches!(call.end, End::Batch(_, took) if u128::from(took) > (wait + SLACK).as_millis())
}

/// A call whose wait began with its first record: late, as all were whose first record was late.
fn late_from_the_first<'a>(seen: &Recording, calls: &'a [Call], wait: Duration) -> Option<&'a Call> {
    let late = |call: &&Call| matches!(call.end, End::Batch(_, took) if u128::from(took) > (wait + wait / 3).as_millis());
    let first_late = first_late(seen, calls, wait);
    (first_late.len() >= ENOUGH && first_late.iter().all(late)).then(|| first_late[0])
}

/// Whether enough calls had a first record that was late, so that they tell from when the wait counts.
pub(super) fn told_by_the_first(seen: &Recording, wait: Duration) -> bool {
    first_late(seen, &calls::of(seen), wait).len() >= ENOUGH
}

/// The calls before the cut that returned a few records, the first of which came when much of the wait was over.
fn first_late<'a>(seen: &Recording, calls: &'a [Call], wait: Duration) -> Vec<&'a Call> {
    let is_first_late = |call: &&Call| {
        let End::Batch(1..MAX, took) = call.end else { return false };
        let began = call.at.saturating_sub(took * 1000);
        let came = returned_by(seen, call).next().and_then(|offset| came(seen, offset)).map_or(0, |fetch| seen.events[fetch].at);
        Duration::from_micros(came.saturating_sub(began)) > wait * 2 / 5
    };
    before_the_cut(seen, calls).filter(is_first_late).collect()
}

/// A full batch that was kept for the whole wait, although the last of its records had come to the client before the call: its Fetch.
fn kept_full(seen: &Recording, call: &Call, wait: Duration) -> Option<usize> {
    matches!(call.end, End::Batch(MAX, took) if u128::from(took) >= wait.as_millis()).then(|| full_before(seen, call))?
}

/// The Fetch with which the last record of a full batch had come to the client before the call.
fn full_before(seen: &Recording, call: &Call) -> Option<usize> {
    let End::Batch(_, took) = call.end else { return None };
    let last = came(seen, returned_by(seen, call).nth(MAX - 1)?)?;
    (seen.events[last].at < call.at.saturating_sub(took * 1000)).then_some(last)
}

/// The offsets of the records that were returned with a call, and later.
fn returned_by(seen: &Recording, call: &Call) -> impl Iterator<Item = i64> {
    processed(seen).filter(|(index, _)| *index > call.mark).map(|(_, offset)| offset)
}

/// The first record that came to the client and was not returned: its offset and its Fetch.
fn waiting(seen: &Recording) -> Option<(i64, usize)> {
    let returned = returned(seen);
    (0..).map_while(|offset| Some((offset, came(seen, offset)?))).find(|(offset, _)| !returned.contains_key(offset))
}

/// A record that is waiting, and will not be returned.
fn lost(seen: &Recording, calls: &[Call]) -> Option<(i64, usize)> {
    // The last call may just be telling what it returned.
    let many_calls = |fetch: usize| calls.iter().rev().skip(1).filter(|call| call.mark > fetch).count() >= CALLS;
    waiting(seen).filter(|(_, fetch)| many_calls(*fetch))
}

/// Whether a record was waiting at event `at`.
pub(super) fn has_in_hand(seen: &Recording, at: usize) -> bool {
    let mut before = seen.clone();
    before.events.truncate(at);
    waiting(&before).is_some()
}

/// A record is waiting, and for a long time no call has returned.
fn is_stuck(seen: &Recording, calls: &[Call], wait: Duration) -> bool {
    let Some((_, fetch)) = waiting(seen) else { return false };
    let since = calls.last().map_or(0, |call| call.at).max(seen.events[fetch].at);
    Duration::from_micros(seen.duration().saturating_sub(since)) > STUCK.max(STUCK_WAITS * wait)
}

/// Calls that returned too few records although there was time left. An error may end a call early; but none does where a full batch has
/// come before the call.
fn early<'a>(seen: &Recording, calls: &'a [Call], wait: Duration) -> Vec<&'a Call> {
    let wait = wait.as_millis() as u64;
    let is_early = |call: &&Call| matches!(call.end, End::Batch(records, took) if records < MAX && took + 20 < wait);
    let early: Vec<_> = before_the_cut(seen, calls).filter(is_early).collect();
    let has_excuse = |call: &&Call| early.len() <= MOST_EARLY && full_before(seen, call).is_none();
    early.iter().copied().filter(|call| !has_excuse(call)).collect()
}

fn before_the_cut<'a>(seen: &Recording, calls: &'a [Call]) -> impl Iterator<Item = &'a Call> {
    let cut = seen.first(|what| matches!(what, What::Fault { .. })).unwrap_or(usize::MAX);
    calls.iter().filter(move |call| call.mark < cut)
}

fn opened(run: &Run) -> Result<(), Mistake> {
    let refused = |what: &What| matches!(what, What::Note { note: Note::Returned { error: Some(error), .. }, .. } if error.contains("No such configuration property"));
    let Some((index, _)) = run.recording.find(refused).next() else { return Ok(()) };
    Err(mistake("java_property", say!("the client was given an unknown property", "클라이언트에 없는 속성을 설정했다"))
        .expected(say!("a consumer that can be made", "만들 수 있는 컨슈머"))
        .seen([run.event(index)])
        .why(say!("librdkafka hands over one record at a time", "librdkafka는 레코드를 하나씩 전달한다"))
        .read(ONE))
}

fn held_no_more_than_max(run: &Run) -> Result<(), Mistake> {
    let calls = calls::of(&run.recording);
    let Some(large) = calls.iter().find(|call| too_large(call)) else { return Ok(()) };
    Err(mistake("more_than_max", say!("a batch held more than max records", "배치에 max보다 많은 레코드가 들어 있다"))
        .expected(say!("at most {MAX} records", "레코드 {MAX}개 이하"))
        .seen([run.event(large.mark)])
        .why(say!("max is what the caller can take at once", "max는 호출한 쪽이 한 번에 감당할 수 있는 양이다"))
        .read(IN_TIME))
}

fn waited(run: &Run, wait: Duration) -> Result<(), Mistake> {
    let seen = &run.recording;
    let calls = calls::of(seen);
    let early = early(seen, &calls, wait);
    if early.is_empty() {
        return Ok(());
    }
    let sizes = early.iter().map(|call| if let End::Batch(records, _) = call.end { records } else { 0 });
    // Who spins brings home, now and then, what happens to be there.
    let spins = sizes.clone().filter(|records| *records == 0).count() > MOST_EARLY;
    let (id, title, why, read) = if spins {
        let title = say!(
            "next_batch returned nothing before its wait was over, time and again",
            "wait가 지나기 전에 next_batch가 거듭 빈 채로 반환했다"
        );
        let why = say!("a caller that is not made to wait spins", "기다리지 않으면 호출하는 루프가 헛돈다");
        ("returned_nothing", title, why, IN_TIME)
    } else if sizes.max() == Some(1) {
        let why = say!(
            "a batch saves the cost of single records; with fetch.min.bytes a Fetch brings more, and recv still takes one",
            "배치는 레코드마다 드는 비용을 아끼려는 것이다. fetch.min.bytes로는 Fetch가 더 가져올 뿐, recv는 여전히 하나를 꺼낸다"
        );
        ("one_at_a_time", say!("each batch held one record", "배치마다 레코드가 하나였다"), why, ONE)
    } else {
        let title = say!("a batch was neither full nor was its time over", "다 차지도, 시간이 다 되지도 않은 배치였다");
        let why =
            say!("the slower the records come, the smaller such batches get", "그런 배치는 레코드가 천천히 올수록 작아진다");
        ("returned_early", title, why, IN_TIME)
    };
    Err(mistake(id, title)
        .expected(say!("{MAX} records, or what came until the wait is over", "{MAX}개, 아니면 대기가 끝날 때까지 온 것"))
        .seen(early.iter().take(2).map(|call| run.event(call.mark)))
        .why(why)
        .read(read))
}

fn returned_when_full(run: &Run, wait: Duration) -> Result<(), Mistake> {
    let seen = &run.recording;
    let calls = calls::of(seen);
    let Some((call, fetch)) = calls.iter().find_map(|call| Some((call, kept_full(seen, call, wait)?))) else { return Ok(()) };
    Err(mistake(
        "waits_though_full",
        say!("a full batch was kept until its wait was over", "다 찬 배치를 대기 시간이 끝날 때까지 붙잡았다"),
    )
    .expected(say!("a batch is returned as soon as it holds {MAX} records", "{MAX}개가 차면 바로 반환한다"))
    .seen([run.event(fetch), run.event(call.mark)])
    .why(say!(
        "the wait is for records that are still missing; whoever has a backlog waits in vain, batch after batch",
        "대기는 아직 오지 않은 레코드를 위한 것이다. 밀린 레코드가 있으면 배치마다 헛되이 기다린다"
    ))
    .read(IN_TIME))
}

fn returned_in_time(run: &Run, wait: Duration) -> Result<(), Mistake> {
    let seen = &run.recording;
    let calls = calls::of(seen);
    let expected =
        say!("when wait has passed since the call, it returns what it has", "호출한 지 wait가 지나면 가진 것을 반환한다");
    let much = calls.iter().find(|call| is_late(call, wait));
    if let Some(call) = much.or_else(|| late_from_the_first(seen, &calls, wait)) {
        let (id, why) = if much.is_none() {
            let why = say!("the wait begins with the call, not with the first record", "wait는 첫 레코드가 아니라 호출부터 센다");
            ("time_from_the_first", why)
        } else {
            let why = say!(
                "a call has no more time because no record comes, or one after another, or an error",
                "레코드가 오지 않거나 띄엄띄엄 온다고, 또는 오류가 났다고 시간이 더 생기지는 않는다"
            );
            ("waits_on", why)
        };
        let title = say!("a call took longer than its wait", "호출이 wait보다 오래 걸렸다");
        return Err(mistake(id, title).expected(expected).seen([run.event(call.mark)]).why(why).read(IN_TIME));
    }
    let returned = |what: &What| matches!(what, What::Note { note: Note::Returned { .. } | Note::Panicked { .. }, .. });
    if !is_stuck(seen, &calls, wait) || seen.find(returned).next().is_some() {
        return Ok(());
    }
    Err(mistake("waits_for_a_full_batch", say!("next_batch waited for a full batch", "배치가 다 찰 때까지 기다렸다"))
        .expected(expected)
        .seen(calls.last().map(|call| run.event(call.mark)))
        .seen([missing(say!("no return after that", "그 뒤로 반환이 없다"))])
        .why(say!("the last records of a day wait for the next day's", "하루의 마지막 레코드들이 다음 날 레코드를 기다린다"))
        .read(IN_TIME))
}

/// Every record that came to the client is returned by some call.
fn lost_nothing(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let calls = calls::of(seen);
    let Some((offset, fetch)) = lost(seen, &calls) else { return Ok(()) };
    // The Fetch may have come a moment before the end of one call, and its records be taken by the next.
    let two: Vec<&Call> = calls.iter().filter(|call| call.mark > fetch).take(2).collect();
    let dropped = two.iter().find(|call| call.end == End::Dropped);
    let cut = seen.first(|what| matches!(what, What::Fault { .. })).unwrap_or(usize::MAX);
    let failed = two.iter().find(|call| (fetch..call.mark).contains(&cut));
    let stopped = cut < fetch && returned(seen).into_keys().all(|returned| returned < offset);
    let (id, title, [before, after]) = if stopped {
        let title = say!("after an error nothing was returned any more", "오류가 난 뒤로는 아무것도 반환하지 않았다");
        ("stopped_at_an_error", title, [cut, fetch])
    } else if let Some(call) = dropped {
        let title = say!("the records of a dropped call were lost", "드롭된 호출이 모은 레코드를 잃었다");
        ("lost_with_the_call", title, [fetch, call.mark])
    } else if let Some(call) = failed {
        let title = say!("the records before an error were lost", "오류가 나기 전까지 모은 레코드를 잃었다");
        ("lost_at_an_error", title, [fetch, call.mark])
    } else {
        let title = say!("the records of a batch that was not full were lost", "다 차지 않은 배치의 레코드를 잃었다");
        ("lost_at_the_deadline", title, [fetch, two.first().map_or(fetch, |call| call.mark)])
    };
    Err(mistake(id, title)
        .expected(say!("what has come is returned, now or by the next call", "온 것은 지금, 아니면 다음 호출에서 반환한다"))
        .seen([run.event(before), run.event(after)])
        .seen([missing(say!("T1-0 offset {offset} was never returned", "T1-0 오프셋 {offset} 레코드는 반환된 적이 없다"))])
        .why(say!(
            "what the client has handed over it does not give again; and after an error it goes on by itself",
            "클라이언트는 한 번 전달한 레코드를 다시 주지 않고, 오류가 나도 스스로 이어 간다"
        ))
        .read(HOLDS))
}

/// Each offset that was returned, with the number of times.
pub(super) fn returned(seen: &Recording) -> BTreeMap<i64, usize> {
    let mut times = BTreeMap::new();
    processed(seen).for_each(|(_, offset)| *times.entry(offset).or_insert(0) += 1);
    times
}

/// The offsets that were returned, in their order, with their events.
fn processed(seen: &Recording) -> impl Iterator<Item = (usize, i64)> {
    seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Record { progress: Progress::Processed, offset, .. } => Some((index, *offset)),
        _ => None,
    })
}

fn returned_each_once_in_order(run: &Run) -> Result<(), Mistake> {
    let returned: Vec<_> = processed(&run.recording).collect();
    let Some(pair) = returned.windows(2).find(|pair| pair[1].1 <= pair[0].1) else { return Ok(()) };
    let is_twice = returned.iter().filter(|(_, offset)| *offset == pair[1].1).count() > 1;
    let (id, title) = match is_twice {
        true => ("returned_twice", say!("a record was returned twice", "레코드를 두 번 반환했다")),
        false => ("out_of_order", say!("records were returned out of order", "레코드를 순서대로 반환하지 않았다")),
    };
    Err(mistake(id, title)
        .expected(say!("every record once, in the order of its partition", "모든 레코드를 파티션의 순서대로 한 번씩"))
        .seen([run.event(pair[0].0), run.event(pair[1].0)])
        .why(say!(
            "whoever signed up once would be there twice, and an older record would come over a newer one",
            "한 번 가입한 회원이 두 번 들어가거나, 오래된 레코드가 새 레코드를 덮어쓴다"
        ))
        .read(HOLDS))
}
