//! Claims of `01_stop_token`: the stop is heard, the work in hand is finished, what is done is committed, and the group is told.

use lab::trace::{Note, Partition, Positions, Progress, What};
use lab::{Mistake, Run, missing, mistake, run::stayed, say};

use super::{
    CAUSE, ENDED, FAILS, FAILURE, PARTITIONS, SECOND, WAITS, WORKS, asked, ended, group, is_ready, marked, records, topic,
};

pub(super) const TASK: &str = "10_leaving/01_stop_token#your-turn";
const RACE: &str = "10_leaving/01_stop_token#the-stop-and-the-next-record";
const WORK: &str = "10_leaving/01_stop_token#what-may-be-dropped";
const COMMIT: &str = "10_leaving/01_stop_token#the-last-commit";
const CLOSE: &str = "10_leaving/01_stop_token#closing-is-part-of-it";
/// More records than may be begun after the stop. `select!` without `biased` takes one more every other time.
const TOO_MANY: usize = 30;

pub(super) fn reads(run: &Run) -> Result<(), Mistake> {
    if is_ready(&run.recording) && asked(&run.recording, WAITS).is_some() {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    let done = records(&run.recording, WAITS, Progress::Processed).count();
    Err(mistake(
        "not_all_read",
        say!("a consumer did not read until it was asked to stop", "멈추라고 할 때까지 읽지 않은 컨슈머가 있다"),
    )
    .expected(say!(
        "`process` is awaited for each record of T1, until `stop` is cancelled",
        "`stop`이 취소될 때까지 T1의 레코드마다 `process`를 await한다"
    ))
    .seen([WAITS, WORKS].iter().filter_map(|n| Some(run.event(ended(&run.recording, *n)?))))
    .seen([missing(say!("consumer 1 processed {done} records", "컨슈머 1이 처리한 레코드: {done}개"))])
    .why(say!(
        "a topic has no end: only the stop, or a failure, ends the loop",
        "토픽에는 끝이 없다. 정지 요청이나 실패만이 반복을 끝낸다"
    ))
    .read(TASK))
}

/// Claims that nothing panicked while a consumer was closing. A panic that tells of the failure itself comes before that.
pub(super) fn closes_calmly(run: &Run) -> Result<(), Mistake> {
    let closing = marked(&run.recording, FAILS, FAILURE);
    let is_panic = |what: &What| matches!(what, What::Note { note: Note::Panicked { message }, .. } if !message.contains(CAUSE));
    let panics = run.show(9, is_panic);
    let Some(panic) = panics.into_iter().find(|panic| closing.is_some() && panic.event > closing) else { return Ok(()) };
    Err(mistake("panics_while_closing", say!("a consumer panicked while it was closing", "컨슈머가 닫히는 도중에 패닉했다"))
        .expected(say!("the consumer closes, and the function returns", "컨슈머가 닫히고 함수가 반환한다"))
        .seen(closing.map(|index| run.event(index)))
        .seen([panic])
        .why(say!(
            "closing calls your callbacks, on the thread that drops the consumer; a panic there cuts it off before LeaveGroup",
            "닫을 때는 컨슈머를 드롭(drop)하는 스레드에서 콜백이 불린다. 거기서 패닉하면 LeaveGroup 전에 닫기가 끊긴다"
        ))
        .read(CLOSE))
}

pub(super) fn hears_the_stop(run: &Run) -> Result<(), Mistake> {
    for n in [WAITS, WORKS] {
        let Some(asked) = asked(&run.recording, n) else { continue };
        let next = begun(run, n).into_iter().filter(|index| *index > asked).collect::<Vec<_>>();
        let (id, title) = match ended(&run.recording, n) {
            _ if next.len() > TOO_MANY => {
                ("reads_on", say!("the consumer took on more records after the stop", "정지 요청을 받고도 레코드를 더 가져갔다"))
            }
            None => {
                run.came_to_its_end(TASK)?;
                ("never_stops", say!("the consumer did not stop", "컨슈머가 멈추지 않았다"))
            }
            Some(_) if n == WAITS && !next.is_empty() => {
                ("stop_is_late", say!("the stop was heard only when a record came", "레코드가 오고 나서야 정지 요청을 들었다"))
            }
            Some(_) => continue,
        };
        return Err(mistake(id, title)
            .expected(say!("it finishes the work in hand and takes no other record; with none in hand it returns within a second", "쥐고 있던 일만 마치고 다른 레코드는 가져가지 않는다. 쥔 것이 없으면 1초 안에 반환한다"))
            .seen([asked].into_iter().chain(next.into_iter().take(2)).chain(ended(&run.recording, n)).map(|index| run.event(index)))
            .why(say!(
                "the stop and the next record are awaited at once, the stop first: else a quiet topic or a busy one keeps the loop for ever",
                "정지 요청과 다음 레코드를 함께 기다리고, 정지 요청을 먼저 본다. 그러지 않으면 조용한 토픽이나 바쁜 토픽이 반복을 끝없이 붙잡는다"
            ))
            .read(RACE));
    }
    Ok(())
}

pub(super) fn finishes_the_work(run: &Run) -> Result<(), Mistake> {
    let (begun, done) = (begun(run, WORKS), records(&run.recording, WORKS, Progress::Processed).count());
    let (Some(asked), Some(end)) = (asked(&run.recording, WORKS), ended(&run.recording, WORKS)) else { return Ok(()) };
    if done >= begun.len() {
        return Ok(());
    }
    let title = say!("the work in hand was dropped half-way", "쥐고 있던 일을 중간에 버렸다");
    Err(mistake("work_is_dropped", title)
        .expected(say!(
            "the work on that record is finished, then the function returns",
            "그 레코드의 일을 마친 뒤에 함수가 반환한다"
        ))
        .seen(begun.into_iter().rfind(|index| *index < asked).map(|index| run.event(index)))
        .seen([run.event(asked), run.event(end), missing(say!("the work never came to its end", "그 일은 끝나지 못했다"))])
        .why(say!(
            "a future that is dropped ends at its last `await`: half of the work is done, and nobody knows which half",
            "버려진 future는 마지막 `await`에서 끝난다. 일은 절반만 되어 있고 어느 절반인지 아무도 모른다"
        ))
        .read(WORK))
}

/// Claims that a stop is no error, and that the failure is told, at once.
pub(super) fn tells_how_it_ended(run: &Run) -> Result<(), Mistake> {
    run.came_to_its_end(TASK)?;
    let is_error = |n: u32| marked(&run.recording, n, &format!("{ENDED}returned Err"));
    let stopped = [WAITS, WORKS].into_iter().find_map(|n| Some([asked(&run.recording, n)?, is_error(n)?]));
    let failed = marked(&run.recording, FAILS, FAILURE);
    let next = records(&run.recording, FAILS, Progress::HandedOver).find(|(index, _)| failed.is_some_and(|at| *index > at));
    let told = |what: &What| matches!(what, What::Note { note: Note::Mark { text }, .. } if text.contains(CAUSE));
    let since_then = |at: Option<usize>| failed.into_iter().chain(at).collect();
    let (id, title, seen) = match (stopped, next) {
        (Some(seen), _) => (
            "stop_is_an_error",
            say!("it was asked to stop, and `consume` returned an error", "멈추라고 했을 뿐인데 `consume`이 오류를 돌려줬다"),
            seen.to_vec(),
        ),
        (_, Some((next, SECOND))) => (
            "works_again",
            say!("`process` was called again for a record whose work had failed", "일이 실패한 레코드로 `process`를 다시 불렀다"),
            since_then(Some(next)),
        ),
        (_, None) if failed.is_none() || run.recording.first(told).is_some() => return Ok(()),
        (_, next) => (
            "failure_is_not_told",
            say!("the work failed, and the caller was not told", "일이 실패했는데 호출한 쪽에 알리지 않았다"),
            since_then(next.map(|(index, _)| index).or(ended(&run.recording, FAILS))),
        ),
    };
    Err(mistake(id, title)
        .expected(say!(
            "`consume` returns `Ok` at a stop, and where the work fails its error, without another call",
            "`consume`은 멈추라고 하면 `Ok`를, 일이 실패하면 다시 부르지 않고 그 오류를 돌려준다"
        ))
        .seen(seen.into_iter().map(|index| run.event(index)))
        .why(say!(
            "the caller goes by what `consume` returns: after a stop all is well, and after a failure it decides what becomes of the record",
            "호출한 쪽은 `consume`의 반환값을 보고 판단한다. 정지라면 문제가 없고, 실패라면 그 레코드를 어떻게 할지 정한다"
        ))
        .read(TASK))
}

pub(super) fn leaves_first(run: &Run) -> Result<(), Mistake> {
    for n in [WAITS, WORKS, FAILS] {
        let Some(end) = ended(&run.recording, n) else { continue };
        for member in run.group(&group(n)).into_iter().flat_map(|group| &group.members) {
            if member.left.and_then(|left| run.recording.answer_to(left)).is_some_and(|told| told < end) {
                continue;
            }
            return Err(mistake(
                "still_a_member",
                say!("`consume` returned before its consumer had left", "컨슈머가 떠나기 전에 `consume`이 반환했다"),
            )
            .expected(say!("the consumer is dropped before the function is over", "함수가 끝나기 전에 컨슈머가 드롭(drop)된다"))
            .seen([run.event(end), member.left.map_or_else(|| stayed(member), |left| run.event(left))])
            .why(say!(
                "a program ends with its `main`: what would still have been said to the group is cut off",
                "프로그램은 `main`과 함께 끝난다. 그룹에 하려던 말이 남았어도 그때 끊긴다"
            ))
            .read(CLOSE));
        }
    }
    Ok(())
}

pub(super) fn commits_what_is_done(run: &Run) -> Result<(), Mistake> {
    // The failure first: what `drop` commits on top, at the others, is chance.
    for (n, (partition, done, committed)) in
        [FAILS, WORKS, WAITS].into_iter().flat_map(|n| positions(run, n).map(move |at| (n, at)))
    {
        let claim = match committed - done {
            1.. => mistake(
                "commits_unfinished",
                say!("a record was committed whose work was not done", "일이 끝나지 않은 레코드를 커밋했다"),
            )
            .why(say!(
                "by default librdkafka stores an offset when it hands the record over, and closing commits what is stored",
                "기본값에서 librdkafka는 레코드를 넘겨줄 때 오프셋을 저장하고, 닫을 때 저장된 것을 커밋한다"
            )),
            // After a failure it is up to the answer whether what was done before is done once more.
            ..=-1 if n != FAILS => mistake(
                "last_commit_missing",
                say!("what was done last was not committed", "마지막으로 한 일이 커밋되지 않았다"),
            )
            .why(say!(
                "whoever reads next starts at the commit: these records are worked on twice, at each restart of the program",
                "다음에 읽는 컨슈머는 커밋에서 시작한다. 프로그램을 다시 시작할 때마다 이 레코드들은 두 번 처리된다"
            )),
            _ => continue,
        };
        return Err(claim
            .expected(say!(
                "when it leaves, all that is done is committed, and nothing else",
                "떠날 때는 끝난 일이 모두 커밋되어 있고, 그 밖의 것은 커밋되지 않는다"
            ))
            .seen(run.recording.commits(&group(n)).last().map(|commit| run.event(commit.asked)))
            .seen([run.positions(&group(n), &partition, run.recording.events.len() - 1)])
            .read(COMMIT));
    }
    Ok(())
}

/// The calls of `process` of consumer `n`.
fn begun(run: &Run, n: u32) -> Vec<usize> {
    records(&run.recording, n, Progress::HandedOver).map(|(index, _)| index).collect()
}

/// Where consumer `n` left each partition: the first offset that is not done, and what is committed.
fn positions(run: &Run, n: u32) -> impl Iterator<Item = (Partition, i64, i64)> {
    let processed = run.processed();
    (0..PARTITIONS).map(move |number| {
        let partition = Partition::new(topic(n), number);
        let done = (0..).find(|offset| !processed.contains_key(&(partition.clone(), *offset))).unwrap_or_default();
        let committed = Positions::at(&run.recording, &group(n), &partition, u64::MAX).committed.unwrap_or(0);
        (partition, done, committed)
    })
}
