//! Stances under one article, learnt from a few decided comments of its thread.
//!
//! No model of this size can tell who is for and who is against something under an article that training never saw. But
//! it can be learnt quickly from decided comments: people write several comments and keep their side, mostly answer
//! those they disagree with, and repeat each other's words. So within a thread two small classifiers are fitted to the
//! decided comments: whether a comment takes a side at all (using the model's scores for that), and which. Both are
//! calibrated on decided comments that they were not fitted to, and a side is given only where it is right often
//! enough.
//!
//! Nothing of this is kept, and nothing of an author's leaves the thread.

use ndarray::{Array1, Array2};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::features::thread_rows::{Section, ThreadRows, Voice};
use crate::learn::calibrate::Calibration;
use crate::learn::kernel;
use crate::learn::random::Random;
use crate::learn::risk_control::Guarantee;
use crate::text::stem::Language;

/// C of both classifiers.
const COST: f32 = 10.0;
/// Nothing is learnt with fewer examples of each answer.
const AT_LEAST: usize = 3;
/// At most this many decided comments are used, the latest: twice as many take four times as long.
pub(crate) const MOST_DECIDED: usize = 400;
/// The decided comments are scored by classifiers trained on the others, in this many parts.
const FOLDS: usize = 10;
/// Scores are not made flatter than this in calibration.
const FLATTEST: f32 = 0.05;
/// How much the log-odds of the model count as a feature, of whether a comment takes a side.
const MODEL: f32 = 0.5;
/// A side is given where at most this share of the sides given is wrong, with 95 % confidence: of [`Guarantee`], which is for
/// both ends of the scale, only the upper one is asked for.
const ERROR: (f64, f64) = (0.3, 0.9);

/// Which classes a stance label has: two sides and, mostly, one for neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sides {
    pub(crate) sides: [usize; 2],
    pub(crate) none: Option<usize>,
}

impl Sides {
    /// The sides among a label's classes: two of them, besides one called `none`.
    pub(crate) fn of(classes: &[String]) -> Option<Self> {
        let none = classes.iter().position(|class| class == "none");
        let mut sides = (0..classes.len()).filter(|class| Some(*class) != none);
        let sides = [sides.next()?, sides.next()?];
        (classes.len() == 2 + usize::from(none.is_some())).then_some(Self { sides, none })
    }
}

/// What the decided comments of a thread say about one comment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LearntStance {
    /// The probability of each class, in the order of the label's.
    pub(crate) p: Vec<f32>,
    /// The class, unless the comment is left to a person.
    pub(crate) class: Option<usize>,
    /// What speaks for its side, in log-odds of the second side: its words, what its author writes, and who its author is.
    pub(crate) shares: [f32; 3],
}

/// Learns the stances of all comments from the `decided` comments (position and class). `model` has the model's class
/// probabilities of each; `None` if there is no text. Returns `None` if too few are decided.
pub(crate) fn learn(
    voices: &[Voice<'_>],
    model: &[Option<Vec<f32>>],
    decided: &[(usize, usize)],
    sides: Sides,
    language: Language,
) -> Option<Vec<Option<LearntStance>>> {
    let (all_decided, decided) = (decided, &decided[decided.len().saturating_sub(MOST_DECIDED)..]);
    let count = |side: usize| decided.iter().filter(|(_, class)| *class == sides.sides[side]).count();
    if count(0) < AT_LEAST || count(1) < AT_LEAST {
        return None;
    }
    let rows = ThreadRows::new(voices, language);
    let base = |at: usize| {
        let p = model[at].as_ref().zip(sides.none).map_or(0.5, |(p, none)| p[none]).clamp(1e-3, 1.0 - 1e-3);
        (p / (1.0 - p)).ln()
    };
    let of_sides: Vec<(usize, bool)> = decided
        .iter()
        .filter(|(_, class)| sides.sides.contains(class))
        .map(|(at, class)| (*at, *class == sides.sides[1]))
        .collect();
    let side = Classifier::fit(&rows, &of_sides, true, |_| 0.0);
    let neither = sides.none.and_then(|none| {
        let rows_of: Vec<(usize, bool)> = decided.iter().map(|(at, class)| (*at, *class == none)).collect();
        let n_none = rows_of.iter().filter(|(_, is_none)| *is_none).count();
        (n_none >= AT_LEAST).then(|| Classifier::fit(&rows, &rows_of, false, |at| MODEL * base(at)))
    });
    let n_classes = 2 + usize::from(sides.none.is_some());
    let classes = |second: f32, p_none: f32| {
        let mut p = vec![0.0; n_classes];
        (p[sides.sides[0]], p[sides.sides[1]]) = ((1.0 - p_none) * (1.0 - second), (1.0 - p_none) * second);
        sides.none.iter().for_each(|none| p[*none] = p_none);
        p
    };
    let of_model = |at: usize| model[at].as_ref().zip(sides.none).map_or(0.0, |(p, none)| p[none]);
    let least =
        least(&decided_unseen(decided, (&side, &of_sides), neither.as_ref(), &rows, &of_model), sides, &classes);
    let one = |at: usize| {
        model[at].as_ref()?;
        let (second, shares) = side.p(&rows, at, 0.0);
        let p_none = neither.as_ref().map_or_else(|| of_model(at), |neither| neither.p(&rows, at, MODEL * base(at)).0);
        let p = classes(second, p_none);
        let likeliest = (0..n_classes).max_by(|a, b| p[*a].total_cmp(&p[*b]));
        let class = likeliest.filter(|class| {
            let side = sides.sides.iter().position(|side| side == class);
            side.is_none_or(|side| p[*class] >= least[side])
        });
        Some(LearntStance { p, class, shares })
    };
    let mut learnt: Vec<Option<LearntStance>> = (0..voices.len()).into_par_iter().map(one).collect();
    for (at, class) in all_decided {
        if let Some(Some(own)) = learnt.get_mut(*at) {
            own.p.fill(0.0);
            own.p[*class] = 1.0;
            own.class = Some(*class);
        }
    }
    Some(learnt)
}

/// A decided comment as classifiers that were not fitted to it see it: the probability of the second side if it takes one, that
/// it takes none, and the class.
type Unseen = (f32, f32, usize);

/// What is known of the decided comments as if they were not decided.
fn decided_unseen(
    decided: &[(usize, usize)],
    (side, of_sides): (&Classifier, &[(usize, bool)]),
    neither: Option<&Classifier>,
    rows: &ThreadRows,
    of_model: &impl Fn(usize) -> f32,
) -> Vec<Unseen> {
    let sides: FxHashMap<usize, f32> = of_sides.iter().zip(&side.unseen).map(|((at, _), p)| (*at, *p)).collect();
    let one = |(place, (at, class)): (usize, &(usize, usize))| {
        let second = sides.get(at).copied().unwrap_or_else(|| side.p(rows, *at, 0.0).0);
        let p_none = neither.map_or_else(|| of_model(*at), |neither| neither.unseen[place]);
        (second, p_none, *class)
    };
    decided.iter().enumerate().map(one).collect()
}

/// For each side, the probability from which it is right often enough on the comments it would be given to.
fn least(unseen: &[Unseen], sides: Sides, classes: &impl Fn(f32, f32) -> Vec<f32>) -> [f32; 2] {
    sides.sides.map(|side| {
        let given = unseen.iter().filter_map(|(second, p_none, class)| {
            let p = classes(*second, *p_none);
            let is_given = p.iter().all(|other| *other <= p[side]);
            is_given.then(|| (p[side], f32::from(u8::from(*class == side))))
        });
        let (p, share): (Vec<f32>, Vec<f32>) = given.unzip();
        Guarantee::choose(ERROR.0, ERROR.1, &p, &share).high
    })
}

/// A calibrated yes or no over the rows of a thread.
struct Classifier {
    sided: bool,
    /// The columns of each section.
    weights: [Vec<f32>; Section::ALL.len()],
    /// The weights of the model's output and of a constant.
    beside: (f32, f32),
    calibration: Calibration,
    /// The calibrated probabilities of the decided rows, by classifiers that were not fitted to them.
    unseen: Vec<f32>,
}

impl Classifier {
    fn fit(rows: &ThreadRows, decided: &[(usize, bool)], sided: bool, base: impl Fn(usize) -> f32) -> Self {
        let n = decided.len();
        let gram = gram(rows, decided, sided, &base);
        let yes = decided.iter().filter(|(_, yes)| *yes).count();
        let share: Vec<f32> = decided.iter().map(|(_, yes)| f32::from(u8::from(*yes))).collect();
        // Each answer counts as much as the other.
        let cost: Vec<f32> =
            decided.iter().map(|(_, own)| COST * n as f32 / (2 * if *own { yes } else { n - yes }) as f32).collect();
        let beta = kernel::fit(gram.view(), &share, &cost);
        let mut order: Vec<usize> = (0..n).collect();
        Random::new(1).shuffle(&mut order);
        // Both answers in every part, as far as there are enough of each.
        order.sort_by_key(|at| decided[*at].1);
        let folds = FOLDS.min(n);
        let mut values = Array1::<f32>::zeros(n);
        let parts: Vec<Vec<(usize, f32)>> = (0..folds)
            .into_par_iter()
            .map(|fold| {
                let mut cost = cost.clone();
                let out: Vec<usize> = order.iter().copied().skip(fold).step_by(folds).collect();
                out.iter().for_each(|at| cost[*at] = 0.0);
                let beta = kernel::fit(gram.view(), &share, &cost);
                let value = |at: usize| beta.iter().zip(gram.row(at)).map(|(beta, dot)| beta * (dot + 1.0)).sum();
                out.into_iter().map(|at| (at, value(at))).collect()
            })
            .collect();
        parts.into_iter().flatten().for_each(|(at, value)| values[at] = value);
        let fitted = Calibration::platt(values.view(), Array1::from_vec(share).view(), Array1::ones(n).view());
        // So few rows may seem to say that the classifier is worse than chance. It is not, so its order is kept.
        let calibration = if fitted.slopes[0] < FLATTEST {
            let log_odds = (yes as f32 / (n - yes) as f32).ln();
            Calibration { slopes: vec![FLATTEST], offsets: vec![log_odds] }
        } else {
            fitted
        };
        let mut weights = Section::ALL.map(|section| vec![0.0; rows.width(section)]);
        let mut beside = (0.0, 0.0);
        for (beta, (at, _)) in beta.iter().zip(decided) {
            for (section, weights) in Section::ALL.into_iter().zip(&mut weights) {
                rows.each(*at, section, sided, |column, value| weights[column] += beta * value);
            }
            beside.0 += beta * base(*at);
            beside.1 += beta;
        }
        let p = |value: f32| {
            let mut value = [value];
            calibration.apply(&mut value);
            value[0]
        };
        let unseen = values.iter().map(|value| p(*value)).collect();
        Self { sided, weights, beside, calibration, unseen }
    }

    /// The probability of yes, and what each section adds to its log-odds before calibration.
    fn p(&self, rows: &ThreadRows, at: usize, base: f32) -> (f32, [f32; Section::ALL.len()]) {
        let mut shares = [0.0; Section::ALL.len()];
        for ((section, weights), share) in Section::ALL.into_iter().zip(&self.weights).zip(&mut shares) {
            rows.each(at, section, self.sided, |column, value| *share += weights[column] * value);
        }
        let mut value = [shares.iter().sum::<f32>() + self.beside.0 * base + self.beside.1];
        self.calibration.apply(&mut value);
        (value[0], shares)
    }
}

/// The dot products of the decided rows, shape `(n_decided, n_decided)`.
fn gram(rows: &ThreadRows, decided: &[(usize, bool)], sided: bool, base: &impl Fn(usize) -> f32) -> Array2<f32> {
    let n = decided.len();
    let mut gram = Array2::zeros((n, n));
    let base: Vec<f32> = decided.iter().map(|(at, _)| base(*at)).collect();
    for section in Section::ALL {
        let mut dense = vec![0.0_f32; rows.width(section)];
        for (from, (at, _)) in decided.iter().enumerate() {
            rows.each(*at, section, sided, |column, value| dense[column] += value);
            for (to, (other, _)) in decided.iter().enumerate().skip(from) {
                rows.each(*other, section, sided, |column, value| gram[[from, to]] += dense[column] * value);
            }
            rows.each(*at, section, sided, |column, _| dense[column] = 0.0);
        }
    }
    for from in 0..n {
        for to in from..n {
            gram[[from, to]] += base[from] * base[to];
            gram[[to, from]] = gram[[from, to]];
        }
    }
    gram
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: Sides = Sides { sides: [0, 1], none: Some(2) };

    /// Two camps that answer each other, in words that reveal nothing.
    fn camps() -> Vec<(String, String, Option<usize>)> {
        (0..60)
            .map(|at| {
                let author = format!("{}{}", if at % 2 == 0 { "even" } else { "odd" }, at % 12);
                let text = format!("well this is what I have to say about number {at}");
                (text, author, (at > 0).then(|| at - 1))
            })
            .collect()
    }

    fn learnt(authors: bool, decided: &[(usize, usize)]) -> Option<Vec<Option<LearntStance>>> {
        let camps = camps();
        let voices: Vec<Voice<'_>> = camps
            .iter()
            .map(|(text, author, parent)| Voice {
                text,
                author: authors.then_some(author),
                parent: parent.filter(|_| authors),
            })
            .collect();
        let model = vec![Some(vec![0.4, 0.4, 0.2]); voices.len()];
        learn(&voices, &model, decided, SIDES, Language::ENGLISH)
    }

    #[test]
    fn a_side_is_that_of_its_author_and_not_of_whom_he_answers() {
        let decided: Vec<(usize, usize)> = (0..24).map(|at| (at, at % 2)).collect();
        let learnt = learnt(true, &decided).unwrap();
        for (at, own) in learnt.iter().enumerate() {
            let own = own.as_ref().unwrap();
            assert_eq!(own.class, Some(at % 2), "comment {at}: {own:?}");
            assert!((own.p.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn where_nothing_tells_the_sides_apart_they_are_left_to_a_person() {
        let decided: Vec<(usize, usize)> = (0..24).map(|at| (at, at / 2 % 2)).collect();
        let learnt = learnt(false, &decided).unwrap();
        assert!(learnt[24..].iter().flatten().all(|own| own.class.is_none() || own.class == Some(2)));
    }

    #[test]
    fn too_few_of_a_side_teach_nothing() {
        assert!(learnt(true, &[(0, 0), (1, 1), (2, 0), (3, 1), (4, 0)]).is_none());
    }

    #[test]
    fn a_decided_comment_is_what_was_decided() {
        let decided = [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 2)];
        let learnt = learnt(true, &decided).unwrap();
        for (at, class) in decided {
            assert_eq!(learnt[at].as_ref().and_then(|own| own.class), Some(class));
        }
    }

    #[test]
    fn sides_are_two_classes_beside_none() {
        let classes = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(Sides::of(&classes(&["against", "favor", "none"])), Some(SIDES));
        assert_eq!(Sides::of(&classes(&["con", "pro"])), Some(Sides { sides: [0, 1], none: None }));
        assert_eq!(Sides::of(&classes(&["agree", "disagree", "discuss", "unrelated"])), None);
        assert_eq!(Sides::of(&classes(&["against", "none"])), None);
    }
}
