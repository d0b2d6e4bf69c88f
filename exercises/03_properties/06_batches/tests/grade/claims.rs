//! The claims of `06_batches`, in the order in which a learner should meet them.

use std::{collections::BTreeMap, time::Duration};

use lab::trace::{Note, Progress, Recording, Request, What};
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
/// A record that comes so long after a call's deadline, and is in its batch, shows that the call waited on. A busy machine is slower than
/// it should be, but not by so much.
const SLACK: Duration = Duration::from_millis(450);
/// A call that is not over by then is stuck, on any machine.
const STUCK: Duration = Duration::from_secs(3);
/// Some calls may be early: a consumer that has just begun has other things to tell.
const MOST_EARLY: usize = 2;
/// A record that so many calls did not return will not be returned.
const CALLS: usize = 4;

pub(super) fn of(run: &Run, wait: Duration) -> Result<(), Mistake> {
    opened(run)?;
    returned_each_once(run)?;
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
    calls.iter().any(|call| too_large(call) || waited_on(seen, call, wait).is_some() || kept_full(seen, call, wait).is_some())
        || early(seen, &calls, wait).len() > MOST_EARLY
        || returned(seen).values().any(|times| *times > 1)
        || lost(seen, &calls).is_some()
        || is_stuck(seen, &calls)
}

fn too_large(call: &Call) -> bool {
    matches!(call.end, End::Batch(records, _) if records > MAX)
}

/// The record in the batch of a call that came long after the call's deadline: its Fetch, and whether it is the first of the batch.
fn waited_on(seen: &Recording, call: &Call, wait: Duration) -> Option<(usize, bool)> {
    let End::Batch(records @ 1.., took) = call.end else { return None };
    let deadline = call.at.saturating_sub(took * 1000) + (wait + SLACK).as_micros() as u64;
    let mut fetches = returned_by(seen, call).take(records).filter_map(|offset| came(seen, offset)).enumerate();
    fetches.find(|(_, fetch)| seen.events[*fetch].at > deadline).map(|(n, fetch)| (fetch, n == 0))
}

/// A full batch that was kept for the whole wait, although the last of its records had come to the client before the call: its Fetch.
fn kept_full(seen: &Recording, call: &Call, wait: Duration) -> Option<usize> {
    let End::Batch(MAX, took) = call.end else { return None };
    let began = call.at.saturating_sub(took * 1000);
    let last = came(seen, returned_by(seen, call).nth(MAX - 1)?)?;
    (u128::from(took) >= wait.as_millis() && seen.events[last].at < began).then_some(last)
}

/// The offsets of the records that were returned with a call, and later.
fn returned_by(seen: &Recording, call: &Call) -> impl Iterator<Item = i64> {
    seen.events[call.mark..].iter().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, offset, .. } => Some(*offset),
        _ => None,
    })
}

/// A record that came to the client, was not returned, and will not be: its offset and its Fetch.
fn lost(seen: &Recording, calls: &[Call]) -> Option<(i64, usize)> {
    let returned = returned(seen);
    let came = (0..).map_while(|offset| Some((offset, came(seen, offset)?)));
    // The last call may just be telling what it returned.
    let many_calls = |fetch: usize| calls.iter().rev().skip(1).filter(|call| call.mark > fetch).count() >= CALLS;
    came.into_iter().find(|(offset, fetch)| !returned.contains_key(offset) && many_calls(*fetch))
}

/// Whether a record had come to the client before event `at`, and was not returned before it.
pub(super) fn has_in_hand(seen: &Recording, at: usize) -> bool {
    let is_returned = |of: i64| {
        let returns = |what: &What| matches!(what, What::Record { progress: Progress::Processed, offset, .. } if *offset == of);
        seen.events[..at].iter().any(|event| returns(&event.what))
    };
    (0..).take_while(|offset| came(seen, *offset).is_some_and(|fetch| fetch < at)).any(|offset| !is_returned(offset))
}

/// A record has come, and for a long time no call has returned.
fn is_stuck(seen: &Recording, calls: &[Call]) -> bool {
    let returned = returned(seen);
    let waiting = (0..).find(|offset| !returned.contains_key(offset)).and_then(|offset| came(seen, offset));
    let Some(fetch) = waiting else { return false };
    let since = calls.last().map_or(0, |call| call.at).max(seen.events[fetch].at);
    Duration::from_micros(seen.duration().saturating_sub(since)) > STUCK
}

/// Calls that returned too few records although there was time left. An error may end a call early.
fn early<'a>(seen: &Recording, calls: &'a [Call], wait: Duration) -> Vec<&'a Call> {
    let cut = seen.find(|what| matches!(what, What::Fault { .. })).next().map_or(usize::MAX, |(index, _)| index);
    let wait = wait.as_millis() as u64;
    let is_early = |call: &&Call| matches!(call.end, End::Batch(records, took) if records < MAX && took + 20 < wait);
    calls.iter().filter(|call| call.mark < cut).filter(is_early).collect()
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
    if early.len() <= MOST_EARLY {
        return Ok(());
    }
    let sizes = early.iter().map(|call| if let End::Batch(records, _) = call.end { records } else { 0 });
    // Who spins brings home, now and then, what happens to be there.
    let spins = sizes.clone().filter(|records| *records == 0).count() > MOST_EARLY;
    let largest = if spins { Some(0) } else { sizes.max() };
    let minimum = |what: &What| matches!(what, What::Request { request: Request::Fetch { min_bytes: 2.., .. }, .. });
    let has_minimum = seen.find(minimum).next().is_some();
    let (id, title, why) = match largest {
        Some(0) => (
            "returned_nothing",
            say!("next_batch returned nothing at once, time and again", "next_batch가 거듭 빈 채로 바로 반환했다"),
            say!("a caller that is not made to wait spins", "기다리지 않으면 호출하는 루프가 헛돈다"),
        ),
        Some(1) if has_minimum => (
            "fetch_min_bytes",
            say!("fetch.min.bytes was taken for the size of a batch", "fetch.min.bytes를 배치의 크기로 여겼다"),
            say!("a Fetch brings more then; recv still takes one", "Fetch가 더 가져올 뿐, recv는 여전히 하나를 꺼낸다"),
        ),
        Some(1) => (
            "one_at_a_time",
            say!("each batch held one record", "배치마다 레코드가 하나였다"),
            say!("a batch saves the cost of single records", "배치는 레코드마다 드는 비용을 아끼려는 것이다"),
        ),
        _ => (
            "returned_early",
            say!("a batch was neither full nor was its time over", "다 차지도, 시간이 다 되지도 않은 배치였다"),
            say!("the slower the records come, the smaller such batches get", "그런 배치는 레코드가 천천히 올수록 작아진다"),
        ),
    };
    Err(mistake(id, title)
        .expected(say!("{MAX} records, or what came until the wait is over", "{MAX}개, 아니면 대기가 끝날 때까지 온 것"))
        .seen(early.iter().take(2).map(|call| run.event(call.mark)))
        .why(why)
        .read(if largest == Some(1) { ONE } else { IN_TIME }))
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
    let late = calls.iter().find_map(|call| Some((call, waited_on(seen, call, wait)?)));
    if let Some((call, (fetch, is_first))) = late {
        let (id, title, why) = match is_first {
            true => (
                "waits_for_the_first",
                say!("a call waited for its first record, however long", "첫 레코드가 올 때까지 한없이 기다렸다"),
                say!("in a quiet hour such a call does not return", "조용할 때는 그런 호출이 반환하지 않는다"),
            ),
            false => (
                "waits_for_each",
                say!("a call took longer than its wait", "호출이 wait보다 오래 걸렸다"),
                say!("records that trickle in keep it waiting on", "레코드가 띄엄띄엄 오는 한 계속 기다린다"),
            ),
        };
        return Err(mistake(id, title).expected(expected).seen([run.event(fetch), run.event(call.mark)]).why(why).read(IN_TIME));
    }
    let returned = |what: &What| matches!(what, What::Note { note: Note::Returned { .. } | Note::Panicked { .. }, .. });
    if !is_stuck(seen, &calls) || seen.find(returned).next().is_some() {
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
    let ended = |end: End| two.iter().find(|call| call.end == end).copied();
    let (id, title, lost_by) = if let Some(call) = ended(End::Dropped) {
        ("lost_with_the_call", say!("the records of a dropped call were lost", "드롭된 호출이 모은 레코드를 잃었다"), Some(call))
    } else if let Some(call) = ended(End::Error) {
        ("lost_at_an_error", say!("the records before an error were lost", "오류가 나기 전까지 모은 레코드를 잃었다"), Some(call))
    } else {
        let title = say!("the records of a batch that was not full were lost", "다 차지 않은 배치의 레코드를 잃었다");
        ("lost_at_the_deadline", title, two.first().copied())
    };
    Err(mistake(id, title)
        .expected(say!("what is in hand is returned, now or by the next call", "모은 것은 지금, 아니면 다음 호출에서 반환한다"))
        .seen([run.event(fetch)])
        .seen(lost_by.map(|call| run.event(call.mark)))
        .seen([missing(say!("T1-0 offset {offset} was never returned", "T1-0 오프셋 {offset}은 반환된 적이 없다"))])
        .why(say!(
            "the client has handed them over and does not give them again",
            "클라이언트는 한 번 전달한 레코드를 다시 주지 않는다"
        ))
        .read(HOLDS))
}

/// Each offset that was returned, with the number of times.
pub(super) fn returned(seen: &Recording) -> BTreeMap<i64, usize> {
    let mut times = BTreeMap::new();
    for event in &seen.events {
        if let What::Record { progress: Progress::Processed, offset, .. } = &event.what {
            *times.entry(*offset).or_insert(0) += 1;
        }
    }
    times
}

fn returned_each_once(run: &Run) -> Result<(), Mistake> {
    let Some((twice, _)) = returned(&run.recording).into_iter().find(|(_, times)| *times > 1) else { return Ok(()) };
    let is_it = |what: &What| matches!(what, What::Record { progress: Progress::Processed, offset, .. } if *offset == twice);
    Err(mistake("returned_twice", say!("a record was returned twice", "레코드를 두 번 반환했다"))
        .expected(say!("every record is returned once", "모든 레코드를 한 번씩 반환한다"))
        .seen(run.show(2, is_it))
        .why(say!("whoever signed up once would be there twice", "한 번 가입한 회원이 두 번 있게 된다"))
        .read(HOLDS))
}
