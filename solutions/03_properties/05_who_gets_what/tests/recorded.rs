//! What real groups agreed on: `book/assignments/librdkafka.jsonl`, one group a line, made by the test `record` below, and
//! `book/assignments/java.jsonl`, made by `Groups.java` beside it from the same groups. The grader's two plans and the book's playground
//! (`book/theme/tests/playground.test.js`) are held against them.
//!
//! `WORKBOOK_BROKER=container cargo test -p who_gets_what_solution --test recorded -- --ignored` records anew.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use lab::broker::{Broker, Wanted};
use proptest::{
    strategy::{Strategy as _, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rdkafka::{
    ClientConfig, ClientContext,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance},
};
use serde_json::{Value, json};

#[path = "../../../../exercises/03_properties/05_who_gets_what/tests/grade/plan.rs"]
#[allow(dead_code, reason = "the grader uses the rest")]
mod plan;

use plan::{Assignment, Case, Member, STRATEGIES, made_up, tidy};

/// A group settles within this time, and a member ends; else the group is tried anew.
const WITHIN: Duration = Duration::from_secs(20);
/// A group in which nothing has changed for this long, several heartbeats, has settled.
const QUIET: Duration = Duration::from_millis(1_200);
/// An idle member of the new protocol is told of no assignment. After this long it counts as one.
const IDLE: Duration = Duration::from_secs(3);

/// The grader's two plans are those of real groups, of librdkafka's and of Java's leaders.
#[test]
fn real_groups_agree_with_the_grader() {
    for file in ["librdkafka", "java"] {
        let mut held = 0;
        for group in recorded(file) {
            let Some(strategy) = STRATEGIES.into_iter().find(|of| of.name() == group.strategy) else { continue };
            for (members, assignment) in group.steps {
                let case = Case { members, topics: group.topics.clone() };
                assert_eq!(tidy(assignment), strategy.plan(&case), "{file}: {} of {}", strategy.name(), case.words());
                held += 1;
            }
        }
        assert!(held > 20, "{file}: {held} recorded assignments of range and roundrobin");
    }
}

/// A line of the recording.
struct Group {
    strategy: String,
    topics: Vec<plan::Topic>,
    /// Who was in the group, one after another, and what they agreed on.
    steps: Vec<(Vec<Member>, Assignment)>,
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../book/assignments").join(format!("{name}.jsonl"))
}

fn recorded(name: &str) -> Vec<Group> {
    let text = std::fs::read_to_string(file(name)).unwrap();
    let partition = |of: String| of.rsplit_once('-').map(|(topic, number)| (topic.to_owned(), number.parse().unwrap())).unwrap();
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let of = |value: &Value| value.clone();
        let topics: BTreeMap<String, u32> = serde_json::from_value(of(&line["topics"])).unwrap();
        let step = |step: &Value| {
            let members: BTreeMap<String, Vec<String>> = serde_json::from_value(of(&step["members"])).unwrap();
            let held: BTreeMap<String, Vec<String>> = serde_json::from_value(of(&step["assignment"])).unwrap();
            let held = held.into_iter().map(|(id, some)| (id, some.into_iter().map(partition).collect())).collect();
            (members.into_iter().collect(), held)
        };
        let strategy = line["strategy"].as_str().unwrap().to_owned();
        Group {
            strategy,
            topics: topics.into_iter().collect(),
            steps: line["steps"].as_array().unwrap().iter().map(step).collect(),
        }
    };
    text.lines().map(read).collect()
}

/// A group to record: a strategy, topics, and who is in the group one after another.
type Recipe = (&'static str, Vec<plan::Topic>, Vec<Vec<Member>>);

fn groups() -> Vec<Recipe> {
    let mut groups = Vec::new();
    for strategy in ["range", "roundrobin", "cooperative-sticky", "uniform"] {
        for (topics, steps) in COMINGS_AND_GOINGS {
            let topics: Vec<_> = topics.iter().map(|(name, partitions)| (name.to_string(), *partitions)).collect();
            let all: Vec<String> = topics.iter().map(|(name, _)| name.clone()).collect();
            let present = |ids: &&str| ids.split(' ').map(|id| (id.to_owned(), all.clone())).collect();
            groups.push((strategy, topics, steps.iter().map(present).collect()));
        }
    }
    for strategy in STRATEGIES {
        for case in uneven() {
            groups.push((strategy.name(), case.topics, vec![case.members]));
        }
    }
    groups
}

type ComingAndGoing = (&'static [(&'static str, u32)], &'static [&'static str]);

/// Topics, and who is in the group one after another; everybody subscribes to all topics.
const COMINGS_AND_GOINGS: [ComingAndGoing; 8] = [
    (&[("T1", 3), ("T2", 3)], &["C1", "C1 C2", "C1 C2 C3", "C1 C3", "C3"]),
    (&[("T1", 4)], &["C1", "C1 C2", "C1 C2 C3", "C1 C2 C3 C4", "C1 C2 C3 C4 C5", "C2 C3 C4 C5", "C2 C4 C5"]),
    (&[("T1", 6)], &["C1", "C1 C2", "C1 C2 C3", "C2 C3", "C1 C2 C3", "C1 C2 C3 C4"]),
    (&[("T1", 1), ("T2", 5)], &["C1", "C1 C2", "C1 C2 C3", "C1 C2", "C2"]),
    (&[("T1", 7), ("T2", 2)], &["C1", "C1 C2", "C1 C2 C3", "C1 C2 C3 C4", "C2 C3 C4", "C3 C4"]),
    (&[("T1", 2), ("T2", 3), ("T3", 4)], &["C1", "C1 C2", "C2", "C2 C3", "C1 C2 C3", "C1 C2 C3 C4"]),
    (&[("T1", 1), ("T2", 1), ("T3", 1)], &["C1", "C1 C2", "C1 C2 C3", "C1 C2 C3 C4", "C2 C3 C4"]),
    (&[("T1", 8)], &["C2", "C2 C10", "C1 C2 C10", "C1 C2 C3 C10", "C1 C3 C10"]),
];

/// Made-up groups whose members want different topics. A member that wants no topic that is there would not join.
fn uneven() -> Vec<Case> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut made_up = std::iter::repeat_with(|| made_up().new_tree(&mut runner).unwrap().current());
    let joins = |case: &Case, (_, wants): &Member| case.topics.iter().any(|(topic, count)| *count > 0 && wants.contains(topic));
    let is_telling =
        |case: &Case| case.members.len() > 2 && case.topics.len() > 1 && case.members.iter().all(|one| joins(case, one));
    made_up.by_ref().filter(is_telling).take(12).collect()
}

#[test]
#[ignore = "records anew; takes minutes"]
fn record() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let broker = runtime.block_on(async { Broker::start(&Wanted::from_environment().unwrap()).await.unwrap() });
    assert!(!broker.is_embedded(), "only a real broker is recorded");
    let admin: AdminClient<_> = ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
    let groups = groups();
    let mut lines: Vec<String> = Vec::new();
    for (batch, some) in groups.chunks(4).enumerate() {
        let made = thread::scope(|scope| {
            let one = |(at, group)| {
                let (broker, admin, runtime) = (&broker, &admin, &runtime);
                scope.spawn(move || runtime.block_on(line(broker, admin, &format!("{}-{batch}-{at}", std::process::id()), group)))
            };
            let started: Vec<_> = some.iter().enumerate().map(one).collect();
            started.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        lines.extend(made);
        println!("{} of {}", lines.len(), groups.len());
    }
    std::fs::write(file("librdkafka"), lines.join("\n") + "\n").unwrap();
}

/// A group's line.
async fn line(broker: &Broker, admin: &AdminClient<DefaultClientContext>, name: &str, group: &Recipe) -> String {
    let (strategy, topics, steps) = group;
    let options = AdminOptions::new();
    for attempt in 1..=5 {
        let prefix = format!("{name}-{attempt}");
        let there: Vec<_> =
            topics.iter().filter(|(_, count)| *count > 0).map(|(name, count)| (format!("{prefix}.{name}"), *count)).collect();
        let new: Vec<_> =
            there.iter().map(|(name, count)| NewTopic::new(name, *count as i32, TopicReplication::Fixed(1))).collect();
        admin.create_topics(&new, &options).await.unwrap();
        let steps = follow(broker.address(), &prefix, strategy, topics, steps);
        admin.delete_topics(&there.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), &options).await.unwrap();
        let Some(steps) = steps else { continue };
        let by = match *strategy {
            "uniform" => broker.to_string().replace(" in a container", ""),
            _ => format!("librdkafka {}", rdkafka::util::get_rdkafka_version().1),
        };
        let topics: BTreeMap<_, _> = topics.iter().cloned().collect();
        return json!({ "strategy": strategy, "by": by, "topics": topics, "steps": steps }).to_string();
    }
    panic!("{strategy} of {topics:?} does not settle");
}

/// Runs one group through its steps; none where it did not settle.
fn follow(address: &str, prefix: &str, strategy: &str, topics: &[plan::Topic], steps: &[Vec<Member>]) -> Option<Vec<Value>> {
    let mut running: BTreeMap<String, Running> = BTreeMap::new();
    let all: usize = topics.iter().map(|(_, count)| *count as usize).sum();
    let mut told = Vec::new();
    for members in steps {
        let leaving: Vec<_> = running.keys().filter(|id| !members.iter().any(|(of, _)| of == *id)).cloned().collect();
        for id in leaving {
            running.remove(&id)?.leave()?;
        }
        for (id, wants) in members {
            running.entry(id.clone()).or_insert_with(|| Running::join(address, prefix, strategy, id, wants));
        }
        let name = |real: &String| real.replace(&format!("{prefix}."), "");
        let held = settle(&running, all)?.into_iter().map(|(id, some)| (id, some.iter().map(name).collect::<Vec<_>>()));
        let members: BTreeMap<_, _> = members.iter().cloned().collect();
        told.push(json!({ "members": members, "assignment": held.collect::<BTreeMap<_, _>>() }));
    }
    running.into_values().try_for_each(Running::leave)?;
    Some(told)
}

/// Waits until each partition has one owner and nothing has changed for a while.
fn settle(running: &BTreeMap<String, Running>, all: usize) -> Option<BTreeMap<String, Vec<String>>> {
    let began = Instant::now();
    while began.elapsed() < WITHIN {
        let held: BTreeMap<_, _> = running.iter().map(|(id, one)| (id.clone(), one.state())).collect();
        let is_quiet = |state: &State| state.changed.elapsed() > if state.is_member { QUIET } else { IDLE };
        let mut owned: Vec<_> = held.values().flat_map(|state| &state.held).collect();
        let each_once = owned.len() == all;
        owned.sort();
        owned.dedup();
        if each_once && owned.len() == all && held.values().all(is_quiet) {
            return Some(held.into_iter().map(|(id, state)| (id, state.held)).collect());
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
}

/// A member on a thread of its own.
struct Running {
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

#[derive(Clone, Debug)]
struct State {
    is_member: bool,
    held: Vec<String>,
    changed: Instant,
}

impl Running {
    fn join(address: &str, prefix: &str, strategy: &str, id: &str, wants: &[String]) -> Self {
        let state = Arc::new(Mutex::new(State { is_member: false, held: Vec::new(), changed: Instant::now() }));
        let stop = Arc::new(AtomicBool::new(false));
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", address).set("group.id", prefix).set("client.id", id).set("log_level", "2");
        match strategy {
            "uniform" => config.set("group.protocol", "consumer").set("group.remote.assignor", strategy),
            _ => config.set("partition.assignment.strategy", strategy).set("heartbeat.interval.ms", "100"),
        };
        let consumer: BaseConsumer<Watch> = config.create_with_context(Watch { state: state.clone() }).unwrap();
        let wants: Vec<_> = wants.iter().map(|topic| format!("{prefix}.{topic}")).collect();
        consumer.subscribe(&wants.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let asked = stop.clone();
        let thread = thread::spawn(move || {
            while !asked.load(Ordering::Relaxed) {
                let _news = consumer.poll(Duration::from_millis(20));
            }
        });
        Self { state, stop, thread }
    }

    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// None where it does not end.
    fn leave(self) -> Option<()> {
        self.stop.store(true, Ordering::Relaxed);
        let began = Instant::now();
        while !self.thread.is_finished() && began.elapsed() < WITHIN {
            thread::sleep(Duration::from_millis(5));
        }
        self.thread.is_finished().then_some(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Notes what the member holds after each rebalance.
struct Watch {
    state: Arc<Mutex<State>>,
}

impl ClientContext for Watch {}

impl ConsumerContext for Watch {
    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let held = consumer.assignment().unwrap();
        state.held = held.elements().iter().map(|of| format!("{}-{}", of.topic(), of.partition())).collect();
        state.held.sort();
        state.is_member |= matches!(rebalance, Rebalance::Assign(_));
        state.changed = Instant::now();
    }
}
