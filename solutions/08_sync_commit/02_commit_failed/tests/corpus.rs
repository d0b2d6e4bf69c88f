//! The corpus of `02_commit_failed`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/08_sync_commit/02_commit_failed/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [
        automatic,
        commits_first,
        drops_everything,
        each_record,
        ends_with_the_error,
        full_batches_only,
        keeps_the_list,
        knows_one_code,
        leaves,
        never_clears,
        offset_of_the_last,
        retries_the_list,
        retries_the_state,
        seeks_back,
        unwraps,
    ],
    right: [cooperative, drops_what_is_lost, forgets_what_is_revoked, joins_anew, new_protocol, subscribes_again, tries_a_few_times],
}
