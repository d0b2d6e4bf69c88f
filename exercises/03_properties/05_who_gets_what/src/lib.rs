//! Who gets what: two ways to share partitions among the members of a group.
//!
//! One member of a group is its leader. It is told who the members are and what each of them subscribes to, makes a plan, and sends it
//! to the coordinator. Write two such plans. Check them with `cargo workbook check 3.5`, or with `cargo test` in this folder. Edit
//! this file only.

use std::collections::BTreeMap;

/// A member: its id, and the topics that it subscribes to.
pub type Member = (String, Vec<String>);

/// A topic: its name, and how many partitions it has.
pub type Topic = (String, u32);

/// A partition: its topic, and its number, from 0.
pub type Partition = (String, u32);

/// The partitions of each member, by its id.
pub type Assignment = BTreeMap<String, Vec<Partition>>;

/// Kafka's `range`: each topic by itself, a run of neighbouring partitions for each of its subscribers.
///
/// Members come in the order in which they joined, topics in any order; ids differ, and so do topics. Somebody subscribes to each topic.
pub fn range(members: &[Member], topics: &[Topic]) -> Assignment {
    // TODO: for each topic: who subscribes to it, in which order, and how many partitions does each of them get?
    let _ = (members, topics);
    Assignment::new()
}

/// Kafka's `roundrobin`: all partitions of all topics in one walk around the members, one partition each. Members and topics come as
/// for [`range`].
pub fn round_robin(members: &[Member], topics: &[Topic]) -> Assignment {
    // TODO: in which order are the partitions dealt out, and who is next?
    let _ = (members, topics);
    Assignment::new()
}
