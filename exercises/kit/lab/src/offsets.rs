//! Where a group stands and where a log begins, set by the grader before the answer starts. Like [`crate::topic`] it speaks to the broker
//! itself, past the tap. [`crate::Lab`] calls it; nothing is judged here.

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaResult,
};

use crate::{broker::Broker, topic};

/// Commits offsets for a group that has no members: real topic name, partition, next offset to read.
pub(crate) async fn commit(broker: &Broker, group: &str, offsets: Vec<(String, i32, i64)>) -> anyhow::Result<()> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", broker.address()).set("group.id", group);
    let list = list(offsets)?;
    tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer = config.create()?;
        consumer.commit(&list, CommitMode::Sync)
    })
    .await??;
    Ok(())
}

/// Deletes the records of one partition that come before offset `before`, as retention does. The embedded broker cannot.
pub(crate) async fn delete_before(broker: &Broker, topic: &str, partition: i32, before: i64) -> anyhow::Result<()> {
    let list = list(vec![(topic.to_owned(), partition, before)])?;
    let deleted = topic::admin(broker)?.delete_records(&list, &topic::options()).await?;
    for element in deleted.elements() {
        element.error()?;
    }
    Ok(())
}

fn list(offsets: Vec<(String, i32, i64)>) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::new();
    for (topic, partition, offset) in offsets {
        list.add_partition_offset(&topic, partition, Offset::Offset(offset))?;
    }
    Ok(list)
}
