//! Answers that would take a grader down with them: each ends as a verdict, within a deadline, on the embedded broker.

use std::time::{Duration, Instant};

use lab::trace::{Note, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, say};
use verdict::Verdict;

/// Runs `sit` in a process of its own, and judges only how it came to its end.
fn verdict_of(test: &'static str, mut sit: impl FnMut(&Seat) -> Returned) -> Verdict {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../solutions/00_lab/hostile");
    let exam = Exam { manifest, test };
    exam.judged(&mut sit, |lab| Box::pin(judge(lab)))
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.start().await?;
    let run = lab.end(say!("the function returns", "함수가 반환한다")).await?;
    run.came_to_its_end("01_groups/01_one_consumer#your-turn")?;
    Ok(())
}

fn id(verdict: &Verdict) -> &str {
    match &verdict.outcome {
        Outcome::Answer { mistake } => &mistake.id,
        other => panic!("no mistake was named: {other:?}"),
    }
}

macro_rules! hostile {
    ($name:ident, $expected:literal, $sit:expr) => {
        #[test]
        fn $name() {
            let began = Instant::now();
            let verdict = verdict_of(concat!(module_path!(), "::", stringify!($name)), $sit);
            assert_eq!(id(&verdict), $expected);
            assert!(began.elapsed() < Duration::from_secs(90), "it took {:?}", began.elapsed());
        }
    };
}

hostile!(panics, "panicked", |_| panic!("the coupon printer is out of paper"));
hostile!(panics_on_a_thread_and_waits_for_it, "panicked", |_| {
    std::thread::spawn(|| panic!("no paper")).join().map_err(|_| "the thread panicked".to_owned())?;
    Ok(serde_json::Value::Null)
});
hostile!(aborts, "ended_the_process", |_| std::process::abort());
hostile!(exits, "ended_the_process", |_| std::process::exit(0));
hostile!(loops_for_ever, "never_ended", |_| loop {
    std::hint::spin_loop();
});
hostile!(blocks_the_runtime, "never_ended", |seat: &Seat| seat.block_on(async {
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    never.recv().map_err(|error| error.to_string())
}));
hostile!(prints_without_end, "never_ended", |_| loop {
    println!("still here");
});
hostile!(returns_an_error, "returned_an_error", |_| Err("no coupon".to_owned()));
hostile!(overflows_its_stack, "ended_the_process", |_| Ok(serde_json::json!(deep(0))));

#[allow(unconditional_recursion, reason = "that is what this answer does")]
fn deep(depth: u64) -> u64 {
    std::hint::black_box(deep(std::hint::black_box(depth + 1))) + 1
}

#[test]
fn what_an_answer_printed_is_kept() {
    let test = concat!(module_path!(), "::what_an_answer_printed_is_kept");
    let verdict = verdict_of(test, |_| {
        println!("reading T1");
        Err("no coupon".to_owned())
    });
    assert!(verdict.output.contains("reading T1"), "{}", verdict.output);
}

#[test]
fn a_crash_is_a_sigkill() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../solutions/00_lab/hostile");
    let exam = Exam { manifest, test: concat!(module_path!(), "::a_crash_is_a_sigkill") };
    let sit = &mut |_: &Seat| loop {
        std::thread::park();
    };
    let verdict = exam.judged(sit, |lab| Box::pin(killed_is_seen(lab)));
    assert!(verdict.outcome.is_pass(), "{:?}", verdict.outcome);
}

async fn killed_is_seen(lab: &mut Lab) -> Result<(), Outcome> {
    lab.start().await?;
    lab.kill().await?;
    let run = lab.end(say!("the process to be gone", "프로세스가 사라지기")).await?;
    let killed = |what: &What| matches!(what, What::Note { note: Note::Killed, .. });
    let by_signal = |what: &What| matches!(what, What::Note { note: Note::Exited { code: None, signal: Some(9) }, .. });
    assert_eq!((run.show(9, killed).len(), run.show(9, by_signal).len()), (1, 1));
    Ok(())
}

/// An exit is heard of at once, not when it has been quiet for long enough.
#[test]
fn an_early_exit_ends_a_wait() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../solutions/00_lab/hostile");
    let exam = Exam { manifest, test: concat!(module_path!(), "::an_early_exit_ends_a_wait") };
    let verdict = exam.judged(&mut |_: &Seat| std::process::exit(3), |lab| Box::pin(exit_ends_the_wait(lab)));
    assert!(verdict.outcome.is_pass(), "{:?}", verdict.outcome);
}

async fn exit_ends_the_wait(lab: &mut Lab) -> Result<(), Outcome> {
    lab.start().await?;
    let waiting = say!("what never comes", "오지 않을 일");
    assert!(!lab.until(Duration::from_secs(600), waiting, |_, _| false).await);
    let exited = |what: &What| matches!(what, What::Note { note: Note::Exited { code: Some(3), .. }, .. });
    assert_eq!(lab.seen().find(exited).count(), 1);
    Ok(())
}
