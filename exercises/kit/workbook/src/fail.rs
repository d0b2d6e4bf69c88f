//! An error as a person reads it: what is wrong in one sentence, what the system said, and the mend. Every command ends with one or with
//! an exit code.

use std::{error::Error, fmt, io};

use owo_colors::OwoColorize;
use verdict::{Text, Trouble, say};

use crate::{book::WrongPages, cli::Look, out};

/// The answer is not right, or does not compile.
pub(crate) const ANSWER: u8 = 1;
/// The command was not understood.
pub(crate) const USAGE: u8 = 2;
/// The machine is not ready.
pub(crate) const SETUP: u8 = 3;
/// A bug of the workbook.
pub(crate) const BUG: u8 = 4;

/// What one function of this tool gives back.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    trouble: Box<Trouble>,
}

impl Failure {
    /// The command was not understood: what is wrong, and what to type instead.
    pub(crate) fn usage(what: Text, mend: Text) -> Self {
        Self::new(USAGE, "usage", what, mend)
    }

    /// The machine, or the project's folder, is not ready.
    pub(crate) fn setup(id: &str, what: Text, mend: Text) -> Self {
        Self::new(SETUP, id, what, mend)
    }

    /// The project is not as it has to be (for authors): exit code 1, as with an answer.
    pub(crate) fn not_right(what: Text, mend: Text) -> Self {
        Self::new(ANSWER, "not_right", what, mend)
    }

    fn new(code: u8, id: &str, what: Text, mend: Text) -> Self {
        let trouble = Trouble { id: id.into(), what, mend, command: None, detail: String::new() };
        Self { code, trouble: Box::new(trouble) }
    }

    /// With what the system said.
    #[must_use]
    pub(crate) fn saying(mut self, detail: impl Into<String>) -> Self {
        self.trouble.detail = detail.into();
        self
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.code
    }

    /// What is wrong, in one sentence.
    pub(crate) fn what(&self) -> &Text {
        &self.trouble.what
    }

    /// Prints it: as JSON on standard output where that was asked for, else for a person on standard error.
    pub(crate) fn show(&self, look: &Look) {
        if look.json {
            // Where that cannot be printed either, the exit code still says it.
            let _ = out::print(&format!("{}\n", serde_json::json!({ "error": self.trouble, "exit_code": self.code })));
        } else {
            anstream::eprint!("{}", self.in_words(look));
        }
    }

    fn in_words(&self, look: &Look) -> String {
        let Trouble { what, mend, command, detail, .. } = &*self.trouble;
        let name = look.say(say!("error", "오류"));
        let name = name.red();
        let mut text = format!("{name}: {}\n", look.say(what.clone()));
        for line in detail.trim().lines() {
            text.push_str(&format!("  │ {line}\n"));
        }
        let mend = look.say(mend.clone());
        for line in mend.lines().chain(command.as_deref()) {
            text.push_str(&format!("  {line}\n"));
        }
        text
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.trouble.what.en)
    }
}

impl Error for Failure {}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self { code: SETUP, trouble: Box::new(trouble) }
    }
}

/// The disk and its permissions are the machine's, a page is its author's; everything else that nobody foresaw is ours.
impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        if let Some(trouble) = error.chain().find_map(|cause| disk(cause.downcast_ref::<io::Error>()?)) {
            return Self::from(trouble).saying(format!("{error:#}"));
        }
        if let Some(wrong) = error.downcast_ref::<WrongPages>() {
            let what = say!("The book cannot be built.", "책을 만들 수 없다.");
            return Self::not_right(what, say!("Mend these pages.", "이 페이지를 고친다.")).saying(wrong.to_string());
        }
        let what = say!("The workbook itself failed.", "워크북 자체에서 문제가 생겼다.");
        Self::new(BUG, "bug", what, say!("Please report it with this text.", "이 메시지를 붙여 알려 주기 바란다."))
            .saying(format!("{error:#}"))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

fn disk(error: &io::Error) -> Option<Trouble> {
    let (id, what, mend) = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
            "disk_full",
            say!("The disk is full.", "디스크가 가득 찼다."),
            say!("Free some space, then try again.", "공간을 비우고 다시 시도한다."),
        ),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            "not_writable",
            say!("A file or folder may not be written.", "파일이나 폴더에 쓸 수 없다."),
            say!(
                "Give yourself the right to write there, or copy the workbook elsewhere.",
                "쓰기 권한을 주거나 워크북을 다른 곳으로 복사한다."
            ),
        ),
        _ => return None,
    };
    Some(Trouble { id: id.into(), what, mend, command: None, detail: String::new() })
}
