//! The corpus of `06_batches`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/03_properties/06_batches/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [open, next_batch],
    wrong: [
        error_in_the_middle,
        fetch_min_bytes,
        keeps_a_copy,
        lost_with_the_call,
        max_poll_records,
        never_waits,
        newest_first,
        one_record_more,
        one_short,
        one_window,
        rests_after_an_error,
        sleeps_first,
        stops_at_an_error,
        takes_what_is_there,
        time_from_the_first,
        timeout_around_all,
        wait_for_each_record,
        waits_for_a_full_batch,
        waits_for_the_first,
    ],
    right: [base_consumer, channel, drop_guard, error_later, seeks_back, task_for_each_batch, timeout_around_a_loop],
}
