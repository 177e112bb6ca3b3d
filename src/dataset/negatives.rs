//! Hard negatives: comments placed under articles that they do not belong to.
//!
//! Whether a comment is off-topic depends on the article as well as on the comment. Existing data sets at best pair
//! comments with arbitrary articles, which are easy to tell apart; in a real comment section, an off-topic comment is
//! near the topic or follows an exchange that has left it.

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::Digest as _;

use crate::dataset::bindings::find_or_add;
use crate::dataset::dataset::CONTEXT;
use crate::dataset::flag_cell::FlagCell;
use crate::dataset::reader::Reader;
use crate::dataset::source::{Negatives, TableSource};
use crate::dataset::strings::Repeated;
use crate::text::hash;
use crate::text::token::{Kind, Tokens};
use crate::text::tokenizer::Tokenizer;
use crate::thread::known::Known;

/// The number of most similar articles that a comment may be placed under.
const NEAREST: usize = 3;
/// How many comments contribute, besides title and text, to what an article is about.
const TELLING: usize = 20;

/// A comment known to belong to its article.
struct Comment {
    row: usize,
    article: usize,
}

/// A negative to be made.
struct Pair {
    row: usize,
    /// The row whose article it is placed under.
    under: usize,
    /// The row that it answers.
    parent: Option<usize>,
    belongs: bool,
}

impl Reader<'_> {
    /// Makes the negatives that a source asks for from its own rows `range`.
    pub(crate) fn negatives(&mut self, range: Range<usize>, source: &TableSource, how: &Negatives, seed: u64) {
        let is_flag = |name: &String| source.labels.iter().any(|label| label.is_flag && label.name == *name);
        let flags: Vec<(usize, &String)> = (how.labels.iter().filter(|(name, _)| is_flag(name)))
            .map(|(name, value)| (find_or_add(&mut self.flags, name), value))
            .collect();
        let stances: Vec<(usize, &String)> = (how.labels.iter().filter(|(name, _)| !is_flag(name)))
            .map(|(name, value)| (find_or_add(&mut self.stances, name), value))
            .collect();
        let belongs =
            |row: usize| flags.iter().all(|(flag, _)| self.flags[*flag].1.get(row).is_some_and(|share| *share < 0.5));
        let mut numbers = FxHashMap::default();
        let mut comments = Vec::new();
        let mut homes: Vec<usize> = Vec::new();
        for row in range.filter(|row| belongs(*row)) {
            let Some(article) = self.article(row) else { continue };
            let next = numbers.len();
            let article = *numbers.entry(article).or_insert(next);
            if article == homes.len() {
                homes.push(row);
            }
            comments.push(Comment { row, article });
        }
        for pair in self.pairs(&comments, &homes, how, seed) {
            self.make_up(&pair, source.weight * how.weight, &flags, &stances);
        }
    }

    /// What identifies an article: its title and target.
    fn article(&self, row: usize) -> Option<[Option<u32>; 2]> {
        let of = |known| self.context(known).index.get(row).copied().flatten();
        let both = [of(Known::ArticleTitle), of(Known::Target)];
        both.iter().any(Option::is_some).then_some(both)
    }

    fn pairs(&self, comments: &[Comment], homes: &[usize], how: &Negatives, seed: u64) -> Vec<Pair> {
        let mut of_article = vec![Vec::new(); homes.len()];
        let mut of_text: FxHashMap<&str, FxHashSet<usize>> = FxHashMap::default();
        for comment in comments {
            of_article[comment.article].push(comment.row);
            of_text.entry(self.data.texts.get(comment.row)).or_default().insert(comment.article);
        }
        let likeness = OnceCell::new();
        let mut pairs = Vec::new();
        for comment in comments {
            let row = comment.row;
            let own = &of_text[self.data.texts.get(row)];
            let mut draws = Draws { seed: hash::mix(seed, row as u64), drawn: 0 };
            let near = |draws: &mut Draws| {
                let nearest = &likeness.get_or_init(|| self.nearest(homes, &of_article))[comment.article];
                let others: Vec<usize> = nearest.iter().copied().filter(|other| !own.contains(other)).collect();
                (!others.is_empty()).then(|| others[draws.below(others.len())])
            };
            let any = |draws: &mut Draws| {
                let other = draws.below(homes.len());
                Some(other).filter(|other| !own.contains(other))
            };
            for _ in 0..draws.times(how.near) {
                let other = near(&mut draws).map(|other| homes[other]);
                pairs.extend(other.map(|under| Pair { row, under, parent: None, belongs: false }));
            }
            for _ in 0..draws.times(how.random) {
                let other = any(&mut draws).map(|other| homes[other]);
                pairs.extend(other.map(|under| Pair { row, under, parent: None, belongs: false }));
            }
            for _ in 0..draws.times(how.drift) {
                let fellows = &of_article[comment.article];
                let fellow = fellows[draws.below(fellows.len())];
                let other = if draws.below(2) == 0 { near(&mut draws) } else { any(&mut draws) };
                let Some(other) = other.filter(|_| self.data.texts.get(fellow) != self.data.texts.get(row)) else {
                    continue;
                };
                // The presence of a parent must not give it away, so each exchange also appears where it belongs.
                pairs.push(Pair { row, under: row, parent: Some(fellow), belongs: true });
                let strangers = &of_article[other];
                let stranger = strangers[draws.below(strangers.len())];
                // Either the whole exchange has left the article, or only this reply.
                let parent = Some(if draws.below(2) == 0 { fellow } else { stranger });
                pairs.push(Pair { row, under: homes[other], parent, belongs: false });
            }
        }
        pairs
    }

    /// For each article, the most similar ones by TF-IDF cosine of its words and those of its comments.
    fn nearest(&self, homes: &[usize], of_article: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let (mut tokenizer, mut tokens) = (Tokenizer::default(), Tokens::default());
        let mut documents: Vec<Vec<(u64, f32)>> = Vec::new();
        let mut frequency: FxHashMap<u64, u32> = FxHashMap::default();
        for (home, comments) in homes.iter().zip(of_article) {
            let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
            let article =
                [Known::ArticleTitle, Known::Target, Known::ArticleText].map(|known| self.context(known).get(*home));
            let comments = comments.iter().take(TELLING).map(|row| self.data.texts.get(*row));
            for text in article.into_iter().flatten().chain(comments) {
                tokenizer.tokenize(text, &mut tokens);
                let words = tokens.as_slice().iter().filter(|token| token.kind == Kind::Word);
                words.for_each(|word| *counts.entry(word.hash).or_default() += 1);
            }
            counts.keys().for_each(|word| *frequency.entry(*word).or_default() += 1);
            let mut terms: Vec<(u64, f32)> =
                counts.into_iter().map(|(word, n)| (word, 1.0 + (n as f32).ln())).collect();
            // Sorted, so that sums do not depend on how the hash table was built.
            terms.sort_unstable_by_key(|(word, _)| *word);
            documents.push(terms);
        }
        let mut postings: FxHashMap<u64, Vec<(u32, f32)>> = FxHashMap::default();
        for (article, terms) in documents.iter_mut().enumerate() {
            let rarity = |word: &u64| (homes.len() as f32 / frequency[word] as f32).ln();
            terms.iter_mut().for_each(|(word, value)| *value *= rarity(word));
            let norm = terms.iter().map(|(_, value)| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            for (word, value) in terms.iter_mut().filter(|(_, value)| *value > 0.0) {
                *value /= norm;
                postings.entry(*word).or_default().push((article as u32, *value));
            }
        }
        let mut scores = vec![0.0_f32; homes.len()];
        let nearest = documents.iter().enumerate().map(|(article, terms)| {
            scores.fill(0.0);
            for (word, value) in terms {
                for (other, theirs) in postings.get(word).into_iter().flatten() {
                    scores[*other as usize] += value * theirs;
                }
            }
            let mut others: Vec<usize> = (0..homes.len()).filter(|other| *other != article).collect();
            others.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
            others.truncate(NEAREST);
            others
        });
        nearest.collect()
    }

    fn make_up(&mut self, pair: &Pair, weight: f32, flags: &[(usize, &String)], stances: &[(usize, &String)]) {
        let index = self.data.len();
        let text = self.data.texts.get(pair.row).to_owned();
        let id = self.data.ids.get(pair.row).to_owned();
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(&text);
        self.data.texts.push(&text);
        self.data.ids.push(&id);
        self.data.lines.push(self.data.lines[pair.row]);
        self.data.weights.push(weight);
        self.together.push((index as u32, pair.row as u32));
        for (place, known) in CONTEXT.into_iter().enumerate() {
            let own = if known == Known::ParentText { pair.row } else { pair.under };
            let value = match (known, pair.parent) {
                (Known::ParentText, Some(parent)) => Some(self.data.texts.get(parent)),
                _ => self.data.context[place].get(own),
            };
            let value = value.map(str::to_owned);
            self.data.context[place].set(index, value.as_deref());
        }
        for (stance, value) in stances {
            let own = self.stances[*stance].1.get(pair.row).map(str::to_owned);
            let class = if pair.belongs { own } else { Some((*value).clone()) };
            self.stances[*stance].1.set(index, class.as_deref());
            self.hash.update(class.unwrap_or_default());
            self.hash.update([0]);
        }
        for (flag, value) in flags {
            let own = self.flags[*flag].1[pair.row];
            self.flag(
                *flag,
                index,
                if pair.belongs { own } else { FlagCell::of(value).map_or(f32::NAN, FlagCell::share) },
            );
        }
    }

    fn context(&self, known: Known) -> &Repeated {
        let place = CONTEXT.iter().position(|own| *own == known).expect("it is one of the columns of context");
        &self.data.context[place]
    }
}

/// Random numbers that depend only on the seed and the comment.
struct Draws {
    seed: u64,
    drawn: u64,
}

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        ((u128::from(hash::mix(self.seed, self.drawn)) * n as u128) >> 64) as usize
    }

    /// A random count whose mean is `times`.
    fn times(&mut self, times: f32) -> usize {
        let whole = times.floor();
        whole as usize + usize::from((self.below(1 << 20) as f32) < (times - whole) * (1 << 20) as f32)
    }
}
