//! Where in a JSON text a reader stood when it gave up.

/// Deeper places are cut: nobody reads them.
const MOST_FRAMES: usize = 16;
/// Longer keys are cut.
const MOST_CHARS: usize = 60;

enum Frame<'a> {
    /// The key that was read last, and whether another is due.
    Object(Option<&'a [u8]>, bool),
    /// The entry's number.
    Array(usize),
}

/// The path of the value that ends at, or begins after, this line (from 1) and column (bytes of the line passed), such
/// as `results[3].mongoDBVersion`.
pub(super) fn path(body: &[u8], line: usize, column: usize) -> String {
    let mut start = 0;
    for _ in 1..line {
        let rest = body.get(start..).unwrap_or_default();
        start += rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |at| at + 1);
    }
    show(&frames(body, start + column))
}

fn frames(body: &[u8], end: usize) -> Vec<Frame<'_>> {
    let mut frames = Vec::new();
    let mut at = 0;
    while at < end {
        let Some(byte) = body.get(at) else { break };
        at += 1;
        match byte {
            b'"' => {
                let start = at;
                at = end_of_string(body, at);
                if let Some(Frame::Object(key, due @ true)) = frames.last_mut() {
                    *key = body.get(start..at);
                    *due = false;
                }
                at += 1;
            }
            b'{' => frames.push(Frame::Object(None, true)),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' => {
                frames.pop();
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object(key, due)) => {
                    *key = None;
                    *due = true;
                }
                Some(Frame::Array(number)) => *number += 1,
                None => {}
            },
            _ => {}
        }
    }
    frames
}

/// Where the string's closing quote is.
fn end_of_string(body: &[u8], mut at: usize) -> usize {
    loop {
        match body.get(at) {
            None | Some(b'"') => return at,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn show(frames: &[Frame]) -> String {
    let mut path = String::new();
    for frame in frames.iter().take(MOST_FRAMES) {
        match frame {
            Frame::Array(number) => path.push_str(&format!("[{number}]")),
            Frame::Object(None, _) => {}
            Frame::Object(Some(key), _) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.extend(String::from_utf8_lossy(key).chars().take(MOST_CHARS));
            }
        }
    }
    path
}
