//! The corpus of `03_async_then_sync`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/09_async_commit/03_async_then_sync/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: consume,
    wrong: [assigns_by_hand, commits_the_lost, exits, keeps_what_it_gave_away, notes_it_first, nothing_on_revoke, only_at_the_end, returns_before_the_answer, waits_on_the_way],
    right: [automatic, cooperative, new_protocol, state],
}
