//! Numbers, sizes, dates and lists as people write them, by the browser's own `Intl`.
//!
//! Every call is guarded: a language tag that `Intl` refuses falls back to English, and a browser that lacks a part of
//! `Intl` gets plain text.

use std::cell::RefCell;

use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::host::set;
use crate::model::{Timestamp, around};

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type Formatter;
    #[wasm_bindgen(method, catch)]
    fn format(this: &Formatter, value: &JsValue) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch, js_name = format)]
    fn format_relative(this: &Formatter, value: f64, unit: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn select(this: &Formatter, value: f64) -> Result<String, JsValue>;
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

thread_local! {
    /// Every formatter that was needed so far, for all elements of the page: a browser takes a millisecond or more for
    /// each. What it is for stands before it.
    static MADE: RefCell<Vec<(String, Option<Formatter>)>> = const { RefCell::new(Vec::new()) };
}

const UTC: &str = "timeZone=UTC timeZoneName=short";
const LOCAL: &str = "calendar=gregory timeZoneName=shortOffset";
/// For browsers that don't know that one.
const LOCAL_BEFORE: &str = "calendar=gregory timeZoneName=short";
const DATE: &str =
    "year=numeric month=short day=numeric hour=2-digit minute=2-digit hourCycle=h23 ";

/// The formats of one language.
pub struct Formats {
    language: String,
}

impl Formats {
    /// For a language tag; one that is no tag counts as English.
    pub fn new(language: &str) -> Self {
        let language = match of("NumberFormat", language, "") {
            Some(_) if !language.is_empty() => language,
            _ => "en",
        }
        .to_owned();
        Formats { language }
    }

    /// The language that is used.
    pub fn language(&self) -> &str {
        &self.language
    }

    fn of(&self, kind: &str, options: &str) -> Option<Formatter> {
        of(kind, &self.language, options)
    }

    fn written(&self, kind: &str, options: &str, value: &JsValue) -> Option<String> {
        self.of(kind, options)?.format(value).ok()
    }

    fn dated(&self, zone: &str, time: Timestamp) -> Option<String> {
        let date = js_date(time).into();
        self.written("DateTimeFormat", &[DATE, zone].concat(), &date)
    }

    /// In UTC, to the minute.
    pub fn utc(&self, time: Timestamp) -> String {
        self.dated(UTC, time).unwrap_or_else(|| iso(time))
    }

    /// In the person's own time zone, with its offset; nothing where that would say the UTC time again.
    pub fn local(&self, time: Timestamp) -> Option<String> {
        let away = js_date(time).get_timezone_offset() != 0.0;
        let text = away.then(|| {
            self.dated(LOCAL, time)
                .or_else(|| self.dated(LOCAL_BEFORE, time))
        })??;
        // A line may end after a hyphen, and would end in the offset.
        Some(match around(&text, "GMT-") {
            Some((before, after)) => [before, "GMT\u{2212}", after].concat(),
            None => text,
        })
    }

    /// `3 days ago`: whole ones that have passed, never "yesterday", which is what the calendar says.
    pub fn age(&self, time: Timestamp, now: Timestamp) -> String {
        let ms = now.0.saturating_sub(time.0);
        let far = ms.unsigned_abs();
        let (unit, size) = match i64::try_from(far).unwrap_or(i64::MAX) {
            0..MINUTE => ("second", SECOND),
            MINUTE..HOUR => ("minute", MINUTE),
            HOUR..DAY => ("hour", HOUR),
            ms if ms < 60 * DAY => ("day", DAY),
            ms if ms < 730 * DAY => ("month", 30 * DAY),
            _ => ("year", 365 * DAY),
        };
        // Minus nothing is past, too.
        let amount = -((ms / size) as f64);
        self.of("RelativeTimeFormat", "")
            .and_then(|relative| relative.format_relative(amount, unit).ok())
            .unwrap_or_else(|| self.utc(time))
    }

    /// `3 min 20 sec`.
    pub fn duration(&self, ms: i64) -> String {
        let ms = ms.max(0);
        let (hours, minutes, seconds) = (ms / HOUR, ms % HOUR / MINUTE, ms % MINUTE / SECOND);
        let parts = Array::new();
        if hours > 0 {
            parts.push(&self.unit(hours as f64, "hour").into());
        }
        if minutes > 0 {
            parts.push(&self.unit(minutes as f64, "minute").into());
        }
        if hours == 0 && (seconds > 0 || minutes == 0) {
            parts.push(&self.unit(seconds as f64, "second").into());
        }
        self.written("ListFormat", "type=unit style=narrow", &parts)
            .unwrap_or_else(|| parts.join(" ").into())
    }

    /// `41.2 GB`: Atlas counts 10^9 bytes to one.
    pub fn size(&self, bytes: f64) -> String {
        let units = [
            ("terabyte", 1e12),
            ("gigabyte", 1e9),
            ("megabyte", 1e6),
            ("kilobyte", 1e3),
        ];
        let (unit, size) = units
            .into_iter()
            .find(|(_, size)| bytes >= *size)
            .unwrap_or(("byte", 1.0));
        self.unit((bytes / size * 10.0).round() / 10.0, unit)
    }

    /// `10,000`.
    pub fn number(&self, value: f64) -> String {
        self.written("NumberFormat", "", &value.into())
            .unwrap_or_else(|| plain(value))
    }

    /// `a, b and c`.
    pub fn all_of(&self, items: &[String]) -> String {
        self.list("type=conjunction", items)
    }

    /// `a, b or c`.
    pub fn any_of(&self, items: &[String]) -> String {
        self.list("type=disjunction", items)
    }

    /// The plural category of a number.
    pub fn plural(&self, value: f64) -> String {
        let category = self
            .of("PluralRules", "")
            .and_then(|rules| rules.select(value).ok());
        category.unwrap_or_default()
    }

    fn unit(&self, value: f64, unit: &str) -> String {
        let options = ["style=unit unitDisplay=short unit=", unit].concat();
        self.written("NumberFormat", &options, &value.into())
            .unwrap_or_else(|| plain(value))
    }

    fn list(&self, options: &str, items: &[String]) -> String {
        let array: Array = items.iter().map(JsValue::from).collect();
        self.written("ListFormat", options, &array)
            .unwrap_or_else(|| items.join(", "))
    }
}

/// For `<time datetime>`; empty outside what a date can say.
pub fn iso(time: Timestamp) -> String {
    let date = js_date(time);
    if date.get_time().is_nan() {
        String::new()
    } else {
        date.to_iso_string().into()
    }
}

/// A number as JavaScript writes it. (Rust’s own way of writing floating-point numbers is eleven kilobytes of wasm.)
pub fn plain(value: f64) -> String {
    js_sys::Number::from(value)
        .to_string_with_radix(10)
        .map(String::from)
        .unwrap_or_default()
}

fn js_date(time: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(time.0 as f64))
}

/// The formatter of this kind, made when it is needed first.
fn of(kind: &str, language: &str, options: &str) -> Option<Formatter> {
    let name = [kind, " ", language, " ", options].concat();
    let known = MADE.with_borrow(|made| {
        let found = made.iter().find(|(known, _)| *known == name);
        found.map(|(_, formatter)| formatter.clone())
    });
    known.unwrap_or_else(|| {
        let formatter = make(kind, language, options);
        MADE.with_borrow_mut(|made| made.push((name, formatter.clone())));
        formatter
    })
}

/// `new Intl[kind](language, options)`, or nothing where that fails. Options are `name=value name=value`.
fn make(kind: &str, language: &str, options: &str) -> Option<Formatter> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: js_sys::Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let bag = Object::new();
    for option in options.split(' ') {
        if let Some((name, value)) = option.split_once('=') {
            set(&bag, name, value);
        }
    }
    let made = Reflect::construct(&class, &Array::of2(&language.into(), &bag)).ok()?;
    Some(made.unchecked_into())
}
