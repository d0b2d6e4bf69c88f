//! One client's connection: requests go up, answers come down (in [`answers`]), and both are recorded on their way.
//! What is done to them is said elsewhere: [`crate::faults`] harms, [`crate::rewrite`] keeps the client behind the tap.

mod answers;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::{BufMut, Bytes, BytesMut};
use kafka_protocol::messages::ApiKey;
use tokio::{
    io::AsyncWriteExt,
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;
use trace::{
    Response, What,
    decode::{self, RequestFrame, ResponseBody},
    event::Side,
};

use crate::{
    faults::Instead,
    frames::{Frames, Next, PREFIX},
    mock, refusal,
    shared::Shared,
};

/// So many requests may wait for their answers on one connection; then the client itself waits. Far more than Kafka's clients send
/// ahead, and no way to fill the memory.
const MOST_WAITING: usize = 4_096;

/// One connection.
struct Connection {
    shared: Arc<Shared>,
    number: u32,
    /// Its end is recorded. What passes later, of what the broker still had to say, is not.
    ended: AtomicBool,
    /// Cancelled where [`crate::Faults::cut`] ends the connection.
    cut: CancellationToken,
    /// Cancelled where one side speaks something else than Kafka's protocol. From then on both are passed through unread.
    unread: CancellationToken,
}

/// A request that waits for its answer.
struct Waiting {
    api_key: i16,
    version: i16,
    correlation: i32,
    asked: Instant,
    /// How long to hold the answer back.
    delay: Duration,
    /// Until when to hold it back.
    hold: Option<CancellationToken>,
    /// The answer's frame, where the tap gives it itself.
    own: Option<Bytes>,
}

/// What becomes of a request.
struct Decision {
    forward: bool,
    /// How much later to forward it.
    late: Duration,
    /// The answer to be waited for, where there will be one.
    waiting: Option<Waiting>,
}

impl Waiting {
    /// Whether the answer may go on while it still comes: it brings records, and nothing is done to it.
    fn may_pass_at_once(&self) -> bool {
        self.api_key == ApiKey::Fetch as i16 && self.delay.is_zero() && self.hold.is_none() && self.own.is_none()
    }
}

/// Serves one client that has just connected, until the end.
pub(crate) async fn serve(shared: Arc<Shared>, client: TcpStream, node: i32, upstream: Arc<[String]>) {
    let number = shared.next_connection();
    let (cut, unread) = (CancellationToken::new(), CancellationToken::new());
    let connection = Connection { shared, number, ended: AtomicBool::new(false), cut, unread };
    connection.record(What::Connected { connection: number, node });
    let by = tokio::select! {
        biased;
        () = connection.shared.stop.cancelled() => Side::Tap,
        () = connection.cut.cancelled() => {
            connection.record_fault("cut".into(), String::new());
            Side::Tap
        }
        by = connection.run(client, &upstream) => by,
    };
    connection.end(by);
    connection.shared.faults.forget(number);
}

/// The first of the addresses that can be reached.
async fn connect(upstream: &[String]) -> Option<TcpStream> {
    for address in upstream {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Some(stream);
        }
    }
    None
}

impl Connection {
    /// Passes everything on, and gives the side that ended it.
    async fn run(&self, client: TcpStream, upstream: &[String]) -> Side {
        let Some(broker) = connect(upstream).await else { return Side::Broker };
        // Kafka's requests are small and wait for their answers: they must not wait for company. Where that cannot be said, it is slow.
        let _ = (client.set_nodelay(true), broker.set_nodelay(true));
        let ((from_client, to_client), (from_broker, to_broker)) = (client.into_split(), broker.into_split());
        let (asks, asked) = mpsc::channel(MOST_WAITING);
        let mut requests = std::pin::pin!(self.requests(Frames::new(from_client), to_broker, asks));
        let mut answers = std::pin::pin!(self.answers(Frames::new(from_broker), to_client, asked));
        tokio::select! {
            biased;
            by = &mut requests => {
                if by == Side::Client {
                    // It asks no more, but may still listen.
                    self.end(by);
                    answers.await;
                }
                by
            }
            by = &mut answers => by,
        }
    }

    /// Passes requests to the broker until one side ends it.
    async fn requests(&self, mut client: Frames<OwnedReadHalf>, mut broker: OwnedWriteHalf, asks: mpsc::Sender<Waiting>) -> Side {
        let mut known_as = None;
        loop {
            let next = tokio::select! {
                biased;
                () = self.unread.cancelled() => {
                    client.pass_on(&mut broker).await;
                    Ok(Next::End)
                }
                next = client.next() => next,
            };
            let frame = match next {
                Ok(Next::Frame(frame)) => frame,
                Ok(Next::NotAFrame { length }) => {
                    self.record_request(length, &RequestFrame::unreadable(not_a_frame(length)));
                    self.unread.cancel();
                    continue;
                }
                // (`next` gives whole frames alone.)
                Ok(Next::End | Next::Begun { .. }) | Err(_) => {
                    // Where that fails the broker has gone too, which `answers` will see.
                    let _ = broker.shutdown().await;
                    return Side::Client;
                }
            };
            let request = self.shared.decoder.request(&frame.slice(PREFIX..));
            self.record_request(length_of(&frame), &request);
            if known_as.as_ref() != Some(&request.client) {
                if !self.shared.faults.let_in(self.number, &request.client, &self.cut) {
                    self.record_fault("cut".into(), name(&request));
                    return Side::Tap;
                }
                known_as = Some(request.client.clone());
            }
            let Decision { forward, late, waiting } = self.decide(&request);
            if let Some(waiting) = waiting
                && asks.send(waiting).await.is_err()
            {
                return Side::Broker;
            }
            if !late.is_zero() {
                tokio::time::sleep(late).await;
            }
            let longest = self.shared.longest_session_ms.load(Ordering::Relaxed);
            let frame = mock::shortened(&frame, &request, longest).unwrap_or(frame);
            if longest < i32::MAX {
                mock::others_first(&self.shared.recorder, &request.request).await;
            }
            if forward && broker.write_all(&frame).await.is_err() {
                return Side::Broker;
            }
        }
    }

    /// What becomes of a request. A fault that strikes it is recorded here, in English words; `verdict::names` knows the Korean ones.
    fn decide(&self, request: &RequestFrame) -> Decision {
        let strike = self.shared.faults.strike(self.number, request);
        if !strike.delay.is_zero() {
            self.record_fault(format!("delayed by {} ms", strike.delay.as_millis()), name(request));
        }
        if strike.hold.is_some() {
            self.record_fault("held back".into(), name(request));
        }
        if !strike.late.is_zero() {
            self.record_fault(format!("forwarded {} ms late", strike.late.as_millis()), name(request));
        }
        let own = match strike.instead {
            Some(Instead::Discard) => {
                self.record_fault("discarded".into(), name(request));
                return Decision { forward: false, late: Duration::ZERO, waiting: None };
            }
            Some(Instead::Answer(code)) => {
                refusal::refusal(request, code).and_then(|body| frame(&body, request.api_key)).inspect(|_| {
                    self.record_fault(format!("answered {}", decode::error_name(code).unwrap_or_default()), name(request));
                })
            }
            None => refusal::too_new(request).and_then(|body| frame(&body, request.api_key)),
        };
        let forward = own.is_none();
        let waiting = request.is_answered().then(|| Waiting {
            api_key: request.api_key,
            version: request.version,
            correlation: request.correlation,
            asked: Instant::now(),
            delay: strike.delay,
            hold: strike.hold,
            own,
        });
        Decision { forward, late: strike.late, waiting }
    }

    fn record(&self, what: What) {
        if !self.ended.load(Ordering::Acquire) {
            self.shared.recorder.record(what);
        }
    }

    fn record_request(&self, bytes: u32, asked: &RequestFrame) {
        self.record(What::Request {
            connection: self.number,
            client: asked.client.clone(),
            correlation: asked.correlation,
            version: asked.version,
            bytes,
            request: asked.request.clone(),
        });
    }

    fn record_answer(&self, bytes: u32, to: Option<&Waiting>, response: Response) {
        self.record(What::Response {
            connection: self.number,
            correlation: to.map_or(-1, |waiting| waiting.correlation),
            version: to.map_or(-1, |waiting| waiting.version),
            bytes,
            took: to.map_or(0, |waiting| u64::try_from(waiting.asked.elapsed().as_micros()).unwrap_or(u64::MAX)),
            response,
        });
        self.shared.recorder.name_late(&self.shared.decoder.named_late());
    }

    fn record_fault(&self, fault: String, api: String) {
        self.record(What::Fault { connection: self.number, fault, api });
    }

    fn end(&self, by: Side) {
        self.record(What::Disconnected { connection: self.number, by });
        self.ended.store(true, Ordering::Release);
    }
}

fn name(request: &RequestFrame) -> String {
    decode::api_name(request.api_key).unwrap_or_else(|| request.request.api().into())
}

fn not_a_frame(length: u32) -> String {
    format!(
        "a frame of {length} bytes: not Kafka's protocol, or too long to be read; the connection is passed through unread from here on"
    )
}

/// A frame's length as its first four bytes tell it.
fn length_of(frame: &Bytes) -> u32 {
    u32::try_from(frame.len() - PREFIX).unwrap_or(u32::MAX)
}

/// The whole frame of an answer; none where it cannot be written.
fn frame(body: &ResponseBody, api_key: i16) -> Option<Bytes> {
    let body = body.encode(api_key).ok()?;
    let mut frame = BytesMut::with_capacity(PREFIX + body.len());
    frame.put_u32(u32::try_from(body.len()).ok()?);
    frame.put(body);
    Some(frame.freeze())
}
