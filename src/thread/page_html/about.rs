//! Recognises what forums say beside each post about its author: the number of posts, and how long they have been a
//! member.

use crate::thread::page_html::dom::{Ref, short_line};
use crate::thread::page_html::month::is_month;

/// What is counted.
const COUNTED: [&str; 18] = [
    "posts",
    "post count",
    "messages",
    "topics",
    "threads",
    "reputation",
    "karma",
    "beiträge",
    "themen",
    "mensajes",
    "messaggi",
    "mensagens",
    "berichten",
    "inlägg",
    "indlæg",
    "innlegg",
    "posty",
    "viestejä",
];
/// What is followed by a date.
const SINCE: [&str; 22] = [
    "joined",
    "join date",
    "date joined",
    "registered",
    "registration",
    "member since",
    "registriert",
    "registriert seit",
    "registrierung",
    "dabei seit",
    "mitglied seit",
    "anmeldungsdatum",
    "inscrit",
    "inscrit le",
    "inscription",
    "registrado",
    "iscritto",
    "iscritto il",
    "registrato",
    "geregistreerd",
    "lid geworden op",
    "medlem sedan",
];
/// What may stand in a date.
const BESIDE: [&str; 14] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "am", "pm", "at", "um", "de", "den", "le"];
/// The longest fact, in bytes.
const LONGEST: usize = 60;

/// Whether a line is such a fact and nothing else, since nobody must be able to hide words in it: `Posts: 1,204`,
/// `Joined 5 March 2011`.
pub(crate) fn is_fact(line: &str) -> bool {
    let line = line.trim();
    if line.len() > LONGEST || !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let low = line.to_lowercase();
    let after = |label: &&str| {
        let rest = low.strip_prefix(*label)?;
        let value = rest.trim_start().strip_prefix(':');
        let is_apart = value.is_some() || rest.starts_with(char::is_whitespace);
        is_apart.then(|| value.unwrap_or(rest).trim())
    };
    let is_of_number = |char: char| char.is_ascii_digit() || matches!(char, ',' | '.' | '\'' | ' ' | '\u{a0}');
    let is_number = |value: &str| value.strip_suffix('k').unwrap_or(value).chars().all(is_of_number);
    COUNTED.iter().filter_map(after).any(is_number) || SINCE.iter().filter_map(after).any(is_date)
}

/// Whether a text is a date and nothing else: numbers, names of months, and what may stand between them.
fn is_date(text: &str) -> bool {
    let mut words = text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    // `5`, `5th`, `10h`
    let is_number = |word: &str| {
        let unit = word.trim_start_matches(|char: char| char.is_ascii_digit());
        unit.len() < word.len() && unit.len() <= 2
    };
    words.all(|word| is_number(word) || is_month(word) || BESIDE.contains(&word))
}

/// Whether an element, or a line directly in it, is such a fact.
pub(crate) fn is_about(node: Ref) -> bool {
    let is_line = |node: Ref| node.value().as_text().is_some_and(|said| is_fact(said));
    short_line(node, LONGEST, |_| false).is_some_and(|said| is_fact(&said)) || node.children().any(is_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_about_an_author() {
        for fact in [
            "Posts: 1,204",
            "Posts 7",
            "Posts: 1.2k",
            "Joined 5th March 2011",
            "Beiträge: 12",
            "Joined: 05 Mar 2002",
            "Registered: 2011-03-05",
            "Member since March 2011",
            "Dabei seit: 5. März 2011",
            "Inscrit le 5 mars 2011",
        ] {
            assert!(is_fact(fact), "{fact}");
        }
        for other in [
            "Joined by 3 idiots",
            "Joined 5 May die all of you",
            "Registered 2019 idiots",
            "Posts: 3 idiots",
            "Posts: none",
            "Posts: kkk 88",
            "Joined 5 May 1killthem",
            "Joined",
            "Posts of 3 people were deleted",
            "",
            "March 5, 2011",
        ] {
            assert!(!is_fact(other), "{other}");
        }
    }
}
