//! The corpus of `05_who_gets_what`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/03_properties/05_who_gets_what/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [range, round_robin],
    wrong: [
        counts_from_one,
        divides_by_all,
        drops_the_rest,
        evens_out,
        ignores_subscriptions,
        misprint,
        never_ends,
        nobody,
        order_of_arrival,
        over_all_topics,
        panics,
        partitions_as_text,
        remainder_to_the_last,
        restarts,
        rounded_up,
        sorted_as_numbers,
        spreads_the_remainder,
        swapped,
        topics_not_sorted,
        turn_lost,
    ],
    right: [by_arithmetic, everybody_has_an_entry, queue],
}
