//! What each answer means: `kafka-protocol`'s message → [`Response`]. Called by [`Decoder::response`](super::Decoder::response). What was
//! asked is read in `requests`, the same way.

use bytes::Bytes;
use kafka_protocol::{
    messages::{
        ApiKey, ApiVersionsResponse, FetchResponse, FindCoordinatorResponse, JoinGroupResponse, MetadataResponse,
        OffsetFetchResponse, ResponseHeader, ResponseKind, fetch_response::PartitionData,
    },
    protocol::Decodable,
};

use super::{ResponseBody, Unread, api_name, batches, error_name, guard::read, topics::Topics};
use crate::{Partition, Response, response::Fetched, subscription};

/// Kafka's error 35, `UNSUPPORTED_VERSION`.
const UNSUPPORTED_VERSION: i16 = 35;

/// Reads the message of an answer.
pub(super) fn read_body(api_key: i16, version: i16, frame: &Bytes) -> Result<ResponseBody, Unread> {
    fn whole<T: Decodable>(body: Bytes, version: i16) -> Result<T, Unread> {
        // Clients take no notice of bytes that follow an answer; librdkafka's mock cluster adds one to Metadata.
        read(body, version).map(|(message, _)| message).map_err(Unread::Broken)
    }
    let api = ApiKey::try_from(api_key).map_err(|()| Unread::Broken("the API key is unknown".into()))?;
    let header_version = api.response_header_version(version);
    let (header, body) = read::<ResponseHeader>(frame.clone(), header_version).map_err(Unread::Broken)?;
    let kind = match api {
        // A broker that does not know the version answers in version 0 (KIP-511), librdkafka's mock cluster in a mixture: only the error counts.
        ApiKey::ApiVersions if body.starts_with(&UNSUPPORTED_VERSION.to_be_bytes()) => {
            ApiVersionsResponse::default().with_error_code(UNSUPPORTED_VERSION).into()
        }
        ApiKey::ApiVersions => ResponseKind::ApiVersions(whole(body, version)?),
        ApiKey::Metadata => ResponseKind::Metadata(whole(body, version)?),
        ApiKey::FindCoordinator => ResponseKind::FindCoordinator(whole(body, version)?),
        ApiKey::JoinGroup => ResponseKind::JoinGroup(whole(body, version)?),
        ApiKey::SyncGroup => ResponseKind::SyncGroup(whole(body, version)?),
        ApiKey::Heartbeat => ResponseKind::Heartbeat(whole(body, version)?),
        ApiKey::LeaveGroup => ResponseKind::LeaveGroup(whole(body, version)?),
        ApiKey::ConsumerGroupHeartbeat => ResponseKind::ConsumerGroupHeartbeat(whole(body, version)?),
        ApiKey::OffsetCommit => ResponseKind::OffsetCommit(whole(body, version)?),
        ApiKey::OffsetFetch => ResponseKind::OffsetFetch(whole(body, version)?),
        ApiKey::ListOffsets => ResponseKind::ListOffsets(whole(body, version)?),
        ApiKey::Fetch => ResponseKind::Fetch(whole(body, version)?),
        ApiKey::Produce => ResponseKind::Produce(whole(body, version)?),
        ApiKey::DescribeCluster => ResponseKind::DescribeCluster(whole(body, version)?),
        ApiKey::ShareFetch => ResponseKind::ShareFetch(whole(body, version)?),
        ApiKey::ShareAcknowledge => ResponseKind::ShareAcknowledge(whole(body, version)?),
        _ => return Err(Unread::NotNeeded(api_name(api_key).unwrap_or_default())),
    };
    Ok(ResponseBody { header, version, kind })
}

/// Whether the answer carries what a proxy has to change.
pub(super) fn is_to_be_changed(kind: &ResponseKind) -> bool {
    match kind {
        ResponseKind::ApiVersions(answer) => answer.error_code == 0,
        ResponseKind::Metadata(_) | ResponseKind::FindCoordinator(_) | ResponseKind::DescribeCluster(_) => true,
        ResponseKind::Fetch(answer) => !answer.node_endpoints.is_empty(),
        ResponseKind::Produce(answer) => !answer.node_endpoints.is_empty(),
        ResponseKind::ShareFetch(answer) => !answer.node_endpoints.is_empty(),
        ResponseKind::ShareAcknowledge(answer) => !answer.node_endpoints.is_empty(),
        _ => false,
    }
}

/// What a message means.
pub(super) fn meaning(kind: &ResponseKind, api_key: i16, topics: &Topics) -> Response {
    match kind {
        ResponseKind::ApiVersions(answer) => Response::ApiVersions { error: error_name(answer.error_code) },
        ResponseKind::Metadata(answer) => metadata(answer),
        ResponseKind::FindCoordinator(answer) => coordinator(answer),
        ResponseKind::JoinGroup(answer) => join_group(answer),
        ResponseKind::SyncGroup(answer) => {
            Response::SyncGroup { assignment: subscription::assignment(&answer.assignment), error: error_name(answer.error_code) }
        }
        ResponseKind::Heartbeat(answer) => Response::Heartbeat { error: error_name(answer.error_code) },
        ResponseKind::LeaveGroup(answer) => {
            let of_a_member = answer.members.iter().find_map(|member| error_name(member.error_code));
            Response::LeaveGroup { error: error_name(answer.error_code).or(of_a_member) }
        }
        ResponseKind::ConsumerGroupHeartbeat(answer) => Response::ConsumerGroupHeartbeat {
            member: answer.member_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            epoch: answer.member_epoch,
            heartbeat_interval_ms: answer.heartbeat_interval_ms,
            assignment: answer.assignment.as_ref().map(|given| {
                let numbered = given.topic_partitions.iter().flat_map(|of| of.partitions.iter().map(move |number| (of, *number)));
                numbered.map(|(of, number)| topics.partition("", of.topic_id.as_bytes(), number)).collect()
            }),
            error: error_name(answer.error_code),
        },
        ResponseKind::OffsetCommit(answer) => Response::OffsetCommit {
            results: answer
                .topics
                .iter()
                .flat_map(|of| of.partitions.iter().map(move |p| (of, p)))
                .map(|(of, p)| (topics.partition(&of.name, of.topic_id.as_bytes(), p.partition_index), error_name(p.error_code)))
                .collect(),
        },
        ResponseKind::OffsetFetch(answer) => offset_fetch(answer, topics),
        ResponseKind::ListOffsets(answer) => Response::ListOffsets {
            offsets: answer
                .topics
                .iter()
                .flat_map(|of| of.partitions.iter().map(move |p| (of, p)))
                .map(|(of, p)| (Partition::new(of.name.as_str(), p.partition_index), p.offset))
                .collect(),
        },
        ResponseKind::Fetch(answer) => fetch(answer, topics),
        ResponseKind::Produce(answer) => Response::Produce {
            results: answer
                .responses
                .iter()
                .flat_map(|of| of.partition_responses.iter().map(move |p| (of, p)))
                .map(|(of, p)| (topics.partition(&of.name, of.topic_id.as_bytes(), p.index), error_name(p.error_code)))
                .collect(),
        },
        _ => Response::Other { name: api_name(api_key).unwrap_or_default() },
    }
}

fn metadata(answer: &MetadataResponse) -> Response {
    let name = |topic: &kafka_protocol::messages::metadata_response::MetadataResponseTopic| {
        topic.name.as_ref().map(|name| name.to_string()).unwrap_or_default()
    };
    let (fine, wrong): (Vec<_>, Vec<_>) = answer.topics.iter().partition(|topic| topic.error_code == 0);
    Response::Metadata {
        brokers: answer.brokers.iter().map(|broker| broker.node_id.0).collect(),
        topics: fine.into_iter().map(|topic| (name(topic), u32::try_from(topic.partitions.len()).unwrap_or(u32::MAX))).collect(),
        errors: wrong.into_iter().filter_map(|topic| Some((name(topic), error_name(topic.error_code)?))).collect(),
    }
}

/// From version 4 on there is a list; consumers ask for one coordinator.
fn coordinator(answer: &FindCoordinatorResponse) -> Response {
    match answer.coordinators.first() {
        Some(first) => Response::FindCoordinator { node: first.node_id.0, error: error_name(first.error_code) },
        None => Response::FindCoordinator { node: answer.node_id.0, error: error_name(answer.error_code) },
    }
}

fn join_group(answer: &JoinGroupResponse) -> Response {
    Response::JoinGroup {
        generation: answer.generation_id,
        member: answer.member_id.to_string(),
        leader: answer.leader.to_string(),
        strategy: answer.protocol_name.as_ref().map(ToString::to_string).filter(|name| !name.is_empty()),
        members: answer
            .members
            .iter()
            .map(|member| (member.member_id.to_string(), subscription::subscription(&member.metadata).topics))
            .collect(),
        error: error_name(answer.error_code),
    }
}

/// Version 8 and later answer for several groups; consumers ask about their own alone.
fn offset_fetch(answer: &OffsetFetchResponse, topics: &Topics) -> Response {
    let older = answer
        .topics
        .iter()
        .flat_map(|of| of.partitions.iter().map(move |p| (of, p)))
        .map(|(of, p)| (Partition::new(of.name.as_str(), p.partition_index), p.committed_offset, p.error_code));
    let group = answer.groups.first();
    let newer =
        group.iter().flat_map(|group| &group.topics).flat_map(|of| of.partitions.iter().map(move |p| (of, p))).map(|(of, p)| {
            (topics.partition(&of.name, of.topic_id.as_bytes(), p.partition_index), p.committed_offset, p.error_code)
        });
    let all: Vec<_> = older.chain(newer).collect();
    let of_the_whole = error_name(group.map_or(answer.error_code, |group| group.error_code));
    Response::OffsetFetch {
        error: of_the_whole.or_else(|| all.iter().find_map(|(_, _, code)| error_name(*code))),
        offsets: all.into_iter().map(|(partition, offset, _)| (partition, offset)).collect(),
    }
}

fn fetch(answer: &FetchResponse, topics: &Topics) -> Response {
    let fetched = |p: &PartitionData| {
        let span = p.records.as_ref().map(|records| batches::span(records)).unwrap_or_default();
        Fetched {
            records: span.records,
            first: span.first,
            last: span.last,
            high_watermark: p.high_watermark,
            error: error_name(p.error_code),
        }
    };
    Response::Fetch {
        partitions: answer
            .responses
            .iter()
            .flat_map(|of| of.partitions.iter().map(move |p| (of, p)))
            .map(|(of, p)| (topics.partition(&of.topic, of.topic_id.as_bytes(), p.partition_index), fetched(p)))
            .collect(),
        error: error_name(answer.error_code),
    }
}
