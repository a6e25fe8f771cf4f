//! Makes the style sheet small that the widget carries in its wasm.

#[path = "src/widget/style/minify.rs"]
mod minify;

fn main() -> std::io::Result<()> {
    const SHEET: &str = "src/widget/style.css";
    println!("cargo::rerun-if-changed={SHEET}");
    println!("cargo::rerun-if-changed=src/widget/style/minify.rs");
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_WIDGET").is_none() {
        return Ok(());
    }
    let Some(folder) = std::env::var_os("OUT_DIR") else {
        return Err(std::io::Error::other("cargo names no OUT_DIR"));
    };
    let sheet = minify::minify(&std::fs::read_to_string(SHEET)?);
    std::fs::write(std::path::Path::new(&folder).join("style.css"), sheet)
}
