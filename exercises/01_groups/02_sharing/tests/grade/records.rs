//! Claims of `02_sharing` about the records: all are read, each by the one member that holds its partition. Looks mostly at the
//! later ones, which were written when the group had settled.

use std::collections::{BTreeMap, BTreeSet};

use lab::trace::{Partition, Request, What};
use lab::{Mistake, Run, missing, mistake, say};

use super::{GROUP, MOMENT, Sharing, TASK, shares::shares};

/// Claims that nobody held partitions whose records were left unprocessed.
pub(super) fn read_what_they_hold(run: &Run, sharing: &Sharing) -> Result<(), Mistake> {
    let processed = run.processed();
    let unread =
        |partition: &Partition| sharing.offsets(partition).any(|offset| !processed.contains_key(&(partition.clone(), offset)));
    let members = run.group("G1").into_iter().flat_map(|group| &group.members);
    let held = members.filter_map(|member| member.holdings.last()).find(|held| held.partitions.iter().any(unread));
    let Some(held) = held else { return Ok(()) };
    run.came_to_its_end(TASK)?;
    Err(mistake(
        "not_polled",
        say!(
            "a member has partitions and leaves their records unprocessed",
            "파티션을 맡고도 그 레코드를 처리하지 않는 멤버가 있다"
        ),
    )
    .expected(say!(
        "all members read at the same time, until the stop token is cancelled",
        "정지 토큰이 취소될 때까지 모든 멤버가 함께 읽는다"
    ))
    .seen([run.event(held.given)])
    .seen([missing(say!("no call of process with its next record", "그 다음 레코드로 process를 부른 적이 없다"))])
    .why(say!(
        "while one member waits for a record, the others must be polled: nobody else reads their partitions",
        "한 멤버가 레코드를 기다리는 동안에도 다른 멤버를 폴링해야 한다. 그 파티션은 다른 누구도 읽지 않는다"
    ))
    .read(MOMENT))
}

/// Claims that no partition is read by two consumers once the group has settled, so that its records come twice.
///
/// A Fetch alone proves nothing: with `group.protocol=consumer` librdkafka fetches a partition once more that it has just given back,
/// when the answer to its ListOffsets comes late, and hands nothing of it over.
pub(super) fn fetched_by_one(run: &Run) -> Result<(), Mistake> {
    let again = run.processed().into_iter().filter(|(_, times)| *times > 1);
    let again: BTreeSet<_> = again.map(|((partition, _), _)| partition).collect();
    let settled = shares(run).into_iter().map(|share| share.given).max().unwrap_or(usize::MAX);
    let mut fetched = BTreeMap::new();
    for (index, event) in run.recording.find(|what| matches!(what, What::Request { request: Request::Fetch { .. }, .. })) {
        let What::Request { connection, request: Request::Fetch { offsets, .. }, .. } = &event.what else { continue };
        for partition in offsets.keys().filter(|partition| index > settled && again.contains(*partition)) {
            let (first, by) = *fetched.entry(partition.clone()).or_insert((index, *connection));
            if by != *connection {
                return Err(mistake(
                    "read_by_two",
                    say!("two consumers read the same partition", "두 컨슈머가 같은 파티션을 읽는다"),
                )
                .expected(say!(
                    "each consumer reads what the group gave it, nothing else",
                    "컨슈머는 그룹에서 받은 파티션만 읽는다"
                ))
                .seen([run.event(first), run.event(index)])
                .why(say!(
                    "`assign` replaces what the group gave, and the group does not know: every record is processed twice",
                    "`assign`은 그룹이 준 할당을 덮어쓰고 그룹은 그 사실을 모른다. 그래서 레코드마다 두 번 처리된다"
                ))
                .read(GROUP));
            }
        }
    }
    Ok(())
}

pub(super) fn handed_to_the_right_process(run: &Run, sharing: &Sharing) -> Result<(), Mistake> {
    let readers = readers(run, sharing);
    for share in shares(run) {
        let of_share: BTreeSet<u32> = share.partitions.iter().filter_map(|partition| readers.get(partition)).copied().collect();
        let foreign =
            readers.iter().find(|(partition, member)| of_share.contains(*member) && !share.partitions.contains(*partition));
        let Some((other, member)) = foreign else { continue };
        let index = member - 1;
        let call = |what: &What| matches!(what, What::Record { member: m, partition, offset, .. } if m == member && partition == other && sharing.is_later(partition, *offset));
        return Err(mistake(
            "wrong_process",
            say!("processes[{index}] got the records of two members", "processes[{index}]에 두 멤버의 레코드가 들어왔다"),
        )
        .expected(say!("processes[i] is called by member i, and by nobody else", "processes[i]는 멤버 i만 부른다"))
        .seen([run.event(share.given)])
        .seen(run.show(1, call))
        .why(say!(
            "two members work at the same time: what they do must not meet in one place by accident",
            "두 멤버는 동시에 일한다. 둘의 일이 뜻하지 않게 한곳에서 섞이면 안 된다"
        ))
        .read(TASK));
    }
    Ok(())
}

/// Which process got the last records of each partition.
pub(super) fn readers(run: &Run, sharing: &Sharing) -> BTreeMap<Partition, u32> {
    let later = run.recording.events.iter().filter_map(|event| match &event.what {
        What::Record { member, partition, offset, .. } if sharing.is_later(partition, *offset) => {
            Some((partition.clone(), *member))
        }
        _ => None,
    });
    later.collect()
}
