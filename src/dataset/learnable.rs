//! Decides which labels can be learnt or evaluated, and why others cannot.

use crate::dataset::annotations::{Annotated, Truth};
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::label::Label;
use crate::dataset::left_out::LeftOut;

impl Dataset {
    /// Removes the labels that cannot be learnt; returns them with the reasons.
    ///
    /// # Errors
    /// [`TrainError::NoLabelLeft`] when no label remains.
    pub fn leave_out(&mut self) -> Result<Vec<LeftOut>, TrainError> {
        let mut left_out = std::mem::take(&mut self.left_out);
        let (labels, annotations) = (std::mem::take(&mut self.labels), std::mem::take(&mut self.annotations));
        for (label, annotations) in labels.into_iter().zip(annotations) {
            if let Some(why) = self.unlearnable(&label, &Annotated::new(&annotations)) {
                left_out.push(why);
            } else {
                self.labels.push(label);
                self.annotations.push(annotations);
            }
        }
        if self.labels.is_empty() { Err(TrainError::NoLabelLeft(left_out)) } else { Ok(left_out) }
    }

    /// Removes the labels on which a model with `labels` cannot be evaluated; returns them with the reasons, and also
    /// those of which only some rows can be evaluated.
    ///
    /// # Errors
    /// [`TrainError::NothingToEvaluate`] when no label remains.
    pub fn keep_known(&mut self, labels: &[Label]) -> Result<Vec<LeftOut>, TrainError> {
        let mut left_out = std::mem::take(&mut self.left_out);
        for label in labels {
            let Some(at) = self.labels.iter().position(|own| own.name == label.name) else { continue };
            let all = Annotated::new(&self.annotations[at]);
            left_out.extend(unknown(label, &self.labels[at], &all));
            let n = self.annotations_of(label).map_or(0, |annotations| Annotated::new(&annotations).len());
            if n == 0 {
                if all.is_empty() {
                    left_out.push(self.unannotated(&label.name));
                }
                self.labels.remove(at);
                self.annotations.remove(at);
            }
        }
        if self.labels.is_empty() { Err(TrainError::NothingToEvaluate(left_out)) } else { Ok(left_out) }
    }

    /// Why a label has no annotations.
    fn unannotated(&self, label: &str) -> LeftOut {
        let name = label.to_owned();
        match self.cells.get(label) {
            Some(refused) => LeftOut::Unread { label: name, refused: refused.clone() },
            None => LeftOut::Empty { label: name },
        }
    }

    /// Why a label with these annotations cannot be learnt, if it cannot.
    pub(crate) fn unlearnable(&self, label: &Label, annotated: &Annotated) -> Option<LeftOut> {
        let rows = annotated.len();
        if rows == 0 {
            return Some(self.unannotated(&label.name));
        }
        let class = match &annotated.truth {
            Truth::Classes(classes) => {
                let first = classes[0];
                classes.iter().all(|class| *class == first).then(|| label.classes()[first].clone())
            }
            Truth::Shares(shares) if shares.iter().all(|share| *share <= 0.0) => Some("0".to_owned()),
            Truth::Shares(shares) if shares.iter().all(|share| *share >= 1.0) => Some("1".to_owned()),
            Truth::Shares(_) => None,
        };
        let refused = || self.cells.get(&label.name).cloned();
        class.map(|class| LeftOut::OneClass { label: label.name.clone(), class, rows, refused: refused() })
    }
}

/// The classes that the data's label has and the model's does not.
fn unknown(known: &Label, label: &Label, annotated: &Annotated) -> Option<LeftOut> {
    let Truth::Classes(annotations) = &annotated.truth else { return None };
    let count = |class: usize| annotations.iter().filter(|own| **own == class).count();
    let classes = label.classes().iter().enumerate().filter(|(_, class)| !known.classes().contains(class));
    let counts: Vec<(usize, &String)> = classes.map(|(at, class)| (count(at), class)).collect();
    let rows = counts.iter().map(|(rows, _)| rows).sum();
    let told: Vec<String> = counts.iter().map(|(rows, class)| format!("{class} {rows}")).collect();
    let (label, of, classes) = (label.name.clone(), annotated.len(), told.join(", "));
    (rows > 0).then_some(LeftOut::UnknownClasses { label, rows, of, classes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::annotations::Annotations;
    use crate::dataset::left_out::RefusedCells;
    use crate::thread::row::Refused;

    fn data(labels: Vec<(Label, Annotations)>) -> Dataset {
        let (labels, annotations) = labels.into_iter().unzip();
        Dataset { labels, annotations, ..Dataset::default() }
    }

    fn flag(name: &str, shares: &[f32]) -> (Label, Annotations) {
        (Label::flag(name), Annotations::Flag(shares.to_vec()))
    }

    #[test]
    fn what_tells_nothing_apart_is_left_out_and_the_rest_is_learnt() {
        let classes = vec!["a".to_owned(), "b".to_owned()];
        let stance = |name: &str, classes_of: [Option<u16>; 3]| {
            (Label::stance(name, classes.clone()), Annotations::Stance(classes_of.to_vec()))
        };
        let mut data = data(vec![
            flag("never", &[0.0, f32::NAN, 0.0]),
            flag("sometimes", &[0.0, 1.0, 0.0]),
            flag("soft", &[0.5, 0.5, f32::NAN]),
            flag("missing", &[f32::NAN; 3]),
            stance("one", [Some(1), None, Some(1)]),
            stance("two", [Some(1), None, Some(0)]),
        ]);
        let told: Vec<String> = data.leave_out().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "label \"never\" has one class only (0, in 2 rows): there is nothing to tell apart",
                "label \"missing\" is annotated in no row",
                "label \"one\" has one class only (b, in 2 rows): there is nothing to tell apart",
            ]
        );
        let left: Vec<&str> = data.labels.iter().map(|label| label.name.as_str()).collect();
        assert_eq!(left, ["sometimes", "soft", "two"]);
        assert_eq!(data.annotations.len(), 3);
        assert!(data.leave_out().unwrap().is_empty());
    }

    #[test]
    fn cells_that_were_refused_are_not_called_empty() {
        let mut data = data(vec![flag("toxic", &[f32::NAN, f32::NAN]), flag("spam", &[1.0, 1.0])]);
        let refused = |line| Refused { file: "a.csv".to_owned(), line, reason: "toxic is \"Toxic\"".to_owned() };
        let mut cells = RefusedCells::default();
        cells.push(|| refused(2));
        cells.push(|| refused(3));
        data.cells.insert("toxic".to_owned(), cells.clone());
        data.cells.insert("spam".to_owned(), cells);
        let error = data.leave_out().unwrap_err().to_string();
        assert_eq!(
            error,
            "no label left to learn: label \"toxic\" has no cell that could be read: 2 cells were refused, first a.csv:2: \
             toxic is \"Toxic\"; label \"spam\" has one class only (1, in 2 rows): there is nothing to tell apart; 2 cells \
             were refused, first a.csv:2: toxic is \"Toxic\""
        );
    }

    #[test]
    fn a_model_is_evaluated_on_the_labels_and_classes_that_it_knows() {
        let classes = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let stance = Label::stance("stance", classes(&["a", "b", "c"]));
        let mut data = data(vec![
            (stance, Annotations::Stance(vec![Some(0), Some(2), Some(2), None])),
            flag("spam", &[f32::NAN; 4]),
            flag("rude", &[0.0, 1.0, 0.0, 1.0]),
        ]);
        let known = [Label::stance("stance", classes(&["a", "b"])), Label::flag("spam"), Label::flag("rude")];
        let left_out: Vec<String> = data.keep_known(&known).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            left_out,
            [
                "2 of 3 rows with label \"stance\" have a class that the model does not know: c 2",
                "label \"spam\" is annotated in no row",
            ]
        );
        let left: Vec<&str> = data.labels.iter().map(|label| label.name.as_str()).collect();
        assert_eq!(left, ["stance", "rude"], "one row of a known class is enough");
    }

    #[test]
    fn nothing_is_evaluated_where_no_class_is_known() {
        let label = |class: &str| Label::stance("stance", vec![class.to_owned(), "z".to_owned()]);
        let mut data = data(vec![(label("x"), Annotations::Stance(vec![Some(0)]))]);
        let error = data.keep_known(&[label("a")]).unwrap_err();
        assert!(matches!(error, TrainError::NothingToEvaluate(left_out) if left_out.len() == 1));
    }
}
