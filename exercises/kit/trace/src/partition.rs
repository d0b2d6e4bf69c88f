//! A partition's name, `T1-0`, as Kafka's own tools print it. Used as a key everywhere; knows nothing of offsets.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One partition of one topic. Ordered by topic name, then by number. Written `topic-number`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition {
    /// The topic's name.
    pub topic: String,
    /// The partition's number, from 0.
    pub number: i32,
}

impl Partition {
    /// Partition `number` of `topic`.
    pub fn new(topic: impl Into<String>, number: i32) -> Self {
        Self { topic: topic.into(), number }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.number)
    }
}

/// The text is not `topic-number`.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a partition; expected `topic-number`, such as `T1-0`")]
pub struct NotAPartition(String);

impl FromStr for Partition {
    type Err = NotAPartition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (topic, number) = text.rsplit_once('-').ok_or_else(|| NotAPartition(text.into()))?;
        let number = number.parse().map_err(|_| NotAPartition(text.into()))?;
        Ok(Self::new(topic, number))
    }
}

impl Serialize for Partition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Partition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
