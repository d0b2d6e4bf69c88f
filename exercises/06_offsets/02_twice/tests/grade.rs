//! Grades `02_twice`: the answer is killed at every point of four sign-ups and started again. What it issues again is what it said before,
//! and each sign-up has one coupon all the same.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use lab::trace::{Note, Recording, Request, What};
use lab::{Data, Lab, Outcome, Partition, Plan, Progress, Returned, Run, Seat, say, sign_ups};
use rdkafka::{Message, error::KafkaResult, message::BorrowedMessage};
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;

lab::exam!(twice::issue_coupons, twice::issued_again);

/// After how many sign-ups the answer commits.
const EVERY: i64 = 2;
/// Sign-ups in the one partition of T1, for the crashes.
const RECORDS: i64 = 4;
/// Sign-ups in T2, whose coupons must not have the same numbers.
const OTHERS: usize = 3 + 11 + 1 + 1;
/// The answer to the first commit of the run without a crash is held back for so long, or until it is seen that nobody waits for it.
const ANSWER: Duration = Duration::from_millis(500);
/// What the answer is asked to predict besides: commits after every so many sign-ups, and the offset in hand.
const MORE: [(i64, i64); 4] = [(1, 3), (3, 3), (3, 5), (5, 12)];

type Issue = Arc<dyn Fn(&str, &BorrowedMessage<'_>) + Send + Sync>;
/// What was asked, commits after every so many, the offset in hand, whether it is done, and the answer.
type Prediction = (i64, i64, bool, Vec<i64>);

/// Runs the answer, in its own process.
pub fn sit(
    seat: &Seat,
    issue_coupons: impl AsyncFn(&str, &str, &str, i64, Issue, CancellationToken) -> KafkaResult<()>,
    issued_again: impl Fn(i64, i64, bool) -> Vec<i64>,
) -> Returned {
    let (reached, mark) = (seat.reached(1), seat.marks(1));
    let issue: Issue = Arc::new(move |number, record| {
        reached(Progress::HandedOver, record.topic(), record.partition(), record.offset());
        mark(format!("issue coupon {number}"));
        reached(Progress::Processed, record.topic(), record.partition(), record.offset());
    });
    let topic = if seat.number("crashes") == 1 { "T1" } else { "T2" };
    seat.block_on(async {
        issue_coupons(seat.bootstrap(), seat.name("G1"), seat.name(topic), EVERY, issue, seat.stop()).await?;
        let of_crashes = (0..=RECORDS).map(|offset| (EVERY, offset));
        let asked = of_crashes.chain(MORE).flat_map(|(every, offset)| [(every, offset, false), (every, offset, true)]);
        let predictions = asked.map(|(every, offset, done)| (every, offset, done, issued_again(every, offset, done)));
        KafkaResult::Ok(predictions.collect::<Vec<Prediction>>())
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS as usize)).await?;
    lab.topic("T2", 12, of_few_customers()).await?;
    let run = without_a_crash(lab).await?;
    claims::issues_for_all(&run)?;
    lab.number("crashes", 1);
    let plan = Plan { group: "G1", partition: Partition::new("T1", 0), records: RECORDS, settle: Duration::from_millis(200) };
    let matrix = lab.crash_matrix(&plan).await?;
    lab.of_each_crash(&matrix, |crashed| crashed.came_to_its_end(claims::TASK))?;
    lab.of_each_crash(&matrix, claims::loses_nothing)?;
    lab.of_each_crash(&matrix, claims::commits_after_every_second)?;
    claims::commits_each_partition(&run)?;
    claims::waits_for_the_answer(&run)?;
    let predictions: Vec<Prediction> = run.returned().unwrap_or_default();
    lab.of_each_crash(&matrix, |crashed| claims::was_predicted(crashed, &predictions))?;
    claims::predicts_others(&predictions)?;
    claims::numbers_differ(&run)?;
    lab.of_each_crash(&matrix, claims::one_coupon_each)?;
    lab.keep_matrix("matrix", &matrix);
    // The crash after two coupons and no commit shows the most.
    matrix.crashes.iter().filter(|crashed| crashed.crash.twice().len() > 1).take(1).for_each(|crashed| lab.look_at(crashed));
    Ok(())
}

/// Two customers sign up again and again, with the same words: one of them at the same offset of two partitions. Who puts partition and
/// offset one behind the other cannot tell 1 and 10 from 11 and 0, and who adds ten for each partition cannot from 2 and 0. Each partition has an odd number, for those who count them together.
fn of_few_customers() -> Vec<Data> {
    let customers = [0, 1].into_iter().cycle().map(|customer| Some(format!("customer-{customer}").into_bytes()));
    let partitions = [[0; 3].as_slice(), &[1; 11], &[2; 1], &[11; 1]].concat().into_iter();
    partitions.zip(customers).map(|(partition, customer)| Data { partition, key: customer.clone(), value: customer }).collect()
}

async fn without_a_crash(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.number("crashes", 0);
    lab.faults().on("OffsetCommit").times(1).hold();
    lab.start().await?;
    let quiet = Duration::from_secs(4);
    let issued = |seen: &Recording| seen.times_processed() >= OTHERS;
    let all = say!("a coupon to be issued for each of the {OTHERS} sign-ups", "가입 {OTHERS}건마다 쿠폰 발급하기");
    let is_commit = |what: &What| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. });
    lab.until_quiet(quiet, all.clone(), |seen, _| issued(seen) || seen.first(is_commit).is_some()).await;
    let next = say!("a sign-up to be taken in hand before the commit is answered", "커밋의 응답 전에 다음 가입을 받는지 보기");
    lab.until(ANSWER, next, |seen, _| lab::went_on(seen, "G1").is_some()).await;
    lab.faults().mend();
    lab.faults().let_go();
    lab.until_quiet(quiet, all, |seen, _| issued(seen)).await;
    lab.ask_to_stop()?;
    lab.end(say!("the function returns when it is asked to stop", "멈추라고 하면 함수가 반환한다")).await
}

/// What was issued: each call's number, with its event and the sign-up it was for.
fn calls(run: &Run) -> Vec<(usize, String, (Partition, i64))> {
    let mut in_hand = None;
    let mut calls = Vec::new();
    for (index, event) in run.recording.events.iter().enumerate() {
        match &event.what {
            What::Record { progress: Progress::HandedOver, partition, offset, .. } => {
                in_hand = Some((partition.clone(), *offset))
            }
            What::Note { note: Note::Mark { text }, .. } => {
                let number = text.strip_prefix("issue coupon ").map(str::to_owned);
                calls.extend(number.zip(in_hand.clone()).map(|(number, sign_up)| (index, number, sign_up)));
            }
            _ => {}
        }
    }
    calls
}

/// The coupons that the database holds by then: number → the call that issued it, as an index into [`calls`]. The first call wins.
fn coupons(calls: &[(usize, String, (Partition, i64))]) -> BTreeMap<String, usize> {
    let mut coupons = BTreeMap::new();
    for (at, (_, number, _)) in calls.iter().enumerate() {
        coupons.entry(number.clone()).or_insert(at);
    }
    coupons
}
