//! The corpus of `01_country_counter`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/04_creating/01_country_counter/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [CountryCounter::create, CountryCounter::consume, next_number],
    wrong: [
        a_number_a_thread,
        adds_then_reads,
        assigns,
        begins_anew,
        begins_at_one,
        counts_keys,
        counts_null,
        ends_at_none,
        forgets_its_client,
        leaves_later,
        logs_options,
        lower_case,
        one_map_for_all,
        reads_then_writes,
        skips_null,
        unwraps_the_value,
    ],
    right: [a_lock, compare_and_swap, detached, new_protocol, stream_consumer],
}
