//! One event in words, English and Korean, for a table and for `workbook tap`: an answer stands beside its request and does not name it
//! again. Used by [`crate::table`]. A verdict's evidence stands alone and has words of its own, `lab::words`.

use std::collections::BTreeMap;

use trace::{Event, Note, Partition, Progress, Request, Response, What, event::Side};
use verdict::{Text, names, say};

/// What happened, without when and without who: `JoinGroup: asks to join G1, offers range, roundrobin`.
pub fn words(event: &Event) -> Text {
    match &event.what {
        What::Connected { node: ..0, .. } => say!("opens a connection (bootstrap.servers)", "연결을 연다 (bootstrap.servers)"),
        What::Connected { node, .. } => say!("opens a connection to broker {node}", "브로커 {node}에 연결한다"),
        What::Disconnected { by, .. } => match by {
            Side::Client => say!("connection closed by the client", "클라이언트가 연결을 닫음"),
            Side::Broker => say!("connection closed by the broker", "브로커가 연결을 닫음"),
            Side::Tap => say!("connection cut on purpose", "일부러 연결을 끊음"),
        },
        What::Request { request, .. } => asks(request),
        What::Response { response, .. } => answers(response),
        What::Fault { fault, api, .. } => disturbed(fault, api),
        What::Record { progress, partition, offset, .. } => match progress {
            Progress::HandedOver => say!("record {offset} of {partition} handed over", "{partition}의 레코드 {offset} 전달"),
            Progress::Processed => say!("record {offset} of {partition} processed", "{partition}의 레코드 {offset} 처리"),
        },
        What::Note { note, .. } => notes(note),
    }
}

/// What the tap did on purpose, to which request.
pub(crate) fn disturbed(fault: &str, api: &str) -> Text {
    let Text { en, ko } = names::fault(fault);
    let en = if fault == "cut" && api.is_empty() { "connection cut" } else { &en };
    let gap = if api.is_empty() { "" } else { " " };
    say!("{api}{gap}{en}", "{api}{gap}{ko}")
}

/// What a request asks.
pub(crate) fn asks(request: &Request) -> Text {
    let api = request.api();
    match request {
        Request::JoinGroup { group, strategies, session_timeout_ms, .. } => {
            let offers = strategies.iter().map(|strategy| strategy.name.as_str()).collect::<Vec<_>>().join(", ");
            say!(
                "JoinGroup: asks to join {group}, offers {offers}, session.timeout.ms {session_timeout_ms}",
                "JoinGroup: {group} 참여 요청, 할당 전략 {offers}, session.timeout.ms {session_timeout_ms}"
            )
        }
        Request::SyncGroup { assignments, generation, .. } if assignments.is_empty() => {
            say!("SyncGroup: asks for its assignment, generation {generation}", "SyncGroup: 할당 요청, 세대 {generation}")
        }
        Request::SyncGroup { assignments, generation, .. } => {
            let count = assignments.len();
            say!(
                "SyncGroup: leader hands in the plan for {count}, generation {generation}",
                "SyncGroup: 리더가 멤버 {count}개의 할당을 제출, 세대 {generation}"
            )
        }
        Request::LeaveGroup { group, .. } => say!("LeaveGroup: leaves {group}", "LeaveGroup: {group} 탈퇴"),
        Request::ConsumerGroupHeartbeat { group, epoch, .. } => match epoch {
            0 => say!("ConsumerGroupHeartbeat: joins {group}", "ConsumerGroupHeartbeat: {group} 참여"),
            ..0 => say!("ConsumerGroupHeartbeat: leaves {group}", "ConsumerGroupHeartbeat: {group} 탈퇴"),
            _ => say!("ConsumerGroupHeartbeat, epoch {epoch}", "ConsumerGroupHeartbeat, 에포크 {epoch}"),
        },
        Request::OffsetCommit { group, offsets, .. } => {
            let list = offsets_of(offsets);
            say!("OffsetCommit in {group}: {list}", "OffsetCommit, {group}: {list}")
        }
        Request::OffsetFetch { group, .. } => {
            say!("OffsetFetch: where did {group} stop?", "OffsetFetch: {group}의 커밋된 오프셋 조회")
        }
        Request::Fetch { offsets, .. } if !offsets.is_empty() => {
            let list = offsets_of(offsets);
            say!("Fetch from {list}", "Fetch, 시작 위치 {list}")
        }
        Request::ListOffsets { timestamps, .. } => {
            let place = |time: &i64| match time {
                -1 => say!("end", "끝"),
                -2 => say!("beginning", "처음"),
                time => say!("{time}", "{time}"),
            };
            let (partitions, first) = (partitions(timestamps.keys()), timestamps.values().next().map(place).unwrap_or_default());
            let (en, ko) = (first.en, first.ko);
            say!("ListOffsets: the {en} of {partitions}", "ListOffsets: {partitions}의 {ko}")
        }
        Request::FindCoordinator { keys } => {
            let keys = keys.join(", ");
            say!("FindCoordinator: who coordinates {keys}?", "FindCoordinator: {keys}의 코디네이터 조회")
        }
        Request::Opaque { reason, .. } => say!("a request that cannot be read: {reason}", "읽을 수 없는 요청: {reason}"),
        _ => say!("{api}", "{api}"),
    }
}

/// What an answer says.
pub(crate) fn answers(response: &Response) -> Text {
    if let Some(error) = response.error() {
        return say!("{error}", "{error}");
    }
    match response {
        Response::JoinGroup { generation, member, leader, .. } if member == leader => {
            say!("admitted as leader, generation {generation}", "리더로 참여, 세대 {generation}")
        }
        Response::JoinGroup { generation, .. } => say!("admitted, generation {generation}", "참여, 세대 {generation}"),
        Response::SyncGroup { assignment, .. } | Response::ConsumerGroupHeartbeat { assignment: Some(assignment), .. } => {
            if assignment.is_empty() {
                say!("assigned nothing: idle", "할당 없음: 노는 중(유휴)")
            } else {
                let list = partitions(assignment.iter());
                say!("assigned {list}", "할당 {list}")
            }
        }
        Response::OffsetFetch { offsets, .. } => {
            if offsets.values().all(|offset| *offset < 0) {
                say!("nothing committed yet", "아직 커밋 없음")
            } else {
                let list = offsets_of(offsets);
                say!("committed: {list}", "커밋된 오프셋: {list}")
            }
        }
        Response::Fetch { partitions, .. } => records(partitions.values().map(|fetched| u64::from(fetched.records)).sum()),
        Response::FindCoordinator { node, .. } => say!("broker {node}", "브로커 {node}"),
        Response::Opaque { reason, .. } => say!("an answer that cannot be read: {reason}", "읽을 수 없는 응답: {reason}"),
        _ => say!("ok", "성공"),
    }
}

fn notes(note: &Note) -> Text {
    match note {
        Note::Started => say!("started", "시작"),
        Note::AskedToStop => say!("asked to stop", "중지 요청"),
        Note::Returned { error: Some(error), .. } => say!("returned an error: {error}", "오류 반환: {error}"),
        Note::Returned { value: Some(value), .. } => say!("returned {value}", "반환값 {value}"),
        Note::Returned { .. } => say!("returned", "반환"),
        Note::Panicked { message } => say!("panicked: {message}", "패닉: {message}"),
        Note::Exited { code: Some(code), .. } => say!("process ended with exit code {code}", "프로세스 종료, 종료 코드 {code}"),
        Note::Exited { signal: Some(signal), .. } => {
            say!("process ended by signal {signal}", "프로세스 종료, 시그널 {signal}")
        }
        Note::Exited { .. } => say!("process ended", "프로세스 종료"),
        Note::Killed => say!("killed (SIGKILL)", "강제 종료 (SIGKILL)"),
        Note::OutOfTime { waiting_for } => {
            say!("ended: out of time, waiting for {waiting_for}", "시간 초과로 종료, 대기 중: {waiting_for}")
        }
        Note::Stored { partition, offset } => say!("stored {partition}@{offset}", "저장 {partition}@{offset}"),
        Note::Mark { text } => names::mark(text),
    }
}

/// `14 records`.
pub(crate) fn records(count: u64) -> Text {
    match count {
        0 => say!("no records", "레코드 없음"),
        1 => say!("1 record", "레코드 1건"),
        _ => say!("{count} records", "레코드 {count}건"),
    }
}

/// `T1-0, T1-1, T1-2`.
pub(crate) fn partitions<'a>(all: impl Iterator<Item = &'a Partition>) -> String {
    all.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `T1-0@25, T1-1@30`.
fn offsets_of(offsets: &BTreeMap<Partition, i64>) -> String {
    offsets.iter().map(|(partition, offset)| format!("{partition}@{offset}")).collect::<Vec<_>>().join(", ")
}
