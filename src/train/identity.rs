//! Identity terms, given names, and the sentences that they are swapped into; the lists stand in `data/identity/`.

use crate::text::phrases::Phrases;
use crate::text::stem::Language;
use crate::text::tokenizer::Tokenizer;

/// The terms and sentences of a language.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    pub(crate) terms: Vec<Term>,
    /// Nothing in them is to be raised.
    pub(crate) harmless: Vec<String>,
    /// They mean harm, without a slur.
    pub(crate) hostile: Vec<String>,
    /// The words of each term, by its number.
    pub(crate) phrases: Phrases,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TermKind {
    /// A word for an identity, as `gay`.
    Term,
    /// A given name.
    Name,
    /// Nobody's identity: how the sentences fare by themselves.
    Control,
}

/// A term in the forms that sentences need.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    pub(crate) name: String,
    /// Such as religion; of a name where it is common.
    pub(crate) group: String,
    pub(crate) kind: TermKind,
    /// By what sentences call for: `one`, `many`, `being`, or `name`.
    forms: Vec<(&'static str, String)>,
}

impl Identity {
    /// Those of `language`; `None` where there are no lists.
    pub(crate) fn of(language: Language) -> Option<Self> {
        match language.code() {
            "en" => Some(Self::parse(include_str!("../../data/identity/en.txt"))),
            "de" => Some(Self::parse(include_str!("../../data/identity/de.txt"))),
            _ => None,
        }
    }

    fn parse(list: &str) -> Self {
        let mut tokenizer = Tokenizer::default();
        let mut identity = Self::default();
        let mut section = ("", "");
        for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(heading) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = heading.split_once(' ').unwrap_or((heading, heading));
                continue;
            }
            let kind = match section.0 {
                "harmless" => {
                    identity.harmless.push(line.to_owned());
                    continue;
                }
                "hostile" => {
                    identity.hostile.push(line.to_owned());
                    continue;
                }
                "name" => TermKind::Name,
                "control" => TermKind::Control,
                _ => TermKind::Term,
            };
            let mut cells = line.split('|').map(str::trim);
            let words: Vec<&str> = cells.next().unwrap_or_default().split(',').map(str::trim).collect();
            let number = identity.terms.len() as u32;
            for word in &words {
                identity.phrases.add(word, number, &mut tokenizer);
            }
            let forms = match kind {
                TermKind::Name => vec![("{name}", line.to_owned())],
                _ => ["{one}", "{many}", "{being}"].into_iter().zip(cells.map(str::to_owned)).collect(),
            };
            let (name, group) = (words[0].to_owned(), section.1.to_owned());
            identity.terms.push(Term { name, group, kind, forms });
        }
        identity
    }

    /// The sentences with each term that fits them: its number, and the sentence.
    pub(crate) fn swapped(&self, sentences: &[String]) -> Vec<(usize, String)> {
        let each = |(number, term): (usize, &Term)| {
            sentences.iter().filter_map(|sentence| Some((number, term.swapped(sentence)?))).collect::<Vec<_>>()
        };
        self.terms.iter().enumerate().flat_map(each).collect()
    }
}

impl Term {
    /// The sentence with the term in it; `None` if it asks for a form that the term has not.
    fn swapped(&self, sentence: &str) -> Option<String> {
        let (slot, form) = self.forms.iter().find(|(slot, _)| sentence.contains(slot))?;
        let swapped = sentence.replacen(slot, form, 1);
        let mut chars = swapped.chars();
        let first = chars.next()?;
        Some(first.to_uppercase().chain(chars).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn of(code: &str) -> Identity {
        Identity::of(code.parse().unwrap()).unwrap()
    }

    #[test]
    fn lists_are_whole() {
        for (code, harmless, hostile, terms) in [("en", 30, 15, 100), ("de", 20, 9, 55)] {
            let identity = of(code);
            assert!(identity.harmless.len() >= harmless && identity.hostile.len() >= hostile, "{code}");
            assert!(identity.terms.len() >= terms, "{code}: {}", identity.terms.len());
            let mut seen = HashSet::new();
            for term in &identity.terms {
                let forms = if term.kind == TermKind::Name { 1 } else { 3 };
                assert_eq!(term.forms.len(), forms, "{code}: {}", term.name);
                assert!(seen.insert(&term.name), "{code}: {} stands twice", term.name);
            }
            for sentence in identity.harmless.iter().chain(&identity.hostile) {
                assert_eq!(sentence.matches('{').count(), 1, "{code}: {sentence}");
                let slot = &sentence[sentence.find('{').unwrap()..=sentence.find('}').unwrap()];
                assert!(["{one}", "{many}", "{being}", "{name}"].contains(&slot), "{code}: {sentence}");
            }
        }
        assert!(Identity::of("fr".parse().unwrap()).is_none());
    }

    #[test]
    fn a_terms_words_are_its_own_and_are_found_in_its_sentences() {
        for code in ["en", "de"] {
            let identity = of(code);
            let (mut tokenizer, mut tokens) = (Tokenizer::default(), crate::text::token::Tokens::default());
            for (number, sentence) in identity.swapped(&identity.harmless) {
                tokenizer.tokenize(&sentence, &mut tokens);
                let mut found = Vec::new();
                identity.phrases.find(&tokens, |term, _, _| found.push(term as usize));
                assert!(found.contains(&number), "{code}: {sentence} does not name {}", identity.terms[number].name);
            }
        }
    }

    #[test]
    fn sentences_begin_with_a_capital_and_name_the_term() {
        let identity = of("en");
        let all: Vec<String> = identity.swapped(&identity.harmless).into_iter().map(|(_, sentence)| sentence).collect();
        for wanted in [
            "I am a gay man.",
            "I am an atheist.",
            "Wheelchair users should have the same rights as everybody else.",
            "My neighbour is Muslim.",
            "José is coming to dinner tomorrow.",
        ] {
            assert!(all.iter().any(|sentence| sentence == wanted), "{wanted}");
        }
        assert!(!all.iter().any(|sentence| sentence.contains('{') || sentence.contains('}')));
    }
}
