//! two_groups
