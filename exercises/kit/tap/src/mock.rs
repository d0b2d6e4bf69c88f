//! What makes librdkafka's mock cluster usable for groups; a real broker needs none of it. It lets a member into a group that has members
//! only when about a session has passed, where Kafka does so at the others' next heartbeat: the session that a member asks for is
//! shortened. It refuses members whose SyncGroup comes after the leader's: the leader's is held back. The recording keeps what was said.

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::RequestKind,
    protocol::{Encodable, decode_request_header_from_buffer, encode_request_header_into_buffer},
};
use trace::{Recording, Request, What, decode::RequestFrame};

use crate::{Recorder, frames::PREFIX};

/// How long a leader's plan waits for the other members at most, and then for what was recorded to reach the broker.
const FOR_THE_OTHERS: Duration = Duration::from_secs(1);
const ON_THE_WAY: Duration = Duration::from_millis(20);

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

/// Where `request` is a leader's SyncGroup, waits until every member of its plan has sent one.
pub(crate) async fn others_first(recorder: &Recorder, request: &Request) {
    let Request::SyncGroup { generation, assignments, .. } = request else { return };
    if assignments.len() < 2 {
        return;
    }
    let has_asked = |recording: &Recording, wanted: &str| {
        recording.events.iter().rev().any(|event| {
            let What::Request { request: Request::SyncGroup { member, generation: of, .. }, .. } = &event.what else {
                return false;
            };
            member == wanted && of == generation
        })
    };
    recorder.until(FOR_THE_OTHERS, |recording| assignments.keys().all(|member| has_asked(recording, member))).await;
    tokio::time::sleep(ON_THE_WAY).await;
}
