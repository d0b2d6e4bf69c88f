//! Each fault does what its sentence says, to whom it says it, and is recorded.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod fake;
#[path = "../../trace/tests/messages/mod.rs"]
mod messages;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use fake::{Broker, Client, Reply, ended, lines, tap};
use kafka_protocol::messages::{
    ApiKey, HeartbeatRequest, HeartbeatResponse, OffsetCommitRequest, OffsetCommitResponse, ResponseKind, TopicName,
    offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic},
    offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic},
};
use tokio::{io::AsyncWriteExt, sync::Notify};

/// A broker that takes every commit and every heartbeat.
async fn broker() -> Broker {
    Broker::start(|asked| match ApiKey::try_from(asked.api_key).unwrap() {
        ApiKey::OffsetCommit => {
            let taken = OffsetCommitResponsePartition::default().with_partition_index(1);
            let of = OffsetCommitResponseTopic::default().with_name(TopicName("T1".into())).with_partitions(vec![taken]);
            OffsetCommitResponse::default().with_topics(vec![of]).into()
        }
        _ => HeartbeatResponse::default().into(),
    })
    .await
}

fn commit() -> OffsetCommitRequest {
    let of = OffsetCommitRequestPartition::default().with_partition_index(1).with_committed_offset(10);
    let of = OffsetCommitRequestTopic::default().with_name(TopicName("T1".into())).with_partitions(vec![of]);
    OffsetCommitRequest::default().with_topics(vec![of])
}

/// Commits, and gives the error of the one partition.
async fn commits(client: &mut Client) -> i16 {
    let ResponseKind::OffsetCommit(answer) = client.ask_and_hear(ApiKey::OffsetCommit, 8, commit()).await else { panic!() };
    answer.topics[0].partitions[0].error_code
}

#[tokio::test]
async fn an_answer_with_an_error_so_many_times() {
    let broker = broker().await;
    let (tap, recorder) = tap(broker.address).await;
    tap.faults().on("OffsetCommit").from_client("C1").after(1).times(2).answer("REBALANCE_IN_PROGRESS");
    let mut struck = Client::connect(tap.bootstrap(), "C1").await;
    let mut spared = Client::connect(tap.bootstrap(), "C2").await;
    for expected in [0, 27, 27, 0] {
        assert_eq!(commits(&mut spared).await, 0);
        assert_eq!(commits(&mut struck).await, expected);
    }
    assert_eq!(broker.asked().iter().filter(|asked| asked.client == "C1").count(), 2, "struck requests are not forwarded");
    let of_struck: Vec<_> = lines(&recorder).into_iter().filter(|line| line.starts_with("1 ")).collect();
    insta::assert_snapshot!(of_struck.join("\n"), @r"
    1 connected to -1
    1 -> OffsetCommit 1
    1 <- OffsetCommit 1
    1 -> OffsetCommit 2
    1 !! OffsetCommit answered REBALANCE_IN_PROGRESS
    1 <- OffsetCommit 2 REBALANCE_IN_PROGRESS
    1 -> OffsetCommit 3
    1 !! OffsetCommit answered REBALANCE_IN_PROGRESS
    1 <- OffsetCommit 3 REBALANCE_IN_PROGRESS
    1 -> OffsetCommit 4
    1 <- OffsetCommit 4
    ");
}

#[tokio::test]
async fn only_the_nth_on_one_connection() {
    let broker = broker().await;
    let (tap, _) = tap(broker.address).await;
    tap.faults().on("OffsetCommit").on_connection(2).nth(2).answer("UNKNOWN_MEMBER_ID");
    let mut spared = Client::connect(tap.bootstrap(), "C1").await;
    assert_eq!([commits(&mut spared).await, commits(&mut spared).await], [0, 0]);
    let mut struck = Client::connect(tap.bootstrap(), "C1").await;
    assert_eq!([commits(&mut struck).await, commits(&mut struck).await, commits(&mut struck).await], [0, 25, 0]);
}

#[tokio::test]
async fn a_late_request_and_those_behind_it() {
    let broker = broker().await;
    let (tap, recorder) = tap(broker.address).await;
    tap.faults().on("OffsetCommit").from_client("C1").times(1).late(Duration::from_millis(200));
    let mut late = Client::connect(tap.bootstrap(), "C1").await;
    let began = Instant::now();
    assert_eq!(commits(&mut late).await, 0);
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(commits(&mut late).await, 0);
    assert_eq!(broker.asked().len(), 2);
    assert!(lines(&recorder).iter().any(|line| line == "1 !! OffsetCommit forwarded 200 ms late"), "{:?}", lines(&recorder));
}

#[tokio::test]
async fn the_taps_own_answer_waits_for_its_turn() {
    let now = Arc::new(Notify::new());
    let told = Arc::clone(&now);
    let broker = Broker::start(move |_| Reply::When(Arc::clone(&told), HeartbeatResponse::default().into())).await;
    let (tap, recorder) = tap(broker.address).await;
    tap.faults().on("OffsetCommit").answer("REBALANCE_IN_PROGRESS");
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let first = client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    let second = client.ask(ApiKey::OffsetCommit, 8, commit()).await;
    let third = client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    let all_are_asked = |recording: &trace::Recording| recording.events.len() == 5;
    assert!(recorder.until(fake::LONG, all_are_asked).await);
    now.notify_one();
    assert_eq!([client.hear().await, client.hear().await], [Some(first), Some(second)]);
    now.notify_one();
    assert_eq!(client.hear().await, Some(third));
}

#[tokio::test]
async fn a_delay_holds_back_what_comes_after_it() {
    let broker = broker().await;
    let (tap, recorder) = tap(broker.address).await;
    let delay = Duration::from_millis(200);
    tap.faults().on("OffsetCommit").delay(delay);
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let began = Instant::now();
    let first = client.ask(ApiKey::OffsetCommit, 8, commit()).await;
    let second = client.ask(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await;
    assert_eq!([client.hear().await, client.hear().await], [Some(first), Some(second)]);
    assert!(began.elapsed() >= delay);
    let recording = recorder.recording();
    let took = |event: &trace::Event| match event.what {
        trace::What::Response { took, .. } => Some(took),
        _ => None,
    };
    assert!(recording.events.iter().find_map(took).unwrap() >= 200_000);
    assert!(lines(&recorder).contains(&"1 !! OffsetCommit delayed by 200 ms".to_owned()));
}

#[tokio::test]
async fn an_answer_that_is_held_back_until_it_may_go() {
    let broker = broker().await;
    let (tap, recorder) = tap(broker.address).await;
    tap.faults().on("OffsetCommit").times(1).hold();
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let first = client.ask(ApiKey::OffsetCommit, 8, commit()).await;
    let second = client.ask(ApiKey::OffsetCommit, 8, commit()).await;
    let all_are_asked = |recording: &trace::Recording| recording.events.len() == 4;
    assert!(recorder.until(fake::LONG, all_are_asked).await);
    assert_eq!(lines(&recorder)[2], "1 !! OffsetCommit held back");
    tap.faults().let_go();
    assert_eq!([client.hear().await, client.hear().await], [Some(first), Some(second)]);
}

#[tokio::test]
async fn a_discarded_request_is_never_answered() {
    let broker = broker().await;
    let (tap, recorder) = tap(broker.address).await;
    tap.faults().on("OffsetCommit").times(1).discard();
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    client.ask(ApiKey::OffsetCommit, 8, commit()).await;
    let second = client.ask(ApiKey::OffsetCommit, 8, commit()).await;
    assert_eq!(client.hear().await, Some(second));
    assert_eq!(broker.asked().len(), 1);
    assert_eq!(lines(&recorder)[2], "1 !! OffsetCommit discarded");
}

#[tokio::test]
async fn a_delay_and_an_error_go_together() {
    let broker = broker().await;
    let (tap, _) = tap(broker.address).await;
    tap.faults().on("OffsetCommit").delay(Duration::from_millis(50));
    tap.faults().on("OffsetCommit").answer("ILLEGAL_GENERATION");
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    let began = Instant::now();
    assert_eq!(commits(&mut client).await, 22);
    assert!(began.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_client_that_is_cut_off_is_back_when_it_is_mended() {
    let broker = broker().await;
    let (tap, recorder) = tap(broker.address).await;
    let faults = tap.faults();
    faults.on("Heartbeat").answer("REBALANCE_IN_PROGRESS");
    let mut open = Client::connect(tap.bootstrap(), "C1").await;
    let mut spared = Client::connect(tap.bootstrap(), "C2").await;
    assert_eq!([commits(&mut open).await, commits(&mut spared).await], [0, 0]);
    faults.cut("C1");
    assert_eq!(open.hear().await, None);
    let mut refused = Client::connect(tap.bootstrap(), "C1").await;
    refused.ask(ApiKey::OffsetCommit, 8, commit()).await;
    assert_eq!(refused.hear().await, None);
    assert_eq!(commits(&mut spared).await, 0);
    faults.mend();
    let mut back = Client::connect(tap.bootstrap(), "C1").await;
    assert_eq!(commits(&mut back).await, 0);
    let ResponseKind::Heartbeat(beat) = back.ask_and_hear(ApiKey::Heartbeat, 4, HeartbeatRequest::default()).await else {
        panic!()
    };
    assert_eq!(beat.error_code, 0, "`mend` takes all faults back");
    ended(&recorder, 3).await;
    let of_c1: Vec<_> = lines(&recorder).into_iter().filter(|line| line.starts_with("1 ") || line.starts_with("3 ")).collect();
    insta::assert_snapshot!(of_c1.join("\n"), @r"
    1 connected to -1
    1 -> OffsetCommit 1
    1 <- OffsetCommit 1
    1 !!  cut
    1 disconnected by Tap
    3 connected to -1
    3 -> OffsetCommit 1
    3 !! OffsetCommit cut
    3 disconnected by Tap
    ");
    assert_eq!(broker.asked().iter().filter(|asked| asked.client == "C1").count(), 3);
}

#[tokio::test]
#[should_panic(expected = "`OffsetComit` is not the name of a Kafka API; expected one such as `OffsetCommit`")]
async fn a_misspelt_api_is_noticed() {
    let (tap, _) = tap(([127, 0, 0, 1], 9).into()).await;
    tap.faults().on("OffsetComit").discard();
}

#[tokio::test]
#[should_panic(expected = "`REBALANCING` is not the name of a Kafka error")]
async fn a_misspelt_error_is_noticed() {
    let (tap, _) = tap(([127, 0, 0, 1], 9).into()).await;
    tap.faults().on("OffsetCommit").answer("REBALANCING");
}

#[tokio::test]
#[should_panic(expected = "an answer to `CreateTopics` with an error is not supported")]
async fn an_impossible_answer_is_noticed() {
    let (tap, _) = tap(([127, 0, 0, 1], 9).into()).await;
    tap.faults().on("CreateTopics").answer("REBALANCE_IN_PROGRESS");
}

#[tokio::test]
async fn every_api_is_refused_in_every_version() {
    let broker = Broker::start(|_| Reply::Nothing).await;
    let (tap, recorder) = tap(broker.address).await;
    let mut client = Client::connect(tap.bootstrap(), "C1").await;
    for api in messages::REQUESTS.into_iter().filter(|api| *api != ApiKey::ApiVersions) {
        tap.faults().on(&format!("{api:?}")).answer("GROUP_AUTHORIZATION_FAILED");
        for version in messages::versions(api) {
            client.stream.write_all(&fake::with_length(&messages::request_frame(api, version))).await.unwrap();
            client.hear().await.unwrap();
        }
    }
    assert_eq!(broker.asked().len(), 0);
    let said = |recording: &trace::Recording| -> Vec<String> {
        let answers = recording.events.iter().filter_map(|event| match &event.what {
            trace::What::Response { version, response, .. } => Some(format!("{} v{version} {response:?}", response.api())),
            _ => None,
        });
        // Where a partition is the place of its error, it has been asked about; answers about offsets carry no error.
        answers.filter(|line| !line.contains("GROUP_AUTHORIZATION_FAILED") && !line.contains("ListOffsets")).collect()
    };
    assert_eq!(recorder.with(said), [""; 0]);
}
