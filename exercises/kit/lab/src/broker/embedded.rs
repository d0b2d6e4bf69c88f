//! librdkafka's mock cluster as a broker: no Docker, no Java, up in a millisecond. It knows classic groups, KIP-848 and commits, but it
//! is not Kafka: a group that has members already rebalances only after about `session.timeout.ms` − 1000, which `tap`'s `mock` makes short.
//! [`super::Broker`] starts it.

use rdkafka::{
    ClientConfig, bindings,
    mocking::MockCluster,
    producer::{BaseProducer, DefaultProducerContext, Producer},
};

/// How long the first member of a group waits for others. Long enough that the members of one answer join together, since the mock is
/// slow to let later ones in.
const FIRST_JOIN_MS: i32 = 150;

/// A mock cluster of one broker. It lives as long as this value.
pub(crate) struct Embedded {
    /// The client that carries the mock cluster inside it.
    carrier: BaseProducer,
}

impl Embedded {
    /// Starts one.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let carrier: BaseProducer = ClientConfig::new().set("test.mock.num.brokers", "1").create()?;
        shorten_first_join(&carrier);
        Ok(Self { carrier })
    }

    fn cluster(&self) -> anyhow::Result<MockCluster<'_, DefaultProducerContext>> {
        self.carrier.client().mock_cluster().ok_or_else(|| anyhow::anyhow!("librdkafka started no mock cluster"))
    }

    pub(crate) fn bootstrap(&self) -> anyhow::Result<String> {
        Ok(self.cluster()?.bootstrap_servers())
    }

    pub(crate) fn create_topic(&self, name: &str, partitions: i32) -> anyhow::Result<()> {
        Ok(self.cluster()?.create_topic(name, partitions, 1)?)
    }
}

/// rdkafka does not offer this setter of the mock cluster, so it is called through librdkafka's C interface.
#[allow(unsafe_code, reason = "the one call into librdkafka that rdkafka does not wrap")]
fn shorten_first_join(carrier: &BaseProducer) {
    // SAFETY: the handle belongs to `carrier`, which outlives both calls; librdkafka's setter takes its own lock.
    unsafe {
        let cluster = bindings::rd_kafka_handle_mock_cluster(carrier.client().native_ptr());
        if !cluster.is_null() {
            bindings::rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, FIRST_JOIN_MS);
        }
    }
}
