//! What each fuzz target does with its bytes. The same functions are run on some hundred inputs by `cargo test`
//! (`tests/it/targets.rs`), so that they always compile and the plainest faults are found without a fuzzer.

use std::io::Cursor;
use std::sync::Arc;

use ombud::fuzzing::{ColumnMap, Format, Language, Options, Tokenizer, Tokens, Tree, read_thread_from, write_all};
use ombud::{Input, Model, Outcome, Scorer, Site, Thread};

/// Reads bytes as a format, and what was read back in every form it can be written in.
fn read(format: Format, bytes: &[u8]) {
    // A key that is mapped must be there, which few documents would have.
    let mapped: &[&str] =
        if matches!(format, Format::Csv | Format::Tsv | Format::Jsonl) { &["author=by"] } else { &[] };
    let Ok(columns) = ColumnMap::parse(mapped) else { return };
    let reader = Cursor::new(bytes.to_vec());
    let reading = match read_thread_from("fuzz", Some(format), reader, &columns) {
        Ok(reading) => reading,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for warning in &reading.warnings {
        assert!(!warning.to_string().is_empty());
    }
    for thread in &reading.threads {
        let (tree, _) = Tree::new(&thread.comments);
        assert_eq!(tree.order().len(), thread.comments.len(), "every comment stands in the tree once");
    }
    for form in Format::OWN {
        let mut out = Vec::new();
        // A page holds one thread: other numbers are an error, not a fault.
        if write_all(&reading.threads, form, &mut out).is_ok() && form == Format::Csv {
            let again = read_thread_from("again", Some(form), Cursor::new(out), &ColumnMap::default());
            let count = |threads: &[Thread]| threads.iter().map(|t| t.comments.len()).sum::<usize>();
            let again = again.map(|again| count(&again.threads) + again.refused.len());
            assert_eq!(again.ok(), Some(count(&reading.threads)), "what was written is read back");
        }
    }
}

/// Comma-separated values.
pub(super) fn csv(bytes: &[u8]) {
    read(Format::Csv, bytes);
}

/// One JSON object a line.
pub(super) fn jsonl(bytes: &[u8]) {
    read(Format::Jsonl, bytes);
}

/// One JSON document.
pub(super) fn json(bytes: &[u8]) {
    read(Format::Json, bytes);
}

/// A page in text.
pub(super) fn page_text(bytes: &[u8]) {
    read(Format::PageText, bytes);
}

/// A page in HTML.
pub(super) fn page_html(bytes: &[u8]) {
    read(Format::PageHtml, bytes);
}

/// A file of another program: its format is told by its content, as of any file; a first byte below 128 names it instead, so that
/// no reader is spared what it would not recognise.
pub(super) fn export(bytes: &[u8]) {
    let exports: Vec<Format> = Format::all().filter(|format| !Format::OWN.contains(format)).collect();
    match bytes.split_first() {
        Some((number, rest)) if *number < 128 => read(exports[usize::from(*number) % exports.len()], rest),
        Some((_, rest)) => {
            // Whatever it is taken for: an error is no fault.
            let _ = read_thread_from("fuzz", None, Cursor::new(rest.to_vec()), &ColumnMap::default());
        }
        None => {}
    }
}

/// The format that a file is recognised as.
pub(super) fn recognised(name: &str, bytes: &[u8]) -> Format {
    Format::detect(name, bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads bytes as a format; now and then, what was read in every form it can be written in.
pub(super) fn as_format(format: Format, bytes: &[u8]) {
    if bytes.len().is_multiple_of(16) {
        read(format, bytes);
    } else {
        let _ = read_thread_from("fuzz", Some(format), Cursor::new(bytes.to_vec()), &ColumnMap::default());
    }
}

/// Any text: tokens lie in order within it, on whole characters.
pub(super) fn tokenizer(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut tokens = Tokens::default();
    let folding = Options::default().tokenizer(None);
    for mut tokenizer in [Tokenizer::new(None), Tokenizer::new(Some(Language::ENGLISH)), folding] {
        tokenizer.tokenize(&text, &mut tokens);
        let mut before = 0;
        for token in tokens.as_slice() {
            let (begin, end) = (token.begin as usize, token.end as usize);
            assert!(before <= begin && begin < end, "tokens stand one after the other");
            assert!(text.get(begin..end).is_some(), "a token is a piece of the text");
            assert!(!tokens.norm(token).is_empty(), "a token says something");
            before = end;
        }
    }
}

/// A model file: it is opened or refused, and what is opened scores, explains and can be written.
pub(super) fn model(bytes: &[u8]) {
    let Ok(model) = Model::from_mutated_bytes(bytes) else { return };
    let _ = (model.to_bytes().is_ok(), model.blocks());
    let model = Arc::new(model);
    let Ok(mut scorer) = Scorer::new(Arc::clone(&model), &Site::default()) else { return };
    for text in ["", "good plan, I agree with it", "Größe \u{1f600} https://example.org @you 1,000 sooo BAD!?"] {
        let input = Input::of(text);
        let verdict = scorer.verdict(&input, 3);
        let _ = scorer.explain(&input);
        for reason in &verdict.reasons {
            let is_piece = reason.span.is_none_or(|(begin, end)| text.get(begin..end).is_some());
            assert!(is_piece, "a reason is a piece of the text");
        }
        for outcome in &verdict.outcomes {
            let in_range = match outcome {
                Outcome::Flag { p, .. } => p.is_none_or(|p| (0.0..=1.0).contains(&p)),
                Outcome::Stance { class, p } => {
                    class.is_ok_and(|class| class < p.len()) == class.is_ok()
                        && p.iter().all(|p| (0.0..=1.0).contains(p))
                }
                _ => unreachable!("a label is a flag or a stance"),
            };
            assert!(in_range, "a probability is one: {outcome:?}");
        }
    }
}
