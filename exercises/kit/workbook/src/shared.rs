//! What the parts of a session share: the terminal, the keyboard, the watcher, the grader and the web server.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, watch};

use crate::{
    event::{Event, Note},
    here::Here,
};

/// A run that says more is not told in full to a page that comes late.
const MOST_NOTES: usize = 100;

/// What the parts of a session share.
pub(crate) struct Session {
    /// Where it works.
    pub(crate) here: Here,
    /// Everything that happens.
    pub(crate) events: broadcast::Sender<Event>,
    /// The step that is to be graded; sent again, it is graded again.
    pub(crate) wish: watch::Sender<String>,
    /// The last event of the step that is at work, for a page that comes later.
    pub(crate) last: Mutex<Option<Event>>,
    /// What the run that is going on, or was the last, has said so far.
    said: Mutex<Vec<String>>,
}

impl Session {
    pub(crate) fn new(here: Here, first: &str) -> Arc<Self> {
        let (events, wish) = (broadcast::Sender::new(256), watch::Sender::new(first.to_owned()));
        Arc::new(Self { here, events, wish, last: Mutex::new(None), said: Mutex::default() })
    }

    /// Tells all parts what happened.
    pub(crate) fn tell(&self, event: Event) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        match &event {
            Event::Turned { .. } | Event::Building { .. } => said.clear(),
            Event::Noted { note: Note::Said(note), .. } if said.len() < MOST_NOTES => said.push(note.clone()),
            _ => {}
        }
        drop(said);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(event.clone());
        // Nobody listens where no page is open.
        let _ = self.events.send(event);
    }

    /// What the run that is going on, or was the last, has said so far.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has a step graded, now.
    pub(crate) fn ask_for(&self, step: &str) {
        self.wish.send_replace(step.to_owned());
    }
}
