//! Word n-grams of sentences that name a group of people, in which the name is one word whatever the group.
//!
//! What is said of one group is thus learnt for all of them, and separately from the same words elsewhere.

use crate::text::cues::Phrase;
use crate::text::ngrams::extend;
use crate::text::token::{Kind, Tokens};

/// The longest n-gram.
const LONGEST: usize = 3;
/// The kind of phrase that names a group, of [`GROUPS`](crate::text::cues::GROUPS).
const NAME: usize = 0;
const SEED: u64 = 0x6772_6F75;
/// The hash of a group, whichever it is.
const GROUP: u64 = 0x7065_6F70;

/// A word, or the name of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    hash: u64,
    /// The first token and the last.
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) is_group: bool,
}

/// The sentences of a text that name a group. Reused from text to text.
#[derive(Debug, Default)]
pub(crate) struct NearGroups {
    /// By token, its part in a group's name.
    marks: Vec<Mark>,
    words: Vec<Word>,
    /// Where the sentences end in `words`.
    ends: Vec<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mark {
    #[default]
    Other,
    Group,
    /// What may follow a group's name.
    People,
}

impl NearGroups {
    /// Reads a text; `groups` are the names of groups in it.
    pub(crate) fn read(&mut self, tokens: &Tokens, groups: &[Phrase]) {
        let Self { marks, words, ends } = self;
        marks.clear();
        words.clear();
        ends.clear();
        if groups.iter().all(|phrase| phrase.kind != NAME) {
            return;
        }
        marks.resize(tokens.as_slice().len(), Mark::Other);
        for Phrase { kind, first, last } in groups.iter().copied() {
            let mark = if kind == NAME { Mark::Group } else { Mark::People };
            for own in &mut marks[first..=last] {
                if *own != Mark::Group {
                    *own = mark;
                }
            }
        }
        let (mut begin, mut names) = (0, false);
        for (at, token) in tokens.as_slice().iter().enumerate() {
            if token.kind == Kind::Punctuation {
                if marks[at] != Mark::Group && tokens.norm(token).contains(['.', '!', '?', '…']) {
                    end_sentence(words, ends, &mut begin, &mut names);
                }
                continue;
            }
            let goes_on = marks[at] != Mark::Other
                && words[begin..].last().is_some_and(|before| before.is_group && before.last + 1 == at);
            match words.last_mut() {
                Some(name) if goes_on => name.last = at,
                _ => {
                    let is_group = marks[at] == Mark::Group;
                    names |= is_group;
                    let hash = if is_group { GROUP } else { token.hash };
                    words.push(Word { hash, first: at, last: at, is_group });
                }
            }
        }
        end_sentence(words, ends, &mut begin, &mut names);
    }

    /// Calls `found(hash, words)` for every n-gram.
    pub(crate) fn ngrams(&self, mut found: impl FnMut(u64, &[Word])) {
        let mut begin = 0;
        for end in &self.ends {
            let sentence = &self.words[begin..*end];
            for first in 0..sentence.len() {
                let mut gram = SEED;
                for (length, word) in (1..=LONGEST).zip(&sentence[first..]) {
                    gram = extend(gram, word.hash);
                    found(gram, &sentence[first..first + length]);
                }
            }
            begin = *end;
        }
    }
}

/// Keeps the words since `begin` if they name a group.
fn end_sentence(words: &mut Vec<Word>, ends: &mut Vec<usize>, begin: &mut usize, names: &mut bool) {
    if std::mem::take(names) {
        *begin = words.len();
        ends.push(*begin);
    } else {
        words.truncate(*begin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::cues::{CueLists, Found, List};
    use crate::text::stem::Language;
    use crate::text::tokenizer::Tokenizer;

    fn ngrams(text: &str) -> Vec<(u64, String)> {
        let (mut tokens, mut found, mut near) = (Tokens::default(), Found::default(), NearGroups::default());
        Tokenizer::default().tokenize(text, &mut tokens);
        CueLists::of(Language::ENGLISH).find(&tokens, &mut found);
        near.read(&tokens, found.of(List::Groups));
        let mut all = Vec::new();
        near.ngrams(|hash, words| {
            let name = |word: &Word| if word.is_group { "*" } else { tokens.norm(&tokens.as_slice()[word.first]) };
            all.push((hash, words.iter().map(name).collect::<Vec<_>>().join(" ")));
        });
        all
    }

    #[test]
    fn only_sentences_that_name_a_group_have_any() {
        let names: Vec<String> =
            ngrams("I like it. Trans people sing! So do I").into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["*", "* sing", "sing"]);
        assert!(ngrams("The old man sings.").is_empty());
        assert!(ngrams("").is_empty());
    }

    #[test]
    fn what_is_said_of_one_group_is_said_of_all() {
        assert_eq!(ngrams("Muslims sing"), ngrams("Asian Americans sing"));
        assert_eq!(ngrams("a wheelchair user, they say"), ngrams("a Black man, they say"));
        assert_ne!(ngrams("Muslims sing"), ngrams("Muslims dance"));
    }
}
