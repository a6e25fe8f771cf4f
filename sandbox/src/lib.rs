//! An Atlas in memory.
