//! Whether as many records of T1 as were asked for were processed, once each: from the first on, over the cut, and no more.

use lab::trace::{Note, Request, Response, What};
use lab::{Mistake, Run, missing, mistake, say};

use super::{N, PARTITIONS, RECORDS, YOUR_TURN, is_processed, membership::ran_out_of_time};

fn brings_some(what: &What) -> bool {
    let What::Response { response: Response::Fetch { partitions, .. }, .. } = what else { return false };
    partitions.values().any(|fetched| fetched.records > 0)
}

pub(super) fn outlived_the_cut(run: &Run) -> Result<(), Mistake> {
    let Some(cut) = run.recording.first(|what| matches!(what, What::Fault { .. })) else { return Ok(()) };
    let panicked =
        |what: &What| matches!(what, What::Note { note: Note::Panicked { message }, .. } if message.contains("KafkaError"));
    let returned = |what: &What| matches!(what, What::Note { note: Note::Returned { .. }, .. });
    let left = |what: &What| matches!(what, What::Request { request: Request::LeaveGroup { .. }, .. });
    // Who has processed a record since then has outlived it.
    let went_on = |index: usize| run.recording.events[cut..index].iter().any(|event| is_processed(&event.what));
    let too_early = |index: &usize| *index > cut && !went_on(*index);
    let first = |is_end: fn(&What) -> bool| run.recording.find(is_end).map(|(index, _)| index).find(too_early);
    let Some(ended) = first(panicked).or_else(|| first(returned)).or_else(|| first(left)) else { return Ok(()) };
    let mut end = run.event(ended);
    if panicked(&run.recording.events[ended].what) {
        end.text = say!("panic: the consumer gave an error", "패닉: 컨슈머가 오류를 돌려줬다");
    }
    Err(mistake("ended_at_first_error", say!("the consumer gave up at the first error", "컨슈머가 첫 오류에서 그만뒀다"))
        .expected(say!("it goes on until {N} records are processed", "레코드 {N}개를 처리할 때까지 계속한다"))
        .seen([run.event(cut), end])
        .why(say!(
            "an error of a consumer is mostly news: librdkafka connects again and reads on",
            "컨슈머의 오류는 대부분 알림이다. librdkafka가 다시 연결해 이어서 읽는다"
        ))
        .read("01_groups/01_one_consumer#errors"))
}

/// A record that came and was not processed: the answer passes over its partition, or keeps records for later.
pub(super) fn left_out_no_record(run: &Run) -> Result<(), Mistake> {
    let times = run.processed();
    let of = |number: i32| times.keys().filter(|(partition, _)| partition.number == number).count();
    let passed_over = |number: i32| of(number) == 0 && (0..PARTITIONS as i32).any(|other| of(other) == RECORDS / PARTITIONS);
    let out_of_time = ran_out_of_time(run);
    let left_out = run.recording.find(brings_some).find_map(|(index, event)| {
        let What::Response { response: Response::Fetch { partitions, .. }, .. } = &event.what else { return None };
        let mut brought = partitions.iter().filter(|(partition, _)| out_of_time || passed_over(partition.number));
        brought.find_map(|(partition, fetched)| {
            let is_left = |offset: &i64| !times.contains_key(&(partition.clone(), *offset));
            Some((index, partition, (0..=fetched.last?).find(is_left)?))
        })
    });
    let Some((came, partition, offset)) = left_out.filter(|_| times.len() < N) else { return Ok(()) };
    Err(mistake("left_unprocessed", say!("records came, and were not processed", "레코드가 왔는데 처리하지 않았다"))
    .expected(say!("process is called with each record when it comes, whatever its partition", "어느 파티션의 레코드든 오는 대로 process를 부른다"))
    .seen([run.event(came)])
    .seen([missing(say!(
        "no call of process with {partition} offset {offset}",
        "{partition} 오프셋 {offset}의 레코드로 process를 부른 일이 없다"
    ))])
    .why(say!(
        "nobody else in the group reads a record that its member passes over; and one that is kept for later waits for others that may never come",
        "멤버가 지나친 레코드는 그룹의 다른 누구도 읽지 않는다. 모아 두었다가 한꺼번에 처리하려 하면, 다음 레코드가 오지 않는 한 그대로 남는다"
    ))
    .read(YOUR_TURN))
}

pub(super) fn as_many_as_asked_for(run: &Run) -> Result<(), Mistake> {
    let count = run.processed().len();
    if count == N {
        return Ok(());
    }
    Err(mistake(
        "another_number",
        say!("the function returned after another number of records than was asked for", "요청한 것과 다른 수의 레코드를 처리하고 반환했다"),
    )
    .expected(say!(
        "{N} of the {RECORDS} sign-ups are processed before the function returns",
        "함수가 반환하기 전에 가입 레코드 {RECORDS}개 가운데 {N}개를 처리한다"
    ))
    .seen([missing(say!("{count} records were processed, n = {N}", "처리한 레코드 {count}개, n = {N}"))])
    .seen(run.show(1, |what| matches!(what, What::Note { note: Note::Returned { .. }, .. })))
    .why(say!(
        "`n` says how many: neither a quiet moment nor the last record is the end of a topic, the next one may come at any time",
        "몇 개를 처리할지는 `n`이 정한다. 잠깐 조용하거나 마지막 레코드를 읽었다고 토픽이 끝난 것은 아니다. 다음 레코드는 언제든 올 수 있다"
    ))
    .read(YOUR_TURN))
}
