//! Several recordings below each other on one time axis: who reads which partition, and when nobody does. All have the same scale and
//! are laid over each other at one [`moment`], so that the stretches in which nobody reads can be compared by
//! eye. Used by the directive `{{#compare …}}`.

use std::collections::BTreeSet;

use trace::Recording;
use verdict::{Language, Text, say};

use crate::{
    Options,
    axis::{self, Axis, millis},
    legend, marks, moment,
    owners::{self, Owned},
    scene::{Kind, Mark, Scene, Span},
    svg::{BG, DIM, FG, Frame, LINE, Svg, colour, escape, n, over_time, patterns, short, width_of},
    table, tell,
    timeline::{AXIS, ROW, ROW_GAP, WIDTH, grid},
};

/// Where the plot begins and ends; partitions stand to the left of it, the lengths of the gaps to its right.
const LEFT: f64 = 96.0;
const RIGHT: f64 = WIDTH - 118.0;
const HEAD: f64 = 24.0;
/// The line of what happened to the members.
const LINE_OF_MARKS: f64 = 30.0;
const PAD: f64 = 10.0;

/// One recording of the comparison.
struct Panel<'a> {
    /// What it is called: its id below `book/recordings`.
    name: &'a str,
    scene: Scene,
    band: usize,
    moment: Mark,
    partitions: Vec<Owned>,
}

impl<'a> Panel<'a> {
    fn of(name: &'a str, recording: &Recording) -> Self {
        let scene = Scene::of(recording);
        let (lane, mut moment) = moment::of(&scene, recording);
        let band = lane.map_or_else(|| scene.bands.iter().position(|band| band.name.is_some()).unwrap_or(0), |(band, _)| band);
        if let Some(lane) = lane {
            moment.text = said_of(&scene.name_of(lane), &moment.text);
        }
        let partitions = if scene.bands.is_empty() { Vec::new() } else { owners::of(&scene, recording, band) };
        Self { name, scene, band, moment, partitions }
    }

    /// The gaps of a partition that end after the moment.
    fn gaps<'p>(&self, owned: &'p Owned) -> impl Iterator<Item = &'p Span> {
        let at = self.moment.at;
        owned.gaps.iter().filter(move |gap| gap.until > at)
    }

    /// For how long nobody reads a partition from the moment on.
    fn unread(&self, owned: &Owned) -> u64 {
        self.gaps(owned).map(|gap| gap.until - gap.from).sum()
    }

    fn lane_name(&self, lane: usize) -> &str {
        &self.scene.bands[self.band].lanes[lane].name
    }

    /// Who reads a partition, or nobody, in order.
    fn turns(&self, owned: &Owned) -> Vec<(Option<usize>, Span)> {
        let read = owned.read.iter().map(|(lane, span)| (Some(*lane), *span));
        let mut turns: Vec<_> = read.chain(owned.gaps.iter().map(|gap| (None, *gap))).collect();
        turns.sort_by_key(|(_, span)| span.from);
        turns
    }

    fn height(&self) -> f64 {
        HEAD + LINE_OF_MARKS + self.partitions.len() as f64 * (ROW + ROW_GAP) + PAD
    }
}

/// `C2: leaves`.
fn said_of(name: &str, what: &Text) -> Text {
    let (en, ko) = (&what.en, &what.ko);
    say!("{name}: {en}", "{name}: {ko}")
}

/// A whole figure for a page: the picture, where it comes from, and the same as a table. Each recording has the id under which it is
/// kept, such as `02_rebalancing/02_heartbeats.crash`.
pub fn compare(recordings: &[(&str, &Recording)], options: &Options) -> String {
    let panels: Vec<Panel> = recordings.iter().map(|(name, recording)| Panel::of(name, recording)).collect();
    let language = options.language;
    let title = say!("Who reads which partition, compared", "누가 어느 파티션을 읽는지 비교");
    let title = title.get(language);
    let all: Vec<&Recording> = recordings.iter().map(|(_, recording)| *recording).collect();
    format!(
        "<figure class=\"wb-figure\">\n<div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>\n\
         <figcaption>{}</figcaption>\n{}\n</figure>",
        escape(title),
        draw(&panels, title, options),
        escape(&tell::caption(&all, language)),
        as_table(&panels, language)
    )
}

fn draw(panels: &[Panel], title: &str, options: &Options) -> String {
    let (before, after) = window(panels);
    let axis = |panel: &Panel| Axis { from: panel.moment.at - before, until: panel.moment.at + after, left: LEFT, right: RIGHT };
    let language = options.language;
    let mut svg = Svg::default();
    svg.raw(&patterns(&options.id));
    let bottom = AXIS + panels.iter().map(Panel::height).sum::<f64>();
    if let Some(first) = panels.first() {
        let (zero, axis) = (first.moment.at, axis(first));
        let ticks = axis.ticks_around(zero).into_iter().map(|at| (at, axis::tick_from(zero, at, before + after)));
        grid(&mut svg, &axis, &ticks.collect::<Vec<_>>(), AXIS, bottom - 6.0);
        let nobody = say!("nobody reads", "아무도 읽지 않음");
        let look = format!("fill=\"{DIM}\" font-size=\"11\" text-anchor=\"end\"");
        svg.text(WIDTH - 10.0, AXIS - 10.0, &look, nobody.get(language));
    }
    let mut y = AXIS;
    let mut kinds = BTreeSet::new();
    for panel in panels {
        kinds.extend(draw_panel(&mut svg, panel, &axis(panel), options, y));
        y += panel.height();
    }
    let mut keys = vec![
        (legend::held(), say!("holds the partition", "파티션 할당됨")),
        (legend::band(gap_look(&options.id)), say!("nobody reads it", "아무도 읽지 않음")),
    ];
    keys.extend(legend::of_marks(kinds));
    let height = legend::draw(&mut svg, keys, language, y + 6.0);
    let svg = Frame {
        id: &format!("{}-compare", options.id),
        class: "wb-timeline",
        width: WIDTH,
        height,
        title,
        description: tell::one_after_another(panels.iter().map(told)).get(language),
    }
    .around(&svg.done());
    over_time(&svg, [LEFT, RIGHT], (-(before as i64), after as i64), [AXIS, bottom - 6.0])
}

/// How much is shown before and after the moment: the longest gap, and a little more on both sides. No recording begins later.
fn window(panels: &[Panel]) -> (u64, u64) {
    let gaps =
        |panel: &Panel| panel.partitions.iter().flat_map(|owned| panel.gaps(owned)).map(|gap| gap.until - panel.moment.at).max();
    let rest = |panel: &Panel| panel.scene.until.saturating_sub(panel.moment.at);
    let longest = panels.iter().filter_map(gaps).max();
    let after = longest.map_or_else(|| panels.iter().map(rest).max().unwrap_or(0), |longest| longest + longest / 4);
    let after = after.max(10_000);
    let before = panels.iter().map(|panel| panel.moment.at).min().unwrap_or(0).min(after / 6);
    (before, after)
}

fn gap_look(id: &str) -> String {
    format!("fill=\"url(#{id}-gap)\" stroke=\"{DIM}\" stroke-dasharray=\"3 2\"")
}

/// Draws one recording; gives the kinds of marks that it shows.
fn draw_panel(svg: &mut Svg, panel: &Panel, axis: &Axis, options: &Options, top: f64) -> BTreeSet<Kind> {
    let language = options.language;
    let place = format!("x=\"1\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"", n(top), n(WIDTH - 2.0), n(panel.height() - 6.0));
    svg.shape("rect", &format!("{place} fill=\"none\" stroke=\"{LINE}\""));
    let title = marks::beginning(panel.moment.text.get(language), 48);
    svg.text(10.0, top + 17.0, "font-weight=\"700\" font-size=\"13\"", &title);
    let look = format!("fill=\"{DIM}\" font-size=\"10.5\" text-anchor=\"end\"");
    svg.text(WIDTH - 10.0, top + 17.0, &look, &short(panel.name, 48));

    let y = top + HEAD + 18.0;
    let (until, bottom) = (panel.scene.until, top + panel.height() - 9.0);
    let line = format!("d=\"M{} {}H{}\" stroke=\"{DIM}\" stroke-width=\"1.2\"", n(LEFT), n(y), n(axis.x(until)));
    svg.shape("path", &line);
    if axis.shows(until) {
        let x = axis.x(until);
        svg.shape("path", &format!("d=\"M{} {}V{}\" stroke=\"{DIM}\" stroke-width=\"1.2\"", n(x), n(y - 5.0), n(bottom)));
        let end = say!("the recording ends", "기록 끝");
        svg.text(x + 9.0, y + 4.0, &format!("fill=\"{DIM}\" font-size=\"10.5\" {}", marks::at(x)), end.get(language));
    }
    let marks = shown_marks(panel, axis);
    marks::of_line(svg, &marks, axis, language, y);

    let x = n(axis.x(panel.moment.at));
    let moment = format!("d=\"M{x} {}V{}\" stroke=\"{FG}\" stroke-width=\"1.4\" stroke-dasharray=\"5 3\"", n(y + 7.0), n(bottom));
    let mut y = top + HEAD + LINE_OF_MARKS;
    for owned in &panel.partitions {
        let look = format!("fill=\"{DIM}\" font-size=\"11\" text-anchor=\"end\"");
        svg.text(LEFT - 8.0, y + ROW - 4.5, &look, &short(&owned.partition.to_string(), 13));
        for (lane, span) in panel.turns(owned) {
            turn(svg, panel, owned, (lane, span), axis, options, y);
        }
        let unread = panel.unread(owned);
        let (weight, text) = if unread == 0 { ("400", "–".to_owned()) } else { ("600", millis(unread)) };
        svg.text(WIDTH - 10.0, y + ROW - 4.5, &format!("font-size=\"11\" font-weight=\"{weight}\" text-anchor=\"end\""), &text);
        y += ROW + ROW_GAP;
    }
    svg.shape("path", &moment);
    marks.into_iter().map(|mark| mark.kind).collect()
}

/// What happened to the members and to all, in the stretch that is shown.
fn shown_marks(panel: &Panel, axis: &Axis) -> Vec<Mark> {
    let lanes = panel.scene.bands.get(panel.band).map(|band| band.lanes.as_slice()).unwrap_or_default();
    let of_members = lanes.iter().flat_map(|lane| {
        let said = |mark: &Mark| Mark { text: said_of(&lane.name, &mark.text), ..mark.clone() };
        lane.marks.iter().map(said)
    });
    let of_all = panel.scene.marks.iter().filter(|mark| mark.kind >= Kind::Gone).cloned();
    let mut marks: Vec<Mark> = of_members.chain(of_all).filter(|mark| axis.shows(mark.at)).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// One stretch of a partition's row.
fn turn(
    svg: &mut Svg,
    panel: &Panel,
    owned: &Owned,
    (lane, span): (Option<usize>, Span),
    axis: &Axis,
    options: &Options,
    y: f64,
) {
    if span.until < axis.from || span.from > axis.until {
        return;
    }
    let (x, end) = (axis.x(span.from), axis.x(span.until));
    let place = format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\"", n(x), n(y), n((end - x).max(1.5)), n(ROW));
    let (look, who) = match lane {
        Some(lane) => {
            let colour = colour(lane);
            (format!("fill=\"{colour}\" fill-opacity=\".22\" stroke=\"{colour}\""), said(panel.lane_name(lane)))
        }
        None => (gap_look(&options.id), say!("nobody", "아무도 없음")),
    };
    let (from, until) = (axis::millis_from(panel.moment.at, span.from), axis::millis_from(panel.moment.at, span.until));
    let (partition, en, ko) = (&owned.partition, &who.en, &who.ko);
    let tip = say!("{partition}: {en}, {from} to {until}", "{partition}: {ko}, {from}부터 {until}까지");
    svg.told("rect", &format!("{place} {look}"), tip.get(options.language));
    let text = who.get(options.language);
    let width = width_of(text, 11.5);
    if end - x < width + 10.0 {
        return;
    }
    if lane.is_none() {
        let place = format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"13\"", n(x + 5.0), n(y + 2.0), n(width + 6.0));
        svg.shape("rect", &format!("{place} rx=\"3\" fill=\"{BG}\" {}", marks::at(x)));
    }
    svg.text(x + 8.0, y + ROW - 4.5, &format!("font-size=\"11\" font-weight=\"600\" {}", marks::at(x)), text);
}

fn said(name: &str) -> Text {
    say!("{name}", "{name}")
}

/// A panel in a sentence for each partition.
fn told(panel: &Panel) -> Text {
    let (title, name) = (&panel.moment.text, panel.name);
    let (mut en, mut ko) = (format!("{}, {name}.", title.en), format!("{}, {name}.", title.ko));
    for owned in &panel.partitions {
        let mut turns = (Vec::new(), Vec::new());
        for (lane, span) in panel.turns(owned) {
            let took = millis(span.until - span.from);
            let turn = match lane {
                Some(lane) => said(panel.lane_name(lane)),
                None => say!("nobody for {took}", "{took} 동안 아무도 없음"),
            };
            turns.0.push(turn.en);
            turns.1.push(turn.ko);
        }
        en.push_str(&format!(" {}: {}.", owned.partition, turns.0.join(", then ")));
        ko.push_str(&format!(" {}: {}.", owned.partition, turns.1.join(" → ")));
    }
    Text { en, ko }
}

fn as_table(panels: &[Panel], language: Language) -> String {
    let [summary, heads @ ..] = match language {
        Language::En => ["The same as a table", "From", "Until", "Lasts", "Partition", "Who reads"],
        Language::Ko => ["같은 내용을 표로 보기", "부터", "까지", "길이", "파티션", "누가 읽는가"],
    };
    let part = |panel: &Panel| {
        let zero = panel.moment.at;
        let turns = panel.partitions.iter().flat_map(|owned| panel.turns(owned).into_iter().map(move |turn| (owned, turn)));
        let row = |(owned, (lane, span)): (&Owned, (Option<usize>, Span))| {
            let who = lane.map_or_else(|| say!("nobody", "아무도 없음"), |lane| said(panel.lane_name(lane)));
            vec![
                axis::millis_from(zero, span.from),
                axis::millis_from(zero, span.until),
                millis(span.until - span.from),
                owned.partition.to_string(),
                who.get(language).to_owned(),
            ]
        };
        (Some(format!("{} · {}", panel.moment.text.get(language), panel.name)), turns.map(row).collect())
    };
    table::folded("wb-turns", summary, &heads, &panels.iter().map(part).collect::<Vec<_>>(), None)
}
