//! The corpus of `01_positions`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/06_offsets/01_positions/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        adds_one_twice,
        assigns_by_hand,
        automatic_commit,
        begins_anew,
        commits_at_the_end,
        commits_before_the_work,
        commits_late,
        commits_the_beginning,
        commits_the_record,
        last_record_as_position,
        none_is_zero,
        position_as_committed,
        remembers_its_commit,
    ],
    right: [list_of_offsets, new_protocol, state_commit, stored_offset, stream_consumer],
}
