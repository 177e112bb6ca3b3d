//! The fuzz targets' own functions, on mutated examples: no bytes make a reader, the tokenizer or the model file crash,
//! hang or take memory without bound.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use proptest::prelude::*;

use super::support::{Dir, tiny};

#[path = "../../fuzz/src/lib.rs"]
mod bodies;

/// Cuts, flips, repeats and mixes an example.
#[derive(Clone, Debug)]
enum Change {
    Cut(f64),
    Flip(f64, u8),
    Set(f64, u8),
    Insert(f64, Vec<u8>),
    Repeat(f64, f64),
    Swap(f64, f64),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let at = || 0.0..1.0_f64;
    let special = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            "\"",
            "\0",
            "\r\n",
            "\n\n",
            ",",
            "{",
            "}",
            "[",
            "]",
            "\\u0000",
            "\u{feff}",
            "<!--",
            "</li>",
            "<li>",
            "<script>",
            "&#0;",
            "  \u{2022} a\n",
            "\u{202e}",
            "1e999",
            "-1",
            "18446744073709551615",
            "null",
            "\"replies\":[",
            "\"comments\":[",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let change = prop_oneof![
        1 => at().prop_map(Change::Cut),
        3 => (at(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        3 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        3 => (at(), special).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (at(), at()).prop_map(|(from, to)| Change::Repeat(from, to)),
        1 => (at(), at()).prop_map(|(from, to)| Change::Swap(from, to)),
    ];
    prop::collection::vec(change, 0..12)
}

fn changed(example: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = example.to_vec();
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let place = |at: f64| (at * bytes.len() as f64) as usize;
        match change {
            Change::Cut(at) => bytes.truncate(place(*at).max(1)),
            Change::Flip(at, bit) => {
                let at = place(*at);
                bytes[at] ^= 1 << bit;
            }
            Change::Set(at, byte) => {
                let at = place(*at);
                bytes[at] = *byte;
            }
            Change::Insert(at, more) => {
                let at = place(*at);
                bytes.splice(at..at, more.iter().copied());
            }
            Change::Repeat(from, to) => {
                let (from, to) = (place(from.min(*to)), place(from.max(*to)));
                let piece = bytes[from..to].to_vec();
                bytes.splice(to..to, piece);
            }
            Change::Swap(one, other) => {
                let (one, other) = (place(*one), place(*other));
                bytes.swap(one, other);
            }
        }
    }
    bytes
}

const JSON: &str = r#"{"thread_id":"t","article":{"title":"A","text":"B","url":"https://example.org"},"comments":[
{"id":"1","author":"Rosa","created_at":"2026-01-02","text":"One \u00e9 \ud83d\ude00","replies":[{"text":"Two","replies":[]},{"id":3,"text":null}]},
{"id":"4","parent_id":"1","body":"x","text":"Four"}]}"#;
const JSONL: &str =
    "{\"id\":1,\"thread_id\":\"t\",\"text\":\"one\",\"by\":\"x\"}\n{\"id\":\"2\",\"parent_id\":1,\"text\":\"two\"}\n";
const CSV: &str = "id,parent_id,thread_id,by,text\n1,,t,Rosa,\"a \"\"b\"\"\nc\"\n2,1,t,tomk,d\n3,9,u,,é😀\n";
const PAGE: &str = "A title\nArchived 3 March\nWords of the article.\n\n  • Rosa M\n\n    One.\n\n    More.\n\n    • tomk\n      Two.\n\n  – Ann\n    Three.\nClosed.\n";
const HTML: &str = r#"<!DOCTYPE html><html><head><title>T</title><script type="application/ld+json">{"@type":"Article","headline":"H","comment":[{"@type":"Comment","text":"x"}]}</script></head>
<body><article><h1>H</h1><p>Words of the article, quite a few of them.</p></article><ol class="comments"><li class="comment" id="c1"><cite>Rosa</cite><time>2026</time><p>One</p><ol><li class="comment"><p>Two</p></li></ol></li></ol></body></html>"#;
const TEXT: &str = "Größe 😀 “ﬁne”: SOOO good!?? https://example.org/x?y=1 @you 1,000.50 &amp; <b>x</b>\n> quoted\ne\u{301} don\u{2019}t ＢＵＹ";

/// A small model, trained once.
fn small_model() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let dir = Dir::new().file("tiny.csv", tiny());
        dir.ombud("train tiny.csv -o m.model --folds 0 --min-df 9").done();
        dir.bytes("m.model")
    })
}

#[test]
fn the_examples_themselves_are_read() {
    for (body, example) in [
        (bodies::csv as fn(&[u8]), CSV.as_bytes()),
        (bodies::jsonl, JSONL.as_bytes()),
        (bodies::json, JSON.as_bytes()),
        (bodies::page_text, PAGE.as_bytes()),
        (bodies::page_html, HTML.as_bytes()),
        (bodies::tokenizer, TEXT.as_bytes()),
        (bodies::model, small_model()),
    ] {
        body(example);
        body(b"");
    }
}

/// Reads each file of `data/exports` so often, and all of `data/pages` together, changed each time, several files at once; says
/// which are done.
#[allow(clippy::print_stderr)]
fn read_changed_files(runs: u32) {
    let files = |folder: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| !path.extension().is_some_and(|own| own == "toml" || own == "py")).collect::<Vec<_>>()
    };
    let pages = files("data/pages");
    let of_page = runs.div_ceil(u32::try_from(pages.len()).unwrap());
    let exports = files("data/exports").into_iter().map(|path| (path, runs));
    // A run of hours may be cut off: the files that are left can be named.
    let named = std::env::var("OMBUD_FILES").unwrap_or_default();
    let is_named = |(path, _): &(PathBuf, u32)| {
        named.is_empty() || named.split(',').any(|name| path.file_name().is_some_and(|own| own == name))
    };
    let all = pages.into_iter().map(|path| (path, of_page)).chain(exports).filter(is_named);
    let left = Mutex::new(all.collect::<Vec<_>>());
    let next = || left.lock().unwrap().pop();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            scope.spawn(|| {
                while let Some((path, runs)) = next() {
                    read_changed(&path, runs);
                    eprintln!("{runs} times without a fault: {}", path.display());
                }
            });
        }
    });
}

fn read_changed(path: &Path, runs: u32) {
    let (name, bytes) = (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap());
    let format = bodies::recognised(&name, &bytes);
    let config = ProptestConfig { cases: runs, failure_persistence: None, ..ProptestConfig::default() };
    let run = proptest::test_runner::TestRunner::new(config).run(&changes(), |changes| {
        bodies::as_format(format, &changed(&bytes, &changes));
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[test]
fn no_file_of_another_program_crashes() {
    read_changed_files(100);
}

/// As often as `OMBUD_RUNS` says.
#[test]
#[ignore = "takes hours; see fuzz/README.md"]
fn files_of_other_programs_changed_very_often() {
    read_changed_files(std::env::var("OMBUD_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(10_000));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_table_crashes(changes in changes()) {
        bodies::csv(&changed(CSV.as_bytes(), &changes));
        bodies::jsonl(&changed(JSONL.as_bytes(), &changes));
    }

    #[test]
    fn no_document_crashes(changes in changes()) {
        bodies::json(&changed(JSON.as_bytes(), &changes));
        bodies::page_text(&changed(PAGE.as_bytes(), &changes));
        bodies::page_html(&changed(HTML.as_bytes(), &changes));
    }

    #[test]
    fn no_bytes_crash_a_reader_that_they_are_not_meant_for(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for body in [bodies::csv, bodies::jsonl, bodies::json, bodies::page_text, bodies::page_html, bodies::export, bodies::tokenizer, bodies::model] {
            body(&bytes);
        }
    }

    #[test]
    fn no_text_crashes_the_tokenizer(changes in changes(), text: String) {
        bodies::tokenizer(&changed(TEXT.as_bytes(), &changes));
        bodies::tokenizer(text.as_bytes());
    }

    #[test]
    fn no_model_file_crashes(changes in changes()) {
        bodies::model(&changed(small_model(), &changes));
    }

    /// The head of the file, where a change matters most.
    #[test]
    fn no_header_of_a_model_file_crashes(at in 0.0..1.0_f64, with in prop_oneof![any::<u64>().prop_map(|n| n.to_string()), any::<i8>().prop_map(|n| n.to_string()),
        prop::sample::select(vec!["1152921504606846976", "1e308", "null", "[]", "\\\"\\\"", "true"]).prop_map(str::to_owned)]) {
        let file = small_model();
        let size = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
        let (header, rest) = file[8..].split_at(size);
        // Some number in it is replaced; the length before it is made to fit.
        let numbers: Vec<(usize, usize)> = (0..header.len())
            .filter(|&i| header[i].is_ascii_digit() && matches!(header[i - 1], b':' | b'[' | b','))
            .map(|i| (i, i + header[i..].iter().take_while(|c| c.is_ascii_digit() || matches!(c, b'.' | b'e' | b'-')).count()))
            .collect();
        let (begin, end) = numbers[(at * numbers.len() as f64) as usize];
        let header = [&header[..begin], with.as_bytes(), &header[end..]].concat();
        bodies::model(&[&(header.len() as u64).to_le_bytes()[..], &header, rest].concat());
    }
}
