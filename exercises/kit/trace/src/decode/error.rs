//! Kafka's error codes and their names, as the protocol guide spells them. Recordings hold the names; `tap` turns one into its code where
//! a fault answers with it.

use kafka_protocol::error::ResponseError;

use crate::response::ErrorName;

/// The name of an error code: `REBALANCE_IN_PROGRESS` for 27, `ERROR_999` for one that is not known; none for 0.
pub fn error_name(code: i16) -> Option<ErrorName> {
    ResponseError::try_from_code(code).map(|error| match error {
        ResponseError::Unknown(code) => format!("ERROR_{code}"),
        known => screaming(&known.to_string()),
    })
}

/// The code of the error of that name; none where there is no such error.
pub fn error_code(name: &str) -> Option<i16> {
    let known = |code: &i16| !matches!(ResponseError::try_from_code(*code), None | Some(ResponseError::Unknown(_)));
    (-1..=i16::from(u8::MAX)).filter(known).find(|code| error_name(*code).as_deref() == Some(name))
}

/// `RebalanceInProgress` → `REBALANCE_IN_PROGRESS`
fn screaming(camel: &str) -> String {
    let mut name = String::with_capacity(camel.len() + 8);
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_protocols() {
        for (code, name) in
            [(-1, "UNKNOWN_SERVER_ERROR"), (27, "REBALANCE_IN_PROGRESS"), (79, "MEMBER_ID_REQUIRED"), (999, "ERROR_999")]
        {
            assert_eq!(error_name(code).as_deref(), Some(name));
        }
        assert_eq!(error_name(0), None);
    }

    #[test]
    fn every_known_name_leads_back_to_its_code() {
        for code in (-1..=133).filter(|code| *code != 0) {
            assert_eq!(error_code(&error_name(code).unwrap()), Some(code));
        }
        assert_eq!(error_code("REBALANCING"), None);
        assert_eq!(error_code("ERROR_200"), None);
    }
}
