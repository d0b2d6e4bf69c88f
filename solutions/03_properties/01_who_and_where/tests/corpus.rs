//! The corpus of `01_who_and_where`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/03_properties/01_who_and_where/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        client_as_group,
        down_is_the_end,
        ends_at_an_error,
        exits_at_an_error,
        first_address,
        forgets_its_consumer,
        gives_up,
        java_names,
        keeps_no_progress,
        list_as_shown,
        names_its_group,
        no_group,
        one_name_for_all,
        said_twice,
        static_member,
        unnamed,
    ],
    right: [asks_each_in_turn, base_consumer, commits_each, new_protocol, older_name],
}
