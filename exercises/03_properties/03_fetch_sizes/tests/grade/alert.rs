//! `alert`: a sign-up is handed over within 100 ms, and as long as none is written the broker is asked at most once a second.

use std::time::Duration;

use lab::trace::Recording;
use lab::{Lab, Mistake, Outcome, Run, missing, mistake, say, sign_ups};

use super::{PAGE, fetches, fetches::Fetch, handed_over, mark};

/// The target. Two of some tries have to reach it: one may by chance come just as a wait ends, and one may meet a busy machine.
const WITHIN_MS: u64 = 100;
/// Two sign-ups a try; this is the offset of the second, which a slow loop makes wait.
const TRIES: [i64; 4] = [2, 4, 6, 8];
/// The second best of some tries is not so slow on any machine.
const SLOW_MS: u64 = 400;
/// A sign-up that is not handed over by now is late, whatever the machine.
const LATE: Duration = Duration::from_secs(3);
/// As long as nothing is written, a Fetch is kept for a second, less the time that a tick of the broker may differ.
const KEPT_MS: u64 = 950;

/// Waits until the broker has sent one Fetch back empty, or has kept it for a second. Then writes sign-ups until two were in time.
pub(super) async fn measure(lab: &Lab) -> Result<(), Outcome> {
    let before = fetches::of(&lab.seen(), "T1").len();
    let empty = say!("a second in which nobody signs up", "가입이 없는 1초");
    let came_back = |seen: &Recording, _: &_| fetches::of(seen, "T1").iter().skip(before).any(|fetch| fetch.records == 0);
    lab.until(Duration::from_millis(KEPT_MS + 100), empty, came_back).await;
    for offset in TRIES {
        lab.produce("T1", sign_ups(1, 2)).await?;
        lab.mark(format!("{WRITTEN}{offset}"));
        let soon = say!("sign-up {offset} to be handed over", "가입 레코드 {offset}이 전달되기");
        let is_there = lab.until(LATE, soon, |seen, _| handed_over(seen, "T1", offset).is_some()).await;
        if !is_there || tries(&lab.seen()).get(1).is_some_and(|(took, _)| *took <= WITHIN_MS) {
            break;
        }
    }
    Ok(())
}

const WRITTEN: &str = "Produce T1-0 offset ";

/// The sign-ups that were written: how many ms after it each was handed over, and its offset. The quickest first.
fn tries(seen: &Recording) -> Vec<(u64, i64)> {
    let took = |offset| {
        let (written, _) = mark(seen, &format!("{WRITTEN}{offset}"))?;
        let then = handed_over(seen, "T1", offset).unwrap_or(u64::MAX);
        Some((then.saturating_sub(seen.events[written].at) / 1000, offset))
    };
    let mut tries: Vec<_> = TRIES.into_iter().filter_map(took).collect();
    tries.sort_unstable();
    tries
}

pub(super) fn claims(run: &Run) -> Result<(), Mistake> {
    handed_over_at_once(run)?;
    asked_seldom(run)
}

/// A busy machine is slow as well. What is late by the settings was kept by the broker for more bytes; what is late by the loop was
/// there and not asked for.
fn handed_over_at_once(run: &Run) -> Result<(), Mistake> {
    let fetches = fetches::of(&run.recording, "T1");
    let kept = |fetch: &&Fetch| fetch.records > 0 && fetch.min_bytes > 1 && fetch.took_ms >= fetch.max_wait_ms.max(WITHIN_MS);
    let slow = tries(&run.recording).get(1).filter(|(took, _)| *took > SLOW_MS).map(|(_, offset)| *offset);
    let (id, title, fetch, why) = if let Some(fetch) = fetches.iter().find(kept) {
        let why = say!(
            "one sign-up is a few bytes: a Fetch that asks for more is kept until its wait is over",
            "가입 레코드는 몇 바이트뿐이다. 더 많이 요구한 Fetch는 대기 시간이 끝날 때까지 붙잡혀 있다"
        );
        ("late_alert", say!("a sign-up was handed over too late", "가입 레코드가 너무 늦게 전달됐다"), fetch, why)
    } else if let Some(fetch) = slow.and_then(|offset| fetches.iter().find(|fetch| fetch.last >= offset)) {
        let why = say!("the broker had sent it; the loop did not ask for it", "브로커는 보냈는데 루프가 꺼내지 않았다");
        ("late_loop", say!("the loop let a sign-up wait", "루프가 가입 레코드를 기다리게 했다"), fetch, why)
    } else {
        return Ok(());
    };
    Err(mistake(id, title)
        .expected(say!("it is handed over within {WITHIN_MS} ms of being written", "쓰인 지 {WITHIN_MS}ms 안에 전달된다"))
        .seen(fetch.shown(run))
        .seen([missing(say!("not handed over in time", "제때 전달되지 않았다"))])
        .why(why)
        .read(&format!("{PAGE}#when-a-fetch-is-answered")))
}

fn asked_seldom(run: &Run) -> Result<(), Mistake> {
    let hasty = |fetch: &Fetch| fetch.records == 0 && (fetch.took_ms < KEPT_MS || fetch.max_wait_ms < 1_000);
    let Some(fetch) = fetches::of(&run.recording, "T1").into_iter().find(hasty) else { return Ok(()) };
    Err(mistake(
        "asked_too_often",
        say!("the broker was asked again and again for nothing", "새 레코드가 없는데도 브로커에 거듭 물었다"),
    )
    .expected(say!("as long as nobody signs up, at most one Fetch a second", "가입이 없는 동안 Fetch는 1초에 한 번 이하"))
    .seen(fetch.shown(run))
    .why(say!(
        "the wait is no period: a record ends it at once. A shorter wait makes nothing quicker, and costs requests day and night",
        "대기 시간은 주기가 아니다. 레코드가 오면 바로 끝난다. 줄여도 빨라지지 않고, 밤낮으로 요청만 늘어난다"
    ))
    .read(&format!("{PAGE}#the-wait-is-no-period")))
}
