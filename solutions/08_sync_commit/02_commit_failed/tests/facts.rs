//! The refusals that the grader makes with the tap, and a real one, as a client sees them. The tap's are as good as the broker's: what a
//! consumer sees that was really put out of its group is what it sees when the tap says so.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use lab::{Exam, Lab, Outcome, Progress, Returned, Seat, exam::must_pass, returned_by, say, sign_ups};
use rdkafka::{
    ClientConfig, ClientContext, Message,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance},
    error::KafkaResult,
};

/// Records that are committed before anything happens, and records after them.
const HALF: usize = 2;
/// The ways to be refused, one group each.
const WAYS: [(&str, Option<&str>); 4] = [
    ("expelled", None),
    ("unknown", Some("UNKNOWN_MEMBER_ID")),
    ("illegal", Some("ILLEGAL_GENERATION")),
    ("rebalancing", Some("REBALANCE_IN_PROGRESS")),
];

/// A real refusal and the simulated one are the same to the client; an illegal generation differs in its name alone; while the group
/// rebalances nothing is lost.
#[test]
fn a_simulated_refusal_looks_like_a_real_one() {
    let test = concat!(module_path!(), "::a_simulated_refusal_looks_like_a_real_one");
    must_pass(&Exam { manifest: env!("CARGO_MANIFEST_DIR"), test }.judged(&mut witness, |lab| {
        Box::pin(async {
            lab.needs_real_broker(say!("a member comes back too late here", "여기서는 멤버가 너무 늦게 돌아온다"))?;
            let mut seen = Vec::new();
            for (way, (group, error)) in WAYS.into_iter().enumerate() {
                lab.number("way", way as i64);
                seen.push(lab.aside("", async |lab| refused(lab, group, error).await).await?);
            }
            let lost =
                |code: &str| [format!("refused: {code}"), "revoked, lost: true".into(), "assigned".into(), "offset 2".into()];
            let kept = ["refused: RebalanceInProgress (Broker: Group rebalance in progress)", "refused no more", "offset 4"];
            let unknown = lost("UnknownMemberId (Broker: Unknown member)");
            let illegal = lost("IllegalGeneration (Broker: Specified group generation id is not valid)");
            let expected = [unknown.to_vec(), unknown.to_vec(), illegal.to_vec(), kept.map(str::to_owned).to_vec()];
            match seen == expected {
                true => Ok(()),
                false => Err(Outcome::Bug { what: format!("{seen:#?}") }),
            }
        })
    }));
}

/// Lets a consumer of `group` come to its second commit, and has that refused: by the tap with `error`, or because it is expelled.
async fn refused(lab: &mut Lab, group: &str, error: Option<&str>) -> Result<Vec<String>, Outcome> {
    let topic = format!("of {group}").replace(' ', ".");
    lab.group(group);
    lab.topic(&topic, 1, sign_ups(1, 2 * HALF)).await?;
    lab.commit(group, &[(&topic, 0, 0)]).await?;
    lab.start().await?;
    let second = say!("the second half to be handed over", "뒤 절반이 넘겨지기");
    let at =
        |offset: i64| move |what: &lab::trace::What| matches!(what, lab::trace::What::Record { offset: at, .. } if *at == offset);
    lab.until(Duration::from_secs(20), second, |seen, _| seen.first(at(2 * HALF as i64 - 1)).is_some()).await;
    match error {
        Some(error) => lab.faults().on("OffsetCommit").times(1).answer(error),
        None => lab.forget_members(group).await?,
    }
    lab.ask_member_to_stop(1)?;
    let told = say!("the commit to be refused", "커밋이 거절되기");
    lab.until(Duration::from_secs(20), told, |seen, _| seen.commits(group).iter().any(|commit| commit.error.is_some())).await;
    if error == Some("UNKNOWN_MEMBER_ID") {
        // The broker knows the member still, which has taken another id; it would wait for the old one.
        lab.forget_members(group).await?;
    }
    lab.produce(&topic, sign_ups(1, 1)).await?;
    let run = lab.end(say!("the next record to come", "다음 레코드가 오기")).await?;
    run.returned().ok_or_else(|| Outcome::Bug { what: format!("{group}: the witness returned nothing") })
}

/// What the client tells of its group.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }
}

impl ClientContext for Diary {}

impl ConsumerContext for Diary {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(_) => self.note("assigned"),
            Rebalance::Revoke(_) => self.note(format!("revoked, lost: {}", consumer.assignment_lost())),
            Rebalance::Error(error) => self.note(error.to_string()),
        }
    }
}

/// Commits the first half, takes the second, waits for the word, commits, and polls until a record comes.
fn witness(seat: &Seat) -> Returned {
    let (group, _) = WAYS[seat.number("way")];
    let topic = format!("of.{group}");
    let (diary, reached) = (Diary::default(), seat.reached(1));
    let take = |consumer: &BaseConsumer<Diary>, count: usize| -> KafkaResult<i64> {
        let mut last = -1;
        for _ in 0..count {
            let record = loop {
                if let Some(record) = consumer.poll(Duration::from_millis(50)).transpose()? {
                    break record;
                }
            };
            last = record.offset();
            reached(Progress::HandedOver, record.topic(), record.partition(), last);
        }
        Ok(last)
    };
    let read = || -> KafkaResult<Vec<String>> {
        let consumer: BaseConsumer<Diary> = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name(group))
            .set("enable.auto.commit", "false")
            .create_with_context(diary.clone())?;
        consumer.subscribe(&[seat.name(&topic)])?;
        take(&consumer, HALF)?;
        consumer.commit_consumer_state(CommitMode::Sync)?;
        take(&consumer, HALF)?;
        diary.0.lock().unwrap().clear();
        let word = Instant::now();
        while !seat.stop_of(1).is_cancelled() && word.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(2));
        }
        if let Err(rdkafka::error::KafkaError::ConsumerCommit(code)) = consumer.commit_consumer_state(CommitMode::Sync) {
            diary.note(format!("refused: {code}"));
        }
        if seat.number("way") == 3 && consumer.commit_consumer_state(CommitMode::Sync).is_ok() {
            diary.note("refused no more");
        }
        let next = take(&consumer, 1)?;
        diary.note(format!("offset {next}"));
        Ok(diary.0.lock().unwrap().clone())
    };
    returned_by(read())
}
