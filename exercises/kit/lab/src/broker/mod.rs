//! A broker to run against, as `WORKBOOK_BROKER` asks: `auto` (default), `container`, `embedded`, or the address `HOST:PORT` of any cluster.
//! Used by [`crate::lab`] and by the `lab` program; what cannot be had is a [`Trouble`] with its mend, never a wrong answer.

mod container;
mod embedded;
pub mod settings;
mod trouble;

use std::{fmt, fs::File, time::Duration};

use rdkafka::{
    ClientConfig,
    producer::{BaseProducer, Producer},
};
use verdict::{Text, Trouble, say};

use self::embedded::Embedded;
use crate::progress;

pub use self::container::{remove as remove_container, status as container_status};

/// What `WORKBOOK_BROKER` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A container where there is Docker, else the embedded broker.
    Auto,
    /// Apache Kafka in a container; a step that is skipped counts as failed.
    Container,
    /// librdkafka's mock cluster.
    Embedded,
    /// A cluster that somebody else runs.
    Address(String),
}

impl Wanted {
    /// What this process' environment asks for.
    ///
    /// # Errors
    /// `WORKBOOK_BROKER` holds something else.
    pub fn from_environment() -> Result<Self, Box<Trouble>> {
        let text = std::env::var("WORKBOOK_BROKER").unwrap_or_default();
        match text.as_str() {
            "" | "auto" => Ok(Self::Auto),
            "container" => Ok(Self::Container),
            "embedded" => Ok(Self::Embedded),
            address if address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) => {
                Ok(Self::Address(address.to_owned()))
            }
            other => Err(Box::new(trouble::unknown_choice(other))),
        }
    }
}

/// A broker that answers.
pub struct Broker {
    kind: Kind,
    address: String,
}

enum Kind {
    /// With the lock that keeps others from removing the container.
    Container {
        _in_use: File,
    },
    Embedded(Embedded),
    Address,
}

impl fmt::Display for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Container { .. } => write!(f, "Apache Kafka {} in a container", settings::image().1),
            Kind::Embedded(_) => f.write_str("the embedded broker (librdkafka's mock cluster)"),
            Kind::Address => write!(f, "the Kafka at {}", self.address),
        }
    }
}

impl Broker {
    /// Finds or starts the broker that is wanted.
    ///
    /// # Errors
    /// It cannot be had: with `Auto` only where not even the embedded one starts.
    pub async fn start(wanted: &Wanted) -> Result<Self, Box<Trouble>> {
        match wanted {
            Wanted::Embedded => Self::embedded(),
            Wanted::Address(address) => Self::at(address).await,
            Wanted::Container => Self::container().await,
            Wanted::Auto => match Self::container().await {
                Ok(broker) => Ok(broker),
                Err(trouble) => {
                    let Text { en, ko } = &trouble.what;
                    progress::tell(&say!(
                        "broker: embedded, since there is no container ({en})",
                        "브로커: 컨테이너가 없어 내장 브로커를 쓴다 ({ko})"
                    ));
                    Self::embedded()
                }
            },
        }
    }

    async fn container() -> Result<Self, Box<Trouble>> {
        match container::start().await {
            Ok((address, in_use)) => Ok(Self { kind: Kind::Container { _in_use: in_use }, address }),
            Err(error) => Err(Box::new(trouble::of_docker(&error))),
        }
    }

    fn embedded() -> Result<Self, Box<Trouble>> {
        let start = || {
            let embedded = Embedded::start()?;
            let address = embedded.bootstrap()?;
            anyhow::Ok(Self { kind: Kind::Embedded(embedded), address })
        };
        start().map_err(|error| Box::new(trouble::no_embedded(&error)))
    }

    async fn at(address: &str) -> Result<Self, Box<Trouble>> {
        match metadata(address, Duration::from_secs(5)).await {
            Ok(_) => Ok(Self { kind: Kind::Address, address: address.to_owned() }),
            Err(error) => Err(Box::new(trouble::no_answer(address, &error))),
        }
    }

    /// `host:port`, several separated by commas.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether this is librdkafka's mock cluster.
    pub fn is_embedded(&self) -> bool {
        matches!(self.kind, Kind::Embedded(_))
    }

    /// The mock cluster's own way to a topic, which has no CreateTopics; none for a real broker.
    pub(crate) fn create_embedded_topic(&self, name: &str, partitions: i32) -> Option<anyhow::Result<()>> {
        match &self.kind {
            Kind::Embedded(embedded) => Some(embedded.create_topic(name, partitions)),
            _ => None,
        }
    }
}

/// The brokers' own addresses, as the one at `address` tells them within `deadline`.
async fn metadata(address: &str, deadline: Duration) -> anyhow::Result<Vec<(String, u16)>> {
    let address = address.to_owned();
    tokio::task::spawn_blocking(move || {
        let client: BaseProducer = ClientConfig::new().set("bootstrap.servers", &address).set("log_level", "0").create()?;
        let metadata = client.client().fetch_metadata(None, deadline)?;
        Ok(metadata.brokers().iter().map(|b| (b.host().to_owned(), u16::try_from(b.port()).unwrap_or_default())).collect())
    })
    .await?
}
