//! The corpus of `02_sharing`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/01_groups/02_sharing/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: share,
    wrong: [
        a_group_each,
        asked_too_early,
        asked_too_late,
        asks_for_the_subscription,
        did_not_wait,
        divides_by_hand,
        ids_mixed_up,
        never_leaves,
        one_after_the_other,
        one_consumer_for_all,
        one_instance_id,
        one_process_for_all,
        other_order,
        polled_in_turn,
        processes_twice,
        sorts_downwards,
        starts_at_the_end,
        static_members,
        subscribes_and_assigns,
    ],
    right: [asks_for_the_lag, base_consumer, cooperative, new_protocol, one_by_one, rebalance_callback],
}
