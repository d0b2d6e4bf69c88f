//! The fact that `02_deserialise` shows. `book/facts.toml` names this test; it fails when the fact changes.

use rdkafka::{ClientConfig, consumer::BaseConsumer, error::KafkaError};

/// C11: librdkafka has no deserialisers. A client that names one is not made.
#[test]
fn there_are_no_deserialisers() {
    for property in ["key.deserializer", "value.deserializer"] {
        let created = ClientConfig::new().set(property, "StringDeserializer").create::<BaseConsumer>();
        let Err(KafkaError::ClientConfig(_, reason, name, _)) = created else { panic!("{property} was taken") };
        assert_eq!(
            (reason.as_str(), name.as_str()),
            (format!("No such configuration property: \"{property}\"").as_str(), property)
        );
    }
}
