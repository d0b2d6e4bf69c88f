//! The time axis: microseconds → horizontal place, round ticks, times in words, and what is wide enough to be drawn. Pure arithmetic;
//! used by figures and tables.

use std::cmp::Ordering;

use crate::scene::{Lane, Span};

/// Maps a stretch of time to a stretch of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    /// First microsecond shown.
    pub(crate) from: u64,
    /// Last microsecond shown.
    pub(crate) until: u64,
    /// Where the first is drawn.
    pub(crate) left: f64,
    /// Where the last is drawn.
    pub(crate) right: f64,
}

impl Axis {
    /// Where `at` microseconds is drawn; what lies outside is drawn at the edge.
    pub(crate) fn x(&self, at: u64) -> f64 {
        let span = self.until.saturating_sub(self.from).max(1) as f64;
        let after = at.clamp(self.from, self.until.max(self.from)) - self.from;
        self.left + (self.right - self.left) * after as f64 / span
    }

    /// Whether `at` lies on it.
    pub(crate) fn shows(&self, at: u64) -> bool {
        (self.from..=self.until).contains(&at)
    }

    /// Whether a member's empty assignments get a row: those that can be seen, or all where there is nothing else to show.
    pub(crate) fn shows_idle(&self, lane: &Lane) -> bool {
        let is_seen = |span: &Span| self.x(span.until) - self.x(span.from) >= 6.0;
        !lane.idle.is_empty() && (lane.rows.is_empty() || lane.idle.iter().any(is_seen))
    }

    /// Round times, at most about eight.
    pub(crate) fn ticks(&self) -> Vec<u64> {
        let step = self.step();
        let first = self.from.div_ceil(step) * step;
        (0..).map(|n| first + n * step).take_while(|at| *at <= self.until).collect()
    }

    /// Times that are round as seen from `zero`, which is one of them, at most about nine.
    pub(crate) fn ticks_around(&self, zero: u64) -> Vec<u64> {
        let step = self.step();
        let before = zero.saturating_sub(self.from) / step;
        (0..).map(|n| zero - before * step + n * step).take_while(|at| *at <= self.until).collect()
    }

    fn step(&self) -> u64 {
        let span = self.until.saturating_sub(self.from).max(1);
        let mut steps = (0..).flat_map(|power| [1, 2, 5].map(|n| n * 10_u64.pow(power)));
        steps.find(|step| span / step <= 8).unwrap_or(span)
    }
}

/// `at` for a tick: seconds from 2 s on, milliseconds below.
pub(crate) fn tick(at: u64, until: u64) -> String {
    if until >= 2_000_000 { format!("{} s", short(at as f64 / 1e6)) } else { format!("{} ms", short(at as f64 / 1e3)) }
}

/// `at` for a tick, as seen from `zero`: `0`, `+1.5 s`, `−200 ms`. In seconds where the axis is longer than 2 s.
pub(crate) fn tick_from(zero: u64, at: u64, span: u64) -> String {
    let unit = span.max(at.abs_diff(zero));
    match at.cmp(&zero) {
        Ordering::Less => format!("−{}", tick(zero - at, unit)),
        Ordering::Equal => "0".into(),
        Ordering::Greater => format!("+{}", tick(at - zero, unit)),
    }
}

/// `at` in a sentence or a table, as seen from `zero`: `−12 ms`, `0 ms`, `+3012 ms`.
pub(crate) fn millis_from(zero: u64, at: u64) -> String {
    let sign = match at.cmp(&zero) {
        Ordering::Less => "−",
        Ordering::Equal => "",
        Ordering::Greater => "+",
    };
    format!("{sign}{}", millis(at.abs_diff(zero)))
}

/// `at` in a sentence or a table: whole milliseconds.
pub(crate) fn millis(at: u64) -> String {
    format!("{} ms", (at + 500) / 1000)
}

/// At most two decimals, none that say nothing.
fn short(number: f64) -> String {
    format!("{}", (number * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: u64, until: u64) -> Vec<String> {
        let axis = Axis { from, until, left: 0.0, right: 100.0 };
        axis.ticks().into_iter().map(|at| tick(at, until)).collect()
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(labels(0, 700_000), ["0 ms", "100 ms", "200 ms", "300 ms", "400 ms", "500 ms", "600 ms", "700 ms"]);
        assert_eq!(labels(130_000, 8_100_000), ["1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s", "8 s"]);
        assert_eq!(labels(0, 45_000_000), ["0 s", "10 s", "20 s", "30 s", "40 s"]);
        assert_eq!(labels(0, 0), ["0 ms"]);
    }

    #[test]
    fn ticks_around_a_moment_hold_it() {
        let labels = |from, zero, until| -> Vec<String> {
            let axis = Axis { from, until, left: 0.0, right: 100.0 };
            axis.ticks_around(zero).into_iter().map(|at| tick_from(zero, at, until - from)).collect()
        };
        assert_eq!(labels(1_000_000, 1_130_000, 1_530_000), ["−100 ms", "0", "+100 ms", "+200 ms", "+300 ms", "+400 ms"]);
        assert_eq!(
            labels(0, 700_000, 4_300_000),
            ["−0.5 s", "0", "+0.5 s", "+1 s", "+1.5 s", "+2 s", "+2.5 s", "+3 s", "+3.5 s"]
        );
        assert_eq!([millis_from(5_000, 4_000), millis_from(5_000, 5_000), millis_from(5_000, 9_000)], ["−1 ms", "0 ms", "+4 ms"]);
    }

    #[test]
    fn every_span_has_one_to_ten_ticks() {
        for power in 0..8 {
            for first in 1..10 {
                let count = labels(0, first * 10_u64.pow(power)).len();
                assert!((1..=10).contains(&count), "{first}e{power}: {count}");
            }
        }
    }

    #[test]
    fn places_are_inside() {
        let axis = Axis { from: 100, until: 300, left: 10.0, right: 20.0 };
        assert_eq!([axis.x(0), axis.x(200), axis.x(900)], [10.0, 15.0, 20.0]);
    }
}
