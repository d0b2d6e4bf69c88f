//! Bytes → frame, with `kafka-protocol`. Called by `tap` once for every frame that passes; it gets the meaning as data and, where it
//! may have to change the frame, the message itself. No bytes make it panic or take more memory than they are worth (see `guard`):
//! what it cannot read is [`Request::Opaque`] or [`Response::Opaque`].
//!
//! One more API is read in these places. The compiler asks for `api()`; the tests of `trace`, `tap` and `figures` ask for nearly all the
//! rest, once `tests/messages` has the API in `REQUESTS` and a message of each kind.
//!
//! | where | what |
//! |---|---|
//! | [`crate::request`], [`crate::response`] | a variant of each, in `api()`, and in `group()`, `member()`, `error()` where it has one |
//! | `decode/requests.rs`, `decode/responses.rs` | the message in `read_body`, and what it says in `meaning` |
//! | [`newest_version`] | so that no client is offered a version that is not read |
//! | `tap`'s `refusal.rs` | how its answer carries an error, so that a fault can give one |
//! | `fields` of `figures`, `words` of `lab` and of `figures` | what each field means, and the frame in words; without words people read its name |
//!
//! One more field is a field of the variant with `#[serde(default, skip_serializing_if = …)]`, so that the recordings of the book are read
//! still, filled in `meaning`, with something in it in `tests/messages`, and a sentence in `figures`' `fields`.

mod batches;
mod error;
pub(crate) mod guard;
mod requests;
mod responses;
mod topics;

use std::collections::BTreeMap;

use bytes::{Buf, Bytes, BytesMut};
use kafka_protocol::{
    messages::{
        ApiKey, ApiVersionsRequest, ConsumerGroupHeartbeatRequest, DescribeClusterRequest, FetchRequest, FindCoordinatorRequest,
        HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest,
        OffsetFetchRequest, ProduceRequest, RequestHeader, RequestKind, ResponseHeader, ResponseKind, ShareAcknowledgeRequest,
        ShareFetchRequest, SyncGroupRequest,
    },
    protocol::{Encodable, Message, Request as Api},
};

pub use self::error::{error_code, error_name};
use self::{guard::read, topics::Topics};
use crate::{Request, Response};

/// Reads the frames of one cluster. Shared by all its connections, because Kafka's newer requests name topics by ids that other
/// answers (Metadata) have told.
#[derive(Debug, Default)]
pub struct Decoder {
    topics: Topics,
}

/// A request's frame, read.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestFrame {
    /// The number of the API.
    pub api_key: i16,
    /// The version of the request.
    pub version: i16,
    /// The number that pairs the request with its answer on one connection.
    pub correlation: i32,
    /// `client.id`; empty where the header has none.
    pub client: String,
    /// What it asks.
    pub request: Request,
    /// The message, where [`Self::request`] was made from one.
    pub body: Option<RequestKind>,
}

impl RequestFrame {
    /// A request of which not even the header can be read, for this reason.
    pub fn unreadable(reason: impl Into<String>) -> Self {
        let request = Request::Opaque { api_key: -1, reason: reason.into() };
        Self { api_key: -1, version: -1, correlation: -1, client: String::new(), request, body: None }
    }

    /// Whether the broker will answer. It does not answer what has no header, nor records that are sent with `acks=0`.
    pub fn is_answered(&self) -> bool {
        match &self.request {
            Request::Opaque { api_key, .. } => *api_key >= 0,
            Request::Produce { acks, .. } => *acks != 0,
            _ => true,
        }
    }
}

/// An answer's frame, read.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseFrame {
    /// What it answers.
    pub response: Response,
    /// The message, where it carries what a proxy has to change: broker addresses, or the versions that a broker offers.
    pub body: Option<ResponseBody>,
}

/// An answer that can be written as a frame again.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseBody {
    /// The correlation, and header fields that nobody knows yet.
    pub header: ResponseHeader,
    /// The version of the request that it answers.
    pub version: i16,
    /// The message.
    pub kind: ResponseKind,
}

impl ResponseBody {
    /// The frame, without the four bytes of its length.
    ///
    /// # Errors
    /// The message holds something that this version cannot say.
    pub fn encode(&self, api_key: i16) -> Result<Bytes, String> {
        let api = ApiKey::try_from(api_key).map_err(|()| format!("API key {api_key} is unknown"))?;
        let mut frame = BytesMut::new();
        self.header.encode(&mut frame, api.response_header_version(self.version)).map_err(|e| e.to_string())?;
        self.kind.encode(&mut frame, self.version).map_err(|e| e.to_string())?;
        Ok(frame.freeze())
    }
}

impl Decoder {
    /// Reads a request; `frame` is without the four bytes of its length.
    pub fn request(&self, frame: &Bytes) -> RequestFrame {
        match read_header(frame) {
            Err(reason) => RequestFrame::unreadable(reason),
            Ok((header, body)) => {
                let (api_key, version) = (header.request_api_key, header.request_api_version);
                let (request, body) = match requests::read_body(api_key, version, body) {
                    Ok(kind) => (requests::meaning(&kind, api_key, version, &self.topics), Some(kind)),
                    Err(Unread::NotNeeded(name)) => (Request::Other { name }, None),
                    Err(Unread::Broken(reason)) => (Request::Opaque { api_key, reason }, None),
                };
                let client = header.client_id.map(|id| id.to_string()).unwrap_or_default();
                RequestFrame { api_key, version, correlation: header.correlation_id, client, request, body }
            }
        }
    }

    /// Reads the answer to a request of that API and version; `frame` is without the four bytes of its length.
    pub fn response(&self, frame: &Bytes, api_key: i16, version: i16) -> ResponseFrame {
        match responses::read_body(api_key, version, frame) {
            Ok(body) => {
                self.topics.learn(&body.kind);
                let response = responses::meaning(&body.kind, api_key, &self.topics);
                ResponseFrame { response, body: responses::is_to_be_changed(&body.kind).then_some(body) }
            }
            Err(Unread::NotNeeded(name)) => ResponseFrame { response: Response::Other { name }, body: None },
            Err(Unread::Broken(reason)) => ResponseFrame { response: Response::Opaque { api_key, reason }, body: None },
        }
    }

    /// Topic ids that earlier frames were read with, and that an answer has told the names of since: id → name. Each is given once.
    pub fn named_late(&self) -> BTreeMap<String, String> {
        self.topics.named_late()
    }
}

/// The correlation that every answer begins with; none where the frame is too short.
pub fn correlation(frame: &Bytes) -> Option<i32> {
    frame.clone().try_get_i32().ok()
}

/// The API's name as the protocol guide spells it; none where the number is unknown.
pub fn api_name(api_key: i16) -> Option<String> {
    ApiKey::try_from(api_key).ok().map(|api| format!("{api:?}"))
}

/// The number of the API of that name, as the protocol guide spells it.
pub fn api_key(name: &str) -> Option<i16> {
    ApiKey::iter().find(|api| format!("{api:?}") == name).map(|api| api as i16)
}

/// The newest version of an API whose requests and answers are both read here; none where its bodies are not read at all,
/// so that any version will do.
pub fn newest_version(api_key: i16) -> Option<i16> {
    fn newest<T: Api>() -> Option<i16> {
        Some(T::VERSIONS.max.min(T::Response::VERSIONS.max))
    }
    match ApiKey::try_from(api_key).ok()? {
        ApiKey::ApiVersions => newest::<ApiVersionsRequest>(),
        ApiKey::Metadata => newest::<MetadataRequest>(),
        ApiKey::FindCoordinator => newest::<FindCoordinatorRequest>(),
        ApiKey::JoinGroup => newest::<JoinGroupRequest>(),
        ApiKey::SyncGroup => newest::<SyncGroupRequest>(),
        ApiKey::Heartbeat => newest::<HeartbeatRequest>(),
        ApiKey::LeaveGroup => newest::<LeaveGroupRequest>(),
        ApiKey::ConsumerGroupHeartbeat => newest::<ConsumerGroupHeartbeatRequest>(),
        ApiKey::OffsetCommit => newest::<OffsetCommitRequest>(),
        ApiKey::OffsetFetch => newest::<OffsetFetchRequest>(),
        ApiKey::ListOffsets => newest::<ListOffsetsRequest>(),
        ApiKey::Fetch => newest::<FetchRequest>(),
        ApiKey::Produce => newest::<ProduceRequest>(),
        ApiKey::DescribeCluster => newest::<DescribeClusterRequest>(),
        ApiKey::ShareFetch => newest::<ShareFetchRequest>(),
        ApiKey::ShareAcknowledge => newest::<ShareAcknowledgeRequest>(),
        _ => None,
    }
}

/// Why there is no message.
enum Unread {
    /// The API of that name is of no interest here.
    NotNeeded(String),
    /// The bytes are not what they claim to be, for this reason.
    Broken(String),
}

/// The header, and what follows it. Headers of versions 1 and 2 begin alike, so that even an unknown API's is read.
fn read_header(frame: &Bytes) -> Result<(RequestHeader, Bytes), String> {
    let (api_key, version) = (frame.slice(..).try_get_i16(), frame.slice(frame.len().min(2)..).try_get_i16());
    let (Ok(api_key), Ok(version)) = (api_key, version) else {
        return Err(format!("the frame has only {} bytes", frame.len()));
    };
    let header_version = ApiKey::try_from(api_key).map_or(1, |api| api.request_header_version(version));
    read::<RequestHeader>(frame.clone(), header_version)
}
