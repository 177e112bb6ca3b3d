//! What is said of the input and of what became of it, by whichever command.

use std::mem::discriminant;

use crate::cli::class_option::{self, ClassOption};
use crate::cli::exit::Exit;
use crate::cli::output::{note, remark};
use crate::dataset::dataset::{Dataset, First};
use crate::model::model::Model;
use crate::queue::fill::Undated;
use crate::queue::import::Imported;
use crate::report::sanitize;
use crate::score::caveats::Caveats;
use crate::text::rules::Rules;
use crate::thread::flaw::Flaws;
use crate::thread::row::Refused;
use crate::thread::threads::Reading;
use crate::thread::tree::Warning;
use crate::thread::usual::Guessed;

/// Refusals are told one by one up to here, then only counted.
pub(crate) const TOLD: usize = 50;

/// Tells of comments of which a verdict says less than it could, if there are any; the most frequent languages first.
pub(crate) fn note_caveats(caveats: &Caveats, model: &Model) {
    let comments = |count: u64, one: &str, more: &str| {
        if count == 1 { format!("1 comment {one}") } else { format!("{count} comments {more}") }
    };
    if caveats.no_text > 0 {
        remark(format_args!(
            "note: {}, so no verdict is given (no_text): empty, deleted, or markup alone",
            comments(caveats.no_text, "has no text", "have no text")
        ));
    }
    if caveats.no_target > 0 {
        remark(format_args!(
            "note: {} no title or target, so no stance is given (no_target); say what stances are towards with \
             --towards \"a claim\", --article FILE or --column article_title=HEADER",
            comments(caveats.no_target, "has", "have")
        ));
    }
    let mut names: Vec<(&str, u64)> = caveats.languages.iter().map(|(name, count)| (*name, *count)).collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let total: u64 = names.iter().map(|(_, count)| count).sum();
    if total > 0 {
        let names = names.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ");
        remark(format_args!(
            "note: {total} {} not in the model's language ({}), so that little is to be given on the scores: {names}",
            if total == 1 { "comment is" } else { "comments are" },
            model.metadata.options.language,
        ));
    }
}

/// Says of a file that it holds no comments, where it is one that may: a table without rows, a list without elements.
pub(crate) fn note_empty(reading: &Reading, file: &str) {
    if reading.refused.is_empty() && reading.threads.iter().all(|thread| thread.comments.is_empty()) {
        remark(format_args!("note: there are no comments in {file}"));
    }
}

/// Says what was taken for known columns that are missing.
pub(crate) fn note_guessed(guessed: Option<&Guessed>) {
    if let Some(guessed) = guessed {
        remark(format_args!("note: {guessed}; --column NAME=HEADER says otherwise"));
    }
}

/// So many comments of which the same is wrong are told one by one.
const EXAMPLES: usize = 5;

/// Warnings of threads that are kept as they are: the first ones of each kind, then their number.
pub(crate) fn note_warnings(warnings: &[Warning]) {
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
            remark(format_args!("warning: {warning}"));
        }
    }
    for (first, count) in kinds {
        let more = count.saturating_sub(examples(first));
        if more > 0 {
            let comments = if more == 1 { "1 more comment".to_owned() } else { format!("{more} more comments") };
            remark(format_args!("warning: {comments}: {}", first.kind()));
        }
    }
}

/// Of ids that a spreadsheet has rounded one is as good as all.
fn examples(warning: &Warning) -> usize {
    if matches!(warning, Warning::RoundedId { .. }) { 1 } else { EXAMPLES }
}

/// Tells refused rows that were not told yet, and how many there were.
pub(crate) fn note_refused(count: u64, refused: &[Refused]) {
    for refused in refused.iter().take(TOLD) {
        note(format_args!("{refused}"));
    }
    if count > 0 {
        note(format_args!("{count} {} refused", if count == 1 { "row was" } else { "rows were" }));
    }
}

/// Tells what was odd about rows that were used. With `strict` such rows were refused; what is left over is that a
/// row's parent is no longer there.
pub(crate) fn note_flaws(flaws: &[(String, Flaws)], strict: bool) {
    use crate::thread::flaw::Flaw::{DuplicateId, EmptyText, Loop, MissingParent, NullText, RoundedId};
    let kept = if strict { "kept; its parent was refused" } else { "kept; --strict refuses" };
    for (file, flaws) in flaws {
        for flaw in [MissingParent, DuplicateId, RoundedId, Loop, EmptyText, NullText] {
            let lines = flaws.found.iter().filter(|(_, found)| *found == flaw).map(|(line, _)| *line);
            let lines: Vec<u64> = lines.collect();
            if let Some(first) = lines.first() {
                let more = if lines.len() > 1 { format!(", and {} more", lines.len() - 1) } else { String::new() };
                remark(format_args!("warning: {file}:{first}: {flaw}{more} ({kept})"));
            }
        }
        let quotes = flaws.found.iter().filter(|(_, flaw)| flaw.is_of_quotes());
        for (line, flaw) in quotes.clone().take(TOLD_QUOTES) {
            remark(format_args!("warning: {file}:{line}: {flaw} ({kept})"));
        }
        let more = quotes.count().saturating_sub(TOLD_QUOTES);
        if more > 0 {
            remark(format_args!("warning: {file}: the quotes of {more} more rows do not pair up ({kept})"));
        }
        if flaws.unchecked > 0 {
            remark(format_args!("note: {file}: parents and ids of the last {} rows were not checked", flaws.unchecked));
        }
    }
}

/// Quotes that do not pair up are told row by row up to here.
const TOLD_QUOTES: usize = 10;

/// Tells what is not learnt as it may have been meant, before it is.
pub(crate) fn note_labels(data: &Dataset) {
    data.guessed.iter().for_each(|guessed| note_guessed(Some(guessed)));
    for rule in &data.unmet {
        remark(format_args!("warning: {}: no cell of {} says {:?}", ClassOption(rule), rule.label, rule.old));
    }
    for odd in &data.odd_classes {
        let recipe =
            if data.sources.is_empty() { "" } else { "; `classes` of the recipe say what its cells stand for" };
        remark(format_args!("warning: {}{recipe}", class_option::odd_classes(odd)));
    }
    for (label, first) in &data.missing {
        let Some(First { file, line, cell, count }) = first else { continue };
        let (cells, are) = if *count == 1 { ("1 cell".to_owned(), "is") } else { (format!("{count} cells"), "are") };
        remark(format_args!(
            "note: {file}:{line}: {label} is {cell:?}: {cells} like that {are} taken for not annotated"
        ));
    }
}

/// Tells how many rows say when they were written in a way that nobody can read.
pub(crate) fn note_undated(data: &Dataset) {
    if let Some(First { file, line, cell, count }) = &data.undated {
        remark(format_args!(
            "warning: {file}:{line}: created_at is {cell:?}, which is no time that can be read (2026-05-01T12:00:00Z, or seconds \
             since 1970); comments a day are counted without {}",
            if *count == 1 { "that row".to_owned() } else { format!("{count} such rows") }
        ));
    }
}

/// Tells what was refused or odd of labelled tables; how the run ends.
pub(crate) fn note_tables(data: &Dataset, strict: bool) -> Exit {
    for file in &data.empty_tables {
        remark(format_args!("note: {file} has a header and no rows"));
    }
    if let Some((file, line)) = data.no_text.first() {
        let (more, are) = match data.no_text.len() {
            1 => (String::new(), "is labelled but has"),
            2 => (" and 1 more row".to_owned(), "are labelled but have"),
            n => (format!(" and {} more rows", n - 1), "are labelled but have"),
        };
        remark(format_args!(
            "warning: {file}:{line}{more} {are} no text (empty, deleted or markup alone); nothing is learnt from them"
        ));
    }
    data.cells.values().flat_map(|cells| &cells.first).for_each(|refused| note(format_args!("{refused}")));
    let count: u64 = data.cells.values().map(|cells| cells.count).sum();
    if count > 0 {
        let by_label: Vec<String> =
            data.cells.iter().map(|(label, cells)| format!("{label} {}", cells.count)).collect();
        let were = if count == 1 { "label cell was" } else { "label cells were" };
        note(format_args!("{count} {were} refused ({}); the other labels of their rows count", by_label.join(", ")));
        // Of the others it was told why they are left out.
        let is_left = |label: &String| data.labels.iter().any(|own| own.name == *label);
        for (label, cells) in data.cells.iter().filter(|(label, _)| is_left(label)) {
            class_option::way_out(cells).into_iter().for_each(|way_out| note(format_args!("{label}: {way_out}")));
        }
    }
    let exit = note_refusals(&data.refused, &data.flaws, strict);
    if count > 0 { Exit::Refused } else { exit }
}

/// Tells of rows that were refused or odd; how the run ends.
pub(crate) fn note_refusals(refused: &[Refused], flaws: &[(String, Flaws)], strict: bool) -> Exit {
    note_refused(refused.len() as u64, refused);
    note_flaws(flaws, strict);
    if refused.is_empty() { Exit::Done } else { Exit::Refused }
}

/// Says that a model of the user's own is read by rules that have been bettered since.
pub(crate) fn note_rules(model: &Model) {
    if model.metadata.options.text != Rules::NEWEST {
        remark(format_args!(
            "note: model {} is of format {} and keeps the rules of its training: quotations count as the comment's own words, and words in disguise (\"idi0t\") are not found; train it again to gain that",
            sanitize::line(&model.metadata.name),
            model.metadata.format
        ));
    }
}

/// Says of a flag that a file names and the model does not have: a slip of the pen would do nothing.
pub(crate) fn note_no_flag(name: &str) {
    remark(format_args!("note: ombud.toml: the model has no flag {name:?}"));
}

/// Tells that a comment of a document, or a row, was left out because of a flaw.
pub(crate) fn note_left_out(warnings: &[Warning]) {
    warnings.iter().take(TOLD).for_each(|warning| note(format_args!("refused: {warning}")));
}

/// Tells of what was read into memory as threads; with `strict` those with a flaw are left out.
pub(crate) fn note_reading(reading: &Reading, file: &str, strict: bool) {
    note_guessed(reading.guessed.as_ref());
    note_empty(reading, file);
    if strict { note_left_out(&reading.warnings) } else { note_warnings(&reading.warnings) }
}

/// How the run ends.
pub(crate) fn exit(refused: u64) -> Exit {
    if refused > 0 { Exit::Refused } else { Exit::Done }
}

/// Tells of comments that say when they were written in a way that nobody can read.
pub(crate) fn note_undated_comments(undated: &Undated) {
    if let Some((id, time)) = &undated.first {
        let comments =
            if undated.count == 1 { "1 comment has".to_owned() } else { format!("{} comments have", undated.count) };
        remark(format_args!(
            "warning: {comments} a time that cannot be read, as {id} with {time:?} (2026-05-01T12:00:00Z, or seconds since \
             1970, can be): the day they came in counts instead, also for review purge --older-than"
        ));
    }
}

/// Tells what became of comments that were put into a queue.
pub(crate) fn note_filled(sum: Imported) {
    let parts = [
        (sum.new, "new"),
        (sum.rescored, "scored anew"),
        (sum.edited, "edited, and open again"),
        (sum.same, "as they were"),
        (sum.purged, "erased before, and left so"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if parts.is_empty() {
        remark(format_args!("no comments"));
    } else {
        remark(format_args!("comments: {}", parts.join(", ")));
    }
}
