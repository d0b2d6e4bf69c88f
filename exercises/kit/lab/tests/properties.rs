//! The table of properties: librdkafka's defaults and ranges, read from the library that is linked here, and the fields of requests that
//! carry what is set, seen on the wire. A new version of the client shows as a difference of `book/properties/librdkafka.snap`.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::{collections::BTreeMap, path::Path};

use lab::trace::{Recording, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, say, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a client says of its properties.
#[derive(Debug, PartialEq, Serialize)]
struct Defaults {
    version: String,
    properties: BTreeMap<String, Property>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Property {
    default: Option<String>,
    range: Option<String>,
}

/// An entry of `book/properties/properties.toml`, as far as it is tested here.
#[derive(Deserialize)]
struct Entry {
    name: String,
    librdkafka: Option<String>,
    carried: Option<String>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../book/properties")
}

fn entries() -> Vec<Entry> {
    #[derive(Deserialize)]
    struct File {
        property: Vec<Entry>,
    }
    let text = std::fs::read_to_string(folder().join("properties.toml")).unwrap();
    toml::from_str::<File>(&text).unwrap().property
}

/// What a client says, by its two answers: a property's default, and its range.
fn read(version: &str, default: impl Fn(&str) -> Option<String>, range: impl Fn(&str) -> Option<String>) -> Defaults {
    let names = entries().into_iter().filter_map(|entry| entry.librdkafka);
    let properties = names.map(|name| (name.clone(), Property { default: default(&name), range: range(&name) })).collect();
    Defaults { version: version.into(), properties }
}

/// The default, as the running library gives it; none where there is none.
fn default_of(name: &str) -> Option<String> {
    // A property of topics has a default only in a configuration that sets one of them.
    let defaults = ClientConfig::new().set("consume.callback.max.messages", "0").create_native_config().unwrap();
    defaults.get(name).ok().map(|value| value.trim_end_matches('\0').to_owned()).filter(|value| !value.is_empty())
}

/// The range, as the running library says it when a number is out of it; none for what is no number.
fn range_of(name: &str) -> Option<String> {
    [i32::MIN, i32::MAX].iter().find_map(|extreme| {
        let refused = ClientConfig::new().set(name, extreme.to_string()).create_native_config();
        let Err(KafkaError::ClientConfig(_, why, ..)) = refused else { return None };
        Some(why.split_once("outside allowed range ")?.1.trim().to_owned())
    })
}

fn snapshot(defaults: &Defaults) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!("librdkafka", defaults));
}

#[test]
fn the_table_has_the_defaults_of_the_running_library() {
    snapshot(&read(&rdkafka::util::get_rdkafka_version().1, default_of, range_of));
}

#[test]
fn a_changed_default_is_noticed() {
    let of_today = read("1", default_of, range_of);
    let changed = |name: &str| if name == "session.timeout.ms" { Some("10000".to_owned()) } else { default_of(name) };
    assert_ne!(read("1", changed, range_of), of_today);
    assert_eq!(read("1", default_of, range_of), of_today);
}

/// C15: the name is `session.timeout.ms`, the default 45 s.
#[test]
fn a_session_lasts_45_seconds_by_default() {
    assert_eq!(default_of("session.timeout.ms").as_deref(), Some("45000"));
    assert!(ClientConfig::new().set("session.time.out.ms", "10000").create_native_config().is_err());
}

/// C17: both clients commit by themselves unless told otherwise.
#[test]
fn offsets_are_committed_automatically_by_default() {
    assert_eq!(default_of("enable.auto.commit").as_deref(), Some("true"));
    let java: Value = serde_json::from_str(&std::fs::read_to_string(folder().join("java.json")).unwrap()).unwrap();
    assert_eq!(java["properties"]["enable.auto.commit"]["default"], "true");
}

/// What is set, the field that the table names, where the recording has it, and what stands there.
fn on_the_wire() -> Vec<(&'static str, &'static str, &'static str, &'static str, Value)> {
    vec![
        ("client.id", "C7", "header.client_id", "/client", json!("C7")),
        ("group.id", "G1", "JoinGroup.group_id", "/group", json!("G1")),
        ("group.instance.id", "till-1", "JoinGroup.group_instance_id", "/instance", json!("till-1")),
        ("session.timeout.ms", "4321", "JoinGroup.session_timeout_ms", "/session_timeout_ms", json!(4321)),
        ("max.poll.interval.ms", "54321", "JoinGroup.rebalance_timeout_ms", "/rebalance_timeout_ms", json!(54321)),
        ("partition.assignment.strategy", "roundrobin", "JoinGroup.protocols", "/strategies/0/name", json!("roundrobin")),
        ("fetch.min.bytes", "2", "Fetch.min_bytes", "/min_bytes", json!(2)),
        ("fetch.wait.max.ms", "321", "Fetch.max_wait_ms", "/max_wait_ms", json!(321)),
        ("max.partition.fetch.bytes", "65432", "Fetch.partition_max_bytes", "/partition_max_bytes", json!(65432)),
        ("fetch.max.bytes", "7654321", "Fetch.max_bytes", "/max_bytes", json!(7654321)),
        ("isolation.level", "read_uncommitted", "Fetch.isolation_level", "/isolation_level", json!(0)),
        ("auto.offset.reset", "earliest", "ListOffsets.timestamp", "/timestamps/T1-0", json!(-2)),
    ]
}

#[test]
fn the_fields_that_carry_a_property_carry_it() {
    let exam = Exam {
        manifest: concat!(env!("CARGO_MANIFEST_DIR"), "/../../../solutions/00_lab/properties"),
        test: concat!(module_path!(), "::the_fields_that_carry_a_property_carry_it"),
    };
    let verdict = exam.judged(&mut sit, |lab| Box::pin(judge(lab)));
    assert!(verdict.outcome.is_pass(), "{:?}", verdict.outcome);
}

fn sit(seat: &Seat) -> Returned {
    seat.block_on(async {
        let mut config = ClientConfig::new();
        for (name, value, ..) in on_the_wire() {
            config.set(name, value);
        }
        // Larger than what one answer may hold otherwise.
        config.set("message.max.bytes", "65432").set("bootstrap.servers", seat.bootstrap()).set("group.id", seat.name("G1"));
        let consumer: StreamConsumer = config.create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        seat.process(1)(&consumer.recv().await?);
        Ok::<_, KafkaError>(())
    })
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, 1)).await?;
    lab.start().await?;
    let run = lab.end(say!("one record to be processed", "레코드 하나가 처리되기")).await?;
    run.came_to_its_end("appendix/properties")?;

    let named: Vec<_> =
        entries().into_iter().filter_map(|entry| Some((entry.librdkafka.unwrap_or(entry.name), entry.carried?))).collect();
    let seen: Vec<_> = on_the_wire().iter().map(|(name, _, carried, ..)| ((*name).to_owned(), (*carried).to_owned())).collect();
    for entry in &named {
        assert!(seen.contains(entry), "nobody looks for {entry:?} on the wire");
    }
    for (name, _, carried, place, expected) in on_the_wire() {
        assert!(named.contains(&(name.into(), carried.into())), "properties.toml does not say that {carried} carries {name}");
        let api = carried.split('.').next().unwrap_or_default();
        let values = requests(&run.recording, api).filter_map(|request| request.pointer(place).cloned());
        assert_eq!(values.last(), Some(expected), "{carried} carries {name}");
    }
    Ok(())
}

/// All requests of an API as JSON, in their order; with `header` those of every API.
fn requests<'a>(recording: &'a Recording, api: &'a str) -> impl Iterator<Item = Value> + 'a {
    let requests = recording.find(|what| matches!(what, What::Request { .. }));
    let values = requests.filter_map(|(_, event)| serde_json::to_value(&event.what).ok());
    values.filter(move |request| api == "header" || request["api"] == api)
}
