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
/// As many calls as a race needs to be lost, even where the threads share a core with others and are seldom interrupted.
const CALLS: usize = 2_000_000;
/// A slow way to count need not come so far.
const LONGEST: Duration = Duration::from_secs(1);
const WENT_UP: &str = ", and it went up by ";
const LEFT_OUT: &str = ", but some numbers came twice and others never";

/// Asks for numbers on several threads at once, and marks it where some came twice: more were given than the number went up by, or as many,
/// but with another sum than that of all numbers on the way.
pub(super) fn hammer(next_number: &(impl Fn() -> usize + Sync), mark: &impl Fn(String)) {
    let (first, begin) = (next_number(), Barrier::new(THREADS));
    let ask = || {
        let mut asked = Asked::default();
        begin.wait();
        let end = Instant::now() + LONGEST;
        while asked.times < CALLS && Instant::now() < end {
            (0..1000).for_each(|_| asked.add(next_number()));
        }
        asked
    };
    let all = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).fold(Asked::default(), Asked::and)
    });
    let (asked, went_up) = (all.times, all.greatest.saturating_sub(first));
    let sum_of_all = asked as u128 * (2 * first + asked + 1) as u128 / 2;
    let some_are_left_out = asked == went_up && all.sum != sum_of_all;
    if asked > went_up || some_are_left_out {
        let but = if some_are_left_out { LEFT_OUT } else { "" };
        mark(format!("next_number() was called {asked} times{WENT_UP}{went_up}{but}"));
    }
}

/// What calls of `next_number` gave.
#[derive(Default)]
struct Asked {
    times: usize,
    greatest: usize,
    sum: u128,
}

impl Asked {
    fn add(&mut self, number: usize) {
        *self = Self { times: self.times + 1, greatest: self.greatest.max(number), sum: self.sum + number as u128 };
    }

    fn and(self, other: Self) -> Self {
        Self { times: self.times + other.times, greatest: self.greatest.max(other.greatest), sum: self.sum + other.sum }
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
            "what is read and written in two steps lets another thread in between, which then gets the same number",
            "읽기와 쓰기가 두 단계면 그 사이에 다른 스레드가 끼어들어 같은 번호를 받는다"
        ))
        .read(&format!("{PAGE}#one-number-for-each-consumer")))
}
