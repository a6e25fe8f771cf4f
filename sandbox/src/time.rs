//! Times as Atlas and HTTP write them. Belongs here: parsing and printing; not: asking what time it is.

const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970 of an RFC 3339 time with any offset, or nothing where it is not one.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        part.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
        part.parse().ok()
    };
    let mark =
        |at: usize, allowed: &[u8]| text.as_bytes().get(at).is_some_and(|b| allowed.contains(b));
    (mark(4, b"-") && mark(7, b"-") && mark(10, b"Tt ") && mark(13, b":") && mark(16, b":"))
        .then_some(())?;
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let days_in_month = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let valid = (1..=12).contains(&month)
        && (1..=days_in_month).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    valid.then_some(())?;

    let mut rest = text.get(19..)?;
    let mut milliseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then_some(())?;
        let three: String = fraction
            .get(..digits)?
            .chars()
            .chain("00".chars())
            .take(3)
            .collect();
        milliseconds = three.parse().ok()?;
        rest = fraction.get(digits..)?;
    }
    let offset_minutes = match rest {
        "Z" | "z" => 0,
        _ => {
            let sign = match rest.get(..1)? {
                "+" => 1,
                "-" => -1,
                _ => return None,
            };
            let (hours, minutes) = rest.get(1..)?.split_once(':')?;
            let two = |part: &str| -> Option<i64> {
                (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
                part.parse().ok()
            };
            let (hours, minutes) = (two(hours)?, two(minutes)?);
            (hours < 24 && minutes < 60).then_some(())?;
            sign * (hours * 60 + minutes)
        }
    };
    let days = days_from_civil(year, month, day);
    Some(
        days * DAY_MS + ((hour * 60 + minute - offset_minutes) * 60 + second) * 1000 + milliseconds,
    )
}

/// `2026-11-24T10:00:00Z`, as Atlas writes times.
pub fn rfc3339(ms: i64) -> String {
    let t = Civil::of(ms);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        t.year, t.month, t.day, t.hour, t.minute, t.second
    )
}

/// `2026-11-24T10:00:00.123Z`, for the log.
pub fn rfc3339_ms(ms: i64) -> String {
    let seconds = rfc3339(ms);
    format!(
        "{}.{:03}Z",
        seconds.trim_end_matches('Z'),
        ms.rem_euclid(1000)
    )
}

/// `Tue, 24 Nov 2026 10:00:00 GMT`, for the header `Date`.
pub fn http_date(ms: i64) -> String {
    let t = Civil::of(ms);
    let weekday = match ms.div_euclid(DAY_MS).rem_euclid(7) {
        0 => "Thu",
        1 => "Fri",
        2 => "Sat",
        3 => "Sun",
        4 => "Mon",
        5 => "Tue",
        _ => "Wed",
    };
    let month = match t.month {
        1 => "Jan",
        2 => "Feb",
        3 => "Mar",
        4 => "Apr",
        5 => "May",
        6 => "Jun",
        7 => "Jul",
        8 => "Aug",
        9 => "Sep",
        10 => "Oct",
        11 => "Nov",
        _ => "Dec",
    };
    format!(
        "{weekday}, {:02} {month} {:04} {:02}:{:02}:{:02} GMT",
        t.day, t.year, t.hour, t.minute, t.second
    )
}

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    fn of(ms: i64) -> Self {
        let days = ms.div_euclid(DAY_MS);
        let second_of_day = ms.rem_euclid(DAY_MS) / 1000;
        // Howard Hinnant's civil_from_days: years start in March, so that the leap day comes last.
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        Civil {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
        }
    }
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_survives_printing_and_parsing() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2024-02-29T23:59:59Z",
            "2026-11-24T10:00:00Z",
            "2100-03-01T00:00:00Z",
        ] {
            assert_eq!(rfc3339(parse_rfc3339(text).unwrap()), text);
        }
        assert_eq!(
            parse_rfc3339("2026-11-24T12:30:00.5+02:30"),
            parse_rfc3339("2026-11-24T10:00:00.500Z")
        );
        assert_eq!(rfc3339_ms(1_234), "1970-01-01T00:00:01.234Z");
        assert_eq!(
            http_date(parse_rfc3339("2026-11-24T10:00:00Z").unwrap()),
            "Tue, 24 Nov 2026 10:00:00 GMT"
        );
    }

    #[test]
    fn time_that_is_none_is_refused() {
        for text in [
            "",
            "2026-11-24",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-24T10:00:00",
            "x026-11-24T10:00:00Z",
            "2026-11-24T10:00:00.Z",
            "2026-11-24T10:00:00+2:00",
            "äöü",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
