//! The claims of `03_middle_of_a_batch`, in the order in which a learner should meet them.

use lab::trace::{Commit, Progress, Recording, What};
use lab::{Mistake, Partition, Run, missing, mistake, say};

use super::{BEGIN, ENDS, EVERY, TRICKLE, WORKERS, committed, t1};

const TASK: &str = "08_sync_commit/03_middle_of_a_batch#your-turn";
const GAP: &str = "08_sync_commit/03_middle_of_a_batch#done-without-a-gap";
const STATE: &str = "08_sync_commit/03_middle_of_a_batch#a-list-of-your-own";
const EACH: &str = "08_sync_commit/03_middle_of_a_batch#every-few-records";
const END: &str = "08_sync_commit/03_middle_of_a_batch#at-the-end";

/// So many commits more than one for `EVERY` records are no mistake.
const SPARE: usize = 2;

pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    run.read_as_a_member("G1", TASK)?;
    passed_nothing_open(run)?;
    kept_to_the_workers(run)?;
    the_others_went_on(run)?;
    committed_on_the_way(run)?;
    waited_for_the_broker(run)?;
    took_no_more(run)?;
    committed_seldom(run)?;
    finished_what_was_in_work(run)?;
    run.came_to_its_end(TASK)
}

fn what_record(what: &What, progress: Progress, of: &Partition, at: i64) -> bool {
    matches!(what, What::Record { progress: reached, partition, offset, .. } if *reached == progress && partition == of && *offset == at)
}

fn asked_to_stop(run: &Run) -> usize {
    run.recording.asked_to_stop().unwrap_or(run.recording.events.len())
}

/// No commit passes a record that is not done.
fn passed_nothing_open(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let passed = |commit: &Commit| {
        let ahead = |(of, to): (&Partition, &i64)| (*to > seen.processed_before(of, commit.asked)).then(|| (of.clone(), *to));
        commit.offsets.iter().find_map(ahead).map(|(of, to)| (commit.asked, of, to))
    };
    let is_open = |(commit, of, to): &(usize, Partition, i64)| {
        !seen.events[..*commit].iter().any(|event| what_record(&event.what, Progress::Processed, of, to - 1))
    };
    let all: Vec<_> = seen.commits("G1").iter().filter_map(passed).collect();
    let worst = all.iter().find(|passed| is_open(passed));
    let Some((commit, of, _)) = worst.or(all.first()).cloned() else { return Ok(()) };
    let open = seen.processed_before(&of, commit);
    let (id, title, why, read) = if worst.is_none() {
        (
            "passed_an_open_record",
            say!("a commit passed a record that was not done", "끝나지 않은 레코드를 지나쳐 커밋했다"),
            say!(
                "that a record is done says nothing of those before it: after a crash they are lost",
                "어떤 레코드가 끝났다고 앞의 것까지 끝난 것은 아니다. 크래시가 나면 그것을 잃는다"
            ),
            GAP,
        )
    } else {
        (
            "committed_what_is_in_work",
            say!("a commit covered records that were still in work", "아직 처리 중인 레코드까지 커밋했다"),
            say!(
                "the client's state is what was handed over; it does not know what is done",
                "클라이언트의 상태는 넘겨받은 데까지다. 무엇이 끝났는지는 모른다"
            ),
            STATE,
        )
    };
    Err(mistake(id, title)
        .expected(say!(
            "a partition is committed up to its first record that is not done",
            "파티션은 끝나지 않은 첫 레코드까지만 커밋된다"
        ))
        .seen([
            run.event(commit),
            missing(say!("process had not returned from {of} offset {open}", "process가 {of} 오프셋 {open}에서 반환하지 않았다")),
        ])
        .why(why)
        .read(read))
}

/// The call of `process` that makes one record more in work than there are workers.
pub(super) fn one_too_many(seen: &Recording) -> Option<usize> {
    let mut in_work = 0;
    seen.events.iter().position(|event| {
        match event.what {
            What::Record { progress: Progress::HandedOver, .. } => in_work += 1,
            What::Record { progress: Progress::Processed, .. } => in_work -= 1,
            _ => {}
        }
        in_work > WORKERS
    })
}

fn kept_to_the_workers(run: &Run) -> Result<(), Mistake> {
    let Some(one_too_many) = one_too_many(&run.recording) else { return Ok(()) };
    Err(mistake(
        "too_many_at_once",
        say!("more than {WORKERS} records were in work at the same time", "동시에 처리 중인 레코드가 {WORKERS}개를 넘었다"),
    )
    .expected(say!(
        "a record is begun when one of {WORKERS} workers is free for it",
        "워커 {WORKERS}개 가운데 하나가 비어야 레코드를 시작한다"
    ))
    .seen([run.event(one_too_many)])
    .why(say!(
        "where nothing bounds the work, a full topic makes thousands of threads, and as many records open at a crash",
        "한도가 없으면 밀린 토픽이 스레드 수천 개를 만들고, 크래시 때 그만큼의 레코드가 끝나지 않은 채 남는다"
    ))
    .read(TASK))
}

/// No commit is sent while another one has no answer.
fn waited_for_the_broker(run: &Run) -> Result<(), Mistake> {
    let commits = run.recording.commits("G1");
    let Some(two) = commits.windows(2).find(|two| two[0].answered.is_none_or(|answered| answered > two[1].asked)) else {
        return Ok(());
    };
    Err(mistake(
        "did_not_wait",
        say!("a commit was sent before the one before it was answered", "앞의 커밋에 응답이 오기 전에 다음 커밋을 보냈다"),
    )
    .expected(say!(
        "a synchronous commit: the loop goes on when the broker has taken it",
        "동기 커밋이다. 브로커가 받아들인 뒤에 루프가 계속된다"
    ))
    .seen(two.iter().map(|commit| run.event(commit.asked)))
    .seen(two[0].answered.map(|answered| run.event(answered)))
    .why(say!(
        "a commit nobody waits for may fail, the last one too, and nobody hears of it",
        "기다리지 않은 커밋은 실패해도, 마지막 것이 실패해도 아무도 모른다"
    ))
    .read(EACH))
}

/// While one record is slow, more are done than workers can have had in hand.
fn the_others_went_on(run: &Run) -> Result<(), Mistake> {
    let stop = asked_to_stop(run);
    let done = run.recording.events[..stop]
        .iter()
        .filter(|event| matches!(event.what, What::Record { progress: Progress::Processed, .. }))
        .count();
    if done > WORKERS {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    let Some(slow) = run.recording.first(|what| what_record(what, Progress::HandedOver, &t1(0), BEGIN)) else {
        return Err(mistake("nothing_read", say!("no record was processed", "레코드를 하나도 처리하지 않았다"))
            .expected(say!("it subscribes, and calls `process` for each record", "구독하고 레코드마다 `process`를 호출한다"))
            .seen([missing(say!("`process` was not called", "`process`가 호출되지 않았다"))])
            .why(say!("a consumer that asks for no topic is given nothing", "토픽을 요청하지 않은 컨슈머는 아무것도 받지 못한다"))
            .read(TASK));
    };
    let (id, title) = match done {
        0 => ("one_after_another", say!("one record was processed after another", "레코드를 하나씩 차례로 처리했다")),
        _ => (
            "one_keeps_all_waiting",
            say!("one slow record kept all others waiting", "느린 레코드 하나가 나머지를 모두 기다리게 했다"),
        ),
    };
    Err(mistake(id, title)
        .expected(say!("the other workers go on with the records behind it", "다른 워커들은 그 뒤의 레코드를 계속 처리한다"))
        .seen([run.event(slow)])
        .seen([missing(say!("while it was in work, {done} others were done", "그것을 처리하는 동안 끝난 것은 {done}개다"))])
        .why(say!("one slow mail would hold up the mails of everybody", "느린 메일 하나가 모두의 메일을 붙잡아 둔다"))
        .read(TASK))
}

/// While the slow records are in work, commits are sent, also before the last one of those that come one at a time.
fn committed_on_the_way(run: &Run) -> Result<(), Mistake> {
    let (seen, stop) = (&run.recording, asked_to_stop(run));
    let commits: Vec<_> = seen.commits("G1").into_iter().map(|commit| commit.asked).filter(|asked| *asked < stop).collect();
    let trickle = |number: usize| seen.first(|what| what_record(what, Progress::HandedOver, &t1(1), ENDS[1] - number as i64));
    let (first, last) = (trickle(TRICKLE).unwrap_or(stop), trickle(1).unwrap_or(0));
    if !commits.is_empty() && (first > last || commits.iter().any(|asked| (first..last).contains(asked))) {
        return Ok(());
    }
    let (before, many) = (commits.iter().rfind(|asked| **asked < first), TRICKLE - 1);
    let (id, title, why) = if before.is_some() {
        (
            "commits_by_the_clock",
            say!(
                "{many} records were done one after another, without a commit",
                "레코드 {many}개가 하나씩 끝나는 동안 커밋이 없었다"
            ),
            say!(
                "how much comes again after a crash is the number of records since the last commit, whatever the clock says",
                "크래시 뒤에 다시 오는 양은 마지막 커밋 뒤의 레코드 수다. 시간이 얼마나 지났는지는 상관없다"
            ),
        )
    } else {
        (
            "no_commit_on_the_way",
            say!("nothing was committed on the way", "도중에 아무것도 커밋하지 않았다"),
            say!("after a crash all of it comes again", "크래시가 나면 그것이 모두 다시 온다"),
        )
    };
    Err(mistake(id, title)
        .expected(say!("a commit after every {EVERY} records that are done", "레코드가 {EVERY}개 끝날 때마다 커밋한다"))
        .seen(before.into_iter().flat_map(|before| [*before, first, last]).map(|index| run.event(index)))
        .seen([missing(say!("no OffsetCommit by then", "그때까지 OffsetCommit이 없다"))])
        .why(why)
        .read(EACH))
}

/// In all, and while the records come one at a time: a loop that is behind commits several of a burst at once.
fn committed_seldom(run: &Run) -> Result<(), Mistake> {
    let (commits, records) = (run.recording.commits("G1"), run.processed().len());
    let trickle = ENDS[1] - TRICKLE as i64;
    let of_trickle = commits.iter().filter(|commit| commit.offsets.get(&t1(1)).is_some_and(|next| *next > trickle));
    if commits.len() <= records / EVERY + SPARE && of_trickle.count() <= TRICKLE / EVERY + SPARE {
        return Ok(());
    }
    Err(mistake("commits_each_record", say!("a commit was sent for almost each record", "거의 레코드마다 커밋했다"))
        .expected(say!("one after every {EVERY} records that are done", "레코드가 {EVERY}개 끝날 때마다 한 번"))
        .seen(commits.iter().take(3).map(|commit| run.event(commit.asked)))
        .why(say!("each of them keeps the loop waiting for the broker", "커밋할 때마다 루프가 브로커를 기다린다"))
        .read(EACH))
}

/// One record more from behind the end than may have been on its way to a worker when the stop came.
pub(super) fn took_more(seen: &Recording) -> Option<usize> {
    let late = |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, partition, offset, .. } if *partition == t1(1) && *offset >= ENDS[1]);
    seen.find(late).nth(WORKERS).map(|(index, _)| index)
}

fn took_no_more(run: &Run) -> Result<(), Mistake> {
    let Some(more) = took_more(&run.recording) else { return Ok(()) };
    Err(mistake(
        "takes_more_after_the_stop",
        say!("it was asked to stop, and went on taking records", "멈추라고 했는데 레코드를 계속 가져왔다"),
    )
    .expected(say!("it takes no more, and finishes what is in work", "더 가져오지 않고 처리 중인 것을 마친다"))
    .seen(run.recording.first(lab::stop_arrived).into_iter().chain([more]).map(|index| run.event(index)))
    .why(say!("where records keep coming, such a consumer never ends", "레코드가 계속 오면 이런 컨슈머는 끝나지 않는다"))
    .read(END))
}

/// At the end all is done and committed.
fn finished_what_was_in_work(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let open = |number: i32| committed(seen, number) < ENDS[number as usize];
    let Some(number) = (0..2).find(|number| open(*number)) else { return Ok(()) };
    run.came_to_its_end(TASK)?;
    let (to, end) = (committed(seen, number), ENDS[number as usize]);
    let is_done = seen.processed_before(&t1(number), seen.events.len()) >= end;
    let last = seen.events.iter().rposition(|event| matches!(event.what, What::Record { .. })).unwrap_or(0);
    let commits = seen.commits("G1");
    let first = [BEGIN, 0][number as usize];
    let never = !commits.iter().any(|commit| commit.offsets.contains_key(&t1(number)));
    let after_all = commits.iter().any(|commit| commit.asked > last);
    let (id, title, why, read) = if !is_done {
        (
            "left_work_behind",
            say!("it returned while a record was in work", "레코드를 처리하는 중인데 반환했다"),
            say!("that work is done, and done again by the next consumer", "그 일은 끝나고도 다음 컨슈머가 다시 하게 된다"),
            END,
        )
    } else if never && after_all {
        (
            "partition_never_committed",
            say!("T1-{number} was never committed", "T1-{number} 파티션은 한 번도 커밋되지 않았다"),
            say!(
                "each partition counts for itself, from where the group stands: its first record here has offset {first}, and logs have gaps",
                "파티션마다 그룹이 서 있던 곳부터 따로 센다. 여기서 첫 레코드의 오프셋은 {first}이고, 로그에는 빈 곳도 있다"
            ),
            GAP,
        )
    } else {
        (
            "last_not_committed",
            say!("what was done last was not committed", "마지막으로 끝난 것이 커밋되지 않았다"),
            say!("the next consumer does it again", "다음 컨슈머가 그 일을 다시 한다"),
            END,
        )
    };
    Err(mistake(id, title)
        .expected(say!(
            "when it returns, all that it took is done and committed",
            "반환할 때는 가져온 것이 모두 끝나고 커밋되어 있다"
        ))
        .seen([missing(say!(
            "T1-{number} is committed up to {to}, and its end is {end}",
            "T1-{number}은 {to}까지 커밋되었고 끝은 {end}이다"
        ))])
        .why(why)
        .read(read))
}
