//! Fetch requests over time: one row a consumer, one bar a Fetch, from the request to its answer. It shows how long the broker keeps a
//! request and what it brings, which [`mod@crate::timeline`] leaves out. For pages on fetching.

use std::collections::{BTreeMap, BTreeSet};

use trace::{Recording, Request, Response, What};
use verdict::{Text, say};

use crate::{
    Options,
    axis::{self, Axis, millis},
    legend::{self, Key},
    marks,
    scene::{At, Scene},
    svg::{DIM, Frame, Svg, colour, n, over_time, short, width_of},
    table::Row,
    tell,
    timeline::{AXIS, WIDTH, grid},
    words,
};

const LEFT: f64 = 120.0;
const RIGHT: f64 = WIDTH - 20.0;
const BAR: f64 = 20.0;
const ROW: f64 = 34.0;
/// Fetches that together are narrower than this are drawn as one.
const TOGETHER: f64 = 4.0;

/// A consumer that fetches.
struct Fetcher {
    name: String,
    /// All partitions that it asked for, one or more at a time.
    partitions: BTreeSet<String>,
    fetches: Vec<Fetch>,
}

/// One Fetch.
struct Fetch {
    asked: u64,
    partitions: String,
    /// When it was answered, and the number of records; none where its connection or the recording ended first.
    answered: Option<(u64, u32)>,
    /// When it was answered, or its connection or the recording ended.
    until: u64,
}

impl Fetcher {
    /// When its last Fetch was over.
    fn last(&self) -> u64 {
        self.fetches.last().map_or(0, |fetch| fetch.until)
    }
}

/// All that fetch, by their `client.id` where that tells them apart, else as the timeline calls them.
fn of(scene: &Scene, recording: &Recording) -> Vec<Fetcher> {
    let mut fetchers: BTreeMap<(&str, Option<At>, usize), Fetcher> = BTreeMap::new();
    let mut rows: BTreeMap<u32, usize> = BTreeMap::new();
    for (index, event) in recording.events.iter().enumerate() {
        let What::Request { connection, client, request: Request::Fetch { offsets, .. }, .. } = &event.what else { continue };
        let answer = recording.answer_to(index).map(|answer| &recording.events[answer]);
        let answered = answer.map(|answer| match &answer.what {
            What::Response { response: Response::Fetch { partitions, .. }, .. } => {
                (answer.at, partitions.values().map(|fetched| fetched.records).sum())
            }
            _ => (answer.at, 0),
        });
        let cut = |what: &What| matches!(what, What::Disconnected { connection: of, .. } if of == connection);
        let ended = || recording.find(cut).next().map_or(recording.duration(), |(_, event)| event.at);
        let until = answered.map_or_else(ended, |(at, _)| at);
        let lane = scene.lane_of_event.get(&index).copied();
        // A connection has one row. A new one takes over a row in which nothing is under way any more.
        let free = |row: &usize| fetchers.get(&(client, lane, *row)).is_none_or(|fetcher| fetcher.last() <= event.at);
        let row = *rows.entry(*connection).or_insert_with(|| (0..).find(free).unwrap_or(0));
        let fetcher = fetchers.entry((client, lane, row)).or_insert_with(|| Fetcher {
            name: lane.map_or_else(|| client.clone(), |lane| scene.name_of(lane)),
            partitions: BTreeSet::new(),
            fetches: Vec::new(),
        });
        fetcher.partitions.extend(offsets.keys().map(ToString::to_string));
        fetcher.fetches.push(Fetch { asked: event.at, partitions: words::partitions(offsets.keys()), answered, until });
    }
    let clients: BTreeSet<&str> = fetchers.keys().map(|(client, ..)| *client).collect();
    if clients.len() == fetchers.len() {
        for ((client, ..), fetcher) in &mut fetchers {
            fetcher.name = (*client).to_owned();
        }
    }
    fetchers.into_values().collect()
}

/// Draws the Fetches of `recording`, as an inline SVG.
pub(crate) fn draw(scene: &Scene, recording: &Recording, options: &Options) -> String {
    let fetchers = of(scene, recording);
    let all = || fetchers.iter().flat_map(|fetcher| &fetcher.fetches);
    let language = options.language;
    let from = all().map(|fetch| fetch.asked).min().unwrap_or(0);
    let until = all().map(|fetch| fetch.until).max().unwrap_or(0).max(scene.until);
    let axis = Axis { from: from.saturating_sub((until - from) / 40), until, left: LEFT, right: RIGHT };
    let mut svg = Svg::default();
    let (notes, names) = marks::for_all(scene, &axis, language);
    let top = AXIS + names + 4.0;
    let bottom = top + fetchers.len() as f64 * ROW;
    let ticks: Vec<(u64, String)> = axis.ticks().into_iter().map(|at| (at, axis::tick(at, until))).collect();
    grid(&mut svg, &axis, &ticks, AXIS, bottom);
    for (index, fetcher) in fetchers.iter().enumerate() {
        row(&mut svg, fetcher, &axis, options, top + index as f64 * ROW, &colour(index));
    }
    marks::draw_for_all(&mut svg, &notes, AXIS, bottom);
    let height = legend::draw(&mut svg, keys(&fetchers, &axis, !notes.is_empty()), language, bottom + 4.0);

    let count = all().count();
    let title = tell::title(&say!("Fetch requests over time", "시간에 따른 Fetch 요청"), &recording.header.step);
    let description =
        say!("{count} Fetch requests, told one by one in the table below.", "Fetch 요청 {count}개. 아래 표에 하나씩 적었다.");
    let (title, description) = (title.get(language), description.get(language));
    let id = format!("{}-fetches", options.id);
    let svg = Frame { id: &id, class: "wb-timeline", width: WIDTH, height, title, description }.around(&svg.done());
    over_time(&svg, [LEFT, RIGHT], (axis.from as i64, axis.until as i64), [AXIS, bottom])
}

fn row(svg: &mut Svg, fetcher: &Fetcher, axis: &Axis, options: &Options, top: f64, colour: &str) {
    svg.text(10.0, top + 10.0, "font-weight=\"700\" font-size=\"12\"", &short(&fetcher.name, 15));
    let partitions = fetcher.partitions.iter().cloned().collect::<Vec<_>>().join(" ");
    svg.text(10.0, top + 23.0, &format!("fill=\"{DIM}\" font-size=\"11\""), &short(&partitions, 18));
    for bar in bars(fetcher, axis) {
        let width = (bar.until - bar.from - 1.0).max(1.5);
        let place = format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\"", n(bar.from), n(top), n(width), n(BAR));
        let look = look(colour, bar.answered, bar.fetches.len() > 1);
        svg.told("rect", &format!("{place} {look}"), bar.told().get(options.language));
        let records = bar.records().to_string();
        if bar.answered && width_of(&records, 11.0) + 4.0 < width {
            let look = format!("text-anchor=\"end\" font-size=\"11\" {}", marks::at(bar.until));
            svg.text(bar.until - 5.0, top + 14.0, &look, &records);
        }
    }
}

fn look(colour: &str, answered: bool, several: bool) -> String {
    let dashed = if answered { "" } else { " stroke-dasharray=\"4 3\"" };
    let full = if several { ".8" } else { ".25" };
    format!("fill=\"{colour}\" fill-opacity=\"{full}\" stroke=\"{colour}\"{dashed}")
}

/// One Fetch, or several that are too short to be told apart.
struct Bar<'a> {
    from: f64,
    until: f64,
    answered: bool,
    fetches: Vec<&'a Fetch>,
}

fn bars<'a>(fetcher: &'a Fetcher, axis: &Axis) -> Vec<Bar<'a>> {
    let mut bars: Vec<Bar> = Vec::new();
    for fetch in &fetcher.fetches {
        let (from, until) = (axis.x(fetch.asked), axis.x(fetch.until));
        match bars.last_mut() {
            Some(bar) if bar.answered && fetch.answered.is_some() && short_enough(bar, from, until) => {
                bar.until = until;
                bar.fetches.push(fetch);
            }
            _ => bars.push(Bar { from, until, answered: fetch.answered.is_some(), fetches: vec![fetch] }),
        }
    }
    bars
}

/// Whether a Fetch may join the bar: both are too narrow to be seen alone, and they touch.
fn short_enough(bar: &Bar, from: f64, until: f64) -> bool {
    let narrow = bar.fetches.len() > 1 || bar.until - bar.from < TOGETHER;
    narrow && until - from < TOGETHER && from - bar.until < TOGETHER
}

impl Bar<'_> {
    fn records(&self) -> u32 {
        self.fetches.iter().filter_map(|fetch| fetch.answered).map(|(_, records)| records).sum()
    }

    fn told(&self) -> Text {
        match self.fetches.as_slice() {
            [only] => told(only),
            several => {
                let (count, brought) = (several.len(), words::records(u64::from(self.records())));
                let (en, ko) = (brought.en, brought.ko);
                say!("{count} Fetches → {en}", "Fetch {count}번 → {ko}")
            }
        }
    }
}

fn keys(fetchers: &[Fetcher], axis: &Axis, marked: bool) -> Vec<(Key, Text)> {
    let first = colour(0);
    let bars: Vec<Bar> = fetchers.iter().flat_map(|fetcher| bars(fetcher, axis)).collect();
    let shown = [
        (
            bars.iter().any(|bar| bar.answered && bar.fetches.len() == 1),
            look(&first, true, false),
            say!("a Fetch until its answer, with its records", "Fetch: 요청부터 응답까지, 숫자는 레코드 수"),
        ),
        (
            bars.iter().any(|bar| bar.fetches.len() > 1),
            look(&first, true, true),
            say!("several, too short to be told apart", "너무 짧아 구분되지 않는 여러 개"),
        ),
        (
            bars.iter().any(|bar| !bar.answered),
            look(&first, false, false),
            say!("no answer in this recording", "이 기록에는 응답 없음"),
        ),
    ];
    let mut keys: Vec<(Key, Text)> =
        shown.into_iter().filter(|(any, ..)| *any).map(|(_, look, text)| (legend::band(look), text)).collect();
    keys.extend(marked.then(legend::for_all));
    keys
}

fn told(fetch: &Fetch) -> Text {
    match fetch.answered {
        None => say!("Fetch, no answer in this recording", "Fetch, 이 기록에는 응답 없음"),
        Some((at, records)) => {
            let (took, brought) = (millis(at - fetch.asked), words::records(u64::from(records)));
            let (en, ko) = (brought.en, brought.ko);
            say!("Fetch → {en} after {took}", "Fetch → {took} 뒤 {ko}")
        }
    }
}

/// The same as rows of a table.
pub(crate) fn rows(scene: &Scene, recording: &Recording) -> Vec<Row> {
    let row = |name: &str, fetch: &Fetch| Row {
        at: fetch.asked,
        who: format!("{name} {}", fetch.partitions),
        what: told(fetch),
        count: 1,
    };
    let fetchers = of(scene, recording);
    let mut rows: Vec<Row> =
        fetchers.iter().flat_map(|fetcher| fetcher.fetches.iter().map(|fetch| row(&fetcher.name, fetch))).collect();
    rows.sort_by_key(|row| row.at);
    rows
}
