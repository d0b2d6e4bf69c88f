//! subscription (being written)
