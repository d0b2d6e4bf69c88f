//! Questions of earlier steps for later ones: beside each page with a prediction, `STEP.predict.html` with nothing but the question, and
//! in each page the names of the questions before it. `book/theme/recall.js` asks one of them at the start of the page. Called when the
//! pages are built; without the script nothing of it is seen.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::outcome::files;

const MARK: &str = "<div class=\"wb-predict\" data-question=\"";

/// Writes the questions of the book at `built`, and tells each page of the earlier ones.
pub(super) fn write(built: &Path) -> Result<()> {
    let mut earlier: Vec<String> = Vec::new();
    // The order of the names is the order of the steps.
    for file in files(built)? {
        let page = file.to_string_lossy().replace('\\', "/");
        let Some(id) = page.strip_suffix(".html").filter(|id| *id != "print" && !id.ends_with("index")) else { continue };
        let path = built.join(&file);
        let html = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        // Also a page that only shows how a question looks has the mark; the question of a step is called as its page.
        let Some(question) = question(&html, id) else { continue };
        let beside = built.join(format!("{id}.predict.html"));
        fs::write(&beside, question).with_context(|| format!("{} cannot be written", beside.display()))?;
        let told = format!("{MARK}{id}\" data-earlier=\"{}\"", earlier.join(" "));
        fs::write(&path, html.replacen(&format!("{MARK}{id}\""), &told, 1))
            .with_context(|| format!("{} cannot be written", path.display()))?;
        earlier.push(id.to_owned());
    }
    Ok(())
}

/// The page's question with its choices and its folded answer, under the page's title.
fn question(html: &str, id: &str) -> Option<String> {
    let mark = html.find(&format!("{MARK}{id}\""))?;
    let from = html[..mark].rfind("</h2>")? + "</h2>".len();
    let until = mark + html[mark..].find("</details>")? + "</details>".len();
    let title = html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map_or("", |(title, _)| title);
    let title = title.rsplit_once(" - ").map_or(title, |(title, _)| title);
    Some(format!("<article data-title=\"{title}\">{}</article>\n", &html[from..until]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_pages_know_the_questions_before_them() {
        let built = tempfile::tempdir().unwrap();
        fs::create_dir(built.path().join("a")).unwrap();
        let page = |id: &str| {
            format!(
                "<title>About {id} - Book</title><h2>Predict</h2><p>Q?</p>{MARK}{id}\" hidden></div><details>A</details><h2>The run</h2>"
            )
        };
        for id in ["a/1", "a/2", "a/3"] {
            fs::write(built.path().join(format!("{id}.html")), page(id)).unwrap();
        }
        fs::write(built.path().join("print.html"), page("a/1")).unwrap();
        write(built.path()).unwrap();
        let read = |file: &str| fs::read_to_string(built.path().join(file)).unwrap();
        assert!(read("a/1.html").contains("data-question=\"a/1\" data-earlier=\"\""));
        assert!(read("a/3.html").contains("data-question=\"a/3\" data-earlier=\"a/1 a/2\""));
        let question = "<article data-title=\"About a/2\"><p>Q?</p><div class=\"wb-predict\" data-question=\"a/2\" hidden></div><details>A</details></article>\n";
        assert_eq!(read("a/2.predict.html"), question);
        assert_eq!(read("print.html"), page("a/1"));
    }
}
