//! The corpus of `03_idle_consumer`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/01_groups/03_idle_consumer/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: [member, useful_members],
    wrong: [
        a_member_a_partition,
        counts_in_whole_numbers,
        counts_rounded_numbers,
        counts_topics,
        drops_elsewhere,
        idle_fails,
        idle_leaves,
        idle_sleeps,
        joins_again,
        more_is_more,
        never_drops,
        never_tells,
        nobody_for_nothing,
        processes_nothing,
        processes_twice,
        quiet_is_idle,
        revoked_is_idle,
        rounds_down,
        starts_at_the_end,
        static_members,
        stop_is_an_error,
        tells_once,
        tells_the_change,
    ],
    right: [asks_the_consumer, base_consumer, cooperative, new_protocol, statistics],
}
