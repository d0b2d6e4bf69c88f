//! The web server of a session: the built book, and beside its pages what happens to the step at work. It listens on 127.0.0.1 only,
//! answers only those who ask for it by that name (see [`guard`]), and changes nothing without the session's token.

mod guard;
mod pages;
mod routes;
mod wishes;

use std::{path::PathBuf, sync::Arc};

use axum::{
    Router, middleware,
    routing::{get, post},
};
use tokio::net::TcpListener;
use verdict::say;

use crate::{
    fail::{Failure, Result},
    here::Here,
    shared::Session,
};

/// A server that has its port and does not serve yet.
pub(crate) struct Server {
    listener: TcpListener,
    router: Router,
    address: String,
}

/// What all answers need.
#[derive(Clone)]
struct Shared {
    session: Arc<Session>,
    token: Arc<str>,
}

/// Where the session's book is built: `en` and `ko` in it.
pub(crate) fn book_folder(here: &Here) -> PathBuf {
    here.workbook.target.join("workbook").join("book")
}

/// Opens `port`, or a free one where that is taken.
///
/// # Errors
/// No port can be opened.
pub(crate) async fn start(session: Arc<Session>, port: u16) -> Result<Server> {
    let listener = match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| no_port(&error))?,
    };
    let port = listener.local_addr()?.port();
    let book = book_folder(&session.here);
    let shared = Shared { session, token: guard::token()?.into() };
    let router = Router::new()
        .route("/api/steps", get(routes::steps))
        .route("/api/step/{chapter}/{step}", get(routes::step))
        .route("/api/step/{chapter}/{step}/reference", get(routes::reference))
        .route("/api/step/{chapter}/{step}/frames/{whose}", get(routes::frames))
        .route("/api/step/{chapter}/{step}/run", post(wishes::run))
        .route("/api/step/{chapter}/{step}/hint", post(wishes::hint))
        .route("/api/step/{chapter}/{step}/reset", post(wishes::reset))
        .route("/api/step/{chapter}/{step}/open", post(wishes::open))
        .route("/api/step/{chapter}/{step}/solution", post(wishes::solution))
        .route("/api/events", get(routes::events))
        .with_state(shared.clone())
        .fallback_service(pages::of(&book, &shared.token))
        .layer(middleware::from_fn_with_state(guard::Guard { port, token: shared.token }, guard::pass));
    Ok(Server { listener, router, address: format!("http://127.0.0.1:{port}") })
}

impl Server {
    /// `http://127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Serves until it is dropped.
    ///
    /// # Errors
    /// The port is lost.
    pub(crate) async fn serve(self) -> Result<()> {
        Ok(axum::serve(self.listener, self.router).await?)
    }
}

/// No port could be opened for the book.
fn no_port(error: &std::io::Error) -> Failure {
    Failure::setup(
        "port",
        say!("No port can be opened on 127.0.0.1 for the book.", "책을 띄울 포트를 127.0.0.1에 열 수 없다."),
        say!("Without the book: cargo workbook check", "책 없이 채점하려면: cargo workbook check"),
    )
    .saying(error.to_string())
}
