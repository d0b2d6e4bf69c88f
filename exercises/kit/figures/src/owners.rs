//! Who reads a partition when, and when nobody does: the rows of all members of a group, turned round. Used by [`mod@crate::compare`].
//!
//! A member reads a partition while it holds it, except while nothing can be heard of it: its line is cut, or its program is gone. A
//! member that the group has given up without its knowing reads until it was last heard of, or until the next one has the partition.

use trace::{Note, Partition, Recording, What, event::Side};

use crate::{
    moment,
    scene::{At, Lane, Scene, Span},
};

/// One partition of a group.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Owned {
    pub(crate) partition: Partition,
    /// Who reads it (the lane's index in the band) from when to when, in order.
    pub(crate) read: Vec<(usize, Span)>,
    /// When nobody reads it although the group has readers.
    pub(crate) gaps: Vec<Span>,
}

/// The partitions of group `band`, in order.
pub(crate) fn of(scene: &Scene, recording: &Recording, band: usize) -> Vec<Owned> {
    let lanes = &scene.bands[band].lanes;
    let last = lanes.iter().flat_map(|lane| &lane.rows).flat_map(|row| &row.held).map(|span| span.until).max().unwrap_or(0);
    let end = moment::end(recording).map_or(last, |index| last.min(recording.events[index].at));
    let silent: Vec<Vec<Span>> = (0..lanes.len()).map(|lane| silent(scene, recording, (band, lane))).collect();
    let mut partitions: Vec<&Partition> = lanes.iter().flat_map(|lane| &lane.rows).map(|row| &row.partition).collect();
    partitions.sort();
    partitions.dedup();
    let owned = |partition: &Partition| {
        let rows = lanes.iter().enumerate().flat_map(|(lane, of)| of.rows.iter().map(move |row| (lane, row)));
        let mut held: Vec<(usize, Span)> = rows
            .filter(|(_, row)| row.partition == *partition)
            .flat_map(|(lane, row)| row.held.iter().map(move |span| (lane, *span)))
            .collect();
        held.sort_by_key(|(_, span)| span.from);
        for at in 1..held.len() {
            let (next, (lane, span)) = (held[at].1.from, held[at - 1]);
            if span.until > next {
                held[at - 1].1.until = last_heard(scene, recording, (band, lane), span.from, next);
            }
        }
        let read: Vec<(usize, Span)> = held
            .iter()
            .flat_map(|(lane, span)| without(*span, &silent[*lane]).into_iter().map(move |span| (*lane, span)))
            .collect();
        Owned { partition: partition.clone(), gaps: gaps(&read, lanes, end), read }
    };
    partitions.into_iter().map(owned).filter(|owned| !owned.read.is_empty()).collect()
}

/// The stretches in which nothing was heard of a member because of what happened to its line or its program.
fn silent(scene: &Scene, recording: &Recording, at: At) -> Vec<Span> {
    let mut silent = Vec::new();
    let mut since = None;
    for (_, event) in recording.find(|_| true).filter(|(index, _)| scene.lane_of_event.get(index) == Some(&at)) {
        match &event.what {
            What::Disconnected { by: Side::Tap, .. }
            | What::Note { note: Note::Killed | Note::Panicked { .. } | Note::OutOfTime { .. }, .. } => {
                since.get_or_insert(event.at);
            }
            What::Response { .. } => silent.extend(since.take().map(|from| Span { from, until: event.at })),
            _ => {}
        }
    }
    silent.extend(since.map(|from| Span { from, until: recording.duration() }));
    silent
}

/// The last time up to `until` that something was heard of a member.
fn last_heard(scene: &Scene, recording: &Recording, at: At, from: u64, until: u64) -> u64 {
    let frame = |what: &What| matches!(what, What::Request { .. } | What::Response { .. });
    let heard = recording
        .find(frame)
        .filter(|(index, event)| scene.lane_of_event.get(index) == Some(&at) && (from..=until).contains(&event.at));
    heard.map(|(_, event)| event.at).last().unwrap_or(until)
}

/// `span` without the stretches of `silent`, which are in order.
fn without(span: Span, silent: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut from = span.from;
    for quiet in silent.iter().filter(|quiet| quiet.from < span.until && quiet.until > span.from) {
        if quiet.from > from {
            left.push(Span { from, until: quiet.from });
        }
        from = from.max(quiet.until);
    }
    if from < span.until {
        left.push(Span { from, until: span.until });
    }
    left
}

/// The stretches between two readers, and the one after the last, where another member goes on with its heartbeats. What begins when
/// everybody is asked to stop is none.
fn gaps(read: &[(usize, Span)], lanes: &[Lane], end: u64) -> Vec<Span> {
    let mut gaps = Vec::new();
    let mut reached: Option<u64> = None;
    for (_, span) in read {
        match reached {
            Some(reached) if span.from > reached => gaps.push(Span { from: reached, until: span.from }),
            _ => {}
        }
        reached = reached.max(Some(span.until));
    }
    let beats = |from: u64| lanes.iter().flat_map(|lane| &lane.heartbeats).any(|at| (from..end).contains(at));
    gaps.extend(reached.filter(|from| beats(*from)).map(|from| Span { from, until: end }));
    gaps.retain(|gap| gap.from < end);
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_cut_out() {
        let span = |from, until| Span { from, until };
        assert_eq!(without(span(10, 50), &[]), [span(10, 50)]);
        assert_eq!(without(span(10, 50), &[span(0, 5), span(20, 30), span(45, 90)]), [span(10, 20), span(30, 45)]);
        assert_eq!(without(span(10, 50), &[span(5, 60)]), []);
    }
}
