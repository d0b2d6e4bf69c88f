//! A recording as pictures and words, and the book's own directives.
//!
//! `workbook` builds the book with [`Preprocessor`] and draws a learner's own run with [`figure`]. Everything is drawn from a
//! [`trace::Recording`] alone. Nothing here runs code or talks to a broker.
//!
//! | module | one idea |
//! |---|---|
//! | [`timeline`](mod@timeline) | lanes, partitions and what happened in them, over time |
//! | [`topology`](mod@topology) | who reads which partition |
//! | `fetches` | Fetch requests, from the request to the answer |
//! | [`table`] | the same events in words, as rows |
//! | `frames`, `fields` | the frames behind the table's rows, field by field |
//! | [`words`](mod@words) | one event in words |
//! | [`fn@compare`] | who reads which partition in several recordings, on one time axis |
//! | [`mod@positions`] | how far each of the four positions of a partition has come, at chosen moments |
//! | [`preprocessor`] | the directives in pages, such as `{{#figure ID}}`; what to do for another one |
//! | [`fn@matrix`] | what each crash cost |
//! | `scene`; `reading` of `lanes`, `speakers`, `numbers`, `happenings` | what a figure shows; recording → that |
//! | `settled` | who reads what when a group is at its largest |
//! | `owners`, `moment` | who reads a partition when; the moment at which recordings are compared |
//! | `axis`, `marks`, `records`, `legend`, `tell`, `svg` | parts of a picture |
//! | [`facts`], `properties`, `snapshot` | what pages show that is no recording: facts, properties, what a test has proven |
//!
//! Another picture of a recording is a module that takes a `Scene`, draws with `svg` and says with `tell` what it shows; then a directive of
//! its own in [`preprocessor`], or one of [`Parts`], and a test in `tests/figures.rs`.
#![forbid(unsafe_code)]

mod axis;
mod compare;
mod fetches;
mod fields;
mod frames;
mod happenings;
mod lanes;
mod legend;
mod marks;
mod matrix;
mod moment;
mod numbers;
mod owners;
pub mod positions;
mod properties;
mod reading;
mod records;
mod scene;
mod settled;
mod snapshot;
mod speakers;
mod svg;
mod tell;

pub mod facts;
pub mod preprocessor;
pub mod table;
pub mod timeline;
pub mod topology;
pub mod words;

use trace::Recording;
use verdict::Language;

pub use compare::compare;
pub use frames::frames;
pub use matrix::matrix;
pub use positions::positions;
pub use preprocessor::{Preprocessor, Sources};
pub use timeline::timeline;
pub use topology::topology;
pub use words::words;

/// How a figure is drawn.
#[derive(Clone, Debug)]
pub struct Options {
    /// The beginning of the ids inside the figure, unique in its page (see [`Options::new`]).
    pub id: String,
    /// The language of its words.
    pub language: Language,
}

impl Options {
    /// Options for a figure called `name`, such as a step's id or `own`; what an id may not hold becomes `-`.
    pub fn new(name: &str, language: Language) -> Self {
        let id: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        Self { id: format!("fig-{id}"), language }
    }
}

/// Which pictures a figure holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Who reads what, then the timeline.
    Both,
    /// Who reads what.
    Topology,
    /// The timeline.
    Timeline,
    /// The Fetch requests.
    Fetches,
}

/// A whole figure for a page: pictures that scroll sideways on a small screen, a caption that says where the recording comes from,
/// and, below a timeline, the same events as a table.
pub fn figure(recording: &Recording, parts: Parts, options: &Options) -> String {
    let scene = scene::Scene::of(recording);
    let step = &recording.header.step;
    let mut html = String::from("<figure class=\"wb-figure\">\n");
    let label = |what: &verdict::Text| svg::escape(tell::title(what, step).get(options.language));
    let mut part = |what: verdict::Text, svg: String| {
        // Focusable, so that the keyboard can scroll it.
        html.push_str(&format!(
            "<div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{svg}</div>\n",
            label(&what)
        ));
    };
    if matches!(parts, Parts::Both | Parts::Topology) {
        part(verdict::say!("Who reads which partition", "파티션별 담당 컨슈머"), topology::draw(&scene, step, options));
    }
    if matches!(parts, Parts::Both | Parts::Timeline) {
        part(verdict::say!("Timeline", "타임라인"), timeline::draw(&scene, step, options));
    }
    if parts == Parts::Fetches {
        part(verdict::say!("Fetch requests over time", "시간에 따른 Fetch 요청"), fetches::draw(&scene, recording, options));
    }
    html.push_str(&format!("<figcaption>{}</figcaption>\n", svg::escape(&tell::caption(&[recording], options.language))));
    if parts != Parts::Topology {
        let rows = if parts == Parts::Fetches { fetches::rows(&scene, recording) } else { table::rows_of(&scene, recording) };
        html.push_str(&table::html_of(&rows, options.language));
        html.push('\n');
    }
    html + "</figure>"
}
