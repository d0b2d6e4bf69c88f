//! Grades `01_poll_loop`: the loop reads in G1, waits, outlives a broker that restarts again and again, reads on, and ends when nothing
//! comes. Then a second consumer, in G2, is asked to stop while it has a record in hand.

use std::time::Duration;

use lab::trace::Recording;
use lab::{Lab, Mistake, Outcome, Process, Progress, Returned, Run, Seat, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};
use tokio_util::sync::CancellationToken;

#[path = "grade/end.rs"]
mod end;
#[path = "grade/reading.rs"]
mod reading;
#[path = "grade/watch.rs"]
mod watch;

lab::exam!(poll_loop::poll_loop);

/// Records that are there from the beginning, and all of them.
const AT_FIRST: usize = 8;
const ALL: usize = 40;
/// How often the broker restarts before a record comes: `poll` gives an error mostly each time, and who ends at the second one is found out.
const RESTARTS: usize = 3;
/// How long an answer may say nothing new.
const QUIET: Duration = Duration::from_secs(6);
/// How long a client is waited for after a restart.
const SOON: Duration = Duration::from_secs(2);
/// How long the loop may take to end when nothing comes. The task says one second; who stands still meanwhile is marked before.
const STOPS_WITHIN: Duration = Duration::from_secs(4);
/// The record at which the second consumer is held.
const IN_HAND: i64 = 2;
const PAGE: &str = "05_polling/01_poll_loop";

/// Runs the answer, in its own process: twice, with a consumer that counts how often it is polled.
pub fn sit(
    seat: &Seat,
    poll_loop: impl Fn(&BaseConsumer<watch::Counting>, Process, CancellationToken) -> KafkaResult<()>,
) -> Returned {
    let counting = watch::Counting::default();
    watch::mark(&counting, seat.marks(1));
    seat.marks_its_stop(2);
    let run = |n: u32, group: &str| -> KafkaResult<()> {
        let consumer: BaseConsumer<watch::Counting> = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name(group))
            .set("client.id", format!("C{n}"))
            .set("auto.offset.reset", "earliest")
            // `poll` also returns after it has served the result of a commit; here that would hide a timeout that is too long.
            .set("enable.auto.commit", "false")
            .create_with_context(counting.clone())?;
        consumer.subscribe(&[seat.name("T1")])?;
        let returned = poll_loop(&consumer, counting.counted(seat.process(n)), seat.stop_of(n));
        seat.marks(n)(end::returned(&returned));
        returned
    };
    returned_by(run(1, "G1").and_then(|()| run(2, "G2")))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let mut records = sign_ups(2, ALL);
    let later = records.split_off(AT_FIRST);
    lab.group("G1");
    lab.group("G2");
    lab.topic("T1", 2, records).await?;
    lab.start().await?;

    let first = say!("the first {AT_FIRST} records, and then a quiet second", "레코드 {AT_FIRST}개, 이어서 조용한 1초");
    let measured = |seen: &Recording, _: &_| watch::measured(seen).next().is_some() || reading::is_over(seen);
    if !lab.until_quiet(QUIET, first, measured).await || reading::is_over(&lab.seen()) {
        return Ok(claims(&lab.cut_short().await?)?);
    }
    for _ in 0..RESTARTS {
        let before = lab.seen().events.len();
        lab.faults().hang_up();
        let again = say!("the consumer to ask for records again", "컨슈머가 레코드를 다시 요청하기");
        lab.until_quiet(SOON, again, |seen, _| reading::is_connected_again(seen, before)).await;
    }
    lab.produce("T1", later).await?;
    let rest = say!("all {ALL} records, after the broker has restarted", "브로커가 다시 시작한 뒤 레코드 {ALL}개 전부");
    let read = |seen: &Recording, _: &_| watch::measured(seen).nth(1).is_some() || reading::is_over(seen);
    if !lab.until_quiet(QUIET, rest, read).await || reading::is_over(&lab.seen()) {
        return Ok(claims(&lab.cut_short().await?)?);
    }

    lab.ask_member_to_stop(1)?;
    let returns = say!("the loop to end although no record comes", "레코드가 오지 않아도 반복이 끝나기");
    if !lab.until(STOPS_WITHIN, returns, |seen, _| reading::is_over(seen)).await || end::of(&lab.seen(), 1).is_none() {
        return Ok(claims(&lab.cut_short().await?)?);
    }

    let in_hand = |at: &lab::At| at.member == 2 && at.progress == Progress::HandedOver && at.offset == IN_HAND;
    let hold = lab.hold(in_hand)?;
    let held = say!("the second consumer to have a record in hand", "두 번째 컨슈머가 레코드를 하나 쥐기");
    if lab.until_quiet(QUIET, held, |seen, _| end::in_hand(seen, Progress::HandedOver).is_some()).await {
        lab.ask_member_to_stop(2)?;
        let heard = say!("the stop to be heard everywhere in the program", "프로그램 어디서나 정지 요청을 알기");
        lab.until(QUIET, heard, |seen, _| end::is_heard(seen)).await;
    }
    drop(hold);
    let end = say!("the loop ends after the record in hand", "쥐고 있던 레코드까지만 처리하고 반복이 끝난다");
    Ok(claims(&lab.end_when_quiet(QUIET, end).await?)?)
}

fn claims(run: &Run) -> Result<(), Mistake> {
    reading::waits_in_poll(run)?;
    reading::goes_on(run)?;
    reading::processes_once(run)?;
    end::comes_without_a_record(run)?;
    end::comes_after_the_record_in_hand(run)?;
    run.came_to_its_end(&format!("{PAGE}#your-turn"))
}
