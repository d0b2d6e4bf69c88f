//! Claims of commits, which several graders make: no record is committed before it is processed; a synchronous commit is waited for; and
//! there are few. What a claim has to be is said in `run/claims.rs`.

use trace::{Commit, Progress, Recording, What};
use verdict::{Mistake, say};

use crate::run::{Run, mistake};

/// The first commit for `group` before whose answer a record was handed over, and that record: somebody did not wait.
pub fn went_on(seen: &Recording, group: &str) -> Option<(usize, usize)> {
    let handed_over = |index: &usize| matches!(seen.events[*index].what, What::Record { progress: Progress::HandedOver, .. });
    seen.commits(group).iter().find_map(|commit| {
        let answered = commit.answered.unwrap_or(seen.events.len());
        Some((commit.asked, (commit.asked..answered).find(handed_over)?))
    })
}

impl Run {
    /// Claims that no commit for `group` passes a record that is not processed. `page` is where the book explains it.
    ///
    /// # Errors
    /// One did.
    pub fn committed_what_is_processed(&self, group: &str, page: &str) -> Result<(), Mistake> {
        let seen = &self.recording;
        let passed = |commit: Commit| {
            let (of, _) = commit.offsets.iter().find(|(of, to)| **to > seen.processed_before(of, commit.asked))?;
            Some((commit.asked, of.clone()))
        };
        let Some((commit, of)) = seen.commits(group).into_iter().find_map(passed) else { return Ok(()) };
        Err(mistake(
            "committed_first",
            say!("records were committed before they were processed", "레코드를 처리하기 전에 커밋했다"),
        )
        .expected(say!("a commit says what is done, no more", "커밋은 끝난 데까지만 한다"))
        .seen([self.event(commit), self.positions(group, &of, commit)])
        .why(say!(
            "after a crash the next consumer starts behind them: they are lost",
            "크래시가 나면 다음 컨슈머는 그 뒤부터 읽는다. 레코드를 잃는다"
        ))
        .read(page))
    }

    /// Claims that between a commit and its answer no record is handed over. `page` is where the book explains it.
    ///
    /// # Errors
    /// One was.
    pub fn waited_for_each_commit(&self, group: &str, page: &str) -> Result<(), Mistake> {
        let Some((commit, record)) = went_on(&self.recording, group) else { return Ok(()) };
        Err(mistake(
            "did_not_wait",
            say!("it went on before the broker had answered the commit", "브로커가 커밋에 응답하기 전에 다음으로 넘어갔다"),
        )
        .expected(say!("the next batch begins when the commit is answered", "커밋의 응답을 받은 뒤에 다음 배치를 시작한다"))
        .seen([self.event(commit), self.event(record)])
        .why(say!(
            "a commit nobody waits for may be refused, and nobody hears of it; chapter 9 is about those",
            "기다리지 않은 커밋은 거절당해도 아무도 모른다. 그런 커밋은 9장에서 다룬다"
        ))
        .read(page))
    }

    /// Claims that one commit was taken for `each` records at least, in batches of `max` at most. What comes after the stop is not counted: how
    /// large the last batch is, is chance. `page` is where the book explains it.
    ///
    /// # Errors
    /// There were more commits.
    pub fn committed_seldom(&self, group: &str, each: usize, max: usize, page: &str) -> Result<(), Mistake> {
        let seen = &self.recording;
        let stop = seen.asked_to_stop().unwrap_or(seen.events.len());
        let commits: Vec<_> = seen.commits(group).into_iter().filter(|commit| commit.was_taken(stop)).collect();
        let processed = |what: &What| matches!(what, What::Record { progress: Progress::Processed, .. });
        let records = seen.find(processed).filter(|(index, _)| *index < stop).count();
        let number = commits.len();
        if number * each <= records {
            return Ok(());
        }
        Err(mistake(
            "commits_each_record",
            say!("{number} commits for {records} records", "레코드 {records}개에 커밋 {number}번"),
        )
        .expected(say!("one for each batch of up to {max} records", "최대 {max}개짜리 배치마다 한 번"))
        .seen(commits.iter().take(3).map(|commit| self.event(commit.asked)))
        .why(say!(
            "each of them waits for the broker: with 2 ms there and back, no more than 500 records a second",
            "커밋할 때마다 브로커를 기다린다. 왕복이 2ms면 1초에 레코드 500개를 넘지 못한다"
        ))
        .read(page))
    }
}
