//! The lab as a program: what the `workbook` command does not do itself, because it never links librdkafka.
//! `cargo workbook broker …` and `cargo workbook run …` call it.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use lab::{
    broker::{Broker, Wanted, container_status, remove_container},
    stage::{self, Topic},
};
use verdict::{
    Language, Outcome, Trouble, Verdict,
    show::{show, wants_colour},
};

/// The lab's broker, and a stage for programs.
#[derive(Parser)]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The Kafka container that all runs share.
    Broker {
        #[command(subcommand)]
        what: BrokerWhat,
    },
    /// Runs a program on a broker with topics and data, behind a tap.
    ///
    /// Example: lab stage --topic T1:4:100 --trace run.jsonl -- cargo run -p one_consumer
    Stage {
        /// A topic as NAME:PARTITIONS:RECORDS; may be given several times.
        #[arg(long = "topic", value_parser = Topic::parse)]
        topics: Vec<Topic>,
        /// Where to write the recording.
        #[arg(long)]
        trace: Option<PathBuf>,
        /// The program and its arguments. It finds the broker in KAFKA_BOOTSTRAP_SERVERS.
        #[arg(last = true, required = true)]
        program: Vec<String>,
    },
}

#[derive(Subcommand)]
enum BrokerWhat {
    /// Starts it, and prints its address.
    Up,
    /// Stops and removes it.
    Down,
    /// Says whether it runs, and where.
    Status {
        /// As JSON: {"address": "127.0.0.1:PORT"} or {"address": null}.
        #[arg(long)]
        json: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match Command::parse().what {
        What::Broker { what } => broker(what).await.unwrap_or_else(|trouble| explain(*trouble)),
        What::Stage { topics, trace, program } => match stage::run(&topics, trace.as_deref(), &program).await {
            Ok(code) => ExitCode::from(code),
            Err(Outcome::Setup { trouble }) => explain(trouble),
            Err(outcome) => say(outcome),
        },
    }
}

async fn broker(what: BrokerWhat) -> Result<ExitCode, Box<Trouble>> {
    match what {
        BrokerWhat::Up => println!("{}", Broker::start(&Wanted::Container).await?.address()),
        BrokerWhat::Down if remove_container().await? => println!("stopped"),
        BrokerWhat::Down => println!("it was not running"),
        BrokerWhat::Status { json: true } => println!("{}", serde_json::json!({ "address": container_status().await? })),
        BrokerWhat::Status { json: false } => match container_status().await? {
            Some(address) => println!("running at {address}"),
            None => println!("not running"),
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn explain(trouble: Trouble) -> ExitCode {
    say(Outcome::Setup { trouble })
}

fn say(outcome: Outcome) -> ExitCode {
    let code = outcome.exit_code();
    let verdict = Verdict { step: String::new(), outcome, ..Verdict::default() };
    eprint!("{}", show(&verdict, Language::current(), wants_colour()));
    ExitCode::from(code)
}
