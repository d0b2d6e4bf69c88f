//! Grades `01_country_counter`: two counters, each on a thread of its own, read a topic each. Every record gets its line in the log, every
//! country is counted by the counter that read it, and no number is given twice.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, mpsc},
    thread,
    time::Duration,
};

use lab::trace::{Note, What};
use lab::{Data, Lab, Mistake, Outcome, Partition, Returned, Run, Seat, missing, mistake, returned_by, say};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/counts.rs"]
mod counts;
#[path = "grade/lines.rs"]
mod lines;
#[path = "grade/numbers.rs"]
mod numbers;

lab::exam!(country_counter::CountryCounter::create, country_counter::CountryCounter::consume, country_counter::next_number,);

/// Which group reads which topic, in the order in which the counters are made.
const READ: [(&str, &str); 2] = [("SHOP_GROUP", "customers"), ("BEER_GROUP", "beer")];
/// How long an answer may say nothing new.
const QUIET: Duration = Duration::from_secs(3);
/// The mark of a counter whose `consume` has returned.
const RETURNED: &str = "consume returned";
const PAGE: &str = "04_creating/01_country_counter";

type Log = Arc<dyn Fn(&str) + Send + Sync>;
type Counts = BTreeMap<String, u64>;

/// What each counter has logged, and what it has counted.
type Told = Vec<(Vec<String>, Counts)>;

/// One record that a counter is given: partition, offset, key, value.
struct Given(i32, i64, Option<&'static str>, Option<&'static str>);

/// The records of each counter's topic. Keys and values are no twins: a customer moves, two live in one country, and some bytes are not
/// there at all.
const GIVEN: [&[Given]; 2] = [
    &[
        Given(0, 0, Some("customer-1"), Some("Korea")),
        Given(0, 1, Some("customer-3"), Some("Türkiye")),
        Given(0, 2, Some("customer-1"), Some("Japan")),
        Given(1, 0, Some("customer-2"), Some("Brazil")),
        Given(1, 1, None, Some("Korea")),
        Given(1, 2, Some("customer-2"), None),
        Given(1, 3, Some("customer-4"), Some("Korea")),
    ],
    &[
        Given(0, 0, Some("tripel"), Some("Belgium")),
        Given(0, 1, Some("pilsner"), Some("Czechia")),
        Given(1, 0, Some("dubbel"), Some("Belgium")),
        Given(1, 1, Some("makgeolli"), Some("Korea")),
    ],
];

impl Given {
    fn data(&self) -> Data {
        let Self(partition, _, key, value) = *self;
        let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
        Data { partition, key: bytes(key), value: bytes(value) }
    }

    fn at(&self, counter: usize) -> (Partition, i64) {
        (Partition::new(READ[counter].1, self.0), self.1)
    }
}

/// Runs the answer, in its own process: makes one counter after the other, each on its own thread, and lets them read side by side.
pub fn sit<C>(
    seat: &Seat,
    create: impl Fn(&str, &str, &[&str]) -> KafkaResult<C> + Sync,
    consume: impl Fn(C, Log, CancellationToken) -> HashMap<String, u64> + Sync,
    next_number: impl Fn() -> usize + Sync,
) -> Returned {
    thread::scope(|scope| {
        let (create, consume) = (&create, &consume);
        let mut counters = Vec::new();
        for (n, (group, topic)) in (1..).zip(READ) {
            let (made, is_made) = mpsc::channel();
            counters.push(scope.spawn(move || {
                let counter = create(seat.bootstrap(), seat.name(group), &[seat.name(topic)]);
                let _ = made.send(());
                let (log, lines) = lines::log(seat, n);
                let counts = consume(counter?, log, seat.stop());
                seat.marks(n)(RETURNED.to_owned());
                let lines = lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
                KafkaResult::Ok((lines, counts))
            }));
            let _ = is_made.recv();
        }
        numbers::hammer(&next_number, &seat.marks(0));
        let told: KafkaResult<Vec<_>> =
            counters.into_iter().map(|counter| counter.join().unwrap_or_else(|_| Ok(Default::default()))).collect();
        returned_by(told)
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    for (counter, (group, topic)) in READ.into_iter().enumerate() {
        lab.group(group);
        lab.topic(topic, 2, GIVEN[counter].iter().map(Given::data).collect()).await?;
    }
    lab.start().await?;
    let all = say!("a line for each record", "레코드마다 로그 한 줄");
    let done = |seen: &lab::trace::Recording, _: &_| lines::unlogged(seen).is_none() || lines::unreadable(seen).is_some();
    if !lab.until_quiet(QUIET, all, done).await {
        return Ok(claims(&lab.cut_short().await?)?);
    }
    lab.ask_to_stop()?;
    let end = say!("both counters return when their stop token is cancelled", "정지 토큰이 취소되면 두 카운터가 반환한다");
    Ok(claims(&lab.end_when_quiet(QUIET, end).await?)?)
}

fn claims(run: &Run) -> Result<(), Mistake> {
    lines::hold_their_fields(run)?;
    lines::none_is_missing(run)?;
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    READ.into_iter().try_for_each(|(group, _)| run.read_as_a_member(group, &format!("{PAGE}#one-type-one-consumer")))?;
    have_left(run)?;
    let told: Told = run.returned().unwrap_or_default();
    lines::are_as_asked(&told)?;
    numbers::are_one_each(&told)?;
    counts::are_right(&told)?;
    numbers::are_never_given_twice(run)
}

/// Each counter has left its group when `consume` returns.
fn have_left(run: &Run) -> Result<(), Mistake> {
    let late = (1..).zip(READ).find_map(|(member, (group, _))| {
        let mark = What::Note { member, note: Note::Mark { text: RETURNED.to_owned() } };
        let end = run.recording.first(|what| *what == mark)?;
        run.group(group)?.members.iter().any(|of| of.left.is_none_or(|left| left > end)).then_some(end)
    });
    let Some(end) = late else { return Ok(()) };
    let title = say!("consume returned before its consumer had left the group", "컨슈머가 그룹을 떠나기 전에 consume이 반환했다");
    Err(mistake("did_not_leave", title)
        .expected(say!("the client is dropped first", "먼저 클라이언트가 드롭(drop)된다"))
        .seen([run.event(end), missing(say!("no LeaveGroup before that", "그 전에 보낸 LeaveGroup이 없다"))])
        .why(say!(
            "the group keeps its partitions for it until the session has timed out, and its last offsets are not committed",
            "세션이 타임아웃될 때까지 그룹이 파티션을 그대로 두고, 마지막 오프셋도 커밋되지 않는다"
        ))
        .read(&format!("{PAGE}#one-type-one-consumer")))
}
