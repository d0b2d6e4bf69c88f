//! The names of topic ids. Fetch (from version 13) and KIP-848's heartbeat name topics by id alone; Metadata's answers tell both.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use kafka_protocol::messages::ResponseKind;

use crate::Partition;

/// At most this many ids are remembered; a cluster of a lesson has a handful.
const MOST_TOPICS: usize = 10_000;

/// A topic's id as a frame carries it.
pub(super) type Id = [u8; 16];

#[derive(Debug, Default)]
pub(super) struct Topics(RwLock<HashMap<Id, String>>);

impl Topics {
    /// Remembers the ids that an answer tells.
    pub(super) fn learn(&self, answer: &ResponseKind) {
        let ResponseKind::Metadata(metadata) = answer else { return };
        let told = metadata.topics.iter().filter_map(|topic| Some((*topic.topic_id.as_bytes(), topic.name.as_ref()?)));
        for (id, name) in told.filter(|(id, _)| *id != Id::default()) {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(&id);
            if !known {
                let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
                if names.len() < MOST_TOPICS {
                    names.insert(id, name.to_string());
                }
            }
        }
    }

    /// A partition of the topic that a frame names by name, or by id where the name is empty. An id that nobody has told stands for itself.
    pub(super) fn partition(&self, name: &str, id: &Id, number: i32) -> Partition {
        if name.is_empty() && *id != Id::default() { Partition::new(self.name(id), number) } else { Partition::new(name, number) }
    }

    fn name(&self, id: &Id) -> String {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).cloned().unwrap_or_else(|| format!("{:032x}", u128::from_be_bytes(*id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_ids_are_remembered_than_are_worth_it() {
        let topics = Topics::default();
        topics.0.write().unwrap().extend((1..=MOST_TOPICS).map(|n| ((n as u128).to_be_bytes(), n.to_string())));
        let late = kafka_protocol::messages::metadata_response::MetadataResponseTopic::default()
            .with_name(Some(kafka_protocol::messages::TopicName("late".into())))
            .with_topic_id("ffffffff-ffff-ffff-ffff-ffffffffffff".parse().unwrap());
        topics.learn(&kafka_protocol::messages::MetadataResponse::default().with_topics(vec![late]).into());
        assert_eq!(topics.partition("", &1_u128.to_be_bytes(), 0), Partition::new("1", 0));
        assert_eq!(topics.partition("", &[0xff; 16], 0), Partition::new("f".repeat(32), 0));
    }
}
