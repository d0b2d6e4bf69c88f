//! What a page may wish for: a run, a hint, the starter back, the file in an editor, the solution. Each needs the session's token
//! (see [`guard`](super::guard)).

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{Shared, routes::step_of};
use crate::{catalogue::Step, editor, fail::Failure, hints, solution, starter};

/// A step by its chapter and its name.
type Id = Path<(String, String)>;

/// `POST …/run`: grades the step.
pub(super) async fn run(State(shared): State<Shared>, Path(id): Id) -> Response {
    on_step(&shared, &id, |step| {
        shared.session.ask_for(&step.id);
        StatusCode::ACCEPTED.into_response()
    })
}

/// `POST …/reset`: puts the starter back; the watch notices it as a save.
pub(super) async fn reset(State(shared): State<Shared>, Path(id): Id) -> Response {
    on_step(&shared, &id, |step| match starter::put_back(&shared.session.here.keep, step) {
        Ok(backup) => Json(json!({ "id": step.id, "backup": backup })).into_response(),
        Err(failure) => refused(&failure),
    })
}

/// `POST …/hint`: the next hint; it counts as seen. The page shows its own text of it.
pub(super) async fn hint(State(shared): State<Shared>, Path(id): Id) -> Response {
    on_step(&shared, &id, |step| match hints::next(&shared.session.here, step, None) {
        Ok((hint, _)) => Json(hint).into_response(),
        Err(failure) => refused(&failure),
    })
}

/// `POST …/open`: opens the step's file in the learner's editor.
pub(super) async fn open(State(shared): State<Shared>, Path(id): Id) -> Response {
    on_step(&shared, &id, |step| match editor::open(&step.file()) {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => (StatusCode::CONFLICT, error.to_string()).into_response(),
    })
}

/// `?force=true`: also before the step has passed.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    force: bool,
}

/// `POST …/solution`: the solution's file and text, after the step has passed or on request.
pub(super) async fn solution(State(shared): State<Shared>, Path(id): Id, Query(Asked { force }): Query<Asked>) -> Response {
    on_step(&shared, &id, |step| match solution::of(&shared.session.here, step, force) {
        Ok((file, text)) => Json(json!({ "id": step.id, "file": file, "text": text })).into_response(),
        Err(failure) => refused(&failure),
    })
}

fn on_step(shared: &Shared, id: &(String, String), then: impl FnOnce(&Step) -> Response) -> Response {
    step_of(shared, id).map_or_else(|| StatusCode::NOT_FOUND.into_response(), then)
}

fn refused(failure: &Failure) -> Response {
    (StatusCode::CONFLICT, failure.to_string()).into_response()
}
