//! The claims of `01_interval`: how many records were processed and not committed at the worst, and how often something was committed.

use lab::trace::{Progress, Recording, Request, What, positions::Positions};
use lab::{Mistake, Partition, Run, missing, mistake, say};

use super::{PROGRAMS, Program, RECORDS};

const TIMER: &str = "07_auto_commit/01_interval#a-timer";
const CHOOSE: &str = "07_auto_commit/01_interval#how-long";
const TASK: &str = "07_auto_commit/01_interval#your-turn";

pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    PROGRAMS.iter().try_for_each(|program| run.read_as_a_member(program.group, TASK))?;
    if !commits_without_end(&run.recording) {
        run.processed_all(RECORDS, TASK)?;
    }
    for program in &PROGRAMS {
        let seen = Seen { run, program, partition: Partition::new(program.topic, 0) };
        seen.committed_in_time()?;
        seen.committed_not_too_often()?;
        seen.committed_the_rest()?;
    }
    Ok(())
}

/// Whether there are more commits than there are records: who is so busy with them may never come to the last record.
pub(super) fn commits_without_end(seen: &Recording) -> bool {
    seen.find(|what| matches!(what, What::Request { request: Request::OffsetCommit { .. }, .. })).count() > RECORDS
}

/// Whether everything that a program has processed is committed.
pub(super) fn all_is_committed(recording: &Recording, program: &Program) -> bool {
    let last = recording.events.len().saturating_sub(1);
    let at = Positions::after(recording, program.group, &Partition::new(program.topic, 0), last);
    at.committed.is_some() && at.committed >= at.processed
}

/// One program in the recording.
struct Seen<'a> {
    run: &'a Run,
    program: &'a Program,
    partition: Partition,
}

impl Seen<'_> {
    /// When the program was asked to stop.
    fn stopped(&self) -> usize {
        self.run.recording.asked_to_stop().unwrap_or(self.run.recording.events.len())
    }

    /// The records that were processed and the commits that were asked for while it ran: event, and whether it is a commit. A machine that is
    /// slow to answer is no concern of the program.
    fn steps(&self) -> Vec<(usize, bool)> {
        let recording = &self.run.recording;
        let refused = |index| match recording.answer_to(index).map(|answer| &recording.events[answer].what) {
            Some(What::Response { response, .. }) => response.error().is_some(),
            _ => false,
        };
        let steps = recording.events.iter().enumerate().take(self.stopped()).filter_map(|(index, event)| match &event.what {
            What::Record { progress: Progress::Processed, partition, .. } if *partition == self.partition => Some((index, false)),
            What::Request { request: Request::OffsetCommit { offsets, .. }, .. }
                if offsets.contains_key(&self.partition) && !refused(index) =>
            {
                Some((index, true))
            }
            _ => None,
        });
        steps.collect()
    }

    /// How many records were processed from one commit to the next, and the event of the last of them; the smallest number first.
    fn between_commits(&self) -> Vec<(u32, usize)> {
        let mut between = vec![(0, 0)];
        for (index, is_commit) in self.steps() {
            match between.last_mut() {
                Some((records, last)) if !is_commit => (*records, *last) = (*records + 1, index),
                _ => between.push((0, index)),
            }
        }
        between.retain(|(records, _)| *records > 0);
        between.sort_unstable();
        between
    }

    fn commits(&self) -> Vec<usize> {
        self.steps().into_iter().filter(|(_, is_commit)| *is_commit).map(|(index, _)| index).collect()
    }

    /// Whether it is records that the program counts: a commit goes on by as many, however busy the machine is.
    fn counts(&self) -> bool {
        let to = |index: usize| match &self.run.recording.events[index].what {
            What::Request { request: Request::OffsetCommit { offsets, .. }, .. } => offsets.get(&self.partition).copied(),
            _ => None,
        };
        let offsets: Vec<i64> = self.commits().into_iter().filter_map(to).collect();
        let mut steps: Vec<i64> = offsets.windows(2).map(|pair| pair[1] - pair[0]).collect();
        steps.sort_unstable();
        steps.get(steps.len() / 2) == steps.last()
    }

    /// The time from one commit to the next, in ms, where there were records between them and after them; the middle one. None where the
    /// program counts: then its time says nothing.
    fn timer(&self) -> Option<u64> {
        if self.counts() {
            return None;
        }
        let (events, steps) = (&self.run.recording.events, self.steps());
        let has_records =
            |from: usize, until: usize| steps.iter().any(|(index, is_commit)| !is_commit && (from..until).contains(index));
        let commits = self.commits();
        let pairs = commits.windows(2).filter(|pair| has_records(pair[0], pair[1]) && has_records(pair[1], usize::MAX));
        let mut gaps: Vec<u64> = pairs.map(|pair| (events[pair[1]].at - events[pair[0]].at) / 1_000).collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).copied()
    }

    /// The middle one of all stretches counts: a machine that stands still now and then makes one or two of them longer. A timer is judged by
    /// its time, since a busy machine processes fewer records in it. And some of the bound is forgiven, since a timer may be late.
    fn committed_in_time(&self) -> Result<(), Mistake> {
        let Program { group, at_most, rate, .. } = self.program;
        let between = self.between_commits();
        let Some((records, index)) = between.get(between.len() / 2) else { return Ok(()) };
        let most = self.timer().map_or(u64::from(*records), |ms| ms * u64::from(*rate) / 1_000);
        let at_most = u64::from(*at_most);
        if 4 * most <= 5 * at_most {
            return Ok(());
        }
        let ever =
            |what: &What| matches!(what, What::Request { request: Request::OffsetCommit { group: of, .. }, .. } if of == group);
        let (id, title, why) = if self.run.recording.first(ever).is_none() {
            (
                "never_committed",
                say!("nothing was committed at all", "아무것도 커밋하지 않았다"),
                say!(
                    "the timer commits what is stored, and only with enable.auto.commit",
                    "타이머는 enable.auto.commit이 켜져 있을 때 저장된 위치만 커밋한다"
                ),
            )
        } else if most > 8 * at_most {
            (
                "far_too_rarely",
                say!(
                    "far too many records would come twice after a crash",
                    "크래시가 나면 허용된 것보다 훨씬 많은 레코드가 두 번 온다"
                ),
                say!(
                    "by default the timer commits every 5 s; 0 means never",
                    "기본 설정에서 타이머는 5초마다 커밋한다. 0이면 커밋하지 않는다"
                ),
            )
        } else {
            (
                "too_many_twice",
                say!(
                    "more records would come twice after a crash than may",
                    "크래시가 나면 허용된 것보다 많은 레코드가 두 번 온다"
                ),
                say!("what is processed between two commits comes twice", "두 커밋 사이에 처리한 것이 두 번 온다"),
            )
        };
        Err(mistake(id, title)
            .expected(say!(
                "{group}, {rate} records a second: at most {at_most} processed and not committed",
                "{group}, 초당 {rate}개: 처리했지만 커밋하지 않은 것이 {at_most}개 이하"
            ))
            .seen([self.run.event(*index)])
            .seen([missing(say!(
                "no commit for the time of {most} records at that rate",
                "그 속도로 레코드 {most}개가 처리될 동안 커밋이 없었다"
            ))])
            .why(why)
            .read(if id == "too_many_twice" { CHOOSE } else { TIMER }))
    }

    /// Whether a record was in work at event `index`.
    fn in_hand(&self, index: usize) -> bool {
        let before = self.run.recording.events[..index].iter().rev().find_map(|event| match &event.what {
            What::Record { progress, partition, .. } if *partition == self.partition => Some(*progress),
            _ => None,
        });
        before == Some(Progress::HandedOver)
    }

    fn committed_not_too_often(&self) -> Result<(), Mistake> {
        let (steps, commits) = (self.steps(), self.commits());
        let at = |step: Option<&(usize, bool)>| step.map_or(0, |(index, _)| self.run.recording.events[*index].at);
        let needed = (at(steps.last()) - at(steps.first())) / self.program.interval().as_micros() as u64 + 1;
        let records = steps.len() - commits.len();
        if commits.len() as u64 <= 3 * needed + 2 && 10 * commits.len() < 7 * records {
            return Ok(());
        }
        let (group, got) = (self.program.group, commits.len());
        let by_hand = commits.iter().filter(|commit| !self.in_hand(**commit)).count();
        let (id, title) = match 10 * by_hand > 9 * got {
            true => ("after_each_record", say!("each record had a commit of its own", "레코드마다 따로 커밋했다")),
            false => ("too_often", say!("it was committed far more often than needed", "필요한 것보다 훨씬 자주 커밋했다")),
        };
        Err(mistake(id, title)
            .expected(say!("about as many commits as intervals", "주기 수만큼의 커밋"))
            .seen(commits.iter().take(2).map(|index| self.run.event(*index)))
            .seen([missing(say!("{group}: {got} commits for {records} records", "{group}: 레코드 {records}개에 커밋 {got}번"))])
            .why(say!(
                "each commit is a request, an answer, and a record that the coordinator writes; the interval is in milliseconds",
                "커밋마다 요청과 응답이 오가고 코디네이터가 레코드를 쓴다. 주기는 밀리초 단위다"
            ))
            .read(CHOOSE))
    }

    fn committed_the_rest(&self) -> Result<(), Mistake> {
        let group = self.program.group;
        let last = self.stopped().saturating_sub(1);
        let at = Positions::after(&self.run.recording, group, &self.partition, last);
        if at.processed.is_none() || at.committed >= at.processed || self.stopped() == self.run.recording.events.len() {
            return Ok(());
        }
        Err(mistake(
            "rest_not_committed",
            say!(
                "no more records came, and the last ones stayed uncommitted",
                "레코드가 더 오지 않자 마지막 것들이 커밋되지 않은 채 남았다"
            ),
        )
        .expected(say!(
            "what is processed is committed, also when no more records come",
            "레코드가 더 오지 않아도 처리한 것은 커밋된다"
        ))
        .seen([self.run.positions(group, &self.partition, last)])
        .why(say!(
            "in a quiet hour no record comes that could be counted, or make the loop look at the clock; a timer goes on",
            "조용한 시간에는 셀 레코드도, 시계를 볼 계기가 될 레코드도 오지 않는다. 타이머는 계속 돈다"
        ))
        .read(TIMER))
    }
}
