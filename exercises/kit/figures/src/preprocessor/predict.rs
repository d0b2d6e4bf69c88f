//! `{{#predict …}}`: says which of the choices above it is the right one. It stands between the list of choices and the folded answer of
//! `## Predict`, and becomes an empty element from which `book/theme/predict.js` makes a form. Without the script the page stays what it
//! is: a question, its choices, and a folded text. A page on which a wrong choice has no reason is refused here, before anybody reads it.

use verdict::{Text, say};

use crate::svg::escape;

/// How a line begins that holds the directive.
const BEGIN: &str = "{{#predict";

/// The arguments of the directive, if it stands on that line.
pub(super) fn arguments(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim().strip_prefix(BEGIN)?.strip_suffix("}}")?;
    Some(inside.split_whitespace().collect())
}

/// The element for a question of `page`, which stands between `before` and `after`.
///
/// # Errors
/// The arguments do not fit the list above, or a wrong choice has no reason below.
pub(super) fn place(page: &str, before: &str, after: &str, arguments: &[&str]) -> Result<String, Text> {
    let (choices, reasons) = (choices(before), reasons(after));
    let question = Question::of(arguments).ok_or_else(|| {
        say!(
            "write `{{{{#predict 3}}}}` with the number of the right choice, `{{{{#predict 3 s 0..1 1..5 8..11}}}}` with a unit and a range for each choice, or `{{{{#predict order 2 3 1}}}}`.",
            "맞는 보기의 번호로 `{{{{#predict 3}}}}`, 단위와 보기마다의 범위로 `{{{{#predict 3 s 0..1 1..5 8..11}}}}`, 또는 `{{{{#predict order 2 3 1}}}}`를 쓴다."
        )
    })?;
    if !question.fits(choices) {
        return Err(say!(
            "`{{{{#predict}}}}` does not fit the {choices} choices above it.",
            "`{{{{#predict}}}}`가 그 위의 보기 {choices}개와 맞지 않는다."
        ));
    }
    let wanted = if matches!(question, Question::Order(_)) { reasons } else { choices - 1 };
    if reasons != wanted {
        return Err(say!(
            "the folded answer gives {reasons} reasons for {wanted} wrong choices: begin a paragraph for each with the choice in quotes.",
            "접힌 답에 틀린 보기 {wanted}개의 이유가 {reasons}개 있다. 보기마다 따옴표로 시작하는 문단을 쓴다."
        ));
    }
    let id = escape(page.strip_suffix(".md").unwrap_or(page));
    // The first question of a page is called as the page.
    let nth = match before.lines().filter(|line| self::arguments(line).is_some()).count() {
        0 => String::new(),
        earlier => format!(".{}", earlier + 1),
    };
    Ok(format!("\n<div class=\"wb-predict\" data-question=\"{id}{nth}\" {} hidden></div>\n\n", question.attributes()))
}

/// What a question asks for.
enum Question<'a> {
    /// One of the choices, from 1.
    Choice(usize),
    /// A number in that unit; each choice has a range of numbers.
    Number(usize, &'a str, Vec<&'a str>),
    /// The right order of the choices.
    Order(Vec<usize>),
}

impl<'a> Question<'a> {
    fn of(arguments: &[&'a str]) -> Option<Self> {
        match arguments {
            ["order", rest @ ..] => rest.iter().map(|one| one.parse().ok()).collect::<Option<_>>().map(Self::Order),
            [answer] => answer.parse().ok().map(Self::Choice),
            [answer, unit, ranges @ ..] => {
                let is_range = |range: &&str| {
                    range
                        .split_once("..")
                        .is_some_and(|(a, b)| matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a <= b))
                };
                ranges.iter().all(is_range).then_some(())?;
                Some(Self::Number(answer.parse().ok()?, unit, ranges.to_vec()))
            }
            [] => None,
        }
    }

    fn fits(&self, choices: usize) -> bool {
        match self {
            Self::Choice(answer) => (1..=choices).contains(answer) && choices > 1,
            Self::Number(answer, _, ranges) => (1..=choices).contains(answer) && ranges.len() == choices,
            Self::Order(order) => {
                let mut sorted = order.clone();
                sorted.sort_unstable();
                choices > 1 && sorted.into_iter().eq(1..=choices)
            }
        }
    }

    fn attributes(&self) -> String {
        match self {
            Self::Choice(answer) => format!("data-kind=\"choice\" data-answer=\"{answer}\""),
            Self::Number(answer, unit, ranges) => format!(
                "data-kind=\"number\" data-answer=\"{answer}\" data-unit=\"{}\" data-ranges=\"{}\"",
                escape(unit),
                escape(&ranges.join(" "))
            ),
            Self::Order(order) => {
                let order: Vec<_> = order.iter().map(ToString::to_string).collect();
                format!("data-kind=\"order\" data-answer=\"{}\"", order.join(" "))
            }
        }
    }
}

/// How many choices the last list has.
fn choices(before: &str) -> usize {
    let own = before.rsplit("</details>").next().unwrap_or(before);
    let own = own.rsplit("\n## ").next().unwrap_or(own);
    own.lines().filter(|line| is_item(line)).count()
}

fn is_item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark)) || number.len() < line.len() && number.starts_with(". ")
}

/// How many paragraphs of the folded answer begin with a quotation.
fn reasons(after: &str) -> usize {
    let folded = after.split("</details>").next().unwrap_or_default();
    let text = folded.split_once("</summary>").map_or("", |(_, text)| text);
    text.split("\n\n").filter(|paragraph| paragraph.trim_start().starts_with(['"', '\'', '“', '‘', '「', '『'])).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str =
        "# Page\n\n- no choice\n\n## Predict\n\nWhen?\n\n- at once\n- after a while, which\n  takes two lines\n- never\n\n";
    const AFTER: &str = "\n<details><summary>Answer</summary>\n\nAfter a while.\n\n\"At once\" is early.\n\n\"Never\" is late.\n\n</details>\n\n\"No reason\"\n";

    fn made(line: &str) -> Result<String, String> {
        place("01_a/01_b.md", BEFORE, AFTER, &arguments(line).unwrap()).map_err(|what| what.en)
    }

    #[test]
    fn a_choice_a_number_and_an_order() {
        let begin = "\n<div class=\"wb-predict\" data-question=\"01_a/01_b\" data-kind=";
        let made = |line| made(line).unwrap().strip_prefix(begin).unwrap().to_owned();
        assert_eq!(made("{{#predict 2}}\n"), "\"choice\" data-answer=\"2\" hidden></div>\n\n");
        let number = "\"number\" data-answer=\"2\" data-unit=\"s\" data-ranges=\"0..0.5 8..11 60..900\" hidden></div>\n\n";
        assert_eq!(made("{{#predict 2 s 0..0.5 8..11 60..900}}"), number);
        assert_eq!(made("{{#predict order 2 1 3}}"), "\"order\" data-answer=\"2 1 3\" hidden></div>\n\n");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for line in
            ["{{#predict 4}}", "{{#predict 0}}", "{{#predict 2 s 0..1}}", "{{#predict order 1 2}}", "{{#predict order 1 2 2}}"]
        {
            assert!(made(line).unwrap_err().contains("does not fit the 3 choices"), "{line}");
        }
        for line in ["{{#predict}}", "{{#predict x}}", "{{#predict 2 s 5..1 0..1 0..1}}"] {
            assert!(made(line).unwrap_err().starts_with("write `{{#predict 3}}`"), "{line}");
        }
        let short = AFTER.replace("\"Never\" is late.\n\n", "");
        assert!(place("a.md", BEFORE, &short, &["2"]).unwrap_err().en.contains("1 reasons for 2 wrong choices"));
    }

    #[test]
    fn a_second_question_has_a_name_of_its_own() {
        let before = format!("{BEFORE}{{{{#predict 2}}}}\n{AFTER}\nAnd then?\n\n1. one\n2. two\n\n");
        let second = place("a/b.md", &before, AFTER, &["order", "2", "1"]).unwrap();
        assert!(second.contains("data-question=\"a/b.2\""), "{second}");
    }
}
