//! The broker's image and settings: the one place. `docker-compose.yml` and the book's page on the broker say the same (tests compare
//! them), `.ci/kafka-image` reads the tag from here.

use std::fs::File;

/// The image, overridable with `WORKBOOK_KAFKA_IMAGE` (offline classrooms).
pub const IMAGE_NAME: &str = "apache/kafka";
/// Its tag, overridable with `WORKBOOK_KAFKA_TAG`.
pub const IMAGE_TAG: &str = "4.3.1";

/// The image and tag in use.
pub fn image() -> (String, String) {
    let or = |name, default: &str| std::env::var(name).ok().filter(|v| !v.is_empty()).unwrap_or_else(|| default.to_owned());
    (or("WORKBOOK_KAFKA_IMAGE", IMAGE_NAME), or("WORKBOOK_KAFKA_TAG", IMAGE_TAG))
}

/// How the names of the lab's containers begin.
pub const CONTAINER_PREFIX: &str = "kafka-workbook-";

/// The file, in the system's folder for temporary files, that whoever uses a container holds a shared lock of: graders and sessions of
/// every copy of the workbook on this machine. Who gets it alone may remove the container.
pub const USERS: &str = "kafka-workbook-users.lock";

/// Opens a file to be locked, in the system's folder for temporary files: for reading where it is there, since on a machine that many
/// share it may be somebody else's.
///
/// # Errors
/// It cannot be opened, nor made.
pub fn lock_file(name: &str) -> std::io::Result<File> {
    let path = std::env::temp_dir().join(name);
    File::open(&path).or_else(|_| File::options().create(true).truncate(false).write(true).open(&path))
}

/// What makes lessons quick, as the image's environment variables. None of it changes what a consumer says, only how soon.
pub const SETTINGS: &[(&str, &str)] = &[
    // Topics are made on purpose: a misspelt name is an error, not a new topic.
    ("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"),
    // One broker: one copy of everything, and few partitions, so that the first group does not wait for fifty.
    ("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "3"),
    ("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
    ("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "3"),
    ("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
    ("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
    ("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_NUM_PARTITIONS", "3"),
    ("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1"),
    ("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1"),
    // Classic groups: the first member does not wait 3 s for others; a session may be as short as 1 s instead of 6 s.
    ("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
    ("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000"),
    // Groups of the new protocol (KIP-848), where the broker chooses: a crash is noticed after 1.5 s instead of 45 s, members hear of
    // a new assignment within 0.2 s instead of 5 s, and nobody waits between two assignments.
    ("KAFKA_GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS", "1000"),
    ("KAFKA_GROUP_CONSUMER_SESSION_TIMEOUT_MS", "1500"),
    ("KAFKA_GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS", "100"),
    ("KAFKA_GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS", "200"),
    ("KAFKA_GROUP_CONSUMER_ASSIGNMENT_INTERVAL_MS", "0"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const COMPOSE: &str = include_str!("../../../../../docker-compose.yml");

    #[test]
    fn docker_compose_has_the_same_settings() {
        let block =
            COMPOSE.lines().skip_while(|line| !line.starts_with("x-lab:")).skip(1).take_while(|line| line.starts_with("  "));
        let composed: Vec<(&str, &str)> = block
            .filter_map(|line| line.trim().split_once(": "))
            .filter(|(key, _)| key.starts_with("KAFKA_"))
            .map(|(key, value)| (key, value.trim_matches('"')))
            .collect();
        assert_eq!(composed, SETTINGS);
    }

    #[test]
    fn the_book_lists_the_same_settings() {
        let rows = include_str!("../../../../../book/src/appendix/broker.md").lines().filter(|line| line.starts_with("| `"));
        let listed: std::collections::BTreeMap<String, &str> = rows
            .map(|row| {
                let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
                (format!("KAFKA_{}", cells[1].replace('.', "_").to_uppercase()), cells[3])
            })
            .collect();
        assert_eq!(listed, SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect());
    }

    #[test]
    fn docker_compose_has_the_same_image() {
        let image = format!("${{WORKBOOK_KAFKA_IMAGE:-{IMAGE_NAME}}}:${{WORKBOOK_KAFKA_TAG:-{IMAGE_TAG}}}");
        assert!(COMPOSE.contains(&image), "docker-compose.yml does not use {image}");
    }
}
