//! The listeners: one for `bootstrap.servers`, and one for each broker that an answer of the cluster speaks of, so that the client never
//! learns a broker's own address.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::net::TcpListener;

use crate::{connection, shared::Shared};

/// The brokers that are known, each by its own address.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    ports: Mutex<HashMap<(String, u16), u16>>,
}

impl Nodes {
    /// The node id of the listener that stands for `bootstrap.servers`, as Kafka's clients count.
    pub(crate) const BOOTSTRAP: i32 = -1;
    /// More brokers than this no cluster of a lesson has; what goes beyond is an error.
    const MOST: usize = 1_000;
}

/// The port on 127.0.0.1 that stands for the broker `node` at `host:port`; it is opened where that broker is new.
pub(crate) fn port_of(shared: &Arc<Shared>, node: i32, host: &str, port: u16) -> io::Result<u16> {
    let mut ports = shared.nodes.ports.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = ports.get(&(host.to_owned(), port)) {
        return Ok(*known);
    }
    if ports.len() >= Nodes::MOST {
        return Err(io::Error::other("the cluster has too many brokers for the tap"));
    }
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let own = listener.local_addr()?.port();
    let address = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    listen(shared, TcpListener::from_std(listener)?, node, vec![address]);
    ports.insert((host.to_owned(), port), own);
    Ok(own)
}

/// Serves every client that connects, until the tap ends.
pub(crate) fn listen(shared: &Arc<Shared>, listener: TcpListener, node: i32, upstream: Vec<String>) {
    let of_all = Arc::clone(shared);
    shared.tasks.spawn(async move {
        let upstream: Arc<[String]> = upstream.into();
        let accept = async {
            loop {
                match listener.accept().await {
                    Ok((client, _)) => {
                        of_all.tasks.spawn(connection::serve(Arc::clone(&of_all), client, node, Arc::clone(&upstream)));
                    }
                    // The client is gone already; or no file can be opened any more, which only time can mend.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        };
        of_all.stop.run_until_cancelled(accept).await;
    });
}
