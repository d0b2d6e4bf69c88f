//! One event in words, in both languages: the evidence lines of a verdict. Says what was asked or answered with the two or three fields
//! that matter; the whole event is in the recording beside the verdict. A line of evidence stands alone, so it names its API and says it in
//! the protocol's own fields; `figures::words` fills a table, where an answer stands beside its request and is told as a sentence.

use std::collections::BTreeMap;

use trace::{Note, Partition, Progress, Request, Response, What, positions::Positions};
use verdict::{Text, names, say};

/// One event in words.
pub fn of(what: &What) -> Text {
    match what {
        What::Connected { connection, .. } => say!("connection {connection} opened", "{connection}번 연결이 열림"),
        What::Disconnected { connection, .. } => say!("connection {connection} closed", "{connection}번 연결이 닫힘"),
        What::Request { request, .. } => same(of_request(request)),
        What::Response { response, .. } => same(of_response(response)),
        What::Fault { fault, api, .. } => {
            let Text { en, ko } = names::fault(fault);
            let gap = if api.is_empty() { "" } else { " " };
            say!("the line: {api}{gap}{en}", "회선: {api}{gap}{ko}")
        }
        What::Record { progress, partition, offset, .. } => match progress {
            Progress::HandedOver => {
                say!("process called with {partition} offset {offset}", "process 호출: {partition} 오프셋 {offset}")
            }
            Progress::Processed => {
                say!("process returned from {partition} offset {offset}", "process 반환: {partition} 오프셋 {offset}")
            }
        },
        What::Note { note, .. } => of_note(note),
    }
}

/// What travels on the wire is Kafka's own language, the same for everybody.
fn same(text: String) -> Text {
    Text { en: text.clone(), ko: text }
}

fn of_request(request: &Request) -> String {
    let api = request.api();
    match request {
        Request::JoinGroup { group, strategies, .. } => {
            let topics = strategies.first().map(|s| s.topics.join(", ")).unwrap_or_default();
            format!("{api} group={group} topics=[{topics}]")
        }
        Request::LeaveGroup { group, .. } | Request::Heartbeat { group, .. } | Request::SyncGroup { group, .. } => {
            format!("{api} group={group}")
        }
        Request::ConsumerGroupHeartbeat { group, epoch, .. } => format!("{api} group={group} epoch={epoch}"),
        Request::OffsetCommit { group, offsets, .. } => format!("{api} group={group} {}", offsets_of(offsets)),
        Request::OffsetFetch { group, partitions } => format!("{api} group={group} {}", list(partitions)),
        Request::ListOffsets { timestamps, .. } => {
            let at = |timestamp: i64| match timestamp {
                -1 => "latest".to_owned(),
                -2 => "earliest".to_owned(),
                other => other.to_string(),
            };
            let asked: Vec<_> =
                timestamps.iter().map(|(partition, timestamp)| format!("{partition}: {}", at(*timestamp))).collect();
            format!("{api} {}", asked.join(", "))
        }
        Request::Fetch { offsets, .. } => format!("{api} {}", offsets_of(offsets)),
        _ => api.to_owned(),
    }
}

fn of_response(response: &Response) -> String {
    let api = response.api();
    if let Some(error) = response.error() {
        return format!("{api} answered {error}");
    }
    match response {
        Response::JoinGroup { generation, .. } => format!("{api} answered: generation {generation}"),
        Response::SyncGroup { assignment, .. } => format!("{api} answered: assigned {}", list(assignment)),
        Response::ConsumerGroupHeartbeat { assignment: Some(assignment), .. } => {
            format!("{api} answered: assigned {}", list(assignment))
        }
        Response::OffsetFetch { offsets, .. } => {
            let shown = |offset: i64| if offset < 0 { "none".to_owned() } else { offset.to_string() };
            let committed: Vec<_> =
                offsets.iter().map(|(partition, offset)| format!("{partition}: {}", shown(*offset))).collect();
            format!("{api} answered: committed {}", committed.join(", "))
        }
        Response::ListOffsets { offsets } => format!("{api} answered: {}", offsets_of(offsets)),
        Response::Fetch { partitions, .. } => {
            let records: u32 = partitions.values().map(|fetched| fetched.records).sum();
            format!("{api} answered: {records} records")
        }
        _ => format!("{api} answered"),
    }
}

fn of_note(note: &Note) -> Text {
    match note {
        Note::Started => say!("the answer starts", "답안 시작"),
        Note::AskedToStop => say!("the stop token is cancelled", "정지 토큰 취소"),
        Note::Returned { error: Some(error), .. } => {
            say!("the answer returned the error: {error}", "답안이 돌려준 오류: {error}")
        }
        Note::Returned { value: Some(value), .. } => say!("the answer returned {value}", "답안이 돌려준 값: {value}"),
        Note::Returned { .. } => say!("the answer returned", "답안 반환"),
        Note::Panicked { message } => say!("panic: {message}", "패닉: {message}"),
        Note::Exited { code: Some(code), .. } => say!("the process ended with code {code}", "프로세스 종료, 코드 {code}"),
        Note::Exited { signal, .. } => {
            let signal = signal.unwrap_or_default();
            say!("the process was ended by signal {signal}", "프로세스 종료, 시그널 {signal}")
        }
        Note::Killed => say!("the process was killed, as a crash", "프로세스를 강제 종료(크래시 재현)"),
        Note::OutOfTime { .. } => say!("nothing new was heard any more", "그 뒤로 아무 소식이 없었다"),
        Note::Stored { partition, offset } => say!("stored {partition}: {offset}", "저장 {partition}: {offset}"),
        Note::Mark { text } => names::mark(text),
    }
}

/// The four positions of a partition in one line, in the order of the picture, and the end of the log. What is stored is in the client; where
/// nothing tells it, the line says so.
pub fn positions(partition: &Partition, positions: &Positions) -> Text {
    let Positions { fetched, handed_over, processed, stored, committed, end } = positions;
    let none = |position: &Option<i64>, none: &str| position.map_or_else(|| none.to_owned(), |offset| offset.to_string());
    let (fetched, handed_over, processed) = (none(fetched, "–"), none(handed_over, "–"), none(processed, "–"));
    let (committed, end) = (none(committed, "–"), none(end, "–"));
    let (stored, kept) = (none(stored, "not seen"), none(stored, "안 보임"));
    say!(
        "{partition}: fetched {fetched}, handed over {handed_over} (processed {processed}), stored {stored}, committed {committed}; log end {end}",
        "{partition}: 페치 {fetched}, 전달 {handed_over} (처리 {processed}), 저장 {kept}, 커밋 {committed}; 로그 끝 {end}"
    )
}

fn list(partitions: &[Partition]) -> String {
    match partitions {
        [] => "nothing".to_owned(),
        some => some.iter().map(Partition::to_string).collect::<Vec<_>>().join(" "),
    }
}

fn offsets_of(offsets: &BTreeMap<Partition, i64>) -> String {
    offsets.iter().map(|(partition, offset)| format!("{partition}: {offset}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use trace::event::Side;

    use super::*;

    #[test]
    fn positions_are_one_line_in_the_order_of_the_picture() {
        let some =
            Positions { fetched: Some(10), handed_over: Some(6), processed: Some(5), end: Some(12), ..Positions::default() };
        let all = Positions { processed: Some(6), stored: Some(5), committed: Some(4), ..some };
        let lines = [Positions::default(), some, all].map(|at| positions(&Partition::new("T1", 0), &at));
        insta::assert_snapshot!(lines.map(|Text { en, ko }| format!("{en}\n{ko}")).join("\n"));
    }

    #[test]
    fn events_read_like_sentences() {
        let t1 = |number| Partition::new("T1", number);
        let request =
            |request| What::Request { connection: 1, client: "C1".into(), correlation: 1, version: 9, bytes: 9, request };
        let response = |response| What::Response { connection: 1, correlation: 1, version: 9, bytes: 9, took: 9, response };
        let note = |note| What::Note { member: 0, note };
        let strategy = trace::request::Strategy { name: "range".into(), topics: vec!["T1".into()], owned: Vec::new() };
        let events = [
            What::Connected { connection: 2, node: 1 },
            What::Disconnected { connection: 2, by: Side::Tap },
            request(Request::JoinGroup {
                group: "G1".into(),
                member: String::new(),
                instance: None,
                session_timeout_ms: 45_000,
                rebalance_timeout_ms: 300_000,
                strategies: vec![strategy],
            }),
            request(Request::OffsetCommit {
                group: "G1".into(),
                member: "m".into(),
                generation: 1,
                offsets: [(t1(0), 5)].into(),
            }),
            request(Request::ListOffsets { isolation_level: 1, timestamps: [(t1(0), -1), (t1(1), -2), (t1(2), 1_700)].into() }),
            response(Response::SyncGroup { assignment: vec![t1(0), t1(1)], error: None }),
            response(Response::SyncGroup { assignment: Vec::new(), error: None }),
            response(Response::Heartbeat { error: Some("REBALANCE_IN_PROGRESS".into()) }),
            response(Response::OffsetFetch { offsets: [(t1(0), -1), (t1(1), 7)].into(), error: None }),
            What::Fault { connection: 2, fault: "cut".into(), api: "Fetch".into() },
            What::Record { progress: Progress::HandedOver, member: 1, partition: t1(3), offset: 4 },
            What::Record { progress: Progress::Processed, member: 1, partition: t1(3), offset: 4 },
            note(Note::Returned { error: None, value: Some("[[0,1],[2,3]]".into()) }),
            note(Note::Exited { code: None, signal: Some(9) }),
            note(Note::OutOfTime { waiting_for: "the end".into() }),
        ];
        let words: Vec<String> = events.iter().map(of).map(|Text { en, ko }| format!("{en}  |  {ko}")).collect();
        insta::assert_snapshot!(words.join("\n"));
    }
}
