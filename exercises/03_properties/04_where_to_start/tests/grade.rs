//! Grades `04_where_to_start`: the three apps meet partitions for which their group has committed nothing, an offset that is good, and one
//! that the log does not hold. The coupons and the board read T1, the ledger reads T2. When all have found their places, the connections are cut,
//! and new records are written.

use std::time::Duration;

use lab::{Lab, Outcome, Process, Returned, Seat, returned_by, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/programs.rs"]
mod programs;

use programs::{BEYOND_THE_END, END, KNOWN, PROGRAMS, Place, Program, TOPICS};

lab::exam!(where_to_start::coupons, where_to_start::board, where_to_start::ledger);

/// How long nothing new may be heard.
const QUIET: Duration = Duration::from_secs(5);

trait App: AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync {}
impl<A: AsyncFn(&str, &str, &str, Process, CancellationToken) -> KafkaResult<()> + Sync> App for A {}

/// Runs the answer, in its own process: five programs, on a thread and a runtime each.
#[allow(private_bounds, reason = "a short name for what the three apps have in common")]
pub fn sit(seat: &Seat, coupons: impl App, board: impl App, ledger: impl App) -> Returned {
    std::thread::scope(|scope| {
        scope.spawn(|| run_app(seat, 1, &coupons));
        scope.spawn(|| run_app(seat, 2, &board));
        for ledgers in 3..=5 {
            let ledger = &ledger;
            scope.spawn(move || run_app(seat, ledgers, ledger));
        }
    });
    returned_by::<(), String>(Ok(()))
}

fn run_app(seat: &Seat, number: u32, app: &impl App) {
    let program = &PROGRAMS[number as usize - 1];
    let (group, topic) = (seat.name(program.group), seat.name(program.topic));
    let ended = seat.block_on(app(seat.bootstrap(), group, topic, seat.process(number), seat.stop()));
    let words = ended.map_or_else(|error| format!("returned Err: {error}"), |_| "returned Ok".to_owned());
    seat.marks(number)(format!("{} {words}", program.group));
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    set_up(lab).await?;
    lab.start().await?;
    // What is written before the board has found the end of T1 is not new to it.
    let settled = || say!("every app to have found its place, or to have ended", "앱마다 시작할 곳을 찾거나 끝나기");
    lab.until_quiet(2 * QUIET, settled(), |seen, history| programs::settled(seen, history, "T1")).await;
    lab.until_quiet(QUIET, settled(), |seen, history| programs::settled(seen, history, "T2")).await;
    lab.faults().hang_up();
    for (topic, partitions) in TOPICS {
        lab.produce(topic, sign_ups(partitions, partitions as usize)).await?;
    }
    let new = say!("the new records to be processed", "새 레코드가 처리되기");
    lab.until_quiet(QUIET, new, |seen, _| programs::new_ones_processed(seen)).await;
    lab.ask_to_stop()?;
    let soon = say!("all apps return soon after they are asked to stop", "멈추라고 하면 모든 앱이 곧 반환한다");
    let run = lab.end_when_quiet(QUIET, soon).await?;
    Ok(claims::claims(&run, first_kept(lab))?)
}

/// The first offset that T1-2 still holds. Only a real broker deletes records at the beginning of a log.
fn first_kept(lab: &Lab) -> i64 {
    if lab.is_embedded() { 0 } else { 8 }
}

async fn set_up(lab: &mut Lab) -> Result<(), Outcome> {
    for (topic, partitions) in TOPICS {
        lab.topic(topic, partitions, sign_ups(partitions, partitions as usize * END as usize)).await?;
    }
    for program in &PROGRAMS {
        lab.group(program.group);
    }
    let [coupons, board, ledger, _, lost] = &PROGRAMS;
    tokio::try_join!(put(lab, coupons), put(lab, board), put(lab, ledger), put(lab, lost))?;
    if lab.is_embedded() { Ok(()) } else { lab.delete_before("T1", 2, first_kept(lab)).await }
}

/// Puts a program's group where it shall be when the program starts.
async fn put(lab: &Lab, program: &Program) -> Result<(), Outcome> {
    let is_deleted = !lab.is_embedded() && program.topic == "T1";
    let committed = program.places.iter().zip(0..).filter_map(|(place, partition)| match place {
        Place::New => None,
        Place::Lost if !is_deleted => Some((program.topic, partition, BEYOND_THE_END)),
        Place::Known | Place::Lost => Some((program.topic, partition, KNOWN)),
    });
    lab.commit(program.group, &committed.collect::<Vec<_>>()).await
}
