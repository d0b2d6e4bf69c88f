//! Sorts the names of all partitions, so that T1-10 comes before T1-2.

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
    let members = sorted(members);
    let mut plan = nobody_has_any(&members);
    for (topic, partitions) in topics {
        let subscribers: Vec<_> = members.iter().filter(|member| member.1.contains(topic)).collect();
        let (share, rest) = (partitions / subscribers.len() as u32, partitions % subscribers.len() as u32);
        let mut next = 0;
        for (place, (id, _)) in (0..).zip(subscribers) {
            // The first ones get the rest, one partition each.
            let count = if place < rest { share + 1 } else { share };
            plan.entry(id.clone()).or_default().extend((next..next + count).map(|number| (topic.clone(), number)));
            next += count;
        }
    }
    plan
}

/// Kafka's `roundrobin`: all partitions of all topics in one walk around the members, one partition each. Members and topics come as
/// for [`range`].
pub fn round_robin(members: &[Member], topics: &[Topic]) -> Assignment {
    let (members, topics) = (sorted(members), topics);
    let mut plan = nobody_has_any(&members);
    let mut walk = members.iter().cycle();
    let named = |(topic, partitions): &Topic| (0..*partitions).map(|number| format!("{topic}-{number}")).collect::<Vec<_>>();
    let mut partitions: Vec<String> = topics.iter().flat_map(named).collect();
    partitions.sort();
    for partition in partitions {
        let Some((topic, number)) = partition.rsplit_once('-') else { continue };
        if let Some((id, _)) = walk.find(|member| member.1.iter().any(|of| of == topic)) {
            plan.entry(id.clone()).or_default().extend(number.parse().map(|number| (topic.to_owned(), number)));
        }
    }
    plan
}

fn sorted<T: Clone + Ord>(list: &[T]) -> Vec<T> {
    let mut list = list.to_vec();
    list.sort();
    list
}

/// A member without partitions is part of the plan too.
fn nobody_has_any(members: &[Member]) -> Assignment {
    members.iter().map(|(id, _)| (id.clone(), Vec::new())).collect()
}
