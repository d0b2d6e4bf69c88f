//! Claims of `02_sharing` about the end: what `share` returned is what each member held, and all members left.

use lab::trace::{Note, Partition, Request, What, history::Holding};
use lab::{Mistake, Run, missing, mistake, say};

use super::{MOMENT, PARTITIONS, Sharing, TASK, note, records::readers};

/// What each member of G1 held when it was asked to stop.
pub(super) fn shares(run: &Run) -> Vec<&Holding> {
    let asked = run.recording.asked_to_stop();
    let at = asked.map_or(u64::MAX, |index| run.recording.events[index].at);
    let members = run.group("G1").into_iter().flat_map(|group| &group.members);
    members.filter_map(|member| member.holding_at(at)).collect()
}

pub(super) fn returned_what_each_held(run: &Run, sharing: &Sharing) -> Result<(), Mistake> {
    let returned: Vec<Vec<i32>> = run.returned().unwrap_or_default();
    let readers = readers(run, sharing);
    // At most one member had nothing to read.
    let without = (1..).take(sharing.members).find(|member| !readers.values().any(|reader| reader == member));
    let member_of = |share: &Holding| share.partitions.iter().find_map(|partition| readers.get(partition)).copied().or(without);
    let mut held: Vec<_> = shares(run).into_iter().map(|share| (member_of(share), share)).collect();
    held.sort_by_key(|(member, _)| *member);
    let shares: Vec<Vec<i32>> = held.iter().map(|(_, share)| numbers(&share.partitions)).collect();
    if returned == shares {
        return Ok(());
    }
    let what = note(&run.recording, |note| matches!(note, Note::Returned { .. }));
    let seen = held.iter().take(2).map(|(_, share)| share.given).chain(what).map(|index| run.event(index));
    let expected =
        say!("element i holds the partitions of member i at the end", "i번째 원소는 끝날 때 멤버 i가 가진 파티션들이다");
    if returned.iter().all(Vec::is_empty) {
        return Err(mistake("asked_too_late", say!("share returned no partition", "share가 돌려준 파티션이 없다"))
            .expected(expected)
            .seen(seen)
            .why(say!(
                "a consumer holds nothing before its first assignment, nor after `unsubscribe`: ask while it is a member",
                "첫 할당 전이나 `unsubscribe` 뒤의 컨슈머는 가진 것이 없다. 멤버로 있을 때 물어본다"
            ))
            .read(MOMENT));
    }
    if returned.iter().flatten().any(|number| !(0..PARTITIONS).contains(number)) {
        return Err(mistake(
            "no_partitions",
            say!("share returned numbers that are no partitions of T1", "share가 돌려준 번호가 T1의 파티션이 아니다"),
        )
        .expected(expected)
        .seen(seen)
        .why(say!(
            "`subscription` has the topics that a consumer wants, without partitions; what the group gave is its `assignment`",
            "`subscription`에는 원하는 토픽만 있고 파티션은 없다. 그룹에서 받은 것은 `assignment`에 있다"
        ))
        .read(MOMENT));
    }
    let sorted: Vec<Vec<i32>> = returned.iter().map(|share| in_order(share.clone())).collect();
    if sorted == shares {
        return Err(mistake("not_sorted", say!("a member's partitions are not sorted", "멤버의 파티션이 정렬되어 있지 않다"))
            .expected(say!("each element is sorted: the smallest number first", "원소마다 작은 번호부터 정렬되어 있다"))
            .seen(seen)
            .why(say!(
                "a list of partitions has no order of its own: who compares two of them sorts them first",
                "파티션 목록에는 정해진 순서가 없다. 비교하려면 먼저 정렬한다"
            ))
            .read(TASK));
    }
    let left_out = |numbers: &[i32], told: &[i32]| {
        let out: Vec<i32> = numbers.iter().copied().filter(|number| !told.contains(number)).collect();
        out.iter().all(|number| !readers.contains_key(&Partition::new("T1", *number))) && told.len() + out.len() == numbers.len()
    };
    if sorted.len() == shares.len() && shares.iter().zip(&sorted).all(|(numbers, told)| left_out(numbers, told)) {
        return Err(mistake(
            "told_by_the_records",
            say!("share left out a partition from which no record came", "레코드가 오지 않은 파티션을 share가 빠뜨렸다"),
        )
        .expected(expected)
        .seen(seen)
        .why(say!(
            "a member holds a partition whether records come from it or not: ask the consumer for its assignment",
            "레코드가 오든 오지 않든 맡은 파티션이다. 무엇을 맡았는지는 컨슈머의 할당(assignment)이 말해 준다"
        ))
        .read(MOMENT));
    }
    if tidy(&returned) == tidy(&shares) {
        return Err(mistake(
            "other_order",
            say!("share returned the members' partitions in another order", "share가 멤버들의 파티션을 다른 순서로 돌려줬다"),
        )
        .expected(expected)
        .seen(seen)
        .why(say!(
            "element i belongs to processes[i]: in another order it names another member's partitions",
            "i번째 원소는 processes[i]의 것이다. 순서가 다르면 다른 멤버의 파티션이 된다"
        ))
        .read(TASK));
    }
    Err(mistake(
        "asked_too_early",
        say!("share returned other partitions than the members held", "share가 돌려준 파티션이 멤버들이 가진 것과 다르다"),
    )
    .expected(expected)
    .seen(seen)
    .why(say!(
        "ask every member, and at the end: each one that joins makes the group share anew, and what was held before is out of date",
        "끝날 때 멤버마다 물어본다. 멤버가 들어올 때마다 그룹은 파티션을 다시 나누므로 그 전의 할당은 더는 맞지 않는다"
    ))
    .read(MOMENT))
}

pub(super) fn left(run: &Run) -> Result<(), Mistake> {
    let stayed = run.members("G1").filter(|member| member.left.is_none()).count();
    if stayed == 0 {
        return Ok(());
    }
    let returned = run.show(1, |what| matches!(what, What::Note { note: Note::Returned { .. }, .. }));
    if let Some(member) = run.members("G1").find(|member| member.instance.is_some()) {
        return Err(mistake(
            "static_members",
            say!("the members are static: they went without LeaveGroup", "정적 멤버라서 LeaveGroup 없이 나갔다"),
        )
        .expected(say!(
            "members without group.instance.id, which leave when they are dropped",
            "group.instance.id 없는 멤버는 드롭(drop)하면 그룹을 떠난다"
        ))
        .seen([run.event(member.joined)])
        .seen(returned)
        .why(say!(
            "group.instance.id says \"I shall be back\": the group keeps the partitions for its session, 45 s by default",
            "group.instance.id는 곧 돌아온다는 뜻이다. 그룹은 세션 타임아웃(기본 45초) 동안 그 파티션을 남겨 둔다"
        ))
        .read(TASK));
    }
    let leaves = run.show(1, |what| matches!(what, What::Request { request: Request::LeaveGroup { .. }, .. }));
    Err(mistake(
        "did_not_leave",
        say!("share returned, and {stayed} members did not leave G1", "share는 반환했는데 멤버 {stayed}개가 G1을 떠나지 않았다"),
    )
    .expected(say!("every consumer is dropped before share returns", "share가 반환하기 전에 모든 컨슈머를 드롭(drop)한다"))
    .seen(leaves)
    .seen(returned)
    .seen([missing(say!("no LeaveGroup from {stayed} members", "멤버 {stayed}개가 보낸 LeaveGroup이 없다"))])
    .why(say!(
        "the coordinator keeps their partitions for a whole session, 45 s, and nobody reads them",
        "코디네이터는 세션 타임아웃인 45초 내내 그 멤버를 기다리고, 그 파티션은 아무도 읽지 못한다"
    ))
    .read(TASK))
}

fn numbers(partitions: &[Partition]) -> Vec<i32> {
    in_order(partitions.iter().map(|partition| partition.number).collect())
}

fn in_order(mut numbers: Vec<i32>) -> Vec<i32> {
    numbers.sort_unstable();
    numbers
}

/// The same shares, whatever their order.
fn tidy(shares: &[Vec<i32>]) -> Vec<Vec<i32>> {
    let mut shares: Vec<_> = shares.iter().cloned().map(in_order).collect();
    shares.sort();
    shares
}
