//! No line of a table is lost, whatever its quotes.

use std::io::Cursor;

use proptest::prelude::*;

use crate::thread::error::ThreadError;
use crate::thread::flaw::Flaw;
use crate::thread::format::Format;
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

fn open(format: Format, bytes: &[u8]) -> Result<TableReader, ThreadError> {
    TableReader::from_reader("t", Some(format), Cursor::new(bytes.to_vec()), &[])
}

/// The outcome for a range of lines.
#[derive(Debug, PartialEq)]
struct Told {
    lines: (u64, u64),
    /// The cells, or the reason for refusal.
    row: Result<Vec<String>, String>,
    flaw: Option<Flaw>,
}

fn told(format: Format, text: &str) -> Vec<Told> {
    let mut reader = open(format, text.as_bytes()).unwrap();
    let mut row = Row::default();
    let mut all = Vec::new();
    loop {
        let read = match reader.read(&mut row).unwrap() {
            Next::End => return all,
            Next::Row => Ok(row.cells.iter().map(str::to_owned).collect()),
            Next::Refused(refused) => {
                assert_eq!(refused.line, row.line);
                Err(refused.reason)
            }
        };
        all.push(Told { lines: (row.line, reader.last_line()), row: read, flaw: reader.flaw() });
    }
}

/// Each outcome as `3: cells`, `3-6: cells (flaw)` or `3! reason`.
fn shown(format: Format, text: &str) -> Vec<String> {
    let show = |told: Told| {
        let (first, last) = told.lines;
        let lines = if first == last { first.to_string() } else { format!("{first}-{last}") };
        match told.row {
            Ok(cells) => {
                let flaw = told.flaw.map(|flaw| format!(" ({flaw:?})")).unwrap_or_default();
                format!("{lines}: {}{flaw}", cells.join("|"))
            }
            Err(reason) => format!("{lines}! {reason}"),
        }
    };
    told(format, text).into_iter().map(show).collect()
}

const SEVEN: [&str; 7] = ["1,First", "2,\"Second", "3,Third", "4,Fourth", "5,\"Fifth", "6,Sixth", "7,Seventh"];

fn seven(delimiter: &str, row: impl Fn(usize, &str) -> String) -> String {
    let rows = SEVEN.iter().enumerate().map(|(at, line)| row(at, line));
    ["ID,Text".to_owned()].into_iter().chain(rows).map(|line| line.replace(',', delimiter) + "\n").collect()
}

#[test]
fn stray_quotes_are_text_where_every_line_is_a_row() {
    for (format, delimiter) in [(Format::Tsv, "\t"), (Format::Csv, ","), (Format::Csv, ";")] {
        let table = seven(delimiter, |_, line| line.to_owned());
        for (table, last) in [(table.clone(), "8: 7|Seventh"), (table.replace("\n7", "\r\n\r\n7"), "9: 7|Seventh")] {
            let shown = shown(format, &table);
            assert_eq!(shown.len(), 7, "{shown:?}");
            assert_eq!(shown[1], "3: 2|\"Second (OpenQuote)");
            assert_eq!(shown[2], "4: 3|Third");
            assert_eq!(shown[4], "6: 5|\"Fifth (OpenQuote)");
            assert_eq!(shown[6], last);
        }
    }
}

#[test]
fn one_quote_that_is_never_closed_costs_no_other_row() {
    let only = |at: usize, line: &str| if at == 1 { line.to_owned() } else { line.replace('"', "") };
    for (format, delimiter) in [(Format::Tsv, "\t"), (Format::Csv, ",")] {
        let shown = shown(format, &seven(delimiter, only));
        assert_eq!(shown.len(), 7);
        assert_eq!(shown[1], "3: 2|\"Second (OpenQuote)");
        assert_eq!(shown[6], "8: 7|Seventh");
    }
    // In the last row the file may have been cut off, except in TSV, where quotes are more often text.
    let last = |at: usize, line: &str| if at == 6 { "7,\"Sev".to_owned() } else { line.replace('"', "") };
    assert_eq!(shown(Format::Tsv, &seven("\t", last))[6], "8: 7|\"Sev (OpenQuote)");
    assert_eq!(shown(Format::Csv, &seven(",", last))[6], "8! a quote is opened in this row and never closed");
}

#[test]
fn a_comment_that_was_cut_off_is_refused_with_its_lines() {
    let table = "id,text\n1,a\n2,\"The first\nand the second, of three\nand";
    assert_eq!(
        shown(Format::Csv, table),
        [
            "2: 1|a",
            "3! a quote is opened in this row and never closed, after other rows, which are read by themselves",
            "4: and the second| of three",
            "5! 1 cell, but the header has 2",
        ]
    );
    let table = "id,text\n1,a\n2,\"The first\nand the second\nand";
    assert_eq!(shown(Format::Csv, table)[1], "3-5! lines 3 to 5: a quote is opened in this row and never closed");
}

#[test]
fn comments_of_several_lines_are_believed_and_told_where_they_look_like_rows() {
    let table = "id,text,spam\n1,\"Yes,\nno, and\n\"\"maybe\"\", perhaps\n- one, two, three\",0\n2,b,1\n";
    assert_eq!(
        shown(Format::Csv, table),
        ["2-5: 1|Yes,\nno, and\n\"maybe\", perhaps\n- one, two, three|0", "6: 2|b|1"]
    );
    let swallowed = seven(",", |at, line| if at == 4 { "5,Fifth\"".to_owned() } else { line.to_owned() });
    let shown_csv = shown(Format::Csv, &swallowed);
    assert_eq!(shown_csv[1], "3-6: 2|Second\n3,Third\n4,Fourth\n5,Fifth (RowsInQuotes(6))");
    // Tabs in a comment are rarer than stray quotes.
    let shown_tsv = shown(Format::Tsv, &swallowed.replace(',', "\t"));
    assert_eq!(shown_tsv.len(), 7);
    assert_eq!(shown_tsv[4], "6: 5|Fifth\"");
    let quoted = "id\ttext\n1\t\"one\ntwo\n\n\tthree\"\n2\t\"a \"\"b\"\"\tc\"\n";
    assert_eq!(shown(Format::Tsv, quoted), ["2-5: 1|one\ntwo\n\n\tthree", "6: 2|a \"b\"\tc"]);
}

#[test]
fn text_after_a_closing_quote_is_kept_with_its_quotes() {
    let table = "id,text,spam\n1,\"a, b\" c,0\n\"2\",\"no\" he said,1\n3,\"x\" ,0\n4,\"a\"b\",c\",d,1\n";
    assert_eq!(
        shown(Format::Csv, table),
        [
            "2: 1|\"a, b\" c|0 (TextAfterQuote(2))",
            "3: 2|\"no\" he said|1 (TextAfterQuote(3))",
            "4: 3|x |0",
            "5! 5 cells, but the header has 3, and text follows a closing quote",
        ]
    );
    let table = "id,text\n1,\"one\ntwo\" three\n2,b\n";
    assert_eq!(shown(Format::Csv, table), ["2-3: 1|\"one\ntwo\" three (TextAfterQuote(3))", "4: 2|b"]);
    let whole = "\"id\",\"text\",\"spam\"\n\"1\",\"a,\"0\"\n\"2\",\"b\",\"1\"\n";
    assert_eq!(shown(Format::Csv, whole), ["2: 1|\"a|0 (TextAfterQuote(2))", "3: 2|b|1"]);
}

#[test]
fn a_row_that_runs_into_others_is_refused_and_they_are_read() {
    let table = "id,text,spam\n1,a,0\n2,\"b, or not,1\n3,\"c, d\",0\n4,e,1\n";
    assert_eq!(
        shown(Format::Csv, table),
        [
            "2: 1|a|0",
            "3! a quote is opened in this row and closed in line 4, after other rows, which are read by themselves",
            "4: 3|c, d|0",
            "5: 4|e|1",
        ]
    );
}

#[test]
fn a_key_in_any_column_tells_a_row_and_a_word_alone_does_not() {
    let table = "author,nr,text\nRosa M,1,\"a\nTom K,2,b\nAnn P,3,\"c\nJo L,4,d\n";
    assert_eq!(
        shown(Format::Csv, table),
        ["2: Rosa M|1|\"a (OpenQuote)", "3: Tom K|2|b", "4: Ann P|3|\"c (OpenQuote)", "5: Jo L|4|d"]
    );
    let table = "id,text,spam\n7,\"Yes, no\nWell, maybe, perhaps\",1\n8,a,0\n";
    assert_eq!(shown(Format::Csv, table), ["2-3: 7|Yes, no\nWell, maybe, perhaps|1", "4: 8|a|0"]);
    let table = "id,text,spam\n7,\"Yes, no\nWell, maybe, perhaps\" he said,1\n8,a,0\n";
    assert_eq!(shown(Format::Csv, table)[0], "2-3: 7|\"Yes, no\nWell, maybe, perhaps\" he said|1 (TextAfterQuote(3))");
}

#[test]
fn a_header_whose_quotes_do_not_pair_up_is_an_error() {
    let error = |text: &str| open(Format::Csv, text.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error("id,text,\"x\n1,a,\"b\n"),
        "t:1: the header cannot be read: lines 1 to 2: its quotes do not pair up"
    );
    assert_eq!(error("id,\"text\n1,a\n"), "t:1: the header cannot be read: lines 1 to 2: its quotes do not pair up");
    assert!(open(Format::Csv, b"id,\"te\nxt\"\n").is_ok());
}

#[test]
fn a_quote_that_is_open_for_longer_than_a_record_may_be_swallows_nothing() {
    let (rows, long) = (20_000, "a".repeat(1000));
    let lines: Vec<String> = (0..rows).map(|row| format!("{row},{long}\n")).collect();
    let lines = lines.concat();
    assert!(lines.len() > crate::thread::row::RECORD_LIMIT);
    let all = told(Format::Csv, &format!("id,text\nx0,\"begin\n{lines}"));
    assert_eq!(all.len(), rows + 1);
    assert_eq!(all[0].row, Ok(vec!["x0".to_owned(), "\"begin".to_owned()]));
    assert_eq!(all[0].flaw, Some(Flaw::OpenQuote));
    assert_eq!(all[rows].lines, (rows as u64 + 2, rows as u64 + 2));
}

/// Tables in which each text contains a word of its own.
fn table(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<Vec<String>>> {
    let text = prop::collection::vec(prop::sample::select(pieces), 0..5);
    prop::collection::vec(text, 1..9).prop_map(|texts| {
        let row = |(at, text): (usize, Vec<&str>)| {
            vec![at.to_string(), format!("w{at}w {}", text.join(" ")), (at % 2).to_string()]
        };
        texts.into_iter().enumerate().map(row).collect()
    })
}

const PIECES: &[&str] = &["plain words", "more", "one, two", "9,x,0", "\n", "\n\n9,x,0\n", "\"", "\t", "\r\n"];

/// Positions in the bytes, and the kind of damage to do there.
fn damage() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..6_u8), 0..5)
}

fn damaged(mut text: Vec<u8>, from: usize, damage: &[(prop::sample::Index, u8)]) -> String {
    for (index, kind) in damage {
        let at = from + index.index((text.len() - from).max(1));
        let quotes: Vec<usize> = (from..text.len()).filter(|at| text[*at] == b'"').collect();
        let quote = (!quotes.is_empty()).then(|| quotes[index.index(quotes.len())]);
        match (kind, quote) {
            (0, Some(quote)) => drop(text.remove(quote)),
            (1, Some(quote)) => text.insert(quote + 1, b'z'),
            (2, Some(quote)) => text.insert(quote, b'"'),
            // At the start of a cell, where a quote opens it.
            (3, _) => {
                let starts: Vec<usize> = (from..text.len()).filter(|at| b",\t\n".contains(&text[*at])).collect();
                if !starts.is_empty() {
                    text.insert(starts[index.index(starts.len())] + 1, b'"');
                }
            }
            (4, _) => text.truncate(at),
            _ => text.insert(at.min(text.len()), b'"'),
        }
    }
    String::from_utf8(text).unwrap()
}

fn written(rows: &[Vec<String>], delimiter: u8, style: csv::QuoteStyle) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_line_is_part_of_one_row_or_one_refusal(
        rows in table(PIECES),
        damage in damage(),
        tabs: bool,
        always: bool,
        crlf: bool,
    ) {
        let (format, delimiter) = if tabs { (Format::Tsv, b'\t') } else { (Format::Csv, b',') };
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let header = if tabs { "id\ttext\tspam\n" } else { "id,text,spam\n" };
        let body = written(&rows, delimiter, style);
        let text = damaged([header.as_bytes(), &body].concat(), header.len(), &damage);
        // A lone carriage return ends a row but does not count as a line.
        let text = text.replace("\r\n", "\n").replace('\r', "");
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let told = told(format, &text);
        // How often each line was reported.
        let lines: Vec<&str> = text.split('\n').map(|line| line.trim_matches('\r')).collect();
        let mut times = vec![0; lines.len() + 1];
        let mut before = 1;
        for told in &told {
            let (first, last) = told.lines;
            prop_assert!(before < first && first <= last && last <= lines.len() as u64, "{told:?}");
            (first..=last).for_each(|line| times[line as usize] += 1);
            before = last;
        }
        // A row without content is told of at the end.
        let is_blank = |text: &str| text.chars().all(|char| matches!(char, ',' | '\t' | '"'));
        for (line, text) in (1..).zip(&lines).skip(1).filter(|(_, text)| !is_blank(text)) {
            prop_assert_eq!(times[line], 1, "line {}: {:?}", line, text);
        }
        // No word of a row that was not refused is lost or duplicated.
        for row in 0..rows.len() {
            let word = format!("w{row}w");
            let Some(line) = lines.iter().position(|line| line.contains(&word)) else { continue };
            let line = line as u64 + 1;
            let own = told.iter().find(|told| (told.lines.0..=told.lines.1).contains(&line)).unwrap();
            let given = told.iter().filter_map(|told| told.row.as_ref().ok());
            let given = given.flatten().map(|cell| cell.matches(&word).count()).sum::<usize>();
            prop_assert_eq!(given, usize::from(own.row.is_ok()), "{}", word);
        }
    }

    #[test]
    fn rows_that_become_one_are_told(
        rows in table(&["plain words", "\"", "more"]),
        damage in damage(),
        tabs: bool,
        always: bool,
    ) {
        let (format, delimiter) = if tabs { (Format::Tsv, b'\t') } else { (Format::Csv, b',') };
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let header = if tabs { "id\ttext\tspam\n" } else { "id,text,spam\n" };
        let text = damaged([header.as_bytes(), &written(&rows, delimiter, style)].concat(), header.len(), &damage);
        for told in told(format, &text).iter().filter(|told| told.flaw.is_none()) {
            let cells = told.row.as_ref().map(|cells| cells.concat()).unwrap_or_default();
            let words = (0..rows.len()).filter(|row| cells.contains(&format!("w{row}w"))).count();
            prop_assert!(words <= 1, "{:?}: {:?}", text, told);
        }
    }

    #[test]
    fn what_is_well_written_is_read_as_it_was(rows in table(PIECES), always: bool) {
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let text = String::from_utf8(written(&rows, b',', style)).unwrap();
        let told = told(Format::Csv, &format!("id,text,spam\n{text}"));
        let read: Vec<_> = told.into_iter().map(|told| told.row.unwrap()).collect();
        prop_assert_eq!(read, rows);
    }
}
