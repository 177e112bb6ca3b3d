//! Notes for the user on the input and on what was done with it.

use std::fmt;
use std::mem::discriminant;

use crate::model::metadata::ModelLabel;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::report::only::Only;
use crate::report::sanitize;
use crate::score::caveats::Caveats;
use crate::score::decided::{ReadStances, Taught};
use crate::score::watch::Event;
use crate::text::rules::Rules;
use crate::thread::flaw::Flaws;
use crate::thread::remark::{Remark, RemarkKind};
use crate::thread::row::Refused;
use crate::thread::threads::Reading;
use crate::thread::tree::Warning;
use crate::thread::usual::Guessed;

/// Notes, in order.
#[derive(Debug, Default)]
pub(crate) struct Notes(pub(crate) Vec<Note>);

/// One line for a person.
#[derive(Debug)]
pub(crate) enum Note {
    /// Told unless the person wants quiet.
    Remark(String),
    /// Told in any case: something was not done.
    Error(String),
}

/// At most this many refusals are reported one by one; the rest are counted.
const TOLD: usize = 50;

/// At most this many comments with the same problem are reported one by one.
const EXAMPLES: usize = 5;

/// At most this many rows with unbalanced quotes are reported one by one.
const TOLD_QUOTES: usize = 10;

/// For ids that a spreadsheet has rounded, one example is enough.
fn examples(warning: &Warning) -> usize {
    if matches!(warning, Warning::RoundedId { .. }) { 1 } else { EXAMPLES }
}

/// The first of several names.
fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(EXAMPLES);
    names.truncate(EXAMPLES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.join(", ") + &more
}

impl Notes {
    pub(crate) fn remark(&mut self, text: fmt::Arguments<'_>) {
        self.0.push(Note::Remark(text.to_string()));
    }

    pub(crate) fn error(&mut self, text: fmt::Arguments<'_>) {
        self.0.push(Note::Error(text.to_string()));
    }

    /// Reports comments whose verdict says less than it could, if there are any; the most frequent languages first.
    pub(crate) fn caveats(&mut self, caveats: &Caveats, model: &Model) {
        let comments = |count: u64, one: &str, more: &str| {
            if count == 1 { format!("1 comment {one}") } else { format!("{count} comments {more}") }
        };
        if caveats.no_text > 0 {
            self.remark(format_args!(
                "note: {}, so no verdict is given (no_text): empty, deleted or markup only",
                comments(caveats.no_text, "has no text", "have no text")
            ));
        }
        if caveats.no_target > 0 {
            self.remark(format_args!(
                "note: {} no title or target, so no stance is given (no_target); set the target of stances with \
                 --towards \"a claim\", --article FILE or --column article_title=HEADER",
                comments(caveats.no_target, "has", "have")
            ));
        }
        let mut names: Vec<(&str, u64)> = caveats.languages.iter().map(|(name, count)| (*name, *count)).collect();
        names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let total: u64 = names.iter().map(|(_, count)| count).sum();
        if total > 0 {
            let names = names.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ");
            self.remark(format_args!(
                "note: {total} {} not in the model's language ({}), so their scores are unreliable: {names}",
                if total == 1 { "comment is" } else { "comments are" },
                model.metadata.options.language,
            ));
        }
    }

    /// Reports rows of decided stances that cannot be used: once for each reason, with the first line that has it.
    pub(crate) fn unused_stances(&mut self, read: &ReadStances) {
        let of_rows =
            read.refused.iter().map(|refused| (format!("{}:{}", refused.file, refused.line), &refused.reason));
        let of_queues = read.unknown.iter().map(|(file, reason)| (file.clone(), reason));
        let mut reasons: Vec<(String, &String, usize)> = Vec::new();
        for (place, reason) in of_rows.chain(of_queues) {
            match reasons.iter_mut().find(|(_, known, _)| *known == reason) {
                Some((.., count)) => *count += 1,
                None => reasons.push((place, reason, 1)),
            }
        }
        let more = reasons.len().saturating_sub(EXAMPLES);
        for (place, reason, count) in reasons.iter().take(EXAMPLES) {
            let others = if *count > 1 { format!(" (and {} more such)", count - 1) } else { String::new() };
            self.error(format_args!("{place}: {}{others}", sanitize::line(reason)));
        }
        if more > 0 {
            self.error(format_args!("and {more} more reasons why decisions were not used"));
        }
    }

    /// Says what decided stances taught.
    pub(crate) fn taught(&mut self, taught: &Taught) {
        let count = |n: usize, one: &str, more: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {more}") };
        let name = |thread: &Option<String>| {
            thread.as_deref().map_or_else(|| "comments without a thread".to_owned(), sanitize::line)
        };
        if taught.threads > 0 {
            self.remark(format_args!(
                "note: stances of {} are learnt from {}",
                count(taught.threads, "thread", "threads"),
                count(taught.comments, "decided comment", "decided comments")
            ));
        } else if taught.too_few.is_empty() && taught.large.is_empty() {
            self.remark(format_args!(
                "note: {} in this input, so no stance is learnt",
                match taught.given {
                    0 => "there is no decision on a comment".to_owned(),
                    1 => "the decided comment is not".to_owned(),
                    n => format!("none of the {n} decided comments is"),
                }
            ));
        }
        let few: Vec<String> = taught
            .too_few
            .iter()
            .map(|((_, thread), [(first, n), (second, m)])| format!("{} ({n} {first}, {m} {second})", name(thread)))
            .collect();
        if !few.is_empty() {
            self.remark(format_args!(
                "note: too few stances are decided to learn the rest of {}; each side needs three: {}",
                count(few.len(), "thread", "threads"),
                listed(few)
            ));
        }
        if !taught.large.is_empty() {
            self.remark(format_args!(
                "note: {} too large to be learnt (over 16 MB), so the stances come from the model: {}",
                count(taught.large.len(), "thread is", "threads are"),
                listed(taught.large.iter().map(name).collect())
            ));
        }
        if !taught.ambiguous.is_empty() {
            self.remark(format_args!(
                "note: {} no thread_id and {} in several threads: the decision counts in each",
                count(taught.ambiguous.len(), "decided comment has", "decided comments have"),
                if taught.ambiguous.len() == 1 { "is" } else { "are" },
            ));
        }
    }

    /// Reports a file without comments, if it is valid: a table without rows, a list without elements.
    pub(crate) fn empty(&mut self, reading: &Reading, file: &str) {
        if reading.refused.is_empty() && reading.threads.iter().all(|thread| thread.comments.is_empty()) {
            self.remark(format_args!("note: there are no comments in {file}"));
        }
    }

    /// Reports what was used in place of known columns that are missing.
    pub(crate) fn guessed(&mut self, guessed: Option<&Guessed>) {
        if let Some(guessed) = guessed {
            self.remark(format_args!("note: {guessed}; --column NAME=HEADER overrides this"));
        }
    }

    /// Warnings about threads that are kept unchanged: the first ones of each kind, then their number.
    pub(crate) fn warnings(&mut self, warnings: &[Warning]) {
        let mut kinds: Vec<(&Warning, usize)> = Vec::new();
        for warning in warnings {
            let is_same = |(first, _): &(&Warning, usize)| discriminant(*first) == discriminant(warning);
            let at = kinds.iter().position(is_same).unwrap_or_else(|| {
                kinds.push((warning, 0));
                kinds.len() - 1
            });
            let Some((_, count)) = kinds.get_mut(at) else { continue };
            *count += 1;
            if *count <= examples(warning) {
                self.remark(format_args!("warning: {warning}"));
            }
        }
        for (first, count) in kinds {
            let more = count.saturating_sub(examples(first));
            if more > 0 {
                let comments = if more == 1 { "1 more comment".to_owned() } else { format!("{more} more comments") };
                self.remark(format_args!("warning: {comments}: {}", first.kind()));
            }
        }
    }

    /// Reports refused rows that were not reported yet, and their number.
    pub(crate) fn refused(&mut self, count: u64, refused: &[Refused]) {
        for refused in refused.iter().take(TOLD) {
            self.error(format_args!("{refused}"));
        }
        if count > 0 {
            self.error(format_args!("{count} {} refused", if count == 1 { "row was" } else { "rows were" }));
        }
    }

    /// Reports what was odd about rows that were used. With `strict` such rows were refused; the only remaining oddity
    /// is a parent that was refused.
    pub(crate) fn flaws(&mut self, flaws: &[(String, Flaws)], strict: bool) {
        use crate::thread::flaw::Flaw::{DuplicateId, EmptyText, Loop, MissingParent, NullText, RoundedId};
        let kept = if strict { "kept; its parent was refused" } else { "kept; --strict refuses" };
        for (file, flaws) in flaws {
            for flaw in [MissingParent, DuplicateId, RoundedId, Loop, EmptyText, NullText] {
                let lines = flaws.found.iter().filter(|(_, found)| *found == flaw).map(|(line, _)| *line);
                let lines: Vec<u64> = lines.collect();
                if let Some(first) = lines.first() {
                    let more = if lines.len() > 1 { format!(", and {} more", lines.len() - 1) } else { String::new() };
                    self.remark(format_args!("warning: {file}:{first}: {flaw}{more} ({kept})"));
                }
            }
            let quotes = flaws.found.iter().filter(|(_, flaw)| flaw.is_of_quotes());
            for (line, flaw) in quotes.clone().take(TOLD_QUOTES) {
                self.remark(format_args!("warning: {file}:{line}: {flaw} ({kept})"));
            }
            let more = quotes.count().saturating_sub(TOLD_QUOTES);
            if more > 0 {
                self.remark(format_args!("warning: {file}: the quotes of {more} more rows do not pair up ({kept})"));
            }
            if flaws.unchecked > 0 {
                self.remark(format_args!(
                    "note: {file}: parents and ids of the last {} rows were not checked",
                    flaws.unchecked
                ));
            }
        }
    }

    /// Reports remarks on files as a whole.
    pub(crate) fn remarks(&mut self, remarks: &[Remark]) {
        for remark in remarks {
            let told = sanitize::line(&remark.to_string());
            match remark.kind {
                RemarkKind::Content => self.remark(format_args!("note: {told}")),
                RemarkKind::Encoding => self.remark(format_args!("note: {told}; --encoding overrides this")),
                RemarkKind::Doubt => self.remark(format_args!("warning: {told}")),
            }
        }
    }

    /// Reports rows that were refused or odd.
    pub(crate) fn refusals(&mut self, refused: &[Refused], flaws: &[(String, Flaws)], strict: bool) {
        self.refused(refused.len() as u64, refused);
        self.flaws(flaws, strict);
    }

    /// Says that a model of the user's own is read by rules that have been bettered since.
    pub(crate) fn rules(&mut self, model: &Model) {
        if model.metadata.options.text != Rules::NEWEST {
            self.remark(format_args!(
                "note: model {} has format {} and keeps the text rules of its training: quotations count as the comment's own words, and words in disguise (\"idi0t\") are not recognised; train it again to use the current rules",
                sanitize::line(&model.metadata.name),
                model.metadata.format
            ));
        }
    }

    /// Reports a comment of a document, or a row, that was left out because of a flaw.
    pub(crate) fn left_out(&mut self, warnings: &[Warning]) {
        warnings.iter().take(TOLD).for_each(|warning| self.error(format_args!("refused: {warning}")));
    }

    /// Reports on threads that were read into memory; with `strict`, those with a flaw are left out.
    pub(crate) fn reading(&mut self, reading: &Reading, file: &str, strict: bool) {
        self.guessed(reading.guessed.as_ref());
        self.remarks(&reading.remarks);
        self.empty(reading, file);
        if strict { self.left_out(&reading.warnings) } else { self.warnings(&reading.warnings) }
    }

    /// Reports an event of scoring, before which this many rows were `refused`.
    pub(crate) fn event(&mut self, event: Event<'_>, refused: &mut usize) {
        match event {
            Event::Guessed(guessed) => self.guessed(Some(guessed)),
            Event::Refused(row) => {
                if *refused < TOLD {
                    self.error(format_args!("{row}"));
                }
                *refused += 1;
            }
            Event::LeftOut(warnings) => {
                self.left_out(warnings);
                *refused += warnings.len();
            }
            Event::Remarks(remarks) => self.remarks(remarks),
            Event::NoComments { file } => self.remark(format_args!("note: there are no comments in {file}")),
            Event::Nameless { file, columns } => {
                self.error(format_args!("note: {file}: {columns} columns have no name; only the first is kept"));
            }
            Event::Read { file, reading, strict } => {
                self.reading(reading, file, strict);
                self.refused(reading.refused.len() as u64, &reading.refused);
            }
        }
    }

    /// Reports the limits of the model in use; `is_shipped` if it is the built-in one.
    pub(crate) fn model(&mut self, model: &Model, is_shipped: bool, has_context: bool) {
        let name = &model.metadata.name;
        if is_shipped {
            let rows = model.metadata.provenance.rows;
            self.remark(format_args!(
                "note: scored by the small built-in model ({name}, trained on {rows} comments); train your own with ombud train"
            ));
        }
        self.rules(model);
        if has_context && !model.reads_context() {
            self.remark(format_args!(
                "note: model {name} reads each comment on its own; --towards and --article do not change its scores"
            ));
        }
    }

    /// Says where nothing is left to a person, or a promise was made for other comments than these.
    pub(crate) fn promises(&mut self, scorer: &Scorer, site: &Site, only: Option<Only>, decided: bool) {
        let gives_none = |own: &&ModelLabel| {
            own.guarantee.as_ref().is_some_and(|own| own.least.iter().flatten().all(|least| *least > 1.0))
        };
        for own in scorer.model().metadata.labels.iter().filter(|_| !decided).filter(gives_none) {
            self.remark(format_args!(
                "note: {}: no side is given, because none can be guaranteed for articles that training has not seen; decide a \
                 few comments of the thread and score with --decided, or train on your own threads",
                own.label.name
            ));
        }
        let abstains = scorer.abstains();
        if only == Some(Only::Unsure) && !abstains.contains(&true) {
            self.remark(format_args!(
                "note: nothing is unsure: no label has a policy that leaves comments to a person (train with --threshold 'LABEL=error<=2%')"
            ));
        }
        let labels = scorer.model().metadata.labels.iter().zip(abstains).filter(|(_, abstains)| *abstains);
        for (own, _) in labels.filter(|(own, _)| site.base_rates.iter().any(|(name, _)| *name == own.label.name)) {
            if let Some(threshold) = &own.threshold {
                self.remark(format_args!(
                    "note: {}: {} is guaranteed for the base rate of the training data, not for this site's",
                    own.label.name, threshold.policy
                ));
            }
        }
    }
}
