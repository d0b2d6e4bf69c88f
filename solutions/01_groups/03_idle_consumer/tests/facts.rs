//! The facts that `03_idle_consumer` shows, asked of the broker itself. `book/facts.toml` names these tests; each fails when its fact
//! changes.

use std::{sync::Arc, time::Duration};

use idle_consumer::{Process, member};
use lab::trace::{History, Progress, Recording, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};

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

/// C03: more members work on more records at the same time, up to one a partition; another one adds nothing.
#[test]
fn members_scale_up_to_the_partitions() {
    let test = concat!(module_path!(), "::members_scale_up_to_the_partitions");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| {
        Box::pin(async move {
            lab.group("G1");
            lab.topic("T1", 4, Vec::new()).await?;
            let mut at_once = Vec::new();
            for members in [1, 2, 4, 5] {
                settle(lab, members).await?;
                let hold = lab.hold(|at| at.progress == Progress::HandedOver)?;
                lab.produce("T1", sign_ups(4, RECORDS)).await?;
                let in_hand =
                    say!("each of {members} members to have a record in hand", "멤버 {members}개가 저마다 레코드를 받기");
                lab.until(Duration::from_secs(30), in_hand, |seen, _| most_at_once(seen) >= members.min(4)).await;
                drop(hold);
                let all = say!("{RECORDS} records to be processed", "레코드 {RECORDS}개가 처리되기");
                lab.until(Duration::from_secs(30), all, |seen, _| processed(seen) >= RECORDS).await;
                at_once.push(most_at_once(&lab.seen()));
                leave(lab, members).await?;
            }
            match at_once[..] {
                [1, 2, 4, 4] => Ok(()),
                _ => Err(bug(format!("1, 2, 4, 5 members work on {at_once:?} records at the same time"))),
            }
        })
    }));
}

const RECORDS: usize = 40;

/// Runs members on a thread each.
fn sit(seat: &Seat) -> Returned {
    std::thread::scope(|scope| {
        for n in (1..).take(seat.number("members")) {
            scope.spawn(move || {
                let process: Process = seat.process(n);
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

fn processed(seen: &Recording) -> usize {
    seen.find(|what| matches!(what, What::Record { progress: Progress::Processed, .. })).count()
}

/// How many records were in work at the same time, at the most.
fn most_at_once(seen: &Recording) -> usize {
    let (mut now, mut most) = (0, 0);
    for event in &seen.events {
        match &event.what {
            What::Record { progress: Progress::HandedOver, .. } => now += 1,
            What::Record { progress: Progress::Processed, .. } => now -= 1,
            _ => {}
        }
        most = most.max(now);
    }
    most
}

fn bug(what: String) -> Outcome {
    Outcome::Bug { what }
}
