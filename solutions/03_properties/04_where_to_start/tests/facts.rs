//! What `04_where_to_start` says besides what its grader shows. Each test fails when its fact changes.

use std::time::Duration;

use lab::trace::{Request, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, say, sign_ups};
use rdkafka::{ClientConfig, consumer::BaseConsumer, error::KafkaError};
use where_to_start::board;

/// librdkafka's three values, and two that only the Java client takes.
#[test]
fn values_of_auto_offset_reset() {
    let create = |value| ClientConfig::new().set("auto.offset.reset", value).create::<BaseConsumer>();
    for value in ["earliest", "latest", "error"] {
        assert!(create(value).is_ok(), "{value} is refused");
    }
    for value in ["none", "by_duration:PT1H"] {
        assert!(matches!(create(value), Err(KafkaError::ClientConfig(..))), "{value} is taken");
    }
}

/// With `latest`, a start without a record commits nothing: the next start is at the end again, behind what was written in between.
#[test]
fn latest_keeps_no_place_without_a_record() {
    let test = concat!(module_path!(), "::latest_keeps_no_place_without_a_record");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut sit, |lab| Box::pin(judge(lab))));
}

fn sit(seat: &Seat) -> Returned {
    seat.block_on(board(seat.bootstrap(), seat.name("board"), seat.name("T1"), seat.process(1), seat.stop()))
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("board");
    lab.topic("T1", 1, Vec::new()).await?;
    for start in [0, 1] {
        lab.start().await?;
        let fetches = move |what: &What| match what {
            What::Request { request: Request::Fetch { offsets, .. }, .. } => offsets.values().any(|offset| *offset == start),
            _ => false,
        };
        let at_the_end = say!("the board to stand at the end", "전광판이 끝에 서기");
        lab.until(Duration::from_secs(20), at_the_end, |seen, _| seen.find(fetches).next().is_some()).await;
        lab.ask_to_stop()?;
        let run = lab.end_when_quiet(Duration::from_secs(20), say!("the board to end", "전광판이 끝나기")).await?;
        if run.recording.find(fetches).next().is_none() || !run.processed().is_empty() {
            return Err(Outcome::Bug { what: format!("start {start}: processed {:?}", run.processed()) });
        }
        lab.begin_anew(&format!("start-{start}"));
        lab.produce("T1", sign_ups(1, 1)).await?;
    }
    Ok(())
}
