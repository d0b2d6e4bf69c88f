//! What an answer says, the counterpart of [`crate::request`]. An `error` is the protocol's name of the error code,
//! such as `REBALANCE_IN_PROGRESS`; none where the code is 0.
//! How another answer, or another field, comes in is said in [`crate::decode`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Partition;

/// The protocol's name of an error code.
pub type ErrorName = String;

/// One answer. The variant is the API's name as the protocol guide spells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api")]
#[allow(missing_docs, reason = "the fields are the protocol's, described in Kafka's protocol guide; units are in their names")]
pub enum Response {
    ApiVersions {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    /// `brokers` are node ids; `topics` are name → number of partitions, or the error in `errors`.
    Metadata {
        brokers: Vec<i32>,
        topics: BTreeMap<String, u32>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        errors: BTreeMap<String, ErrorName>,
    },
    FindCoordinator {
        node: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    JoinGroup {
        generation: i32,
        member: String,
        leader: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        strategy: Option<String>,
        /// All members with the topics that each subscribes to; told to the leader alone.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        members: BTreeMap<String, Vec<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    SyncGroup {
        assignment: Vec<Partition>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    Heartbeat {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    LeaveGroup {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    ConsumerGroupHeartbeat {
        member: String,
        epoch: i32,
        heartbeat_interval_ms: i32,
        /// What the member shall hold; none where nothing has changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignment: Option<Vec<Partition>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    /// One result a partition; none where the offset was taken.
    OffsetCommit {
        results: BTreeMap<Partition, Option<ErrorName>>,
    },
    /// The committed offsets; −1 where the group has none.
    OffsetFetch {
        offsets: BTreeMap<Partition, i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    ListOffsets {
        offsets: BTreeMap<Partition, i64>,
    },
    Fetch {
        partitions: BTreeMap<Partition, Fetched>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorName>,
    },
    Produce {
        results: BTreeMap<Partition, Option<ErrorName>>,
    },
    /// An answer that is read but not needed in a lesson.
    #[serde(rename = "other")]
    Other {
        name: String,
    },
    /// An answer that could not be read. It was forwarded as it came.
    #[serde(rename = "opaque")]
    Opaque {
        api_key: i16,
        reason: String,
    },
}

/// What a Fetch answer brings of one partition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fetched {
    /// Number of records, of complete batches.
    pub records: u32,
    /// Offset of the first record, if there is one. A batch may begin before the offset that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<i64>,
    /// Offset of the last record, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<i64>,
    /// The end of what consumers may read (the offset that the next record will get, once replicated).
    pub high_watermark: i64,
    /// The error, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorName>,
}

impl Response {
    /// The API's name: `JoinGroup`, or the `Other` answer's own.
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

    /// The first error that the answer carries, of the whole or of a partition.
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::ApiVersions { error }
            | Self::FindCoordinator { error, .. }
            | Self::JoinGroup { error, .. }
            | Self::SyncGroup { error, .. }
            | Self::Heartbeat { error }
            | Self::LeaveGroup { error }
            | Self::ConsumerGroupHeartbeat { error, .. }
            | Self::OffsetFetch { error, .. } => error.as_deref(),
            Self::Fetch { error, partitions } => {
                error.as_deref().or_else(|| partitions.values().find_map(|p| p.error.as_deref()))
            }
            Self::OffsetCommit { results } | Self::Produce { results } => results.values().find_map(|e| e.as_deref()),
            Self::Metadata { errors, .. } => errors.values().next().map(String::as_str),
            Self::ListOffsets { .. } | Self::Other { .. } | Self::Opaque { .. } => None,
        }
    }
}
