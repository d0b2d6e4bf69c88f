//! A recording proxy in front of a Kafka cluster: every client that is pointed at [`Tap::bootstrap`] is heard, word by word, and
//! the [`Recorder`] keeps what it says. It can also do harm on purpose ([`Faults`]). Used by `lab` for its graders and by `workbook tap`
//! for any client in any language. It judges nothing, and what it cannot read it passes on as it came.
//!
//! | module | one idea |
//! |---|---|
//! | `nodes` | the listeners: for `bootstrap.servers`, and for each broker |
//! | `connection` | one client's connection: requests up, answers down, both recorded |
//! | `frames` | a stream of bytes → Kafka's frames |
//! | `recorder` | what happened, when; and waiting for something to happen |
//! | `faults` | harm on purpose, said in a sentence; what to do for another kind |
//! | `refusal` | an answer that says nothing but an error |
//! | `rewrite` | the answers that would lead a client past the tap |
//! | `mock` | what makes librdkafka's mock cluster usable for groups |
//! | `shared` | what all connections share |
//!
//! ```no_run
//! # async fn example() -> Result<(), tap::TapError> {
//! let recorder = tap::Recorder::new(trace::Recording::of("01_groups/01_one_consumer"));
//! let tap = tap::Tap::start("localhost:9092", recorder.clone()).await?;
//! tap.faults().on("OffsetCommit").from_client("C1").times(2).answer("REBALANCE_IN_PROGRESS");
//! println!("bootstrap.servers = {}", tap.bootstrap());
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod connection;
mod faults;
mod frames;
mod mock;
mod nodes;
mod recorder;
mod refusal;
mod rewrite;
mod shared;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use crate::{
    faults::{Fault, Faults},
    recorder::Recorder,
};
use crate::{nodes::Nodes, shared::Shared};

/// A running proxy. It ends with [`Tap::close`], or when it is dropped.
#[derive(Debug)]
pub struct Tap {
    bootstrap: String,
    shared: Arc<Shared>,
    /// Ends every listener and connection when the tap is dropped.
    stop: DropGuard,
}

/// The proxy cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TapError {
    /// The cluster's address is not one.
    #[error("`{0}` is not an address of a Kafka cluster; expected `host:port`, or several with commas between them")]
    Upstream(String),
    /// No port could be opened on 127.0.0.1.
    #[error("no port can be opened on 127.0.0.1: {0}")]
    Listen(#[source] std::io::Error),
}

impl Tap {
    /// Starts a proxy in front of the cluster at `upstream`, `host:port` or several with commas between them. It listens on a free port of
    /// 127.0.0.1, and on one more for each broker that the cluster's answers speak of. The cluster need not be there yet.
    ///
    /// # Errors
    /// `upstream` is no address, or no port can be opened.
    pub async fn start(upstream: &str, recorder: Recorder) -> Result<Self, TapError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(TapError::Listen)?;
        Self::start_at(listener, upstream, recorder)
    }

    /// As [`Self::start`], with `listener` for the clients' `bootstrap.servers`. The brokers' own listeners are on 127.0.0.1 all the same.
    /// It needs tokio's runtime around it.
    ///
    /// # Errors
    /// `upstream` is no address, or the listener has none.
    pub fn start_at(listener: TcpListener, upstream: &str, recorder: Recorder) -> Result<Self, TapError> {
        let addresses: Vec<String> = upstream.split(',').map(|address| address.trim().to_owned()).collect();
        if !addresses.iter().all(|address| is_an_address(address)) {
            return Err(TapError::Upstream(upstream.into()));
        }
        let bootstrap = listener.local_addr().map_err(TapError::Listen)?.to_string();
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared::new(recorder, stop.clone()));
        nodes::listen(&shared, listener, Nodes::BOOTSTRAP, addresses);
        Ok(Self { bootstrap, shared, stop: stop.drop_guard() })
    }

    /// What a client's `bootstrap.servers` has to be: `127.0.0.1:PORT`, unless it was started at another listener.
    pub fn bootstrap(&self) -> String {
        self.bootstrap.clone()
    }

    /// Does harm to what passes.
    pub fn faults(&self) -> Faults {
        self.shared.faults.clone()
    }

    /// From now on a member of a classic group gets a session of at most `most`, whatever it asks for. For librdkafka's mock cluster,
    /// which keeps a group waiting for about a session where Kafka does not. The recording keeps what the client asked for. A leader's
    /// SyncGroup is held back until the other members have sent theirs, since the mock refuses those that come later.
    pub fn shorten_sessions(&self, most: Duration) {
        let ms = i32::try_from(most.as_millis()).unwrap_or(i32::MAX);
        self.shared.longest_session_ms.store(ms, Ordering::Relaxed);
    }

    /// Ends all connections and waits until they have ended, so that the recording is complete.
    pub async fn close(self) {
        let tasks = self.shared.tasks.clone();
        drop(self.stop);
        tasks.close();
        tasks.wait().await;
    }
}

fn is_an_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}
