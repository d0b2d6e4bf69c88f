//! A stage for a program: a broker, topics with data under their plain names, and a tap that records what the program says.
//! Used by `lab stage`, which `cargo workbook run` calls; graders use [`crate::lab`] instead.

use std::{path::Path, process::Stdio};

use tap::{Recorder, Tap};
use trace::Recording;
use verdict::{Outcome, place::write_whole};

use crate::{
    broker::{Broker, Wanted},
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
/// there already stay as they are and get the records in addition, so that a group that has read everything finds new ones.
///
/// # Errors
/// There is no broker, or the program cannot be started.
pub async fn run(topics: &[Topic], trace: Option<&Path>, program: &[String]) -> Result<u8, Outcome> {
    let wanted = Wanted::from_environment().map_err(|trouble| Outcome::Setup { trouble: *trouble })?;
    let broker = Broker::start(&wanted).await.map_err(|trouble| Outcome::Setup { trouble: *trouble })?;
    progress::say(&format!("broker: {broker}"));
    let code = on(&broker, topics, trace, program).await;
    code.map_err(|error| Outcome::Bug { what: format!("{error:#}") })
}

async fn on(broker: &Broker, topics: &[Topic], trace: Option<&Path>, program: &[String]) -> anyhow::Result<u8> {
    for Topic { name, partitions, records } in topics {
        topic::ensure(broker, name, *partitions).await?;
        topic::fill(broker, name, sign_ups(*partitions, *records)).await?;
        progress::say(&format!("topic {name}: {partitions} partitions, {records} new records"));
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
    if let Some(file) = trace {
        write_whole(file, &recorder.recording().to_jsonl())?;
    }
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
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
