//! Which lane an event belongs to. Requests name a member or at least a `client.id`; what the lab notes names the answer's
//! n-th consumer, which is matched with a lane by its `client.id` or by the partitions that it was handed records of.

use std::collections::BTreeMap;

use trace::{Event, Partition, Recording, Request, Response, What};

use crate::{
    lanes::{Members, number_in},
    scene::{Band, Scene},
};

/// A lane: which band, which lane in it.
pub(crate) type At = (usize, usize);

/// The lane of each event that has one, by the event's index.
pub(crate) fn of_events(scene: &Scene, recording: &Recording, members: &Members) -> BTreeMap<usize, At> {
    let numbers = of_numbers(scene, recording);
    let mut speakers = Speakers { bands: &scene.bands, members, asked: BTreeMap::new(), connections: BTreeMap::new() };
    let mut found = BTreeMap::new();
    for (index, event) in recording.events.iter().enumerate() {
        let lane = match &event.what {
            What::Request { connection, client, correlation, request, .. } => {
                let lane = speakers.of_request(recording, index, event, client, request);
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
            What::Record { member, .. } | What::Note { member, .. } => numbers.get(member).copied(),
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

struct Speakers<'a> {
    bands: &'a [Band],
    members: &'a Members,
    asked: BTreeMap<(u32, i32), Option<At>>,
    connections: BTreeMap<u32, At>,
}

impl Speakers<'_> {
    fn of_request(&self, recording: &Recording, index: usize, event: &Event, client: &str, request: &Request) -> Option<At> {
        if let (Some(group), Some(member)) = (request.group(), request.member()) {
            let admitted = || recording.answer_to(index).and_then(|answer| admitted(&recording.events[answer].what));
            let member = if member.is_empty() { admitted()? } else { member };
            return self.members.get(&(group.to_owned(), member.to_owned())).copied();
        }
        let of_client = || lanes(self.bands).filter(|at| self.bands[at.0].lanes[at.1].client == client);
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

fn lanes(bands: &[Band]) -> impl Iterator<Item = At> {
    bands.iter().enumerate().flat_map(|(b, band)| (0..band.lanes.len()).map(move |l| (b, l)))
}

/// The lane of the answer's n-th consumer. Where every lane carries its own number in its `client.id`, that decides; else each
/// consumer gets the lane that held most of the records it was handed, at the time. A consumer that was handed nothing gets the lane
/// that is left over, if just one is.
fn of_numbers(scene: &Scene, recording: &Recording) -> BTreeMap<u32, At> {
    let all: Vec<At> = lanes(&scene.bands).collect();
    let numbered: BTreeMap<u32, At> =
        all.iter().filter_map(|at| Some((number_in(&scene.bands[at.0].lanes[at.1].client)?, *at))).collect();
    if numbered.len() == all.len() {
        return numbered;
    }
    let mut votes: BTreeMap<u32, BTreeMap<At, usize>> = BTreeMap::new();
    for event in &recording.events {
        match &event.what {
            What::Record { member, partition, .. } => {
                let holds = |at: &&At| scene.bands[at.0].lanes[at.1].held_at(event.at).any(|held| held == partition);
                for at in all.iter().filter(holds) {
                    *votes.entry(*member).or_default().entry(*at).or_default() += 1;
                }
            }
            What::Note { member, .. } if *member > 0 => {
                votes.entry(*member).or_default();
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for (number, lanes) in &votes {
        let free = |at: &At| !found.values().any(|taken| taken == at);
        let best = lanes.iter().filter(|(at, _)| free(at)).max_by_key(|(at, count)| (**count, std::cmp::Reverse(**at)));
        found.extend(best.map(|(at, _)| (*number, *at)));
    }
    let left: Vec<At> = all.into_iter().filter(|at| !found.values().any(|taken| taken == at)).collect();
    let silent: Vec<u32> = votes.keys().filter(|number| !found.contains_key(number)).copied().collect();
    if let ([lane], [number]) = (left.as_slice(), silent.as_slice()) {
        found.insert(*number, *lane);
    }
    found
}
