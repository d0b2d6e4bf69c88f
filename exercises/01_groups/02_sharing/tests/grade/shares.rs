//! Claims of `02_sharing` about the end: what `share` returned is what each member held, and all members left.

use lab::trace::{Note, Partition, Request, What, history::Holding};
use lab::{Mistake, Run, missing, mistake, say};

use super::{MOMENT, Sharing, TASK, membership, note, records::readers};

/// What each member of G1 held when it was asked to stop.
pub(super) fn shares(run: &Run) -> Vec<&Holding> {
    let asked = note(&run.recording, |note| *note == Note::AskedToStop);
    let at = asked.map_or(u64::MAX, |index| run.recording.events[index].at);
    let members = run.group("G1").into_iter().flat_map(|group| &group.members);
    members.filter_map(|member| member.holding_at(at)).collect()
}

pub(super) fn returned_what_each_held(run: &Run, sharing: &Sharing) -> Result<(), Mistake> {
    let returned: Vec<Vec<i32>> = run.returned().unwrap_or_default();
    let readers = readers(run, sharing);
    let mut held: Vec<_> =
        shares(run).into_iter().map(|share| (share.partitions.first().and_then(|p| readers.get(p)), share)).collect();
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
        "each member that joins makes the group share anew: what was held before is out of date",
        "멤버가 들어올 때마다 그룹은 파티션을 다시 나눈다. 그 전의 할당은 더는 맞지 않는다"
    ))
    .read(MOMENT))
}

pub(super) fn left(run: &Run) -> Result<(), Mistake> {
    let stayed = membership::members(run).filter(|member| member.left.is_none()).count();
    if stayed == 0 {
        return Ok(());
    }
    let returned = run.show(1, |what| matches!(what, What::Note { note: Note::Returned { .. }, .. }));
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
    let mut numbers: Vec<i32> = partitions.iter().map(|partition| partition.number).collect();
    numbers.sort_unstable();
    numbers
}

/// The same shares, whatever their order.
fn tidy(shares: &[Vec<i32>]) -> Vec<Vec<i32>> {
    let mut shares = shares.to_vec();
    shares.iter_mut().for_each(|share| share.sort_unstable());
    shares.sort();
    shares
}
