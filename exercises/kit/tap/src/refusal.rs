//! An answer that says nothing but an error, for a request that is not forwarded. Each API has its own place for the error: one for all,
//! or one for each group, topic or partition that was asked about. `connection` sends it; whether there is a reason to is not known here.

use kafka_protocol::{
    error::ResponseError,
    messages::{
        ApiKey, ApiVersionsResponse, BrokerId, ConsumerGroupHeartbeatResponse, FetchRequest, FetchResponse,
        FindCoordinatorRequest, FindCoordinatorResponse, HeartbeatResponse, JoinGroupResponse, LeaveGroupResponse,
        ListOffsetsRequest, ListOffsetsResponse, MetadataRequest, MetadataResponse, OffsetCommitRequest, OffsetCommitResponse,
        OffsetFetchRequest, OffsetFetchResponse, ProduceRequest, ProduceResponse, RequestKind, ResponseHeader, ResponseKind,
        SyncGroupResponse,
        api_versions_response::ApiVersion,
        fetch_response::{FetchableTopicResponse, PartitionData},
        find_coordinator_response::Coordinator,
        list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse},
        metadata_response::MetadataResponseTopic,
        offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic},
        offset_fetch_response::{OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponseTopic},
        produce_response::{PartitionProduceResponse, TopicProduceResponse},
    },
    protocol::StrBytes,
};
use trace::decode::{RequestFrame, ResponseBody, newest_version};

/// Whether requests of this API can be refused.
pub(crate) fn is_possible(api_key: i16) -> bool {
    use ApiKey as A;
    ApiKey::try_from(api_key).is_ok_and(|api| {
        matches!(
            api,
            A::Metadata
                | A::FindCoordinator
                | A::JoinGroup
                | A::SyncGroup
                | A::Heartbeat
                | A::LeaveGroup
                | A::ConsumerGroupHeartbeat
                | A::OffsetCommit
                | A::OffsetFetch
                | A::ListOffsets
                | A::Fetch
                | A::Produce
        )
    })
}

/// The answer that refuses `request` with `code`; none where its API cannot be refused or it could not be read.
pub(crate) fn refusal(request: &RequestFrame, code: i16) -> Option<ResponseBody> {
    let kind = match request.body.as_ref()? {
        RequestKind::Metadata(asked) => metadata(asked, request.version, code),
        RequestKind::FindCoordinator(asked) => find_coordinator(asked, request.version, code),
        RequestKind::JoinGroup(asked) => JoinGroupResponse::default()
            .with_error_code(code)
            .with_generation_id(-1)
            .with_protocol_name(Some(StrBytes::new()))
            .with_member_id(asked.member_id.clone())
            .into(),
        RequestKind::SyncGroup(_) => SyncGroupResponse::default().with_error_code(code).into(),
        RequestKind::Heartbeat(_) => HeartbeatResponse::default().with_error_code(code).into(),
        RequestKind::LeaveGroup(_) => LeaveGroupResponse::default().with_error_code(code).into(),
        RequestKind::ConsumerGroupHeartbeat(asked) => ConsumerGroupHeartbeatResponse::default()
            .with_error_code(code)
            .with_member_id(Some(asked.member_id.clone()))
            .with_member_epoch(asked.member_epoch)
            .into(),
        RequestKind::OffsetCommit(asked) => offset_commit(asked, code),
        RequestKind::OffsetFetch(asked) => offset_fetch(asked, request.version, code),
        RequestKind::ListOffsets(asked) => list_offsets(asked, code),
        RequestKind::Fetch(asked) => fetch(asked, request.version, code),
        RequestKind::Produce(asked) => produce(asked, code),
        _ => return None,
    };
    let header = ResponseHeader::default().with_correlation_id(request.correlation);
    Some(ResponseBody { header, version: request.version, kind })
}

/// The answer to a client that asks for the versions in a newer way than can be read: it shall ask again in this one, as a broker
/// would say (KIP-511). Otherwise it would be offered versions that cannot be read either.
pub(crate) fn too_new(request: &RequestFrame) -> Option<ResponseBody> {
    let newest = newest_version(request.api_key).filter(|newest| *newest < request.version)?;
    (request.api_key == ApiKey::ApiVersions as i16).then(|| {
        let this = ApiVersion::default().with_api_key(request.api_key).with_max_version(newest);
        let code = ResponseError::UnsupportedVersion.code();
        let kind = ApiVersionsResponse::default().with_error_code(code).with_api_keys(vec![this]).into();
        ResponseBody { header: ResponseHeader::default().with_correlation_id(request.correlation), version: 0, kind }
    })
}

/// From version 13 on there is an error for the whole too.
fn metadata(asked: &MetadataRequest, version: i16, code: i16) -> ResponseKind {
    let refuse = |name: &Option<_>| MetadataResponseTopic::default().with_error_code(code).with_name(name.clone());
    let topics = asked.topics.iter().flatten().map(|topic| refuse(&topic.name).with_topic_id(topic.topic_id)).collect();
    let answer = MetadataResponse::default().with_controller_id(BrokerId(-1)).with_topics(topics);
    if version < 13 { answer.into() } else { answer.with_error_code(code).into() }
}

/// From version 4 on there is one error for each key.
fn find_coordinator(asked: &FindCoordinatorRequest, version: i16, code: i16) -> ResponseKind {
    let refuse = |key: &StrBytes| {
        Coordinator::default().with_key(key.clone()).with_node_id(BrokerId(-1)).with_port(-1).with_error_code(code)
    };
    match version {
        ..4 => FindCoordinatorResponse::default().with_node_id(BrokerId(-1)).with_port(-1).with_error_code(code).into(),
        _ => FindCoordinatorResponse::default().with_coordinators(asked.coordinator_keys.iter().map(refuse).collect()).into(),
    }
}

fn offset_commit(asked: &OffsetCommitRequest, code: i16) -> ResponseKind {
    let topics = asked.topics.iter().map(|of| {
        let refuse = |p: i32| OffsetCommitResponsePartition::default().with_partition_index(p).with_error_code(code);
        OffsetCommitResponseTopic::default()
            .with_name(of.name.clone())
            .with_topic_id(of.topic_id)
            .with_partitions(of.partitions.iter().map(|p| refuse(p.partition_index)).collect())
    });
    OffsetCommitResponse::default().with_topics(topics.collect()).into()
}

/// Version 1 has an error for each partition alone, the next ones one for the whole too, and those from 8 on one for each group.
fn offset_fetch(asked: &OffsetFetchRequest, version: i16, code: i16) -> ResponseKind {
    let refuse =
        |p: i32| OffsetFetchResponsePartition::default().with_partition_index(p).with_committed_offset(-1).with_error_code(code);
    let topics = asked.topics.iter().flatten().map(|of| {
        let partitions = of.partition_indexes.iter().map(|p| refuse(*p)).collect();
        OffsetFetchResponseTopic::default().with_name(of.name.clone()).with_partitions(partitions)
    });
    let groups = asked
        .groups
        .iter()
        .map(|group| OffsetFetchResponseGroup::default().with_group_id(group.group_id.clone()).with_error_code(code));
    match version {
        ..2 => OffsetFetchResponse::default().with_topics(topics.collect()).into(),
        2..8 => OffsetFetchResponse::default().with_topics(topics.collect()).with_error_code(code).into(),
        _ => OffsetFetchResponse::default().with_groups(groups.collect()).into(),
    }
}

fn list_offsets(asked: &ListOffsetsRequest, code: i16) -> ResponseKind {
    let refuse = |p: i32| {
        ListOffsetsPartitionResponse::default().with_partition_index(p).with_timestamp(-1).with_offset(-1).with_error_code(code)
    };
    let topics = asked.topics.iter().map(|of| {
        let partitions = of.partitions.iter().map(|p| refuse(p.partition_index)).collect();
        ListOffsetsTopicResponse::default().with_name(of.name.clone()).with_partitions(partitions)
    });
    ListOffsetsResponse::default().with_topics(topics.collect()).into()
}

/// Before version 7 there is no error for the whole.
fn fetch(asked: &FetchRequest, version: i16, code: i16) -> ResponseKind {
    let refuse = |p: i32| PartitionData::default().with_partition_index(p).with_error_code(code).with_high_watermark(-1);
    let topics = asked.topics.iter().map(|of| {
        let partitions = of.partitions.iter().map(|p| refuse(p.partition)).collect();
        FetchableTopicResponse::default().with_topic(of.topic.clone()).with_topic_id(of.topic_id).with_partitions(partitions)
    });
    match version {
        ..7 => FetchResponse::default().with_responses(topics.collect()).into(),
        _ => FetchResponse::default().with_error_code(code).into(),
    }
}

fn produce(asked: &ProduceRequest, code: i16) -> ResponseKind {
    let refuse = |p: i32| PartitionProduceResponse::default().with_index(p).with_error_code(code).with_base_offset(-1);
    let topics = asked.topic_data.iter().map(|of| {
        let partitions = of.partition_data.iter().map(|p| refuse(p.index)).collect();
        TopicProduceResponse::default().with_name(of.name.clone()).with_topic_id(of.topic_id).with_partition_responses(partitions)
    });
    ProduceResponse::default().with_responses(topics.collect()).into()
}
