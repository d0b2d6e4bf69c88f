//! The corpus of `01_poll_loop`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/05_polling/01_poll_loop/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: poll_loop,
    wrong: [
        error_is_the_end,
        full_batches,
        iterator,
        looks_when_idle,
        never_stops,
        none_is_the_end,
        processes_twice,
        second_error_is_the_end,
        sleeps_after_an_error,
        small_batches,
        spins,
        ten_nones_are_the_end,
        ten_seconds,
        two_seconds,
    ],
    right: [drains, often, one_second, own_flag, passes_over_errors, sleeps_itself],
}
