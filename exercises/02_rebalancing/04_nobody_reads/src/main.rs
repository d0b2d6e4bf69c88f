//! The exercise as a program: three members of G1 read T1, a fourth joins, and you see for how long nobody reads each partition.
//! `cargo workbook run 2.4` starts it with a broker, a topic and data; or start it yourself with `KAFKA_BOOTSTRAP_SERVERS` set. With
//! `STRATEGY=cooperative-sticky` the group is cooperative.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use nobody_reads::{Held, gaps};
use rdkafka::{
    ClientConfig, ClientContext, TopicPartitionList,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance},
    error::KafkaResult,
};

/// What all members have held: member, partition, from when until when.
type Seen = Arc<Mutex<Vec<Held>>>;

fn main() -> KafkaResult<()> {
    let (began, seen) = (Instant::now(), Seen::default());
    let members: Vec<_> = (1..=4)
        .map(|number| {
            let watch = Watch { number, began, seen: seen.clone() };
            std::thread::spawn(move || member(watch))
        })
        .collect();
    for member in members {
        member.join().unwrap_or(Ok(()))?;
    }
    println!("nobody read: {:?}", gaps(&seen.lock().unwrap_or_else(PoisonError::into_inner)));
    Ok(())
}

/// Reads for ten seconds; the fourth member joins after five.
fn member(watch: Watch) -> KafkaResult<()> {
    let (number, began) = (watch.number, watch.began);
    if number == 4 {
        std::thread::sleep(Duration::from_secs(5));
        println!("C4 joins");
    }
    let consumer: BaseConsumer<Watch> = ClientConfig::new()
        .set("bootstrap.servers", std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned()))
        .set("group.id", "G1")
        .set("client.id", format!("C{number}"))
        .set("partition.assignment.strategy", std::env::var("STRATEGY").unwrap_or_else(|_| "range".to_owned()))
        .create_with_context(watch)?;
    consumer.subscribe(&["T1"])?;
    while began.elapsed() < Duration::from_secs(10) {
        if let Some(Err(error)) = consumer.poll(Duration::from_millis(50)) {
            eprintln!("C{number} goes on after: {error}");
        }
    }
    Ok(())
}

struct Watch {
    number: u32,
    began: Instant,
    seen: Seen,
}

impl ClientContext for Watch {}

impl ConsumerContext for Watch {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let numbers = |list: &TopicPartitionList| list.elements().iter().map(|p| p.partition()).collect::<Vec<_>>();
        let (now, mut seen) = (self.began.elapsed(), self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        match rebalance {
            Rebalance::Assign(gained) => {
                println!("{:.3} s C{} gets {:?}", now.as_secs_f64(), self.number, numbers(gained));
                seen.extend(numbers(gained).into_iter().map(|partition| (self.number, partition, now..Duration::MAX)));
            }
            Rebalance::Revoke(lost) => {
                println!("{:.3} s C{} gives up {:?}", now.as_secs_f64(), self.number, numbers(lost));
                let lost = numbers(lost);
                let held = seen.iter_mut().filter(|(member, partition, _)| *member == self.number && lost.contains(partition));
                held.filter(|(_, _, time)| time.end == Duration::MAX).for_each(|(_, _, time)| time.end = now);
            }
            Rebalance::Error(error) => eprintln!("C{}: {error}", self.number),
        }
    }
}
