//! No bytes make the decoder panic, and none make it take more memory than the frame is worth: an allocation of gigabytes would end
//! this process.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod messages;

use bytes::Bytes;
use kafka_protocol::messages::ApiKey;
use messages::{REQUESTS, request_frame, response_frame, responses, versions};
use proptest::prelude::*;
use trace::{Request, Response, decode::Decoder};

/// Every frame that the decoder can read: whether it is a request, its API, its version, its bytes.
fn frames() -> impl Iterator<Item = (bool, ApiKey, i16, Bytes)> {
    let requests = REQUESTS.into_iter().flat_map(|api| versions(api).map(move |v| (true, api, v, request_frame(api, v))));
    requests.chain(responses().flat_map(|api| versions(api).map(move |v| (false, api, v, response_frame(api, v)))))
}

/// Reads, and says whether that made sense.
fn is_read(decoder: &Decoder, request: bool, api: ApiKey, version: i16, frame: Bytes) -> bool {
    if request {
        !matches!(decoder.request(&frame).request, Request::Opaque { .. })
    } else {
        !matches!(decoder.response(&frame, api as i16, version).response, Response::Opaque { .. })
    }
}

#[test]
fn frames_that_end_too_early() {
    let decoder = Decoder::default();
    for (request, api, version, frame) in frames() {
        assert!(is_read(&decoder, request, api, version, frame.clone()));
        for length in 0..frame.len() {
            let read = is_read(&decoder, request, api, version, frame.slice(..length));
            assert!(!read, "{api:?} v{version} was read with {length} of {} bytes", frame.len());
        }
    }
}

#[test]
fn lengths_that_claim_far_too_much() {
    let decoder = Decoder::default();
    let claims: [&[u8]; 4] =
        [&[0x7f, 0xff, 0xff, 0xff], &[0x7f, 0xff], &[0xff, 0xff, 0xff, 0xff, 0x0f], &[0x80, 0xff, 0xff, 0xff, 0xff, 0x0f]];
    for (request, api, version, frame) in frames() {
        for at in 0..frame.len() {
            for claim in claims.iter().filter(|claim| at + claim.len() <= frame.len()) {
                let mut bytes = frame.to_vec();
                bytes[at..at + claim.len()].copy_from_slice(claim);
                is_read(&decoder, request, api, version, bytes.into());
            }
        }
    }
}

#[test]
fn a_large_number_is_no_length() {
    // In Fetch before version 12 the length of an array and the greatest number of bytes look alike.
    let decoder = Decoder::default();
    let Some(kafka_protocol::messages::RequestKind::Fetch(fetch)) = decoder.request(&request_frame(ApiKey::Fetch, 11)).body
    else {
        panic!("a Fetch is read")
    };
    assert_eq!(fetch.max_bytes, 52_428_800);
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), api in any::<i16>(), version in any::<i16>()) {
        let decoder = Decoder::default();
        decoder.request(&bytes.clone().into());
        decoder.response(&bytes.into(), api, version);
    }

    #[test]
    fn any_body(bytes in prop::collection::vec(any::<u8>(), 0..300), api in 0..92_i16, version in 0..19_i16) {
        let decoder = Decoder::default();
        let mut frame = [api.to_be_bytes(), version.to_be_bytes(), [0, 0], [0, 7], [0, 0]].concat();
        frame.extend(&bytes);
        decoder.request(&frame.into());
        decoder.response(&[&[0, 0, 0, 7], &bytes[..]].concat().into(), api, version);
    }

    #[test]
    fn frames_with_some_bytes_changed(which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let all: Vec<_> = frames().collect();
        let (request, api, version, frame) = &all[which.index(all.len())];
        let mut bytes = frame.to_vec();
        for (at, to) in changes {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        is_read(&Decoder::default(), *request, *api, *version, bytes.into());
    }
}
