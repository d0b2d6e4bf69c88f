//! Claims of `05_who_gets_what`: both plans of the answer are what real groups agree on, and Kafka's for made-up ones.

use lab::trace::{Note, What};
use lab::{Mistake, Outcome, Run, missing, mistake, say};

use super::{
    PAGE, agreed, ideas,
    plan::{Case, STRATEGIES, Strategy, Told, tidy, words},
};

/// Claims it for the real groups at `at`, and for what the answer was asked beside them.
pub(super) fn hold(run: &Run, at: usize) -> Result<(), Outcome> {
    panicked(run)?;
    run.came_to_its_end(&format!("{PAGE}#your-turn"))?;
    let real = &super::real()[at];
    let told: Vec<Told> = run.returned().ok_or_else(|| bug("the answer's plans are missing".into()))?;
    for strategy in STRATEGIES {
        let Some(shares) = agreed(&run.history, strategy, at) else {
            return Err(bug(format!("the group {} did not settle", super::group(strategy, at))));
        };
        let share = |(member, held): &super::Share<'_>| {
            let partitions = held.partitions.iter().map(|of| (of.topic.clone(), of.number as u32));
            (member.client.clone(), partitions.collect())
        };
        let (group, plan) = (tidy(shares.iter().map(share).collect()), strategy.plan(real));
        if group != plan {
            let (name, seen, known) = (strategy.name(), words(&group), words(&plan));
            return Err(bug(format!("a real group agreed on {seen} with {name}; the grader expected {known}")));
        }
        let given: Vec<usize> = shares.iter().map(|(_, held)| held.given).collect();
        of_strategy(run, strategy, &told, real, &given)?;
    }
    Ok(())
}

/// Claims that all plans for one strategy are Kafka's. `given` are the events in which the real group got its own.
fn of_strategy(run: &Run, strategy: Strategy, told: &[Told], real: &Case, given: &[usize]) -> Result<(), Mistake> {
    let mut said = Vec::new();
    for (_, plan, members, topics) in told.iter().filter(|(name, ..)| name == strategy.name()) {
        let case = Case { members: members.clone(), topics: topics.clone() };
        let (right, plan, is_real) = (strategy.plan(&case), tidy(plan.clone()), case == *real);
        let (what, group, wanted, got) = (strategy.function(), case.words(), words(&right), words(&plan));
        let wrong = plan != right;
        said.push((case, plan));
        let Some((id, anchor, title, why)) = ideas::behind(strategy, &said).filter(|_| wrong) else { continue };
        let expected = match is_real {
            true => say!(
                "{what} makes the plan that the group agreed on: {wanted}",
                "그룹이 합의한 할당과 같은 {what}의 답: {wanted}"
            ),
            false => say!("{what} of {group} is {wanted}", "{what}의 답, 그룹 {group}: {wanted}"),
        };
        return Err(mistake(id, title)
            .expected(expected)
            .seen(given.iter().filter(|_| is_real).map(|index| run.event(*index)))
            .seen([missing(say!("{what} said {got}", "{what}의 답: {got}"))])
            .why(why)
            .read(&format!("{PAGE}#{anchor}")));
    }
    Ok(())
}

/// Claims that no plan ended in a panic. The last one is that of the smallest group.
fn panicked(run: &Run) -> Result<(), Mistake> {
    let panics = |what: &What| matches!(what, What::Note { note: Note::Panicked { .. }, .. });
    let Some((index, _)) = run.recording.find(panics).last() else { return Ok(()) };
    Err(mistake("panicked", say!("a plan ended in a panic", "할당을 만들다가 패닉이 났다"))
        .expected(say!("a plan for every group", "어떤 그룹이든 할당을 만든다"))
        .seen([run.event(index)])
        .why(say!(
            "the leader makes the plan in its own process: when it goes down, all others wait for a plan until its session is over",
            "할당은 리더가 자기 프로세스에서 만든다. 리더가 죽으면 그 세션이 끝날 때까지 모두가 할당을 기다린다"
        ))
        .read(&format!("{PAGE}#the-leader-makes-the-plan")))
}

fn bug(what: String) -> Outcome {
    Outcome::Bug { what }
}
