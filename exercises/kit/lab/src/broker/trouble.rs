//! What can be wrong with the machine's way to a broker, each with its mend, in both languages. Used by [`super::Broker`] and `container`; what
//! can be wrong with a build is in `workbook`'s `trouble.rs`.

use std::error::Error;

use testcontainers::TestcontainersError;
use verdict::{Trouble, say};

use super::settings::image;

/// Reads what Docker, or the way to it, said.
pub(super) fn of_docker(error: &TestcontainersError) -> Trouble {
    let detail = chain(error);
    let says = |words: &[&str]| words.iter().any(|word| detail.to_lowercase().contains(word));
    let (image, tag) = image();
    if says(&["permission denied", "eacces"]) {
        Trouble {
            id: "docker_permission".into(),
            what: say!("Docker is running, but this user may not use it", "Docker는 실행 중이지만 이 사용자에게 권한이 없다"),
            mend: say!(
                "add yourself to the group `docker`, then log in again; or work without Docker: WORKBOOK_BROKER=embedded",
                "사용자를 `docker` 그룹에 넣고 다시 로그인한다. Docker 없이 하려면 WORKBOOK_BROKER=embedded"
            ),
            command: Some("sudo usermod -aG docker \"$USER\"".into()),
            detail,
        }
    } else if says(&["pull", "manifest", "no such image", "registry"]) {
        Trouble {
            id: "image_missing".into(),
            what: say!(
                "the image {image}:{tag} is not here and cannot be pulled",
                "이미지 {image}:{tag}가 없고 내려받을 수도 없다"
            ),
            mend: say!(
                "build it from Maven Central, load it from a file with `docker load`, or use WORKBOOK_BROKER=embedded",
                "Maven Central에서 직접 만들거나 `docker load`로 파일에서 불러온다. 아니면 WORKBOOK_BROKER=embedded"
            ),
            command: Some(".ci/kafka-image".into()),
            detail,
        }
    } else if says(&["no space left"]) {
        Trouble {
            id: "disk_full".into(),
            what: say!("the disk is full", "디스크가 가득 찼다"),
            mend: say!("free some space, for example the unused images", "공간을 비운다. 예를 들어 쓰지 않는 이미지를 지운다"),
            command: Some("docker image prune".into()),
            detail,
        }
    } else if says(&["port is already allocated", "address already in use"]) {
        Trouble {
            id: "port_taken".into(),
            what: say!("the port that Docker chose is taken", "Docker가 고른 포트를 다른 프로그램이 쓰고 있다"),
            mend: say!("try again: the next run takes another port", "다시 실행하면 다른 포트를 쓴다"),
            command: None,
            detail,
        }
    } else if says(&["did not answer", "startup timeout", "not ready", "as soon as it had started"]) {
        Trouble {
            id: "kafka_not_ready".into(),
            what: say!(
                "the Kafka container started, but Kafka in it does not answer",
                "카프카 컨테이너는 시작됐지만 그 안의 카프카가 응답하지 않는다"
            ),
            mend: say!("stop it and try again; it needs about 1 GiB of memory", "멈추고 다시 시도한다. 메모리가 1GiB쯤 필요하다"),
            command: Some("cargo workbook broker down".into()),
            detail,
        }
    } else {
        Trouble {
            id: "docker_stopped".into(),
            what: say!("Docker does not answer", "Docker가 응답하지 않는다"),
            mend: say!(
                "start Docker (Docker Desktop, or `sudo systemctl start docker`), or use WORKBOOK_BROKER=embedded",
                "Docker를 시작한다(Docker Desktop 또는 `sudo systemctl start docker`). 아니면 WORKBOOK_BROKER=embedded"
            ),
            command: Some("docker info".into()),
            detail,
        }
    }
}

pub(super) fn unknown_choice(choice: &str) -> Trouble {
    Trouble {
        id: "unknown_broker".into(),
        what: say!("WORKBOOK_BROKER={choice} is not a choice", "WORKBOOK_BROKER={choice}: 쓸 수 없는 값이다"),
        mend: say!("use auto, container, embedded or HOST:PORT", "auto, container, embedded, HOST:PORT 가운데 하나를 쓴다"),
        command: None,
        detail: String::new(),
    }
}

pub(super) fn no_answer(address: &str, error: &anyhow::Error) -> Trouble {
    Trouble {
        id: "no_broker_there".into(),
        what: say!("no Kafka answers at {address}", "{address}에서 응답하는 카프카가 없다"),
        mend: say!("start it, or correct WORKBOOK_BROKER", "카프카를 시작하거나 WORKBOOK_BROKER를 고친다"),
        command: Some("docker compose up --wait".into()),
        detail: format!("{error:#}"),
    }
}

pub(super) fn no_embedded(error: &anyhow::Error) -> Trouble {
    Trouble {
        id: "no_embedded".into(),
        what: say!("librdkafka's mock cluster does not start", "librdkafka의 모의 클러스터가 시작되지 않는다"),
        mend: say!(
            "see what the system says below; free memory or ports on 127.0.0.1",
            "아래 시스템 메시지를 보고 메모리나 127.0.0.1의 포트를 확보한다"
        ),
        command: None,
        detail: format!("{error:#}"),
    }
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_says_is_told_with_its_mend() {
        let said = [
            "failed to initialize a docker client: Socket not found: /var/run/docker.sock",
            "error in the hyper legacy client: client error (Connect): Permission denied (os error 13)",
            "failed to pull the image 'apache/kafka:4.3.1', error: lookup: no such host",
            "failed to create a container: write /var/lib/docker: no space left on device",
            "failed to start a container: Bind for 0.0.0.0:32768 failed: port is already allocated",
            "Kafka at 127.0.0.1:32768 did not answer within 60 s: its metadata did not come; its last lines: OutOfMemoryError",
            "the Kafka container ended as soon as it had started",
        ];
        let told: Vec<Trouble> = said.iter().map(|said| of_docker(&TestcontainersError::other(said.to_owned()))).collect();
        insta::assert_json_snapshot!(told);
    }

    #[test]
    fn other_troubles_are_told_with_their_mend() {
        let cause = || anyhow::anyhow!("Broker transport failure");
        insta::assert_json_snapshot!([unknown_choice("docker"), no_answer("localhost:9092", &cause()), no_embedded(&cause())]);
    }
}
