//! The order of the functions in the wasm: those that are alike stand side by side.
//!
//! Brotli writes what it has seen before as a distance and a length, and a short distance takes fewer bits; 2 kB of 150
//! are saved by it. Here each function is given a name that says its place. Binaryen then sorts them by their names
//! (`--reorder-functions-by-name`), which it knows to do with all that points to them, and drops the names.

use std::collections::HashMap;

use anyhow::{Context, Result};

use crate::names::{IMPORTS, Reader, write_block, write_number};

const HEADER: usize = 8;
const CODE: u8 = 10;
const CUSTOM: u8 = 0;
/// In the section of names: those of functions.
const OF_FUNCTIONS: u8 = 1;
/// As many bytes make a piece of code: an instruction or two.
const PIECE: usize = 4;
/// How much likeness to the last functions counts.
const LAST: [f64; 3] = [1.0, 0.5, 0.25];
/// Bytes that a function is taken to be longer than it is, so that the shortest do not come first everywhere.
const OVERHEAD: f64 = 30.0;

/// What makes an order another one.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// Pieces that so many functions have tell nothing.
    common: usize,
    /// How much the length of a function counts against it.
    length: f64,
}

/// Weights that have been the best ones. Which are depends on each function: they are all to be tried.
pub const WEIGHTS: [Weights; 6] = {
    const fn of(common: usize, length: f64) -> Weights {
        Weights { common, length }
    }
    [
        of(400, 0.75),
        of(450, 0.75),
        of(600, 0.7),
        of(600, 0.75),
        of(800, 0.7),
        of(800, 0.8),
    ]
};

/// The module, with a section of names by which its functions are to be sorted.
pub fn with_places(wasm: &[u8], weights: Weights) -> Result<Vec<u8>> {
    let (mut imports, mut functions) = (0, Vec::new());
    let mut rest = Reader(wasm.get(HEADER..).context("the module is cut off")?);
    while !rest.0.is_empty() {
        let id = rest.byte()?;
        let mut body = Reader(rest.block()?);
        match id {
            // All are functions (names.rs).
            IMPORTS => imports = body.number()?,
            CODE => {
                for _ in 0..body.number()? {
                    functions.push(body.block()?);
                }
            }
            _ => {}
        }
    }
    let mut places = vec![0; functions.len()];
    for (place, function) in order(&functions, weights).into_iter().enumerate() {
        places[function] = place;
    }
    let mut names = Vec::new();
    write_number(&mut names, u32::try_from(places.len())?);
    for (function, place) in (imports..).zip(&places) {
        write_number(&mut names, function);
        write_block(&mut names, format!("{place:06}").as_bytes());
    }
    let mut section = b"\x04name".to_vec();
    section.push(OF_FUNCTIONS);
    write_block(&mut section, &names);
    let mut named = wasm.to_vec();
    named.push(CUSTOM);
    write_block(&mut named, &section);
    Ok(named)
}

/// From the longest function on, always the one that is most like the last ones.
fn order(functions: &[&[u8]], weights: Weights) -> Vec<usize> {
    let mut having: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (number, function) in functions.iter().enumerate() {
        for piece in function.windows(PIECE) {
            let having = having.entry(piece).or_default();
            if having.last() != Some(&number) {
                having.push(number);
            }
        }
    }
    having.retain(|_, having| (2..weights.common).contains(&having.len()));
    let mut pieces = vec![Vec::new(); functions.len()];
    for having in having.values() {
        let weight = 1.0 / (1.0 + having.len() as f64).log2();
        for function in having {
            pieces[*function].push((weight, having));
        }
    }
    // The map has no order, and the sums below are to be the same each time.
    for pieces in &mut pieces {
        pieces.sort_by(|one, other| one.1.cmp(other.1));
    }
    let length = |function: usize| functions[function].len();
    let longest = |left: &[bool]| {
        let left = (0..left.len()).filter(|function| left[*function]);
        left.max_by_key(|function| (length(*function), usize::MAX - function))
    };
    let mut left = vec![true; functions.len()];
    let mut order = Vec::with_capacity(functions.len());
    let mut likeness = vec![0.0; functions.len()];
    let mut next = longest(&left);
    while let Some(function) = next {
        order.push(function);
        left[function] = false;
        likeness.fill(0.0);
        for (counts, last) in LAST.iter().zip(order.iter().rev()) {
            for (weight, having) in &pieces[*last] {
                for other in having.iter() {
                    likeness[*other] += counts * weight;
                }
            }
        }
        let score = |function: usize| {
            likeness[function] / (length(function) as f64 + OVERHEAD).powf(weights.length)
        };
        next = (0..functions.len())
            .filter(|function| left[*function] && likeness[*function] > 0.0)
            .max_by(|one, other| {
                let by_score = score(*one).total_cmp(&score(*other));
                by_score.then(other.cmp(one))
            })
            .or_else(|| longest(&left));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_functions_come_together_and_none_is_lost() {
        let functions: [&[u8]; 6] = [
            b"abcdefgh-one",
            b"12345678901234567890",
            b"xyzxyzxyz",
            b"1234567890+two",
            b"abcdefgh",
            b"",
        ];
        let order = order(&functions, WEIGHTS[0]);
        let place = |function| order.iter().position(|other| *other == function).unwrap();
        assert_eq!(order[0], 1, "the longest is first");
        assert_eq!(place(3), 1);
        assert_eq!(place(0).abs_diff(place(4)), 1);
        let mut all = order.clone();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn names_say_the_places() {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let mut code = vec![2];
        for body in [&b"short"[..], b"the longer one"] {
            write_block(&mut code, body);
        }
        for (id, body) in [(IMPORTS, vec![7]), (CODE, code)] {
            module.push(id);
            write_block(&mut module, &body);
        }
        let named = with_places(&module, WEIGHTS[0]).unwrap();
        assert!(named.starts_with(&module));
        assert!(
            named.ends_with(b"\x04name\x01\x11\x02\x07\x06000001\x08\x06000000"),
            "{:?}",
            &named[module.len()..]
        );
        assert!(with_places(&module[..module.len() - 1], WEIGHTS[0]).is_err());
    }
}
