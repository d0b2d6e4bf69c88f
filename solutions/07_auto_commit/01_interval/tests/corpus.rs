//! The corpus of `01_interval`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/07_auto_commit/01_interval/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        a_little_longer,
        assigns_by_hand,
        counts_to_half,
        default_interval,
        every_so_many,
        fixed_interval,
        in_seconds,
        legacy_name,
        looks_at_the_clock,
        one_record,
        switched_off,
    ],
    right: [base_consumer, half, looks_between_records, own_timer, stores_after_the_work],
}
