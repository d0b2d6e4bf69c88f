//! What has happened to each record of a partition up to one moment. A record that was processed stays so when the program starts anew; what
//! a client has fetched or handed over ends with its program.

use std::collections::BTreeSet;

use trace::{Note, Partition, Progress, Recording, Response, What};
use verdict::{Text, say};

use crate::svg::{BG, DIM, FG, colour};

/// The records, by offset.
#[derive(Debug, Default)]
pub(super) struct Cells {
    fetched: BTreeSet<i64>,
    in_hand: BTreeSet<i64>,
    handed_over: BTreeSet<i64>,
    processed: BTreeSet<i64>,
}

/// What has happened to one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Processed,
    Again,
    InHand,
    Fetched,
    AtTheBroker,
}

impl Cells {
    /// The records of `partition` when the event at `index` had happened.
    pub(super) fn after(recording: &Recording, partition: &Partition, index: usize) -> Self {
        let mut cells = Self::default();
        for event in &recording.events[..=index] {
            match &event.what {
                What::Response { response: Response::Fetch { partitions, .. }, .. } => {
                    let brought = partitions.get(partition).and_then(|fetched| Some(fetched.first?..=fetched.last?));
                    cells.fetched.extend(brought.into_iter().flatten());
                }
                What::Record { progress: Progress::HandedOver, partition: of, offset, .. } if of == partition => {
                    cells.in_hand.insert(*offset);
                    cells.handed_over.insert(*offset);
                }
                What::Record { progress: Progress::Processed, partition: of, offset, .. } if of == partition => {
                    cells.in_hand.remove(offset);
                    cells.processed.insert(*offset);
                }
                What::Note { note: Note::Started, .. } => cells = Self { processed: cells.processed, ..Self::default() },
                _ => {}
            }
        }
        cells
    }

    pub(super) fn state(&self, offset: i64) -> State {
        match self.processed.contains(&offset) {
            true if self.in_hand.contains(&offset) => State::Again,
            true => State::Processed,
            false if self.handed_over.contains(&offset) => State::InHand,
            false if self.fetched.contains(&offset) => State::Fetched,
            false => State::AtTheBroker,
        }
    }
}

impl State {
    /// What it means.
    pub(super) fn text(self) -> Text {
        match self {
            Self::Processed => say!("processed", "처리 끝"),
            Self::Again => say!("handed over again", "다시 전달됨"),
            Self::InHand => say!("handed over, not processed", "전달됨, 처리 안 됨"),
            Self::Fetched => say!("fetched, waits in the client", "페치되어 클라이언트에서 기다림"),
            Self::AtTheBroker => say!("at the broker only", "브로커에만 있음"),
        }
    }

    /// The attributes of its cell.
    pub(super) fn look(self) -> String {
        let (fill, opacity, stroke) = match self {
            Self::Processed => (colour(1), ".45", DIM),
            Self::Again => (colour(1), ".45", FG),
            Self::InHand => (colour(1), ".15", FG),
            Self::Fetched => (colour(0), ".15", DIM),
            Self::AtTheBroker => (BG.to_owned(), "1", DIM),
        };
        let again = if self == Self::Again { " stroke-width=\"2\" stroke-dasharray=\"4 2\"" } else { "" };
        format!("fill=\"{fill}\" fill-opacity=\"{opacity}\" stroke=\"{stroke}\"{again}")
    }
}
