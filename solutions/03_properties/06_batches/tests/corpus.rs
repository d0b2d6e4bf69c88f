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
        one_window,
        sleeps_first,
        takes_what_is_there,
        timeout_around_all,
        wait_for_each_record,
        waits_for_a_full_batch,
        waits_for_the_first,
    ],
    right: [
        base_consumer,
        channel,
        drop_guard,
        error_later,
        seeks_back,
        timeout_around_a_loop,
    ],
}
