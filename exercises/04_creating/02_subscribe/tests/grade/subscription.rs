//! Claims of `02_subscribe` about the topics that are there from the beginning, and the one that is not there yet.

use std::collections::{BTreeMap, BTreeSet};

use lab::trace::{History, Note, Progress, Recording, Request, Response, What};
use lab::{Mistake, Run, asks_for_the_end, missing, mistake, say};

use super::later::since;
use super::{A_WHILE, AT_FIRST, LATER, NOT_ASKED_FOR, PAGE, RECORDS};

/// Whether all records of these topics are processed.
pub(super) fn is_read(seen: &Recording, topics: &[&str]) -> bool {
    let processed: BTreeSet<(&str, i64)> = seen
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Record { progress: Progress::Processed, partition, offset, .. } => Some((partition.topic.as_str(), *offset)),
            _ => None,
        })
        .collect();
    topics.iter().all(|topic| (0..RECORDS).all(|at| processed.contains(&(*topic, at))))
}

/// What no wait will mend: all that was assigned is read since a while, or the consumer looks for a topic that cannot be.
pub(super) fn is_stuck(seen: &Recording, history: &History) -> bool {
    let since = |at: u64| seen.duration().saturating_sub(at) > A_WHILE;
    let held = history.group("G1").and_then(|group| group.members.last()?.holdings.last());
    let record = seen.find(|what| matches!(what, What::Record { .. })).last();
    match held {
        Some(held) => since(held.from) && record.is_none_or(|(_, event)| since(event.at)),
        None => since(0) && no_such_name(seen).is_some(),
    }
}

/// The topics of which the group's members were ever given a partition, with the answer that gave it for the first time.
pub(super) fn assigned(history: &History) -> BTreeMap<&str, usize> {
    let mut topics = BTreeMap::new();
    let holdings = history.group("G1").into_iter().flat_map(|group| &group.members).flat_map(|member| &member.holdings);
    for holding in holdings {
        for partition in &holding.partitions {
            topics.entry(partition.topic.as_str()).or_insert(holding.given);
        }
    }
    topics
}

/// A name that the consumer asked for and that no topic has, as far as it is the answer's own; and how often it asked for topics by name.
fn no_such_name(seen: &Recording) -> Option<(usize, String)> {
    let known = |name: &str| AT_FIRST.contains(&name) || LATER.contains(&name) || NOT_ASKED_FOR.contains(&name);
    let named = seen.events.iter().filter_map(|event| match &event.what {
        What::Request { request: Request::Metadata { topics: Some(topics) }, .. } => Some(topics),
        _ => None,
    });
    let unknown = named.clone().flatten().find(|name| !known(name))?;
    let (_, own) = unknown.split_once("shop").unwrap_or_default();
    Some((named.count(), format!("…shop{own}")))
}

/// The end of a loop that knows which topics are there and was not asked to stop. What else would end it than the one topic that is not there?
fn gave_up(run: &Run) -> Option<usize> {
    let has_looked =
        run.recording.first(|what| matches!(what, What::Response { response: Response::Metadata { .. }, .. })).is_some();
    let gave_up = |what: &What| match what {
        What::Note { note: Note::Returned { error: Some(error), .. }, .. } => error.contains("UnknownTopic"),
        What::Note { note: Note::Returned { error: None, .. }, .. } => has_looked,
        _ => false,
    };
    run.recording.first(gave_up).filter(|_| run.recording.asked_to_stop().is_none() && no_such_name(&run.recording).is_none())
}

pub(super) fn outlives_a_missing_topic(run: &Run) -> Result<(), Mistake> {
    let Some(end) = gave_up(run) else { return Ok(()) };
    Err(mistake(
        "missing_topic_ends_it",
        say!("the consumer gave up because a topic was not there yet", "아직 없는 토픽 하나 때문에 컨슈머가 그만두었다"),
    )
    .expected(say!("it reads the topics that are there, and goes on after the error", "있는 토픽을 읽고, 오류가 와도 계속한다"))
    .seen([missing(say!("there is no topic returns yet", "토픽 returns는 아직 없다")), run.event(end)])
    .why(say!(
        "whether all topics exist when a program starts is a matter of luck: returns may be created a second later",
        "프로그램이 시작할 때 모든 토픽이 있을지는 운이다. returns는 1초 뒤에 만들어질 수도 있다"
    ))
    .read(&format!("{PAGE}#a-topic-that-is-not-there")))
}

pub(super) fn names_what_is_wanted(run: &Run) -> Result<(), Mistake> {
    let assigned = assigned(&run.history);
    let Some(left_out) = AT_FIRST.iter().find(|topic| !assigned.contains_key(**topic)) else { return Ok(()) };
    let nothing_of_it = missing(say!("no assignment with {left_out}", "어느 할당에도 없는 토픽: {left_out}"));
    let given = assigned.values().next().map(|index| run.event(*index));
    let claim = if let Some((times, name)) = no_such_name(&run.recording) {
        mistake("pattern_is_a_name", say!("the pattern was taken for the name of a topic", "패턴이 토픽 이름으로 여겨졌다"))
            .expected(say!("a pattern begins with ^", "패턴은 ^로 시작한다"))
            .seen([
                missing(say!("Metadata asked for the topic `{name}`", "Metadata로 물은 토픽: `{name}`")),
                missing(say!(
                    "{times} Metadata requests, no assignment with a shop",
                    "Metadata 요청 {times}번, 가게가 든 할당은 없다"
                )),
            ])
            .why(say!(
                "without ^ librdkafka asks for the one topic of that name, and no topic is called so",
                "^가 없으면 librdkafka는 그 이름의 토픽 하나를 찾는다. 그런 이름의 토픽은 없다"
            ))
            .read(&format!("{PAGE}#a-pattern"))
    } else if assigned.keys().any(|topic| topic.starts_with(super::PREFIX)) {
        mistake("second_subscribe", say!("the pattern took the place of the names", "패턴이 이름들을 밀어냈다"))
            .expected(say!("one call of subscribe with names and pattern", "이름과 패턴을 함께 넘겨 subscribe를 한 번 부른다"))
            .seen(given)
            .seen([nothing_of_it])
            .why(say!(
                "each call of subscribe replaces what was subscribed before",
                "subscribe를 부를 때마다 앞서 구독한 것이 통째로 바뀐다"
            ))
            .read(&format!("{PAGE}#one-call-says-everything"))
    } else if !assigned.is_empty() {
        mistake(
            "prefix_left_out",
            say!("the topics that begin with the prefix were not subscribed", "접두사로 시작하는 토픽을 구독하지 않았다"),
        )
        .expected(say!("all shops are read as well", "모든 가게도 읽는다"))
        .seen(given)
        .seen([nothing_of_it])
        .why(say!(
            "nobody can write down the names of shops that have not opened yet; and a pattern that matches nothing is no error",
            "아직 열지 않은 가게의 이름은 아무도 적어 둘 수 없다. 그리고 아무것도 맞지 않는 패턴은 오류가 나지 않는다"
        ))
        .read(&format!("{PAGE}#a-pattern"))
    } else {
        run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
        mistake("nothing_assigned", say!("G1 was given no partition", "G1이 받은 파티션이 없다"))
            .expected(say!("a member of G1 that subscribes to the topics", "토픽을 구독하는 G1의 멤버"))
            .seen([nothing_of_it])
            .why(say!("who has no partition reads nothing", "파티션이 없으면 아무것도 읽지 못한다"))
            .read(&format!("{PAGE}#your-turn"))
    };
    Err(claim)
}

/// Topics that a member of G1 named when it asked to join, or was given, and that nobody wants.
fn not_wanted(run: &Run) -> Vec<&str> {
    let named = run.recording.events.iter().filter_map(|event| match &event.what {
        What::Request { request: Request::JoinGroup { strategies, .. }, .. } => strategies.first(),
        _ => None,
    });
    let all = named.flat_map(|strategy| strategy.topics.iter().map(String::as_str)).chain(assigned(&run.history).into_keys());
    all.filter(|topic| !AT_FIRST.contains(topic) && !LATER.contains(topic)).collect()
}

pub(super) fn names_nothing_else(run: &Run) -> Result<(), Mistake> {
    let not_wanted = not_wanted(run);
    let Some(first) = not_wanted.first() else { return Ok(()) };
    let topic = NOT_ASKED_FOR.iter().find(|topic| not_wanted.contains(topic)).unwrap_or(first);
    let read = run.show(1, |what| matches!(what, What::Record { partition, .. } if partition.topic == *topic));
    let claim = match not_wanted.iter().all(|topic| *topic == NOT_ASKED_FOR[0]) && !read.is_empty() {
        true => mistake(
            "dot_is_any_character",
            say!("the dot of the prefix was taken for any character", "접두사의 점이 아무 글자로나 여겨졌다"),
        )
        .expected(say!(
            "`shop.` and no `shopping`: in the pattern a dot is `\\.`",
            "`shop.`만, `shopping`은 아니다. 패턴에서 점은 `\\.`로 쓴다"
        ))
        .why(say!(
            "the names are alike today by chance: records of another application are processed as sales",
            "이름이 비슷한 것은 우연이다. 다른 애플리케이션의 레코드를 판매 레코드로 처리한다"
        )),
        false => mistake(
            "subscribes_to_all",
            say!("a topic was subscribed that nobody asked for", "아무도 요구하지 않은 토픽을 구독했다"),
        )
        .expected(say!(
            "the topics that are named, and those that begin with `shop.`",
            "이름을 준 토픽과 `shop.`으로 시작하는 토픽"
        ))
        .why(say!(
            "every record of all these topics travels to the consumer, only to be thrown away",
            "그 토픽들의 레코드가 모두 컨슈머까지 와서 버려진다"
        )),
    };
    Err(claim
        .seen([missing(say!("the subscription holds {topic}", "구독에 든 토픽: {topic}"))])
        .seen(read)
        .read(&format!("{PAGE}#a-pattern")))
}

/// Claims that the topics are read, also the later ones once they were there.
pub(super) fn begins_at_the_beginning(run: &Run) -> Result<(), Mistake> {
    let later = if since(&run.recording).is_some() { &LATER[..] } else { &[] };
    if is_read(&run.recording, &AT_FIRST) && is_read(&run.recording, later) {
        return Ok(());
    }
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    Err(mistake("not_all_read", say!("records of a topic were not processed", "토픽에 있는 레코드를 처리하지 않았다"))
        .expected(say!("every topic is read from its beginning", "모든 토픽을 처음부터 읽는다"))
        .seen(run.show(1, asks_for_the_end))
        .seen([missing(say!(
            "fewer than {RECORDS} records of a topic processed",
            "레코드 {RECORDS}개를 다 처리하지 않은 토픽이 있다"
        ))])
        .why(say!(
            "a new topic has records before the group finds it: who begins at the end misses the first sales of each shop",
            "새 토픽에는 그룹이 찾아내기 전에 쓴 레코드가 있다. 끝에서 시작하면 가게마다 첫 판매를 놓친다"
        ))
        .read(&format!("{PAGE}#topics-that-come-later")))
}

/// Before the group finds new topics, nothing has a reason to come again.
pub(super) fn each_once(run: &Run) -> Result<(), Mistake> {
    let mut first = BTreeMap::new();
    let created = since(&run.recording).map_or(usize::MAX, |(index, _)| index);
    let twice = run.recording.events.iter().enumerate().take(created).find_map(|(index, event)| match &event.what {
        What::Record { progress: Progress::Processed, partition, offset, .. } => {
            Some([first.insert((partition, offset), index)?, index])
        }
        _ => None,
    });
    let Some(twice) = twice else { return Ok(()) };
    Err(mistake("processed_twice", say!("a record was processed twice", "레코드 하나를 두 번 처리했다"))
        .expected(say!("process is called once with each record", "레코드마다 process를 한 번씩 부른다"))
        .seen(twice.map(|index| run.event(index)))
        .why(say!("a sale that is processed twice is counted twice", "두 번 처리한 판매는 두 번 집계된다"))
        .read(&format!("{PAGE}#your-turn")))
}
