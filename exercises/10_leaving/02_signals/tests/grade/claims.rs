//! Claims of one life of `02_signals`: the program ends at the signal, in time, by itself; its work and its commits agree; its group knows.

use std::time::Duration;

use lab::trace::{Note, Positions, Progress, What};
use lab::{
    Mistake, Run, missing, mistake,
    run::{Claim, stayed},
    say,
};

use super::{CAUSE, ENDED, KILLS_AFTER, PATIENCE, STUCK, WAITS, WORKS, is_ready, of, span};

/// For how long the work that does not end may go on.
const PATIENT: Duration = Duration::from_millis(PATIENCE[STUCK - 1] as u64);
const TASK: &str = "10_leaving/02_signals#your-turn";
const SIGNALS: &str = "10_leaving/02_signals#two-signals";
const LISTEN: &str = "10_leaving/02_signals#listen-once-and-always";
const EXIT: &str = "10_leaving/02_signals#the-end-of-a-program";
const GRACE: &str = "10_leaving/02_signals#how-long-it-may-take";
const COMMIT: &str = "10_leaving/01_stop_token#the-last-commit";
/// More records than may be begun after the signal.
const TOO_MANY: usize = 30;

/// Judges life `life` of `run`, the last one so far.
pub(super) fn of_life(run: &Run, life: usize) -> Result<(), Mistake> {
    run.read_as_a_member(&format!("G{life}"), TASK)?;
    reads(run, life)?;
    hears_the_signal(run, life)?;
    ends_by_itself(run, life)?;
    finishes_the_work(run, life)?;
    tells_of_the_failure(run, life)?;
    leaves(run, life)?;
    commits_what_is_done(run, life)
}

/// The first event of this life that matches.
fn first(run: &Run, life: usize, matches: impl Fn(&Note) -> bool) -> Option<usize> {
    span(&run.recording, life)
        .find(|index| matches!(&run.recording.events[*index].what, What::Note { note, .. } if matches(note)))
}

fn signal(run: &Run, life: usize) -> Option<usize> {
    first(run, life, |note| matches!(note, Note::Mark { text } if text.starts_with("SIG")))
}

/// The return of the program where the work does not end, if the time from the signal to it is one that `fits`.
fn returned_after(run: &Run, life: usize, fits: impl Fn(Duration) -> bool) -> Option<usize> {
    let returned = first(run, life, |note| matches!(note, Note::Returned { .. }))?;
    let at = |index: usize| run.recording.events[index].at;
    let took = Duration::from_micros(at(returned).saturating_sub(at(signal(run, life)?)));
    (life == STUCK && fits(took)).then_some(returned)
}

fn name(life: usize) -> &'static str {
    if life == WAITS { "SIGINT" } else { "SIGTERM" }
}

/// The calls of `process` in this life, or its returns.
fn records(run: &Run, life: usize, so_far: Progress) -> Vec<usize> {
    let is_it =
        |what: &What| matches!(what, What::Record { progress, partition, .. } if *progress == so_far && *partition == of(life));
    span(&run.recording, life).filter(|index| is_it(&run.recording.events[*index].what)).collect()
}

fn reads(run: &Run, life: usize) -> Result<(), Mistake> {
    let until = signal(run, life).unwrap_or(run.recording.events.len());
    let before = |so_far| records(run, life, so_far).into_iter().filter(move |index| *index < until).collect::<Vec<_>>();
    let (begun, done) = (before(Progress::HandedOver), before(Progress::Processed));
    let returned = first(run, life, |note| matches!(note, Note::Returned { .. })).filter(|index| *index < until);
    // With this record in hand, the program took another one, or ended.
    let given_up = begun.get(done.len()).copied().filter(|_| life == STUCK);
    if let (Some(in_hand), Some(next)) = (given_up, begun.get(done.len() + 1).copied().or(returned)) {
        return Err(mistake(
            "gives_up_early",
            say!("the work on a record was given up though no signal had come", "시그널이 오지 않았는데 레코드의 일을 포기했다"),
        )
        .expected(say!("the time of `patience` begins with the signal", "`patience`의 시간은 시그널과 함께 시작한다"))
        .seen([run.event(in_hand), run.event(next)])
        .why(say!(
            "a slow record is no reason to leave: on a normal day nobody waits for the end of the program",
            "느린 레코드는 떠날 이유가 아니다. 평소에는 프로그램이 끝나기를 기다리는 쪽이 없다"
        ))
        .read(GRACE));
    }
    if is_ready(&run.recording, life) && signal(run, life).is_some() {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    let done = records(run, life, Progress::Processed).len();
    Err(mistake(
        "not_read",
        say!("the program did not read its topic until the signal came", "시그널이 올 때까지 토픽을 읽지 않았다"),
    )
    .expected(say!(
        "`process` is awaited for each record, until SIGINT or SIGTERM comes",
        "SIGINT나 SIGTERM이 올 때까지 레코드마다 `process`를 await한다"
    ))
    .seen([missing(say!("records processed: {done}", "처리한 레코드: {done}개"))])
    .seen(first(run, life, |note| matches!(note, Note::Returned { .. })).map(|index| run.event(index)))
    .why(say!("there is nothing to end yet", "아직 끝낼 것이 없다"))
    .read(TASK))
}

fn hears_the_signal(run: &Run, life: usize) -> Result<(), Mistake> {
    let (Some(signal), name) = (signal(run, life), name(life)) else { return Ok(()) };
    let after = records(run, life, Progress::HandedOver).into_iter().filter(|index| *index > signal).collect::<Vec<_>>();
    let killed = first(run, life, |note| matches!(note, Note::Exited { signal: Some(_), .. }));
    let out_of_time = first(run, life, |note| matches!(note, Note::OutOfTime { .. }));
    let waited = out_of_time.or_else(|| returned_after(run, life, |took| took > PATIENT + KILLS_AFTER));
    let claim = match (killed, waited) {
        (Some(_), _) => mistake(&format!("killed_by_{}", name.to_lowercase()), say!("{name} ended the process on the spot", "{name}이 프로세스를 그 자리에서 끝냈다"))
            .why(say!(
                "a signal that nobody handles ends the process: no commit, no LeaveGroup, and the group waits for the session timeout",
                "아무도 처리하지 않는 시그널은 프로세스를 끝낸다. 커밋도 LeaveGroup도 없고, 그룹은 세션 타임아웃까지 기다린다"
            )),
        (None, Some(_)) if life == STUCK => mistake("waits_too_long", say!("the program went on waiting for its record", "프로그램이 쥐고 있던 레코드를 계속 기다렸다"))
            .why(say!(
                "whoever has sent SIGTERM does not wait for ever: SIGKILL comes next, and nothing can be put in order then",
                "SIGTERM을 보낸 쪽은 마냥 기다리지 않는다. 다음은 SIGKILL이고 그때는 아무것도 정리할 수 없다"
            )),
        _ if after.len() > TOO_MANY || waited.is_some() => mistake("signal_is_missed", say!("the program went on after {name}", "{name}을 받고도 프로그램이 계속되었다"))
            .why(say!(
                "a listener hears only signals that come while it is there: one made anew for each wait misses those that come during the work. And with no work in hand there is nothing to be patient for",
                "수신자는 자기가 있는 동안 온 시그널만 듣는다. 기다릴 때마다 새로 만들면 일하는 동안 온 시그널을 놓친다. 쥔 일이 없으면 `patience`만큼 기다릴 이유도 없다"
            )),
        _ => return Ok(()),
    };
    let expected = match life {
        STUCK => say!(
            "the work in hand gets `patience`, then the program ends all the same",
            "쥐고 있던 일에 `patience`만큼 시간을 주고, 그 뒤에는 그래도 끝난다"
        ),
        _ => say!(
            "it finishes the work in hand, takes no other record, and ends with exit code 0",
            "쥐고 있던 일을 마치고, 다른 레코드는 가져가지 않고, 종료 코드 0으로 끝난다"
        ),
    };
    let seen = [signal].into_iter().chain(after.into_iter().take(1)).chain(killed).chain(waited);
    let read = if killed.is_some() {
        SIGNALS
    } else if life == STUCK {
        GRACE
    } else {
        LISTEN
    };
    Err(claim.expected(expected).seen(seen.map(|index| run.event(index))).read(read))
}

/// Claims that the function returned, without an error.
fn ends_by_itself(run: &Run, life: usize) -> Result<(), Mistake> {
    let returned = first(run, life, |note| matches!(note, Note::Returned { error: None, .. }));
    let exit = first(run, life, |note| matches!(note, Note::Exited { .. }));
    if returned.is_some() && first(run, life, |note| matches!(note, Note::Exited { code: Some(0), .. })).is_some() {
        return Ok(());
    }
    let claim = match first(run, life, |note| matches!(note, Note::Panicked { .. } | Note::Returned { .. })) {
        Some(failed) => mistake("ends_with_an_error", say!("the program ended with an error", "프로그램이 오류로 끝났다"))
            .seen([run.event(failed)])
            .why(say!(
                "`main` makes exit code 1 of an error: whoever asked the program to end takes it for a crash, and starts it again or raises an alarm",
                "`main`은 오류를 종료 코드 1로 만든다. 끝내라고 한 쪽은 이를 크래시로 여겨 다시 시작하거나 경보를 울린다"
            )),
        None => mistake("exits_at_once", say!("the process was ended before `run` had returned", "`run`이 반환하기 전에 프로세스를 끝냈다"))
            .seen(exit.map(|index| run.event(index)))
            .seen([missing(say!("`run` has not returned", "`run`이 반환하지 않았다"))])
            .why(say!(
                "`process::exit` drops nothing: a consumer that is alive by then does not commit and does not leave. It is a crash with a friendly exit code",
                "`process::exit`는 아무것도 드롭(drop)하지 않는다. 그때 살아 있는 컨슈머는 커밋하지도 떠나지도 못한다. 종료 코드만 멀쩡한 크래시다"
            )),
    };
    Err(claim
        .expected(say!(
            "`run` returns `Ok`, and the process ends with exit code 0",
            "`run`이 `Ok`를 돌려주고 프로세스는 종료 코드 0으로 끝난다"
        ))
        .read(EXIT))
}

fn finishes_the_work(run: &Run, life: usize) -> Result<(), Mistake> {
    let (begun, done) = (records(run, life, Progress::HandedOver), records(run, life, Progress::Processed).len());
    let early = returned_after(run, life, |took| took < PATIENT);
    if early.is_none() && (life != WORKS || done >= begun.len()) {
        return Ok(());
    }
    Err(mistake("work_is_dropped", say!("the work in hand was dropped too soon", "쥐고 있던 일을 너무 일찍 버렸다"))
        .expected(say!("the work gets the time that it needs, up to `patience`", "일에 필요한 시간을 `patience`까지 준다"))
        .seen(begun.last().into_iter().copied().chain(signal(run, life)).chain(early).map(|index| run.event(index)))
        .seen([missing(say!("the work never came to its end", "그 일은 끝나지 못했다"))])
        .why(say!(
            "what is dropped half-way is done once more by whoever reads next: twice the half that was done",
            "중간에 버린 일은 다음에 읽는 컨슈머가 다시 한다. 이미 한 절반은 두 번이 된다"
        ))
        .read(GRACE))
}

/// Claims that the failure of the work in hand is what the call beside returned.
fn tells_of_the_failure(run: &Run, life: usize) -> Result<(), Mistake> {
    let beside = first(run, life, |note| matches!(note, Note::Mark { text } if text.starts_with(ENDED) && !text.contains(CAUSE)));
    let Some(beside) = beside else { return Ok(()) };
    Err(mistake(
        "failure_is_not_told",
        say!(
            "the work in hand failed after the signal, and `run` did not return its error",
            "시그널 뒤에 쥐고 있던 일이 실패했는데 `run`이 그 오류를 돌려주지 않았다"
        ),
    )
    .expected(say!("where the work fails, `run` returns that error", "일이 실패하면 `run`이 그 오류를 돌려준다"))
    .seen(signal(run, life).into_iter().chain([beside]).map(|index| run.event(index)))
    .why(say!(
        "exit code 0 says that all is well, and nobody looks what became of the record",
        "종료 코드 0은 문제가 없다는 뜻이라 그 레코드가 어떻게 됐는지 아무도 보지 않는다"
    ))
    .read(EXIT))
}

fn leaves(run: &Run, life: usize) -> Result<(), Mistake> {
    let mut members = run.group(&format!("G{life}")).into_iter().flat_map(|group| &group.members);
    let Some(member) = members.find(|member| member.left.is_none()) else { return Ok(()) };
    Err(mistake(
        "still_a_member",
        say!("the program ended, and its consumer is still a member", "프로그램은 끝났는데 컨슈머는 아직 멤버다"),
    )
    .expected(say!("the consumer is dropped before the program ends", "프로그램이 끝나기 전에 컨슈머가 드롭(drop)된다"))
    .seen(signal(run, life).map(|index| run.event(index)))
    .seen([stayed(member)])
    .why(say!(
        "what lives in a `static`, or in a thread that nobody waits for, is not dropped at the end of a program",
        "`static`에 있는 것이나 아무도 기다리지 않는 스레드에 있는 것은 프로그램이 끝나도 드롭되지 않는다"
    ))
    .read(EXIT))
}

fn commits_what_is_done(run: &Run, life: usize) -> Result<(), Mistake> {
    let (partition, group, processed) = (of(life), format!("G{life}"), run.processed());
    let done = (0..).find(|offset| !processed.contains_key(&(partition.clone(), *offset))).unwrap_or_default();
    let committed = Positions::at(&run.recording, &group, &partition, u64::MAX).committed.unwrap_or(0);
    let claim: Claim = match committed - done {
        0 => return Ok(()),
        1.. => mistake(
            "commits_the_abandoned",
            say!("a record was committed whose work was not done", "일이 끝나지 않은 레코드를 커밋했다"),
        )
        .why(say!(
            "who abandons a record counts on its coming again; what is committed does not come again",
            "레코드를 포기하는 것은 다시 올 것을 믿기 때문이다. 커밋된 레코드는 다시 오지 않는다"
        )),
        _ => mistake("last_commit_missing", say!("what was done last was not committed", "마지막으로 한 일이 커밋되지 않았다"))
            .why(say!(
                "each deployment ends all programs once: these records come twice every time",
                "배포할 때마다 모든 프로그램이 한 번씩 끝난다. 그때마다 이 레코드들이 두 번 온다"
            )),
    };
    Err(claim
        .expected(say!(
            "when it leaves, all that is done is committed, and nothing else",
            "떠날 때는 끝난 일이 모두 커밋되어 있고, 그 밖의 것은 커밋되지 않는다"
        ))
        .seen(signal(run, life).map(|index| run.event(index)))
        .seen([run.positions(&group, &partition, run.recording.events.len() - 1)])
        .read(COMMIT))
}
