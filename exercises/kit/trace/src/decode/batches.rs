//! What the record batches of a Fetch answer hold, from their headers alone: the records themselves may be compressed, and nobody
//! here needs them. The header is that of record batch format 2 (Kafka 0.11 and later), 61 bytes; a batch may be cut short at the end.

/// Where things are in a batch's header, in bytes from its beginning.
mod at {
    pub(super) const LENGTH: usize = 8;
    pub(super) const MAGIC: usize = 16;
    pub(super) const LAST_OFFSET_DELTA: usize = 23;
    pub(super) const RECORD_COUNT: usize = 57;
    pub(super) const RECORDS: usize = 61;
}
/// Bytes before those that `LENGTH` counts.
const PREFIX: usize = 12;

/// How many records there are, and the offsets of the first and the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) records: u32,
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
}

/// Reads the headers of all complete batches. What is no batch of format 2 ends the reading.
pub(super) fn span(mut bytes: &[u8]) -> Span {
    let mut span = Span::default();
    while bytes.len() >= at::RECORDS && bytes[at::MAGIC] == 2 {
        let (base, count) = (i64_at(bytes, 0), u32_at(bytes, at::RECORD_COUNT));
        let Some(length) = usize::try_from(u32_at(bytes, at::LENGTH)).ok().and_then(|length| length.checked_add(PREFIX)) else {
            break;
        };
        if length < at::RECORDS || length > bytes.len() {
            break;
        }
        span.records = span.records.saturating_add(count);
        span.first.get_or_insert(base);
        span.last = Some(base.saturating_add(i64::from(u32_at(bytes, at::LAST_OFFSET_DELTA))));
        bytes = &bytes[length..];
    }
    span
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn i64_at(bytes: &[u8], at: usize) -> i64 {
    i64::from(u32_at(bytes, at)) << 32 | i64::from(u32_at(bytes, at + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of a batch with these offsets, and as many bytes after it as it claims.
    fn batch(base: i64, count: u32, body: usize) -> Vec<u8> {
        let mut bytes = vec![0; at::RECORDS + body];
        bytes[..8].copy_from_slice(&base.to_be_bytes());
        let length = u32::try_from(bytes.len() - PREFIX).unwrap();
        bytes[at::LENGTH..at::LENGTH + 4].copy_from_slice(&length.to_be_bytes());
        bytes[at::MAGIC] = 2;
        bytes[at::LAST_OFFSET_DELTA..at::LAST_OFFSET_DELTA + 4].copy_from_slice(&(count - 1).to_be_bytes());
        bytes[at::RECORD_COUNT..at::RECORD_COUNT + 4].copy_from_slice(&count.to_be_bytes());
        bytes
    }

    #[test]
    fn complete_batches_count() {
        let bytes = [batch(10, 3, 20), batch(13, 2, 9), batch(15, 5, 30)].concat();
        assert_eq!(span(&bytes), Span { records: 10, first: Some(10), last: Some(19) });
        // The last one is cut short.
        assert_eq!(span(&bytes[..bytes.len() - 1]), Span { records: 5, first: Some(10), last: Some(14) });
        assert_eq!(span(&bytes[..70]), Span::default());
    }

    #[test]
    fn what_is_no_batch_ends_the_reading() {
        let mut old = batch(0, 1, 0);
        old[at::MAGIC] = 1;
        assert_eq!(span(&old), Span::default());
        let mut endless = batch(0, 1, 0);
        endless[at::LENGTH..at::LENGTH + 4].copy_from_slice(&[0; 4]);
        assert_eq!(span(&endless), Span::default());
    }
}
