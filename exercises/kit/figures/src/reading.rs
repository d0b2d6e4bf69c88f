//! Reads a recording into a [`Scene`]: from [`trace::History`] and the events, lanes first, then who spoke, then what happened.

use std::collections::{BTreeMap, BTreeSet};

use trace::{History, Partition, Recording, Request, Response, What};

use crate::{
    happenings, lanes, numbers,
    scene::{Lane, Scene, Span},
    speakers,
};

impl Scene {
    /// Reads a recording.
    pub(crate) fn of(recording: &Recording) -> Self {
        let history = History::of(recording);
        let (mut bands, mut members) = lanes::of_groups(recording, &history);
        bands.extend(lanes::without_group(recording, &members));
        let mut speaks = speakers::of_frames(&bands, recording, &members);
        let mut consumers = numbers::of_consumers(&bands, recording, &speaks);
        let moved = lanes::name(&mut bands, &consumers);
        for at in members.values_mut().chain(speaks.values_mut()).chain(consumers.values_mut()) {
            *at = moved.get(at).copied().unwrap_or(*at);
        }
        speaks.extend(recording.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
            What::Record { member, partition, .. } => {
                Some((index, numbers::of_record(&bands, &consumers, *member, partition, event.at)?))
            }
            What::Note { member, .. } => Some((index, *consumers.get(member)?)),
            _ => None,
        }));
        let mut scene =
            Self { bands, topics: topics(recording), lane_of_event: speaks, until: recording.duration(), ..Self::default() };
        happenings::add(&mut scene, recording, &members);
        for band in scene.bands.iter_mut().filter(|band| band.name.is_some()) {
            band.gaps = gaps(&band.lanes);
        }
        let begin = scene.lanes().flat_map(|lane| &lane.stays).map(|stay| stay.from).min().unwrap_or(0);
        scene.until = scene.last().unwrap_or(scene.until);
        let margin = scene.until.saturating_sub(begin) / 40;
        (scene.from, scene.until) = (begin.saturating_sub(margin), (scene.until + margin).min(recording.duration()));
        scene
    }

    /// The last time at which something happened that is drawn: programs take their time to end after their last word.
    fn last(&self) -> Option<u64> {
        let of_lanes = self.lanes().flat_map(|lane| {
            let stays = lane.stays.iter().map(|stay| stay.until);
            let records = lane.rows.iter().flat_map(|row| &row.records).map(|record| record.at);
            stays.chain(lane.marks.iter().map(|mark| mark.at)).chain(records)
        });
        of_lanes.chain(self.marks.iter().map(|mark| mark.at)).max().filter(|_| !self.bands.is_empty())
    }
}

/// The stretches between a group's first and last holding in which somebody was in the group and nobody held a partition.
fn gaps(lanes: &[Lane]) -> Vec<Span> {
    let mut held: Vec<Span> = lanes.iter().flat_map(|lane| &lane.rows).flat_map(|row| row.held.iter().copied()).collect();
    held.sort_by_key(|span| span.from);
    let mut gaps = Vec::new();
    let mut reached = held.first().map_or(0, |span| span.until);
    for span in held {
        if span.from > reached && lanes.iter().flat_map(|lane| &lane.stays).any(|stay| stay.holds(reached)) {
            gaps.push(Span { from: reached, until: span.from });
        }
        reached = reached.max(span.until);
    }
    gaps
}

/// Topics that the clients asked for or were given, with their number of partitions.
fn topics(recording: &Recording) -> BTreeMap<String, u32> {
    let mut told = BTreeMap::new();
    let mut used: BTreeSet<&Partition> = BTreeSet::new();
    for event in &recording.events {
        match &event.what {
            What::Response { response: Response::Metadata { topics, .. }, .. } => told.extend(topics.clone()),
            What::Response { response: Response::SyncGroup { assignment, .. }, .. } => used.extend(assignment),
            What::Response { response: Response::ConsumerGroupHeartbeat { assignment: Some(given), .. }, .. } => {
                used.extend(given)
            }
            What::Request { request: Request::Fetch { offsets, .. }, .. } => used.extend(offsets.keys()),
            _ => {}
        }
    }
    let names: BTreeSet<&str> = used.iter().map(|partition| partition.topic.as_str()).collect();
    let seen = |topic: &str| {
        used.iter().filter(|p| p.topic == topic).filter_map(|p| u32::try_from(p.number).ok()).max().map_or(0, |last| last + 1)
    };
    names.into_iter().map(|topic| (topic.to_owned(), told.get(topic).copied().unwrap_or(0).max(seen(topic)))).collect()
}
