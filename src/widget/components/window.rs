//! Which rows of a long list are drawn, and how tall the rest is.

/// So many rows are drawn beyond what can be seen, on either side.
const BEYOND: usize = 4;
/// So many rows are drawn before anything is known of their heights: as many as fit into the tallest list.
const FIRST: usize = 9;
/// Shorter lists are drawn whole.
const SHORT: usize = 60;
/// A guess at a row's height before any was seen, in CSS pixels.
const GUESS: f64 = 64.0;

/// Heights of all rows, measured or guessed, and the range that is drawn.
#[derive(Debug)]
pub struct Rows {
    heights: Vec<f32>,
    start: usize,
    end: usize,
    seen: f64,
    sum: f64,
}

impl Default for Rows {
    fn default() -> Self {
        Rows {
            heights: Vec::new(),
            start: 0,
            end: 0,
            seen: 0.0,
            sum: 0.0,
        }
    }
}

impl Rows {
    /// Another list: nothing is known of its rows, and it is at its top.
    pub fn reset(&mut self, count: usize) {
        self.heights.clear();
        self.start = 0;
        self.end = 0;
        self.resize(count);
    }

    /// The same list with more or fewer rows.
    pub fn resize(&mut self, count: usize) {
        self.heights.resize(count, self.guess());
        let drawn = if count <= SHORT {
            count
        } else {
            (self.end - self.start).max(FIRST)
        };
        if count <= SHORT {
            self.start = 0;
        }
        self.start = self.start.min(count.saturating_sub(drawn));
        self.end = (self.start + drawn).min(count);
    }

    fn guess(&self) -> f32 {
        (if self.seen > 0.0 {
            self.sum / self.seen
        } else {
            GUESS
        }) as f32
    }

    /// The rows that are drawn.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.start..self.end
    }

    /// The height of what is not drawn, before and after.
    pub fn around(&self) -> (f64, f64) {
        (
            total(self.heights.get(..self.start)),
            total(self.heights.get(self.end..)),
        )
    }

    /// Takes in how the list is scrolled. Says whether other rows must be drawn.
    pub fn scrolled(&mut self, top: f64, height: f64) -> bool {
        let count = self.heights.len();
        if count <= SHORT {
            return false;
        }
        let mut at = 0.0;
        let mut first = count.saturating_sub(1);
        let mut last = count;
        for (index, row) in self.heights.iter().enumerate() {
            at += f64::from(*row);
            if at > top && first > index {
                first = index;
            }
            if at >= top + height {
                last = index + 1;
                break;
            }
        }
        let margin = BEYOND / 2;
        let enough = (self.start == 0 || first >= self.start + margin)
            && (self.end == count || last + margin <= self.end)
            && first >= self.start
            && last <= self.end;
        if enough {
            return false;
        }
        let range = (first.saturating_sub(BEYOND), (last + BEYOND).min(count));
        let other = range != (self.start, self.end);
        (self.start, self.end) = range;
        other
    }

    /// Makes sure that this row is drawn.
    pub fn include(&mut self, index: usize) {
        let count = self.heights.len();
        if count > SHORT && !self.range().contains(&index) {
            self.start = index.saturating_sub(BEYOND);
            self.end = (index + 2 * BEYOND).min(count);
        }
    }

    /// Takes in the measured heights of the drawn rows, in order. Says by how much the rows above `top` grew.
    pub fn measured(&mut self, top: f64, heights: &[f64]) -> f64 {
        let mut at = self.around().0;
        let mut shift = 0.0;
        let drawn = self.heights.iter_mut().skip(self.start);
        for (known, height) in drawn.zip(heights) {
            let before = f64::from(*known);
            if at + before <= top {
                shift += height - before;
            }
            at += before;
            if (height - before).abs() > 0.01 {
                *known = *height as f32;
            }
            self.seen += 1.0;
            self.sum += height;
        }
        shift
    }
}

fn total(heights: Option<&[f32]>) -> f64 {
    heights
        .unwrap_or_default()
        .iter()
        .map(|height| f64::from(*height))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_draws_short_lists_whole_and_long_ones_in_part() {
        let mut rows = Rows::default();
        rows.reset(60);
        assert_eq!(rows.range(), 0..60);
        rows.reset(10_000);
        assert!(rows.range().len() <= 60 && rows.range().start == 0);
    }

    #[test]
    fn window_covers_what_can_be_seen_wherever_it_is_scrolled() {
        let mut rows = Rows::default();
        rows.reset(1_000);
        for top in [0.0, 3_000.0, 3_100.0, 63_600.0, 10.0] {
            rows.scrolled(top, 360.0);
            let (first, last) = ((top / 64.0) as usize, ((top + 359.0) / 64.0) as usize);
            let range = rows.range();
            assert!(
                range.contains(&first) && range.contains(&last.min(999)),
                "{top}: {range:?}"
            );
            assert!(range.len() <= 60);
        }
    }

    #[test]
    fn window_says_how_much_grew_above() {
        let mut rows = Rows::default();
        rows.reset(1_000);
        rows.scrolled(6_400.0, 360.0);
        let drawn = rows.range();
        let shift = rows.measured(6_400.0, &vec![74.0; drawn.len()]);
        assert_eq!(shift, 10.0 * (100 - drawn.start) as f64);
        assert_eq!(
            rows.measured(6_400.0 + shift, &vec![74.0; drawn.len()]),
            0.0
        );
    }

    #[test]
    fn window_keeps_its_place_when_more_come() {
        let mut rows = Rows::default();
        rows.reset(500);
        rows.scrolled(6_400.0, 360.0);
        let before = rows.range();
        rows.resize(1_000);
        assert_eq!(rows.range().start, before.start);
        assert!(rows.range().end >= before.end);
        rows.resize(3);
        assert_eq!(rows.range(), 0..3);
        rows.resize(0);
        assert_eq!(rows.range(), 0..0);
    }
}
