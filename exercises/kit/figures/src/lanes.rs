//! Who gets a lane: the members of each group, then the clients that read without a group. Part of making a [`Scene`](crate::scene::Scene).

use std::collections::BTreeMap;

use trace::{History, Recording, Request, What, history};

use crate::scene::{At, Band, Lane, Span};

/// Which lane (band, lane) a member has, by group and member id. A member id can come twice, so the last one counts.
pub(crate) type Members = BTreeMap<(String, String), At>;

/// One band for each group that admitted somebody.
pub(crate) fn of_groups(recording: &Recording, history: &History) -> (Vec<Band>, Members) {
    let mut members = Members::new();
    let mut bands = Vec::new();
    for group in history.groups.iter().filter(|group| !group.members.is_empty()) {
        let mut lanes: Vec<Lane> = Vec::new();
        for member in &group.members {
            let stay = stay(recording, member);
            let over = |lane: &Lane| lane.client == member.client && lane.stays.iter().all(|earlier| earlier.until <= stay.from);
            let at = lanes.iter().position(over).unwrap_or_else(|| {
                lanes.push(lane(&member.client));
                lanes.len() - 1
            });
            lanes[at].stays.push(stay);
            hold(&mut lanes[at], member, recording.duration());
            lanes[at].heartbeats.extend(member.heartbeats.iter().map(|index| recording.events[*index].at));
            members.insert((group.name.clone(), member.id.clone()), (bands.len(), at));
        }
        for lane in &mut lanes {
            lane.rows.sort_by(|a, b| a.partition.cmp(&b.partition));
        }
        bands.push(Band { name: Some(group.name.clone()), lanes, gaps: Vec::new() });
    }
    (bands, members)
}

/// One lane for each client that fetched and is in no group.
pub(crate) fn without_group(recording: &Recording, members: &Members) -> Option<Band> {
    let in_a_group = |client: &str| recording.events.iter().any(|event| speaks_in_a_group(&event.what, client, members));
    let mut lanes: Vec<Lane> = Vec::new();
    for event in &recording.events {
        let What::Request { client, request: Request::Fetch { offsets, .. }, .. } = &event.what else { continue };
        let known = lanes.iter().position(|lane| lane.client == *client);
        if known.is_none() && in_a_group(client) {
            continue;
        }
        let at = known.unwrap_or_else(|| {
            lanes.push(lane(client));
            lanes.len() - 1
        });
        let until = recording.duration();
        if lanes[at].stays.is_empty() {
            lanes[at].stays.push(Span { from: first_word(recording, client), until });
        }
        for partition in offsets.keys() {
            let row = lanes[at].row(partition);
            if row.held.is_empty() {
                row.held.push(Span { from: event.at, until });
            }
        }
    }
    (!lanes.is_empty()).then_some(Band { name: None, lanes, gaps: Vec::new() })
}

/// When a client said its first word.
fn first_word(recording: &Recording, client: &str) -> u64 {
    let of_client = |what: &What| matches!(what, What::Request { client: speaker, .. } if speaker == client);
    recording.find(of_client).next().map_or(0, |(_, event)| event.at)
}

fn speaks_in_a_group(what: &What, client: &str, members: &Members) -> bool {
    let What::Request { client: speaker, request, .. } = what else { return false };
    let (Some(group), Some(member)) = (request.group(), request.member()) else { return false };
    speaker == client && members.contains_key(&(group.to_owned(), member.to_owned()))
}

fn lane(client: &str) -> Lane {
    Lane {
        name: String::new(),
        client: client.into(),
        stays: vec![],
        rows: vec![],
        idle: vec![],
        heartbeats: vec![],
        marks: vec![],
    }
}

fn stay(recording: &Recording, member: &history::Member) -> Span {
    let end = member.left.or(member.gone).map_or(recording.duration(), |index| recording.events[index].at);
    Span { from: recording.events[member.joined].at, until: end }
}

fn hold(lane: &mut Lane, member: &history::Member, end: u64) {
    for holding in &member.holdings {
        let span = Span { from: holding.from, until: holding.until.unwrap_or(end) };
        if holding.partitions.is_empty() {
            extend(&mut lane.idle, span);
        }
        for partition in &holding.partitions {
            extend(&mut lane.row(partition).held, span);
        }
    }
}

/// Adds a stretch; one that follows the last without a pause makes it longer.
fn extend(spans: &mut Vec<Span>, next: Span) {
    match spans.last_mut() {
        Some(last) if last.until == next.from => last.until = next.until,
        _ => spans.push(next),
    }
}

/// Names lanes, and puts them and their groups in the order of their numbers; gives where each lane is now. A lane's name is its
/// `client.id` where all in its band are short and different; else the number of the answer's consumer that has the lane, where all
/// have one (`C1`, `C2` …); else the order of admission.
pub(crate) fn name(bands: &mut Vec<Band>, numbers: &BTreeMap<u32, At>) -> BTreeMap<At, At> {
    let mut named: Vec<(Band, Vec<At>)> = Vec::new();
    for (b, mut band) in std::mem::take(bands).into_iter().enumerate() {
        let number = |l: usize| numbers.iter().find(|(_, at)| **at == (b, l)).map(|(number, _)| *number);
        let by_client = named_by_client(&band.lanes);
        let all_numbered = (0..band.lanes.len()).all(|l| number(l).is_some());
        for (l, lane) in band.lanes.iter_mut().enumerate() {
            let number = if all_numbered { number(l) } else { None }.unwrap_or(l as u32 + 1);
            lane.name = if by_client { lane.client.to_uppercase() } else { format!("C{number}") };
        }
        let mut lanes: Vec<(usize, Lane)> = std::mem::take(&mut band.lanes).into_iter().enumerate().collect();
        lanes.sort_by_key(|(_, lane)| number_in(&lane.name));
        let from = lanes.iter().map(|(l, _)| (b, *l)).collect();
        band.lanes = lanes.into_iter().map(|(_, lane)| lane).collect();
        named.push((band, from));
    }
    // Groups in the order of their first members' numbers; those without a group stay last.
    named.sort_by_key(|(band, _)| (band.name.is_none(), band.lanes.first().and_then(|lane| number_in(&lane.name))));
    let mut moved = BTreeMap::new();
    for (b, (band, from)) in named.into_iter().enumerate() {
        moved.extend(from.into_iter().enumerate().map(|(l, from)| (from, (b, l))));
        bands.push(band);
    }
    moved
}

fn named_by_client(lanes: &[Lane]) -> bool {
    let telling =
        |lane: &Lane| lane.client.starts_with(['C', 'c']) && lane.client.len() <= 3 && number_in(&lane.client).is_some();
    let different = lanes.iter().enumerate().all(|(n, lane)| lanes[..n].iter().all(|other| other.client != lane.client));
    different && lanes.iter().all(telling)
}

/// The number at the end of a `client.id`: 3 for `C3` and `consumer-3`.
pub(crate) fn number_in(client: &str) -> Option<u32> {
    let digits = client.len() - client.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    client[client.len() - digits..].parse().ok()
}
