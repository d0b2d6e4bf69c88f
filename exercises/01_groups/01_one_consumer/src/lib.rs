//! one_consumer
