//! `archive`: what waits is fetched in answers of 100 kB without a pause; then few Fetches bring many views, none later than a second.

use std::time::Duration;

use lab::{Data, Lab, Mistake, Outcome, Run, missing, mistake, say};

use super::{PAGE, fetches, fetches::Fetch, handed_over, mark};

/// Bundles that wait when `archive` starts, and the one among them that is larger than an answer may be.
const BUNDLES: i64 = 10;
const LARGE: i64 = 4;
const BUNDLE: usize = 40_000;
/// The last bundle that comes without a wait. The one after it may be less than the minimum.
pub(super) const AT_ONCE: i64 = BUNDLES - 2;
/// The most that an answer may bring, and what the protocol adds around it.
const MOST: u32 = 100_000;
const FRAMING: u32 = 500;
/// Views that trickle in afterwards: 50 a second, 200 bytes each with their batch.
const VIEWS: i64 = 60;
const VIEW: usize = 130;
const EVERY: Duration = Duration::from_millis(20);
/// The target; and for so long no loop may leave a record in the client's queue, even on a busy machine.
const WITHIN_MS: u64 = 1_000;
/// A view that is not handed over by now is late, whatever the machine.
const LATE: Duration = Duration::from_millis(1_300);
/// Half a second, less what the rate of the views may differ.
const KEPT_MS: u64 = 400;

pub(super) fn bundles() -> Vec<Data> {
    (0..BUNDLES).map(|n| record(if n == LARGE { 4 * BUNDLE } else { BUNDLE })).collect()
}

fn record(bytes: usize) -> Data {
    Data { partition: 0, key: None, value: Some(vec![b'v'; bytes]) }
}

/// Writes views one after another, and waits until all are handed over or one is late.
pub(super) async fn measure(lab: &Lab) -> Result<(), Outcome> {
    lab.mark(FIRST_VIEW);
    let views = (0..VIEWS).map(|_| record(VIEW)).collect();
    lab.produce_each("T2", views, EVERY).await?;
    lab.mark(LAST_VIEW);
    let all = say!("the views to be handed over", "페이지 조회 레코드가 전달되기");
    lab.until(LATE, all, |seen, _| handed_over(seen, "T2", BUNDLES + VIEWS - 1).is_some()).await;
    Ok(())
}

const FIRST_VIEW: &str = "Produce T2: the first view";
const LAST_VIEW: &str = "Produce T2: the last view";

pub(super) fn claims(run: &Run) -> Result<(), Mistake> {
    let fetches = fetches::of(&run.recording, "T2");
    brought_little(run, &fetches)?;
    caught_up(run, &fetches)?;
    was_in_time(run, &fetches)?;
    was_taken_at_once(run, &fetches)?;
    asked_seldom(run, &fetches)
}

fn brought_little(run: &Run, fetches: &[Fetch]) -> Result<(), Mistake> {
    let Some(large) = fetches.iter().find(|fetch| fetch.records > 1 && fetch.bytes > MOST + FRAMING) else { return Ok(()) };
    Err(mistake("too_much_at_once", say!("one answer brought too much", "응답 하나가 너무 많이 가져왔다"))
        .expected(say!("at most {MOST} bytes, unless a bundle is larger", "더 큰 묶음이 아니면 {MOST}바이트 이하"))
        .seen(large.shown(run))
        .why(say!("the default is 1 MiB a partition; it all takes up memory", "기본값은 파티션당 1MiB로, 모두 메모리를 차지한다"))
        .read(&format!("{PAGE}#how-much-an-answer-may-bring")))
}

/// No answer was kept for bytes that it may not bring, while more was there.
fn caught_up(run: &Run, fetches: &[Fetch]) -> Result<(), Mistake> {
    let kept_in_vain = |fetch: &&Fetch| fetch.bytes < fetch.min_bytes + FRAMING && fetch.took_ms >= fetch.max_wait_ms;
    let in_vain = |fetch: &&Fetch| (0..BUNDLES - 1).contains(&fetch.last) && kept_in_vain(fetch);
    let Some(fetch) = fetches.iter().find(in_vain) else { return Ok(()) };
    Err(mistake("never_enough", say!("the broker waited although the topic was full", "토픽이 차 있는데도 브로커가 기다렸다"))
    .expected(say!("what waits already is fetched without a pause", "이미 쌓인 것은 멈추지 않고 가져온다"))
    .seen(fetch.shown(run))
    .why(say!(
        "an answer brings no more than max.partition.fetch.bytes of a partition, so a larger fetch.min.bytes is never reached",
        "응답은 파티션에서 max.partition.fetch.bytes까지만 가져오므로, 그보다 큰 fetch.min.bytes는 채워지지 않는다"
    ))
    .read(&format!("{PAGE}#how-much-an-answer-may-bring")))
}

/// No view waited at the broker for more than a second: until its Fetch was answered, or in vain.
fn was_in_time(run: &Run, fetches: &[Fetch]) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some((first, _)) = mark(seen, FIRST_VIEW) else { return Ok(()) };
    let at_ms = |event: usize| seen.events[event].at / 1000;
    // One came as soon as it was asked for, since they come one after another.
    let waited_ms = |fetch: &Fetch| at_ms(fetch.answered).saturating_sub(at_ms(fetch.asked.max(first)));
    let is_late = |fetch: &&Fetch| fetch.max_wait_ms > WITHIN_MS && fetch.bytes < fetch.min_bytes && waited_ms(fetch) > WITHIN_MS;
    let brought_late = fetches.iter().find(|fetch| fetch.last >= BUNDLES && is_late(fetch));
    let in_vain = || fetches.last().filter(|fetch| fetch.last < BUNDLES + VIEWS - 1 && fetch.max_wait_ms > WITHIN_MS);
    let Some(kept) = brought_late.or_else(in_vain) else { return Ok(()) };
    Err(mistake("late_views", say!("a view was handed over too late", "페이지 조회 레코드가 너무 늦게 전달됐다"))
        .expected(say!("a view is handed over within a second of being written", "쓰인 지 1초 안에 전달된다"))
        .seen(kept.shown(run))
        .seen([missing(say!("a view, not handed over in time", "제때 전달되지 않은 조회 레코드"))])
        .why(say!(
            "short of the minimum, a record waits as long as its Fetch",
            "최소 바이트를 못 채우면 레코드도 Fetch만큼 기다린다"
        ))
        .read(&format!("{PAGE}#when-a-fetch-is-answered")))
}

/// What a Fetch has brought is handed over, and does not lie in the client's queue.
fn was_taken_at_once(run: &Run, fetches: &[Fetch]) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(end) = seen.asked_to_stop() else { return Ok(()) };
    let lay = |offset| {
        let fetch = fetches.iter().find(|fetch| fetch.last >= offset)?;
        let taken = handed_over(seen, "T2", offset).unwrap_or(seen.events[end].at);
        (taken.saturating_sub(seen.events[fetch.answered].at) / 1000 > WITHIN_MS).then_some(fetch)
    };
    let Some(fetch) = (0..BUNDLES + VIEWS).find_map(lay) else { return Ok(()) };
    Err(mistake("slow_loop", say!("the loop let a view wait", "루프가 페이지 조회 레코드를 기다리게 했다"))
        .expected(say!("a view is handed over within a second of being written", "쓰인 지 1초 안에 전달된다"))
        .seen([fetch.shown(run)[1].clone(), missing(say!("not handed over a second later", "1초 뒤에도 전달되지 않았다"))])
        .why(say!("the broker had sent it; the loop did not ask for it", "브로커는 보냈는데 루프가 꺼내지 않았다"))
        .read(&format!("{PAGE}#when-a-fetch-is-answered")))
}

/// While views trickle in, the broker keeps each Fetch for half a second or more. One may be on its way when the first view is written.
fn asked_seldom(run: &Run, fetches: &[Fetch]) -> Result<(), Mistake> {
    let Some((first, _)) = mark(&run.recording, FIRST_VIEW) else { return Ok(()) };
    let is_hasty = |fetch: &&Fetch| fetch.answered > first && (fetch.took_ms < KEPT_MS || fetch.max_wait_ms < 500);
    let hasty: Vec<&Fetch> = fetches.iter().filter(is_hasty).collect();
    let [_, _, fetch, ..] = hasty[..] else { return Ok(()) };
    let min_bytes = fetch.min_bytes;
    let (id, why) = if fetch.took_ms + 5 >= fetch.max_wait_ms {
        let why = say!("a minimum is worth nothing without the time to reach it", "채울 시간이 없으면 최소 바이트는 소용없다");
        ("short_waits", why)
    } else {
        let why = say!(
            "the broker answers as soon as fetch.min.bytes are there: {min_bytes} come in less than half a second",
            "브로커는 fetch.min.bytes만큼 모이면 바로 응답하는데, {min_bytes}바이트는 0.5초도 안 되어 모인다"
        );
        ("small_minimum", why)
    };
    Err(mistake(id, say!("a Fetch was answered for a few views, again and again", "조회 몇 건 때문에 Fetch 응답이 거듭 왔다"))
        .expected(say!("the broker is asked at most twice a second", "브로커에는 1초에 두 번 이하로 묻는다"))
        .seen(fetch.shown(run))
        .why(why)
        .read(&format!("{PAGE}#when-a-fetch-is-answered")))
}
