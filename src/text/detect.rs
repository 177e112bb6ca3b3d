//! The language of a text that is long enough, by the frequencies of its trigrams, with whatlang (after Cavnar and
//! Trenkle, N-gram-based text categorization, SDAIR 1994).

use std::fmt;

use serde::{Serialize, Serializer};
use whatlang::Lang;

/// Fewer bytes of letters than this are not enough: about ten words, or twenty characters of Chinese.
const LETTERS: usize = 60;

/// A language that was detected, written as its ISO 639-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detected(Lang);

impl Detected {
    /// The language of a text; `None` if it is uncertain.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text.len() < LETTERS {
            return None;
        }
        // Addresses, names and tags are of no language.
        let named = |word: &str| word.starts_with(['@', '#']) || word.contains("://") || word.starts_with("www.");
        let words = text.split_whitespace().filter(|word| !named(word));
        let prose = words.collect::<Vec<_>>().join(" ");
        let letters: usize = prose.chars().filter(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        let info = (letters >= LETTERS).then(|| whatlang::detect(&prose)).flatten()?;
        info.is_reliable().then(|| Self(info.lang()))
    }

    /// Its ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        CODES.iter().find(|(three, _)| *three == self.0.code()).map_or(self.0.code(), |(_, two)| two)
    }

    /// Its English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Lang::Cmn => "Chinese",
            Lang::Nob => "Norwegian",
            lang => lang.eng_name(),
        }
    }
}

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Detected {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// ISO 639-3, as the detector has it, and ISO 639-1, as everything else has.
#[rustfmt::skip]
const CODES: [(&str, &str); 70] = [
    ("epo", "eo"), ("eng", "en"), ("rus", "ru"), ("cmn", "zh"), ("spa", "es"), ("por", "pt"), ("ita", "it"), ("ben", "bn"),
    ("fra", "fr"), ("deu", "de"), ("ukr", "uk"), ("kat", "ka"), ("ara", "ar"), ("hin", "hi"), ("jpn", "ja"), ("heb", "he"),
    ("yid", "yi"), ("pol", "pl"), ("amh", "am"), ("jav", "jv"), ("kor", "ko"), ("nob", "no"), ("dan", "da"), ("swe", "sv"),
    ("fin", "fi"), ("tur", "tr"), ("nld", "nl"), ("hun", "hu"), ("ces", "cs"), ("ell", "el"), ("bul", "bg"), ("bel", "be"),
    ("mar", "mr"), ("kan", "kn"), ("ron", "ro"), ("slv", "sl"), ("hrv", "hr"), ("srp", "sr"), ("mkd", "mk"), ("lit", "lt"),
    ("lav", "lv"), ("est", "et"), ("tam", "ta"), ("vie", "vi"), ("urd", "ur"), ("tha", "th"), ("guj", "gu"), ("uzb", "uz"),
    ("pan", "pa"), ("aze", "az"), ("ind", "id"), ("tel", "te"), ("pes", "fa"), ("mal", "ml"), ("ori", "or"), ("mya", "my"),
    ("nep", "ne"), ("sin", "si"), ("khm", "km"), ("tuk", "tk"), ("aka", "ak"), ("zul", "zu"), ("sna", "sn"), ("afr", "af"),
    ("lat", "la"), ("slk", "sk"), ("cat", "ca"), ("tgl", "tl"), ("hye", "hy"), ("cym", "cy"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        Detected::of(text).map(Detected::code)
    }

    #[test]
    fn long_texts_tell_and_short_ones_do_not() {
        assert_eq!(
            code("Der Gemeinderat hat am Dienstag beschlossen, die Bücherei am Hafen zu schließen."),
            Some("de")
        );
        assert_eq!(code("The council decided on Tuesday to close the library by the harbour for good."), Some("en"));
        assert_eq!(code("Совет решил во вторник закрыть библиотеку у гавани, и никто никого не спросил."), Some("ru"));
        assert_eq!(code("市议会星期二决定关闭港口路图书馆，没有人问过使用图书馆的人。"), Some("zh"));
        assert_eq!(code("Das ist nicht gut."), None);
        assert_eq!(
            code(&"https://www.example.org/der/gemeinderat/hat/beschlossen @gemeinderat #bücherei ".repeat(9)),
            None
        );
        assert_eq!(code(&"12345 !!! ".repeat(90)), None);
    }

    #[test]
    fn every_language_has_a_code_of_two_letters_and_a_name() {
        for lang in Lang::all() {
            let detected = Detected(*lang);
            assert_eq!(detected.code().len(), 2, "{lang:?}");
            assert!(!detected.to_string().is_empty());
        }
        assert_eq!(serde_json::to_string(&Detected(Lang::Deu)).unwrap(), "\"de\"");
    }

    proptest! {
        #[test]
        fn nothing_panics(text: String) {
            let _ = Detected::of(&text);
            let _ = Detected::of(&text.repeat(5));
        }
    }
}
