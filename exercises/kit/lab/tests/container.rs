//! The container that all runs share, as a restart of the machine or of Docker leaves it: stopped. It has a tag of its own here, so that
//! it is none of those that others use. Needs Docker, so it runs where `WORKBOOK_BROKER=container` demands a container.

use std::process::{Command, Output};

use lab::broker::settings::image;

/// A tag of the lab's image, and with it a container, for this test alone; both go with this value.
struct Own {
    image: String,
    tag: String,
}

impl Own {
    fn new() -> Self {
        let (image, shared) = image();
        let own = Self { tag: format!("{shared}-stopped-{}", std::process::id()), image };
        done(&mut lab(&shared, "up")); // where the image is not here yet, this brings it
        done(Command::new("docker").args(["tag", &format!("{}:{shared}", own.image), &own.name()]));
        own
    }

    /// The image with its tag.
    fn name(&self) -> String {
        format!("{}:{}", self.image, self.tag)
    }

    fn container(&self) -> String {
        let filter = format!("name=^kafka-workbook-{}-", self.tag);
        said(&done(Command::new("docker").args(["ps", "--all", "--quiet", "--no-trunc", "--filter", &filter])))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = lab(&self.tag, "down").status();
        let _ = Command::new("docker").args(["image", "rm", &self.name()]).output();
    }
}

fn lab(tag: &str, what: &str) -> Command {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.args(["broker", what]).env("WORKBOOK_KAFKA_TAG", tag);
    lab
}

fn done(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_stopped_container_is_replaced_for_all_who_wait() {
    if std::env::var("WORKBOOK_BROKER").as_deref() != Ok("container") {
        eprintln!("not run: it needs Docker (WORKBOOK_BROKER=container)");
        return;
    }
    let own = Own::new();
    done(&mut lab(&own.tag, "up"));
    let first = own.container();
    done(Command::new("docker").args(["stop", "--time", "0", &first]));
    assert_eq!(said(&done(&mut lab(&own.tag, "status"))), "not running");

    // Several at once, as the graders of one `cargo test` are.
    let addresses = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| said(&done(&mut lab(&own.tag, "up"))))).collect();
        runs.into_iter().map(|run| run.join().expect("one of those who waited got no broker")).collect::<Vec<_>>()
    });
    assert!(addresses.iter().all(|address| *address == addresses[0]), "{addresses:?}");
    assert_ne!(own.container(), first);
}
