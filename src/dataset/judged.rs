//! The annotated rows on which a label is judged: used for model selection, calibration and figures. All rows are
//! learnt from.

use crate::dataset::annotations::{Annotated, Annotations, Truth};
use crate::dataset::dataset::Dataset;

impl Dataset {
    /// The annotated rows on which a label is judged: not those of sources that only teach, and not negatives made by a
    /// recipe. Either sort is included if all remaining rows would be of one kind without it.
    pub(crate) fn judged(&self, annotations: &Annotations) -> Annotated {
        let all = Annotated::new(annotations);
        if self.sources.is_empty() {
            return all;
        }
        let teaches = |row: usize| self.source_of(row).is_some_and(|at| self.sources[at].teaches_only);
        let others = all.without(teaches);
        let judged = if can_be_told_apart(&others.truth) { others } else { all };
        let found = judged.without(|row| self.is_made_up(row));
        if can_be_told_apart(&found.truth) { found } else { judged }
    }
}

/// Whether there are rows of more than one kind.
fn can_be_told_apart(truth: &Truth) -> bool {
    match truth {
        Truth::Classes(classes) => classes.iter().any(|class| *class != classes[0]),
        Truth::Shares(shares) => {
            let is_yes = |share: &f32| *share >= 0.5;
            shares.iter().any(is_yes) && !shares.iter().all(is_yes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::source::SourceUse;

    /// Three sources of four rows each: the last two rows of the second are made up, and the third source only teaches.
    fn data() -> Dataset {
        let source =
            |rows, negatives, teaches_only| SourceUse { rows, negatives, teaches_only, ..SourceUse::default() };
        let mut data = Dataset {
            sources: vec![source(4, 0, false), source(2, 2, false), source(4, 0, true)],
            files: [4, 8, 12].map(|end| (String::new(), end)).to_vec(),
            ..Dataset::default()
        };
        (0..12).for_each(|_| data.texts.push(""));
        data
    }

    fn judged(shares: [f32; 12]) -> Vec<usize> {
        data().judged(&Annotations::Flag(shares.to_vec())).rows
    }

    const NOT: f32 = f32::NAN;

    #[test]
    fn made_up_rows_and_sources_that_teach_are_not_judged() {
        let all = [1.0, 0.0, 0.0, NOT, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0];
        assert_eq!(judged(all), [0, 1, 2, 4, 5]);
        let classes = all.map(|share| (!share.is_nan()).then_some(share as u16));
        assert_eq!(data().judged(&Annotations::Stance(classes.to_vec())).rows, [0, 1, 2, 4, 5]);
    }

    #[test]
    fn what_else_there_is_must_be_of_both_kinds() {
        let made_up = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0];
        assert_eq!(judged(made_up), [0, 1, 2, 3, 4, 5, 6, 7]);
        let teaching = [0.0, NOT, NOT, NOT, NOT, NOT, 0.0, NOT, 1.0, 0.0, NOT, NOT];
        assert_eq!(
            judged(teaching),
            [0, 8, 9],
            "there is nobody else to be judged, and enough without what is made up"
        );
        assert!(judged([NOT; 12]).is_empty());
    }
}
