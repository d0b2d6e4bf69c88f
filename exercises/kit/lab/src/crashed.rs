//! One crash of an answer: what it cost, and claims of it. [`crate::matrix`] makes them; graders of commits judge by them.

use trace::{Crash, Partition, Request, What};
use verdict::{Evidence, Mistake, say};

use crate::{Run, missing, mistake};

/// One crash: the two lives of the answer.
pub struct Crashed {
    /// The group that the answer was a member of, and the partition that it read, as the exercise calls them.
    pub of: (&'static str, Partition),
    /// What it cost.
    pub crash: Crash,
    /// Both lives.
    pub run: Run,
}

impl Crashed {
    /// Claims that the answer came to the point, and to its end when it was asked to stop, after the crash. `page` is where the book
    /// explains what such an answer should do.
    ///
    /// # Errors
    /// It did not.
    pub fn came_to_its_end(&self, page: &str) -> Result<(), Mistake> {
        self.run.came_to_its_end(page)?;
        if self.crash.was_reached() {
            return Ok(());
        }
        let records = self.crash.records;
        let title = say!("the answer ended before it had processed all records", "레코드를 모두 처리하기 전에 답안이 끝났다");
        let last = self.run.recording.events.len().saturating_sub(1);
        Err(mistake("ended_early", title)
            .expected(say!(
                "it processes the {records} records, and reads on until it is asked to stop",
                "레코드 {records}개를 처리하고, 멈추라고 할 때까지 계속 읽는다"
            ))
            .seen([self.run.event(last)])
            .why(say!("a topic has no end: a quiet moment is not one either", "토픽에는 끝이 없다. 잠깐 조용한 것도 끝이 아니다"))
            .read(page))
    }

    /// The crash as evidence: how far the commits and the work had come, the kill with the four positions, and where the second life began.
    /// Always in this order: a timer's commit and the record in hand come close together, and which of them is first is chance.
    pub fn story(&self) -> Vec<Evidence> {
        let Some(killed) = self.crash.killed else { return Vec::new() };
        let events = &self.run.recording.events;
        let is_commit = |what: &What| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. });
        let is_record = |what: &What| matches!(what, What::Record { .. });
        let last = |matches: &dyn Fn(&What) -> bool| events[..killed].iter().rposition(|event| matches(&event.what));
        let after = events[killed..].iter().position(|event| is_record(&event.what)).map(|index| killed + index);
        let (commit, record) = (last(&is_commit), last(&is_record));
        let none = || missing(say!("no OffsetCommit before the crash", "크래시 전에 OffsetCommit이 없다"));
        let event = |index: usize| self.run.event(index);
        let (group, partition) = &self.of;
        let mut story = vec![commit.map_or_else(none, event)];
        story.extend(record.map(event));
        story.extend([event(killed), self.run.positions(group, partition, killed)]);
        story.extend(after.map(event));
        story
    }

    /// The kill as evidence.
    pub fn killed(&self) -> Option<Evidence> {
        self.crash.killed.map(|index| self.run.event(index))
    }
}
