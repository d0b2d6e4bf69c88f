//! The corpus of `01_hand_over`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/02_rebalancing/01_hand_over/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: member,
    wrong: [
        clone_in_a_task,
        ends_when_revoked,
        exits,
        forgets,
        looks_after_a_record,
        pauses,
        prints_nothing,
        static_name,
        task_ends_later,
        unassigns,
        unsubscribes_unpolled,
        waits_when_quiet,
    ],
    right: [base_consumer, cooperative, new_protocol, unsubscribes, waits_for_its_task, weak_handle],
}
