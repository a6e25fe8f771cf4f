#![no_main]

#[allow(dead_code)]
#[path = "../../tests/fuzzing/holds.rs"]
mod holds;

libfuzzer_sys::fuzz_target!(|data: &[u8]| holds::atlas_json(data));
