//! The facts that `03_idle_consumer` shows, asked of the broker itself. `book/facts.toml` names these tests; each fails when its fact
//! changes.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use idle_consumer::{Process, member};
use lab::trace::{History, Progress, Recording, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, progress, returned_by, say, sign_ups};

/// C02: members idle when there are more of them than partitions, not when there are more of them than topics.
#[test]
fn members_idle_when_there_are_more_than_partitions() {
    let test = concat!(module_path!(), "::members_idle_when_there_are_more_than_partitions");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| {
        Box::pin(async move {
            lab.group("G1");
            lab.topic("T1", 4, Vec::new()).await?;
            for (members, idle) in [(2, 0), (5, 1)] {
                let held = settle(lab, members).await?;
                let idles = held.iter().filter(|partitions| **partitions == 0).count();
                leave(lab, members).await?;
                if idles != idle {
                    return Err(bug(format!("{idles} of {members} members on one topic with four partitions idle")));
                }
            }
            Ok(())
        })
    }));
}

/// C03: more members process more, up to one a partition; another one adds nothing. Each record takes 10 ms.
#[test]
fn members_scale_up_to_the_partitions() {
    let test = concat!(module_path!(), "::members_scale_up_to_the_partitions");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| {
        Box::pin(async move {
            lab.needs_real_broker(say!(
                "the embedded broker shares partitions anew and waits between fetches at times of its own: it measures nothing",
                "내장 브로커는 리밸런싱과 페치 간격이 제멋대로라 처리량을 잴 수 없다"
            ))?;
            lab.group("G1");
            lab.topic("T1", 4, Vec::new()).await?;
            let mut rates = Vec::new();
            for members in [1, 2, 4, 5] {
                settle(lab, members).await?;
                lab.produce("T1", sign_ups(4, RECORDS)).await?;
                let all = say!(
                    "{RECORDS} records to be processed by {members} members",
                    "멤버 {members}개가 레코드 {RECORDS}개를 처리하기"
                );
                lab.until(Duration::from_secs(30), all, |seen, _| processed(seen).len() >= RECORDS).await;
                rates.push(rate(&lab.seen()));
                leave(lab, members).await?;
            }
            progress::say(&format!("records a second of 1, 2, 4, 5 members: {rates:.0?}"));
            match rates[..] {
                [one, two, four, five] if two > 1.5 * one && four > 1.5 * two && five < 1.25 * four => Ok(()),
                _ => Err(bug(format!("1, 2, 4, 5 members process {rates:.0?} records a second"))),
            }
        })
    }));
}

const RECORDS: usize = 200;
const WORK: Duration = Duration::from_millis(10);

/// Runs members on a thread each; each record takes them [`WORK`].
fn sit(seat: &Seat) -> Returned {
    std::thread::scope(|scope| {
        for n in (1..).take(seat.number("members")) {
            scope.spawn(move || {
                let report = seat.process(n);
                let process: Process = Arc::new(move |record| {
                    std::thread::sleep(WORK);
                    report(record);
                });
                seat.block_on(member(seat.bootstrap(), seat.name("G1"), seat.name("T1"), process, Arc::new(|_| {}), seat.stop()))
            });
        }
    });
    returned_by::<(), String>(Ok(()))
}

/// Starts `members` members and waits until the group has settled; how many partitions each of them holds then.
async fn settle(lab: &mut Lab, members: usize) -> Result<Vec<usize>, Outcome> {
    lab.number("members", members as i64);
    lab.start().await?;
    let settled = |_: &Recording, history: &History| {
        let held = history.shares("G1");
        held.len() == members && held.iter().sum::<usize>() == 4
    };
    let share = say!("{members} members to share four partitions", "멤버 {members}개가 파티션 네 개를 나눠 맡기");
    match lab.until(Duration::from_secs(20), share, settled).await {
        true => Ok(History::of(&lab.seen()).shares("G1")),
        false => Err(bug(format!("{members} members hold {:?} partitions", History::of(&lab.seen()).shares("G1")))),
    }
}

async fn leave(lab: &mut Lab, members: usize) -> Result<(), Outcome> {
    lab.ask_to_stop()?;
    lab.end(say!("the members to leave", "멤버들이 떠나기")).await?;
    lab.begin_anew(&members.to_string());
    Ok(())
}

fn processed(seen: &Recording) -> BTreeSet<(String, i64)> {
    let records = seen.events.iter().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition.to_string(), *offset)),
        _ => None,
    });
    records.collect()
}

/// Records a second, from the first record that was handed over to the last that was processed.
fn rate(seen: &Recording) -> f64 {
    let mut times = seen.find(|what| matches!(what, What::Record { .. })).map(|(_, event)| event.at);
    let first = times.next().unwrap_or_default();
    let micros = times.last().unwrap_or(u64::MAX).saturating_sub(first).max(1);
    RECORDS as f64 / Duration::from_micros(micros).as_secs_f64()
}

fn bug(what: String) -> Outcome {
    Outcome::Bug { what }
}
