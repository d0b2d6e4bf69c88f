//! The corpus of `04_two_groups`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/01_groups/04_two_groups/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: serve,
    wrong: [
        assigned_by_hand,
        blocks_in_place,
        client_id_for_group,
        ends_when_quiet,
        exits_the_process,
        groups_swapped,
        joined_in_one_task,
        one_after_the_other,
        one_consumer_for_both,
        one_group,
        returns_at_once,
        selected_in_one_loop,
        starts_at_the_end,
        stops_at_the_next_record,
        threads_left_behind,
    ],
    right: [a_runtime_each, aborted, new_protocol, spawn_blocking, static_members, threads, two_members_each],
}
