//! The bytes that `fuzz/` began with, and those that it found: all of them still hold.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::panic, clippy::indexing_slicing, missing_docs)]

mod holds;

use std::path::Path;

fn replay(target: &str, holds: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let mut count = 0;
    for entry in
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let file = entry.map(|entry| entry.path()).unwrap_or_default();
        let bytes =
            std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // Shown where it fails.
        println!("{}", file.display());
        holds(&bytes);
        // Cut anywhere, as a connection does.
        for length in 0..bytes.len().min(2_000) {
            holds(&bytes[..length]);
        }
        count += 1;
    }
    assert!(count > 0, "no seeds in {}", folder.display());
}

#[test]
fn seeds_of_atlas_json_hold() {
    replay("atlas_json", holds::atlas_json);
}

#[test]
fn seeds_of_problem_hold() {
    replay("problem", holds::problem);
}

#[test]
fn seeds_of_version_hold() {
    replay("version", holds::version);
}

#[test]
fn seeds_of_time_hold() {
    replay("time", holds::time);
}
