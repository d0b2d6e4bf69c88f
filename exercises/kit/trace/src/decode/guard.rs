//! Reads a message out of bytes that may be hostile. `kafka-protocol` checks every read against the end of the buffer, but reserves
//! memory for as many elements as an array claims to have: 2³¹ claimed elements end the process before the first one is missed.
//! So no length gets through that is larger than what is left of the frame.
//!
//! In compact encodings (flexible versions) every varint is such a length. In the older ones a length is an ordinary `i32`; there the
//! message is first read with each too large `i32` replaced by [`NO_LENGTH`]: an array or a byte string of that length is an error,
//! while any other field may hold it. What survives that is safe to read as it is.

use bytes::{Buf, Bytes, TryGetError};
use kafka_protocol::protocol::{Decodable, buf::ByteBuf};

/// A number that `kafka-protocol` refuses as a length (−1 would be null).
const NO_LENGTH: i32 = -2;

/// Reads one message and gives what follows it.
pub(crate) fn read<T: Decodable>(bytes: Bytes, version: i16) -> Result<(T, Bytes), String> {
    let mut doubtful = Guarded { bytes: bytes.clone(), varint: 0, varint_bytes: 0, replaced: false, replace: true };
    let message = T::decode(&mut doubtful, version).map_err(reason)?;
    if !doubtful.replaced {
        return Ok((message, doubtful.bytes));
    }
    let mut known_good = Guarded { bytes, varint: 0, varint_bytes: 0, replaced: false, replace: false };
    let message = T::decode(&mut known_good, version).map_err(reason)?;
    Ok((message, known_good.bytes))
}

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` passes")]
fn reason(error: impl ToString) -> String {
    error.to_string().trim().to_owned()
}

struct Guarded {
    bytes: Bytes,
    /// The varint that the last bytes are, if they are one. A boolean is read as a byte too; it is 0 or 1 and so does no harm.
    varint: u64,
    varint_bytes: u32,
    /// Whether to replace a too large `i32`, and whether that has happened.
    replace: bool,
    replaced: bool,
}

impl Guarded {
    fn too_short_for(&self, requested: usize) -> TryGetError {
        TryGetError { requested, available: self.bytes.len() }
    }
}

impl Buf for Guarded {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
    }

    fn try_get_u8(&mut self) -> Result<u8, TryGetError> {
        let byte = self.bytes.try_get_u8()?;
        self.varint |= u64::from(byte & 0x7f) << (7 * self.varint_bytes);
        self.varint_bytes += 1;
        if byte < 0x80 {
            // A compact length is one more than the length.
            let length = usize::try_from(self.varint.saturating_sub(1)).unwrap_or(usize::MAX);
            (self.varint, self.varint_bytes) = (0, 0);
            if length > self.bytes.len() {
                return Err(self.too_short_for(length));
            }
        } else if self.varint_bytes == 5 {
            return Err(self.too_short_for(usize::MAX));
        }
        Ok(byte)
    }

    fn try_get_i32(&mut self) -> Result<i32, TryGetError> {
        let number = self.bytes.try_get_i32()?;
        if self.replace && usize::try_from(number).is_ok_and(|length| length > self.bytes.len()) {
            self.replaced = true;
            return Ok(NO_LENGTH);
        }
        Ok(number)
    }
}

impl ByteBuf for Guarded {
    fn peek_bytes(&mut self, range: std::ops::Range<usize>) -> Bytes {
        self.bytes.slice(range)
    }

    fn get_bytes(&mut self, size: usize) -> Bytes {
        self.bytes.split_to(size)
    }
}
