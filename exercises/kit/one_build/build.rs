//! Without a build script, cargo leaves build dependencies out.

fn main() {}
