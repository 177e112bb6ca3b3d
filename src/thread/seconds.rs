//! Converts counts of seconds since 1970 to readable times.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

/// From here on floating-point numbers do not represent whole milliseconds exactly; no comment is that late.
const MOST: f64 = 1e14;

/// Seconds since 1 January 1970 as RFC 3339 in UTC, to the millisecond. Anything else stays as it is.
pub(crate) fn rfc3339(seconds: &str) -> Cow<'_, str> {
    let seconds = seconds.trim();
    let time = match seconds.parse::<i64>() {
        Ok(whole) => of_whole(whole),
        Err(_) => seconds.parse::<f64>().ok().and_then(of_fraction),
    };
    time.map_or(Cow::Borrowed(seconds), |time| Cow::Owned(time.to_string()))
}

/// Like [`rfc3339`], from milliseconds.
pub(crate) fn of_milliseconds(milliseconds: &str) -> Cow<'_, str> {
    let milliseconds = milliseconds.trim();
    let time = milliseconds.parse::<i64>().ok().and_then(|whole| Timestamp::from_millisecond(whole).ok());
    time.map_or(Cow::Borrowed(milliseconds), |time| Cow::Owned(time.to_string()))
}

/// The time of a whole number of seconds.
pub(crate) fn of_whole(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

/// The time of any number of seconds.
pub(crate) fn of_fraction(seconds: f64) -> Option<Timestamp> {
    let milliseconds = seconds * 1000.0;
    (milliseconds.abs() < MOST).then(|| Timestamp::from_millisecond(milliseconds.round() as i64).ok()).flatten()
}

/// Appends the time to `out` as RFC 3339 in UTC, without the cost of `Display`.
pub(crate) fn write(time: Timestamp, out: &mut String) {
    let written = DateTimePrinter::new().print_timestamp(&time, out);
    // Writing to a string cannot fail.
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_times_in_utc() {
        for (seconds, time) in [
            ("1672531200", "2023-01-01T00:00:00Z"),
            ("1672531200.0", "2023-01-01T00:00:00Z"),
            (" 1672531200.25 ", "2023-01-01T00:00:00.25Z"),
            ("-1", "1969-12-31T23:59:59Z"),
            ("", ""),
            ("yesterday", "yesterday"),
            ("NaN", "NaN"),
            ("1e300", "1e300"),
            ("99999999999999999", "99999999999999999"),
        ] {
            assert_eq!(rfc3339(seconds), time);
        }
        assert_eq!(of_milliseconds("1612864860000"), "2021-02-09T10:01:00Z");
        assert_eq!(of_milliseconds("x"), "x");
        let mut out = "at ".to_owned();
        write(of_fraction(1_672_531_200.25).unwrap(), &mut out);
        assert_eq!(out, "at 2023-01-01T00:00:00.25Z");
    }
}
