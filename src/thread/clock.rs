//! Times that a source writes as a count of seconds, as every other time is written.

use jiff::Timestamp;

/// Larger numbers are milliseconds: as seconds this is the year 5138.
const SECONDS_END: f64 = 1e11;

/// RFC 3339 in UTC of seconds (or milliseconds) since 1970; anything else is as it was.
pub(crate) fn of_seconds(text: &str) -> String {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let ms = number.map(|number| if number.abs() < SECONDS_END { (number * 1000.0).round() } else { number });
    ms.and_then(|ms| Timestamp::from_millisecond(ms as i64).ok())
        .map_or_else(|| text.to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_times_and_all_else_stays() {
        assert_eq!(of_seconds("1579876681"), "2020-01-24T14:38:01Z");
        assert_eq!(of_seconds("1579876681.5"), "2020-01-24T14:38:01.5Z");
        assert_eq!(of_seconds("1579876681000"), "2020-01-24T14:38:01Z");
        for other in ["", "yesterday", "1e300", "NaN", "2020-01-24T14:38:01Z"] {
            assert_eq!(of_seconds(other), other);
        }
    }
}
