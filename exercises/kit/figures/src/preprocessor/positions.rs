//! `{{#positions ID MOMENT …}}`: reads the words of the directive. What is drawn is [`mod@crate::positions`]' business.

use trace::{Partition, positions::Stores};
use verdict::{Text, say};

use crate::positions::{Shown, Unknown};

/// Reads moments, and what else may stand among them: a partition (`T1-1`), `group=G2`, and `stores=handed` or `stores=processed` where the
/// recording does not tell what is stored.
pub(super) fn shown(words: &[&str]) -> Result<Shown, Text> {
    let mut shown = Shown::default();
    for word in words {
        match word.split_once('=') {
            Some(("group", group)) => shown.group = Some(group.to_owned()),
            Some(("stores", "handed")) => shown.stores = Some(Stores::HandedOver),
            Some(("stores", "processed")) => shown.stores = Some(Stores::Processed),
            Some(_) => return Err(unknown(word)),
            None => match word.parse() {
                Ok(moment) => shown.moments.push(moment),
                Err(Unknown(_)) => shown.partition = Some(word.parse::<Partition>().map_err(|_| unknown(word))?),
            },
        }
    }
    match shown.moments.is_empty() {
        true => Err(unknown("")),
        false => Ok(shown),
    }
}

fn unknown(word: &str) -> Text {
    say!(
        "`{word}` is no moment: write asked, fetched, handed:2, processed:2, stored:3, committed, committed:3, killed, started, stopped, left or end; a partition such as T1-0; group=G1; stores=handed or stores=processed.",
        "`{word}`은(는) 순간이 아니다: asked, fetched, handed:2, processed:2, stored:3, committed, committed:3, killed, started, stopped, left, end를 쓴다. T1-0 같은 파티션, group=G1, stores=handed나 stores=processed도 쓸 수 있다."
    )
}
