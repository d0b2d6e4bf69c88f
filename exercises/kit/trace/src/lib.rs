//! What a Kafka client said, as data: frames become [`Event`]s, events become a [`Recording`], a recording is read as a [`History`].
//!
//! `tap` and `lab` fill recordings; `lab`'s graders, `figures` and `workbook` read them. Everything here is a pure function of its
//! input: nothing opens a socket or a file, nothing waits.
//!
//! | module | one idea |
//! |---|---|
//! | [`event`] | one thing that happened, and when |
//! | [`request`], [`response`] | what a frame says, in Kafka's own terms |
//! | [`decode`] | bytes → frame, with `kafka-protocol`; what to do for one more API |
//! | `subscription` | what classic groups carry in byte strings |
//! | [`partition`] | a partition's name |
//! | [`recording`] | the list of events and its JSON Lines form |
//! | `pairs` | which answer belongs to which request |
//! | [`history`] | who was a member of which group, and held which partition, when |
//! | [`positions`] | the four positions of a partition |
//! | [`commits`] | the commits of a recording, and how far the work was |
//! | [`crash`] | where a program was killed, and what that cost |
//! | `normalise` | the same recording with stable names and times |
#![forbid(unsafe_code)]

pub mod commits;
pub mod crash;
pub mod decode;
pub mod event;
pub mod history;
mod normalise;
mod pairs;
pub mod partition;
pub mod positions;
pub mod recording;
pub mod request;
pub mod response;
mod subscription;

pub use commits::Commit;
pub use crash::{Crash, CrashPoint};
pub use event::{Event, Note, Progress, What};
pub use history::History;
pub use partition::Partition;
pub use positions::Positions;
pub use recording::Recording;
pub use request::Request;
pub use response::Response;
