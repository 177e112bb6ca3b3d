//! Terms that a site has muted: flags are scored as if the comment did not contain them.
//!
//! A comment with such a term is scored a second time with the term replaced by as many spaces, so that byte positions
//! stay the same; the flags concerned take their decision values from there, all other labels from the original
//! comment.

use crate::dataset::label::{Label, outputs};
use crate::features::options::Options;
use crate::model::site::Muted;
use crate::model::site::SiteError;
use crate::text::phrases::Phrases;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

/// Looks for muted terms. Holds scratch space: one per thread.
#[derive(Debug)]
pub(crate) struct Muter {
    terms: Vec<String>,
    phrases: Phrases,
    rules: Vec<Rule>,
    options: Options,
    tokenizer: Tokenizer,
    tokens: Tokens,
    /// Terms of the text that was read last, with their bytes.
    found: Vec<(u32, usize, usize)>,
}

/// The outputs for which the same terms are muted.
#[derive(Clone, Debug)]
struct Rule {
    terms: Vec<u32>,
    outputs: Vec<usize>,
}

impl Clone for Muter {
    fn clone(&self) -> Self {
        Self {
            terms: self.terms.clone(),
            phrases: self.phrases.clone(),
            rules: self.rules.clone(),
            options: self.options.clone(),
            tokenizer: self.options.tokenizer(self.options.stem),
            tokens: Tokens::default(),
            found: Vec::new(),
        }
    }
}

impl Muter {
    /// For the flags among `labels`; `options` say how the model reads words. `None` if nothing is muted.
    ///
    /// # Errors
    /// When a term has no word or too many. Flags must have been checked.
    pub(crate) fn new(muted: &[Muted], labels: &[Label], options: &Options) -> Result<Option<Self>, SiteError> {
        let mut muter = Self {
            terms: Vec::new(),
            phrases: Phrases::default(),
            rules: Vec::new(),
            options: options.clone(),
            tokenizer: options.tokenizer(options.stem),
            tokens: Tokens::default(),
            found: Vec::new(),
        };
        let mut numbers = Vec::new();
        for Muted { term, .. } in muted {
            let next = muter.terms.len() as u32;
            let number = muter.phrases.add(term, next, &mut muter.tokenizer);
            let number = number.ok_or_else(|| SiteError::Mute(term.clone()))?;
            if number == next {
                muter.terms.push(term.trim().to_owned());
            }
            numbers.push(number);
        }
        for (label, outputs) in labels.iter().zip(outputs(labels)).filter(|(label, _)| label.classes().is_empty()) {
            let own = muted.iter().zip(&numbers);
            let own = own.filter(|(muted, _)| muted.flag.as_ref().is_none_or(|flag| *flag == label.name));
            let mut terms: Vec<u32> = own.map(|(_, number)| *number).collect();
            terms.sort_unstable();
            terms.dedup();
            match muter.rules.iter_mut().find(|rule| rule.terms == terms) {
                _ if terms.is_empty() => {}
                Some(rule) => rule.outputs.extend(outputs),
                None => muter.rules.push(Rule { terms, outputs: outputs.collect() }),
            }
        }
        Ok((!muter.rules.is_empty()).then_some(muter))
    }

    /// The text to read for some outputs, and which outputs; nothing if it contains no muted term.
    pub(crate) fn read(&mut self, text: &str) -> Vec<(String, Vec<usize>)> {
        let Self { phrases, rules, tokenizer, tokens, found, .. } = self;
        tokenizer.tokenize(text, tokens);
        found.clear();
        phrases.find(tokens, |term, begin, end| found.push((term, begin, end)));
        let applies = |rule: &Rule| {
            let own: Vec<_> = found.iter().filter(|(term, _, _)| rule.terms.contains(term)).collect();
            let blank = |mut text: String, (_, begin, end): &(u32, usize, usize)| {
                text.replace_range(*begin..*end, &" ".repeat(end - begin));
                text
            };
            (!own.is_empty()).then(|| (own.into_iter().fold(text.to_owned(), blank), rule.outputs.clone()))
        };
        if found.is_empty() { Vec::new() } else { rules.iter().filter_map(applies).collect() }
    }

    /// The muted terms of the text that was read last, each once.
    pub(crate) fn found(&self) -> impl Iterator<Item = &str> {
        let found = |number: u32| self.found.iter().any(|(term, _, _)| *term == number);
        (0..).zip(&self.terms).filter(move |(number, _)| found(*number)).map(|(_, term)| term.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn muter(muted: &[(&str, Option<&str>)]) -> Option<Muter> {
        let labels = [
            Label::flag("toxicity"),
            Label::stance("stance", vec!["a".into(), "b".into(), "c".into()]),
            Label::flag("insult"),
        ];
        let muted: Vec<Muted> =
            muted.iter().map(|(term, flag)| Muted { term: (*term).into(), flag: flag.map(str::to_owned) }).collect();
        Muter::new(&muted, &labels, &Options::default()).unwrap()
    }

    #[test]
    fn terms_are_blanked_for_the_flags_they_are_muted_for() {
        let mut muter = muter(&[("vegan", None), ("Tofu", Some("insult"))]).unwrap();
        assert!(muter.read("I eat meat").is_empty());
        let blanked = "A      -burger".to_owned();
        assert_eq!(muter.read("A Vegan-burger"), [(blanked.clone(), vec![0]), (blanked, vec![4])]);
        assert_eq!(muter.read("ah, tofu!"), [("ah,     !".to_owned(), vec![4])]);
        assert_eq!(muter.found().collect::<Vec<_>>(), ["Tofu"]);
    }

    #[test]
    fn bytes_keep_their_places_and_overlaps_are_no_harm() {
        let mut muter = muter(&[("größe zählt", None), ("zählt", None), ("Zählt", None)]).unwrap();
        let text = "Die Größe zählt 😀";
        let read = muter.read(text);
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].0.len(), read[0].1.as_slice()), (text.len(), &[0, 4][..]));
        assert_eq!(read[0].0.trim_start_matches("Die").trim(), "😀");
        assert_eq!(muter.found().count(), 2);
    }

    #[test]
    fn nothing_muted_costs_nothing_and_no_words_are_an_error() {
        assert!(muter(&[]).is_none());
        let muted = Muted { term: "…".into(), flag: None };
        assert!(Muter::new(&[muted], &[Label::flag("toxicity")], &Options::default()).is_err());
    }
}
