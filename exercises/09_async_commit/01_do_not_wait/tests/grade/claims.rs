//! The claims of `01_do_not_wait`, in the order in which a learner should meet them.

use std::time::Duration;

use lab::trace::{Commit, Note, Recording, What};
use lab::{Evidence, Mistake, Partition, Run, missing, mistake, say};
use rdkafka::error::KafkaResult;

use super::{BURST, EVERY, MOST, OVER, RECORDS, asked_to_stop, commits, next};

const TASK: &str = "09_async_commit/01_do_not_wait#your-turn";
const WAITING: &str = "09_async_commit/01_do_not_wait#who-waits";
const ON_THEIR_WAY: &str = "09_async_commit/01_do_not_wait#how-many-are-on-their-way";
const NOBODY: &str = "09_async_commit/01_do_not_wait#nobody-calls-back";
const HEAR: &str = "09_async_commit/01_do_not_wait#how-to-hear-of-it";

fn t1() -> Partition {
    Partition::new("T1", 0)
}

pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    run.read_as_a_member("G1", TASK)?;
    committed_what_was_processed(run)?;
    went_on(run)?;
    told_after_the_answer(run)?;
    told_every_result(run, asked_to_stop(&run.recording))?;
    sent_few_at_a_time(run)?;
    run.came_to_its_end(TASK)?;
    kept_up(run)?;
    committed_all(run)?;
    told_every_result(run, usize::MAX)
}

/// The mark of a call of `tell`.
pub(super) fn told(next: i64, result: &KafkaResult<()>) -> String {
    match result {
        Ok(()) => format!("tell({next}, Ok)"),
        Err(error) => format!("tell({next}, Err({error}))"),
    }
}

fn is_mark(what: &What, begins: &str) -> bool {
    matches!(what, What::Note { note: Note::Mark { text }, .. } if text.starts_with(begins))
}

/// Whether `tell` was called with this commit: the event, and whether it was told as taken.
fn tellings(seen: &Recording, next: i64) -> impl Iterator<Item = (usize, bool)> {
    let beginning = format!("tell({next}, ");
    seen.events.iter().enumerate().filter_map(move |(index, event)| match &event.what {
        What::Note { note: Note::Mark { text }, .. } => Some((index, text.strip_prefix(&beginning)?.starts_with("Ok"))),
        _ => None,
    })
}

/// Whether each answer that has come is told.
pub(super) fn all_is_told(seen: &Recording) -> bool {
    let mut commits = commits(seen).into_iter().peekable();
    commits.peek().is_some()
        && commits
            .all(|commit| commit.answered.is_some_and(|answer| tellings(seen, next(&commit)).any(|(index, _)| index > answer)))
}

/// Whether it commits on the way, as far as event `index` shows: once more where the first commit was answered. How much that one names, is up
/// to which record came when the one before it was no longer on its way.
pub(super) fn keeps_up(seen: &Recording, index: usize) -> bool {
    let commits: Vec<_> = commits(seen).into_iter().filter(|commit| commit.asked < index).collect();
    let answered = commits.first().map(|first| first.answered.unwrap_or(index).min(index));
    answered.is_some_and(|answer| answer == index || commits.iter().any(|commit| commit.asked > answer))
}

fn kept_up(run: &Run) -> Result<(), Mistake> {
    let (seen, stop) = (&run.recording, asked_to_stop(&run.recording));
    if keeps_up(seen, stop) {
        return Ok(());
    }
    let commits = commits(seen);
    let (before, after): (Vec<_>, Vec<_>) = commits.iter().map(|commit| commit.asked).partition(|asked| *asked < stop);
    let (id, title) = match (before.last(), after.first()) {
        (Some(_), _) => (
            "committed_late",
            say!("ten records were processed, and no commit followed", "레코드 열 개를 처리했는데 커밋이 따라오지 않았다"),
        ),
        (None, Some(_)) => {
            ("committed_at_the_end_alone", say!("it committed when it was to stop, not before", "멈추라고 한 뒤에야 커밋했다"))
        }
        (None, None) => ("never_committed", say!("nothing was committed", "아무것도 커밋하지 않았다")),
    };
    let last = before.last().map(|asked| run.event(*asked));
    Err(mistake(id, title)
        .expected(say!("a commit when {EVERY} records are processed", "레코드 {EVERY}개가 처리될 때마다 커밋"))
        .seen(last)
        .seen([missing(say!("no commit followed while it read", "읽는 동안 커밋이 따라오지 않았다"))])
        .seen(after.first().map(|asked| run.event(*asked)))
        .why(say!(
            "after a crash everything is processed again from where the last commit left off",
            "크래시가 나면 마지막으로 커밋한 곳부터 모두 다시 처리한다"
        ))
        .read(TASK))
}

fn committed_what_was_processed(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(ahead) = commits(seen).into_iter().find(|commit| next(commit) > seen.processed_before(&t1(), commit.asked)) else {
        return Ok(());
    };
    Err(mistake(
        "committed_in_hand",
        say!("a commit passed a record that was still in hand", "아직 처리 중인 레코드를 커밋이 지나갔다"),
    )
    .expected(say!("a commit names what is processed, and no more", "처리한 데까지만 커밋한다"))
    .seen([run.event(ahead.asked), run.positions("G1", &t1(), ahead.asked)])
    .why(say!("after a crash nobody processes that record", "크래시가 나면 그 레코드는 아무도 처리하지 않는다"))
    .read(TASK))
}

/// Claims that the records were processed while the first commit had no answer.
fn went_on(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(first) = commits(seen).into_iter().next() else { return Ok(()) };
    let ended = seen.first(|what| matches!(what, What::Note { note: Note::Returned { .. } | Note::Panicked { .. }, .. }));
    let answered = first.answered.unwrap_or(seen.events.len()).min(ended.unwrap_or(usize::MAX));
    let processed = seen.processed_before(&t1(), answered);
    if processed >= RECORDS as i64 || ended == Some(answered) {
        return Ok(());
    }
    // What went on before the request was sent, by a thread that came late to it, did not wait either.
    let (id, title) = match processed > next(&first) {
        false => ("waited", say!("the next record waited for the commit before it", "다음 레코드가 앞의 커밋을 기다렸다")),
        true => (
            "waited_for_the_one_before",
            say!("it went on, and then waited for a commit all the same", "계속하다가 결국 커밋을 기다렸다"),
        ),
    };
    let is_record = |event: &lab::trace::Event| matches!(&event.what, What::Record { .. });
    let next = seen.events[answered..].iter().position(is_record).map(|after| answered + after);
    Err(mistake(id, title)
        .expected(say!(
            "all {RECORDS} records are processed, whenever the broker answers",
            "브로커가 언제 응답하든 레코드 {RECORDS}개를 모두 처리한다"
        ))
        .seen([run.event(first.asked)])
        .seen(first.answered.map(|answer| {
            let late = (seen.events[answer].at - seen.events[first.asked].at) / 1_000;
            Evidence { text: say!("its answer comes {late} ms later", "{late} ms 뒤 응답"), ..run.event(answer) }
        }))
        .seen(next.map(|next| run.event(next)))
        .why(say!("a broker that is slow for a moment stops the whole consumer", "브로커가 잠깐 느려져도 컨슈머 전체가 멈춘다"))
        .read(WAITING))
}

fn sent_few_at_a_time(run: &Run) -> Result<(), Mistake> {
    let (commits, events) = (commits(&run.recording), &run.recording.events);
    let since = |asked: usize, at: usize| Duration::from_micros(events[at].at - events[asked].at);
    let is_open = |c: &Commit, at| c.asked <= at && c.answered.is_none_or(|answer| answer > at) && since(c.asked, at) < BURST;
    let open = |at: usize| commits.iter().filter(|commit| is_open(commit, at)).count();
    let Some(one_more) = commits.iter().find(|commit| open(commit.asked) > MOST) else { return Ok(()) };
    let most = commits.iter().map(|commit| open(commit.asked)).max().unwrap_or_default();
    let (id, title) = match most > RECORDS / 2 {
        true => ("commits_each_record", say!("each record sent a commit of its own", "레코드마다 커밋을 하나씩 보냈다")),
        false => {
            ("no_bound", say!("nothing bounds the commits that are on their way", "응답을 기다리는 커밋의 수에 한도가 없다"))
        }
    };
    Err(mistake(id, title)
        .expected(say!("{MOST} commits on their way at most", "응답을 기다리는 커밋은 많아야 {MOST}개"))
        .seen([run.event(commits[0].asked), run.event(one_more.asked)])
        .seen([missing(say!(
            "no answer in between, and {most} commits on their way in the end",
            "그 사이에 응답이 없고, 끝에는 {most}개가 응답을 기다린다"
        ))])
        .why(say!(
            "the newest commit makes the others needless, and they all have to be answered",
            "가장 새 커밋 하나면 나머지는 필요 없는데도 브로커는 모두 응답해야 한다"
        ))
        .read(ON_THEIR_WAY))
}

fn told_after_the_answer(run: &Run) -> Result<(), Mistake> {
    let Some(first) = commits(&run.recording).into_iter().next() else { return Ok(()) };
    let answer = first.answered.unwrap_or(usize::MAX);
    let Some((early, _)) = tellings(&run.recording, next(&first)).find(|(index, _)| *index < answer) else { return Ok(()) };
    Err(mistake(
        "told_too_early",
        say!("tell was called before the broker had answered", "브로커가 응답하기 전에 tell을 호출했다"),
    )
    .expected(say!("the result of a commit is what the broker answers", "커밋의 결과는 브로커의 응답이다"))
    .seen([first.asked, early].into_iter().chain(first.answered).map(|index| run.event(index)))
    .why(say!(
        "Ok from an asynchronous commit says that it was put into a queue, no more",
        "비동기 커밋이 돌려주는 Ok는 큐에 넣었다는 뜻일 뿐이다"
    ))
    .read(NOBODY))
}

/// Claims that each answer that came before event `end` is told.
fn told_every_result(run: &Run, end: usize) -> Result<(), Mistake> {
    let (seen, stop) = (&run.recording, asked_to_stop(&run.recording));
    if seen.first(|what| matches!(what, What::Note { note: Note::Returned { .. }, .. })).is_some_and(|returned| returned < stop) {
        return run.came_to_its_end(TASK);
    }
    let answered: Vec<_> = commits(seen).into_iter().filter_map(|commit| Some((commit.answered?, commit))).collect();
    // What was answered last before the stop may be told behind it, but not the first.
    let until =
        |answer: usize| if answer < stop && Some(answer) == answered.first().map(|first| first.0) { stop } else { usize::MAX };
    let is_told =
        |answer, next, taken| tellings(seen, next).any(|(index, ok)| index > answer && index < until(answer) && ok == taken);
    let mut untold =
        answered.iter().filter(|(answer, commit)| *answer < end && !is_told(*answer, next(commit), commit.error.is_none()));
    let Some((answer, commit)) = untold.next() else { return Ok(()) };
    let any = seen.first(|what| is_mark(what, "tell(")).is_some();
    let told = tellings(seen, next(commit)).find(|(index, _)| index > answer);
    let (id, title, why, read) = match (any, commit.error.is_none()) {
        (_, taken) if told.is_some_and(|(index, ok)| index > stop && ok == taken) => (
            "told_too_late",
            say!("tell was called only when the consumer was asked to stop", "멈추라고 한 뒤에야 tell을 호출했다"),
            say!("a consumer runs for weeks: nobody hears of a refusal in time", "컨슈머는 몇 주씩 돈다. 거절을 제때 알 수 없다"),
            HEAR,
        ),
        (false, _) => (
            "never_told",
            say!("tell was never called", "tell을 한 번도 호출하지 않았다"),
            say!(
                "rdkafka calls commit_callback for automatic commits, not for those that a program asks for",
                "rdkafka는 자동 커밋에만 commit_callback을 호출한다. 프로그램이 요청한 커밋에는 호출하지 않는다"
            ),
            NOBODY,
        ),
        (true, false) => (
            "refusal_not_told",
            say!("a commit was refused, and tell did not say so", "커밋이 거절됐는데 tell로 알리지 않았다"),
            say!(
                "whoever counts on it believes in progress that the group has not made",
                "그룹이 나아가지 않았는데 나아간 줄 알게 된다"
            ),
            HEAR,
        ),
        (true, true) => (
            "success_not_told",
            say!("a commit was taken, and tell did not say so", "커밋이 됐는데 tell로 알리지 않았다"),
            say!("whoever waits for it waits for ever", "그것을 기다리는 쪽은 끝없이 기다린다"),
            HEAR,
        ),
    };
    let next = next(commit);
    let nothing = || missing(say!("no call of tell with {next}", "tell에 {next} 값을 넘긴 호출이 없다"));
    Err(mistake(id, title)
        .expected(say!(
            "each commit's answer is told, as soon as it is there",
            "커밋마다 응답이 오는 대로 그 결과로 tell을 호출한다"
        ))
        .seen([run.event(commit.asked), run.event(*answer), told.map_or_else(nothing, |(index, _)| run.event(index))])
        .why(why)
        .read(read))
}

/// Claims that when it returned, the broker had taken all.
fn committed_all(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let over = seen.first(|what| is_mark(what, OVER)).unwrap_or(seen.events.len());
    let mut commits = commits(seen).into_iter().rev().filter(|commit| commit.was_taken(usize::MAX)).peekable();
    let late = commits.next_if(|commit| !commit.was_taken(over));
    let last = commits.find(|commit| commit.was_taken(over));
    let (committed, done) = (last.as_ref().map_or(0, next), seen.processed_before(&t1(), seen.events.len()));
    if committed == done {
        return Ok(());
    }
    let none = || vec![missing(say!("no later commit that the broker took", "그 뒤에 브로커가 받아들인 커밋이 없다"))];
    Err(mistake(
        "not_all_committed",
        say!("it returned, and its last records are not committed", "마지막 레코드들이 커밋되지 않았는데 반환했다"),
    )
    .expected(say!("{done} is committed when it returns", "반환할 때 {done}이 커밋되어 있다"))
    .seen(last.map(|commit| run.event(commit.asked)))
    .seen(late.map_or_else(none, |late| [late.asked, over].into_iter().chain(late.answered).map(|at| run.event(at)).collect()))
    .why(say!(
        "nothing comes after the last commit that would mend it: the next consumer processes those records again",
        "마지막 커밋 뒤에는 바로잡아 줄 커밋이 없다. 다음 컨슈머가 그 레코드를 다시 처리한다"
    ))
    .read(TASK))
}
