//! Rows of CSV and JSON Lines, good and bad.

use std::io::{Cursor, Read};

use proptest::prelude::*;

use crate::thread::columns::ColumnMap;
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::known::Known;
use crate::thread::opened::Opened;
use crate::thread::row::{Next, Row};
use crate::thread::table::TableReader;

fn open(format: Format, bytes: &[u8]) -> Result<TableReader, ThreadError> {
    let wanted = ["stance".to_owned()];
    TableReader::from_reader("t", Some(format), Cursor::new(bytes.to_vec()), &wanted)
}

/// Every row as `line: cells` or `line! reason`.
fn rows(format: Format, bytes: &[u8]) -> Vec<String> {
    let mut reader = open(format, bytes).unwrap();
    let mut row = Row::default();
    let mut rows = Vec::new();
    loop {
        match reader.read(&mut row).unwrap() {
            Next::Row => {
                let cells: Vec<&str> = row.cells.iter().collect();
                rows.push(format!("{}: {}", row.line, cells.join("|")));
            }
            Next::Refused(refused) => {
                rows.push(format!("{}! {}", refused.line, refused.reason));
            }
            Next::End => return rows,
        }
    }
}

#[test]
fn lines_are_counted_through_quotes_blank_lines_and_crlf() {
    let bytes = b"id,text\r\n1,\"a\r\nb\"\r\n\r\n2,c\r\n";
    assert_eq!(rows(Format::Csv, bytes), ["2: 1|a\r\nb", "5: 2|c"]);
    assert_eq!(rows(Format::Csv, b"\n\nid,text\n1,a\n\n\n2,\"b\"\"c\""), ["4: 1|a", "7: 2|b\"c"]);
}

#[test]
fn bad_rows_are_refused_with_line_and_reason_and_the_rest_is_read() {
    let bytes = b"id,text\n1\n2,caf\xe9\n3,a\0b\n4,a,b\n5,ok\n";
    let expected = [
        "2! 1 cell, but the header has 2",
        "3! cell 2 is not UTF-8; if the file has another encoding, name it with --encoding",
        "4! cell 2 holds a NUL character",
        "5! 3 cells, but the header has 2",
        "6: 5|ok",
    ];
    assert_eq!(rows(Format::Csv, bytes), expected);
}

#[test]
fn a_quote_that_is_never_closed_swallows_nothing() {
    for bytes in [&b"id,text\n1,a\n2,\"b\n3,c\n4,d\n"[..], b"id,text\n1,a\n2,\"b\n3,c\n4,d"] {
        assert_eq!(rows(Format::Csv, bytes), ["2: 1|a", "3: 2|\"b", "4: 3|c", "5: 4|d"]);
    }
    assert_eq!(
        rows(Format::Csv, b"id,text\n1,a\n2,\"b\n"),
        ["2: 1|a", "3! a quote is opened in this row and never closed"]
    );
    assert_eq!(rows(Format::Csv, b"id,text\n1,\"b\""), ["2: 1|b"]);
    assert_eq!(rows(Format::Csv, b"id,text\n1,"), ["2: 1|"]);
}

#[test]
fn a_record_without_end_fails_and_is_not_held() {
    let start = Cursor::new(b"id,text\n1,\"".to_vec());
    let endless = start.chain(std::io::repeat(b'a'));
    let mut reader = TableReader::from_reader("t.csv", None, endless, &[]).unwrap();
    let mut row = Row::default();
    let error = reader.read(&mut row).unwrap_err().to_string();
    assert!(error.starts_with("t.csv:2: the record that starts here is longer than 16 MiB"), "{error}");
    assert_eq!(reader.read(&mut row).unwrap(), Next::End);
}

#[test]
fn a_json_line_without_end_is_passed_over() {
    let start = Cursor::new(b"{\"text\":\"a\"}\n{\"text\":\"".to_vec());
    let long = start.chain(std::io::repeat(b'a').take(40 << 20)).chain(Cursor::new(b"\"}\n{\"text\":\"b\"}".to_vec()));
    let mut reader = TableReader::from_reader("t.jsonl", None, long, &[]).unwrap();
    let mut row = Row::default();
    assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
    let Next::Refused(refused) = reader.read(&mut row).unwrap() else { panic!("not refused") };
    assert_eq!(refused.to_string(), "t.jsonl:2: the line is longer than 16 MiB");
    assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
    assert_eq!(row.line, 3);
}

#[test]
fn headers_are_trimmed_and_semicolons_and_tabs_are_seen() {
    let header = |bytes: &[u8]| open(Format::Csv, bytes).unwrap().header().join("|");
    assert_eq!(header(b"id, text \n"), "id|text");
    assert_eq!(header(b"id;text\n1;a,b\n"), "id|text");
    assert_eq!(header(b"id\ttext\n"), "id|text");
    assert_eq!(header(b"text\na;b\n"), "text");
    assert_eq!(rows(Format::Csv, b"id;text\n1;a,b\n"), ["2: 1|a,b"]);
}

#[test]
fn a_header_that_cannot_be_used_is_an_error() {
    let error = |bytes: &[u8]| open(Format::Csv, bytes).unwrap_err().to_string();
    assert_eq!(error(b""), "t is empty");
    assert_eq!(error(b"\n\n"), "t is empty");
    assert_eq!(error(b"\nid,text,id\n"), "t:2: the header has the column `id` twice; rename one of them");
    assert!(error(b"id,t\xe9xt\n").contains("the header cannot be read"));
    assert!(error(b"PK\x03\x04").contains("not text"));
    assert_eq!(rows(Format::Csv, b"id,text\n"), Vec::<String>::new());
    assert!(open(Format::Csv, b"id,text,,\n").is_ok());
}

#[test]
fn a_page_is_no_table() {
    let error = open(Format::PageText, b"A title").unwrap_err().to_string();
    assert_eq!(error, "t is a page, but a table (CSV, TSV or JSONL) is needed here");
}

#[test]
fn json_lines_have_the_known_the_wanted_and_the_first_keys() {
    let bytes =
        b"{\"text\":\"a\",\"x\":[1,{\"y\":2}],\"id\":7}\n\n{\"text\":\"b\\nc\",\"stance\":true,\"x\":1.50,\"z\":0}\n";
    let reader = open(Format::Jsonl, bytes).unwrap();
    assert_eq!(reader.header().len(), 15);
    assert_eq!(reader.header()[13..], ["stance", "x"]);
    assert_eq!(reader.present(), ["text", "x", "id"]);
    let expected = ["1: 7|||||||||||a|||[1,{\"y\":2}]", "3: |||||||||||b\nc||true|1.50"];
    assert_eq!(rows(Format::Jsonl, bytes), expected);
}

#[test]
fn json_lines_that_are_no_plain_object_are_refused() {
    let bytes = b"{\"text\":\"a\"}\n[1]\n{\"text\":{}}\n{\"text\":\"a\",\"text\":\"b\"}\n{\"text\":\"\\u0000\"}\n{\"text\":\"caf\xe9\"}\n{\"text\":\"\\ud800\"}\n{\"text\":null} x\nnull";
    let rows = rows(Format::Jsonl, bytes);
    assert_eq!(rows[0], "1: |||||||||||a||");
    assert!(rows[1].starts_with("2! invalid type: sequence, expected a JSON object"), "{}", rows[1]);
    assert!(rows[2].starts_with("3! the value of `text` is nested"));
    assert!(rows[3].starts_with("4! the key `text` occurs twice"));
    assert!(rows[4].starts_with("5! a value holds a NUL"));
    assert!(rows[5].starts_with("6! byte 13 of the line is not UTF-8"), "{}", rows[5]);
    assert!(rows[6].starts_with("7! the value of `text`"), "{}", rows[6]);
    assert!(rows[7].starts_with("8! trailing characters"), "{}", rows[7]);
    assert!(rows[8].starts_with("9! "));
    assert_eq!(rows.len(), 9);
}

#[test]
fn what_python_writes_for_no_number_is_named() {
    let bytes = b"{\"text\":\"NaN\",\"x\":NaN,\"stance\":[NaN, \"\\\"NaN\"]}\n{\"x\": -Infinity}\n{\"x\":[Infinity]}\n{\"x\":Nan}\n";
    let read = rows(Format::Jsonl, bytes);
    assert_eq!(
        read[0],
        "1! the value of `stance` is nested, where a plain one is needed (--column NAME=stance.KEY names what is in it) at column 48"
    );
    assert!(rows(Format::Jsonl, b"{\"text\":\"NaN\",\"x\":NaN}\n")[0].starts_with("1: |||||||||||NaN|"));
    assert!(read[1].starts_with("2! -Infinity at column"), "{}", read[1]);
    assert!(read[2].starts_with("3! Infinity at column"), "{}", read[2]);
    assert!(read[3].starts_with("4! expected"), "{}", read[3]);
}

#[test]
fn other_names_are_tried_where_the_known_one_is_missing() {
    let read = |format, bytes: &[u8], taken: &[&str]| {
        let mut reader = open(format, bytes).unwrap();
        let (none, taken) = (ColumnMap::default(), taken.iter().map(ToString::to_string).collect::<Vec<_>>());
        let resolved = reader.columns(&none, &none, &taken).map_err(|error| error.to_string())?;
        let mut row = Row::default();
        let mut texts = Vec::new();
        loop {
            match reader.read(&mut row).unwrap() {
                Next::Row => texts.push(resolved.columns.cell(&row.cells, Known::Text).unwrap_or("-").to_owned()),
                Next::Refused(refused) => texts.push(refused.reason),
                Next::End => break,
            }
        }
        Ok::<_, String>((resolved.guessed.map(|guessed| guessed.to_string()).unwrap_or_default(), texts.join("|")))
    };
    let (told, texts) = read(Format::Csv, b"Title,Comment Text\na,b\n", &[]).unwrap();
    let expected = "t: `Title` is read as article_title, `Comment Text` as text";
    assert_eq!((told.as_str(), texts.as_str()), (expected, "b"));
    assert!(read(Format::Csv, b"Title,comment\na,b\n", &["comment"]).is_err());
    let lines = b"{\"user\":{\"name\":\"a\"},\"body\":\"b\"}\n{\"body\":{}}\n{\"text\":\"c\"}\n";
    let (told, texts) = read(Format::Jsonl, lines, &[]).unwrap();
    assert_eq!(told, "t: `user` is read as author, `body` as text");
    assert!(texts.starts_with("b|the value of `body` is nested") && texts.ends_with("|-"), "{texts}");
    assert!(read(Format::Jsonl, b"{\"content\":{\"rendered\":\"a\"}}\n", &[]).is_err());
}

#[test]
fn labels_may_be_nested_and_are_known_by_any_line() {
    let bytes = b"{\"text\":\"a\"}\n{\"text\":\"b\",\"label\":[\"x\", {}],\"stance\":null}\n";
    let labels = ["label", "stance", "spam"].map(str::to_owned);
    let opened = Opened::from_reader("t.jsonl".to_owned(), None, Box::new(Cursor::new(bytes.to_vec()))).unwrap();
    let mut reader = TableReader::labelled(opened, &[], &labels).unwrap();
    let mut row = Row::default();
    assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
    assert!(!reader.has("label"));
    assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
    assert_eq!(row.cells.get(13), Some("[\"x\", {}]"));
    assert_eq!(labels.map(|label| reader.has(&label)), [true, true, false]);
}

#[test]
fn deep_nesting_in_a_json_line_does_not_overflow() {
    let deep = format!("{{\"x\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(rows(Format::Jsonl, deep.as_bytes()).len(), 1);
}

#[test]
fn a_backslash_before_the_last_quote_of_a_cell_is_one() {
    // What follows is the other half of the quote.
    assert_eq!(rows(Format::Csv, b"id,text\n\"\\\"\"\",\",\r\"\n"), ["2: \\\"|,\r"]);
}

proptest! {
    #[test]
    fn never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), jsonl: bool) {
        let format = if jsonl { Format::Jsonl } else { Format::Csv };
        let bytes = [&b"{\"text\":1}\n"[..], &bytes].concat();
        if let Ok(mut reader) = open(format, &bytes) {
            let mut row = Row::default();
            while !matches!(reader.read(&mut row), Ok(Next::End) | Err(_)) {}
        }
    }

    #[test]
    fn csv_written_by_the_csv_crate_is_read_back(cells in prop::collection::vec(["[^\0]{0,9}", "[\",\n\r\\\\; ]{0,5}"], 1..20)) {
        // MySQL writes this cell for a missing value.
        prop_assume!(cells.iter().flatten().all(|cell| cell != "\\N"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "text"]).unwrap();
        for row in &cells {
            writer.write_record(row).unwrap();
        }
        let mut reader = open(Format::Csv, &writer.into_inner().unwrap()).unwrap();
        let mut row = Row::default();
        for cells in cells.iter().filter(|cells| !cells.concat().is_empty()) {
            prop_assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
            prop_assert_eq!(row.cells.iter().collect::<Vec<_>>(), cells);
        }
        prop_assert_eq!(reader.read(&mut row).unwrap(), Next::End);
    }
}

#[test]
fn the_escapes_of_mysql_in_batch_mode_are_undone_where_it_wrote_a_null() {
    let table = b"id\ttext\tparent_id\n1\t\"One\" line\\nand\\tmore\tNULL\n2\t\"Two\tNULL\n3\tC:\\\\new\t1\n";
    let rows = rows(Format::Tsv, table);
    assert_eq!(rows, ["2: 1|\"One\" line\nand\tmore|", "3: 2|\"Two|", "4: 3|C:\\new|1"]);
    let plain = self::rows(Format::Tsv, b"id\ttext\n1\tC:\\new\\text\n");
    assert_eq!(plain, ["2: 1|C:\\new\\text"], "nothing says that MySQL wrote it");
}
