//! The scorers of a model, and the labels that clients request.
//!
//! A client of Perspective's API requests the same attributes each time, mostly one. A frequently requested set gets
//! its own copy of part of the model, which is faster to sum; a rare one does not, because the copy takes memory.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::model::model::Model;
use crate::model::narrowed::{Narrowed, Weighed};
use crate::model::scorer::Scorer;

/// More scorers than this are not kept for later.
const KEPT: usize = 64;
/// At most this many sets of labels are kept. Each takes up to half as much memory as the model.
const SETS: NonZeroUsize = NonZeroUsize::new(8).unwrap();
/// A set that was requested this often gets its own table. Making it takes as long as hundreds of scores.
const OFTEN: u32 = 500;

/// The scorers of a model.
#[derive(Debug)]
pub(crate) struct Scorers {
    prototype: Scorer,
    weighed: Weighed,
    idle: Mutex<Idle>,
}

#[derive(Debug)]
struct Idle {
    /// The last one returned is used first: mostly it has read the same article, and its memory is in the cache.
    scorers: Vec<Scorer>,
    /// The sets of labels that were asked for last, by the numbers of the labels, and how often.
    sets: LruCache<Box<[usize]>, (Arc<Narrowed>, u32)>,
}

impl Scorers {
    pub(crate) fn new(prototype: Scorer) -> Self {
        let weighed = Weighed::of(prototype.model());
        Self { prototype, weighed, idle: Mutex::new(Idle { scorers: Vec::new(), sets: LruCache::new(SETS) }) }
    }

    /// Lets a scorer work. `long` means that it reads so much that its memory is not worth keeping: then a separate one
    /// is used, and those that are kept stay for others.
    pub(crate) fn with<T>(&self, long: bool, work: impl FnOnce(&mut Scorer) -> T) -> T {
        if long {
            return work(&mut self.prototype.clone());
        }
        let taken = self.idle().scorers.pop();
        self.lend(taken, work)
    }

    /// The same for some labels, by their numbers, which must increase.
    pub(crate) fn with_labels<T>(
        &self,
        labels: &[usize],
        long: bool,
        work: impl FnOnce(&mut Scorer, &Narrowed) -> T,
    ) -> T {
        let mut idle = self.idle();
        let taken = if long { None } else { idle.scorers.pop() };
        let mut often = false;
        let narrowed = if let Some((narrowed, times)) = idle.sets.get_mut(labels) {
            *times = times.saturating_add(1);
            often = *times == OFTEN;
            Arc::clone(narrowed)
        } else {
            let narrowed = Arc::new(Narrowed::new(self.model(), &self.weighed, labels));
            idle.sets.put(labels.into(), (Arc::clone(&narrowed), 1));
            narrowed
        };
        drop(idle);
        let narrowed = if often { self.give_table(labels, &narrowed) } else { narrowed };
        if long {
            return work(&mut self.prototype.clone(), &narrowed);
        }
        self.lend(taken, |scorer| work(scorer, &narrowed))
    }

    /// Nobody waits meanwhile but the one who was the last to ask.
    fn give_table(&self, labels: &[usize], narrowed: &Narrowed) -> Arc<Narrowed> {
        let narrowed = Arc::new(narrowed.clone().with_table(self.model()));
        if let Some((kept, _)) = self.idle().sets.peek_mut(labels) {
            *kept = Arc::clone(&narrowed);
        }
        narrowed
    }

    fn lend<T>(&self, taken: Option<Scorer>, work: impl FnOnce(&mut Scorer) -> T) -> T {
        let mut scorer = taken.unwrap_or_else(|| self.prototype.clone());
        let done = work(&mut scorer);
        let mut idle = self.idle();
        if idle.scorers.len() < KEPT {
            idle.scorers.push(scorer);
        }
        done
    }

    fn model(&self) -> &Model {
        self.prototype.model()
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::input::Input;
    use crate::model::site::Site;

    fn scorers() -> Scorers {
        Scorers::new(Scorer::new(Arc::new(Model::shipped().unwrap()), &Site::default()).unwrap())
    }

    #[test]
    fn one_that_reads_much_takes_none_of_those_that_are_kept() {
        let scorers = scorers();
        let kept = || scorers.idle().scorers.len();
        scorers.with(false, |_| assert_eq!(kept(), 0));
        assert_eq!(kept(), 1);
        scorers.with(true, |_| assert_eq!(kept(), 1));
        scorers.with_labels(&[1], true, |_, _| assert_eq!(kept(), 1));
        assert_eq!(kept(), 1);
        scorers.with_labels(&[1], false, |_, _| assert_eq!(kept(), 0));
    }

    #[test]
    fn scores_are_the_same_however_often_they_are_asked_for_and_the_sets_are_bounded() {
        let scorers = scorers();
        let n = scorers.model().metadata.labels.len();
        let input = Input::of("What an idiot, he should be fired.");
        let all = scorers.with(false, |scorer| scorer.verdict(&input, 0).outcomes);
        let ask = |labels: &[usize]| {
            let found = scorers.with_labels(labels, false, |scorer, set| scorer.verdict_on(&input, set).outcomes);
            assert_eq!(found, labels.iter().map(|label| all[*label].clone()).collect::<Vec<_>>());
        };
        let size = |labels: &[usize]| scorers.with_labels(labels, false, |_, set| set.bytes());
        assert_eq!(size(&[n - 1]), 0);
        (0..OFTEN).for_each(|_| ask(&[n - 1]));
        let table = size(&[n - 1]);
        assert!(0 < table && table * 2 <= size_of_val(&scorers.model().table[..]));
        // Most of the labels have none.
        let most: Vec<usize> = (0..n - 1).collect();
        (0..=OFTEN).for_each(|_| ask(&most));
        assert_eq!(size(&most), 0);
        for first in 0..n {
            (first + 1..n).for_each(|second| ask(&[first, second]));
        }
        assert_eq!(scorers.idle().sets.len(), SETS.get());
        ask(&[]);
    }
}
