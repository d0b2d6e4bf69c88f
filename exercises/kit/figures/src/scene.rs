//! What a figure shows of a recording: groups, their members as lanes, partitions as rows, and what happened in them. Made once, in
//! [`crate::reading`]; [`mod@crate::timeline`], [`mod@crate::topology`] and [`crate::table`] draw and tell it. Nothing here
//! judges, and nothing is added that the recording does not hold.

use std::collections::BTreeMap;

use trace::Partition;
use verdict::Text;

/// A lane's place: which band, which lane in it.
pub(crate) type At = (usize, usize);

/// A recording, ready to be drawn.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    /// The groups; clients without a group come last, as a band without a name.
    pub(crate) bands: Vec<Band>,
    /// What concerns everybody.
    pub(crate) marks: Vec<Mark>,
    /// Topics with their number of partitions, as far as the recording tells it.
    pub(crate) topics: BTreeMap<String, u32>,
    /// Which lane (band, lane) an event belongs to, by the event's index.
    pub(crate) lane_of_event: BTreeMap<usize, At>,
    /// The first microsecond worth drawing.
    pub(crate) from: u64,
    /// The last microsecond.
    pub(crate) until: u64,
}

/// A group.
#[derive(Debug)]
pub(crate) struct Band {
    /// `group.id`; none for clients that joined no group.
    pub(crate) name: Option<String>,
    /// Its members.
    pub(crate) lanes: Vec<Lane>,
    /// When the group had members but none of them held a partition.
    pub(crate) gaps: Vec<Span>,
}

/// One client in one group. A client that was expelled and came back under the same `client.id` stays in its lane.
#[derive(Debug)]
pub(crate) struct Lane {
    /// What the figures call it, such as `C1` (see [`crate::lanes::name`]).
    pub(crate) name: String,
    /// `client.id`.
    pub(crate) client: String,
    /// When it was in the group (or spoke at all, for a client without a group).
    pub(crate) stays: Vec<Span>,
    /// The partitions it ever held.
    pub(crate) rows: Vec<Row>,
    /// When its assignment was empty.
    pub(crate) idle: Vec<Span>,
    /// When it sent heartbeats.
    pub(crate) heartbeats: Vec<u64>,
    /// What happened to it.
    pub(crate) marks: Vec<Mark>,
}

/// One partition in one lane.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) partition: Partition,
    /// When the member held it.
    pub(crate) held: Vec<Span>,
    /// Records that the answer was handed.
    pub(crate) records: Vec<Handed>,
    /// Commits.
    pub(crate) commits: Vec<Commit>,
}

/// A stretch of time in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) until: u64,
}

/// A record that the answer was handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handed {
    pub(crate) at: u64,
    pub(crate) offset: i64,
    /// When `process` returned from it, if it did.
    pub(crate) processed: Option<u64>,
}

/// An offset that a member asked to commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) at: u64,
    /// The next offset to read.
    pub(crate) offset: i64,
    /// Why the broker refused it, if it did.
    pub(crate) error: Option<String>,
}

/// Something that happened at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) at: u64,
    pub(crate) kind: Kind,
    pub(crate) text: Text,
}

/// Which shape a mark has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// It joined, or joined again.
    Join,
    /// It left.
    Leave,
    /// It ended without leaving, or was expelled.
    Gone,
    /// The tap did something to the line.
    Fault,
    /// Anything else that the lab noted.
    Note,
}

impl Scene {
    /// All lanes.
    pub(crate) fn lanes(&self) -> impl Iterator<Item = &Lane> {
        self.bands.iter().flat_map(|band| &band.lanes)
    }

    /// What figures and tables call a lane: `C1`, or `G1 C1` where there is more than one group.
    pub(crate) fn name_of(&self, (band, lane): At) -> String {
        let (band, lane) = (&self.bands[band], &self.bands[band].lanes[lane]);
        match &band.name {
            Some(group) if self.bands.len() > 1 => format!("{group} {}", lane.name),
            _ => lane.name.clone(),
        }
    }
}

impl Lane {
    /// The row of `partition`, made where there is none yet.
    pub(crate) fn row(&mut self, partition: &Partition) -> &mut Row {
        let at = self.rows.iter().position(|row| row.partition == *partition).unwrap_or_else(|| {
            self.rows.push(Row { partition: partition.clone(), held: vec![], records: vec![], commits: vec![] });
            self.rows.len() - 1
        });
        &mut self.rows[at]
    }

    /// The partitions it held at `at`.
    pub(crate) fn held_at(&self, at: u64) -> impl Iterator<Item = &Partition> {
        self.rows.iter().filter(move |row| row.held.iter().any(|span| span.holds(at))).map(|row| &row.partition)
    }

    /// Whether it had an assignment at `at`, be it an empty one.
    pub(crate) fn assigned_at(&self, at: u64) -> bool {
        self.idle.iter().any(|span| span.holds(at)) || self.held_at(at).next().is_some()
    }
}

impl Span {
    /// Whether `at` lies in it; its end does not.
    pub(crate) fn holds(&self, at: u64) -> bool {
        self.from <= at && at < self.until
    }
}
