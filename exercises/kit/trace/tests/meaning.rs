//! What the decoder makes of each request and answer, in every version, as the lines of a recording show it.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

mod messages;

use std::fmt::Write;

use kafka_protocol::messages::ApiKey;
use messages::{REQUESTS, request_frame, response_frame, responses, versions};
use trace::decode::Decoder;

/// A decoder that knows the id of T1.
fn decoder() -> Decoder {
    let decoder = Decoder::default();
    decoder.response(&response_frame(ApiKey::Metadata, 12), ApiKey::Metadata as i16, 12);
    decoder
}

/// One line for each run of versions that mean the same.
fn by_version(api: ApiKey, meaning: impl Fn(i16) -> String) -> String {
    let mut runs: Vec<(i16, i16, String)> = Vec::new();
    for version in versions(api) {
        let text = meaning(version);
        match runs.last_mut().filter(|(_, _, same)| *same == text) {
            Some((_, last, _)) => *last = version,
            None => runs.push((version, version, text)),
        }
    }
    runs.iter().fold(String::new(), |mut lines, (first, last, text)| {
        writeln!(lines, "v{first}-{last} {text}").unwrap();
        lines
    })
}

#[test]
fn requests_mean_the_same_in_every_version() {
    let decoder = decoder();
    let all: String = REQUESTS
        .map(|api| {
            by_version(api, |version| {
                let read = decoder.request(&request_frame(api, version));
                assert_eq!((read.api_key, read.version, read.correlation), (api as i16, version, 7));
                assert_eq!(read.client, "C1");
                assert_eq!(read.body, Some(messages::request(api, version)), "{api:?} v{version}");
                serde_json::to_string(&read.request).unwrap()
            })
        })
        .concat();
    insta::assert_snapshot!(all);
}

#[test]
fn answers_mean_the_same_in_every_version() {
    let decoder = decoder();
    let all: String = responses()
        .map(|api| {
            by_version(api, |version| {
                let frame = response_frame(api, version);
                let read = decoder.response(&frame, api as i16, version);
                if let Some(body) = &read.body {
                    assert_eq!(body.encode(api as i16).unwrap(), frame, "{api:?} v{version} can be written again as it was");
                }
                let rewritten = if read.body.is_some() { " (to be rewritten)" } else { "" };
                serde_json::to_string(&read.response).unwrap() + rewritten
            })
        })
        .collect();
    insta::assert_snapshot!(all);
}

#[test]
fn other_apis_are_known_by_name() {
    let decoder = decoder();
    for api in ApiKey::iter().filter(|api| !REQUESTS.contains(api)) {
        let mut frame = request_frame(ApiKey::Heartbeat, 0).to_vec();
        frame[..2].copy_from_slice(&(api as i16).to_be_bytes());
        let read = decoder.request(&frame.into());
        assert_eq!(read.request, trace::Request::Other { name: format!("{api:?}") });
        assert!(read.body.is_none());
    }
}

#[test]
fn a_client_is_held_to_the_versions_of_all_that_is_read_and_of_nothing_else() {
    for api in ApiKey::iter() {
        let is_read = responses().any(|read| read == api);
        assert_eq!(trace::decode::newest_version(api as i16).is_some(), is_read, "{api:?}");
    }
}

#[test]
fn an_unknown_api_and_an_unknown_version_are_opaque_but_their_client_is_known() {
    let mut unknown = request_frame(ApiKey::Heartbeat, 0).to_vec();
    unknown[..2].copy_from_slice(&999_i16.to_be_bytes());
    let mut too_new = request_frame(ApiKey::ListOffsets, 10).to_vec();
    too_new[2..4].copy_from_slice(&11_i16.to_be_bytes());
    for (frame, api_key) in [(unknown, 999), (too_new, 2)] {
        let read = decoder().request(&frame.into());
        assert_eq!((read.api_key, read.correlation, read.client.as_str()), (api_key, 7, "C1"));
        assert!(matches!(read.request, trace::Request::Opaque { api_key: key, .. } if key == api_key), "{:?}", read.request);
        assert!(read.is_answered());
    }
}

#[test]
fn librdkafka_asks_for_all_topics_with_three_bytes_too_many() {
    let header = b"\0\x03\0\x0d\0\0\0\x05\0\x07rdkafka\0";
    let read = decoder().request(&[&header[..], &[0; 7]].concat().into());
    assert_eq!(read.request, trace::Request::Metadata { topics: None });
}

#[test]
fn a_broker_that_does_not_know_the_version_answers_in_version_0() {
    use kafka_protocol::messages::{ApiVersionsResponse, ResponseHeader};
    let kind = ApiVersionsResponse::default().with_error_code(35).into();
    let body = trace::decode::ResponseBody { header: ResponseHeader::default(), version: 0, kind };
    let read = decoder().response(&body.encode(18).unwrap(), 18, 4);
    assert_eq!(read.response, trace::Response::ApiVersions { error: Some("UNSUPPORTED_VERSION".into()) });
    assert!(read.body.is_none(), "it offers nothing that has to be changed");
}

#[test]
fn a_topic_id_that_nobody_has_told_stands_for_itself() {
    let read = Decoder::default().request(&request_frame(ApiKey::Fetch, 18));
    let trace::Request::Fetch { offsets, .. } = read.request else { panic!("{:?}", read.request) };
    let topics: Vec<_> = offsets.keys().map(|partition| partition.topic.as_str()).collect();
    assert_eq!(topics, [messages::T1.replace('-', "")]);
}
