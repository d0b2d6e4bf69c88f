//! The facts that `01_who_and_where` shows, asked of the broker itself. `book/facts.toml` names these tests; each fails when its fact
//! changes.

use std::time::Duration;

use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, say, sign_ups};
use rdkafka::{
    ClientConfig, Message,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
};

/// C21: the broker lists a member under its client.id; the group's progress does not ask for it.
#[test]
fn client_id_names_a_member_and_carries_no_progress() {
    let test = concat!(module_path!(), "::client_id_names_a_member_and_carries_no_progress");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut sit, |lab| Box::pin(judge(lab))));
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!(
        "the embedded broker does not list the members of a group",
        "내장 브로커는 그룹의 멤버 목록을 알려 주지 않는다"
    ))?;
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, 2)).await?;
    for (number, told) in [(1, (vec!["C1".to_owned()], 0)), (2, (vec!["C2".to_owned()], 1))] {
        lab.number("client", number);
        lab.start().await?;
        let read = say!("C{number} to read a record", "C{number} 프로그램이 레코드를 읽기");
        let run = lab.end_when_quiet(Duration::from_secs(20), read).await?;
        let returned = run.returned::<(Vec<String>, i64)>();
        if returned.as_ref() != Some(&told) {
            return Err(Outcome::Bug { what: format!("the broker lists, and the group goes on at: {returned:?}") });
        }
    }
    Ok(())
}

/// Who G1's members are, as the broker lists them, and the offset of the next record.
fn sit(seat: &Seat) -> Returned {
    seat.block_on(next(seat.bootstrap(), seat.name("G1"), seat.name("T1"), &format!("C{}", seat.number("client"))))
}

async fn next(bootstrap_servers: &str, group: &str, topic: &str, client: &str) -> KafkaResult<(Vec<String>, i64)> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", group)
        .set("client.id", client)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .create()?;
    consumer.subscribe(&[topic])?;
    let record = loop {
        if let Ok(record) = consumer.recv().await {
            break record;
        }
    };
    consumer.commit_message(&record, CommitMode::Sync)?;
    let listed = consumer.fetch_group_list(Some(group), Duration::from_secs(5))?;
    let clients = listed.groups().iter().flat_map(|group| group.members()).map(|member| member.client_id().to_owned());
    Ok((clients.collect(), record.offset()))
}
