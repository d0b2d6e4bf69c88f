//! The corpus of `01_one_consumer`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/01_groups/01_one_consumer/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        a_consumer_each,
        another_group,
        another_topic,
        assigned_by_hand,
        collects_first,
        counts_what_it_skips,
        ends_at_first_error,
        expects_no_error,
        gives_up_silently,
        group_written_down,
        joins_anew_at_error,
        knows_no_broker,
        never_subscribes,
        number_written_down,
        one_partition_only,
        one_too_few,
        partition_zero,
        processes_by_fours,
        processes_twice,
        reads_on,
        spawns_and_returns,
        starts_at_the_end,
        stops_early,
        subscribes_each_time,
        waits_for_its_partitions,
    ],
    right: [base_consumer, callbacks, in_a_task, new_protocol, partition_queues, static_member, stream, two_loops],
}
