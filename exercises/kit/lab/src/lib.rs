//! What graders are made of: a broker to run against, a recording of what the answer said to it, and claims of that recording.
//!
//! A grader (`exercises/*/*/tests/grade.rs`) has two parts. `sit` runs in the answer's own process and hands the answer its arguments;
//! `judge` runs in the grader's process, lets the answer run and makes claims. This crate links librdkafka; the command-line tool
//! never links this crate.
//!
//! | module | one idea |
//! |---|---|
//! | [`broker`] | the three brokers, and what can be wrong with the way to them |
//! | [`topic`] | topics with data for one run |
//! | [`lab`] | the bench: broker, tap, topics, the answer |
//! | [`answer`] | the answer's process, from outside |
//! | [`seat`] | the answer's process, from inside |
//! | `line` | what the two say to each other, over a socket: [`seat`] on one end, `answer/desk` on the other |
//! | [`run`] | a finished run, its events as evidence, and a mistake put together |
//! | `run/claims` | claims that most graders make; what a new one has to be |
//! | `commits` | claims of commits, which several graders make |
//! | [`matrix`] | an answer is killed at every point at which it matters |
//! | `crashed` | one crash: what it cost, and claims of it |
//! | `leave`, `offsets` | what an operator does, past the tap: a dead member taken out, offsets set, records deleted |
//! | [`words`] | one event in words |
//! | [`progress`] | what a waiting person reads |
//! | [`mod@exam`] | the tests that cargo runs |
//! | [`stage`] | a broker with data for a program |
//! | `steady` | judging by seconds on a machine that may be busy |

pub mod answer;
pub mod broker;
mod commits;
mod crashed;
pub mod exam;
pub mod lab;
mod leave;
mod line;
pub mod matrix;
mod offsets;
pub mod progress;
pub mod run;
pub mod seat;
pub mod stage;
mod steady;
pub mod topic;
pub mod words;

pub use answer::{At, Hold, Signal};
pub use commits::went_on;
pub use crashed::Crashed;
pub use exam::Exam;
pub use lab::Lab;
pub use matrix::{Matrix, Plan};
pub use run::{Run, asks_for_the_end, brings, missing, mistake};
pub use seat::{Process, Returned, STOP_ARRIVED, Seat, returned_by, stop_arrived};
pub use steady::{a_while, too_busy};
pub use topic::{Data, sign_ups};
pub use trace::{self, CrashPoint, Partition, Progress};
pub use verdict::{Evidence, Mistake, Outcome, Text, say};
