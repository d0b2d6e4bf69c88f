//! What the tap costs: records a second that librdkafka reads from a broker directly and through the tap, and the time of one
//! question and its answer. Run it against a broker of one's own, with nothing else going on:
//!
//! `KAFKA_BOOTSTRAP_SERVERS=localhost:9092 cargo run --release -p tap --example throughput -- [MIB] [ROUNDS]`
//!
//! It makes a topic of its own and deletes it at the end.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement ends where something is not as it should be")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use bytes::{BufMut, BytesMut};
use kafka_protocol::{
    messages::{
        ApiKey, BrokerId, ListOffsetsRequest, RequestHeader, TopicName,
        list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic},
    },
    protocol::Encodable,
};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::{KafkaError, RDKafkaErrorCode},
    producer::{BaseProducer, BaseRecord, Producer},
};
use tap::{Recorder, Tap};
use trace::Recording;

const RECORD: usize = 1 << 10;
const PARTITIONS: i32 = 4;
const QUESTIONS: usize = 5_000;
const LONG: Duration = Duration::from_secs(300);

#[tokio::main]
async fn main() {
    let argument = |n, default: usize| std::env::args().nth(n).map_or(default, |text| text.parse().expect("a number"));
    let (mib, rounds) = (argument(1, 1_024), argument(2, 5));
    let broker = std::env::var("KAFKA_BOOTSTRAP_SERVERS").expect("KAFKA_BOOTSTRAP_SERVERS is the address of a broker, host:port");
    let records = mib * (1 << 20) / RECORD;
    let topic = format!("throughput-{}", std::process::id());
    let admin: AdminClient<DefaultClientContext> = ClientConfig::new().set("bootstrap.servers", &broker).create().unwrap();
    let made = NewTopic::new(&topic, PARTITIONS, TopicReplication::Fixed(1));
    admin.create_topics([&made], &AdminOptions::new()).await.unwrap()[0].as_ref().expect("the topic is made");
    println!("{records} records of {RECORD} bytes in {PARTITIONS} partitions of {topic}");
    produce(&broker, &topic, records);

    let recorder = Recorder::new(Recording::of(""));
    let tap = Tap::start(&broker, recorder.clone()).await.unwrap();
    let (mut direct, mut tapped) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        direct.push(consume(&broker, &topic, records));
        tapped.push(consume(&tap.bootstrap(), &topic, records));
        println!("round {round}: {:>9.0} records/s directly, {:>9.0} through the tap", direct[round - 1], tapped[round - 1]);
    }
    let (direct, tapped) = (median(&mut direct), median(&mut tapped));
    println!("median:  {direct:>9.0} records/s directly, {tapped:>9.0} through the tap: {:.2} of it", tapped / direct);

    // In turns, so that whatever else goes on troubles both.
    let mut lines = [Questions::to(&broker, &topic), Questions::to(&tap.bootstrap(), &topic)];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..QUESTIONS {
        for (line, times) in lines.iter_mut().zip(&mut times) {
            times.push(line.ask());
        }
    }
    let [direct, tapped] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        [times[QUESTIONS / 2], times[QUESTIONS * 99 / 100]]
    });
    for (name, n) in [("p50", 0), ("p99", 1)] {
        println!(
            "{name}: {:.3} ms directly, {:.3} ms through the tap: {:.3} ms more",
            direct[n],
            tapped[n],
            tapped[n] - direct[n]
        );
    }
    println!("{} events recorded", recorder.with(|recording| recording.events.len()));
    admin.delete_topics(&[&topic], &AdminOptions::new()).await.unwrap()[0].as_ref().expect("the topic is deleted");
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn produce(broker: &str, topic: &str, records: usize) {
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", broker)
        .set("linger.ms", "20")
        .set("batch.size", "1000000")
        .create()
        .unwrap();
    // Bytes that cannot be foreseen, in case that the topic is compressed.
    let mut state = 1_u64;
    let value: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    })
    .take(RECORD)
    .collect();
    for number in 0..records {
        let mut record = BaseRecord::<(), _>::to(topic).payload(&value).partition((number % 4) as i32);
        while let Err((error, unsent)) = producer.send(record) {
            assert_eq!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull));
            producer.poll(Duration::from_millis(10));
            record = unsent;
        }
    }
    producer.flush(LONG).unwrap();
}

/// Reads all records, and gives how many a second.
fn consume(bootstrap: &str, topic: &str, records: usize) -> f64 {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("group.id", "throughput")
        .set("enable.auto.commit", "false")
        .create()
        .unwrap();
    let mut all = TopicPartitionList::new();
    (0..PARTITIONS).for_each(|partition| all.add_partition_offset(topic, partition, Offset::Beginning).unwrap());
    consumer.assign(&all).unwrap();
    consumer.poll(LONG).expect("a first record").unwrap();
    let began = Instant::now();
    for _ in 1..records {
        consumer.poll(LONG).expect("a record").unwrap();
    }
    (records - 1) as f64 / began.elapsed().as_secs_f64()
}

/// One connection on which one question is asked again and again.
struct Questions {
    stream: TcpStream,
    question: BytesMut,
}

impl Questions {
    fn to(address: &str, topic: &str) -> Self {
        let header = RequestHeader::default()
            .with_request_api_key(ApiKey::ListOffsets as i16)
            .with_request_api_version(7)
            .with_client_id(Some("throughput".into()));
        let end = ListOffsetsPartition::default().with_current_leader_epoch(-1).with_timestamp(-1);
        let of = ListOffsetsTopic::default().with_name(TopicName(topic.to_owned().into())).with_partitions(vec![end]);
        let body = ListOffsetsRequest::default().with_replica_id(BrokerId(-1)).with_topics(vec![of]);
        let mut frame = BytesMut::new();
        header.encode(&mut frame, 2).unwrap();
        body.encode(&mut frame, 7).unwrap();
        let mut question = BytesMut::new();
        question.put_u32(u32::try_from(frame.len()).unwrap());
        question.put(frame);
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, question }
    }

    /// Asks, and gives the milliseconds until the answer.
    fn ask(&mut self) -> f64 {
        let began = Instant::now();
        self.stream.write_all(&self.question).unwrap();
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).unwrap();
        let mut answer = vec![0; u32::from_be_bytes(length) as usize];
        self.stream.read_exact(&mut answer).unwrap();
        began.elapsed().as_secs_f64() * 1_000.0
    }
}
