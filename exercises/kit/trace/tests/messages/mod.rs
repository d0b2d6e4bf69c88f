//! One message of each API that the decoder reads, in every version, with something in each field that a [`trace::Request`] or a
//! [`trace::Response`] shows. What the tests of this folder, and of `tap`, are about.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a test ends where something is not as it should be; each uses its own part"
)]

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
    records::{Compression, NO_PRODUCER_EPOCH, NO_PRODUCER_ID, Record, RecordBatchEncoder, RecordEncodeOptions, TimestampType},
};
use trace::decode::{ResponseBody, newest_version};

/// The id of topic `T1`, as [`response`]'s Metadata tells it.
pub const T1: &str = "11111111-2222-3333-4444-555555555555";

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

/// The records of a Fetch answer: two batches with the offsets 10, 11, 12 and 13, 14, and a third one that is cut short.
pub fn batches() -> Bytes {
    let mut records = BytesMut::new();
    for offsets in [10..13, 13..15] {
        records.extend_from_slice(&batch(offsets));
    }
    records.extend_from_slice(&batch(15..20)[..70]);
    records.freeze()
}

/// A batch of records with these offsets.
pub fn batch(offsets: std::ops::Range<i64>) -> Bytes {
    let record = |offset: i64| Record {
        transactional: false,
        control: false,
        delete_horizon: false,
        partition_leader_epoch: 0,
        producer_id: NO_PRODUCER_ID,
        producer_epoch: NO_PRODUCER_EPOCH,
        timestamp_type: TimestampType::Creation,
        offset,
        // A batch ends where offset and sequence drift apart.
        sequence: i32::try_from(offset).unwrap(),
        timestamp: 1_700_000_000_000,
        key: None,
        value: Some(Bytes::from_static(b"a value")),
        headers: Default::default(),
    };
    let records: Vec<_> = offsets.map(record).collect();
    let mut batch = BytesMut::new();
    let options = RecordEncodeOptions { version: 2, compression: Compression::None };
    RecordBatchEncoder::encode(&mut batch, &records, &options).unwrap();
    batch.freeze()
}

fn subscription(version: i16) -> Bytes {
    let owned = consumer_protocol_subscription::TopicPartition::default().with_topic(topic()).with_partitions(vec![0, 1]);
    let owned = if version >= 1 { vec![owned] } else { vec![] };
    let message = ConsumerProtocolSubscription::default().with_topics(vec![text("T1")]).with_owned_partitions(owned);
    with_version(version, &message)
}

fn assignment(version: i16) -> Bytes {
    let given = consumer_protocol_assignment::TopicPartition::default().with_topic(topic()).with_partitions(vec![2, 3]);
    with_version(version, &ConsumerProtocolAssignment::default().with_assigned_partitions(vec![given]))
}

fn with_version(version: i16, message: &impl Encodable) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_i16(version);
    message.encode(&mut bytes, version).unwrap();
    bytes.freeze()
}

/// The request of an API in one version.
pub fn request(api: ApiKey, version: i16) -> RequestKind {
    match api {
        ApiKey::ApiVersions if version < 3 => ApiVersionsRequest::default().into(),
        ApiKey::ApiVersions => ApiVersionsRequest::default()
            .with_client_software_name(text("librdkafka"))
            .with_client_software_version(text("2.12.1"))
            .into(),
        ApiKey::Metadata => MetadataRequest::default()
            .with_topics(Some(vec![metadata_request::MetadataRequestTopic::default().with_name(Some(topic()))]))
            .into(),
        ApiKey::FindCoordinator if version < 4 => FindCoordinatorRequest::default().with_key(text("G1")).into(),
        ApiKey::FindCoordinator => FindCoordinatorRequest::default().with_coordinator_keys(vec![text("G1")]).into(),
        ApiKey::JoinGroup => {
            let offered = |name, version| {
                let offered = join_group_request::JoinGroupRequestProtocol::default().with_name(text(name));
                offered.with_metadata(subscription(version))
            };
            let join = JoinGroupRequest::default()
                .with_group_id(group())
                .with_session_timeout_ms(45_000)
                .with_rebalance_timeout_ms(if version >= 1 { 300_000 } else { -1 })
                .with_member_id(text("M1"))
                .with_protocol_type(text("consumer"))
                .with_protocols(vec![offered("range", 0), offered("cooperative-sticky", 3)]);
            if version >= 5 { join.with_group_instance_id(Some(text("I1"))) } else { join }.into()
        }
        ApiKey::SyncGroup => {
            let of_member = sync_group_request::SyncGroupRequestAssignment::default().with_member_id(text("M1"));
            let sync = SyncGroupRequest::default()
                .with_group_id(group())
                .with_generation_id(4)
                .with_member_id(text("M1"))
                .with_assignments(vec![of_member.with_assignment(assignment(1))]);
            if version >= 3 { sync.with_group_instance_id(Some(text("I1"))) } else { sync }.into()
        }
        ApiKey::Heartbeat => {
            let beat = HeartbeatRequest::default().with_group_id(group()).with_generation_id(4).with_member_id(text("M1"));
            if version >= 3 { beat.with_group_instance_id(Some(text("I1"))) } else { beat }.into()
        }
        ApiKey::LeaveGroup if version < 3 => {
            LeaveGroupRequest::default().with_group_id(group()).with_member_id(text("M1")).into()
        }
        ApiKey::LeaveGroup => LeaveGroupRequest::default()
            .with_group_id(group())
            .with_members(vec![leave_group_request::MemberIdentity::default().with_member_id(text("M1"))])
            .into(),
        ApiKey::ConsumerGroupHeartbeat => {
            let owned = consumer_group_heartbeat_request::TopicPartitions::default();
            let beat = ConsumerGroupHeartbeatRequest::default()
                .with_group_id(group())
                .with_member_id(text("M1"))
                .with_member_epoch(4)
                .with_instance_id(Some(text("I1")))
                .with_rebalance_timeout_ms(300_000)
                .with_subscribed_topic_names(Some(vec![topic()]))
                .with_server_assignor(Some(text("uniform")))
                .with_topic_partitions(Some(vec![owned.with_topic_id(T1.parse().unwrap()).with_partitions(vec![0, 1])]));
            if version >= 1 { beat.with_subscribed_topic_regex(Some(text("T.*"))) } else { beat }.into()
        }
        ApiKey::OffsetCommit => {
            let of = offset_commit_request::OffsetCommitRequestPartition::default().with_partition_index(1);
            let of = of.with_committed_offset(100);
            OffsetCommitRequest::default()
                .with_group_id(group())
                .with_generation_id_or_member_epoch(4)
                .with_member_id(text("M1"))
                .with_topics(vec![
                    offset_commit_request::OffsetCommitRequestTopic::default().with_name(topic()).with_partitions(vec![of]),
                ])
                .into()
        }
        ApiKey::OffsetFetch if version < 8 => OffsetFetchRequest::default()
            .with_group_id(group())
            .with_topics(Some(vec![
                offset_fetch_request::OffsetFetchRequestTopic::default().with_name(topic()).with_partition_indexes(vec![0, 1]),
            ]))
            .into(),
        ApiKey::OffsetFetch => {
            let of = offset_fetch_request::OffsetFetchRequestTopics::default().with_name(topic());
            OffsetFetchRequest::default()
                .with_groups(vec![
                    offset_fetch_request::OffsetFetchRequestGroup::default()
                        .with_group_id(group())
                        .with_topics(Some(vec![of.with_partition_indexes(vec![0, 1])])),
                ])
                .into()
        }
        ApiKey::ListOffsets => {
            let of = list_offsets_request::ListOffsetsPartition::default().with_partition_index(1).with_timestamp(-2);
            ListOffsetsRequest::default()
                .with_replica_id(BrokerId(-1))
                .with_topics(vec![list_offsets_request::ListOffsetsTopic::default().with_name(topic()).with_partitions(vec![of])])
                .into()
        }
        ApiKey::Fetch => {
            let of = fetch_request::FetchPartition::default()
                .with_partition(1)
                .with_fetch_offset(11)
                .with_partition_max_bytes(1_048_576);
            let wanted = fetch_request::FetchTopic::default().with_partitions(vec![of]);
            let wanted = if version < 13 { wanted.with_topic(topic()) } else { wanted.with_topic_id(T1.parse().unwrap()) };
            FetchRequest::default()
                .with_max_wait_ms(500)
                .with_min_bytes(1)
                .with_max_bytes(52_428_800)
                .with_session_epoch(-1)
                .with_topics(vec![wanted])
                .into()
        }
        ApiKey::Produce => {
            let of = produce_request::PartitionProduceData::default().with_index(1).with_records(Some(batch(0..3)));
            let sent = produce_request::TopicProduceData::default().with_partition_data(vec![of]);
            let sent = if version < 13 { sent.with_name(topic()) } else { sent.with_topic_id(T1.parse().unwrap()) };
            ProduceRequest::default().with_acks(-1).with_timeout_ms(30_000).with_topic_data(vec![sent]).into()
        }
        other => panic!("requests of {other:?} are not read"),
    }
}

/// The answer of an API in one version. Those that can say an error do.
pub fn response(api: ApiKey, version: i16) -> ResponseKind {
    match api {
        ApiKey::ApiVersions => ApiVersionsResponse::default()
            .with_api_keys(vec![api_versions_response::ApiVersion::default().with_api_key(2).with_max_version(11)])
            .into(),
        ApiKey::Metadata => {
            let broker = metadata_response::MetadataResponseBroker::default().with_node_id(BrokerId(1));
            let partition = metadata_response::MetadataResponsePartition::default().with_leader_id(BrokerId(1));
            let fine = metadata_response::MetadataResponseTopic::default()
                .with_name(Some(topic()))
                .with_partitions((0..4).map(|number| partition.clone().with_partition_index(number)).collect());
            let fine = if version >= 10 { fine.with_topic_id(T1.parse().unwrap()) } else { fine };
            let missing = metadata_response::MetadataResponseTopic::default();
            let missing = missing.with_name(Some(TopicName(text("T9")))).with_error_code(3);
            MetadataResponse::default()
                .with_brokers(vec![broker.with_host(text("kafka")).with_port(9092)])
                .with_topics(vec![fine, missing])
                .into()
        }
        ApiKey::FindCoordinator if version < 4 => {
            let answer = FindCoordinatorResponse::default().with_node_id(BrokerId(1)).with_host(text("kafka"));
            answer.with_port(9092).with_error_code(15).into()
        }
        ApiKey::FindCoordinator => {
            let of = find_coordinator_response::Coordinator::default().with_key(text("G1")).with_node_id(BrokerId(1));
            let of = of.with_host(text("kafka")).with_port(9092).with_error_code(15);
            FindCoordinatorResponse::default().with_coordinators(vec![of]).into()
        }
        ApiKey::JoinGroup => {
            let member = join_group_response::JoinGroupResponseMember::default().with_member_id(text("M1"));
            JoinGroupResponse::default()
                .with_error_code(79)
                .with_generation_id(4)
                .with_protocol_name(Some(text("range")))
                .with_leader(text("M1"))
                .with_member_id(text("M1"))
                .with_members(vec![member.with_metadata(subscription(3))])
                .into()
        }
        ApiKey::SyncGroup => SyncGroupResponse::default().with_error_code(27).with_assignment(assignment(0)).into(),
        ApiKey::Heartbeat => HeartbeatResponse::default().with_error_code(27).into(),
        ApiKey::LeaveGroup if version < 3 => LeaveGroupResponse::default().with_error_code(25).into(),
        ApiKey::LeaveGroup => {
            let member = leave_group_response::MemberResponse::default().with_member_id(text("M1")).with_error_code(25);
            LeaveGroupResponse::default().with_members(vec![member]).into()
        }
        ApiKey::ConsumerGroupHeartbeat => {
            let given = consumer_group_heartbeat_response::TopicPartitions::default().with_topic_id(T1.parse().unwrap());
            let given = given.with_partitions(vec![0, 1]);
            ConsumerGroupHeartbeatResponse::default()
                .with_error_code(110)
                .with_member_id(Some(text("M1")))
                .with_member_epoch(4)
                .with_heartbeat_interval_ms(5_000)
                .with_assignment(Some(
                    consumer_group_heartbeat_response::Assignment::default().with_topic_partitions(vec![given]),
                ))
                .into()
        }
        ApiKey::OffsetCommit => {
            let result = |number, code| {
                let of = offset_commit_response::OffsetCommitResponsePartition::default();
                of.with_partition_index(number).with_error_code(code)
            };
            let of = offset_commit_response::OffsetCommitResponseTopic::default().with_name(topic());
            OffsetCommitResponse::default().with_topics(vec![of.with_partitions(vec![result(0, 0), result(1, 22)])]).into()
        }
        ApiKey::OffsetFetch if version < 8 => {
            let of = offset_fetch_response::OffsetFetchResponsePartition::default().with_partition_index(1);
            let of = of.with_committed_offset(100).with_error_code(88);
            let of = offset_fetch_response::OffsetFetchResponseTopic::default().with_name(topic()).with_partitions(vec![of]);
            OffsetFetchResponse::default().with_topics(vec![of]).into()
        }
        ApiKey::OffsetFetch => {
            let of = offset_fetch_response::OffsetFetchResponsePartitions::default().with_partition_index(1);
            let of = of.with_committed_offset(100).with_error_code(88);
            let of = offset_fetch_response::OffsetFetchResponseTopics::default().with_name(topic()).with_partitions(vec![of]);
            let of = offset_fetch_response::OffsetFetchResponseGroup::default().with_group_id(group()).with_topics(vec![of]);
            OffsetFetchResponse::default().with_groups(vec![of]).into()
        }
        ApiKey::ListOffsets => {
            let of = list_offsets_response::ListOffsetsPartitionResponse::default().with_partition_index(1).with_offset(100);
            let of = list_offsets_response::ListOffsetsTopicResponse::default().with_name(topic()).with_partitions(vec![of]);
            ListOffsetsResponse::default().with_topics(vec![of]).into()
        }
        ApiKey::Fetch => {
            let full = fetch_response::PartitionData::default().with_partition_index(1).with_high_watermark(20);
            let full = full.with_records(Some(batches()));
            let moved = fetch_response::PartitionData::default().with_partition_index(2).with_error_code(6);
            let of = fetch_response::FetchableTopicResponse::default().with_partitions(vec![full, moved]);
            let of = if version < 13 { of.with_topic(topic()) } else { of.with_topic_id(T1.parse().unwrap()) };
            let answer = FetchResponse::default().with_responses(vec![of]);
            if version < 16 {
                return answer.into();
            }
            let endpoint = fetch_response::NodeEndpoint::default().with_node_id(BrokerId(2)).with_host(text("kafka"));
            answer.with_node_endpoints(vec![endpoint.with_port(9092)]).into()
        }
        ApiKey::Produce => {
            let of = produce_response::PartitionProduceResponse::default().with_index(1).with_error_code(6);
            let of = produce_response::TopicProduceResponse::default().with_partition_responses(vec![of]);
            let of = if version < 13 { of.with_name(topic()) } else { of.with_topic_id(T1.parse().unwrap()) };
            let answer = ProduceResponse::default().with_responses(vec![of]);
            if version < 10 {
                return answer.into();
            }
            let endpoint = produce_response::NodeEndpoint::default().with_node_id(BrokerId(2)).with_host(text("kafka"));
            answer.with_node_endpoints(vec![endpoint.with_port(9092)]).into()
        }
        ApiKey::DescribeCluster => {
            let broker = describe_cluster_response::DescribeClusterBroker::default().with_broker_id(BrokerId(1));
            DescribeClusterResponse::default().with_brokers(vec![broker.with_host(text("kafka")).with_port(9092)]).into()
        }
        ApiKey::ShareFetch => {
            let endpoint = share_fetch_response::NodeEndpoint::default().with_node_id(BrokerId(2)).with_host(text("kafka"));
            ShareFetchResponse::default().with_node_endpoints(vec![endpoint.with_port(9092)]).into()
        }
        ApiKey::ShareAcknowledge => {
            let endpoint = share_acknowledge_response::NodeEndpoint::default().with_node_id(BrokerId(2));
            let endpoint = endpoint.with_host(text("kafka")).with_port(9092);
            ShareAcknowledgeResponse::default().with_node_endpoints(vec![endpoint]).into()
        }
        other => panic!("answers of {other:?} are not read"),
    }
}
