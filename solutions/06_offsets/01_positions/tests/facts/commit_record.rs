//! What the coordinator writes to `__consumer_offsets` when it takes a commit: key and value of one record, as Kafka's `OffsetCommitKey` and
//! `OffsetCommitValue` are laid out. `kafka-protocol` has no messages for them. Read by the tests of C28, nowhere else.

/// The key: whose progress, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) version: i16,
    pub(crate) group: String,
    pub(crate) topic: String,
    pub(crate) partition: i32,
}

/// The value: how far. Fields that its version does not have are none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) version: i16,
    pub(crate) offset: i64,
    pub(crate) leader_epoch: Option<i32>,
    pub(crate) metadata: String,
    /// Milliseconds since 1970, by the broker's clock.
    pub(crate) commit_timestamp: i64,
    /// The id of the topic, so that a topic that was made anew under the same name is another one.
    pub(crate) topic_id: Option<[u8; 16]>,
}

/// The key's version alone: 0 and 1 are commits, the others are of the group's members.
pub(crate) fn version(key: &[u8]) -> Option<i16> {
    Bytes(key).i16()
}

impl Key {
    /// None where it is not the key of a commit.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        let version = bytes.i16().filter(|version| (0..=1).contains(version))?;
        Some(Self { version, group: bytes.text()?, topic: bytes.text()?, partition: bytes.i32()? })
    }
}

impl Value {
    /// None where it is not a value of version 0 to 4.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        let version = bytes.i16().filter(|version| (0..=4).contains(version))?;
        let offset = bytes.i64()?;
        let leader_epoch = if version >= 3 { Some(bytes.i32()?) } else { None };
        // From version 4 on the layout is flexible (KIP-482): short lengths, and tagged fields at the end.
        let metadata = if version >= 4 { bytes.compact_text()? } else { bytes.text()? };
        let commit_timestamp = bytes.i64()?;
        let topic_id = if version >= 4 { bytes.tagged_topic_id()? } else { None };
        Some(Self { version, offset, leader_epoch, metadata, commit_timestamp, topic_id })
    }
}

/// Bytes that are still to be read; numbers are big-endian, a text has its length before it.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    fn i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_be_bytes)
    }

    fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.i16()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Its length is one byte, one more than it is, as long as it is short.
    fn compact_text(&mut self) -> Option<String> {
        let length = usize::from(self.byte().filter(|length| (1..0x80).contains(length))?) - 1;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    /// Tag 0 of at most one tagged field.
    fn tagged_topic_id(&mut self) -> Option<Option<[u8; 16]>> {
        match self.byte()? {
            0 => Some(None),
            1 if (self.byte()?, self.byte()?) == (0, 16) => self.array().map(Some),
            _ => None,
        }
    }
}
