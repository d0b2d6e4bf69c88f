//! What all connections of one tap share: made by [`crate::Tap`], handed to each listener and connection. It does nothing itself.

use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use tokio_util::{sync::CancellationToken, task::TaskTracker};
use trace::decode::Decoder;

use crate::{Faults, Recorder, nodes::Nodes};

/// What all connections of one tap share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) decoder: Decoder,
    pub(crate) recorder: Recorder,
    pub(crate) faults: Faults,
    pub(crate) nodes: Nodes,
    /// Cancelled when the tap ends.
    pub(crate) stop: CancellationToken,
    /// Every listener and connection.
    pub(crate) tasks: TaskTracker,
    /// The longest session that a member may ask for, in ms (see [`crate::mock`]).
    pub(crate) longest_session_ms: AtomicI32,
    connections: AtomicU32,
}

impl Shared {
    pub(crate) fn new(recorder: Recorder, stop: CancellationToken) -> Self {
        Self {
            decoder: Decoder::default(),
            recorder,
            faults: Faults::default(),
            nodes: Nodes::default(),
            stop,
            tasks: TaskTracker::new(),
            longest_session_ms: AtomicI32::new(i32::MAX),
            connections: AtomicU32::new(0),
        }
    }

    /// The number of a new connection, from 1.
    pub(crate) fn next_connection(&self) -> u32 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }
}
