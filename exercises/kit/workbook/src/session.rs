//! The session: serves the book, grades what is saved, shows the verdict in the terminal and beside the page, and goes on when a step
//! passes. A save during a run ends that run and starts anew; Ctrl-C ends everything.

mod broker;
mod keys;

use tokio::sync::broadcast;
use verdict::say;

use crate::{
    book, cli,
    event::Event,
    fail::Result,
    grade::grade,
    here::Here,
    interrupt::asked_to_end,
    server,
    shared::Session,
    terminal::{Terminal, page_address},
    watch::{EVERY, Saved, Watch},
};

/// Runs a session until it is ended.
///
/// # Errors
/// The step is unknown, or no port can be opened.
pub(crate) async fn run(here: Here, asked: cli::Session) -> Result<u8> {
    let first = match &asked.step {
        Some(name) => here.step_or_next(Some(name))?.id.clone(),
        None => here.first_open().id.clone(),
    };
    let broker = broker::Guard::new().await?;
    let session = Session::new(here, &first);
    let server = server::start(session.clone(), asked.port).await?;
    let address = server.address().to_owned();
    let terminal = Terminal::new(session.here.look, Some(address.clone()));
    println!("{}", session.here.look.say(say!("The book: {address}", "책: {address}")));
    let page = (!asked.no_open).then(|| page_address(&address, &first, session.here.look));
    let events = session.events.subscribe();
    session.tell(Event::Turned { step: first });
    tokio::select! {
        () = show(&session, &terminal, events) => {}
        () = grade_wishes(&session) => {}
        () = book_then_watch(&session, page) => {}
        () = keys::heed(&session) => {}
        ended = server.serve() => ended?,
        () = asked_to_end() => {}
    }
    // Dropping what ran above has ended the grader; what is left is a broker that this session started.
    broker.end().await;
    println!();
    Ok(0)
}

/// Shows every event in the terminal.
async fn show(session: &Session, terminal: &Terminal, mut events: broadcast::Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(event) => terminal.show(&session.here.workbook, &event),
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// Grades what is wished for. A new wish ends the run of the old one.
async fn grade_wishes(session: &Session) {
    let mut wish = session.wish.subscribe();
    let mut at_work = wish.borrow_and_update().clone();
    loop {
        let step = at_work.clone();
        tokio::select! {
            () = grade_one(session, &step) => if wish.changed().await.is_err() { return },
            changed = wish.changed() => if changed.is_err() { return },
        }
        at_work = wish.borrow_and_update().clone();
        if at_work != step {
            session.tell(Event::Turned { step: at_work.clone() });
        }
    }
}

async fn grade_one(session: &Session, id: &str) {
    let here = &session.here;
    let Some(step) = here.workbook.step(id) else { return };
    let tell = |event| session.tell(event);
    match grade(&here.workbook, &here.keep, step, &here.look, &tell).await {
        Ok(graded) if graded.is_pass() => go_on(session, id),
        Ok(_) => {}
        Err(failure) => failure.show(&here.look),
    }
}

/// Turns to the next step that has not passed, if the one that passed is the one at work.
fn go_on(session: &Session, passed: &str) {
    let Some(next) = session.here.next_open(passed) else {
        let done =
            say!("All steps passed. What is left is to play with them.", "모든 단계를 통과했다. 이제 마음껏 바꿔 보면 된다.");
        println!("{}", session.here.look.say(done));
        return;
    };
    if next.id != passed {
        session.ask_for(&next.id);
    }
}

/// Builds the book and opens it at `page`; from then on grades what is saved, and builds the book anew when a page is.
async fn book_then_watch(session: &Session, page: Option<String>) {
    let mut watch = Watch::new(&session.here.workbook);
    build_book(session).await;
    if let Some(page) = page {
        // Where there is no browser, the address in the terminal will do.
        let _ = open::that_detached(page);
    }
    loop {
        tokio::time::sleep(EVERY).await;
        for saved in watch.saved(&session.here.workbook) {
            match saved {
                Saved::Step(step) => session.ask_for(&step),
                Saved::Book => build_book(session).await,
            }
        }
    }
}

/// Builds the book in both languages; what is wrong with it is told and stops nothing.
async fn build_book(session: &Session) {
    let (root, out) = (session.here.workbook.root.clone(), server::book_folder(&session.here));
    let build = move || book::build_both(&root, &out.join("en"), &out.join("ko"), None);
    let built = tokio::task::spawn_blocking(build).await.unwrap_or_else(|error| Err(error.into()));
    session.tell(Event::Book { error: built.err().map(|error| format!("{error:#}")) });
}
