//! What happened in the lanes: records, commits, joins, leaves, crashes, faults, notes. Part of making a [`Scene`].

use trace::{Note, Partition, Progress, Recording, Request, Response, What};
use verdict::{Text, names, say};

use crate::{
    lanes::Members,
    scene::{At, Commit, Handed, Kind, Mark, Scene},
    words,
};

/// Adds everything that happened to `scene`'s lanes; [`Scene::lane_of_event`] is known.
pub(crate) fn add(scene: &mut Scene, recording: &Recording, members: &Members) {
    for (index, event) in recording.events.iter().enumerate() {
        let lane = scene.lane_of_event.get(&index).copied();
        match &event.what {
            What::Record { progress, partition, offset, .. } => record(scene, lane, event.at, *progress, partition, *offset),
            What::Request { request: Request::OffsetCommit { offsets, .. }, .. } => {
                for (partition, offset) in offsets {
                    let commit = Commit { at: event.at, offset: *offset, error: refused(recording, index, partition) };
                    if let Some((band, lane)) = lane {
                        scene.bands[band].lanes[lane].row(partition).commits.push(commit);
                    }
                }
            }
            what => {
                if let Some((kind, text)) = mark(recording, index, what) {
                    put(scene, lane, Mark { at: event.at, kind, text });
                }
            }
        }
    }
    expelled(scene, recording, members);
}

fn record(scene: &mut Scene, lane: Option<At>, at: u64, progress: Progress, partition: &Partition, offset: i64) {
    let Some((band, lane)) = lane else { return };
    let records = &mut scene.bands[band].lanes[lane].row(partition).records;
    match progress {
        Progress::HandedOver => records.push(Handed { at, offset, processed: None }),
        Progress::Processed => {
            if let Some(handed) = records.iter_mut().rev().find(|handed| handed.offset == offset) {
                handed.processed = Some(at);
            }
        }
    }
}

/// The error with which the broker answered the commit at `index` for `partition`.
fn refused(recording: &Recording, index: usize, partition: &Partition) -> Option<String> {
    match &recording.events[recording.answer_to(index)?].what {
        What::Response { response: Response::OffsetCommit { results }, .. } => results.get(partition).cloned().flatten(),
        _ => None,
    }
}

/// The mark that an event makes, if it makes one.
pub(crate) fn mark(recording: &Recording, index: usize, what: &What) -> Option<(Kind, Text)> {
    match what {
        What::Request { request, .. } => match request {
            Request::JoinGroup { .. } => {
                let answered = &recording.events[recording.answer_to(index)?].what;
                matches!(answered, What::Response { response: Response::JoinGroup { error: None, .. }, .. })
                    .then(|| (Kind::Join, say!("joins", "참여")))
            }
            Request::ConsumerGroupHeartbeat { epoch: 0, .. } => Some((Kind::Join, say!("joins", "참여"))),
            Request::LeaveGroup { .. } | Request::ConsumerGroupHeartbeat { epoch: ..0, .. } => {
                Some((Kind::Leave, say!("leaves", "탈퇴")))
            }
            _ => None,
        },
        What::Fault { fault, api, .. } => Some((Kind::Fault, words::disturbed(fault, api))),
        What::Note { note, .. } => noted(note),
        _ => None,
    }
}

fn noted(note: &Note) -> Option<(Kind, Text)> {
    Some(match note {
        Note::Killed => (Kind::Gone, say!("killed", "강제 종료")),
        Note::Panicked { .. } => (Kind::Gone, say!("panicked", "패닉")),
        Note::Exited { code: Some(0), .. } | Note::Started | Note::Returned { error: None, .. } | Note::Stored { .. } => {
            return None;
        }
        Note::Exited { code: Some(code), .. } => (Kind::Gone, say!("exit code {code}", "종료 코드 {code}")),
        Note::Exited { code: None, signal } => {
            let signal = signal.map_or_else(String::new, |number| format!(" {number}"));
            (Kind::Gone, say!("ended by signal{signal}", "종료 시그널{signal}"))
        }
        Note::OutOfTime { .. } => (Kind::Gone, say!("out of time", "시간 초과")),
        Note::AskedToStop => (Kind::Note, say!("asked to stop", "중지 요청")),
        Note::Returned { error: Some(_), .. } => (Kind::Note, say!("returned an error", "오류 반환")),
        Note::Mark { text } => (Kind::Note, names::mark(text)),
    })
}

fn put(scene: &mut Scene, lane: Option<At>, mark: Mark) {
    match lane {
        Some((band, lane)) => scene.bands[band].lanes[lane].marks.push(mark),
        None => scene.marks.push(mark),
    }
}

/// Members that were expelled, or whose connection ended before they left.
fn expelled(scene: &mut Scene, recording: &Recording, members: &Members) {
    for group in trace::History::of(recording).groups {
        for member in group.members {
            let (Some(gone), Some((band, lane))) = (member.gone, members.get(&(group.name.clone(), member.id.clone()))) else {
                continue;
            };
            let event = &recording.events[gone];
            let text = match &event.what {
                What::Response { response, .. } => {
                    let error = response.error().unwrap_or_default();
                    say!("expelled: {error}", "그룹에서 제외: {error}")
                }
                _ => say!("connection ended", "연결 끊김"),
            };
            let lane = &mut scene.bands[*band].lanes[*lane];
            lane.marks.push(Mark { at: event.at, kind: Kind::Gone, text });
            lane.marks.sort_by_key(|mark| mark.at);
        }
    }
}
