//! Harm on purpose, said in a sentence: `faults.on("OffsetCommit").from_client("C1").times(2).answer("REBALANCE_IN_PROGRESS")`.
//! Tests and graders say it; each connection asks, for every request, what is to be done to it. Every fault that strikes is recorded.
//!
//! Another kind of fault is a verb of [`Fault`] with its `Effect`; what `Strike` says of it; what `connection.rs` does then, in `decide`,
//! which also records it in words, and in `answer`; the Korean of these words in `verdict`'s `names.rs`; and a test in `tests/faults.rs`.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;
use trace::decode::{RequestFrame, api_key, error_code};

/// What is wrong with the line. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    rules: Vec<Rule>,
    /// The clients that are cut off.
    cut: HashSet<String>,
    /// The open connections of which the client is known, and what ends each.
    open: HashMap<u32, (String, CancellationToken)>,
    /// Cancelled where the answers that are held back shall go on.
    held: CancellationToken,
}

#[derive(Clone, Debug)]
struct Rule {
    /// The API's name and number.
    api: (String, i16),
    client: Option<String>,
    connection: Option<u32>,
    /// How many matching requests to let pass first.
    skip: u32,
    /// How many to strike after that; none for all.
    times: Option<u32>,
    effect: Effect,
}

#[derive(Clone, Copy, Debug)]
enum Effect {
    Delay(Duration),
    Late(Duration),
    Discard,
    Answer(i16),
    Hold,
}

/// What is to be done to one request.
#[derive(Debug, Default)]
pub(crate) struct Strike {
    /// How long to hold the answer back.
    pub(crate) delay: Duration,
    /// Until when to hold the answer back.
    pub(crate) hold: Option<CancellationToken>,
    /// How long to hold the request itself back.
    pub(crate) late: Duration,
    /// What to do instead of forwarding it.
    pub(crate) instead: Option<Instead>,
}

/// What is done instead of forwarding a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Instead {
    Discard,
    /// Answered with this error code.
    Answer(i16),
}

/// A fault that is being said; [`Fault::delay`], [`Fault::hold`], [`Fault::late`], [`Fault::discard`] and [`Fault::answer`] end the sentence.
#[derive(Debug)]
#[must_use = "nothing happens before `delay`, `hold`, `late`, `discard` or `answer`"]
pub struct Fault {
    faults: Faults,
    rule: Rule,
}

impl Faults {
    /// Begins a fault for requests of this API, named as the protocol guide does: `OffsetCommit`.
    ///
    /// # Panics
    /// There is no API of that name: the test that asks for it is wrong.
    pub fn on(&self, api: &str) -> Fault {
        let Some(key) = api_key(api) else {
            panic!("`{api}` is not the name of a Kafka API; expected one such as `OffsetCommit`")
        };
        let rule = Rule { api: (api.into(), key), client: None, connection: None, skip: 0, times: None, effect: Effect::Discard };
        Fault { faults: self.clone(), rule }
    }

    /// Cuts a client off, by its `client.id`: its connections end now, and new ones end with their first request, until [`Self::mend`].
    pub fn cut(&self, client: &str) {
        let mut state = self.state();
        state.cut.insert(client.into());
        state.open.values().filter(|(of, _)| of == client).for_each(|(_, end)| end.cancel());
    }

    /// Ends all connections of all clients once, as a broker does that restarts. Every client may connect again at once.
    pub fn hang_up(&self) {
        self.state().open.values().for_each(|(_, end)| end.cancel());
    }

    /// Takes all faults back: nothing is cut, and no request is struck any more. What is held back or delayed already stays so.
    pub fn mend(&self) {
        let mut state = self.state();
        state.cut.clear();
        state.rules.clear();
    }

    /// Lets the answers go that [`Fault::hold`] holds back now. Later ones are held back still, until [`Self::mend`].
    pub fn let_go(&self) {
        std::mem::take(&mut self.state().held).cancel();
    }

    /// Says whose connection this is. False where that client is cut off.
    pub(crate) fn let_in(&self, connection: u32, client: &str, end: &CancellationToken) -> bool {
        let mut state = self.state();
        state.open.insert(connection, (client.into(), end.clone()));
        !state.cut.contains(client)
    }

    /// Says that the connection is no more.
    pub(crate) fn forget(&self, connection: u32) {
        self.state().open.remove(&connection);
    }

    /// What is to be done to this request. A fault that says `times` is used up by it.
    pub(crate) fn strike(&self, connection: u32, request: &RequestFrame) -> Strike {
        let mut strike = Strike::default();
        let mut state = self.state();
        let held = state.held.clone();
        for rule in state.rules.iter_mut().filter(|rule| rule.matches(connection, request)) {
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            match &mut rule.times {
                Some(0) => continue,
                Some(times) => *times -= 1,
                None => {}
            }
            match rule.effect {
                Effect::Delay(time) => strike.delay += time,
                Effect::Late(time) => strike.late += time,
                Effect::Hold => strike.hold = Some(held.clone()),
                Effect::Discard => strike.instead = strike.instead.or(Some(Instead::Discard)),
                Effect::Answer(code) => strike.instead = strike.instead.or(Some(Instead::Answer(code))),
            }
        }
        strike
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rule {
    fn matches(&self, connection: u32, request: &RequestFrame) -> bool {
        self.api.1 == request.api_key
            && self.client.as_ref().is_none_or(|client| *client == request.client)
            && self.connection.is_none_or(|only| only == connection)
    }
}

impl Fault {
    /// Only requests with this `client.id`.
    pub fn from_client(mut self, client: &str) -> Self {
        self.rule.client = Some(client.into());
        self
    }

    /// Only requests on this connection, by its number in the recording.
    pub fn on_connection(mut self, connection: u32) -> Self {
        self.rule.connection = Some(connection);
        self
    }

    /// Lets the first `count` of them pass.
    pub fn after(mut self, count: u32) -> Self {
        self.rule.skip = count;
        self
    }

    /// Strikes `count` of them only.
    pub fn times(mut self, count: u32) -> Self {
        self.rule.times = Some(count);
        self
    }

    /// Strikes the `n`-th of them only, from 1.
    pub fn nth(self, n: u32) -> Self {
        self.after(n.saturating_sub(1)).times(1)
    }

    /// Holds the answer back for `time` after the broker gave it. Later answers on the same connection wait behind it, as Kafka's do.
    pub fn delay(self, time: Duration) {
        self.add(Effect::Delay(time));
    }

    /// Holds the answer back until [`Faults::let_go`]. Later answers on the same connection wait behind it, as Kafka's do.
    pub fn hold(self) {
        self.add(Effect::Hold);
    }

    /// Forwards the request `time` later, as a line that stalls. Later requests on the same connection wait behind it.
    pub fn late(self, time: Duration) {
        self.add(Effect::Late(time));
    }

    /// Does not forward the request, and never answers it. Answers to later requests on the connection come through; librdkafka
    /// takes that; Java's client, which counts on their order, does not.
    pub fn discard(self) {
        self.add(Effect::Discard);
    }

    /// Does not forward the request, and answers it with this error, named as the protocol guide does: `REBALANCE_IN_PROGRESS`.
    /// A request that could not be read is forwarded all the same.
    ///
    /// # Panics
    /// There is no error of that name, or an answer to this API cannot carry one: the test that asks for it is wrong.
    pub fn answer(self, error: &str) {
        let Some(code) = error_code(error) else {
            panic!("`{error}` is not the name of a Kafka error; expected one such as `REBALANCE_IN_PROGRESS`")
        };
        let (api, key) = &self.rule.api;
        assert!(
            crate::refusal::is_possible(*key),
            "an answer to `{api}` with an error is not supported; `discard` or `delay` it"
        );
        self.add(Effect::Answer(code));
    }

    fn add(mut self, effect: Effect) {
        self.rule.effect = effect;
        self.faults.state().rules.push(self.rule);
    }
}
