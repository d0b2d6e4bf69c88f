//! Whether every record of T1 was processed once: from the first on, over the cut, to the end.

use std::collections::BTreeSet;

use lab::trace::{Note, Recording, Request, Response, What};
use lab::{Mistake, Progress, Run, missing, mistake, say};

use super::{PARTITIONS, RECORDS, YOUR_TURN, is_fetch, is_processed};

/// The first request that begins to read a partition behind its first record.
pub(super) fn began_late(seen: &Recording) -> Option<usize> {
    let mut begun = BTreeSet::new();
    seen.find(is_fetch).find_map(|(index, event)| match &event.what {
        What::Request { request: Request::Fetch { offsets, .. }, .. } => {
            let late = offsets.iter().any(|(partition, offset)| begun.insert(partition) && *offset > 0);
            late.then_some(index)
        }
        _ => None,
    })
}

pub(super) fn started_at_the_beginning(run: &Run) -> Result<(), Mistake> {
    let Some(late) = began_late(&run.recording) else { return Ok(()) };
    let asks_for_the_end = |what: &What| matches!(what, What::Request { request: Request::ListOffsets { timestamps, .. }, .. } if timestamps.values().any(|t| *t == -1));
    Err(mistake(
        "started_at_the_end",
        say!("the consumer started after the last record", "컨슈머가 마지막 레코드 뒤에서 시작했다"),
    )
    .expected(say!("it starts at the first record of every partition", "모든 파티션을 첫 레코드부터 읽는다"))
    .seen(run.show(1, asks_for_the_end))
    .seen([run.event(late)])
    .why(say!(
        "G1 has committed nothing yet, so auto.offset.reset decides, and its default is the end",
        "G1은 아직 커밋한 적이 없어서 auto.offset.reset이 시작 위치를 정하는데, 그 기본값이 끝(latest)이다"
    ))
    .read("01_groups/01_one_consumer#where-to-start"))
}

pub(super) fn brings_some(what: &What) -> bool {
    let What::Response { response: Response::Fetch { partitions, .. }, .. } = what else { return false };
    partitions.values().any(|fetched| fetched.records > 0)
}

pub(super) fn outlived_the_cut(run: &Run) -> Result<(), Mistake> {
    let Some(cut) = run.recording.first(|what| matches!(what, What::Fault { .. })) else { return Ok(()) };
    let panicked =
        |what: &What| matches!(what, What::Note { note: Note::Panicked { message }, .. } if message.contains("KafkaError"));
    let returned = |what: &What| matches!(what, What::Note { note: Note::Returned { .. }, .. });
    let left = |what: &What| matches!(what, What::Request { request: Request::LeaveGroup { .. }, .. });
    let done_by = |index: usize| run.recording.events[..index].iter().filter(|event| is_processed(&event.what)).count();
    let too_early = |index: &usize| *index > cut && done_by(*index) < RECORDS;
    let first = |is_end: fn(&What) -> bool| run.recording.find(is_end).map(|(index, _)| index).find(too_early);
    let Some(ended) = first(panicked).or_else(|| first(returned)).or_else(|| first(left)) else { return Ok(()) };
    let mut end = run.event(ended);
    if panicked(&run.recording.events[ended].what) {
        end.text = say!("panic: the consumer gave an error", "패닉: 컨슈머가 오류를 돌려줬다");
    }
    Err(mistake("ended_at_first_error", say!("the consumer gave up at the first error", "컨슈머가 첫 오류에서 그만뒀다"))
        .expected(say!("it goes on until all 20 records are processed", "레코드 20개를 모두 처리할 때까지 계속한다"))
        .seen([run.event(cut), end])
        .why(say!(
            "an error of a consumer is mostly news: librdkafka connects again and reads on",
            "컨슈머의 오류는 대부분 알림이다. librdkafka가 다시 연결해 이어서 읽는다"
        ))
        .read("01_groups/01_one_consumer#errors"))
}

/// A partition whose records came and none of which was processed: the answer passes over it, or keeps all records for later.
pub(super) fn left_out_no_partition(run: &Run) -> Result<(), Mistake> {
    let times = run.processed();
    let of = |number: i32| times.keys().filter(|(partition, _)| partition.number == number).count();
    let given = (0..PARTITIONS as i32).map(|number| (number, of(number))).collect::<Vec<_>>();
    let Some((left_out, _)) = given.iter().find(|(_, count)| *count == 0) else { return Ok(()) };
    let out_of_time = run.recording.find(|what| matches!(what, What::Note { note: Note::OutOfTime { .. }, .. })).next().is_some();
    let came = run.show(1, brings_some);
    if came.is_empty() || !(out_of_time || given.iter().any(|(_, count)| *count == RECORDS / PARTITIONS)) {
        return Ok(());
    }
    Err(mistake("left_unprocessed", say!("records came, and were not processed", "레코드가 왔는데 처리하지 않았다"))
    .expected(say!("process is called with each record when it comes, whatever its partition", "어느 파티션의 레코드든 오는 대로 process를 부른다"))
    .seen(came)
    .seen([missing(say!(
        "no call of process with a record of T1-{left_out}",
        "T1-{left_out}의 레코드로 process를 부른 일이 없다"
    ))])
    .why(say!(
        "nobody else in the group reads a record that its member passes over; and one that is kept for later waits for others that may never come",
        "멤버가 지나친 레코드는 그룹의 다른 누구도 읽지 않는다. 모아 두었다가 한꺼번에 처리하려 하면, 다음 레코드가 오지 않는 한 그대로 남는다"
    ))
    .read(YOUR_TURN))
}

pub(super) fn each_was_processed_once(run: &Run) -> Result<(), Mistake> {
    let times = run.processed();
    if let Some(((partition, offset), n)) = times.iter().find(|(_, n)| **n > 1) {
        let calls = run.show(3, |what| {
            matches!(what, What::Record { progress: Progress::HandedOver, partition: p, offset: o, .. } if p == partition && o == offset)
        });
        return Err(mistake(
            "processed_twice",
            say!("{partition} offset {offset} was processed {n} times", "{partition} 오프셋 {offset}: {n}번 처리했다"),
        )
        .expected(say!("process is called once for each record", "레코드마다 process를 한 번 부른다"))
        .seen(calls)
        .why(say!("whoever signed up once would get two coupons", "한 번 가입한 회원이 쿠폰을 두 장 받게 된다"))
        .read(YOUR_TURN));
    }
    let count = times.len();
    if count == RECORDS {
        return Ok(());
    }
    Err(mistake(
        "stopped_early",
        say!("the function returned before all records were processed", "레코드를 모두 처리하기 전에 함수가 반환했다"),
    )
    .expected(say!(
        "all 20 sign-ups are processed before the function returns",
        "함수가 반환하기 전에 가입 레코드 20개를 모두 처리한다"
    ))
    .seen([missing(say!("{count} of 20 records were processed", "레코드 20개 가운데 {count}개를 처리했다"))])
    .seen(run.show(1, |what| matches!(what, What::Note { note: Note::Returned { .. }, .. })))
    .why(say!(
        "a quiet moment is not the end: a topic has no end, and the next record may come at any time",
        "잠깐 조용하다고 끝난 것이 아니다. 토픽에는 끝이 없고, 다음 레코드는 언제든 올 수 있다"
    ))
    .read(YOUR_TURN))
}
