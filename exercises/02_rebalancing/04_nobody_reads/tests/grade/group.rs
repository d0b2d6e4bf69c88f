//! The group of `04_nobody_reads`: three members that read T1, and a fourth that joins. The grader runs it, not the answer; the answer is
//! asked about what the recording shows of it.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lab::trace::{History, Recording, What, history::Member};
use lab::{Lab, Outcome, Seat, say, sign_ups};
use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance, RebalanceProtocol},
    error::KafkaResult,
};
use tokio_util::sync::CancellationToken;

pub(super) const PARTITIONS: i32 = 4;
const MEMBERS: u32 = 4;
/// In an eager group one record takes C3 this long after the others have stopped, so that they wait for it. In others it takes this long.
const SLOW: Duration = Duration::from_millis(250);
/// C3 waits no longer than this for the others.
const AT_MOST: Duration = Duration::from_secs(20);
/// A broker that has much else to do may need this long; one that has not shows all within seconds.
const PATIENCE: Duration = Duration::from_secs(90);
/// A sign-up is written so often: to each partition every 100 ms.
const EVERY: Duration = Duration::from_millis(25);
/// Microseconds for which the four read before they are asked to stop.
const WHILE: u64 = 150_000;

/// What a group speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    Eager,
    Cooperative,
    /// KIP-848.
    New,
}

impl Speaks {
    pub(super) const ALL: [Self; 3] = [Self::Eager, Self::Cooperative, Self::New];

    /// As librdkafka calls it.
    pub fn protocol(self) -> RebalanceProtocol {
        if self == Self::Eager { RebalanceProtocol::Eager } else { RebalanceProtocol::Cooperative }
    }

    fn set(self, config: &mut ClientConfig) -> &mut ClientConfig {
        match self {
            Self::Eager => config.set("heartbeat.interval.ms", "100"),
            Self::Cooperative => {
                config.set("heartbeat.interval.ms", "100").set("partition.assignment.strategy", "cooperative-sticky")
            }
            Self::New => config.set("group.protocol", "consumer"),
        }
    }
}

/// What the members know of each other.
#[derive(Default)]
struct Common {
    /// How many partitions each member holds.
    counts: Mutex<BTreeMap<u32, usize>>,
    /// Told when `counts` has changed.
    counted: Condvar,
    /// Who has read since the three share T1.
    readers: Mutex<BTreeSet<u32>>,
    /// Cancelled when C4 may join.
    fourth: CancellationToken,
}

impl Common {
    fn counts(&self) -> MutexGuard<'_, BTreeMap<u32, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether three members share T1, and all have read since then; `n` reads now.
    fn have_read(&self, n: u32) -> bool {
        let mut held: Vec<usize> = self.counts().values().copied().collect();
        held.sort_unstable();
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if held == [1, 1, 2] {
            readers.insert(n);
        }
        readers.len() == 3
    }

    /// Waits until none of `members` holds anything, or [`AT_MOST`].
    fn wait_until_stopped(&self, members: [u32; 2]) {
        let some_hold = |counts: &mut BTreeMap<u32, usize>| members.iter().any(|member| counts.get(member) != Some(&0));
        let _either = self.counted.wait_timeout_while(self.counts(), AT_MOST, some_hold);
    }
}

struct Counter(u32, Arc<Common>);

impl ClientContext for Counter {}

impl ConsumerContext for Counter {
    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, _: &Rebalance<'_>) {
        self.1.counts().insert(self.0, consumer.assignment().map_or(0, |held| held.count()));
        self.1.counted.notify_all();
    }
}

/// Runs the group, in the answer's process, until it is asked to stop. C4 joins when all three have read and C3 has a record that takes
/// it long.
pub(super) fn run(seat: &Seat) {
    let common = Arc::default();
    std::thread::scope(|scope| {
        for n in 1..=MEMBERS {
            let common = Arc::clone(&common);
            scope.spawn(move || member(seat, n, common));
        }
    });
}

fn member(seat: &Seat, n: u32, common: Arc<Common>) -> KafkaResult<()> {
    let (stop, process) = (seat.stop(), seat.process(n));
    if n == MEMBERS {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers needs nothing");
        runtime.block_on(async {
            tokio::select! {
                () = common.fourth.cancelled() => {}
                () = stop.cancelled() => {}
            }
        });
    }
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", seat.bootstrap()).set("group.id", seat.name("G1")).set("client.id", format!("C{n}"));
    config.set("auto.offset.reset", "earliest");
    let consumer: BaseConsumer<Counter> =
        Speaks::ALL[seat.number("speaks")].set(&mut config).create_with_context(Counter(n, common.clone()))?;
    consumer.subscribe(&[seat.name("T1")])?;
    while !stop.is_cancelled() {
        let Some(Ok(record)) = consumer.poll(Duration::from_millis(10)) else { continue };
        process(&record);
        if common.have_read(n) && n == 3 && !common.fourth.is_cancelled() {
            common.fourth.cancel();
            if seat.number("speaks") == 0 {
                common.wait_until_stopped([1, 2]);
            }
            std::thread::sleep(SLOW);
        }
    }
    Ok(())
}

/// One member held one partition: member, partition, from when until when.
pub type Held = (u32, i32, Range<Duration>);

/// Member → partitions.
pub type Shares = BTreeMap<u32, Vec<i32>>;

/// What the recording shows of a group.
pub struct Seen {
    /// From when the three share T1 until the end.
    pub held: Vec<Held>,
    /// When C4 asks to join.
    pub joins: Duration,
    /// How the three share T1.
    pub before: Shares,
    /// How the four share it.
    pub after: Shares,
}

/// Lets G1 run on T1, as a group that speaks like this, until the fourth member has a partition and every member has read since then.
///
/// # Errors
/// It does not come to that.
pub async fn watch(lab: &mut Lab, speaks: Speaks) -> Result<Seen, Outcome> {
    lab.number("asks", 0);
    lab.number("speaks", Speaks::ALL.iter().position(|one| *one == speaks).unwrap_or_default() as i64);
    lab.start().await?;
    let three = say!("three members to share T1", "멤버 셋이 T1을 나눠 맡기");
    lab.until(PATIENCE, three, has_begun).await;
    let over = Cell::new(None);
    let flow = async {
        while over.get().is_none() {
            lab.produce_each("T1", sign_ups(PARTITIONS, 8), EVERY).await?;
        }
        Ok(())
    };
    let four = say!("a fourth member to join, and to share T1 with the others", "네 번째 멤버가 들어와 T1을 나눠 맡기");
    let shared = async { over.set(Some(lab.until(PATIENCE, four, is_over).await)) };
    let ((), written): ((), Result<(), Outcome>) = tokio::join!(shared, flow);
    written?;
    lab.ask_to_stop()?;
    let run = lab.end(say!("the members to leave", "멤버들이 떠나기")).await?;
    let seen = over.get().filter(|shared| *shared).and_then(|_| Seen::of(&run.recording));
    seen.ok_or_else(|| Outcome::Bug { what: format!("four members that speak {speaks:?} did not share T1") })
}

/// Whether three members hold partitions.
fn has_begun(_: &Recording, history: &History) -> bool {
    let holds = |member: &&Member| member.holdings.last().is_some_and(|held| !held.partitions.is_empty());
    history.group("G1").is_some_and(|group| group.members.iter().filter(holds).count() >= 3)
}

/// Whether four members hold a partition each and have gone on reading for a while since then.
fn is_over(recording: &Recording, history: &History) -> bool {
    let Some(group) = history.group("G1") else { return false };
    let now = |member: &Member| member.holdings.last().filter(|held| held.until.is_none() && held.partitions.len() == 1).cloned();
    let holdings: Vec<_> = group.members.iter().filter_map(now).collect();
    let has_read = |from: u64, of: &lab::Partition| {
        let record = |what: &What| matches!(what, What::Record { partition, .. } if partition == of);
        recording.find(record).any(|(_, event)| event.at > from + WHILE)
    };
    let partitions: BTreeSet<_> = holdings.iter().flat_map(|held| &held.partitions).collect();
    partitions.len() == MEMBERS as usize && holdings.iter().all(|held| has_read(held.from, &held.partitions[0]))
}

impl Seen {
    /// Reads a recording of such a group.
    pub fn of(recording: &Recording) -> Option<Self> {
        let history = History::of(recording);
        let group = history.group("G1")?;
        let number = |member: &Member| member.client.strip_prefix('C').and_then(|n| n.parse::<u32>().ok());
        let fourth = group.members.iter().find(|member| number(member) == Some(MEMBERS))?;
        let joins = recording.events[fourth.joined].at;
        let stop = recording.events[recording.asked_to_stop()?].at;
        let shares = |at: u64| -> Shares {
            let holding =
                |member: &Member| Some((number(member)?, member.holding_at(at)?.partitions.iter().map(|p| p.number).collect()));
            group.members.iter().filter_map(holding).collect()
        };
        let mut held = Vec::new();
        for member in &group.members {
            for holding in
                member.holdings.iter().filter(|holding| holding.from < stop && holding.until.is_none_or(|until| until > joins))
            {
                let until = holding.until.unwrap_or(stop).min(stop);
                let time = Duration::from_micros(holding.from)..Duration::from_micros(until);
                held.extend(
                    holding.partitions.iter().filter_map(|partition| Some((number(member)?, partition.number, time.clone()))),
                );
            }
        }
        let (before, after) = (shares(joins), shares(stop - 1));
        let is_whole = |shares: &Shares| shares.values().flatten().count() == PARTITIONS as usize;
        let is_whole = is_whole(&before) && is_whole(&after);
        is_whole.then(|| Self { held, joins: Duration::from_micros(joins), before, after })
    }
}
