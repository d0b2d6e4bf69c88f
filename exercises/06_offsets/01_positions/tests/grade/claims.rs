//! The claims of `01_positions`, call by call, in the order in which things happen: what was committed, what was handed over, what was said.

use lab::trace::{Progress, Request, What, positions::Positions};
use lab::{Evidence, Mistake, Partition, Run, missing, mistake, say};

use super::{CALLS, Call, END, Stand};

const NEXT: &str = "06_offsets/01_positions#the-next-offset";
const FOUR: &str = "06_offsets/01_positions#four-positions";
const ASK: &str = "06_offsets/01_positions#who-knows-them";
const TASK: &str = "06_offsets/01_positions#your-turn";

pub(super) fn of(run: &Run) -> Result<(), Mistake> {
    run.began_at_the_beginning()?;
    for (call, member) in CALLS.iter().zip(1..) {
        let seen = Seen { run, call, member, partition: Partition::new(call.topic, 0) };
        seen.was_handed_n()?;
        seen.committed_what_was_processed()?;
        seen.said_where_it_stands()?;
    }
    CALLS.iter().try_for_each(|call| run.read_as_a_member(call.group, TASK))?;
    run.came_to_its_end(TASK)
}

/// One call in the recording.
#[derive(Clone)]
struct Seen<'a> {
    run: &'a Run,
    call: &'a Call,
    member: u32,
    partition: Partition,
}

impl Seen<'_> {
    fn start(&self) -> i64 {
        self.call.stood.unwrap_or(0)
    }

    fn handed_over(&self) -> Vec<(usize, i64)> {
        let events = self.run.recording.events.iter().enumerate();
        let of_call = events.filter_map(|(index, event)| match event.what {
            What::Record { progress: Progress::HandedOver, member, offset, .. } if member == self.member => Some((index, offset)),
            _ => None,
        });
        of_call.collect()
    }

    /// The event before which the call is over: the first record of the next call in its group, or the end.
    fn until(&self) -> usize {
        let next = CALLS.iter().zip(1..).find(|(call, member)| *member > self.member && call.group == self.call.group);
        let first = |(call, member)| Seen { call, member, ..self.clone() }.handed_over().first().map(|(index, _)| *index);
        next.and_then(first).unwrap_or(self.run.recording.events.len())
    }

    /// What the group says from the call's first record to its end: event and request.
    fn said(&self) -> Vec<(usize, &Request)> {
        let from = self.handed_over().first().map_or(usize::MAX, |(index, _)| *index);
        let events = self.run.recording.events.iter().enumerate().take(self.until()).skip(from);
        let of_group = events.filter_map(|(index, event)| match &event.what {
            What::Request { request, .. } if request.group() == Some(self.call.group) => Some((index, request)),
            _ => None,
        });
        of_group.collect()
    }

    fn at(&self, index: usize) -> Positions {
        Positions::after(&self.run.recording, self.call.group, &self.partition, index)
    }

    fn positions(&self, index: usize) -> Evidence {
        self.run.positions(self.call.group, &self.partition, index)
    }

    /// The last commit of the call, to which who commits record by record comes as well, and whether the consumer leaves right after it.
    fn committed(&self) -> Option<(usize, i64, bool)> {
        let said = self.said();
        let offset = |request: &Request| match request {
            Request::OffsetCommit { offsets, .. } => offsets.values().next().copied(),
            _ => None,
        };
        let last = said.iter().rposition(|(_, request)| offset(request).is_some())?;
        let leaves = |(_, request): &(usize, &Request)| matches!(request.api(), "LeaveGroup" | "ConsumerGroupHeartbeat");
        Some((said[last].0, offset(said[last].1)?, said.get(last + 1).is_some_and(leaves)))
    }

    fn committed_what_was_processed(&self) -> Result<(), Mistake> {
        let want = (self.call.commit_after > 0).then(|| self.start() + self.call.commit_after as i64);
        let last = self.committed();
        let processed = last.map_or(want, |(index, ..)| self.at(index).processed);
        if last.map(|(_, offset, _)| offset) == want && processed == want {
            return Ok(());
        }
        let ahead = last.map(|(_, offset, _)| offset - want.unwrap_or(self.start()));
        let (id, title, why) = match (ahead, last) {
            (Some(-1), _) if processed == want => (
                "commits_the_record",
                say!("the offset of the last record was committed", "마지막으로 처리한 레코드의 오프셋을 커밋했다"),
                say!(
                    "a group goes on with the very offset that it has committed, so this record comes again",
                    "그룹은 커밋한 바로 그 오프셋부터 읽으므로 그 레코드를 다시 받는다"
                ),
            ),
            (Some(1), Some((_, _, false))) if processed == want => (
                "one_too_far",
                say!("one was added twice to the offset", "오프셋에 1을 두 번 더했다"),
                say!("the next record is never handed over in this group", "그다음 레코드는 이 그룹에 전달되지 않는다"),
            ),
            (Some(1..), Some((_, _, true))) => (
                "commits_at_closing",
                say!("closing committed all that was stored", "닫을 때 저장된 위치를 모두 커밋했다"),
                say!(
                    "with enable.auto.commit, closing commits what is stored, be it processed or not",
                    "enable.auto.commit이 켜져 있으면 닫을 때 처리 여부와 관계없이 저장된 위치를 커밋한다"
                ),
            ),
            (Some(1..), _) => (
                "commits_too_much",
                say!("records were committed that nobody asked to commit", "커밋하라고 하지 않은 레코드까지 커밋했다"),
                say!(
                    "where no offset is named, all that is stored is committed; by default a record is stored as it is handed over",
                    "오프셋을 지정하지 않으면 저장된 위치까지 커밋하며, 기본 설정에서는 레코드를 전달할 때 저장한다"
                ),
            ),
            (Some(0), _) if want.is_some() && processed > want => (
                "commits_late",
                say!("the commit came only after the next record", "다음 레코드를 처리한 뒤에야 커밋했다"),
                say!(
                    "who crashes in between gets records again for which it was asked to commit",
                    "그 사이에 크래시가 나면 커밋했어야 할 레코드가 다시 온다"
                ),
            ),
            (Some(0), _) if want.is_some() => (
                "commits_before_the_work",
                say!("the offset was committed before its record was processed", "레코드를 처리하기 전에 오프셋을 커밋했다"),
                say!(
                    "who crashes in between has lost the record: the group goes on behind it",
                    "그 사이에 크래시가 나면 레코드가 누락된다. 그룹은 그다음부터 읽는다"
                ),
            ),
            (Some(_), _) if want.is_none() => (
                "commits_unasked",
                say!("an offset was committed, and none was to be", "커밋하지 않아야 하는데 커밋했다"),
                say!(
                    "a group that has committed nothing is not one that has committed its beginning: auto.offset.reset decides for the first alone",
                    "커밋이 없는 것과 시작 위치를 커밋한 것은 다르다. auto.offset.reset은 커밋이 없을 때만 쓰인다"
                ),
            ),
            (Some(_), _) => (
                "commits_too_little",
                say!("less was committed than was processed", "처리한 것보다 적게 커밋했다"),
                say!("what is not committed comes again", "커밋하지 않은 것은 다시 온다"),
            ),
            (None, _) => (
                "never_committed",
                say!("nothing was committed", "커밋이 없다"),
                say!(
                    "the next consumer of the group begins where this one began",
                    "그룹의 다음 컨슈머가 같은 곳에서 다시 시작한다"
                ),
            ),
        };
        let (after, next) = (self.call.commit_after, want.map_or_else(|| "–".to_owned(), |next| next.to_string()));
        let answer = |index| self.positions(self.run.recording.answer_to(index).unwrap_or(index));
        let seen = last.map(|(index, ..)| [self.run.event(index), answer(index)]);
        let none = || vec![missing(say!("no OffsetCommit before the call returned", "호출이 반환하기 전에 OffsetCommit이 없다"))];
        Err(mistake(id, title)
            .expected(say!("commit_after is {after}: next to read {next}", "commit_after가 {after}: 다음에 읽을 오프셋 {next}"))
            .seen(seen.map_or_else(none, Vec::from))
            .why(why)
            .read(NEXT))
    }

    fn was_handed_n(&self) -> Result<(), Mistake> {
        let (handed, n, start) = (self.handed_over(), self.call.n, self.start());
        if handed.iter().map(|(_, offset)| *offset).eq((start..).take(n)) {
            return Ok(());
        }
        self.run.came_to_its_end(TASK)?;
        let got = handed.len();
        Err(mistake(
            "other_records",
            say!("process was not called with the next {n} records", "process가 다음 레코드 {n}개를 받지 못했다"),
        )
        .expected(say!("{n} records from {start} on, once each", "{start}부터 레코드 {n}개, 한 번씩"))
        .seen(handed.first().map(|(index, _)| self.run.event(*index)))
        .seen([missing(say!("{got} calls", "호출 {got}번"))])
        .why(say!("a group goes on where it stands", "그룹은 멈춘 곳에서 이어 읽는다"))
        .read(NEXT))
    }

    fn said_where_it_stands(&self) -> Result<(), Mistake> {
        let said = self.run.returned::<Vec<Stand>>().and_then(|all| all.get(self.member as usize - 1).copied());
        let Some([handed_over, committed, end]) = said else { return self.run.came_to_its_end(TASK) };
        let index = self.until() - 1;
        let at = self.at(index);
        let (id, title, read) = if committed != at.committed {
            let position = committed == at.handed_over || committed == at.handed_over.map(|next| next - 1);
            match (committed, at.committed) {
                _ if position => (
                    "position_as_committed",
                    say!("the position was taken for what is committed", "위치를 커밋된 오프셋으로 여겼다"),
                    ASK,
                ),
                (Some(_), None) => (
                    "none_is_a_number",
                    say!("a number was given where nothing is committed", "커밋한 것이 없는데 숫자로 답했다"),
                    ASK,
                ),
                _ => ("other_committed", say!("the group has committed another offset", "그룹이 커밋한 오프셋은 다르다"), ASK),
            }
        } else if handed_over != at.handed_over {
            ("other_position", say!("the next record to be handed over is another one", "다음에 전달될 레코드가 다르다"), FOUR)
        } else if end != Some(END) {
            ("other_end", say!("the end of the log is another one", "로그의 끝이 다르다"), FOUR)
        } else {
            return Ok(());
        };
        let stands: [Stand; 2] = [[handed_over, committed, end], [at.handed_over, at.committed, Some(END)]];
        let [answer, truth] = stands.map(|stand| format!("{stand:?}"));
        let (group, topic) = (self.call.group, self.call.topic);
        Err(mistake(id, title)
            .expected(say!(
                "{group}, {topic}-0: handed over, committed, end: {truth}",
                "{group}, {topic}-0: 전달, 커밋, 로그 끝: {truth}"
            ))
            .seen([missing(say!("read returned {answer}", "read가 돌려준 값 {answer}")), self.positions(index)])
            .why(say!(
                "who takes one for another does not see what a crash loses, or brings twice",
                "혼동하면 크래시 때 무엇을 잃고 무엇이 두 번 오는지 알 수 없다"
            ))
            .read(read))
    }
}
