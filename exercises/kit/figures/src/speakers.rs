//! Which lane a frame belongs to: requests name a member or at least a `client.id`. What the lab notes is matched in
//! [`crate::numbers`].

use std::collections::BTreeMap;

use trace::{Event, Partition, Recording, Request, Response, What};

use crate::{
    lanes::Members,
    scene::{At, Band},
};

/// The lane of each frame and of each connection's beginning and end that has one, by the event's index.
pub(crate) fn of_frames(bands: &[Band], recording: &Recording, members: &Members) -> BTreeMap<usize, At> {
    let groups = groups_of_connections(recording);
    let mut speakers = Speakers { bands, members, groups, asked: BTreeMap::new(), connections: BTreeMap::new() };
    let mut found = BTreeMap::new();
    for (index, event) in recording.events.iter().enumerate() {
        let lane = match &event.what {
            What::Request { connection, client, correlation, request, .. } => {
                let lane = speakers.of_request(recording, index, event, *connection, client, request);
                if let Some(lane) = lane {
                    speakers.connections.insert(*connection, lane);
                }
                speakers.asked.insert((*connection, *correlation), lane);
                lane
            }
            What::Response { connection, correlation, .. } => speakers.asked.remove(&(*connection, *correlation)).flatten(),
            What::Fault { connection, .. } | What::Disconnected { connection, .. } | What::Connected { connection, .. } => {
                speakers.connections.get(connection).copied()
            }
            What::Record { .. } | What::Note { .. } => None,
        };
        found.extend(lane.map(|lane| (index, lane)));
    }
    // What a client said on a connection before it was known whose connection it is.
    for (index, event) in recording.events.iter().enumerate() {
        if let What::Request { connection, .. } | What::Response { connection, .. } = &event.what
            && let Some(lane) = speakers.connections.get(connection)
        {
            found.entry(index).or_insert(*lane);
        }
    }
    found
}

/// The group that a connection asked the coordinator of. A client asks on the connection on which it fetches, so this tells apart
/// clients of two groups that read the same partitions under the same `client.id`.
fn groups_of_connections(recording: &Recording) -> BTreeMap<u32, &str> {
    let asked = recording.events.iter().filter_map(|event| match &event.what {
        What::Request { connection, request: Request::FindCoordinator { keys }, .. } => {
            Some((*connection, keys.first()?.as_str()))
        }
        _ => None,
    });
    asked.collect()
}

struct Speakers<'a> {
    bands: &'a [Band],
    members: &'a Members,
    groups: BTreeMap<u32, &'a str>,
    asked: BTreeMap<(u32, i32), Option<At>>,
    connections: BTreeMap<u32, At>,
}

impl Speakers<'_> {
    fn of_request(
        &self,
        recording: &Recording,
        index: usize,
        event: &Event,
        connection: u32,
        client: &str,
        request: &Request,
    ) -> Option<At> {
        if let (Some(group), Some(member)) = (request.group(), request.member()) {
            let admitted = || recording.answer_to(index).and_then(|answer| admitted(&recording.events[answer].what));
            let member = if member.is_empty() { admitted()? } else { member };
            return self.members.get(&(group.to_owned(), member.to_owned())).copied();
        }
        let group = self.groups.get(&connection);
        let of_client = || {
            lanes(self.bands).filter(|(band, lane)| {
                let (band, lane) = (&self.bands[*band], &self.bands[*band].lanes[*lane]);
                lane.client == client && (group.is_none() || band.name.is_none() || band.name.as_deref() == group.copied())
            })
        };
        let mut all = of_client();
        match (all.next(), all.next(), request) {
            (Some(only), None, _) => Some(only),
            (_, _, Request::Fetch { offsets, .. }) => {
                let owns = |at: &At, p: &Partition| self.bands[at.0].lanes[at.1].held_at(event.at).any(|held| held == p);
                let mut owners = of_client().filter(|at| !offsets.is_empty() && offsets.keys().all(|p| owns(at, p)));
                match (owners.next(), owners.next()) {
                    (Some(only), None) => Some(only),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn admitted(answer: &What) -> Option<&str> {
    match answer {
        What::Response {
            response: Response::JoinGroup { member, .. } | Response::ConsumerGroupHeartbeat { member, .. }, ..
        } => Some(member),
        _ => None,
    }
}

/// All lanes.
pub(crate) fn lanes(bands: &[Band]) -> impl Iterator<Item = At> {
    bands.iter().enumerate().flat_map(|(b, band)| (0..band.lanes.len()).map(move |l| (b, l)))
}
