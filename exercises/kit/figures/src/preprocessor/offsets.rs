//! `{{#offsets}}`: the place of the playground of offsets, `book/theme/offsets.js`. Without the script it holds the table of what real
//! crashes cost, from the recordings that the playground is tested against.

use std::sync::Arc;

use trace::Recording;
use verdict::{Language, Text};

use crate::matrix;

/// The recordings, one for each strategy of the playground.
const SHOWN: [&str; 7] = [
    "06_offsets/03_lost.first",
    "06_offsets/03_lost.after",
    "07_auto_commit/02_at_least_once.auto",
    "07_auto_commit/02_at_least_once.stored",
    "07_auto_commit/02_at_least_once.sync",
    "07_auto_commit/02_at_least_once.async",
    "07_auto_commit/02_at_least_once.both",
];

/// The playground's place, with the table; `recording` reads one by its id.
pub(super) fn place(language: Language, recording: impl Fn(&str) -> Result<Arc<Recording>, Text>) -> Result<String, Text> {
    let recordings = SHOWN.map(|id| Ok((id, recording(id)?))).into_iter().collect::<Result<Vec<_>, Text>>()?;
    let named: Vec<(&str, &Recording)> = recordings.iter().map(|(id, recording)| (*id, recording.as_ref())).collect();
    let table = matrix(&named, language)?;
    let [title, summary] = match language {
        Language::En => ["Playground: kill the program", "Recorded: what each crash cost with four records, in batches of two"],
        Language::Ko => ["이리저리 바꿔 보기: 프로그램 죽이기", "실제 기록: 레코드 네 개, 두 개씩 묶을 때 크래시마다 치른 대가"],
    };
    Ok(format!(
        "<section class=\"wb-offsets\" aria-label=\"{title}\">\n<details open><summary>{summary}</summary>\n{table}\n</details>\n</section>"
    ))
}
