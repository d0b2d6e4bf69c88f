//! Claims of `01_country_counter` about the numbers: 0, 1, 2 … over all threads, and none of them twice.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use lab::trace::{Note, What};
use lab::{Mistake, Run, missing, mistake, say};

use super::{PAGE, Told};

const THREADS: usize = 4;
/// As long as a race needs to be lost, even where the threads share a core with others.
const TIME: Duration = Duration::from_millis(200);
const WENT_UP: &str = ", and it went up by ";

/// Asks for numbers on several threads at once, and marks it where more were given than the number went up by: some came twice.
pub(super) fn hammer(next_number: &(impl Fn() -> usize + Sync), mark: &impl Fn(String)) {
    let (first, begin) = (next_number(), Barrier::new(THREADS));
    let ask = || {
        let (mut asked, mut greatest) = (0, 0);
        begin.wait();
        let end = Instant::now() + TIME;
        while Instant::now() < end {
            asked += 1000;
            greatest = (0..1000).fold(greatest, |greatest, _| next_number().max(greatest));
        }
        (asked, greatest)
    };
    let (asked, greatest) = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        let joined = threads.into_iter().filter_map(|thread| thread.join().ok());
        joined.fold((0, 0), |(asked, greatest), (more, other)| (asked + more, other.max(greatest)))
    });
    let went_up = greatest.saturating_sub(first);
    if asked > went_up {
        mark(format!("next_number() was called {asked} times{WENT_UP}{went_up}"));
    }
}

/// The two counters, made on two threads one after the other, are numbers 0 and 1.
pub(super) fn are_one_each(told: &Told) -> Result<(), Mistake> {
    // What stands before the fields of the counter's first line.
    let head = |counter: usize| {
        let line = told.get(counter).and_then(|(lines, _)| lines.first());
        line.and_then(|line| line.split_once(" topic")).map(|(head, _)| head.trim()).unwrap_or_default()
    };
    let (zero, one) = (head(0), head(1));
    if (zero, one) == ("[Consumer 0]", "[Consumer 1]") {
        return Ok(());
    }
    let claim = match zero == one {
        true => mistake("number_reused", say!("two consumers have the same number", "컨슈머 두 개의 번호가 같다")).why(say!(
            "each thread counted for itself: nobody can tell the lines of the two consumers apart",
            "스레드마다 따로 셌다. 두 컨슈머가 남긴 줄을 구별할 수 없다"
        )),
        false => mistake("numbers_differ", say!("the consumers are not numbered 0, 1", "컨슈머 번호가 0, 1이 아니다")).why(say!(
            "a number that is left out looks like a consumer that is lost",
            "번호가 비면 컨슈머 하나가 사라진 것처럼 보인다"
        )),
    };
    Err(claim
        .expected(say!(
            "[Consumer 0] for the first one that is made, [Consumer 1] for the second",
            "처음 만든 것은 [Consumer 0], 두 번째는 [Consumer 1]"
        ))
        .seen([missing(say!("customers: {zero}", "customers: {zero}")), missing(say!("beer: {one}", "beer: {one}"))])
        .read(&format!("{PAGE}#one-number-for-each-consumer")))
}

pub(super) fn are_never_given_twice(run: &Run) -> Result<(), Mistake> {
    let twice = |what: &What| matches!(what, What::Note { note: Note::Mark { text }, .. } if text.contains(WENT_UP));
    if run.recording.find(twice).next().is_none() {
        return Ok(());
    }
    Err(mistake("numbers_race", say!("two threads got the same number", "두 스레드가 같은 번호를 받았다"))
        .expected(say!(
            "{THREADS} threads call next_number() at the same time, and no number comes twice",
            "스레드 {THREADS}개가 동시에 next_number()를 불러도 같은 번호가 두 번 나오지 않는다"
        ))
        .seen(run.show(1, twice))
        .why(say!(
            "between reading the number and writing the next one another thread reads the same",
            "번호를 읽고 다음 번호를 쓰는 사이에 다른 스레드가 같은 번호를 읽는다"
        ))
        .read(&format!("{PAGE}#one-number-for-each-consumer")))
}
