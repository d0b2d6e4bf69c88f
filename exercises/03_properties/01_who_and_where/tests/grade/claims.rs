//! Claims of `01_who_and_where`: the addresses, the client's name, the group, and whose progress it is.

use std::ops::Range;

use lab::trace::{Note, Progress, Request, What};
use lab::{Evidence, Mistake, Run, missing, mistake, say};

use super::{EACH, addresses::DEAD_IS_TRIED};

const PAGE: &str = "03_properties/01_who_and_where";

/// The events of program `number`.
fn events_of(run: &Run, number: usize) -> Range<usize> {
    let started = |what: &What| matches!(what, What::Note { note: Note::Started, .. });
    let mut starts = run.recording.find(started).map(|(index, _)| index).skip(number - 1);
    let begin = starts.next().unwrap_or(usize::MAX);
    begin..starts.next().unwrap_or(usize::MAX)
}

/// Whether the program came to the address that is not dead.
pub(super) fn reached(run: &Run, number: usize) -> bool {
    let events = events_of(run, number);
    run.recording.find(|what| matches!(what, What::Connected { .. })).any(|(index, _)| events.contains(&index))
}

/// Whether a program has ended by itself.
pub(super) fn has_ended(run: &Run) -> bool {
    run.recording.first(|what| matches!(what, What::Note { note: Note::Exited { .. }, .. })).is_some()
}

/// The program's own end: the event, and the error that it returned.
fn returned(run: &Run, number: usize) -> Option<(usize, Option<&str>)> {
    let events = events_of(run, number);
    let mut ends = run.recording.find(|what| matches!(what, What::Note { note: Note::Returned { .. }, .. }));
    let (index, event) = ends.find(|(index, _)| events.contains(index))?;
    match &event.what {
        What::Note { note: Note::Returned { error, .. }, .. } => Some((index, error.as_deref())),
        _ => None,
    }
}

/// The program's requests: the event, `client.id` and what was asked.
fn requests(run: &Run, number: usize) -> impl Iterator<Item = (usize, &str, &Request)> {
    let events = events_of(run, number);
    let all = run.recording.events.iter().enumerate().filter(move |(index, _)| events.contains(index));
    all.filter_map(|(index, event)| match &event.what {
        What::Request { client, request, .. } => Some((index, client.as_str(), request)),
        _ => None,
    })
}

pub(super) fn used_all_addresses(run: &Run) -> Result<(), Mistake> {
    let dead_is = |number| missing(say!("no connection of C{number} at all", "C{number} 프로그램의 연결이 하나도 없다"));
    let (id, title, seen) = match (reached(run, 1), reached(run, 2)) {
        (true, true) => return Ok(()),
        (false, true) => (
            "first_address_only",
            say!("only the first address was used, and it is dead", "첫 주소만 썼는데, 죽은 주소다"),
            vec![dead_is(1)],
        ),
        (true, false) => (
            "last_address_only",
            say!("only the last address was used, and it is dead", "마지막 주소만 썼는데, 죽은 주소다"),
            vec![dead_is(2)],
        ),
        (false, false) => (
            "no_address",
            say!("neither program found an address in its list", "두 프로그램 모두 목록에서 주소를 찾지 못했다"),
            vec![dead_is(1), dead_is(2)],
        ),
    };
    Err(mistake(id, title)
        .expected(say!(
            "bootstrap.servers holds all addresses, with commas between them: one that answers is enough",
            "bootstrap.servers에 모든 주소를 쉼표로 이어 적는다. 하나만 응답하면 된다"
        ))
        .seen(run.show(1, |what| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == DEAD_IS_TRIED)))
        .seen(seen)
        .why(say!(
            "a program that knows one broker cannot start while that one is down, however many others there are",
            "브로커를 하나만 아는 프로그램은 그 브로커가 내려가 있으면, 다른 브로커가 아무리 많아도 시작하지 못한다"
        ))
        .read(&format!("{PAGE}#bootstrapservers")))
}

/// What is asked of each program for itself.
pub(super) fn of_program(run: &Run, number: usize) -> Result<(), Mistake> {
    did_not_fail(run, number)?;
    told_its_name(run, number)?;
    joined_g1(run, number)?;
    read_its_share(run, number)?;
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    left(run, number)
}

fn did_not_fail(run: &Run, number: usize) -> Result<(), Mistake> {
    let Some((end, Some(error))) = returned(run, number) else { return Ok(()) };
    if error.starts_with("Client config error") || error.starts_with("Client creation error") {
        return Err(mistake("refused_property", say!("no client was made: {error}", "클라이언트를 만들지 못했다: {error}"))
            .expected(say!(
                "only properties that librdkafka knows, with values that it takes",
                "librdkafka가 아는 속성과 받아들이는 값만 쓴다"
            ))
            .seen([run.event(end)])
            .why(say!(
                "the Java client has properties of its own; librdkafka makes no client from a name that it does not know",
                "Java 클라이언트에만 있는 속성이 있다. librdkafka는 모르는 이름이 하나라도 있으면 클라이언트를 만들지 않는다"
            ))
            .read(&format!("{PAGE}#names-that-librdkafka-knows")));
    }
    if error.contains("Unknown group") {
        return Err(mistake("no_group_id", say!("the consumer has no group", "컨슈머에 그룹이 없다"))
            .expected(say!("group.id is the group that was given: G1", "group.id는 주어진 그룹 G1이다"))
            .seen([run.event(end)])
            .why(say!(
                "subscribe asks a group for partitions, so it needs to know which; no other property says it",
                "subscribe는 그룹에 파티션을 청하는 일이라 어느 그룹인지 알아야 한다. 다른 속성은 그것을 말해 주지 않는다"
            ))
            .read(&format!("{PAGE}#groupid")));
    }
    Err(mistake("gave_up", say!("C{number} gave up: {error}", "C{number} 프로그램이 포기했다: {error}"))
        .expected(say!("it goes on until an address answers", "응답하는 주소가 나올 때까지 계속한다"))
        .seen([run.event(end)])
        .why(say!(
            "that an address is dead is news: librdkafka tries the others, and the same ones again, without being asked",
            "주소가 죽었다는 것은 알림일 뿐이다. librdkafka는 시키지 않아도 다른 주소를, 그리고 같은 주소를 다시 시도한다"
        ))
        .read(&format!("{PAGE}#a-dead-address")))
}

fn told_its_name(run: &Run, number: usize) -> Result<(), Mistake> {
    let expected = format!("C{number}");
    let Some((index, name, request)) = requests(run, number).find(|(_, client, _)| *client != expected) else { return Ok(()) };
    let (id, title) = match name {
        "rdkafka" => {
            ("no_client_id", say!("C{number} did not say who it is", "C{number} 프로그램이 자기가 누구인지 말하지 않았다"))
        }
        "G1" => (
            "group_as_client",
            say!("C{number} called itself by its group's name", "C{number} 프로그램이 그룹 이름을 자기 이름으로 썼다"),
        ),
        _ => {
            ("another_client_id", say!("C{number} called itself {name}", "C{number} 프로그램이 자기 이름을 {name}(으)로 말했다"))
        }
    };
    let api = request.api();
    let said = Evidence { text: say!("{api} client.id={name}", "{api} client.id={name}"), ..run.event(index) };
    Err(mistake(id, title)
        .expected(say!("client.id is {expected}, in every request", "모든 요청에 client.id={expected}"))
        .seen([said])
        .why(say!(
            "the broker's logs, metrics and quotas know a program by client.id: under one name for all nobody can tell which one it is",
            "브로커의 로그, 메트릭, 쿼터는 client.id로 프로그램을 구별한다. 모두 같은 이름이면 어느 프로그램인지 알 수 없다"
        ))
        .read(&format!("{PAGE}#clientid")))
}

fn joined_g1(run: &Run, number: usize) -> Result<(), Mistake> {
    let Some((index, group)) = requests(run, number).find_map(|(index, _, request)| Some((index, request.group()?))) else {
        return Ok(());
    };
    let (id, title) = match group {
        "G1" => return Ok(()),
        _ if group == format!("C{number}") => (
            "client_as_group",
            say!("C{number} made a group of its own name", "C{number} 프로그램이 자기 이름으로 그룹을 만들었다"),
        ),
        _ => ("another_group", say!("C{number} joined another group than G1", "C{number} 프로그램이 G1이 아닌 그룹에 들어갔다")),
    };
    Err(mistake(id, title)
        .expected(say!("group.id is the group that was given: G1", "group.id는 주어진 그룹 G1이다"))
        .seen([run.event(index)])
        .why(say!(
            "progress is kept under the group's name: a program in a group of its own begins at the first record again",
            "진행 상황은 그룹 이름으로 보관된다. 자기만의 그룹에 든 프로그램은 첫 레코드부터 다시 읽는다"
        ))
        .read(&format!("{PAGE}#groupid")))
}

fn read_its_share(run: &Run, number: usize) -> Result<(), Mistake> {
    let Some((end, None)) = returned(run, number) else { return Ok(()) };
    let events = events_of(run, number);
    let processed = run.recording.find(|what| matches!(what, What::Record { progress: Progress::Processed, .. }));
    let read = processed.filter(|(index, _)| events.contains(index)).count();
    if read == EACH {
        return Ok(());
    }
    Err(mistake(
        "not_n_records",
        say!("C{number} processed {read} sign-ups and returned", "C{number} 프로그램이 가입 레코드 {read}개를 처리하고 반환했다"),
    )
    .expected(say!("it processes {EACH}, and returns then", "{EACH}개를 처리하고 나서 반환한다"))
    .seen([run.event(end)])
    .why(say!(
        "an error of recv is news: it is no record and no end, and neither is a while without records",
        "recv의 오류는 알림일 뿐 레코드도 아니고 끝도 아니다. 한동안 레코드가 없는 것도 마찬가지다"
    ))
    .read(&format!("{PAGE}#a-dead-address")))
}

fn left(run: &Run, number: usize) -> Result<(), Mistake> {
    let mut members = run.group("G1").into_iter().flat_map(|group| &group.members);
    let Some(stays) = members.find(|member| member.left.is_none() && member.instance.is_some()) else {
        return run.left("G1", &format!("{PAGE}#your-turn"));
    };
    Err(mistake("static_member", say!("C{number} is still in G1 after its end", "C{number} 프로그램이 끝난 뒤에도 G1에 남아 있다"))
        .expected(say!(
            "its name is client.id, and no group.instance.id is set",
            "이름은 client.id로 정하고 group.instance.id는 두지 않는다"
        ))
        .seen([run.event(stays.joined)])
        .seen([missing(say!("no LeaveGroup", "LeaveGroup이 없다"))])
        .why(say!(
            "group.instance.id makes a static member, which does not leave: until its session has timed out the next program gets nothing",
            "group.instance.id를 두면 떠나지 않는 정적 멤버가 된다. 세션이 타임아웃될 때까지 다음 프로그램은 아무것도 받지 못한다"
        ))
        .read(&format!("{PAGE}#clientid")))
}

/// C2 begins where C1 ended.
pub(super) fn went_on(run: &Run) -> Result<(), Mistake> {
    let processed = |offset: i64| {
        run.show(2, move |what| matches!(what, What::Record { progress: Progress::Processed, offset: at, .. } if *at == offset))
    };
    if let Some(((_, offset), _)) = run.processed().into_iter().find(|(_, times)| *times > 1) {
        return Err(mistake("read_again", say!("C2 read what C1 had read", "C1이 읽은 것을 C2가 또 읽었다"))
            .expected(say!("C2 goes on where G1 stopped", "C2는 G1이 멈춘 곳부터 이어 읽는다"))
            .seen(processed(offset))
            .why(say!(
                "C1 and C2 are one group; what the one has committed is where the other begins",
                "C1과 C2는 한 그룹이다. 하나가 커밋한 곳에서 다른 하나가 시작한다"
            ))
            .read(&format!("{PAGE}#groupid")));
    }
    Ok(())
}
