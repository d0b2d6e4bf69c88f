//! The corpus of `03_lost`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/06_offsets/03_lost/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: send_mails,
    wrong: [
        assigns_by_hand,
        commits_a_batch,
        commits_at_the_end,
        commits_first,
        commits_the_offset,
        ends_when_quiet,
        lets_the_client_commit,
        one_partition,
        works_side_by_side,
    ],
    right: [base_consumer_and_async, names_the_next, stores_after_the_work],
}
