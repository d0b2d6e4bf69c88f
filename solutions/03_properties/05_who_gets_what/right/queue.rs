//! A queue of members: who gets a partition goes to its end, and who is passed over does so too. Idle members have no entry.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A member: its id, and the topics that it subscribes to.
pub type Member = (String, Vec<String>);

/// A topic: its name, and how many partitions it has.
pub type Topic = (String, u32);

/// A partition: its topic, and its number, from 0.
pub type Partition = (String, u32);

/// The partitions of each member, by its id.
pub type Assignment = BTreeMap<String, Vec<Partition>>;

/// Kafka's `range`.
pub fn range(members: &[Member], topics: &[Topic]) -> Assignment {
    let mut plan = Assignment::new();
    for (topic, partitions) in topics {
        let subscribers: BTreeSet<&str> =
            members.iter().filter(|(_, topics)| topics.contains(topic)).map(|(id, _)| id.as_str()).collect();
        let mut left: VecDeque<u32> = (0..*partitions).collect();
        for (taken, id) in subscribers.iter().enumerate() {
            // An equal share of what is left, rounded up, is the same as the rest for the first ones.
            let count = left.len().div_ceil(subscribers.len() - taken);
            for number in left.drain(..count) {
                plan.entry((*id).to_owned()).or_default().push((topic.clone(), number));
            }
        }
    }
    plan
}

/// Kafka's `roundrobin`.
pub fn round_robin(members: &[Member], topics: &[Topic]) -> Assignment {
    let mut queue: VecDeque<&Member> = members.iter().collect();
    queue.make_contiguous().sort();
    let topics: BTreeMap<&String, u32> = topics.iter().map(|(topic, partitions)| (topic, *partitions)).collect();
    let mut plan = Assignment::new();
    for (topic, partitions) in topics {
        for number in 0..partitions {
            while queue.front().is_some_and(|(_, wants)| !wants.contains(topic)) {
                queue.rotate_left(1);
            }
            if let Some((id, _)) = queue.front() {
                plan.entry(id.clone()).or_default().push((topic.clone(), number));
            }
            queue.rotate_left(1);
        }
    }
    plan
}
