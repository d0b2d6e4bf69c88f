//! What can be wrong with a machine on which a grader does not build, read from what cargo, the compiler and the build scripts said.
//! [`crate::grade`] asks where a build fails without an error in the answer; what can be wrong with the way to a broker is the lab's to say.

use verdict::{Text, Trouble, say};

/// Lists of words: what was said holds one of each.
type Words = &'static [&'static [&'static str]];

/// What is recognised, in this order, and the trouble that it tells of.
const KNOWN: [(Words, fn() -> Trouble); 7] = [
    (&[&["no space left on device", "disk quota exceeded", "(os error 28)"]], disk_full),
    (&[&["mkl_outdbg: ambiguous redirect", "downloading missing module"]], space_in_path),
    (&[&["linker `", "failed to run custom build command for `rdkafka-sys"]], c_compiler),
    (
        &[&[
            "could not resolve host",
            "couldn't resolve host",
            "you're using offline mode",
            "failed to query replaced source",
            "timeout was reached",
            "failed to download",
            "network failure",
            "spurious network error",
            "couldn't connect to server",
            "attempting to make an http request, but --offline",
        ]],
        offline,
    ),
    (&[&["requires rustc", "is not supported by the following package", "edition2024` is required"]], rust_too_old),
    (
        &[&["failed to parse manifest", "failed to load manifest", "invalid character", "duplicate key"], &["cargo.toml"]],
        manifest,
    ),
    (&[&["permission denied", "read-only file system", "(os error 13)", "(os error 30)"]], not_writable),
];

/// The trouble that explains a build that failed without an error in the answer; none if nobody knows.
pub(crate) fn of_build(said: &str) -> Option<Trouble> {
    let lower = said.to_lowercase();
    let has_one = |words: &&[&str]| words.iter().any(|word| lower.contains(word));
    let (_, trouble) = KNOWN.iter().find(|(lists, _)| lists.iter().all(has_one))?;
    Some(Trouble { detail: telling_lines(said), ..trouble() })
}

fn trouble(id: &str, what: Text, mend: Text, command: Option<&str>) -> Trouble {
    Trouble { id: id.into(), what, mend, command: command.map(str::to_owned), detail: String::new() }
}

fn disk_full() -> Trouble {
    trouble(
        "disk_full",
        say!("The disk is full.", "디스크가 가득 찼다."),
        say!(
            "Free some space; `cargo clean` gives back what was built.",
            "공간을 비운다. `cargo clean`으로 빌드 결과를 지울 수 있다."
        ),
        None,
    )
}

fn space_in_path() -> Trouble {
    trouble(
        "space_in_path",
        say!(
            "librdkafka cannot be built in a folder with a space in its path.",
            "경로에 공백이 있는 폴더에서는 librdkafka를 빌드할 수 없다."
        ),
        say!(
            "Build in another folder, or move the workbook to a path without spaces.",
            "다른 폴더에서 빌드하거나 워크북을 공백 없는 경로로 옮긴다."
        ),
        Some("export CARGO_TARGET_DIR=\"$HOME/.cache/kafka-workbook\""),
    )
}

fn c_compiler() -> Trouble {
    let command = match std::env::consts::OS {
        "macos" => "xcode-select --install",
        _ => "sudo apt-get install build-essential",
    };
    trouble(
        "c_compiler",
        say!(
            "A C compiler or make is missing: the Kafka client is built with them.",
            "C 컴파일러나 make가 없다. 카프카 클라이언트를 빌드하는 데 필요하다."
        ),
        say!(
            "Install both; `cargo workbook doctor` says what is there.",
            "둘 다 설치한다. 무엇이 있는지는 `cargo workbook doctor`가 알려 준다."
        ),
        Some(command),
    )
}

fn offline() -> Trouble {
    trouble(
        "offline",
        say!("Cargo could not download the crates that the grader needs.", "채점기에 필요한 크레이트를 cargo가 내려받지 못했다."),
        say!(
            "Go online once; after that everything works offline.",
            "한 번만 네트워크에 연결한다. 그다음부터는 오프라인에서도 된다."
        ),
        Some("cargo fetch"),
    )
}

fn rust_too_old() -> Trouble {
    trouble(
        "rust_too_old",
        say!("Rust is too old.", "Rust 버전이 너무 낮다."),
        say!("Update it.", "업데이트한다."),
        Some("rustup update stable"),
    )
}

fn manifest() -> Trouble {
    trouble(
        "manifest",
        say!("Cargo cannot read one of the workbook's Cargo.toml files.", "cargo가 워크북의 Cargo.toml을 읽지 못한다."),
        say!(
            "Mend the file that cargo names, or restore it; with git: git checkout -- FILE",
            "cargo가 가리키는 파일을 고치거나 되돌린다. git이 있으면: git checkout -- FILE"
        ),
        None,
    )
}

fn not_writable() -> Trouble {
    trouble(
        "not_writable",
        say!("Cargo may not write its target directory or its home.", "cargo가 target 폴더나 cargo 홈 폴더에 쓸 수 없다."),
        say!(
            "Name folders that may be written: CARGO_TARGET_DIR, CARGO_HOME.",
            "쓸 수 있는 폴더를 지정한다: CARGO_TARGET_DIR, CARGO_HOME."
        ),
        None,
    )
}

/// The lines that say what failed, at most three.
pub(crate) fn telling_lines(said: &str) -> String {
    let tells = |line: &&str| {
        let line = line.trim_start().to_lowercase();
        ["error", "caused by", "no space", "failed"].iter().any(|word| line.contains(word)) && !line.starts_with("warning")
    };
    said.lines().filter(tells).take(3).map(str::trim).collect::<Vec<_>>().join("\n")
}

/// What cargo does now, if the line only says that something moves: `Compiling rdkafka v0.39.0`; empty where it says that something is
/// done.
pub(crate) fn moving(line: &str) -> Option<&str> {
    let line = line.trim();
    let begins = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    if begins(&["Finished ", "Running "]) {
        return Some("");
    }
    let moves = begins(&[
        "Compiling ",
        "Downloading ",
        "Downloaded ",
        "Updating ",
        "Locking ",
        "Adding ",
        "Blocking waiting for file lock",
    ]);
    moves.then(|| line.split(" (").next().unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_troubles_are_recognised() {
        let cases = [
            ("error: failed to run custom build command for `rdkafka-sys v4.9.0`\nCaused by: `make` not found", "c_compiler"),
            ("error: linker `cc` not found\n  |\n  = note: No such file or directory (os error 2)", "c_compiler"),
            ("error: failed to write `target/x`\nCaused by:\n  No space left on device (os error 28)", "disk_full"),
            (
                "make: write error: No space left on device\nerror: failed to run custom build command for `rdkafka-sys`",
                "disk_full",
            ),
            ("error: no matching package named `x` found\nAs a reminder, you're using offline mode (--offline)", "offline"),
            ("error: failed to get `rdkafka`\nCaused by:\n  [6] Could not resolve host: index.crates.io", "offline"),
            (
                "mklove/modules/configure.base: line 1028: $MKL_OUTDBG: ambiguous redirect\nFailed to download zlib:",
                "space_in_path",
            ),
            ("error: rustc 1.80.0 is not supported by the following package:\n  sharing requires rustc 1.90", "rust_too_old"),
            ("error: failed to parse manifest at `/x/Cargo.toml`\nCaused by: ...", "manifest"),
            ("error: failed to open: /x/target/debug/.cargo-lock\nCaused by:\n  Permission denied (os error 13)", "not_writable"),
        ];
        for (said, id) in cases {
            assert_eq!(of_build(said).map(|trouble| trouble.id).as_deref(), Some(id), "{said}");
        }
        assert!(of_build("error: something else").is_none());
    }

    #[test]
    fn cargo_at_work_is_told_from_what_it_reports() {
        assert_eq!(moving("   Compiling rdkafka v0.39.0"), Some("Compiling rdkafka v0.39.0"));
        assert_eq!(
            moving("    Blocking waiting for file lock on build directory"),
            Some("Blocking waiting for file lock on build directory")
        );
        assert_eq!(moving("error: could not compile `x` (lib) due to 1 previous error"), None);
    }
}
