//! Groups and plans for the grader of `05_who_gets_what`: what a group looks like, Kafka's two plans for it, and made-up groups. The two
//! plans here are held against real groups, in each run and by the recorded ones of the solution's tests.

use std::{cell::RefCell, collections::BTreeMap};

use proptest::{
    collection::vec,
    strategy::{Just, Strategy as Making},
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

/// A member: its id, and the topics that it subscribes to.
pub type Member = (String, Vec<String>);
/// A topic: its name, and how many partitions it has.
pub type Topic = (String, u32);
/// A partition: its topic, and its number, from 0.
pub type Partition = (String, u32);
/// The partitions of each member, by its id.
pub type Assignment = BTreeMap<String, Vec<Partition>>;

/// The two strategies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    Range,
    RoundRobin,
}

/// Both.
pub const STRATEGIES: [Strategy; 2] = [Strategy::Range, Strategy::RoundRobin];

impl Strategy {
    /// Its name in `partition.assignment.strategy`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::RoundRobin => "roundrobin",
        }
    }

    /// The learner's function for it.
    pub fn function(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::RoundRobin => "round_robin",
        }
    }

    /// What Kafka's plan is.
    pub fn plan(self, case: &Case) -> Assignment {
        match self {
            Self::Range => range(case),
            Self::RoundRobin => round_robin(case),
        }
    }
}

/// A group: members in the order in which they joined, and topics in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub members: Vec<Member>,
    pub topics: Vec<Topic>,
}

impl Case {
    /// `("C1", "T1 T2")` subscribes to T1 and T2.
    pub fn of(members: &[(&str, &str)], topics: &[(&str, u32)]) -> Self {
        let subscribed = |topics: &str| topics.split(' ').map(str::to_owned).collect();
        Self {
            members: members.iter().map(|(id, topics)| (id.to_string(), subscribed(topics))).collect(),
            topics: topics.iter().map(|(name, partitions)| (name.to_string(), *partitions)).collect(),
        }
    }

    /// The ids of the members that subscribe to `topic`, sorted.
    pub fn subscribers(&self, topic: &str) -> Vec<&String> {
        let wants = |topics: &[String]| topics.iter().any(|of| of == topic);
        let mut ids: Vec<_> = self.members.iter().filter(|(_, topics)| wants(topics)).map(|(id, _)| id).collect();
        ids.sort();
        ids
    }

    /// In words: `c1 [T1 T2], c2 [T1]; T1:3, T2:1`.
    pub fn words(&self) -> String {
        let members: Vec<_> = self.members.iter().map(|(id, topics)| format!("{id} [{}]", topics.join(" "))).collect();
        let topics: Vec<_> = self.topics.iter().map(|(name, partitions)| format!("{name}:{partitions}")).collect();
        format!("{}; {}", members.join(", "), topics.join(", "))
    }
}

/// Kafka's `range`.
pub fn range(case: &Case) -> Assignment {
    by_topic(case, |count, takers| {
        let (share, rest) = (count / takers, count % takers);
        (0..takers).flat_map(|place| std::iter::repeat_n(place, share + usize::from(place < rest))).collect()
    })
}

/// Each topic by itself: `places` says for its numbers of partitions and of subscribers at whose place each partition goes.
pub fn by_topic(case: &Case, places: impl Fn(usize, usize) -> Vec<usize>) -> Assignment {
    let mut plan = Assignment::new();
    for (topic, count) in &case.topics {
        let takers = case.subscribers(topic);
        for (number, place) in (0..).zip(places(*count as usize, takers.len())) {
            plan.entry(takers[place].clone()).or_default().push((topic.clone(), number));
        }
    }
    tidy(plan)
}

/// Kafka's `roundrobin`.
pub fn round_robin(case: &Case) -> Assignment {
    let mut members: Vec<_> = case.members.iter().collect();
    let mut topics: Vec<_> = case.topics.iter().collect();
    members.sort();
    topics.sort();
    let mut plan = Assignment::new();
    let mut next = 0;
    for (topic, partitions) in topics {
        for number in 0..*partitions {
            while !members[next % members.len()].1.contains(topic) {
                next += 1;
            }
            plan.entry(members[next % members.len()].0.clone()).or_default().push((topic.clone(), number));
            next += 1;
        }
    }
    tidy(plan)
}

/// A plan in the form in which plans are compared: partitions in order, and nobody who gets nothing.
pub fn tidy(mut plan: Assignment) -> Assignment {
    plan.retain(|_, partitions| !partitions.is_empty());
    plan.values_mut().for_each(|partitions| partitions.sort());
    plan
}

/// A plan in words: `c1: T1-0 T1-1 · c2: T1-2`.
pub fn words(plan: &Assignment) -> String {
    let list = |some: &[Partition]| some.iter().map(|(topic, number)| format!("{topic}-{number}")).collect::<Vec<_>>().join(" ");
    let all: Vec<_> = plan.iter().map(|(id, some)| format!("{id}: {}", list(some))).collect();
    if all.is_empty() { "–".to_owned() } else { all.join(" · ") }
}

/// What the answer said: the strategy's name, its plan, and the group that it was asked for.
pub type Told = (String, Assignment, Vec<Member>, Vec<Topic>);

/// The smallest made-up group for which the answer is not Kafka's, with the answer: asked once more, it may be another one. The same groups
/// are made up in every run.
pub fn counterexample(strategy: Strategy, ask: &impl Fn(Strategy, &Case) -> Assignment) -> Option<(Case, Assignment)> {
    let config = Config { cases: 250, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let smallest = RefCell::new(None);
    let same = |case: Case| {
        let plan = ask(strategy, &case);
        if tidy(plan.clone()) == strategy.plan(&case) {
            return Ok(());
        }
        smallest.replace(Some((case, plan)));
        Err(TestCaseError::fail("another plan"))
    };
    // It tells of the failure again, or of a panic, which has been reported.
    let _ = runner.run(&made_up(), same);
    smallest.into_inner()
}

/// Names that do not sort as their numbers do, and capitals.
const IDS: [&str; 8] = ["c1", "c2", "c3", "c10", "c20", "C4", "b", "c1b"];
const TOPICS: [&str; 5] = ["T1", "T2", "T3", "T10", "t"];

/// One to eight members, in any order, that subscribe to some of one to five topics. Few have more than ten partitions; those that have none
/// are not there.
pub fn made_up() -> impl Making<Value = Case> {
    let names = (Just(IDS).prop_shuffle(), Just(TOPICS).prop_shuffle());
    let partitions = proptest::prop_oneof![7 => 0..8_u32, 1 => 11..13_u32];
    let sizes = (vec(1..1_usize << TOPICS.len(), 1..=IDS.len()), vec(partitions, 1..=TOPICS.len()));
    (names, sizes).prop_map(|((ids, topics), (wants, partitions))| {
        let topics: Vec<Topic> = topics.map(str::to_owned).into_iter().zip(partitions).collect();
        // Each bit is a topic; bits beyond the topics stand for the first one.
        let subscribed = |wants: usize| {
            let mut some: Vec<String> =
                (0..topics.len()).filter(|at| wants >> at & 1 == 1).map(|at| topics[at].0.clone()).collect();
            if some.is_empty() {
                some.push(topics[0].0.clone());
            }
            some
        };
        let members: Vec<Member> = ids.map(str::to_owned).into_iter().zip(wants.into_iter().map(subscribed)).collect();
        let is_wanted = |(topic, _): &Topic| members.iter().any(|(_, topics)| topics.contains(topic));
        Case { topics: topics.iter().filter(|topic| is_wanted(topic)).cloned().collect(), members }
    })
}
