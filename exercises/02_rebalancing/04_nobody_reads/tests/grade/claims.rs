//! Claims of `04_nobody_reads`: what the answer says of each case is right. A wrong answer is told by the idea behind it.

use std::{collections::BTreeSet, time::Duration};

use lab::trace::{Note, What};
use lab::{Evidence, Mistake, Run, Text, missing, mistake, say};
use rdkafka::consumer::RebalanceProtocol;

use super::{
    Answers, Gaps, PAGE, cases,
    group::{Held, Seen, Shares, Speaks},
    ideas,
};

const EACH: &str = "each-partition-has-its-own-gap";
const EAGER: &str = "eager-everybody-stops";
const COOPERATIVE: &str = "cooperative-only-what-moves-stops";

pub(super) fn of(run: &Run, seen: &Seen, speaks: Speaks) -> Result<(), Mistake> {
    let Some((gaps, stops)) = run.returned::<Answers>() else { return run.came_to_its_end(&format!("{PAGE}#your-turn")) };
    let held = std::iter::once((seen.held.clone(), Some(run))).chain(cases::made_up().into_iter().map(|held| (held, None)));
    for ((held, of), told) in held.zip(gaps) {
        gaps_are_right(&held, of, told.ok_or_else(|| panicked(run, "gaps"))?)?;
    }
    let measured = ideas::right(&seen.held).into_iter().filter(|(_, gap)| !gap.is_zero()).map(|(partition, _)| partition);
    let seen = ((speaks, seen.before.clone(), seen.after.clone()), measured.collect::<Vec<_>>());
    for (((speaks, before, after), right), told) in std::iter::once(seen).chain(cases::moves()).zip(stops) {
        stops_are_right(speaks, &before, &after, right, told.ok_or_else(|| panicked(run, "stops"))?)?;
    }
    Ok(())
}

fn panicked(run: &Run, function: &str) -> Mistake {
    mistake("panics", say!("{function} panicked", "{function}에서 패닉이 났다"))
        .expected(say!(
            "it answers in whatever order the list is, also where times overlap and where members come or leave",
            "목록의 순서가 섞이거나 시간이 겹쳐도, 멤버가 들어오거나 떠나도 답한다"
        ))
        .seen(run.show(1, |what| matches!(what, What::Note { note: Note::Panicked { .. }, .. })))
        .why(say!(
            "what comes later in the list may have happened earlier, and who is in `before` need not be in `after`",
            "목록에서 뒤에 있는 일이 먼저 일어났을 수 있고, `before`에 있는 멤버가 `after`에 없을 수도 있다"
        ))
        .read(&format!("{PAGE}#your-turn"))
}

fn gaps_are_right(held: &[Held], run: Option<&Run>, told: Gaps) -> Result<(), Mistake> {
    let right = ideas::right(held);
    if ideas::same(&right, &told) {
        return Ok(());
    }
    let off = |partition: &i32| match (told.get(partition), right.get(partition)) {
        (Some(told), Some(gap)) => told.abs_diff(*gap),
        _ => Duration::MAX,
    };
    let partition = right.keys().chain(told.keys()).copied().max_by_key(off).unwrap_or_default();
    let id = ideas::behind(held, &told);
    let (title, why) = idea(id);
    let read = match id {
        "left_out" => COOPERATIVE,
        "only_what_moves" => EAGER,
        _ => EACH,
    };
    let ms = |gaps: &Gaps| gaps.get(&partition).map(Duration::as_millis);
    let says = match (ms(&told), ms(&right)) {
        (Some(told), Some(gap)) => {
            say!("gaps says {told} ms of it; nobody held it for {gap} ms", "gaps의 답: {told} ms, 실제 공백: {gap} ms")
        }
        (Some(_), None) => {
            say!(
                "gaps tells of T1-{partition}, which nobody ever held",
                "gaps의 답에 아무도 맡은 적 없는 파티션이 있다: T1-{partition}"
            )
        }
        (None, gap) => {
            let gap = gap.unwrap_or_default();
            say!("gaps says nothing of it; nobody held it for {gap} ms", "gaps의 답에는 없다. 실제 공백: {gap} ms")
        }
    };
    Err(mistake(id, title)
        .expected(say!(
            "of each partition the time between two owners: from when one gives it up until the next one has it",
            "파티션마다, 한 소유자가 내놓은 때부터 다음 소유자가 받을 때까지의 시간"
        ))
        .seen(held.iter().filter(|(_, of, _)| *of == partition).take(4).map(|one| shown(one, run)))
        .seen([missing(says)])
        .why(why)
        .read(&format!("{PAGE}#{read}")))
}

/// Who held a partition, as evidence; with the event of the recording that gave it, where there is one.
fn shown((member, partition, time): &Held, run: Option<&Run>) -> Evidence {
    let (from, until) = (time.start.as_millis(), time.end.as_millis());
    let text = say!(
        "C{member} held T1-{partition} from {from} ms to {until} ms",
        "C{member}: T1-{partition} 할당, {from} ms부터 {until} ms까지"
    );
    let at = |us: u64| run.and_then(|run| run.recording.events.iter().position(|event| event.at == us));
    match at(time.start.as_micros() as u64).and_then(|index| Some(run?.event(index))) {
        Some(event) => Evidence { text, ..event },
        None => missing(text),
    }
}

fn idea(name: &str) -> (Text, Text) {
    match name {
        "nothing_told" => (
            say!("gaps says nothing", "gaps의 답이 비어 있다"),
            say!(
                "between two owners nobody reads, and the records wait",
                "두 소유자 사이에는 아무도 읽지 않고 레코드가 기다린다"
            ),
        ),
        "left_out" => (
            say!("a partition that never stopped was left out", "멈춘 적 없는 파티션을 빠뜨렸다"),
            say!(
                "no gap is an answer, too: it is what the newer protocols are for",
                "공백이 없다는 것도 답이다. 새 프로토콜은 바로 그것을 위한 것이다"
            ),
        ),
        "gap_of_the_group" => (
            say!(
                "the time in which nobody in the group reads was told of each partition",
                "그룹 전체가 멈춘 시간을 파티션마다의 공백으로 보았다"
            ),
            say!(
                "a partition waits for its own next owner, whether others are read or not",
                "다른 파티션을 읽든 말든 파티션은 자기의 다음 소유자를 기다린다"
            ),
        ),
        "first_end_to_last_begin" => (
            say!("the whole rebalance was told of each partition", "리밸런싱 전체 시간을 파티션마다의 공백으로 보았다"),
            say!(
                "a member that hears of it late reads on until then: its partitions wait less",
                "늦게 들은 멤버는 그때까지 계속 읽는다. 그 멤버의 파티션은 덜 기다린다"
            ),
        ),
        "only_what_moves" => (
            say!(
                "a partition that came back to its owner was counted as never stopped",
                "원래 소유자에게 돌아온 파티션을 멈추지 않았다고 보았다"
            ),
            say!(
                "an eager member gives up everything, also what it gets back",
                "즉시(eager) 방식의 멤버는 돌려받을 파티션까지 전부 내놓는다"
            ),
        ),
        "gap_of_the_member" => (
            say!("the pause of a member was taken for the gap of its partition", "멤버가 쉰 시간을 파티션의 공백으로 보았다"),
            say!(
                "the member may read something else long before its old partition is read again",
                "예전 파티션을 누가 읽기 한참 전에 그 멤버는 다른 것을 읽고 있을 수 있다"
            ),
        ),
        "from_the_beginning" | "until_the_end" => (
            say!(
                "the time before the first owner or after the last one was counted",
                "첫 소유자 전이나 마지막 소유자 뒤의 시간까지 셌다"
            ),
            say!(
                "a gap lies between two owners: before the first and after the last there is nothing that stops",
                "공백은 두 소유자 사이에 있다. 첫 소유자 전과 마지막 소유자 뒤에는 멈출 것이 없다"
            ),
        ),
        "not_the_latest_end" => (
            say!("a gap was counted from the end of who came last", "가장 나중에 온 소유자의 끝부터 공백을 셌다"),
            say!(
                "a member that was expelled may hold on for longer than who came after it: the gap begins when all have ended",
                "쫓겨난 멤버가 뒤에 온 멤버보다 오래 쥐고 있을 수 있다. 공백은 모두 끝난 때부터다"
            ),
        ),
        "overlaps_counted_twice" => (
            say!("time that two members held at once was counted twice", "두 멤버가 함께 맡은 시간을 두 번 셌다"),
            say!(
                "held by two is held once: adding up lengths hides a gap elsewhere",
                "둘이 함께 맡아도 시간은 한 번 흐른다. 길이를 더하면 다른 곳의 공백이 가려진다"
            ),
        ),
        "one_gap_only" => (
            say!("one gap of several was told", "여러 공백 중 하나만 답했다"),
            say!("each rebalance costs: two of them cost twice", "리밸런싱은 할 때마다 비용이 든다. 두 번이면 두 번 든다"),
        ),
        _ => (
            say!("the gap of a partition is wrong", "파티션의 공백이 틀렸다"),
            say!("records that arrive in the gap wait until it is over", "공백 동안 도착한 레코드는 공백이 끝날 때까지 기다린다"),
        ),
    }
}

fn stops_are_right(speaks: Speaks, before: &Shares, after: &Shares, right: Vec<i32>, told: BTreeSet<i32>) -> Result<(), Mistake> {
    let told: Vec<i32> = told.into_iter().collect();
    if told == right {
        return Ok(());
    }
    let all = partitions(before.values());
    let newcomers = after.iter().filter(|(member, _)| !before.contains_key(member)).map(|(_, partitions)| partitions);
    let is_eager = matches!(speaks.protocol(), RebalanceProtocol::Eager);
    let (id, title, why) = match () {
        () if told.iter().any(|partition| !all.contains(partition)) => (
            "stops_what_nobody_held",
            say!("a partition that nobody held before was said to stop", "아무도 맡지 않았던 파티션이 멈춘다고 답했다"),
            say!(
                "what nobody has read yet cannot stop: a partition that is added begins",
                "아직 아무도 읽지 않은 파티션은 멈출 수 없다. 새로 생긴 파티션은 시작할 뿐이다"
            ),
        ),
        () if !is_eager && told == partitions(newcomers) => (
            "only_the_newcomer",
            say!("only what a new member gets was said to stop", "새 멤버가 받는 것만 멈춘다고 답했다"),
            say!(
                "partitions move between old members, too, and when one leaves",
                "파티션은 기존 멤버 사이에서도 옮겨 가고, 멤버가 떠날 때도 옮겨 간다"
            ),
        ),
        () if is_eager => (
            "eager_stops_some",
            say!("an eager group was said to read on in part", "즉시(eager) 그룹에서 계속 읽히는 파티션이 있다고 답했다"),
            say!("every member gives up everything, also what it gets back", "모든 멤버가 돌려받을 것까지 전부 내놓는다"),
        ),
        () if told == all => (
            "cooperative_stops_all",
            say!("a cooperative group was said to stop everywhere", "협력적(cooperative) 그룹이 전부 멈춘다고 답했다"),
            say!("what stays where it is is read all the time", "그대로 남는 파티션은 계속 읽는다"),
        ),
        () => (
            "wrong_stops",
            say!("the partitions that stop are others", "멈추는 파티션이 다르다"),
            say!(
                "what one member gives up and another one gets stops, and nothing else",
                "한 멤버가 내놓고 다른 멤버가 받는 것만 멈춘다"
            ),
        ),
    };
    let read = if is_eager { EAGER } else { COOPERATIVE };
    Err(mistake(id, title)
        .expected(say!("the partitions that stop: {right:?}", "멈추는 파티션: {right:?}"))
        .seen([missing(say!("before: {before:?}", "이전: {before:?}")), missing(say!("after: {after:?}", "이후: {after:?}"))])
        .seen([missing(say!("stops says {told:?}", "stops의 답: {told:?}"))])
        .why(why)
        .read(&format!("{PAGE}#{read}")))
}

fn partitions<'a>(shares: impl Iterator<Item = &'a Vec<i32>>) -> Vec<i32> {
    let all: BTreeSet<i32> = shares.flatten().copied().collect();
    all.into_iter().collect()
}
