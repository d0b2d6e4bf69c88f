//! Grades `02_deserialise`: ten records, whole, empty and broken ones. `process` is called with each of them, and with what is in it or
//! an error. Nothing panics, nothing is left out, and nothing is made up.

use std::{sync::Arc, time::Duration};

use lab::{Data, Lab, Outcome, Returned, Seat, say};
use rdkafka::{Message, message::BorrowedMessage};

#[path = "grade/cases.rs"]
mod cases;
#[path = "grade/claims.rs"]
mod claims;

use cases::CASES;

lab::exam!(deserialise::read);

/// How long an answer may say nothing new.
const QUIET: Duration = Duration::from_secs(4);
const A_MOMENT: Duration = Duration::from_secs(1);

type Error = Box<dyn std::error::Error + Send + Sync>;
type Coupon = (Option<String>, Option<i32>);
type Process = Arc<dyn Fn(&BorrowedMessage<'_>, Result<Coupon, Error>) + Send + Sync>;

/// Runs the answer, in its own process. What it has decoded becomes a mark.
pub fn sit(seat: &Seat, read: impl AsyncFn(&str, &str, &str, usize, Process) -> Result<(), Error>) -> Returned {
    let (mark, report) = (seat.marks(1), seat.process(1));
    let process: Process = Arc::new(move |record, coupon| {
        mark(cases::told(record.offset(), coupon.as_ref().ok()));
        report(record);
    });
    seat.block_on(read(seat.bootstrap(), seat.name("G1"), seat.name("T1"), CASES.len(), process))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    let records =
        CASES.iter().map(|case| Data { partition: 0, key: case.key.map(<[u8]>::to_vec), value: case.value.map(<[u8]>::to_vec) });
    lab.topic("T1", 1, records.collect()).await?;
    lab.start().await?;
    let all = say!(
        "process is called with all 10 records, and the function returns",
        "레코드 10개로 모두 process를 부르고 함수가 반환한다"
    );
    let stays = |seen: &lab::trace::Recording, _: &_| claims::stays(seen).is_some();
    let run = match lab.until_quiet(QUIET, all.clone(), stays).await {
        true => lab.cut_short().await?,
        false => lab.end_when_quiet(A_MOMENT, all).await?,
    };
    Ok(claims::claims(&run)?)
}
