//! A sentence in the workbook's two languages. Both are written side by side with [`crate::say!`], so a missing translation does
//! not compile.

use serde::{Deserialize, Serialize};

/// A language of the workbook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, the source.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Language {
    /// The language that the environment asks for: `WORKBOOK_LANG`, else `LC_ALL`, `LC_MESSAGES`, `LANG`; `ko…` is Korean,
    /// everything else English. `get` is [`std::env::var`] outside tests.
    pub fn of_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let asked =
            ["WORKBOOK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| get(name).filter(|v| !v.is_empty()));
        if asked.is_some_and(|value| value.starts_with("ko")) { Self::Ko } else { Self::En }
    }

    /// The language that this process' environment asks for.
    pub fn current() -> Self {
        Self::of_environment(|name| std::env::var(name).ok())
    }

    /// `en` or `ko`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }
}

/// The same sentence in English and in Korean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Text {
    /// The sentence in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }
}

/// A [`Text`] from two format strings, which may name variables in scope: `say!("{n} members", "멤버 {n}개")`.
#[macro_export]
macro_rules! say {
    ($en:literal, $ko:literal $(,)?) => {
        $crate::Text { en: format!($en), ko: format!($ko) }
    };
}
