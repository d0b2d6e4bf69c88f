//! The corpus of `03_middle_of_a_batch`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/08_sync_commit/03_middle_of_a_batch/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [a_thread_each, asynchronous, by_the_clock, counts_from_zero, each_record, every_ten, greatest_done, last_done, never_subscribes, no_last_commit, one_after_another, state, waits_for_all],
    right: [blocking_tasks, join_set, open_offsets, smallest_in_work, stores_the_prefix, worker_per_partition],
}
