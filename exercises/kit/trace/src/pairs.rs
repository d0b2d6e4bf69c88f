//! Which answer belongs to which request: the same connection, the same correlation. Asked by graders, by `figures`, and by the modules
//! here that look at a question together with its answer. What the two say is in [`crate::request`] and [`crate::response`].

use crate::{Recording, What};

impl Recording {
    /// The index of the request to which event `answer` is the answer; none where `answer` is no response.
    pub fn asked_by(&self, answer: usize) -> Option<usize> {
        let What::Response { connection, correlation, .. } = &self.events.get(answer)?.what else { return None };
        self.events[..answer].iter().rposition(|event| {
            matches!(&event.what, What::Request { connection: c, correlation: n, .. } if c == connection && n == correlation)
        })
    }

    /// The index of the answer to the request at `request`; none where it got none.
    pub fn answer_to(&self, request: usize) -> Option<usize> {
        let What::Request { connection, correlation, .. } = &self.events.get(request)?.what else { return None };
        let after = self.events[request..].iter().position(|event| {
            matches!(&event.what, What::Response { connection: c, correlation: n, .. } if c == connection && n == correlation)
        })?;
        Some(request + after)
    }
}
