//! The glue of wasm-bindgen without what nobody here calls: ways to load a wasm that are not the loader's, and long
//! descriptions of values that would be read in messages of a panic alone.

use anyhow::{Context, Result, bail};

/// The loader gives a response that is none of an error; the wasm that is there already is given to whoever asks again.
const INIT: &str = "async function __wbg_init(given) {
    if (wasm !== undefined) return wasm;
    const { instance, module } = await __wbg_load(given.module_or_path, __wbg_get_imports());
    return __wbg_finalize_init(instance, module);
}
";

/// Browsers compile what comes in pieces where its type is the right one.
const LOAD: &str = "async function __wbg_load(response, imports) {
    if (response.headers.get('Content-Type') === 'application/wasm') return WebAssembly.instantiateStreaming(response, imports);
    console.warn('The wasm has a wrong MIME type.');
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
";

/// Texts, and what stands in their place.
const TEXTS: [[&str; 2]; 3] = [
    // What nobody frees goes by itself: every browser that knows what the dialog needs has this.
    [
        "(typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry",
        "new FinalizationRegistry",
    ],
    [
        "if (Symbol.dispose) Instance.prototype[Symbol.dispose] = Instance.prototype.free;\n",
        "",
    ],
    ["export { initSync, ", "export { "],
];

/// An error says its name and message, as most values do; what cannot be made a text says its type.
const DEBUG: &str = "function debugString(val) {
    try {
        return String(val);
    } catch {
        return typeof val;
    }
}
";

/// The glue as it is published, before it is minified.
pub fn trim(glue: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    for (first_line, other) in [
        ("function debugString(val) {", DEBUG),
        ("function initSync(module) {", ""),
        ("async function __wbg_init(module_or_path) {", INIT),
        ("async function __wbg_load(module, imports) {", LOAD),
        // Every browser that knows what the dialog needs has it.
        ("if (!('encodeInto' in cachedTextEncoder)) {", ""),
        // All texts are given with it.
        ("    if (realloc === undefined) {", ""),
        // Elements go by themselves, and take what is theirs with them.
        ("    __destroy_into_raw() {", ""),
        ("    free() {", ""),
    ] {
        glue = with_block(&glue, first_line, other)?;
    }
    for [before, after] in TEXTS {
        if !glue.contains(before) {
            bail!(unlike(before));
        }
        glue = glue.replace(before, after);
    }
    Ok(glue)
}

/// The glue with something else in place of what begins with this line, and ends with the first bracket below it that
/// stands as far to the left.
fn with_block(glue: &str, first_line: &str, other: &str) -> Result<String> {
    let (before, rest) = glue
        .split_once(first_line)
        .with_context(|| unlike(first_line))?;
    let indent = first_line.len() - first_line.trim_start().len();
    let end = ["\n", &" ".repeat(indent), "}\n"].concat();
    let (_, after) = rest.split_once(&end).with_context(|| unlike(first_line))?;
    Ok([before, other, after].concat())
}

fn unlike(sought: &str) -> String {
    format!(
        "the glue has no \"{sought}\": wasm-bindgen writes it otherwise now, so that glue.rs is to be looked at"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "const ALL = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.free(ptr, 1));
class Instance {
    __destroy_into_raw() {
        return this.ptr;
    }
    free() {
        wasm.free(this.__destroy_into_raw());
    }
    show() {
    }
}
if (Symbol.dispose) Instance.prototype[Symbol.dispose] = Instance.prototype.free;
function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === undefined) {
        return 0;
    }
    return 1;
}
function debugString(val) {
    if (val == null) {
        return 'long';
    }
}
function getUint8ArrayMemory0() {
}
if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = 0;
}
async function __wbg_load(module, imports) {
    if (typeof Response === 'function') {
    }
}
function initSync(module) {
    if (wasm !== undefined) return wasm;
}

async function __wbg_init(module_or_path) {
    module_or_path = new URL('x_bg.wasm', import.meta.url);
}

export { initSync, __wbg_init as default };
";

    #[test]
    fn what_is_not_called_goes_and_the_rest_stays() {
        let expected = [
            "const ALL = new FinalizationRegistry(ptr => wasm.free(ptr, 1));\n",
            "class Instance {\n    show() {\n    }\n}\n",
            "function passStringToWasm0(arg, malloc, realloc) {\n    return 1;\n}\n",
            DEBUG,
            "function getUint8ArrayMemory0() {\n}\n",
            LOAD,
            "\n",
            INIT,
            "\nexport { __wbg_init as default };\n",
        ];
        assert_eq!(trim(GLUE).unwrap(), expected.concat());
    }

    #[test]
    fn other_glue_is_told() {
        let fault = trim(&GLUE.replace("initSync", "init_sync")).unwrap_err();
        assert!(fault.to_string().contains("function initSync"), "{fault}");
        let cut = GLUE
            .trim_end()
            .trim_end_matches("export { initSync, __wbg_init as default };");
        assert!(trim(cut).is_err());
    }
}
