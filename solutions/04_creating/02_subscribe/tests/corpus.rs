//! The corpus of `02_subscribe`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/04_creating/02_subscribe/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        assigns_by_hand,
        bare_dot,
        begins_at_the_end,
        ends_quietly,
        every_five_seconds,
        gives_up_at_an_error,
        holds_the_prefix,
        names_without_an_end,
        new_protocol,
        no_caret,
        no_refresh,
        processes_twice,
        sorts_out_by_hand,
        subscribes_on_a_timer,
        subscribes_twice,
        what_is_there_now,
    ],
    right: [
        base_consumer,
        brackets,
        cooperative,
        looks_itself,
        new_protocol,
        one_pattern,
        stream,
        two_members,
    ],
}
