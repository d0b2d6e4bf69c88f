//! Where one partition stands at chosen moments of a recording: its records as a row of cells, and below them how far each of the four
//! positions has come, always named and ordered the same. Used by the directive `{{#positions …}}`; [`Moment`]s are found by `positions::moments`.

mod cells;
mod moments;

use std::{collections::BTreeSet, ops::Range};

use trace::{
    Note, Partition, Recording, Request, What,
    positions::{Positions, Stores},
};
use verdict::{Language, Text, say};

pub use moments::{Moment, Unknown};

use cells::{Cells, State};

use crate::{
    Options,
    axis::millis,
    legend,
    svg::{DIM, FG, Frame, LINE, Svg, colour, escape, n},
    table, tell,
    timeline::WIDTH,
};

/// Where the first cell begins; names of positions stand to the left of it.
const LEFT: f64 = 120.0;
const RIGHT: f64 = WIDTH - 44.0;
/// The widest cell, and the narrowest in which a number is written.
const WIDEST: f64 = 40.0;
const NARROWEST: f64 = 17.0;
/// Cells narrower than this are drawn as one where the same has happened to their records.
const THINNEST: f64 = 6.0;
/// Every so many cells one is numbered where not all can be: the first step at which a number has this much room.
const STEPS: [i64; 7] = [5, 10, 20, 50, 100, 200, 500];
const NAME: f64 = 26.0;
const HEAD: f64 = 26.0;
const CELL: f64 = 22.0;
const LINES: f64 = 17.0;
const PAD: f64 = 10.0;

/// What is shown of a recording.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The partition; the first that was handed over or assigned, where none is named.
    pub partition: Option<Partition>,
    /// The group; the first that commits the partition or asks for it, where none is named.
    pub group: Option<String>,
    /// How the client stores, where the recording does not tell what is stored.
    pub stores: Option<Stores>,
    /// The moments, in order.
    pub moments: Vec<Moment>,
}

/// The partition at one moment.
struct Panel {
    at: u64,
    text: Text,
    positions: Positions,
    cells: Cells,
}

/// The picture of a recording.
struct Picture {
    partition: Partition,
    panels: Vec<Panel>,
    /// How it is known what is stored.
    stored: Text,
    /// The first and the last offset that a cell shows.
    cells: (i64, i64),
}

/// A whole figure for a page: the picture, where it comes from, and the same as a table.
///
/// # Errors
/// The recording holds no partition, or a moment that it is asked for did not happen.
pub fn positions(recording: &Recording, shown: &Shown, options: &Options) -> Result<String, Text> {
    let picture = Picture::of(recording, shown)?;
    let language = options.language;
    let title = picture.title();
    let caption = format!("{} {}", tell::caption(&[recording], language), picture.stored.get(language));
    Ok(format!(
        "<figure class=\"wb-figure\">\n<div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>\n\
         <figcaption>{}</figcaption>\n{}\n</figure>",
        escape(title.get(language)),
        picture.draw(options),
        escape(&caption),
        picture.as_table(language)
    ))
}

/// The positions in their order: name, and where it stands.
fn named(positions: &Positions) -> [(Text, Option<i64>); 4] {
    let Positions { fetched, handed_over, stored, committed, .. } = *positions;
    [
        (say!("fetched", "페치"), fetched),
        (say!("handed over", "전달"), handed_over),
        (say!("stored", "저장"), stored),
        (say!("committed", "커밋"), committed),
    ]
}

impl Picture {
    fn of(recording: &Recording, shown: &Shown) -> Result<Self, Text> {
        let partition = shown.partition.clone().or_else(|| first_partition(recording));
        let partition = partition.ok_or_else(|| say!("the recording shows no partition.", "기록에 파티션이 없다."))?;
        let group = shown.group.clone().or_else(|| group_of(recording, &partition));
        let group = group.unwrap_or_default();
        let mut panels = Vec::new();
        let mut from = 0;
        for moment in &shown.moments {
            let index = moment.find(recording, &partition, from)?;
            let known = Positions::after(recording, &group, &partition, index);
            let positions = shown.stores.map_or(known, |stores| known.with(stores));
            let cells = Cells::after(recording, &partition, index);
            panels.push(Panel { at: recording.events[index].at, text: moment.text(&partition), positions, cells });
            from = index + 1;
        }
        let stored = how_stored(recording, &partition, shown.stores);
        let all = || panels.iter().flat_map(|panel| named(&panel.positions).into_iter().filter_map(|(_, at)| at));
        let ends = panels.iter().filter_map(|panel| panel.positions.end);
        let last = all().chain(ends).max().unwrap_or(0);
        let first = all().min().unwrap_or(0).min(last - 1).max(0);
        // A few records before the first position, so that it is seen to have passed something.
        let first = if first <= 3 { 0 } else { first - 2 };
        Ok(Self { partition, panels, stored, cells: (first, last) })
    }

    fn title(&self) -> Text {
        let partition = &self.partition;
        say!("The positions of {partition}", "{partition}의 위치")
    }

    fn width_of_cell(&self) -> f64 {
        let (first, last) = self.cells;
        ((RIGHT - LEFT) / (last - first).max(1) as f64).min(WIDEST)
    }

    /// Where the left edge of the cell of `offset` is.
    fn x(&self, offset: i64) -> f64 {
        LEFT + (offset.clamp(self.cells.0, self.cells.1) - self.cells.0) as f64 * self.width_of_cell()
    }

    fn draw(&self, options: &Options) -> String {
        let language = options.language;
        let mut svg = Svg::default();
        let height = HEAD + CELL + 4.0 * LINES + PAD;
        for (index, panel) in self.panels.iter().enumerate() {
            self.draw_panel(&mut svg, panel, language, index as f64 * (height + 8.0), height);
        }
        let top = 2.0 + self.panels.len() as f64 * (height + 8.0);
        let height = legend::draw(&mut svg, self.keys(), language, top);
        Frame {
            id: &format!("{}-positions", options.id),
            class: "wb-timeline",
            width: WIDTH,
            height,
            title: self.title().get(language),
            description: tell::one_after_another(self.panels.iter().map(told)).get(language),
        }
        .around(&svg.done())
    }

    fn draw_panel(&self, svg: &mut Svg, panel: &Panel, language: Language, top: f64, height: f64) {
        let place =
            format!("x=\"1\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"", n(top + 1.0), n(WIDTH - 2.0), n(height - 2.0));
        svg.shape("rect", &format!("{place} fill=\"none\" stroke=\"{LINE}\""));
        svg.text(10.0, top + 18.0, "font-weight=\"700\" font-size=\"13\"", panel.text.get(language));
        let look = format!("fill=\"{DIM}\" font-size=\"10.5\" text-anchor=\"end\"");
        svg.text(WIDTH - 10.0, top + 18.0, &look, &millis(panel.at));
        let look = format!("fill=\"{DIM}\" font-size=\"11\" text-anchor=\"end\"");
        svg.text(LEFT - 10.0, top + HEAD + 15.0, &look, &self.partition.to_string());
        self.draw_cells(svg, panel, language, top + HEAD);
        for (line, (name, position)) in named(&panel.positions).into_iter().enumerate() {
            let y = top + HEAD + CELL + 11.0 + line as f64 * LINES;
            svg.text(LEFT - 10.0, y + 4.0, "font-size=\"11.5\" text-anchor=\"end\"", name.get(language));
            let Some(position) = position else {
                svg.text(LEFT + 2.0, y + 4.0, &format!("fill=\"{DIM}\" font-size=\"11\""), "–");
                continue;
            };
            let (x, colour) = (self.x(position), colour(line));
            if x > LEFT {
                svg.shape("path", &format!("d=\"M{} {}H{}\" stroke=\"{colour}\" stroke-width=\"3\"", n(LEFT), n(y), n(x)));
            }
            // The mark points up, at the left edge of the next record.
            let edge = format!(
                "d=\"M{} {}V{}\" stroke=\"{colour}\" stroke-width=\"1\" stroke-dasharray=\"2 2\"",
                n(x),
                n(top + HEAD + CELL),
                n(y)
            );
            svg.shape("path", &edge);
            svg.shape("path", &format!("d=\"M{} {}l5 8h-10z\" fill=\"{colour}\"", n(x), n(y - 4.0)));
            svg.text(x + 8.0, y + 4.0, "font-size=\"11.5\" font-weight=\"700\"", &position.to_string());
        }
    }

    fn draw_cells(&self, svg: &mut Svg, panel: &Panel, language: Language, y: f64) {
        let (first, last) = self.cells;
        let Positions { fetched, end, .. } = panel.positions;
        let width = self.width_of_cell();
        let drawn = first..end.or(fetched).unwrap_or(last);
        for (records, state) in runs(panel, drawn.clone(), width) {
            let (x, count) = (self.x(records.start), records.end - records.start);
            let place = format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", n(x), n(y), n(count as f64 * width), n(CELL));
            let name = match count {
                1 => records.start.to_string(),
                _ => format!("{}–{}", records.start, records.end - 1),
            };
            svg.told("rect", &format!("{place} {}", state.look()), &format!("{name}: {}", state.text().get(language)));
        }
        let step =
            if width >= NARROWEST { 1 } else { STEPS.into_iter().find(|step| *step as f64 * width >= NAME).unwrap_or(last) };
        for offset in drawn.filter(|offset| offset % step == 0) {
            svg.text(self.x(offset) + width / 2.0, y + 15.0, "font-size=\"11\" text-anchor=\"middle\"", &offset.to_string());
        }
        if let Some(end) = end {
            let x = self.x(end);
            svg.shape("path", &format!("d=\"M{} {}v{}\" stroke=\"{FG}\" stroke-width=\"3\"", n(x), n(y - 5.0), n(CELL + 10.0)));
            svg.text(x + 6.0, y + 15.0, "font-size=\"11.5\" font-weight=\"700\"", &end.to_string());
        }
    }

    /// What the cells mean, as far as they are drawn.
    fn keys(&self) -> Vec<(legend::Key, Text)> {
        let (first, last) = self.cells;
        let states: BTreeSet<State> = self
            .panels
            .iter()
            .flat_map(|panel| (first..panel.positions.end.unwrap_or(last)).map(|offset| panel.cells.state(offset)))
            .collect();
        let mut keys: Vec<_> = states.into_iter().map(|state| (legend::band(state.look()), state.text())).collect();
        keys.push((legend::band(format!("fill=\"{FG}\"")), say!("end of the log", "로그 끝")));
        keys
    }

    fn as_table(&self, language: Language) -> String {
        let [summary, heads @ ..] = match language {
            Language::En => {
                ["The same as a table", "Moment", "Time", "Fetched", "Handed over", "Processed", "Stored", "Committed", "Log end"]
            }
            Language::Ko => ["같은 내용을 표로 보기", "순간", "시각", "페치", "전달", "처리", "저장", "커밋", "로그 끝"],
        };
        let rows = self.panels.iter().map(|panel| {
            let Positions { fetched, handed_over, processed, stored, committed, end } = panel.positions;
            let offsets = [fetched, handed_over, processed, stored, committed, end];
            let cells = offsets.map(|offset| offset.map_or_else(|| "–".to_owned(), |offset| offset.to_string()));
            [panel.text.get(language).to_owned(), millis(panel.at)].into_iter().chain(cells).collect()
        });
        table::folded("wb-positions", summary, &heads, &[(None, rows.collect())], None)
    }
}

/// The cells of these records, each alone, or together where they are too thin to be told apart.
fn runs(panel: &Panel, records: Range<i64>, width: f64) -> Vec<(Range<i64>, State)> {
    let mut runs: Vec<(Range<i64>, State)> = Vec::new();
    for offset in records {
        let state = panel.cells.state(offset);
        match runs.last_mut() {
            Some((run, of)) if width < THINNEST && *of == state => run.end = offset + 1,
            _ => runs.push((offset..offset + 1, state)),
        }
    }
    runs
}

/// How it is known what is stored: no frame tells it.
fn how_stored(recording: &Recording, partition: &Partition, stores: Option<Stores>) -> Text {
    let told = |what: &What| matches!(what, What::Note { note: Note::Stored { partition: of, .. }, .. } if of == partition);
    match stores {
        _ if recording.find(told).next().is_some() => {
            say!(
                "What is stored is told by the program; it does not travel.",
                "저장 위치는 전송되지 않으며, 프로그램이 알려 준 값이다."
            )
        }
        Some(Stores::HandedOver) => say!(
            "What is stored does not travel; it follows from enable.auto.offset.store=true: the client stores as it hands over.",
            "저장 위치는 전송되지 않는다. enable.auto.offset.store=true이면 전달할 때 저장하므로 그에 따라 그렸다."
        ),
        Some(Stores::Processed) => say!(
            "What is stored does not travel; the program stores when a record is processed, so it is drawn there.",
            "저장 위치는 전송되지 않는다. 프로그램이 처리를 끝낸 뒤 저장하므로 그에 따라 그렸다."
        ),
        None => say!("What is stored does not travel, and is not drawn.", "저장 위치는 전송되지 않으므로 그리지 않았다."),
    }
}

/// The group that commits the partition, or asks what is committed of it.
fn group_of(recording: &Recording, partition: &Partition) -> Option<String> {
    recording.events.iter().find_map(|event| match &event.what {
        What::Request { request: Request::OffsetCommit { group, offsets, .. }, .. } if offsets.contains_key(partition) => {
            Some(group.clone())
        }
        What::Request { request: Request::OffsetFetch { group, partitions }, .. } if partitions.contains(partition) => {
            Some(group.clone())
        }
        _ => None,
    })
}

/// The partition of the first record that was handed over.
fn first_partition(recording: &Recording) -> Option<Partition> {
    recording.events.iter().find_map(|event| match &event.what {
        What::Record { partition, .. } => Some(partition.clone()),
        _ => None,
    })
}

fn told(panel: &Panel) -> Text {
    let none = |offset: Option<i64>| offset.map_or_else(|| "–".to_owned(), |offset| offset.to_string());
    let all = |language: Language| {
        let all = named(&panel.positions).map(|(name, at)| format!("{} {}", name.get(language), none(at)));
        all.join(", ")
    };
    let (text, end) = (&panel.text, none(panel.positions.end));
    let (what, was, en, ko) = (&text.en, &text.ko, all(Language::En), all(Language::Ko));
    say!("{what}: {en}; log end {end}.", "{was}: {ko}; 로그 끝 {end}.")
}
