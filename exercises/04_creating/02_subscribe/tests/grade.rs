//! Grades `02_subscribe`: G1 reads two topics by name and all that begin with `shop.`, and nothing else. One topic of each kind is created
//! only when the others have been read.

use std::time::Duration;

use lab::trace::Recording;
use lab::{Data, Lab, Mistake, Outcome, Process, Returned, Run, Seat, say};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/later.rs"]
mod later;
#[path = "grade/subscription.rs"]
mod subscription;

lab::exam!(subscribe::read);

/// The topics that the answer is given by name. `returns` is created later.
const NAMED: [&str; 2] = ["countries", "returns"];
/// How the names of the other topics begin.
const PREFIX: &str = "shop.";
/// The topics that are there from the beginning, and those that are created later.
const AT_FIRST: [&str; 3] = ["countries", "shop.busan", "shop.seoul"];
const LATER: [&str; 2] = ["returns", "shop.jeju"];
/// Topics that nobody wants: one whose name differs from the prefix in one character, and one that begins like a name and holds the prefix.
const NOT_ASKED_FOR: [&str; 2] = ["shopping", "countries2.shop.old"];
/// How long an answer may say nothing new: a broker with much to do is slow.
const QUIET: Duration = Duration::from_secs(9);
/// After how many microseconds an answer that does not get on is given up, where more waiting is known to be of no use.
const A_WHILE: u64 = 4_000_000;
/// Records in each topic.
const RECORDS: i64 = 3;
const PAGE: &str = "04_creating/02_subscribe";

/// Runs the answer, in its own process.
pub fn sit(
    seat: &Seat,
    read: impl AsyncFn(&str, &str, &[&str], &str, Process, CancellationToken) -> KafkaResult<()>,
) -> Returned {
    let topics = NAMED.map(|topic| seat.name(topic));
    seat.block_on(read(seat.bootstrap(), seat.name("G1"), &topics, seat.name(PREFIX), seat.process(1), seat.stop()))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    // Where the machine stands still for longer, nobody can look for new topics in time.
    lab.steadily(Duration::from_millis(500), run).await
}

async fn run(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.beginning(PREFIX);
    lab.beginning("returns");
    for topic in AT_FIRST.into_iter().chain(NOT_ASKED_FOR) {
        // Where a name holds the prefix, it is the one that the answer is given.
        lab.topic(&topic.replace(".shop.", &format!(".{}", lab.real(PREFIX))), 1, sales()).await?;
    }
    lab.start().await?;
    let first = say!("countries and two shops to be read", "countries와 가게 두 곳을 읽기");
    let read = |seen: &Recording, history: &_| subscription::is_read(seen, &AT_FIRST) || subscription::is_stuck(seen, history);
    if !lab.until_quiet(QUIET, first, read).await || !subscription::is_read(&lab.seen(), &AT_FIRST) {
        return Ok(claims(&lab.cut_short().await?)?);
    }
    if lab.seen().find(later::matched_by_broker).next().is_some() {
        lab.needs_real_broker(say!(
            "the embedded broker matches a pattern at once; Kafka looks for new topics once in ten seconds",
            "내장 브로커는 패턴을 곧바로 맞춘다. 카프카는 10초에 한 번 새 토픽을 찾는다"
        ))?;
    }
    for topic in LATER {
        lab.topic(topic, 1, sales()).await?;
    }
    lab.mark(later::CREATED);
    let new = say!("returns and shop.jeju, which are new, to be read", "새로 생긴 returns와 shop.jeju를 읽기");
    let read = |seen: &Recording, history: &_| subscription::is_read(seen, &LATER) || later::is_stuck(seen, history);
    if !lab.until_quiet(QUIET, new, read).await || !subscription::is_read(&lab.seen(), &LATER) {
        return Ok(claims(&lab.cut_short().await?)?);
    }
    lab.ask_to_stop()?;
    let end = say!("the function returns when its stop token is cancelled", "정지 토큰이 취소되면 함수가 반환한다");
    Ok(claims(&lab.end_when_quiet(QUIET / 2, end).await?)?)
}

fn sales() -> Vec<Data> {
    let sale = |n| Data { partition: 0, key: None, value: Some(format!("sale {n}").into_bytes()) };
    (0..RECORDS).map(sale).collect()
}

fn claims(run: &Run) -> Result<(), Mistake> {
    subscription::outlives_a_missing_topic(run)?;
    subscription::names_nothing_else(run)?;
    subscription::names_what_is_wanted(run)?;
    later::topics_are_found(run)?;
    subscription::begins_at_the_beginning(run)?;
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    subscription::each_once(run)
}
