//! A stage for a program: a broker, topics with data under their plain names, and a tap that records what the program says.
//! Used by `lab stage`, which `cargo workbook run` calls; graders use [`crate::lab`] instead.

use std::{path::Path, process::Stdio};

use tap::{Recorder, Tap};
use trace::{History, Recording};
use verdict::{Outcome, place::write_whole, say};

use crate::{
    broker::{Broker, Wanted},
    leave::leave,
    progress,
    topic::{self, sign_ups},
};

/// A topic that the program finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    name: String,
    partitions: i32,
    records: usize,
}

impl Topic {
    /// Reads `NAME:PARTITIONS:RECORDS`.
    ///
    /// # Errors
    /// The text has another form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(':');
        let topic = (|| {
            let (name, partitions, records) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            (!name.is_empty() && parts.next().is_none()).then(|| Self { name: name.to_owned(), partitions, records })
        })();
        topic.ok_or_else(|| format!("`{text}` is not NAME:PARTITIONS:RECORDS, such as T1:4:100"))
    }
}

/// Runs `program` on a stage, until it ends or Ctrl-C ends it; its exit code. Topics that are
/// there already stay as they are and get the records in addition, so that a group that has read everything finds new ones. A member that
/// the program leaves behind in a group, as one that is killed does, is taken out of it: the next run would wait for its session.
///
/// # Errors
/// There is no broker, or the program cannot be started.
pub async fn run(topics: &[Topic], trace: Option<&Path>, program: &[String]) -> Result<u8, Outcome> {
    let wanted = Wanted::from_environment().map_err(|trouble| Outcome::Setup { trouble: *trouble })?;
    let broker = Broker::start(&wanted).await.map_err(|trouble| Outcome::Setup { trouble: *trouble })?;
    progress::broker(&broker.to_string());
    let code = on(&broker, topics, trace, program).await;
    code.map_err(|error| Outcome::Bug { what: format!("{error:#}") })
}

async fn on(broker: &Broker, topics: &[Topic], trace: Option<&Path>, program: &[String]) -> anyhow::Result<u8> {
    for Topic { name, partitions, records } in topics {
        topic::ensure(broker, name, *partitions).await?;
        topic::fill(broker, name, sign_ups(*partitions, *records)).await?;
        progress::tell(&say!(
            "topic {name}: {partitions} partitions, {records} new records",
            "토픽 {name}: 파티션 {partitions}개, 새 레코드 {records}개"
        ));
    }
    let recorder = Recorder::new(Recording::of(""));
    let tap = Tap::start(broker.address(), recorder.clone()).await?;
    let (command, arguments) = program.split_first().ok_or_else(|| anyhow::anyhow!("no program was named"))?;
    let mut child = tokio::process::Command::new(command)
        .args(arguments)
        .env("KAFKA_BOOTSTRAP_SERVERS", tap.bootstrap())
        .stdin(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| anyhow::anyhow!("{command} cannot be started: {error}"))?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            // The terminal sends Ctrl-C to the program as well; the stage waits for the program's own end.
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    tap.close().await;
    let seen = recorder.recording();
    if let Err(error) = take_out_what_is_left(broker, &seen).await {
        progress::say(&format!("members that did not leave could not be taken out of their group: {error:#}"));
    }
    if let Some(file) = trace {
        write_whole(file, &seen.to_jsonl())?;
    }
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// Takes members out of their groups that joined and did not leave. A static member stays: its next start claims its place.
async fn take_out_what_is_left(broker: &Broker, seen: &Recording) -> anyhow::Result<()> {
    for group in History::of(seen).groups {
        let left_behind = group.members.iter().filter(|member| member.left.is_none() && member.instance.is_none());
        let (name, count) = (&group.name, left_behind.clone().count());
        if count > 0 {
            leave(broker, name, seen, left_behind).await?;
            progress::tell(&say!(
                "group {name}: {count} left behind by the program, taken out",
                "그룹 {name}: 프로그램이 남긴 멤버 {count}개를 뺐다"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_name_partitions_records() {
        assert_eq!(Topic::parse("T1:4:100"), Ok(Topic { name: "T1".into(), partitions: 4, records: 100 }));
        for wrong in ["", "T1", "T1:4", "T1:four:100", ":4:100", "T1:4:100:7"] {
            assert_eq!(Topic::parse(wrong), Err(format!("`{wrong}` is not NAME:PARTITIONS:RECORDS, such as T1:4:100")));
        }
    }
}
