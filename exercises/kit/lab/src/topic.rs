//! Topics with data for one run. They are made on the broker itself, past the tap: a recording holds what the answer said, nothing else.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};

use crate::broker::Broker;

/// How long the broker may take to make a topic, or to take the data.
const WITHIN: Duration = Duration::from_secs(10);

/// Makes topic `name` with `partitions` partitions on the broker.
pub(crate) async fn create(broker: &Broker, name: &str, partitions: i32) -> anyhow::Result<()> {
    if let Some(done) = broker.create_embedded_topic(name, partitions) {
        return done;
    }
    let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
    let results = admin(broker)?.create_topics([&topic], &options()).await?;
    results.into_iter().collect::<Result<Vec<_>, _>>().map_err(|(name, code)| NotMade { name, code })?;
    Ok(())
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
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", broker.address())
        .set("linger.ms", "0")
        .set("message.timeout.ms", WITHIN.as_millis().to_string())
        .create()?;
    let name = name.to_owned();
    tokio::task::spawn_blocking(move || {
        for record in &records {
            let mut message = BaseRecord::<[u8], [u8]>::to(&name).partition(record.partition);
            message.key = record.key.as_deref();
            message.payload = record.value.as_deref();
            producer.send(message).map_err(|(error, _)| error)?;
        }
        producer.flush(WITHIN)?;
        anyhow::ensure!(producer.in_flight_count() == 0, "the broker did not take all records of {name} within {WITHIN:?}");
        Ok(())
    })
    .await?
}

fn admin(broker: &Broker) -> anyhow::Result<AdminClient<DefaultClientContext>> {
    Ok(ClientConfig::new().set("bootstrap.servers", broker.address()).set("log_level", "3").create()?)
}

fn options() -> AdminOptions {
    AdminOptions::new().operation_timeout(Some(WITHIN)).request_timeout(Some(WITHIN))
}
