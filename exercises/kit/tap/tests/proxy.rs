//! The tap passes on what it hears, changes what would lead a client past it, and records both.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod fake;

use std::{sync::Arc, time::Duration};

use fake::{Broker, Client, Reply, ended, lines, tap};
use kafka_protocol::{
    messages::{
        ApiKey, ApiVersionsRequest, ApiVersionsResponse, BrokerId, DescribeClusterRequest, DescribeClusterResponse, FetchRequest,
        FetchResponse, FindCoordinatorRequest, FindCoordinatorResponse, HeartbeatRequest, HeartbeatResponse, JoinGroupRequest,
        JoinGroupResponse, MetadataRequest, MetadataResponse, ProduceRequest, ProduceResponse, ResponseKind, TopicName,
        api_versions_response::ApiVersion,
        describe_cluster_response::DescribeClusterBroker,
        fetch_request, fetch_response,
        find_coordinator_response::Coordinator,
        metadata_response::{MetadataResponseBroker, MetadataResponseTopic},
        produce_response,
    },
    protocol::StrBytes,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use trace::{Request, Response, What};

/// A cluster's broker 1 is itself, broker 2 is `other`; every answer that can carry an address carries both.
fn cluster(this: std::net::SocketAddr, other: std::net::SocketAddr, asked: &trace::decode::RequestFrame) -> Reply {
    let host = || StrBytes::from_static_str("127.0.0.1");
    let both = [(BrokerId(1), i32::from(this.port())), (BrokerId(2), i32::from(other.port()))];
    match ApiKey::try_from(asked.api_key).unwrap() {
        ApiKey::Metadata => {
            let of = |(id, port)| MetadataResponseBroker::default().with_node_id(id).with_host(host()).with_port(port);
            MetadataResponse::default().with_brokers(both.map(of).to_vec()).into()
        }
        ApiKey::FindCoordinator if asked.version < 4 => {
            let answer = FindCoordinatorResponse::default().with_node_id(both[1].0);
            answer.with_host(host()).with_port(both[1].1).into()
        }
        ApiKey::FindCoordinator => {
            let of = |(id, port)| Coordinator::default().with_node_id(id).with_host(host()).with_port(port);
            FindCoordinatorResponse::default().with_coordinators(both.map(of).to_vec()).into()
        }
        ApiKey::DescribeCluster => {
            let of = |(id, port)| DescribeClusterBroker::default().with_broker_id(id).with_host(host()).with_port(port);
            DescribeClusterResponse::default().with_brokers(both.map(of).to_vec()).into()
        }
        ApiKey::Fetch => {
            let of = |(id, port)| fetch_response::NodeEndpoint::default().with_node_id(id).with_host(host()).with_port(port);
            FetchResponse::default().with_node_endpoints(both.map(of).to_vec()).into()
        }
        ApiKey::Produce => {
            let of = |(id, port)| produce_response::NodeEndpoint::default().with_node_id(id).with_host(host()).with_port(port);
            ProduceResponse::default().with_node_endpoints(both.map(of).to_vec()).into()
        }
        _ => HeartbeatResponse::default().into(),
    }
}

#[tokio::test]
async fn every_address_is_the_taps_and_leads_to_its_broker() {
    let second = Broker::start(|_| HeartbeatResponse::default().into()).await;
    let other = second.address;
    let this = Arc::new(std::sync::OnceLock::new());
    let own = Arc::clone(&this);
    let first = Broker::start(move |asked| cluster(*own.get().unwrap(), other, asked)).await;
    this.set(first.address).unwrap();
    let (tap, recorder) = tap(first.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;

    let ResponseKind::Metadata(metadata) = client.ask_and_hear(ApiKey::Metadata, 12, MetadataRequest::default()).await else {
        panic!()
    };
    let ports: Vec<_> = metadata.brokers.iter().map(|of| (of.node_id, of.host.to_string(), of.port)).collect();
    let known = |port: i32| format!("127.0.0.1:{port}");
    assert!(ports.iter().all(|(_, host, _)| host == "127.0.0.1"));
    let [one, two] = [ports[0].2, ports[1].2];
    let real = [first.address, second.address].map(|address| i32::from(address.port()));
    assert!(one != two && !real.contains(&one) && !real.contains(&two), "{one} and {two} are the tap's own");

    let ResponseKind::FindCoordinator(old) =
        client.ask_and_hear(ApiKey::FindCoordinator, 3, FindCoordinatorRequest::default()).await
    else {
        panic!()
    };
    assert_eq!(old.port, two);
    let ResponseKind::FindCoordinator(new) =
        client.ask_and_hear(ApiKey::FindCoordinator, 4, FindCoordinatorRequest::default()).await
    else {
        panic!()
    };
    assert_eq!(new.coordinators.iter().map(|of| of.port).collect::<Vec<_>>(), [one, two]);
    let ResponseKind::DescribeCluster(described) =
        client.ask_and_hear(ApiKey::DescribeCluster, 1, DescribeClusterRequest::default()).await
    else {
        panic!()
    };
    assert_eq!(described.brokers.iter().map(|of| of.port).collect::<Vec<_>>(), [one, two]);
    let ResponseKind::Fetch(fetched) = client.ask_and_hear(ApiKey::Fetch, 16, FetchRequest::default()).await else { panic!() };
    assert_eq!(fetched.node_endpoints.iter().map(|of| of.port).collect::<Vec<_>>(), [one, two]);
    let ResponseKind::Produce(produced) = client.ask_and_hear(ApiKey::Produce, 10, ProduceRequest::default().with_acks(1)).await
    else {
        panic!()
    };
    assert_eq!(produced.node_endpoints.iter().map(|of| of.port).collect::<Vec<_>>(), [one, two]);

    let mut to_second = Client::connect(known(two), "C1").await;
    to_second.ask_and_hear(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert_eq!(second.asked().len(), 1);
    let nodes: Vec<_> = lines(&recorder).into_iter().filter(|line| line.contains("connected to")).collect();
    assert_eq!(nodes, ["1 connected to -1", "2 connected to 2"]);
    tap.close().await;
}

#[tokio::test]
async fn an_error_has_no_address() {
    let broker =
        Broker::start(|_| FindCoordinatorResponse::default().with_error_code(15).with_node_id(BrokerId(-1)).with_port(-1).into())
            .await;
    let (tap, _) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let answer = client.ask_and_hear(ApiKey::FindCoordinator, 2, FindCoordinatorRequest::default()).await;
    let ResponseKind::FindCoordinator(answer) = answer else { panic!() };
    assert_eq!((answer.error_code, answer.host.as_str(), answer.port), (15, "", -1));
}

#[tokio::test]
async fn no_version_is_offered_that_cannot_be_read() {
    let offered = |key, min, max| ApiVersion::default().with_api_key(key).with_min_version(min).with_max_version(max);
    let broker = Broker::start(move |_| {
        let known_and_too_new =
            vec![offered(2, 1, 11), offered(1, 4, 17), offered(2, 99, 100), offered(68, 0, 9), offered(500, 0, 3)];
        ApiVersionsResponse::default().with_api_keys(known_and_too_new).into()
    })
    .await;
    let (tap, _) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let answer = client.ask_and_hear(ApiKey::ApiVersions, 4, ApiVersionsRequest::default()).await;
    let ResponseKind::ApiVersions(answer) = answer else { panic!() };
    let offered: Vec<_> = answer.api_keys.iter().map(|of| (of.api_key, of.min_version, of.max_version)).collect();
    // Lowered; as it was; too new altogether, so as it was; lowered; unknown, so as it was.
    assert_eq!(offered, [(2, 1, 10), (1, 4, 17), (2, 99, 100), (68, 0, 1), (500, 0, 3)]);
}

#[tokio::test]
async fn a_client_that_asks_in_too_new_a_version_is_told_so() {
    let broker = Broker::start(|_| Reply::Nothing).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    // Version 5, with a field that nobody knows, and an answer in version 0.
    let request = [&[0, 18, 0, 5, 0, 0, 0, 9, 0, 2][..], b"C1", &[0, 1, 1, 0x2a, 0]].concat();
    client.stream.write_all(&fake::with_length(&request)).await.unwrap();
    let answer = fake::frame(&mut client.stream).await.unwrap();
    assert_eq!(&answer[..], [0, 0, 0, 9, 0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 4]);
    assert_eq!(broker.asked().len(), 0);
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 -> opaque 9", "1 <- ApiVersions 9 UNSUPPORTED_VERSION"]);
}

#[tokio::test]
async fn what_cannot_be_read_passes_as_it_came() {
    let broker = Broker::start(|_| Reply::Bytes(b"an answer to something unknown")).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let unknown_api = [&[0x7f, 0xff, 0, 3, 0, 0, 0, 7, 0, 2][..], b"C1", b"whatever"].concat();
    let broken_body = [&[0, 11, 0, 5, 0, 0, 0, 8, 0, 2][..], b"C1", &[0xff; 40]].concat();
    for (request, correlation) in [(unknown_api, 7), (broken_body, 8)] {
        client.stream.write_all(&fake::with_length(&request)).await.unwrap();
        let answer = fake::frame(&mut client.stream).await.unwrap();
        assert_eq!(&answer[..], [&[0, 0, 0, correlation], &b"an answer to something unknown"[..]].concat());
    }
    let heard: Vec<_> = broker.asked().iter().map(|asked| (asked.api_key, asked.client.clone())).collect();
    assert_eq!(heard, [(0x7fff, "C1".to_owned()), (11, "C1".to_owned())]);
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 -> opaque 7", "1 <- opaque 7", "1 -> opaque 8", "1 <- opaque 8"]);
}

#[tokio::test]
async fn a_frame_that_is_too_short_for_a_header_passes_too() {
    let broker =
        Broker::start(|asked| if asked.api_key < 0 { Reply::Nothing } else { HeartbeatResponse::default().into() }).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.stream.write_all(&[0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0]).await.unwrap();
    client.ask_and_hear(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert_eq!(broker.asked().len(), 3);
    let expected = ["1 connected to -1", "1 -> opaque -1", "1 -> opaque -1", "1 -> Heartbeat 1", "1 <- Heartbeat 1"];
    assert_eq!(lines(&recorder), expected);
}

#[tokio::test]
async fn another_protocol_passes_through() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let (mut from, mut to) = client.split();
        tokio::io::copy(&mut from, &mut to).await.unwrap();
    });
    let (tap, recorder) = tap(address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let said = b"GET / HTTP/1.1\r\nHost: kafka\r\n\r\n";
    client.stream.write_all(said).await.unwrap();
    client.stream.shutdown().await.unwrap();
    let mut heard = Vec::new();
    client.stream.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, said);
    ended(&recorder, 1).await;
    let lines = lines(&recorder);
    assert_eq!(lines[..2], ["1 connected to -1", "1 -> opaque -1"]);
    assert_eq!(lines.last().unwrap(), "1 disconnected by Client");
}

#[tokio::test]
async fn records_sent_with_acks_0_are_not_answered() {
    let broker = Broker::start(|asked| match asked.api_key {
        0 => Reply::Nothing,
        _ => HeartbeatResponse::default().into(),
    })
    .await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask(ApiKey::Produce, 9, ProduceRequest::default().with_acks(0)).await;
    let beat = client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert_eq!(client.hear().await, Some(beat));
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 -> Produce 1", "1 -> Heartbeat 2", "1 <- Heartbeat 2"]);
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_passes_as_it_came() {
    // A broker that gives two answers to one request.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        fake::frame(&mut client).await.unwrap();
        client.write_all(&fake::with_length(b"\0\0\0\x63unasked")).await.unwrap();
        client.write_all(&fake::with_length(&[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])).await.unwrap();
        fake::frame(&mut client).await;
    });
    let (tap, recorder) = tap(address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let asked = client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert_eq!(client.hear().await, Some(0x63));
    assert_eq!(client.hear().await, Some(asked));
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 -> Heartbeat 1", "1 <- opaque -1", "1 <- Heartbeat 1"]);
}

#[tokio::test]
async fn a_topic_name_that_no_broker_should_tell_ends_no_connection() {
    // A Fetch names the topic by its id; then it is told that its name would end a string of JSON.
    let id = || "07070707-0707-0707-0707-070707070707".parse().unwrap();
    let broker = Broker::start(move |asked| match ApiKey::try_from(asked.api_key).unwrap() {
        ApiKey::Fetch => FetchResponse::default().into(),
        _ => {
            let name = Some(TopicName(StrBytes::from_static_str("T\"1")));
            let topic = MetadataResponseTopic::default().with_topic_id(id()).with_name(name);
            MetadataResponse::default().with_topics(vec![topic]).into()
        }
    })
    .await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let partitions = vec![fetch_request::FetchPartition::default()];
    let topic = fetch_request::FetchTopic::default().with_topic_id(id()).with_partitions(partitions);
    client.ask_and_hear(ApiKey::Fetch, 13, FetchRequest::default().with_topics(vec![topic])).await;
    for correlation in 2..=3 {
        let asked = client.ask(ApiKey::Metadata, 12, MetadataRequest::default()).await;
        assert_eq!((asked, client.hear().await), (correlation, Some(correlation)));
    }
    assert_eq!(lines(&recorder).last().unwrap(), "1 <- Metadata 3");
}

#[tokio::test]
async fn a_session_can_be_shortened_and_the_recording_keeps_what_was_asked() {
    let broker = Broker::start(|_| JoinGroupResponse::default().into()).await;
    let (tap, recorder) = tap(broker.address).await;
    tap.shorten_sessions(Duration::from_millis(1_500));
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    for asked in [45_000, 1_000] {
        client.ask_and_hear(ApiKey::JoinGroup, 5, JoinGroupRequest::default().with_session_timeout_ms(asked)).await;
    }
    let session = |request: &Request| match request {
        Request::JoinGroup { session_timeout_ms, .. } => *session_timeout_ms,
        other => panic!("{other:?}"),
    };
    assert_eq!(broker.asked().iter().map(|asked| session(&asked.request)).collect::<Vec<_>>(), [1_500, 1_000]);
    let recorded = recorder.with(|recording| {
        recording
            .events
            .iter()
            .filter_map(|event| match &event.what {
                What::Request { request, .. } => Some(session(request)),
                _ => None,
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(recorded, [45_000, 1_000]);
}

#[tokio::test]
async fn frames_and_times_are_recorded() {
    let broker = Broker::start(|_| HeartbeatResponse::default().with_error_code(27).into()).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask_and_hear(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    let recording = recorder.recording();
    let What::Request { client: who, version, bytes, .. } = &recording.events[1].what else { panic!() };
    // The header 8, client.id 2 + 2, tags 1; the body: group 1, generation 4, member 1, instance 1, tags 1.
    assert_eq!((who.as_str(), *version, *bytes), ("C1", 4, 21));
    let What::Response { took, bytes, response, .. } = &recording.events[2].what else { panic!() };
    assert_eq!((*bytes, response), (12, &Response::Heartbeat { error: Some("REBALANCE_IN_PROGRESS".into()) }));
    assert!(*took <= recording.events[2].at - recording.events[1].at);
}
