//! Committed and processed decide what a crash costs, seen with every crash of two programs: one commits after its work, one automatically.

use std::{sync::Arc, time::Duration};

use lab::{Crashed, Exam, Lab, Outcome, Partition, Plan, Process, Returned, Seat, exam::must_pass, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
};
use twice::{Issue, issue_coupons};

/// Records between the two come twice where the commit is behind, and are lost where it is ahead. Both happen.
#[test]
fn what_lies_between_comes_twice_or_is_lost() {
    let exam = Exam {
        manifest: env!("CARGO_MANIFEST_DIR"),
        test: concat!(module_path!(), "::what_lies_between_comes_twice_or_is_lost"),
    };
    must_pass(&exam.judged(&mut sit, |lab| {
        Box::pin(async move {
            lab.topic("T1", 1, sign_ups(1, 4)).await?;
            for (automatic, table) in [(0, AFTER_THE_WORK), (1, AUTOMATIC)] {
                is_the_same(lab, automatic, table).await?;
            }
            Ok(())
        })
    }));
}

async fn is_the_same(lab: &mut Lab, automatic: i64, table: &str) -> Result<(), Outcome> {
    lab.number("automatic", automatic);
    let plan = Plan { group: "G1", partition: Partition::new("T1", 0), records: 4, settle: Duration::from_millis(400) };
    let matrix = lab.crash_matrix(&plan).await?;
    let between = matrix.crashes.iter().all(lies_between);
    match between && matrix.to_string() == table {
        true => Ok(()),
        false => Err(Outcome::Bug { what: format!("another matrix:\n{matrix}") }),
    }
}

fn lies_between(crashed: &Crashed) -> bool {
    let (committed, done) = (crashed.crash.committed.unwrap_or(0), crashed.crash.done_before as i64);
    crashed.crash.twice() == Vec::from_iter(committed..done) && crashed.crash.lost() == Vec::from_iter(done..committed)
}

fn sit(seat: &Seat) -> Returned {
    let process = seat.process(1);
    if seat.number("automatic") == 1 {
        return seat.block_on(automatic(seat, process));
    }
    let issue: Issue = Arc::new(move |_, record| process(record));
    seat.block_on(issue_coupons(seat.bootstrap(), seat.name("G1"), seat.name("T1"), 2, issue, seat.stop()))
}

async fn automatic(seat: &Seat, process: Process) -> KafkaResult<()> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", seat.bootstrap())
        .set("group.id", seat.name("G1"))
        .set("auto.offset.reset", "earliest")
        .set("auto.commit.interval.ms", "50")
        .create()?;
    consumer.subscribe(&[seat.name("T1")])?;
    while let Some(record) = seat.stop().run_until_cancelled(consumer.recv()).await {
        process(&record?);
    }
    Ok(())
}

const AFTER_THE_WORK: &str = "0 handed over: committed nothing, lost [], twice []
0 worked: committed nothing, lost [], twice [0]
1 handed over: committed nothing, lost [], twice [0]
1 worked: committed nothing, lost [], twice [0, 1]
2 handed over: committed 2, lost [], twice []
2 worked: committed 2, lost [], twice [2]
3 handed over: committed 2, lost [], twice [2]
3 worked: committed 2, lost [], twice [2, 3]
all done: committed 4, lost [], twice []
";
const AUTOMATIC: &str = "0 handed over: committed 1, lost [0], twice []
0 worked: committed 1, lost [], twice []
1 handed over: committed 2, lost [1], twice []
1 worked: committed 2, lost [], twice []
2 handed over: committed 3, lost [2], twice []
2 worked: committed 3, lost [], twice []
3 handed over: committed 4, lost [3], twice []
3 worked: committed 4, lost [], twice []
all done: committed 4, lost [], twice []
";
