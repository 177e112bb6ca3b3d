//! What the cells of a column are, in forms that tell text from numbers and times.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// What the cells of a column are. Whatever they are, a row has them as text: [`Kind`] says how it is to be read back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anything.
    #[default]
    Text,
    /// Whole numbers of 64 bits.
    Whole,
    /// Numbers of 64 bits.
    Real,
    /// `true` or `false`.
    Truth,
    /// Days: `2026-05-01`.
    Day,
    /// Days and times of day: `2026-05-01T10:15:00`, with a `Z` at the end if they are those of `utc`.
    Time {
        /// In what they are counted.
        unit: Unit,
        /// Whether they are moments, and not what a clock shows somewhere.
        utc: bool,
    },
}

/// In what times are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Kind {
    /// What cells are called that are such, in messages.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Text => "texts",
            Self::Whole => "whole numbers",
            Self::Real => "numbers",
            Self::Truth => "true or false",
            Self::Day => "days",
            Self::Time { .. } => "times",
        }
    }
}

/// The day so many days after 1 January 1970 as text, if it is one of the calendar.
pub(crate) fn day(days: i32) -> Option<String> {
    Some(EPOCH.checked_add(Span::new().try_days(days).ok()?).ok()?.to_string())
}

/// How many days after 1 January 1970 a day is.
pub(crate) fn days(day: &str) -> Option<i32> {
    let day: Date = day.parse().ok()?;
    EPOCH.until(day).ok().map(|span| span.get_days())
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// A time as text.
pub(crate) fn time(count: i64, unit: Unit, utc: bool) -> Option<String> {
    let time = match unit {
        Unit::Millis => Timestamp::from_millisecond(count),
        Unit::Micros => Timestamp::from_microsecond(count),
        Unit::Nanos => Timestamp::from_nanosecond(i128::from(count)),
    };
    let time = time.ok()?;
    Some(if utc { time.to_string() } else { TimeZone::UTC.to_datetime(time).to_string() })
}

/// The count of a time that is written as [`time`] writes it. A time without a zone is taken as UTC: whose clock it is
/// nobody knows.
pub(crate) fn count(time: &str, unit: Unit) -> Option<i64> {
    let moment = match time.parse::<Timestamp>() {
        Ok(moment) => moment,
        Err(_) => TimeZone::UTC.to_timestamp(time.parse::<DateTime>().ok()?).ok()?,
    };
    match unit {
        Unit::Millis => Some(moment.as_millisecond()),
        Unit::Micros => Some(moment.as_microsecond()),
        Unit::Nanos => i64::try_from(moment.as_nanosecond()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_written_and_read_back() {
        for (number, text) in [(0, "1970-01-01"), (-1, "1969-12-31"), (20_574, "2026-05-01")] {
            assert_eq!(day(number).as_deref(), Some(text));
            assert_eq!(days(text), Some(number));
        }
        assert_eq!((day(i32::MAX), days("May 1")), (None, None));
        let micros = 1_777_630_500_250_000;
        assert_eq!(time(micros, Unit::Micros, true).as_deref(), Some("2026-05-01T10:15:00.25Z"));
        assert_eq!(time(micros, Unit::Micros, false).as_deref(), Some("2026-05-01T10:15:00.25"));
        for utc in [true, false] {
            for unit in [Unit::Millis, Unit::Micros, Unit::Nanos] {
                let text = time(1_777_630_500_250_000, unit, utc);
                assert_eq!(
                    text.and_then(|text| count(&text, unit)).unwrap_or(1_777_630_500_250_000),
                    1_777_630_500_250_000
                );
            }
        }
        assert_eq!(count("2026-05-01", Unit::Millis), Some(1_777_593_600_000));
        assert_eq!((time(i64::MAX, Unit::Millis, true), count("soon", Unit::Millis)), (None, None));
    }
}
