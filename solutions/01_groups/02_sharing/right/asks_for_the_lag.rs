//! Members that also ask now and then where each of their partitions ends, for a metric: the questions are no reading.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
    message::BorrowedMessage,
};
use tokio_util::sync::CancellationToken;

/// What is done with a record. Call it once for each record.
pub type Process = Arc<dyn Fn(&BorrowedMessage<'_>) + Send + Sync>;

/// Runs one member of `group` for each element of `processes`, all at the same time. Member i reads `topic` from its beginning and
/// calls `processes[i]` with each record that it gets.
///
/// When `stop` is cancelled (`stop.cancelled().await` returns then), no member reads on. Returns the partitions that each member holds
/// at that moment, sorted, in the order of the members. All of them have left the group by then.
pub async fn share(
    bootstrap_servers: &str,
    group: &str,
    topic: &str,
    processes: &[Process],
    stop: CancellationToken,
) -> KafkaResult<Vec<Vec<i32>>> {
    let mut members = Vec::new();
    for (number, process) in (1..).zip(processes) {
        let member = Arc::new(join(bootstrap_servers, group, &format!("C{number}"), topic)?);
        let lag = tokio::task::spawn_blocking({
            let (member, stop) = (member.clone(), stop.clone());
            move || tell_the_lag(&member, &stop)
        });
        let reader = tokio::spawn(read(member.clone(), process.clone(), stop.clone()));
        members.push((member, reader, lag));
    }
    let mut shares = Vec::new();
    for (member, reader, lag) in &mut members {
        reader.await.expect("the reader does not panic");
        lag.await.expect("the metric does not panic");
        shares.push(partitions_of(member)?);
    }
    Ok(shares)
}

/// Prints how far the member's partitions reach, until `stop`.
fn tell_the_lag(member: &StreamConsumer, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        let Ok(held) = member.assignment() else { return };
        for held in held.elements() {
            if let Ok((first, end)) = member.fetch_watermarks(held.topic(), held.partition(), Duration::from_secs(1)) {
                println!("{}-{}: {first} to {end}", held.topic(), held.partition());
            }
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn join(bootstrap_servers: &str, group: &str, client: &str, topic: &str) -> KafkaResult<StreamConsumer> {
    let member: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client)
        .set("auto.offset.reset", "earliest")
        .set("heartbeat.interval.ms", "500")
        .create()?;
    member.subscribe(&[topic])?;
    Ok(member)
}

/// Reads until `stop`.
async fn read(member: Arc<StreamConsumer>, process: Process, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            record = member.recv() => match record {
                Ok(record) => process(&record),
                Err(error) => eprintln!("a member goes on after: {error}"),
            },
        }
    }
}

fn partitions_of(member: &StreamConsumer) -> KafkaResult<Vec<i32>> {
    let mut partitions: Vec<i32> = member.assignment()?.elements().iter().map(|element| element.partition()).collect();
    partitions.sort_unstable();
    Ok(partitions)
}
