//! The claims of `01_after_each_batch`, in the order in which a learner should meet them.

use lab::trace::{Commit, Note, Progress, What};
use lab::{Evidence, Mistake, Partition, Run, missing, mistake, say};

use super::{AT_FIRST, FAILED, FAILURE, LATE, MAX, PARTITIONS, committed, partitions};

const TASK: &str = "08_sync_commit/01_after_each_batch#your-turn";
const WHAT: &str = "08_sync_commit/01_after_each_batch#what-is-committed";
const WAITS: &str = "08_sync_commit/01_after_each_batch#it-waits";
const WHEN: &str = "08_sync_commit/01_after_each_batch#when-to-commit";
const NOTHING: &str = "08_sync_commit/01_after_each_batch#nothing-new";

/// There may be one commit for so many records: small batches are no mistake.
const AT_LEAST_EACH: usize = 4;

pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    run.waited_for_each_commit("G1", WAITS)?;
    committed_only_what_is_done(run)?;
    committed_each_batch(run)?;
    run.committed_seldom("G1", AT_LEAST_EACH, MAX, WHEN)?;
    nothing_new_is_no_failure(run)?;
    made_way_for_the_second(run)?;
    run.read_as_a_member("G1", TASK)?;
    committed_all_at_the_end(run)
}

fn nothing_new_is_no_failure(run: &Run) -> Result<(), Mistake> {
    let no_offset = |what: &What| matches!(what, What::Note { note: Note::Returned { error: Some(error), .. }, .. } if error.contains("No offset stored"));
    let Some((index, _)) = run.recording.find(no_offset).next() else { return Ok(()) };
    Err(mistake(
        "nothing_new",
        say!("the consumer ended because there was nothing to commit", "커밋할 것이 없다는 이유로 컨슈머가 끝났다"),
    )
    .expected(say!(
        "with nothing new it commits nothing, and waits for more",
        "새로 처리한 것이 없으면 커밋하지 않고 더 기다린다"
    ))
    .seen([run.event(index)])
    .why(say!(
        "`NoOffset` comes from the client itself: it has not even asked the broker",
        "`NoOffset`은 클라이언트가 스스로 낸 오류다. 브로커에는 묻지도 않았다"
    ))
    .read(NOTHING))
}

/// No commit passes a record that is not processed.
fn committed_only_what_is_done(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let ahead = |commit: &Commit| {
        commit.offsets.iter().find_map(|(of, to)| (*to > seen.processed_before(of, commit.asked)).then(|| of.clone()))
    };
    let Some((commit, of)) = seen.commits("G1").into_iter().find_map(|commit| ahead(&commit).map(|of| (commit, of))) else {
        return Ok(());
    };
    // What the second consumer commits has nothing to do with the failure of the first.
    let by_the_first = second(run).is_none_or(|second| commit.asked < second);
    let failure = failure(run).filter(|index| by_the_first && *index < commit.asked);
    let handed_over = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, .. });
    let went_on = failure.is_some_and(|index| seen.events[index..commit.asked].iter().any(|event| handed_over(&event.what)));
    let (id, title, why) = match failure {
        Some(_) if went_on => (
            "passed_the_failure",
            say!(
                "it went on after `process` had failed, and committed that record",
                "`process`가 실패한 뒤에도 계속하고 그 레코드를 커밋했다"
            ),
            say!("whoever did not get the mail will not get it any more", "메일을 받지 못한 회원은 앞으로도 받지 못한다"),
        ),
        Some(_) => (
            "committed_at_the_failure",
            say!("a commit passed the record at which `process` had failed", "`process`가 실패한 레코드를 지나쳐 커밋했다"),
            say!(
                "what is stored is what was handed over: an automatic commit, or one of the state in mid-batch, takes all of it",
                "저장된 오프셋은 넘겨받은 데까지다. 자동 커밋이나 배치 도중의 상태 커밋은 그것을 모두 커밋한다"
            ),
        ),
        None => (
            "committed_first",
            say!("records were committed before they were processed", "레코드를 처리하기 전에 커밋했다"),
            say!(
                "after a crash the next consumer starts behind them: they are lost",
                "크래시가 나면 다음 컨슈머는 그 뒤부터 읽는다. 레코드를 잃는다"
            ),
        ),
    };
    Err(mistake(id, title)
        .expected(say!("a commit says what is done, no more", "커밋은 끝난 데까지만 한다"))
        .seen(failure.map(|index| run.event(index)))
        .seen([run.event(commit.asked), run.positions("G1", &of, commit.asked)])
        .why(why)
        .read(if id == "committed_first" { WHEN } else { WHAT }))
}

/// Before each record no more than a batch is processed and not committed; who is one short in each partition, is told so later.
fn committed_each_batch(run: &Run) -> Result<(), Mistake> {
    let handed_over = run.recording.find(|what| matches!(what, What::Record { progress: Progress::HandedOver, .. }));
    let open = |index: usize| partitions().map(|of| lag(run, &of, index)).sum::<i64>();
    let late = handed_over.map(|(index, _)| index).find(|index| open(*index) > MAX as i64 + i64::from(PARTITIONS));
    late.map_or(Ok(()), |index| Err(behind(run, index, run.event(index))))
}

/// How many records of a partition the consumer that worked last before event `before` had processed, and not committed.
fn lag(run: &Run, of: &Partition, before: usize) -> i64 {
    let records = run.recording.events[..before].iter().rev().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, member, partition, offset } => Some((*member, partition, *offset)),
        _ => None,
    });
    let mut last = None;
    let of_the_last = records.take_while(|(member, ..)| *last.get_or_insert(*member) == *member);
    let reached = of_the_last.filter(|(_, partition, _)| *partition == of).map(|(.., offset)| offset + 1).max();
    reached.map_or(0, |reached| (reached - committed(&run.recording, of, before)).max(0))
}

fn behind(run: &Run, before: usize, mut at: Evidence) -> Mistake {
    let commits = run.recording.commits("G1");
    let stop = run.recording.asked_to_stop();
    let last = commits.iter().rfind(|commit| commit.asked < before);
    let left_out = last.and_then(|commit| {
        let of = partitions().find(|of| !commit.offsets.contains_key(of) && lag(run, of, commit.asked) > 0)?;
        Some(run.positions("G1", &of, commit.asked))
    });
    let (id, title, why, read) = if commits.is_empty() {
        (
            "no_commit",
            say!("nothing was committed", "아무것도 커밋하지 않았다"),
            say!(
                "without automatic commits you commit yourself; storing an offset is not committing it",
                "자동 커밋을 끄면 직접 커밋해야 한다. 오프셋을 저장하는 것은 커밋이 아니다"
            ),
            WHAT,
        )
    } else if partitions().all(|of| lag(run, &of, before) == 1) {
        (
            "one_short",
            say!("the last record of each partition was not committed", "파티션마다 마지막 레코드가 커밋되지 않았다"),
            say!(
                "a committed offset is the next one to read: that of the last record, plus 1",
                "커밋하는 오프셋은 다음에 읽을 오프셋이다. 마지막 레코드의 오프셋에 1을 더한 값이다"
            ),
            WHAT,
        )
    } else if let Some(left_out) = left_out {
        at = left_out;
        (
            "one_partition_only",
            say!("a batch of two partitions was committed for one of them", "두 파티션의 배치인데 한 파티션만 커밋했다"),
            say!("`commit_message` commits the partition of that one record", "`commit_message`는 그 레코드의 파티션만 커밋한다"),
            WHAT,
        )
    } else if Some(before) == stop {
        (
            "waits_for_a_full_batch",
            say!(
                "records were processed, and stayed uncommitted while no more came",
                "레코드를 처리하고, 더 오지 않는 동안 커밋하지 않았다"
            ),
            say!(
                "a batch is what has come, be it less than {MAX}: after a crash in a quiet hour it is processed again",
                "온 만큼이 배치다. {MAX}개가 안 되어도 그렇다. 조용할 때 크래시가 나면 그것을 다시 처리한다"
            ),
            WHEN,
        )
    } else if stop.is_some_and(|stop| stop < before) {
        let returned = |what: &What| matches!(what, What::Note { note: Note::Returned { .. }, .. });
        at = run.event(run.recording.first(returned).unwrap_or(before - 1));
        (
            "stops_without_a_commit",
            say!(
                "it stopped in the middle of a batch, and did not commit what was done",
                "배치 도중에 멈추고, 끝난 것을 커밋하지 않았다"
            ),
            say!(
                "every restart of the program processes these records again",
                "프로그램을 다시 시작할 때마다 이 레코드들을 다시 처리한다"
            ),
            TASK,
        )
    } else {
        (
            "batch_not_committed",
            say!(
                "the next batch was begun, and not all of the one before was committed",
                "앞의 배치를 다 커밋하지 않고 다음 배치를 시작했다"
            ),
            say!("after a crash all of that is processed again", "크래시가 나면 그것을 모두 다시 처리한다"),
            WHEN,
        )
    };
    let none = || missing(say!("no OffsetCommit before it", "그 전에 OffsetCommit이 없다"));
    mistake(id, title)
        .expected(say!("when a batch is processed, all of it is committed", "배치를 처리하면 그 배치를 모두 커밋한다"))
        .seen([last.map_or_else(none, |commit| run.event(commit.asked)), at])
        .why(why)
        .read(read)
}

/// The first consumer passed the error on and left its group, so the second one worked.
fn made_way_for_the_second(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    if second(run).is_some() {
        return Ok(());
    }
    let Some(failed) = failure(run) else { return run.came_to_its_end(TASK) };
    let ended = |what: &What| matches!(what, What::Note { note: Note::Returned { error, value }, .. } if value.is_some() || error.is_some());
    if let Some(index) = seen.first(ended) {
        return Err(mistake(
            "error_not_passed_on",
            say!(
                "`process` failed, and the caller did not get its error",
                "`process`가 실패했는데 호출한 쪽이 그 오류를 받지 못했다"
            ),
        )
        .expected(say!("the function returns the error of `process`: {FAILED}", "함수가 `process`의 오류를 돌려준다: {FAILED}"))
        .seen([run.event(failed), run.event(index)])
        .why(say!("the caller decides whether to try again", "다시 시도할지는 호출한 쪽이 정한다"))
        .read(TASK));
    }
    let stays = run.group("G1").and_then(|group| group.members.first()).is_some_and(|first| first.left.is_none());
    if !stays || seen.first(lab::stop_arrived).is_none() {
        return run.came_to_its_end(TASK);
    }
    Err(mistake(
        "stays_in_its_group",
        say!(
            "`consume` had returned, and its consumer stayed in the group",
            "`consume`가 반환한 뒤에도 컨슈머가 그룹에 남아 있었다"
        ),
    )
    .expected(say!(
        "the consumer is dropped when the function returns, and leaves",
        "함수가 반환할 때 컨슈머가 드롭(drop)되어 그룹을 떠난다"
    ))
    .seen([
        run.event(failed),
        missing(say!("no LeaveGroup; the second run got no records", "LeaveGroup이 없다. 두 번째 실행은 레코드를 받지 못했다")),
    ])
    .why(say!(
        "a leaked consumer, or one that a thread still holds, keeps its partitions from all others",
        "누수된 컨슈머나 스레드가 아직 쥐고 있는 컨슈머는 파티션을 놓지 않아 아무도 읽지 못한다"
    ))
    .read(TASK))
}

/// The first record of the second consumer.
fn second(run: &Run) -> Option<usize> {
    run.recording.first(|what| matches!(what, What::Record { member: 2, .. }))
}

/// Where `process` failed.
fn failure(run: &Run) -> Option<usize> {
    run.recording.first(|what| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == FAILURE))
}

/// When the stop comes, and at the end, all that was processed is committed; and at the end that is all that was written.
fn committed_all_at_the_end(run: &Run) -> Result<(), Mistake> {
    let end = run.recording.events.len();
    for before in run.recording.asked_to_stop().into_iter().chain([end]) {
        if partitions().any(|of| lag(run, &of, before) > 0) {
            return Err(behind(run, before, missing(say!("no OffsetCommit after that", "그 뒤로 OffsetCommit이 없다"))));
        }
    }
    run.processed_all(AT_FIRST + LATE, TASK)
}
