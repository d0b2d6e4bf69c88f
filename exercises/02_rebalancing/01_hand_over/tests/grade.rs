//! Grades `01_hand_over`: two members share T1. C1 is asked to stop and leaves; C2 hears of it and reads all of T1.

use std::{collections::BTreeSet, time::Duration};

use lab::trace::{Event, History, Note, Partition, Progress, Recording, Request, What, history::Member};
use lab::{Lab, Mistake, Outcome, Process, Returned, Run, Seat, missing, mistake, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

lab::exam!(hand_over::member);

const PARTITIONS: i32 = 4;
/// Sign-ups in each partition of a batch. The first is there from the beginning, the second is written when both members read, the third
/// when C1 has gone.
const IN_EACH: i64 = 5;
/// C1 says LeaveGroup within this time of being asked to stop, even on a machine that is busy.
const LEAVES_WITHIN: Duration = Duration::from_secs(5);
/// What is read later than this after C1 was asked to stop, it reads as if nobody had asked.
const STILL: u64 = 1_000_000;
/// An answer that gets on is heard of within this time, even if it waits for a heartbeat of librdkafka's 3 s.
const QUIET: Duration = Duration::from_secs(5);
/// A member that prints every second prints once more within this time.
const PRINTS_WITHIN: Duration = Duration::from_secs(3);
const TASK: &str = "02_rebalancing/01_hand_over#your-turn";
const LEAVING: &str = "02_rebalancing/01_hand_over#leaving-is-saying-so";
const STAYING: &str = "02_rebalancing/01_hand_over#what-keeps-a-member-in-its-group";

/// Runs the answer, in its own process: two members, each with a thread and a runtime as if it were a program. A program goes on when
/// `member` has returned, until all are asked to stop.
pub fn sit(
    seat: &Seat,
    member: impl AsyncFn(&str, &str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync,
) -> Returned {
    std::thread::scope(|scope| {
        let programs = [1, 2].map(|n| {
            let (member, mark) = (&member, seat.marks(n));
            scope.spawn(move || {
                let (bootstrap, group, topic) = (seat.bootstrap(), seat.name("G1"), seat.name("T1"));
                seat.block_on(async {
                    let ended = member(bootstrap, group, &format!("C{n}"), topic, seat.process(n), seat.stop_of(n)).await;
                    match &ended {
                        Ok(()) => mark("member returned".to_owned()),
                        Err(error) => mark(format!("member returned the error: {error}")),
                    }
                    seat.stop().cancelled().await;
                    ended
                })
            })
        });
        let ends = programs.map(|program| program.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ends.into_iter().fold(lab::returned_by::<(), String>(Ok(())), Returned::and)
    })
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let run = run(lab).await?;
    they_go_by_their_names(&run)?;
    run.began_at(|_| 0)?;
    nobody_left_unasked(&run)?;
    the_first_left(&run)?;
    it_left_before_it_returned(&run)?;
    the_members_print(&run)?;
    the_group_got_on(&run)?;
    run.processed_once(TASK, |_, offset| offset >= 2 * IN_EACH)?;
    Ok(run.came_to_its_end(TASK)?)
}

async fn run(lab: &mut Lab) -> Result<Run, Outcome> {
    lab.group("G1");
    lab.topic("T1", PARTITIONS, a_batch()).await?;
    lab.start().await?;
    let quiet = if lab.is_embedded() { QUIET * 2 } else { QUIET };
    let shared = say!("two members of G1 to share T1", "G1의 멤버 둘이 T1을 나눠 맡기");
    let is_shared = |seen: &Recording, history: &History| returned_unasked(seen).is_some() || history.shares("G1") == [2, 2];
    if !lab.until_quiet(quiet, shared, is_shared).await || returned_unasked(&lab.seen()).is_some() {
        return lab.cut_short().await;
    }
    lab.produce("T1", a_batch()).await?;
    let both = say!("both members to process their sign-ups", "두 멤버가 저마다 가입 레코드를 처리하기");
    if !lab.until_quiet(quiet, both, |seen, _| is_read(seen, 1)).await {
        return lab.cut_short().await;
    }
    // Who looks at the token only after a record is back at waiting for one by then.
    let at_rest = say!("both members to find nothing new", "두 멤버가 새 레코드가 없음을 확인하기");
    lab.until(quiet, at_rest, |seen, _| seen.waiting(1) > 0).await;
    lab.ask_member_to_stop(1)?;
    let leaves = say!("C1 to leave G1", "C1이 G1을 떠나기");
    let decided = |seen: &Recording, history: &History| left(seen, history).is_some() || clearly_stays(seen, history);
    lab.until(LEAVES_WITHIN, leaves, decided).await;
    if left(&lab.seen(), &History::of(&lab.seen())).is_none() {
        return lab.cut_short().await;
    }
    let taken = say!("C2 to take over the partitions of C1", "C2가 C1의 파티션을 이어받기");
    if !lab.until_quiet(quiet, taken, |seen, history| returned_unasked(seen).is_some() || history.shares("G1") == [4]).await
        || returned_unasked(&lab.seen()).is_some()
    {
        return lab.cut_short().await;
    }
    lab.produce("T1", a_batch()).await?;
    let all_read = say!("C2 to process what comes from now on", "이제부터 오는 레코드를 C2가 처리하기");
    if !lab.until_quiet(quiet, all_read, |seen, _| is_read(seen, 2)).await {
        return lab.cut_short().await;
    }
    let at_rest = say!("C2 to find nothing new", "C2가 새 레코드가 없음을 확인하기");
    lab.until(quiet, at_rest, |seen, _| seen.waiting(1) > 0).await;
    let (printed, prints) = (lab.output(), say!("C2 to print what it holds", "C2가 맡은 파티션 수를 출력하기"));
    if !lab.until(PRINTS_WITHIN, prints, |_, _| lab.output() != printed).await {
        return lab.cut_short().await;
    }
    lab.ask_to_stop()?;
    let returns = say!("member returns soon after its stop token is cancelled", "정지 토큰이 취소되면 member가 곧 반환한다");
    lab.end_when_quiet(QUIET, returns).await
}

fn they_go_by_their_names(run: &Run) -> Result<(), Mistake> {
    let strangers = run.show(1, |what| matches!(what, What::Request { client, request: Request::JoinGroup { group, .. } | Request::ConsumerGroupHeartbeat { group, .. }, .. } if group != "G1" || !["C1", "C2"].contains(&client.as_str())));
    if strangers.is_empty() {
        return Ok(());
    }
    Err(mistake("another_name", say!("a member joined under another name", "멤버가 다른 이름으로 들어갔다"))
        .expected(say!("group.id is `group`, and client.id is `client_id`", "group.id는 `group`, client.id는 `client_id`다"))
        .seen(strangers)
        .why(say!(
            "members of one group.id share; logs tell them by client.id",
            "group.id가 같아야 나눠 맡고, 로그는 client.id로 구별한다"
        ))
        .read(TASK))
}

fn nobody_left_unasked(run: &Run) -> Result<(), Mistake> {
    let Some(index) = returned_unasked(&run.recording) else { return Ok(()) };
    run.came_to_its_end(TASK)?;
    Err(mistake("ended_early", say!("a member returned that nobody had asked to stop", "멈추라고 하지 않은 멤버가 반환했다"))
        .expected(say!("it reads on with what the group gives it next", "그룹이 다음에 주는 파티션을 이어서 읽는다"))
        .seen([run.event(index)])
        .why(say!(
            "in a rebalance everybody gives up everything for a moment; a member that goes then causes the next one",
            "리밸런싱 때는 모든 멤버가 잠깐 모든 파티션을 내놓는다. 그때 나가 버리면 다음 리밸런싱을 부른다"
        ))
        .read(TASK))
}

fn the_first_left(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let Some(asked) = asked_to_stop(seen, 1) else { return Ok(()) };
    if left(seen, &run.history).is_some() {
        return Ok(());
    }
    run.came_to_its_end(LEAVING)?;
    let returned = returned(seen);
    let heartbeats = heartbeats_since(seen, &run.history, returned.unwrap_or(asked));
    let reads_on = reads_on(seen, &run.history);
    let events = [Some(asked), returned].into_iter().flatten().map(|index| run.event(index));
    let static_member = leaver(seen, &run.history).filter(|member| member.instance.is_some());
    let claim = if let Some(member) = static_member {
        mistake(
            "static_member",
            say!("C1 is a static member: it went without LeaveGroup", "C1은 정적 멤버라서 LeaveGroup 없이 나갔다"),
        )
        .seen([run.event(member.joined)])
        .why(say!(
            "group.instance.id says \"I shall be back\": the group keeps the partitions for its session, 45 s by default",
            "group.instance.id는 곧 돌아온다는 뜻이다. 그룹은 세션 타임아웃(기본 45초) 동안 그 파티션을 남겨 둔다"
        ))
    } else if reads_on && returned.is_some() {
        mistake("still_a_member", say!("member returned, and its consumer is still in G1", "member는 반환했는데 컨슈머는 아직 G1에 있다")).why(say!(
            "a consumer leaves when its last owner drops it; until then nobody else gets its partitions, and nobody reads them",
            "컨슈머는 마지막 소유자가 드롭(drop)해야 그룹을 떠난다. 그전까지 그 파티션은 다른 멤버에게 가지 않고 아무도 읽지 않는다"
        ))
    } else if reads_on {
        mistake("did_not_stop", say!("C1 was asked to stop, and reads on", "멈추라고 했는데 C1이 계속 읽는다")).why(say!(
            "at night nobody signs up: who looks at the token only after a record, or waits for a task that never ends, waits until morning",
            "밤에는 가입하는 회원이 없다. 레코드를 받은 뒤에만 토큰을 보거나 끝나지 않는 태스크를 기다리면 아침까지 기다리게 된다"
        ))
    } else if !heartbeats.is_empty() {
        mistake(
            "kept_its_partitions",
            say!("C1 stopped reading, and kept its partitions", "C1이 읽기를 멈추고도 파티션을 쥐고 있다"),
        )
        .why(say!(
            "the group knows only who is a member: a member that reads nothing holds its partitions all the same",
            "그룹은 누가 멤버인지만 안다. 아무것도 읽지 않아도 멤버로 있는 동안은 파티션이 그 멤버의 것이다"
        ))
    } else {
        mistake("went_silent", say!("C1 went silent without LeaveGroup", "C1이 LeaveGroup 없이 조용해졌다")).why(say!(
            "a consumer that is not polled cannot give up its partitions, so it never gets to leave: the group waits for its session",
            "폴링하지 않는 컨슈머는 파티션을 내놓지 못해 그룹을 떠나지도 못한다. 그룹은 세션이 끝날 때까지 기다린다"
        ))
    };
    Err(claim
        .expected(say!(
            "LeaveGroup at once, so that the group can share anew",
            "곧바로 LeaveGroup을 보내 그룹이 다시 나눌 수 있게 한다"
        ))
        .seen(events)
        .seen(heartbeats.first().map(|index| run.event(*index)))
        .seen([missing(say!("no LeaveGroup from C1", "C1이 보낸 LeaveGroup이 없다"))])
        .read(if returned.is_some() || static_member.is_some() { STAYING } else { LEAVING }))
}

fn it_left_before_it_returned(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    let (Some(left), Some(returned)) = (left(seen, &run.history), returned(seen)) else { return Ok(()) };
    if left < returned {
        return Ok(());
    }
    Err(mistake(
        "left_too_late",
        say!("member returned before its consumer had left G1", "컨슈머가 G1을 떠나기 전에 member가 반환했다"),
    )
    .expected(say!(
        "the consumer's last owner has dropped it when member returns",
        "member가 반환할 때는 컨슈머의 마지막 소유자까지 드롭(drop)한 뒤다"
    ))
    .seen([returned, left].map(|index| run.event(index)))
    .why(say!(
        "a task that is told to end, or a thread that drops the consumer, takes a while: who does not wait for it may be gone before",
        "끝내라고 한 태스크나 드롭을 맡긴 스레드는 시간이 걸린다. 기다려 주지 않으면 프로그램이 먼저 끝나 버릴 수 있다"
    ))
    .read(STAYING))
}

/// Claims that C2, when it was the only member and waited for a record, went on to print: the print-out was to be kept.
fn the_members_print(run: &Run) -> Result<(), Mistake> {
    let seen = &run.recording;
    if !is_read(seen, 2) || asked_to_stop(seen, 0).is_some() {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    Err(mistake("print_out_gone", say!("the print-out does not come every second", "1초마다 나와야 할 출력이 나오지 않는다"))
        .expected(say!(
            "every second a member prints how many partitions it holds, and it leaves all the same",
            "맡은 파티션 수를 1초마다 출력하면서도 그룹을 제대로 떠난다"
        ))
        .seen([missing(say!(
            "no line a second from C2 while it waits for a record",
            "C2가 레코드를 기다리는 동안 1초마다 나오는 줄이 없다"
        ))])
        .why(say!(
            "something else often needs the consumer, too: what matters is that it lets go of it in time",
            "다른 곳에서도 컨슈머를 써야 할 때가 많다. 중요한 것은 제때 놓아 주는 것이다"
        ))
        .read(TASK))
}

fn the_group_got_on(run: &Run) -> Result<(), Mistake> {
    if asked_to_stop(&run.recording, 0).is_some() {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    let given = run.members("G1").flat_map(|member| &member.holdings).map(|held| held.given).max();
    Err(mistake("stands_still", say!("G1 came to a standstill", "G1이 멈춰 섰다"))
        .expected(say!(
            "C1 and C2 share T1; when C1 has left, C2 reads all of it",
            "C1과 C2가 T1을 나눠 읽고, C1이 떠나면 C2가 전부 읽는다"
        ))
        .seen(given.map(|index| run.event(index)))
        .seen([missing(say!("nothing new after that", "그 뒤로 달라진 것이 없다"))])
        .why(say!(
            "a partition has one member that reads it, and all others wait for a member that is not polled",
            "한 파티션은 멤버 하나만 읽고, 폴링하지 않는 멤버가 있으면 나머지가 모두 그 멤버를 기다린다"
        ))
        .read(TASK))
}

fn a_batch() -> Vec<lab::Data> {
    sign_ups(PARTITIONS, (i64::from(PARTITIONS) * IN_EACH) as usize)
}

/// Whether every record of batch `n` (from 0) was processed.
fn is_read(seen: &Recording, n: i64) -> bool {
    let batch = n * IN_EACH..(n + 1) * IN_EACH;
    let processed = seen.events.iter().filter_map(|event| match &event.what {
        What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition, offset)),
        _ => None,
    });
    processed.filter(|(_, offset)| batch.contains(*offset)).collect::<BTreeSet<_>>().len() == a_batch().len()
}

/// The index of the note that asks `member` to stop; 0 is all.
fn asked_to_stop(seen: &Recording, member: u32) -> Option<usize> {
    let is_asked = |what: &What| matches!(what, What::Note { member: of, note: Note::AskedToStop } if *of == member);
    seen.first(is_asked)
}

/// The ends of members: index and number.
fn ends(seen: &Recording) -> impl Iterator<Item = (usize, u32)> {
    seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Note { member, note: Note::Mark { .. } } => Some((index, *member)),
        _ => None,
    })
}

/// The index of C1's end, after it was asked to stop.
fn returned(seen: &Recording) -> Option<usize> {
    let asked = asked_to_stop(seen, 1)?;
    ends(seen).find(|(index, member)| *member == 1 && *index > asked).map(|(index, _)| index)
}

/// The index of the end of a member that was not asked to stop before it.
fn returned_unasked(seen: &Recording) -> Option<usize> {
    let asked =
        |index: usize, member: u32| [0, member].iter().any(|of| asked_to_stop(seen, *of).is_some_and(|asked| asked < index));
    ends(seen).find(|(index, member)| !asked(*index, *member)).map(|(index, _)| index)
}

/// A partition of which C1 was handed records of the second batch.
fn partition_of_the_first(seen: &Recording) -> Option<&Partition> {
    seen.events.iter().find_map(|event| match &event.what {
        What::Record { member: 1, partition, offset, .. } if *offset >= IN_EACH => Some(partition),
        _ => None,
    })
}

/// C1 on the wire.
fn leaver<'a>(seen: &Recording, history: &'a History) -> Option<&'a Member> {
    let at = seen.events[asked_to_stop(seen, 1)?].at;
    history.group("G1")?.owner_at(partition_of_the_first(seen)?, at)
}

/// The index of C1's LeaveGroup.
fn left(seen: &Recording, history: &History) -> Option<usize> {
    leaver(seen, history)?.left
}

fn heartbeats_since(seen: &Recording, history: &History, since: usize) -> Vec<usize> {
    leaver(seen, history).map_or(Vec::new(), |member| member.heartbeats.iter().copied().filter(|index| *index > since).collect())
}

/// Whether C1's partitions are fetched on its behalf long after it was asked to stop.
fn reads_on(seen: &Recording, history: &History) -> bool {
    let (Some(asked), Some(partition)) = (asked_to_stop(seen, 1), partition_of_the_first(seen)) else { return false };
    let late = seen.events[asked].at + STILL;
    let fetched = |event: &Event| {
        event.at > late
            && matches!(&event.what, What::Request { request: Request::Fetch { offsets, .. }, .. } if offsets.contains_key(partition))
    };
    leaver(seen, history).is_some() && seen.events.iter().skip(asked).any(fetched)
}

/// Whether waiting for C1's LeaveGroup is in vain: it has sent several heartbeats since, it returned and reads on, or it is a static
/// member, which never says it.
fn clearly_stays(seen: &Recording, history: &History) -> bool {
    let is_static = leaver(seen, history).is_some_and(|member| member.instance.is_some());
    let returned = returned(seen).is_some() && (is_static || reads_on(seen, history));
    returned || asked_to_stop(seen, 1).is_some_and(|asked| heartbeats_since(seen, history, asked).len() >= 4)
}
