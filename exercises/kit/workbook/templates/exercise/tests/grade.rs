//! Grades `@step@`: TODO: the one sentence that must hold.

use lab::{Lab, Mistake, Outcome, Process, Returned, Run, Seat, missing, mistake, say, sign_ups};
use rdkafka::error::KafkaResult;

lab::exam!(@name@::read);

const RECORDS: usize = 20;

/// Runs the answer, in its own process.
pub fn sit(seat: &Seat, read: impl AsyncFn(&str, &str, &str, usize, Process) -> KafkaResult<()>) -> Returned {
    seat.block_on(read(seat.bootstrap(), seat.name("G1"), seat.name("T1"), RECORDS, seat.process(1)))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 4, sign_ups(4, RECORDS)).await?;
    lab.start().await?;
    let run = lab.end(say!("all 20 records are processed, and the function returns", "레코드 20개가 모두 처리되고 함수가 반환한다")).await?;
    Ok(claims(&run)?)
}

fn claims(run: &Run) -> Result<(), Mistake> {
    joined_the_group(run)?;
    run.came_to_its_end("@id@#your-turn")
}

// TODO: one claim for each mistake that has a name.
fn joined_the_group(run: &Run) -> Result<(), Mistake> {
    if run.group("G1").is_some_and(|group| !group.members.is_empty()) {
        return Ok(());
    }
    Err(mistake("nobody_joined", say!("no consumer asked to join G1", "G1에 들어가려 한 컨슈머가 없다"))
        .expected(say!("a consumer subscribes to T1 as a member of G1", "컨슈머가 G1의 멤버로 T1을 구독한다"))
        .seen([missing(say!("no JoinGroup with group=G1", "group=G1인 JoinGroup이 없다"))])
        .why(say!("TODO: why it matters", "TODO: 왜 중요한가"))
        .read("@id@#your-turn"))
}
