//! The answers of the session's interface: steps and their states, the last verdict with its figure, and what happens.

use std::{convert::Infallible, fs, path::PathBuf, sync::PoisonError};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
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
use verdict::{Language, Text, say};

use super::Shared;
use crate::{
    attempts,
    catalogue::Step,
    event::{DOES_NOT_COMPILE, Event, Graded},
    here::Here,
    page,
    progress::Progress,
};

/// A larger recording is not drawn.
const LARGEST_RECORDING: u64 = 32 * 1024 * 1024;

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
    let (figure, trouble) = figure_of(&place.trace_file(), "own", asked.lang.unwrap_or(here.look.language));
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
    let notes = if phase == "idle" { Vec::new() } else { shared.session.notes() };
    let answer = json!({
        "id": step.id, "state": state, "phase": phase, "notes": notes, "verdict": verdict, "compiler": compiler,
        "figure": figure, "figure_trouble": trouble, "attempts": attempts::of(&here.keep, step),
        "file": step.shown_file(), "path": step.file(), "hints_seen": progress.of(step).hints_seen,
    });
    Json(answer).into_response()
}

/// `GET …/reference`: the recording of the step's own solution as a figure, to be looked at beside one's own.
pub(super) async fn reference(
    State(shared): State<Shared>,
    Path(id): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let here = &shared.session.here;
    let Some(step) = step_of(&shared, &id) else { return StatusCode::NOT_FOUND.into_response() };
    let file = reference_of(here, step);
    let (figure, trouble) = figure_of(&file, "reference", asked.lang.unwrap_or(here.look.language));
    Json(json!({ "id": step.id, "figure": figure, "figure_trouble": trouble })).into_response()
}

/// `GET …/frames/own` and `…/frames/reference`: the frames of that recording, field by field.
pub(super) async fn frames(
    State(shared): State<Shared>,
    Path((chapter, step, whose)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    let here = &shared.session.here;
    let Some(step) = step_of(&shared, &(chapter, step)) else { return StatusCode::NOT_FOUND.into_response() };
    let file = match whose.as_str() {
        "own" => step.place(&here.workbook.target).trace_file(),
        "reference" => reference_of(here, step),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let recording = fs::read_to_string(file).ok().and_then(|text| Recording::from_jsonl(&text).ok());
    let Some(recording) = recording else { return StatusCode::NOT_FOUND.into_response() };
    let json = figures::frames(&recording, asked.lang.unwrap_or(here.look.language));
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// The recording of the step's own solution.
fn reference_of(here: &Here, step: &Step) -> PathBuf {
    here.workbook.root.join("book/recordings").join(format!("{}.jsonl", step.id))
}

/// The figure of a recording; where it cannot be drawn, why. Neither where there is none.
fn figure_of(file: &std::path::Path, name: &str, language: Language) -> (Option<String>, Option<Text>) {
    let Ok(about) = fs::metadata(file) else { return (None, None) };
    if about.len() > LARGEST_RECORDING {
        let megabytes = about.len() / 1024 / 1024;
        let text =
            say!("The recording is too large to be drawn: {megabytes} MB.", "기록이 너무 커서 그릴 수 없다: {megabytes} MB.");
        return (None, Some(text));
    }
    let read = fs::read_to_string(file).map_err(|error| error.to_string());
    match read.and_then(|text| Recording::from_jsonl(&text).map_err(|error| error.to_string())) {
        Ok(recording) if recording.events.is_empty() => (None, None),
        Ok(recording) => {
            let options = figures::Options::new(name, language);
            (Some(figures::figure(&recording, figures::Parts::Both, &options)), None)
        }
        Err(error) => {
            let text = say!(
                "The recording of this run cannot be read: {error}. The next run makes a new one.",
                "이 실행의 기록을 읽을 수 없다: {error}. 다음 실행이 새로 만든다."
            );
            (None, Some(text))
        }
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

pub(super) fn step_of<'a>(shared: &'a Shared, (chapter, step): &(String, String)) -> Option<&'a Step> {
    shared.session.here.workbook.step(&format!("{chapter}/{step}"))
}
