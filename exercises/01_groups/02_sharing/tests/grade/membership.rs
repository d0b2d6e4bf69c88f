//! Claims of `02_sharing` about the group: as many members as were asked for, all in G1, all polled.

use std::collections::BTreeSet;

use lab::trace::{Note, Progress, Request, What};
use lab::{Mistake, Run, missing, mistake, say};

use super::{GROUP, MOMENT, TASK, is_join, note};

const NAMES: &str = "01_groups/02_sharing#two-names";

pub(super) fn waited_for_the_stop(run: &Run) -> Result<(), Mistake> {
    let asked = run.recording.asked_to_stop();
    let ended = note(&run.recording, |note| matches!(note, Note::Returned { .. } | Note::Panicked { .. } | Note::Exited { .. }));
    let (None, Some(ended)) = (asked, ended) else { return Ok(()) };
    run.came_to_its_end(TASK)?;
    Err(mistake("did_not_wait", say!("share returned before it was asked to stop", "멈추라고 하기 전에 share가 반환했다"))
        .expected(say!("the members read until the stop token is cancelled", "정지 토큰이 취소될 때까지 멤버들이 읽는다"))
        .seen(run.show(1, |what| matches!(what, What::Note { note: Note::Started, .. })))
        .seen([run.event(ended)])
        .why(say!(
            "`subscribe` only says what is wanted: the group gives partitions later, and to members that are polled",
            "`subscribe`는 무엇을 원하는지 말할 뿐이다. 파티션은 나중에, 폴링하는 멤버에게 주어진다"
        ))
        .read(MOMENT))
}

pub(super) fn joined_g1(run: &Run) -> Result<(), Mistake> {
    if run.group("G1").is_some_and(|group| !group.members.is_empty()) {
        return Ok(());
    }
    let joins = run.show(2, |what| matches!(what, What::Request { request, .. } if is_join(request)));
    let client_is_g1 =
        |what: &What| matches!(what, What::Request { client, request, .. } if is_join(request) && client.starts_with("G1"));
    if !run.show(1, client_is_g1).is_empty() {
        return Err(mistake("ids_mixed_up", say!("the group's name was given as client.id", "그룹 이름을 client.id로 썼다"))
            .expected(say!(
                "group.id is G1 for every member; client.id may differ",
                "모든 멤버의 group.id는 G1이고, client.id는 서로 달라도 된다"
            ))
            .seen(joins)
            .why(say!(
                "members share by their group.id; client.id only names a client in the broker's logs and quotas",
                "나눠 맡는 기준은 group.id다. client.id는 브로커의 로그와 쿼터에서 쓰는 이름일 뿐이다"
            ))
            .read(NAMES));
    }
    if !joins.is_empty() {
        return Err(mistake(
            "a_group_each",
            say!("each consumer is alone in a group of its own", "컨슈머마다 그룹이 달라 저마다 혼자다"),
        )
        .expected(say!("all consumers join one group: G1", "모든 컨슈머가 한 그룹 G1에 들어간다"))
        .seen(joins)
        .why(say!(
            "every group reads every record: the work is done once per group, not shared",
            "그룹마다 모든 레코드를 읽는다. 일을 나누지 않고 그룹 수만큼 되풀이한다"
        ))
        .read(GROUP));
    }
    let by_hand = run.show(2, |what| matches!(what, What::Request { request: Request::Fetch { .. }, .. }));
    if !by_hand.is_empty() {
        return Err(mistake(
            "assigned_by_hand",
            say!("the program divided the partitions, not the group", "그룹이 아니라 프로그램이 파티션을 나눴다"),
        )
        .expected(say!("the consumers subscribe to T1 as members of G1", "컨슈머들이 G1의 멤버로 T1을 구독한다"))
        .seen(by_hand)
        .seen([missing(say!("no JoinGroup with group=G1", "group=G1인 JoinGroup이 없다"))])
        .why(say!(
            "when one of the consumers ends, nobody takes over its partitions",
            "컨슈머 하나가 끝나면 그 파티션을 이어받을 멤버가 없다"
        ))
        .read(GROUP));
    }
    run.came_to_its_end(TASK)?;
    Err(mistake("nobody_joined", say!("no consumer asked to join G1", "G1에 들어가려 한 컨슈머가 없다"))
        .expected(say!("a consumer for each element of processes joins G1", "processes의 원소마다 컨슈머 하나가 G1에 들어간다"))
        .seen([missing(say!("no JoinGroup with group=G1", "group=G1인 JoinGroup이 없다"))])
        .why(say!(
            "a group shares a topic among its members, and has none yet",
            "그룹은 멤버끼리 토픽을 나눠 맡는데, 아직 멤버가 없다"
        ))
        .read(GROUP))
}

pub(super) fn was_as_many_members(run: &Run, wanted: usize) -> Result<(), Mistake> {
    let members: Vec<_> = run.members("G1").collect();
    let joins = members.iter().take(2).map(|member| run.event(member.joined));
    let count = members.len();
    let names: BTreeSet<_> = members.iter().filter_map(|member| member.instance.as_ref()).collect();
    if (1..wanted).contains(&names.len()) {
        return Err(mistake(
            "one_instance_id",
            say!("the consumers have one group.instance.id, so they are one member", "group.instance.id가 같아서 모두 한 멤버로 친다"),
        )
        .expected(say!("{wanted} consumers, each a member of G1", "컨슈머 {wanted}개가 각각 G1의 멤버가 된다"))
        .seen(joins)
        .why(say!(
            "group.instance.id says who a member is: the next consumer with it takes the member's place, and the one before is put out",
            "group.instance.id는 멤버가 누구인지 정한다. 같은 값을 쓰는 다음 컨슈머가 그 자리를 차지하고 앞의 컨슈머는 밀려난다"
        ))
        .read(GROUP));
    }
    if count == wanted {
        return Ok(());
    }
    let handed_by = |n: u32| {
        run.show(1, move |what| matches!(what, What::Record { progress: Progress::HandedOver, member, .. } if *member == n))
    };
    let tasks: BTreeSet<u32> = run
        .recording
        .events
        .iter()
        .filter_map(|event| match event.what {
            What::Record { member, .. } => Some(member),
            _ => None,
        })
        .collect();
    if count == 1 && tasks.len() > 1 {
        return Err(mistake(
            "one_consumer_for_all",
            say!(
                "{wanted} tasks read from one consumer, so G1 has one member",
                "태스크 {wanted}개가 컨슈머 하나로 읽어서 G1의 멤버가 하나다"
            ),
        )
        .expected(say!("{wanted} consumers, each a member of G1", "컨슈머 {wanted}개가 각각 G1의 멤버가 된다"))
        .seen(joins)
        .seen(tasks.iter().take(2).flat_map(|n| handed_by(*n)))
        .why(say!(
            "one member holds all partitions, and the records of one partition reach several tasks out of order",
            "멤버 하나가 모든 파티션을 맡고, 한 파티션의 레코드가 여러 태스크로 흩어져 순서가 깨진다"
        ))
        .read(GROUP));
    }
    run.came_to_its_end(TASK)?;
    Err(mistake(
        "not_together",
        say!("{wanted} members were asked for, G1 had {count}", "G1에 멤버 {wanted}개가 있어야 하는데 {count}개였다"),
    )
    .expected(say!(
        "{wanted} consumers are members at the same time, each joins once",
        "컨슈머 {wanted}개가 한 번씩 들어가 함께 멤버로 있다"
    ))
    .seen(joins)
    .seen([missing(say!("members in all: {count}", "멤버 수: {count}"))])
    .why(match count > wanted {
        true => say!(
            "every consumer that subscribes is a member and takes its share, also from the others",
            "구독하는 컨슈머는 모두 멤버가 되어 다른 멤버의 몫까지 나눠 갖는다"
        ),
        false => say!(
            "a loop that awaits one reader begins the next one only when the first has ended",
            "반복문 안에서 읽기를 await하면 앞의 멤버가 끝나야 다음 멤버가 시작한다"
        ),
    })
    .read(TASK))
}
