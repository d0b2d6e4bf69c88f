//! The recordings of a judgement: the one that is being made, marks on its time line, and those that are kept beside it for figures of their
//! own. [`crate::Exam`] writes them all when the judgement is done.

use trace::{Note, Recording, What};
use verdict::{Outcome, agreed::RECORD};

use super::Lab;

impl Lab {
    /// Puts a mark of the grader's own on the time line, the same in every language, such as `Produce T1-0 offset 3`.
    pub fn mark(&self, text: impl Into<String>) {
        self.recorder.record(What::Note { member: 0, note: Note::Mark { text: text.into() } });
    }

    /// What was seen so far, under the names that the exercise uses.
    pub fn seen(&self) -> Recording {
        self.recorder.recording()
    }

    /// Keeps the recording so far as `trace.NAME.jsonl`, for a figure of its own, and begins a new one with time 0.
    pub fn begin_anew(&mut self, name: &str) {
        self.kept.push((name.to_owned(), self.recorder.begin_anew()));
    }

    /// Keeps a copy of the recording so far as `trace.NAME.jsonl`, for a figure of its own, and goes on with it.
    pub fn keep(&mut self, name: &str) {
        self.kept.push((name.to_owned(), self.seen()));
    }

    /// Runs something else with a recording of its own, which is kept as `trace.NAME.jsonl`, unless `name` is empty. The recording so far
    /// is put back after it, unless `part` fails: then its own is the one to look at.
    ///
    /// # Errors
    /// Those of `part`.
    pub async fn aside<T>(&mut self, name: &str, part: impl AsyncFnOnce(&mut Self) -> Result<T, Outcome>) -> Result<T, Outcome> {
        let before = self.recorder.begin_anew();
        let done = part(self).await?;
        let own = self.recorder.put_back(before);
        if !name.is_empty() {
            self.kept.push((name.to_owned(), own));
        }
        Ok(done)
    }

    /// Recordings that ended before the last one, by name.
    pub(crate) fn take_kept(&mut self) -> Vec<(String, Recording)> {
        std::mem::take(&mut self.kept)
    }

    /// Whether the run is made for the book: a grader may then record what the judgement does not need.
    pub fn is_for_the_book(&self) -> bool {
        std::env::var_os(RECORD).is_some()
    }
}
