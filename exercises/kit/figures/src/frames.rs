//! The frames behind the rows of a recording's table, field by field, with what each field means. `book/theme/timeline.js` asks for them
//! when somebody steps through a figure: in the book as a file beside the pages, in a session from the server. Which rows there are is
//! [`crate::table`]'s affair; what the fields mean is said in [`crate::fields`](mod@crate::fields).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use trace::{Recording, What};
use verdict::Language;

use crate::{fields, scene::Scene, table};

/// A longer value is cut.
const LONGEST: usize = 160;

/// What there is to say of a recording, as JSON.
#[derive(Serialize)]
struct Frames {
    /// As many as the table has, in the same order; none where a row is no frame.
    rows: Vec<Option<Exchange>>,
    /// Field of an API (`JoinGroup.generation`) → what it means, and the KIP that brought it.
    fields: BTreeMap<String, (&'static str, &'static str)>,
}

/// A request and its answer.
#[derive(Serialize)]
struct Exchange {
    request: Frame,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Frame>,
}

/// One frame.
#[derive(Serialize)]
struct Frame {
    api: String,
    version: i16,
    bytes: u32,
    fields: Vec<(String, String)>,
}

/// The frames of `recording` as JSON, in `language`.
pub fn frames(recording: &Recording, language: Language) -> String {
    let rows: Vec<_> = table::rows_of(&Scene::of(recording), recording).iter().map(|row| exchange(recording, row.at)).collect();
    let mut meanings = BTreeMap::new();
    for exchange in rows.iter().flatten() {
        for frame in [Some(&exchange.request), exchange.response.as_ref()].into_iter().flatten() {
            for (field, _) in &frame.fields {
                if let Some((text, kip)) = fields::meaning(&frame.api, field) {
                    meanings.insert(format!("{}.{field}", frame.api), (text.get(language), kip));
                }
            }
        }
    }
    serde_json::to_string(&Frames { rows, fields: meanings }).unwrap_or_default()
}

/// The request that was sent at that moment, with its answer.
fn exchange(recording: &Recording, at: u64) -> Option<Exchange> {
    let is_request = |event: &trace::Event| event.at == at && matches!(event.what, What::Request { .. });
    let index = recording.events.iter().position(is_request)?;
    let What::Request { request, version, bytes, .. } = &recording.events[index].what else { return None };
    let api = request.api().to_owned();
    let response = recording.answer_to(index).and_then(|answer| match &recording.events[answer].what {
        What::Response { response, version, bytes, .. } => {
            Some(Frame { api: api.clone(), version: *version, bytes: *bytes, fields: fields_of(response) })
        }
        _ => None,
    });
    Some(Exchange { request: Frame { api, version: *version, bytes: *bytes, fields: fields_of(request) }, response })
}

fn fields_of(frame: &impl Serialize) -> Vec<(String, String)> {
    let Ok(Value::Object(fields)) = serde_json::to_value(frame) else { return Vec::new() };
    fields.into_iter().filter(|(name, _)| name != "api").map(|(name, value)| (name, shown(&value))).collect()
}

/// A value as text: `T1-0: 5, T1-1: 7`.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(all) if all.is_empty() => "–".to_owned(),
        Value::Array(all) => all.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(all) if all.is_empty() => "–".to_owned(),
        Value::Object(all) => all.iter().map(|(name, value)| format!("{name}: {}", shown(value))).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} …", &text[..at]),
        None => text,
    }
}
