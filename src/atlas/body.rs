//! The bytes of an answer, and a reader that needs but a part of them at a time: a page of 500 clusters has 2 MB, and what
//! the wasm's memory once grew to it keeps.

use super::json::{Broken, Parser};

/// Where the bytes of an answer are.
pub trait Body {
    /// The bytes from `at` on: at least `least` of them, or all that there are; and whether nothing follows
    /// what it gives.
    fn window(&mut self, at: usize, least: usize) -> (&[u8], bool);
}

/// Bytes that are all at hand.
impl<T: AsRef<[u8]> + ?Sized> Body for &T {
    fn window(&mut self, at: usize, _least: usize) -> (&[u8], bool) {
        let bytes = (**self).as_ref();
        (bytes.get(at..).unwrap_or_default(), true)
    }
}

impl<B: Body + ?Sized> Body for &mut B {
    fn window(&mut self, at: usize, least: usize) -> (&[u8], bool) {
        (**self).window(at, least)
    }
}

/// A place in a body, from which it is read step by step. Between two steps nothing is borrowed from it.
pub(super) struct Steps<'b> {
    body: &'b mut dyn Body,
    at: usize,
}

impl<'b> Steps<'b> {
    pub(super) fn new(body: &'b mut dyn Body) -> Self {
        Steps { body, at: 0 }
    }

    /// Reads on. Where the window ends before `read` is content it is called again, from the same place with more bytes:
    /// it must do nothing of which doing it twice is another thing, before it has seen what ends the step.
    pub(super) fn step(
        &mut self,
        depth: usize,
        read: &mut dyn FnMut(&mut Parser) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let mut least = 1;
        loop {
            let (bytes, is_rest) = self.body.window(self.at, least);
            let mut parser = Parser::within(bytes, self.at, depth);
            let done = read(&mut parser);
            if done.is_ok() || is_rest || parser.at() < bytes.len() {
                self.at += parser.at();
                return done;
            }
            least = 2 * bytes.len() + 1;
        }
    }

    /// Nothing may follow.
    pub(super) fn end(self) -> Result<(), Broken> {
        let (bytes, _) = self.body.window(self.at, usize::MAX);
        Parser::within(bytes, self.at, 0).end()
    }
}
