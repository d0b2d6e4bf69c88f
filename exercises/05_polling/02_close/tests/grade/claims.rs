//! Claims of `02_close`: whatever ends a consumer, it has left the group before its function is over, and its caller is told how it ended.

use lab::run::{Claim, stayed};
use lab::trace::{Note, Progress, What};
use lab::{Mistake, Run, Text, missing, mistake, say};

use super::{FAILS, FAILURE, GROUP, PANIC, PANICS, PARTITIONS, STOPS, SURVIVES, ended, holders, last_records, member};

pub(super) const TASK: &str = "05_polling/02_close#your-turn";
const DROP: &str = "05_polling/02_close#dropping-closes";
const LENT: &str = "05_polling/02_close#what-keeps-a-consumer-open";
const UNWINDING: &str = "05_polling/02_close#a-panic-drops-too";

/// One of the ways in which a consumer ends.
pub(super) struct End {
    consumer: u32,
    /// How the ids of its mistakes end.
    id: &'static str,
    /// What its caller has to be told.
    told: &'static str,
}

pub(super) const ENDS: [End; 3] = [
    End { consumer: STOPS, id: "stop", told: "returned Ok" },
    End { consumer: FAILS, id: "error", told: "returned Err(no such country)" },
    End { consumer: PANICS, id: "panic", told: "panicked" },
];

/// Claims that nobody ended before something ended it.
pub(super) fn nobody_ended_early(run: &Run) -> Result<(), Mistake> {
    let begins = |n| run.recording.first(asks_to_stop(if n == SURVIVES { 0 } else { STOPS })).unwrap_or(usize::MAX);
    let Some((index, ..)) = ended(&run.recording).find(|(index, n, _)| *index < begins(*n)) else { return Ok(()) };
    Err(mistake("ended_early", say!("a consumer ended before anything had ended it", "끝낼 이유가 없는데 컨슈머가 끝났다"))
        .expected(say!(
            "it reads until it is asked to stop, `process` fails, or `process` panics",
            "멈추라고 하거나, `process`가 실패하거나, `process`가 패닉할 때까지 읽는다"
        ))
        .seen([run.event(index)])
        .why(say!(
            "neither a quiet moment nor an error of a poll is the end, a topic has none; what a panic says is in the answer's output",
            "잠깐 조용하거나 폴링에서 오류를 받았다고 끝난 것이 아니다. 토픽에는 끝이 없다. 패닉 메시지는 답안의 출력에 있다"
        ))
        .read(TASK))
}

/// Claims that four members held a partition each.
pub(super) fn four_shared_the_topic(run: &Run) -> Result<(), Mistake> {
    let group = run.group(GROUP).map_or(0, |group| group.members.len());
    if group >= 4 && member(run, SURVIVES).is_some() {
        return Ok(());
    }
    run.came_to_its_end(TASK)?;
    Err(mistake("not_four", say!("the group did not come to four members that read", "그룹에서 읽는 멤버가 넷이 되지 않았다"))
        .expected(say!("four consumers, each with one of four partitions", "컨슈머 넷이 파티션 네 개를 하나씩 맡는다"))
        .seen([missing(say!("members that joined: {group}", "들어온 멤버 수: {group}"))])
        .why(say!("there is nothing to close yet", "아직 닫을 것이 없다"))
        .read(TASK))
}

/// Whether consumer `n` is asked to stop there; 0 for all that still run.
fn asks_to_stop(n: u32) -> impl Fn(&What) -> bool {
    move |what| matches!(what, What::Note { member, note: Note::AskedToStop } if *member == n)
}

/// Claims that the answer did not end its process, and all consumers with it.
pub(super) fn the_process_lived(run: &Run) -> Result<(), Mistake> {
    match run.recording.find(|what| matches!(what, What::Note { note: Note::Exited { .. }, .. })).next() {
        Some(_) => run.came_to_its_end(DROP),
        None => Ok(()),
    }
}

impl End {
    /// Begins a mistake about this end: what ended the consumer, and then what happened.
    fn mistake(&self, id: &str, Text { en, ko }: Text) -> Claim {
        let title = match self.consumer {
            STOPS => say!("the consumer was asked to stop, and {en}", "멈추라고 한 뒤 {ko}"),
            FAILS => say!("process failed, and {en}", "process가 실패한 뒤 {ko}"),
            _ => say!("process panicked, and {en}", "process가 패닉한 뒤 {ko}"),
        };
        mistake(&format!("{id}_{}", self.id), title)
    }

    /// The event that brings the consumer to its end.
    fn begins(&self, run: &Run) -> Option<usize> {
        let marks = |what: &What| matches!(what, What::Note { member, note: Note::Mark { text } } if *member == self.consumer && [FAILURE, PANIC].contains(&text.as_str()));
        run.recording.first(|what| asks_to_stop(self.consumer)(what) || marks(what))
    }

    fn ended<'a>(&self, run: &'a Run) -> Option<(usize, &'a str)> {
        ended(&run.recording).find(|(_, n, _)| *n == self.consumer).map(|(index, _, how)| (index, how))
    }

    /// Claims that nothing is processed after the error or panic, and that the caller is told of it.
    pub(super) fn is_told(&self, run: &Run) -> Result<(), Mistake> {
        let Some(begins) = self.begins(run) else { return Ok(()) };
        let next =
            |what: &What| matches!(what, What::Record { progress: Progress::HandedOver, member, .. } if *member == self.consumer);
        let next = run.recording.find(next).map(|(index, _)| index).find(|index| *index > begins && self.consumer != STOPS);
        if let Some(next) = next {
            return Err(self
                .mistake("went_on", say!("the function called `process` again", "함수가 `process`를 또 불렀다"))
                .expected(say!(
                    "it ends, and its caller decides what becomes of the record",
                    "컨슈머는 끝나고, 그 레코드를 어떻게 할지는 호출한 쪽이 정한다"
                ))
                .seen([run.event(begins), run.event(next)])
                .why(say!(
                    "who tries again keeps it from its caller, and who goes on with the next record loses this one: the next commit passes it",
                    "다시 시도하면 호출한 쪽은 알지 못하고, 다음 레코드로 넘어가면 다음 커밋이 이 레코드를 지나가 버린다"
                ))
                .read(UNWINDING));
        }
        let told = self.told;
        match self.ended(run) {
            Some((index, how)) if how != told => Err(self
                .mistake("not_told", say!("its caller was told otherwise", "호출한 쪽에는 다르게 알렸다"))
                .expected(lab::words::of(&What::Note { member: 0, note: Note::Mark { text: format!("function {told}") } }))
                .seen([run.event(begins), run.event(index)])
                .why(say!(
                    "who starts consumers can only mend or restart what it hears of",
                    "컨슈머를 띄운 쪽은 들은 것만 고치거나 다시 띄울 수 있다"
                ))
                .read(UNWINDING)),
            _ => Ok(()),
        }
    }

    /// Claims that the consumer has left the group, and knows it, before its function is over.
    pub(super) fn closes_first(&self, run: &Run) -> Result<(), Mistake> {
        let (n, Some(begins)) = (self.consumer, self.begins(run)) else { return Ok(()) };
        let member = member(run, n);
        let (left, no_leave) = (member.and_then(|member| member.left), member.map(stayed));
        match (self.ended(run), left) {
            (None, None) => Err(self
                .mistake("never_closed", say!("the consumer never left the group", "컨슈머가 그룹을 떠나지 않았다"))
                .expected(say!("its consumer is dropped, and leaves the group", "컨슈머가 드롭(drop)되고 그룹을 떠난다"))
                .seen([run.event(begins)])
                .seen(no_leave)
                .why(say!(
                    "a poll without a bound hears of nothing; and closing polls too, and so runs your callbacks: one that panics or does not return holds everything up",
                    "끝없이 기다리는 폴링은 아무것도 알아채지 못한다. 닫는 동안에도 폴링하므로 콜백이 실행된다. 패닉하거나 반환하지 않는 콜백 하나가 모든 것을 막는다"
                ))
                .read(LENT)),
            (None, Some(left)) => Err(self
                .mistake("never_returned", say!("the function never came to its end", "함수가 끝나지 않았다"))
                .expected(say!("the function is over when its consumer has left", "컨슈머가 떠나면 함수도 끝난다"))
                .seen([run.event(begins)])
                .seen([run.event(left), missing(say!("its function did not return", "함수가 반환하지 않았다"))])
                .why(say!(
                    "a consumer that has left is freed when each record that it has lent is back: one is still held",
                    "떠난 컨슈머는 빌려준 레코드가 모두 돌아와야 해제된다. 그중 하나를 아직 쥐고 있다"
                ))
                .read(LENT)),
            (Some((index, _)), None) => Err(self
                .mistake(
                    "still_a_member",
                    say!("the function ended, but the consumer is still a member", "함수는 끝났는데 컨슈머는 아직 멤버다"),
                )
                .expected(say!(
                    "its consumer is dropped before the function is over",
                    "함수가 끝나기 전에 컨슈머가 드롭(drop)된다"
                ))
                .seen([run.event(begins)])
                .seen([run.event(index)])
                .seen(no_leave)
                .why(say!(
                    "the group goes on counting on it: its partition belongs to a consumer that nobody polls",
                    "그룹은 계속 그 멤버를 믿는다. 아무도 폴링하지 않는 컨슈머가 파티션을 쥐고 있다"
                ))
                .read(DROP)),
            (Some((index, _)), Some(left)) if answered(run, left) > index => Err(self
                .mistake(
                    "left_later",
                    say!("the function ended before the consumer had left", "컨슈머가 떠나기도 전에 함수가 끝났다"),
                )
                .expected(say!("the function waits until the consumer is closed", "컨슈머가 닫힐 때까지 함수가 기다린다"))
                .seen([run.event(index), run.event(left)])
                .why(say!(
                    "a program ends with its `main`: what another thread was about to close is cut off with it",
                    "프로그램은 `main`과 함께 끝난다. 다른 스레드가 닫으려던 것도 그때 끊긴다"
                ))
                .read(DROP)),
            _ => Ok(()),
        }
    }
}

/// The index of the answer to the request at `index`.
fn answered(run: &Run, index: usize) -> usize {
    let What::Request { connection, correlation, .. } = &run.recording.events[index].what else { return index };
    let answer =
        |what: &What| matches!(what, What::Response { connection: c, correlation: n, .. } if c == connection && n == correlation);
    run.recording.find(answer).map(|(at, _)| at).find(|at| *at > index).unwrap_or(usize::MAX)
}

/// Claims that consumer 4 got everything, read on, and closed as well.
pub(super) fn the_survivor_read_on(run: &Run) -> Result<(), Mistake> {
    if last_records(&run.recording) < PARTITIONS as usize {
        let holds = holders(&run.history);
        return Err(mistake(
            "not_read_on",
            say!("the consumers that were left did not read on", "남은 컨슈머가 이어서 읽지 않았다"),
        )
        .expected(say!(
            "consumer 4 comes to hold all four partitions and processes their next records",
            "마지막에는 컨슈머 4가 파티션 네 개를 모두 맡아 다음 레코드를 처리한다"
        ))
        .seen([missing(say!("members that share the topic: {holds}", "토픽을 나눠 맡은 멤버 수: {holds}"))])
        .why(say!(
            "a rebalance is no end: a member reads on with what it holds then",
            "리밸런싱은 끝이 아니다. 멤버는 그때 맡은 파티션을 이어서 읽는다"
        ))
        .read(TASK));
    }
    run.came_to_its_end(TASK)
}
