//! The browser's sandbox: naming the library exports the class `Sandbox` that its module `web` declares.
use atlas_sandbox as _;

fn main() {}
