//! The corpus of `02_close`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/05_polling/02_close/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [
        begins_at_the_end,
        closes_at_the_end,
        closes_in_the_background,
        drops_it_in_hand,
        ends_at_an_error_of_a_poll,
        exits,
        forgets_after_a_panic,
        goes_on_after_the_error,
        goes_on_after_the_panic,
        keeps_it_for_the_log,
        keeps_the_last,
        knows_itself,
        panics_while_closing,
        swallows_the_panic,
        tries_again,
        waits_for_a_record,
        waits_in_the_callback,
    ],
    right: [
        catches_and_resumes,
        new_protocol,
        on_a_thread,
        panics_anew,
        stream,
        unsubscribes,
    ],
}
