//! What people really have under the name of a table: archives, other encodings, other separators, escapes of databases.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::support::{Dir, gz};

const TEXTS: [&str; 3] = ["The café must stay, naïve or not", "Shame; on the café", "It opens on Monday"];

/// The rows with something between the cells.
fn rows(between: char) -> String {
    let row = |(i, text): (usize, &&str)| format!("{i}{between}{text}\n");
    format!("id{between}text\n{}", TEXTS.iter().enumerate().map(row).collect::<String>())
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect()
}

/// Every way of reading `input` gives the three texts, from a path and a pipe, plain and compressed.
#[track_caller]
fn is_read(dir: &Dir, input: &str, options: &str) {
    let bytes = dir.bytes(input);
    let (stem, extension) = input.rsplit_once('.').unwrap();
    let (packed, in_zip) = (format!("{stem}.{extension}.gz"), format!("{stem}.{extension}.zip"));
    dir.put(&packed, gz(&bytes));
    dir.put(&in_zip, zipped(&[("folder/.hidden", b"x"), (&format!("folder/{input}"), &bytes)]));
    for name in [input, &packed, &in_zip] {
        let ran = dir.ombud(&format!("convert {name} -o - --to jsonl {options}")).done();
        let texts: Vec<String> = ran.lines().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect();
        assert_eq!(texts, TEXTS, "{name}");
        let ran = dir.ombud(&format!("score {name} -m tiny.model --format csv --keep text {options}")).done();
        assert_eq!(ran.table().column("text"), TEXTS, "{name}");
    }
    let ran = dir.ombud(&format!("score - -m tiny.model --format csv --keep text {options}")).stdin(bytes).done();
    assert_eq!(ran.table().column("text"), TEXTS, "{input} from a pipe");
}

#[test]
fn tables_are_read_whatever_separates_their_cells() {
    let dir = Dir::with_model()
        .file("semicolons.csv", rows(';').replace("Shame; on the café", "\"Shame; on the café\""))
        .file("bars.csv", rows('|'))
        .file("named.csv", format!("sep=|\r\n{}", rows('|')))
        .file("hats.csv", rows('^'))
        .file("tabs.txt", rows('\t'));
    for input in ["semicolons.csv", "bars.csv", "named.csv"] {
        is_read(&dir, input, "");
    }
    is_read(&dir, "hats.csv", "--separator ^");
    is_read(&dir, "tabs.txt", "--separator tab");
    dir.ombud("score tabs.txt -m tiny.model --format csv --keep text").done();
    let ran = dir.ombud("score hats.csv -m tiny.model --separator ^ --input-format jsonl").misused();
    ran.error(&["--separator goes with csv and tsv"]);
    dir.ombud("score hats.csv -m tiny.model --separator ^^").misused().warns("is not a separator");
    let bad = rows('|').replace("\n1|", "\n1|too|many|");
    dir.put("bad.csv", format!("sep=|\n{bad}"));
    dir.ombud("score bad.csv -m tiny.model").refused().warns("bad.csv:4: 4 cells");
}

#[test]
fn tables_are_read_in_the_encoding_that_they_have() {
    let dir = Dir::with_model()
        .file("unicode.txt", [&[0xff, 0xfe][..], &utf_16(&rows('\t'))].concat())
        .file("unmarked.txt", utf_16(&rows('\t')))
        .file("unmarked.csv", utf_16(&rows('|')))
        .file("latin.csv", windows_1252(&rows('|')))
        .file("single.csv", windows_1252("id,text\n1,the caf\u{e9}\n2,ascii\n"));
    for input in ["unicode.txt", "unmarked.csv"] {
        is_read(&dir, input, "");
    }
    is_read(&dir, "unmarked.txt", "--input-format tsv");
    is_read(&dir, "latin.csv", "");
    let told = "latin.csv: it is not UTF-8; read as windows-1252; --encoding overrides this";
    for command in [
        "score latin.csv -m tiny.model --format csv",
        "score latin.csv -m tiny.model",
        "convert latin.csv -o - --to csv",
        "convert latin.csv -o - --to jsonl",
        "convert latin.csv -o - --to json",
    ] {
        let ran = dir.ombud(command).done();
        assert_eq!(ran.stderr.matches(told).count(), 1, "{command}: {}", ran.stderr);
    }
    dir.ombud("score single.csv -m tiny.model --format csv").refused().warns("single.csv:2: cell 2 is not UTF-8");
    dir.ombud("score latin.csv -m tiny.model --format csv --encoding utf-8").refused().warns("not UTF-8");
}

#[test]
fn an_archive_gives_its_one_file() {
    let table = rows('|');
    let dir = Dir::with_model()
        .file("two.zip", zipped(&[("a.csv", table.as_bytes()), ("b.csv", table.as_bytes())]))
        .file("none.zip", zipped(&[]))
        .file("nested.zip", zipped(&[("a.csv.gz", &gz(table.as_bytes()))]))
        .file("sheet.xlsx", zipped(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]));
    dir.ombud("score two.zip -m tiny.model")
        .failed()
        .error(&["two.zip is a zip archive that holds several files (a.csv, b.csv)"]);
    dir.ombud("score none.zip -m tiny.model").failed().error(&["holds no file"]);
    let ran = dir.ombud("score nested.zip -m tiny.model --format csv --keep text").done();
    assert_eq!(ran.table().column("text"), TEXTS);
    let ran = dir.ombud("score - -m tiny.model --format csv").stdin(dir.bytes("nested.zip")).done();
    assert_eq!(ran.table().rows.len(), 3);
    // A spreadsheet is no archive of tables.
    let ran = dir.ombud("score sheet.xlsx -m tiny.model").failed();
    assert!(!ran.stderr.contains("several files"), "{}", ran.stderr);
    dir.put("labelled.zip", zipped(&[("tiny.csv", super::support::tiny().as_bytes())]));
    dir.ombud("train labelled.zip -o m.model --folds 0").done();
    dir.ombud("evaluate labelled.zip -m m.model --replicates 0").done();
}

#[test]
fn a_zip_bomb_is_streamed_or_stopped() {
    let dir = Dir::with_model();
    // A megabyte of one letter, three hundred times over.
    let bomb = [gz(b"{\"comments\":[{\"text\":\"").as_slice(), &gz(&vec![b'a'; 1 << 20]).repeat(300)].concat();
    dir.put("bomb.zip", zipped(&[("bomb.json.gz", &bomb)]));
    dir.bash("ulimit -v 1500000; \"$ombud\" score bomb.zip -m tiny.model --threads 2").failed().error(&["256 MiB"]);
}

#[test]
fn a_large_window_of_zstandard_is_asked_for() {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(rows('|').as_bytes()).unwrap();
    let dir = Dir::with_model().file("window.csv.zst", encoder.finish().unwrap());
    let ran = dir.ombud("score window.csv.zst -m tiny.model").failed();
    ran.error(&["takes 256 MiB of memory", "--zstd-window 28 allows it"]);
    dir.ombud("score window.csv.zst -m tiny.model --zstd-window 28 --format csv").done();
    dir.ombud("score window.csv.zst -m tiny.model --zstd-window 32").misused();
}

#[test]
fn escapes_of_a_database_are_undone_where_they_are_certain() {
    let dir = Dir::with_model()
        .file("dump.tsv", "id\tparent_id\ttext\n1\t\\N\tgood\\tplan\\\nsecond line\n2\t1\tC:\\\\folder\n")
        .file("outfile.csv", "id,text\n1,\"say \\\"no\\\" please\"\n2,\"fine\"\n")
        .file("plain.csv", "id,text\n1,\"C:\\folder\\\"\n2,a\\nb\n");
    let texts = |input: &str| {
        let ran = dir.ombud(&format!("convert {input} -o - --to jsonl")).done();
        let texts = ran.lines().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        (texts, ran.stderr.contains("backslashes are read as MySQL writes them"))
    };
    assert_eq!(texts("dump.tsv"), (vec!["good\tplan\nsecond line".to_owned(), "C:\\folder".to_owned()], true));
    assert_eq!(texts("outfile.csv"), (vec!["say \"no\" please".to_owned(), "fine".to_owned()], true));
    assert_eq!(texts("plain.csv"), (vec!["C:\\folder\\".to_owned(), "a\\nb".to_owned()], false));
}

#[test]
fn every_command_that_reads_takes_the_name_of_a_format() {
    let dir = Dir::with_model().file("rows", super::support::tiny());
    for command in [
        "score rows -m tiny.model --input-format csv",
        "score rows -m tiny.model --from csv",
        "score rows --queue q.db --input-format csv",
        "review import rows --input-format csv",
        "convert rows --input-format csv -o out.jsonl",
        "convert rows --from csv -o out.jsonl",
        "train rows --input-format csv -o m.model --folds 0",
        "evaluate rows --input-format csv -m tiny.model --replicates 0",
    ] {
        dir.ombud(command).done();
    }
    dir.put("words", "hello there\n");
    dir.ombud("score words -m tiny.model").failed().error(&["name the format with --input-format"]);
}

#[test]
fn formats_are_listed() {
    let dir = Dir::new();
    dir.ombud("formats").done().says("NAME").says("remark42").says("RECOGNISED BY");
    let listed = dir.ombud("formats --json").done().json();
    let listed = listed.as_array().unwrap();
    assert!(listed.len() >= 7);
    for format in listed {
        assert!(["name", "what", "recognised"].iter().all(|key| !format[key].as_str().unwrap().is_empty()), "{format}");
        let name = format["name"].as_str().unwrap();
        let ran = dir.ombud(&format!("score none --input-format {name}")).failed();
        ran.error(&["none"]);
    }
}
