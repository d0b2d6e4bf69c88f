//! Claims of `01_poll_loop` about the end of the loop: it comes soon, with or without a record, and after the record in hand.

use lab::trace::{Note, Progress, Recording, Request, What};
use lab::{Mistake, Run, STOP_ARRIVED, missing, mistake, say};
use rdkafka::error::KafkaResult;

use super::{IN_HAND, PAGE, reading};

const RETURNED: &str = "poll_loop returned ";

/// The mark for the end of a loop.
pub(super) fn returned(result: &KafkaResult<()>) -> String {
    format!("{RETURNED}{result:?}")
}

/// The index of the mark with which the loop of consumer `n` ended.
pub(super) fn of(seen: &Recording, n: u32) -> Option<usize> {
    let ended = |what: &What| matches!(what, What::Note { member, note: Note::Mark { text } } if *member == n && text.starts_with(RETURNED));
    seen.first(ended)
}

pub(super) fn asked_to_stop(seen: &Recording, n: u32) -> Option<usize> {
    let asked = |what: &What| matches!(what, What::Note { member, note: Note::AskedToStop } if *member == n);
    seen.first(asked)
}

/// Where the record that the second consumer is held at was handed over, or processed.
pub(super) fn in_hand(seen: &Recording, how_far: Progress) -> Option<usize> {
    seen.first(|what| matches!(what, What::Record { progress, member: 2, offset: IN_HAND, .. } if *progress == how_far))
}

/// Whether the second consumer's stop token is cancelled since a while: its client has asked for records again, so threads of the answer
/// have had the time to hear of it.
pub(super) fn is_heard(seen: &Recording) -> bool {
    let arrived = seen.first(|what| matches!(what, What::Note { member: 2, note: Note::Mark { text } } if text == STOP_ARRIVED));
    let asks = |what: &What| matches!(what, What::Request { request: Request::Fetch { .. }, .. });
    arrived.is_some_and(|arrived| seen.find(asks).any(|(index, _)| index > arrived))
}

pub(super) fn comes_without_a_record(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(asked) = asked_to_stop(seen, 1).filter(|_| of(seen, 1).is_none()) else { return Ok(()) };
    Err(mistake("never_stops", say!("the loop did not end", "반복이 끝나지 않았다"))
        .expected(say!("it returns within a second after the stop token is cancelled", "정지 토큰이 취소되면 1초 안에 반환한다"))
        .seen([run.event(asked), missing(say!("the function has not returned", "함수가 반환하지 않았다"))])
        .why(say!(
            "a consumer that has to be killed does not leave its group: its partitions wait for the session timeout",
            "강제로 끝내야 하는 컨슈머는 그룹을 떠나지 못한다. 그 파티션은 세션 타임아웃까지 기다린다"
        ))
        .read(&format!("{PAGE}#where-the-loop-looks")))
}

pub(super) fn comes_after_the_record_in_hand(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let (Some(held), Some(asked)) = (in_hand(seen, Progress::HandedOver), asked_to_stop(seen, 2)) else {
        return Err(reading::not_all_read(run)?);
    };
    let handed = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, member: 2, .. });
    let done = in_hand(seen, Progress::Processed).unwrap_or(usize::MAX);
    let more = seen.find(handed).filter(|(index, _)| *index > done).count();
    if more == 0 {
        return Ok(());
    }
    Err(mistake("reads_on", say!("the loop went on reading after it was asked to stop", "멈추라고 한 뒤에도 계속 읽었다"))
        .expected(say!("it finishes the record in hand, and returns", "쥐고 있던 레코드까지만 처리하고 반환한다"))
        .seen([
            run.event(held),
            run.event(asked),
            missing(say!("{more} more records handed over", "그 뒤로 넘겨받은 레코드 {more}개")),
        ])
        .why(say!(
            "where records come without a pause, such a loop never ends",
            "레코드가 쉬지 않고 오면 이런 반복은 끝나지 않는다"
        ))
        .read(&format!("{PAGE}#where-the-loop-looks")))
}
