//! Lines up the partitions of all topics, and cuts that line into ranges.

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
pub fn range(members: &[Member], topics: &[Topic]) -> Assignment {
    let (members, topics) = (sorted(members), sorted(topics));
    let all: Vec<Partition> =
        topics.iter().flat_map(|(topic, partitions)| (0..*partitions).map(|number| (topic.clone(), number))).collect();
    let (share, rest) = (all.len() / members.len(), all.len() % members.len());
    let mut left = all.into_iter();
    let mut plan = Assignment::new();
    for (place, (id, _)) in members.into_iter().enumerate() {
        let count = if place < rest { share + 1 } else { share };
        plan.insert(id, left.by_ref().take(count).collect());
    }
    plan
}

/// Kafka's `roundrobin`.
pub fn round_robin(members: &[Member], topics: &[Topic]) -> Assignment {
    let (members, topics) = (sorted(members), sorted(topics));
    let mut plan = Assignment::new();
    let mut walk = members.iter().cycle();
    for (topic, partitions) in topics {
        for number in 0..partitions {
            if let Some((id, _)) = walk.find(|member| member.1.contains(&topic)) {
                plan.entry(id.clone()).or_default().push((topic.clone(), number));
            }
        }
    }
    plan
}

fn sorted<T: Clone + Ord>(list: &[T]) -> Vec<T> {
    let mut list = list.to_vec();
    list.sort();
    list
}
