//! The corpus of `02_out_of_order`: the solution and every other right answer passes, every wrong answer gets its own diagnosis. And the facts that
//! the step shows; `book/facts.toml` names their tests.

#[path = "../../../../exercises/09_async_commit/02_out_of_order/tests/grade.rs"]
mod grade;

use grade::film;
use lab::{Exam, Lab, Outcome, exam::must_pass};

lab::corpus! {
    answer: consume,
    wrong: [blind_retry, commits_the_state, counts_before_the_work, ends_at_a_refusal, forgets_the_end, gives_up, one_greatest, only_at_the_end, tidies_up],
    right: [automatic, looks_first, new_protocol, the_next_one, waits_in_the_loop],
}

/// C35: an asynchronous commit that is refused is not sent again.
#[test]
fn a_refused_commit_is_not_sent_again() {
    let test = concat!(module_path!(), "::a_refused_commit_is_not_sent_again");
    must_pass(
        &Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }
            .judged(&mut film::never_retries, |lab| Box::pin(async { asked(lab, "REBALANCE_IN_PROGRESS", &[10, 20], 0).await })),
    );
}

/// C35, C36: where the reason will pass, librdkafka sends it again by itself. That comes behind a newer commit, the group goes back, and the next consumer reads ten records again.
#[test]
fn a_commit_out_of_order_brings_records_again() {
    let test = concat!(module_path!(), "::a_commit_out_of_order_brings_records_again");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut film::never_retries, |lab| {
        Box::pin(async { asked(lab, "COORDINATOR_LOAD_IN_PROGRESS", &[10, 20, 10], film::RECORDS / 2).await })
    }));
}

/// Lets the first commit be refused with `error`. `commits` are asked for then, and `twice` records come again.
async fn asked(lab: &mut Lab, error: &str, commits: &[i64], twice: usize) -> Result<(), Outcome> {
    film::shoot(lab, error).await?;
    let seen = lab.seen();
    match film::asked(&seen) == commits && film::twice(&seen) == twice {
        true => Ok(()),
        false => Err(Outcome::Bug {
            what: format!("{error}: {:?} asked, {} records came again", film::asked(&seen), film::twice(&seen)),
        }),
    }
}
