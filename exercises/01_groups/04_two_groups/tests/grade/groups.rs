//! Whether each app has a group of its own; and if not, what the answer did instead.

use std::collections::BTreeSet;

use lab::trace::{Recording, Request, What};
use lab::{Evidence, Mistake, Progress, Run, missing, mistake, say};

use super::{APPS, App, calls, claims::told};

const A_GROUP_FOR_EACH: &str = "01_groups/04_two_groups#a-group-for-each-app";

/// Each consumer's first request to join a group: its event, its group, its client id.
fn joins(seen: &Recording) -> Vec<(usize, &str, &str)> {
    let mut connections = BTreeSet::new();
    let events = seen.events.iter().enumerate();
    let joins = events.filter_map(|(index, event)| match &event.what {
        What::Request {
            connection,
            client,
            request: Request::JoinGroup { group, .. } | Request::ConsumerGroupHeartbeat { group, epoch: 0, .. },
            ..
        } => Some((*connection, index, group.as_str(), client.as_str())),
        _ => None,
    });
    joins
        .filter(|(connection, ..)| connections.insert(*connection))
        .map(|(_, index, group, client)| (index, group, client))
        .collect()
}

/// Whether two consumers share one group, and an app is given records whose own group nobody joined: no wait will mend that.
pub(super) fn are_one(seen: &Recording) -> bool {
    let joins = joins(seen);
    let joined = |app: &App| joins.iter().any(|(_, group, _)| *group == app.name);
    joins.len() > 1 && APPS.iter().any(|app| !joined(app) && calls(seen, *app, Progress::HandedOver).next().is_some())
}

/// Claims that a consumer of `app` became a member of the app's group.
pub(super) fn has_one_of_its_own(run: &Run, app: App) -> Result<(), Mistake> {
    let App { name, .. } = app;
    if run.group(name).is_some_and(|group| !group.members.is_empty()) {
        return Ok(());
    }
    let consumers = joins(&run.recording);
    let is_asked_for = |group: &str| APPS.iter().any(|app| app.name == group);
    let (id, title, why, place) = match consumers[..] {
        [] => (
            "nobody_joined",
            say!("no consumer asked to join a group", "그룹에 들어가려 한 컨슈머가 없다"),
            say!(
                "a consumer joins when it is subscribed and asked for records",
                "컨슈머는 구독하고 레코드를 받으려 할 때 그룹에 들어간다"
            ),
            "01_groups/01_one_consumer#subscribe",
        ),
        [(_, group, _), ..] if !is_asked_for(group) => (
            "another_group",
            say!("a consumer joined a group that nobody asked for", "컨슈머가 주어지지 않은 그룹에 들어갔다"),
            say!(
                "a group's name carries its progress: under another name it begins from nothing",
                "그룹 이름에 진행 상황이 딸려 있다. 이름이 바뀌면 처음부터다"
            ),
            "01_groups/01_one_consumer#group-id",
        ),
        [(_, one, client), (_, other, other_client), ..] if one == other && client == other_client => (
            "one_group",
            say!("both apps joined the group {one}", "두 앱이 모두 그룹 {one}에 들어갔다"),
            say!(
                "members of one group share the records: who signs up gets a coupon or a mail, not both",
                "한 그룹의 멤버는 레코드를 나눠 갖는다. 가입한 회원이 쿠폰과 메일 가운데 하나만 받는다"
            ),
            A_GROUP_FOR_EACH,
        ),
        [(_, one, _), (_, other, _), ..] if one == other => (
            "client_id_for_group",
            say!("two client ids, but one group: {one}", "client.id는 둘이지만 그룹은 {one} 하나다"),
            say!(
                "client.id is a name for logs and quotas: it gives nobody a share of its own",
                "client.id는 로그와 쿼터에 쓰는 이름이다. 이름이 다르다고 따로 읽지는 않는다"
            ),
            A_GROUP_FOR_EACH,
        ),
        _ => return Err(without_a_member(run, app)),
    };
    let mut shown: Vec<_> = consumers.iter().take(2).collect();
    shown.sort_by_key(|(_, _, client)| *client);
    let asked_for = shown.into_iter().map(|(index, group, client)| Evidence {
        text: say!("JoinGroup group={group} client.id={client}", "JoinGroup group={group} client.id={client}"),
        ..run.event(*index)
    });
    Err(mistake(id, title)
        .expected(say!("the {name} app joins the group {name}", "{name} 앱이 그룹 {name}에 들어간다"))
        .seen(asked_for)
        .seen([missing(say!("no JoinGroup with group={name}", "group={name}인 JoinGroup이 없다"))])
        .why(why)
        .read(place))
}

/// Claims that it is the member of the app's group that hands records to `app`: none of them is there before the group, which all members
/// ask, has said where to begin.
pub(super) fn is_served_by_its_own(run: &Run, app: App) -> Result<(), Mistake> {
    let App { name, .. } = app;
    let asks = |what: &What| matches!(what, What::Request { request: Request::OffsetFetch { group, .. }, .. } if group == name);
    let answer = run.recording.find(asks).filter_map(|(index, _)| run.recording.answer_to(index)).min();
    let (Some(answer), Some((first, _))) = (answer, calls(&run.recording, app, Progress::HandedOver).next()) else {
        return Ok(());
    };
    if answer < first {
        return Ok(());
    }
    Err(mistake(
        "groups_swapped",
        say!("an app gets its records from the other group's member", "앱이 다른 그룹의 멤버에게서 레코드를 받는다"),
    )
    .expected(say!(
        "the member of an app's group hands its records to that app",
        "앱의 그룹에 있는 멤버가 그 앱에 레코드를 넘긴다"
    ))
    .seen([run.event(first), run.event(answer)])
    .why(say!(
        "a group keeps the progress of its app: started again, each app would go on where the other one stood",
        "그룹에는 그 앱의 진행 상황이 남는다. 다시 시작하면 두 앱이 서로 상대방이 멈춘 자리에서 이어 간다"
    ))
    .read(A_GROUP_FOR_EACH))
}

/// What it was where one app's consumer joined, and the app `app` did not.
fn without_a_member(run: &Run, app: App) -> Mistake {
    let App { name, .. } = app;
    let is_fetch = |what: &What| matches!(what, What::Request { request: Request::Fetch { .. }, .. });
    let fetching = run.recording.find(is_fetch).filter_map(|(_, event)| match event.what {
        What::Request { connection, .. } => Some(connection),
        _ => None,
    });
    let (id, title, why) =
        match (calls(&run.recording, app, Progress::HandedOver).count(), fetching.collect::<BTreeSet<_>>().len()) {
            (0, _) => (
                "one_after_the_other",
                say!(
                    "the {name} app did not begin while the other was at work",
                    "다른 앱이 일하는 동안 {name} 앱이 시작하지 않았다"
                ),
                say!(
                    "an app that begins when another ends gets nothing as long as that one works",
                    "다른 앱이 끝나야 시작하는 앱은 그 앱이 일하는 내내 아무것도 받지 못한다"
                ),
            ),
            (_, 1) => (
                "one_consumer_for_both",
                say!("one consumer hands its records to both apps", "컨슈머 하나가 레코드를 두 앱에 건넨다"),
                say!(
                    "one consumer has one position: the slower app keeps the other waiting, and they fail together",
                    "컨슈머 하나에는 읽는 위치도 하나다. 느린 앱이 다른 앱을 기다리게 하고, 한 앱이 실패하면 다른 앱도 실패한다"
                ),
            ),
            _ => (
                "assigned_by_hand",
                say!("the {name} app took its partitions by hand", "{name} 앱이 파티션을 직접 할당했다"),
                say!(
                    "`assign` asks nobody: a second consumer of the app would read the same records again",
                    "`assign`은 아무에게도 묻지 않는다. 같은 앱의 두 번째 컨슈머는 같은 레코드를 또 읽는다"
                ),
            ),
        };
    let joined = joins(&run.recording).first().map(|(index, ..)| run.event(*index));
    let called = |app: App| Some(told(run, app, calls(&run.recording, app, Progress::HandedOver).next()?.0));
    mistake(id, title)
        .expected(say!(
            "a consumer for each app, and the {name} app's is a member of the group {name}",
            "앱마다 컨슈머가 있고, {name} 앱의 컨슈머는 그룹 {name}의 멤버다"
        ))
        .seen(joined)
        .seen(APPS.into_iter().filter_map(called))
        .seen([missing(say!("no JoinGroup with group={name}", "group={name}인 JoinGroup이 없다"))])
        .why(why)
        .read(A_GROUP_FOR_EACH)
}
