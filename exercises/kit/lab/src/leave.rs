//! Takes a member out of its group that is no more, so that nobody waits for its session: what an operator does after a crash.
//! Like [`crate::topic`] it speaks to the broker itself, past the tap. [`crate::matrix`] calls it.

use anyhow::Context;
use bytes::{BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::{
        ConsumerGroupHeartbeatRequest, FindCoordinatorRequest, GroupId, LeaveGroupRequest, RequestHeader, ResponseHeader,
    },
    protocol::{Decodable, HeaderVersion, Request, StrBytes, encode_request_header_into_buffer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use trace::{Recording, What, history::Member};

use crate::broker::Broker;

/// Versions with one group a question, and one member a leave.
const FIND_COORDINATOR: i16 = 1;
const LEAVE_GROUP: i16 = 1;
const CONSUMER_GROUP_HEARTBEAT: i16 = 1;
/// The epoch with which a member of the new protocol (KIP-848) leaves.
const LEAVES: i32 = -1;
/// Longer answers come from no broker.
const MOST_BYTES: u32 = 1 << 20;

/// Says for each of the members, which `seen` shows, that it leaves `group`, as the broker calls it. A refusal is none of our business: the
/// member is gone already.
pub(crate) async fn leave<'a>(
    broker: &Broker,
    group: &str,
    seen: &Recording,
    members: impl Iterator<Item = &'a Member>,
) -> anyhow::Result<()> {
    let text = |text: &str| StrBytes::from_string(text.to_owned());
    let first = broker.address().split(',').next().unwrap_or_default();
    let who = FindCoordinatorRequest::default().with_key(text(group));
    let coordinator = ask(&mut TcpStream::connect(first).await?, FIND_COORDINATOR, &who).await?;
    let port = u16::try_from(coordinator.port).context("the group has no coordinator")?;
    let mut line = TcpStream::connect((coordinator.host.as_str(), port)).await?;
    for member in members {
        let joined = &seen.events[member.joined].what;
        let (group, member) = (GroupId(text(group)), text(&member.id));
        if matches!(joined, What::Request { request: trace::Request::ConsumerGroupHeartbeat { .. }, .. }) {
            let last = ConsumerGroupHeartbeatRequest::default().with_group_id(group).with_member_id(member);
            ask(&mut line, CONSUMER_GROUP_HEARTBEAT, &last.with_member_epoch(LEAVES)).await?;
        } else {
            let leave = LeaveGroupRequest::default().with_group_id(group).with_member_id(member);
            ask(&mut line, LEAVE_GROUP, &leave).await?;
        }
    }
    Ok(())
}

/// One request, and its answer.
async fn ask<R: Request>(line: &mut TcpStream, version: i16, request: &R) -> anyhow::Result<R::Response> {
    let header = RequestHeader::default().with_request_api_key(R::KEY).with_request_api_version(version);
    let mut frame = BytesMut::new();
    encode_request_header_into_buffer(&mut frame, &header)?;
    request.encode(&mut frame, version)?;
    let mut whole = BytesMut::with_capacity(4 + frame.len());
    whole.put_u32(u32::try_from(frame.len())?);
    whole.put(frame);
    line.write_all(&whole).await?;
    let length = line.read_u32().await?;
    anyhow::ensure!(length <= MOST_BYTES, "an answer of {length} bytes");
    let mut answer = vec![0; length as usize];
    line.read_exact(&mut answer).await?;
    let mut answer = Bytes::from(answer);
    ResponseHeader::decode(&mut answer, R::Response::header_version(version))?;
    R::Response::decode(&mut answer, version)
}
