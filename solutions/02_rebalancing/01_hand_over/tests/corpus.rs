//! The corpus of `01_hand_over`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/02_rebalancing/01_hand_over/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: member,
    wrong: [
        clone_in_a_task,
        drops_elsewhere,
        ends_when_revoked,
        exits,
        forgets,
        has_no_name,
        looks_after_a_record,
        pauses,
        prints_nothing,
        prints_with_records,
        processes_twice,
        starts_at_the_end,
        static_name,
        stop_is_an_error,
        task_ends_later,
        unassigns,
        unsubscribes_unpolled,
        waits_when_quiet,
    ],
    right: [base_consumer, cooperative, new_protocol, statistics, three_futures, unsubscribes, waits_for_its_task, weak_handle],
}
