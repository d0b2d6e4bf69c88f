//! What a grader says of one run: the value, its JSON form, where it is kept, and how a terminal shows it.
//!
//! `lab` makes verdicts and writes them, `workbook` and `figures` read and show them. Nothing here judges, and nothing here knows Kafka.
//!
//! | module | one idea |
//! |---|---|
//! | [`model`] | the verdict and its four kinds |
//! | [`text`] | a sentence in the workbook's two languages |
//! | [`names`] | what is recorded in English, in both languages |
//! | [`place`] | the files of one step's last run |
//! | [`agreed`] | what passes between a grader and the command that starts it, besides those files |
//! | [`show`] | a verdict as a person reads it in a terminal |
#![forbid(unsafe_code)]

pub mod agreed;
pub mod model;
pub mod names;
pub mod place;
pub mod show;
pub mod text;
mod words;

pub use model::{Evidence, Mistake, Outcome, Trouble, Verdict};
pub use place::Place;
pub use text::{Language, Text};
