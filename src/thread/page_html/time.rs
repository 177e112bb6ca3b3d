//! Times of comments, as pages write them.

use jiff::Timestamp;
use scraper::node::Element;

use crate::thread::page_html::dom::{Ref, short_line};
use crate::thread::page_html::month::is_month;

/// The longest time, in bytes.
const LONGEST: usize = 200;

/// The time in an element: the machine-readable one if there is one, else the displayed one.
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
        // More may follow: `2018-05-27 06:16:39Z, License: …`, but also the clock.
        let more = title.split_once(", ").filter(|(_, more)| !more.starts_with(|char: char| char.is_ascii_digit()));
        let whole = more.filter(|_| is_iso(first)).map_or(title, |(date, _)| date);
        return Some(if is_iso(first) && first.contains('T') { first } else { whole }.to_owned());
    }
    let said = short_line(node, LONGEST, |_| false)?;
    // After other text: `by Rosa » Mon Mar 04, 2024 10:00 am`
    let time = said.rsplit(['»', '|', '•']).map(str::trim).find(|part| !part.is_empty())?;
    Some(time.trim_end_matches(':').to_owned())
}

/// Whether an attribute gives the time.
pub(crate) fn is_given(element: &Element) -> bool {
    let is_any = ["datetime", "data-time", "data-timestamp", "data-epoch", "data-utime", "data-unixtime"];
    is_any.iter().any(|name| element.attr(name).is_some_and(|value| !value.trim().is_empty()))
        || element.attr("title").is_some_and(|title| is_date(title.trim()))
}

/// A count of seconds or milliseconds since 1970, as ISO 8601.
fn instant(time: &str) -> Option<String> {
    let number: i64 = time.parse().ok()?;
    // Read as seconds, these would be in the year 5138 or later.
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

/// Whether a title, which may say anything, contains a date: there is a year in it.
fn is_date(text: &str) -> bool {
    let is_year = |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    text.len() <= LONGEST && text.split(|char: char| !char.is_ascii_digit()).any(is_year)
}

/// Whether a short text states a time: a date, a time of day, or how long ago.
pub(crate) fn is_time(text: &str) -> bool {
    if text.len() > 60 || text.split_whitespace().count() > 9 {
        return false;
    }
    let low = text.to_lowercase();
    let words: Vec<&str> = low.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // Most short lines of a page have no number, and then only words can say it.
    if !low.bytes().any(|byte| byte.is_ascii_digit()) {
        return is_said_in_words(&low, &words);
    }
    is_relative(&low, &words) || is_span(&low, &words) || has_day_of_month(&words) || is_numeric(&low, &words)
}

/// Days and moments that need no number.
const DAYS: [&str; 26] = [
    "yesterday",
    "today",
    "just now",
    "moments ago",
    "gestern",
    "heute",
    "gerade eben",
    "hier",
    "aujourd'hui",
    "aujourd’hui",
    "à l'instant",
    "à l’instant",
    "ayer",
    "hoy",
    "ieri",
    "oggi",
    "gisteren",
    "vandaag",
    "igår",
    "i går",
    "idag",
    "i dag",
    "wczoraj",
    "dzisiaj",
    "ontem",
    "hoje",
];
const BEFORE: [&str; 4] = ["vor", "il y a", "hace", "há"];
const AFTER: [&str; 8] = ["ago", "fa", "geleden", "sedan", "siden", "temu", "назад", "sitten"];

/// `2 hours ago`, `il y a 3 heures`, `heute um 10:15`: sentences say more than that.
fn is_relative(low: &str, words: &[&str]) -> bool {
    is_day_with_clock(low, words) || is_ago(words)
}

/// A day, numbers, and what stands between them.
fn is_day_with_clock(low: &str, words: &[&str]) -> bool {
    let Some(day) = DAYS.iter().find(|day| low.contains(**day)) else { return false };
    let is_of_day = |word: &str| day.split(|char: char| !char.is_alphanumeric()).any(|part| part == word);
    let is_known = |word: &&str| is_of_day(word) || is_counted(word) || is_between(word) || is_beside(word);
    words.iter().all(is_known)
}

/// A number and a unit, behind or before what says that so much time has passed, and little else.
fn is_ago(words: &[&str]) -> bool {
    let is_number = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| is_counted(word));
    // The unit of `3h ago` is in the number.
    let is_after = |at: usize| is_number(at.checked_sub(2)) || is_number(at.checked_sub(1));
    let is_before = |phrase: &&str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let at = words.windows(phrase.len()).position(|part| part == phrase);
        is_number(at.map(|at| at + phrase.len()))
    };
    let others = words.iter().filter(|word| !is_counted(word) && !is_between(word)).count();
    let after = words.iter().position(|word| AFTER.contains(word));
    others <= 4 && (after.is_some_and(is_after) || BEFORE.iter().any(is_before))
}

/// A number, or one with a unit: `3`, `3h`, `10h15`.
fn is_counted(word: &str) -> bool {
    word.starts_with(|char: char| char.is_ascii_digit())
}

/// What may stand beside a day.
fn is_beside(word: &str) -> bool {
    matches!(word, "posted" | "edited" | "updated")
}

/// `yesterday`, `an hour ago`, `vor einer Stunde`: nothing else may be said where there is no number.
fn is_said_in_words(low: &str, words: &[&str]) -> bool {
    let said = low.trim_matches(|char: char| !char.is_alphanumeric());
    let said = ["posted ", "edited "].iter().find_map(|before| said.strip_prefix(before)).unwrap_or(said);
    let is_an_hour_ago = || {
        let starts = |before: &&str| said.strip_prefix(*before).is_some_and(|rest| rest.starts_with(' '));
        let ends = |after: &&str| said.strip_suffix(*after).is_some_and(|rest| rest.ends_with(' '));
        (2..=4).contains(&words.len()) && (BEFORE.iter().any(starts) || AFTER.iter().any(ends))
    };
    DAYS.contains(&said) || is_an_hour_ago() || is_il_y_a(said)
}

/// Whether this is a time such as `il y a une heure`; `il y a un problème` is not.
fn is_il_y_a(said: &str) -> bool {
    let rest = said.strip_prefix("il y a ").map(|rest| rest.split(' ').collect::<Vec<_>>());
    let is_unit = |word: &str| {
        let one = word.trim_end_matches('s');
        matches!(one, "seconde" | "minute" | "heure" | "jour" | "semaine" | "moi" | "an" | "année" | "instant")
    };
    rest.is_some_and(|words| words.len() <= 3 && words.last().is_some_and(|word| is_unit(word)))
}

/// Whether this is a short span: `2h`, `3 d`, `5min`
fn is_span(low: &str, words: &[&str]) -> bool {
    let unit = low.trim_start_matches(|char: char| char.is_ascii_digit());
    words.len() <= 2
        && unit.len() < low.len()
        && matches!(
            unit.trim().trim_end_matches('.'),
            "h" | "d" | "m" | "w" | "y" | "s" | "j" | "min" | "mins" | "hr" | "hrs" | "std" | "mo" | "days" | "hours"
        )
}

/// Whether there is a date with a month's name: `12. März`, `March 12th`, `3 de marzo`, `May 2024`. A word that only
/// starts like a month does not count, and there must be a number.
fn has_day_of_month(words: &[&str]) -> bool {
    let is_number = |word: Option<&&str>| word.is_some_and(|word| word.starts_with(|char: char| char.is_ascii_digit()));
    words.iter().enumerate().any(|(at, word)| {
        let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at));
        let is_of = matches!(before(1), Some(&("of" | "de" | "di")));
        let is_numbered = is_number(before(1)) || (is_of && is_number(before(2))) || is_number(words.get(at + 1));
        is_numbered && is_month(word)
    })
}

/// Whether this is a numeric date or time: `12/05/2024 10:30`, `12.05.2024 um 10:30 Uhr`, `10:30`
fn is_numeric(low: &str, words: &[&str]) -> bool {
    // Also `10h15`.
    let is_number =
        |word: &&&str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'h') && !word.starts_with('h');
    let is_weekday = |word: &str| {
        word.len() <= 9 && ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| word.starts_with(day))
    };
    // `12T10` and `00Z`, of ISO 8601.
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_of_iso = |word: &str| word.trim_end_matches('z').split('t').all(is_digits);
    let numbers = words.iter().filter(is_number).count();
    let is_date = numbers >= 3
        && low.contains(['-', '/', '.'])
        && words.iter().all(|word| is_number(&word) || is_weekday(word) || is_between(word) || is_of_iso(word));
    let is_clock = low.contains(':') && numbers >= 2 && words.len() <= 4;
    is_date || is_clock
}

/// What stands between the parts of a date: `on`, `at`, `um`, `Uhr`.
fn is_between(word: &str) -> bool {
    matches!(
        word,
        "am" | "pm"
            | "at"
            | "on"
            | "um"
            | "uhr"
            | "t"
            | "z"
            | "à"
            | "le"
            | "kl"
            | "klo"
            | "klokken"
            | "alle"
            | "ore"
            | "las"
            | "a"
            | "h"
            | "om"
            | "den"
            | "el"
            | "il"
            | "op"
            | "em"
            | "às"
            | "o"
    )
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
            "12. März 2025 um 10:15 Uhr",
            "le 3 mars 2025 à 10h15",
            "3 de marzo de 2025",
            "1er août 2025",
            "4 marca 2025, 10:15",
            "03/03/2025 à 10h15",
            "för 3 timmar sedan",
            "il y a 3 heures",
            "3 uur geleden",
            "i går",
            "an hour ago",
            "il y a une heure",
            "vor einer Stunde",
            "Posted yesterday",
            "Jan. 5, 2025",
            "3 June 2025, 8.15am",
            "today at 10:15",
            "heute um 10:15 Uhr",
            "hier à 10h15",
            "i går kl 10.15",
            "about 2 hours ago",
            "edited 3h ago",
            "2 hours ago (edited)",
            "2 days ago at 10:15",
            "1 year, 2 months ago",
            "vor 1 Jahr, 2 Monaten",
            "aujourd’hui à 9h",
            "2024-05-12T10:30:00Z",
            "2024-05-12T10:30",
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
            "martin42",
            "Marta 5",
            "Sie haben 3 neue",
            "Not today!",
            "Fa freddo",
            "Today 3 buses were late.",
            "Das steht hier seit 3 Jahren.",
            "Vor 3 Jahren war das anders",
            "2 years ago I lived there",
            "I was there 2 years ago",
            "3-2 at Stuttgart, 4-1",
            "il y a un problème",
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
