//! The corpus of `02_signals`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/10_leaving/02_signals/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: run,
    wrong: [a_static_consumer, a_time_of_its_own, all_the_time_in_the_world, comes_back, commits_every_ten, commits_its_state, exits, half_the_time, listens_while_it_waits, only_ctrl_c, races_the_whole_loop, says_interrupted, swallows_the_failure, times_every_record],
    right: [aborts_after_patience, aborts_its_task, commits_each, polls_on_a_thread],
}
