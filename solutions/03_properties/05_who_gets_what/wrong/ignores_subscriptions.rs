//! Gives every member a share of every topic.

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
        let (share, rest) = (partitions / members.len() as u32, partitions % members.len() as u32);
        let mut next = 0;
        for (place, (id, _)) in (0..).zip(&members) {
            let count = if place < rest { share + 1 } else { share };
            plan.entry(id.clone()).or_default().extend((next..next + count).map(|number| (topic.clone(), number)));
            next += count;
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
            if let Some((id, _)) = walk.next() {
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
