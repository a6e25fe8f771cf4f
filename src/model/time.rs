//! Instants, without a clock.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

/// A time as Atlas wrote it, and what it means where it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenTime {
    /// As written.
    pub text: Box<str>,
    /// `None`: unparsable.
    pub value: Option<Timestamp>,
}

impl WrittenTime {
    /// Reads RFC 3339 with any offset.
    pub fn read(text: &str) -> Self {
        WrittenTime {
            text: text.into(),
            value: Timestamp::parse(text),
        }
    }
}

impl Timestamp {
    /// Reads RFC 3339 (`2026-11-24T10:00:00Z`, any offset, any fraction); `None` for all else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut cursor = Cursor(text.as_bytes());
        let year = cursor.number(4)?;
        cursor.accept(b"-")?;
        let month = cursor.number(2)?;
        cursor.accept(b"-")?;
        let day = cursor.number(2)?;
        cursor.accept(b"Tt ")?;
        let hour = cursor.number(2)?;
        cursor.accept(b":")?;
        let minute = cursor.number(2)?;
        cursor.accept(b":")?;
        let second = cursor.number(2)?;
        let millis = cursor.fraction()?;
        let offset = cursor.offset_minutes()?;
        let in_range = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        if !in_range || !cursor.0.is_empty() {
            return None;
        }
        let seconds = days_from_civil(year, month, day) * 86_400
            + hour * 3_600
            + (minute - offset) * 60
            + second;
        Some(Timestamp(seconds * 1_000 + millis))
    }

    /// The time in an ObjectId: its first eight hex digits are seconds. `None` for anything else.
    pub fn of_object_id(id: &str) -> Option<Self> {
        let is_object_id = id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let seconds = i64::from_str_radix(id.get(..8)?, 16).ok()?;
        is_object_id.then_some(Timestamp(seconds * 1_000))
    }

    /// Reads an HTTP `Date` (`Mon, 10 Aug 2026 03:19:27 GMT`, RFC 9110's preferred form).
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let (_, rest) = super::around(text, ", ")?;
        let mut parts = rest.split(' ');
        let day: i64 = parts.next()?.parse().ok()?;
        let name = parts.next()?;
        let month = 1 + [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        .iter()
        .position(|known| *known == name)? as i64;
        let year: i64 = parts.next()?.parse().ok()?;
        let time = parts.next()?;
        let in_range = (1..=31).contains(&day) && (1000..=9999).contains(&year);
        // `hh:mm:ss`, and no fraction.
        if parts.next()? != "GMT" || time.len() != 8 || !in_range {
            return None;
        }
        Timestamp::parse(&format!("{year:04}-{month:02}-{day:02}T{time}Z"))
    }
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn accept(&mut self, one_of: &[u8]) -> Option<()> {
        one_of.contains(&self.next()?).then_some(())
    }

    fn digit(&mut self) -> Option<i64> {
        let digit = self.next()?;
        digit.is_ascii_digit().then(|| i64::from(digit - b'0'))
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let mut value = 0;
        for _ in 0..digits {
            value = value * 10 + self.digit()?;
        }
        Some(value)
    }

    /// Milliseconds of an optional fraction; finer digits are cut.
    fn fraction(&mut self) -> Option<i64> {
        if self.0.first() != Some(&b'.') {
            return Some(0);
        }
        self.next()?;
        let mut millis = 0;
        let mut weight = 100;
        let mut any = false;
        while self.0.first().is_some_and(u8::is_ascii_digit) {
            millis += self.digit()? * weight;
            weight /= 10;
            any = true;
        }
        any.then_some(millis)
    }

    fn offset_minutes(&mut self) -> Option<i64> {
        match self.next()? {
            b'Z' | b'z' => Some(0),
            sign @ (b'+' | b'-') => {
                let hours = self.number(2)?;
                self.accept(b":")?;
                let minutes = self.number(2)?;
                let total = hours * 60 + minutes;
                (hours < 24 && minutes < 60).then_some(if sign == b'-' { -total } else { total })
            }
            _ => None,
        }
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant's algorithm).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_reads_any_offset_and_fraction() {
        let noon = Timestamp::parse("2026-11-24T10:00:00Z").unwrap();
        assert_eq!(noon, Timestamp(1_795_514_400_000));
        assert_eq!(Timestamp::parse("2026-11-24T11:30:00+01:30"), Some(noon));
        assert_eq!(Timestamp::parse("2026-11-24T02:00:00-08:00"), Some(noon));
        assert_eq!(
            Timestamp::parse("2026-11-24T10:00:00.250999Z"),
            Some(Timestamp(noon.0 + 250))
        );
        assert_eq!(Timestamp::parse("1970-01-01T00:00:00Z"), Some(Timestamp(0)));
        assert_eq!(
            Timestamp::parse("2000-02-29T00:00:00Z"),
            Some(Timestamp(951_782_400_000))
        );
    }

    #[test]
    fn time_refuses_what_is_no_instant() {
        for text in [
            "",
            "soon",
            "2026-11-24",
            "2026-11-24T10:00:00",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T10:00:00.Z",
            "2026-11-24T10:00:00Z ",
            "2026-11-24T10:00:00+0100",
            "２026-11-24T10:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn time_reads_http_dates_and_object_ids() {
        assert_eq!(
            Timestamp::parse_http_date("Mon, 10 Aug 2026 03:19:27 GMT"),
            Timestamp::parse("2026-08-10T03:19:27Z")
        );
        for text in [
            "10 Aug 2026",
            "Mon, 10 Aug 2026 03:19:27.5 GMT",
            "Mon, 10 Aug 377 03:19:27 GMT",
            "Mon, 10 Aug 2026 03:19:27 CET",
        ] {
            assert_eq!(Timestamp::parse_http_date(text), None, "{text}");
        }
        assert_eq!(
            Timestamp::of_object_id("6a794733c0eb9e7a17740663"),
            Timestamp::parse("2026-08-10T03:36:19Z")
        );
        assert_eq!(Timestamp::of_object_id("zz"), None);
        assert_eq!(Timestamp::of_object_id("+a794733c0eb9e7a17740663"), None);
    }
}
