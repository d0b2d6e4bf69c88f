//! Claims that most graders make: that the answer read as a member of its group, left it, and came to its end by itself. Called by graders as
//! methods of [`Run`]; claims of commits are in `commits`, those of one crash in [`crate::Crashed`].
//!
//! A claim that three graders make, or more, comes here or beside them; one that a single step makes stays in that step's grader. It is a
//! function of the recording: it waits for nothing. The id of its [`Mistake`] is unique within each step, its sentences are in both languages,
//! and a wrong answer of a solution is rejected by it: that is its test.

use trace::{Note, Partition, Progress, Request, What};
use verdict::{Evidence, Mistake, Text, say};

use super::{Claim, Run, missing, mistake};

/// What ListOffsets calls the two ends of a log.
const BEGINNING: i64 = -2;
const END: i64 = -1;

impl Run {
    /// Claims that who processed records had joined `group`, as far as anything was processed. `page` is where the task is said.
    ///
    /// # Errors
    /// Nobody had: the partitions were taken by hand.
    pub fn read_as_a_member(&self, group: &str, page: &str) -> Result<(), Mistake> {
        let records = self.show(1, |what| matches!(what, What::Record { .. }));
        if records.is_empty() || self.group(group).is_some_and(|group| group.assigned_members().next().is_some()) {
            return Ok(());
        }
        Err(mistake(
            "not_a_member",
            say!("the partitions were taken by hand, so {group} has no member", "파티션을 직접 할당해서 {group}에 멤버가 없다"),
        )
        .expected(say!(
            "the consumer subscribes, and {group} gives it its partitions",
            "컨슈머가 구독하고 {group}이 파티션을 나눠 준다"
        ))
        .seen(records)
        .seen([missing(say!("no assignment from the group", "그룹이 준 할당이 없다"))])
        .why(say!(
            "`assign` asks nobody: no rebalance reaches such a consumer, and a second one reads the same records again",
            "`assign`은 아무에게도 묻지 않는다. 리밸런싱을 알 수도 없고, 두 번째 컨슈머는 같은 레코드를 또 읽는다"
        ))
        .read(page))
    }

    /// Claims that who begins without a commit begins at the beginning of a log, as `auto.offset.reset` says.
    ///
    /// # Errors
    /// The end of a log was asked for, and the beginning of none: what was written before the answer came to ask is not read.
    pub fn began_at_the_beginning(&self) -> Result<(), Mistake> {
        let began = !self.show(1, asks_for(BEGINNING)).is_empty() || self.show(1, asks_for_the_end).is_empty();
        if began { Ok(()) } else { Err(self.started_at_the_end(None)) }
    }

    /// Claims that no partition was begun behind the offset that `from` says of it, where its group stands.
    ///
    /// # Errors
    /// A consumer began later: at the end, as a rule.
    pub fn began_at(&self, from: impl Fn(&Partition) -> i64) -> Result<(), Mistake> {
        let late = self.recording.begins_behind(from);
        late.map_or(Ok(()), |late| Err(self.started_at_the_end(Some(late))))
    }

    fn started_at_the_end(&self, late: Option<usize>) -> Mistake {
        mistake(
            "started_at_the_end",
            say!("the consumer started after the last record", "컨슈머가 마지막 레코드 뒤에서 시작했다"),
        )
        .expected(say!("it starts at the first record of every partition", "모든 파티션을 첫 레코드부터 읽는다"))
        .seen(self.show(1, asks_for_the_end))
        .seen(late.map(|index| self.event(index)))
        .why(say!(
            "where the group has committed nothing yet, auto.offset.reset decides, and its default is the end",
            "그룹이 아직 커밋한 적이 없으면 auto.offset.reset이 시작 위치를 정하는데, 그 기본값이 끝(latest)이다"
        ))
        .read("01_groups/01_one_consumer#where-to-start")
    }

    /// Claims that `process` was called once with each record for whose partition and offset `is_meant` is true, as far as it was called.
    /// `page` is where the task is said.
    ///
    /// # Errors
    /// A record was processed several times.
    pub fn processed_once(&self, page: &str, is_meant: impl Fn(&Partition, i64) -> bool) -> Result<(), Mistake> {
        let mut times = self.processed().into_iter().filter(|((partition, offset), _)| is_meant(partition, *offset));
        let Some(((partition, offset), n)) = times.find(|(_, n)| *n > 1) else { return Ok(()) };
        let calls = self.show(2, |what| {
            matches!(what, What::Record { progress: Progress::HandedOver, partition: p, offset: o, .. } if *p == partition && *o == offset)
        });
        Err(mistake(
            "processed_twice",
            say!("{partition} offset {offset} was processed {n} times", "{partition} 오프셋 {offset}: {n}번 처리했다"),
        )
        .expected(say!("process is called once for each record", "레코드마다 process를 한 번 부른다"))
        .seen(calls)
        .why(say!("whoever signed up once would get two coupons", "한 번 가입한 회원이 쿠폰을 두 장 받게 된다"))
        .read(page))
    }

    /// Claims that whoever joined `group` has left it, except static members, which do not leave. `page` is where the task is said.
    ///
    /// # Errors
    /// A member ended without LeaveGroup.
    pub fn left(&self, group: &str, page: &str) -> Result<(), Mistake> {
        let stay =
            self.members(group).filter(|member| member.was_assigned() && member.left.is_none() && member.instance.is_none());
        let Some(stays) = stay.min_by_key(|member| &member.client) else { return Ok(()) };
        let client = &stays.client;
        Err(mistake(
            "did_not_leave",
            say!("{client} ended without leaving {group}", "{client} 프로그램이 {group}을 떠나지 않고 끝났다"),
        )
        .expected(say!("its consumer is dropped before it returns", "반환하기 전에 컨슈머가 드롭(drop)된다"))
        .seen([self.event(stays.joined)])
        .seen([missing(say!("no LeaveGroup", "LeaveGroup이 없다"))])
        .why(say!(
            "{group} keeps its partitions for it until the session has timed out, and its last offsets are not committed",
            "세션이 타임아웃될 때까지 {group}이 파티션을 그대로 두고, 마지막 오프셋도 커밋되지 않는다"
        ))
        .read(page))
    }

    /// Claims that the answer came to its end by itself, and that it had processed so many records by then. `page` is where the task is said.
    ///
    /// # Errors
    /// It did not.
    pub fn processed_all(&self, records: usize, page: &str) -> Result<(), Mistake> {
        self.came_to_its_end(page)?;
        let processed = self.processed().len();
        if processed >= records {
            return Ok(());
        }
        Err(mistake(
            "not_all_processed",
            say!("{processed} of {records} records were processed", "레코드 {records}개 가운데 {processed}개만 처리했다"),
        )
        .expected(say!("it reads on until it is asked to stop", "멈추라고 할 때까지 계속 읽는다"))
        .seen([missing(say!("no more calls of process", "process 호출이 더 없다"))])
        .why(say!("a topic has no end: a quiet moment is not one either", "토픽에는 끝이 없다. 잠깐 조용한 것도 끝이 아니다"))
        .read(page))
    }

    /// Claims that the answer came to its end by itself: it returned, without an error, a panic, an early exit, or being too slow.
    /// `page` is where the book explains what such an answer should do.
    ///
    /// # Errors
    /// It did not.
    pub fn came_to_its_end(&self, page: &str) -> Result<(), Mistake> {
        let notes = || self.recording.find(|what| matches!(what, What::Note { .. }));
        for (index, event) in notes() {
            let What::Note { note, .. } = &event.what else { continue };
            match note {
                Note::Panicked { message } => return Err(panicked(message).seen([self.event(index)]).read(page)),
                Note::Returned { error: Some(error), .. } => return Err(failed(error).seen([self.event(index)]).read(page)),
                Note::OutOfTime { .. } => return Err(never_ended(&self.waiting_for).seen(self.last_words(index)).read(page)),
                _ => {}
            }
        }
        let returned = notes().any(|(_, event)| matches!(&event.what, What::Note { note: Note::Returned { .. }, .. }));
        let ended = notes().filter(|(_, event)| matches!(&event.what, What::Note { note: Note::Exited { .. }, .. })).last();
        match ended {
            Some((index, _)) if !returned => Err(ended_the_process().seen([self.event(index)]).read(page)),
            _ => Ok(()),
        }
    }

    /// The last thing that the answer said to Kafka before event `index`, and that event.
    fn last_words(&self, index: usize) -> Vec<Evidence> {
        // Heartbeats and commits come from timers of the client; which of them is the last is chance.
        let by_itself = |request: &Request| {
            matches!(request, Request::Heartbeat { .. } | Request::ConsumerGroupHeartbeat { .. } | Request::OffsetCommit { .. })
        };
        let said = |what: &What| match what {
            What::Request { request, .. } => !by_itself(request),
            what => matches!(what, What::Record { .. }),
        };
        let last = self.recording.events[..index].iter().rposition(|event| said(&event.what));
        last.into_iter().chain([index]).map(|index| self.event(index)).collect()
    }
}

/// Whether it is a ListOffsets that asks where a log ends: who does begins behind the last record.
pub fn asks_for_the_end(what: &What) -> bool {
    asks_for(END)(what)
}

fn asks_for(end: i64) -> impl Fn(&What) -> bool {
    move |what| matches!(what, What::Request { request: Request::ListOffsets { timestamps, .. }, .. } if timestamps.values().any(|at| *at == end))
}

fn panicked(message: &str) -> Claim {
    mistake("panicked", say!("the answer panicked: {message}", "답안이 패닉으로 끝났다: {message}"))
        .expected(say!("the function returns, whatever the records hold", "레코드에 무엇이 들어 있든 함수가 값을 돌려준다"))
        .why(say!(
            "a consumer that panics is gone, and its partitions wait until the coordinator notices",
            "패닉이 난 컨슈머는 사라지고, 코디네이터가 알아챌 때까지 그 파티션은 아무도 읽지 않는다"
        ))
}

fn failed(error: &str) -> Claim {
    mistake("returned_an_error", say!("the answer returned an error: {error}", "답안이 오류를 돌려줬다: {error}"))
        .expected(say!("it goes on until its task is done", "할 일을 마칠 때까지 계속한다"))
        .why(say!(
            "most errors of a consumer are news, not the end: only a fatal one ends the client",
            "컨슈머가 받는 오류는 대부분 알림일 뿐이고, 치명적인(fatal) 오류만 클라이언트를 끝낸다"
        ))
}

fn never_ended(waiting_for: &Text) -> Claim {
    let Text { en, ko } = waiting_for;
    mistake("never_ended", say!("the answer did not come to its end, so it was stopped", "답안이 끝나지 않아서 중단시켰다"))
        .expected(say!("{en}", "{ko}"))
        .why(say!(
            "a program that waits for ever tells nobody what it waits for",
            "끝없이 기다리는 프로그램은 무엇을 기다리는지 아무에게도 알려 주지 않는다"
        ))
}

fn ended_the_process() -> Claim {
    mistake("ended_the_process", say!("the answer ended its own process", "답안이 자기 프로세스를 끝냈다"))
        .expected(say!("the function returns", "함수가 반환한다"))
        .why(say!(
            "ending the process drops nothing: the consumer sends no LeaveGroup, and the group waits for it",
            "프로세스를 바로 끝내면 아무것도 드롭(drop)되지 않는다. 컨슈머가 LeaveGroup을 보내지 못해 그룹이 기다리게 된다"
        ))
}
