//! The corpus of `02_twice`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/06_offsets/02_twice/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [issue_coupons, issued_again],
    wrong: [
        assigns_by_hand,
        begins_at_the_end,
        commits_each,
        commits_first,
        counts,
        counts_all_partitions,
        customer_and_offset,
        does_not_wait,
        forgets_the_one_in_hand,
        hash_of_the_value,
        knows_one_case,
        no_separator,
        numbers_by_the_clock,
        offset_alone,
        one_for_each_customer,
        ten_for_each_partition,
    ],
    right: [base_consumer, new_protocol, stores_and_commits],
}
