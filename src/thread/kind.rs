//! What the cells of a column hold, for formats that distinguish text from numbers and times.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// What the cells of a column hold. A row always has them as text: [`Kind`] says how to read that back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    #[default]
    Text,
    /// 64-bit integers.
    Whole,
    /// 64-bit floating-point numbers.
    Real,
    /// `true` or `false`.
    Truth,
    /// Dates: `2026-05-01`.
    Day,
    /// Dates with a time: `2026-05-01T10:15:00`, followed by `Z` if `utc`.
    Time {
        /// The unit of the count.
        unit: Unit,
        /// Whether they are instants in UTC rather than local times.
        utc: bool,
    },
}

/// The unit in which times are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Kind {
    /// What messages call such cells.
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

/// The date that is `days` after 1 January 1970 as text, if the calendar has it.
pub(crate) fn day(days: i32) -> Option<String> {
    Some(EPOCH.checked_add(Span::new().try_days(days).ok()?).ok()?.to_string())
}

/// The number of days from 1 January 1970 to a date.
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

/// The count of a time in the notation of [`time`]. A time without a zone is taken as UTC, since its zone is unknown.
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
