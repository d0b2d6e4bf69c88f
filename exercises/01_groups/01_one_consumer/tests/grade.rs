//! Grades `01_one_consumer`: G1 has one member, which is given all four partitions of T1, and every record is processed once.
//! After the first records all connections are cut, as by a broker that restarts; then the other records are written.

use std::{collections::BTreeSet, time::Duration};

use lab::trace::{History, Recording, Request, What};
use lab::{Lab, Mistake, Outcome, Process, Progress, Returned, Run, Seat, missing, mistake, say, sign_ups};
use rdkafka::error::KafkaResult;

lab::exam!(one_consumer::read);

const PARTITIONS: i32 = 4;
const RECORDS: usize = 20;
const BEFORE_THE_CUT: usize = 8;
const PAGE: &str = "01_groups/01_one_consumer";

/// Runs the answer, in its own process.
pub fn sit(seat: &Seat, read: impl AsyncFn(&str, &str, &str, usize, Process) -> KafkaResult<()>) -> Returned {
    seat.block_on(read(seat.bootstrap(), seat.name("G1"), seat.name("T1"), RECORDS, seat.process(1)))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let mut records = sign_ups(PARTITIONS, RECORDS);
    let later = records.split_off(BEFORE_THE_CUT);
    lab.group("G1");
    lab.topic("T1", PARTITIONS, records).await?;

    lab.start().await?;
    let first_8 = say!("the first 8 records to be processed", "레코드 8개가 처리되기");
    let far_enough = |seen: &Recording, history: &History| processed(seen) >= BEFORE_THE_CUT || went_wrong(seen, history);
    if lab.until(Duration::from_secs(10), first_8, far_enough).await && went_wrong(&lab.seen(), &History::of(&lab.seen())) {
        return Ok(claims(&lab.cut_short().await?)?);
    }
    lab.faults().hang_up();
    lab.produce("T1", later).await?;
    let run = lab
        .end(say!("all 20 records are processed, and the function returns", "레코드 20개가 모두 처리되고 함수가 반환한다"))
        .await?;
    Ok(claims(&run)?)
}

fn processed(seen: &Recording) -> usize {
    seen.find(|what| matches!(what, What::Record { progress: Progress::Processed, .. })).count()
}

/// What no wait will mend.
fn went_wrong(seen: &Recording, history: &History) -> bool {
    let fetches = seen.find(is_fetch).next().is_some();
    let in_g1 = history.group("G1").map_or(0, |group| group.members.len());
    in_g1 > 1 || (fetches && in_g1 == 0) || began_late(seen).is_some()
}

fn is_fetch(what: &What) -> bool {
    matches!(what, What::Request { request: Request::Fetch { .. }, .. })
}

/// The first request that begins to read a partition behind its first record.
fn began_late(seen: &Recording) -> Option<usize> {
    let mut begun = BTreeSet::new();
    seen.find(is_fetch).find_map(|(index, event)| match &event.what {
        What::Request { request: Request::Fetch { offsets, .. }, .. } => {
            let late = offsets.iter().any(|(partition, offset)| begun.insert(partition) && *offset > 0);
            late.then_some(index)
        }
        _ => None,
    })
}

fn claims(run: &Run) -> Result<(), Mistake> {
    joined_the_group(run)?;
    started_at_the_beginning(run)?;
    outlived_the_cut(run)?;
    was_one_member_with_all_partitions(run)?;
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    processed_each_record_once(run)
}

fn joined_the_group(run: &Run) -> Result<(), Mistake> {
    if run.group("G1").is_some_and(|group| !group.members.is_empty()) {
        return Ok(());
    }
    let joins = |what: &What| {
        matches!(what, What::Request { request: Request::JoinGroup { .. } | Request::ConsumerGroupHeartbeat { .. }, .. })
    };
    let no_join = || missing(say!("no JoinGroup with group=G1", "group=G1인 JoinGroup이 없다"));

    let in_another = run.show(1, joins);
    if !in_another.is_empty() {
        return Err(mistake(
            "another_group",
            say!("the consumer joined another group than G1", "컨슈머가 G1이 아닌 다른 그룹에 들어갔다"),
        )
        .expected(say!("group.id is the group that was asked for: G1", "group.id는 주어진 그룹 G1이다"))
        .seen(in_another)
        .why(say!(
            "a group's name carries its progress: under a new name every start begins from nothing",
            "그룹 이름에 진행 상황이 딸려 있다. 이름이 바뀌면 시작할 때마다 처음부터다"
        ))
        .read("01_groups/01_one_consumer#group-id"));
    }
    let by_hand = run.show(2, is_fetch);
    if !by_hand.is_empty() {
        return Err(mistake(
            "assigned_by_hand",
            say!("the partitions were taken by hand, so G1 has no member", "파티션을 직접 할당해서 G1에 멤버가 없다"),
        )
        .expected(say!(
            "C1 joins G1, and the group gives it all four partitions",
            "C1이 G1에 들어가고, 그룹이 파티션 네 개를 모두 준다"
        ))
        .seen(by_hand)
        .seen([no_join()])
        .why(say!(
            "`assign` asks nobody: a second consumer would read the same records again",
            "`assign`은 아무에게도 묻지 않는다. 두 번째 컨슈머는 같은 레코드를 또 읽게 된다"
        ))
        .read("01_groups/01_one_consumer#subscribe"));
    }
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    let connected = run.show(1, |what| matches!(what, What::Connected { .. }));
    if !connected.is_empty() {
        return processed_each_record_once(run);
    }
    Err(mistake("nobody_joined", say!("no consumer asked to join G1", "G1에 들어가려 한 컨슈머가 없다"))
        .expected(say!("a consumer subscribes to T1 as a member of G1", "컨슈머가 G1의 멤버로 T1을 구독한다"))
        .seen([no_join()])
        .why(say!(
            "`subscribe` alone sends nothing: the consumer joins when it is asked for records",
            "`subscribe`만으로는 아무것도 보내지 않는다. 레코드를 받으려 할 때 그룹에 들어간다"
        ))
        .read("01_groups/01_one_consumer#subscribe"))
}

fn started_at_the_beginning(run: &Run) -> Result<(), Mistake> {
    let Some(late) = began_late(&run.recording) else { return Ok(()) };
    let asks_for_the_end = |what: &What| matches!(what, What::Request { request: Request::ListOffsets { timestamps, .. }, .. } if timestamps.values().any(|t| *t == -1));
    Err(mistake(
        "started_at_the_end",
        say!("the consumer started after the last record", "컨슈머가 마지막 레코드 뒤에서 시작했다"),
    )
    .expected(say!("it starts at the first record of every partition", "모든 파티션을 첫 레코드부터 읽는다"))
    .seen(run.show(1, asks_for_the_end))
    .seen([run.event(late)])
    .why(say!(
        "G1 has committed nothing yet, so auto.offset.reset decides, and its default is the end",
        "G1은 아직 커밋한 적이 없어서 auto.offset.reset이 시작 위치를 정하는데, 그 기본값이 끝(latest)이다"
    ))
    .read("01_groups/01_one_consumer#where-to-start"))
}

fn outlived_the_cut(run: &Run) -> Result<(), Mistake> {
    let cut = run.recording.find(|what| matches!(what, What::Fault { .. })).map(|(index, _)| index).next();
    let all = run.processed().len() == RECORDS;
    let (Some(cut), false) = (cut, all) else { return Ok(()) };
    let ended = run.show(1, |what| matches!(what, What::Note { note: lab::trace::Note::Returned { .. }, .. }));
    if ended.is_empty() {
        return Ok(());
    }
    Err(mistake("ended_at_first_error", say!("the consumer gave up at the first error", "컨슈머가 첫 오류에서 그만뒀다"))
        .expected(say!("it goes on until all 20 records are processed", "레코드 20개를 모두 처리할 때까지 계속한다"))
        .seen([run.event(cut)])
        .seen(ended)
        .why(say!(
            "an error of a consumer is mostly news: librdkafka connects again and reads on",
            "컨슈머의 오류는 대부분 알림이다. librdkafka가 다시 연결해 이어서 읽는다"
        ))
        .read("01_groups/01_one_consumer#errors"))
}

fn was_one_member_with_all_partitions(run: &Run) -> Result<(), Mistake> {
    let members = run.group("G1").map_or(&[][..], |group| &group.members);
    if let [first, second, ..] = members {
        let count = members.len();
        let joins = [first.joined, second.joined].map(|index| run.event(index));
        return Err(mistake(
            "several_members",
            say!("G1 had {count} members, one consumer was asked for", "컨슈머 하나면 되는데 G1의 멤버가 {count}개였다"),
        )
        .expected(say!("one consumer joins once and reads everything", "컨슈머 하나가 한 번 들어가서 모두 읽는다"))
        .seen(joins)
        .why(say!(
            "each join is a rebalance, and what a consumer fetched ahead is thrown away with it",
            "들어갈 때마다 리밸런싱이 일어나고, 미리 가져온 레코드는 컨슈머와 함께 버려진다"
        ))
        .read("01_groups/01_one_consumer#your-turn"));
    }
    let most = members.iter().flat_map(|member| &member.holdings).map(|holding| holding.partitions.len()).max();
    match most {
        Some(most) if most < PARTITIONS as usize => Err(mistake(
            "not_all_partitions",
            say!("C1 held {most} of the four partitions", "C1이 파티션 네 개 가운데 {most}개만 맡았다"),
        )
        .expected(say!("the only member of G1 holds T1-0 to T1-3", "G1의 유일한 멤버가 T1-0부터 T1-3까지 맡는다"))
        .seen(run.show(2, |what| matches!(what, What::Response { response: lab::trace::Response::SyncGroup { .. }, .. })))
        .why(say!("a partition that nobody holds is read by nobody", "아무도 맡지 않은 파티션은 아무도 읽지 않는다"))
        .read("01_groups/01_one_consumer#subscribe")),
        _ => Ok(()),
    }
}

fn processed_each_record_once(run: &Run) -> Result<(), Mistake> {
    let times = run.processed();
    if let Some(((partition, offset), n)) = times.iter().find(|(_, n)| **n > 1) {
        let calls = run.show(3, |what| {
            matches!(what, What::Record { progress: Progress::HandedOver, partition: p, offset: o, .. } if p == partition && o == offset)
        });
        return Err(mistake(
            "processed_twice",
            say!("{partition} offset {offset} was processed {n} times", "{partition} 오프셋 {offset}을 {n}번 처리했다"),
        )
        .expected(say!("process is called once for each record", "레코드마다 process를 한 번 부른다"))
        .seen(calls)
        .why(say!("whoever signed up once would get two coupons", "한 번 가입한 회원이 쿠폰을 두 장 받게 된다"))
        .read("01_groups/01_one_consumer#your-turn"));
    }
    let count = times.len();
    if count == RECORDS {
        return Ok(());
    }
    Err(mistake("stopped_early", say!("{count} of 20 records were processed", "레코드 20개 가운데 {count}개만 처리했다"))
        .expected(say!(
            "all 20 sign-ups are processed before the function returns",
            "함수가 반환하기 전에 가입 레코드 20개를 모두 처리한다"
        ))
        .seen(run.show(1, |what| matches!(what, What::Note { note: lab::trace::Note::Returned { .. }, .. })))
        .why(say!(
            "a quiet moment is not the end: a topic has no end, and joining alone takes longer than that",
            "잠깐 조용하다고 끝난 것이 아니다. 토픽에는 끝이 없고, 그룹에 들어가는 데만도 시간이 걸린다"
        ))
        .read("01_groups/01_one_consumer#your-turn"))
}
