//! `{{#assignments}}`: the place of the playground of assignments, `book/theme/assignments.js`. Without the script it holds a table of what
//! real groups agreed on, from `book/assignments`: two members on two topics, a third one joins, the second one leaves.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;
use verdict::{Language, Text, say};

use crate::svg::escape;

/// A recorded group: a strategy, topics, and what its members agreed on as they came and went.
#[derive(Deserialize)]
struct Group {
    strategy: String,
    by: String,
    topics: BTreeMap<String, u32>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    assignment: BTreeMap<String, Vec<String>>,
}

/// The strategies of the playground, and whose recording shows each.
const SHOWN: [(&str, &str); 5] = [
    ("range", "librdkafka"),
    ("roundrobin", "librdkafka"),
    ("sticky", "java"),
    ("cooperative-sticky", "librdkafka"),
    ("uniform", "librdkafka"),
];
const MEMBERS: [&str; 3] = ["C1", "C2", "C3"];

/// The playground's place, with the table.
pub(super) fn place(project: &Path, language: Language) -> Result<String, Text> {
    let recorded = ["librdkafka", "java"].map(|name| Ok((name, read(project, name)?)));
    let recorded: BTreeMap<_, _> = recorded.into_iter().collect::<Result<_, Text>>()?;
    let mut rows = String::new();
    for (strategy, by) in SHOWN {
        let two_by_three = |group: &&Group| group.topics.values().eq(&[3, 3]) && group.steps.len() > 3;
        let group = recorded[by].iter().filter(|group| group.strategy == strategy).find(two_by_three).ok_or_else(|| {
            say!(
                "book/assignments/{by}.jsonl has no such group of {strategy}.",
                "book/assignments/{by}.jsonl에 {strategy} 그룹이 없다."
            )
        })?;
        rows.push_str(&rows_of(group, language));
    }
    let [title, summary, strategy, member, two, joins, leaves] = match language {
        Language::En => [
            "Playground: who gets what",
            "Recorded from real groups: T1 and T2 with three partitions each",
            "Strategy",
            "Member",
            "C1 and C2",
            "C3 joins",
            "C2 leaves",
        ],
        Language::Ko => [
            "이리저리 바꿔 보기: 누가 무엇을 맡는가",
            "실제 그룹의 기록: T1과 T2, 파티션 세 개씩",
            "전략",
            "멤버",
            "C1과 C2",
            "C3 들어오기",
            "C2 나가기",
        ],
    };
    let head: String = [strategy, member, two, joins, leaves].map(|text| format!("<th scope=\"col\">{text}</th>")).concat();
    Ok(format!(
        "<section class=\"wb-assignments\" aria-label=\"{title}\">\n<details open><summary>{summary}</summary>\n\
         <div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{summary}\"><table><thead><tr>{head}</tr></thead>\n{rows}</table></div>\n\
         </details>\n</section>"
    ))
}

fn read(project: &Path, name: &str) -> Result<Vec<Group>, Text> {
    let file = format!("book/assignments/{name}.jsonl");
    let text = fs::read_to_string(project.join(&file))
        .map_err(|error| say!("{file} cannot be read: {error}.", "읽을 수 없는 파일: {file}: {error}."))?;
    let groups: Result<_, serde_json::Error> = text.lines().map(serde_json::from_str).collect();
    groups.map_err(|error| say!("{file}: {error}.", "{file}: {error}."))
}

/// What the three members held, a column for each state of the group. What had another owner just before is marked.
fn rows_of(group: &Group, language: Language) -> String {
    let owner = |step: &Step, partition: &String| {
        step.assignment.iter().find(|(_, some)| some.contains(partition)).map(|(id, _)| id.clone())
    };
    let cell = |id: &str, at: usize| {
        let step = &group.steps[at];
        let Some(some) = step.assignment.get(id) else { return "<td>–</td>".to_owned() };
        let shown = |partition: &String| match owner(&group.steps[at - 1], partition).filter(|was| at > 1 && was != id) {
            Some(was) => {
                let from = say!("was {was}'s", "전에는 {was}");
                format!("<mark>{} ({})</mark>", escape(partition), escape(from.get(language)))
            }
            None => escape(partition),
        };
        format!("<td>{}</td>", some.iter().map(shown).collect::<Vec<_>>().join(" "))
    };
    let mut rows = String::from("<tbody>\n");
    for (place, id) in MEMBERS.into_iter().enumerate() {
        let strategy = match place {
            0 => format!(
                "<th scope=\"rowgroup\" rowspan=\"3\">{}<br><small>{}</small></th>",
                escape(&group.strategy),
                escape(&group.by)
            ),
            _ => String::new(),
        };
        let cells = [1, 2, 3].map(|at| cell(id, at)).concat();
        rows.push_str(&format!("<tr>{strategy}<th scope=\"row\">{id}</th>{cells}</tr>\n"));
    }
    rows + "</tbody>\n"
}
