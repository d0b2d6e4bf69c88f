//! Keeps out of the translation's way what is no language: code blocks, directives, the mark of an admonition. Each is taken out of the
//! page for a numbered comment and put back afterwards, byte for byte. A translator would otherwise meet each string of each program.

/// What was taken out.
#[derive(Debug, Default)]
pub(super) struct Kept(Vec<Vec<String>>);

impl Kept {
    /// The page without its code blocks and directives.
    pub(super) fn take(&mut self, page: &str) -> String {
        let mut lines = page.lines();
        let mut rest = String::with_capacity(page.len());
        while let Some(line) = lines.next() {
            let (before, text) = split(line);
            let fence: String = text.chars().take_while(|c| *c == '`' || *c == '~').collect();
            let mut taken = Vec::new();
            if fence.len() >= 3 {
                taken.push(text.to_owned());
                for line in lines.by_ref() {
                    let line = line.strip_prefix(before).unwrap_or_else(|| line.trim_start());
                    taken.push(line.to_owned());
                    if line.trim().starts_with(&fence) && line.trim().chars().all(|c| fence.starts_with(c)) {
                        break;
                    }
                }
            } else if is_mark(text) {
                taken.push(text.trim_end().to_owned());
            }
            if taken.is_empty() {
                rest.push_str(line);
            } else {
                rest.push_str(&format!("{before}<!-- kept {} -->", self.0.len()));
                self.0.push(taken);
            }
            rest.push('\n');
        }
        rest
    }

    /// The page with what was taken out of it.
    pub(super) fn put_back(&self, page: &str) -> String {
        let mut whole = String::with_capacity(page.len());
        for line in page.lines() {
            let kept = line.split_once("<!-- kept ").and_then(|(before, rest)| {
                let number: usize = rest.strip_suffix(" -->")?.parse().ok()?;
                Some((before, self.0.get(number)?))
            });
            match kept {
                Some((before, lines)) => {
                    if lines[0].starts_with("[!") {
                        drop_empty_quote(&mut whole);
                    }
                    lines.iter().for_each(|line| whole.push_str(&format!("{before}{line}\n")));
                }
                None => whole.extend([line, "\n"]),
            }
        }
        whole
    }
}

/// The mark of an admonition must be the first line of its quote; the translated page may begin the quote with an empty line.
fn drop_empty_quote(page: &mut String) {
    while page.lines().last().is_some_and(|line| line.contains('>') && split(line).1.is_empty()) {
        page.truncate(page.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1));
    }
}

/// Indentation and the marks of quotes, then the text.
fn split(line: &str) -> (&str, &str) {
    let text = line.trim_start_matches([' ', '\t', '>']);
    line.split_at(line.len() - text.len())
}

/// A directive that stands alone, or `[!NOTE]` and its like.
fn is_mark(text: &str) -> bool {
    let text = text.trim_end();
    text.starts_with("{{#") && text.ends_with("}}") || text.starts_with("[!") && text.ends_with(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Text.\n\n- one\n\n  ```rust\n  let a = \"text\"; // a_b\n\n  ```\n\n{{#figure 01_groups/01_one}}\n\n> [!NOTE]\n> A note.\n";

    #[test]
    fn only_language_is_left() {
        let rest = Kept::default().take(PAGE);
        assert_eq!(rest, "Text.\n\n- one\n\n  <!-- kept 0 -->\n\n<!-- kept 1 -->\n\n> <!-- kept 2 -->\n> A note.\n");
    }

    #[test]
    fn an_admonition_begins_its_quote() {
        let kept = Kept(vec![vec!["[!NOTE]".into()]]);
        assert_eq!(
            kept.put_back("Text.\n\n > \n > <!-- kept 0 -->\n > \n > A note.\n"),
            "Text.\n\n > [!NOTE]\n > \n > A note.\n"
        );
    }

    #[test]
    fn everything_comes_back() {
        let mut kept = Kept::default();
        let rest = kept.take(PAGE);
        assert_eq!(kept.put_back(&rest), PAGE.replace("\n\n  ```", "\n  \n  ```").replace("- one\n  \n", "- one\n\n"));
    }
}
