//! Days, for counting the distinct days in a source.

use crate::thread::moment::Moment;

/// The day of a time in a source's notation: ISO 8601, or a count of seconds or milliseconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Day {
    /// Year, month and day.
    Civil([u16; 3]),
    /// Days since 1 January 1970.
    Count(i64),
}

/// From this number on, counts are milliseconds; below it, seconds.
const SECONDS_END: f64 = 1e11;
const SECONDS: f64 = 86_400.0;

impl Day {
    /// The day of `time`; `None` if it cannot be parsed.
    #[must_use]
    pub(crate) fn of(time: &str) -> Option<Self> {
        let Moment { number, clock, zone } = Moment::of(time)?;
        if zone.is_none() {
            let seconds = if number.abs() < SECONDS_END { number } else { number / 1000.0 };
            return Some(Self::Count((seconds / SECONDS).floor() as i64));
        }
        let mut parts = clock.get(..10)?.split('-').map(str::parse);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
            return None;
        };
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Self::Civil([year, month, day]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_sources_write_them() {
        let day = Some(Day::Civil([2024, 5, 1]));
        for time in ["2024-05-01", "2024-05-01T23:00:00Z", " 2024-05-01 10:00"] {
            assert_eq!(Day::of(time), day, "{time}");
        }
        let day = Some(Day::Count(19_844));
        for time in ["1714564800", "1714564801.5", "1714564800000"] {
            assert_eq!(Day::of(time), day, "{time}");
        }
        for time in ["", "yesterday", "01.05.2024", "2024-13-01", "05/01/2024 10:00", "nan"] {
            assert_eq!(Day::of(time), None, "{time}");
        }
    }
}
