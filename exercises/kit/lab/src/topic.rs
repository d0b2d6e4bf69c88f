//! Topics with data for one run. They are made on the broker itself, past the tap: a recording holds what the answer said, nothing else.

use std::time::{Duration, Instant};

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};

use crate::broker::Broker;

/// How long the broker may take to make a topic, or to take the data. A busy disk holds it up for seconds.
const WITHIN: Duration = Duration::from_secs(30);
/// How often the broker is asked for a topic that it does not tell of yet.
const ASK_EVERY: Duration = Duration::from_millis(20);

/// Makes topic `name` with `partitions` partitions on the broker.
pub(crate) async fn create(broker: &Broker, name: &str, partitions: i32) -> anyhow::Result<()> {
    if let Some(done) = broker.create_embedded_topic(name, partitions) {
        return done;
    }
    let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
    let admin = admin(broker)?;
    let results = admin.create_topics([&topic], &options()).await?;
    results.into_iter().collect::<Result<Vec<_>, _>>().map_err(|(name, code)| NotMade { name, code })?;
    let name = name.to_owned();
    tokio::task::spawn_blocking(move || known(&admin, &name, partitions)).await?
}

/// Returns when clients are told of the topic. The broker says that it is made a little before: who asks in between hears that there is
/// none, and joins its group without it.
fn known(admin: &AdminClient<DefaultClientContext>, name: &str, partitions: i32) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let metadata = admin.inner().fetch_metadata(Some(name), WITHIN)?;
        let told =
            metadata.topics().iter().filter(|topic| topic.error().is_none()).map(|topic| topic.partitions().len()).sum::<usize>();
        if told == partitions as usize {
            return Ok(());
        }
        anyhow::ensure!(began.elapsed() < WITHIN, "the broker tells nobody of the topic {name} within {WITHIN:?}");
        // Many runs ask at once; asking without a break would keep the broker from answering.
        std::thread::sleep(ASK_EVERY);
    }
}

/// The broker made no topic.
#[derive(Debug, thiserror::Error)]
#[error("topic {name}: {code}")]
struct NotMade {
    name: String,
    code: RDKafkaErrorCode,
}

/// Makes topic `name`, unless there is one.
pub(crate) async fn ensure(broker: &Broker, name: &str, partitions: i32) -> anyhow::Result<()> {
    match create(broker, name, partitions).await {
        Err(error) if error.downcast_ref::<NotMade>().is_some_and(|e| e.code == RDKafkaErrorCode::TopicAlreadyExists) => Ok(()),
        done => done,
    }
}

/// Removes topics from the broker. The embedded broker ends with the run and needs no removal.
pub(crate) async fn remove(broker: &Broker, names: &[String]) -> anyhow::Result<()> {
    if broker.is_embedded() || names.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    admin(broker)?.delete_topics(&names, &options()).await?;
    Ok(())
}

/// One record to be written.
#[derive(Clone, Debug)]
pub struct Data {
    /// The partition it goes to.
    pub partition: i32,
    /// Its key; none for a record without one.
    pub key: Option<Vec<u8>>,
    /// Its value; none for a tombstone.
    pub value: Option<Vec<u8>>,
}

/// `count` sign-ups, spread evenly: record n goes to partition n mod `partitions`, with key `customer-n` and value `sign-up n`.
pub fn sign_ups(partitions: i32, count: usize) -> Vec<Data> {
    (0..count)
        .zip((0..partitions).cycle())
        .map(|(n, partition)| Data {
            partition,
            key: Some(format!("customer-{n}").into_bytes()),
            value: Some(format!("sign-up {n}").into_bytes()),
        })
        .collect()
}

/// Writes records to topic `name`, in their order, and waits until the broker has all of them.
pub(crate) async fn fill(broker: &Broker, name: &str, records: Vec<Data>) -> anyhow::Result<()> {
    let producer = config(broker).create()?;
    write(producer, name, records, Duration::ZERO).await
}

/// Writes records one after another, each in a batch of its own, with `every` between two of them.
pub(crate) async fn fill_each(broker: &Broker, name: &str, records: Vec<Data>, every: Duration) -> anyhow::Result<()> {
    let producer = config(broker).set("batch.num.messages", "1").create()?;
    write(producer, name, records, every).await
}

fn config(broker: &Broker) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", broker.address());
    config.set("linger.ms", "0").set("message.timeout.ms", WITHIN.as_millis().to_string());
    config
}

async fn write(producer: BaseProducer, name: &str, records: Vec<Data>, every: Duration) -> anyhow::Result<()> {
    let name = name.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut next = Instant::now();
        for record in &records {
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            next += every;
            let mut message = BaseRecord::<[u8], [u8]>::to(&name).partition(record.partition);
            message.key = record.key.as_deref();
            message.payload = record.value.as_deref();
            producer.send(message).map_err(|(error, _)| error)?;
        }
        // Like `flush`, which looks only ten times a second.
        let until = Instant::now() + WITHIN;
        while producer.in_flight_count() > 0 && Instant::now() < until {
            producer.poll(Duration::from_millis(1));
        }
        anyhow::ensure!(producer.in_flight_count() == 0, "the broker did not take all records of {name} within {WITHIN:?}");
        Ok(())
    })
    .await?
}

pub(crate) fn admin(broker: &Broker) -> anyhow::Result<AdminClient<DefaultClientContext>> {
    Ok(ClientConfig::new().set("bootstrap.servers", broker.address()).set("log_level", "3").create()?)
}

pub(crate) fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(WITHIN)).request_timeout(Some(WITHIN))
}
