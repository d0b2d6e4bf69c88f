//! Grades `02_at_least_once`: the client commits by itself, and when the answer is killed at any point of four sign-ups, none is lost.

use std::time::Duration;

use lab::{CrashPoint, Lab, Matrix, Outcome, Partition, Plan, Process, Returned, Seat, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/film.rs"]
mod film;

lab::exam!(at_least_once::read);

/// Sign-ups in T1, for the crashes, and in the two partitions of T2, for a run without one, which goes on beside them. The last ones in T2
/// are written after the crashes.
const RECORDS: i64 = 4;
const MANY: usize = 202;
const LATE: usize = 2;
const PARTITIONS: i32 = 2;
/// How often the client shall commit: where it is killed, and where it is not. The hour is over in no run, so whatever is committed in it
/// before the client closes is not the timer's doing. It is an hour and 100 ms, for those who take the milliseconds alone.
const INTERVAL: Duration = Duration::from_millis(100);
const HOUR: Duration = Duration::from_millis(3_600_100);

/// Runs the answer, in its own process; for the book also other strategies.
pub fn sit(
    seat: &Seat,
    read: impl AsyncFn(&str, &str, &str, Duration, Process, CancellationToken) -> KafkaResult<()>,
) -> Returned {
    let (topic, interval) = if seat.number("crashes") == 1 { ("T1", INTERVAL) } else { ("T2", HOUR) };
    match film::STRATEGIES.get(seat.number("film")) {
        None => seat.block_on(read(seat.bootstrap(), seat.name("G1"), seat.name(topic), interval, seat.process(1), seat.stop())),
        Some(strategy) => seat.block_on(film::read(seat, strategy)),
    }
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS as usize)).await?;
    lab.topic("T2", PARTITIONS, sign_ups(PARTITIONS, MANY - LATE)).await?;
    lab.number("film", film::STRATEGIES.len() as i64);
    lab.number("crashes", 0);
    lab.start().await?;
    lab.number("crashes", 1);
    let plan = Plan { group: "G1", partition: Partition::new("T1", 0), records: RECORDS, settle: 4 * INTERVAL };
    let mut matrix = Matrix { crashes: Vec::new() };
    if has_processed(lab, MANY - LATE).await {
        // Who commits already is wrong without a crash.
        if claims::commits(&lab.seen()).next().is_none() {
            matrix = lab.crash_matrix(&plan).await?;
        }
        lab.produce("T2", sign_ups(1, LATE)).await?;
        has_processed(lab, MANY).await;
    }
    lab.ask_to_stop()?;
    let run = lab.end(say!("the function returns when it is asked to stop", "멈추라고 하면 함수가 반환한다")).await?;
    claims::reads_all(&run)?;
    claims::leaves_commits_to_the_timer(&run)?;
    claims::commits_as_it_closes(&run)?;
    lab.of_each_crash(&matrix, |crashed| crashed.came_to_its_end(claims::TASK))?;
    lab.of_each_crash(&matrix, claims::commits_no_further)?;
    lab.of_each_crash(&matrix, claims::loses_nothing)?;
    lab.of_each_crash(&matrix, claims::commits_what_is_done)?;
    lab.of_each_crash(&matrix, claims::repeats_at_most_one)?;
    lab.keep_matrix("stored", &matrix);
    matrix
        .crashes
        .iter()
        .filter(|crashed| crashed.crash.point == CrashPoint::HandedOver(2))
        .for_each(|crashed| lab.look_at(crashed));
    if lab.is_for_the_book() {
        film::shoot(lab, &plan).await?;
    }
    Ok(())
}

async fn has_processed(lab: &Lab, sign_ups: usize) -> bool {
    let all = say!("{sign_ups} sign-ups to be processed", "가입 {sign_ups}건 처리하기");
    lab.until_quiet(Duration::from_secs(4), all, |seen, _| seen.times_processed() >= sign_ups).await
}
