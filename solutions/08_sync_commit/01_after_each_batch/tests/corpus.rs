//! The corpus of `01_after_each_batch`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/08_sync_commit/01_after_each_batch/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [asynchronous, auto_commit_left_on, before_processing, each_record, last_record_only, nothing_new, offset_of_the_last, only_at_the_end, stores_only, swallows_the_failure],
    right: [accepts_no_offset, counts, list_of_offsets, new_protocol, stores_what_is_done, stream],
}
