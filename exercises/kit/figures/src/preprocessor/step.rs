//! `{{#step ID}}`: which file to edit, how long it takes, how to check. On a page that `cargo workbook` serves, the live panel of
//! `book/theme/live.js` takes this place.

use std::{fs, path::Path};

use serde::Deserialize;
use verdict::{Language, Text, say};

use crate::svg::escape;

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    workbook: Step,
}

/// What an exercise says of itself in its `Cargo.toml`.
#[derive(Deserialize)]
struct Step {
    minutes: u32,
    needs: String,
}

/// The panel of step `id`.
pub(super) fn panel(project: &Path, id: &str, language: Language) -> Result<String, Text> {
    let file = format!("exercises/{id}/Cargo.toml");
    let text = fs::read_to_string(project.join(&file))
        .map_err(|_| say!("there is no step `{id}`: {file} is missing.", "없는 단계다: `{id}`. 필요한 파일: {file}."))?;
    let Package { name, metadata } = toml::from_str::<Manifest>(&text)
        .map_err(|error| {
            let error = error.message().to_owned();
            say!(
                "{file}: {error}; it needs [package.metadata.workbook].",
                "{file}: {error}. [package.metadata.workbook]이 있어야 한다."
            )
        })?
        .package;
    let Step { minutes, needs } = metadata.workbook;
    let kafka = match needs.as_str() {
        "broker" => say!("Needs a real Kafka: Docker, or an address.", "실제 카프카가 필요하다: Docker 또는 주소."),
        _ => say!(
            "Runs on a real Kafka, or without Docker on the embedded one.",
            "실제 카프카에서, Docker가 없으면 내장 브로커에서 실행된다."
        ),
    };
    let [edit, check, time, minutes_word] = match language {
        Language::En => ["Edit", "Check", "Time", "minutes"],
        Language::Ko => ["편집할 파일", "채점", "시간", "분"],
    };
    let (id, name) = (escape(id), escape(&name));
    Ok(format!(
        "<section class=\"wb-step\" data-step=\"{id}\" aria-label=\"{id}\">\n<dl><dt>{edit}</dt><dd><code>exercises/{id}/src/lib.rs</code></dd>\
         <dt>{check}</dt><dd><code>cargo workbook check {name}</code> · <code>cargo test -p {name}</code></dd>\
         <dt>{time}</dt><dd>{minutes} {minutes_word}. {}</dd></dl>\n</section>",
        kafka.get(language)
    ))
}
