//! What each request means: `kafka-protocol`'s message → [`Request`]. Called by [`Decoder::request`](super::Decoder::request). What the
//! broker answers is read in `responses`, the same way.

use std::collections::BTreeMap;

use bytes::Bytes;
use kafka_protocol::{
    messages::{
        ApiKey, ConsumerGroupHeartbeatRequest, FetchRequest, JoinGroupRequest, MetadataRequest, OffsetFetchRequest,
        ProduceRequest, RequestKind,
    },
    protocol::Decodable,
};

use super::{Unread, api_name, guard::read, topics::Topics};
use crate::{Partition, Request, request::Strategy, subscription};

/// Reads the message of a request whose header is read.
pub(super) fn read_body(api_key: i16, version: i16, body: Bytes) -> Result<RequestKind, Unread> {
    fn whole<T: Decodable>(body: Bytes, version: i16) -> Result<T, Unread> {
        match read(body, version) {
            Ok((message, rest)) if rest.is_empty() => Ok(message),
            Ok((_, rest)) => Err(Unread::Broken(format!("{} bytes are left over", rest.len()))),
            Err(reason) => Err(Unread::Broken(reason)),
        }
    }
    /// librdkafka that asks for all topics leaves three bytes too many: it keeps four for the length of a list, and uses one.
    fn front<T: Decodable>(body: Bytes, version: i16) -> Result<T, Unread> {
        read(body, version).map(|(message, _)| message).map_err(Unread::Broken)
    }
    let api = ApiKey::try_from(api_key).map_err(|()| Unread::Broken("the API key is unknown".into()))?;
    Ok(match api {
        ApiKey::ApiVersions => RequestKind::ApiVersions(whole(body, version)?),
        ApiKey::Metadata => RequestKind::Metadata(front(body, version)?),
        ApiKey::FindCoordinator => RequestKind::FindCoordinator(whole(body, version)?),
        ApiKey::JoinGroup => RequestKind::JoinGroup(whole(body, version)?),
        ApiKey::SyncGroup => RequestKind::SyncGroup(whole(body, version)?),
        ApiKey::Heartbeat => RequestKind::Heartbeat(whole(body, version)?),
        ApiKey::LeaveGroup => RequestKind::LeaveGroup(whole(body, version)?),
        ApiKey::ConsumerGroupHeartbeat => RequestKind::ConsumerGroupHeartbeat(whole(body, version)?),
        ApiKey::OffsetCommit => RequestKind::OffsetCommit(whole(body, version)?),
        ApiKey::OffsetFetch => RequestKind::OffsetFetch(whole(body, version)?),
        ApiKey::ListOffsets => RequestKind::ListOffsets(whole(body, version)?),
        ApiKey::Fetch => RequestKind::Fetch(whole(body, version)?),
        ApiKey::Produce => RequestKind::Produce(whole(body, version)?),
        _ => return Err(Unread::NotNeeded(api_name(api_key).unwrap_or_default())),
    })
}

/// What a message means.
pub(super) fn meaning(kind: &RequestKind, api_key: i16, version: i16, topics: &Topics) -> Request {
    match kind {
        RequestKind::ApiVersions(asked) => Request::ApiVersions {
            software: asked.client_software_name.to_string(),
            software_version: asked.client_software_version.to_string(),
        },
        RequestKind::Metadata(asked) => Request::Metadata { topics: topics_asked(asked, version) },
        RequestKind::FindCoordinator(asked) => {
            let one = (version < 4).then_some(&asked.key);
            Request::FindCoordinator { keys: one.into_iter().chain(&asked.coordinator_keys).map(ToString::to_string).collect() }
        }
        RequestKind::JoinGroup(asked) => Request::JoinGroup {
            group: asked.group_id.to_string(),
            member: asked.member_id.to_string(),
            instance: optional(asked.group_instance_id.as_ref()),
            session_timeout_ms: asked.session_timeout_ms,
            rebalance_timeout_ms: asked.rebalance_timeout_ms,
            strategies: strategies(asked),
        },
        RequestKind::SyncGroup(asked) => Request::SyncGroup {
            group: asked.group_id.to_string(),
            member: asked.member_id.to_string(),
            generation: asked.generation_id,
            instance: optional(asked.group_instance_id.as_ref()),
            assignments: asked
                .assignments
                .iter()
                .map(|of| (of.member_id.to_string(), subscription::assignment(&of.assignment)))
                .collect(),
        },
        RequestKind::Heartbeat(asked) => Request::Heartbeat {
            group: asked.group_id.to_string(),
            member: asked.member_id.to_string(),
            generation: asked.generation_id,
            instance: optional(asked.group_instance_id.as_ref()),
        },
        RequestKind::LeaveGroup(asked) => {
            let one = (version < 3).then_some(&asked.member_id);
            let members = one.into_iter().chain(asked.members.iter().map(|member| &member.member_id));
            Request::LeaveGroup { group: asked.group_id.to_string(), members: members.map(ToString::to_string).collect() }
        }
        RequestKind::ConsumerGroupHeartbeat(asked) => consumer_group_heartbeat(asked, topics),
        RequestKind::OffsetCommit(asked) => Request::OffsetCommit {
            group: asked.group_id.to_string(),
            member: asked.member_id.to_string(),
            generation: asked.generation_id_or_member_epoch,
            offsets: of_partitions(&asked.topics, |of| {
                let partition = |p: i32| topics.partition(&of.name, of.topic_id.as_bytes(), p);
                of.partitions.iter().map(move |p| (partition(p.partition_index), p.committed_offset)).collect()
            }),
        },
        RequestKind::OffsetFetch(asked) => offset_fetch(asked),
        RequestKind::ListOffsets(asked) => Request::ListOffsets {
            isolation_level: asked.isolation_level,
            timestamps: of_partitions(&asked.topics, |of| {
                of.partitions.iter().map(|p| (Partition::new(of.name.as_str(), p.partition_index), p.timestamp)).collect()
            }),
        },
        RequestKind::Fetch(asked) => fetch(asked, topics),
        RequestKind::Produce(asked) => produce(asked, topics),
        _ => Request::Other { name: api_name(api_key).unwrap_or_default() },
    }
}

/// None where all topics are asked for: in version 0 the empty list says so, later the missing one.
fn topics_asked(asked: &MetadataRequest, version: i16) -> Option<Vec<String>> {
    let topics = asked.topics.as_ref().filter(|topics| version > 0 || !topics.is_empty())?;
    Some(topics.iter().map(|topic| topic.name.as_ref().map(|name| name.to_string()).unwrap_or_default()).collect())
}

fn strategies(asked: &JoinGroupRequest) -> Vec<Strategy> {
    let strategy = |offered: &kafka_protocol::messages::join_group_request::JoinGroupRequestProtocol| {
        let subscription = subscription::subscription(&offered.metadata);
        Strategy { name: offered.name.to_string(), topics: subscription.topics, owned: subscription.owned }
    };
    asked.protocols.iter().map(strategy).collect()
}

/// From version 8 on several groups can be asked about at once; consumers ask about their own alone.
fn offset_fetch(asked: &OffsetFetchRequest) -> Request {
    let older = asked.topics.iter().flatten().map(|of| (&of.name, &of.partition_indexes));
    let group = asked.groups.first();
    let newer = group.and_then(|group| group.topics.as_ref()).into_iter().flatten().map(|of| (&of.name, &of.partition_indexes));
    Request::OffsetFetch {
        group: group.map_or(&asked.group_id, |group| &group.group_id).to_string(),
        partitions: older
            .chain(newer)
            .flat_map(|(topic, numbers)| numbers.iter().map(|number| Partition::new(topic.as_str(), *number)))
            .collect(),
    }
}

fn consumer_group_heartbeat(asked: &ConsumerGroupHeartbeatRequest, topics: &Topics) -> Request {
    Request::ConsumerGroupHeartbeat {
        group: asked.group_id.to_string(),
        member: asked.member_id.to_string(),
        epoch: asked.member_epoch,
        instance: optional(asked.instance_id.as_ref()),
        rebalance_timeout_ms: asked.rebalance_timeout_ms,
        topics: asked.subscribed_topic_names.as_ref().map(|names| names.iter().map(|name| name.to_string()).collect()),
        pattern: optional(asked.subscribed_topic_regex.as_ref()),
        assignor: optional(asked.server_assignor.as_ref()),
        owned: asked.topic_partitions.as_ref().map(|owned| {
            let of_topic = owned.iter().flat_map(|of| of.partitions.iter().map(move |number| (&of.topic_id, *number)));
            of_topic.map(|(id, number)| topics.partition("", id.as_bytes(), number)).collect()
        }),
    }
}

fn fetch(asked: &FetchRequest, topics: &Topics) -> Request {
    let first = asked.topics.iter().flat_map(|of| &of.partitions).next();
    Request::Fetch {
        max_wait_ms: asked.max_wait_ms,
        min_bytes: asked.min_bytes,
        max_bytes: asked.max_bytes,
        isolation_level: asked.isolation_level,
        offsets: of_partitions(&asked.topics, |of| {
            let partition = |p: i32| topics.partition(&of.topic, of.topic_id.as_bytes(), p);
            of.partitions.iter().map(move |p| (partition(p.partition), p.fetch_offset)).collect()
        }),
        partition_max_bytes: first.map_or(0, |p| p.partition_max_bytes),
    }
}

fn produce(asked: &ProduceRequest, topics: &Topics) -> Request {
    let numbered = asked.topic_data.iter().flat_map(|of| of.partition_data.iter().map(move |p| (of, p.index)));
    Request::Produce {
        acks: asked.acks,
        transactional_id: optional(asked.transactional_id.as_ref().map(|id| &id.0)),
        partitions: numbered.map(|(of, number)| topics.partition(&of.name, of.topic_id.as_bytes(), number)).collect(),
    }
}

fn of_partitions<T, V>(topics: &[T], of_topic: impl Fn(&T) -> Vec<(Partition, V)>) -> BTreeMap<Partition, V> {
    topics.iter().flat_map(of_topic).collect()
}

fn optional(text: Option<&kafka_protocol::protocol::StrBytes>) -> Option<String> {
    text.map(ToString::to_string)
}
