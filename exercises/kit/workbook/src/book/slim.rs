//! Takes out of the built book what no page needs, so that a page with its figures stays small without a build step for its scripts:
//! mdBook's index of words and its search engine (theme/search.js has its own), scripts of parts that a page does not have, scripts that
//! only a session needs (theme/workbook.js loads them there), comments and indentation. Called when the pages are finished.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::outcome::files;

/// mdBook's search engine and its marker; `theme/search.js` has both, for Hangul.
const REPLACED: [&str; 2] = ["elasticlunr-", "mark-"];
/// Scripts of ours that only pages with that text need.
const OF_SOME: [(&str, &str); 6] = [
    ("theme/assignments-", "class=\"wb-assignments\""),
    ("theme/offsets-", "class=\"wb-offsets\""),
    ("theme/predict-", "class=\"wb-predict\""),
    ("theme/veil-", "class=\"wb-predict\""),
    ("theme/recall-", "class=\"wb-predict\""),
    ("theme/timeline-", "class=\"wb-timeline\""),
];
/// Scripts that only a page of a session needs, in their order.
const OF_SESSION: [&str; 5] = ["theme/timeline-", "theme/verdict-", "theme/taken-", "theme/panel-", "theme/live-"];

/// Slims every page, script and style sheet below `built`.
pub(super) fn all(built: &Path) -> Result<()> {
    for file in files(built)? {
        let path = built.join(&file);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let end = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        if REPLACED.iter().any(|replaced| name.starts_with(replaced)) && end == "js" {
            fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
            continue;
        }
        let slim = match end.as_str() {
            "html" => page,
            "js" if name.starts_with("searchindex-") => documents,
            "js" | "css" if !name.contains(".min.") && !name.starts_with("highlight-") => text,
            _ => continue,
        };
        let whole = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let slim = slim(&whole).with_context(|| format!("{} is not as mdBook wrote it: see book/slim.rs", file.display()))?;
        fs::write(&path, slim).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// A page without the scripts that it does not need. Those of a session are named in the head.
fn page(html: &str) -> Result<String> {
    let is_step = html.contains("class=\"wb-step\"");
    let mut of_session = vec![String::new(); OF_SESSION.len()];
    let mut kept = String::with_capacity(html.len());
    for line in html.split_inclusive('\n') {
        let Some((before, rest)) = line.split_once("<script src=\"") else {
            kept.push_str(line);
            continue;
        };
        let Some((source, _)) = rest.split_once("\"></script>") else { bail!("a script without an end: {line}") };
        let has = |name: &str| source.contains(name);
        let session = OF_SESSION.iter().position(|name| has(name));
        if let Some(place) = session.filter(|_| is_step) {
            source.clone_into(&mut of_session[place]);
        }
        let needed = OF_SOME.iter().find(|(name, _)| has(name)).map(|(_, text)| html.contains(text));
        let drop = match needed {
            Some(needed) => !needed,
            None => {
                session.is_some()
                    || REPLACED.iter().any(|name| source.rsplit('/').next().is_some_and(|file| file.starts_with(name)))
            }
        };
        kept.push_str(if drop { before.trim_end_matches(' ') } else { line });
    }
    let named: Vec<_> = of_session.into_iter().filter(|source| !source.is_empty()).collect();
    if named.is_empty() {
        return Ok(kept);
    }
    let meta = format!("<meta name=\"workbook-session\" content=\"{}\">\n    </head>", named.join(" "));
    Ok(kept.replacen("</head>", &meta, 1))
}

/// The search index without mdBook's index of words: the sections are enough for a search that looks at their text. Cut out as text,
/// which is quicker than reading it: a quotation mark inside the book's text has a backslash, so neither end can stand there.
fn documents(script: &str) -> Result<String> {
    let [begin, end] = ["\"breadcrumbs\"],\"index\":{", "},\"lang\":\""];
    let (before, rest) = script.split_once(begin).context("no index of words")?;
    let (_, after) = rest.rsplit_once(end).context("no end of the index of words")?;
    Ok(format!("{before}\"breadcrumbs\"],\"lang\":\"{after}"))
}

/// A script or a style sheet without indentation, empty lines, and comments that stand on lines of their own. A licence (`/*!`) stays.
fn text(whole: &str) -> Result<String> {
    let mut slim = String::with_capacity(whole.len());
    let mut in_comment = false;
    for line in whole.lines().map(str::trim) {
        let begins = line.starts_with("/*") && !line.starts_with("/*!");
        if in_comment || begins {
            in_comment = !line.ends_with("*/");
            if in_comment && begins && line.contains("*/") {
                bail!("text behind a comment: {line}");
            }
        } else if !line.is_empty() && !line.starts_with("//") {
            slim.push_str(line);
            slim.push('\n');
        }
    }
    Ok(slim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let script =
            "/*! Licence */\n/* one */\n/**\n * two */\n'use strict';\n\n    // three\n    let a = 'http://x'; // stays\n";
        assert_eq!(text(script).unwrap(), "/*! Licence */\n'use strict';\nlet a = 'http://x'; // stays\n");
        assert!(text("/* a */ let b;\n").is_err());
    }

    #[test]
    fn the_index_keeps_its_documents() {
        let docs = r#"JSON.parse('{"doc_urls":["a"],"index":{"documentStore":{"docs":{"0":{"body":"it\'s \\"so\\" \\\\n"}}},"fields":["title","breadcrumbs"]"#;
        let whole = format!(r#"{docs},"index":{{"title":{{"a":{{}}}}}},"lang":"English"}}}}'));"#);
        assert_eq!(documents(&whole).unwrap(), format!(r#"{docs},"lang":"English"}}}}'));"#));
        assert!(documents("other").is_err());
    }

    #[test]
    fn a_page_loads_what_it_has() {
        let scripts = ["elasticlunr-1.min.js", "theme/panel-1.js", "theme/live-1.js", "theme/predict-1.js", "book-1.js"];
        let scripts: String = scripts.iter().map(|name| format!("  <script src=\"../{name}\"></script>\n")).collect();
        let html = format!("<head>\n</head>\n<div class=\"wb-step\"></div>\n{scripts}");
        let session = "<meta name=\"workbook-session\" content=\"../theme/panel-1.js ../theme/live-1.js\">";
        let slim = page(&html).unwrap();
        assert_eq!(
            slim,
            format!("<head>\n{session}\n    </head>\n<div class=\"wb-step\"></div>\n  <script src=\"../book-1.js\"></script>\n")
        );
    }
}
