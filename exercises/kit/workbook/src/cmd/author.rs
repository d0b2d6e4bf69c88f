//! `author`: proves that everything is there and right, and keeps the translation in step. What it finds is for authors, in English.

mod facts;
mod files;
mod links;
mod page;
mod proof;
mod terms;

use serde::Serialize;
use serde_json::json;
use verdict::say;

use crate::{
    book,
    fail::{ANSWER, Result},
    here::Here,
};

/// Something that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Finding {
    /// The file, or the step.
    place: String,
    /// What is the matter, and what to do.
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// Looks at everything; without `quick` it also grades every starter and, unless they are `tested`, every answer of the corpus.
pub(super) async fn check(here: &Here, quick: bool, tested: bool) -> Result<u8> {
    let root = &here.workbook.root;
    let mut all = Vec::new();
    let mut part = |name: &str, findings: Vec<Finding>| {
        if !here.look.json {
            let mark = if findings.is_empty() { "✓" } else { "×" };
            println!("{mark} {name}");
            for Finding { place, what } in &findings {
                println!("    {place}: {what}");
            }
        }
        all.extend(findings);
    };
    part("files of each step pair up", files::check(&here.workbook));
    part("pages have their parts and three hints", page::check(&here.workbook));
    part("facts have their tests", facts::check(root));
    part("everything is translated", translation(here));
    part("Korean keeps to the glossary", terms::check(root));
    let site = tempfile::tempdir()?;
    part("the book builds, without dead links", links::check(&here.workbook, site.path()));
    if !quick {
        part("every starter fails by verdict", proof::starters(here).await?);
    }
    if !quick && !tested {
        part("every answer of the corpus gets its judgement", proof::corpus(here).await?);
    }
    let code = if all.is_empty() { 0 } else { ANSWER };
    if here.look.json {
        println!("{}", json!({ "findings": all, "exit_code": code }));
    }
    Ok(code)
}

fn translation(here: &Here) -> Vec<Finding> {
    let missing = match book::untranslated(&here.workbook.root) {
        Ok(missing) => missing,
        Err(error) => return vec![Finding::new("book/po/ko", format!("{error:#}"))],
    };
    let finding = |missing: &book::Missing| {
        let (message, why) = (missing.message.lines().next().unwrap_or_default(), missing.why);
        Finding::new(format!("book/{}", missing.page), format!("{why:?} in book/po/ko: {message}"))
    };
    missing.iter().map(finding).collect()
}

/// Brings the translation up to date with the pages.
pub(super) fn messages(here: &Here) -> Result<u8> {
    let book::Updated { added, changed, removed } = book::update(&here.workbook.root)?;
    let text = say!(
        "book/po/ko: {added} new, {changed} changed, {removed} removed",
        "book/po/ko: 새 문장 {added}개, 바뀐 문장 {changed}개, 없어진 문장 {removed}개"
    );
    here.print(&json!({ "added": added, "changed": changed, "removed": removed }), &format!("{}\n", here.look.say(text)))?;
    Ok(0)
}

/// Builds the book in both languages below `out`, Korean in `ko`.
fn build(here: &crate::catalogue::Workbook, out: &std::path::Path) -> anyhow::Result<()> {
    book::build_both(&here.root, out, &out.join("ko"), None)
}
