//! The built book: no directive is left in it, and every link and anchor leads somewhere, also those that verdicts name.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
};
use verdict::Mistake;

use super::Finding;
use crate::catalogue::Workbook;

pub(super) fn check(workbook: &Workbook, site: &Path) -> Vec<Finding> {
    if let Err(error) = super::build(workbook, site) {
        return format!("{error:#}").lines().map(|line| Finding::new("book", line)).collect();
    }
    let pages = pages(site);
    let mut findings: Vec<Finding> = pages.iter().flat_map(|(page, read)| of_page(site, &pages, page, read)).collect();
    findings.extend(mistakes(workbook).filter_map(|(file, mistake)| of_mistake(&pages, &file, &mistake)));
    findings.sort();
    findings.dedup();
    findings
}

/// What one page offers and what it asks for.
#[derive(Default)]
struct Page {
    ids: BTreeSet<String>,
    links: BTreeSet<String>,
    directive: bool,
}

fn of_page(site: &Path, pages: &BTreeMap<PathBuf, Page>, page: &Path, read: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    if read.directive {
        findings.push(Finding::new(page.to_string_lossy(), "a directive `{{#` is left"));
    }
    for link in read.links.iter().filter(|link| is_internal(link)) {
        let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
        let path = path.split('?').next().unwrap_or_default();
        let target = match path {
            "" => page.to_owned(),
            path => normal(&page.parent().unwrap_or(Path::new("")).join(path)),
        };
        let target = if site.join(&target).is_dir() { target.join("index.html") } else { target };
        let anchor = anchor.filter(|anchor| !anchor.is_empty());
        let there = match (pages.get(&target), anchor) {
            (Some(other), Some(anchor)) => other.ids.contains(anchor),
            (Some(_), None) => true,
            (None, _) => site.join(&target).is_file(),
        };
        if !there {
            findings.push(Finding::new(page.to_string_lossy(), format!("dead link: {link}")));
        }
    }
    findings
}

fn of_mistake(pages: &BTreeMap<PathBuf, Page>, file: &str, mistake: &Mistake) -> Option<Finding> {
    let (page, anchor) = mistake.read.split_once('#').unwrap_or((&mistake.read, ""));
    let there = ["", "ko/"].iter().all(|language| {
        let page = pages.get(Path::new(&format!("{language}{page}.html")));
        page.is_some_and(|page| anchor.is_empty() || page.ids.contains(anchor))
    });
    (!there).then(|| Finding::new(file, format!("reads {}, which is not in the book", mistake.read)))
}

/// The mistakes in the snapshots of all solutions.
fn mistakes(workbook: &Workbook) -> impl Iterator<Item = (String, Mistake)> {
    let snapshots = workbook.steps.iter().flat_map(|step| {
        let folder = format!("solutions/{}/tests/snapshots", step.id);
        let entries = fs::read_dir(workbook.root.join(&folder)).into_iter().flatten().flatten();
        entries.map(move |entry| (format!("{folder}/{}", entry.file_name().to_string_lossy()), entry.path()))
    });
    snapshots.filter(|(name, _)| name.ends_with(".snap")).filter_map(|(name, path)| {
        let text = fs::read_to_string(path).ok()?;
        // insta writes its own header between two lines of dashes.
        let body = text.splitn(3, "---\n").nth(2)?;
        Some((name, serde_json::from_str(body).ok()?))
    })
}

fn is_internal(link: &str) -> bool {
    let scheme =
        link.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)));
    !scheme && !link.starts_with("//")
}

/// The path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::Normal(name) => normal.push(name),
            _ => {}
        }
    }
    normal
}

/// All pages of the built book by their path in it. mdBook's page for a missing page is left out: its links begin at the site's root.
fn pages(site: &Path) -> BTreeMap<PathBuf, Page> {
    let mut pages = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(site.join(&folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html") && !path.ends_with("404.html") {
                pages.insert(path, read(&fs::read_to_string(entry.path()).unwrap_or_default()));
            }
        }
    }
    pages
}

fn read(html: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    // A sink that never asks for a script to be run is fed to the end in one go.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    page.directive = html.contains("{{#");
    page
}

#[derive(Default)]
struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(Tag { attrs, .. }) = token {
            let mut page = self.0.borrow_mut();
            for attr in attrs {
                let value = attr.value.to_string();
                match &*attr.name.local {
                    "id" | "name" => {
                        page.ids.insert(value);
                    }
                    "href" | "src" => {
                        page.links.insert(value);
                    }
                    _ => {}
                }
            }
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_links_and_anchors_are_found() {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir(site.path().join("a")).unwrap();
        fs::write(site.path().join("style.css"), "").unwrap();
        let one = r##"<h1 id="top">x</h1><a href="../two.html#there">ok</a><a href="#top">ok</a><a href="../style.css?v=1">ok</a>
            <a href="https://kafka.apache.org/">ok</a><a href="../two.html#gone">dead</a><a href="three.html">dead</a>"##;
        fs::write(site.path().join("a/one.html"), one).unwrap();
        fs::write(site.path().join("two.html"), r#"<p id="there">{{#figure x}}</p>"#).unwrap();
        let pages = pages(site.path());
        let findings: Vec<_> = pages.iter().flat_map(|(page, read)| of_page(site.path(), &pages, page, read)).collect();
        let said: Vec<_> = findings.iter().map(|finding| format!("{}: {}", finding.place, finding.what)).collect();
        assert_eq!(
            said,
            [
                "a/one.html: dead link: ../two.html#gone",
                "a/one.html: dead link: three.html",
                "two.html: a directive `{{#` is left"
            ]
        );
    }
}
