//! What only running can prove: starters fail by verdict, and every answer of the corpus gets its judgement.

use futures::{StreamExt, TryStreamExt, stream};
use verdict::agreed::QUIET;

use super::Finding;
use crate::{
    cargo,
    catalogue::Step,
    event::{Event, Graded},
    fail::Result,
    foreground, grade,
    here::Here,
    terminal::Terminal,
};

/// Starters that are graded at a time. Cargo builds one after the other; meanwhile those that are built wait for Kafka.
const SIDE_BY_SIDE: usize = 6;

/// Grades every starter. It has to compile and to fail with a mistake that has a name.
pub(super) async fn starters(here: &Here) -> Result<Vec<Finding>> {
    let terminal = Terminal::new(here.look, None);
    let quiet = |event: Event| {
        if matches!(event, Event::Building { .. } | Event::Running { .. }) {
            terminal.show(&here.workbook, &event);
        }
    };
    let grade =
        async |step| -> Result<(&Step, Graded)> { Ok((step, grade::judge(&here.workbook, step, &here.look, &quiet).await?)) };
    let graded = stream::iter(&here.workbook.steps).map(grade).buffered(SIDE_BY_SIDE).try_collect::<Vec<_>>();
    let graded = tokio::select! {
        graded = graded => graded?,
        () = crate::interrupt::asked_to_end() => return Ok(Vec::new()),
    };
    let by_verdict = |graded: &Graded| match graded {
        Graded::Judged(verdict) => matches!(verdict.outcome, verdict::Outcome::Answer { .. } | verdict::Outcome::Skipped { .. }),
        Graded::DoesNotCompile { .. } => false,
    };
    let failed = graded.into_iter().filter(|(_, graded)| !by_verdict(graded));
    let finding = |(step, graded): (&Step, Graded)| {
        let name = graded.name();
        Finding::new(step.shown_file(), format!("the starter ends with `{name}`; it has to end with a mistake's diagnosis"))
    };
    Ok(failed.map(finding).collect())
}

/// Runs the tests of every solution: solution and other right answers pass, each wrong one gets its own diagnosis.
pub(super) async fn corpus(here: &Here) -> Result<Vec<Finding>> {
    let mut command = cargo::command(&here.workbook.root);
    command.args(["test", "--quiet", "--no-fail-fast"]).env("CARGO_TARGET_DIR", &here.workbook.target).env(QUIET, "1");
    for solution in here.workbook.steps.iter().filter_map(|step| step.solution.as_ref()) {
        command.args(["--package", solution]);
    }
    // What this command says is on standard output alone.
    command.stdout(std::io::stderr());
    let passed = foreground::run(command).await? == 0;
    Ok(if passed { vec![] } else { vec![Finding::new("solutions", "the corpus does not hold; see above")] })
}
