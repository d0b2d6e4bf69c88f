//! The harness: every test of every solution, side by side. `cargo test -p proof -- 06_offsets` takes those of one chapter,
//! `-- --test-threads 4` fewer at once, `-- --list` names them all.

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    thread::available_parallelism,
};

use libtest_mimic::{Arguments, Failed, Trial};
use proof::Passed;

/// Tests side by side for each core. They mostly wait for Kafka: with 8, two cores are half busy.
const FOR_EACH_CORE: usize = 8;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let cores = available_parallelism().map_or(2, usize::from);
    arguments.test_threads.get_or_insert(cores * FOR_EACH_CORE);
    let found = match proof::found() {
        Ok(found) => found,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    let alone = Arc::new(Mutex::new(Vec::new()));
    let trials = found.into_iter().map(|test| {
        let alone = alone.clone();
        let (name, is_ignored) = (test.name.clone(), test.is_ignored);
        let run = move || match test.run() {
            Ok(Passed::AtOnce) => Ok(()),
            Ok(Passed::Alone) => {
                alone.lock().unwrap_or_else(PoisonError::into_inner).push(test.name);
                Ok(())
            }
            Err(printed) => Err(Failed::from(printed)),
        };
        Trial::test(name, run).with_ignored_flag(is_ignored)
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    let alone = alone.lock().unwrap_or_else(PoisonError::into_inner);
    if !alone.is_empty() {
        println!("{} passed only when they ran alone: {}", alone.len(), alone.join(", "));
    }
    conclusion.exit_code()
}
