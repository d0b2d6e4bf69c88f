//! A toy workbook in a folder of its own: two steps whose graders know no Kafka, so that a check takes a second. The answer is a number:
//! 42 is right, and some others make the grader misbehave (see `grade.rs` beside this file).

#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses its own part, and a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

const GRADER: &str = include_str!("grade.rs");

/// A toy workbook. Its folder goes away with it.
pub(crate) struct Toy {
    _folder: TempDir,
    pub(crate) root: PathBuf,
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Toy {
    pub(crate) fn new() -> Self {
        Self::in_folder("toy")
    }

    /// A toy in a folder of that name.
    pub(crate) fn in_folder(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join(name);
        let toy = Self { _folder: folder, root };
        toy.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"exercises/[0-9]*/*\", \"solutions/[0-9]*/*\"]\n");
        toy.step("01_first/01_one", "one");
        toy.step("01_first/02_two", "two");
        toy.write(
            "book/src/SUMMARY.md",
            "# Summary\n\n# First steps\n\n- [One](01_first/01_one.md)\n- [Two](01_first/02_two.md)\n",
        );
        toy.write("book/po/ko/01_first.po", KOREAN);
        toy
    }

    pub(crate) fn step(&self, id: &str, name: &str) {
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[package.metadata.workbook]\nminutes = 5\n");
        self.write(&format!("exercises/{id}/Cargo.toml"), &manifest);
        self.answer(id, "0");
        self.write(&format!("exercises/{id}/tests/grade.rs"), &GRADER.replace("STEP", id).replace("NAME", name));
        let solution =
            format!("[package]\nname = \"{name}_solution\"\nedition = \"2024\"\n\n[lib]\nname = \"{name}\"\ndoc = false\n");
        self.write(&format!("solutions/{id}/Cargo.toml"), &solution);
        self.write(&format!("solutions/{id}/src/lib.rs"), "//! The solution.\npub fn answer() -> i32 {\n    42\n}\n");
        let hints = ["Which number?", "It is in a book.", "It is 42."].iter().zip(1..);
        let hints: String =
            hints.map(|(hint, n)| format!("<details><summary>Hint {n}</summary>\n\n{hint}\n\n</details>\n\n")).collect();
        self.write(
            &format!("book/src/{id}.md"),
            &format!("# Step {name}\n\nText.\n\n## Hints\n\n{hints}\n## Common mistakes\n\nNone.\n"),
        );
    }

    /// Saves an answer.
    pub(crate) fn answer(&self, id: &str, number: &str) {
        self.save(id, &format!("//! The answer.\npub fn answer() -> i32 {{\n    {number}\n}}\n"));
    }

    /// Saves an answer's file as it is given.
    pub(crate) fn save(&self, id: &str, text: &str) {
        self.write(&format!("exercises/{id}/src/lib.rs"), text);
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    /// The command, in the toy's folder and in English, with nothing of the environment that the tests run in.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
        command.args(arguments).current_dir(&self.root).stdin(Stdio::null());
        for name in ["CARGO_TARGET_DIR", "CARGO", "WORKBOOK_BROKER", "LC_ALL", "LC_MESSAGES", "LANG", "RUST_TEST_THREADS"] {
            command.env_remove(name);
        }
        command.env("WORKBOOK_LANG", "en").env("XDG_DATA_HOME", self.root.join("../data"));
        command
    }

    /// Runs the command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.said(&mut self.command(arguments))
    }

    /// Runs a command to its end; this machine's folder is written as `ROOT` in what it said.
    pub(crate) fn said(&self, command: &mut Command) -> Said {
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(self.root.to_str().unwrap(), "ROOT");
        Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Starts the command and lets it run; what it says goes to files.
    pub(crate) fn start(&self, name: &str, arguments: &[&str]) -> Running {
        let file = |end: &str| self.root.join(format!("{name}.{end}"));
        let mut command = self.command(arguments);
        command.stdout(fs::File::create(file("out")).unwrap()).stderr(fs::File::create(file("err")).unwrap());
        Running { child: command.spawn().unwrap(), out: file("out"), err: file("err") }
    }

    /// The process that a hanging grader wrote down.
    pub(crate) fn hanging(&self, id: &str) -> u32 {
        let file = format!("target/workbook/{id}/pid");
        until(|| self.read(&file).parse::<u32>().is_ok());
        self.read(&file).parse().unwrap()
    }
}

/// A command that runs.
pub(crate) struct Running {
    pub(crate) child: Child,
    out: PathBuf,
    err: PathBuf,
}

impl Running {
    /// Waits until it has said that, on either output.
    #[track_caller]
    pub(crate) fn until_said(&self, text: &str) {
        let said = || self.said().contains(text);
        assert!(holds_soon(said), "it never said `{text}`, but:\n{}", self.said());
    }

    pub(crate) fn said(&self) -> String {
        let read = |file: &Path| fs::read_to_string(file).unwrap_or_default();
        read(&self.out) + &read(&self.err)
    }

    /// Sends a signal, by name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end; its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        until(|| self.child.try_wait().unwrap().is_some());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            // SIGINT first, so that it can end what it started.
            let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
            if !holds_soon(|| self.child.try_wait().is_ok_and(|ended| ended.is_some())) {
                let _ = self.child.kill();
            }
        }
    }
}

/// Whether a process runs (a dead one that nobody has fetched does not).
pub(crate) fn runs(process: u32) -> bool {
    let asked = Command::new("ps").args(["-o", "stat=", "-p", &process.to_string()]).output().unwrap();
    let state = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

/// Waits until something holds.
#[track_caller]
pub(crate) fn until(holds: impl FnMut() -> bool) {
    assert!(holds_soon(holds), "it never came to that");
}

fn holds_soon(mut holds: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

const KOREAN: &str = r#"msgid ""
msgstr ""
"Project-Id-Version: \n"
"POT-Creation-Date: \n"
"PO-Revision-Date: \n"
"Language-Team: \n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Language: ko\n"
"Plural-Forms: nplurals=1; plural=0;\n"

#: src/SUMMARY.md
msgid "First steps"
msgstr "첫걸음"

#: src/01_first/01_one.md:1
msgid "Step one"
msgstr "첫 단계"

#: src/01_first/01_one.md:9
msgid "Which number?"
msgstr "어떤 수인가?"
"#;
