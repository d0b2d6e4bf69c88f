//! Claims of `01_poll_loop` about the end of the loop: it comes soon, with or without a record, and after the record in hand.

use lab::trace::{Note, Progress, Recording, What};
use lab::{Mistake, Run, missing, mistake, say};
use rdkafka::error::KafkaResult;

use super::{IN_HAND, PAGE, reading};

const RETURNED: &str = "poll_loop returned ";
/// More records than may be processed after the one in hand.
const TOO_MANY: usize = 5;

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

/// The index of the record that the second consumer is held at.
pub(super) fn in_hand(seen: &Recording) -> Option<usize> {
    let handed = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, member: 2, offset, .. } if *offset == IN_HAND);
    seen.first(handed)
}

pub(super) fn comes_without_a_record(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(asked) = asked_to_stop(seen, 1) else { return Ok(()) };
    let record =
        seen.find(|what| matches!(what, What::Record { member: 1, .. })).map(|(index, _)| index).find(|index| *index > asked);
    let claim = match (of(seen, 1), record) {
        (Some(_), None) => return Ok(()),
        (Some(ended), Some(record)) => mistake(
            "stop_is_late",
            say!("the loop noticed the stop only when a record came", "레코드가 오고 나서야 정지를 알아챘다"),
        )
        .seen([run.event(asked), run.event(record), run.event(ended)])
        .why(say!(
            "a call of `poll` that waits long hears nothing: whoever stops the program loses patience and kills it",
            "오래 기다리는 `poll`은 아무 말도 듣지 못한다. 프로그램을 멈추려는 쪽은 참지 못하고 강제로 끝낸다"
        )),
        (None, _) => mistake("never_stops", say!("the loop did not end", "반복이 끝나지 않았다"))
            .seen([run.event(asked)])
            .seen(record.map(|index| run.event(index)))
            .seen([missing(say!("the function has not returned", "함수가 반환하지 않았다"))])
            .why(say!(
                "a consumer that has to be killed does not leave its group: its partitions wait for the session timeout",
                "강제로 끝내야 하는 컨슈머는 그룹을 떠나지 못한다. 그 파티션은 세션 타임아웃까지 기다린다"
            )),
    };
    Err(claim
        .expected(say!("it returns within a second after the stop token is cancelled", "정지 토큰이 취소되면 1초 안에 반환한다"))
        .read(&format!("{PAGE}#how-long-to-wait")))
}

pub(super) fn comes_after_the_record_in_hand(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let (Some(held), Some(asked)) = (in_hand(seen), asked_to_stop(seen, 2)) else {
        return Err(reading::not_all_read(run)?);
    };
    let handed = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, member: 2, .. });
    let after: Vec<usize> = seen.find(handed).map(|(index, _)| index).filter(|index| *index > asked).collect();
    if after.len() <= TOO_MANY {
        return Ok(());
    }
    let more = after.len();
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
