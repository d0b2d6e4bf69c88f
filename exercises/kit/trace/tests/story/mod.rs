//! A recording told step by step: one event a millisecond, each request paired with its answer.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a test ends where something is not as it should be; each uses its own part"
)]

use trace::{Event, Partition, Recording, Request, Response, What, request::Strategy};

pub struct Story {
    pub recording: Recording,
    correlation: i32,
}

impl Story {
    pub fn new() -> Self {
        Self { recording: Recording::of("a story"), correlation: 0 }
    }

    pub fn happens(&mut self, what: What) -> &mut Self {
        let at = 1_000 * (self.recording.events.len() as u64 + 1);
        self.recording.push(Event { at, what });
        self
    }

    /// A client whose `client.id` is `C` and the connection's number asks, and the broker answers.
    pub fn asks(&mut self, connection: u32, request: Request, response: Response) -> &mut Self {
        self.correlation += 1;
        let (client, correlation) = (format!("C{connection}"), self.correlation);
        self.happens(What::Request { connection, client, correlation, version: 0, bytes: 10, request });
        self.happens(What::Response { connection, correlation, version: 0, bytes: 10, took: 1_000, response })
    }

    /// A member joins, or joins again, with what it owns still.
    pub fn joins(&mut self, connection: u32, member: &str, owned: &[&str]) -> &mut Self {
        let strategy = Strategy { name: "any".into(), topics: vec!["T1".into()], owned: partitions(owned) };
        let request = Request::JoinGroup {
            group: "G1".into(),
            member: member.into(),
            instance: None,
            session_timeout_ms: 45_000,
            rebalance_timeout_ms: 300_000,
            strategies: vec![strategy],
        };
        let response = Response::JoinGroup {
            generation: 1,
            member: member.into(),
            leader: member.into(),
            strategy: Some("any".into()),
            members: [(member.to_owned(), vec!["T1".to_owned()])].into(),
            error: None,
        };
        self.asks(connection, request, response)
    }

    pub fn is_given(&mut self, connection: u32, member: &str, generation: i32, given: &[&str]) -> &mut Self {
        let (group, member) = ("G1".into(), member.into());
        let request = Request::SyncGroup { group, member, generation, instance: None, assignments: [].into() };
        self.asks(connection, request, Response::SyncGroup { assignment: partitions(given), error: None })
    }

    pub fn beats(&mut self, connection: u32, member: &str, error: Option<&str>) -> &mut Self {
        let request = Request::Heartbeat { group: "G1".into(), member: member.into(), generation: 1, instance: None };
        self.asks(connection, request, Response::Heartbeat { error: error.map(Into::into) })
    }

    pub fn leaves(&mut self, connection: u32, member: &str) -> &mut Self {
        let request = Request::LeaveGroup { group: "G1".into(), members: vec![member.into()] };
        self.asks(connection, request, Response::LeaveGroup { error: None })
    }

    /// KIP-848: one heartbeat that says an epoch, and its answer.
    pub fn says_epoch(&mut self, connection: u32, member: &str, epoch: i32, answered: i32, given: Option<&[&str]>) -> &mut Self {
        let request = Request::ConsumerGroupHeartbeat {
            group: "G1".into(),
            member: member.into(),
            epoch,
            instance: None,
            rebalance_timeout_ms: 300_000,
            topics: None,
            pattern: None,
            assignor: None,
            owned: None,
        };
        let response = Response::ConsumerGroupHeartbeat {
            member: member.into(),
            epoch: answered,
            heartbeat_interval_ms: 5_000,
            assignment: given.map(partitions),
            error: None,
        };
        self.asks(connection, request, response)
    }

    pub fn disconnects(&mut self, connection: u32) -> &mut Self {
        self.happens(What::Disconnected { connection, by: trace::event::Side::Client })
    }
}

pub fn partitions(names: &[&str]) -> Vec<Partition> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}
