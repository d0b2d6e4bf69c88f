//! Shortens the session that a classic member asks for. librdkafka's mock cluster lets a member into a group that has members only when
//! about a session has passed, where Kafka does so at the others' next heartbeat. The recording keeps what the client said.

use bytes::{BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::RequestKind,
    protocol::{Encodable, decode_request_header_from_buffer, encode_request_header_into_buffer},
};
use trace::decode::RequestFrame;

use crate::frames::PREFIX;

/// The frame of a JoinGroup with a session of `most_ms`; none where the request is another, or its session is not longer.
pub(crate) fn shortened(frame: &Bytes, request: &RequestFrame, most_ms: i32) -> Option<Bytes> {
    let Some(RequestKind::JoinGroup(join)) = &request.body else { return None };
    if join.session_timeout_ms <= most_ms {
        return None;
    }
    let join = join.clone().with_session_timeout_ms(most_ms);
    let header = decode_request_header_from_buffer(&mut frame.slice(PREFIX..)).ok()?;
    let mut body = BytesMut::new();
    encode_request_header_into_buffer(&mut body, &header).ok()?;
    join.encode(&mut body, request.version).ok()?;
    let mut whole = BytesMut::with_capacity(PREFIX + body.len());
    whole.put_u32(u32::try_from(body.len()).ok()?);
    whole.put(body);
    Some(whole.freeze())
}
