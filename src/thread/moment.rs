//! When a comment was written, as sources write it.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{Error, Timestamp};

/// Larger numbers are milliseconds, smaller ones seconds: as seconds this is the year 5138, as milliseconds 1973.
const SECONDS_END: f64 = 1e11;

/// A time in ISO 8601 (also a date alone, and `20240501`), or a count of seconds or milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A count since 1970.
    Counted(Timestamp),
    /// With a zone, by its own clock.
    Zoned(DateTime, Offset),
    /// Without a zone.
    Local(DateTime),
}

impl Moment {
    /// `None` if it cannot be read.
    pub(crate) fn of(time: &str) -> Option<Self> {
        let time = time.trim();
        let is_date = time.len() == 8 && time.bytes().all(|byte| byte.is_ascii_digit());
        // As seconds, eight digits that are a date are in the years before 1974.
        if let Some(date) = is_date.then(|| time.parse::<Date>().ok()).flatten() {
            return Some(Self::Local(date.into()));
        }
        if let Ok(number) = time.parse::<f64>() {
            return of_count(number).ok().map(Self::Counted);
        }
        let pieces = Pieces::parse(time).ok()?;
        let clock = pieces.date().to_datetime(pieces.time().unwrap_or_default());
        Some(pieces.to_numeric_offset().map_or(Self::Local(clock), |offset| Self::Zoned(clock, offset)))
    }

    /// The day by the clock that it was written with; in UTC if it is a count.
    pub(crate) fn day(self) -> Date {
        match self {
            Self::Counted(instant) => Offset::UTC.to_datetime(instant).date(),
            Self::Zoned(clock, _) | Self::Local(clock) => clock.date(),
        }
    }

    /// The instant, where the source says which it is.
    pub(crate) fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Counted(instant) => Some(instant),
            Self::Zoned(clock, offset) => offset.to_timestamp(clock).ok(),
            Self::Local(_) => None,
        }
    }

    /// The instant, in UTC if the source names no zone.
    pub(crate) fn in_utc(self) -> Option<Timestamp> {
        match self {
            Self::Local(clock) => Offset::UTC.to_timestamp(clock).ok(),
            known => known.instant(),
        }
    }

    /// Whether it is before `other`; `None` if that cannot be told, as only one of them has a zone.
    pub(crate) fn is_before(self, other: Self) -> Option<bool> {
        match (self, other) {
            (Self::Local(one), Self::Local(other)) => Some(one < other),
            (one, other) => Some(one.instant()? < other.instant()?),
        }
    }
}

fn of_count(number: f64) -> Result<Timestamp, Error> {
    let milliseconds = if number.abs() < SECONDS_END { number * 1000.0 } else { number };
    // Out of the range of timestamps is an error, also what does not fit and is cut to the nearest integer.
    Timestamp::from_millisecond(if milliseconds.is_nan() { i64::MAX } else { milliseconds as i64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_sources_write_them() {
        let day = |time: &str| Moment::of(time).map(|moment| moment.day().to_string());
        for time in [
            "2024-05-01",
            "20240501",
            "2024-05-01T23:00:00Z",
            "2024-05-01T01:00:00+02:00",
            " 2024-05-01 10:00",
            "2024-05-01T10:00:00.000+0000",
            "1714564800",
            "1714564801.5",
            "1714564800000",
        ] {
            assert_eq!(day(time).as_deref(), Some("2024-05-01"), "{time}");
        }
        for time in ["", "yesterday", "01.05.2024", "2024-13-01", "05/01/2024 10:00", "nan", "inf", "1e300"] {
            assert_eq!(day(time), None, "{time}");
        }
        assert_eq!(day("20241301").as_deref(), Some("1970-08-23"), "no date, so seconds");
    }

    #[test]
    fn times_are_compared_across_zones() {
        let is_before = |one: &str, other: &str| Moment::of(one).unwrap().is_before(Moment::of(other).unwrap());
        assert_eq!(is_before("2026-05-01T09:30:00+02:00", "2026-05-01T08:00:00Z"), Some(true));
        assert_eq!(is_before("1714564800", "2024-05-01T12:00:01Z"), Some(true));
        assert_eq!(is_before("1714564800000", "1714564800"), Some(false));
        assert_eq!(is_before("2026-05-01 09:30", "2026-05-01"), Some(false));
        assert_eq!(is_before("2026-05-01 09:30", "2026-05-02T00:00:00Z"), None, "one has no zone");
    }
}
