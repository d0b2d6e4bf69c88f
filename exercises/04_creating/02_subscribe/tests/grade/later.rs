//! Claims of `02_subscribe` about the two topics that are created while the consumer reads.

use lab::trace::{History, Note, Recording, Request, Response, What};
use lab::{Mistake, Run, missing, mistake, say};

use super::{A_WHILE, LATER, PAGE, subscription::assigned, subscription::is_read};

/// The mark on the time line.
pub(super) const CREATED: &str = "created: returns, shop.jeju";

fn is_mark(what: &What) -> bool {
    matches!(what, What::Note { note: Note::Mark { text }, .. } if text == CREATED)
}

/// Two new topics, and a try or two of each of two members.
const MANY: usize = 10;

fn joins(what: &What) -> bool {
    match what {
        What::Request { request: Request::JoinGroup { .. }, .. } => true,
        What::Request { request: Request::ConsumerGroupHeartbeat { topics, .. }, .. } => topics.is_some(),
        _ => false,
    }
}

fn asks(what: &What) -> bool {
    matches!(what, What::Request { request: Request::Metadata { .. }, .. })
}

/// KIP-848: a heartbeat that hands the pattern to the broker.
pub(super) fn matched_by_broker(what: &What) -> bool {
    matches!(what, What::Request { request: Request::ConsumerGroupHeartbeat { pattern: Some(_), .. }, .. })
}

/// The index of the mark, and when it was made.
fn since(seen: &Recording) -> Option<(usize, u64)> {
    let created = seen.find(is_mark).next();
    created.map(|(index, event)| (index, event.at))
}

/// The event with which the new topics were there; the end of the recording, where they never were.
pub(super) fn created(seen: &Recording) -> usize {
    since(seen).map_or(seen.events.len(), |(index, _)| index)
}

/// What no wait will mend: the consumer joins time and again; or since a while nobody has asked for the list of topics, or it was answered again and again and nobody joined anew.
pub(super) fn is_stuck(seen: &Recording, history: &History) -> bool {
    let Some((mark, at)) = since(seen) else { return false };
    // A member may have joined for them before the mark was made.
    let assigned = assigned(history);
    if LATER.iter().all(|topic| assigned.contains_key(topic)) {
        return false;
    }
    let count = |matches: fn(&What) -> bool| seen.find(matches).filter(|(index, _)| *index > mark).count();
    let answers = count(|what| matches!(what, What::Response { response: Response::Metadata { .. }, .. }));
    let joins = count(joins);
    if joins >= MANY {
        return true;
    }
    seen.duration().saturating_sub(at) > A_WHILE && joins == 0 && (count(asks) == 0 || answers >= 3)
}

pub(super) fn topics_are_found(run: &Run) -> Result<(), Mistake> {
    if is_read(&run.recording, &LATER) {
        return Ok(());
    }
    let mark = since(&run.recording).map_or(usize::MAX, |(index, _)| index);
    let asked = run.recording.find(asks).map(|(index, _)| index).find(|index| *index > mark);
    let assigned = assigned(&run.history);
    let left_out = LATER.iter().find(|topic| !assigned.contains_key(**topic));
    let claim = match (left_out, asked) {
        (Some(topic), _) if run.recording.find(matched_by_broker).next().is_some() => mistake(
            "broker_matches",
            say!("the broker was asked to match the pattern, and takes its time", "패턴 맞추기를 브로커에 맡겼고, 브로커는 서두르지 않는다"),
        )
        .expected(say!("{topic} is read within two seconds", "{topic}를 2초 안에 읽는다"))
        .seen(run.show(1, matched_by_broker))
        .seen(run.show(1, is_mark))
        .seen([missing(say!("no assignment with {topic}", "어느 할당에도 없는 토픽: {topic}"))])
        .why(say!(
            "with group.protocol=consumer the client's refresh interval counts for nothing: Kafka looks for new matches once in ten seconds",
            "group.protocol=consumer에서는 클라이언트의 갱신 주기가 쓰이지 않는다. 카프카는 10초에 한 번 새로 맞는 토픽을 찾는다"
        )),
        (Some(topic), _) if run.recording.find(joins).filter(|(index, _)| *index > mark).count() >= MANY => mistake(
            "joins_again_and_again",
            say!("the consumer joined its group again and again", "컨슈머가 그룹에 거듭 다시 들어갔다"),
        )
        .expected(say!("one subscription that stays", "한 번 하고 그대로 두는 구독"))
        .seen(run.recording.find(joins).filter(|(index, _)| *index > mark).take(2).map(|(index, _)| run.event(index)))
        .seen([missing(say!("no assignment with {topic}", "어느 할당에도 없는 토픽: {topic}"))])
        .why(say!(
            "every subscription gives back all partitions; before the consumer has found anything new, the next one begins",
            "구독을 새로 할 때마다 파티션을 모두 내놓는다. 새 토픽을 찾기도 전에 다음 구독이 시작된다"
        )),
        (None, _) => {
            run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
            mistake(
                "later_records_missed",
                say!("records of a new topic were not processed", "새 토픽의 레코드를 처리하지 않았다"),
            )
            .expected(say!("every topic is read from its beginning", "모든 토픽을 처음부터 읽는다"))
            .seen(run.show(1, is_mark))
            .why(say!(
                "the first records are written before the group finds the topic",
                "첫 레코드는 그룹이 토픽을 찾아내기 전에 쓰인다"
            ))
        }
        (Some(topic), Some(index)) => mistake(
            "later_topic_left_out",
            say!("{topic} was created, and is in no assignment", "{topic}가 생겼는데 어느 할당에도 없다"),
        )
        .expected(say!(
            "every name and the pattern are subscribed, whether there is such a topic or not",
            "그런 토픽이 있든 없든 이름과 패턴을 모두 구독한다"
        ))
        .seen(run.show(1, is_mark))
        .seen([run.event(index), missing(say!("no assignment with {topic}", "어느 할당에도 없는 토픽: {topic}"))])
        .why(say!(
            "the consumer looks for new topics again and again, but only for those that it has subscribed to",
            "컨슈머는 새 토픽을 거듭 찾지만, 구독한 것만 찾는다"
        )),
        (Some(topic), None) => {
            mistake("never_looks_again", say!("nobody looked for new topics", "새 토픽이 있는지 아무도 보지 않았다"))
                .expected(say!(
                    "the consumer asks for the list of topics at least once a second or two",
                    "컨슈머가 1~2초에 한 번은 토픽 목록을 묻는다"
                ))
                .seen(run.show(1, is_mark))
                .seen([missing(say!(
                    "no Metadata request since then, no assignment with {topic}",
                    "그 뒤로 Metadata 요청이 없다. 어느 할당에도 없는 토픽: {topic}"
                ))])
                .why(say!(
                    "by default librdkafka looks once in five minutes: for so long the new shop's sales are not counted",
                    "librdkafka는 기본으로 5분에 한 번 본다. 그동안 새 가게의 판매는 집계되지 않는다"
                ))
        }
    };
    Err(claim.read(&format!("{PAGE}#topics-that-come-later")))
}
