//! A body of which never more is at hand than was asked for.

use std::fmt::Debug;

use atlas_restore_dialog::atlas::{self, Body};

/// Bytes that are handed out so many at a time.
pub struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Body for Pieces<'_> {
    fn window(&mut self, at: usize, least: usize) -> (&[u8], bool) {
        let end = at
            .saturating_add(self.size.max(least))
            .min(self.bytes.len());
        (&self.bytes[at..end], end == self.bytes.len())
    }
}

/// Lists are read alike, errors and their places too, whether their bytes are all at hand or come in pieces.
pub fn alike(bytes: &[u8], size: usize) {
    let pieces = || Pieces { bytes, size };
    let same = |whole: &dyn Debug, in_pieces: &dyn Debug| {
        assert_eq!(
            format!("{whole:?}"),
            format!("{in_pieces:?}"),
            "in pieces of {size}: {}",
            String::from_utf8_lossy(bytes)
        );
    };
    same(
        &atlas::read_projects(bytes),
        &atlas::read_projects(pieces()),
    );
    same(
        &atlas::read_clusters(bytes),
        &atlas::read_clusters(pieces()),
    );
    same(
        &atlas::read_snapshots(bytes),
        &atlas::read_snapshots(pieces()),
    );
    same(&atlas::read_jobs(bytes), &atlas::read_jobs(pieces()));
}
