//! The fact that `01_poll_loop` shows, asked of rdkafka and the broker. `book/facts.toml` names this test; it fails when the fact changes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use lab::trace::{Response, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance},
    error::KafkaResult,
};

const RECORDS: usize = 8;
/// Timeouts of `poll`: one that no call is expected to use up, and one that a call uses up when nothing comes.
const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

/// C26: `poll` waits at most its timeout when nothing comes, gives one record where a Fetch has brought many, and gives None at once
/// after serving a rebalance.
#[test]
fn poll_gives_one_record_or_none() {
    let test = concat!(module_path!(), "::poll_gives_one_record_or_none");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut sit, |lab| Box::pin(judge(lab))));
}

#[derive(Clone, Default)]
struct Watch {
    assigned: Arc<AtomicBool>,
}

impl ClientContext for Watch {}

impl ConsumerContext for Watch {
    fn post_rebalance(&self, _: &BaseConsumer<Self>, _: &Rebalance<'_>) {
        self.assigned.store(true, Ordering::SeqCst);
    }
}

/// How long the call took that served the rebalance, and whether it gave None; how many calls gave a record; how long a call took after
/// the last one.
fn sit(seat: &Seat) -> Returned {
    let measure = || -> KafkaResult<_> {
        let watch = Watch::default();
        let consumer: BaseConsumer<Watch> = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .create_with_context(watch.clone())?;
        consumer.subscribe(&[seat.name("T1")])?;
        let began = Instant::now();
        let is_none = consumer.poll(LONG).is_none();
        let rebalance = (is_none && watch.assigned.load(Ordering::SeqCst), began.elapsed().as_millis() as u64);
        let records = (0..RECORDS).filter(|_| matches!(consumer.poll(LONG), Some(Ok(_)))).count();
        let began = Instant::now();
        let is_none = consumer.poll(SHORT).is_none();
        Ok((rebalance, records, (is_none, began.elapsed().as_millis() as u64)))
    };
    returned_by(measure())
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS)).await?;
    lab.start().await?;
    let run = lab
        .end(say!("a rebalance, {RECORDS} records, a call without one", "리밸런싱, 레코드 {RECORDS}개, 빈 호출 한 번"))
        .await?;
    let brought_many = |what: &What| match what {
        What::Response { response: Response::Fetch { partitions, .. }, .. } => partitions.values().any(|p| p.records > 1),
        _ => false,
    };
    let many = run.recording.find(brought_many).next().is_some();
    type Measured = ((bool, u64), usize, (bool, u64));
    match run.returned::<Measured>() {
        Some(((true, rebalance), RECORDS, (true, empty)))
            if many && u128::from(rebalance) < LONG.as_millis() && u128::from(empty) >= SHORT.as_millis() =>
        {
            Ok(())
        }
        measured => Err(Outcome::Bug { what: format!("{measured:?}; a Fetch brought many records: {many}") }),
    }
}
