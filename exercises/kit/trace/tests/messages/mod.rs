//! One message of each API that the decoder reads, in every version, with something in each field that a [`trace::Request`] or a
//! [`trace::Response`] shows. What the tests of this folder are about.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

use bytes::{BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::{
        ApiKey, ApiVersionsRequest, ApiVersionsResponse, BrokerId, ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse,
        ConsumerProtocolAssignment, ConsumerProtocolSubscription, DescribeClusterResponse, FetchRequest, FetchResponse,
        FindCoordinatorRequest, FindCoordinatorResponse, GroupId, HeartbeatRequest, HeartbeatResponse, JoinGroupRequest,
        JoinGroupResponse, LeaveGroupRequest, LeaveGroupResponse, ListOffsetsRequest, ListOffsetsResponse, MetadataRequest,
        MetadataResponse, OffsetCommitRequest, OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse, ProduceRequest,
        ProduceResponse, RequestHeader, RequestKind, ResponseHeader, ResponseKind, ShareAcknowledgeResponse, ShareFetchResponse,
        SyncGroupRequest, SyncGroupResponse, TopicName, api_versions_response, consumer_group_heartbeat_request,
        consumer_group_heartbeat_response, consumer_protocol_assignment, consumer_protocol_subscription,
        describe_cluster_response, fetch_request, fetch_response, find_coordinator_response, join_group_request,
        join_group_response, leave_group_request, leave_group_response, list_offsets_request, list_offsets_response,
        metadata_request, metadata_response, offset_commit_request, offset_commit_response, offset_fetch_request,
        offset_fetch_response, produce_request, produce_response, share_acknowledge_response, share_fetch_response,
        sync_group_request,
    },
    protocol::{Encodable, StrBytes},
    records::{Compression, Record, RecordBatchEncoder, RecordEncodeOptions, TimestampType},
};
use trace::decode::{ResponseBody, newest_version};

/// The id of topic `T1` in [`response`]'s Metadata, as bytes.
pub const T1: [u8; 16] = *b"the id of T1 ...";

/// The APIs whose requests are read.
pub const REQUESTS: [ApiKey; 13] = [
    ApiKey::ApiVersions,
    ApiKey::Metadata,
    ApiKey::FindCoordinator,
    ApiKey::JoinGroup,
    ApiKey::SyncGroup,
    ApiKey::Heartbeat,
    ApiKey::LeaveGroup,
    ApiKey::ConsumerGroupHeartbeat,
    ApiKey::OffsetCommit,
    ApiKey::OffsetFetch,
    ApiKey::ListOffsets,
    ApiKey::Fetch,
    ApiKey::Produce,
];

/// The APIs whose answers are read.
pub fn responses() -> impl Iterator<Item = ApiKey> {
    REQUESTS.into_iter().chain([ApiKey::DescribeCluster, ApiKey::ShareFetch, ApiKey::ShareAcknowledge])
}

/// The versions of an API that the decoder reads.
pub fn versions(api: ApiKey) -> std::ops::RangeInclusive<i16> {
    api.valid_versions().min..=newest_version(api as i16).unwrap()
}

/// A request's frame, from `client.id` C1 with correlation 7.
pub fn request_frame(api: ApiKey, version: i16) -> Bytes {
    let header = RequestHeader::default()
        .with_request_api_key(api as i16)
        .with_request_api_version(version)
        .with_correlation_id(7)
        .with_client_id(Some("C1".into()));
    let mut frame = BytesMut::new();
    header.encode(&mut frame, api.request_header_version(version)).unwrap();
    request(api, version).encode(&mut frame, version).unwrap();
    frame.freeze()
}

/// An answer's frame, to correlation 7.
pub fn response_frame(api: ApiKey, version: i16) -> Bytes {
    let header = ResponseHeader::default().with_correlation_id(7);
    ResponseBody { header, version, kind: response(api, version) }.encode(api as i16).unwrap()
}

fn text(text: &'static str) -> StrBytes {
    StrBytes::from_static_str(text)
}

fn topic() -> TopicName {
    TopicName(text("T1"))
}

fn group() -> GroupId {
    GroupId(text("G1"))
}

fn id() -> uuid_of::Uuid {
    uuid_of::from(T1)
}

/// `kafka-protocol`'s `Uuid`, without naming the crate that it comes from.
mod uuid_of {
    use kafka_protocol::messages::metadata_response::MetadataResponseTopic;
    pub(super) type Uuid = <Of as Field>::Type;
    pub(super) struct Of;
    pub(super) trait Field {
        type Type;
    }
    impl Field for Of {
        type Type = kafka_protocol_uuid::Uuid;
    }
    use kafka_protocol_uuid as _;
}
