//! What happened to a member, on its line: heartbeats, joins, leaves, faults, notes; and what concerns all. Every kind has its own
//! shape, so that none depends on its colour. Used by [`mod@crate::timeline`] and [`mod@crate::compare`].

use verdict::Language;

use crate::{
    axis::{Axis, millis},
    scene::{Kind, Lane, Mark, Scene},
    svg::{BAD, BG, DIM, FG, Svg, n, width_of},
};

/// Marks nearer to each other than this are drawn as one, with their number.
pub(crate) const TOGETHER: f64 = 8.0;
/// A name on the picture has at most this many characters, a tooltip this many marks.
const MOST_CHARACTERS: usize = 44;
const MOST_TOLD: usize = 12;
/// The height of a line of names above the groups, and how many lines there are at most.
const NAME: f64 = 14.0;
const MOST_LINES: usize = 3;

/// The line of a member's stay: heartbeats, and what happened to it.
pub(crate) fn of_lane(svg: &mut Svg, lane: &Lane, axis: &Axis, language: Language, top: f64, colour: &str) {
    let y = top + 18.0;
    let stays: String = lane.stays.iter().map(|s| format!("M{} {}H{}", n(axis.x(s.from)), n(y), n(axis.x(s.until)))).collect();
    svg.shape("path", &format!("d=\"{stays}\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\""));
    let mut last = f64::MIN;
    let mut beats = String::new();
    for x in lane.heartbeats.iter().map(|at| axis.x(*at)).filter(|x| x.is_finite()) {
        if x - last >= 3.0 {
            beats.push_str(&format!("M{} {}v8", n(x), n(y - 4.0)));
            last = x;
        }
    }
    if !beats.is_empty() {
        svg.shape("path", &format!("d=\"{beats}\" stroke=\"{FG}\" stroke-width=\"1.2\" fill=\"none\""));
    }
    of_line(svg, &lane.marks, axis, language, y);
}

/// Marks of one kind that would cover each other: drawn as one, under the name of the first.
struct Heap<'a> {
    marks: Vec<&'a Mark>,
    from: f64,
    until: f64,
}

impl Heap<'_> {
    /// `idle(true)`, `Heartbeat discarded ×3`, `counted 1 +4`.
    fn name(&self, language: Language) -> String {
        let first = self.marks[0].text.get(language);
        let more = self.marks.len() - 1;
        let name = beginning(first, MOST_CHARACTERS);
        match more {
            0 => name,
            _ if self.marks.iter().all(|mark| mark.text.get(language) == first) => format!("{name} ×{}", more + 1),
            _ => format!("{name} +{more}"),
        }
    }

    fn tip(&self, language: Language) -> String {
        let told = self.marks.iter().take(MOST_TOLD).map(|mark| format!("{}, {}", mark.text.get(language), millis(mark.at)));
        let more = if self.marks.len() > MOST_TOLD { " …" } else { "" };
        told.collect::<Vec<_>>().join("; ") + more
    }
}

fn heaps<'a>(marks: &'a [Mark], axis: &Axis) -> Vec<Heap<'a>> {
    let mut heaps: Vec<Heap> = Vec::new();
    for mark in marks {
        let x = axis.x(mark.at);
        match heaps.iter_mut().rev().find(|heap| heap.marks[0].kind == mark.kind && x - heap.until < TOGETHER) {
            Some(heap) => {
                heap.until = x;
                heap.marks.push(mark);
            }
            None => heaps.push(Heap { marks: vec![mark], from: x, until: x }),
        }
    }
    heaps
}

/// What happened on one line, with names above it. Where there is no place for all names, those that say most go first; a join is told
/// by its shape.
pub(crate) fn of_line(svg: &mut Svg, marks: &[Mark], axis: &Axis, language: Language, y: f64) {
    let mut heaps = heaps(marks, axis);
    for heap in &heaps {
        svg.told("path", &shape(heap.marks[0].kind, heap.from, y), &heap.tip(language));
    }
    heaps.sort_by_key(|heap| match heap.marks[0].kind {
        Kind::Gone => 0,
        Kind::Fault => 1,
        Kind::Note => 2,
        Kind::Leave => 3,
        Kind::Join => 4,
    });
    let mut taken = Taken::default();
    for heap in heaps {
        let (text, x) = (heap.name(language), heap.from);
        let width = width_of(&text, 10.5);
        // Above the mark, or a little to its right or left; inside the figure in any case.
        let place = |left: f64| left.clamp(axis.left - 4.0, (axis.right + 14.0 - width).max(axis.left - 4.0));
        let places = [x - width / 2.0, x - 4.0, x + 4.0 - width].map(place);
        if let Some(left) = places.into_iter().find(|left| taken.take(*left, left + width)) {
            svg.text(left, y - 9.0, &format!("{} {}", name_look(), at(x)), &text);
        }
    }
}

/// How a name looks: with a border in the colour of the page, so that it can be read over what lies below it.
fn name_look() -> String {
    format!("font-size=\"10.5\" stroke=\"{BG}\" stroke-width=\"3\" paint-order=\"stroke\"")
}

/// What a text beside a moment is about: where the moment is drawn. `book/theme/timeline.js` moves the text with it.
pub(crate) fn at(x: f64) -> String {
    format!("data-x=\"{}\"", n(x))
}

/// A text, or its beginning.
pub(crate) fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// The attributes of a mark's shape, centred on a point.
pub(crate) fn shape(kind: Kind, x: f64, y: f64) -> String {
    let (x, y) = (n(x), n(y));
    match kind {
        Kind::Join => format!("d=\"M{x} {y}m-4-5.5l9 5.5l-9 5.5z\" fill=\"{FG}\""),
        Kind::Leave => format!("d=\"M{x} {y}m4-5.5l-9 5.5l9 5.5z\" fill=\"{BG}\" stroke=\"{FG}\" stroke-width=\"1.5\""),
        Kind::Gone => format!("d=\"M{x} {y}m-5-5l10 10m0-10l-10 10\" stroke=\"{BAD}\" stroke-width=\"3\" fill=\"none\""),
        Kind::Fault => format!("d=\"M{x} {y}m0-6.5l6.5 11.5h-13z\" fill=\"{BG}\" stroke=\"{BAD}\" stroke-width=\"2\""),
        Kind::Note => format!("d=\"M{x} {y}m-4.5-4.5h9v9h-9z\" fill=\"{BG}\" stroke=\"{FG}\" stroke-width=\"1.5\""),
    }
}

/// What concerns everybody, and where its name stands.
pub(crate) struct ForAll {
    x: f64,
    text: String,
    tip: String,
    /// Its name's left end and line, where there is a place for it.
    name: Option<(f64, usize)>,
}

/// Finds places for what concerns everybody; gives also the height that the names need.
pub(crate) fn for_all(scene: &Scene, axis: &Axis, language: Language) -> (Vec<ForAll>, f64) {
    let mut lines: [Taken; MOST_LINES] = Default::default();
    let mut all: Vec<ForAll> = Vec::new();
    for mark in scene.marks.iter().filter(|mark| mark.kind >= Kind::Gone && axis.shows(mark.at)) {
        let x = axis.x(mark.at);
        let text = beginning(mark.text.get(language), MOST_CHARACTERS);
        let tip = format!("{}, {}", mark.text.get(language), millis(mark.at));
        if let Some(same) = all.last_mut().filter(|last| x - last.x < 1.5) {
            // One line for what happens at once.
            same.tip = format!("{}; {tip}", same.tip);
            if same.text == text {
                continue;
            }
        }
        let width = width_of(&text, 10.5);
        let left = (x - width - 6.0).max(axis.left);
        let line = (0..MOST_LINES).find(|line| lines[*line].take(left, left + width));
        all.push(ForAll { x, text, tip, name: line.map(|line| (left, line)) });
    }
    let used = all.iter().filter_map(|of| of.name).map(|(_, line)| line + 1).max().unwrap_or(0);
    (all, used as f64 * NAME)
}

/// Draws what concerns everybody: a line through all lanes, and its name above them, from `top` on.
pub(crate) fn draw_for_all(svg: &mut Svg, all: &[ForAll], top: f64, bottom: f64) {
    for ForAll { x, text, tip, name } in all {
        let from = name.map_or(top, |(_, line)| top + line as f64 * NAME);
        let line =
            format!("d=\"M{} {}V{}\" stroke=\"{DIM}\" stroke-width=\"1.2\" stroke-dasharray=\"2 3\"", n(*x), n(from), n(bottom));
        svg.told("path", &line, tip);
        if let Some((left, line)) = name {
            svg.text(*left, top + 9.0 + *line as f64 * NAME, &format!("{} {}", name_look(), at(*x)), text);
        }
    }
}

/// Stretches that already carry something, so that names do not cover each other. What finds no place is still told by its tooltip and
/// by the table.
pub(crate) struct Taken {
    stretches: Vec<(f64, f64)>,
    /// No name begins before the first or ends behind the second.
    limits: (f64, f64),
}

impl Default for Taken {
    fn default() -> Self {
        Self::within(f64::MIN, f64::MAX, [])
    }
}

impl Taken {
    /// Between two limits, with what is taken from the beginning.
    pub(crate) fn within(left: f64, right: f64, stretches: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { stretches: stretches.into_iter().collect(), limits: (left, right) }
    }

    /// Takes a stretch; false where part of it is taken or outside.
    pub(crate) fn take(&mut self, from: f64, until: f64) -> bool {
        let free = self.stretches.iter().all(|(left, right)| until + 3.0 < *left || *right + 3.0 < from);
        let inside = self.limits.0 <= from && until <= self.limits.1;
        if free && inside {
            self.stretches.push((from, until));
        }
        free && inside
    }
}
