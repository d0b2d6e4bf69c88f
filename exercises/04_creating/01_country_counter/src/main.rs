//! The exercise as a program: writes a few customers and beers, and lets two counters read them for five seconds, on a thread each.
//! `cargo workbook run 4.1` starts it with a broker and topics; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{sync::Arc, thread, time::Duration};

use country_counter::{CountryCounter, Log};
use rdkafka::{
    ClientConfig,
    error::KafkaResult,
    producer::{BaseProducer, BaseRecord, Producer},
};
use tokio_util::sync::CancellationToken;

fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    write(&bootstrap_servers, "customers", &[("customer-1", "Korea"), ("customer-2", "Brazil"), ("customer-3", "Korea")])?;
    write(&bootstrap_servers, "beer", &[("tripel", "Belgium"), ("pilsner", "Czechia"), ("dubbel", "Belgium")])?;

    let print: Log = Arc::new(|line| println!("{line}"));
    let stop = CancellationToken::new();
    thread::scope(|scope| {
        for (group, topic) in [("SHOP_GROUP", "customers"), ("BEER_GROUP", "beer")] {
            let (bootstrap_servers, print, stop) = (&bootstrap_servers, print.clone(), stop.clone());
            scope.spawn(move || match CountryCounter::create(bootstrap_servers, group, &[topic]) {
                Ok(counter) => println!("{topic}: {:?}", counter.consume(print, stop)),
                Err(error) => eprintln!("{topic} is not read: {error}"),
            });
        }
        thread::sleep(Duration::from_secs(5));
        stop.cancel();
    });
    Ok(())
}

fn write(bootstrap_servers: &str, topic: &str, records: &[(&str, &str)]) -> KafkaResult<()> {
    let producer: BaseProducer = ClientConfig::new().set("bootstrap.servers", bootstrap_servers).create()?;
    for (key, value) in records {
        producer.send(BaseRecord::to(topic).key(*key).payload(*value)).map_err(|(error, _)| error)?;
    }
    producer.flush(Duration::from_secs(5))
}
