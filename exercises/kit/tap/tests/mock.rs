//! librdkafka through the tap, against its own mock cluster: a consumer gets all records, from one broker and from three.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::{collections::BTreeSet, time::Duration};

use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    mocking::MockCluster,
    producer::{FutureProducer, FutureRecord},
};
use tap::{Recorder, Tap};
use trace::{History, Recording, Request, Response, What};

/// Nothing here takes longer, unless it never happens.
const LONG: Duration = Duration::from_secs(60);
const PARTITIONS: i32 = 3;
const RECORDS: i32 = 60;

async fn all_records_come_through(brokers: i32) -> Recording {
    let cluster = MockCluster::new(brokers).unwrap();
    cluster.create_topic("T1", PARTITIONS, 1).unwrap();
    for partition in 0..PARTITIONS {
        cluster.partition_leader("T1", partition, Some(partition % brokers + 1)).unwrap();
    }
    let recorder = Recorder::new(Recording::of("a test"));
    let tap = Tap::start(&cluster.bootstrap_servers(), recorder.clone()).await.unwrap();

    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", tap.bootstrap()).set("client.id", "P1").create().unwrap();
    for number in 0..RECORDS {
        let value = number.to_string();
        let record = FutureRecord::<(), _>::to("T1").payload(&value).partition(number % PARTITIONS);
        producer.send(record, LONG).await.unwrap();
    }
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", tap.bootstrap())
        .set("client.id", "C1")
        .set("group.id", "G1")
        .set("auto.offset.reset", "earliest")
        .create()
        .unwrap();
    consumer.subscribe(&["T1"]).unwrap();
    let mut values = BTreeSet::new();
    while values.len() < RECORDS as usize {
        let record = tokio::time::timeout(LONG, consumer.recv()).await.unwrap().unwrap();
        values.insert(String::from_utf8(record.payload().unwrap().to_vec()).unwrap());
    }
    assert_eq!(values, (0..RECORDS).map(|number| number.to_string()).collect());
    drop((consumer, producer));
    tap.close().await;
    recorder.recording()
}

/// The nodes that the connections of a client led to.
fn nodes_of<'a>(recording: &'a Recording, who: &'a str) -> BTreeSet<i32> {
    let node = |number: u32| {
        recording.events.iter().find_map(|event| match event.what {
            What::Connected { connection, node } if connection == number => Some(node),
            _ => None,
        })
    };
    let connections = recording.events.iter().filter_map(|event| match &event.what {
        What::Request { connection, client, .. } if client == who => Some(*connection),
        _ => None,
    });
    connections.filter_map(node).collect()
}

fn assert_all_was_read(recording: &Recording) {
    let opaque = recording.find(|what| {
        matches!(
            what,
            What::Request { request: Request::Opaque { .. }, .. } | What::Response { response: Response::Opaque { .. }, .. }
        )
    });
    assert_eq!(opaque.collect::<Vec<_>>(), []);
    let history = History::of(recording);
    let group = history.group("G1").unwrap();
    assert_eq!(group.members.last().unwrap().last_assignment().len(), PARTITIONS as usize);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_one_broker() {
    let recording = all_records_come_through(1).await;
    assert_all_was_read(&recording);
    assert_eq!(nodes_of(&recording, "C1"), BTreeSet::from([-1, 1]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_three_brokers() {
    let recording = all_records_come_through(3).await;
    assert_all_was_read(&recording);
    assert_eq!(nodes_of(&recording, "C1"), BTreeSet::from([-1, 1, 2, 3]));
}
