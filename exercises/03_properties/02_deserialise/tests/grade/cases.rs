//! The ten records of `02_deserialise`, and what is in them.

use lab::trace::{Note, Recording, What};

/// One record.
pub(super) struct Case {
    pub(super) key: Option<&'static [u8]>,
    pub(super) value: Option<&'static [u8]>,
    /// Country and amount; none where the record is broken.
    pub(super) coupon: Option<(Option<&'static str>, Option<i32>)>,
}

pub(super) const CASES: [Case; 10] = [
    Case { key: Some(b"KR"), value: Some(&5000_i32.to_be_bytes()), coupon: Some((Some("KR"), Some(5000))) },
    Case { key: Some(b"JP"), value: None, coupon: Some((Some("JP"), None)) },
    Case { key: None, value: Some(&700_i32.to_be_bytes()), coupon: Some((None, Some(700))) },
    Case {
        key: Some("대한민국".as_bytes()),
        value: Some(&(-300_i32).to_be_bytes()),
        coupon: Some((Some("대한민국"), Some(-300))),
    },
    Case { key: Some(&[b'K', 0xFF]), value: Some(&100_i32.to_be_bytes()), coupon: None },
    Case { key: Some(b"US"), value: Some(b"12"), coupon: None },
    Case { key: Some(b""), value: Some(&1_i32.to_be_bytes()), coupon: Some((Some(""), Some(1))) },
    Case { key: Some(b"DE"), value: Some(b""), coupon: None },
    Case { key: Some(b"FR"), value: Some(&5000_i64.to_be_bytes()), coupon: None },
    Case { key: Some(b"kr "), value: Some(&256_i32.to_be_bytes()), coupon: Some((Some("kr "), Some(256))) },
];

impl Case {
    /// The record's bytes in words, as in `key=4B FF value=none`.
    pub(super) fn bytes(&self) -> String {
        let hex = |bytes: &[u8]| match bytes {
            [] => "empty".to_owned(),
            some => some.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" "),
        };
        let of = |bytes: Option<&[u8]>| bytes.map_or("none".to_owned(), hex);
        format!("key={} value={}", of(self.key), of(self.value))
    }

    /// What `process` has to be called with, in words.
    pub(super) fn expected(&self) -> String {
        shown(self.coupon)
    }
}

/// What was decoded, in words; none is an error.
pub(super) fn shown<C: std::fmt::Debug>(coupon: Option<C>) -> String {
    coupon.map_or("Err(…)".to_owned(), |coupon| format!("Ok({coupon:?})"))
}

/// The mark for one call of `process`.
pub(super) fn told<C: std::fmt::Debug>(offset: i64, coupon: Option<C>) -> String {
    format!("offset {offset}: {}", shown(coupon))
}

/// The calls of `process`, in order: the mark's index, the offset and what was decoded.
pub(super) fn calls(seen: &Recording) -> impl Iterator<Item = (usize, usize, String)> {
    seen.events.iter().enumerate().filter_map(|(index, event)| match &event.what {
        What::Note { note: Note::Mark { text }, .. } => {
            let (offset, shown) = text.strip_prefix("offset ")?.split_once(": ")?;
            Some((index, offset.parse().ok()?, shown.to_owned()))
        }
        _ => None,
    })
}
