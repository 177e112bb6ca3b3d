//! When a comment was written, as its page says.

use jiff::Timestamp;

use crate::thread::page_html::dom::{Ref, short_line};

/// No time is longer (in bytes).
const LONGEST: usize = 200;

/// The time that an element gives: for programs if it does, else for people.
pub(crate) fn of(node: Ref) -> Option<String> {
    let element = node.value().as_element()?;
    let given = |name: &str| element.attr(name).map(str::trim).filter(|time| !time.is_empty());
    if let Some(time) = given("datetime").or_else(|| given("content")) {
        return Some(time.to_owned());
    }
    let counted = ["data-time", "data-timestamp", "data-epoch", "data-utime", "data-unixtime", "data-date", "ts"];
    if let Some(time) = counted.iter().find_map(|name| given(name)) {
        return Some(instant(time).unwrap_or_else(|| time.to_owned()));
    }
    if let Some(title) = given("title").filter(|title| is_date(title)) {
        let first = title.split_whitespace().next().unwrap_or_default();
        return Some(if is_iso(first) && first.contains('T') { first } else { title }.to_owned());
    }
    let said = short_line(node, LONGEST, |_| false)?;
    // `by Rosa » Mon Mar 04, 2024 10:00 am`
    let time = said.rsplit(['»', '|', '•']).map(str::trim).find(|part| !part.is_empty())?;
    Some(time.trim_end_matches(':').to_owned())
}

/// Seconds or milliseconds since 1970, as ISO 8601.
fn instant(time: &str) -> Option<String> {
    let number: i64 = time.parse().ok()?;
    // As seconds, these would be in the year 5138 and later.
    let instant = if number.abs() >= 100_000_000_000 {
        Timestamp::from_millisecond(number)
    } else {
        Timestamp::from_second(number)
    };
    instant.ok().map(|instant| instant.to_string())
}

fn is_iso(word: &str) -> bool {
    let shape = |(i, byte): (usize, &u8)| if matches!(i, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() };
    word.as_bytes().get(..10).is_some_and(|day| day.iter().enumerate().all(shape))
}

/// Whether a title, which may say anything, says a date: there is a year in it.
fn is_date(text: &str) -> bool {
    let is_year = |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    text.len() <= LONGEST && text.split(|char: char| !char.is_ascii_digit()).any(is_year)
}

/// Whether a short text says when something was: a date, an hour, or how long ago.
pub(crate) fn is_time(text: &str) -> bool {
    const WORDS: [&str; 24] = [
        "ago",
        "yesterday",
        "today",
        "just now",
        "moments",
        "vor ",
        "gestern",
        "heute",
        "il y a",
        "hier",
        "hace ",
        "ayer",
        "fa",
        "ieri",
        "geleden",
        "gisteren",
        "sedan",
        "siden",
        "temu",
        "назад",
        "há ",
        "ontem",
        "edited",
        "posted",
    ];
    const MONTHS: [&str; 18] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mai", "okt", "dez", "avr",
        "ene", "abr",
    ];
    if text.len() > 60 || text.split_whitespace().count() > 9 {
        return false;
    }
    let low = text.to_lowercase();
    let has_digit = low.bytes().any(|byte| byte.is_ascii_digit());
    let words = || low.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_numbered = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let has_ago = WORDS.iter().take(22).any(|word| {
        let word = word.trim();
        if word.contains(' ') { low.contains(word) } else { words().any(|found| found == word) }
    });
    let is_relative = has_ago && (has_digit || words().count() <= 3);
    // `2h`, `3 d`, `5min`
    let is_span = words().count() <= 2
        && has_digit
        && matches!(
            low.trim_start_matches(|char: char| char.is_ascii_digit()).trim(),
            "h" | "d" | "m" | "w" | "y" | "s" | "min" | "mins" | "hr" | "hrs" | "std" | "mo" | "days" | "hours"
        );
    let has_month = words().any(|word| MONTHS.iter().any(|month| word.starts_with(month)));
    let is_dated = has_month && has_digit;
    let is_weekday = |word: &str| {
        word.len() <= 9 && ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| word.starts_with(day))
    };
    let numbers = words().filter(|word| is_numbered(word)).count();
    let is_numeric = numbers >= 3
        && low.contains(['-', '/', '.'])
        && words().all(|word| {
            is_numbered(word)
                || is_weekday(word)
                || matches!(word, "am" | "pm" | "at" | "um" | "uhr" | "t" | "z" | "à")
                || word.contains('t')
        });
    let is_clock = low.contains(':') && numbers >= 2 && words().count() <= 4;
    is_relative || is_span || is_dated || is_numeric || is_clock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_that_say_when() {
        for time in [
            "2 hours ago",
            "yesterday",
            "just now",
            "vor 3 Stunden",
            "il y a 2 jours",
            "12 May 2024",
            "May 12, 2024 at 3:53 am",
            "2024-05-12",
            "12/05/2024 10:30",
            "12.05.2024, 10:30 Uhr",
            "10:30",
            "3h",
            "Mon, 03/05/2012 - 18:02",
            "5 min",
            "Posted 12 March",
        ] {
            assert!(is_time(time), "{time}");
        }
        for other in [
            "",
            "Rosa M",
            "Reply",
            "12",
            "Reply 3",
            "The mayor said it in May, and nobody of us 3 believed that it was true then",
            "4.5",
        ] {
            assert!(!is_time(other), "{other}");
        }
    }

    #[test]
    fn counts_since_1970_become_dates() {
        assert_eq!(instant("1704448800").as_deref(), Some("2024-01-05T10:00:00Z"));
        assert_eq!(instant("1704448800000").as_deref(), Some("2024-01-05T10:00:00Z"));
        assert_eq!(instant("Monday"), None);
    }
}
