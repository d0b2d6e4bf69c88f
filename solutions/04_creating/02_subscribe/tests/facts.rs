//! The fact that `02_subscribe` shows, asked of the broker itself. `book/facts.toml` names this test; it fails when the fact changes.

use std::time::Duration;

use lab::trace::{History, Recording, Request, What};
use lab::{Exam, Lab, Outcome, Returned, Seat, exam::must_pass, say};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};

#[test]
fn a_pattern_begins_with_a_caret() {
    let test = concat!(module_path!(), "::a_pattern_begins_with_a_caret");
    let exam = Exam { manifest: env!("CARGO_MANIFEST_DIR"), test };
    must_pass(&exam.judged(&mut sit, |lab| Box::pin(judge(lab))));
}

/// Subscribes to a name and a pattern, with or without `^`, and polls until it is asked to stop.
fn sit(seat: &Seat) -> Returned {
    let poll = || -> KafkaResult<()> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", seat.bootstrap())
            .set("group.id", seat.name(if seat.number("caret") == 1 { "with" } else { "without" }))
            .create()?;
        let caret = if seat.number("caret") == 1 { "^" } else { "" };
        let pattern = format!("{caret}{}.*", seat.name("shop"));
        consumer.subscribe(&[seat.name("countries"), &pattern])?;
        while !seat.stop().is_cancelled() {
            let _ = consumer.poll(Duration::from_millis(100));
        }
        Ok(())
    };
    lab::returned_by(poll())
}

async fn judge(lab: &mut Lab) -> Result<(), Outcome> {
    lab.group("with");
    lab.group("without");
    lab.beginning("shop");
    for topic in ["countries", "shop-1", "shop-2"] {
        lab.topic(topic, 1, Vec::new()).await?;
    }
    let within = Duration::from_secs(20);
    lab.number("caret", 1);
    lab.start().await?;
    let all = say!("a name and a pattern to be assigned together", "이름과 패턴이 함께 할당되기");
    let assigned = |_: &Recording, history: &History| {
        let member = history.group("with").and_then(|group| group.members.last());
        member.is_some_and(|member| member.last_assignment().len() == 3)
    };
    holds(lab.until(within, all, assigned).await, "a name and a pattern are not subscribed together")?;
    lab.ask_to_stop()?;
    lab.end(say!("the end", "끝")).await?;
    lab.begin_anew("with");

    lab.number("caret", 0);
    lab.start().await?;
    let name = say!("the pattern to be asked for as a name", "패턴을 이름으로 묻기");
    let asked = |seen: &Recording, _: &_| seen.find(|what| asks_for(what, "shop.*")).next().is_some();
    holds(lab.until(within, name, asked).await, "a pattern without ^ is not taken for a name")?;
    lab.cut_short().await?;
    Ok(())
}

fn asks_for(what: &What, name: &str) -> bool {
    match what {
        What::Request { request: Request::Metadata { topics: Some(topics) }, .. } => topics.iter().any(|topic| topic == name),
        _ => false,
    }
}

fn holds(is_so: bool, otherwise: &str) -> Result<(), Outcome> {
    if is_so { Ok(()) } else { Err(Outcome::Bug { what: otherwise.to_owned() }) }
}
