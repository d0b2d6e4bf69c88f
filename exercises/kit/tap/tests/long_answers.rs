//! A long Fetch answer goes on to the client while it still comes, and nothing is lost by that: not the recording, not a fault, not the
//! tap's own addresses.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod fake;

use std::{sync::Arc, time::Duration};

use fake::{Client, LONG, lines, tap};
use kafka_protocol::messages::{ApiKey, BrokerId, FetchRequest, FetchResponse, ResponseKind, fetch_response};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
};
use trace::What;

/// A Fetch answer, longer than is waited for, to correlation 1.
fn long_answer(version: i16, endpoint: Option<fetch_response::NodeEndpoint>) -> bytes::Bytes {
    let records = bytes::Bytes::from(vec![7; 1 << 20]);
    let of = fetch_response::PartitionData::default().with_partition_index(1).with_high_watermark(9).with_records(Some(records));
    let of = fetch_response::FetchableTopicResponse::default().with_partitions(vec![of]);
    let answer = FetchResponse::default().with_responses(vec![of]).with_node_endpoints(endpoint.into_iter().collect());
    let header = kafka_protocol::messages::ResponseHeader::default().with_correlation_id(1);
    let body = trace::decode::ResponseBody { header, version, kind: answer.into() };
    fake::with_length(&body.encode(ApiKey::Fetch as i16).unwrap())
}

/// A broker that answers the first request with these bytes, the second half of them when it is told to.
async fn broker_of_two_halves(answer: bytes::Bytes, told: Arc<Notify>) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        fake::frame(&mut client).await.unwrap();
        let (first, second) = answer.split_at(answer.len() / 2);
        client.write_all(first).await.unwrap();
        told.notified().await;
        client.write_all(second).await.unwrap();
        fake::frame(&mut client).await;
    });
    address
}

#[tokio::test]
async fn a_long_answer_is_passed_on_while_it_comes() {
    let (answer, now) = (long_answer(18, None), Arc::new(Notify::new()));
    let (tap, recorder) = tap(broker_of_two_halves(answer.clone(), Arc::clone(&now)).await).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask(ApiKey::Fetch, 18, FetchRequest::default()).await;
    let mut heard = vec![0; answer.len()];
    let (first, second) = heard.split_at_mut(answer.len() / 2);
    tokio::time::timeout(LONG, client.stream.read_exact(first)).await.unwrap().unwrap();
    assert_eq!(lines(&recorder).last().unwrap(), "1 -> Fetch 1", "it is recorded when it is whole");
    now.notify_one();
    client.stream.read_exact(second).await.unwrap();
    assert_eq!(heard, answer);
    assert_eq!(lines(&recorder).last().unwrap(), "1 <- Fetch 1");
}

#[tokio::test]
async fn a_long_answer_is_held_back_where_it_shall_be_delayed() {
    let (answer, now) = (long_answer(11, None), Arc::new(Notify::new()));
    let (tap, recorder) = tap(broker_of_two_halves(answer.clone(), Arc::clone(&now)).await).await;
    tap.faults().on("Fetch").delay(Duration::from_millis(100));
    now.notify_one();
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask(ApiKey::Fetch, 11, FetchRequest::default()).await;
    let mut heard = vec![0; answer.len()];
    client.stream.read_exact(&mut heard).await.unwrap();
    assert_eq!(heard, answer);
    let took = recorder.with(|recording| match recording.events.last().map(|event| &event.what) {
        Some(What::Response { took, .. }) => *took,
        other => panic!("{other:?}"),
    });
    assert!(took >= 100_000, "{took}");
}

#[tokio::test]
async fn a_long_answer_leads_nobody_past_the_tap() {
    let real = fetch_response::NodeEndpoint::default().with_node_id(BrokerId(2)).with_host("kafka".into()).with_port(9092);
    let (answer, now) = (long_answer(16, Some(real)), Arc::new(Notify::new()));
    let (tap, recorder) = tap(broker_of_two_halves(answer.clone(), Arc::clone(&now)).await).await;
    now.notify_one();
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let ResponseKind::Fetch(heard) = client.ask_and_hear(ApiKey::Fetch, 16, FetchRequest::default()).await else { panic!() };
    assert_eq!(heard.node_endpoints, [], "clients skip what they do not know");
    assert_eq!(heard.responses[0].partitions[0].records.as_ref().unwrap().len(), 1 << 20);
    assert_eq!(lines(&recorder).last().unwrap(), "1 <- Fetch 1");
}
