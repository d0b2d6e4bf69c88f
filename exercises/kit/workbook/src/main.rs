//! `cargo workbook`: the command that a learner types. It finds the steps, runs their graders, shows verdicts in the terminal and beside
//! the book's pages, and keeps the progress. It grades nothing itself and does not link librdkafka, so that it builds quickly and can
//! explain a machine on which the C build fails.
//!
//! | module | one idea |
//! |---|---|
//! | [`cli`] | what can be typed |
//! | [`cmd`] | one file a command; what to do for another one |
//! | [`here`] | where a command works |
//! | [`catalogue`], [`select`] | the steps, and how a person names one |
//! | [`page`] | what a step's page says: title, hints |
//! | [`hints`], [`solution`] | help that is asked for |
//! | [`progress`], [`attempts`], [`starter`], [`keep`] | what is remembered, and where |
//! | [`cargo`], [`group`], [`foreground`], [`grade`], [`trouble`] | running a grader, and what can be wrong with that |
//! | [`interrupt`] | being asked to end |
//! | [`event`], [`terminal`] | the one stream of what happens, and how a terminal shows it |
//! | [`session`], [`shared`], [`watch`], [`server`], [`editor`] | the session |
//! | [`book`] | the book, built |
//! | `settings` | the lab's: which image, and how its containers are called |
//! | [`fail`] | an error as a person reads it |
#![forbid(unsafe_code)]

mod attempts;
mod book;
mod cargo;
mod catalogue;
mod cli;
mod cmd;
mod editor;
mod event;
mod fail;
mod foreground;
mod grade;
mod group;
mod here;
mod hints;
mod interrupt;
mod keep;
mod out;
mod page;
mod progress;
mod select;
mod server;
mod session;
/// The lab's image and the names of its containers: its constants, without the librdkafka that it links.
#[path = "../../lab/src/broker/settings.rs"]
#[allow(dead_code, unreachable_pub, reason = "another crate's file, of which not everything is needed")]
mod settings;
mod shared;
mod solution;
mod starter;
mod terminal;
mod trouble;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    let (cli, look) = match cli::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(refused) => return ExitCode::from(u8::try_from(refused.show()).unwrap_or(fail::USAGE)),
    };
    match cmd::run(cli, &look) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.show(&look);
            ExitCode::from(failure.exit_code())
        }
    }
}
