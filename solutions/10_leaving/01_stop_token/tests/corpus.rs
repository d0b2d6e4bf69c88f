//! The corpus of `01_stop_token`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/10_leaving/01_stop_token/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [
        aborts_the_task,
        by_default,
        commits_every_ten,
        empties_the_buffer,
        exits_at_the_stop,
        flushes_in_the_callback,
        goes_on_after_a_failure,
        keeps_the_consumer,
        looks_between_records,
        looks_every_ten_seconds,
        retries_the_work,
        says_cancelled,
        unwraps_the_failure,
        works_in_the_race,
    ],
    right: [
        commits_itself,
        looks_five_times_a_second,
        polls_on_a_thread,
        run_until_cancelled,
        says_where_it_failed,
        waits_for_its_task,
    ],
}
