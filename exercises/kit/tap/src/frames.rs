//! Cuts a stream of bytes into Kafka's frames: four bytes of length, then that many bytes. Used on both sides of a connection.

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A longer frame is not Kafka's protocol, or nothing that is worth to be held in memory. `fetch.max.bytes` is 50 MiB by default.
pub(crate) const LONGEST_FRAME: usize = 128 << 20;

/// Bytes of a frame's length.
pub(crate) const PREFIX: usize = 4;

/// Reads at least that much at a time, if it is there.
const CHUNK: usize = 64 << 10;

/// What comes next on a stream.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// A frame, with the four bytes of its length.
    Frame(Bytes),
    /// Something that claims to be this long.
    NotAFrame { length: u32 },
    /// Nothing more.
    End,
}

/// A stream of frames.
pub(crate) struct Frames<R> {
    stream: R,
    /// What was read but not given out.
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, buffer: BytesMut::new() }
    }

    /// Waits for the next frame. A wait that is given up loses nothing.
    pub(crate) async fn next(&mut self) -> std::io::Result<Next> {
        loop {
            let missing = match (&self.buffer[..]).try_get_u32() {
                Err(_) => CHUNK,
                Ok(length) => match usize::try_from(length) {
                    Ok(bytes) if bytes <= LONGEST_FRAME => {
                        let whole = PREFIX + bytes;
                        if self.buffer.len() >= whole {
                            return Ok(Next::Frame(self.buffer.split_to(whole).freeze()));
                        }
                        whole - self.buffer.len()
                    }
                    _ => return Ok(Next::NotAFrame { length }),
                },
            };
            if self.buffer.capacity() - self.buffer.len() < missing {
                self.buffer.reserve(missing.max(CHUNK));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(Next::End);
            }
        }
    }

    /// Passes everything on as it comes, until one side ends.
    pub(crate) async fn pass_on(&mut self, to: &mut (impl AsyncWrite + Unpin)) {
        let begun = self.buffer.split().freeze();
        if to.write_all(&begun).await.is_ok() {
            // Either side's end ends it, and the caller goes on as at the end of any stream.
            let _ = tokio::io::copy(&mut self.stream, to).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn frames_come_whole_however_they_are_cut() {
        let sent = [&[0, 0, 0, 3][..], b"one", &[0, 0, 0, 0], &[0, 0, 0, 5], b"three", &[0, 0, 0, 9], b"cut"].concat();
        for size in 1..sent.len() {
            let stream = in_pieces(&sent, size);
            let mut frames = Frames::new(stream);
            for expected in [&b"\0\0\0\x03one"[..], b"\0\0\0\0", b"\0\0\0\x05three"] {
                assert_eq!(frames.next().await.unwrap(), Next::Frame(Bytes::copy_from_slice(expected)), "{size} at a time");
            }
            assert_eq!(frames.next().await.unwrap(), Next::End);
        }
    }

    #[tokio::test]
    async fn what_claims_to_be_too_long_is_no_frame_and_is_not_lost() {
        let mut frames = Frames::new(&b"GET / HTTP/1.1"[..]);
        assert_eq!(frames.next().await.unwrap(), Next::NotAFrame { length: 0x4745_5420 });
        let mut passed = Vec::new();
        frames.pass_on(&mut passed).await;
        assert_eq!(passed, b"GET / HTTP/1.1");
    }

    /// A stream that gives `size` bytes at a time.
    fn in_pieces(bytes: &[u8], size: usize) -> impl AsyncRead + Unpin {
        let (mut from, to) = tokio::io::duplex(size);
        let bytes = bytes.to_vec();
        tokio::spawn(async move { from.write_all(&bytes).await });
        to
    }
}
