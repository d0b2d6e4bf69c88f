//! Claims of `02_at_least_once`: the client commits, and what it commits is done.

use lab::trace::{Positions, Progress, Recording, Request, What};
use lab::{CrashPoint, Crashed, Evidence, Mistake, Partition, Run, Text, missing, mistake, say};

use super::{MANY, PARTITIONS, RECORDS};

pub(super) const TASK: &str = "07_auto_commit/02_at_least_once#your-turn";
const STORED: &str = "07_auto_commit/02_at_least_once#what-the-timer-commits";
const CURE: &str = "07_auto_commit/02_at_least_once#say-when-it-is-done";

/// Claims that all sign-ups are processed where nobody is killed.
pub(super) fn reads_all(run: &Run) -> Result<(), Mistake> {
    run.read_as_a_member("G1", TASK)?;
    run.processed_all(MANY, TASK)
}

/// The commits that were asked for.
pub(super) fn commits(seen: &Recording) -> impl Iterator<Item = usize> {
    seen.find(|what| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. })).map(|(at, _)| at)
}

/// When the program was asked to stop.
fn stopped(run: &Run) -> usize {
    run.recording.asked_to_stop().unwrap_or(usize::MAX)
}

/// librdkafka's own interval, in µs. A commit that comes later may be its timer's, on a slow machine; the crashes tell more of that.
const BY_DEFAULT: u64 = 5_000_000;

/// Claims that nothing is committed while the interval lasts.
pub(super) fn leaves_commits_to_the_timer(run: &Run) -> Result<(), Mistake> {
    let stop = stopped(run);
    let is_early = |at: &usize| *at < stop && run.recording.events[*at].at < BY_DEFAULT;
    let early: Vec<usize> = commits(&run.recording).filter(is_early).collect();
    if early.is_empty() {
        return Ok(());
    }
    let title = say!("it is committed long before the interval is over", "주기가 끝나려면 멀었는데 커밋했다");
    Err(mistake("commits_by_hand", title)
        .expected(say!(
            "with an `interval` of an hour and 100 ms the client commits once, as it closes; the program tells it what is done",
            "`interval`이 한 시간 100ms이면 클라이언트는 닫힐 때 한 번 커밋하고, 프로그램은 무엇을 마쳤는지만 알려 준다"
        ))
        .seen(early.iter().take(3).map(|at| run.event(*at)))
        .why(say!(
            "a commit is a request to the broker, whether the program sends it or a timer that is set too short; storing an offset is a number in memory",
            "프로그램이 보내든 너무 짧게 맞춘 타이머가 보내든 커밋은 브로커에 보내는 요청이다. 오프셋 저장은 메모리의 숫자 하나다"
        ))
        .read(CURE))
}

/// Claims that the client commits each partition as it closes: who commits by itself does.
pub(super) fn commits_as_it_closes(run: &Run) -> Result<(), Mistake> {
    let committed = |partition: &Partition| Positions::at(&run.recording, "G1", partition, u64::MAX).committed;
    let mut partitions = (0..PARTITIONS).map(|number| Partition::new("T2", number));
    let Some(behind) = partitions.find(|partition| committed(partition).is_none()) else { return Ok(()) };
    let (id, title) = match commits(&run.recording).next() {
        None => (
            "nothing_commits",
            say!(
                "the client commits nothing by itself, not even as it closes",
                "클라이언트가 닫힐 때조차 스스로 커밋하지 않는다"
            ),
        ),
        Some(_) => (
            "one_partition_alone",
            say!("nothing was stored for {behind}, so nothing is committed for it", "{behind}에 저장한 것이 없어서 커밋도 없다"),
        ),
    };
    Err(mistake(id, title)
        .expected(say!(
            "`enable.auto.commit` stays on: the client commits every `interval`, and once more as it closes",
            "`enable.auto.commit`은 켜 둔다. 클라이언트는 `interval`마다, 그리고 닫힐 때 한 번 더 커밋한다"
        ))
        .seen([run.event(stopped(run)), missing(say!("no OffsetCommit for {behind} after it", "그 뒤에 {behind}의 OffsetCommit이 없다"))])
        .why(say!(
            "what is stored, for each partition, stays in memory; a timer of your own has to be stopped, awaited and run a last time",
            "파티션마다 저장한 것은 메모리에 남을 뿐이다. 직접 만든 타이머는 멈추고, 기다리고, 마지막으로 한 번 더 돌려야 한다"
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
pub(super) fn commits_what_is_done(crashed: &Crashed) -> Result<(), Mistake> {
    let (id, title) = match crashed.crash.committed {
        _ if crashed.crash.point != CrashPoint::AllDone => return Ok(()),
        Some(RECORDS) => return Ok(()),
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
    let told = |shown: &Evidence| {
        later.is_none()
            || !shown.event.is_some_and(|at| before.get(at).is_some_and(|event| matches!(event.what, What::Record { .. })))
    };
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

/// Claims that only the sign-up in hand comes twice.
pub(super) fn repeats_at_most_one(crashed: &Crashed) -> Result<(), Mistake> {
    let twice = crashed.crash.twice_in_vain();
    if twice.is_empty() {
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
    .why(say!(
        "storing costs nothing; what is stored late comes again, and so does what a loop commits that waits for `process`",
        "저장에는 드는 것이 없다. 늦게 저장하면 다시 온다. `process`를 기다리는 반복문이 커밋하는 것도 마찬가지다"
    ))
    .read(CURE))
}
