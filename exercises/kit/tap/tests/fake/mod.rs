//! A broker and a client that say exactly what a test tells them to, in Kafka's frames. The broker answers what it is asked by a function;
//! the client asks one thing at a time.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a test ends where something is not as it should be; each uses its own part"
)]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::{BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::{ApiKey, RequestHeader, RequestKind, ResponseHeader, ResponseKind},
    protocol::Encodable,
};
use tap::{Recorder, Tap};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use trace::{
    Recording, What,
    decode::{Decoder, RequestFrame, ResponseBody},
};

/// Nothing in these tests takes longer, unless it never happens.
pub const LONG: Duration = Duration::from_secs(20);

/// What the broker does with a request.
pub enum Reply {
    /// Answers.
    Say(ResponseKind),
    /// Answers with these bytes after the correlation.
    Bytes(&'static [u8]),
    /// Answers once it is told to.
    When(Arc<Notify>, ResponseKind),
    /// Does not answer.
    Nothing,
    /// Closes the connection.
    HangUp,
}

impl<T: Into<ResponseKind>> From<T> for Reply {
    fn from(kind: T) -> Self {
        Self::Say(kind.into())
    }
}

/// A broker. It goes on for as long as the test's runtime.
pub struct Broker {
    pub address: SocketAddr,
    /// What it was asked, of all connections.
    pub asked: Arc<Mutex<Vec<RequestFrame>>>,
}

impl Broker {
    pub async fn start(answer: impl Fn(&RequestFrame) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let broker = Self { address: listener.local_addr().unwrap(), asked: Arc::default() };
        let (asked, answer) = (Arc::clone(&broker.asked), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, Arc::clone(&asked), Arc::clone(&answer)));
            }
        });
        broker
    }

    pub fn asked(&self) -> Vec<RequestFrame> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut client: TcpStream, asked: Arc<Mutex<Vec<RequestFrame>>>, answer: Arc<impl Fn(&RequestFrame) -> Reply>) {
    while let Some(frame) = frame(&mut client).await {
        let request = Decoder::default().request(&frame);
        asked.lock().unwrap().push(request.clone());
        let kind = match answer(&request) {
            Reply::Say(kind) => kind,
            Reply::Bytes(bytes) => {
                let body = [&request.correlation.to_be_bytes(), bytes].concat();
                client.write_all(&with_length(&body)).await.unwrap();
                continue;
            }
            Reply::When(told, kind) => {
                told.notified().await;
                kind
            }
            Reply::Nothing => continue,
            Reply::HangUp => return,
        };
        let header = ResponseHeader::default().with_correlation_id(request.correlation);
        let body = ResponseBody { header, version: request.version, kind }.encode(request.api_key).unwrap();
        if client.write_all(&with_length(&body)).await.is_err() {
            return;
        }
    }
}

/// The next frame, without its length; none at the end.
pub async fn frame(stream: &mut TcpStream) -> Option<Bytes> {
    let length = stream.read_u32().await.ok()?;
    let mut frame = vec![0; length as usize];
    stream.read_exact(&mut frame).await.ok()?;
    Some(frame.into())
}

pub fn with_length(body: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u32(u32::try_from(body.len()).unwrap());
    frame.put(body);
    frame.freeze()
}

/// A tap in front of a broker, and what it records.
pub async fn tap(upstream: SocketAddr) -> (Tap, Recorder) {
    let recorder = Recorder::new(Recording::of("a test"));
    (Tap::start(&upstream.to_string(), recorder.clone()).await.unwrap(), recorder)
}

/// A client with one connection.
pub struct Client {
    pub stream: TcpStream,
    id: &'static str,
    correlation: i32,
}

impl Client {
    pub async fn connect(address: impl AsRef<str>, id: &'static str) -> Self {
        Self { stream: TcpStream::connect(address.as_ref()).await.unwrap(), id, correlation: 0 }
    }

    /// Asks, and gives the correlation.
    pub async fn ask(&mut self, api: ApiKey, version: i16, kind: impl Into<RequestKind>) -> i32 {
        self.correlation += 1;
        let header = RequestHeader::default()
            .with_request_api_key(api as i16)
            .with_request_api_version(version)
            .with_correlation_id(self.correlation)
            .with_client_id(Some(self.id.into()));
        let mut frame = BytesMut::new();
        header.encode(&mut frame, api.request_header_version(version)).unwrap();
        kind.into().encode(&mut frame, version).unwrap();
        self.stream.write_all(&with_length(&frame)).await.unwrap();
        self.correlation
    }

    /// The next answer's correlation; none where the connection has ended.
    pub async fn hear(&mut self) -> Option<i32> {
        let frame = tokio::time::timeout(LONG, frame(&mut self.stream)).await.unwrap()?;
        trace::decode::correlation(&frame)
    }

    /// Asks, and gives the answer.
    pub async fn ask_and_hear(&mut self, api: ApiKey, version: i16, kind: impl Into<RequestKind>) -> ResponseKind {
        self.ask(api, version, kind).await;
        let mut frame = tokio::time::timeout(LONG, frame(&mut self.stream)).await.unwrap().unwrap();
        kafka_protocol::protocol::Decodable::decode(&mut frame, api.response_header_version(version))
            .map(|_: ResponseHeader| ResponseKind::decode(api, &mut frame, version).unwrap())
            .unwrap()
    }
}

/// The events but for times and lengths, each as one line.
pub fn lines(recorder: &Recorder) -> Vec<String> {
    let line = |what: &What| match what {
        What::Connected { connection, node } => format!("{connection} connected to {node}"),
        What::Disconnected { connection, by } => format!("{connection} disconnected by {by:?}"),
        What::Request { connection, request, correlation, .. } => format!("{connection} -> {} {correlation}", request.api()),
        What::Response { connection, response, correlation, .. } => {
            let error = response.error().map(|error| format!(" {error}")).unwrap_or_default();
            format!("{connection} <- {} {correlation}{error}", response.api())
        }
        What::Fault { connection, fault, api } => format!("{connection} !! {api} {fault}"),
        other => format!("{other:?}"),
    };
    recorder.with(|recording| recording.events.iter().map(|event| line(&event.what)).collect())
}

/// Waits until a connection has ended.
pub async fn ended(recorder: &Recorder, number: u32) {
    let seen = |recording: &Recording| {
        recording.find(|what| matches!(what, What::Disconnected { connection, .. } if *connection == number)).next().is_some()
    };
    assert!(recorder.until(LONG, seen).await, "connection {number} has not ended: {:#?}", lines(recorder));
}
