//! Claims of `01_poll_loop` about reading: the loop goes on when nothing comes and after an error, and waits inside `poll`.

use std::collections::BTreeMap;

use lab::trace::{Progress, Recording, Request, What};
use lab::{Mistake, Run, missing, mistake, say};

use super::{ALL, PAGE, end, watch};

/// As many polls a second as are too many. The task says a hundred; a timeout of 10 ms and a clock that is early are forgiven.
const TOO_MANY: u64 = 150;

/// How many records the first consumer has processed.
pub(super) fn processed(seen: &Recording) -> usize {
    seen.find(|what| matches!(what, What::Record { progress: Progress::Processed, member: 1, .. })).count()
}

/// What no further step will mend: the first consumer's loop has ended by itself, spins, or does not look round.
pub(super) fn is_over(seen: &Recording) -> bool {
    end::of(seen, 1).is_some() || spun(seen).is_some() || watch::paused(seen).is_some()
}

/// The index of the mark that tells of too many polls.
fn spun(seen: &Recording) -> Option<usize> {
    watch::measured(seen).find(|(_, polls)| *polls > TOO_MANY).map(|(index, _)| index)
}

/// Whether all connections were cut after the event at `before`, and the consumer has asked for records since; or is no more.
pub(super) fn is_connected_again(seen: &Recording, before: usize) -> bool {
    let cut = seen.find(is_fault).map(|(index, _)| index).filter(|index| *index >= before).last();
    let asks = |what: &What| matches!(what, What::Request { request: Request::Fetch { .. }, .. });
    is_over(seen) || cut.is_some_and(|cut| seen.find(asks).any(|(index, _)| index > cut))
}

fn is_fault(what: &What) -> bool {
    matches!(what, What::Fault { .. } | What::Disconnected { by: lab::trace::event::Side::Tap, .. })
}

/// Claims that the loop reads everything: neither None nor an error is its end.
pub(super) fn goes_on(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let asked = end::asked_to_stop(seen, 1).unwrap_or(usize::MAX);
    let Some(ended) = end::of(seen, 1).filter(|index| *index < asked) else {
        return if processed(seen) < ALL { Err(not_all_read(run)?) } else { Ok(()) };
    };
    let cut = run.show(1, is_fault);
    let claim = if cut.is_empty() {
        let read = processed(seen);
        mistake("none_is_the_end", say!("the loop ended when `poll` gave no record", "`poll`이 레코드를 주지 않자 반복이 끝났다"))
            .expected(say!("None is no end: the loop polls on until it is told to stop", "None은 끝이 아니다. 멈추라고 할 때까지 계속 폴링한다"))
            .seen([run.event(ended), missing(say!("{read} records processed", "처리한 레코드 {read}개"))])
            .why(say!(
                "`poll` gives None when its timeout is over, and also when it has served a rebalance: the first None comes before the first record",
                "`poll`은 타임아웃이 지났을 때도, 리밸런싱을 처리했을 때도 None을 준다. 첫 None은 첫 레코드보다 먼저 온다"
            ))
    } else {
        mistake("error_is_the_end", say!("the loop ended at an error", "오류를 받자 반복이 끝났다"))
            .expected(say!(
                "an error is news: the loop goes on, and librdkafka connects again",
                "오류는 소식일 뿐이다. 반복은 계속되고 librdkafka가 다시 연결한다"
            ))
            .seen(cut)
            .seen([run.event(ended)])
            .why(say!(
                "a broker that restarts for an update would end all its consumers",
                "업데이트하느라 다시 시작한 브로커 하나가 모든 컨슈머를 끝내게 된다"
            ))
    };
    Err(claim.read(&format!("{PAGE}#three-answers")))
}

/// The mistake of a loop that runs on and leaves records unprocessed; as an error the mistake of one that did not run on.
pub(super) fn not_all_read(run: &Run) -> Result<Mistake, Mistake> {
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    Ok(mistake("not_all_read", say!("records were not processed as they came", "레코드가 와도 처리하지 않았다"))
        .expected(say!(
            "`process` is called with each record before the next call of `poll`",
            "다음 `poll`을 부르기 전에 레코드마다 `process`를 부른다"
        ))
        .seen([missing(say!("no call of process with the next record", "다음 레코드로 process를 부른 적이 없다"))])
        .why(say!(
            "who waits for more before working waits for a record that may not come today",
            "더 모일 때까지 기다리면 오늘 오지 않을지도 모르는 레코드를 기다리게 된다"
        ))
        .read(&format!("{PAGE}#your-turn")))
}

/// Claims that the loop neither spins nor stands still.
pub(super) fn waits_in_poll(run: &Run) -> Result<(), Mistake> {
    if let Some(index) = watch::paused(&run.recording) {
        return Err(mistake("hears_nothing", say!("for seconds the loop did not go round", "반복이 몇 초 동안 한 번도 돌지 않았다"))
            .expected(say!("it returns within a second after the stop token is cancelled", "정지 토큰이 취소되면 1초 안에 반환한다"))
            .seen([run.event(index)])
            .why(say!(
                "a loop that waits long, in `poll` or in a sleep, hears nothing: whoever stops the program loses patience and kills it",
                "`poll`에서든 sleep에서든 오래 기다리는 반복은 아무 말도 듣지 못한다. 프로그램을 멈추려는 쪽은 참지 못하고 강제로 끝낸다"
            ))
            .read(&format!("{PAGE}#how-long-to-wait")));
    }
    let Some(index) = spun(&run.recording) else { return Ok(()) };
    Err(mistake("spins", say!("the loop polled without a pause while nothing came", "아무것도 오지 않는데 쉬지 않고 폴링했다"))
        .expected(say!("at most a hundred calls of `poll` a second", "`poll` 호출은 1초에 많아야 백 번"))
        .seen([run.event(index)])
        .why(say!(
            "a timeout of nothing turns waiting into work: one core is busy for ever, and no record comes sooner",
            "타임아웃이 0이면 기다림이 일이 된다. 코어 하나가 끝없이 바쁜데 레코드가 더 빨리 오지는 않는다"
        ))
        .read(&format!("{PAGE}#how-long-to-wait")))
}

pub(super) fn processes_once(run: &Run) -> Result<(), Mistake> {
    let handed = run.recording.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Record { progress: Progress::HandedOver, member: 1, partition, offset } => Some(((partition, offset), index)),
        _ => None,
    });
    let mut first = BTreeMap::new();
    let mut twice = handed.filter_map(|(record, index)| Some([first.insert(record, index)?, index]));
    let Some(twice) = twice.next() else { return Ok(()) };
    Err(mistake(
        "processed_twice",
        say!("`process` was called twice with the same record", "같은 레코드로 `process`를 두 번 불렀다"),
    )
    .expected(say!("one call of `process` for each record that `poll` gives", "`poll`이 준 레코드마다 `process`를 한 번 부른다"))
    .seen(twice.map(|index| run.event(index)))
    .why(say!(
        "what is done twice is sent, counted or charged twice",
        "두 번 처리하면 두 번 보내고, 두 번 세고, 두 번 청구하게 된다"
    ))
    .read(&format!("{PAGE}#your-turn")))
}
