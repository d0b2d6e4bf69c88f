//! The exercise as a program: a real group for each strategy. C1 and C2 read T1 and T2, three partitions each; when the group has
//! settled, its assignment is printed beside yours. `cargo workbook run 3.5` starts it with a broker and the topics; or start it
//! yourself with `KAFKA_BOOTSTRAP_SERVERS` set.

use std::{
    thread,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};
use who_gets_what::{Assignment, Member, Partition, Topic, range, round_robin};

/// A group of two settles within a few heartbeats.
const WITHIN: Duration = Duration::from_secs(5);

fn main() -> KafkaResult<()> {
    let bootstrap_servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or_else(|_| "localhost:9092".to_owned());
    let both = vec!["T1".to_owned(), "T2".to_owned()];
    let members: [Member; 2] = [("C1".to_owned(), both.clone()), ("C2".to_owned(), both)];
    let topics: [Topic; 2] = [("T1".to_owned(), 3), ("T2".to_owned(), 3)];
    show("range", &real(&bootstrap_servers, "range", &members)?, &range(&members, &topics));
    show("roundrobin", &real(&bootstrap_servers, "roundrobin", &members)?, &round_robin(&members, &topics));
    Ok(())
}

/// What a real group agrees on.
fn real(bootstrap_servers: &str, strategy: &str, members: &[Member]) -> KafkaResult<Assignment> {
    thread::scope(|scope| {
        let running: Vec<_> = members
            .iter()
            .map(|(id, topics)| scope.spawn(move || Ok((id.clone(), held_by(bootstrap_servers, strategy, id, topics)?))))
            .collect();
        running.into_iter().map(|member| member.join().expect("a member does not panic")).collect()
    })
}

/// What the member called `id` holds in the end.
fn held_by(bootstrap_servers: &str, strategy: &str, id: &str, topics: &[String]) -> KafkaResult<Vec<Partition>> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", format!("G-{strategy}"))
        // The coordinator makes the member id from it: C1-…, C2-…
        .set("client.id", id)
        .set("partition.assignment.strategy", strategy)
        .set("heartbeat.interval.ms", "200")
        .create()?;
    consumer.subscribe(&topics.iter().map(String::as_str).collect::<Vec<_>>())?;
    let begin = Instant::now();
    while begin.elapsed() < WITHIN {
        if let Some(Err(error)) = consumer.poll(Duration::from_millis(100)) {
            eprintln!("{id} goes on after: {error}");
        }
    }
    let held = consumer.assignment()?;
    Ok(held.elements().iter().map(|of| (of.topic().to_owned(), of.partition() as u32)).collect())
}

fn show(strategy: &str, real: &Assignment, yours: &Assignment) {
    println!("{strategy}");
    for (id, partitions) in real {
        println!("  {id} holds {}, yours gives it {}", list(partitions), list(yours.get(id).unwrap_or(&Vec::new())));
    }
}

fn list(partitions: &[Partition]) -> String {
    let mut names: Vec<String> = partitions.iter().map(|(topic, number)| format!("{topic}-{number}")).collect();
    names.sort();
    if names.is_empty() { "nothing".to_owned() } else { names.join(" ") }
}
