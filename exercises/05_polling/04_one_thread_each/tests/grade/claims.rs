//! Claims of `04_one_thread_each`: four members, four threads, and a panic that stays one consumer's and is told.

use lab::trace::{Note, Recording, Request, What, history::Member};
use lab::{Mistake, Run, missing, mistake, say};

use super::{CONSUMERS, GROUP, PANICS, THIRD, at_work, members, processed};

/// What is reported where the answer itself panics, and where it says that a consumer has.
pub(super) const PANICKED: &str = "consume_all panicked";
pub(super) const A_PANIC: &str = "a panic";

const TASK: &str = "05_polling/04_one_thread_each#your-turn";
const ONE_EACH: &str = "05_polling/04_one_thread_each#why-one-each";
const JOIN: &str = "05_polling/04_one_thread_each#a-thread-that-panics";

/// The index of the event with which `process` panics.
pub(super) fn panicked(seen: &Recording) -> Option<usize> {
    let it = |what: &What| matches!(what, What::Note { member: PANICS, note: Note::Mark { text } } if text == "process panics");
    seen.first(it)
}

fn of_the_group(run: &Run) -> &[Member] {
    run.group(GROUP).map_or(&[], |group| &group.members)
}

fn work(run: &Run) -> Vec<lab::Evidence> {
    run.show(4, |what| matches!(what, What::Record { .. }))
}

/// Claims that the consumers are members of one group, which begins at the beginning.
pub(super) fn one_group(run: &Run) -> Result<(), Mistake> {
    if run.history.groups.len() > 1 {
        let joins = run.show(2, |what| matches!(what, What::Request { request: Request::JoinGroup { .. }, .. }));
        return Err(mistake("many_groups", say!("each consumer is in a group of its own", "컨슈머마다 그룹이 따로 있다"))
            .expected(say!("four members of {GROUP}", "{GROUP}의 멤버 넷"))
            .seen(joins)
            .why(say!(
                "each group reads every record: each beer is processed four times",
                "그룹마다 모든 레코드를 읽는다. 맥주 하나가 네 번 처리된다"
            ))
            .read(TASK));
    }
    run.read_as_a_member(GROUP, TASK)?;
    run.began_at_the_beginning()
}

/// Claims that each consumer is a member.
pub(super) fn four_members(run: &Run) -> Result<(), Mistake> {
    let (members, at_work) = (members(&run.recording), at_work(&run.recording));
    match (members, at_work) {
        (1, 2..) => {
            Err(mistake("one_consumer_shared", say!("the threads share one consumer", "스레드들이 컨슈머 하나를 함께 쓴다"))
                .expected(say!("four members, each with a partition", "멤버 넷이 파티션을 하나씩 맡는다"))
                .seen(of_the_group(run).first().and_then(|member| member.holdings.last()).map(|held| run.event(held.given)))
                .seen(work(run))
                .why(say!(
                    "librdkafka allows it, but records of one partition are then processed side by side, and in any order",
                    "librdkafka는 허용하지만 한 파티션의 레코드들이 동시에, 순서 없이 처리된다"
                ))
                .read(ONE_EACH))
        }
        (1, _) => Err(mistake(
            "one_after_the_other",
            say!("one consumer runs, the others have not begun", "컨슈머 하나만 돌고 나머지는 시작하지 않았다"),
        )
        .expected(say!(
            "all threads are started before the first one is waited for",
            "스레드를 모두 시작한 다음에 첫 스레드를 기다린다"
        ))
        .seen(of_the_group(run).first().and_then(|member| member.holdings.last()).map(|held| run.event(held.given)))
        .seen([missing(say!("no other member", "다른 멤버가 없다"))])
        .why(say!(
            "a consumer has no end of its own: who waits for it before the next one starts waits for ever",
            "컨슈머는 스스로 끝나지 않는다. 다음을 시작하기 전에 기다리면 영원히 기다린다"
        ))
        .read(TASK)),
        (CONSUMERS.., _) => Ok(()),
        _ => {
            run.came_to_its_end(TASK)?;
            Err(mistake("not_four_members", say!("the group did not come to four members", "그룹의 멤버가 넷이 되지 않았다"))
                .expected(say!("four members, each with a partition", "멤버 넷이 파티션을 하나씩 맡는다"))
                .seen([missing(say!("members with an assignment: {members}", "할당을 받은 멤버 수: {members}"))])
                .why(say!("a partition without a consumer is not read", "컨슈머가 없는 파티션은 읽히지 않는다"))
                .read(TASK))
        }
    }
}

/// Claims that the consumers work on four threads, each with its own `process`, and at the same time.
pub(super) fn four_threads(run: &Run) -> Result<(), Mistake> {
    if at_work(&run.recording) == CONSUMERS {
        return Ok(());
    }
    let is_on = |what: &What| matches!(what, What::Note { note: Note::Mark { text }, .. } if text.starts_with("on "));
    let threads = run.recording.find(is_on).count();
    let is_called = |n: u32| run.recording.first(|what| matches!(what, What::Record { member, .. } if *member == n)).is_some();
    let (id, title, expected, why) = if threads < CONSUMERS as usize {
        (
            "polled_in_turn",
            say!("the four consumers do not have a thread each", "컨슈머 넷에 스레드가 하나씩 있지 않다"),
            say!("each consumer has a thread of its own", "컨슈머마다 자기 스레드가 있다"),
            say!(
                "while one record is processed the three other consumers are not polled: four members, and the work of one",
                "레코드 하나를 처리하는 동안 나머지 세 컨슈머는 폴링되지 않는다. 멤버는 넷인데 일은 하나만큼 한다"
            ),
        )
    } else if !(1..=CONSUMERS).all(is_called) {
        (
            "other_process",
            say!("a consumer called the `process` of another one", "컨슈머가 다른 컨슈머의 `process`를 불렀다"),
            say!("consumer i calls processes[i]", "컨슈머 i는 processes[i]를 부른다"),
            say!("what one consumer counts is then counted as another's", "한 컨슈머가 센 것이 다른 컨슈머의 것으로 집계된다"),
        )
    } else {
        (
            "one_at_a_time",
            say!("four threads run, and only one of them processes at a time", "스레드는 넷인데 한 번에 하나만 처리한다"),
            say!("four records are processed at the same time", "레코드 네 개를 동시에 처리한다"),
            say!(
                "something that all share is held while a record is processed: four threads do the work of one",
                "모두가 함께 쓰는 무언가를 처리하는 내내 쥐고 있다. 스레드 넷이 하나만큼 일한다"
            ),
        )
    };
    Err(mistake(id, title)
        .expected(expected)
        .seen(run.show(2, is_on))
        .seen(work(run).into_iter().take(2))
        .seen([missing(say!("threads that called process: {threads}", "process를 부른 스레드 수: {threads}"))])
        .why(why)
        .read(ONE_EACH))
}

/// Claims that no other consumer begins where one has panicked.
pub(super) fn the_one_is_gone(run: &Run) -> Result<(), Mistake> {
    let panicked = panicked(&run.recording).unwrap_or(usize::MAX);
    let is_new = |what: &What| match what {
        What::Request { request: Request::JoinGroup { member, .. }, .. } => member.is_empty(),
        What::Request { request: Request::ConsumerGroupHeartbeat { epoch, .. }, .. } => *epoch == 0,
        _ => false,
    };
    let Some(new) = run.recording.find(is_new).map(|(index, _)| index).find(|index| *index > panicked) else {
        return Ok(());
    };
    Err(mistake(
        "started_again",
        say!("another consumer was started for the one that panicked", "패닉한 컨슈머 대신 다른 컨슈머를 띄웠다"),
    )
    .expected(say!("the three others take over its partition and go on", "나머지 셋이 그 파티션을 이어받아 계속한다"))
    .seen([panicked, new].map(|index| run.event(index)))
    .why(say!(
        "the new one meets the same record, and panics again: each time the whole group is shared anew",
        "새 컨슈머도 같은 레코드를 만나 다시 패닉하고, 그때마다 그룹 전체가 리밸런싱한다"
    ))
    .read(TASK))
}

/// Claims that all consumers have left when `consume_all` returns.
pub(super) fn all_are_waited_for(run: &Run) -> Result<(), Mistake> {
    let returned = |what: &What| matches!(what, What::Note { note: Note::Returned { error: None, .. }, .. });
    let over = run.recording.first(returned).unwrap_or(usize::MAX);
    let staying = of_the_group(run).iter().filter(|member| member.left.is_none_or(|left| left > over)).count();
    if over == usize::MAX || staying == 0 {
        return Ok(());
    }
    Err(mistake(
        "not_waited_for",
        say!("consume_all returned before its threads had ended", "스레드가 끝나기 전에 consume_all이 반환했다"),
    )
    .expected(say!("four LeaveGroup before it returns", "반환하기 전에 LeaveGroup 네 번"))
    .seen(run.show(1, returned))
    .seen([missing(say!("no LeaveGroup from {staying} members", "멤버 {staying}개의 LeaveGroup이 없다"))])
    .why(say!(
        "the program ends with its main thread, and cuts off those that are still closing",
        "프로그램은 메인 스레드와 함께 끝나므로, 아직 닫고 있는 스레드는 도중에 끊긴다"
    ))
    .read(JOIN))
}

/// Claims that a panic ends the one consumer, and that the three others take over.
pub(super) fn the_others_go_on(run: &Run) -> Result<(), Mistake> {
    if processed(&run.recording, THIRD) == CONSUMERS {
        return Ok(());
    }
    run.came_to_its_end(JOIN)?;
    let left: Vec<usize> = of_the_group(run).iter().filter_map(|member| member.left).collect();
    let seen = panicked(&run.recording).into_iter().chain(left.iter().copied()).map(|index| run.event(index));
    let (id, title, why) = if left.len() > 1 {
        (
            "all_went_down",
            say!("one consumer panicked, and the others stopped", "하나가 패닉하자 나머지도 멈췄다"),
            say!(
                "one bad record stops the whole program, although three consumers could work",
                "셋은 일할 수 있는데도 잘못된 레코드 하나가 프로그램 전체를 멈춘다"
            ),
        )
    } else {
        (
            "not_taken_over",
            say!(
                "the partition of the consumer that panicked was not taken over",
                "패닉한 컨슈머의 파티션을 아무도 이어받지 않았다"
            ),
            say!(
                "what its thread owned has to go with it: a panic that is caught inside leaves the consumer where it was",
                "스레드가 소유한 것은 스레드와 함께 사라져야 한다. 스레드 안에서 패닉을 잡으면 컨슈머가 그대로 남는다"
            ),
        )
    };
    Err(mistake(id, title)
        .expected(say!("the three others take over its partition and go on", "나머지 셋이 그 파티션을 이어받아 계속한다"))
        .seen(seen)
        .why(why)
        .read(JOIN))
}

/// Claims that `consume_all` says who panicked.
pub(super) fn all_have_ended(run: &Run) -> Result<(), Mistake> {
    let says =
        |what: &What| matches!(what, What::Note { note: Note::Returned { error: Some(error), .. }, .. } if error == PANICKED);
    let (id, title, why) = if run.recording.first(says).is_some() {
        (
            "panicked_as_well",
            say!("the panic of one consumer became a panic of consume_all", "컨슈머 하나의 패닉이 consume_all의 패닉이 됐다"),
            say!("the caller hears nothing of the three that ended well", "잘 끝난 셋에 대해서는 아무것도 알 수 없다"),
        )
    } else {
        run.came_to_its_end(TASK)?;
        let ends: Vec<String> = run.returned().unwrap_or_default();
        if (1..=CONSUMERS).map(|n| if n == PANICS { A_PANIC } else { "Ok" }).eq(ends.iter().map(String::as_str)) {
            return Ok(());
        }
        (
            "panic_not_told",
            say!("the caller was not told which consumer panicked", "어느 컨슈머가 패닉했는지 알리지 않았다"),
            say!(
                "the program looks healthy and works with three: nobody mends what nobody hears of",
                "프로그램은 멀쩡해 보이지만 셋으로만 돌고 있다. 아무도 듣지 못한 일은 아무도 고치지 않는다"
            ),
        )
    };
    let ended = |what: &What| matches!(what, What::Note { note: Note::Returned { .. } | Note::Panicked { .. }, .. });
    Err(mistake(id, title)
        .expected(say!("it returns [Ok, Ok, {A_PANIC}, Ok]", "[Ok, Ok, {A_PANIC}, Ok]를 반환한다"))
        .seen(panicked(&run.recording).map(|index| run.event(index)))
        .seen(run.show(1, ended))
        .why(why)
        .read(JOIN))
}
