//! Small recordings for the tests, made by hand: a group of classic members joins, reads, commits and leaves. Times are invented.
#![allow(dead_code, reason = "each test uses the samples that it needs")]

use std::collections::BTreeMap;

use trace::{
    Event, Note, Partition, Progress, Recording, Request, Response, What, event::Side, request::Strategy, response::Fetched,
};

/// Writes a recording, one happening after another.
pub(crate) struct Stage {
    pub(crate) recording: Recording,
    pub(crate) now: u64,
    correlation: i32,
}

/// One consumer of the answer: its number, group and `client.id`.
#[derive(Clone)]
pub(crate) struct Consumer {
    pub(crate) number: u32,
    pub(crate) group: &'static str,
    pub(crate) client: String,
}

pub(crate) fn consumer(number: u32, group: &'static str, client: &str) -> Consumer {
    Consumer { number, group, client: client.into() }
}

pub(crate) fn t1(numbers: impl IntoIterator<Item = i32>) -> Vec<Partition> {
    numbers.into_iter().map(|number| Partition::new("T1", number)).collect()
}

impl Stage {
    pub(crate) fn new(step: &str) -> Self {
        let mut recording = Recording::of(step);
        recording.header.broker = "Apache Kafka 4.3.1 in a container".into();
        recording.header.client = "librdkafka 2.12.1".into();
        Self { recording, now: 0, correlation: 0 }
    }

    pub(crate) fn after(&mut self, millis: u64) -> &mut Self {
        self.now += millis * 1000;
        self
    }

    pub(crate) fn add(&mut self, what: What) {
        self.recording.push(Event { at: self.now, what });
        self.now += 40;
    }

    pub(crate) fn ask(&mut self, who: &Consumer, request: Request, took: u64, response: Response) {
        self.correlation += 1;
        let (connection, correlation) = (who.number, self.correlation);
        self.add(What::Request { connection, client: who.client.clone(), correlation, version: 3, bytes: 90, request });
        self.now += took;
        self.add(What::Response { connection, correlation, version: 3, bytes: 120, took, response });
    }

    pub(crate) fn note(&mut self, number: u32, note: Note) {
        self.add(What::Note { member: number, note });
    }

    pub(crate) fn connect(&mut self, who: &Consumer) {
        self.note(who.number, Note::Started);
        self.add(What::Connected { connection: who.number, node: -1 });
        let asked = Request::ApiVersions { software: "librdkafka".into(), software_version: "2.12.1".into() };
        self.ask(who, asked, 900, Response::ApiVersions { error: None });
        let topics = BTreeMap::from([("T1".to_owned(), 4)]);
        let answer = Response::Metadata { brokers: vec![1], topics, errors: BTreeMap::new() };
        self.ask(who, Request::Metadata { topics: Some(vec!["T1".into()]) }, 1500, answer);
        let coordinator = Request::FindCoordinator { keys: vec![who.group.into()] };
        self.ask(who, coordinator, 1200, Response::FindCoordinator { node: 1, error: None });
    }

    /// The whole group joins (again), with `plan` as the assignment, one entry a member in order; the first leads.
    pub(crate) fn rebalance(&mut self, generation: i32, plan: &[(&Consumer, Vec<Partition>)]) {
        for (who, _) in plan {
            self.join(who, generation, &id(plan[0].0));
        }
        for (who, partitions) in plan {
            let assignments = match who.number == plan[0].0.number {
                true => plan.iter().map(|(who, partitions)| (id(who), partitions.clone())).collect(),
                false => BTreeMap::new(),
            };
            let (group, member) = (who.group.to_owned(), id(who));
            let asked = Request::SyncGroup { group, member, generation, instance: None, assignments };
            self.ask(who, asked, 2000, Response::SyncGroup { assignment: partitions.clone(), error: None });
        }
    }

    /// A member hears of a rebalance, joins again, and is given all four partitions of T1.
    pub(crate) fn take_over(&mut self, who: &Consumer) {
        self.heartbeat(who, Some("REBALANCE_IN_PROGRESS"));
        self.after(10);
        self.join(who, 2, &id(who));
        self.after(240);
        let (group, member) = (who.group.to_owned(), id(who));
        let asked = Request::SyncGroup { group, member, generation: 2, instance: None, assignments: BTreeMap::new() };
        self.ask(who, asked, 2000, Response::SyncGroup { assignment: t1(0..4), error: None });
    }

    fn join(&mut self, who: &Consumer, generation: i32, leader: &str) {
        let strategy = |name: &str| Strategy { name: name.into(), topics: vec!["T1".into()], owned: vec![] };
        let request = Request::JoinGroup {
            group: who.group.into(),
            member: if generation == 1 { String::new() } else { id(who) },
            instance: None,
            session_timeout_ms: 6000,
            rebalance_timeout_ms: 300_000,
            strategies: vec![strategy("range"), strategy("roundrobin")],
        };
        let response = Response::JoinGroup {
            generation,
            member: id(who),
            leader: leader.into(),
            strategy: Some("range".into()),
            members: BTreeMap::new(),
            error: None,
        };
        self.ask(who, request, 3000, response);
    }

    pub(crate) fn heartbeat(&mut self, who: &Consumer, error: Option<&str>) {
        let request = Request::Heartbeat { group: who.group.into(), member: id(who), generation: 1, instance: None };
        self.ask(who, request, 600, Response::Heartbeat { error: error.map(Into::into) });
    }

    /// Fetches `count` records from `first` on of each partition and processes them.
    pub(crate) fn read(&mut self, who: &Consumer, partitions: &[Partition], first: i64, count: u32) {
        let last = first + i64::from(count) - 1;
        let request = Request::Fetch {
            max_wait_ms: 500,
            min_bytes: 1,
            max_bytes: 52_428_800,
            isolation_level: 1,
            offsets: partitions.iter().map(|p| (p.clone(), first)).collect(),
            partition_max_bytes: 1_048_576,
        };
        let some = (count > 0).then_some(());
        let fetched =
            Fetched { records: count, first: some.map(|()| first), last: some.map(|()| last), high_watermark: 25, error: None };
        let partitions_fetched = partitions.iter().map(|p| (p.clone(), fetched.clone())).collect();
        self.ask(who, request, 2500, Response::Fetch { partitions: partitions_fetched, error: None });
        for partition in partitions {
            for offset in first..=last {
                for progress in [Progress::HandedOver, Progress::Processed] {
                    self.add(What::Record { progress, member: who.number, partition: partition.clone(), offset });
                }
                self.now += 400;
            }
        }
    }

    pub(crate) fn commit(&mut self, who: &Consumer, partitions: &[Partition], offset: i64) {
        self.commit_answered(who, partitions, offset, None);
    }

    pub(crate) fn commit_answered(&mut self, who: &Consumer, partitions: &[Partition], offset: i64, error: Option<&str>) {
        let request = Request::OffsetCommit {
            group: who.group.into(),
            member: id(who),
            generation: 1,
            offsets: partitions.iter().map(|p| (p.clone(), offset)).collect(),
        };
        let results = partitions.iter().map(|p| (p.clone(), error.map(Into::into))).collect();
        self.ask(who, request, 1500, Response::OffsetCommit { results });
    }

    pub(crate) fn leave(&mut self, who: &Consumer) {
        let request = Request::LeaveGroup { group: who.group.into(), members: vec![id(who)] };
        self.ask(who, request, 1000, Response::LeaveGroup { error: None });
        self.add(What::Disconnected { connection: who.number, by: Side::Client });
        self.note(who.number, Note::Returned { error: None, value: None });
    }
}

pub(crate) fn id(who: &Consumer) -> String {
    format!("{}-{}-{}", who.client, who.group, who.number)
}

/// `members` of G1 share the four partitions of T1: they settle, read, commit and leave.
pub(crate) fn sharing(members: u32) -> Recording {
    let mut stage = Stage::new("01_groups/02_sharing");
    let all: Vec<Consumer> = (1..=members).map(|number| consumer(number, "G1", "rdkafka")).collect();
    stage.after(30);
    for who in &all {
        stage.connect(who);
        stage.after(4);
    }
    let plan = shares(&all, 4);
    stage.rebalance(1, &plan);
    for (who, partitions) in plan.iter().filter(|(_, partitions)| !partitions.is_empty()) {
        stage.after(10).read(who, partitions, 0, 12);
    }
    for round in 0..6 {
        for (who, partitions) in &plan {
            stage.after(20).heartbeat(who, None);
            if round > 3 && !partitions.is_empty() {
                stage.read(who, &partitions[..1], 12 + (round - 4), 1);
            }
        }
    }
    stage.note(0, Note::AskedToStop);
    for (who, partitions) in &plan {
        if !partitions.is_empty() {
            stage.after(5).commit(who, partitions, 12);
        }
        stage.after(2).leave(who);
    }
    stage.recording
}

/// The partitions of T1, shared by range.
fn shares(all: &[Consumer], partitions: i32) -> Vec<(&Consumer, Vec<Partition>)> {
    let (members, mut next) = (all.len() as i32, 0);
    let share = |at: i32| partitions / members + i32::from(at < partitions % members);
    (0..)
        .zip(all)
        .map(|(at, who)| {
            let own = t1(next..next + share(at));
            next += share(at);
            (who, own)
        })
        .collect()
}

/// Two groups, one member each, read the same topic.
pub(crate) fn two_groups() -> Recording {
    let mut stage = Stage::new("01_groups/04_two_groups");
    two_apps(&mut stage, [consumer(1, "coupons", "rdkafka"), consumer(2, "mails", "rdkafka")]);
    stage.recording
}

/// The same, but the first to read is the answer's second consumer.
pub(crate) fn two_groups_swapped() -> Recording {
    let mut stage = Stage::new("01_groups/04_two_groups");
    two_apps(&mut stage, [consumer(2, "coupons", "rdkafka"), consumer(1, "mails", "rdkafka")]);
    stage.recording
}

fn two_apps(stage: &mut Stage, apps: [Consumer; 2]) {
    for who in &apps {
        stage.after(25).connect(who);
        stage.rebalance(1, &[(who, t1(0..4))]);
        stage.after(10).read(who, &t1(0..4), 0, 25);
    }
    for who in apps.iter().cycle().take(6) {
        stage.after(30).heartbeat(who, None);
    }
    for who in &apps {
        stage.after(10).commit(who, &t1(0..4), 25);
        stage.leave(who);
    }
}

/// C2 crashes; C1 notices by a rebalance after the session timeout, during which nobody reads for a moment.
pub(crate) fn crash() -> Recording {
    let mut stage = Stage::new("02_rebalancing/02_heartbeats");
    let (first, _) = pair(&mut stage);
    stage.after(300).note(2, Note::Killed);
    stage.add(What::Disconnected { connection: 2, by: Side::Client });
    for _ in 0..8 {
        stage.after(500).heartbeat(&first, None);
    }
    stage.after(400);
    stage.take_over(&first);
    stage.after(100).read(&first, &t1(2..4), 5, 5);
    stage.add(What::Fault { connection: 1, fault: "delayed by 300 ms".into(), api: "OffsetCommit".into() });
    stage.after(300).commit(&first, &t1(0..4), 5);
    stage.after(200).leave(&first);
    stage.recording
}

/// C2 is asked to stop and leaves; C1 hears of it at its next heartbeat and takes over.
pub(crate) fn hand_over() -> Recording {
    let mut stage = Stage::new("02_rebalancing/01_hand_over");
    let (first, second) = pair(&mut stage);
    stage.after(300).note(2, Note::AskedToStop);
    stage.after(5).commit(&second, &t1(2..4), 5);
    stage.leave(&second);
    stage.after(400);
    stage.take_over(&first);
    stage.after(1500).note(0, Note::AskedToStop);
    stage.after(10).leave(&first);
    stage.recording
}

/// The line of C2 is cut for a second, which is shorter than its session; it goes on with what it holds.
pub(crate) fn stall() -> Recording {
    let mut stage = Stage::new("02_rebalancing/02_heartbeats");
    let (first, second) = pair(&mut stage);
    stage.after(700).add(What::Fault { connection: 2, fault: "cut".into(), api: String::new() });
    stage.add(What::Disconnected { connection: 2, by: Side::Tap });
    for _ in 0..2 {
        stage.after(500).heartbeat(&first, None);
    }
    stage.heartbeat(&second, None);
    stage.read(&second, &t1(2..4), 5, 5);
    stage.after(3000).note(0, Note::AskedToStop);
    for who in [&first, &second] {
        stage.after(2).leave(who);
    }
    stage.recording
}

/// Two members that share T1 and have read five records of each partition.
fn pair(stage: &mut Stage) -> (Consumer, Consumer) {
    let (first, second) = (consumer(1, "G1", "C1"), consumer(2, "G1", "C2"));
    stage.connect(&first);
    stage.connect(&second);
    stage.rebalance(1, &[(&first, t1(0..2)), (&second, t1(2..4))]);
    stage.after(40).read(&first, &t1(0..2), 0, 5);
    stage.read(&second, &t1(2..4), 0, 5);
    (first, second)
}

/// An answer that assigned itself a partition and joined no group.
pub(crate) fn by_hand() -> Recording {
    let mut stage = Stage::new("01_groups/01_one_consumer");
    let who = consumer(1, "G1", "rdkafka");
    stage.connect(&who);
    stage.read(&who, &t1(0..1), 0, 25);
    for _ in 0..14 {
        stage.after(100).read(&who, &[], 25, 0);
    }
    stage.recording
}
