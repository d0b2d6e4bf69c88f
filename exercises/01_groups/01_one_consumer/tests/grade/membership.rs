//! Whether one consumer became the only member of G1 and took up all of T1; and if not, what the answer did instead.

use lab::trace::{Note, Recording, Request, Response, What};
use lab::{Evidence, Mistake, Run, missing, mistake, run::Claim, say};

use super::{JOINS_IN_VAIN, N, YOUR_TURN, is_fetch};

/// The group that a member asks to join.
fn joined(what: &What) -> Option<&str> {
    match what {
        What::Request { request: Request::JoinGroup { group, .. } | Request::ConsumerGroupHeartbeat { group, .. }, .. } => {
            Some(group)
        }
        _ => None,
    }
}

fn is_assignment(what: &What) -> bool {
    let What::Response { response, .. } = what else { return false };
    matches!(response, Response::SyncGroup { .. } | Response::ConsumerGroupHeartbeat { assignment: Some(_), .. })
}

pub(super) fn joined_g1(run: &Run) -> Result<(), Mistake> {
    if run.group("G1").is_some_and(|group| !group.members.is_empty()) {
        return Ok(());
    }
    let no_join = || missing(say!("no JoinGroup with group=G1", "group=G1인 JoinGroup이 없다"));

    let in_another = run.show(1, |what| joined(what).is_some_and(|group| group != "G1"));
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
        // Who subscribes as well asks to join, and takes what it wants before it is answered.
        let asked = run.recording.first(|what| joined(what).is_some()).is_some();
        let no_assignment = || missing(say!("no assignment from G1", "G1이 준 할당이 없다"));
        return Err(mistake(
            "assigned_by_hand",
            say!("the partitions were taken by hand, so G1 has no member", "파티션을 직접 할당해서 G1에 멤버가 없다"),
        )
        .expected(say!(
            "C1 joins G1, and the group gives it all four partitions",
            "C1이 G1에 들어가고, 그룹이 파티션 네 개를 모두 준다"
        ))
        .seen(by_hand)
        .seen([if asked { no_assignment() } else { no_join() }])
        .why(say!(
            "`assign` asks nobody: a second consumer would read the same records again",
            "`assign`은 아무에게도 묻지 않는다. 두 번째 컨슈머는 같은 레코드를 또 읽게 된다"
        ))
        .read("01_groups/01_one_consumer#subscribe"));
    }
    let returned = run.show(1, |what| matches!(what, What::Note { note: Note::Returned { .. }, .. }));
    if !ran_out_of_time(run) {
        run.came_to_its_end(YOUR_TURN)?;
    }
    let connected = run.recording.first(|what| matches!(what, What::Connected { .. })).is_some();
    if connected && !returned.is_empty() {
        return Err(mistake(
            "returned_before_joining",
            say!("the function returned before its consumer had joined G1", "컨슈머가 G1에 들어가기도 전에 함수가 반환했다"),
        )
        .expected(say!(
            "{N} sign-ups are processed before the function returns",
            "함수가 반환하기 전에 가입 레코드 {N}개를 처리한다"
        ))
        .seen(returned)
        .seen([no_join()])
        .why(say!(
            "joining takes a moment: no record yet is not the end, and nobody waits for a spawned task",
            "그룹에 들어가는 데 시간이 걸린다. 아직 레코드가 없다고 끝난 것이 아니고, spawn한 태스크는 아무도 기다려 주지 않는다"
        ))
        .read(YOUR_TURN));
    }
    if let Some(unknown) = unknown_topic(run) {
        return Err(another_topic().seen([unknown, no_join()]).read("01_groups/01_one_consumer#subscribe"));
    }
    Err(mistake("nobody_joined", say!("no consumer asked to join G1", "G1에 들어가려 한 컨슈머가 없다"))
        .expected(say!("a consumer subscribes to T1 as a member of G1", "컨슈머가 G1의 멤버로 T1을 구독한다"))
        .seen(returned)
        .seen([no_join()])
        .why(match connected {
            true => say!(
                "group.id alone joins nothing: a consumer joins its group when it subscribes to a topic",
                "group.id만으로는 들어가지 않는다. 컨슈머는 토픽을 구독할 때 그룹에 들어간다"
            ),
            false => say!(
                "nobody even connected to Kafka: a consumer finds it at the address in bootstrap.servers",
                "Kafka에 연결조차 하지 않았다. 컨슈머는 bootstrap.servers의 주소로 Kafka를 찾는다"
            ),
        })
        .read("01_groups/01_one_consumer#subscribe"))
}

pub(super) fn ran_out_of_time(run: &Run) -> bool {
    run.recording.first(|what| matches!(what, What::Note { note: Note::OutOfTime { .. }, .. })).is_some()
}

/// Whether somebody joins again and again, and never comes to fetch.
pub(super) fn joins_in_vain(seen: &Recording) -> bool {
    let joins = seen.find(|what| matches!(what, What::Request { request: Request::JoinGroup { .. }, .. })).count();
    joins >= JOINS_IN_VAIN && seen.first(is_fetch).is_none()
}

pub(super) fn subscribed_once(run: &Run) -> Result<(), Mistake> {
    if !joins_in_vain(&run.recording) {
        return Ok(());
    }
    Err(mistake("joins_again_and_again", say!("C1 joins G1 again and again", "C1이 G1에 거듭 들어간다"))
        .expected(say!("`subscribe` is called once, before the loop", "`subscribe`는 반복문에 들어가기 전에 한 번 부른다"))
        .seen(run.show(3, |what| joined(what).is_some()))
        .seen([missing(say!("no Fetch", "Fetch가 없다"))])
        .why(say!(
            "`subscribe` does not ask for a record: it says anew what is wanted, and the member gives up what it has and joins again",
            "`subscribe`는 레코드를 달라는 것이 아니다. 구독을 새로 정하는 것이라 멤버가 가진 것을 내놓고 다시 들어간다"
        ))
        .read("01_groups/01_one_consumer#subscribe"))
}

/// The first answer that says: there is no such topic.
fn unknown_topic(run: &Run) -> Option<Evidence> {
    run.recording.events.iter().enumerate().find_map(|(index, event)| match &event.what {
        What::Response { response: Response::Metadata { errors, .. }, .. } => {
            let (topic, error) = errors.first_key_value()?;
            Some(Evidence {
                text: say!("Metadata answered: {topic} {error}", "Metadata answered: {topic} {error}"),
                ..run.event(index)
            })
        }
        _ => None,
    })
}

fn another_topic() -> Claim {
    mistake("another_topic", say!("the consumer subscribed to a topic that is not there", "컨슈머가 없는 토픽을 구독했다"))
        .expected(say!("it subscribes to the topic that it was given as `topic`", "인자 `topic`으로 받은 토픽을 구독한다"))
        .why(say!(
            "to a consumer an unknown topic is news, no failure: it waits until somebody creates the topic",
            "컨슈머에게 모르는 토픽은 알림일 뿐 실패가 아니다. 누군가 그 토픽을 만들 때까지 기다린다"
        ))
}

pub(super) fn was_one_member_of_its_topic(run: &Run) -> Result<(), Mistake> {
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
        .read(YOUR_TURN));
    }
    if members.iter().flat_map(|member| &member.holdings).all(|held| held.partitions.is_empty()) {
        let seen = run.show(1, |what| joined(what).is_some()).into_iter().chain(run.show(1, is_assignment));
        return Err(another_topic().seen(seen).read("01_groups/01_one_consumer#subscribe"));
    }
    Ok(())
}

pub(super) fn took_up_its_partitions(run: &Run) -> Result<(), Mistake> {
    // Who asks where G1 stands has taken up its partitions.
    let took_up = |what: &What| is_fetch(what) || matches!(what, What::Request { request: Request::OffsetFetch { .. }, .. });
    if !ran_out_of_time(run) || run.recording.first(took_up).is_some() {
        return Ok(());
    }
    Err(mistake(
        "never_polled",
        say!("C1 was given its partitions, and fetched nothing", "C1이 파티션을 받고도 아무것도 가져오지 않았다"),
    )
    .expected(say!(
        "C1 asks for records, with `recv` or `poll`, from the start",
        "C1이 처음부터 `recv`나 `poll`로 레코드를 요청한다"
    ))
    .seen(run.show(1, is_assignment))
    .seen([missing(say!("no Fetch", "Fetch가 없다"))])
    .why(say!(
        "a consumer takes up what its group gives it inside `recv` or `poll`: who waits for it elsewhere waits for ever",
        "컨슈머는 `recv`나 `poll` 안에서 할당을 받아들인다. 다른 데서 기다리면 끝없이 기다리게 된다"
    ))
    .read("01_groups/01_one_consumer#subscribe"))
}
