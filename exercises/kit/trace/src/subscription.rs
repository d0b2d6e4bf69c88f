//! What classic groups carry in byte strings: the subscription that a member sends in JoinGroup and the assignment that it gets in
//! SyncGroup. Kafka's own formats (ConsumerProtocolSubscription and …Assignment, versions 0 to 3; KIP-429, KIP-792, KIP-881),
//! which brokers pass on unread. A newer version is read as the newest that is known, as Kafka's consumers do.

use bytes::{Buf, Bytes};
use kafka_protocol::{
    messages::{ConsumerProtocolAssignment, ConsumerProtocolSubscription},
    protocol::{Decodable, Message},
};

use crate::{Partition, decode::guard::read};

/// A member's subscription.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Subscription {
    /// The topics that it subscribes to.
    pub(crate) topics: Vec<String>,
    /// What it still holds, where it says so.
    pub(crate) owned: Vec<Partition>,
}

/// Reads a subscription. Bytes that are none are an empty one: they belong to another kind of group (Kafka Connect's).
pub(crate) fn subscription(bytes: &Bytes) -> Subscription {
    let Some(read) = versioned::<ConsumerProtocolSubscription>(bytes) else { return Subscription::default() };
    let owned = read.owned_partitions.iter().flat_map(|of| partitions(&of.topic, &of.partitions)).collect();
    Subscription { topics: read.topics.iter().map(ToString::to_string).collect(), owned }
}

/// Reads an assignment. An idle member's is empty, or no bytes at all.
pub(crate) fn assignment(bytes: &Bytes) -> Vec<Partition> {
    let Some(read) = versioned::<ConsumerProtocolAssignment>(bytes) else { return Vec::new() };
    read.assigned_partitions.iter().flat_map(|of| partitions(&of.topic, &of.partitions)).collect()
}

fn partitions<'a>(topic: &'a str, numbers: &'a [i32]) -> impl Iterator<Item = Partition> + 'a {
    numbers.iter().map(move |number| Partition::new(topic, *number))
}

fn versioned<T: Message + Decodable>(bytes: &Bytes) -> Option<T> {
    let mut body = bytes.clone();
    let version = body.try_get_i16().ok().filter(|version| *version >= 0)?;
    read(body, version.min(T::VERSIONS.max)).ok().map(|(message, _)| message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Version, one topic `T`, no user data.
    const VERSION_0: &[u8] = &[0, 0, 0, 0, 0, 1, 0, 1, b'T', 0xff, 0xff, 0xff, 0xff];

    #[test]
    fn a_newer_version_is_read_as_the_newest_that_is_known() {
        let version_9 = [&[0, 9][..], &VERSION_0[2..], &[0, 0, 0, 0], &[0, 0, 0, 1], &[0xff, 0xff], b"something new"].concat();
        let known = Subscription { topics: vec!["T".into()], owned: vec![] };
        assert_eq!(subscription(&Bytes::from_static(VERSION_0)), known);
        assert_eq!(subscription(&version_9.into()), known);
    }

    #[test]
    fn bytes_of_other_groups_are_an_empty_subscription() {
        for bytes in [&b""[..], b"\0", b"\xff\xff", b"a connector's own format", &VERSION_0[..8]] {
            assert_eq!(subscription(&Bytes::copy_from_slice(bytes)), Subscription::default());
            assert_eq!(assignment(&Bytes::copy_from_slice(bytes)), []);
        }
    }
}
