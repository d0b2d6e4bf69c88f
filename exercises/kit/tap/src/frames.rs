//! Cuts a stream of bytes into Kafka's frames: four bytes of length, then that many bytes. Used on both sides of a connection.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use trace::event::Side;

/// A longer frame is not Kafka's protocol, or nothing that is worth to be held in memory. `fetch.max.bytes` is 50 MiB by default.
pub(crate) const LONGEST_FRAME: usize = 128 << 20;

/// Bytes of a frame's length.
pub(crate) const PREFIX: usize = 4;

/// Reads at least that much at a time, if it is there.
const CHUNK: usize = 64 << 10;

/// Of a longer frame the beginning is worth to be known before the end is there.
const LONG: usize = 256 << 10;

/// So much of a frame that is passed on while it comes is held back until it is whole.
const HELD_BACK: usize = 64 << 10;

/// What comes next on a stream.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    /// A frame, with the four bytes of its length.
    Frame(Bytes),
    /// A long answer that is not whole yet.
    Begun { correlation: i32 },
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
    pub(crate) async fn next(&mut self) -> io::Result<Next> {
        loop {
            match self.ready() {
                None | Some(Next::Begun { .. }) => {}
                Some(next) => return Ok(next),
            }
            if self.read().await? == 0 {
                return Ok(Next::End);
            }
        }
    }

    /// Waits for the next frame, or for the beginning of a long one. A wait that is given up loses nothing.
    pub(crate) async fn next_or_begun(&mut self) -> io::Result<Next> {
        loop {
            if let Some(next) = self.ready() {
                return Ok(next);
            }
            if self.read().await? == 0 {
                return Ok(Next::End);
            }
        }
    }

    /// Passes the frame that has begun on while it comes, but for its end, and gives it whole, with how much of it has been passed on.
    pub(crate) async fn pass_begun(&mut self, to: &mut (impl AsyncWrite + Unpin)) -> Result<(Bytes, usize), Side> {
        let mut passed = 0;
        loop {
            if let Some(Next::Frame(whole)) = self.ready() {
                return Ok((whole, passed));
            }
            let until = self.buffer.len().min(self.whole().unwrap_or_default().saturating_sub(HELD_BACK));
            to.write_all(&self.buffer[passed..until]).await.map_err(|_| Side::Client)?;
            passed = until;
            if self.read().await.map_err(|_| Side::Broker)? == 0 {
                return Err(Side::Broker);
            }
        }
    }

    /// What can be said about what was read.
    fn ready(&mut self) -> Option<Next> {
        let length = (&self.buffer[..]).try_get_u32().ok()?;
        let Some(whole) = self.whole() else { return Some(Next::NotAFrame { length }) };
        if self.buffer.len() >= whole {
            return Some(Next::Frame(self.buffer.split_to(whole).freeze()));
        }
        let correlation = (&self.buffer[PREFIX..]).try_get_i32().ok()?;
        (whole > LONG).then_some(Next::Begun { correlation })
    }

    /// How long the next frame is with the bytes of its length; none where it is too long, or its length is not known.
    fn whole(&self) -> Option<usize> {
        let length = usize::try_from((&self.buffer[..]).try_get_u32().ok()?).ok()?;
        (length <= LONGEST_FRAME).then_some(PREFIX + length)
    }

    /// Reads what is there, with room for the rest of the frame. Gives the number of bytes, 0 at the end.
    async fn read(&mut self) -> io::Result<usize> {
        let missing = self.whole().unwrap_or(CHUNK).saturating_sub(self.buffer.len());
        if self.buffer.capacity() - self.buffer.len() < missing {
            self.buffer.reserve(missing.max(CHUNK));
        }
        self.stream.read_buf(&mut self.buffer).await
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
            let stream = in_pieces(sent.clone(), size);
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

    #[tokio::test]
    async fn a_long_frame_is_passed_on_while_it_comes_but_for_its_end() {
        let length = LONG + 1_000;
        let mut sent = vec![7; PREFIX + length];
        sent[..PREFIX].copy_from_slice(&u32::try_from(length).unwrap().to_be_bytes());
        for size in [100, CHUNK, LONG] {
            let mut frames = Frames::new(in_pieces([&sent[..], b"\0\0\0\x03one"].concat(), size));
            assert_eq!(frames.next_or_begun().await.unwrap(), Next::Begun { correlation: 0x0707_0707 });
            let mut to = Vec::new();
            let (whole, passed) = frames.pass_begun(&mut to).await.unwrap();
            assert_eq!((&whole[..], &to[..]), (&sent[..], &sent[..passed]));
            assert!((1..=sent.len() - HELD_BACK).contains(&passed), "{passed} passed with {size} at a time");
            assert_eq!(frames.next_or_begun().await.unwrap(), Next::Frame(Bytes::from_static(b"\0\0\0\x03one")));
        }
        let mut frames = Frames::new(&sent[..sent.len() - 1]);
        assert_eq!(frames.next_or_begun().await.unwrap(), Next::Begun { correlation: 0x0707_0707 });
        assert_eq!(frames.pass_begun(&mut Vec::new()).await, Err(Side::Broker));
    }

    /// A stream that gives `size` bytes at a time.
    fn in_pieces(bytes: Vec<u8>, size: usize) -> impl AsyncRead + Unpin {
        let (mut from, to) = tokio::io::duplex(size);
        tokio::spawn(async move { from.write_all(&bytes).await });
        to
    }
}
