//! The facts that `01_positions` shows, asked of the broker and of the client. `book/facts.toml` names these tests; each fails when its fact
//! changes.

#[path = "facts/commit_record.rs"]
mod commit_record;

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use commit_record::{Key, Value};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use positions::read;
use rdkafka::{
    ClientConfig, ClientContext, Message, Offset, Statistics, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext},
    error::{KafkaError, KafkaResult},
};

const TOPIC: &str = "__consumer_offsets";
const WITHIN: Duration = Duration::from_secs(20);

/// Key and value of a commit, byte by byte as Apache Kafka 4.3.1 has written them.
#[test]
fn a_commit_is_read_from_real_bytes() {
    let key = bytes("0001 000b 39313830 36333739 2e4731 000b 39313830 36333739 2e5431 00000000");
    let (group, topic) = ("91806379.G1".to_owned(), "91806379.T1".to_owned());
    assert_eq!(Key::read(&key), Some(Key { version: 1, group, topic, partition: 0 }));
    let value = bytes("0004 0000000000000004 ffffffff 01 000001a20924add5 01 00 10 d4465a8d49dd4033ba02e454d4dc36bb");
    let read = Value {
        version: 4,
        offset: 4,
        leader_epoch: Some(-1),
        metadata: String::new(),
        commit_timestamp: 0x01a2_0924_add5,
        topic_id: bytes("d4465a8d49dd4033ba02e454d4dc36bb").try_into().ok(),
    };
    assert_eq!(Value::read(&value), Some(read));
    for end in 0..value.len() {
        assert_eq!(Value::read(&value[..end]), None, "{end} bytes are too few");
    }
    assert_eq!(Key::read(&bytes("0002 000b 39313830 36333739 2e4731")), None, "the members of a group are no commit");
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// C28: a commit is a record of the topic `__consumer_offsets`.
#[test]
fn a_commit_is_a_record() {
    let test = concat!(module_path!(), "::a_commit_is_a_record");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut commits_and_looks, |lab| Box::pin(the_record_says_it(lab))));
}

/// Commits 4 as G1, and reads what has been written to `__consumer_offsets` of that group meanwhile.
fn commits_and_looks(seat: &Seat) -> Returned {
    let look = || -> KafkaResult<Vec<String>> {
        let looker: BaseConsumer =
            ClientConfig::new().set("bootstrap.servers", seat.bootstrap()).set("group.id", seat.name("looker")).create()?;
        let metadata = looker.fetch_metadata(Some(TOPIC), WITHIN)?;
        let partitions = metadata.topics()[0].partitions().iter().map(|partition| partition.id());
        let mut from = TopicPartitionList::new();
        for partition in partitions {
            let (_, end) = looker.fetch_watermarks(TOPIC, partition, WITHIN)?;
            from.add_partition_offset(TOPIC, partition, Offset::Offset(end))?;
        }
        let began = now();
        read(seat.bootstrap(), seat.name("G1"), seat.name("T1"), 6, 4, seat.process(1))?;
        let ended = now();
        looker.assign(&from)?;
        let mut told = Vec::new();
        let until = Instant::now() + WITHIN;
        while Instant::now() < until {
            let Some(Ok(record)) = looker.poll(Duration::from_millis(100)) else { continue };
            let (Some(key), Some(value)) = (record.key(), record.payload()) else { continue };
            if !contains(key, seat.name("G1")) {
                continue;
            }
            let shown = |real: &str| real.rsplit('.').next().unwrap_or(real).to_owned();
            let Some(Key { version, group, topic, partition }) = Key::read(key) else {
                told.push(format!(
                    "key    version {} · group G1 · …\nvalue  (who is a member)",
                    commit_record::version(key).unwrap_or(-1)
                ));
                continue;
            };
            let (group, topic) = (shown(&group), shown(&topic));
            told.push(format!("key    version {version} · group {group} · topic {topic} · partition {partition}"));
            let value = Value::read(value).ok_or(KafkaError::Canceled)?;
            let Value { version, offset, leader_epoch, metadata, commit_timestamp, topic_id } = value;
            let timestamp =
                if (began..=ended).contains(&commit_timestamp) { "(the moment of the commit)" } else { "(another time)" };
            let (epoch, id) = (leader_epoch.unwrap_or_default(), topic_id.map_or("–", |_| "(16 bytes)"));
            told.push(format!("value  version {version} · offset {offset} · leader epoch {epoch} · metadata {metadata:?}"));
            told.push(format!("       commit timestamp {timestamp} · topic id {id}"));
            break;
        }
        Ok(told)
    };
    returned_by(look())
}

fn contains(key: &[u8], group: &str) -> bool {
    key.windows(group.len()).any(|part| part == group.as_bytes())
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

async fn the_record_says_it(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!("the mock cluster keeps commits in memory", "모의 클러스터는 커밋을 메모리에 둔다"))?;
    lab.group("G1");
    lab.group("looker");
    lab.topic("T1", 1, sign_ups(1, 10)).await?;
    lab.start().await?;
    let run = lab.end_when_quiet(WITHIN, say!("the record of the commit is found", "커밋 레코드를 찾는다")).await?;
    let mut told: Vec<String> = run.returned().unwrap_or_default();
    told.dedup();
    insta::assert_snapshot!("commit_record", told.join("\n"));
    Ok(())
}

/// What the page says of stored offsets: librdkafka stores as it hands over; where that is switched off, when the program says so. The
/// client's own statistics tell it.
#[test]
fn an_offset_is_stored_as_the_record_is_handed_over() {
    let test = concat!(module_path!(), "::an_offset_is_stored_as_the_record_is_handed_over");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut asks_the_statistics, |lab| {
        Box::pin(async {
            lab.group("G1");
            lab.topic("T1", 1, sign_ups(1, 10)).await?;
            lab.start().await?;
            let run = lab
                .end_when_quiet(WITHIN, say!("the client tells what is stored", "클라이언트가 저장된 위치를 알려 준다"))
                .await?;
            match run.returned::<[i64; 2]>() {
                Some([3, NOTHING]) => Ok(()),
                told => Err(Outcome::Bug { what: format!("{told:?}") }),
            }
        })
    }));
}

/// What librdkafka says where nothing is stored.
const NOTHING: i64 = -1001;

/// Takes three records, and asks what is stored: with `enable.auto.offset.store`, and without.
fn asks_the_statistics(seat: &Seat) -> Returned {
    let stored = |stores: &str| -> KafkaResult<i64> {
        let consumer: BaseConsumer<Told> = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", stores)
            .set("statistics.interval.ms", "50")
            .create_with_context(Told::default())?;
        consumer.subscribe(&[seat.name("T1")])?;
        let mut taken = 0;
        while taken < 3 {
            taken += i64::from(matches!(consumer.poll(WITHIN), Some(Ok(_))));
        }
        consumer.pause(&consumer.assignment()?)?;
        // Statistics that were made before the third record was taken may still come; those of a paused consumer are new.
        let until = Instant::now() + WITHIN;
        let told = || *consumer.context().0.lock().unwrap_or_else(PoisonError::into_inner);
        while told().app_offset != 3 && Instant::now() < until {
            let _served = consumer.poll(Duration::from_millis(20));
        }
        Ok(told().stored_offset)
    };
    returned_by(stored("true").and_then(|first| Ok([first, stored("false")?])))
}

/// Keeps what the statistics say of T1-0.
#[derive(Default)]
struct Told(Mutex<Positions>);

#[derive(Clone, Copy, Default)]
struct Positions {
    app_offset: i64,
    stored_offset: i64,
}

impl ClientContext for Told {
    fn stats(&self, statistics: Statistics) {
        let of_t1 = statistics.topics.values().filter_map(|topic| topic.partitions.get(&0)).next();
        if let Some(partition) = of_t1 {
            let (app_offset, stored_offset) = (partition.app_offset, partition.stored_offset);
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Positions { app_offset, stored_offset };
        }
    }
}

impl ConsumerContext for Told {}
