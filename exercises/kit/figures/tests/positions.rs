//! The figure of the four positions, for a hand-made recording: a program is killed, and a second one begins where the group stands.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use figures::{
    Options,
    positions::{Moment, Shown, positions},
};
use trace::{Event, Note, Partition, Progress, Recording, Request, Response, What, positions::Stores, response::Fetched};
use verdict::Language::{self, En, Ko};

#[test]
fn the_positions_at_moments() {
    for (name, language) in [("positions_en", En), ("positions_ko", Ko)] {
        insta::assert_snapshot!(name, drawn("fetched handed:3 committed killed started handed:2", None, language).unwrap());
    }
}

#[test]
fn what_is_stored_follows_from_how_the_client_stores() {
    let handed = drawn("handed:3", Some(Stores::HandedOver), En).unwrap();
    assert!(
        handed.contains("stored 4, committed –") && handed.contains("follows from enable.auto.offset.store=true"),
        "{handed}"
    );
    let processed = drawn("handed:3", Some(Stores::Processed), En).unwrap();
    assert!(processed.contains("stored 3, committed –"), "{processed}");
}

#[test]
fn a_moment_that_did_not_happen_is_named() {
    let refused = drawn("killed handed:7", None, En).unwrap_err();
    assert_eq!(refused.en, "the recording does not show the moment “Record 7 is handed over”, or not in this order.");
}

fn drawn(moments: &str, stores: Option<Stores>, language: Language) -> Result<String, verdict::Text> {
    let moments: Vec<Moment> = moments.split(' ').map(|word| word.parse().unwrap()).collect();
    positions(&recording(), &Shown { moments, stores, ..Shown::default() }, &Options::new("x", language))
}

fn recording() -> Recording {
    let mut recording = Recording::of("06_offsets/01_positions");
    let t1 = || Partition::new("T1", 0);
    let mut now = 0;
    let mut happens = |what| {
        now += 10_000;
        recording.push(Event { at: now, what });
    };
    let note = |note| What::Note { member: 0, note };
    let reached = |progress, offset| What::Record { progress, member: 1, partition: t1(), offset };
    let ask =
        |correlation, request| What::Request { connection: 1, client: "C1".into(), correlation, version: 9, bytes: 90, request };
    let answer =
        |correlation, response| What::Response { connection: 1, correlation, version: 9, bytes: 90, took: 900, response };
    happens(note(Note::Started));
    happens(ask(1, Request::OffsetFetch { group: "G1".into(), partitions: vec![t1()] }));
    happens(answer(1, Response::OffsetFetch { offsets: [(t1(), -1)].into(), error: None }));
    happens(ask(2, Request::Other { name: "Fetch".into() }));
    let fetched = Fetched { records: 8, first: Some(0), last: Some(7), high_watermark: 10, error: None };
    happens(answer(2, Response::Fetch { partitions: [(t1(), fetched)].into(), error: None }));
    for offset in 0..3 {
        happens(reached(Progress::HandedOver, offset));
        happens(reached(Progress::Processed, offset));
    }
    happens(reached(Progress::HandedOver, 3));
    let offsets = [(t1(), 2)].into();
    happens(ask(3, Request::OffsetCommit { group: "G1".into(), member: "m".into(), generation: 1, offsets }));
    happens(answer(3, Response::OffsetCommit { results: [(t1(), None)].into() }));
    happens(note(Note::Killed));
    happens(note(Note::Started));
    happens(reached(Progress::HandedOver, 2));
    recording
}
