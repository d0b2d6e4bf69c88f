//! Grades `02_heartbeats`: two members of G1. First C1's line is cut, which to the coordinator is a crash: C2 has to hear of it. Then, in
//! a run of its own, one heartbeat of C1 comes a second late while C2 has a slow record: nobody may notice.

use std::time::Duration;

use lab::trace::{History, Recording};
use lab::{Evidence, Lab, Mistake, Outcome, Process, Progress, Returned, Run, Seat, missing, mistake, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/wire.rs"]
mod wire;

lab::exam!(heartbeats::member);

/// The longest session with which a crash is noticed in time, in ms.
const NOTICED_WITHIN: i32 = 2_000;
/// How late a heartbeat comes, in ms.
const STALL: i32 = 1_000;
/// librdkafka looks twice a second whether a heartbeat is due, in ms.
const TICK: i32 = 500;
/// What the way to the coordinator and back may take in addition, in ms.
const ON_THE_WAY: i32 = 10;
const TASK: &str = "02_rebalancing/02_heartbeats#your-turn";
const CRASH: &str = "02_rebalancing/02_heartbeats#when-a-member-says-nothing";
const CHOOSING: &str = "02_rebalancing/02_heartbeats#choosing-the-two-numbers";
const WORKING: &str = "02_rebalancing/02_heartbeats#heartbeats-do-not-wait-for-your-code";

/// Runs the answer, in its own process: two members, on a thread and a runtime each like two programs.
pub fn sit(
    seat: &Seat,
    member: impl AsyncFn(&str, &str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync,
) -> Returned {
    let one = |n: u32| {
        let (bootstrap, group, topic) = (seat.bootstrap(), seat.name("G1"), seat.name("T1"));
        let ended = seat.block_on(member(bootstrap, group, &format!("C{n}"), topic, seat.process(n), seat.stop_of(n)));
        ended.inspect_err(|error| seat.marks(n)(format!("member returned the error: {error}")))
    };
    std::thread::scope(|scope| {
        let (first, second) = (scope.spawn(|| one(1)), scope.spawn(|| one(2)));
        let both = first.join().and_then(|one| second.join().map(|two| one.and(two)));
        both.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Lets the answer run twice, and judges it. Where the machine stood still meanwhile, that says nothing, and is done again.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 4, Vec::new()).await?;
    // Members that find nothing new fetch again after 0.5 s.
    let longest = Duration::from_millis(if lab.is_embedded() { 1_200 } else { 700 });
    let mut tries = 0;
    loop {
        let judged = crash_and_stall(lab).await;
        tries += 1;
        let is_the_machine = match &judged {
            Err(Outcome::Setup { .. }) => true,
            // Everything else does not hang on the time.
            Err(Outcome::Answer { mistake }) if !is_long(&lab.seen()) => {
                ["not_c1_and_c2", "noticed_too_late"].contains(&mistake.id.as_str()) && lab.paused(longest)
            }
            _ => false,
        };
        if !is_the_machine || tries == 4 {
            return judged;
        }
        lab.cut_short().await?;
        lab.faults().mend();
        lab.begin_anew("stall");
    }
}

async fn crash_and_stall(lab: &mut Lab) -> Result<(), Outcome> {
    let crashed = crash(lab).await?;
    the_settings_are_known(&crashed)?;
    the_settings_were_taken(&crashed)?;
    if is_beyond_the_mock(lab) {
        lab.needs_real_broker(say!(
            "the embedded broker grants every session, and times the new protocol otherwise",
            "내장 브로커는 어떤 세션이든 받아 주고, 새 프로토콜의 시간도 다르게 잰다"
        ))?;
    }
    the_members_lived(&crashed)?;
    the_group_settled(&crashed)?;
    the_crash_was_noticed(&crashed)?;
    crashed.came_to_its_end(TASK)?;
    lab.begin_anew("crash");
    let stalled = stall(lab).await?;
    the_slow_member_stayed(&stalled)?;
    stalled.came_to_its_end(TASK)?;
    the_stall_went_unnoticed(&crashed, &stalled)?;
    Ok(stalled.left("G1", TASK)?)
}

/// Starts the answer; whether its two members come to share T1.
async fn settles(lab: &mut Lab) -> Result<bool, Outcome> {
    lab.start().await?;
    let quiet = Duration::from_secs(if lab.is_embedded() { 10 } else { 5 });
    let shared = say!("two members of G1 to share T1", "G1의 멤버 둘이 T1을 나눠 맡기");
    let decided = |seen: &Recording, history: &History| {
        let hopeless = wire::refused(seen).or(wire::not_granted(seen)).is_some() || wire::given_up(seen, history).is_some();
        hopeless || history.shares("G1") == [2, 2] || history.shares("G1").len() > 2
    };
    lab.until_quiet(quiet, shared, decided).await;
    Ok(History::of(&lab.seen()).shares("G1") == [2, 2] && wire::names(&lab.seen()) == "C1, C2")
}

/// Whether the broker is the embedded one, and the members' sessions are such that it differs from Kafka.
fn is_beyond_the_mock(lab: &Lab) -> bool {
    lab.is_embedded() && !wire::names(&lab.seen()).is_empty() && wire::session(&lab.seen()).is_none_or(|(_, ms, _)| ms < STALL)
}

/// C1 falls silent.
async fn crash(lab: &mut Lab) -> Result<Run, Outcome> {
    if !settles(lab).await? || is_beyond_the_mock(lab) {
        return lab.cut_short().await;
    }
    lab.produce("T1", sign_ups(4, 20)).await?;
    let read = say!("20 sign-ups to be processed", "가입 레코드 20개가 처리되기");
    if !lab.until_quiet(Duration::from_secs(4), read, |seen, _| seen.times_processed() >= 20).await {
        return lab.cut_short().await;
    }
    lab.faults().cut("C1");
    let noticed = say!("C2 to hear that C1 is gone", "C1이 없어졌음을 C2가 알기");
    let within = Duration::from_millis(if is_long(&lab.seen()) { 2_500 } else { 15_000 });
    if lab.until(within, noticed, |seen, _| wire::told(seen).is_some()).await {
        let all = say!("C2 to hold all partitions, and to leave", "C2가 모든 파티션을 받고 떠나기");
        let has_all =
            |seen: &Recording, history: &History| history.shares("G1") == [4] || wire::given_up(seen, history).is_some();
        lab.until(Duration::from_secs(15), all.clone(), has_all).await;
        // For the picture: C1 had committed nothing, so C2 processes its ten records again.
        let again = say!("C2 to process the records of C1 again", "C2가 C1의 레코드를 다시 처리하기");
        lab.until(Duration::from_millis(1_500), again, |seen, _| seen.times_processed() >= 30).await;
        lab.ask_member_to_stop(2)?;
        // Where C1 has failed, the end of C2 is that of the answer.
        lab.until(Duration::from_secs(2), all, |seen, _| wire::left(seen).is_some() && wire::failed(seen).is_none()).await;
    }
    lab.faults().mend();
    lab.cut_short().await
}

/// One heartbeat of C1 is late, while C2 works on a record for longer than a session.
async fn stall(lab: &mut Lab) -> Result<Run, Outcome> {
    if !settles(lab).await? {
        return lab.cut_short().await;
    }
    let work = lab.hold(|at| at.member == 2 && at.progress == Progress::HandedOver)?;
    lab.produce("T1", sign_ups(4, 20)).await?;
    let busy = say!("C2 to work on a record", "C2가 레코드를 처리하기");
    let begun = |seen: &Recording, _: &History| wire::slow_record(seen).is_some() && wire::beats(seen, 0) > 0;
    lab.until(Duration::from_secs(10), busy, begun).await;
    for api in ["Heartbeat", "ConsumerGroupHeartbeat"] {
        lab.faults().on(api).from_client("C1").times(1).late(Duration::from_millis(STALL as u64));
    }
    let over = say!("C1's late heartbeat, and C2's slow record", "C1의 늦은 하트비트와 C2의 느린 레코드");
    let is_over = |seen: &Recording, _: &History| {
        let next = wire::late(seen).is_some_and(|(_, answered)| wire::beats(seen, answered) > 0);
        (next || wire::disturbed(seen)) && (wire::worked_long(seen) || wire::left(seen).is_some())
    };
    lab.until(Duration::from_secs(20), over, is_over).await;
    lab.keep("stall");
    drop(work);
    lab.ask_to_stop()?;
    lab.end_when_quiet(Duration::from_secs(5), say!("both members return", "두 멤버가 반환하기")).await
}

fn the_settings_were_taken(run: &Run) -> Result<(), Mistake> {
    let Some(index) = wire::not_granted(&run.recording) else { return Ok(()) };
    let title = say!("the coordinator did not grant the session", "코디네이터가 세션 길이를 받아 주지 않았다");
    Err(mistake("session_not_granted", title)
        .expected(say!(
            "group.min.session.timeout.ms or more: 1 s here, 6 s by default",
            "group.min.session.timeout.ms 이상. 여기서는 1초, 기본값은 6초다"
        ))
        .seen(session_of(run))
        .seen([run.event(index)])
        .why(say!("who asks for less does not get into the group", "더 짧게 요청하면 그룹에 들어가지 못한다"))
        .read(CHOOSING))
}

/// librdkafka ended no member with an error.
fn the_settings_are_known(run: &Run) -> Result<(), Mistake> {
    let Some(error) = wire::refused(&run.recording).map(|index| run.event(index)) else { return Ok(()) };
    let (expected, why, read) = match error.text.en.contains("max.poll.interval.ms") {
        true => (
            say!("max.poll.interval.ms is not below session.timeout.ms", "max.poll.interval.ms가 session.timeout.ms 이상이다"),
            say!(
                "a member that may work for so long without polling must not count as dead before",
                "그만큼 폴링 없이 일해도 되는 멤버가 그 전에 죽은 것으로 처리되면 안 된다"
            ),
            WORKING,
        ),
        false => (
            say!("properties that librdkafka knows, with values that it takes", "librdkafka가 아는 속성에 허용되는 값을 쓴다"),
            say!(
                "a wrong name or value is refused when the consumer is created: nobody joins. Names of times end with .ms",
                "이름이나 값이 틀리면 컨슈머를 만들 때 거부되어 아무도 그룹에 들어가지 못한다. 시간 속성의 이름은 .ms로 끝난다"
            ),
            CHOOSING,
        ),
    };
    Err(mistake("settings_refused", say!("librdkafka refused the settings", "librdkafka가 설정을 거부했다"))
        .expected(expected)
        .seen([error])
        .why(why)
        .read(read))
}

fn the_members_lived(run: &Run) -> Result<(), Mistake> {
    let Some((last, again)) = wire::given_up(&run.recording, &run.history) else { return Ok(()) };
    let title =
        say!("a member was given up although nothing had happened to it", "아무 일도 없었는데 멤버가 죽은 것으로 처리됐다");
    Err(mistake("no_heartbeat_in_time", title)
        .expected(say!(
            "heartbeat.interval.ms is at most a third of the session",
            "heartbeat.interval.ms는 세션의 3분의 1 이하다"
        ))
        .seen(session_of(run))
        .seen([last, again].map(|index| run.event(index)))
        .why(say!(
            "the session counts from one heartbeat to the next, and by default they come every 3 s",
            "세션은 하트비트에서 다음 하트비트까지를 잰다. 하트비트는 기본 3초마다 나간다"
        ))
        .read(CHOOSING))
}

fn the_group_settled(run: &Run) -> Result<(), Mistake> {
    if wire::cut(&run.recording).is_some() {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    let (names, records) = (wire::names(&run.recording), run.recording.times_processed());
    let members = run.group("G1").map_or(0, |group| group.members.len());
    Err(mistake("not_c1_and_c2", say!("C1 and C2 did not come to read T1 together", "C1과 C2가 T1을 나눠 읽지 못했다"))
        .expected(say!(
            "two members of G1 that process all records; client.id is the client_id that was given",
            "모든 레코드를 처리하는 G1의 멤버 둘. client.id는 받은 client_id다"
        ))
        .seen([missing(say!(
            "{members} members asked to join, with the client.id {names}; {records} records were processed",
            "참여를 요청한 멤버 {members}명, client.id는 {names}; 처리한 레코드 {records}개"
        ))])
        .why(say!(
            "only another member notices a crash, and the broker's log names who crashed by client.id",
            "멤버가 죽은 것은 다른 멤버가 있어야 드러나고, 브로커 로그는 죽은 멤버를 client.id로 알려 준다"
        ))
        .read(TASK))
}

fn the_crash_was_noticed(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    if wire::told(seen).is_some() && !is_long(seen) {
        return Ok(());
    }
    let nothing = || missing(say!("2.5 s later C2 has heard nothing of it", "2.5초가 지나도 C2는 아무 소식도 듣지 못했다"));
    Err(mistake("noticed_too_late", say!("C1 crashed, and the group does not notice in time", "C1이 죽었는데 그룹이 제때 알아채지 못한다"))
        .expected(say!("the coordinator gives C1 up within 2 s", "코디네이터가 2초 안에 C1을 죽은 것으로 친다"))
        .seen(session_of(run))
        .seen(wire::cut(seen).map(|index| run.event(index)))
        .seen([wire::told(seen).map_or_else(nothing, |told| run.event(told))])
        .why(say!(
            "missing heartbeats are not counted: the coordinator waits for the whole session, and nobody reads C1's partitions meanwhile",
            "빠진 하트비트를 세는 것이 아니다. 코디네이터는 세션이 다 지나도록 기다리고, 그동안 C1의 파티션은 아무도 읽지 않는다"
        ))
        .read(CRASH))
}

fn the_slow_member_stayed(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(left) = wire::left(seen).filter(|left| seen.asked_to_stop().is_none_or(|asked| *left < asked)) else {
        return Ok(());
    };
    Err(mistake("left_while_working", say!("C2 left the group while it worked on a record", "C2가 레코드를 처리하다가 그룹을 떠났다"))
        .expected(say!("C2 stays for a record of 3 s; its heartbeats go on", "레코드 하나에 3초가 걸려도 C2는 남아 있고 하트비트도 계속 나간다"))
        .seen(wire::slow_record(seen).into_iter().chain([left]).map(|index| run.event(index)))
        .why(say!(
            "max.poll.interval.ms bounds the time from poll to poll, which is your work: who is slower is put out, and the record comes again",
            "max.poll.interval.ms는 폴링 사이의 시간, 곧 처리 시간을 제한한다. 더 느린 멤버는 그룹에서 나가게 되고 그 레코드는 다시 온다"
        ))
        .read(WORKING))
}

fn the_stall_went_unnoticed(crashed: &Run, run: &Run) -> Result<(), Outcome> {
    let Some((fault, _)) = wire::late(&run.recording) else { return Err(lab::too_busy()) };
    let interval =
        [crashed, run].into_iter().filter_map(|run| wire::interval(&run.recording)).min().unwrap_or_default().max(TICK);
    let needed = STALL + interval + ON_THE_WAY;
    if wire::session(&run.recording).is_none_or(|(_, ms, _)| ms >= needed) {
        return if wire::disturbed(&run.recording) { Err(lab::too_busy()) } else { Ok(()) };
    }
    let too_rare = say!("the heartbeats are too far apart for a session of 2 s", "2초짜리 세션에 비해 하트비트가 너무 드물다");
    let too_short = say!("the session is too short for a stall of 1 s", "세션이 1초 지연을 견디기에 너무 짧다");
    let is_rare = needed > NOTICED_WITHIN;
    let (id, title) = if is_rare { ("heartbeats_too_rare", too_rare) } else { ("session_too_short", too_short) };
    Err(mistake(id, title)
        .expected(say!("a late heartbeat comes within the session: session > interval + 1 s", "늦은 하트비트도 세션 안에 온다: 세션 > 하트비트 간격 + 1초"))
        .seen(session_of(run))
        .seen([run.event(fault)])
        .seen([missing(say!(
            "heartbeats come {interval} ms apart: with a stall of 1 s, and the way, up to {needed} ms of silence",
            "하트비트 간격이 {interval}ms다. 1초 지연과 오가는 시간까지 더하면 최대 {needed}ms 동안 소식이 없다"
        ))])
        .why(say!(
            "a member that only stalled is taken for dead: everybody stops for a rebalance, and what it has in hand is done twice",
            "잠깐 멈췄을 뿐인 멤버가 죽은 것으로 처리된다. 리밸런싱 때문에 모두 멈추고, 처리하던 레코드는 두 번 처리된다"
        ))
        .read(CHOOSING)
        .into())
}

/// Whether the session is too long, whatever happens.
fn is_long(seen: &Recording) -> bool {
    wire::session(seen).is_some_and(|(_, ms, _)| ms > NOTICED_WITHIN)
}

/// The JoinGroup that asks for a session, as evidence.
fn session_of(run: &Run) -> Option<Evidence> {
    let (index, ms, _) = wire::session(&run.recording)?;
    let text = say!("JoinGroup session_timeout_ms={ms}", "JoinGroup session_timeout_ms={ms}");
    Some(Evidence { text, ..run.event(index) })
}
