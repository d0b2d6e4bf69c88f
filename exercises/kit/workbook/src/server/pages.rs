//! The built book's files. A page is given the session's token on the way, so that its script knows that there is a session.

use std::{convert::Infallible, path::Path, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
};
use tower_http::services::ServeDir;

/// No page is longer.
const LONGEST_PAGE: usize = 64 * 1024 * 1024;

/// English at `/`, Korean at `/ko/`.
pub(super) fn of(book: &Path, token: &Arc<str>) -> Router {
    let token = token.clone();
    let with_token = middleware::from_fn(move |request: Request, next: Next| {
        let token = token.clone();
        async move { Ok::<_, Infallible>(give_token(next.run(request).await, &token).await) }
    });
    Router::new()
        .nest_service("/ko", ServeDir::new(book.join("ko")))
        .fallback_service(ServeDir::new(book.join("en")))
        .layer(with_token)
}

async fn give_token(response: Response, token: &str) -> Response {
    if response.status() == StatusCode::NOT_FOUND {
        return (StatusCode::NOT_FOUND, Html("<!doctype html><p>There is no such page. <a href=\"/\">The book</a></p>"))
            .into_response();
    }
    let html = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !html || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_PAGE).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let page = String::from_utf8_lossy(&body).replacen(
        "<head>",
        &format!("<head>\n<meta name=\"workbook-token\" content=\"{token}\">"),
        1,
    );
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::LAST_MODIFIED);
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, Body::from(page))
}
