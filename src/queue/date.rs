//! Times as sources write them, in milliseconds since 1970 (UTC), and back.

use jiff::Timestamp;

use crate::thread::moment::Moment;

/// Milliseconds of one day.
pub(crate) const DAY: i64 = 86_400_000;

/// ISO 8601 with or without a zone (then UTC) or time of day, or a count of seconds or milliseconds.
pub(crate) fn parse(time: &str) -> Option<i64> {
    Some(Moment::of(time)?.in_utc()?.as_millisecond())
}

/// `2026-11-25T02:00:00Z`.
pub(crate) fn iso(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |time| time.to_string())
}

/// The day in UTC: `2026-11-25`.
pub(crate) fn day(ms: i64) -> String {
    iso(ms.div_euclid(DAY) * DAY).chars().take(10).collect()
}

/// The Monday, at midnight, of the week that a time is in. The first day of 1970 was a Thursday.
pub(crate) fn monday(ms: i64) -> i64 {
    ((ms.div_euclid(DAY) + 3).div_euclid(7) * 7 - 3) * DAY
}

/// Whether a time can be read as sources write it.
#[must_use]
pub(crate) fn is_time(time: &str) -> bool {
    parse(time).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_as_sources_write_them() {
        let expected = Some(1_714_564_800_000);
        for time in [
            "2024-05-01T12:00:00Z",
            "2024-05-01T14:00:00+02:00",
            " 2024-05-01 12:00:00 ",
            "2024-05-01T12:00",
            "1714564800",
            "1714564800000",
            "1714564800.0",
        ] {
            assert_eq!(parse(time), expected, "{time}");
        }
        assert_eq!(parse("2024-05-01"), Some(1_714_521_600_000));
        for time in ["", "yesterday", "2024-13-01", "nan", "inf", "1e300"] {
            assert_eq!(parse(time), None, "{time}");
        }
        assert_eq!(iso(1_714_564_800_000), "2024-05-01T12:00:00Z");
        assert_eq!(day(1_714_564_800_000), "2024-05-01");
    }

    #[test]
    fn weeks_begin_on_monday() {
        // The first of May 2024 was a Wednesday.
        assert_eq!(day(monday(1_714_564_800_000)), "2024-04-29");
        assert_eq!(monday(monday(0)), monday(0));
        assert_eq!(day(monday(0)), "1969-12-29");
    }

    proptest! {
        #[test]
        fn any_time_is_read_or_refused(time: String, ms: i64) {
            let _ = parse(&time);
            let _ = (iso(ms), day(ms / 2), monday(ms / 2));
        }

        #[test]
        fn what_is_written_is_read_back(ms in -60_000_000_000_000_i64..200_000_000_000_000) {
            prop_assert_eq!(parse(&iso(ms)), Some(ms));
        }
    }
}
