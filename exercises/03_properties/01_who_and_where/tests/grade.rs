//! Grades `01_who_and_where`: C1 and C2, two programs, read T1 for G1 one after the other. Each is given two addresses, of which one is
//! dead. C1's other address is silent until the dead one has been tried, and hangs up once, so that every answer meets the errors of both.

use lab::{Lab, Outcome, Process, Returned, Run, Seat, say, sign_ups};
use rdkafka::error::KafkaResult;

#[path = "grade/addresses.rs"]
mod addresses;
#[path = "grade/claims.rs"]
mod claims;

lab::exam!(who_and_where::read);

/// How many records each program reads.
const EACH: usize = 5;

/// Runs the answer, in its own process, as the program C1 or C2.
pub fn sit(seat: &Seat, read: impl AsyncFn(&[&str], &str, &str, &str, usize, Process) -> KafkaResult<()>) -> Returned {
    let program = seat.number("program") as u32;
    let client = format!("C{program}");
    let (dead, tried) = addresses::dead(seat.marks(program)).map_err(|error| error.to_string())?;
    let late = addresses::late(tried, seat.bootstrap()).map_err(|error| error.to_string())?;
    let addresses = match program {
        1 => [dead.as_str(), late.as_str()],
        _ => [seat.bootstrap(), dead.as_str()],
    };
    seat.marks(program)(format!("{client} starts"));
    seat.block_on(read(&addresses, seat.name("G1"), &client, seat.name("T1"), EACH, seat.process(program)))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 1, sign_ups(1, EACH)).await?;
    let run = program(lab, 1).await?;
    if claims::reached(&run, 1) || claims::has_ended(&run) {
        claims::of_program(&run, 1)?;
    }
    lab.produce("T1", sign_ups(1, EACH)).await?;
    let run = program(lab, 2).await?;
    claims::used_all_addresses(&run)?;
    claims::of_program(&run, 2)?;
    Ok(claims::went_on(&run)?)
}

async fn program(lab: &mut Lab, program: i64) -> Result<Run, Outcome> {
    lab.number("program", program);
    lab.start().await?;
    let done = say!(
        "C{program} processes {EACH} sign-ups and returns",
        "C{program} 프로그램이 가입 레코드 {EACH}개를 처리하고 반환한다"
    );
    lab.end(done).await
}
