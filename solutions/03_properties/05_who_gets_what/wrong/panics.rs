//! Cuts the partitions into larger chunks for the first members and smaller ones for the others; a chunk of none is a panic.

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
    let members = sorted(members);
    let mut plan = Assignment::new();
    for (topic, partitions) in topics {
        let subscribers: Vec<_> = members.iter().filter(|member| member.1.contains(topic)).collect();
        let all: Vec<Partition> = (0..*partitions).map(|number| (topic.clone(), number)).collect();
        let (share, rest) = (all.len() / subscribers.len(), all.len() % subscribers.len());
        let (first, others) = all.split_at(rest * (share + 1));
        let shares = first.chunks(share + 1).chain(others.chunks(share));
        for ((id, _), partitions) in subscribers.into_iter().zip(shares) {
            plan.entry(id.clone()).or_default().extend_from_slice(partitions);
        }
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
