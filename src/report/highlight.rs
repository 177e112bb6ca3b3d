//! Which pieces of a comment's text are marked: those that speak for its raised or unsure flags and for its stance.

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Verdict};

/// How a character is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Not,
    /// It speaks for the class of this number of the label of this number.
    Stance {
        label: usize,
        class: usize,
    },
    /// It speaks for a flag; that goes before a stance.
    Flag,
}

/// At most this many reasons are marked for a stance.
const FOR_STANCE: usize = 3;

/// First byte, and the one after the last.
type Span = (usize, usize);

/// The marked bytes of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    flags: Vec<Span>,
    /// For each stance label its number, its class and the spans.
    stances: Vec<(usize, usize, Vec<Span>)>,
}

impl Marks {
    /// With at most `for_flag` reasons of each flag.
    pub(crate) fn new(labels: &[Label], verdict: &Verdict, for_flag: usize) -> Self {
        let mut marks = Self::default();
        for (label, outcome) in verdict.outcomes.iter().enumerate().take(labels.len()) {
            let own = verdict.reasons.iter().filter(|reason| reason.label == label && reason.share > 0.0);
            let spans = own.filter_map(|reason| reason.span);
            match outcome {
                Outcome::Flag { raised: false, unsure: false, .. } | Outcome::Stance { class: Err(_), .. } => {}
                Outcome::Flag { .. } => marks.flags.extend(spans.take(for_flag)),
                Outcome::Stance { class: Ok(class), .. } => {
                    marks.stances.push((label, *class, merged(spans.take(FOR_STANCE).collect())));
                }
            }
        }
        marks.flags = merged(marks.flags);
        marks
    }

    /// Goes along the text, forwards only.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk { marks: self, flag: 0, stances: vec![0; self.stances.len()] }
    }
}

pub(crate) struct Walk<'a> {
    marks: &'a Marks,
    flag: usize,
    stances: Vec<usize>,
}

impl Walk<'_> {
    /// How the character at this byte is marked.
    pub(crate) fn at(&mut self, byte: usize) -> Mark {
        if covers(&self.marks.flags, &mut self.flag, byte) {
            return Mark::Flag;
        }
        let mut stances = self.marks.stances.iter().zip(&mut self.stances);
        let covering = stances.find_map(|((label, class, spans), at)| {
            covers(spans, at, byte).then_some(Mark::Stance { label: *label, class: *class })
        });
        covering.unwrap_or(Mark::Not)
    }
}

fn covers(spans: &[Span], at: &mut usize, byte: usize) -> bool {
    while spans.get(*at).is_some_and(|(_, end)| *end <= byte) {
        *at += 1;
    }
    spans.get(*at).is_some_and(|(begin, _)| *begin <= byte)
}

/// Spans in order; adjacent and overlapping ones are joined.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|later, before| {
        let joined = later.0 <= before.1;
        if joined {
            before.1 = before.1.max(later.1);
        }
        joined
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::verdict::Reason;

    #[test]
    fn flags_go_before_stances_and_spans_run_together() {
        let labels = [Label::stance("stance", vec!["a".to_owned(), "b".to_owned()]), Label::flag("f")];
        let reason = |label, begin, end| Reason {
            label,
            class: None,
            feature: String::new(),
            span: Some((begin, end)),
            share: 1.0,
        };
        let flag = |raised| Outcome::Flag { raised, unsure: false, p: Some(0.9), threshold: 0.5 };
        let mut verdict = Verdict {
            outcomes: vec![Outcome::Stance { class: Ok(1), p: vec![0.1, 0.9] }, flag(true)],
            reasons: vec![reason(0, 0, 4), reason(1, 5, 7), reason(1, 2, 5), reason(1, 8, 2)],
            ..Verdict::default()
        };
        let shown = |verdict: &Verdict| -> String {
            let marks = Marks::new(&labels, verdict, 9);
            let mut walk = marks.walk();
            let sign = |mark| match mark {
                Mark::Not => '.',
                Mark::Stance { label: 0, class: 1 } => 's',
                Mark::Stance { .. } => '?',
                Mark::Flag => 'f',
            };
            (0..9).map(|byte| sign(walk.at(byte))).collect()
        };
        assert_eq!(shown(&verdict), "ssfffff..");
        verdict.outcomes[1] = flag(false);
        assert_eq!(shown(&verdict), "ssss.....");
    }
}
