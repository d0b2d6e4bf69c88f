//! The facts that `01_hand_over` shows, asked of the broker itself. `book/facts.toml` names these tests; each fails when its fact changes.

use std::{collections::BTreeSet, time::Duration};

use lab::trace::{History, Partition, Recording, Request, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    error::KafkaResult,
};

/// C05: a member that joins takes partitions over from the one that is there; when one fails, the other has its partitions again.
#[test]
fn partitions_move_to_a_new_member_and_from_a_failed_one() {
    let test = concat!(module_path!(), "::partitions_move_to_a_new_member_and_from_a_failed_one");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| Box::pin(moves(lab))));
}

async fn moves(lab: &mut Lab) -> Result<(), Outcome> {
    a_topic(lab).await?;
    begin(lab, 2, false).await?;
    for (who, event, expected) in [(0, "C1 is alone", [4, 0]), (2, "C2 joins", [2, 2]), (1, "C1 fails", [0, 4])] {
        match who {
            2 => lab.ask_member_to_stop(SECOND_STARTS)?,
            1 => lab.faults().cut("C1"),
            _ => {}
        }
        let share = say!("{event}", "{event}");
        let is_so = |_: &Recording, history: &History| [held(history, "C1"), held(history, "C2")] == expected;
        if !lab.until(Duration::from_secs(20), share, is_so).await {
            let history = History::of(&lab.seen());
            return Err(bug(format!("{event}: they hold {} and {} partitions", held(&history, "C1"), held(&history, "C2"))));
        }
    }
    Ok(())
}

/// C10: a consumer that is dropped says LeaveGroup; one with a `group.instance.id` does not.
#[test]
fn dynamic_members_leave_and_static_ones_do_not() {
    let test = concat!(module_path!(), "::dynamic_members_leave_and_static_ones_do_not");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| Box::pin(leaves(lab))));
}

async fn leaves(lab: &mut Lab) -> Result<(), Outcome> {
    a_topic(lab).await?;
    for is_static in [false, true] {
        begin(lab, 1, is_static).await?;
        let alone = say!("C1 to read T1", "C1이 T1을 읽기");
        if !lab.until(Duration::from_secs(20), alone, |_, history| held(history, "C1") == 4).await {
            return Err(bug("C1 got no partitions".to_owned()));
        }
        lab.ask_to_stop()?;
        let run = lab.end(say!("C1 to end", "C1이 끝나기")).await?;
        let said = !run.show(1, |what| matches!(what, What::Request { request: Request::LeaveGroup { .. }, .. })).is_empty();
        if said == is_static {
            return Err(bug(format!("a member whose being static is {is_static} ended; that it said LeaveGroup is {said}")));
        }
        lab.begin_anew(if is_static { "static" } else { "dynamic" });
    }
    Ok(())
}

/// The stop token that stands for the start of C2.
const SECOND_STARTS: u32 = 3;

async fn begin(lab: &mut Lab, members: i64, is_static: bool) -> Result<(), Outcome> {
    lab.number("members", members);
    lab.number("static", is_static.into());
    lab.start().await
}

async fn a_topic(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 4, sign_ups(4, 4)).await
}

/// Runs the members on a thread each; all but the first wait for their start.
fn sit(seat: &Seat) -> Returned {
    std::thread::scope(|scope| {
        for n in (1..).take(seat.number("members")) {
            scope.spawn(move || {
                seat.block_on(async {
                    if n > 1 {
                        seat.stop_of(SECOND_STARTS).cancelled().await;
                    }
                    read(seat, n).await
                })
            });
        }
    });
    returned_by::<(), String>(Ok(()))
}

async fn read(seat: &Seat, n: u32) -> KafkaResult<()> {
    let (client, stop) = (format!("C{n}"), seat.stop_of(n));
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", seat.bootstrap())
        .set("group.id", seat.name("G1"))
        .set("client.id", &client)
        .set("session.timeout.ms", "2000")
        .set("heartbeat.interval.ms", "300");
    if seat.number("static") == 1 {
        config.set("group.instance.id", &client);
    }
    let consumer: StreamConsumer = config.create()?;
    consumer.subscribe(&[seat.name("T1")])?;
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = consumer.recv() => {}
        }
    }
}

/// How many partitions `client` holds now.
fn held(history: &History, client: &str) -> usize {
    let members = history.groups.iter().flat_map(|group| &group.members).filter(|member| member.client == client);
    let holdings = members.filter_map(|member| member.holds());
    holdings.flat_map(|holding| &holding.partitions).collect::<BTreeSet<&Partition>>().len()
}

fn bug(what: String) -> Outcome {
    Outcome::Bug { what }
}
