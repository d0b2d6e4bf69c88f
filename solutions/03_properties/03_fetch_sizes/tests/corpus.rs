//! The corpus of `03_fetch_sizes`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/03_properties/03_fetch_sizes/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [alert, archive],
    wrong: [
        a_byte_above_the_limit,
        a_little_too_long,
        a_little_too_short,
        alert_in_batches,
        fetch_max_bytes_alone,
        java_name,
        long_waits,
        minimum_above_the_limit,
        no_limit,
        no_minimum,
        reads_ahead_little,
        rests_between_records,
        short_waits,
        sleeps_between_records,
        small_minimum,
        wait_as_period,
    ],
    right: [a_whole_second, base_consumer, new_protocol, older_name, whole_answer_limited],
}
