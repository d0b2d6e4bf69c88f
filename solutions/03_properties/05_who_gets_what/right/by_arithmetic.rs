//! Computes for each partition whose it is.

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
    let mut plan = Assignment::new();
    for (topic, partitions) in topics {
        let mut ids: Vec<&String> = members.iter().filter(|(_, topics)| topics.contains(topic)).map(|(id, _)| id).collect();
        ids.sort_unstable();
        let (share, rest) = (partitions / ids.len() as u32, partitions % ids.len() as u32);
        // The first `rest` subscribers have one more.
        let border = rest * (share + 1);
        for number in 0..*partitions {
            let place = if number < border { number / (share + 1) } else { rest + (number - border) / share };
            plan.entry(ids[place as usize].clone()).or_default().push((topic.clone(), number));
        }
    }
    plan
}

/// Kafka's `roundrobin`.
pub fn round_robin(members: &[Member], topics: &[Topic]) -> Assignment {
    let (members, topics) = (sorted(members), sorted(topics));
    let mut plan = Assignment::new();
    let mut next = 0;
    for (topic, partitions) in topics {
        for number in 0..partitions {
            let subscribes = |at: &usize| members[at % members.len()].1.contains(&topic);
            let Some(at) = (next..next + members.len()).find(subscribes) else { break };
            plan.entry(members[at % members.len()].0.clone()).or_default().push((topic.clone(), number));
            next = at + 1;
        }
    }
    plan
}

fn sorted<T: Clone + Ord>(list: &[T]) -> Vec<T> {
    let mut list = list.to_vec();
    list.sort();
    list
}
