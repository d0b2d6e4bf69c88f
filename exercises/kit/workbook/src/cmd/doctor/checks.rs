//! The things that `doctor` looks at, in the order in which a missing one hurts.

use std::{
    env::consts::OS,
    net::TcpListener,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::process::Command;
use verdict::{Text, say};

use super::{Check, State};
use crate::{cargo, catalogue::Workbook, settings};

/// What a first build of everything takes.
const NEEDED_GIB: u64 = 4;
/// A program that says nothing for so long is not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks at everything.
pub(super) async fn all() -> Vec<Check> {
    let workbook = std::env::current_dir().map_err(Into::into).and_then(|folder| Workbook::around(&folder));
    let target = workbook.as_ref().map_or_else(|_| PathBuf::from("."), |workbook| workbook.target.clone());
    let folder = match &workbook {
        Ok(workbook) => {
            ok("folder", say!("workbook", "워크북"), same(format!("{} ({})", workbook.root.display(), workbook.steps.len())))
        }
        Err(failure) => missing(
            "folder",
            say!("workbook", "워크북"),
            failure.what().clone(),
            say!(
                "Change to the workbook's folder, or mend what cargo names.",
                "워크북 폴더로 이동하거나 cargo가 가리키는 것을 고친다."
            ),
        ),
    };
    vec![
        folder,
        rust().await,
        c_compiler().await,
        make().await,
        writable(&target),
        space(&target),
        docker().await,
        image().await,
        git().await,
        port(),
    ]
}

async fn rust() -> Check {
    let name = say!("Rust", "Rust");
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let update = say!(
        "Install or update it from https://rustup.rs: rustup update stable",
        "https://rustup.rs에서 설치하거나 업데이트한다: rustup update stable"
    );
    match said(Command::new(cargo::program()).arg("--version")).await {
        Some(version) if number_in(&version) >= number_in(needed) => ok("rust", name, same(version)),
        Some(version) => missing("rust", name, say!("{version}, needed: {needed}", "{version}, 필요한 버전: {needed}"), update),
        None => missing("rust", name, not_found(), update),
    }
}

/// The first two numbers in a version, `cargo 1.95.0 (…)` → (1, 95).
fn number_in(text: &str) -> Option<(u32, u32)> {
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

fn build_tools() -> Text {
    match OS {
        "macos" => say!("Install the build tools: xcode-select --install", "빌드 도구를 설치한다: xcode-select --install"),
        "windows" => say!(
            "Install the Visual Studio Build Tools and CMake, or work in WSL.",
            "Visual Studio Build Tools와 CMake를 설치하거나 WSL에서 작업한다."
        ),
        _ => say!(
            "Install the build tools.\nDebian, Ubuntu: sudo apt-get install build-essential\nFedora: sudo dnf install gcc gcc-c++ make\nArch: sudo pacman -S base-devel",
            "빌드 도구를 설치한다.\nDebian, Ubuntu: sudo apt-get install build-essential\nFedora: sudo dnf install gcc gcc-c++ make\nArch: sudo pacman -S base-devel"
        ),
    }
}

async fn c_compiler() -> Check {
    let name = say!("C compiler", "C 컴파일러");
    let asked = std::env::var("CC").ok();
    for compiler in asked.as_deref().into_iter().chain(["cc", "gcc", "clang"]) {
        if let Some(version) = said(Command::new(compiler).arg("--version")).await {
            return ok("c_compiler", name, same(version));
        }
    }
    missing("c_compiler", name, not_found(), build_tools())
}

async fn make() -> Check {
    let name = say!("make", "make");
    for make in ["make", "gmake"] {
        if let Some(version) = said(Command::new(make).arg("--version")).await {
            return ok("make", name, same(version));
        }
    }
    missing("make", name, not_found(), build_tools())
}

fn writable(target: &Path) -> Check {
    let name = say!("target folder", "target 폴더");
    let shown = target.display();
    match std::fs::create_dir_all(target).and_then(|()| tempfile::tempfile_in(target)) {
        Ok(_) => ok("target", name, same(shown.to_string())),
        Err(error) => missing(
            "target",
            name,
            same(format!("{shown}: {error}")),
            say!("Name a folder that may be written: CARGO_TARGET_DIR=…", "쓸 수 있는 폴더를 지정한다: CARGO_TARGET_DIR=…"),
        ),
    }
}

fn space(target: &Path) -> Check {
    let name = say!("disk space", "디스크 공간");
    let Ok(bytes) = fs4::available_space(target) else {
        return optional("space", name, say!("not known", "알 수 없음"), None);
    };
    let gib = bytes >> 30;
    let found = say!("{gib} GiB free", "{gib}GiB 남음");
    let built = target.join("debug/deps").exists();
    match () {
        () if gib >= NEEDED_GIB || (built && gib >= 1) => ok("space", name, found),
        () => missing(
            "space",
            name,
            found,
            say!(
                "A first build takes {NEEDED_GIB} GiB: free some space.",
                "처음 빌드에 {NEEDED_GIB}GiB가 필요하다. 공간을 비운다."
            ),
        ),
    }
}

async fn docker() -> Check {
    let name = say!("Docker", "Docker");
    let output = output(Command::new("docker").args(["version", "--format", "{{.Server.Version}}"])).await;
    let Some(output) = output else {
        let without = say!(
            "Without it the embedded broker is used; steps that need a real one are skipped.\nInstall it: https://docs.docker.com/get-docker",
            "없으면 내장 브로커를 쓰고, 실제 브로커가 필요한 단계는 건너뛴다.\n설치: https://docs.docker.com/get-docker"
        );
        return optional("docker", name, not_found(), Some(without));
    };
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    match () {
        () if output.status.success() => ok("docker", name, same(String::from_utf8_lossy(&output.stdout).trim().to_owned())),
        () if said.contains("permission denied") => optional(
            "docker",
            name,
            say!("runs, but you may not use it", "실행 중이지만 사용할 권한이 없다"),
            Some(say!(
                "Join its group, then log in again: sudo usermod -aG docker \"$USER\"",
                "그룹에 들어간 뒤 다시 로그인한다: sudo usermod -aG docker \"$USER\""
            )),
        ),
        () => optional(
            "docker",
            name,
            say!("installed, but not running", "설치되어 있지만 실행 중이 아니다"),
            Some(say!(
                "Start Docker Desktop, or: sudo systemctl start docker",
                "Docker Desktop을 켜거나: sudo systemctl start docker"
            )),
        ),
    }
}

async fn image() -> Check {
    let (image, tag) = settings::image();
    let image = format!("{image}:{tag}");
    let name = say!("Kafka image", "카프카 이미지");
    if said(Command::new("docker").args(["image", "inspect", "--format", "{{.Id}}", &image])).await.is_some() {
        return ok("image", name, same(image));
    }
    let mend = say!(
        "It is pulled when first needed. Ahead of a class: docker pull {image}",
        "처음 필요할 때 내려받는다. 수업 전에 미리: docker pull {image}"
    );
    optional("image", name, say!("{image} is not here yet", "{image}가 아직 없다"), Some(mend))
}

async fn git() -> Check {
    let name = say!("git", "git");
    match said(Command::new("git").arg("--version")).await {
        Some(version) => ok("git", name, same(version)),
        None => optional(
            "git",
            name,
            not_found(),
            Some(say!("Without it a changed grader is not noticed.", "없으면 채점기가 바뀌어도 알아차리지 못한다.")),
        ),
    }
}

fn port() -> Check {
    let name = say!("port 7848", "포트 7848");
    match TcpListener::bind(("127.0.0.1", 7848)) {
        Ok(_) => ok("port", name, say!("free", "비어 있음")),
        Err(_) => optional("port", name, say!("taken: the book takes another one", "사용 중: 책은 다른 포트를 쓴다"), None),
    }
}

/// The first line that a program prints; none where it is not there or fails.
async fn said(command: &mut Command) -> Option<String> {
    let output = output(command).await?;
    let first = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().trim().to_owned();
    output.status.success().then_some(first)
}

async fn output(command: &mut Command) -> Option<std::process::Output> {
    let run = command.kill_on_drop(true).stdin(std::process::Stdio::null()).output();
    tokio::time::timeout(PATIENCE, run).await.ok()?.ok()
}

fn ok(id: &'static str, name: Text, found: Text) -> Check {
    Check { id, name, state: State::Ok, found, mend: None }
}

fn optional(id: &'static str, name: Text, found: Text, mend: Option<Text>) -> Check {
    Check { id, name, state: State::Optional, found, mend }
}

fn missing(id: &'static str, name: Text, found: Text, mend: Text) -> Check {
    Check { id, name, state: State::Missing, found, mend: Some(mend) }
}

fn not_found() -> Text {
    say!("not found", "없음")
}

fn same(text: String) -> Text {
    Text { en: text.clone(), ko: text }
}

#[cfg(test)]
mod tests {
    use super::number_in;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(number_in("cargo 1.95.0 (f2d3ce0bd 2026-03-21)"), Some((1, 95)));
        assert!(number_in("cargo 1.100.0") > number_in("1.90"));
        assert_eq!(number_in("no version"), None);
    }
}
