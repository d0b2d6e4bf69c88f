//! The names of topic ids. Fetch (from version 13) and KIP-848's heartbeat name topics by id alone; Metadata's answers tell both.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, PoisonError, RwLock},
};

use kafka_protocol::messages::ResponseKind;

use crate::Partition;

/// At most this many ids are remembered; a cluster of a lesson has a handful.
const MOST_TOPICS: usize = 10_000;

/// A topic's id as a frame carries it.
pub(super) type Id = [u8; 16];

#[derive(Debug, Default)]
pub(super) struct Topics {
    names: RwLock<HashMap<Id, String>>,
    /// Ids that stood for themselves so far.
    nameless: Mutex<HashSet<Id>>,
    /// Of these, the ones that were told since.
    named_late: Mutex<BTreeMap<String, String>>,
}

impl Topics {
    /// Remembers the ids that an answer tells.
    pub(super) fn learn(&self, answer: &ResponseKind) {
        let ResponseKind::Metadata(metadata) = answer else { return };
        let told = metadata.topics.iter().filter_map(|topic| Some((*topic.topic_id.as_bytes(), topic.name.as_ref()?)));
        for (id, name) in told.filter(|(id, _)| *id != Id::default()) {
            let known = self.names.read().unwrap_or_else(PoisonError::into_inner).contains_key(&id);
            if !known {
                let mut names = self.names.write().unwrap_or_else(PoisonError::into_inner);
                if names.len() < MOST_TOPICS {
                    names.insert(id, name.to_string());
                }
                if self.nameless.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) {
                    self.named_late.lock().unwrap_or_else(PoisonError::into_inner).insert(hex(&id), name.to_string());
                }
            }
        }
    }

    /// A partition of the topic that a frame names by name, or by id where the name is empty. An id that nobody has told stands for itself.
    pub(super) fn partition(&self, name: &str, id: &Id, number: i32) -> Partition {
        if name.is_empty() && *id != Id::default() { Partition::new(self.name(id), number) } else { Partition::new(name, number) }
    }

    /// Ids that stood for themselves and have been told since, with their names; each is given once.
    pub(super) fn named_late(&self) -> BTreeMap<String, String> {
        std::mem::take(&mut *self.named_late.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn name(&self, id: &Id) -> String {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).cloned().unwrap_or_else(|| {
            let mut nameless = self.nameless.lock().unwrap_or_else(PoisonError::into_inner);
            if nameless.len() < MOST_TOPICS {
                nameless.insert(*id);
            }
            hex(id)
        })
    }
}

fn hex(id: &Id) -> String {
    format!("{:032x}", u128::from_be_bytes(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_told_late_is_given_once() {
        let topics = Topics::default();
        let id = [7; 16];
        assert_eq!(topics.partition("", &id, 0), Partition::new("07".repeat(16), 0));
        let late = kafka_protocol::messages::metadata_response::MetadataResponseTopic::default()
            .with_name(Some(kafka_protocol::messages::TopicName("T1".into())))
            .with_topic_id("07070707-0707-0707-0707-070707070707".parse().unwrap());
        topics.learn(&kafka_protocol::messages::MetadataResponse::default().with_topics(vec![late]).into());
        assert_eq!(topics.named_late(), BTreeMap::from([("07".repeat(16), "T1".to_owned())]));
        assert_eq!(topics.named_late(), BTreeMap::new());
        assert_eq!(topics.partition("", &id, 0), Partition::new("T1", 0));
    }

    #[test]
    fn no_more_ids_are_remembered_than_are_worth_it() {
        let topics = Topics::default();
        topics.names.write().unwrap().extend((1..=MOST_TOPICS).map(|n| ((n as u128).to_be_bytes(), n.to_string())));
        let late = kafka_protocol::messages::metadata_response::MetadataResponseTopic::default()
            .with_name(Some(kafka_protocol::messages::TopicName("late".into())))
            .with_topic_id("ffffffff-ffff-ffff-ffff-ffffffffffff".parse().unwrap());
        topics.learn(&kafka_protocol::messages::MetadataResponse::default().with_topics(vec![late]).into());
        assert_eq!(topics.partition("", &1_u128.to_be_bytes(), 0), Partition::new("1", 0));
        assert_eq!(topics.partition("", &[0xff; 16], 0), Partition::new("f".repeat(32), 0));
    }
}
