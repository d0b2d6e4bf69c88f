//! The corpus of `02_heartbeats`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/02_rebalancing/02_heartbeats/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: member,
    wrong: [
        a_heartbeat_a_second,
        as_fast_as_the_session,
        as_long_as_the_stall,
        below_the_minimum,
        leaves_its_thread_running,
        name_without_its_unit,
        one_name,
        only_looks,
        only_the_session,
        poll_interval_below_session,
        session_for_slow_records,
        two_consumers_each,
    ],
    right: [base_consumer, bounds_the_work, cooperative, new_protocol, other_numbers, static_members],
}
