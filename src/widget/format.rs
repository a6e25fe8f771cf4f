//! Numbers, sizes, dates and lists as people write them, by the browser's own `Intl`.
//!
//! Every call is guarded: a language tag that `Intl` refuses falls back to English, and a browser that lacks a part of
//! `Intl` gets plain text.

use js_sys::{Array, Date, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::host::set;
use crate::model::{Timestamp, around};

#[wasm_bindgen]
extern "C" {
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

/// The formatters of one language, made once.
pub struct Formats {
    language: String,
    utc: Option<Formatter>,
    local: Option<Formatter>,
    number: Option<Formatter>,
    relative: Option<Formatter>,
    plural: Option<Formatter>,
    all_of: Option<Formatter>,
    any_of: Option<Formatter>,
    units: Option<Formatter>,
}

impl Formats {
    /// For a language tag; one that is no tag counts as English.
    pub fn new(language: &str) -> Self {
        let language = match make("NumberFormat", language, "") {
            Some(_) if !language.is_empty() => language,
            _ => "en",
        }
        .to_owned();
        let of = |kind: &str, options: &str| make(kind, &language, options);
        let dated = |zone: &str| {
            const DATE: &str =
                "year=numeric month=short day=numeric hour=2-digit minute=2-digit hourCycle=h23 ";
            of("DateTimeFormat", &[DATE, zone].concat())
        };
        Formats {
            utc: dated("timeZone=UTC timeZoneName=short"),
            local: dated("calendar=gregory timeZoneName=shortOffset")
                .or_else(|| dated("calendar=gregory timeZoneName=short")),
            number: of("NumberFormat", ""),
            relative: of("RelativeTimeFormat", ""),
            plural: of("PluralRules", ""),
            all_of: of("ListFormat", "type=conjunction"),
            any_of: of("ListFormat", "type=disjunction"),
            units: of("ListFormat", "type=unit style=narrow"),
            language,
        }
    }

    /// The language that is used.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// In UTC, to the minute.
    pub fn utc(&self, time: Timestamp) -> String {
        written(&self.utc, &date(time)).unwrap_or_else(|| iso(time))
    }

    /// In the person's own time zone, with its offset; nothing where that would say the UTC time again.
    pub fn local(&self, time: Timestamp) -> Option<String> {
        let away = js_date(time).get_timezone_offset() != 0.0;
        let text = away.then(|| written(&self.local, &date(time)))??;
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
        self.relative
            .as_ref()
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
        written(&self.units, &parts).unwrap_or_else(|| parts.join(" ").into())
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
        written(&self.number, &value.into()).unwrap_or_else(|| plain(value))
    }

    /// `a, b and c`.
    pub fn all_of(&self, items: &[String]) -> String {
        list(&self.all_of, items)
    }

    /// `a, b or c`.
    pub fn any_of(&self, items: &[String]) -> String {
        list(&self.any_of, items)
    }

    /// The plural category of a number.
    pub fn plural(&self, value: f64) -> String {
        let category = self
            .plural
            .as_ref()
            .and_then(|rules| rules.select(value).ok());
        category.unwrap_or_default()
    }

    fn unit(&self, value: f64, unit: &str) -> String {
        let options = ["style=unit unitDisplay=short unit=", unit].concat();
        let format = make("NumberFormat", &self.language, &options);
        written(&format, &value.into()).unwrap_or_else(|| plain(value))
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

fn date(time: Timestamp) -> JsValue {
    js_date(time).into()
}

fn written(formatter: &Option<Formatter>, value: &JsValue) -> Option<String> {
    formatter.as_ref()?.format(value).ok()
}

fn list(formatter: &Option<Formatter>, items: &[String]) -> String {
    let array: Array = items.iter().map(JsValue::from).collect();
    written(formatter, &array).unwrap_or_else(|| items.join(", "))
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
