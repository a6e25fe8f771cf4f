//! Fixed work on an estate of 1,000 clusters, as many as Callgrind has time for: reading, rules, sort, filter, view.
//!
//! Callgrind counts what happens inside the functions named `counted_…`; what they need is made outside. Without
//! Callgrind each is timed: wall-clock time of this machine, which is no test.

mod work;

use std::time::Instant;

use atlas_restore_dialog::atlas;

use work::{
    CLUSTERS, Estate, Facts, counted_assess, counted_filter, counted_judge, counted_read,
    counted_view,
};

fn main() {
    let mut estate = Estate::new();
    let page = atlas::clusters(&estate.project_id.clone(), 2).path;
    let page = estate.get(&page);
    timed("read 500", || assert_eq!(counted_read(&page), 500));
    let facts = Facts::new(&mut estate);
    timed("judge 10,000", || counted_judge(&facts, 10_000));
    timed("assess 10,000", || counted_assess(&facts, 10_000));
    let (mut dialog, clusters) = estate.opened();
    estate.load(&mut dialog, clusters);
    let all = (0..).map_while(|index| dialog.cluster_row(index)).count();
    assert_eq!(all, CLUSTERS);
    timed("filter 5", || counted_filter(&mut dialog));
    timed("view 10", || counted_view(&dialog));
    if std::env::args().any(|argument| argument == "--long") {
        timed("judge 1,000,000", || counted_judge(&facts, 1_000_000));
        timed("assess 1,000,000", || counted_assess(&facts, 1_000_000));
    }
}

/// The best of five times, under Callgrind the only one.
fn timed(name: &str, mut work: impl FnMut()) {
    let times = if std::env::var_os("COUNTED").is_some() {
        1
    } else {
        5
    };
    let best = (0..times).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    if let Some(best) = best.min() {
        println!("{name:<20}{:>10} us", best.as_micros());
    }
}
