//! Grades `04_nobody_reads`: a group of three shares T1, and a fourth member joins. The answer is handed what a recording shows of it, and
//! says for how long nobody read each partition, and which ones had to stop. First the book's recording and cases that no recording
//! shows, then a group that runs now.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use lab::trace::Recording;
use lab::{Lab, Outcome, Returned, Seat, say};
use rdkafka::consumer::RebalanceProtocol;

#[path = "grade/cases.rs"]
mod cases;
#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/group.rs"]
pub mod group;
#[path = "grade/ideas.rs"]
mod ideas;

use group::{Held, PARTITIONS, Seen, Shares, Speaks, watch};

lab::exam!(nobody_reads::gaps, nobody_reads::stops);

/// The eager group that the page shows.
const RECORDED: &str = include_str!("../../../../book/recordings/02_rebalancing/04_nobody_reads.jsonl");
const PAGE: &str = "02_rebalancing/04_nobody_reads";

type Gaps = BTreeMap<i32, Duration>;
type Stops = BTreeSet<i32>;
/// What the answer said, case by case; none where it panicked.
type Answers = (Vec<Option<Gaps>>, Vec<Option<Stops>>);

/// In the answer's process: runs the group, or asks the answer.
pub fn sit(
    seat: &Seat,
    gaps: impl Fn(&[Held]) -> Gaps,
    stops: impl Fn(RebalanceProtocol, &Shares, &Shares) -> Stops,
) -> Returned {
    if seat.number("asks") == 0 {
        group::run(seat);
        return lab::returned_by::<(), String>(Ok(()));
    }
    let (held, moves) = cases::read(seat);
    let told_gaps = held.iter().map(|held| catch_unwind(AssertUnwindSafe(|| gaps(held))).ok()).collect();
    let told_stops = moves
        .iter()
        .map(|(speaks, before, after)| catch_unwind(AssertUnwindSafe(|| stops(speaks.protocol(), before, after))).ok());
    let answers: Answers = (told_gaps, told_stops.collect());
    lab::returned_by::<_, String>(Ok(answers))
}

/// Asks the answer about the book's recording, lets groups run, and asks it about them.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let recorded = Recording::from_jsonl(RECORDED).ok().and_then(|recording| Seen::of(&recording));
    let recorded = recorded.ok_or_else(|| Outcome::Bug { what: "the book's recording shows no group of four".into() })?;
    lab.aside("", async |lab| ask(lab, Speaks::Eager, &recorded).await).await?;
    lab.group("G1");
    lab.topic("T1", PARTITIONS, Vec::new()).await?;
    ask_of(lab, Speaks::Eager).await?;
    if lab.is_for_the_book() {
        lab.aside("cooperative", async |lab| ask_of(lab, Speaks::Cooperative).await).await?;
        lab.aside("new_protocol", async |lab| ask_of(lab, Speaks::New).await).await?;
    }
    Ok(())
}

/// Lets a group run that speaks like this, and asks the answer about it.
async fn ask_of(lab: &mut Lab, speaks: Speaks) -> Result<(), Outcome> {
    let seen = watch(lab, speaks).await?;
    ask(lab, speaks, &seen).await
}

async fn ask(lab: &mut Lab, speaks: Speaks, seen: &Seen) -> Result<(), Outcome> {
    lab.number("asks", 1);
    cases::write(lab, speaks, seen);
    lab.start().await?;
    let answered = say!("gaps and stops to answer", "gaps와 stops의 답");
    let run = lab.end_when_quiet(Duration::from_secs(3), answered).await?;
    Ok(claims::of(&run, seen, speaks)?)
}
