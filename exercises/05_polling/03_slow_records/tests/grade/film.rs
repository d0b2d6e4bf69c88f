//! What the book shows besides, and nobody is judged by: a consumer that processes in its poll loop leaves its group by itself.

use std::time::Duration;

use lab::trace::{Progress, Recording, Request, What};
use lab::{Lab, Outcome, Returned, Seat, say};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

use super::{GROUP, Process, TOPIC, customers};

/// The number that says: film, instead of the answer.
pub(super) const FILM: &str = "film";

pub(super) fn in_the_loop(seat: &Seat, process: &Process) -> Returned {
    let reads = || -> KafkaResult<()> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name(GROUP))
            .set("heartbeat.interval.ms", "300")
            .set("session.timeout.ms", "2500")
            .set("max.poll.interval.ms", "2500")
            .create()?;
        consumer.subscribe(&[seat.name(TOPIC)])?;
        while !seat.stop().is_cancelled() {
            if let Some(Ok(record)) = consumer.poll(Duration::from_millis(100)) {
                process(&record.detach());
            }
        }
        Ok(())
    };
    lab::returned_by(reads())
}

pub(super) async fn shoot(lab: &mut Lab) -> Result<(), Outcome> {
    lab.number(FILM, 1);
    lab.aside("left", async |lab| {
        lab.start().await?;
        let mut slow = lab.hold(|at| at.progress == Progress::HandedOver)?;
        lab.produce(TOPIC, customers(1)[..1].to_vec()).await?;
        for times in 1..=2 {
            let left = say!("the consumer to leave by itself", "컨슈머가 스스로 떠나기");
            lab.until(Duration::from_secs(10), left, |seen, _| times_left(seen) == times).await;
            // The work goes on for a while, so that the picture shows the one before the other.
            lab.until(Duration::from_millis(800), say!("the record to be done", "레코드가 끝나기"), |_, _| false).await;
            slow = lab.hold(move |at| times == 1 && at.progress == Progress::HandedOver)?;
        }
        drop(slow);
        lab.ask_to_stop()?;
        lab.end(say!("the consumer ends", "컨슈머가 끝난다")).await.map(drop)
    })
    .await
}

fn times_left(seen: &Recording) -> usize {
    seen.find(|what| matches!(what, What::Request { request: Request::LeaveGroup { .. }, .. })).count()
}
