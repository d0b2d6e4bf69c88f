//! Grades `03_fetch_sizes`: `alert` and `archive` read at the same time, each in a group and a topic of its own. Sign-ups are written one
//! after another and the time to their hand-over is measured, then none is written for a second. Page views wait in bundles when
//! `archive` starts, and then trickle in.

use std::time::Duration;

use lab::trace::{Note, Recording, What};
use lab::{Lab, Mistake, Outcome, Process, Returned, Run, Seat, mistake, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/alert.rs"]
mod alert;
#[path = "grade/archive.rs"]
mod archive;
#[path = "grade/fetches.rs"]
mod fetches;

lab::exam!(fetch_sizes::alert, fetch_sizes::archive);

const PAGE: &str = "03_properties/03_fetch_sizes";
const YOUR_TURN: &str = "03_properties/03_fetch_sizes#your-turn";
/// For how long the machine may stand still, so that time is still judged.
const STEADY: Duration = Duration::from_millis(300);
/// How long an answer may say nothing new.
const QUIET: Duration = Duration::from_secs(5);
const A_MOMENT: Duration = Duration::from_millis(100);

/// Runs the answer, in its own process: both applications at once, as two programs.
pub fn sit(
    seat: &Seat,
    alert: impl AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync,
    archive: impl AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync,
) -> Returned {
    let told = |n: u32, name: &str, returned: Returned| {
        seat.marks(n)(format!("{name} returned {}", returned.map_or_else(|error| format!("Err: {error}"), |_| "Ok".to_owned())))
    };
    let (servers, name, stop) = (seat.bootstrap(), |name| seat.name(name), || seat.stop());
    std::thread::scope(|scope| {
        scope.spawn(|| told(1, "alert", seat.block_on(alert(servers, name("G1"), name("T1"), seat.process(1), stop()))));
        scope.spawn(|| told(2, "archive", seat.block_on(archive(servers, name("G2"), name("T2"), seat.process(2), stop()))));
    });
    lab::returned_by::<(), String>(Ok(()))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!(
        "the embedded broker does not heed fetch.min.bytes, and does not notice a record that is written while a Fetch waits",
        "내장 브로커는 fetch.min.bytes를 무시하고, Fetch가 기다리는 동안 쓰인 레코드를 알아채지 못한다"
    ))?;
    lab.steadily(STEADY, async |lab| {
        let run = run(lab).await?;
        fetches::one_after_another(&run, "T1")?;
        fetches::one_after_another(&run, "T2")?;
        began(&run)?;
        alert::claims(&run)?;
        archive::claims(&run)?;
        Ok(run.came_to_its_end(YOUR_TURN)?)
    })
    .await
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    for (group, topic) in [("G1", "T1"), ("G2", "T2")] {
        lab.group(group);
        lab.topic(topic, 1, Vec::new()).await?;
    }
    lab.produce("T1", sign_ups(1, 1)).await?;
    lab.produce_each("T2", archive::bundles(), Duration::ZERO).await?;
    lab.start().await?;
    let waiting = say!("what waits in T1 and T2 to be processed", "T1과 T2에 쌓여 있던 레코드가 처리되기");
    let read = |seen: &Recording| handed_over(seen, "T1", 0).is_some() && handed_over(seen, "T2", archive::AT_ONCE).is_some();
    let is_wrong = |seen: &Recording| returned(seen).is_some() || fetches::pause(seen, "T2").is_some();
    let far_enough = |seen: &Recording, _: &_| is_wrong(seen) || read(seen);
    if !lab.until_quiet(QUIET, waiting.clone(), far_enough).await || is_wrong(&lab.seen()) {
        return lab.end_when_quiet(A_MOMENT, waiting).await;
    }
    let (signs, views) = tokio::join!(alert::measure(lab), archive::measure(lab));
    signs.and(views)?;
    lab.ask_to_stop()?;
    lab.end_when_quiet(QUIET, say!("both functions return at the stop token", "정지 토큰이 취소되면 두 함수가 반환한다")).await
}

/// When a record was handed over.
fn handed_over(seen: &Recording, topic: &str, of: i64) -> Option<u64> {
    let is_it = |what: &What| matches!(what, What::Record { partition, offset, .. } if partition.topic == topic && *offset == of);
    seen.find(is_it).map(|(_, event)| event.at).next()
}

/// The first mark whose text contains `part`.
fn mark<'a>(seen: &'a Recording, part: &str) -> Option<(usize, &'a str)> {
    seen.events.iter().enumerate().find_map(|(index, event)| match &event.what {
        What::Note { note: Note::Mark { text }, .. } if text.contains(part) => Some((index, text.as_str())),
        _ => None,
    })
}

/// The mark with which an application returned that was not asked to stop.
fn returned(seen: &Recording) -> Option<(usize, &str)> {
    let asked = seen.asked_to_stop();
    mark(seen, " returned ").filter(|(index, _)| asked.is_none_or(|stop| *index < stop))
}

/// Both applications were made, and went on until they were asked to stop.
fn began(run: &Run) -> Result<(), Mistake> {
    let Some((index, text)) = returned(&run.recording) else { return run.came_to_its_end(YOUR_TURN) };
    let (id, title, why) = if text.contains("Err: Client ") {
        (
            "refused_property",
            say!("no client was made, for a property was refused", "속성이 거부되어 클라이언트를 만들지 못했다"),
            say!(
                "fetch.max.wait.ms is Java's name of fetch.wait.max.ms; fetch.max.bytes is compared with message.max.bytes",
                "fetch.max.wait.ms는 Java의 이름으로, 여기서는 fetch.wait.max.ms다. fetch.max.bytes는 message.max.bytes와 비교된다"
            ),
        )
    } else {
        let why = say!("nobody reads what is written from now on", "이제부터 쓰이는 레코드는 아무도 읽지 않는다");
        ("returned_early", say!("an application returned too early", "애플리케이션이 너무 일찍 반환했다"), why)
    };
    Err(mistake(id, title)
        .expected(say!("both applications read until they are asked to stop", "두 애플리케이션 모두 멈추라고 할 때까지 읽는다"))
        .seen([run.event(index)])
        .why(why)
        .read(&format!("{PAGE}#what-the-client-accepts")))
}
