//! The answers of the session's interface: steps and their states, the last verdict with its figure, what happens, and two wishes.

use std::{convert::Infallible, fs, sync::PoisonError};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event as Message, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError};
use trace::Recording;
use verdict::Language;

use super::Shared;
use crate::{
    catalogue::Step,
    event::{DOES_NOT_COMPILE, Event, Graded},
    page,
    progress::Progress,
    starter,
};

/// The language of an answer: `?lang=ko`; without it, the session's.
#[derive(Deserialize)]
pub(super) struct Asked {
    lang: Option<Language>,
}

/// `GET /api/steps`.
pub(super) async fn steps(State(shared): State<Shared>, Query(asked): Query<Asked>) -> Response {
    let here = &shared.session.here;
    let progress = Progress::read(&here.keep);
    let language = asked.lang.unwrap_or(here.look.language);
    let steps = here.workbook.steps.iter().map(|step| {
        let title = page::title(&here.workbook.root, step, language);
        let (minutes, state, file) = (step.facts.minutes, progress.state(step), step.shown_file());
        json!({ "id": step.id, "title": title, "minutes": minutes, "state": state, "file": file })
    });
    Json(steps.collect::<Vec<_>>()).into_response()
}

/// `GET /api/step/{chapter}/{step}`: the last verdict of a step, and its recording as a figure.
pub(super) async fn step(State(shared): State<Shared>, Path(id): Path<(String, String)>, Query(asked): Query<Asked>) -> Response {
    let here = &shared.session.here;
    let Some(step) = step_of(&shared, &id) else { return StatusCode::NOT_FOUND.into_response() };
    let place = step.place(&here.workbook.target);
    let recording = fs::read_to_string(place.trace_file()).ok().and_then(|text| Recording::from_jsonl(&text).ok());
    let options = figures::Options::new("own", asked.lang.unwrap_or(here.look.language));
    let figure = recording.filter(|recording| !recording.events.is_empty());
    let figure = figure.map(|recording| figures::figure(&recording, figures::Parts::Both, &options));
    let progress = Progress::read(&here.keep);
    let state = progress.state(step);
    let last = shared.session.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let phase = match &last {
        Some(Event::Building { step: at_work }) if *at_work == step.id => "building",
        Some(Event::Running { step: at_work } | Event::Noted { step: at_work, .. }) if *at_work == step.id => "running",
        Some(Event::Graded { step: at_work, .. }) if *at_work == step.id => "done",
        _ => "idle",
    };
    let compiler = match last {
        Some(Event::Graded { step: at_work, graded: Graded::DoesNotCompile { compiler, .. } }) if at_work == step.id => compiler,
        _ => String::new(),
    };
    // What does not compile was not judged: an older verdict says nothing of it.
    let verdict = place.verdict().filter(|_| progress.of(step).last != DOES_NOT_COMPILE);
    let figure = figure.filter(|_| verdict.is_some());
    let answer =
        json!({ "id": step.id, "state": state, "verdict": verdict, "figure": figure, "phase": phase, "compiler": compiler });
    Json(answer).into_response()
}

/// `POST …/run`: grades the step.
pub(super) async fn run(State(shared): State<Shared>, Path(id): Path<(String, String)>) -> Response {
    let Some(step) = step_of(&shared, &id) else { return StatusCode::NOT_FOUND.into_response() };
    shared.session.ask_for(&step.id);
    StatusCode::ACCEPTED.into_response()
}

/// `POST …/reset`: puts the starter back; the watch notices it as a save.
pub(super) async fn reset(State(shared): State<Shared>, Path(id): Path<(String, String)>) -> Response {
    let Some(step) = step_of(&shared, &id) else { return StatusCode::NOT_FOUND.into_response() };
    match starter::put_back(&shared.session.here.keep, step) {
        Ok(backup) => Json(json!({ "id": step.id, "backup": backup })).into_response(),
        Err(failure) => (StatusCode::CONFLICT, failure.to_string()).into_response(),
    }
}

/// `GET /api/events`: first where the step at work stands, then whatever happens.
pub(super) async fn events(State(shared): State<Shared>) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let events = shared.session.events.subscribe();
    let last = shared.session.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let stream = stream::iter(last).chain(stream::unfold(events, next));
    let stream = stream.map(|event| Ok(Message::default().data(serde_json::to_string(&event).unwrap_or_default())));
    Sse::new(stream).keep_alive(KeepAlive::default())
}

/// The next event; a page that is too slow misses some and goes on.
async fn next(mut events: broadcast::Receiver<Event>) -> Option<(Event, broadcast::Receiver<Event>)> {
    loop {
        match events.recv().await {
            Ok(event) => return Some((event, events)),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

fn step_of<'a>(shared: &'a Shared, (chapter, step): &(String, String)) -> Option<&'a Step> {
    shared.session.here.workbook.step(&format!("{chapter}/{step}"))
}
