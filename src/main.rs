//! Entry of the wasm: naming the library exports what `widget` declares for JavaScript.
use atlas_restore_dialog as _;

fn main() {}
