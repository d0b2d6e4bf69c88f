//! Who is answered: a page of this server in a browser on this machine. Another site that a learner has open can send requests to
//! 127.0.0.1 too, also under a name of its own that it points there; so the host that is asked for and the origin that asks must be
//! this server, and whoever changes something must know the token, which only this server's pages carry.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The header that carries the token.
const TOKEN: &str = "x-workbook-token";

/// What a request is held against.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) port: u16,
    pub(super) token: Arc<str>,
}

/// A token that nobody guesses.
///
/// # Errors
/// The system has no randomness.
pub(super) fn token() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Lets a request through, or says why not.
pub(super) async fn pass(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.objection(request.method(), request.headers()) {
        Some(objection) => (StatusCode::FORBIDDEN, objection).into_response(),
        None => next.run(request).await,
    }
}

impl Guard {
    fn objection(&self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let own = |host: &str| ["127.0.0.1", "localhost"].iter().any(|name| host == format!("{name}:{}", self.port));
        if !text(header::HOST).is_some_and(own) {
            return Some("this server answers only as 127.0.0.1 or localhost\n");
        }
        if text(header::ORIGIN).is_some_and(|origin| !origin.strip_prefix("http://").is_some_and(own)) {
            return Some("this server answers only its own pages\n");
        }
        let known = headers.get(TOKEN).is_some_and(|token| token.as_bytes() == self.token.as_bytes());
        let reads = matches!(*method, Method::GET | Method::HEAD);
        (!reads && !known).then_some("this needs the token of the session\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: Method, headers: &[(&'static str, &str)]) -> bool {
        let guard = Guard { port: 7848, token: "secret".into() };
        let map = headers.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect();
        guard.objection(&method, &map).is_some()
    }

    #[test]
    fn a_page_of_this_server_is_answered() {
        assert!(!refused(Method::GET, &[("host", "127.0.0.1:7848")]));
        assert!(!refused(Method::GET, &[("host", "localhost:7848"), ("origin", "http://localhost:7848")]));
        assert!(!refused(Method::POST, &[("host", "127.0.0.1:7848"), ("x-workbook-token", "secret")]));
    }

    #[test]
    fn other_names_origins_and_tokens_are_not() {
        assert!(refused(Method::GET, &[]));
        assert!(refused(Method::GET, &[("host", "evil.example:7848")]));
        assert!(refused(Method::GET, &[("host", "127.0.0.1:80")]));
        assert!(refused(Method::GET, &[("host", "127.0.0.1:7848"), ("origin", "http://evil.example")]));
        assert!(refused(Method::GET, &[("host", "127.0.0.1:7848"), ("origin", "null")]));
        assert!(refused(Method::POST, &[("host", "127.0.0.1:7848")]));
        assert!(refused(Method::POST, &[("host", "127.0.0.1:7848"), ("x-workbook-token", "guess")]));
        assert!(refused(Method::DELETE, &[("host", "127.0.0.1:7848")]));
    }
}
