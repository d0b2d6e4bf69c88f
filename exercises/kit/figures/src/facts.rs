//! The fact register, `book/facts.toml`: what the chapter claims, and what is true of today's Kafka. Read by the directives
//! `{{#fact …}}` and `{{#facts}}`; `workbook` checks with it that each fact's test is there.

use std::collections::BTreeMap;

use serde::Deserialize;
use verdict::{Language, Text, say};

use crate::svg::{escape, marked};

/// All facts by their number, such as `C01`.
pub type Register = BTreeMap<String, Fact>;

/// One claim of the chapter.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What the chapter says.
    pub claim: Text,
    /// How it stands today.
    pub verdict: Standing,
    /// What is true.
    pub truth: Text,
    /// The version of Apache Kafka that it was seen with.
    pub kafka: String,
    /// The version of librdkafka that it was seen with.
    pub librdkafka: String,
    /// The test that fails when the fact changes, `crate::path::name`.
    pub test: String,
    /// The page that shows it: a step, or a page of the appendix.
    pub step: String,
}

/// How a claim stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It is so.
    Holds,
    /// It was never quite so.
    Corrected,
    /// It was so once.
    Outdated,
    /// It is so in Java's client and otherwise in librdkafka.
    Differs,
}

impl Standing {
    /// Its name, as in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Corrected => "corrected",
            Self::Outdated => "outdated",
            Self::Differs => "differs",
        }
    }

    fn mark_and_word(self) -> (&'static str, Text) {
        match self {
            Self::Holds => ("✔", say!("holds", "그대로 맞음")),
            Self::Corrected => ("✎", say!("corrected", "정정")),
            Self::Outdated => ("⌛", say!("outdated", "지금은 다름")),
            Self::Differs => ("≠", say!("differs in librdkafka", "librdkafka는 다름")),
        }
    }

    fn badge(self, language: Language) -> String {
        let (mark, word) = self.mark_and_word();
        let name = self.name();
        format!(
            "<span class=\"wb-badge wb-{name}\"><span aria-hidden=\"true\">{mark}</span> {}</span>",
            escape(word.get(language))
        )
    }
}

/// Reads the register.
///
/// # Errors
/// The text is not TOML, or an entry lacks something or has something unknown.
pub fn read(text: &str) -> Result<Register, toml::de::Error> {
    toml::from_str(text)
}

/// The badge that stands where a claim is used. `root` leads from the page to the book's root, such as `../`.
pub(crate) fn badge(number: &str, fact: &Fact, language: Language, root: &str) -> String {
    let Fact { claim, truth, verdict, kafka, librdkafka, .. } = fact;
    let says = say!("The chapter says", "원문");
    let seen = say!("Seen with Kafka {kafka}, librdkafka {librdkafka}.", "Kafka {kafka}, librdkafka {librdkafka}에서 확인.");
    format!(
        "<aside class=\"wb-fact wb-{name}\" aria-label=\"{number}\">\n<p><a href=\"{root}appendix/facts.html#{number}\">{number}</a> {badge} \
         <strong>{says}:</strong> {claim}</p>\n<p>{truth} <small>{seen}</small></p>\n</aside>",
        name = verdict.name(),
        badge = verdict.badge(language),
        says = says.get(language),
        claim = marked(claim.get(language)),
        truth = marked(truth.get(language)),
        seen = escape(seen.get(language)),
    )
}

/// The whole register as a table.
pub(crate) fn table(register: &Register, language: Language, root: &str) -> String {
    let heads = match language {
        Language::En => ["No.", "The chapter says", "Today", "What is true", "Seen with", "Shown in"],
        Language::Ko => ["번호", "원문", "현재", "사실", "확인한 버전", "확인하는 곳"],
    };
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let mut html = format!(
        "<div class=\"wb-scroll wb-facts\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>{heads}</tr></thead><tbody>\n",
        say!("Fact register", "사실 목록").get(language)
    );
    for (number, fact) in register {
        let step = escape(&fact.step);
        html.push_str(&format!(
            "<tr id=\"{number}\"><th scope=\"row\">{number}</th><td>{}</td><td>{}</td><td>{}</td><td>Kafka {}<br>librdkafka {}</td>\
             <td><a href=\"{root}{step}.html\">{step}</a><br><code>{}</code></td></tr>\n",
            marked(fact.claim.get(language)),
            fact.verdict.badge(language),
            marked(fact.truth.get(language)),
            escape(&fact.kafka),
            escape(&fact.librdkafka),
            escape(&fact.test),
        ));
    }
    html + "</tbody></table></div>"
}
