//! Makes no plan yet.

use std::collections::BTreeMap;

/// A member: its id, and the topics that it subscribes to.
pub type Member = (String, Vec<String>);

/// A topic: its name, and how many partitions it has.
pub type Topic = (String, u32);

/// A partition: its topic, and its number, from 0.
pub type Partition = (String, u32);

/// The partitions of each member, by its id.
pub type Assignment = BTreeMap<String, Vec<Partition>>;

/// Kafka's `range`.
pub fn range(_members: &[Member], _topics: &[Topic]) -> Assignment {
    Assignment::new()
}

/// Kafka's `roundrobin`.
pub fn round_robin(_members: &[Member], _topics: &[Topic]) -> Assignment {
    Assignment::new()
}
