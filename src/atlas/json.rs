//! JSON read by hand, into values that borrow from its text.
//!
//! What ships is paid for in kilobytes, and a general reader brings its own for every type it reads into: this one
//! knows a single type, builds only the members that somebody asks for, and leaves numbers as they are written.

use std::borrow::Cow;

use super::ReadError;

/// Deeper nesting is refused, where it is built: each level takes from the stack.
const MOST_DEPTH: usize = 127;
/// Deeper places are cut from an error's path: nobody reads them.
const MOST_STEPS: usize = 16;
/// Longer names are cut there too.
const MOST_CHARS: usize = 60;

/// Any JSON value.
#[derive(Debug)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    /// In the order of the text.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// What is returned for every token had better fit a register.
pub(super) type Broken = Box<ReadError>;

/// Which members to build; the others are passed over.
#[derive(Clone, Copy)]
pub(super) enum Keep {
    All,
    /// All of these, and none beside them.
    Within(&'static [&'static str]),
    /// These, wherever they are.
    Named(&'static [&'static str]),
}

impl Keep {
    /// What to build of this member; `None` for nothing.
    pub(super) fn of(self, name: &[u8]) -> Option<Keep> {
        let (names, inner) = match self {
            Keep::All => return Some(self),
            Keep::Within(names) => (names, Keep::All),
            Keep::Named(names) => (names, self),
        };
        let is_named = names.iter().any(|known| known.as_bytes() == name);
        is_named.then_some(inner)
    }
}

/// Reads the value of a member itself, by the bytes of its name: those that nobody asked for need not be text.
type Member<'f, 'a> = &'f mut dyn FnMut(&mut Parser<'a>, Cow<'a, [u8]>) -> Result<(), Broken>;

/// Reads an entry itself.
type Entry<'f, 'a> = &'f mut dyn FnMut(&mut Parser<'a>) -> Result<(), Broken>;

/// Reads a whole text.
pub(super) fn parse(body: &[u8], keep: Keep) -> Result<Json<'_>, Broken> {
    let mut parser = Parser::within(body, 0, 0);
    let value = parser.value(keep)?;
    parser.end()?;
    Ok(value)
}

impl<'a> Json<'a> {
    /// The member of an object, where it is there and not null.
    pub(super) fn member(&self, name: &str) -> Option<&Json<'a>> {
        let (_, value) = self.members().iter().find(|(key, _)| key == name)?;
        value.given()
    }

    /// The members of an object; nothing else has any.
    pub(super) fn members(&self) -> &[(Cow<'a, str>, Json<'a>)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    /// The entries of a list; nothing else has any.
    pub(super) fn entries(&self) -> &[Json<'a>] {
        match self {
            Json::List(entries) => entries,
            _ => &[],
        }
    }

    /// Itself, where it is not null.
    pub(super) fn given(&self) -> Option<&Json<'a>> {
        (!matches!(self, Json::Null)).then_some(self)
    }

    /// As a person would write it: strings as they are, the rest as JSON.
    pub(super) fn text(&self) -> String {
        match self {
            Json::Text(text) => text.to_string(),
            other => other.json(),
        }
    }

    /// As JSON.
    pub(super) fn json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, to: &mut String) {
        match self {
            Json::Null => to.push_str("null"),
            Json::Bool(true) => to.push_str("true"),
            Json::Bool(false) => to.push_str("false"),
            Json::Number(text) => match whole(text) {
                Some(number) => {
                    to.push_str(if text.starts_with('-') { "-" } else { "" });
                    to.push_str(&number.to_string());
                }
                None => to.push_str(text),
            },
            Json::Text(text) => quote(text, to),
            Json::List(entries) => {
                to.push('[');
                for (number, entry) in entries.iter().enumerate() {
                    if number > 0 {
                        to.push(',');
                    }
                    entry.write(to);
                }
                to.push(']');
            }
            Json::Object(members) => {
                to.push('{');
                for (number, (name, value)) in members.iter().enumerate() {
                    if number > 0 {
                        to.push(',');
                    }
                    quote(name, to);
                    to.push(':');
                    value.write(to);
                }
                to.push('}');
            }
        }
    }

    /// Says that it is of the wrong type.
    pub(super) fn unlike(&self, expected: &str) -> String {
        let found = match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(number) if number.contains(['.', 'e', 'E']) => "floating point",
            Json::Number(_) => "integer",
            Json::Text(_) => "string",
            Json::List(_) => "sequence",
            Json::Object(_) => "map",
        };
        let mut message = format!("invalid type: {found}");
        match self {
            Json::Number(number) => message.push_str(&format!(" `{number}`")),
            Json::Bool(_) => {
                message.push_str(" `");
                self.write(&mut message);
                message.push('`');
            }
            Json::Text(_) => {
                message.push(' ');
                self.write(&mut message);
            }
            _ => {}
        }
        message.push_str(", expected ");
        message.push_str(expected);
        message
    }
}

/// A string as JSON.
pub(super) fn quote(text: &str, to: &mut String) {
    to.push('"');
    for char in text.chars() {
        let short = match char {
            '"' | '\\' => char,
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\0'..='\u{1f}' => {
                to.push_str(if char < '\u{10}' { "\\u000" } else { "\\u001" });
                to.extend(char::from_digit(u32::from(char) % 16, 16));
                continue;
            }
            _ => {
                to.push(char);
                continue;
            }
        };
        to.push('\\');
        to.push(short);
    }
    to.push('"');
}

/// A whole number that is written as if it were not, such as `5e9`, without its sign.
fn whole(text: &str) -> Option<u64> {
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let number = number(text)?.abs();
    (number < 1e19 && number as u64 as f64 == number).then_some(number as u64)
}

/// The value of a number as JSON writes it, as near as the sizes and counts of Atlas need; `None` where it is larger
/// than any number.
pub(super) fn number(text: &str) -> Option<f64> {
    let (digits, power) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    // Of any length, so it saturates.
    let mut exponent = 0_i32;
    for digit in power.chars().filter_map(|char| char.to_digit(10)) {
        exponent = exponent.saturating_mul(10).saturating_add(digit as i32);
    }
    if power.starts_with('-') {
        exponent = -exponent;
    }
    let (mut whole, mut fraction) = (0_u64, false);
    for byte in digits.bytes() {
        if byte == b'.' {
            fraction = true;
        } else if let Some(digit) = char::from(byte).to_digit(10) {
            let longer = whole.checked_mul(10);
            match longer.and_then(|longer| longer.checked_add(u64::from(digit))) {
                Some(longer) => {
                    whole = longer;
                    exponent = exponent.saturating_sub(i32::from(fraction));
                }
                // Beyond what an f64 can tell apart.
                None => exponent = exponent.saturating_add(i32::from(!fraction)),
            }
        }
    }
    let mut value = whole as f64;
    if whole != 0 {
        // Exact up to 10^22, as written sizes are; infinite from 10^309.
        let scale = (0..exponent.unsigned_abs().min(400)).fold(1.0, |scale, _| scale * 10.0);
        if exponent < 0 {
            value /= scale;
        } else {
            value *= scale;
        }
    }
    if digits.starts_with('-') {
        value = -value;
    }
    value.is_finite().then_some(value)
}

/// A place in a JSON text, or in a part of one.
pub(super) struct Parser<'a> {
    body: &'a [u8],
    at: usize,
    depth: usize,
    /// So many bytes of the text are before this part.
    before: usize,
    /// Room for the brackets that are open in what is passed over.
    open: Vec<u8>,
}

impl<'a> Parser<'a> {
    /// At the beginning of a part of a text, before which are so many bytes and so many open brackets.
    pub(super) fn within(body: &'a [u8], before: usize, depth: usize) -> Self {
        Parser {
            body,
            at: 0,
            depth,
            before,
            open: Vec::new(),
        }
    }

    /// How much of this part was passed.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no space; 0, which begins nothing, at the end.
    fn peek(&mut self) -> u8 {
        loop {
            match self.body.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), Broken> {
        self.peek();
        if self.at < self.body.len() {
            return Err(self.broken("the end"));
        }
        Ok(())
    }

    /// Reads a value.
    pub(super) fn value(&mut self, keep: Keep) -> Result<Json<'a>, Broken> {
        match self.peek() {
            b'{' => {
                let mut members = Vec::new();
                self.members(&mut |parser, name| {
                    let Some(keep) = keep.of(&name) else {
                        return parser.skip();
                    };
                    let name = parser.text(name)?;
                    members.push((name, parser.value(keep)?));
                    Ok(())
                })?;
                Ok(Json::Object(members))
            }
            b'[' => {
                let mut entries = Vec::new();
                self.entries(&mut |parser| {
                    entries.push(parser.value(keep)?);
                    Ok(())
                })?;
                Ok(Json::List(entries))
            }
            b'"' => {
                let bytes = self.string()?;
                Ok(Json::Text(self.text(bytes)?))
            }
            _ => self.scalar(),
        }
    }

    /// Reads an object, whose brace was seen, by its names: the value of each is for `read` to read.
    fn members(&mut self, read: Member<'_, 'a>) -> Result<(), Broken> {
        let depth = self.deeper()?;
        if self.peek() != b'}' {
            loop {
                self.begins(b'"', "a name")?;
                let start = self.at + 1;
                let name = self.string()?;
                let written = self.body.get(start..self.at - 1);
                self.colon()?;
                if let Err(error) = read(self, name) {
                    let written = str::from_utf8(written.unwrap_or_default());
                    return Err(within(depth, error, written.unwrap_or_default()));
                }
                if self.is_last(b'}')? {
                    break;
                }
            }
        }
        self.at += 1;
        self.depth = depth;
        Ok(())
    }

    /// Reads a list, whose bracket was seen, entry by entry: each is for `read` to read.
    fn entries(&mut self, read: Entry<'_, 'a>) -> Result<(), Broken> {
        let depth = self.deeper()?;
        if self.peek() != b']' {
            let mut number = 0;
            loop {
                if let Err(error) = read(self) {
                    return Err(within(depth, error, &place(number)));
                }
                if self.is_last(b']')? {
                    break;
                }
                number += 1;
            }
        }
        self.at += 1;
        self.depth = depth;
        Ok(())
    }

    /// Passes over this bracket, where it comes next.
    pub(super) fn takes(&mut self, bracket: u8) -> bool {
        self.peek();
        self.eat(bracket)
    }

    /// Whether this was the last one before the closing bracket; passes over that, or over the comma.
    pub(super) fn ends(&mut self, close: u8) -> Result<bool, Broken> {
        let is_last = self.is_last(close)?;
        self.at += usize::from(is_last);
        Ok(is_last)
    }

    /// Reads a member's name and passes over its colon.
    pub(super) fn name(&mut self) -> Result<Cow<'a, [u8]>, Broken> {
        self.begins(b'"', "a name")?;
        let name = self.string()?;
        self.colon()?;
        Ok(name)
    }

    /// Passes over a value, however deep.
    pub(super) fn skip(&mut self) -> Result<(), Broken> {
        let mut open = std::mem::take(&mut self.open);
        let done = self.skip_within(&mut open);
        self.open = open;
        done
    }

    fn skip_within(&mut self, open: &mut Vec<u8>) -> Result<(), Broken> {
        open.clear();
        loop {
            match self.peek() {
                byte @ (b'{' | b'[') => {
                    self.at += 1;
                    // In ASCII, each closes two after it opens.
                    let close = byte + 2;
                    open.push(close);
                    if self.peek() != close {
                        if close == b'}' {
                            self.pass_name()?;
                        }
                        continue;
                    }
                }
                byte => {
                    if byte == b'"' {
                        self.pass()?;
                    } else {
                        self.scalar()?;
                    }
                    let Some(close) = open.last() else {
                        return Ok(());
                    };
                    if !self.is_last(*close)? {
                        if *close == b'}' {
                            self.pass_name()?;
                        }
                        continue;
                    }
                }
            }
            // The innermost ends here, and with it perhaps others.
            loop {
                self.at += 1;
                open.pop();
                let Some(close) = open.last() else {
                    return Ok(());
                };
                if !self.is_last(*close)? {
                    if *close == b'}' {
                        self.pass_name()?;
                    }
                    break;
                }
            }
        }
    }

    /// Goes into an object or a list; says how deep it is itself.
    fn deeper(&mut self) -> Result<usize, Broken> {
        let depth = self.depth;
        if depth == MOST_DEPTH {
            return Err(self.broken("fewer levels"));
        }
        self.at += 1;
        self.depth += 1;
        Ok(depth)
    }

    /// Whether this was the last one before the closing bracket; passes over the comma if not.
    fn is_last(&mut self, close: u8) -> Result<bool, Broken> {
        let next = self.peek();
        if next == close {
            return Ok(true);
        }
        if next != b',' {
            return Err(self.broken("a comma or the closing bracket"));
        }
        self.at += 1;
        Ok(false)
    }

    /// Passes over a member's name and its colon.
    fn pass_name(&mut self) -> Result<(), Broken> {
        self.begins(b'"', "a name")?;
        self.pass()?;
        self.colon()
    }

    fn colon(&mut self) -> Result<(), Broken> {
        self.begins(b':', "a colon")?;
        self.at += 1;
        Ok(())
    }

    fn begins(&mut self, byte: u8, expected: &str) -> Result<(), Broken> {
        if self.peek() != byte {
            return Err(self.broken(expected));
        }
        Ok(())
    }

    /// Reads a number or a word.
    fn scalar(&mut self) -> Result<Json<'a>, Broken> {
        let (word, value) = match self.peek() {
            b'-' | b'0'..=b'9' => return Ok(Json::Number(self.number()?)),
            b't' => ("true", Json::Bool(true)),
            b'f' => ("false", Json::Bool(false)),
            b'n' => ("null", Json::Null),
            _ => return Err(self.broken("a value")),
        };
        for byte in word.bytes() {
            if !self.eat(byte) {
                return Err(self.broken(word));
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<&'a str, Broken> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        self.utf8(start)
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let start = self.at;
        while matches!(self.body.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.broken("a digit"));
        }
        Ok(())
    }

    /// Reads a string, whose opening quote was seen.
    fn string(&mut self) -> Result<Cow<'a, [u8]>, Broken> {
        let start = self.at + 1;
        let escapes = self.pass()?;
        let end = self.at - 1;
        if !escapes {
            return Ok(Cow::Borrowed(self.body.get(start..end).unwrap_or_default()));
        }
        let mut bytes = Vec::new();
        self.at = start;
        while let Some(byte) = self.body.get(self.at).filter(|_| self.at < end) {
            self.at += 1;
            if *byte == b'\\' {
                let char = self.escaped(true)?;
                bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                bytes.push(*byte);
            }
        }
        self.at = end + 1;
        Ok(Cow::Owned(bytes))
    }

    /// Passes over a string, whose opening quote was seen; says whether there are escapes in it.
    fn pass(&mut self) -> Result<bool, Broken> {
        self.at += 1;
        let mut escapes = false;
        loop {
            self.at += plain(self.body.get(self.at..).unwrap_or_default());
            let special = self.body.get(self.at);
            match special {
                Some(b'"' | b'\\') => self.at += 1,
                // The end, or a control character.
                _ => return Err(self.broken("the rest of a string")),
            }
            if special == Some(&b'"') {
                return Ok(escapes);
            }
            escapes = true;
            self.escaped(false)?;
        }
    }

    /// Bytes of a string, as text.
    pub(super) fn text(&self, bytes: Cow<'a, [u8]>) -> Result<Cow<'a, str>, Broken> {
        match bytes {
            Cow::Borrowed(bytes) => str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        }
        .ok_or_else(|| self.broken("UTF-8"))
    }

    /// Reads what follows a backslash.
    fn escaped(&mut self, wanted: bool) -> Result<char, Broken> {
        let char = match self.body.get(self.at) {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let mut code = self.hex()?;
                if wanted && code & 0xfc00 == 0xd800 {
                    // Half of a character beyond 16 bits.
                    if !(self.eat(b'\\') && self.eat(b'u')) {
                        return Err(self.broken("the other half of a character"));
                    }
                    let low = self.hex()?;
                    code = if low & 0xfc00 == 0xdc00 {
                        0x1_0000 + ((code & 0x3ff) << 10 | low & 0x3ff)
                    } else {
                        0xd800
                    };
                }
                return match char::from_u32(code) {
                    Some(char) => Ok(char),
                    None if wanted => Err(self.broken("the other half of a character")),
                    None => Ok(char::REPLACEMENT_CHARACTER),
                };
            }
            _ => return Err(self.broken("an escape")),
        };
        self.at += 1;
        Ok(char)
    }

    fn hex(&mut self) -> Result<u32, Broken> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = self.body.get(self.at).copied().unwrap_or_default();
            let Some(digit) = char::from(byte).to_digit(16) else {
                return Err(self.broken("a hex digit"));
            };
            code = code << 4 | digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.body.get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// What was passed since `start`.
    fn utf8(&self, start: usize) -> Result<&'a str, Broken> {
        let bytes = self.body.get(start..self.at).unwrap_or_default();
        str::from_utf8(bytes).map_err(|_| self.broken("UTF-8"))
    }

    /// Says what should have been here.
    fn broken(&self, expected: &str) -> Broken {
        Box::new(ReadError {
            path: String::new(),
            message: if self.at < self.body.len() {
                format!(
                    "no JSON: expected {expected} at byte {}",
                    self.before + self.at
                )
            } else {
                "the answer ends early".to_owned()
            },
        })
    }
}

/// How many bytes may stand in a string as they are. Most of an answer is text that nobody asked for, so eight are looked
/// at together.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let (eights, _) = bytes.as_chunks::<8>();
    let mut passed = 0;
    for eight in eights {
        let eight = u64::from_le_bytes(*eight);
        // The high bit of a byte that is less than `limit`, as none of 0x80 or more is.
        let less = |bytes: u64, limit: u64| bytes.wrapping_sub(ONES * limit) & !bytes;
        let quote = less(eight ^ (ONES * u64::from(b'"')), 1);
        let escape = less(eight ^ (ONES * u64::from(b'\\')), 1);
        let special = (less(eight, 0x20) | quote | escape) & (ONES << 7);
        if special != 0 {
            // What is borrowed from a byte may mark those above it, never one below.
            return passed + special.trailing_zeros() as usize / 8;
        }
        passed += 8;
    }
    let rest = bytes.get(passed..).unwrap_or_default();
    let end = |byte: &u8| matches!(byte, 0..=0x1f | b'"' | b'\\');
    passed + rest.iter().position(end).unwrap_or(rest.len())
}

/// The step to an entry of a list.
pub(super) fn place(number: usize) -> String {
    format!("[{number}]")
}

/// The same error, seen from outside this step.
fn within(depth: usize, error: Broken, step: &str) -> Broken {
    if depth < MOST_STEPS {
        error.within(step)
    } else {
        error
    }
}

impl ReadError {
    /// The same error, seen from outside this member or entry.
    pub(super) fn within(mut self: Box<Self>, step: &str) -> Broken {
        let mut path: String = step.chars().take(MOST_CHARS).collect();
        if !path.is_empty() && !self.path.is_empty() && !self.path.starts_with('[') {
            path.push('.');
        }
        path.push_str(&self.path);
        self.path = path;
        self
    }
}
