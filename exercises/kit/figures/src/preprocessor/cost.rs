//! `{{#cost ID}}`: what each way to commit costs, as the author's test of that step measured it: the picture that it drew
//! (`book/cost/ID.LANGUAGE.svg`), and the numbers as a table (`book/cost/ID.json`). Nothing is drawn here.

use std::{fs, path::Path};

use serde::Deserialize;
use verdict::{Language, Text, names, say};

use crate::{
    svg::{code, escape},
    table,
};

#[derive(Deserialize)]
struct Cost {
    broker: String,
    client: String,
    work_ms: u64,
    batch: u64,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    strategy: String,
    delay_ms: u64,
    records_per_s: f64,
    commits_per_s: f64,
    round_trip_ms: Option<f64>,
}

/// The picture with its caption and its table.
pub(super) fn figure(root: &Path, id: &str, language: Language) -> Result<String, Text> {
    let svg = read(root, &format!("book/cost/{id}.{}.svg", language.code()))?;
    let json = read(root, &format!("book/cost/{id}.json"))?;
    let cost: Cost =
        serde_json::from_str(&json).map_err(|error| say!("book/cost/{id}.json: {error}.", "book/cost/{id}.json: {error}."))?;
    let label = say!("What each way to commit costs", "커밋 방법마다 드는 비용");
    let (broker, client, work) = (names::broker(&cost.broker), &cost.client, cost.work_ms);
    let (en, ko) = (&broker.en, &broker.ko);
    let caption = say!(
        "Drawn from the recordings of twelve runs: {en}, {client}; {work} ms of work for each record.",
        "열두 번 실행한 기록으로 그린 그림: {ko}, {client}. 레코드마다 일하는 시간은 {work}ms."
    );
    let [summary, heads @ ..] = heads(language);
    let rows = cost.rows.iter().map(|row| {
        let round_trip = row.round_trip_ms.map_or_else(|| "–".to_owned(), |ms| format!("{ms} ms"));
        let records = row.records_per_s.to_string();
        vec![
            strategy(&row.strategy, cost.batch, language),
            format!("{} ms", row.delay_ms),
            records,
            row.commits_per_s.to_string(),
            round_trip,
        ]
    });
    let anew = say!("To measure anew:", "다시 재는 명령:");
    let command = format!(
        "WORKBOOK_RECORD=1 WORKBOOK_BROKER=container cargo test --manifest-path solutions/{id}/Cargo.toml --test cost -- --exact cost"
    );
    let after = format!("{} {}", anew.get(language), code(&command));
    let table = table::folded("wb-cost-table", summary, &heads, &[(None, rows.collect())], Some(&after));
    Ok(format!(
        "<figure class=\"wb-figure\">\n<div class=\"wb-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>\n\
         <figcaption>{}</figcaption>\n{table}\n</figure>",
        label.get(language),
        svg.trim_end(),
        escape(caption.get(language)),
    ))
}

fn read(root: &Path, file: &str) -> Result<String, Text> {
    fs::read_to_string(root.join(file)).map_err(|_| {
        say!(
            "there is no file {file}: it is written by the test `cost` of that step's solution.",
            "없는 파일이다: {file}. 그 단계 모범 답안의 `cost` 테스트가 만든다."
        )
    })
}

fn strategy(id: &str, batch: u64, language: Language) -> String {
    let name = match id {
        "sync_each" => say!("synchronous, each record", "동기, 레코드마다"),
        "sync_batch" => say!("synchronous, every {batch} records", "동기, 레코드 {batch}개마다"),
        "async_batch" => say!("asynchronous, every {batch} records", "비동기, 레코드 {batch}개마다"),
        "automatic" => say!("automatic, every 5 s", "자동, 5초마다"),
        other => say!("{other}", "{other}"),
    };
    name.get(language).to_owned()
}

fn heads(language: Language) -> [&'static str; 6] {
    match language {
        Language::En => [
            "The same numbers as a table",
            "Commit",
            "Answer held back",
            "Records a second",
            "Commits a second",
            "Commit to answer (median)",
        ],
        Language::Ko => ["같은 숫자를 표로 보기", "커밋", "응답 지연", "초당 레코드", "초당 커밋", "커밋부터 응답까지(중앙값)"],
    }
}
