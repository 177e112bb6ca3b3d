//! How much a comment counts in the profile of its target, by what annotators answered.
//!
//! Comments that annotators call unrelated to their target would make its profile one of any comments. Which answers
//! mean that is not given but measured: those whose comments are no closer to their own target than to another one.

use crate::features::standing::Standing;

/// Each answer is smoothed by this many comments that are as close as all comments are on average.
const PRIOR: f32 = 10.0;

/// By row, between 0 and 1: the product over labels of how much closer than chance the comments with that answer are to
/// their target, as a share of the closest answer's. `answers` are by label, then by row.
pub(crate) fn of_rows(standings: &[Standing], answers: &[Vec<Option<u16>>], n: usize) -> Vec<f32> {
    let mut weights = vec![1.0; n];
    let leads = leads(standings);
    let mean = leads.iter().sum::<f32>() / leads.len().max(1) as f32;
    for answers in answers {
        let answer = |standing: &Standing| answers.get(standing.row).copied().flatten().map(usize::from);
        let mut sums: Vec<(f32, f32)> = Vec::new();
        for (standing, lead) in standings.iter().zip(&leads) {
            let Some(answer) = answer(standing) else { continue };
            if sums.len() <= answer {
                sums.resize(answer + 1, (0.0, 0.0));
            }
            sums[answer].0 += lead;
            sums[answer].1 += 1.0;
        }
        let means: Vec<f32> = sums.iter().map(|(sum, n)| (sum + PRIOR * mean) / (n + PRIOR)).collect();
        let most = means.iter().copied().fold(0.0, f32::max);
        if most > 0.0 {
            for standing in standings {
                if let Some(answer) = answer(standing) {
                    weights[standing.row] *= (means[answer] / most).max(0.0);
                }
            }
        }
    }
    weights
}

/// How much closer each comment is to its target than comments are to the target of another row.
fn leads(standings: &[Standing]) -> Vec<f32> {
    // Half the table away there is most likely another target.
    let others = standings.iter().cycle().skip(standings.len() / 2);
    let (mut sum, mut n) = (0.0, 0.0);
    for (standing, other) in standings.iter().zip(others).filter(|(own, other)| own.target != other.target) {
        sum += standing.comment.closeness(&other.about);
        n += 1.0;
    }
    let chance = if n > 0.0 { sum / n } else { 0.0 };
    standings.iter().map(|standing| standing.comment.closeness(&standing.about) - chance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::text_vector::TextVector;

    /// Of two hundred comments on two targets the odd ones take up their target's word.
    fn standings() -> Vec<Standing> {
        let about = |word: u64| TextVector { words: vec![(word, 1.0)], ..TextVector::default() };
        let one = |row: usize| {
            let target = u64::from(row >= 100);
            let comment = about(if row % 2 == 1 { target } else { 9 });
            Standing { target, about: about(target), comment, row, group: row as u32 }
        };
        (0..200).map(one).collect()
    }

    #[test]
    fn an_answer_given_to_what_is_not_about_the_target_counts_little() {
        let answers: Vec<Option<u16>> = (0..200).map(|row| Some(row % 2)).collect();
        let weights = of_rows(&standings(), &[answers], 200);
        assert!(weights[0] < 0.1 && weights[1] == 1.0, "{weights:?}");
    }

    #[test]
    fn answers_that_say_nothing_of_it_count_alike_and_missing_ones_in_full() {
        let answers: Vec<Option<u16>> = (0..200).map(|row| (row < 196).then_some(row / 2 % 2)).collect();
        let weights = of_rows(&standings(), &[answers], 200);
        assert!(weights.iter().all(|weight| *weight > 0.9), "{weights:?}");
        assert_eq!(weights[199], 1.0);
        assert_eq!(of_rows(&[], &[vec![Some(1)]], 1), [1.0]);
    }
}
