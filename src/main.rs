//! Entry of the wasm: naming the library exports what `widget` declares for JavaScript.
use atlas_restore_dialog as _;

/// Constant time, and 2 kB smaller after brotli than the standard library's.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {}
