//! Automatic commits as librdkafka makes them: to finish each record before the next poll is not enough.

use std::time::Duration;

use lab::{CrashPoint, Exam, Lab, Outcome, Partition, Plan, Seat, exam::must_pass, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

/// A consumer that polls one record, finishes it, and polls again: a crash loses the record in hand, at each record, and nothing comes twice.
#[test]
fn to_finish_before_the_next_poll_is_not_enough() {
    let test = concat!(module_path!(), "::to_finish_before_the_next_poll_is_not_enough");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut |seat| lab::returned_by(polls(seat)), |lab| Box::pin(loses_the_one_in_hand(lab))));
}

async fn loses_the_one_in_hand(lab: &mut Lab) -> Result<(), Outcome> {
    lab.topic("T1", 1, sign_ups(1, 4)).await?;
    let plan = Plan { group: "G1", partition: Partition::new("T1", 0), records: 4, settle: Duration::from_millis(400) };
    let matrix = lab.crash_matrix(&plan).await?;
    let in_hand = |point| match point {
        CrashPoint::HandedOver(offset) => vec![offset],
        _ => Vec::new(),
    };
    let as_said = |crash: &lab::trace::Crash| crash.lost() == in_hand(crash.point) && crash.twice().is_empty();
    match matrix.crashes.iter().all(|crashed| as_said(&crashed.crash)) {
        true => Ok(()),
        false => Err(Outcome::Bug { what: format!("another matrix:\n{matrix}") }),
    }
}

fn polls(seat: &Seat) -> KafkaResult<()> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", seat.bootstrap())
        .set("group.id", seat.name("G1"))
        .set("auto.offset.reset", "earliest")
        .set("auto.commit.interval.ms", "100")
        .create()?;
    consumer.subscribe(&[seat.name("T1")])?;
    let process = seat.process(1);
    while !seat.stop().is_cancelled() {
        if let Some(record) = consumer.poll(Duration::from_millis(50)).transpose()? {
            process(&record);
        }
    }
    Ok(())
}
