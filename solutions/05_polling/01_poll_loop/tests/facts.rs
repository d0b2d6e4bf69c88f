//! The fact that `01_poll_loop` shows, asked of rdkafka and the broker. `book/facts.toml` names this test; it fails when the fact changes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use lab::trace::{Response, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use poll_loop::{Process, poll_loop};
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

/// The one error that ends the loop: another consumer with the same `group.instance.id` fences this one off, it can never read again, and
/// `poll` says so with `MessageConsumptionFatal`. The reference returns it, and does not read on.
#[test]
fn a_fatal_error_ends_the_loop() {
    let test = concat!(module_path!(), "::a_fatal_error_ends_the_loop");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut fences, |lab| Box::pin(judge_the_fence(lab))));
}

/// What the loop of the first of two consumers with one `group.instance.id` returns, once the second one has joined.
fn fences(seat: &Seat) -> Returned {
    let open = || -> KafkaResult<BaseConsumer> {
        ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("group.instance.id", "store-1")
            .set("auto.offset.reset", "earliest")
            // A member hears with its next heartbeat that it is fenced off.
            .set("heartbeat.interval.ms", "300")
            .create()
    };
    let fence = || -> KafkaResult<String> {
        let (first, second) = (open()?, open()?);
        let (read, has_read) = mpsc::channel();
        let process = seat.process(1);
        let process: Process = Arc::new(move |record| {
            process(record);
            let _ = read.send(());
        });
        first.subscribe(&[seat.name("T1")])?;
        thread::scope(|scope| {
            let looped = scope.spawn(|| poll_loop(&first, process, seat.stop()));
            let _ = has_read.recv();
            second.subscribe(&[seat.name("T1")])?;
            while !looped.is_finished() {
                second.poll(SHORT);
            }
            Ok(format!("{:?}", looped.join()))
        })
    };
    returned_by(fence())
}

async fn judge_the_fence(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!("the embedded broker fences no static member off", "내장 브로커는 정적 멤버를 막아 내지 않는다"))?;
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS)).await?;
    lab.start().await?;
    let run = lab.end(say!("the loop of the fenced consumer ends", "밀려난 컨슈머의 루프가 끝난다")).await?;
    match run.returned::<String>() {
        Some(ended) if ended.starts_with("Ok(Err(") && ended.contains("Fatal") && ended.contains("FencedInstanceId") => Ok(()),
        ended => Err(Outcome::Bug { what: format!("the loop ended with {ended:?}") }),
    }
}
