//! What the page of `03_async_then_sync` says of commits that come too late or name what belongs to others, asked of librdkafka and of
//! Kafka. Each fails when the statement is no longer true.

use std::time::Duration;

use lab::trace::{Request, What};
use lab::{Exam, Lab, Outcome, Returned, Run, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
};

const RECORDS: usize = 3;
/// How long the broker's answers to commits are held back.
const LATE: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(20);

fn consumer(seat: &Seat, automatic: &str) -> KafkaResult<BaseConsumer> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", seat.bootstrap())
        .set("group.id", seat.name("G1"))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", automatic)
        // Its timer does not come in this test.
        .set("auto.commit.interval.ms", "600000")
        .set("heartbeat.interval.ms", "100")
        .create()?;
    consumer.subscribe(&[seat.name("T1")])?;
    Ok(consumer)
}

/// Reads all records, and reports each.
fn read_all(seat: &Seat, consumer: &BaseConsumer) -> KafkaResult<()> {
    let process = seat.process(1);
    let mut read = 0;
    while read < RECORDS {
        if let Some(record) = consumer.poll(Duration::from_millis(50)).transpose()? {
            process(&record);
            read += 1;
        }
    }
    Ok(())
}

async fn prepared(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, RECORDS)).await?;
    lab.start().await
}

fn not_so(run: &Run) -> Outcome {
    Outcome::Bug { what: format!("{:#?}", run.recording.commits("G1")) }
}

/// A member that is told by its heartbeat that it is none any more has lost its partitions. The client commits them all the same, where it
/// commits automatically: without a member id, so that the broker refuses it.
#[test]
fn automatic_commits_do_not_ask_whether_partitions_are_lost() {
    let test = concat!(module_path!(), "::automatic_commits_do_not_ask_whether_partitions_are_lost");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut loses_its_partitions, |lab| {
        Box::pin(async {
            lab.needs_real_broker(say!("the embedded broker refuses no commit", "내장 브로커는 커밋을 거절하지 않는다"))?;
            prepared(lab).await?;
            let read = say!("all records to be processed", "레코드를 모두 처리하기");
            let last = |what: &What| matches!(what, What::Record { offset, .. } if *offset == RECORDS as i64 - 1);
            lab.until(PATIENCE, read, |seen, _| seen.first(last).is_some()).await;
            lab.faults().on("Heartbeat").times(1).answer("UNKNOWN_MEMBER_ID");
            let refused = say!("a commit to be refused", "커밋이 거절되기");
            lab.until(PATIENCE, refused, |seen, _| seen.commits("G1").iter().any(|commit| commit.error.is_some())).await;
            // The broker knows the member still, and would wait for it.
            lab.forget_members("G1").await?;
            lab.ask_to_stop()?;
            let run = lab.end(say!("the consumer to be closed", "컨슈머를 닫기")).await?;
            let nobody = |what: &What| matches!(what, What::Request { request: Request::OffsetCommit { member, .. }, .. } if member.is_empty());
            let commits = run.recording.commits("G1");
            let is_so = commits.first().is_some_and(|commit| {
                nobody(&run.recording.events[commit.asked].what)
                    && commit.error.as_deref() == Some("UNKNOWN_MEMBER_ID")
            });
            if is_so { Ok(()) } else { Err(not_so(&run)) }
        })
    }));
}

fn loses_its_partitions(seat: &Seat) -> Returned {
    let read = || -> KafkaResult<()> {
        let consumer = consumer(seat, "true")?;
        read_all(seat, &consumer)?;
        while !seat.stop().is_cancelled() {
            // What it is told here is the lab's doing.
            let _ = consumer.poll(Duration::from_millis(20));
        }
        Ok(())
    };
    returned_by(read())
}

/// Dropping a consumer waits for the answer to an asynchronous commit: only then LeaveGroup is sent.
#[test]
fn leaving_waits_for_an_asynchronous_commit() {
    let test = concat!(module_path!(), "::leaving_waits_for_an_asynchronous_commit");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut commits_and_leaves, |lab| {
        Box::pin(async {
            lab.faults().on("OffsetCommit").delay(LATE);
            prepared(lab).await?;
            let run = lab.end(say!("the consumer to be closed", "컨슈머를 닫기")).await?;
            let left = run.recording.first(|what| matches!(what, What::Request { request: Request::LeaveGroup { .. }, .. }));
            let answered = run.recording.commits("G1").first().and_then(|commit| commit.answered);
            match (answered, left) {
                (Some(answered), Some(left)) if answered < left => Ok(()),
                _ => Err(not_so(&run)),
            }
        })
    }));
}

fn commits_and_leaves(seat: &Seat) -> Returned {
    let read = || -> KafkaResult<()> {
        let consumer = consumer(seat, "false")?;
        read_all(seat, &consumer)?;
        consumer.commit_consumer_state(CommitMode::Async)
    };
    returned_by(read())
}

/// The broker takes a commit of a partition that another member holds, as long as a member of this generation speaks.
#[test]
fn a_member_may_commit_what_belongs_to_another() {
    let test = concat!(module_path!(), "::a_member_may_commit_what_belongs_to_another");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut commits_the_others, |lab| {
        Box::pin(async {
            lab.group("G1");
            lab.topic("T1", 2, sign_ups(2, 2 * RECORDS)).await?;
            lab.start().await?;
            let run = lab
                .end(say!("two members to share T1, and one to commit for both", "멤버 둘이 T1을 나누고 하나가 둘 다 커밋하기"))
                .await?;
            match run.returned::<Vec<i64>>() {
                Some(committed) if committed == [1, 2] => Ok(()),
                _ => Err(not_so(&run)),
            }
        })
    }));
}

/// What the group has committed for T1-0 and T1-1 after one member has committed both.
fn commits_the_others(seat: &Seat) -> Returned {
    let share = || -> KafkaResult<Vec<i64>> {
        let members = [consumer(seat, "false")?, consumer(seat, "false")?];
        let holds_one = |member: &BaseConsumer| member.assignment().is_ok_and(|held| held.count() == 1);
        while !members.iter().all(holds_one) {
            for member in &members {
                member.poll(Duration::from_millis(20)).transpose()?;
            }
        }
        let mut both = TopicPartitionList::new();
        both.add_partition_offset(seat.name("T1"), 0, Offset::Offset(1))?;
        both.add_partition_offset(seat.name("T1"), 1, Offset::Offset(2))?;
        members[0].commit(&both, CommitMode::Sync)?;
        let told = members[1].committed_offsets(both, PATIENCE)?;
        Ok(told.elements().iter().filter_map(|one| one.offset().to_raw()).collect())
    };
    returned_by(share())
}
