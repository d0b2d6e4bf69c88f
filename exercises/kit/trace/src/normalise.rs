//! The same recording with what differs from run to run made equal: member ids, times, frame lengths. For tests that compare a
//! recording with a committed one. Order and content stay.

use std::collections::BTreeMap;

use crate::{Recording, What};

impl Recording {
    /// A copy in which member ids are `member-1`, `member-2` … in order of appearance, the n-th event happens at n microseconds,
    /// answers take no time and frames have no length.
    #[must_use]
    pub fn normalised(&self) -> Self {
        let mut names = BTreeMap::new();
        for event in &self.events {
            for id in member_ids(&event.what) {
                let next = names.len() + 1;
                names.entry(id.to_owned()).or_insert_with(|| format!("member-{next}"));
            }
        }
        let mut copy = self.renamed(&names);
        for (n, event) in copy.events.iter_mut().enumerate() {
            event.at = n as u64;
            match &mut event.what {
                What::Request { bytes, .. } => *bytes = 0,
                What::Response { bytes, took, .. } => (*bytes, *took) = (0, 0),
                _ => {}
            }
        }
        copy
    }
}

fn member_ids(what: &What) -> Vec<&str> {
    use crate::Response;
    let ids = match what {
        What::Request { request, .. } => request.member().into_iter().collect::<Vec<_>>(),
        What::Response { response: Response::JoinGroup { member, .. }, .. }
        | What::Response { response: Response::ConsumerGroupHeartbeat { member, .. }, .. } => vec![member.as_str()],
        _ => Vec::new(),
    };
    ids.into_iter().filter(|id| !id.is_empty()).collect()
}
