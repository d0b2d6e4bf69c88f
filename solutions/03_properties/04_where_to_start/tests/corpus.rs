//! The corpus of `04_where_to_start`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/03_properties/04_where_to_start/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [coupons, board, ledger],
    wrong: [
        all_earliest,
        board_skips,
        board_stops,
        coupons_from_now_on,
        coupons_from_the_beginning,
        coupons_stop,
        ends_at_any_error,
        ends_at_the_end,
        exits_the_process,
        java_none,
        ledger_asks_before,
        ledger_earliest,
        ledger_goes_on,
        ledger_is_quiet,
        ledger_latest,
        ledger_says_it_at_last,
        ledger_tries_again,
    ],
    right: [base_consumer, checks_itself, new_protocol, old_names],
}
