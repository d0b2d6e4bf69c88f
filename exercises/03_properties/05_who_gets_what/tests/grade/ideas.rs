//! What a wrong plan tells of the idea behind it: the first idea that fits all that the answer said of a strategy.

use lab::{Text, say};

use super::plan::{Assignment, Case, Partition, Strategy, by_topic, range, round_robin, tidy};

/// What the answer said of one strategy, the last plan being the first wrong one.
type Said = [(Case, Assignment)];

/// An idea: the mistake's name, where the page explains it, whether it fits, what the answer did, and why it matters.
struct Idea(&'static str, &'static str, Fits, Text, Text);
type Fits = fn(Strategy, &Said) -> bool;

const WAYS: &str = "two-ways-to-share";
const SORTED: &str = "sorted-so-that-every-leader-agrees";
const UNEVEN: &str = "not-everybody-wants-the-same";

/// The idea behind the last plan: the mistake's name, where the page explains it, what the answer did, why it matters.
pub(super) fn behind(strategy: Strategy, said: &Said) -> Option<(&'static str, &'static str, Text, Text)> {
    let Idea(id, anchor, _, title, why) = all().into_iter().find(|Idea(_, _, fits, ..)| fits(strategy, said))?;
    Some((id, anchor, title, why))
}

#[rustfmt::skip]
fn all() -> Vec<Idea> {
    use Strategy::{Range, RoundRobin};
    vec![
        Idea("nobody_gets_anything", "the-leader-makes-the-plan", |_, said| last(said).1.is_empty(),
            say!("the plan gives nobody a partition", "아무에게도 파티션을 주지 않는다"),
            say!("the leader's plan is all that the group has: with an empty one every member idles and nothing is read",
                 "그룹에는 리더가 만든 할당뿐이다. 비어 있으면 모든 멤버가 놀고 아무것도 읽지 않는다")),
        Idea("swapped", WAYS, |strategy, said| is(said, |case| if strategy == Range { round_robin(case) } else { range(case) }),
            say!("the plan of the other strategy was made", "다른 전략의 할당을 만들었다"),
            say!("range gives neighbours of one topic to one member, round robin gives them to different ones",
                 "range는 한 토픽의 이웃한 파티션을 한 멤버에게 주고, 라운드 로빈은 서로 다른 멤버에게 준다")),
        Idea("order_of_arrival", SORTED, |strategy, said| is(said, |case| in_order(strategy, case, |_| (String::new(), 0))),
            say!("the members were not taken in the order of their ids", "멤버를 id 순서로 다루지 않았다"),
            say!("the next leader may hear of the same members in another order: sorted by id, every leader makes the same plan",
                 "다음 리더는 같은 멤버를 다른 순서로 들을 수 있다. id로 정렬하면 어느 리더든 같은 할당을 만든다")),
        Idea("sorted_as_numbers", SORTED, |strategy, said| is(said, |case| in_order(strategy, case, by_number)),
            say!("C2 was put before C10: ids were sorted as numbers", "C2를 C10보다 앞에 두었다: id를 숫자로 보고 정렬했다"),
            say!("an id is text and is compared letter by letter: C10 comes before C2",
                 "id는 글자이고 글자 하나씩 비교한다. 그래서 C10이 C2보다 앞이다")),
        Idea("over_all_topics", WAYS, |strategy, said| strategy == Range && is(said, over_all_topics),
            say!("the ranges were cut out of all topics at once", "모든 토픽을 한꺼번에 이어서 구간을 잘랐다"),
            say!("range divides each topic by itself: so partition 0 of T1 and partition 0 of T2 come to the same member",
                 "range는 토픽마다 따로 나눈다. 그래서 T1의 파티션 0과 T2의 파티션 0이 같은 멤버에게 간다")),
        Idea("remainder_to_the_last", WAYS,
            |strategy, said| strategy == Range && is(said, |case| by_topic(case, |count, takers| {
                (0..count).map(|number| number.checked_div(count / takers).unwrap_or(takers).min(takers - 1)).collect()
            })),
            say!("what does not divide evenly went to the last member", "나누어떨어지지 않는 나머지를 마지막 멤버에게 주었다"),
            say!("the first members get one more each: nobody has more than one above the others in a topic",
                 "앞쪽 멤버들이 하나씩 더 받는다. 한 토픽에서 누구도 다른 멤버보다 둘 이상 많지 않다")),
        Idea("rounded_up", WAYS,
            |strategy, said| strategy == Range && is(said, |case| by_topic(case, |count, takers| {
                (0..count).map(|number| number / count.div_ceil(takers)).collect()
            })),
            say!("each share was rounded up", "몫을 올림했다"),
            say!("four partitions for three members would be 2, 2 and 0: the last one idles although there was something for it",
                 "파티션 넷을 멤버 셋에게 2, 2, 0으로 나누게 된다. 줄 것이 있는데도 마지막 멤버가 논다")),
        Idea("counts_everybody", UNEVEN,
            |strategy, said| strategy == Range && is(said, |case| by_topic(case, |count, takers| {
                let (share, rest) = (count / case.members.len(), count % case.members.len());
                (0..takers).flat_map(|place| std::iter::repeat_n(place, share + usize::from(place < rest))).collect()
            })),
            say!("a topic was divided by all members of the group", "토픽을 그룹의 멤버 전체 수로 나눴다"),
            say!("only its subscribers share a topic; what the others would have got is read by nobody",
                 "토픽은 구독하는 멤버끼리만 나눈다. 나머지 멤버의 몫으로 남긴 파티션은 아무도 읽지 않는다")),
        Idea("starts_anew_at_each_topic", WAYS,
            |strategy, said| strategy == RoundRobin && is(said, |case| {
                let alone = |topic| round_robin(&Case { members: case.members.clone(), topics: vec![topic] });
                together(case.topics.iter().cloned().map(alone))
            }),
            say!("the walk around the members started anew at each topic", "토픽마다 첫 멤버부터 다시 돌았다"),
            say!("it goes on where it was; else the first members get the odd partition of every topic",
                 "멈춘 자리에서 이어서 돈다. 그러지 않으면 토픽마다 남는 파티션이 앞쪽 멤버에게 몰린다")),
        Idea("topics_not_sorted", SORTED, |strategy, said| strategy == RoundRobin && is(said, topics_as_they_come),
            say!("the topics were not taken in the order of their names", "토픽을 이름 순서로 다루지 않았다"),
            say!("where the walk is when it comes to a topic depends on the topics before it: sorted by name, every leader agrees",
                 "어떤 토픽에 이르렀을 때 누구 차례인지는 앞선 토픽에 달려 있다. 이름으로 정렬해야 어느 리더든 같다")),
        Idea("turn_lost", UNEVEN, |strategy, said| strategy == RoundRobin && is(said, |case| dealt(case, |nth, takers, _| nth % takers.len())),
            say!("the turn was counted in partitions, among a topic's subscribers", "차례를 구독하는 멤버 안에서 파티션 수로 셌다"),
            say!("there is one walk around all members of the group; who does not subscribe is passed over, and the walk goes on from there",
                 "그룹 전체를 도는 길은 하나다. 구독하지 않는 멤버는 건너뛰고 그 자리에서 이어 간다")),
        Idea("evens_out", UNEVEN,
            |strategy, said| strategy == RoundRobin && is(said, |case| dealt(case, |_, takers, plan| {
                (0..takers.len()).min_by_key(|at| plan.get(takers[*at]).map_or(0, Vec::len)).unwrap_or_default()
            })),
            say!("each partition went to the member that had least", "파티션을 가장 적게 가진 멤버에게 주었다"),
            say!("round robin looks at whose turn it is, never at how much somebody has: evening out is what the sticky strategies do",
                 "라운드 로빈은 누구 차례인지만 보고 얼마나 가졌는지는 보지 않는다. 고르게 맞추는 것은 스티키(sticky) 전략이 하는 일이다")),
        Idea("no_such_partition", "your-turn", |_, said| given(said).any(|of| !there(said).contains(of)),
            say!("a partition is in the plan that is not there", "할당에 없는 파티션이 있다"),
            say!("partitions are numbered from 0, so three of them are 0, 1 and 2", "파티션 번호는 0부터다. 셋이면 0, 1, 2다")),
        Idea("not_subscribed", UNEVEN,
            |_, said| last(said).1.iter().any(|(id, some)| some.iter().any(|(topic, _)| !last(said).0.subscribers(topic).contains(&id))),
            say!("a member was given partitions of a topic that it does not subscribe to", "구독하지 않는 토픽의 파티션을 멤버에게 주었다"),
            say!("it has no code for the records of that topic: a member gets partitions of its own topics only",
                 "그 멤버에는 그 토픽의 레코드를 다룰 코드가 없다. 멤버는 자기가 구독한 토픽의 파티션만 받는다")),
        Idea("partition_twice", "what-changed-since-the-chapter", |_, said| there(said).iter().any(|of| given(said).filter(|one| *one == of).count() > 1),
            say!("a partition was given away twice", "한 파티션을 두 번 나눠 주었다"),
            say!("two members of one group would read the same records; the chapter's list names T21 twice, a misprint for T22",
                 "한 그룹의 두 멤버가 같은 레코드를 읽게 된다. 원문의 목록에는 T21이 두 번 나오는데 뒤의 것은 T22의 오타다")),
        Idea("partition_lost", WAYS, |_, said| there(said).iter().any(|of| !given(said).any(|one| one == of)),
            say!("a partition was given to nobody", "아무에게도 주지 않은 파티션이 있다"),
            say!("nobody notices at first: the group is stable, and that partition's records are never read",
                 "처음에는 아무도 눈치채지 못한다. 그룹은 안정되어 있는데 그 파티션의 레코드는 영영 읽히지 않는다")),
        Idea("another_plan", WAYS, |_, _| true,
            say!("every partition has one owner, but not the one that Kafka chooses", "파티션마다 주인이 하나지만 카프카가 고르는 주인이 아니다"),
            say!("who knows the rule can tell beforehand which program reads which partition",
                 "규칙을 알면 어느 프로그램이 어느 파티션을 읽을지 미리 알 수 있다")),
    ]
}

fn is(said: &Said, idea: impl Fn(&Case) -> Assignment) -> bool {
    said.iter().all(|(case, plan)| idea(case) == *plan)
}

fn last(said: &Said) -> &(Case, Assignment) {
    &said[said.len() - 1]
}

fn given(said: &Said) -> impl Iterator<Item = &Partition> {
    last(said).1.values().flatten()
}

fn there(said: &Said) -> Vec<Partition> {
    range(&last(said).0).into_values().flatten().collect()
}

/// The strategy's plan for members in another order; equal ones stay in the order of arrival.
fn in_order<K: Ord>(strategy: Strategy, case: &Case, key: impl Fn(&str) -> K) -> Assignment {
    let mut order: Vec<_> = case.members.iter().collect();
    order.sort_by_key(|(id, _)| key(id));
    let renamed = order.iter().enumerate().map(|(place, (_, topics))| (format!("{place:03}"), topics.clone())).collect();
    let plan = strategy.plan(&Case { members: renamed, topics: case.topics.clone() });
    plan.into_iter().map(|(place, some)| (order[place.parse::<usize>().unwrap_or_default()].0.clone(), some)).collect()
}

/// C10 after C2.
fn by_number(id: &str) -> (String, u32) {
    let letters = id.trim_end_matches(|c: char| c.is_ascii_digit());
    (letters.to_owned(), id[letters.len()..].parse().unwrap_or_default())
}

/// Round robin without sorted topics: the same as with names in the order in which they come.
fn topics_as_they_come(case: &Case) -> Assignment {
    let renamed = |topic: &str| case.topics.iter().position(|(of, _)| of == topic).map_or(String::new(), |at| format!("{at:03}"));
    let members =
        case.members.iter().map(|(id, topics)| (id.clone(), topics.iter().map(|topic| renamed(topic)).collect())).collect();
    let topics = case.topics.iter().map(|(topic, count)| (renamed(topic), *count)).collect();
    let original = |(topic, number): Partition| (case.topics[topic.parse::<usize>().unwrap_or_default()].0.clone(), number);
    let plan = round_robin(&Case { members, topics });
    tidy(plan.into_iter().map(|(id, some)| (id, some.into_iter().map(original).collect())).collect())
}

fn over_all_topics(case: &Case) -> Assignment {
    let numbered = |(topic, count): &(String, u32)| (0..*count).map(|number| (topic.clone(), number)).collect::<Vec<_>>();
    let all: Vec<Partition> = case.topics.iter().flat_map(numbered).collect();
    let members = case.members.iter().map(|(id, _)| (id.clone(), vec![String::new()])).collect();
    let plan = range(&Case { members, topics: vec![(String::new(), all.len() as u32)] });
    tidy(plan.into_iter().map(|(id, some)| (id, some.iter().map(|(_, at)| all[*at as usize].clone()).collect())).collect())
}

/// Partition after partition: `turn` says at whose place among the topic's subscribers the `nth` one goes.
fn dealt(case: &Case, turn: impl Fn(usize, &[&String], &Assignment) -> usize) -> Assignment {
    let mut topics = case.topics.clone();
    topics.sort();
    let mut plan = Assignment::new();
    let all = topics.iter().flat_map(|(topic, count)| (0..*count).map(move |number| (topic, number)));
    for (nth, (topic, number)) in all.enumerate() {
        let takers = case.subscribers(topic);
        let place = turn(nth, &takers, &plan);
        plan.entry(takers[place].clone()).or_default().push((topic.clone(), number));
    }
    tidy(plan)
}

fn together(plans: impl Iterator<Item = Assignment>) -> Assignment {
    let mut all = Assignment::new();
    for (id, partitions) in plans.flatten() {
        all.entry(id).or_default().extend(partitions);
    }
    tidy(all)
}
