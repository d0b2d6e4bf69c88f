//! How connections begin and end, and that the recording says who ended each.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod fake;

use std::sync::Arc;

use fake::{Broker, Client, LONG, Reply, ended, lines, tap};
use kafka_protocol::messages::{ApiKey, HeartbeatRequest, HeartbeatResponse};
use tap::{Recorder, Tap, TapError};
use tokio::{io::AsyncWriteExt, sync::Notify};
use trace::Recording;

#[tokio::test]
async fn a_client_may_stop_asking_and_still_listen() {
    let now = Arc::new(Notify::new());
    let told = Arc::clone(&now);
    let broker = Broker::start(move |_| Reply::When(Arc::clone(&told), HeartbeatResponse::default().into())).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let asked = client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    client.stream.shutdown().await.unwrap();
    ended(&recorder, 1).await;
    now.notify_one();
    assert_eq!(client.hear().await, Some(asked));
    assert_eq!(client.hear().await, None);
    // What the client heard after its end is not recorded.
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 -> Heartbeat 1", "1 disconnected by Client"]);
}

#[tokio::test]
async fn a_client_that_is_killed_ended_it() {
    let broker = Broker::start(|_| HeartbeatResponse::default().into()).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask_and_hear(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    // No time to linger: the end is a reset.
    client.stream.set_zero_linger().unwrap();
    drop(client);
    ended(&recorder, 1).await;
    assert_eq!(lines(&recorder).last().unwrap(), "1 disconnected by Client");
}

#[tokio::test]
async fn a_broker_that_closes_ended_it() {
    let broker = Broker::start(|_| Reply::HangUp).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert_eq!(client.hear().await, None);
    ended(&recorder, 1).await;
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 -> Heartbeat 1", "1 disconnected by Broker"]);
}

#[tokio::test]
async fn a_broker_that_is_not_there_closes_the_connection() {
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let (tap, recorder) = tap(free).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    assert_eq!(client.hear().await, None);
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 disconnected by Broker"]);
}

#[tokio::test]
async fn the_next_address_is_tried() {
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let broker = Broker::start(|_| HeartbeatResponse::default().into()).await;
    let upstream = format!("{free}, {}", broker.address);
    let tap = Tap::start(&upstream, Recorder::new(Recording::of("a test"))).await.unwrap();
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask_and_hear(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
}

#[tokio::test]
async fn clients_connect_where_they_are_told_to() {
    let broker = Broker::start(|_| HeartbeatResponse::default().into()).await;
    let door = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = door.local_addr().unwrap().to_string();
    let recorder = Recorder::new(Recording::of("a test"));
    let tap = Tap::start_at(door, &broker.address.to_string(), recorder.clone()).unwrap();
    assert_eq!(tap.bootstrap(), address);
    let mut client = Client::connect(&address, "C1").await;
    client.ask_and_hear(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert_eq!(lines(&recorder), ["1 connected to -1", "1 -> Heartbeat 1", "1 <- Heartbeat 1"]);
}

#[tokio::test]
async fn closing_the_tap_ends_everything() {
    let broker = Broker::start(|_| Reply::Nothing).await;
    let (tap, recorder) = tap(broker.address).await;
    let bootstrap = tap.bootstrap();
    let mut client = Client::connect(&bootstrap, "C1").await;
    client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert!(recorder.until(LONG, |recording| recording.events.len() == 2).await);
    tap.close().await;
    assert_eq!(lines(&recorder).last().unwrap(), "1 disconnected by Tap");
    assert_eq!(client.hear().await, None);
    assert!(tokio::net::TcpStream::connect(&bootstrap).await.is_err());
}

#[tokio::test]
async fn an_address_needs_a_port() {
    for wrong in ["kafka", "", ":9092", "kafka:port", "a:1,,b:2"] {
        let started = Tap::start(wrong, Recorder::new(Recording::default())).await;
        assert!(matches!(started, Err(TapError::Upstream(_))), "{wrong}");
    }
}
