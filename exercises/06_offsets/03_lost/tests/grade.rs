//! Grades `03_lost`: the answer is killed at every point of four sign-ups and started again. None is lost, and at most one comes twice.

use std::time::Duration;

use lab::trace::{Progress, Request, What};
use lab::{
    CrashPoint, Crashed, Data, Evidence, Lab, Mistake, Outcome, Partition, Plan, Process, Returned, Run, Seat, mistake, say,
    sign_ups,
};
use rdkafka::{
    ClientConfig,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::KafkaResult,
};
use tokio_util::sync::CancellationToken;

lab::exam!(lost::send_mails);

/// Sign-ups that are there when it is killed, and with the one that comes later.
const RECORDS: i64 = 4;
const ALL: usize = 5;
const TASK: &str = "06_offsets/03_lost#your-turn";
const ORDER: &str = "06_offsets/03_lost#the-order-decides";
const OWN: &str = "06_offsets/03_lost#whose-commit-it-was";

/// Runs the answer, in its own process; for the book also a program that commits first.
pub fn sit(seat: &Seat, send_mails: impl AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()>) -> Returned {
    let (bootstrap, group, topic) = (seat.bootstrap(), seat.name("G1"), seat.name("T1"));
    match seat.number("film") {
        0 => seat.block_on(send_mails(bootstrap, group, topic, seat.process(1), seat.stop())),
        _ => seat.block_on(commits_first(bootstrap, group, topic, seat.process(1), seat.stop())),
    }
}

async fn commits_first(bootstrap: &str, group: &str, topic: &str, process: Process, stop: CancellationToken) -> KafkaResult<()> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("group.id", group);
    config.set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
    let consumer: StreamConsumer = config.create()?;
    consumer.subscribe(&[topic])?;
    while let Some(record) = stop.run_until_cancelled(consumer.recv()).await {
        let record = record?;
        consumer.commit_message(&record, CommitMode::Sync)?;
        process(&record);
    }
    Ok(())
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    // The book shows one partition. Elsewhere the sign-ups are in the second one, for those who write down the first.
    let partition = i32::from(!lab.is_for_the_book());
    let to = |record: Data| Data { partition, ..record };
    lab.topic("T1", partition + 1, sign_ups(1, RECORDS as usize).into_iter().map(to).collect()).await?;
    let plan =
        Plan { group: "G1", partition: Partition::new("T1", partition), records: RECORDS, settle: Duration::from_millis(300) };
    lab.number("film", 0);
    // It goes on beside the crashes: by then a quiet moment is over, and no end.
    lab.start().await?;
    let matrix = lab.crash_matrix(&plan).await?;
    let mut film = None;
    if lab.is_for_the_book() {
        lab.number("film", 1);
        film = Some(lab.crash_matrix(&plan).await?);
    }
    lab.of_each_crash(&matrix, |crashed| crashed.came_to_its_end(TASK))?;
    lab.of_each_crash(&matrix, |crashed| crashed.run.read_as_a_member("G1", TASK))?;
    // A timer may strike between `recv` and the call of `process` as well, but not each time.
    let comes_first = matrix
        .crashes
        .iter()
        .filter_map(Lost::by)
        .all(|lost| lost.called.is_none_or(|at| lost.passed.is_none_or(|commit| commit < at)));
    lab.of_each_crash(&matrix, |crashed| loses_nothing(crashed, comes_first))?;
    lab.of_each_crash(&matrix, commits_what_is_done)?;
    lab.of_each_crash(&matrix, repeats_at_most_one)?;
    read_one_more(lab, partition).await?.processed_all(ALL, TASK)?;
    lab.keep_matrix("after", &matrix);
    film.iter().for_each(|film| lab.keep_matrix("first", film));
    let shown = film.as_ref().unwrap_or(&matrix);
    shown
        .crashes
        .iter()
        .filter(|crashed| crashed.crash.point == CrashPoint::HandedOver(1))
        .for_each(|crashed| lab.look_at(crashed));
    Ok(())
}

/// Writes another sign-up behind the others, waits for it, and ends the answer that went on meanwhile.
async fn read_one_more(lab: &mut Lab, to: i32) -> Result<Run, Outcome> {
    lab.produce("T1", sign_ups(1, 1).into_iter().map(|record| Data { partition: to, ..record }).collect()).await?;
    let one = say!("one more sign-up to be processed", "가입 한 건을 더 처리하기");
    lab.until_quiet(Duration::from_secs(4), one, |seen, _| seen.times_processed() >= ALL).await;
    lab.ask_to_stop()?;
    lab.end(say!("the answer returns when it is asked to stop", "멈추라고 하면 답안이 반환한다")).await
}

/// The first sign-up that a crash lost: its offset, and the events before the kill that tell why.
struct Lost {
    offset: i64,
    /// `process` was called with it.
    called: Option<usize>,
    /// A commit passed it.
    passed: Option<usize>,
    /// A later one was processed.
    later: Option<usize>,
}

impl Lost {
    fn by(crashed: &Crashed) -> Option<Self> {
        let lost = crashed.crash.lost().first().copied()?;
        let seen = &crashed.run.recording.events[..crashed.crash.killed.unwrap_or(0)];
        let first = |matches: &dyn Fn(&What) -> bool| seen.iter().position(|event| matches(&event.what));
        let passes = |what: &What| matches!(what, What::Request { request: Request::OffsetCommit { offsets, .. }, .. } if offsets.values().any(|at| *at > lost));
        let is_later = |what: &What| matches!(what, What::Record { progress: Progress::Processed, offset, .. } if *offset > lost);
        Some(Self {
            offset: lost,
            called: first(&|what| matches!(what, What::Record { offset, .. } if *offset == lost)),
            passed: first(&passes),
            later: first(&is_later),
        })
    }
}

/// Claims that no sign-up is passed by a commit while its mail is not sent.
fn loses_nothing(crashed: &Crashed, comes_first: bool) -> Result<(), Mistake> {
    let Some(Lost { offset: lost, called: in_hand, passed, later }) = Lost::by(crashed) else { return Ok(()) };
    let (id, title, read) = match (in_hand, passed) {
        (Some(_), _) if later.is_some() => (
            "committed_by_a_later_one",
            say!(
                "a later sign-up is done and committed while offset {lost} is in hand, and that one is lost",
                "오프셋 {lost}을 처리하는 동안 뒤의 가입을 마치고 커밋해서, 오프셋 {lost}이 누락된다"
            ),
            OWN,
        ),
        (Some(_), Some(_)) if !comes_first => (
            "committed_meanwhile",
            say!(
                "the sign-up at offset {lost} is committed while it is in hand, and lost",
                "오프셋 {lost}의 가입을 처리하는 동안 커밋해서 누락된다"
            ),
            OWN,
        ),
        (_, _) if crashed.crash.committed.is_some_and(|committed| committed > lost + 1) => (
            "committed_in_a_batch",
            say!("a whole batch is committed before its first mail is sent", "첫 메일을 보내기 전에 묶음 전체를 커밋한다"),
            ORDER,
        ),
        _ => (
            "committed_before",
            say!(
                "the sign-up at offset {lost} is committed before `process` is called, and lost",
                "`process`를 부르기 전에 오프셋 {lost}의 가입을 커밋해서 누락된다"
            ),
            ORDER,
        ),
    };
    Err(mistake(id, title)
        .expected(say!(
            "what is committed is done: no commit passes offset {lost} before its mail is sent",
            "커밋한 것은 이미 마친 것이다. 오프셋 {lost}의 메일을 보내기 전에는 그 뒤로 커밋하지 않는다"
        ))
        .seen(told(crashed, [passed, later.or(in_hand)]))
        .why(say!(
            "nobody reads again what is committed, and nothing tells that a mail is missing",
            "커밋한 레코드는 아무도 다시 읽지 않고, 메일이 빠졌다고 알려 주는 것도 없다"
        ))
        .read(read))
}

/// The commit and the record as evidence, with the kill and what was processed first after it.
fn told(crashed: &Crashed, events: [Option<usize>; 2]) -> Vec<Evidence> {
    let after = crashed.story().into_iter().filter(|shown| shown.event.is_some_and(|at| Some(at) >= crashed.crash.killed));
    events.into_iter().flatten().map(|at| crashed.run.event(at)).chain(after).collect()
}

/// Claims that something is committed when all is done.
fn commits_what_is_done(crashed: &Crashed) -> Result<(), Mistake> {
    if crashed.crash.point != CrashPoint::AllDone || crashed.crash.committed.is_some() {
        return Ok(());
    }
    Err(mistake(
        "never_commits",
        say!("all sign-ups are processed, and nothing is committed", "가입을 모두 처리했는데 커밋이 없다"),
    )
    .expected(say!("what is processed is committed within 100 ms", "처리한 것은 100ms 안에 커밋한다"))
    .seen(crashed.story())
    .why(say!(
        "a commit at the end does not come in a crash: then all mails are sent again, those of last year too",
        "끝날 때 하는 커밋은 크래시가 나면 오지 않는다. 그러면 작년 메일까지 전부 다시 나간다"
    ))
    .read(TASK))
}

/// Claims that only the sign-up in hand comes twice.
fn repeats_at_most_one(crashed: &Crashed) -> Result<(), Mistake> {
    let twice = crashed.crash.twice_in_vain();
    if twice.is_empty() {
        return Ok(());
    }
    Err(mistake(
        "done_and_not_committed",
        say!(
            "sign-ups come twice that were done long before the crash: {twice:?}",
            "크래시 한참 전에 마친 가입이 두 번 온다: {twice:?}"
        ),
    )
    .expected(say!(
        "at most the sign-up in hand comes twice; what was done before is committed, one past it",
        "많아야 처리하고 있던 가입만 두 번 온다. 그 전에 마친 것은 그다음 오프셋으로 커밋되어 있다"
    ))
    .seen(crashed.story())
    .why(say!(
        "some are twice, and it can be kept small: the commit follows the work at once, and names the next offset",
        "두 번 오는 것을 없앨 수는 없지만 줄일 수는 있다. 일을 마치면 곧바로, 다음 오프셋을 커밋한다"
    ))
    .read("06_offsets/02_twice#what-comes-again"))
}
