//! The moment at which recordings are laid over each other: what set off the change that they show. Read off the recording, by
//! [`mod@crate::compare`].
//!
//! From the first assignment on, and before everybody is asked to stop, it is the first of these: one member is asked to stop, a program
//! ends without being asked, the tap disturbs the line, a member leaves. Where there is none of them, it is the lab's first own note;
//! where there is none either, the last member's joining.

use trace::{History, Note, Recording, Request, What};
use verdict::say;

use crate::{
    happenings,
    scene::{At, Kind, Mark, Scene},
};

/// What happened then, with the lane that it concerns.
pub(crate) fn of(scene: &Scene, recording: &Recording) -> (Option<At>, Mark) {
    let history = History::of(recording);
    let members = || history.groups.iter().flat_map(|group| &group.members);
    let given = members().flat_map(|member| &member.holdings).map(|holding| holding.given).min().unwrap_or(0);
    let last = end(recording).unwrap_or(recording.events.len());
    let first = |matches: fn(&What) -> bool| (given..last).find(|index| matches(&recording.events[*index].what));
    let joined = || members().map(|member| member.joined).max();
    let found = first(sets_off).or_else(|| first(is_noted)).or_else(joined).and_then(|index| {
        let event = &recording.events[index];
        let (kind, text) = happenings::mark(recording, index, &event.what)?;
        Some((scene.lane_of_event.get(&index).copied(), Mark { at: event.at, kind, text }))
    });
    found.unwrap_or_else(|| (None, Mark { at: scene.from, kind: Kind::Note, text: say!("the beginning", "시작") }))
}

/// The event with which everybody is asked to stop.
pub(crate) fn end(recording: &Recording) -> Option<usize> {
    recording.first(|what| matches!(what, What::Note { member: 0, note: Note::AskedToStop }))
}

fn sets_off(what: &What) -> bool {
    match what {
        What::Fault { .. } => true,
        What::Note { member: 1.., note: Note::AskedToStop } => true,
        What::Note { note, .. } => match note {
            Note::Killed | Note::Panicked { .. } | Note::OutOfTime { .. } => true,
            Note::Exited { code, .. } => *code != Some(0),
            _ => false,
        },
        What::Request { request, .. } => {
            matches!(request, Request::LeaveGroup { .. } | Request::ConsumerGroupHeartbeat { epoch: ..0, .. })
        }
        _ => false,
    }
}

fn is_noted(what: &What) -> bool {
    matches!(what, What::Note { member: 0, note: Note::Mark { .. } })
}
