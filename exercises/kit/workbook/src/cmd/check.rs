//! `check`: grades steps one after the other.

use serde_json::json;
use verdict::say;

use crate::{
    catalogue::Step,
    event::{Event, Graded},
    fail::Result,
    grade::grade,
    here::Here,
    interrupt::{INTERRUPTED, asked_to_end},
    out,
    terminal::Terminal,
};

pub(super) async fn run(here: &Here, names: &[String], all: bool) -> Result<u8> {
    let steps: Vec<&Step> = match (all, names) {
        (true, _) => here.workbook.steps.iter().collect(),
        (false, []) => vec![here.step_or_next(None)?],
        (false, names) => names.iter().map(|name| here.step(Some(name))).collect::<Result<_>>()?,
    };
    tokio::select! {
        graded = each(here, &steps) => report(here, &steps, &graded?),
        () = asked_to_end() => Ok(INTERRUPTED),
    }
}

async fn each(here: &Here, steps: &[&Step]) -> Result<Vec<Graded>> {
    let terminal = Terminal::new(here.look, None);
    let tell = |event: Event| terminal.show(&here.workbook, &event);
    let mut all = Vec::new();
    for step in steps {
        all.push(grade(&here.workbook, &here.keep, step, &here.look, &tell).await?);
    }
    Ok(all)
}

/// The worst exit code is that of the command.
fn report(here: &Here, steps: &[&Step], graded: &[Graded]) -> Result<u8> {
    let code = graded.iter().map(Graded::exit_code).max().unwrap_or(0);
    if here.look.json {
        let each = steps.iter().zip(graded).map(|(step, graded)| match graded {
            Graded::Judged(verdict) => json!({ "id": step.id, "outcome": graded.name(), "verdict": verdict }),
            Graded::DoesNotCompile { compiler, .. } => json!({ "id": step.id, "outcome": graded.name(), "compiler": compiler }),
        });
        out::print(&format!("{}\n", json!({ "steps": each.collect::<Vec<_>>(), "exit_code": code })))?;
    } else if steps.len() > 1 {
        let (passed, all) = (graded.iter().filter(|graded| graded.is_pass()).count(), steps.len());
        let text = here.look.say(say!("{passed} of {all} steps passed.", "{all}단계 중 {passed}단계를 통과했다."));
        out::print(&format!("{text}\n"))?;
    }
    Ok(code)
}
