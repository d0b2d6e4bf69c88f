//! Changes the two kinds of answers that would lead a client past the tap: those that carry a broker's address get the address of the
//! tap's listener for it, and the versions that a broker offers are lowered to those that can be read. Which answers come here is said by
//! `is_to_be_changed` in `trace`'s `decode/responses.rs`; [`crate::connection`] brings them.

use std::{io, sync::Arc};

use bytes::{Bytes, BytesMut};
use kafka_protocol::{
    messages::{ApiVersionsResponse, FetchResponse, ResponseKind},
    protocol::{Encodable, StrBytes},
};
use trace::decode::{ResponseBody, newest_version};

use crate::{nodes, shared::Shared};

/// The number of the field in a Fetch answer (from version 16 on) that has brokers' addresses.
const ADDRESSES: u8 = 0;
/// A number that no field of a Fetch answer has.
const SKIPPED: u8 = 0x7f;

/// Changes what has to be changed.
pub(crate) fn rewrite(answer: &mut ResponseKind, shared: &Arc<Shared>) -> io::Result<()> {
    let own = |node: i32, host: &mut StrBytes, port: &mut i32| -> io::Result<()> {
        // No address where the answer is an error: an empty host, port −1.
        let Some(real) = u16::try_from(*port).ok().filter(|port| *port > 0 && !host.is_empty()) else { return Ok(()) };
        *port = nodes::port_of(shared, node, host, real)?.into();
        *host = StrBytes::from_static_str("127.0.0.1");
        Ok(())
    };
    match answer {
        ResponseKind::ApiVersions(answer) => lower_versions(answer),
        ResponseKind::Metadata(answer) => {
            answer.brokers.iter_mut().try_for_each(|of| own(of.node_id.0, &mut of.host, &mut of.port))?;
        }
        // The address is at the top before version 4, in the list from then on; the other one is empty.
        ResponseKind::FindCoordinator(answer) => {
            own(answer.node_id.0, &mut answer.host, &mut answer.port)?;
            answer.coordinators.iter_mut().try_for_each(|of| own(of.node_id.0, &mut of.host, &mut of.port))?;
        }
        ResponseKind::DescribeCluster(answer) => {
            answer.brokers.iter_mut().try_for_each(|of| own(of.broker_id.0, &mut of.host, &mut of.port))?;
        }
        ResponseKind::Fetch(answer) => {
            answer.node_endpoints.iter_mut().try_for_each(|of| own(of.node_id.0, &mut of.host, &mut of.port))?;
        }
        ResponseKind::Produce(answer) => {
            answer.node_endpoints.iter_mut().try_for_each(|of| own(of.node_id.0, &mut of.host, &mut of.port))?;
        }
        ResponseKind::ShareFetch(answer) => {
            answer.node_endpoints.iter_mut().try_for_each(|of| own(of.node_id.0, &mut of.host, &mut of.port))?;
        }
        ResponseKind::ShareAcknowledge(answer) => {
            answer.node_endpoints.iter_mut().try_for_each(|of| own(of.node_id.0, &mut of.host, &mut of.port))?;
        }
        _ => {}
    }
    Ok(())
}

/// The end of a Fetch answer of which `passed` bytes have gone to the client already: nothing before it may change any more, nor its length.
/// So its addresses are hidden, in a field with a number that clients skip; they will ask for Metadata instead. None where they have
/// gone to the client too.
pub(crate) fn end_without_addresses(frame: &Bytes, passed: usize, body: &ResponseBody) -> Option<BytesMut> {
    let ResponseKind::Fetch(answer) = &body.kind else { return None };
    let (nothing, end) = (FetchResponse::default(), answer.clone().with_responses(Vec::new()));
    // What is more than in an empty answer are the fields with numbers; their count takes one byte, and the addresses come first.
    let fields = end.compute_size(body.version).ok()? - nothing.compute_size(body.version).ok()?;
    let number = frame.len().checked_sub(fields)?.checked_sub(passed)?;
    let mut end = BytesMut::from(&frame[passed..]);
    let number = end.get_mut(number).filter(|number| **number == ADDRESSES)?;
    *number = SKIPPED;
    Some(end)
}

/// An API of which the broker has only newer versions is left as it is: the client may need it, and its frames pass unread.
fn lower_versions(answer: &mut ApiVersionsResponse) {
    for offered in &mut answer.api_keys {
        if let Some(newest) = newest_version(offered.api_key).filter(|newest| *newest >= offered.min_version) {
            offered.max_version = offered.max_version.min(newest);
        }
    }
}
