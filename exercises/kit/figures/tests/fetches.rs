//! The figure of Fetch requests, for a hand-made recording.

use figures::{Options, Parts, figure};
use trace::{Event, Note, Partition, Recording, Request, Response, What, response::Fetched};
use verdict::Language::En;

#[test]
fn a_fetch_is_a_bar_from_its_request_to_its_answer() {
    let mut recording = Recording::of("03_properties/03_fetch_sizes");
    let mut at = |us, what| recording.push(Event { at: us, what });
    at(0, asked(1, 0));
    at(500_000, answered(1, 0));
    at(501_000, asked(2, 0));
    at(700_000, What::Note { member: 0, note: Note::Mark { text: "Produce T1-0 offset 0".into() } });
    at(702_000, answered(2, 1));
    at(703_000, asked(3, 1));
    at(900_000, What::Note { member: 0, note: Note::AskedToStop });
    insta::assert_snapshot!("fetches", figure(&recording, Parts::Fetches, &Options::new("x", En)));
}

fn t1() -> Partition {
    Partition::new("T1", 0)
}

fn asked(correlation: i32, offset: i64) -> What {
    let request = Request::Fetch {
        max_wait_ms: 500,
        min_bytes: 1,
        max_bytes: 1,
        isolation_level: 1,
        offsets: [(t1(), offset)].into(),
        partition_max_bytes: 1,
    };
    What::Request { connection: 1, client: "alert".into(), correlation, version: 16, bytes: 90, request }
}

fn answered(correlation: i32, records: u32) -> What {
    let partitions = [(t1(), Fetched { records, ..Fetched::default() })].into();
    let response = Response::Fetch { partitions, error: None };
    What::Response { connection: 1, correlation, version: 16, bytes: 90, took: 1, response }
}
