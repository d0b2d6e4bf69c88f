//! What a grader sets before the answer starts, or while it runs: topics with records, names that no other run uses, committed offsets, and
//! numbers for the exercise's own part. It goes to the broker itself, past the tap; [`crate::topic`] and `offsets` do it.

use std::time::Duration;

use verdict::Outcome;

use super::{Lab, bug};
use crate::{
    offsets,
    topic::{self, Data},
};

impl Lab {
    /// A topic with these records. The exercise calls it `name`; on the broker it has a name that no other run uses.
    ///
    /// # Errors
    /// The broker does not take it.
    pub async fn topic(&mut self, name: &str, partitions: i32, records: Vec<Data>) -> Result<(), Outcome> {
        let real = self.announce(name);
        topic::create(&self.broker, &real, partitions).await.map_err(bug)?;
        self.topics.push(real.clone());
        topic::fill(&self.broker, &real, records).await.map_err(bug)
    }

    /// Writes more records to a topic, while the answer runs.
    ///
    /// # Errors
    /// The broker does not take them.
    pub async fn produce(&self, name: &str, records: Vec<Data>) -> Result<(), Outcome> {
        let real = self.real(name);
        topic::fill(&self.broker, &real, records).await.map_err(bug)
    }

    /// Writes records one after another, each in a batch of its own, with `every` between two of them.
    ///
    /// # Errors
    /// The broker does not take them.
    pub async fn produce_each(&self, name: &str, records: Vec<Data>, every: Duration) -> Result<(), Outcome> {
        let real = self.real(name);
        topic::fill_each(&self.broker, &real, records, every).await.map_err(bug)
    }

    /// Commits offsets for a group that has no members yet: the exercise's topic, partition, next offset to read.
    ///
    /// # Errors
    /// The broker does not take them.
    pub async fn commit(&self, group: &str, offsets: &[(&str, i32, i64)]) -> Result<(), Outcome> {
        let offsets = offsets.iter().map(|(topic, partition, offset)| (self.real(topic), *partition, *offset)).collect();
        offsets::commit(&self.broker, &self.real(group), offsets).await.map_err(bug)
    }

    /// Deletes the records of one partition that come before offset `before`, as retention does. The embedded broker cannot.
    ///
    /// # Errors
    /// The broker does not do it.
    pub async fn delete_before(&self, topic: &str, partition: i32, before: i64) -> Result<(), Outcome> {
        offsets::delete_before(&self.broker, &self.real(topic), partition, before).await.map_err(bug)
    }

    /// A group that the exercise calls `name`.
    pub fn group(&mut self, name: &str) {
        self.announce(name);
    }

    /// The beginning of topics' names that the exercise calls `name`, for a subscription by pattern.
    pub fn beginning(&mut self, name: &str) {
        self.announce(name);
    }

    /// A number for the exercise's own part in the answer's process ([`crate::Seat::number`]).
    pub fn number(&mut self, name: &str, number: i64) {
        self.invitation.numbers.insert(name.to_owned(), number);
    }

    /// The name on the broker of what the exercise calls `name`.
    pub fn real(&self, name: &str) -> String {
        self.invitation.names.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn announce(&mut self, name: &str) -> String {
        let real = format!("{}.{name}", self.prefix);
        self.recorder.rename(&real, name);
        self.invitation.names.insert(name.to_owned(), real.clone());
        real
    }
}
