//! Rows for machines: comma-separated values, one row for each comment.
//!
//! The header is `id`, the kept columns, then for a stance label `L` the class in `L`, its probabilities in `L.p.CLASS` and, where
//! no class is given, the cause in `L.why`; for a flag `L` 1 or 0 in `L`, its probability in `L.p` and, where the policy abstains,
//! `L.unsure`; at last `reasons`.
//!
//! Cells are the data, unchanged: one that begins with `=`, `+`, `-` or `@` would be another text if it were disarmed for
//! spreadsheets, which [`CsvOptions::safe`] asks for.
//!
//! A million rows are written in a fraction of a CPU second: probabilities by integer arithmetic, and most cells need
//! no quotes, which `csv-core` sees at once.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use csv_core::{Terminator, Writer, WriterBuilder};

use crate::dataset::label::Label;
use crate::model::verdict::{Outcome, Reason, Verdict, Why};
use crate::report::spreadsheet::protect;

/// Writes rows of one model. The buffer that it appends to is the caller's, so that rows can be made in many threads.
pub(crate) struct CsvForm<'a> {
    labels: &'a [Label],
    kept: Vec<String>,
    options: CsvOptions<'a>,
    writer: Writer,
}

/// What rows contain besides the verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CsvOptions<'a> {
    /// For each label whether it has a column `L.unsure`, as its policy may leave a comment to a person; none has without.
    pub unsure: &'a [bool],
    /// The last column says why.
    pub reasons: bool,
    /// Cells are separated by tabs.
    pub tabs: bool,
    /// For opening in a spreadsheet: an apostrophe precedes anything that would be read as a formula.
    pub safe: bool,
}

impl<'a> CsvForm<'a> {
    /// Rows of `labels`, with the columns named `kept` after the id.
    #[must_use]
    pub(crate) fn new(labels: &'a [Label], kept: &[String], options: CsvOptions<'a>) -> Self {
        let delimiter = if options.tabs { b'\t' } else { b',' };
        let writer = WriterBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        Self { labels, kept: kept.to_vec(), options, writer }
    }

    /// The same with these columns after the id.
    pub(crate) fn keep(&mut self, kept: &[String]) {
        self.kept = kept.to_vec();
    }

    /// The names of all columns. A kept column that is called like a later one, as an annotation is by the label learnt
    /// from it, is `NAME.given`.
    #[must_use]
    pub(crate) fn columns(&self) -> Vec<String> {
        let mut own = Vec::new();
        for (place, label) in self.labels.iter().enumerate() {
            own.push(label.name.clone());
            if label.classes().is_empty() {
                own.push(format!("{}.p", label.name));
                if self.may_be_unsure(place) {
                    own.push(format!("{}.unsure", label.name));
                }
            }
            own.extend(label.classes().iter().map(|class| format!("{}.p.{class}", label.name)));
            if !label.classes().is_empty() {
                own.push(format!("{}.why", label.name));
            }
        }
        if self.options.reasons {
            own.push("reasons".to_owned());
        }
        let mut columns = vec!["id".to_owned()];
        let mut taken: HashSet<String> = own.iter().chain(&columns).cloned().collect();
        for kept in &self.kept {
            let mut name = kept.clone();
            while taken.contains(&name) {
                name.push_str(".given");
            }
            taken.insert(name.clone());
            columns.push(name);
        }
        columns.append(&mut own);
        columns
    }

    /// Appends the header line.
    pub(crate) fn header(&self, out: &mut Vec<u8>) {
        let columns = self.columns();
        let mut columns = columns.iter();
        if let Some(first) = columns.next() {
            self.cell(out, first);
        }
        for column in columns {
            self.next(out);
            self.cell(out, column);
        }
        out.push(b'\n');
    }

    /// Appends the row of one comment. `kept` are the cells of the kept columns, and the spans of reasons refer to
    /// `text`. A missing kept cell or outcome becomes an empty cell, so the columns always match the header.
    pub(crate) fn row<'c>(
        &self,
        out: &mut Vec<u8>,
        id: &str,
        kept: impl IntoIterator<Item = &'c str>,
        text: &str,
        verdict: &Verdict,
    ) {
        self.cell(out, id);
        let mut kept = kept.into_iter();
        for _ in &self.kept {
            self.next(out);
            self.cell(out, kept.next().unwrap_or_default());
        }
        let mut outcomes = verdict.outcomes.iter();
        for (place, label) in self.labels.iter().enumerate() {
            self.outcome(out, label, outcomes.next(), self.may_be_unsure(place));
        }
        if self.options.reasons {
            self.next(out);
            self.cell(out, &reasons_line(self.labels, verdict, text));
        }
        out.push(b'\n');
    }

    fn may_be_unsure(&self, label: usize) -> bool {
        self.options.unsure.get(label).is_some_and(|unsure| *unsure)
    }

    fn outcome(&self, out: &mut Vec<u8>, label: &Label, outcome: Option<&Outcome>, may_be_unsure: bool) {
        self.next(out);
        if label.classes().is_empty() {
            let Some(Outcome::Flag { raised, unsure, p, .. }) = outcome else {
                self.next(out);
                if may_be_unsure {
                    self.next(out);
                }
                return;
            };
            out.push(b'0' + u8::from(*raised));
            self.next(out);
            if let Some(p) = p {
                probability(out, *p);
            }
            if may_be_unsure {
                self.next(out);
                out.push(b'0' + u8::from(*unsure));
            }
        } else {
            let (class, why, p) = match outcome {
                Some(Outcome::Stance { class, p }) => {
                    (class.ok().and_then(|class| label.classes().get(class)), class.err(), &p[..])
                }
                _ => (None, None, &[][..]),
            };
            self.cell(out, class.map_or("", String::as_str));
            for class in 0..label.classes().len() {
                self.next(out);
                if let Some(p) = p.get(class) {
                    probability(out, *p);
                }
            }
            self.next(out);
            out.extend_from_slice(why.map_or("", Why::name).as_bytes());
        }
    }

    fn next(&self, out: &mut Vec<u8>) {
        out.push(self.writer.get_delimiter());
    }

    fn cell(&self, out: &mut Vec<u8>, cell: &str) {
        let cell = if self.options.safe { protect(cell) } else { Cow::Borrowed(cell) };
        let cell = cell.as_bytes();
        if !self.writer.should_quote(cell) {
            out.extend_from_slice(cell);
            return;
        }
        let (quote, escape) = (self.writer.get_quote(), self.writer.get_escape());
        out.push(quote);
        let begin = out.len();
        out.resize(begin + 2 * cell.len(), 0);
        let room = out.get_mut(begin..).unwrap_or_default();
        let (_, _, written) = csv_core::quote(cell, room, quote, escape, self.writer.get_double_quote());
        out.truncate(begin + written);
        out.push(quote);
    }
}

/// Appends a probability with six decimals; nothing if it is not a number.
pub(crate) fn probability(out: &mut Vec<u8>, p: f32) {
    if p.is_nan() {
        return;
    }
    let millionths = (f64::from(p.clamp(0.0, 1.0)) * 1e6).round() as u32;
    let digit = |unit: u32| b'0' + (millionths / unit % 10) as u8;
    out.extend_from_slice(&[
        digit(1_000_000),
        b'.',
        digit(100_000),
        digit(10_000),
        digit(1_000),
        digit(100),
        digit(10),
        digit(1),
    ]);
}

/// The reasons of a verdict in readable form, and what was muted.
pub(crate) fn reasons_line(labels: &[Label], verdict: &Verdict, text: &str) -> String {
    let mut why = reasons(labels, &verdict.reasons, text);
    if !verdict.muted.is_empty() {
        why.push_str(if why.is_empty() { "muted: " } else { "; muted: " });
        why.push_str(&verdict.muted.join(", "));
    }
    why
}

/// Reasons as a person reads them, label by label: `stance=against: “closing” +0.80, shape: length +0.20; off_topic: …`.
#[must_use]
pub(crate) fn reasons(labels: &[Label], reasons: &[Reason], text: &str) -> String {
    let mut line = String::new();
    let mut before = None;
    for reason in reasons {
        let Some(label) = labels.get(reason.label) else { continue };
        let about = (reason.label, reason.class);
        if before == Some(about) {
            line.push_str(", ");
        } else {
            line.push_str(if before.is_some() { "; " } else { "" });
            line.push_str(&label.name);
            if let Some(class) = reason.class.and_then(|class| label.classes().get(class)) {
                line.push('=');
                line.push_str(class);
            }
            line.push_str(": ");
        }
        before = Some(about);
        // Writing to a string cannot fail.
        let _ = match quoted(reason, text) {
            Some(words) => write!(line, "“{words}” {:+.2}", reason.share),
            None => write!(line, "{} {:+.2}", reason.feature, reason.share),
        };
    }
    line
}

/// The piece of the text that a reason points to.
#[must_use]
pub(crate) fn quoted<'t>(reason: &Reason, text: &'t str) -> Option<&'t str> {
    let (begin, end) = reason.span?;
    text.get(begin..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels() -> Vec<Label> {
        let classes = ["against", "favor", "none"].map(str::to_owned).to_vec();
        vec![Label::stance("stance", classes), Label::flag("off_topic")]
    }

    fn verdict() -> Verdict {
        let flag = Outcome::Flag { raised: true, unsure: false, p: Some(0.8251), threshold: 0.5 };
        let reason = |label, class, span: Option<(usize, usize)>, share| Reason {
            label,
            class,
            feature: if span.is_none() { "shape: length" } else { "words" }.to_owned(),
            span,
            share,
        };
        Verdict {
            outcomes: vec![Outcome::Stance { class: Ok(0), p: vec![0.75, 0.2, 0.05] }, flag],
            reasons: vec![
                reason(0, Some(0), Some((4, 9)), 0.804),
                reason(0, Some(0), None, 0.2),
                reason(1, None, Some((0, 3)), -1.0),
            ],
            ..Verdict::default()
        }
    }

    fn written(form: &CsvForm<'_>, id: &str, kept: &[&str], text: &str, verdict: &Verdict) -> String {
        let mut out = Vec::new();
        form.header(&mut out);
        form.row(&mut out, id, kept.iter().copied(), text, verdict);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_have_what_the_contract_says() {
        let (labels, kept) = (labels(), ["text".to_owned(), "stance".to_owned()]);
        let plain = CsvForm::new(&labels, &[], CsvOptions::default());
        insta::assert_snapshot!(written(&plain, "c1", &[], "", &verdict()), @r"
        id,stance,stance.p.against,stance.p.favor,stance.p.none,stance.why,off_topic,off_topic.p
        c1,against,0.750000,0.200000,0.050000,,1,0.825100
        ");
        let options = CsvOptions { unsure: &[false, true], reasons: true, tabs: false, safe: false };
        let full = CsvForm::new(&labels, &kept, options);
        let text = "Why wait, \"then\"?\nGo.";
        insta::assert_snapshot!(written(&full, "=1+1", &[text, "favor"], text, &verdict()), @r#"
        id,text,stance.given,stance,stance.p.against,stance.p.favor,stance.p.none,stance.why,off_topic,off_topic.p,off_topic.unsure,reasons
        =1+1,"Why wait, ""then""?
        Go.",favor,against,0.750000,0.200000,0.050000,,1,0.825100,0,"stance=against: “wait,” +0.80, shape: length +0.20; off_topic: “Why” -1.00"
        "#);
    }

    #[test]
    fn no_cell_of_a_stranger_is_a_formula_where_it_is_to_be_safe() {
        let (labels, kept) = (labels(), ["=note".to_owned()]);
        let form = CsvForm::new(&labels, &kept, CsvOptions { reasons: true, safe: true, ..CsvOptions::default() });
        let text = "=cmd all of it";
        let row = written(&form, "@id", &["nice;=1+1"], text, &verdict());
        assert!(row.starts_with("id,'=note,stance,"), "{row}");
        assert!(row.contains("\n'@id,nice;'=1+1,against,0.750000,"), "{row}");
        let verdict = Verdict { muted: vec!["x".to_owned(), "\n=1".to_owned()], ..Verdict::default() };
        assert!(written(&form, "1", &["-1"], text, &verdict).contains("1,'-1,,,,,,,,\"muted: x, \n'=1\""));
    }

    #[test]
    fn what_is_missing_leaves_cells_empty() {
        let (labels, kept) = (labels(), ["text".to_owned()]);
        let options = CsvOptions { unsure: &[false, true], reasons: true, tabs: true, safe: false };
        let form = CsvForm::new(&labels, &kept, options);
        let mut out = Vec::new();
        form.row(&mut out, "a\tb", [], "", &Verdict::default());
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\tb\"\t\t\t\t\t\t\t\t\t\t\n");
    }

    #[test]
    fn probabilities_have_six_decimals() {
        let written = |p| {
            let mut out = Vec::new();
            probability(&mut out, p);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(1.0), "1.000000");
        assert_eq!(written(0.999_999_94), "1.000000");
        assert_eq!(written(0.000_000_4), "0.000000");
        assert_eq!(written(f32::NAN), "");
        assert_eq!(written(f32::INFINITY), "1.000000");
    }

    proptest! {
        #[test]
        fn any_cells_are_read_back(id: String, cell: String, tabs: bool, p in 0.0..=1.0_f32) {
            let (labels, kept) = (labels(), [cell.clone()]);
            let form = CsvForm::new(&labels, &kept, CsvOptions { unsure: &[], reasons: true, tabs, safe: false });
            let mut verdict = verdict();
            verdict.outcomes[1] = Outcome::Flag { raised: false, unsure: true, p: Some(p), threshold: 0.5 };
            let text = written(&form, &id, &[&cell], &cell, &verdict);
            let mut reader = csv::ReaderBuilder::new().delimiter(if tabs { b'\t' } else { b',' }).from_reader(text.as_bytes());
            prop_assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), form.columns());
            let row = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(&row[0], id.as_str());
            prop_assert_eq!(&row[1], cell.as_str());
            let expected = format!("{p:.6}");
            prop_assert_eq!(&row[8], expected.as_str());
            prop_assert_eq!(row.len(), form.columns().len());
        }

        #[test]
        fn probabilities_are_those_of_the_standard_library(p in 0.0..=1.0_f32) {
            let mut out = Vec::new();
            probability(&mut out, p);
            prop_assert_eq!(String::from_utf8(out).unwrap(), format!("{p:.6}"));
        }
    }
}
