//! What the recording of `02_heartbeats` says: sessions, heartbeats and the time between them, who was told what. Judges nothing. Where
//! an index is given, it is that of the first such event.

use std::collections::BTreeSet;

use lab::trace::{History, Note, Progress, Recording, Request, Response, What, history::Member};

/// How long a record may take, in ms.
const LONGEST_RECORD: i32 = 3_000;

fn first(seen: &Recording, since: usize, is_meant: impl Fn(&What) -> bool) -> Option<usize> {
    (since..seen.events.len()).find(|index| is_meant(&seen.events[*index].what))
}

/// The first JoinGroup: its index, its session and its longest time between two polls, in ms. In the new protocol nobody asks for them.
pub(super) fn session(seen: &Recording) -> Option<(usize, i32, i32)> {
    seen.events.iter().enumerate().find_map(|(index, event)| match &event.what {
        What::Request { request: Request::JoinGroup { session_timeout_ms, rebalance_timeout_ms, .. }, .. } => {
            Some((index, *session_timeout_ms, *rebalance_timeout_ms))
        }
        _ => None,
    })
}

/// The end of a member with an error.
pub(super) fn failed(seen: &Recording) -> Option<usize> {
    first(seen, 0, |what| matches!(what, What::Note { note: Note::Mark { .. }, .. }))
}

/// Such an end, before anything was done to it.
pub(super) fn refused(seen: &Recording) -> Option<usize> {
    failed(seen).filter(|ended| first(seen, 0, |what| matches!(what, What::Fault { .. })).is_none_or(|harmed| *ended < harmed))
}

pub(super) fn not_granted(seen: &Recording) -> Option<usize> {
    first(seen, 0, |what| {
        let What::Response { response: Response::JoinGroup { error, .. }, .. } = what else { return false };
        error.as_deref() == Some("INVALID_SESSION_TIMEOUT")
    })
}

/// The names of those who asked to join.
pub(super) fn names(seen: &Recording) -> String {
    let joins = |what: &What| match what {
        What::Request { client, request: Request::JoinGroup { .. } | Request::ConsumerGroupHeartbeat { .. }, .. } => {
            Some(client.clone())
        }
        _ => None,
    };
    let names: BTreeSet<String> = seen.events.iter().filter_map(|event| joins(&event.what)).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// A member that had to join anew, though nothing had been done to it, and it went on fetching: its last heartbeat before, and its second
/// joining. (One that did not fetch either stood still with its machine.)
pub(super) fn given_up(seen: &Recording, history: &History) -> Option<(usize, usize)> {
    let harmed = first(seen, 0, |what| matches!(what, What::Fault { .. }));
    let all = history.group("G1").map_or(&[][..], |group| &group.members);
    let unharmed = |member: &Member| harmed.is_none_or(|harmed| member.joined < harmed) || member.client == "C2";
    all.iter().enumerate().filter(|(_, member)| unharmed(member) && names(seen) == "C1, C2").find_map(|(n, member)| {
        let before = all[..n].iter().rfind(|other| other.client == member.client && other.was_assigned())?;
        let last = before.heartbeats.iter().copied().rfind(|beat| *beat < member.joined)?;
        let fetch = |what: &What| matches!(what, What::Request { client, request: Request::Fetch { .. }, .. } if *client == member.client);
        let fetches = seen.events[last..member.joined].iter().filter(|event| fetch(&event.what)).count();
        (fetches >= 3).then_some((last, member.joined))
    })
}

fn beats_of(seen: &Recording, client: &str) -> Vec<usize> {
    let is_beat = |request: &Request| matches!(request, Request::Heartbeat { .. } | Request::ConsumerGroupHeartbeat { .. });
    let of_client = |what: &What| matches!(what, What::Request { client: of, request, .. } if of == client && is_beat(request));
    seen.find(of_client).map(|(index, _)| index).collect()
}

/// How many heartbeats C1 has sent since event `since`.
pub(super) fn beats(seen: &Recording, since: usize) -> usize {
    beats_of(seen, "C1").into_iter().filter(|beat| *beat > since).count()
}

/// The shortest time between two heartbeats of a member, in ms: a busy machine makes it longer, nothing makes it shorter.
pub(super) fn interval(seen: &Recording) -> Option<i32> {
    let ms = |pair: &[usize]| i32::try_from((seen.events[pair[1]].at - seen.events[pair[0]].at) / 1_000).unwrap_or(i32::MAX);
    ["C1", "C2"].into_iter().flat_map(|client| beats_of(seen, client).windows(2).map(ms).collect::<Vec<_>>()).min()
}

/// The fault that cut C1 off.
pub(super) fn cut(seen: &Recording) -> Option<usize> {
    first(seen, 0, |what| matches!(what, What::Fault { fault, .. } if fault == "cut"))
}

/// The first sign of a rebalance after event `since`: a member is told of it, or joins again.
fn unrest(seen: &Recording, since: usize) -> Option<usize> {
    first(seen, since, |what| match what {
        What::Request { request: Request::JoinGroup { .. }, .. } => true,
        What::Response { response: Response::Heartbeat { error }, .. } => error.is_some(),
        What::Response { response: Response::ConsumerGroupHeartbeat { assignment, error, .. }, .. } => {
            assignment.is_some() || error.is_some()
        }
        _ => false,
    })
}

/// What C2 heard of it that C1 was cut off.
pub(super) fn told(seen: &Recording) -> Option<usize> {
    unrest(seen, cut(seen)?)
}

/// C2's leaving.
pub(super) fn left(seen: &Recording) -> Option<usize> {
    let leaves =
        |request: &Request| matches!(request, Request::LeaveGroup { .. } | Request::ConsumerGroupHeartbeat { epoch: ..0, .. });
    first(seen, 0, |what| matches!(what, What::Request { client, request, .. } if client == "C2" && leaves(request)))
}

/// The handing over of a record to C2.
pub(super) fn slow_record(seen: &Recording) -> Option<usize> {
    first(seen, 0, |what| matches!(what, What::Record { member: 2, progress: Progress::HandedOver, .. }))
}

/// Whether C2 has worked for longer than a session, and for longer than `max.poll.interval.ms` where that is too short.
pub(super) fn worked_long(seen: &Recording) -> bool {
    let longest = |(_, session, poll)| if poll <= LONGEST_RECORD { poll + 1_500 } else { session + 100 };
    let ms = session(seen).map_or(2_000, longest);
    slow_record(seen).is_some_and(|index| seen.duration() >= seen.events[index].at + 1_000 * ms as u64)
}

/// C1's late heartbeat, and the answer with which C1 is in touch again. (In the new protocol librdkafka hangs up rather than wait for it.)
pub(super) fn late(seen: &Recording) -> Option<(usize, usize)> {
    let fault = first(seen, 0, |what| matches!(what, What::Fault { api, .. } if api.ends_with("Heartbeat")))?;
    let beats = beats_of(seen, "C1");
    let held = beats.iter().rposition(|beat| *beat < fault)?;
    let answered = beats[held..].iter().filter_map(|beat| seen.answer_to(*beat)).min()?;
    Some((fault, answered))
}

/// Whether anybody noticed the stall, before all were asked to stop.
pub(super) fn disturbed(seen: &Recording) -> bool {
    let noticed = first(seen, 0, |what| matches!(what, What::Fault { .. })).and_then(|since| unrest(seen, since));
    noticed.is_some_and(|index| seen.asked_to_stop().is_none_or(|asked| index < asked))
}
