//! The desk that hears an answer's reports, one connection a thread: it puts them into the recording, keeps a record waiting that is to be
//! held, and tells who shall stop. [`super::Process`] opens it; what is said on the line is in [`crate::line`].

use std::sync::{Arc, Mutex, PoisonError};

use tap::Recorder;
use tokio::{
    io::{AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use trace::{Note, Partition, Progress, What};

use crate::line::{GO_ON, Report, STOP};

/// Records at which the answer shall wait until it is told to go on.
type Holds = Mutex<Vec<(Box<dyn Fn(&At) -> bool + Send>, watch::Receiver<bool>)>>;

/// Where an answer is with one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// How far it got.
    pub progress: Progress,
    /// Which of its consumers, from 1.
    pub member: u32,
    /// The record's partition.
    pub partition: Partition,
    /// The record's offset.
    pub offset: i64,
}

/// Holds an answer back at a record until dropped.
pub struct Hold {
    _held: watch::Sender<bool>,
}

/// The desk of one answer.
pub(super) struct Desk {
    recorder: Recorder,
    holds: Holds,
    /// Who was asked to stop, in this order; 0 is everybody.
    stops: watch::Sender<Vec<u32>>,
}

impl Desk {
    pub(super) fn new(recorder: Recorder) -> Self {
        Self { recorder, holds: Mutex::default(), stops: watch::Sender::default() }
    }

    /// Hears every thread of the answer, each on its own connection.
    pub(super) async fn open(self: Arc<Self>, listener: TcpListener) {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(self.clone().hear(connection));
        }
    }

    async fn hear(self: Arc<Self>, connection: TcpStream) -> std::io::Result<()> {
        connection.set_nodelay(true)?;
        let (from, mut to) = connection.into_split();
        let mut lines = BufReader::new(from).lines();
        while let Some(line) = lines.next_line().await? {
            let Ok(report) = serde_json::from_str(&line) else { continue };
            match report {
                Report::Listening => self.tell_stops(&mut to).await?,
                Report::Record { progress, member, partition, offset } => {
                    let at = At { progress, member, partition, offset };
                    self.note(&at);
                    self.held(&at).await;
                }
                Report::Returned { error, value } => {
                    self.recorder.record(What::Note { member: 0, note: Note::Returned { error, value } });
                }
                Report::Mark { member, text } => {
                    self.recorder.record(What::Note { member, note: Note::Mark { text } });
                }
                Report::Stored { member, partition, offset } => {
                    self.recorder.record(What::Note { member, note: Note::Stored { partition, offset } });
                }
                Report::Panicked { message } => {
                    self.recorder.record(What::Note { member: 0, note: Note::Panicked { message } });
                }
            }
            to.write_all(format!("{GO_ON}\n").as_bytes()).await?;
        }
        Ok(())
    }

    /// Tells the answer who shall stop, as long as both live: the end of this connection would end the answer.
    async fn tell_stops(&self, to: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        let mut stops = self.stops.subscribe();
        let mut told = 0;
        loop {
            let news = stops.borrow_and_update()[told..].to_vec();
            told += news.len();
            for member in news {
                to.write_all(format!("{STOP} {member}\n").as_bytes()).await?;
            }
            // `self` holds the sender, so there is always more to wait for.
            let _ = stops.changed().await;
        }
    }

    /// Holds the answer back where `at` says so, until the [`Hold`] is dropped.
    pub(super) fn hold(&self, at: impl Fn(&At) -> bool + Send + 'static) -> Hold {
        let (held, until) = watch::channel(true);
        self.holds.lock().unwrap_or_else(PoisonError::into_inner).push((Box::new(at), until));
        Hold { _held: held }
    }

    /// Tells a member to stop, or with 0 the whole answer.
    pub(super) fn ask_to_stop(&self, member: u32) {
        self.recorder.record(What::Note { member, note: Note::AskedToStop });
        self.stops.send_modify(|stops| stops.push(member));
    }

    fn note(&self, at: &At) {
        let At { progress, member, partition, offset } = at.clone();
        self.recorder.record(What::Record { progress, member, partition, offset });
    }

    /// Returns when nothing holds the answer back at this record.
    async fn held(&self, at: &At) {
        let matching = |holds: &Holds| {
            let holds = holds.lock().unwrap_or_else(PoisonError::into_inner);
            holds.iter().filter(|(matches, _)| matches(at)).map(|(_, until)| until.clone()).collect::<Vec<_>>()
        };
        for mut until in matching(&self.holds) {
            while until.changed().await.is_ok() {}
        }
    }
}
