//! Apache Kafka in a container, through testcontainers. One container serves every test binary and run on the machine: it is found again
//! by its name, started under a file lock, checked before use, and replaced where it does not answer.

use std::{fs::File, time::Duration};

use rdkafka::{
    ClientConfig, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use testcontainers::{ContainerAsync, ImageExt, ReuseDirective, TestcontainersError, runners::AsyncRunner};
use testcontainers_modules::kafka::apache::{KAFKA_PORT, Kafka};
use verdict::{Trouble, place::hash_of, say};

use super::{
    metadata,
    settings::{CONTAINER_PREFIX, IMAGE_NAME, IMAGE_TAG, SETTINGS, USERS, lock_file},
};
use crate::progress;

/// How long a broker that was found may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// The same of one that was just started: on a busy machine it is still reading its classes when it says that it has started.
const FRESH_ANSWERS_WITHIN: Duration = Duration::from_secs(60);
/// How often one that was found is asked before it is given up.
const TRIES: u64 = 3;

/// The image and tag in use.
pub(crate) fn image() -> (String, String) {
    let or = |name, default: &str| std::env::var(name).ok().filter(|v| !v.is_empty()).unwrap_or_else(|| default.to_owned());
    (or("WORKBOOK_KAFKA_IMAGE", IMAGE_NAME), or("WORKBOOK_KAFKA_TAG", IMAGE_TAG))
}

/// The container's name: equal for equal image and settings, so that a changed setting is never served by an old container.
pub(crate) fn name() -> String {
    let (image, tag) = image();
    let settings = hash_of(&format!("{image}:{tag} {SETTINGS:?}"));
    format!("{CONTAINER_PREFIX}{tag}-{}", &settings[..8])
}

/// Finds the container, or starts it; its address, checked, and a lock: nobody removes the container while it is held.
pub(crate) async fn start() -> Result<(String, File), TestcontainersError> {
    let in_use = lock_file(USERS).map_err(TestcontainersError::other)?;
    in_use.lock_shared().map_err(TestcontainersError::other)?;
    if let Some(address) = running().await {
        return Ok((address, in_use));
    }
    let starting = starting().map_err(TestcontainersError::other)?;
    if starting.try_lock().is_err() {
        progress::waiting_for(&say!("another run that is starting Kafka", "Kafka를 시작하는 중인 다른 실행"));
        starting.lock().map_err(TestcontainersError::other)?;
    }
    if let Ok(Some(_)) = status().await {
        let found = find_or_start().await?;
        let address = address_of(&found).await?;
        for _ in 0..TRIES {
            if answers(&address, ANSWERS_WITHIN).await {
                return Ok((address, in_use));
            }
        }
        // A broker with much to do may take its time; it is not taken from under those who use it.
        if !alone(&in_use).map_err(TestcontainersError::other)? {
            let seconds = ANSWERS_WITHIN.as_secs() * TRIES;
            return Err(TestcontainersError::other(format!(
                "Kafka at {address}, which others use, did not answer within {seconds} s"
            )));
        }
        progress::tell(&say!(
            "the Kafka container does not answer: starting a new one",
            "Kafka 컨테이너가 응답하지 않아 새로 시작한다"
        ));
        found.rm().await?;
    } else {
        progress::tell(&say!(
            "starting Apache Kafka in a container; the first time its image is pulled",
            "컨테이너에서 Apache Kafka를 시작한다. 처음에는 이미지를 내려받는다"
        ));
    }
    Ok((fresh().await?, in_use))
}

/// The address of the container, where it runs and answers and nobody is just starting it: the way of nearly every run, side by side.
async fn running() -> Option<String> {
    let starting = starting().ok()?;
    starting.try_lock_shared().ok()?;
    let address = status().await.ok()??;
    answers(&address, ANSWERS_WITHIN).await.then_some(address)
}

/// The file that is locked by who starts the container.
fn starting() -> std::io::Result<File> {
    lock_file(&format!("{}.lock", name()))
}

/// Whether nobody else uses a container. `in_use` is locked as before afterwards.
fn alone(in_use: &File) -> std::io::Result<bool> {
    let alone = in_use.try_lock().is_ok();
    in_use.lock_shared()?;
    Ok(alone)
}

async fn fresh() -> Result<String, TestcontainersError> {
    let fresh = find_or_start().await?;
    let address = address_of(&fresh).await?;
    if answers(&address, FRESH_ANSWERS_WITHIN).await && coordinates(&address).await {
        return Ok(address);
    }
    let log = fresh.stdout_to_vec().await.unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let last: Vec<&str> = log.lines().rev().take(5).collect();
    let seconds = FRESH_ANSWERS_WITHIN.as_secs();
    Err(TestcontainersError::other(format!(
        "Kafka did not answer at {address} within {seconds} s; its last lines: {}",
        last.into_iter().rev().collect::<Vec<_>>().join(" | ")
    )))
}

async fn find_or_start() -> Result<ContainerAsync<Kafka>, TestcontainersError> {
    let (image, tag) = image();
    let request = SETTINGS.iter().fold(
        Kafka::default().with_name(image).with_tag(tag).with_container_name(name()).with_startup_timeout(Duration::from_secs(60)),
        |request, (key, value)| request.with_env_var(*key, *value),
    );
    request.with_reuse(ReuseDirective::Always).start().await
}

async fn address_of(container: &ContainerAsync<Kafka>) -> Result<String, TestcontainersError> {
    let host = container.get_host().await?.to_string().replace("localhost", "127.0.0.1");
    Ok(format!("{host}:{}", container.get_host_port_ipv4(KAFKA_PORT).await?))
}

/// Whether the broker at `address` tells its metadata in time, and calls itself by that address. A container that was stopped and
/// started again has another port than the one that its broker still announces.
async fn answers(address: &str, within: Duration) -> bool {
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
    metadata(address, within).await.is_ok_and(|brokers| brokers.iter().any(|(_, p)| Some(*p) == port))
}

/// Whether the broker coordinates groups. A new broker makes the topic of their offsets when the first group asks, and keeps that one
/// waiting for up to seconds; so the lab asks first.
async fn coordinates(address: &str) -> bool {
    let address = address.to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &address)
            .set("group.id", "workbook-first")
            .set("log_level", "0")
            .create()?;
        let mut any = TopicPartitionList::new();
        any.add_partition("workbook-first", 0);
        consumer.committed_offsets(any, FRESH_ANSWERS_WITHIN)
    });
    matches!(asked.await, Ok(Ok(_)))
}

/// Whether a port is bound for IPv4. Docker binds one for IPv6 as well, which may be another.
fn is_ipv4(bound: &testcontainers::bollard::models::PortBinding) -> bool {
    bound.host_ip.as_deref().is_none_or(|ip| !ip.contains(':'))
}

/// The container as Docker knows it: its address where it is running, none where there is no such container.
///
/// # Errors
/// Docker does not answer.
pub async fn status() -> Result<Option<String>, Box<Trouble>> {
    let docker = testcontainers::bollard::Docker::connect_with_local_defaults().map_err(|e| failed(e.into()))?;
    match docker.inspect_container(&name(), None).await {
        Ok(found) => {
            let ports = found.network_settings.and_then(|network| network.ports);
            let key = format!("{}/tcp", KAFKA_PORT.as_u16());
            let bound =
                ports.and_then(|mut ports| ports.remove(&key).flatten()).and_then(|bound| bound.into_iter().find(is_ipv4));
            Ok(bound.and_then(|bound| bound.host_port).map(|port| format!("127.0.0.1:{port}")))
        }
        Err(testcontainers::bollard::errors::Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
        Err(error) => Err(failed(error.into())),
    }
}

/// Stops and removes the container; false where there is none.
///
/// # Errors
/// Docker does not answer.
pub async fn remove() -> Result<bool, Box<Trouble>> {
    let docker = testcontainers::bollard::Docker::connect_with_local_defaults().map_err(|e| failed(e.into()))?;
    let options = testcontainers::bollard::query_parameters::RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match docker.remove_container(&name(), Some(options)).await {
        Ok(()) => Ok(true),
        Err(testcontainers::bollard::errors::Error::DockerResponseServerError { status_code: 404, .. }) => Ok(false),
        Err(error) => Err(failed(error.into())),
    }
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> Box<Trouble> {
    Box::new(super::trouble::of_docker(&TestcontainersError::Other(error)))
}
