//! The corpus of `04_one_thread_each`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/05_polling/04_one_thread_each/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume_all,
    wrong: [
        a_group_each,
        assigns_by_hand,
        does_not_join,
        ends_the_process,
        first_end_is_the_end,
        locks_while_it_works,
        one_process_for_all,
        polls_in_turn,
        shares_one,
        starts_again,
        stops_all,
        swallows_the_panic,
        unwraps,
        waits_for_each,
    ],
    right: [blocking_tasks, new_protocol, owned_threads, tasks_on_workers],
}
