//! What a request says: the fields that a consumer's lessons and graders look at, under the protocol's own names.
//! Made from `kafka-protocol`'s messages in [`crate::decode`], which also says how another request, or another field, comes in;
//! requests that no lesson needs are [`Request::Other`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Partition;

/// One request. The variant is the API's name as the protocol guide spells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api")]
#[allow(missing_docs, reason = "the fields are the protocol's, described in Kafka's protocol guide; units are in their names")]
pub enum Request {
    ApiVersions {
        software: String,
        software_version: String,
    },
    /// `topics` is none where the client asks for all topics.
    Metadata {
        topics: Option<Vec<String>>,
    },
    /// `keys` are group ids (or transactional ids).
    FindCoordinator {
        keys: Vec<String>,
    },
    JoinGroup {
        group: String,
        member: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<String>,
        session_timeout_ms: i32,
        /// librdkafka's and Java's `max.poll.interval.ms`.
        rebalance_timeout_ms: i32,
        strategies: Vec<Strategy>,
    },
    SyncGroup {
        group: String,
        member: String,
        generation: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<String>,
        /// The leader's plan, member → partitions; empty from everybody else.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        assignments: BTreeMap<String, Vec<Partition>>,
    },
    Heartbeat {
        group: String,
        member: String,
        generation: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<String>,
    },
    LeaveGroup {
        group: String,
        members: Vec<String>,
    },
    /// KIP-848. `epoch` 0 joins, −1 leaves, −2 is a static member that leaves for a while.
    ConsumerGroupHeartbeat {
        group: String,
        member: String,
        epoch: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instance: Option<String>,
        rebalance_timeout_ms: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topics: Option<Vec<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignor: Option<String>,
        /// What the member holds; none where nothing has changed since its last heartbeat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owned: Option<Vec<Partition>>,
    },
    /// `offsets` are the next offsets to read, one past the last record that counts as done.
    OffsetCommit {
        group: String,
        member: String,
        generation: i32,
        offsets: BTreeMap<Partition, i64>,
    },
    OffsetFetch {
        group: String,
        partitions: Vec<Partition>,
    },
    /// Timestamps in ms; −1 asks for the end of the log, −2 for its beginning.
    ListOffsets {
        isolation_level: i8,
        timestamps: BTreeMap<Partition, i64>,
    },
    Fetch {
        max_wait_ms: i32,
        min_bytes: i32,
        max_bytes: i32,
        isolation_level: i8,
        /// The first offset that is wanted of each partition. With a fetch session (KIP-227) only what changed is listed.
        offsets: BTreeMap<Partition, i64>,
        /// `max.partition.fetch.bytes` as sent; 0 where no partition is listed.
        partition_max_bytes: i32,
    },
    Produce {
        acks: i16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transactional_id: Option<String>,
        partitions: Vec<Partition>,
    },
    /// A request that is read but not needed in a lesson.
    #[serde(rename = "other")]
    Other {
        name: String,
    },
    /// A request that could not be read: an unknown API key or a broken body. It was forwarded as it came.
    #[serde(rename = "opaque")]
    Opaque {
        api_key: i16,
        reason: String,
    },
}

/// One assignment strategy that a member offers in JoinGroup, with the subscription that goes with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    /// `range`, `roundrobin`, `cooperative-sticky` …
    pub name: String,
    /// The topics that the member subscribes to.
    pub topics: Vec<String>,
    /// What the member still holds (cooperative protocols, KIP-429).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owned: Vec<Partition>,
}

impl Request {
    /// The API's name: `JoinGroup`, or the `Other` request's own.
    pub fn api(&self) -> &str {
        match self {
            Self::ApiVersions { .. } => "ApiVersions",
            Self::Metadata { .. } => "Metadata",
            Self::FindCoordinator { .. } => "FindCoordinator",
            Self::JoinGroup { .. } => "JoinGroup",
            Self::SyncGroup { .. } => "SyncGroup",
            Self::Heartbeat { .. } => "Heartbeat",
            Self::LeaveGroup { .. } => "LeaveGroup",
            Self::ConsumerGroupHeartbeat { .. } => "ConsumerGroupHeartbeat",
            Self::OffsetCommit { .. } => "OffsetCommit",
            Self::OffsetFetch { .. } => "OffsetFetch",
            Self::ListOffsets { .. } => "ListOffsets",
            Self::Fetch { .. } => "Fetch",
            Self::Produce { .. } => "Produce",
            Self::Other { name } => name,
            Self::Opaque { .. } => "opaque",
        }
    }

    /// The group that the request speaks of, if it speaks of one.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::JoinGroup { group, .. }
            | Self::SyncGroup { group, .. }
            | Self::Heartbeat { group, .. }
            | Self::LeaveGroup { group, .. }
            | Self::ConsumerGroupHeartbeat { group, .. }
            | Self::OffsetCommit { group, .. }
            | Self::OffsetFetch { group, .. } => Some(group),
            _ => None,
        }
    }

    /// The member that speaks, where the request names one.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::JoinGroup { member, .. }
            | Self::SyncGroup { member, .. }
            | Self::Heartbeat { member, .. }
            | Self::ConsumerGroupHeartbeat { member, .. }
            | Self::OffsetCommit { member, .. } => Some(member),
            Self::LeaveGroup { members, .. } => members.first().map(String::as_str),
            _ => None,
        }
    }
}
