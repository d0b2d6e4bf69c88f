//! The corpus of `03_slow_records`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/05_polling/03_slow_records/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [
        begins_at_the_end,
        does_not_wait,
        ends_at_an_error_of_a_poll,
        ends_at_the_error,
        full_channel,
        guesses_the_longest,
        leaves_meanwhile,
        never_resumes,
        new_protocol_with_a_session,
        pauses_and_waits,
        polls_and_drops,
        raises_a_little,
        raises_the_session,
        raises_to_the_bound,
        static_member,
    ],
    right: [base_consumer, cooperative, new_protocol, raises_the_interval, worker_with_a_queue],
}
