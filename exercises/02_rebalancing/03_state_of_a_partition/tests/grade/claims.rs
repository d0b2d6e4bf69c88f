//! Claims of `03_state_of_a_partition`: the callbacks let the consumer go on, and every counter that is told is right.

use lab::trace::{Note, Request, Response, What, history::Member};
use lab::{Evidence, Mistake, Run, Text, missing, mistake, say};

use super::{
    PAGE, RETURNED,
    counters::{Kind, Wrong, are_complete, first_wrong},
    marks,
};

const CALLBACKS: &str = "where-the-callbacks-run";
const TASK: &str = "02_rebalancing/03_state_of_a_partition#your-turn";
const LIFE: &str = "a-counter-lives-as-long-as-the-holding";

pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    did_not_panic(run)?;
    run.read_as_a_member("G1", TASK)?;
    took_their_partitions(run)?;
    counted(run)?;
    joined_again(run)?;
    run.came_to_its_end(TASK)?;
    counted_everything(run)
}

fn claim<const N: usize>(id: &str, title: Text, expected: Text, seen: [Option<Evidence>; N], why: Text, read: &str) -> Mistake {
    mistake(id, title).expected(expected).seen(seen.into_iter().flatten()).why(why).read(&format!("{PAGE}#{read}"))
}

fn members(run: &Run) -> &[Member] {
    run.group("G1").map_or(&[], |group| &group.members)
}

fn first_given(run: &Run) -> Option<Evidence> {
    members(run).iter().find_map(|member| member.holdings.first()).map(|held| run.event(held.given))
}

/// Claims that nothing panicked; a callback that waited inside the runtime has a diagnosis of its own.
fn did_not_panic(run: &Run) -> Result<(), Mistake> {
    let panic = |what: &What| matches!(what, What::Note { note: Note::Panicked { .. }, .. });
    let Some(panic) = run.show(1, panic).pop() else { return Ok(()) };
    if !panic.text.en.contains("from within a runtime") {
        return run.came_to_its_end(TASK);
    }
    let panic = missing(say!("panic: a runtime waited for from within a runtime", "패닉: 런타임 안에서 런타임을 기다렸다"));
    Err(claim(
        "waits_inside_the_runtime",
        say!("a callback waited for asynchronous work", "콜백이 비동기 작업을 기다렸다"),
        say!("callbacks are short, and wait for nothing", "콜백은 짧게 끝나고 아무것도 기다리지 않는다"),
        [first_given(run), Some(panic)],
        say!(
            "callbacks run inside recv, on the thread of the runtime that polls: it cannot wait for itself",
            "콜백은 recv 안에서, 폴링하는 런타임의 스레드에서 실행된다. 자기 자신을 기다릴 수는 없다"
        ),
        CALLBACKS,
    ))
}

/// Claims that somebody read what the group gave.
fn took_their_partitions(run: &Run) -> Result<(), Mistake> {
    let fetch = |what: &What| matches!(what, What::Request { request: Request::Fetch { .. }, .. });
    let Some(given) = first_given(run).filter(|_| run.recording.first(fetch).is_none()) else { return Ok(()) };
    let claim = |id, title, expected, never, why| claim(id, title, expected, [Some(given), Some(missing(never))], why, CALLBACKS);
    Err(match members(run).iter().any(|member| member.left.is_some()) {
        true => claim(
            "never_took_them",
            say!(
                "the consumer never took the partitions that the group gave it",
                "그룹이 준 파티션을 컨슈머가 받아들이지 않았다"
            ),
            say!(
                "an own rebalance calls assign and unassign; pre_rebalance and post_rebalance need neither",
                "rebalance를 직접 구현하면 assign과 unassign도 부른다. pre_rebalance와 post_rebalance에는 필요 없다"
            ),
            say!("no Fetch", "Fetch가 없다"),
            say!(
                "the member is alive and holds its partitions, so nobody else reads them either",
                "멤버가 살아서 파티션을 쥐고 있으니 다른 누구도 그 파티션을 읽지 못한다"
            ),
        ),
        false => claim(
            "first_callback_never_returned",
            say!("the first callback never returned", "첫 콜백이 끝나지 않았다"),
            say!(
                "nobody holds a lock of the callback while the consumer is polled",
                "폴링하는 동안 콜백이 쓸 잠금을 쥐고 있지 않는다"
            ),
            say!("no Fetch, and no LeaveGroup when asked to stop", "Fetch가 없고, 멈추라고 해도 LeaveGroup이 없다"),
            say!(
                "callbacks run inside recv, on its thread: a lock that the loop holds across recv is never let go",
                "콜백은 recv 안에서, 그 스레드에서 실행된다. 루프가 recv를 부르면서 쥐고 있는 잠금은 풀릴 수 없다"
            ),
        ),
    })
}

/// Claims that every counter that was told is right.
fn counted(run: &Run) -> Result<(), Mistake> {
    let Some(Wrong { told, given, record, kind }) = first_wrong(&run.recording, &run.history) else { return Ok(()) };
    let (given, told) = (Some(run.event(given)), Some(run.event(told)));
    Err(match kind {
        Kind::Middle => began_in_the_middle(run),
        Kind::Lost => claim(
            "tells_what_it_lost",
            say!("a member tells of a partition that another member holds", "다른 멤버가 맡은 파티션의 개수를 알린다"),
            say!(
                "a member has counters of its own, and each ends when its partition is taken away",
                "멤버마다 자기 카운터를 따로 두고, 파티션이 회수될 때 그 카운터도 끝난다"
            ),
            [given, told],
            say!(
                "the sum over all members counts these sign-ups twice, and the old number never changes again",
                "멤버들의 값을 더하면 같은 가입이 두 번 세어지고, 옛 숫자는 다시는 바뀌지 않는다"
            ),
            LIFE,
        ),
        Kind::More => claim(
            "counted_twice",
            say!("sign-ups were counted twice", "같은 가입을 두 번 셌다"),
            say!("a counter begins at 0 when its partition is given", "카운터는 파티션을 받을 때 0에서 시작한다"),
            [given, told],
            say!(
                "the partition was taken away, given again, and read again from its beginning, on top of the old number",
                "회수되었다가 다시 받은 파티션을 처음부터 다시 읽었는데, 옛 숫자에 더했다"
            ),
            LIFE,
        ),
        Kind::AnotherTime => claim(
            "counted_at_another_time",
            say!(
                "a record was not counted just before process was called with it",
                "process를 부르기 직전에 그 레코드를 세지 않았다"
            ),
            say!(
                "the counters hold the record that process is handed, and none after it",
                "process에 넘긴 레코드까지만, 빠짐없이 카운터에 들어 있다"
            ),
            [record.map(|index| run.event(index)), told],
            say!(
                "who adds up the counters gets another number than that of the records processed",
                "카운터를 더해도 처리한 레코드 수와 맞지 않는다"
            ),
            "your-turn",
        ),
        Kind::Less => claim(
            "forgot_what_it_holds",
            say!("a member forgot a partition that it still holds", "아직 맡고 있는 파티션의 개수를 잊었다"),
            say!(
                "each partition that it holds has its counter; only what the callback's list names is dropped",
                "맡은 파티션마다 카운터가 있고, 콜백이 받은 목록에 있는 것만 버린다"
            ),
            [given, record.map(|index| run.event(index)), told],
            say!(
                "what the list does not name is not read again, so nothing brings the number back",
                "목록에 없는 파티션은 다시 읽지 않으므로 그 숫자는 돌아오지 않는다"
            ),
            "the-lists-say-what-moves",
        ),
    })
}

fn began_in_the_middle(run: &Run) -> Mistake {
    let commit = run.recording.first(|what| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. }));
    let rest = missing(say!("the records before these offsets are not read again", "이 오프셋 앞의 레코드는 다시 읽지 않는다"));
    claim(
        "began_in_the_middle",
        say!("a new owner did not begin at its partition's beginning", "새로 맡은 파티션을 처음부터 읽지 않았다"),
        say!("it reads from where its counter begins", "카운터가 시작하는 곳부터 읽는다"),
        [commit.map(|index| run.event(index)), Some(rest)],
        say!(
            "the group's progress was committed and the counter was not: the sign-ups before it are in nobody's counter",
            "그룹의 진행 위치는 커밋되었지만 카운터는 아니다. 그 앞의 가입은 누구의 카운터에도 없다"
        ),
        "from-where-the-new-owner-reads",
    )
}

/// Claims that a member that heard of a rebalance answered it.
fn joined_again(run: &Run) -> Result<(), Mistake> {
    let heard = |what: &What| matches!(what, What::Response { response: Response::Heartbeat { error: Some(_) }, .. });
    let asked = run.recording.asked_to_stop().unwrap_or(usize::MAX);
    let Some(heard) = run.recording.first(heard).filter(|heard| *heard < asked) else { return Ok(()) };
    let What::Response { connection: of, .. } = run.recording.events[heard].what else { return Ok(()) };
    let answer = |what: &What| matches!(what, What::Request { connection, request: Request::JoinGroup { .. } | Request::LeaveGroup { .. }, .. } if *connection == of);
    if run.recording.find(answer).any(|(index, _)| (heard..asked).contains(&index)) {
        return Ok(());
    }
    let never = missing(say!("no JoinGroup from that member since then", "그 뒤로 그 멤버의 JoinGroup이 없다"));
    let claim = |id, title, expected, why| claim(id, title, expected, [Some(run.event(heard)), Some(never)], why, CALLBACKS);
    // The first to hear of a rebalance is C1.
    Err(match marks(&run.recording).any(|(_, member, text)| member == 1 && text.starts_with(RETURNED)) {
        true => claim(
            "never_gave_them_up",
            say!(
                "the consumer never gave up the partitions that the group took away",
                "그룹이 회수한 파티션을 컨슈머가 내놓지 않았다"
            ),
            say!(
                "an own rebalance calls unassign when partitions are revoked; pre_rebalance and post_rebalance need not",
                "rebalance를 직접 구현하면 회수될 때 unassign을 부른다. pre_rebalance와 post_rebalance에는 필요 없다"
            ),
            say!(
                "a member joins again when it has given up what it held: until then the group waits for it",
                "멤버는 맡은 것을 내놓아야 다시 들어간다. 그때까지 그룹이 그 멤버를 기다린다"
            ),
        ),
        false => claim(
            "revoke_never_returned",
            say!("the callback for a revocation never returned", "파티션 회수 콜백이 끝나지 않았다"),
            say!(
                "it drops what it has to drop and returns; then the member joins again",
                "버릴 것을 버리고 곧 끝난다. 그래야 멤버가 다시 들어간다"
            ),
            say!(
                "its heartbeats go on, so the group waits for it, and meanwhile nobody reads",
                "하트비트는 계속 나가므로 그룹이 그 멤버를 기다리고, 그동안 아무도 읽지 못한다"
            ),
        ),
    })
}

/// Claims that the members counted all the time: C1 told the whole at the end, after C2 had been asked to stop.
fn counted_everything(run: &Run) -> Result<(), Mistake> {
    let second = |what: &What| matches!(what, What::Note { member: 2, note: Note::AskedToStop });
    if run.recording.first(second).is_some() && are_complete(&run.recording, &[1], 2) {
        return Ok(());
    }
    let committed = |offsets: &std::collections::BTreeMap<_, i64>| offsets.values().any(|offset| *offset > 0);
    let told = |what: &What| matches!(what, What::Response { response: Response::OffsetFetch { offsets, .. }, .. } if committed(offsets));
    if run.recording.first(told).is_some() {
        return Err(began_in_the_middle(run));
    }
    let nothing = missing(say!("no call of process with another record", "그 밖의 레코드로 process를 부른 적이 없다"));
    Err(claim(
        "not_counted",
        say!("sign-ups were left uncounted", "세지 않은 가입이 남았다"),
        say!(
            "each member reads until it is asked to stop, and counts all that it reads",
            "멈추라고 할 때까지 읽고, 읽은 것을 모두 센다"
        ),
        [marks(&run.recording).last().map(|(index, ..)| run.event(index)), Some(nothing)],
        say!("nobody else counts for the member that holds the partition", "그 파티션을 맡은 멤버 대신 세어 줄 멤버는 없다"),
        "your-turn",
    ))
}
