//! `tap`: a proxy in front of any cluster that shows what clients say, live; in any language, with nothing of the workbook in it.

use std::{io::Write, time::Duration};

use ::tap::{Recorder, Tap};
use owo_colors::OwoColorize;
use tokio::net::TcpListener;
use trace::{Event, Recording, What};
use verdict::say;

use crate::{
    cli::Look,
    fail::{Failure, Result},
    interrupt::asked_to_end,
};

pub(super) async fn run(look: Look, upstream: &str, listen: &str) -> Result<u8> {
    let recorder = Recorder::new(Recording::of(""));
    let door = TcpListener::bind(listen).await.map_err(|error| {
        Failure::setup(
            "port_taken",
            say!("{listen} cannot be opened.", "{listen} 주소를 열 수 없다."),
            say!(
                "Choose another port, or leave --listen away for a free one.",
                "다른 포트를 고르거나, --listen을 빼면 빈 포트를 쓴다."
            ),
        )
        .saying(error.to_string())
    })?;
    let tap = Tap::start_at(door, upstream, recorder.clone()).map_err(|error| {
        Failure::usage(
            say!("The tap cannot start.", "프록시를 띄울 수 없다."),
            say!("Name the broker: --upstream localhost:9092", "브로커를 지정한다: --upstream localhost:9092"),
        )
        .saying(error.to_string())
    })?;
    let address = tap.bootstrap();
    if look.json {
        eprintln!("bootstrap.servers={address}");
    } else {
        let text = say!(
            "Clients connect to bootstrap.servers={address}; everything goes on to {upstream}. Ctrl-C ends it.",
            "클라이언트는 bootstrap.servers={address}로 접속한다. 모두 {upstream} 브로커로 전달한다. Ctrl-C로 끝낸다."
        );
        println!("{}", look.say(text));
    }
    tokio::select! {
        () = show(look, &recorder) => {}
        () = asked_to_end() => {}
    }
    tap.close().await;
    Ok(0)
}

/// Prints what was seen, as it comes. What was printed is forgotten, so that memory stays bounded.
async fn show(look: Look, recorder: &Recorder) {
    loop {
        if !recorder.until(Duration::from_secs(60), |recording| !recording.events.is_empty()).await {
            continue;
        }
        let seen = recorder.take();
        for event in seen.events {
            let line = if look.json { serde_json::to_string(&event).unwrap_or_default() } else { line(look, &event) };
            if writeln!(anstream::stdout(), "{line}").is_err() {
                // Whoever read it has gone, as with `| head`.
                return;
            }
        }
        if let dropped @ 1.. = seen.header.dropped {
            let text = say!(
                "Here {dropped} events are missing: they came faster than they could be printed.",
                "여기서 이벤트 {dropped}개가 빠졌다. 출력하는 것보다 빨리 들어왔다."
            );
            eprintln!("{}", look.say(text));
        }
    }
}

/// `   1.204 s  #3  C1  →  JoinGroup …`
fn line(look: Look, event: &Event) -> String {
    let (connection, client, arrow) = match &event.what {
        What::Request { connection, client, .. } => (*connection, client.as_str(), "→"),
        What::Response { connection, .. } => (*connection, "", "←"),
        What::Connected { connection, .. } | What::Disconnected { connection, .. } | What::Fault { connection, .. } => {
            (*connection, "", "·")
        }
        What::Record { .. } | What::Note { .. } => (0, "", "·"),
    };
    let time = format!("{:>9.3} s", event.at as f64 / 1e6);
    let time = time.dimmed();
    let words = look.say(figures::words(event));
    let words = match &event.what {
        What::Response { response, .. } => format!("{}: {words}", response.api()),
        _ => words,
    };
    format!("{time}  #{connection:<3} {client:<12} {arrow} {words}")
}
