//! The exercise as a program: reads `countries`, `returns` and all shops for ten seconds; after four seconds a shop opens in Jeju.
//! `cargo workbook run 4.2` starts it with a broker, topics and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig, Message,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    error::KafkaResult,
    message::BorrowedMessage,
    producer::{FutureProducer, FutureRecord},
};
use subscribe::read;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let print = Arc::new(|record: &BorrowedMessage<'_>| {
        let value = String::from_utf8_lossy(record.payload().unwrap_or_default());
        println!("{}-{} offset {}: {value}", record.topic(), record.partition(), record.offset());
    });
    let stop = CancellationToken::new();
    let (done, opened) =
        tokio::join!(read(&bootstrap_servers, "G1", &["countries", "returns"], "shop.", print, stop.clone()), async {
            sleep(Duration::from_secs(4)).await;
            let opened = open(&bootstrap_servers, "shop.jeju").await;
            sleep(Duration::from_secs(6)).await;
            stop.cancel();
            opened
        });
    done.and(opened)
}

async fn open(bootstrap_servers: &str, topic: &str) -> KafkaResult<()> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap_servers);
    let admin: AdminClient<DefaultClientContext> = config.create()?;
    admin.create_topics([&NewTopic::new(topic, 1, TopicReplication::Fixed(1))], &AdminOptions::new()).await?;
    println!("{topic} is created");
    let producer: FutureProducer = config.create()?;
    let sale = FutureRecord::to(topic).key("sale-1").payload("the first sale");
    producer.send(sale, Duration::from_secs(5)).await.map_err(|(error, _)| error)?;
    Ok(())
}
