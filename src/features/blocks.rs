//! Blocks: named groups of features, each with its own columns and scale.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::features::{context, cues, drift, profile, semantic, shape};

/// A group of features that is switched on, scaled and reported as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// Hedges, questions, attributions, negation and the like, counted.
    Cues,
    /// Phrases that come with guesses, counted.
    Guesses,
    /// Length, capitals, punctuation, layout.
    Shape,
    /// Likeness to the article, the target, the parent and the thread.
    Context,
    /// Likeness of the parent to the article and the target.
    Drift,
    /// The comment's mean word vector.
    Semantic,
    /// The target's mean word vector, its product with the comment's and their difference.
    Relation,
    /// Products of the numbers of both vectors, each with each.
    Cross,
    /// Likeness to the other comments on the target.
    Profile,
    /// Word n-grams, TF-IDF.
    Words,
    /// Character n-grams inside words, TF-IDF.
    Chars,
    /// Word n-grams longer than those of [`Block::Words`], TF-IDF.
    Phrases,
    /// Word n-grams of the target, TF-IDF.
    Target,
    /// Words of the comment under its very target, TF-IDF.
    Conjoined,
    /// Characters of the comment under its very target, TF-IDF.
    #[serde(rename = "conjoined-chars")]
    ConjoinedChars,
    /// Word n-grams of sentences that name a group of people, TF-IDF.
    Groups,
}

/// The name of no block.
#[derive(Debug, thiserror::Error)]
#[error(
    "unknown block {0:?}: use one of words, chars, cues, guesses, shape, context, drift, semantic, relation, cross, profile, phrases, target, conjoined, conjoined-chars, groups"
)]
pub struct BlockError(String);

impl Block {
    /// In the order of their columns.
    pub const ALL: [Self; 16] = [
        Self::Cues,
        Self::Guesses,
        Self::Shape,
        Self::Context,
        Self::Drift,
        Self::Semantic,
        Self::Relation,
        Self::Cross,
        Self::Profile,
        Self::Words,
        Self::Chars,
        Self::Phrases,
        Self::Target,
        Self::Conjoined,
        Self::ConjoinedChars,
        Self::Groups,
    ];

    /// The blocks whose columns come from a vocabulary.
    pub const NGRAMS: [Self; 7] =
        [Self::Words, Self::Chars, Self::Phrases, Self::Target, Self::Conjoined, Self::ConjoinedChars, Self::Groups];

    /// Those of them that a model file has only where they are in use.
    pub(crate) const OPTIONAL: [Self; 2] = [Self::ConjoinedChars, Self::Groups];

    /// The blocks that look beyond the comment's own text.
    pub const BESIDE: [Self; 8] = [
        Self::Context,
        Self::Drift,
        Self::Relation,
        Self::Cross,
        Self::Profile,
        Self::Target,
        Self::Conjoined,
        Self::ConjoinedChars,
    ];

    /// The blocks that are made of word vectors.
    pub const VECTORS: [Self; 3] = [Self::Semantic, Self::Relation, Self::Cross];

    /// The blocks that ask how rare words are.
    pub const RARITY: [Self; 3] = [Self::Context, Self::Drift, Self::Profile];

    /// Its place in [`Block::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name on the command line and in reasons.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cues => "cues",
            Self::Guesses => "guesses",
            Self::Shape => "shape",
            Self::Context => "context",
            Self::Drift => "drift",
            Self::Semantic => "semantic",
            Self::Relation => "relation",
            Self::Cross => "cross",
            Self::Profile => "profile",
            Self::Words => "words",
            Self::Chars => "chars",
            Self::Phrases => "phrases",
            Self::Target => "target",
            Self::Conjoined => "conjoined",
            Self::ConjoinedChars => "conjoined-chars",
            Self::Groups => "groups",
        }
    }

    /// How many columns it has, where that does not depend on a vocabulary.
    pub(crate) fn fixed_width(self) -> Option<usize> {
        match self {
            Self::Cues => Some(cues::WIDTH),
            Self::Guesses => Some(cues::WIDTH_OF_GUESSES),
            Self::Shape => Some(shape::WIDTH),
            Self::Context => Some(context::WIDTH),
            Self::Drift => Some(drift::WIDTH),
            Self::Semantic => Some(semantic::SEMANTIC),
            Self::Relation => Some(semantic::RELATION),
            Self::Cross => Some(semantic::CROSS),
            Self::Profile => Some(profile::WIDTH),
            Self::Words
            | Self::Chars
            | Self::Phrases
            | Self::Target
            | Self::Conjoined
            | Self::ConjoinedChars
            | Self::Groups => None,
        }
    }
}

impl FromStr for Block {
    type Err = BlockError;

    fn from_str(name: &str) -> Result<Self, BlockError> {
        Self::ALL.into_iter().find(|block| block.name() == name).ok_or_else(|| BlockError(name.to_owned()))
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Blocks(u16);

impl Blocks {
    pub(crate) const fn contains(self, block: Block) -> bool {
        self.0 & 1 << block as u16 != 0
    }

    /// Whether it has one of these.
    pub(crate) fn has_any(self, blocks: &[Block]) -> bool {
        blocks.iter().any(|block| self.contains(*block))
    }

    /// Together with another block.
    pub(crate) const fn with(self, block: Block) -> Self {
        Self(self.0 | 1 << block as u16)
    }

    /// Those that are in either.
    pub(crate) const fn or(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those that are in both.
    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }
}

impl FromIterator<Block> for Blocks {
    fn from_iter<I: IntoIterator<Item = Block>>(blocks: I) -> Self {
        blocks.into_iter().fold(Self::default(), Self::with)
    }
}

/// Where each block's columns begin and end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    ends: [u32; Block::ALL.len()],
}

impl Layout {
    /// `ngrams` are the widths of [`Block::NGRAMS`]; `blocks` those in use.
    #[must_use]
    pub fn new(blocks: &[Block], ngrams: [usize; Block::NGRAMS.len()]) -> Self {
        let mut layout = Self::default();
        let mut end = 0;
        for block in Block::ALL {
            if blocks.contains(&block) {
                let width = block.fixed_width().unwrap_or_else(|| ngrams[block.index() - Block::Words.index()]);
                end += width as u32;
            }
            layout.ends[block.index()] = end;
        }
        layout
    }

    /// The columns of a block.
    #[must_use]
    pub fn columns(&self, block: Block) -> Range<u32> {
        let begin = block.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        begin..self.ends[block.index()]
    }

    /// The number of columns.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.ends[Block::ALL.len() - 1] as usize
    }

    /// The block that a column belongs to.
    #[must_use]
    pub fn block(&self, column: u32) -> Block {
        let index = self.ends.partition_point(|end| *end <= column);
        Block::ALL[index.min(Block::ALL.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_into_it() {
        for block in Block::ALL {
            let others: Blocks = Block::ALL.into_iter().filter(|other| *other != block).collect();
            assert!(!others.contains(block) && !others.has_any(&[block]));
            let alone = Blocks::default().with(block);
            assert!(alone.contains(block) && alone.has_any(&Block::ALL));
            assert_eq!((alone.and(others), alone.or(others)), (Blocks::default(), Block::ALL.into_iter().collect()));
        }
    }

    #[test]
    fn columns_of_blocks_follow_each_other() {
        let layout = Layout::new(&[Block::Words, Block::Shape], [100, 999, 9, 9, 9, 9, 9]);
        let shape = shape::WIDTH as u32;
        assert_eq!(layout.columns(Block::Cues), 0..0);
        assert_eq!(layout.columns(Block::Shape), 0..shape);
        assert_eq!(layout.columns(Block::Words), shape..shape + 100);
        assert_eq!(layout.n_features(), shape as usize + 100);
        assert_eq!(layout.block(shape - 1), Block::Shape);
        assert_eq!(layout.block(shape), Block::Words);
    }
}
