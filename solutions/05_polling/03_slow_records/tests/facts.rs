//! What the page of `03_slow_records` says of its two ways, asked of the broker itself: what a newcomer has to wait for while a record is
//! in work.

use std::{sync::Arc, time::Duration};

use lab::trace::{History, Progress, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{Message, error::KafkaResult, message::OwnedMessage};
use tokio_util::sync::CancellationToken;

#[path = "../right/raises_the_interval.rs"]
mod raises_the_interval;

type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// For how long a record is in work at most: far longer than a rebalance takes, and less than the raised interval.
const SLOW: Duration = Duration::from_secs(3);

/// A member that polls while it works joins again at once, and the newcomer gets its share.
#[test]
fn a_member_that_polls_holds_nobody_up() {
    let test = concat!(module_path!(), "::a_member_that_polls_holds_nobody_up");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut |seat| two(seat, slow_records::consume), |lab| Box::pin(newcomer_is_let_in(lab, true))));
}

/// A member that does not poll holds up the rebalance until it does: the price of a raised interval.
#[test]
fn a_member_that_does_not_poll_holds_everybody_up() {
    let test = concat!(module_path!(), "::a_member_that_does_not_poll_holds_everybody_up");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut |seat| two(seat, raises_the_interval::consume), |lab| Box::pin(newcomer_is_let_in(lab, false))));
}

/// Runs two members. The second one starts when the grader says so.
fn two(
    seat: &Seat,
    consume: impl AsyncFn(&str, &str, &str, Process, Duration, CancellationToken) -> KafkaResult<()> + Sync,
) -> Returned {
    let member = |n| {
        let reached = seat.reached(n);
        let process: Process = Arc::new(move |record| {
            for progress in [Progress::HandedOver, Progress::Processed] {
                reached(progress, record.topic(), record.partition(), record.offset());
            }
        });
        seat.block_on(consume(seat.bootstrap(), seat.name("G1"), seat.name("T1"), process, SLOW + SLOW, seat.stop()))
    };
    std::thread::scope(|scope| {
        scope.spawn(|| member(1));
        scope.spawn(|| {
            seat.block_on(async {
                seat.stop_of(NEWCOMER).cancelled().await;
                Ok::<(), String>(())
            })?;
            member(2)
        });
    });
    returned_by::<(), String>(Ok(()))
}

/// The token that lets the newcomer start.
const NEWCOMER: u32 = 2;

/// Holds the first member at a record, and lets a second one join: is it let in before the record is done?
async fn newcomer_is_let_in(lab: &mut Lab, expected: bool) -> Result<(), Outcome> {
    lab.needs_real_broker(say!(
        "the embedded broker lets nobody into a group before a session less one second is over",
        "내장 브로커는 세션에서 1초를 뺀 시간이 지나야 그룹에 새 멤버를 받는다"
    ))?;
    lab.group("G1");
    lab.topic("T1", 2, sign_ups(2, 2)).await?;
    lab.start().await?;
    let slow = lab.hold(|at| at.member == 1 && at.progress == Progress::HandedOver)?;
    let begun = say!("a record to be handed over", "레코드가 넘겨지기");
    let is_begun = |what: &What| matches!(what, What::Record { .. });
    lab.until(Duration::from_secs(20), begun, |seen, _| seen.find(is_begun).next().is_some()).await;
    lab.ask_member_to_stop(NEWCOMER)?;
    let let_in = say!("the newcomer to be let in", "새 멤버가 들어가기");
    let is_let_in = lab.until(SLOW, let_in, |_, history| assigned(history) == 2).await;
    drop(slow);
    lab.ask_to_stop()?;
    lab.end(say!("both to leave", "둘이 떠나기")).await?;
    if is_let_in == expected { Ok(()) } else { Err(Outcome::Bug { what: format!("let in within {SLOW:?}: {is_let_in}") }) }
}

/// How many members were given an assignment.
fn assigned(history: &History) -> usize {
    history.group("G1").map_or(0, |group| group.assigned_members().count())
}
