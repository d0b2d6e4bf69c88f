//! The exercise as a program: four consumers of BEER_GROUP read `beer` for eight seconds. Consumer 2 panics at its 20th record.
//! `cargo workbook run 5.4` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use one_thread_each::{Process, consume_all};
use rdkafka::Message;
use tokio_util::sync::CancellationToken;

fn main() {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let processes: Vec<Process> = (0..4).map(print_as).collect();
    let stop = CancellationToken::new();
    let at_the_end = stop.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(8));
        at_the_end.cancel();
    });
    for (number, ended) in consume_all(&bootstrap_servers, "BEER_GROUP", "beer", &processes, stop).iter().enumerate() {
        println!("consumer {number}: {ended:?}");
    }
}

fn print_as(number: usize) -> Process {
    let count = AtomicUsize::new(0);
    Arc::new(move |record| {
        let (value, thread) = (String::from_utf8_lossy(record.payload().unwrap_or_default()), thread::current().id());
        println!(
            "consumer {number} on {thread:?}: {}-{} offset {}: {value}",
            record.topic(),
            record.partition(),
            record.offset()
        );
        thread::sleep(Duration::from_millis(50));
        if number == 2 && count.fetch_add(1, Ordering::Relaxed) == 19 {
            panic!("consumer 2 has a bug");
        }
    })
}
