//! Grades `04_two_groups`: two groups, each of which is given every record. The coupon app is held at its first record until the mail
//! app has processed all; then it goes on, the stop token is cancelled, and both leave their groups.

use std::{collections::BTreeSet, time::Duration};

use lab::trace::{History, Recording, What};
use lab::{Lab, Outcome, Process, Progress, Returned, Seat, say, sign_ups};
use rdkafka::error::KafkaResult;
use tokio_util::sync::CancellationToken;

#[path = "grade/claims.rs"]
mod claims;
#[path = "grade/groups.rs"]
mod groups;

lab::exam!(two_groups::serve);

const PARTITIONS: i32 = 4;
const RECORDS: usize = 20;
const BEFORE_THE_HOLD: usize = 8;
/// An app's group has the app's name.
const APPS: [App; 2] = [COUPON, MAIL];
const COUPON: App = App { name: "coupon", member: 1 };
const MAIL: App = App { name: "mail", member: 2 };
/// A member that joins a group which has members waits for their heartbeats, up to 3 s.
const QUIET: Duration = Duration::from_secs(4);
/// How long nothing may be heard of an answer that was asked to stop: less than `auto.commit.interval.ms`, whose commits would be heard.
const QUIET_AT_THE_END: Duration = Duration::from_secs(3);
/// So many answers without a record, each after 0.5 s, are longer than an answer that waits for a second waits.
const EMPTY_ANSWERS: usize = 3;

#[derive(Clone, Copy)]
struct App {
    name: &'static str,
    member: u32,
}

/// Runs the answer, in its own process.
pub fn sit(
    seat: &Seat,
    serve: impl AsyncFn(&str, &str, &str, Process, &str, Process, CancellationToken) -> KafkaResult<()>,
) -> Returned {
    let process = |app: App| seat.process(app.member);
    let (coupon_group, mail_group) = (seat.name(COUPON.name), seat.name(MAIL.name));
    let topic = seat.name("sign-ups");
    seat.block_on(serve(seat.bootstrap(), topic, coupon_group, process(COUPON), mail_group, process(MAIL), seat.stop()))
}

/// Lets the answer run, and judges it.
pub async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    let mut records = sign_ups(PARTITIONS, RECORDS);
    let later = records.split_off(BEFORE_THE_HOLD);
    for app in APPS {
        lab.group(app.name);
    }
    lab.topic("sign-ups", PARTITIONS, records).await?;
    // One group, whichever it is, hears late where to begin: by then the other group's records have gone to an app.
    lab.faults().on("OffsetFetch").nth(2).hold();
    lab.start().await?;

    let held = lab.hold(|at| at.member == COUPON.member && at.progress == Progress::HandedOver)?;
    let one_begins = say!("one of the apps to be given its first sign-up", "두 앱 가운데 하나가 첫 가입 레코드를 받기");
    lab.until_quiet(QUIET, one_begins, |seen, _| APPS.into_iter().any(|app| began(seen, app))).await;
    lab.faults().mend();
    lab.faults().let_go();
    let coupon_begins = say!("the coupon app to be given its first sign-up", "coupon 앱이 첫 가입 레코드를 받기");
    if !lab.until_quiet(QUIET, coupon_begins, |seen, _| began(seen, COUPON) || groups::are_one(seen)).await {
        return Ok(claims::of(&lab.cut_short().await?)?);
    }
    // While the coupon app is busy with it, more sign-ups come.
    lab.produce("sign-ups", later).await?;
    let mail_is_done = say!(
        "the mail app to process all 20 sign-ups while the coupon app is busy with its first",
        "coupon 앱이 첫 레코드에 붙잡혀 있는 동안 mail 앱이 가입 레코드 20개를 모두 처리하기"
    );
    let done = |seen: &Recording, app: App| processed(seen, app) == RECORDS || groups::are_one(seen);
    let mail_went_on = lab.until_quiet(QUIET, mail_is_done, |seen, _| done(seen, MAIL)).await;
    drop(held);
    let both_are_done = say!("both apps to process all 20 sign-ups", "두 앱이 가입 레코드 20개를 모두 처리하기");
    let without_a_member = |history: &History, app: App| history.group(app.name).is_none_or(|group| group.members.is_empty());
    let all_done =
        |seen: &Recording, history: &History| APPS.into_iter().all(|app| done(seen, app) || without_a_member(history, app));
    if !lab.until_quiet(QUIET, both_are_done, all_done).await || !mail_went_on || groups::are_one(&lab.seen()) {
        return Ok(claims::of(&lab.cut_short().await?)?);
    }
    let both_wait = say!("both apps to wait for more sign-ups", "두 앱이 다음 가입 레코드를 기다리기");
    lab.until_quiet(QUIET, both_wait, |seen, _| seen.waiting(EMPTY_ANSWERS) >= APPS.len()).await;
    lab.ask_to_stop()?;
    let serve_returns = say!("serve to return after its stop token was cancelled", "정지 토큰이 취소된 뒤 serve가 반환하기");
    let run = match lab.until_quiet(QUIET_AT_THE_END, serve_returns.clone(), |seen, _| claims::has_returned(seen)).await {
        true => lab.end(serve_returns).await?,
        false => lab.cut_short().await?,
    };
    Ok(claims::of(&run)?)
}

fn calls(seen: &Recording, app: App, wanted: Progress) -> impl Iterator<Item = (usize, String)> {
    seen.events.iter().enumerate().filter_map(move |(index, event)| match &event.what {
        What::Record { progress, member, partition, offset } if *progress == wanted && *member == app.member => {
            Some((index, format!("{partition} offset {offset}")))
        }
        _ => None,
    })
}

fn began(seen: &Recording, app: App) -> bool {
    calls(seen, app, Progress::HandedOver).next().is_some()
}

/// How many different records an app has processed.
fn processed(seen: &Recording, app: App) -> usize {
    calls(seen, app, Progress::Processed).map(|(_, record)| record).collect::<BTreeSet<_>>().len()
}
