//! idle_consumer
