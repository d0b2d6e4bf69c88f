//! The claims of `02_commit_failed`, in the order in which a learner should meet them.

use std::collections::BTreeMap;

use lab::trace::{Commit, Note, Progress, Recording, What};
use lab::{Mistake, Partition, Run, missing, mistake, say};

use super::{ENDS_AT, IN_A_ROW, MAX, OTHERS, committed, t1};

const TASK: &str = "08_sync_commit/02_commit_failed#your-turn";
const NO_END: &str = "08_sync_commit/02_commit_failed#a-refusal-is-no-end";
const CODES: &str = "08_sync_commit/02_commit_failed#not-now-and-not-yours";
const POLL: &str = "08_sync_commit/02_commit_failed#only-a-poll-brings-it-back";
const WAITS: &str = "08_sync_commit/01_after_each_batch#it-waits";
const WHEN: &str = "08_sync_commit/01_after_each_batch#when-to-commit";

/// There may be one commit for so many records: small batches are no mistake.
const AT_LEAST_EACH: usize = 2;

/// The lab's marks.
pub(super) const EXPELLED: &str = "C1 is taken out of G1";
pub(super) const OTHER: &str = "another consumer commits T1-0: 16";

pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    run.read_as_a_member("G1", TASK)?;
    run.waited_for_each_commit("G1", WAITS)?;
    // What another consumer did, it does not process.
    let put_out = mark(&run.recording, EXPELLED).unwrap_or(usize::MAX);
    run.until(put_out).committed_what_is_processed("G1", WHEN)?;
    survived_the_refusals(run)?;
    tried_not_for_ever(run)?;
    took_nobody_back(run)?;
    kept_what_is_its_own(run)?;
    run.committed_seldom("G1", AT_LEAST_EACH, MAX, WHEN)?;
    read_on(run)?;
    run.came_to_its_end(TASK)
}

/// How many commits were refused since the last one that was taken, or the last record.
pub(super) fn in_a_row(seen: &Recording) -> usize {
    let last = seen.events.iter().rposition(|event| matches!(event.what, What::Record { .. })).unwrap_or(0);
    let commits = seen.commits("G1");
    commits.iter().rev().take_while(|commit| commit.asked > last && !commit.was_taken(usize::MAX)).count()
}

/// The record that was handed over most often, and its calls of `process`.
fn most_often(seen: &Recording) -> Vec<usize> {
    let mut calls: BTreeMap<(&Partition, i64), Vec<usize>> = BTreeMap::new();
    for (index, event) in seen.events.iter().enumerate() {
        if let What::Record { progress: Progress::HandedOver, partition, offset, .. } = &event.what {
            calls.entry((partition, *offset)).or_default().push(index);
        }
    }
    calls.into_values().max_by_key(Vec::len).unwrap_or_default()
}

/// Whether it does the same again and again.
pub(super) fn goes_round(seen: &Recording) -> bool {
    in_a_row(seen) >= IN_A_ROW || most_often(seen).len() > IN_A_ROW
}

pub(super) fn handed_over(seen: &Recording, of: &Partition, at: i64) -> Option<usize> {
    let it = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, partition, offset, .. } if partition == of && *offset == at);
    seen.first(it)
}

pub(super) fn mark(seen: &Recording, mark: &str) -> Option<usize> {
    seen.first(|what| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == mark))
}

/// Whether nothing new was heard any more.
fn is_silent(what: &What) -> bool {
    matches!(what, What::Note { note: Note::OutOfTime { .. }, .. })
}

/// The answer to the last refused commit before event `before`.
fn refused(run: &Run, before: usize) -> Option<Commit> {
    run.recording.commits("G1").into_iter().rfind(|commit| commit.asked < before && commit.error.is_some())
}

/// No refusal ended it, by an error, a panic or a return.
fn survived_the_refusals(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let ends = |what: &What| matches!(what, What::Note { note: Note::Returned { .. } | Note::Panicked { .. }, .. });
    let Some((end, event)) = seen.find(ends).next() else { return Ok(()) };
    let of_itself = seen.asked_to_stop().is_none_or(|stop| end < stop);
    let (Some(refused), true) = (refused(run, end), of_itself) else { return Ok(()) };
    let (id, title) = match &event.what {
        What::Note { note: Note::Panicked { .. }, .. } => (
            "panicked_at_a_refusal",
            say!("the consumer panicked because a commit was refused", "커밋이 거절되자 컨슈머가 패닉했다"),
        ),
        What::Note { note: Note::Returned { error: None, .. }, .. } => (
            "left_after_a_refusal",
            say!("the consumer stopped reading because a commit was refused", "커밋이 거절되자 컨슈머가 읽기를 그만뒀다"),
        ),
        _ if seen.commits("G1").iter().filter(|commit| commit.error.is_some()).count() > 1 => (
            "ended_by_another_refusal",
            say!(
                "one refusal was survived, and another one ended the consumer",
                "한 거절은 넘겼지만 다른 거절에 컨슈머가 끝났다"
            ),
        ),
        _ => ("ended_by_a_refusal", say!("the consumer ended because a commit was refused", "커밋이 거절되자 컨슈머가 끝났다")),
    };
    Err(mistake(id, title)
        .expected(say!(
            "it reads on; the client joins its group again where it has to",
            "계속 읽는다. 필요하면 클라이언트가 그룹에 다시 들어간다"
        ))
        .seen(refused.answered.map(|answered| run.event(answered)))
        .seen([run.event(end)])
        .why(say!(
            "a rebalance is everyday: each would end a consumer, which makes for the next rebalance",
            "리밸런싱은 늘 있는 일이다. 그때마다 컨슈머가 끝나면 그것이 다음 리밸런싱을 부른다"
        ))
        .read(if id == "ended_by_another_refusal" { CODES } else { NO_END }))
}

/// A refused commit is not repeated again and again, and the consumer is polled after it.
fn tried_not_for_ever(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let commits = seen.commits("G1");
    let expected = say!("after a refusal it polls on", "거절당한 뒤에도 계속 폴링한다");
    let why = say!(
        "only a poll lets the client give up what it has lost and join again; no commit is taken before that",
        "폴링을 해야 클라이언트가 잃은 것을 내놓고 다시 들어간다. 그 전에는 어떤 커밋도 받아들여지지 않는다"
    );
    if in_a_row(seen) >= IN_A_ROW {
        let last = commits.iter().rev().take(IN_A_ROW).rev();
        return Err(mistake(
            "retries_for_ever",
            say!("a refused commit was tried again and again", "거절된 커밋을 거듭 다시 시도했다"),
        )
        .expected(expected)
        .seen(last.filter_map(|commit| commit.answered).take(3).map(|answered| run.event(answered)))
        .why(why)
        .read(POLL));
    }
    let calls = most_often(seen);
    if calls.len() > IN_A_ROW {
        return Err(mistake(
            "reads_in_a_circle",
            say!("the same records were processed again and again", "같은 레코드를 거듭 다시 처리했다"),
        )
        .expected(say!(
            "what is processed, and still its own, is committed with the next commit",
            "처리했고 아직 자기 것이면 다음 커밋에 함께 담는다"
        ))
        .seen(refused(run, calls[1]).and_then(|refused| refused.answered).map(|answered| run.event(answered)))
        .seen(calls.into_iter().take(3).map(|call| run.event(call)))
        .why(say!(
            "a refusal says nothing of the records: they are processed, and processing them again brings no new offset to commit",
            "거절은 레코드에 대한 말이 아니다. 이미 처리한 레코드를 다시 처리해도 새로 커밋할 오프셋은 생기지 않는다"
        ))
        .read(CODES));
    }
    let (Some(refused), Some(end)) = (refused(run, usize::MAX), seen.first(is_silent)) else { return Ok(()) };
    let worked = seen.events[refused.asked..end].iter().any(|event| matches!(event.what, What::Record { .. }));
    if worked {
        return Ok(());
    }
    Err(mistake("reads_no_more", say!("after a refusal no record was read any more", "거절당한 뒤로 레코드를 더 읽지 않았다"))
        .expected(expected)
        .seen(refused.answered.map(|answered| run.event(answered)))
        .seen([missing(say!("no call of process after that", "그 뒤로 process 호출이 없다"))])
        .why(why)
        .read(POLL))
}

/// What the other consumer has committed stays committed.
fn took_nobody_back(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(other) = mark(seen, OTHER) else { return Ok(()) };
    let back = |commit: &Commit| {
        commit.asked > other && commit.error.is_none() && commit.offsets.get(&t1(0)).is_some_and(|to| *to < OTHERS)
    };
    let Some(commit) = seen.commits("G1").into_iter().find(back) else { return Ok(()) };
    let to = commit.offsets[&t1(0)];
    let again = OTHERS - to;
    // Who commits a map of all partitions says again what the broker has taken already.
    let again_said =
        |commit: &Commit| commit.offsets.iter().any(|(of, to)| seen.committed_before("G1", of, commit.asked) == Some(*to));
    let (id, title) = if seen.commits("G1").iter().any(|commit| commit.asked < other && again_said(commit)) {
        (
            "commits_all_it_ever_read",
            say!(
                "every partition it has ever read was committed, the one it had lost too",
                "한 번이라도 읽은 파티션은 잃은 것까지 모두 커밋했다"
            ),
        )
    } else {
        (
            "took_the_group_back",
            say!("an offset that was no longer its own was committed", "이미 자기 것이 아닌 오프셋을 커밋했다"),
        )
    };
    Err(mistake(id, title)
    .expected(say!(
        "what it did before it was put out is dropped: T1-0 stays at {OTHERS}",
        "밀려나기 전에 하던 것은 버린다. T1-0은 {OTHERS}에 그대로 있다"
    ))
    .seen(refused(run, commit.asked).and_then(|refused| refused.answered).map(|answered| run.event(answered)))
    .seen([run.event(other), run.event(commit.asked)])
    .why(say!(
        "the broker takes any offset from a member: the group goes back from {OTHERS} to {to}, and {again} records come again",
        "브로커는 멤버가 보낸 오프셋이면 무엇이든 받는다. 그룹이 {OTHERS}에서 {to}까지 되돌아가고 레코드 {again}개가 다시 온다"
    ))
    .read(CODES))
}

/// The next commit that is taken after the first refusal covers what was refused.
fn kept_what_is_its_own(run: &Run) -> Result<(), Mistake> {
    let commits = run.recording.commits("G1");
    let Some(first) = commits.iter().find(|commit| commit.error.as_deref() == Some("REBALANCE_IN_PROGRESS")) else {
        return Ok(());
    };
    let Some(next) = commits.iter().find(|commit| commit.asked > first.asked && commit.was_taken(usize::MAX)) else {
        return Ok(());
    };
    // Who has left meanwhile has given up what it held, and reads it again.
    let member = |commit: &Commit| match &run.recording.events[commit.asked].what {
        What::Request { request, .. } => request.member().map(str::to_owned),
        _ => None,
    };
    if member(first) != member(next) {
        return Ok(());
    }
    let covered = |(of, to): (&Partition, &i64)| {
        run.recording.committed_before("G1", of, next.answered.map_or(usize::MAX, |answered| answered + 1)).unwrap_or(0) >= *to
    };
    if first.offsets.iter().all(covered) {
        return Ok(());
    }
    Err(mistake(
        "dropped_its_own",
        say!("what was refused once was not committed any more", "한 번 거절된 것을 다시 커밋하지 않았다"),
    )
    .expected(say!(
        "the next commit takes it along: the partition was its own all the time",
        "다음 커밋에 함께 담는다. 파티션은 내내 자기 것이었다"
    ))
    .seen(first.answered.map(|answered| run.event(answered)))
    .seen([run.event(first.asked), run.event(next.asked)])
    .why(say!(
        "REBALANCE_IN_PROGRESS says: not now. Where no more records come to that partition, it is never committed",
        "REBALANCE_IN_PROGRESS는 지금은 안 된다는 뜻이다. 그 파티션에 레코드가 더 오지 않으면 영영 커밋되지 않는다"
    ))
    .read(CODES))
}

/// It processed and committed all that was written.
fn read_on(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    // Who fell silent was not asked to stop.
    if seen.asked_to_stop().is_some() || seen.first(is_silent).is_none() {
        run.came_to_its_end(TASK)?;
    }
    if committed(seen, 1) >= ENDS_AT && committed(seen, 0) >= OTHERS {
        return Ok(());
    }
    Err(mistake("not_committed", say!("at the end not everything was committed", "끝났을 때 모두 커밋되어 있지 않았다"))
        .expected(say!("T1-0 and T1-1 are committed to their ends", "T1-0과 T1-1이 끝까지 커밋되어 있다"))
        .seen([run.positions("G1", &t1(0), seen.events.len() - 1), run.positions("G1", &t1(1), seen.events.len() - 1)])
        .why(say!("the next consumer does that work again", "다음 컨슈머가 그 일을 다시 한다"))
        .read(TASK))
}
