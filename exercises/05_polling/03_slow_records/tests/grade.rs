//! Grades `03_slow_records`: a record takes longer than `max.poll.interval.ms`. The consumer stays a member of its group meanwhile, and
//! each record is processed once, those of one partition in their order.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use lab::trace::{Event, History, Progress, Recording, Request, What};
use lab::{Data, Lab, Outcome, Returned, Run, Seat, say};
use rdkafka::{Message, error::KafkaResult, message::OwnedMessage};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/film.rs"]
mod film;

lab::exam!(slow_records::consume);

const GROUP: &str = "COUNTRY_GROUP";
const TOPIC: &str = "customers";
const PARTITIONS: i32 = 2;
/// Customers in each partition of the first batch; the first one is slow. When the batch is done, one more comes for partition 0.
const FIRST_BATCH: usize = 3;
/// What the answer is told: no record takes longer. No round number: an interval that was guessed is not above it.
const LONGEST: Duration = Duration::from_secs(11);
/// librdkafka looks every 0.5 s whether `max.poll.interval.ms` is over. So much later it has surely looked.
const SURELY: Duration = Duration::from_millis(1_200);
/// Where the machine stands still for longer, nobody can poll in time.
const STILL: Duration = Duration::from_millis(500);

type Process = Arc<dyn Fn(&OwnedMessage) + Send + Sync>;

/// Runs the answer, in its own process.
pub fn sit(
    seat: &Seat,
    consume: impl AsyncFn(&str, &str, &str, Process, Duration, CancellationToken) -> KafkaResult<()>,
) -> Returned {
    let (reached, mark) = (seat.reached(1), seat.marks(1));
    let process: Process = Arc::new(move |record| {
        let (began, at) = (Instant::now(), |progress| reached(progress, record.topic(), record.partition(), record.offset()));
        at(Progress::HandedOver);
        if began.elapsed() > Duration::from_secs(1) {
            mark("slow record done".to_owned());
        }
        at(Progress::Processed);
    });
    if seat.number(film::FILM) > 0 {
        return film::in_the_loop(seat, &process);
    }
    seat.block_on(consume(seat.bootstrap(), seat.name(GROUP), seat.name(TOPIC), process, LONGEST, seat.stop()))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.steadily(STILL, async |lab| {
        let run = run(lab).await?;
        run.began_at_the_beginning()?;
        claims::joined(&run)?;
        claims::stayed(&run)?;
        claims::in_order(&run)?;
        claims::one_member(&run)?;
        claims::each_once(&run)?;
        Ok(run.came_to_its_end(claims::TASK)?)
    })
    .await?;
    if lab.is_for_the_book() { film::shoot(lab).await } else { Ok(()) }
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.number(film::FILM, 0);
    lab.group(GROUP);
    lab.topic(TOPIC, PARTITIONS, Vec::new()).await?;
    lab.start().await?;
    let quiet = Duration::from_secs(3);
    let joined = say!("a member to hold both partitions", "멤버 하나가 두 파티션을 맡기");
    if !lab.until_quiet(quiet, joined, |_, history| members(history) > 0).await {
        return lab.end_when_quiet(Duration::ZERO, say!("it reads until it is asked to stop", "멈추라고 할 때까지 읽는다")).await;
    }
    let slow = lab.hold(|at| at.progress == Progress::HandedOver && at.offset == 0)?;
    lab.produce(TOPIC, customers(FIRST_BATCH)).await?;
    let begun = say!("the slow record to be handed over", "느린 레코드가 넘겨지기");
    if !lab.until_quiet(quiet, begun, |seen, _| handed_over(seen).is_some()).await {
        return lab.cut_short().await;
    }
    let long = say!("the slow record to take longer than the interval", "느린 레코드가 간격보다 오래 걸리기");
    lab.until(patience(&lab.seen()), long, |_, history| has_left(history)).await;
    drop(slow);

    let done = say!("the others to be processed", "나머지가 처리되기");
    lab.until_quiet(Duration::from_secs(2), done, |seen, _| processed(seen) >= FIRST_BATCH * PARTITIONS as usize).await;
    // A broker that restarts is an error of the next poll.
    lab.faults().hang_up();
    lab.produce(TOPIC, customers(1)[..1].to_vec()).await?;
    let more = say!("the last one to be processed", "마지막 하나가 처리되기");
    let all = FIRST_BATCH * PARTITIONS as usize + 1;
    lab.until_quiet(Duration::from_secs(2), more, |seen, _| processed(seen) >= all).await;
    lab.ask_to_stop()?;
    lab.end_when_quiet(quiet, say!("the function returns when it is asked to stop", "멈추라고 하면 함수가 반환한다")).await
}

/// `in_each` customers for each partition.
fn customers(in_each: usize) -> Vec<Data> {
    let country = |customer: Data| Data { value: Some(b"Korea".to_vec()), ..customer };
    lab::sign_ups(PARTITIONS, in_each * PARTITIONS as usize).into_iter().map(country).collect()
}

/// How many members have got an assignment.
fn members(history: &History) -> usize {
    history.group(GROUP).map_or(0, |group| group.assigned_members().count())
}

fn has_left(history: &History) -> bool {
    history.group(GROUP).is_some_and(|group| group.members.iter().any(|member| member.left.is_some()))
}

/// The event with which the slow record is handed over first.
fn handed_over(seen: &Recording) -> Option<(usize, &Event)> {
    seen.find(|what| matches!(what, What::Record { .. })).next()
}

/// `max.poll.interval.ms`, as the consumer tells it when it joins.
fn interval(seen: &Recording) -> Duration {
    let told = seen.events.iter().find_map(|event| match &event.what {
        What::Request { request: Request::JoinGroup { rebalance_timeout_ms, .. }, .. }
        | What::Request { request: Request::ConsumerGroupHeartbeat { rebalance_timeout_ms, epoch: 0, .. }, .. } => {
            Some(*rebalance_timeout_ms)
        }
        _ => None,
    });
    Duration::from_millis(told.and_then(|ms| u64::try_from(ms).ok()).unwrap_or_default())
}

/// How long the slow record shall take: until it is clear whether the consumer stays. Whose interval is above the bound stays anyhow.
fn patience(seen: &Recording) -> Duration {
    match interval(seen) {
        raised if raised > LONGEST => Duration::from_secs(1),
        interval => interval + SURELY,
    }
}

/// How many records were processed at least once.
fn processed(seen: &Recording) -> usize {
    let done = |event: &Event| match &event.what {
        What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition.clone(), *offset)),
        _ => None,
    };
    seen.events.iter().filter_map(done).collect::<std::collections::BTreeSet<_>>().len()
}
