//! What the page of `01_stop_token` builds on, asked of rdkafka. `book/facts.toml` names the test; it fails when the fact changes.

use std::time::Duration;

use lab::trace::What;
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, say, sign_ups};
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
};
use tokio::time::timeout;

const RECORDS: usize = 200;
/// For so long `recv` is awaited before it is dropped; records come in between.
const A_LOOK: Duration = Duration::from_millis(1);
const BETWEEN_RECORDS: Duration = Duration::from_millis(3);
/// As often must `recv` have been dropped, so that it means something.
const OFTEN: usize = 50;

/// C37: the loop is left by a race of `recv` against the stop. Dropping `recv` loses no record: a consumer whose `recv` is dropped again
/// and again gets each record once, in order.
#[test]
fn a_dropped_recv_loses_no_record() {
    let test = concat!(module_path!(), "::a_dropped_recv_loses_no_record");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut drops_recv, |lab| Box::pin(judge(lab))));
}

/// How often `recv` was dropped, and the offsets that came all the same.
fn drops_recv(seat: &Seat) -> Returned {
    let process = seat.process(1);
    seat.block_on(async {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        let (mut dropped, mut offsets) = (0, Vec::new());
        while offsets.len() < RECORDS {
            match timeout(A_LOOK, consumer.recv()).await {
                Err(_) => dropped += 1,
                Ok(record) => {
                    let record = record?;
                    process(&record);
                    offsets.push(record.offset());
                }
            }
        }
        KafkaResult::Ok((dropped, offsets))
    })
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, 1)).await?;
    lab.start().await?;
    let first = say!("the first record", "첫 레코드");
    lab.until_quiet(Duration::from_secs(10), first, |seen, _| seen.first(|what| matches!(what, What::Record { .. })).is_some())
        .await;
    lab.produce_each("T1", sign_ups(1, RECORDS - 1), BETWEEN_RECORDS).await?;
    let run = lab.end(say!("{RECORDS} records, though `recv` is dropped", "`recv`를 버려도 레코드 {RECORDS}개")).await?;
    match run.returned::<(usize, Vec<i64>)>() {
        Some((OFTEN.., offsets)) if offsets.iter().copied().eq(0..RECORDS as i64) => Ok(()),
        seen => Err(Outcome::Bug { what: format!("dropped, and offsets: {seen:?}") }),
    }
}
