//! The corpus of `01_after_each_batch`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/08_sync_commit/01_after_each_batch/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [
        assigns_by_hand,
        asynchronous,
        auto_commit_left_on,
        before_processing,
        commits_with_the_next_poll,
        each_record,
        first_record_only,
        last_record_only,
        nothing_new,
        offset_of_the_last,
        only_at_the_end,
        stops_and_commits_the_state,
        stops_in_mid_batch,
        stops_with_a_record,
        stores_only,
        swallows_the_failure,
        waits_for_a_full_batch,
    ],
    right: [accepts_no_offset, commits_before_it_fails, counts, list_of_offsets, new_protocol, stops_in_a_batch, stores_what_is_done, stream, wraps_the_failure],
}
