//! Grades `03_async_then_sync`. A consumer reads two partitions, its first commit unanswered for a while. A second consumer joins and gets one of them; then
//! both are asked to stop. In a second scene a consumer is told that it is no member any more.

use std::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use lab::trace::{Commit, History, Note, Recording, Request, Response, What};
use lab::{Lab, Mistake, Outcome, Partition, Process, Returned, Run, Seat, missing, mistake, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

lab::exam!(async_then_sync::consume);

/// So many records of a partition are worth a commit on the way.
const EVERY: i64 = 10;
/// Records in both partitions before the second consumer joins; in neither is the last one a tenth.
const FIRST: usize = 50;
/// As many more when each consumer has its partition.
const THEN: usize = 20;
/// What a consumer that is expelled has processed, and not committed.
const LOST: usize = 10;
/// Where the machine stands still for longer, nobody can tell who waits.
const STILL: Duration = Duration::from_millis(700);
/// Nothing new for so long, and nothing will come.
const QUIET: Duration = Duration::from_secs(4);
/// How long the client's own timer is waited for.
const TIMER: Duration = Duration::from_millis(500);
/// The mark of a consumer's return.
const OVER: &str = "returned";
/// The number that says which scene it is.
const SCENE: &str = "scene";

const TASK: &str = "09_async_commit/03_async_then_sync#your-turn";
const ON_THE_WAY: &str = "09_async_commit/03_async_then_sync#on-the-way";
const FIRST_THE_WORK: &str = "08_sync_commit/01_after_each_batch#when-to-commit";
const END: &str = "09_async_commit/03_async_then_sync#at-the-end";
const REVOKED: &str = "09_async_commit/03_async_then_sync#when-a-partition-is-taken-back";
const GONE: &str = "09_async_commit/03_async_then_sync#what-is-not-yours-any-more";

/// Runs one consumer, and in the first scene a second one when the first has processed one record more than there is at first; in the answer's own process.
pub fn sit(
    seat: &Seat,
    consume: impl AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync,
) -> Returned {
    let one = |n: u32, group: &str, topic: &str, process: Process| {
        let answer = consume(seat.bootstrap(), seat.name(group), seat.name(topic), process, seat.stop());
        // The runtime ends later: it waits for what a thread is about.
        seat.block_on(async { answer.await.inspect(|()| seat.marks(n)(OVER.to_owned())) })
    };
    if seat.number(SCENE) == 2 {
        return one(1, "G2", "T2", seat.process(1));
    }
    let (begin, begins) = mpsc::channel();
    let (done, process) = (AtomicUsize::new(0), seat.process(1));
    let first: Process = Arc::new(move |record| {
        process(record);
        if done.fetch_add(1, SeqCst) == FIRST {
            let _gone = begin.send(());
        }
    });
    thread::scope(|scope| {
        let one = &one;
        let second = scope.spawn(move || match begins.recv() {
            Ok(()) => one(2, "G1", "T1", seat.process(2)),
            Err(_) => lab::returned_by::<(), String>(Ok(())),
        });
        let ended = one(1, "G1", "T1", first);
        second.join().unwrap_or_else(|_| Err("the second consumer panicked".to_owned())).and(ended)
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.needs_real_broker(say!(
        "the embedded broker refuses every commit while a member joins; Kafka takes the commit of a partition that is taken back",
        "내장 브로커는 멤버가 들어오는 동안 커밋을 모두 거절한다. 카프카는 회수되는 파티션의 커밋을 받아들인다"
    ))?;
    lab.steadily(STILL, async |lab| {
        let run = share_and_stop(lab).await?;
        run.read_as_a_member("G1", TASK)?;
        committed_on_the_way(&run)?;
        did_not_wait(&run)?;
        run.committed_what_is_processed("G1", FIRST_THE_WORK)?;
        handed_over_exactly(&run)?;
        committed_its_own(&run)?;
        committed_all(&run)?;
        Ok(run.came_to_its_end(TASK)?)
    })
    .await?;
    lab.aside("lost", async |lab| {
        let run = lose(lab).await?;
        left_the_lost_alone(&run)?;
        Ok(run.came_to_its_end(GONE)?)
    })
    .await
}

async fn share_and_stop(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.number(SCENE, 1);
    lab.group("G1");
    lab.topic("T1", 2, sign_ups(2, FIRST)).await?;
    lab.faults().on("OffsetCommit").nth(1).hold();
    lab.start().await?;
    let read = say!("{FIRST} records to be processed", "레코드 {FIRST}개가 처리되기");
    lab.until_quiet(QUIET, read, |seen, _| seen.times_processed() >= FIRST && !seen.commits("G1").is_empty()).await;
    lab.faults().mend();
    lab.faults().let_go();
    lab.produce("T1", sign_ups(2, 2)).await?;
    let shared = say!("two consumers to hold a partition each", "컨슈머 둘이 파티션을 하나씩 맡기");
    if !lab
        .until_quiet(QUIET, shared, |_, history: &History| history.shares("G1").iter().filter(|share| **share == 1).count() == 2)
        .await
    {
        return lab
            .end_when_quiet(
                QUIET,
                say!("a second consumer joins, and each has a partition", "컨슈머가 하나 더 들어오고 저마다 파티션을 맡는다"),
            )
            .await;
    }
    lab.produce("T1", sign_ups(2, THEN)).await?;
    let all = say!("the records of both to be processed", "양쪽의 레코드가 처리되기");
    lab.until_quiet(QUIET, all, |seen, _| (0..2).all(|p| seen.processed_before(&t1(p), seen.events.len()) >= at_the_end())).await;
    lab.faults().on("OffsetCommit").delay(Duration::from_millis(200));
    lab.ask_to_stop()?;
    lab.end_when_quiet(QUIET, say!("both return when they are asked to stop", "멈추라고 하면 둘 다 반환한다")).await
}

async fn lose(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.number(SCENE, 2);
    lab.group("G2");
    lab.topic("T2", 2, sign_ups(2, LOST)).await?;
    lab.faults().mend();
    lab.start().await?;
    let read = say!("{LOST} records to be processed", "레코드 {LOST}개가 처리되기");
    lab.until_quiet(QUIET, read, |seen, _| seen.times_processed() == LOST).await;
    // The client's own commits, if it makes any, come before: all of them, so that none is on its way when the group is lost.
    let all = |seen: &Recording, of: &Partition| {
        let end = seen.events.len();
        seen.committed_before("G2", of, end).unwrap_or(0) == seen.processed_before(of, end)
    };
    let timer = say!("commits of a timer", "타이머의 커밋");
    lab.until(TIMER, timer, |seen, _| (0..2).all(|number| all(seen, &Partition::new("T2", number)))).await;
    for beat in ["Heartbeat", "ConsumerGroupHeartbeat"] {
        lab.faults().on(beat).times(1).answer("UNKNOWN_MEMBER_ID");
    }
    let again = say!("it to join again", "다시 들어가기");
    lab.until(Duration::from_secs(8), again, |seen, _| {
        joined_again(seen).is_some()
            || seen.first(|what| matches!(what, What::Note { note: Note::Panicked { .. }, .. })).is_some()
    })
    .await;
    lab.cut_short().await
}

fn t1(partition: i32) -> Partition {
    Partition::new("T1", partition)
}

/// The next offset of each partition when all is processed.
fn at_the_end() -> i64 {
    (FIRST + 2 + THEN) as i64 / 2
}

/// The answer with which the coordinator says that the member is none.
fn expelled(seen: &Recording) -> Option<usize> {
    seen.first(|what| matches!(what, What::Response { response, .. } if response.error() == Some("UNKNOWN_MEMBER_ID") && !matches!(response, Response::OffsetCommit { .. })))
}

/// The first request to join after that.
fn joined_again(seen: &Recording) -> Option<usize> {
    let expelled = expelled(seen)?;
    let joins = |what: &What| {
        matches!(
            what,
            What::Request { request: Request::JoinGroup { .. } | Request::ConsumerGroupHeartbeat { epoch: 0, .. }, .. }
        )
    };
    seen.find(joins).map(|(index, _)| index).find(|index| *index > expelled)
}

fn committed_on_the_way(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    // Whatever was committed before the group was shared anew, but for the commits of a partition that is taken back.
    let second = run.group("G1").and_then(|group| group.members.get(1)).map_or(seen.events.len(), |member| member.joined);
    let first = seen.commits("G1").first().map(|commit| commit.asked);
    if first.is_some_and(|first| first < second) {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    Err(mistake("nothing_on_the_way", say!("nothing was committed on the way", "도중에 아무것도 커밋하지 않았다"))
        .expected(say!("a commit for every {EVERY} records of a partition", "파티션의 레코드 {EVERY}개마다 커밋"))
        .seen([missing(say!(
            "no OffsetCommit while {FIRST} records were processed",
            "레코드 {FIRST}개를 처리하는 동안 OffsetCommit이 없다"
        ))])
        .seen(first.map(|first| run.event(first)))
        .why(say!("a crash calls no callback: all of it comes again", "크래시가 나면 콜백이 불리지 않는다. 모두 다시 온다"))
        .read(ON_THE_WAY))
}

fn did_not_wait(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(first) = seen.commits("G1").into_iter().next() else { return Ok(()) };
    let answered = first.answered.unwrap_or(seen.events.len());
    if (0..2).map(|p| seen.processed_before(&t1(p), answered)).sum::<i64>() >= FIRST as i64 {
        return Ok(());
    }
    Err(mistake("waited", say!("on the way, records waited for a commit", "도중에 레코드가 커밋을 기다렸다"))
        .expected(say!(
            "all {FIRST} records are processed, whenever the broker answers",
            "브로커가 언제 응답하든 레코드 {FIRST}개를 모두 처리한다"
        ))
        .seen([first.asked].into_iter().chain(first.answered).map(|index| run.event(index)))
        .why(say!(
            "the next commit makes good what this one may miss, so nobody needs to wait for it",
            "이 커밋이 놓친 것은 다음 커밋이 메우므로 기다릴 까닭이 없다"
        ))
        .read(ON_THE_WAY))
}

/// Claims that whoever begins with a partition begins where the one before has stopped.
fn handed_over_exactly(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let behind = seen.events.iter().enumerate().find_map(|(index, event)| {
        let What::Response { response: Response::OffsetFetch { offsets, error: None }, .. } = &event.what else { return None };
        let (partition, _) = offsets.iter().find(|(of, next)| (**next).max(0) < seen.processed_before(of, index))?;
        Some((index, partition.clone()))
    });
    let Some((index, partition)) = behind else { return Ok(()) };
    let done = seen.processed_before(&partition, index);
    Err(mistake(
        "nothing_on_revoke",
        say!(
            "a partition changed hands, and its last records were not committed",
            "파티션의 주인이 바뀌는데 마지막 레코드들이 커밋되지 않았다"
        ),
    )
    .expected(say!("{done} is committed before the partition is given away", "파티션을 내주기 전에 {done}이 커밋되어 있다"))
    .seen([run.event(index), run.positions("G1", &partition, index)])
    .why(say!("the next owner processes those records again", "다음 주인이 그 레코드들을 다시 처리한다"))
    .read(REVOKED))
}

fn committed_its_own(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(group) = run.group("G1") else { return Ok(()) };
    for commit in seen.commits("G1") {
        let event = &seen.events[commit.asked];
        let What::Request { request, .. } = &event.what else { continue };
        for partition in commit.offsets.keys() {
            let Some(owner) = group.owner_at(partition, event.at) else { continue };
            if request.member().is_some_and(|member| member != owner.id) {
                return Err(mistake(
                    "committed_anothers",
                    say!("a consumer committed a partition that another one holds", "다른 컨슈머가 맡은 파티션을 커밋했다"),
                )
                .expected(say!(
                    "a partition that was given away is committed by its new owner",
                    "내준 파티션은 새 주인이 커밋한다"
                ))
                .seen(owner.holdings.last().map(|holding| run.event(holding.given)))
                .seen([run.event(commit.asked)])
                .why(say!(
                    "the coordinator does not look who holds it: the group goes back there",
                    "코디네이터는 누가 맡았는지 보지 않는다. 그 파티션에서 그룹이 뒤로 간다"
                ))
                .read(GONE));
            }
        }
    }
    Ok(())
}

fn committed_all(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let end = seen.events.len();
    let over = seen.find(|what| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == OVER)).last();
    let over = over.map(|(index, _)| index);
    let committed = |of: &Partition| seen.committed_before("G1", of, over.unwrap_or(end)).unwrap_or(0);
    let Some(partition) = (0..2).map(t1).find(|of| committed(of) != seen.processed_before(of, end)) else { return Ok(()) };
    // Who ends its process early is told what that costs.
    run.came_to_its_end(TASK).or_else(|ended| if ended.id == "ended_the_process" { Ok(()) } else { Err(ended) })?;
    let done = seen.processed_before(&partition, end);
    Err(mistake(
        "end_not_committed",
        say!("the consumer ended, and its last records are not committed", "컨슈머가 끝났는데 마지막 레코드들이 커밋되지 않았다"),
    )
    .expected(say!(
        "the broker has taken {done} before the function returns",
        "함수가 반환하기 전에 브로커가 {done}을 받아들였다"
    ))
    .seen(seen.asked_to_stop().into_iter().chain(over).map(|index| run.event(index)))
    .seen([missing(say!(
        "no answer to a commit of {done} for {partition} by then",
        "그때까지 {partition}의 {done} 커밋에 응답이 없다"
    ))])
    .why(say!(
        "nothing comes behind the last commit: who begins next processes them again",
        "마지막 커밋 뒤에는 아무것도 없다. 다음에 시작하는 컨슈머가 다시 처리한다"
    ))
    .read(END))
}

fn left_the_lost_alone(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(expelled) = expelled(seen) else { return Ok(()) };
    let again = joined_again(seen).unwrap_or(seen.events.len());
    // librdkafka's automatic commit repeats here what it has committed before.
    let says_more = |(of, next): (&Partition, &i64)| seen.committed_before("G2", of, expelled) != Some(*next);
    let is_late = |commit: &Commit| (expelled..again).contains(&commit.asked) && commit.offsets.iter().any(says_more);
    let Some(late) = seen.commits("G2").into_iter().find(is_late) else { return Ok(()) };
    Err(mistake("committed_the_lost", say!("partitions were committed that were lost already", "이미 잃은 파티션을 커밋했다"))
        .expected(say!("what is lost is dropped; the next owner begins from the last commit", "잃은 것은 버린다. 다음 주인은 마지막 커밋부터 시작한다"))
        .seen([expelled, late.asked].into_iter().chain(late.answered).map(|index| run.event(index)))
        .why(say!(
            "the broker refuses it, after the callback has waited; who takes that for a failure ends the consumer, or tries for ever",
            "콜백이 기다린 끝에 브로커가 거절한다. 이것을 실패로 여기면 컨슈머를 끝내거나 끝없이 되풀이하게 된다"
        ))
        .read(GONE))
}
