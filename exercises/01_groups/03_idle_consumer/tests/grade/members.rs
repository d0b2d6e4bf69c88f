//! Claims of `03_idle_consumer` about the group: five members, and nobody goes who was not asked to.

use lab::trace::{Note, Recording, Response, What, history::Member};
use lab::{Mistake, Run, missing, mistake, say};

use super::{IN_EACH, MEMBERS, PAGE, marks};

/// The ends of members: index, number, text.
pub(super) fn returned(seen: &Recording) -> impl Iterator<Item = (usize, u32, &str)> {
    marks(seen, "returned")
}

/// The index of the first note that asks `member` to stop.
pub(super) fn asked_to_stop(seen: &Recording, is_meant: impl Fn(u32) -> bool) -> Option<usize> {
    let asked = |what: &What| matches!(what, What::Note { member, note: Note::AskedToStop } if is_meant(*member));
    seen.first(asked)
}

pub(super) fn of_g1(run: &Run) -> &[Member] {
    run.group("G1").map_or(&[], |group| &group.members)
}

pub(super) fn claims(run: &Run) -> Result<(), Mistake> {
    let task = format!("{PAGE}#your-turn");
    let asked = asked_to_stop(&run.recording, |_| true).unwrap_or(usize::MAX);
    let ended = returned(&run.recording).find(|(index, _, _)| *index < asked);
    if of_g1(run).iter().all(|member| !member.was_assigned()) {
        run.came_to_its_end(&task)?;
        return Err(mistake("nobody_joined", say!("no member joined G1", "G1에 들어간 멤버가 없다"))
            .expected(say!(
                "each of the five programs is a member of G1 until it is asked to stop",
                "프로그램 다섯이 멈추라고 할 때까지 저마다 G1의 멤버로 있다"
            ))
            .seen(ended.map(|(index, _, _)| run.event(index)))
            .seen([missing(say!("no JoinGroup with group=G1", "group=G1인 JoinGroup이 없다"))])
            .why(say!("a group without a member reads nothing", "멤버가 없는 그룹은 아무것도 읽지 않는다"))
            .read(&task));
    }
    joined_once(run)?;
    if let Some((index, _, text)) = ended {
        return Err(went(run, index, text, asked));
    }
    let five = of_g1(run).len();
    if five < MEMBERS as usize || !was_settled(run) {
        run.came_to_its_end(&task)?;
        return Err(mistake("not_five", say!("G1 did not settle with five members", "G1이 멤버 다섯으로 안정되지 않았다"))
            .expected(say!("five members: four with a partition each, one without", "멤버 다섯: 넷은 파티션 하나씩, 하나는 없음"))
            .seen([missing(say!("members that joined: {five}", "들어온 멤버 수: {five}"))])
            .why(say!(
                "a member that is not polled holds up every rebalance of its group",
                "폴링하지 않는 멤버 하나가 그룹 전체의 리밸런싱을 막는다"
            ))
            .read(&task));
    }
    Ok(())
}

/// A member that left, and a sixth one that joined after that. (A member that was expelled on a slow machine is no mistake.)
pub(super) fn joined_again(members: &[Member]) -> Option<(&Member, &Member)> {
    let again = members.get(MEMBERS as usize)?;
    let left = members.iter().find(|member| member.left.is_some_and(|left| left < again.joined))?;
    Some((left, again))
}

/// Claims that nobody left and joined again.
fn joined_once(run: &Run) -> Result<(), Mistake> {
    let Some((first, again)) = joined_again(of_g1(run)) else { return Ok(()) };
    let gone = first.holdings.last().map(|held| held.given).into_iter().chain(first.left);
    Err(mistake("joins_again", say!("a member left and joined again", "멤버가 떠났다가 다시 들어왔다"))
        .expected(say!("a member without partitions stays", "파티션이 없는 멤버도 그대로 남는다"))
        .seen(gone.chain([again.joined]).map(|index| run.event(index)))
        .why(say!(
            "each leave and each join is a rebalance: the four busy members stop reading every time",
            "떠날 때도 들어올 때도 리밸런싱이다. 그때마다 일하던 멤버 넷이 읽기를 멈춘다"
        ))
        .read(&format!("{PAGE}#an-idle-member-stays")))
}

/// A member that returned although nobody had asked it to.
fn went(run: &Run, index: usize, text: &str, asked: usize) -> Mistake {
    let idle = of_g1(run).iter().find(|member| {
        member.left.or(member.gone).is_some_and(|left| left < asked)
            && member.holdings.last().is_some_and(|held| held.partitions.is_empty())
    });
    let Some(given) = idle.and_then(|member| member.holdings.last()).map(|held| held.given) else {
        return mistake(
            "ended_early",
            say!("a member returned that nobody had asked to stop", "멈추라고 하지 않은 멤버가 반환했다"),
        )
        .expected(say!("each member reads until its stop token is cancelled", "정지 토큰이 취소될 때까지 멤버가 계속 읽는다"))
        .seen([run.event(index)])
        .why(say!("a quiet moment is not the end: a topic has no end", "잠깐 조용하다고 끝난 것이 아니다. 토픽에는 끝이 없다"))
        .read(&format!("{PAGE}#your-turn"));
    };
    let claim = match text.contains("Err") {
        true => mistake(
            "idle_fails",
            say!("the idle member took its empty assignment for an error", "노는 멤버가 빈 할당을 오류로 여겼다"),
        ),
        false => mistake("idle_leaves", say!("the idle member left the group", "노는 멤버가 그룹을 떠났다")),
    };
    claim
        .expected(say!("it stays, as a standby for the four others", "나머지 넷을 위한 예비로 남는다"))
        .seen([run.event(given), run.event(index)])
        .why(say!(
            "started again by its supervisor it disturbs everybody; not started again, nobody is there to take over",
            "다시 띄우면 모두를 방해하고, 다시 띄우지 않으면 이어받을 멤버가 없다"
        ))
        .read(&format!("{PAGE}#an-idle-member-stays"))
}

/// Whether the group settled with five members: the second batch was written only then.
fn was_settled(run: &Run) -> bool {
    let is_second = |what: &What| matches!(what, What::Response { response: Response::Fetch { partitions, .. }, .. } if partitions.values().any(|fetched| fetched.high_watermark > IN_EACH));
    run.recording.first(is_second).is_some()
}
