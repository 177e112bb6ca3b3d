//! The comments of one thread as rows by which they can be separated: their text, their author, and whom they answer.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::features::blocks::Block;
use crate::features::exchange;
use crate::features::exchange::{Sparse, sorted};
use crate::features::extract::{Extracted, Extractor};
use crate::features::input::Input;
use crate::features::options::Options;
use crate::text::cues::CueLists;
use crate::text::stem::Language;

/// A comment of a thread.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Voice<'a> {
    pub(crate) text: &'a str,
    /// The author, if known and allowed to count.
    pub(crate) author: Option<&'a str>,
    /// The comment that it answers, by its place in the thread.
    pub(crate) parent: Option<usize>,
}

/// The weight of a comment's author, relative to n-grams of words and of characters, each of length 1.
const AUTHOR: f32 = 2.0;
/// The weight of the comments that an author answers, relative to the author's own.
const ANSWERED: f32 = 0.5;

/// The columns of each section of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// N-grams of the comment.
    Text,
    /// N-grams of everything that the author writes in the thread, less those of the author he answers.
    Pooled,
    /// Authors.
    Authors,
}

impl Section {
    pub(crate) const ALL: [Self; 3] = [Self::Text, Self::Pooled, Self::Authors];
}

/// The rows of a thread.
pub(crate) struct ThreadRows {
    texts: Vec<Sparse>,
    /// The author of each comment; who is not named is one by himself.
    author: Vec<u32>,
    /// The author whom each comment answers, unless it is its own.
    answered: Vec<Option<u32>>,
    /// For each author the sum of his comments' rows, divided by the root of their number.
    pooled: Vec<Sparse>,
    /// For each author the row of whom he answers.
    sides: Vec<Sparse>,
    n_ngrams: usize,
}

impl ThreadRows {
    pub(crate) fn new(voices: &[Voice<'_>], language: Language) -> Self {
        let (texts, n_ngrams) = texts(voices, language);
        let mut numbers = FxHashMap::default();
        let mut n_authors = 0;
        let mut next = || {
            n_authors += 1;
            n_authors - 1
        };
        let author: Vec<u32> = voices
            .iter()
            .map(|voice| match voice.author {
                Some(name) => *numbers.entry(name).or_insert_with(&mut next),
                None => next(),
            })
            .collect();
        let answered = |at: usize| {
            let answered = voices[at].parent.and_then(|parent| author.get(parent).copied());
            answered.filter(|other| *other != author[at])
        };
        let answered: Vec<Option<u32>> = (0..voices.len()).map(answered).collect();
        let replies = author.iter().zip(&answered).filter_map(|(from, to)| Some((*from, (*to)?)));
        let sides = exchange::rows(n_authors as usize, replies);
        let mut sums: Vec<(FxHashMap<u32, f32>, f32)> = vec![Default::default(); n_authors as usize];
        for (author, text) in author.iter().zip(&texts) {
            let (sum, n) = &mut sums[*author as usize];
            *n += 1.0;
            text.iter().for_each(|(column, value)| *sum.entry(*column).or_default() += value);
        }
        let divided = |(sum, n): (FxHashMap<u32, f32>, f32)| {
            sorted(sum.into_iter().map(|(column, value)| (column, value / n.sqrt())))
        };
        let pooled = sums.into_iter().map(divided).collect();
        Self { texts, author, answered, pooled, sides, n_ngrams }
    }

    /// How many columns each section has.
    pub(crate) fn width(&self, section: Section) -> usize {
        match section {
            Section::Text | Section::Pooled => self.n_ngrams,
            Section::Authors => self.sides.len(),
        }
    }

    /// Calls `each` with the columns of a section and their values; one column may occur twice. With `sided`, an
    /// author's row shows whom he is against.
    pub(crate) fn each(&self, at: usize, section: Section, sided: bool, mut each: impl FnMut(usize, f32)) {
        let author = self.author[at] as usize;
        let mut all =
            |row: &Sparse, factor: f32| row.iter().for_each(|(column, value)| each(*column as usize, factor * value));
        match section {
            Section::Text => all(&self.texts[at], 1.0),
            Section::Pooled => {
                all(&self.pooled[author], 1.0);
                if let Some(answered) = self.answered[at].filter(|_| sided) {
                    all(&self.pooled[answered as usize], -ANSWERED);
                }
            }
            Section::Authors if sided => all(&self.sides[author], AUTHOR),
            Section::Authors => each(author, AUTHOR),
        }
    }
}

/// The n-grams of each comment that some other has, too, by TF-IDF: words and characters, each of length 1.
fn texts(voices: &[Voice<'_>], language: Language) -> (Vec<Sparse>, usize) {
    const BLOCKS: [Block; 2] = [Block::Words, Block::Chars];
    let options = Options { blocks: BLOCKS.to_vec(), language, ..Options::default() };
    let cues = Arc::new(CueLists::of(language));
    let mut extractor = Extractor::new(Arc::new(options), cues, &Arc::default(), &Arc::default());
    let mut extracted = Extracted::default();
    let mut df: FxHashMap<(usize, u64), (u32, u32)> = FxHashMap::default();
    let counts: Vec<[Vec<(u64, u32)>; 2]> = voices
        .iter()
        .map(|voice| {
            let parent_text = voice.parent.and_then(|parent| voices.get(parent)).map(|parent| parent.text);
            extractor.extract(&Input { parent_text, ..Input::of(voice.text) }, &mut extracted);
            BLOCKS.map(|block| std::mem::take(&mut extracted.ngrams[block.index() - Block::Words.index()]))
        })
        .collect();
    for (block, (key, _)) in
        counts.iter().flat_map(|row| row.iter().enumerate().flat_map(|(at, own)| own.iter().map(move |key| (at, key))))
    {
        let next = df.len() as u32;
        df.entry((block, *key)).or_insert((next, 0)).1 += 1;
    }
    let n = voices.len() as f32;
    let row = |counts: &[Vec<(u64, u32)>; 2]| {
        let mut row = Sparse::new();
        for (block, own) in counts.iter().enumerate() {
            let begin = row.len();
            for (key, count) in own {
                let Some((column, df)) = df.get(&(block, *key)).filter(|(_, df)| *df > 1) else { continue };
                let idf = ((1.0 + n) / (1.0 + *df as f32)).ln() + 1.0;
                row.push((*column, (1.0 + (*count as f32).ln()) * idf));
            }
            let norm = row[begin..].iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            row[begin..].iter_mut().for_each(|(_, value)| *value /= norm);
        }
        row.sort_unstable_by_key(|(column, _)| *column);
        row
    };
    (counts.iter().map(row).collect(), df.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(rows: &ThreadRows, at: usize, section: Section, sided: bool) -> Vec<f32> {
        let mut dense = vec![0.0; rows.width(section)];
        rows.each(at, section, sided, |column, value| dense[column] += value);
        dense
    }

    fn thread() -> ThreadRows {
        let voice = |text, author, parent| Voice { text, author: Some(author), parent };
        let voices = [
            voice("close the library now", "ann", None),
            voice("never close the library", "bob", Some(0)),
            voice("a waste of money", "ann", Some(1)),
            voice("a waste of money it is", "carl", None),
        ];
        ThreadRows::new(&voices, Language::ENGLISH)
    }

    #[test]
    fn an_author_is_known_again_in_all_his_comments() {
        let rows = thread();
        assert_eq!(sum(&rows, 0, Section::Authors, true), sum(&rows, 2, Section::Authors, true));
        assert_eq!(sum(&rows, 0, Section::Pooled, false), sum(&rows, 2, Section::Pooled, false));
        assert_ne!(sum(&rows, 0, Section::Authors, true), sum(&rows, 3, Section::Authors, true));
    }

    #[test]
    fn only_what_two_comments_share_counts() {
        let rows = thread();
        let own = sum(&rows, 0, Section::Text, true);
        let shared = sum(&rows, 1, Section::Text, true);
        assert!(own.iter().zip(&shared).map(|(a, b)| a * b).sum::<f32>() > 0.5);
        let length: f32 = own.iter().map(|value| value * value).sum();
        assert!((length - 2.0).abs() < 1e-4, "words and characters, each of length 1: {length}");
    }

    #[test]
    fn whom_a_comment_answers_counts_against_it_only_where_sides_do() {
        let rows = thread();
        assert_ne!(sum(&rows, 1, Section::Pooled, true), sum(&rows, 1, Section::Pooled, false));
        assert_eq!(sum(&rows, 3, Section::Pooled, true), sum(&rows, 3, Section::Pooled, false));
    }
}
