//! The broker's image and settings: the one place. `docker-compose.yml` says the same (a test compares them), `.ci/kafka-image` reads
//! the tag from here.

/// The image, overridable with `WORKBOOK_KAFKA_IMAGE` (offline classrooms).
pub const IMAGE_NAME: &str = "apache/kafka";
/// Its tag, overridable with `WORKBOOK_KAFKA_TAG`.
pub const IMAGE_TAG: &str = "4.3.1";

/// What makes lessons quick, as the image's environment variables. None of it changes what a consumer says, only how soon.
pub const SETTINGS: &[(&str, &str)] = &[
    // The first member of a group does not wait 3 s for others.
    ("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
    // A crash may be noticed after 1 s instead of 6 s at the least.
    ("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000"),
    // The same for groups of the new protocol (KIP-848).
    ("KAFKA_GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS", "1000"),
    ("KAFKA_GROUP_CONSUMER_SESSION_TIMEOUT_MS", "2000"),
    ("KAFKA_GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS", "100"),
    ("KAFKA_GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS", "300"),
    // Fewer partitions to load before the first commit.
    ("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "3"),
    ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
    ("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "3"),
    ("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
    ("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
    // A misspelt topic is an error, not a new topic.
    ("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"),
];
