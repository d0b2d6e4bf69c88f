//! The way down of a connection: the broker's answers, and the tap's own, to the client in the order of the requests. The way up, and
//! what is recorded of both, is in [`super`].

use std::collections::VecDeque;

use bytes::Bytes;
use tokio::{
    io::AsyncWriteExt,
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    sync::mpsc,
};
use trace::{
    Response,
    decode::{self, ResponseFrame},
    event::Side,
};

use super::{Connection, MOST_WAITING, Waiting, length_of, not_a_frame};
use crate::{
    frames::{Frames, Next, PREFIX},
    rewrite,
};

impl Connection {
    /// Passes answers to the client until one side ends it.
    pub(super) async fn answers(
        &self,
        mut broker: Frames<OwnedReadHalf>,
        mut client: OwnedWriteHalf,
        mut asked: mpsc::Receiver<Waiting>,
    ) -> Side {
        let mut waiting: VecDeque<Waiting> = VecDeque::new();
        loop {
            while let Some(own) = waiting.front_mut().and_then(|first| first.own.take()) {
                if let Err(by) = self.answer(own, waiting.pop_front(), &mut client).await {
                    return by;
                }
            }
            tokio::select! {
                biased;
                () = self.unread.cancelled() => {
                    broker.pass_on(&mut client).await;
                    return Side::Broker;
                }
                // First, so that the request is known before its answer is looked at.
                Some(request) = asked.recv(), if waiting.len() < MOST_WAITING => waiting.push_back(request),
                next = broker.next_or_begun() => match next {
                    Ok(Next::Frame(frame)) => {
                        if let Err(by) = self.answer_of(frame, &mut waiting, &mut client).await {
                            return by;
                        }
                    }
                    Ok(Next::Begun { correlation }) => {
                        if let Err(by) = self.long_answer(&mut broker, correlation, &mut waiting, &mut client).await {
                            return by;
                        }
                    }
                    Ok(Next::NotAFrame { length }) => {
                        self.record_answer(length, None, Response::Opaque { api_key: -1, reason: not_a_frame(length) });
                        self.unread.cancel();
                    }
                    Ok(Next::End) | Err(_) => return Side::Broker,
                },
            }
        }
    }

    /// Passes one of the broker's long answers on, while it still comes where it brings records: otherwise reading much would take
    /// the time of two copies, one after the other.
    async fn long_answer(
        &self,
        broker: &mut Frames<OwnedReadHalf>,
        correlation: i32,
        waiting: &mut VecDeque<Waiting>,
        client: &mut OwnedWriteHalf,
    ) -> Result<(), Side> {
        let at_once = |first: &Waiting| first.correlation == correlation && first.may_pass_at_once();
        let Some(to) = waiting.front().is_some_and(at_once).then(|| waiting.pop_front()).flatten() else {
            return match broker.next().await {
                Ok(Next::Frame(frame)) => self.answer_of(frame, waiting, client).await,
                _ => Err(Side::Broker),
            };
        };
        let (frame, passed) = broker.pass_begun(client).await?;
        let ResponseFrame { response, body } = self.shared.decoder.response(&frame.slice(PREFIX..), to.api_key, to.version);
        let end = match body {
            Some(body) => rewrite::end_without_addresses(&frame, passed, &body).ok_or(Side::Tap)?.freeze(),
            None => frame.slice(passed..),
        };
        self.record_answer(length_of(&frame), Some(&to), response);
        client.write_all(&end).await.map_err(|_| Side::Client)
    }

    /// Passes one of the broker's answers on. Requests before the one that it answers will get none any more, but for the tap's own.
    async fn answer_of(&self, frame: Bytes, waiting: &mut VecDeque<Waiting>, client: &mut OwnedWriteHalf) -> Result<(), Side> {
        let correlation = decode::correlation(&frame.slice(PREFIX..));
        if !waiting.iter().any(|one| one.own.is_none() && Some(one.correlation) == correlation) {
            return self.answer(frame, None, client).await;
        }
        while let Some(mut first) = waiting.pop_front() {
            match first.own.take() {
                Some(own) => self.answer(own, Some(first), client).await?,
                None if Some(first.correlation) == correlation => return self.answer(frame, Some(first), client).await,
                None => {}
            }
        }
        Ok(())
    }

    /// Passes one answer on.
    async fn answer(&self, mut frame: Bytes, to: Option<Waiting>, client: &mut OwnedWriteHalf) -> Result<(), Side> {
        let response = match &to {
            None => Response::Opaque { api_key: -1, reason: "it answers no request".into() },
            Some(waiting) => {
                let ResponseFrame { response, body } =
                    self.shared.decoder.response(&frame.slice(PREFIX..), waiting.api_key, waiting.version);
                if let Some(mut body) = body {
                    rewrite::rewrite(&mut body.kind, &self.shared).map_err(|_| Side::Tap)?;
                    frame = super::frame(&body, waiting.api_key).ok_or(Side::Tap)?;
                }
                if !waiting.delay.is_zero() {
                    tokio::time::sleep(waiting.delay).await;
                }
                if let Some(let_go) = &waiting.hold {
                    let_go.cancelled().await;
                }
                response
            }
        };
        self.record_answer(length_of(&frame), to.as_ref(), response);
        client.write_all(&frame).await.map_err(|_| Side::Client)
    }
}
