//! The corpus of `01_do_not_wait`: the solution and every other right answer passes, every wrong answer gets its own diagnosis. And the fact
//! that the step shows; `book/facts.toml` names its test.

#[path = "../../../../exercises/09_async_commit/01_do_not_wait/tests/grade.rs"]
mod grade;

use grade::film;
use lab::{Exam, Outcome, exam::must_pass};

lab::corpus! {
    answer: consume,
    wrong: [automatic_as_well, commits_once, each_record, every_ten, forgets_the_end, leaves_the_last_behind, never_tells_the_last, once_a_minute, stores_at_hand_over, tells_at_the_end, tells_of_success, tells_of_the_queue, waits, waits_for_the_one_before, waits_new_protocol],
    right: [automatic, new_protocol, on_a_thread, permits, reads_back],
}

/// C34: `commit_callback` is called for automatic commits, and not for those that a program asks for: neither for one that was taken nor for
/// one that was refused. The day on which this fails, the step has to be rewritten.
#[test]
fn a_manual_commit_calls_nobody_back() {
    let test = concat!(module_path!(), "::a_manual_commit_calls_nobody_back");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut film::without_a_word, |lab| {
        Box::pin(async {
            film::shoot(lab).await?;
            let seen = lab.seen();
            let (manual, automatic) = (film::asked_by(&seen, "C1"), film::asked_by(&seen, "C2"));
            let called: Vec<u32> = film::calls(&seen).into_iter().map(|(consumer, _)| consumer).collect();
            match manual == 3
                && film::is_logged(&seen)
                && automatic > 0
                && !called.is_empty()
                && called.iter().all(|consumer| *consumer == 2)
            {
                true => Ok(()),
                false => {
                    Err(Outcome::Bug { what: format!("{manual} commits of C1 and {automatic} of C2 called back {called:?}") })
                }
            }
        })
    }));
}
