//! The corpus of `02_deserialise`: the solution and every other right answer passes, every wrong answer gets its own diagnosis.

#[path = "../../../../exercises/03_properties/02_deserialise/tests/grade.rs"]
mod grade;

lab::corpus! {
    answer: read,
    wrong: [
        broken_ones_last,
        empty_is_none,
        ends_at_an_error,
        ends_quietly,
        errors_become_none,
        first_four_bytes,
        hands_over_and_ends,
        little_endian,
        lossy,
        names_a_deserialiser,
        no_key_is_empty,
        none_is_an_error,
        none_is_zero,
        reads_digits,
        seeks_back,
        skips_what_is_broken,
        takes_the_partition,
        tidies_up,
        trims,
        unwraps,
    ],
    right: [
        as_a_reader,
        base_consumer,
        by_hand,
        catches_the_panic,
        views,
    ],
}
