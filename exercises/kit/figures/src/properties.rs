//! The properties of a consumer as one table: names and sentences from `book/properties/properties.toml`, defaults and ranges as the
//! clients themselves gave them (`librdkafka.snap`, `java.json` beside it). Read by the directive `{{#properties}}`.

use std::{collections::BTreeMap, fs, path::Path};

use serde::Deserialize;
use verdict::{Language, Text, say};

use crate::{
    snapshot,
    svg::{code, escape, marked},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    property: Vec<Property>,
}

/// One property, under the name that it has in the chapter or in Java.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Property {
    name: String,
    java: Option<String>,
    librdkafka: Option<String>,
    /// Whether the chapter speaks of it.
    #[serde(default)]
    chapter: bool,
    what: Text,
    /// The request and field that carry its value.
    carried: Option<String>,
    /// The step that exercises it.
    step: Option<String>,
}

/// What one client said of itself.
#[derive(Deserialize)]
struct Client {
    version: String,
    properties: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Value {
    default: Option<String>,
    range: Option<String>,
}

/// The whole table. `root` leads from the page to the book's root.
///
/// # Errors
/// A file is missing or broken, or a client does not know a property by the name that it is said to have.
pub(crate) fn table(project: &Path, language: Language, root: &str) -> Result<String, Text> {
    let read = |file: &str| {
        let file = format!("book/properties/{file}");
        fs::read_to_string(project.join(&file))
            .map_err(|error| say!("{file} cannot be read: {error}.", "{file}을 읽을 수 없다: {error}."))
    };
    let text = read("properties.toml")?;
    let Named { property: properties } = toml::from_str(&text).map_err(|error| {
        let error = error.to_string().replace('\n', " ");
        say!("book/properties/properties.toml: {error}", "book/properties/properties.toml: {error}")
    })?;
    let client = |file: &str| {
        let wrong = |error: serde_json::Error| say!("book/properties/{file}: {error}", "book/properties/{file}: {error}");
        snapshot::read::<Client>(&read(file)?).map_err(wrong)
    };
    let (librdkafka, java) = (client("librdkafka.snap")?, client("java.json")?);

    let heads = match language {
        Language::En => ["Property", "Default in Java", "librdkafka", "Default in librdkafka", "Range", "Carried by", "Step"],
        Language::Ko => ["속성", "Java 기본값", "librdkafka 이름", "librdkafka 기본값", "범위", "실어 나르는 필드", "단계"],
    };
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let label = say!("Properties of a consumer", "컨슈머 속성");
    let mut html = format!(
        "<div class=\"wb-scroll wb-properties\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>{heads}</tr></thead><tbody>\n",
        label.get(language)
    );
    for property in &properties {
        html.push_str(&row(property, &java, &librdkafka, language, root)?);
    }
    let (of_java, of_librdkafka) = (&java.version, &librdkafka.version);
    let seen = say!(
        "Defaults and ranges as kafka-clients {of_java} and librdkafka {of_librdkafka} gave them. A star marks the chapter's properties.",
        "기본값과 범위는 kafka-clients {of_java}과 librdkafka {of_librdkafka}에서 읽었다. 별표는 원문에 나오는 속성이다."
    );
    Ok(format!("{html}</tbody></table></div>\n<p><small>{}</small></p>", seen.get(language)))
}

fn row(property: &Property, java: &Client, librdkafka: &Client, language: Language, root: &str) -> Result<String, Text> {
    let Property { name, what, carried, step, .. } = property;
    let of_java = known(java, property.java.as_deref())?;
    let of_librdkafka = known(librdkafka, property.librdkafka.as_deref())?;
    let default = |value: Option<&Value>| match value.map(|value| value.default.as_deref()) {
        Some(Some("")) | Some(None) | None => "–".to_owned(),
        Some(Some(text)) => breakable(&shortened(text)),
    };
    let range = of_librdkafka.or(of_java).and_then(|value| value.range.as_deref()).filter(|range| !range.is_empty());
    let own_name = match property.librdkafka.as_deref() {
        Some(same) if same == name => say!("the same", "같음").get(language).to_owned(),
        Some(other) => breakable(other),
        None => say!("none", "없음").get(language).to_owned(),
    };
    let star = if property.chapter { " ★" } else { "" };
    let number = |id: &str| id.split('/').map(|part| part[..2].trim_start_matches('0').to_owned()).collect::<Vec<_>>().join(".");
    let step = step.as_deref().map(|id| format!("<a href=\"{root}{}.html\">{}</a>", escape(id), number(id)));
    Ok(format!(
        "<tr id=\"{id}\"><th scope=\"row\">{}{star}<p>{}</p></th><td>{}</td><td>{own_name}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        breakable(name),
        marked(what.get(language)),
        default(of_java),
        default(of_librdkafka),
        range.map_or("–".into(), breakable),
        carried.as_deref().map_or("–".into(), breakable),
        step.as_deref().unwrap_or("–"),
        id = escape(name),
    ))
}

/// What `client` says of the property that it calls `name`.
fn known<'a>(client: &'a Client, name: Option<&str>) -> Result<Option<&'a Value>, Text> {
    let Some(name) = name else { return Ok(None) };
    let version = &client.version;
    client.properties.get(name).map(Some).ok_or_else(|| {
        say!(
            "book/properties/properties.toml: the client {version} knows no property `{name}`.",
            "book/properties/properties.toml: 클라이언트 {version}에 없는 속성이다: `{name}`."
        )
    })
}

/// A name as code, which a narrow column may break after a dot or an underscore.
fn breakable(text: &str) -> String {
    code(text).replace('.', ".<wbr>").replace('_', "_<wbr>")
}

/// Class names without their package.
fn shortened(value: &str) -> String {
    let short = |part: &str| part.trim_start_matches("class ").rsplit('.').next().unwrap_or_default().to_owned();
    match value.contains("class ") {
        true => value.split(',').map(short).collect::<Vec<_>>().join(", "),
        false => value.replace(',', ", "),
    }
}
