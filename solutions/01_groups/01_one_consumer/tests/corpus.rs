//! The corpus of `01_one_consumer`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/01_groups/01_one_consumer/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        a_consumer_each,
        another_group,
        assigned_by_hand,
        ends_at_first_error,
        gives_up_silently,
        partition_zero,
        processes_twice,
        starts_at_the_end,
        stops_early,
    ],
    right: [base_consumer, new_protocol, stream],
}
