//! The rows of a label's figures, for the terminal, the page and the card.

use crate::metrics::estimate::Estimate;
use crate::metrics::figures::Figures;
use crate::report::figure_text::count;
use crate::report::label_report::LabelReport;

/// A figure of a label overall.
pub(crate) struct FigureRow {
    /// As used within a sentence.
    pub(crate) name: &'static str,
    /// Its value; then, if that was measured, its value where nothing recurs across folds.
    pub(crate) values: Vec<Option<Estimate>>,
    /// How to read it, where there is room for a few words.
    pub(crate) hint: &'static str,
    /// How to read it, on a page.
    pub(crate) long_hint: &'static str,
}

impl FigureRow {
    /// The name at the beginning of a line.
    pub(crate) fn title(&self) -> String {
        let mut rest = self.name.chars();
        rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
    }
}

/// How good a label is overall, one figure per row.
pub(crate) fn overall(label: &LabelReport<'_>) -> [FigureRow; 6] {
    let row = |name, of: fn(&Figures) -> Option<Estimate>, hint, long_hint| FigureRow {
        name,
        values: std::iter::once(label.figures).chain(label.regrouped.map(|(_, figures)| figures)).map(of).collect(),
        hint,
        long_hint,
    };
    let brier = if label.is_flag() {
        ["0 best, 1 worst", "0 is best, 1 worst"]
    } else {
        ["0 best, 2 worst", "0 is best, 2 worst"]
    };
    [
        row("macro F1", |own| own.macro_f1, "mean over the classes", "mean over the classes"),
        row("accuracy", |own| own.accuracy, "", "share of right verdicts"),
        row("AUC", |own| own.auc, "0.5 is chance", "0.5 is chance"),
        row("average precision", |own| own.average_precision, "chance is the base rate", "the base rate is chance"),
        row("Brier score", |own| own.brier, brier[0], brier[1]),
        row("calibration error", |own| own.ece, "0 best", "0 is best"),
    ]
}

/// How a class is found.
pub(crate) struct ClassRow<'a> {
    pub(crate) name: &'a str,
    /// Precision, recall and F1.
    pub(crate) figures: [Option<Estimate>; 3],
    /// How many comments are annotated with it.
    pub(crate) comments: String,
}

/// How each class is found, one a row.
pub(crate) fn per_class<'a>(label: &'a LabelReport<'_>) -> Vec<ClassRow<'a>> {
    let classes = label.figures.per_class.iter().zip(label.class_names());
    classes
        .map(|(class, name)| ClassRow {
            name,
            figures: [class.precision, class.recall, class.f1],
            comments: count(class.support),
        })
        .collect()
}

/// The verdicts above the confusion matrix.
pub(crate) fn verdicts<'a>(label: &'a LabelReport<'_>) -> Vec<&'a str> {
    if label.is_flag() { vec!["not raised", "raised"] } else { label.class_names() }
}

/// The confusion matrix: for each annotated class how many comments got each verdict.
pub(crate) fn confusion<'a>(label: &'a LabelReport<'_>) -> Vec<(&'a str, Vec<String>)> {
    let confusion = &label.figures.confusion;
    let names = label.class_names().into_iter().enumerate();
    names
        .map(|(truth, name)| (name, (0..confusion.classes()).map(|class| count(confusion.get(truth, class))).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_begins_with_a_capital() {
        let row = |name| FigureRow { name, values: Vec::new(), hint: "", long_hint: "" };
        assert_eq!(["macro F1", "AUC"].map(|name| row(name).title()), ["Macro F1", "AUC"]);
    }
}
