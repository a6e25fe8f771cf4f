//! The work of `benches/instructions` for an engine that runs wasm: it has no clock here, so that who calls it looks at
//! one. Nothing is imported.

#[path = "../../instructions/src/work.rs"]
#[allow(dead_code)]
mod work;

use std::cell::RefCell;

use work::{Estate, Facts, counted_assess, counted_judge};

thread_local! {
    static FACTS: RefCell<Option<Facts>> = const { RefCell::new(None) };
}

/// Reads what is judged; how many clusters there are.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> u32 {
    let facts = Facts::new(&mut Estate::new());
    let count = facts.clusters.len();
    FACTS.set(Some(facts));
    count as u32
}

fn with_facts(work: impl FnOnce(&Facts)) {
    FACTS.with_borrow(|facts| work(facts.as_ref().expect("`prepare` comes first")));
}

/// Verdicts on so many clusters.
#[unsafe(no_mangle)]
pub extern "C" fn judge(count: u32) {
    with_facts(|facts| counted_judge(facts, count as usize));
}

/// All findings about so many clusters.
#[unsafe(no_mangle)]
pub extern "C" fn assess(count: u32) {
    with_facts(|facts| counted_assess(facts, count as usize));
}
