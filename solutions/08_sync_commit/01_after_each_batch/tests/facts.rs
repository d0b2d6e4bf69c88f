//! C33, asked of client and broker: what a synchronous commit commits, that it waits, and what it says where there is nothing to commit.

use std::time::{Duration, Instant};

use lab::{Exam, Outcome, Partition, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
};

const RECORDS: usize = 3;
/// The first commit's answer is held back for so long.
const DELAY: Duration = Duration::from_millis(300);

/// `commit_message` commits that record, the state what was handed over, a list what it says. The call returns when the broker has
/// answered. With nothing new it is an error, and nothing is sent.
#[test]
fn a_synchronous_commit_waits_and_commits_what_was_handed_over() {
    let test = concat!(module_path!(), "::a_synchronous_commit_waits_and_commits_what_was_handed_over");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut commits, |lab| {
        Box::pin(async {
            lab.group("G1");
            lab.topic("T1", 1, sign_ups(1, RECORDS)).await?;
            lab.faults().on("OffsetCommit").nth(1).delay(DELAY);
            lab.start().await?;
            let run = lab.end(say!("three commits", "커밋 세 번")).await?;
            let of = Partition::new("T1", 0);
            let commits = run.recording.commits("G1");
            let sent: Vec<_> = commits.iter().filter_map(|commit| commit.offsets.get(&of).copied()).collect();
            let (waited, nothing_new): (bool, String) = run.returned().unwrap_or_default();
            match (sent.as_slice(), waited, nothing_new.as_str()) {
                ([1, 3, 2], true, "Consumer commit error: NoOffset (Local: No offset stored)") => Ok(()),
                _ => Err(Outcome::Bug { what: format!("sent {sent:?}, waited: {waited}, nothing new: {nothing_new}") }),
            }
        })
    }));
}

/// Takes three records. Commits the first; then the state; then the state again; then a list that says 2.
fn commits(seat: &Seat) -> Returned {
    let commit = || -> KafkaResult<(bool, String)> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        let mut records = Vec::new();
        while records.len() < RECORDS {
            records.extend(consumer.poll(Duration::from_millis(100)).transpose()?);
        }
        let began = Instant::now();
        consumer.commit_message(&records[0], CommitMode::Sync)?;
        let waited = began.elapsed() >= DELAY;
        consumer.commit_consumer_state(CommitMode::Sync)?;
        let nothing_new = consumer.commit_consumer_state(CommitMode::Sync).err().map(|error| error.to_string());
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(seat.name("T1"), 0, Offset::Offset(2))?;
        consumer.commit(&list, CommitMode::Sync)?;
        Ok((waited, nothing_new.unwrap_or_default()))
    };
    returned_by(commit())
}
