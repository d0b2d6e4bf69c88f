//! The corpus of `03_state_of_a_partition`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#![allow(clippy::await_holding_lock, reason = "it is what a wrong answer does")]

use std::collections::BTreeSet;

use lab::trace::{Progress, Recording, What};

#[path = "../../../../exercises/02_rebalancing/03_state_of_a_partition/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: member,
    wrong: [
        blocks_on,
        clears_everything,
        commits,
        counts_afterwards,
        counts_ahead,
        holds_the_lock,
        keeps_state,
        keeps_what_is_revoked,
        one_map_for_all,
        only_logs,
        panics_in_the_callback,
        resets_on_assign,
        takes_them_by_hand,
        waits_for_the_loop,
    ],
    right: [asks_the_consumer, base_consumer, clears_all_of_it, cooperative, new_protocol, own_rebalance, sets_to_zero],
}

/// C07: a partition moves without the state that its owner has in memory. The new owner begins at 0 and reads all of it again; what
/// does not move is not read again. (The grader has made sure that the counters are right all the while.)
#[test]
fn a_partition_moves_without_its_state() {
    let test = concat!(module_path!(), "::a_partition_moves_without_its_state");
    let exam = lab::Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    let mut sit = |seat: &lab::Seat| grade::sit(seat, right_answers::cooperative::member);
    lab::exam::must_pass(&exam.judged(&mut sit, |lab| {
        Box::pin(async {
            grade::judge(lab).await?;
            let read = processed_by(2, &lab.seen());
            let moved: BTreeSet<i32> = read.iter().map(|(partition, _)| *partition).collect();
            let all_of_them: BTreeSet<_> =
                moved.iter().flat_map(|partition| (0..10).map(|offset| (*partition, offset))).collect();
            match moved.len() == 2 && read == all_of_them {
                true => Ok(()),
                false => Err(lab::Outcome::Bug { what: format!("the new owner read {read:?}") }),
            }
        })
    }));
}

/// Partition and offset of the records that member `n` processed.
fn processed_by(n: u32, seen: &Recording) -> BTreeSet<(i32, i64)> {
    let records = seen.events.iter().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, member, partition, offset } if *member == n => {
            Some((partition.number, *offset))
        }
        _ => None,
    });
    records.collect()
}
