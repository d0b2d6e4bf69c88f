//! The addresses of `01_who_and_where`, inside the answer's process: one at which no Kafka is, and one that is
//! late, as a broker that is just starting.

use std::{
    io::{Read, Result, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// The mark for the first try of the dead address.
pub(super) const DEAD_IS_TRIED: &str = "dead address tried";
/// How long the silence is at least. Who gives up after half a second of it gives up here, whichever address the client takes first.
const SHORTEST_SILENCE: Duration = Duration::from_millis(650);
/// The silence ends here at the latest, for an answer that never tries the dead address.
const LONGEST_SILENCE: Duration = Duration::from_millis(2_500);

/// An address at which another server runs, which speaks HTTP. Tells when it is tried for the first time, with a mark as well.
pub(super) fn dead(mark: impl Fn(String) + Send + 'static) -> Result<(String, Receiver<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let (tried, was_tried) = channel();
    thread::spawn(move || {
        for (nth, connection) in listener.incoming().flatten().enumerate() {
            // Where the client is gone, there is nobody to answer.
            let _ = refuse(connection);
            if nth == 0 {
                mark(DEAD_IS_TRIED.to_owned());
                let _ = tried.send(());
            }
        }
    });
    Ok((address, was_tried))
}

fn refuse(mut connection: TcpStream) -> Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(1)))?;
    let _request = connection.read(&mut [0; 1024])?;
    connection.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")?;
    connection.shutdown(Shutdown::Both)
}

/// An address that is silent to whoever comes first, and hangs up at `begin`, not too soon. Then it passes connections on to `upstream`.
pub(super) fn late(begin: Receiver<()>, upstream: &str) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let (address, upstream) = (listener.local_addr()?.to_string(), upstream.to_owned());
    let opened = Instant::now();
    thread::spawn(move || {
        let mut clients = listener.incoming().flatten();
        let first = clients.next();
        // An error means that the time is over.
        let _ = begin.recv_timeout(LONGEST_SILENCE);
        thread::sleep(SHORTEST_SILENCE.saturating_sub(opened.elapsed()));
        drop(first);
        for client in clients {
            if let Ok(broker) = TcpStream::connect(&upstream) {
                pass_on(Arc::new(client), Arc::new(broker));
            }
        }
    });
    Ok(address)
}

fn pass_on(client: Arc<TcpStream>, broker: Arc<TcpStream>) {
    for (from, to) in [(client.clone(), broker.clone()), (broker, client)] {
        thread::spawn(move || {
            let _ = std::io::copy(&mut &*from, &mut &*to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
}
