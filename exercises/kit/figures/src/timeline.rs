//! THE timeline: one lane a member, one row a partition that it held, and what happened in them, over time. Drawn from a recording
//! alone; used in the book, on a step's page for the learner's own run, and wherever else a recording is looked at.

use trace::Recording;
use verdict::Text;

use crate::{
    Options,
    axis::{self, Axis},
    legend,
    marks::{self, Taken},
    records,
    scene::{Band, Lane, Row, Scene, Span},
    svg::{self, BG, DIM, FG, Frame, LINE, Svg, colour, n, patterns, short, width_of},
    tell,
};

pub(crate) const WIDTH: f64 = 760.0;
/// Where the plot begins; lane names and partition names stand to the left of it.
const LEFT: f64 = 150.0;
const RIGHT: f64 = WIDTH - 20.0;
pub(crate) const AXIS: f64 = 26.0;
const BAND_HEAD: f64 = 24.0;
/// The line of a member's stay, with its marks and their names.
const STAY: f64 = 26.0;
pub(crate) const ROW: f64 = 17.0;
pub(crate) const ROW_GAP: f64 = 3.0;
const PAD: f64 = 8.0;

/// Draws `recording` over time, as an inline SVG.
pub fn timeline(recording: &Recording, options: &Options) -> String {
    draw(&Scene::of(recording), &recording.header.step, options)
}

pub(crate) fn draw(scene: &Scene, step: &str, options: &Options) -> String {
    let mut figure = Timeline {
        scene,
        options,
        axis: Axis { from: scene.from, until: scene.until, left: LEFT, right: RIGHT },
        svg: Svg::default(),
        bottom: 0.0,
    };
    let height = figure.content();
    let id = format!("{}-timeline", options.id);
    let language = options.language;
    let svg = Frame {
        id: &id,
        class: "wb-timeline",
        width: WIDTH,
        height,
        title: tell::title(&verdict::say!("Timeline", "타임라인"), step).get(language),
        description: tell::over_time(scene).get(language),
    }
    .around(&figure.svg.done());
    svg::over_time(&svg, [LEFT, RIGHT], (scene.from as i64, scene.until as i64), [AXIS, figure.bottom])
}

struct Timeline<'a> {
    scene: &'a Scene,
    options: &'a Options,
    axis: Axis,
    svg: Svg,
    /// Where the plot ends and the legend begins.
    bottom: f64,
}

impl Timeline<'_> {
    fn said<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.options.language)
    }

    /// Draws everything; gives the height.
    fn content(&mut self) -> f64 {
        self.svg.raw(&patterns(&self.options.id));
        let language = self.options.language;
        // What concerns all is named above the groups, where nothing lies under it.
        let (notes, lines) = marks::for_all(self.scene, &self.axis, language);
        let top = AXIS + lines;
        let bottom = top + self.scene.bands.iter().map(|band| self.height_of(band)).sum::<f64>();
        let ticks = self.axis.ticks().into_iter().map(|at| (at, axis::tick(at, self.scene.until))).collect::<Vec<_>>();
        grid(&mut self.svg, &self.axis, &ticks, AXIS, bottom);
        let mut y = top;
        let mut hue = 0;
        for band in &self.scene.bands {
            self.band(band, y, &mut hue);
            y += self.height_of(band);
        }
        if self.scene.bands.is_empty() {
            let nobody =
                verdict::say!("No consumer read anything in this recording.", "이 기록에는 레코드를 읽은 컨슈머가 없다.");
            self.svg.text(LEFT, top + 24.0, "", self.said(&nobody));
            y += 40.0;
        }
        marks::draw_for_all(&mut self.svg, &notes, AXIS, y - 6.0);
        self.bottom = y;
        let keys = legend::keys(self.scene, &self.axis, &self.options.id);
        legend::draw(&mut self.svg, keys, language, y + 10.0)
    }

    fn band(&mut self, band: &Band, top: f64, hue: &mut usize) {
        let height = self.height_of(band) - 6.0;
        self.svg.shape(
            "rect",
            &format!(
                "x=\"1\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"none\" stroke=\"{LINE}\"",
                n(top),
                n(WIDTH - 2.0),
                n(height)
            ),
        );
        let name = match &band.name {
            Some(group) => verdict::say!("Group {group}", "그룹 {group}"),
            None => verdict::say!("Without a group", "그룹 없음"),
        };
        let name = self.said(&name).to_owned();
        self.svg.text(10.0, top + 17.0, "font-weight=\"700\" font-size=\"13\"", &name);
        let mut taken = Taken::default();
        taken.take(0.0, 14.0 + width_of(&name, 16.0));
        for gap in &band.gaps {
            self.gap(gap, top, height, &mut taken);
        }
        let mut y = top + BAND_HEAD;
        for lane in &band.lanes {
            self.lane(lane, y, *hue);
            *hue += 1;
            y += self.lane_height(lane);
        }
    }

    /// The stretch in which nobody in the group reads.
    fn gap(&mut self, gap: &Span, top: f64, height: f64, taken: &mut Taken) {
        let (x, end) = (self.axis.x(gap.from), self.axis.x(gap.until));
        if end - x < 2.0 {
            return;
        }
        let took = axis::millis(gap.until - gap.from);
        let text = verdict::say!("nobody reads: {took}", "아무도 읽지 않음: {took}");
        let text = self.said(&text).to_owned();
        let place = format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", n(x), n(top + 1.0), n(end - x), n(height - 2.0));
        self.svg.told("rect", &format!("{place} fill=\"url(#{}-gap)\" opacity=\".8\"", self.options.id), &text);
        let width = width_of(&text, 11.0);
        // In the middle; where that is taken, at one of the ends.
        let places = [(x + end - width) / 2.0, end - width - 6.0, x + 6.0].map(|left| left.clamp(LEFT, RIGHT - width));
        let Some(left) = places.into_iter().find(|left| taken.take(*left, left + width)) else { return };
        self.svg.shape(
            "rect",
            &format!(
                "x=\"{}\" y=\"{}\" width=\"{}\" height=\"15\" rx=\"3\" fill=\"{BG}\" {}",
                n(left - 4.0),
                n(top + 5.0),
                n(width + 8.0),
                marks::at((x + end) / 2.0)
            ),
        );
        self.svg.text(left, top + 16.5, &format!("font-size=\"11\" {}", marks::at((x + end) / 2.0)), &text);
    }

    fn lane(&mut self, lane: &Lane, y: f64, hue: usize) {
        let colour = colour(hue);
        self.svg.text(10.0, y + 17.0, "font-weight=\"700\" font-size=\"13\"", &lane.name);
        if lane.client != lane.name {
            let from = 16.0 + width_of(&lane.name, 14.0);
            self.svg.text(from, y + 17.0, &format!("fill=\"{DIM}\" font-size=\"10.5\""), &short(&lane.client, 15));
        }
        marks::of_lane(&mut self.svg, lane, &self.axis, self.options.language, y, &colour);
        let mut top = y + STAY;
        if self.axis.shows_idle(lane) {
            self.idle(lane, top);
            top += ROW + ROW_GAP;
        }
        for row in &lane.rows {
            self.svg.text(
                LEFT - 8.0,
                top + ROW - 4.5,
                &format!("fill=\"{DIM}\" font-size=\"11\" text-anchor=\"end\""),
                &short(&row.partition.to_string(), 15),
            );
            self.row(row, top, &colour);
            top += ROW + ROW_GAP;
        }
    }

    fn row(&mut self, row: &Row, top: f64, colour: &str) {
        self.svg.open(&format!("fill=\"{colour}\" fill-opacity=\".22\" stroke=\"{colour}\" stroke-width=\"1\""));
        for span in &row.held {
            let place = self.place(span, top);
            let name = &row.partition;
            let (from, until) = (axis::millis(span.from), axis::millis(span.until));
            let tip = verdict::say!("{name}: from {from} to {until}", "{name}: {from}부터 {until}까지");
            let tip = self.said(&tip).to_owned();
            self.svg.told("rect", &format!("{place} rx=\"2\""), &tip);
        }
        self.svg.close();
        records::of_row(&mut self.svg, row, &self.axis, self.options.language, top + ROW / 2.0, colour);
    }

    /// The row of a member's empty assignments.
    fn idle(&mut self, lane: &Lane, top: f64) {
        let none = verdict::say!("no partition", "파티션 없음");
        let none = self.said(&none).to_owned();
        self.svg.text(LEFT - 8.0, top + ROW - 4.5, &format!("fill=\"{DIM}\" font-size=\"11\" text-anchor=\"end\""), &none);
        for span in &lane.idle {
            let place = self.place(span, top);
            let (from, until) = (axis::millis(span.from), axis::millis(span.until));
            let tip = verdict::say!("no partition: from {from} to {until}", "파티션 없음: {from}부터 {until}까지");
            let look = format!(
                "rx=\"2\" fill=\"url(#{}-idle)\" fill-opacity=\".45\" stroke=\"{DIM}\" stroke-dasharray=\"4 3\"",
                self.options.id
            );
            let tip = self.said(&tip).to_owned();
            self.svg.told("rect", &format!("{place} {look}"), &tip);
            let text = verdict::say!("idle", "노는 중");
            let text = self.said(&text).to_owned();
            let width = width_of(&text, 11.0);
            let x = self.axis.x(span.from) + 8.0;
            if x + width + 8.0 < self.axis.x(span.until) {
                let place = format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"13\"", n(x - 3.0), n(top + 2.0), n(width + 6.0));
                let at = marks::at(self.axis.x(span.from));
                self.svg.shape("rect", &format!("{place} rx=\"3\" fill=\"{BG}\" {at}"));
                self.svg.text(x, top + 12.5, &format!("font-size=\"11\" fill=\"{FG}\" {at}"), &text);
            }
        }
    }

    fn place(&self, span: &Span, top: f64) -> String {
        let (x, end) = (self.axis.x(span.from), self.axis.x(span.until));
        format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", n(x), n(top), n((end - x).max(1.5)), n(ROW))
    }

    fn height_of(&self, band: &Band) -> f64 {
        BAND_HEAD + band.lanes.iter().map(|lane| self.lane_height(lane)).sum::<f64>() + PAD
    }

    fn lane_height(&self, lane: &Lane) -> f64 {
        let rows = lane.rows.len() + usize::from(self.axis.shows_idle(lane));
        STAY + rows as f64 * (ROW + ROW_GAP) + PAD
    }
}

/// The time axis: `ticks` named above `top`, and thin lines down to `bottom`.
pub(crate) fn grid(svg: &mut Svg, axis: &Axis, ticks: &[(u64, String)], top: f64, bottom: f64) {
    svg.open(&format!("class=\"wb-ticks\" fill=\"{DIM}\" text-anchor=\"middle\" font-size=\"11\""));
    for (at, text) in ticks {
        svg.text(axis.x(*at).clamp(axis.left + 8.0, axis.right - 8.0), top - 10.0, "", text);
    }
    svg.close();
    let lines: String = ticks.iter().map(|(at, _)| format!("M{} {}V{}", n(axis.x(*at)), n(top - 5.0), n(bottom))).collect();
    svg.shape("path", &format!("class=\"wb-grid\" d=\"{lines}\" stroke=\"{LINE}\" stroke-width=\".7\" fill=\"none\""));
}
