//! One finished run, as graders look at it: the recording, the history of its groups, what the answer returned, and its events as evidence.
//! A claim of it that does not hold is a [`Mistake`], which [`mistake`] begins. [`crate::Lab`] makes runs; nothing is judged here but by the
//! claims of `claims`, which most graders make, and of `commits`.

mod claims;

use std::collections::BTreeMap;

use trace::{
    History, Note, Partition, Progress, Recording, Response, What,
    history::{Group, Member},
    positions::Positions,
};
use verdict::{Evidence, Mistake, Text, say};

pub use claims::asks_for_the_end;

use crate::words;

/// One finished run.
pub struct Run {
    /// What was seen.
    pub recording: Recording,
    /// Its groups.
    pub history: History,
    /// What was waited for when it ended.
    waiting_for: Text,
}

impl Run {
    pub(crate) fn new(recording: Recording, waiting_for: Text) -> Self {
        let history = History::of(&recording);
        Self { recording, history, waiting_for }
    }

    /// The run up to event `end`, for claims that hold until then.
    #[must_use]
    pub fn until(&self, end: usize) -> Self {
        let mut recording = self.recording.clone();
        recording.events.truncate(end);
        Self::new(recording, self.waiting_for.clone())
    }

    /// The group of that name, if anybody spoke of it.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.history.group(name)
    }

    /// The members of a group, without those that the coordinator expelled, as may happen on a slow machine: they joined again.
    pub fn members(&self, group: &str) -> impl Iterator<Item = &Member> {
        let expelled =
            |member: &&Member| member.gone.is_some_and(|gone| matches!(self.recording.events[gone].what, What::Response { .. }));
        self.group(group).into_iter().flat_map(|group| &group.members).filter(move |member| !expelled(member))
    }

    /// How often each record was processed: partition and offset → times.
    pub fn processed(&self) -> BTreeMap<(Partition, i64), usize> {
        let mut times = BTreeMap::new();
        for event in &self.recording.events {
            if let What::Record { progress: Progress::Processed, partition, offset, .. } = &event.what {
                *times.entry((partition.clone(), *offset)).or_insert(0) += 1;
            }
        }
        times
    }

    /// What the answer returned, read as `T`; none where it returned nothing, or something else.
    pub fn returned<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        let texts = self.recording.events.iter().rev();
        let value = texts.filter_map(|event| match &event.what {
            What::Note { note: Note::Returned { value, .. }, .. } => value.as_deref(),
            _ => None,
        });
        value.take(1).find_map(|text| serde_json::from_str(text).ok())
    }

    /// The events that match, as evidence, the first `most` of them.
    pub fn show(&self, most: usize, matches: impl Fn(&What) -> bool) -> Vec<Evidence> {
        self.recording.find(matches).take(most).map(|(index, _)| self.event(index)).collect()
    }

    /// Where `partition` stood for `group` when the event at `index` had happened, as evidence: the four positions in one line.
    pub fn positions(&self, group: &str, partition: &Partition, index: usize) -> Evidence {
        let positions = Positions::after(&self.recording, group, partition, index);
        Evidence { text: words::positions(partition, &positions), ..self.event(index) }
    }

    /// The event at `index` as evidence.
    ///
    /// # Panics
    /// There is no such event: a mistake in the grader.
    pub fn event(&self, index: usize) -> Evidence {
        let event = &self.recording.events[index];
        Evidence { event: Some(index), us: Some(event.at), text: words::of(&event.what) }
    }
}

/// Whether it is an answer to a Fetch that brings the record of `partition` at `offset`, or a later one.
pub fn brings(partition: &Partition, offset: i64) -> impl Fn(&What) -> bool {
    move |what| match what {
        What::Response { response: Response::Fetch { partitions, .. }, .. } => {
            partitions.get(partition).is_some_and(|fetched| fetched.last.is_some_and(|last| last >= offset))
        }
        _ => false,
    }
}

/// Something that the recording does *not* hold, as evidence.
pub fn missing(text: Text) -> Evidence {
    Evidence { event: None, us: None, text }
}

/// That `member` did not leave its group, as evidence.
pub fn stayed(member: &Member) -> Evidence {
    missing(match &member.instance {
        None => say!("no LeaveGroup from it", "그 컨슈머의 LeaveGroup이 없다"),
        Some(_) => say!(
            "no LeaveGroup from it: a static member (group.instance.id) sends none, since it says that it comes back",
            "그 컨슈머의 LeaveGroup이 없다. 정적 멤버(group.instance.id)는 돌아온다는 뜻이므로 보내지 않는다"
        ),
    })
}

/// A [`Mistake`] put together like a sentence: what it is, what was expected, what is seen, why it matters, where to read.
#[must_use]
pub struct Claim {
    mistake: Mistake,
}

/// Begins a mistake: its stable name, and one sentence that says what the answer did.
pub fn mistake(id: &str, title: Text) -> Claim {
    let empty = Text::default();
    let mistake = Mistake { id: id.into(), title, expected: empty.clone(), seen: Vec::new(), why: empty, read: String::new() };
    Claim { mistake }
}

impl Claim {
    /// What was expected instead.
    pub fn expected(mut self, expected: Text) -> Self {
        self.mistake.expected = expected;
        self
    }

    /// What the recording shows.
    pub fn seen(mut self, seen: impl IntoIterator<Item = Evidence>) -> Self {
        self.mistake.seen.extend(seen);
        self
    }

    /// Why it matters.
    pub fn why(mut self, why: Text) -> Self {
        self.mistake.why = why;
        self
    }

    /// Where the book explains it, `page#anchor`.
    pub fn read(mut self, place: &str) -> Mistake {
        self.mistake.read = place.into();
        self.mistake
    }
}
