//! The four positions of a partition, the one picture of state in the whole book:
//! *fetched* → *handed over* → *stored* → *committed*, and the end of the log ahead of them all.
//! Each is the **next** offset, as Kafka counts: 5 means that 0 to 4 have passed. Stored offsets live inside the client and never travel
//! alone. So a recording knows them only where the program told them ([`Note::Stored`]), or where it is known when the client
//! stores ([`Stores`]). Asked by `lab` for evidence and by [`crate::crash`], and drawn by `figures`.

use crate::{Note, Partition, Progress, Recording, Response, What};

/// Where a partition stands, each as the next offset; none where nothing was seen yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// After the last record that came to the client.
    pub fetched: Option<i64>,
    /// After the last record that `process` was called with.
    pub handed_over: Option<i64>,
    /// After the last record that `process` returned from. The application's own; no client knows it.
    pub processed: Option<i64>,
    /// What the client would commit if nobody named an offset, as far as the program told it.
    pub stored: Option<i64>,
    /// What the group last committed and the broker took, or told.
    pub committed: Option<i64>,
    /// The end of the log as the broker last told it.
    pub end: Option<i64>,
}

/// When a client stores the offset of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stores {
    /// `enable.auto.offset.store` is `true`, the default: librdkafka stores it as it hands the record over.
    HandedOver,
    /// `enable.auto.offset.store` is `false`, and the program stores it when the record is processed.
    Processed,
}

impl Positions {
    /// Where `partition` stood for `group` at `at` microseconds, as `recording` shows it.
    pub fn at(recording: &Recording, group: &str, partition: &Partition, at: u64) -> Self {
        Self::of(recording, group, partition, recording.events.partition_point(|event| event.at <= at))
    }

    /// Where `partition` stood for `group` when the event at `index` had happened.
    pub fn after(recording: &Recording, group: &str, partition: &Partition, index: usize) -> Self {
        Self::of(recording, group, partition, index.saturating_add(1))
    }

    /// The same, where the recording itself does not tell what is stored, with what follows from how the client stores.
    #[must_use]
    pub fn with(self, stores: Stores) -> Self {
        let follows = match stores {
            Stores::HandedOver => self.handed_over,
            Stores::Processed => self.processed,
        };
        Self { stored: self.stored.or(follows), ..self }
    }

    /// Where it stood after the first `count` events.
    fn of(recording: &Recording, group: &str, partition: &Partition, count: usize) -> Self {
        let mut positions = Self::default();
        for (index, event) in recording.events.iter().enumerate().take(count) {
            match &event.what {
                What::Response { response: Response::Fetch { partitions, .. }, .. } => {
                    if let Some(fetched) = partitions.get(partition) {
                        positions.end = Some(fetched.high_watermark).filter(|end| *end >= 0).or(positions.end);
                        positions.fetched = fetched.last.map(|last| last.saturating_add(1)).or(positions.fetched);
                    }
                }
                What::Response { response: Response::OffsetCommit { .. }, .. } if asked_for(recording, index, group) => {
                    positions.committed = recording.commit_taken(index, partition).or(positions.committed);
                }
                What::Response { response: Response::OffsetFetch { offsets, error: None }, .. }
                    if asked_for(recording, index, group) =>
                {
                    positions.committed = offsets.get(partition).copied().filter(|offset| *offset >= 0).or(positions.committed);
                }
                What::Record { progress, partition: of, offset, .. } if of == partition => match progress {
                    Progress::HandedOver => positions.handed_over = Some(offset.saturating_add(1)),
                    Progress::Processed => positions.processed = Some(offset.saturating_add(1)),
                },
                What::Note { note: Note::Stored { partition: of, offset }, .. } if of == partition => {
                    positions.stored = Some(*offset)
                }
                // What a client knew ends with its program; what the broker knows stays.
                What::Note { note: Note::Started, .. } => {
                    positions = Self { committed: positions.committed, end: positions.end, ..Self::default() };
                }
                _ => {}
            }
        }
        positions
    }
}

/// Whether event `answer` answers a question of that group.
fn asked_for(recording: &Recording, answer: usize, group: &str) -> bool {
    let asked = recording.asked_by(answer).map(|index| &recording.events[index].what);
    matches!(asked, Some(What::Request { request, .. }) if request.group() == Some(group))
}
