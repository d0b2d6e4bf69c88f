//! `run`: a step's program on a broker with topics and data, behind a tap. The lab does it; this says where the recording is.

use std::ffi::OsString;

use verdict::say;

use crate::{
    cargo,
    fail::{Failure, Result},
    foreground,
    here::Here,
};

pub(super) async fn run(here: &Here, name: Option<&str>, args: &[OsString]) -> Result<u8> {
    let step = here.step(name)?;
    let id = &step.id;
    if !step.dir.join("src/main.rs").exists() {
        return Err(Failure::usage(
            say!("{id} has no program to run.", "{id}에는 실행할 프로그램이 없다."),
            say!("It is graded all the same: cargo workbook check {id}", "채점은 할 수 있다: cargo workbook check {id}"),
        ));
    }
    let trace = here.workbook.target.join("workbook/runs").join(format!("{id}.jsonl"));
    let mut lab = foreground::lab(&here.workbook, here.look);
    lab.arg("stage");
    for topic in &step.facts.topics {
        lab.args(["--topic", topic]);
    }
    lab.arg("--trace").arg(&trace).arg("--").arg(cargo::program());
    lab.args(["run", "--quiet", "--package", &step.package, "--"]).args(args);
    let code = foreground::run(lab).await?;
    if trace.exists() {
        let shown = trace.strip_prefix(&here.workbook.root).unwrap_or(&trace).display();
        eprintln!(
            "{}",
            here.look.say(say!("What it said to Kafka is recorded in {shown}", "카프카와 주고받은 것을 {shown}에 기록했다"))
        );
    }
    Ok(code)
}
