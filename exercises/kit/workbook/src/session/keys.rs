//! What a learner types during a session: a letter and Enter.

use std::io::{BufRead, IsTerminal};

use tokio::sync::mpsc;

use crate::{hints, shared::Session};

/// Heeds what is typed; ends when the learner quits. Where there is no keyboard it waits for ever.
pub(super) async fn heed(session: &Session) {
    if !std::io::stdin().is_terminal() {
        return std::future::pending().await;
    }
    let (send, mut lines) = mpsc::channel(4);
    // A thread of its own: reading a keyboard cannot be called off, and nobody waits for this thread.
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if send.blocking_send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = lines.recv().await {
        let at_work = session.wish.borrow().clone();
        match line.trim() {
            "h" => hint(session, &at_work),
            "r" => session.ask_for(&at_work),
            "n" => next(session, &at_work),
            "q" => return,
            _ => {}
        }
    }
    // The keyboard is gone; the session goes on.
    std::future::pending().await
}

fn hint(session: &Session, id: &str) {
    let Some(step) = session.here.workbook.step(id) else { return };
    match hints::next(&session.here, step, None) {
        Ok((_, text)) => anstream::println!("\n{text}"),
        Err(failure) => failure.show(&session.here.look),
    }
}

fn next(session: &Session, id: &str) {
    let Some(step) = session.here.workbook.step(id) else { return };
    if let Some(next) = session.here.workbook.after(step) {
        session.ask_for(&next.id);
    }
}
