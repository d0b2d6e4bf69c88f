//! Claims of `02_at_least_once`: the client commits, and what it commits is done.

use lab::trace::{Event, Progress, What};
use lab::{CrashPoint, Crashed, Evidence, Mistake, Run, Text, missing, mistake, say};

use super::{INTERVAL, MANY, RECORDS, commits};

pub(super) const TASK: &str = "07_auto_commit/02_at_least_once#your-turn";
const STORED: &str = "07_auto_commit/02_at_least_once#what-the-timer-commits";
const CURE: &str = "07_auto_commit/02_at_least_once#say-when-it-is-done";

/// Claims that all sign-ups are processed where nobody is killed.
pub(super) fn reads_all(run: &Run) -> Result<(), Mistake> {
    run.came_to_its_end(TASK)?;
    let worked = run.processed().len();
    if worked == MANY {
        return Ok(());
    }
    Err(mistake(
        "not_all_processed",
        say!("{worked} of {MANY} sign-ups were processed", "가입 {MANY}건 가운데 {worked}건만 처리했다"),
    )
    .expected(say!(
        "`process` is called with each sign-up until the answer is asked to stop",
        "멈추라고 할 때까지 가입마다 `process`를 부른다"
    ))
    .seen(run.show(2, |what| matches!(what, What::Record { progress: Progress::Processed, .. })))
    .why(say!("a topic has no end: a quiet moment is not one either", "토픽에는 끝이 없다. 잠깐 조용한 것도 끝이 아니다"))
    .read(TASK))
}

/// Claims that there are no more commits than the client's timer sends.
pub(super) fn leaves_commits_to_the_client(run: &Run) -> Result<(), Mistake> {
    let commits = commits(run);
    let rounds = usize::try_from(u128::from(run.recording.duration()) / INTERVAL.as_micros()).unwrap_or(MANY);
    // One more as it closes, and some for a timer that is late and catches up.
    if commits.len() <= rounds + 5 {
        return Ok(());
    }
    let title = say!("the program commits by itself, after each sign-up", "프로그램이 가입마다 직접 커밋한다");
    Err(mistake("commits_by_hand", title)
        .expected(say!(
            "the client commits every 100 ms, and the program tells it what is done",
            "클라이언트가 100ms마다 커밋하고, 프로그램은 무엇을 마쳤는지만 알려 준다"
        ))
        .seen(commits.iter().take(3).map(|at| run.event(*at)))
        .why(say!(
            "a commit is a request to the broker; storing an offset is a number in memory",
            "커밋은 브로커에 보내는 요청이고, 오프셋 저장은 메모리의 숫자 하나다"
        ))
        .read(CURE))
}

/// Claims that no commit is behind the end.
pub(super) fn commits_no_further(crashed: &Crashed) -> Result<(), Mistake> {
    match crashed.crash.committed {
        Some(far) if far > RECORDS => {
            let title =
                say!("{far} is committed, and there are {RECORDS} records", "레코드는 {RECORDS}개인데 커밋된 오프셋은 {far}이다");
            Err(committed_wrong("stored_too_far", title, crashed))
        }
        _ => Ok(()),
    }
}

/// Claims that the end is committed when all is done.
pub(super) fn commits_what_is_done(crashed: &Crashed, without_a_crash: &Run) -> Result<(), Mistake> {
    let (id, title) = match crashed.crash.committed {
        _ if crashed.crash.point != CrashPoint::AllDone => return Ok(()),
        Some(RECORDS) => return Ok(()),
        None if commits(without_a_crash).is_empty() => {
            ("nothing_commits", say!("nothing is ever committed", "커밋이 한 번도 없다"))
        }
        None => ("not_in_the_interval", say!("nothing is committed for four intervals", "주기가 네 번 지나도록 커밋이 없다")),
        Some(less) => (
            "stored_too_little",
            say!(
                "all {RECORDS} records are done, and {less} is committed",
                "레코드 {RECORDS}개를 모두 마쳤는데 커밋된 오프셋은 {less}이다"
            ),
        ),
    };
    Err(committed_wrong(id, title, crashed))
}

fn committed_wrong(id: &str, title: Text, crashed: &Crashed) -> Mistake {
    mistake(id, title)
        .expected(say!(
            "when all is done, {RECORDS} is committed within the interval: the next offset to read",
            "모두 마치면 주기 안에 커밋된 오프셋이 {RECORDS}이다. 다음에 읽을 오프셋이다"
        ))
        .seen(crashed.story())
        .why(say!(
            "the next consumer begins at what is committed: too little, and records come again at every start; too far, and one is lost",
            "다음 컨슈머는 커밋된 곳에서 시작한다. 모자라면 시작할 때마다 레코드가 다시 오고, 지나치면 하나가 누락된다"
        ))
        .read(CURE)
}

/// Claims that nothing is committed that is not done.
pub(super) fn loses_nothing(crashed: &Crashed) -> Result<(), Mistake> {
    let Some(lost) = crashed.crash.lost().first().copied() else { return Ok(()) };
    let before = &crashed.run.recording.events[..crashed.crash.killed.unwrap_or(0)];
    let later = before
        .iter()
        .position(|event| matches!(&event.what, What::Record { progress: Progress::Processed, offset, .. } if *offset > lost));
    // Which of two at a time was handed over last is chance.
    let told = |shown: &Evidence| later.is_none() || !shown.event.is_some_and(|at| before.get(at).is_some_and(is_record));
    let (id, title) = match later {
        Some(_) => (
            "stored_by_a_later_one",
            say!(
                "a later sign-up is done and stored while offset {lost} is in hand, and that one is lost",
                "오프셋 {lost}을 처리하는 동안 뒤의 가입을 마치고 저장해서, 오프셋 {lost}이 누락된다"
            ),
        ),
        None => (
            "committed_in_hand",
            say!(
                "the client commits offset {lost} while it is in hand, and a crash loses it",
                "오프셋 {lost}을 처리하는 동안 클라이언트가 커밋해서, 크래시가 나면 누락된다"
            ),
        ),
    };
    Err(mistake(id, title)
        .expected(say!(
            "an offset is stored when its work is done, and that of all before it",
            "그 레코드와 앞의 레코드를 모두 마친 뒤에 오프셋을 저장한다"
        ))
        .seen(later.map(|at| crashed.run.event(at)).into_iter().chain(crashed.story().into_iter().filter(told)))
        .why(say!(
            "a timer knows nothing of your work: it commits what is stored, at any moment",
            "타이머는 여러분의 일을 모른다. 저장된 것을 아무 때나 커밋한다"
        ))
        .read(STORED))
}

fn is_record(event: &Event) -> bool {
    matches!(event.what, What::Record { .. })
}

/// Claims that only the sign-up in hand comes twice.
pub(super) fn repeats_at_most_one(crashed: &Crashed) -> Result<(), Mistake> {
    let in_hand = |offset: &i64| crashed.crash.point == CrashPoint::Worked(*offset);
    let twice = crashed.crash.twice();
    if twice.iter().all(in_hand) {
        return Ok(());
    }
    Err(mistake(
        "stored_late",
        say!(
            "sign-ups come twice that were done long before the crash: {twice:?}",
            "크래시 한참 전에 마친 가입이 두 번 온다: {twice:?}"
        ),
    )
    .expected(say!(
        "an offset is stored when its work is done, so that the next round of the timer commits it",
        "일을 마치면 오프셋을 저장하고, 다음 주기에 커밋된다"
    ))
    .seen(
        [missing(say!("the client had four intervals' time", "클라이언트에게는 주기의 네 배만큼 시간이 있었다"))]
            .into_iter()
            .chain(crashed.story()),
    )
    .why(say!("storing costs nothing; what is stored late comes again", "저장에는 드는 것이 없다. 늦게 저장하면 다시 온다"))
    .read(CURE))
}
