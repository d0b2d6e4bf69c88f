//! Apache Kafka in a container, through testcontainers. One container serves every test binary and run on the machine: it is found again
//! by its name, started under a file lock, checked before use, and replaced where it does not answer. [`super::Broker`] asks for it; what
//! Docker's errors mean to a person is said in `trouble`.

use std::{
    fs::File,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use testcontainers::{
    ImageExt, ReuseDirective, TestcontainersError,
    bollard::{Docker, errors::Error, models::PortBinding, query_parameters::RemoveContainerOptionsBuilder},
    runners::AsyncRunner,
};
use testcontainers_modules::kafka::apache::{KAFKA_PORT, Kafka};
use verdict::{Trouble, place::hash_of, say};

use super::{
    metadata,
    settings::{CONTAINER_PREFIX, SETTINGS, USERS, image, lock_file},
    trouble::of_docker,
};
use crate::progress;

/// How long a broker that was found may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// The same of one that was just started: on a busy machine it is still reading its classes when it says that it has started.
const FRESH_ANSWERS_WITHIN: Duration = Duration::from_secs(60);
/// How soon it is asked again where it refuses.
const ASKS_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// How often one that was found is asked before it is given up.
const TRIES: u64 = 3;

/// The container's name: equal for equal image and settings, so that a changed setting is never served by an old container.
pub(crate) fn name() -> String {
    let (image, tag) = image();
    let settings = hash_of(&format!("{image}:{tag} {SETTINGS:?}"));
    format!("{CONTAINER_PREFIX}{tag}-{}", &settings[..8])
}

/// Finds the container, or starts it; its address, checked, and a lock: nobody removes the container while it is held.
pub(crate) async fn start() -> Result<(String, File), TestcontainersError> {
    if let Some(found) = running().await {
        return Ok(found);
    }
    let starting = starting().map_err(TestcontainersError::other)?;
    if starting.try_lock().is_err() {
        progress::waiting_for(&say!("another run that is starting Kafka", "Kafka를 시작하는 중인 다른 실행"));
        starting.lock().map_err(TestcontainersError::other)?;
    }
    let in_use = in_use().map_err(TestcontainersError::other)?;
    if let Some(address) = inspect().await? {
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
    } else {
        progress::tell(&say!(
            "starting Apache Kafka in a container; the first time its image is pulled",
            "컨테이너에서 Apache Kafka를 시작한다. 처음에는 이미지를 내려받는다"
        ));
    }
    // One that was stopped goes, too: started again, it would announce the port that it had before, and go through all that it keeps.
    discard().await?;
    Ok((fresh().await?, in_use))
}

/// The container, where it runs and answers and nobody is just starting it: the way of nearly every run, side by side.
async fn running() -> Option<(String, File)> {
    let starting = starting().ok()?;
    starting.try_lock_shared().ok()?;
    // Not before: who waits for another run to start Kafka is no user of it yet.
    let in_use = in_use().ok()?;
    let address = inspect().await.ok()??;
    answers(&address, ANSWERS_WITHIN).await.then_some((address, in_use))
}

/// The file that is locked by who starts the container.
fn starting() -> std::io::Result<File> {
    lock_file(&format!("{}.lock", name()))
}

/// The lock that users of a container share.
fn in_use() -> std::io::Result<File> {
    let users = lock_file(USERS)?;
    users.lock_shared()?;
    Ok(users)
}

/// Whether nobody else uses a container. `in_use` is locked as before afterwards.
fn alone(in_use: &File) -> std::io::Result<bool> {
    in_use.unlock()?;
    let alone = in_use.try_lock().is_ok();
    in_use.unlock()?;
    in_use.lock_shared()?;
    Ok(alone)
}

async fn fresh() -> Result<String, TestcontainersError> {
    let (image, tag) = image();
    let request = SETTINGS.iter().fold(
        Kafka::default().with_name(image).with_tag(tag).with_container_name(name()).with_startup_timeout(Duration::from_secs(60)),
        |request, (key, value)| request.with_env_var(*key, *value),
    );
    // It outlives the process that starts it.
    let fresh = request.with_reuse(ReuseDirective::Always).start().await?;
    let address =
        inspect().await?.ok_or_else(|| TestcontainersError::other("the Kafka container ended as soon as it had started"))?;
    let what = if !answers(&address, FRESH_ANSWERS_WITHIN).await {
        "its metadata did not come".to_owned()
    } else if let Err(error) = coordinates(&address).await {
        format!("it coordinates no group: {error}")
    } else {
        return Ok(address);
    };
    let log = fresh.stdout_to_vec().await.unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let last: Vec<&str> = log.lines().rev().take(5).collect();
    let seconds = FRESH_ANSWERS_WITHIN.as_secs();
    Err(TestcontainersError::other(format!(
        "Kafka at {address} did not answer within {seconds} s: {what}; its last lines: {}",
        last.into_iter().rev().collect::<Vec<_>>().join(" | ")
    )))
}

/// Whether the broker at `address` tells its metadata in time, and calls itself by that address. A container that was stopped and
/// started again has another port than the one that its broker still announces.
async fn answers(address: &str, within: Duration) -> bool {
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
    metadata(address, within).await.is_ok_and(|brokers| brokers.iter().any(|(_, p)| Some(*p) == port))
}

/// Has the broker coordinate groups. A new broker makes the topic of their offsets when the first group asks, and keeps that one waiting
/// for up to seconds, or refuses it until the topic is loaded; so the lab asks first, until it is answered.
async fn coordinates(address: &str) -> anyhow::Result<()> {
    let address = address.to_owned();
    tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", &address)
            .set("group.id", "workbook-first")
            .set("log_level", "0")
            .create()?;
        let mut any = TopicPartitionList::new();
        any.add_partition("workbook-first", 0);
        let until = Instant::now() + FRESH_ANSWERS_WITHIN;
        loop {
            match consumer.committed_offsets(any.clone(), until.saturating_duration_since(Instant::now())) {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() >= until => return Err(error.into()),
                Err(_) => std::thread::sleep(ASKS_AGAIN_AFTER),
            }
        }
    })
    .await?
}

/// Whether a port is bound for IPv4. Docker binds one for IPv6 as well, which may be another.
fn is_ipv4(bound: &PortBinding) -> bool {
    bound.host_ip.as_deref().is_none_or(|ip| !ip.contains(':'))
}

/// The container as Docker knows it: its address where it is running, none where there is no such container or it was stopped.
///
/// # Errors
/// Docker does not answer.
pub async fn status() -> Result<Option<String>, Box<Trouble>> {
    inspect().await.map_err(|error| Box::new(of_docker(&error)))
}

/// Stops and removes the container; false where there is none.
///
/// # Errors
/// Docker does not answer.
pub async fn remove() -> Result<bool, Box<Trouble>> {
    discard().await.map_err(|error| Box::new(of_docker(&error)))
}

async fn inspect() -> Result<Option<String>, TestcontainersError> {
    match docker()?.inspect_container(&name(), None).await {
        Ok(found) => {
            let ports = found.network_settings.and_then(|network| network.ports);
            let key = format!("{}/tcp", KAFKA_PORT.as_u16());
            let bound =
                ports.and_then(|mut ports| ports.remove(&key).flatten()).and_then(|bound| bound.into_iter().find(is_ipv4));
            Ok(bound.and_then(|bound| bound.host_port).map(|port| format!("127.0.0.1:{port}")))
        }
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
        Err(error) => Err(TestcontainersError::other(error)),
    }
}

async fn discard() -> Result<bool, TestcontainersError> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match docker()?.remove_container(&name(), Some(options)).await {
        Ok(()) => Ok(true),
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(false),
        Err(error) => Err(TestcontainersError::other(error)),
    }
}

fn docker() -> Result<Docker, TestcontainersError> {
    Docker::connect_with_local_defaults().map_err(TestcontainersError::other)
}
