//! Grades `05_who_gets_what`: the answer's two plans beside what real groups agree on. First C1 and C2 on T1 and T2, then three members
//! that want different topics, then any number of made-up groups, for which `plan` knows what Kafka would do.

use std::{collections::BTreeMap, time::Duration};

use lab::trace::{
    History,
    history::{Holding, Member as GroupMember},
};
use lab::{Lab, Outcome, Returned, Run, Seat, say};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/ideas.rs"]
mod ideas;
#[path = "grade/plan.rs"]
pub mod plan;

use plan::{Assignment, Case, Member, STRATEGIES, Strategy, Told, Topic};

lab::exam!(who_gets_what::range, who_gets_what::round_robin);

const PAGE: &str = "03_properties/05_who_gets_what";
/// Nothing new is heard of the groups for this long: they will not settle any more. (Without Docker a late member waits for a session.)
const QUIET: Duration = Duration::from_secs(6);

/// The groups that are real: the chapter's, and one whose members want different topics.
fn real() -> [Case; 2] {
    [
        Case::of(&[("C2", "T1 T2"), ("C1", "T1 T2")], &[("T1", 3), ("T2", 3)]),
        Case::of(&[("C3", "T3 T4"), ("C2", "T3"), ("C1", "T4"), ("C10", "T3 T4")], &[("T4", 2), ("T3", 4)]),
    ]
}

/// The group that is real for a strategy, by its place in [`real`].
fn group(strategy: Strategy, at: usize) -> String {
    let name = strategy.name();
    if at == 0 { name.to_owned() } else { format!("{name}2") }
}

/// Runs in the answer's process: asks the answer for its plans, then lets a group of real members agree on one for each strategy.
pub fn sit(
    seat: &Seat,
    range: impl Fn(&[Member], &[Topic]) -> Assignment,
    round_robin: impl Fn(&[Member], &[Topic]) -> Assignment,
) -> Returned {
    let at = seat.number("case");
    let ask = |strategy: Strategy, case: &Case| match strategy {
        Strategy::Range => range(&case.members, &case.topics),
        Strategy::RoundRobin => round_robin(&case.members, &case.topics),
    };
    let mut told: Vec<Told> = Vec::new();
    for strategy in STRATEGIES {
        let mut plans: Vec<_> = real()[..=at].iter().map(|case| (case.clone(), ask(strategy, case))).collect();
        if at > 0 {
            plans.extend(plan::counterexample(strategy, &ask));
        }
        told.extend(plans.into_iter().map(|(case, plan)| (strategy.name().to_owned(), plan, case.members, case.topics)));
    }
    let members = &real()[at].members;
    std::thread::scope(|scope| {
        for strategy in STRATEGIES {
            for member in members {
                scope.spawn(move || member_of(seat, strategy, member).expect("a member runs until it is asked to stop"));
            }
        }
    });
    lab::returned_by::<_, String>(Ok(told))
}

/// A real member, until it is asked to stop.
fn member_of(seat: &Seat, strategy: Strategy, (id, topics): &Member) -> KafkaResult<()> {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", seat.bootstrap())
        .set("group.id", seat.name(&group(strategy, seat.number("case"))))
        // The coordinator makes the member id from it, so ids sort as these names do.
        .set("client.id", id)
        .set("partition.assignment.strategy", strategy.name())
        .set("heartbeat.interval.ms", "100");
    if seat.number("embedded") == 1 {
        // The embedded broker's ids are made from nothing; a static member's own name is what its leader sorts by.
        config.set("group.instance.id", id);
    }
    let consumer: BaseConsumer = config.create()?;
    consumer.subscribe(&topics.iter().map(|topic| seat.name(topic)).collect::<Vec<_>>())?;
    let stop = seat.stop();
    while !stop.is_cancelled() {
        let _news = consumer.poll(Duration::from_millis(20));
    }
    Ok(())
}

/// Lets the answer run beside each real group, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    claims::hold(&run(lab, 0).await?, 0)?;
    lab.begin_anew("chapter");
    claims::hold(&run(lab, 1).await?, 1)
}

async fn run(lab: &mut Lab, at: usize) -> Result<Run, Outcome> {
    for (topic, partitions) in &real()[at].topics {
        lab.topic(topic, *partitions as i32, Vec::new()).await?;
    }
    for strategy in STRATEGIES {
        lab.group(&group(strategy, at));
    }
    lab.number("case", at as i64);
    lab.number("embedded", i64::from(lab.is_embedded()));
    lab.start().await?;
    let plans = say!("a real group for each strategy to agree on a plan", "전략마다 실제 그룹이 할당에 합의하기");
    let settled = |history: &History| STRATEGIES.iter().all(|strategy| agreed(history, *strategy, at).is_some());
    let ended = say!("both functions return, and the groups end", "두 함수가 반환하고 그룹이 끝난다");
    if lab.until_quiet(QUIET, plans, |_, history| settled(history)).await {
        lab.ask_to_stop()?;
        return lab.end(ended).await;
    }
    lab.end_when_quiet(Duration::from_secs(1), ended).await
}

/// What one member of a real group got.
type Share<'a> = (&'a GroupMember, &'a Holding);

/// What the real group of a strategy agreed on: the shares of one generation in which all members are and all partitions.
fn agreed<'a>(history: &'a History, strategy: Strategy, at: usize) -> Option<Vec<Share<'a>>> {
    let case = &real()[at];
    let all: u32 = case.topics.iter().map(|(_, partitions)| partitions).sum();
    let mut generations: BTreeMap<i32, Vec<Share<'a>>> = BTreeMap::new();
    for member in &history.group(&group(strategy, at))?.members {
        for held in &member.holdings {
            generations.entry(held.generation).or_default().push((member, held));
        }
    }
    let is_whole = |shares: &Vec<Share<'_>>| {
        let partitions: usize = shares.iter().map(|(_, held)| held.partitions.len()).sum();
        shares.len() == case.members.len() && partitions == all as usize
    };
    let mut shares = generations.into_values().rfind(is_whole)?;
    shares.sort_by_key(|(member, _)| &member.client);
    Some(shares)
}
