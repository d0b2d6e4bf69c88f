//! The facts that `02_heartbeats` shows, asked of the broker and of librdkafka. `book/facts.toml` names these tests; each fails when its
//! fact changes.

use std::time::Duration;

use heartbeats::member;
use lab::trace::{History, Note, Progress, Recording, Request, Response, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, ClientContext,
    consumer::{BaseConsumer, Consumer, ConsumerContext, Rebalance},
    error::KafkaResult,
};

/// C08: heartbeats go on while a record is processed and nothing is polled or committed.
#[test]
fn heartbeats_go_on_without_polling() {
    let test = concat!(module_path!(), "::heartbeats_go_on_without_polling");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| Box::pin(goes_on(lab))));
}

async fn goes_on(lab: &mut Lab) -> Result<(), Outcome> {
    begin(lab, 1).await?;
    let _work = lab.hold(|at| at.progress == Progress::HandedOver)?;
    let beats = say!("heartbeats while a record is processed", "레코드를 처리하는 동안의 하트비트");
    let goes_on = |seen: &Recording, _: &History| {
        let since = seen.first(|what| matches!(what, What::Record { .. }));
        since.is_some_and(|since| heartbeats(seen, "C1").into_iter().filter(|index| *index > since).count() >= 4)
    };
    if !lab.until(Duration::from_secs(20), beats, goes_on).await {
        return Err(bug("no heartbeats while a record is processed"));
    }
    let other = |what: &What| {
        matches!(
            what,
            What::Request { request: Request::OffsetCommit { .. }, .. } | What::Record { progress: Progress::Processed, .. }
        )
    };
    match lab.seen().find(other).next() {
        Some(_) => Err(bug("it was not only heartbeats that went on")),
        None => Ok(()),
    }
}

/// C09: a member that is not heard of counts as dead when its session is over, and nobody has its partitions until then.
#[test]
fn a_silent_member_is_given_up_after_its_session() {
    let test = concat!(module_path!(), "::a_silent_member_is_given_up_after_its_session");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit, |lab| Box::pin(falls_silent(lab))));
}

async fn falls_silent(lab: &mut Lab) -> Result<(), Outcome> {
    begin(lab, 2).await?;
    let shared = say!("C1 and C2 to share T1", "C1과 C2가 T1을 나눠 맡기");
    let settled = |seen: &Recording, history: &History| {
        let heard = heartbeats(seen, "C1").into_iter().any(|index| seen.answer_to(index).is_some());
        heard && held(history, "C1") == 2 && held(history, "C2") == 2
    };
    lab.until(Duration::from_secs(20), shared, settled).await;
    lab.faults().cut("C1");
    let all = say!("C2 to hold all partitions", "C2가 모든 파티션을 받기");
    if !lab.until(Duration::from_secs(20), all, |_, history| held(history, "C2") == 4).await {
        return Err(bug("C2 was not given the partitions of C1"));
    }
    let seen = lab.seen();
    // The session begins anew when the broker hears a heartbeat, at some time between the question and its answer.
    let heard = heartbeats(&seen, "C1").into_iter().filter(|index| seen.answer_to(*index).is_some()).max();
    let is_told = |what: &What| matches!(what, What::Response { response: Response::Heartbeat { error: Some(_) }, .. });
    let told = seen.find(is_told).map(|(_, event)| event.at).last();
    let (Some(heard), Some(told)) = (heard, told) else { return Err(bug("C1 sent no heartbeat, or C2 heard of nothing")) };
    match Duration::from_micros(told - seen.events[heard].at) {
        silent if silent + BROKERS_CLOCK < SESSION => Err(bug(&format!("C1 was given up after {silent:?}"))),
        _ => Ok(()),
    }
}

/// The page says that librdkafka looks about twice a second whether a heartbeat is due: a shorter `heartbeat.interval.ms` is not kept.
#[test]
fn an_interval_below_half_a_second_is_not_kept() {
    let test = concat!(module_path!(), "::an_interval_below_half_a_second_is_not_kept");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit_often, |lab| Box::pin(beats_often(lab))));
}

async fn beats_often(lab: &mut Lab) -> Result<(), Outcome> {
    begin(lab, 1).await?;
    let ten = say!("ten heartbeats", "하트비트 열 번");
    if !lab.until(Duration::from_secs(20), ten, |seen, _| heartbeats(seen, "C1").len() >= 10).await {
        return Err(bug("there are no ten heartbeats in 20 s"));
    }
    let seen = lab.seen();
    let at: Vec<u64> = heartbeats(&seen, "C1").into_iter().map(|index| seen.events[index].at).collect();
    match at.windows(2).map(|pair| pair[1] - pair[0]).max() {
        Some(400_000..) => Ok(()),
        longest => Err(bug(&format!("an interval of 100 ms is kept: the longest was {longest:?} us"))),
    }
}

/// The client keeps its session as well: where it hears no answer to its heartbeats for that long, it gives its partitions up itself,
/// though nobody has told it that it is out.
#[test]
fn a_client_that_hears_nothing_gives_its_partitions_up_itself() {
    let test = concat!(module_path!(), "::a_client_that_hears_nothing_gives_its_partitions_up_itself");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut sit_unheard, |lab| Box::pin(hears_nothing(lab))));
}

async fn hears_nothing(lab: &mut Lab) -> Result<(), Outcome> {
    begin(lab, 1).await?;
    let holds = say!("C1 to hold all partitions", "C1이 모든 파티션을 받기");
    lab.until(Duration::from_secs(20), holds, |_, history| held(history, "C1") == 4).await;
    lab.faults().on("Heartbeat").discard();
    let gives_up = say!("C1 to give its partitions up", "C1이 파티션을 내놓기");
    let lost = |what: &What| matches!(what, What::Note { note: Note::Mark { text }, .. } if text == "revoked, lost: true");
    let given_up = lab.until(Duration::from_secs(20), gives_up, |seen, _| seen.first(lost).is_some()).await;
    lab.faults().mend();
    lab.ask_to_stop()?;
    let run = lab.end(say!("C1 to leave", "C1이 떠나기")).await?;
    let seen = &run.recording;
    let until = seen.first(lost).unwrap_or(seen.events.len());
    let is_told = |what: &What| matches!(what, What::Response { response: Response::Heartbeat { error: Some(_) }, .. });
    let told = seen.first(is_told).is_some_and(|index| index < until);
    match given_up && !told {
        true => Ok(()),
        false => Err(bug(&format!("given up: {given_up}, told before: {told}"))),
    }
}

/// Marks what it is told of its partitions.
struct Marks<F>(F);

impl<F: Fn(String) + Send + Sync> ClientContext for Marks<F> {}

impl<F: Fn(String) + Send + Sync> ConsumerContext for Marks<F> {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Revoke(_) = rebalance {
            self.0(format!("revoked, lost: {}", consumer.assignment_lost()));
        }
    }
}

/// A consumer with a session of a second.
fn sit_unheard(seat: &Seat) -> Returned {
    let read = || {
        let consumer: BaseConsumer<_> = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("client.id", "C1")
            .set("session.timeout.ms", "1000")
            .set("heartbeat.interval.ms", "300")
            .create_with_context(Marks(seat.marks(1)))?;
        consumer.subscribe(&[seat.name("T1")])?;
        while !seat.stop().is_cancelled() {
            let _ = consumer.poll(Duration::from_millis(100));
        }
        KafkaResult::Ok(())
    };
    returned_by(read())
}

/// The session of the reference answer.
const SESSION: Duration = Duration::from_secs(2);
/// The broker counts in whole milliseconds: a session may end so much earlier.
const BROKERS_CLOCK: Duration = Duration::from_millis(1);

async fn begin(lab: &mut Lab, members: i64) -> Result<(), Outcome> {
    lab.group("G1");
    lab.topic("T1", 4, sign_ups(4, 4)).await?;
    lab.number("members", members);
    lab.start().await
}

/// Runs the reference answer, each member on a thread of its own.
fn sit(seat: &Seat) -> Returned {
    std::thread::scope(|scope| {
        for n in (1..).take(seat.number("members")) {
            let client_id = format!("C{n}");
            scope.spawn(move || {
                seat.block_on(member(
                    seat.bootstrap(),
                    seat.name("G1"),
                    &client_id,
                    seat.name("T1"),
                    seat.process(n),
                    seat.stop(),
                ))
            });
        }
    });
    returned_by::<(), String>(Ok(()))
}

/// A consumer that asks for ten heartbeats a second.
fn sit_often(seat: &Seat) -> Returned {
    let read = || {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name("G1"))
            .set("client.id", "C1")
            .set("heartbeat.interval.ms", "100")
            .create()?;
        consumer.subscribe(&[seat.name("T1")])?;
        while !seat.stop().is_cancelled() {
            let _ = consumer.poll(Duration::from_millis(100));
        }
        KafkaResult::Ok(())
    };
    returned_by(read())
}

fn heartbeats(seen: &Recording, client: &str) -> Vec<usize> {
    let is_one =
        |what: &What| matches!(what, What::Request { client: of, request: Request::Heartbeat { .. }, .. } if of == client);
    seen.find(is_one).map(|(index, _)| index).collect()
}

/// How many partitions `client` holds now.
fn held(history: &History, client: &str) -> usize {
    let members = history.groups.iter().flat_map(|group| &group.members).filter(|member| member.client == client);
    let holdings = members.filter_map(|member| member.holds());
    holdings.map(|holding| holding.partitions.len()).sum()
}

fn bug(what: &str) -> Outcome {
    Outcome::Bug { what: what.to_owned() }
}
