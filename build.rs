//! Makes the style sheet small that the widget carries in its wasm, and the wasm's stack.

#[path = "src/widget/style/minify.rs"]
mod minify;
#[path = "src/widget/style/widths.rs"]
mod widths;

/// In bytes.
const STACK: u32 = 128 << 10;

fn main() -> std::io::Result<()> {
    const SHEET: &str = "src/widget/style.css";
    println!("cargo::rerun-if-changed={SHEET}");
    println!("cargo::rerun-if-changed=src/widget/style/minify.rs");
    println!("cargo::rerun-if-changed=src/widget/style/widths.rs");
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_WIDGET").is_none() {
        return Ok(());
    }
    if std::env::var_os("CARGO_CFG_TARGET_FAMILY").is_some_and(|family| family == "wasm") {
        // Memory that the page pays for from the first opening on. rustc's 1 MB is 30 times what a restore of one cluster
        // among 10,000 takes.
        println!("cargo::rustc-link-arg-bins=-zstack-size={STACK}");
    }
    let Some(folder) = std::env::var_os("OUT_DIR") else {
        return Err(std::io::Error::other("cargo names no OUT_DIR"));
    };
    let sheet = widths::write_out(&minify::minify(&std::fs::read_to_string(SHEET)?));
    std::fs::write(std::path::Path::new(&folder).join("style.css"), sheet)
}
