//! Who reads which partition: a topic's partitions on one side, groups with their members on the other, an arrow for each partition
//! that a member reads. Each group is shown at its largest, the last time it was so; a recording ends with everybody gone.

use trace::{Partition, Recording};
use verdict::say;

use crate::{
    Options,
    scene::Scene,
    settled::Settled,
    svg::{BG, DIM, Frame, LINE, Svg, colour, n, short},
    tell,
};

const WIDTH: f64 = 420.0;
const PARTITION: (f64, f64) = (84.0, 30.0);
const MEMBER: (f64, f64) = (140.0, 36.0);
const GAP: f64 = 10.0;
const HEAD: f64 = 28.0;
const PAD: f64 = 10.0;
const BETWEEN: f64 = 16.0;
const TOPICS: f64 = 2.0;
const MEMBERS: f64 = WIDTH - MEMBER.0 - 2.0 * PAD - 2.0;

/// Draws who reads which partition, as an inline SVG.
pub fn topology(recording: &Recording, options: &Options) -> String {
    draw(&Scene::of(recording), &recording.header.step, options)
}

pub(crate) fn draw(scene: &Scene, step: &str, options: &Options) -> String {
    let settled: Vec<Settled> = scene.bands.iter().map(Settled::of).collect();
    let mut svg = Svg::default();
    let heights: Vec<f64> = settled.iter().map(|group| panel(group.members.len(), MEMBER.1)).collect();
    let topics: Vec<f64> = scene.topics.values().map(|count| panel(*count as usize, PARTITION.1)).collect();
    let total = |heights: &[f64]| heights.iter().sum::<f64>() + BETWEEN * heights.len().saturating_sub(1) as f64;
    let height = total(&heights).max(total(&topics)).max(40.0) + 6.0;

    let places = draw_topics(&mut svg, scene, (height - total(&topics)) / 2.0);
    let (mut y, mut hue) = ((height - total(&heights)) / 2.0, 0);
    let mut boxes = Svg::default();
    for (group, tall) in settled.iter().zip(&heights) {
        draw_group(&mut svg, &mut boxes, group, y, *tall, &places, options, &mut hue);
        y += tall + BETWEEN;
    }
    svg.raw(&boxes.done());
    let language = options.language;
    let id = format!("{}-topology", options.id);
    Frame {
        id: &id,
        class: "wb-topology",
        width: WIDTH,
        height,
        title: tell::title(&say!("Who reads which partition", "파티션별 담당 컨슈머"), step).get(language),
        description: tell::at_once(&settled).get(language),
    }
    .around(&svg.done())
}

/// The height of a panel with `count` boxes.
fn panel(count: usize, each: f64) -> f64 {
    HEAD + count as f64 * (each + GAP) - GAP + PAD + if count == 0 { GAP } else { 0.0 }
}

/// Draws the topics; gives the right edge of each partition's box.
fn draw_topics(svg: &mut Svg, scene: &Scene, top: f64) -> Vec<(Partition, f64, f64)> {
    let mut places = Vec::new();
    let mut y = top;
    for (topic, count) in &scene.topics {
        let height = panel(*count as usize, PARTITION.1);
        frame(svg, TOPICS, y, PARTITION.0 + 2.0 * PAD, height, topic);
        for number in 0..*count {
            let partition = Partition::new(topic, number as i32);
            let (left, at) = (TOPICS + PAD, y + HEAD + f64::from(number) * (PARTITION.1 + GAP));
            rect(svg, (left, at), PARTITION, 3.0, &format!("fill=\"{BG}\" stroke=\"{DIM}\" stroke-width=\"1.2\""));
            svg.text(left + PARTITION.0 / 2.0, at + 20.0, "text-anchor=\"middle\"", &short(&partition.to_string(), 12));
            places.push((partition, left + PARTITION.0, at + PARTITION.1 / 2.0));
        }
        y += height + BETWEEN;
    }
    places
}

#[allow(clippy::too_many_arguments, reason = "two layers of one picture and the place in it")]
fn draw_group(
    lines: &mut Svg,
    boxes: &mut Svg,
    group: &Settled,
    top: f64,
    height: f64,
    places: &[(Partition, f64, f64)],
    options: &Options,
    hue: &mut usize,
) {
    let name = match &group.name {
        Some(name) => say!("Group {name}", "그룹 {name}"),
        None => say!("Without a group", "그룹 없음"),
    };
    frame(boxes, MEMBERS, top, MEMBER.0 + 2.0 * PAD, height, name.get(options.language));
    for (at, (member, partitions)) in group.members.iter().enumerate() {
        let (left, y) = (MEMBERS + PAD, top + HEAD + at as f64 * (MEMBER.1 + GAP));
        let colour = colour(*hue);
        *hue += 1;
        let idle = partitions.is_empty();
        let look = if idle { format!("stroke=\"{DIM}\" stroke-dasharray=\"5 4\"") } else { format!("stroke=\"{colour}\"") };
        rect(boxes, (left, y), MEMBER, 18.0, &format!("fill=\"{BG}\" {look} stroke-width=\"2\""));
        boxes.text(left + 16.0, y + 23.0, "font-weight=\"700\" font-size=\"13\"", member);
        let what = match partitions.len() {
            0 => say!("idle", "노는 중"),
            1 => say!("1 partition", "파티션 1개"),
            count => say!("{count} partitions", "파티션 {count}개"),
        };
        let x = left + MEMBER.0 - 14.0;
        boxes.text(x, y + 23.0, &format!("fill=\"{DIM}\" font-size=\"11\" text-anchor=\"end\""), what.get(options.language));
        for partition in partitions {
            if let Some((_, right, middle)) = places.iter().find(|(of, ..)| of == partition) {
                arrow(lines, (*right, *middle), (left - 3.0, y + MEMBER.1 / 2.0), &colour);
            }
        }
    }
}

fn frame(svg: &mut Svg, x: f64, y: f64, width: f64, height: f64, name: &str) {
    rect(svg, (x, y), (width, height), 8.0, &format!("fill=\"none\" stroke=\"{LINE}\" stroke-width=\"1.2\""));
    let (name, size) = fitted(name, width - 2.0 * PAD);
    svg.text(x + PAD, y + 18.0, &format!("font-weight=\"700\" font-size=\"{}\"", n(size)), &name);
}

/// The name of a box and its size, so that it is not wider than `room`: smaller where it is long, and cut where that is not enough.
fn fitted(name: &str, room: f64) -> (String, f64) {
    const SIZE: f64 = 13.0;
    const SMALLEST: f64 = 10.0;
    let size = (room / bold(name)).clamp(SMALLEST, SIZE);
    let most = (1..=name.chars().count()).rev().find(|most| bold(&short(name, *most)) * size <= room + 0.01);
    (short(name, most.unwrap_or(1)), size)
}

/// How wide a text is in bold letters, in heights of the font.
fn bold(text: &str) -> f64 {
    let letter = |c: char| match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'I' | ' ' | '.' | '-' => 0.4,
        'm' | 'w' | 'M' | 'W' => 1.05,
        'A'..='Z' => 0.77,
        _ if (c as u32) < 0x1100 => 0.68,
        _ => 1.0,
    };
    text.chars().map(letter).sum()
}

fn rect(svg: &mut Svg, (x, y): (f64, f64), (width, height): (f64, f64), round: f64, look: &str) {
    let (x, y, width, height) = (n(x), n(y), n(width), n(height));
    svg.shape("rect", &format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{}\" {look}", n(round)));
}

/// A curve from a partition to the member that reads it, with a head of its own (a marker would not take the line's colour everywhere).
fn arrow(svg: &mut Svg, (x, y): (f64, f64), (to, end): (f64, f64), colour: &str) {
    let bend = (to - x) * 0.45;
    let (tip, neck) = (n(to), to - 8.0);
    svg.shape(
        "path",
        &format!(
            "d=\"M{} {}C{} {} {} {} {} {}\" stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\"",
            n(x + 1.0),
            n(y),
            n(x + bend),
            n(y),
            n(neck - bend),
            n(end),
            n(neck),
            n(end)
        ),
    );
    svg.shape("path", &format!("d=\"M{tip} {}l-10-5v10z\" fill=\"{colour}\"", n(end)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_box() {
        let room = MEMBER.0;
        assert_eq!(fitted("Group G1", room), ("Group G1".into(), 13.0));
        for name in
            ["Group COUNTRY_GROUP", "그룹 COUNTRY_GROUP", "Group A_GROUP_WITH_A_VERY_LONG_NAME", "Group WWWWWWWWWWWWWWWWW"]
        {
            let (shown, size) = fitted(name, room);
            assert!(bold(&shown) * size <= room + 0.01, "{shown} at {size}");
        }
        assert_eq!(fitted("Group COUNTRY_GROUP", room).0, "Group COUNTRY_GROUP");
    }
}
