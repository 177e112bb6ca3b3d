//! Notes for the user on labelled tables.

use crate::dataset::dataset::{Dataset, First};
use crate::dataset::label::Label;
use crate::dataset::left_out::LeftOut;
use crate::dataset::source::Unfound;
use crate::dataset::states::{OtherStates, REJECT};
use crate::dataset::votes::Agreement;
use crate::model::model::Model;
use crate::report::class_option::{self, ClassOption};
use crate::report::notes::Notes;
use crate::text::stem::Language;
use crate::thread::error::meant;
use crate::thread::known::Known;
use crate::train::bias::has_terms;

impl Notes {
    /// Reports labels that may not be learnt as intended, before they are learnt.
    pub(crate) fn labels(&mut self, data: &Dataset) {
        data.guessed.iter().for_each(|guessed| self.guessed(Some(guessed)));
        if data.joined > 0 {
            let rows = if data.joined == 1 { "1 row is".to_owned() } else { format!("{} rows are", data.joined) };
            self.remark(format_args!(
                "note: {rows} joined with another annotator's row of the same comment: a flag becomes the share of yes, a \
                 stance the class named most often"
            ));
        }
        if data.repeated > 0 && data.agreement.iter().all(|agreement| agreement.repeated == 0) {
            let rows = if data.repeated == 1 { "1 row is".to_owned() } else { format!("{} rows are", data.repeated) };
            self.remark(format_args!(
                "note: {rows} repeated by the same annotator for the same comment: the last row counts"
            ));
        }
        for agreement in data.agreement.iter().filter(|agreement| agreement.repeated > 0) {
            let Agreement { label, repeated, .. } = agreement;
            let replace =
                if *repeated == 1 { "1 annotation replaces" } else { &format!("{repeated} annotations replace") };
            self.remark(format_args!(
                "note: {label}: {replace} an earlier one by the same annotator on the same comment"
            ));
        }
        let unknown = &data.other_states.unknown;
        if !unknown.is_empty() {
            self.remark(format_args!(
                "warning: {} rows are not annotated with {REJECT}, because the meaning of their states is not known: {} (set it \
                 with --classes {REJECT}=STATE:1 or :0)",
                unknown.values().sum::<u64>(),
                OtherStates::listed(unknown)
            ));
        }
        for rule in &data.unmet {
            self.remark(format_args!("warning: {}: no cell of {} is {:?}", ClassOption(rule), rule.label, rule.old));
        }
        for odd in &data.odd_classes {
            let recipe = if data.sources.is_empty() { "" } else { "; map its cells with `classes` in the recipe" };
            self.remark(format_args!("warning: {}{recipe}", class_option::odd_classes(odd)));
        }
        for (label, first) in &data.missing {
            let Some(First { file, line, cell, count }) = first else { continue };
            let (cells, verb) =
                if *count == 1 { ("1 cell".to_owned(), "counts") } else { (format!("{count} cells"), "count") };
            self.remark(format_args!(
                "note: {file}:{line}: {label} is {cell:?}: {cells} like this {verb} as not annotated"
            ));
        }
    }

    /// Reports how many rows have a time that cannot be read.
    pub(crate) fn undated(&mut self, data: &Dataset) {
        if let Some(First { file, line, cell, count }) = &data.undated {
            self.remark(format_args!(
                "warning: {file}:{line}: created_at is {cell:?}, which cannot be read as a time (use 2026-05-01T12:00:00Z or seconds \
                 since 1970); comments per day are counted without {}",
                if *count == 1 { "that row".to_owned() } else { format!("{count} such rows") }
            ));
        }
    }

    /// Reports what was refused or odd in labelled tables.
    pub(crate) fn tables(&mut self, data: &Dataset, strict: bool) {
        self.remarks(&data.remarks);
        for file in &data.empty_tables {
            self.remark(format_args!("note: {file} has a header and no rows"));
        }
        if let Some((file, line)) = data.no_text.first() {
            let (more, are) = match data.no_text.len() {
                1 => (String::new(), "is labelled but has"),
                2 => (" and 1 more row".to_owned(), "are labelled but have"),
                n => (format!(" and {} more rows", n - 1), "are labelled but have"),
            };
            self.remark(format_args!(
                "warning: {file}:{line}{more} {are} no text (empty, deleted or markup only); nothing is learnt from them"
            ));
        }
        data.cells.values().flat_map(|cells| &cells.first).for_each(|refused| self.error(format_args!("{refused}")));
        let count: u64 = data.cells.values().map(|cells| cells.count).sum();
        if count > 0 {
            let by_label: Vec<String> =
                data.cells.iter().map(|(label, cells)| format!("{label} {}", cells.count)).collect();
            let were = if count == 1 { "label cell was" } else { "label cells were" };
            self.error(format_args!(
                "{count} {were} refused ({}); the other labels of these rows are used",
                by_label.join(", ")
            ));
            // For the others, the reason for leaving them out was reported.
            let is_left = |label: &String| data.labels.iter().any(|own| own.name == *label);
            for (label, cells) in data.cells.iter().filter(|(label, _)| is_left(label)) {
                class_option::way_out(cells)
                    .into_iter()
                    .for_each(|way_out| self.error(format_args!("{label}: {way_out}")));
            }
        }
        self.refusals(&data.refused, &data.flaws, strict);
    }

    /// Reports what was used from each source of a recipe, and what was not found.
    pub(crate) fn sources(&mut self, data: &Dataset) {
        for source in &data.sources {
            let made_up = match source.negatives {
                0 => String::new(),
                negatives => format!(" and {negatives} negatives made from them"),
            };
            let teach = if source.teaches_only { ", used only for training" } else { "" };
            self.remark(format_args!("{}: {} rows{made_up}{teach}", source.name, source.rows));
            for Unfound { known, missing, of, tables } in &source.unfound {
                let what = match known {
                    Known::Text => format!("{missing} of {of} rows have no text in {tables} and are left out"),
                    known => format!("{known}: {missing} of {of} are not in {tables} and count as not known"),
                };
                self.remark(format_args!("warning: {}: {what}", source.name));
            }
            for (label, class) in &source.unmet {
                let name = &source.name;
                self.remark(format_args!("warning: {name}: no row has the class {class:?} from which {label} is made"));
            }
        }
    }

    /// Says that rows are of too few threads to divide by.
    pub(crate) fn few_threads(&mut self, threads: usize, folds: usize) {
        let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
        self.remark(format_args!(
            "warning: the rows come from {threads}, too few for {folds} folds: cross-validation divides them comment by comment, \
             so the figures are a little too optimistic (--group sets a column to divide by)"
        ));
    }

    /// Reports labels that are left out; `so` says what happens to them.
    pub(crate) fn left_out_labels(&mut self, left_out: &[LeftOut], so: &str) {
        left_out
            .iter()
            .for_each(|left_out| self.remark(format_args!("warning: {} ({so})", class_option::left_out(left_out))));
    }

    /// Reports labels of a model that the data do not have.
    pub(crate) fn not_evaluated(&mut self, labels: &[Label], data: &Dataset) {
        let is_there = |label: &&Label| {
            data.annotations_of(label).is_some() || data.left_out.iter().any(|left_out| left_out.label() == label.name)
        };
        for label in labels.iter().filter(|label| !is_there(label)) {
            self.remark(format_args!(
                "note: no column {:?} in the data{}: that label is not evaluated",
                label.name,
                meant(&label.name, &data.headers)
            ));
        }
    }

    /// Says that flags are not audited for bias, where they cannot be.
    pub(crate) fn audit(&mut self, flags: &[Label], language: Language) {
        if !flags.is_empty() && !has_terms(language) {
            self.remark(format_args!("note: no bias audit: there are no identity terms for language {language}"));
        }
    }

    /// Reports how many rows the base model has learnt already.
    pub(crate) fn overlap(&mut self, base: &Model, data: &Dataset) {
        let known = base.overlap(data).rows;
        if known > 0 {
            let name = &base.metadata.name;
            self.remark(format_args!("note: {known} of the {} rows were in the training data of {name}", data.len()));
        }
    }
}
