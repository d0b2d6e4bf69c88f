//! The corpus of `02_at_least_once`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/07_auto_commit/02_at_least_once/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        adds_one_twice,
        assigns_by_hand,
        commits_each,
        ends_when_quiet,
        keeps_the_default,
        leaves_it_to_the_client,
        no_longer_than_a_second,
        one_partition,
        own_interval,
        own_timer,
        part_of_the_interval,
        stores_every_second,
        stores_lists,
        stores_the_record_itself,
        turns_it_off,
        works_side_by_side,
    ],
    right: [base_consumer, new_protocol],
}
