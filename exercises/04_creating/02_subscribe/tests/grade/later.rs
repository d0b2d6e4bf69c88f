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

/// It asks for topics; librdkafka also asks for none, to hear of brokers.
fn asks(what: &What) -> bool {
    matches!(what, What::Request { request: Request::Metadata { topics }, .. } if topics.as_ref().is_none_or(|topics| !topics.is_empty()))
}

/// So many microseconds between two looks are too many: a topic is to be read two seconds after it was created.
const TOO_LONG: u64 = 2_750_000;

/// KIP-848: a heartbeat that hands the pattern to the broker.
pub(super) fn matched_by_broker(what: &What) -> bool {
    matches!(what, What::Request { request: Request::ConsumerGroupHeartbeat { pattern: Some(_), .. }, .. })
}

/// The index of the mark that the new topics are there, and when it was made.
pub(super) fn since(seen: &Recording) -> Option<(usize, u64)> {
    let created = seen.find(is_mark).next();
    created.map(|(index, event)| (index, event.at))
}

/// What no wait will mend: the consumer joins time and again; or since a while nobody has joined anew, although somebody did before, or the
/// list of topics was answered again and again, or since nobody asks for it.
pub(super) fn is_stuck(seen: &Recording, history: &History) -> bool {
    let Some((mark, at)) = since(seen) else { return false };
    // A member may have joined for them before the mark was made.
    let assigned = assigned(history);
    if LATER.iter().all(|topic| assigned.contains_key(topic)) {
        return false;
    }
    let after = |matches: fn(&What) -> bool| seen.find(matches).filter(move |(index, _)| *index > mark);
    let answers = after(|what| matches!(what, What::Response { response: Response::Metadata { .. }, .. })).count();
    let joined = after(joins).last().map_or(at, |(_, event)| event.at);
    after(joins).count() >= MANY
        || seen.duration().saturating_sub(joined) > A_WHILE && (joined > at || after(asks).count() == 0 || answers >= 3)
}

pub(super) fn topics_are_found(run: &Run) -> Result<(), Mistake> {
    let Some((mark, _)) = since(&run.recording) else { return Ok(()) };
    let looks = || run.recording.find(asks);
    let (before, after) = (looks().take_while(|(index, _)| *index < mark).last(), looks().find(|(index, _)| *index > mark));
    let late = before.zip(after).filter(|((_, before), (_, after))| after.at - before.at > TOO_LONG);
    if is_read(&run.recording, &LATER) && late.is_none() {
        return Ok(());
    }
    let assigned = assigned(&run.history);
    let left_out = LATER.iter().find(|topic| !assigned.contains_key(**topic));
    let claim = match (left_out, after) {
        (Some(topic), _) if run.recording.find(matched_by_broker).next().is_some() => mistake(
            "broker_matches",
            say!("the broker was asked to match the pattern, and takes its time", "패턴 맞추기를 브로커에 맡겼고, 브로커는 서두르지 않는다"),
        )
        .expected(say!("{topic} is read within two seconds", "{topic} 토픽을 2초 안에 읽는다"))
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
        (_, asked) if late.is_some() || left_out.is_some() && asked.is_none() => {
            let from = before.map_or(run.recording.events[mark].at, |(_, event)| event.at);
            let silent = (asked.map_or(run.recording.duration(), |(_, event)| event.at) - from) / 1_000;
            mistake(
                "looks_too_rarely",
                say!("for too long nobody looked for new topics", "새 토픽이 있는지 너무 오래 보지 않았다"),
            )
            .expected(say!(
                "the consumer asks for the list of topics at least once a second or two",
                "컨슈머가 1~2초에 한 번은 토픽 목록을 묻는다"
            ))
            .seen(before.map(|(index, _)| run.event(index)))
            .seen(run.show(1, is_mark))
            .seen([missing(say!("no Metadata request for {silent} ms", "{silent} ms 동안 Metadata 요청이 없다"))])
            .why(say!(
                "by default librdkafka looks once in five minutes: for so long the new shop's sales are not counted",
                "librdkafka는 기본으로 5분에 한 번 본다. 그동안 새 가게의 판매는 집계되지 않는다"
            ))
        }
        (None, _) => return Ok(()),
        (Some(topic), asked) => mistake(
            "later_topic_left_out",
            say!("{topic} was created, and is in no assignment", "{topic} 토픽이 생겼는데 어느 할당에도 없다"),
        )
        .expected(say!(
            "every name and the pattern are subscribed, whether there is such a topic or not",
            "그런 토픽이 있든 없든 이름과 패턴을 모두 구독한다"
        ))
        .seen(run.show(1, is_mark))
        .seen(asked.map(|(index, _)| run.event(index)))
        .seen([missing(say!("no assignment with {topic}", "어느 할당에도 없는 토픽: {topic}"))])
        .why(say!(
            "the consumer looks for new topics again and again, but only for those that it has subscribed to",
            "컨슈머는 새 토픽을 거듭 찾지만, 구독한 것만 찾는다"
        )),
    };
    Err(claim.read(&format!("{PAGE}#topics-that-come-later")))
}
