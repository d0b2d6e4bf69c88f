//! The form of a recording: written and read again it is the same, with other names it is the same story, and it has its limits.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod messages;
mod story;

use std::collections::BTreeMap;

use kafka_protocol::messages::ApiKey;
use messages::{REQUESTS, request_frame, response_frame, responses, versions};
use proptest::prelude::*;
use story::{Story, partitions};
use trace::{
    Event, Note, Progress, Recording, Request, Response, What,
    decode::Decoder,
    event::Side,
    positions::{Positions, Stores},
    recording::{MOST_EVENTS, NotARecording},
    response::Fetched,
};

/// One event of every kind, and every request and answer in its newest version.
fn everything() -> Recording {
    let decoder = Decoder::default();
    decoder.response(&response_frame(ApiKey::Metadata, 12), ApiKey::Metadata as i16, 12);
    let mut story = Story::new();
    story.recording.header.broker = "Apache Kafka 4.3.1 (container)".into();
    story.happens(What::Connected { connection: 1, node: -1 });
    for api in REQUESTS {
        let version = *versions(api).end();
        let request = decoder.request(&request_frame(api, version)).request;
        story.asks(1, request, decoder.response(&response_frame(api, version), api as i16, version).response);
    }
    for api in responses().skip(REQUESTS.len()) {
        let request = Request::Other { name: format!("{api:?}") };
        story.asks(1, request, decoder.response(&response_frame(api, 1), api as i16, 1).response);
    }
    let reason = "the API key is unknown";
    let asked = Request::Opaque { api_key: 999, reason: reason.into() };
    story.asks(1, asked, Response::Opaque { api_key: 999, reason: reason.into() });
    story.happens(What::Fault { connection: 1, fault: "delayed by 300 ms".into(), api: "OffsetCommit".into() });
    for progress in [Progress::HandedOver, Progress::Processed] {
        story.happens(What::Record { progress, member: 1, partition: "T1-0".parse().unwrap(), offset: 7 });
    }
    let notes = [
        Note::Started,
        Note::AskedToStop,
        Note::Returned { error: Some("no broker".into()), value: Some("[1]".into()) },
        Note::Panicked { message: "src/lib.rs:1: index out of bounds".into() },
        Note::Exited { code: None, signal: Some(9) },
        Note::Killed,
        Note::OutOfTime { waiting_for: "G1 to have one member".into() },
        Note::Mark { text: "C2 starts".into() },
    ];
    for note in notes {
        story.happens(What::Note { member: 1, note });
    }
    story.happens(What::Disconnected { connection: 1, by: Side::Client });
    story.recording
}

#[test]
fn what_is_written_is_read_again() {
    let recording = everything();
    assert_eq!(Recording::from_jsonl(&recording.to_jsonl()).unwrap(), recording);
}

#[test]
fn every_kind_of_line() {
    insta::assert_snapshot!(everything().normalised().to_jsonl());
}

#[test]
fn a_text_that_is_no_recording_says_where() {
    let text = |lines: &[&str]| Recording::from_jsonl(&lines.join("\n")).unwrap_err().to_string();
    let header = r#"{"recording":1}"#;
    insta::assert_snapshot!(
        [text(&[]), text(&["{}"]), text(&[r#"{"recording":2}"#]), text(&[header, "", r#"{"us":1,"what":"sneezed"}"#])].join("\n"),
        @r#"
    line 1 is not the header of a recording: the text is empty
    line 1 is not the header of a recording: missing field `recording` at line 1 column 2
    the recording has version 2; this workbook reads version 1: record it again
    line 3 is not an event: unknown variant `sneezed`, expected one of `connected`, `disconnected`, `request`, `response`, `fault`, `record`, `note` at line 1 column 25
    "#
    );
    assert!(matches!(Recording::from_jsonl("[]"), Err(NotARecording::Header(_))));
}

#[test]
fn a_full_recording_counts_what_it_does_not_keep() {
    let mut recording = Recording::of("a story");
    for at in 0..MOST_EVENTS as u64 + 3 {
        recording.push(Event { at, what: What::Connected { connection: 1, node: -1 } });
    }
    assert_eq!((recording.events.len(), recording.header.dropped), (MOST_EVENTS, 3));
}

#[test]
fn other_names_reach_every_place() {
    let mut story = Story::new();
    story.joins(1, "M1", &["T1-0"]).is_given(1, "M1", 1, &["T1-0"]);
    let names = BTreeMap::from([("T1".to_owned(), "orders".to_owned()), ("M1".to_owned(), "the first".to_owned())]);
    let text = story.recording.renamed(&names).to_jsonl();
    assert!(!text.contains("T1") && !text.contains("M1"), "{text}");
    assert!(text.contains(r#""orders-0""#) && text.contains(r#""the first""#));
}

#[test]
fn the_positions_of_a_partition() {
    let mut story = Story::new();
    let partition = || partitions(&["T1-0"]).remove(0);
    let fetch = |first, last| Fetched { records: 3, first: Some(first), last: Some(last), high_watermark: 10, error: None };
    let ask = Request::Other { name: "Fetch".into() };
    let commit = |group: &str, offset| Request::OffsetCommit {
        group: group.into(),
        member: "M1".into(),
        generation: 1,
        offsets: [(partition(), offset)].into(),
    };
    let taken = |error: Option<&str>| Response::OffsetCommit { results: [(partition(), error.map(Into::into))].into() };
    story.asks(1, ask, Response::Fetch { partitions: [(partition(), fetch(0, 4))].into(), error: None });
    story.happens(What::Record { progress: Progress::HandedOver, member: 1, partition: partition(), offset: 2 });
    story.happens(What::Record { progress: Progress::Processed, member: 1, partition: partition(), offset: 1 });
    story.asks(1, commit("G1", 2), taken(None)).asks(1, commit("G1", 3), taken(Some("ILLEGAL_GENERATION")));
    story.asks(2, commit("G2", 9), taken(None));
    let at = |ms: u64| Positions::at(&story.recording, "G1", &partition(), ms * 1_000);
    assert_eq!(at(1), Positions::default());
    assert_eq!(at(2), Positions { fetched: Some(5), end: Some(10), ..Positions::default() });
    let all =
        Positions { fetched: Some(5), handed_over: Some(3), processed: Some(2), stored: None, committed: Some(2), end: Some(10) };
    assert_eq!(at(100), all);
}

#[test]
fn what_is_stored_is_told_by_the_program_or_follows_from_how_the_client_stores() {
    let mut story = Story::new();
    let partition = || partitions(&["T1-0"]).remove(0);
    let reached = |progress, offset| What::Record { progress, member: 1, partition: partition(), offset };
    story.happens(reached(Progress::HandedOver, 4)).happens(reached(Progress::Processed, 3));
    let untold = Positions::after(&story.recording, "G1", &partition(), 1);
    assert_eq!((untold.stored, untold.with(Stores::HandedOver).stored), (None, Some(5)));
    assert_eq!(untold.with(Stores::Processed).stored, Some(4));
    story.happens(What::Note { member: 1, note: Note::Stored { partition: partition(), offset: 2 } });
    let told = Positions::after(&story.recording, "G1", &partition(), 2);
    assert_eq!((told.stored, told.with(Stores::HandedOver).stored), (Some(2), Some(2)));
}

#[test]
fn a_new_program_knows_only_what_the_broker_keeps() {
    let mut story = Story::new();
    let partition = || partitions(&["T1-0"]).remove(0);
    story.happens(What::Record { progress: Progress::HandedOver, member: 1, partition: partition(), offset: 4 });
    story.happens(What::Note { member: 0, note: Note::Killed });
    assert_eq!(Positions::after(&story.recording, "G1", &partition(), 1).handed_over, Some(5));
    story.happens(What::Note { member: 0, note: Note::Started });
    assert_eq!(Positions::after(&story.recording, "G1", &partition(), 2), Positions::default());
    let asks = |group: &str| Request::OffsetFetch { group: group.into(), partitions: vec![partition()] };
    let told = |offset| Response::OffsetFetch { offsets: [(partition(), offset)].into(), error: None };
    story.asks(1, asks("G1"), told(3)).asks(1, asks("G2"), told(7)).asks(1, asks("G1"), told(-1));
    assert_eq!(Positions::after(&story.recording, "G1", &partition(), 99).committed, Some(3));
}

#[test]
fn a_request_and_its_answer_find_each_other() {
    let mut story = Story::new();
    story.joins(1, "M1", &[]).joins(2, "M2", &[]);
    let recording = &story.recording;
    assert_eq!((recording.answer_to(2), recording.asked_by(3)), (Some(3), Some(2)));
    assert_eq!((recording.answer_to(3), recording.asked_by(2), recording.asked_by(99)), (None, None, None));
}

proptest! {
    #[test]
    fn partitions_are_written_as_kafka_writes_them(topic in "[a-zA-Z0-9._-]{1,20}", number in 0..i32::MAX) {
        let partition = trace::Partition::new(topic.clone(), number);
        prop_assert_eq!(partition.to_string(), format!("{topic}-{number}"));
        prop_assert_eq!(partition.to_string().parse::<trace::Partition>().unwrap(), partition);
    }

    #[test]
    fn no_text_is_read_with_a_panic(text in any::<String>(), line in any::<String>()) {
        let _ = Recording::from_jsonl(&text);
        let _ = Recording::from_jsonl(&format!("{{\"recording\":1}}\n{line}"));
    }
}
