//! Spreadsheets and tables in Parquet, as they are kept in `data/exports/`: made by `data/exports/tables.py` with libraries of
//! their own.

use std::io::Write as _;

use super::support::{Dir, Ran, gz, ours};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(ours(&format!("data/exports/{name}"))).unwrap()
}

/// With a file of ours as it is, compressed, and under a name that says something else.
fn with(name: &str) -> Dir {
    let bytes = fixture(name);
    Dir::new().file(name, &bytes).file(&format!("{name}.gz"), gz(&bytes)).file("export.csv", &bytes)
}

/// The comments, as far as they are the same in every form: id, parent, author, time, text.
const COMMENTS: [[&str; 5]; 6] = [
    ["1001", "", "Rosa M", "2026-05-01T09:30:00", "They never asked anyone who uses it."],
    ["1002", "1001", "tomk", "2026-05-01T10:15:30", "Maybe they did, and\nyou were not listening."],
    ["1003", "1002", "Rosa M", "2026-05-01T11:00:00", "=1+1 is what they call a budget"],
    ["1004", "", "Zoë", "2026-05-02", "Größe ist nicht alles 😀 & <b>more</b>"],
    ["1005", "1004", "", "", "I bet somebody was paid for it."],
    ["1006", "", "", "", "Buy cheap shoes at my shop"],
];

/// What of a run's lines stands in [`COMMENTS`]; a moment is no day here, nor the other way round.
fn comments(ran: &Ran) -> Vec<[String; 5]> {
    let lines = ran.lines();
    let cell = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let mut all: Vec<[String; 5]> = lines
        .iter()
        .map(|line| ["id", "parent_id", "author", "created_at", "text"].map(|key| cell(line, key)))
        .collect();
    all.iter_mut().for_each(|comment| comment[3] = comment[3].replace("T00:00:00", "").replace('Z', ""));
    all
}

#[test]
fn spreadsheets_are_read_whatever_they_are_called() {
    for name in ["comments.xlsx", "comments.ods"] {
        let dir = with(name);
        for input in [name, &format!("{name}.gz"), "export.csv"] {
            let ran = dir.ombud(&format!("convert {input} --to jsonl -o -")).done();
            assert_eq!(comments(&ran), COMMENTS, "{input}");
            let first = &ran.lines()[0];
            assert_eq!(first["article_title"], "Council votes to close the Harbour Road library");
            assert_eq!(
                (&first["votes"], &first["score"], &first["hidden"]),
                (&"12".into(), &"0.5".into(), &"false".into())
            );
        }
        let piped = dir.ombud("convert - --to jsonl -o -").stdin(fixture(name)).done();
        assert_eq!(comments(&piped), COMMENTS);
        let scored = dir.ombud(&format!("score {name}")).done();
        assert_eq!(scored.table().column("id"), ["1001", "1002", "1003", "1004", "1005", "1006"]);
        let kept = dir.ombud(&format!("score {name} --keep all")).done().table();
        assert_eq!(kept.column("votes"), ["12", "-3", "0", "7", "", ""], "{name}");
        assert_eq!(kept.column("score"), ["0.5", "0.25", "1", "0.125", "", ""]);
        assert_eq!(kept.column("hidden"), ["false", "false", "false", "true", "", ""]);
        // No encoding changes what says itself how it is written.
        let encoded = dir.ombud(&format!("convert {name} --encoding windows-1252 --to jsonl -o -")).done();
        assert_eq!(comments(&encoded), COMMENTS);
    }
}

#[test]
fn what_of_a_spreadsheet_is_not_read_is_told() {
    with("comments.xlsx").ombud("score comments.xlsx").done().error(&[
        "the sheet `Comments` is read, the sheet `Read me` is not",
        "the header is taken to stand in row 3; what stands above it, from row 1 on, is left out",
        "1 cell stands under no header and is left out",
        "1 cell holds an error of its formula and is read as empty",
    ]);
    with("comments.ods")
        .ombud("score comments.ods")
        .done()
        .error(&["the sheet `Comments` is read, the sheet `Notes` is not"]);
}

#[test]
fn a_table_in_parquet_is_read_with_what_is_nested_in_it() {
    let dir = with("comments.parquet");
    let columns = "--column author=user.name --column article_title=article.title";
    for input in ["comments.parquet", "comments.parquet.gz", "export.csv"] {
        let ran = dir.ombud(&format!("convert {input} --to jsonl -o - {columns}")).done();
        assert_eq!(comments(&ran), COMMENTS[..5], "{input}");
        assert_eq!(ran.lines()[0]["created_at"], "2026-05-01T09:30:00Z");
        ran.error(&["1 cell holds no text (a picture, perhaps) and is read as empty"]);
    }
    let piped = dir.ombud(&format!("convert - --to jsonl -o - {columns}")).stdin(fixture("comments.parquet")).done();
    assert_eq!(comments(&piped), COMMENTS[..5]);
    let kept = dir.ombud("score comments.parquet --keep all").done().table();
    assert_eq!(kept.column("labels"), ["[\"angry\"]", "[]", "[\"ironic\",\"money\"]", "", "[\"rumour\",null]"]);
    assert_eq!(kept.column("raw"), ["bytes that are text", "", "", "", "more"]);
    assert_eq!(kept.column("day"), ["2026-05-01", "2026-05-01", "2026-05-01", "2026-05-02", ""]);
    assert_eq!(kept.column("article.words"), ["120"; 5]);
}

#[test]
fn parquet_is_written_with_types_and_read_back() {
    let dir = with("comments.parquet").file("comments.xlsx", fixture("comments.xlsx"));
    for input in ["comments.parquet", "comments.xlsx"] {
        let csv = dir.ombud(&format!("score {input} --keep all --reasons")).done().table();
        dir.ombud(&format!("score {input} --keep all --reasons -o scored.parquet")).done();
        // Scoring again keeps the columns of both.
        let back = dir.ombud("score scored.parquet --keep all --format csv").done().table();
        for name in &csv.header {
            let own =
                if back.header.contains(&format!("{name}.given")) { format!("{name}.given") } else { name.clone() };
            let (before, after) = (csv.column(name), back.column(&own));
            let as_number = |cell: &str| cell.parse::<f64>().map_or(cell.to_owned(), |number| format!("{number:.6}"));
            for (before, after) in before.iter().zip(after) {
                let after = after.replace("T00:00:00", "").replace("true", "1").replace("false", "0");
                let before = before.replace("T00:00:00", "").replace("true", "1").replace("false", "0");
                assert_eq!(as_number(&before), as_number(&after), "{input} {name}");
            }
        }
        let first = dir.bytes("scored.parquet");
        dir.ombud(&format!("score {input} --keep all --reasons -o again.parquet --threads 1")).done();
        assert_eq!(first, dir.bytes("again.parquet"), "{input}: the number of threads changes nothing");
    }
    dir.ombud("convert comments.xlsx -o converted.parquet").done();
    assert_eq!(comments(&dir.ombud("convert converted.parquet --to jsonl -o -").done()), COMMENTS);
    dir.ombud("convert converted.parquet -o thread.json").done();
    dir.ombud("convert thread.json -o again.parquet").done();
    assert_eq!(dir.ombud("convert again.parquet -o - --to csv").done().table().rows.len(), 6);
}

#[test]
fn a_cell_that_the_first_inputs_type_cannot_hold_is_an_error() {
    let dir = with("comments.parquet").file("more.csv", "id,parent_id,text,votes,score,hidden\n7,,hello,many,1,true\n");
    let ran = dir.ombud("score comments.parquet more.csv --keep votes -o all.parquet").failed();
    ran.error(&["\"many\"", "whole numbers", "`votes`", "CSV"]);
    assert!(!dir.names().contains(&"all.parquet".to_owned()));
    dir.ombud("score comments.parquet more.csv --keep text,score,hidden -o all.parquet").done();
    let all = dir.ombud("score all.parquet --keep score,hidden").done().table();
    assert_eq!((all.column("score")[5], all.column("hidden")[5]), ("1", "true"));
}

#[test]
fn labels_in_them_are_learnt() {
    let rows = super::support::tiny();
    let dir = Dir::new().file("tiny.csv", &rows);
    dir.ombud("train tiny.csv -o csv.model --folds 0").done();
    // What is kept of a table is called otherwise where the verdicts have its name.
    dir.ombud("score tiny.csv -m csv.model --keep all -o tiny.parquet").done();
    let columns = "--stance stance.given --flag off_topic.given";
    dir.ombud(&format!("train tiny.parquet -o parquet.model --folds 0 {columns}")).done();
}

#[test]
fn what_is_broken_is_told_and_nothing_panics() {
    for name in ["comments.xlsx", "comments.ods", "comments.parquet"] {
        let whole = fixture(name);
        for end in [whole.len() / 3, whole.len() / 2, whole.len() - 20] {
            let ran = Dir::new().file("cut", &whole[..end]).ombud("score cut").failed();
            assert!(ran.stderr.contains("cut"), "{name} {end}: {}", ran.stderr);
        }
        let ran = with(name).ombud(&format!("convert {name} --from csv --to jsonl -o -")).failed();
        ran.error(&[name, "csv"]);
    }
    let other = Dir::new().file("a.csv", "id,text\n1,hello\n");
    other.ombud("score a.csv --from xlsx").failed().error(&["a.csv", "zip archive"]);
    other.ombud("score a.csv --from parquet").failed().error(&["a.csv", "Parquet"]);
    let docx = zip(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")]);
    Dir::new().file("a.xlsx", docx).ombud("score a.xlsx").failed().error(&["a.xlsx", "zip archive"]);
    let xls = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat();
    Dir::new().file("a.xls", xls).ombud("score a.xls").failed().error(&["old Office document", ".xlsx"]);
}

#[test]
fn columns_that_contradict_themselves_are_an_error() {
    // A dictionary that no page brings, and a column that begins before the file: the library panics at both.
    for (at, byte) in [(4120, 0xff), (4839, 0x80)] {
        let mut bytes = fixture("comments.parquet");
        bytes[at] = byte;
        let ran = Dir::new().file("a.parquet", bytes).ombud("convert a.parquet --to jsonl -o -").failed();
        ran.error(&["a.parquet:", "does not fit together"]);
    }
}

#[test]
fn a_dictionary_that_claims_billions_of_values_is_an_error() {
    // The number is in the head of the first page of texts, and would have 40 GB allocated.
    let mut bytes = fixture("comments.parquet");
    let (count, end_of_page) = (231, 294);
    bytes.splice(count..=count, [0xde, 0xd5, 0xa7, 0x9f, 0x09]);
    bytes.drain(end_of_page..end_of_page + 4);
    let ran = Dir::new().file("a.parquet", bytes).ombud("convert a.parquet --to jsonl -o -").failed();
    ran.error(&["a.parquet:1:", "cannot have 1240790383 values"]);
}

#[test]
fn a_workbook_that_claims_more_strings_than_it_has_is_refused() {
    let sheet =
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>"#;
    let strings = r#"<sst uniqueCount="18446744073709551615"><si><t>a</t></si></sst>"#;
    let book = zip(&[
        ("[Content_Types].xml", "<Types/>"),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    Dir::new().file("a.xlsx", book).ombud("score a.xlsx").failed().error(&["a.xlsx", "claims to hold"]);
}

#[test]
fn a_column_that_is_there_twice_is_refused_as_in_csv() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let row = format!("<table:table-row>{}{}</table:table-row>", cell("text"), cell("text"));
    let content = format!(
        "<office:document-content><table:table table:name=\"S\">{row}{row}</table:table></office:document-content>"
    );
    let ods = zip(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)]);
    Dir::new().file("a.ods", ods).ombud("score a.ods").failed().error(&["a.ods:1", "has the column `text` twice"]);
}

/// A zip archive, uncompressed.
fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in members {
        zip.start_file(*name, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn parquet_goes_to_files_and_pipes() {
    let dir = with("comments.parquet");
    let piped = dir.ombud("score comments.parquet --format parquet --keep text").done();
    dir.ombud("score comments.parquet --keep text -o file.parquet").done();
    assert_eq!(piped.stdout, dir.bytes("file.parquet"));
    let back = dir.ombud("score - --format csv --keep toxicity.p").stdin(piped.stdout).done().table();
    assert!(back.numbers("toxicity.p").iter().all(|p| (0.0..=1.0).contains(p)));
    dir.ombud("score comments.parquet --format csv -o file.parquet").misused().error(&["file.parquet", "parquet"]);
    dir.ombud("score comments.parquet --keep text --format jsonl").misused().error(&["--keep"]);
}

/// A workbook as programs write it that do not reckon: of each sheet its name and the XML of its rows and what follows them.
/// Nobody sees one that is called `Hidden`.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let of = |make: &dyn Fn(usize, &str) -> String| -> String {
        sheets.iter().enumerate().map(|(at, (name, _))| make(at + 1, name)).collect()
    };
    let listed = of(&|at, name| {
        let state = if name.starts_with("Hidden") { "hidden" } else { "visible" };
        format!(r#"<sheet name="{name}" sheetId="{at}" state="{state}" r:id="rId{at}"/>"#)
    });
    let targets = of(&|at, _| {
        format!(r#"<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>"#)
    });
    let mut members = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{package}">{targets}</Relationships>"#),
        ),
    ];
    for (at, (_, rows)) in sheets.iter().enumerate() {
        members.push((
            format!("xl/worksheets/sheet{}.xml", at + 1),
            format!(r#"<worksheet xmlns="{main}">{rows}</worksheet>"#),
        ));
    }
    zip(&members.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect::<Vec<_>>())
}

/// Rows of cells; a cell that begins with `=` is a formula without its value, and an empty one is none.
fn rows(cells: &[&[&str]]) -> String {
    let mut xml = String::new();
    for (row, cells) in (1..).zip(cells) {
        xml += &format!(r#"<row r="{row}">"#);
        for (column, text) in ('A'..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
            xml += &match text.strip_prefix('=') {
                Some(formula) => format!(r#"<c r="{column}{row}"><f>{formula}</f><v></v></c>"#),
                None => format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#),
            };
        }
        xml += "</row>";
    }
    format!("<sheetData>{xml}</sheetData>")
}

#[test]
fn the_sheet_that_has_a_text_is_read_or_the_one_that_is_named() {
    let users = rows(&[&["id", "name", "date"], &["u1", "Rosa", "2026-05-01"]]);
    let articles = rows(&[&["title", "body"], &["The library", "It closes."]]);
    let comments = rows(&[&["id", "text"], &["c1", "They never asked."]]);
    let sheets = [("Users", &*users), ("Articles", &articles), ("Hidden", &comments), ("Comments", &comments)];
    let book = workbook(&sheets);
    let dir = Dir::new().file("a.xlsx", book).file("a.csv", "text\nx\n");
    let told = "the sheet `Comments` is read, the sheets `Users`, `Articles`, `Hidden` are not (`Articles` has texts too, in \
                1 row); --sheet names another";
    let ran = dir.ombud("convert a.xlsx --to jsonl -o -").done().warns(told);
    assert_eq!(ran.lines()[0]["text"], "They never asked.");
    for options in ["--sheet articles", "--column text=body"] {
        let named = dir.ombud(&format!("convert a.xlsx {options} --to jsonl -o -")).done();
        assert_eq!(named.lines()[0]["text"], "It closes.", "{options}");
    }
    let ran = dir.ombud("score a.xlsx --sheet Coments").failed();
    ran.error(&["no sheet `Coments`", "it has `Users`, `Articles`, `Hidden`, `Comments`"]);
    dir.ombud("score a.csv --sheet Comments").failed().error(&["a.csv", "no sheets"]);
}

#[test]
fn of_sheets_with_texts_the_longest_is_read_and_the_others_are_warned_of() {
    let codebook = rows(&[&["label", "text"], &["favor", "The writer agrees."]]);
    let data = rows(&[&["comment", "stance"], &["They never asked.", "against"], &["Well done.", "favor"]]);
    let dir = Dir::new().file("a.xlsx", workbook(&[("Codebook", &codebook), ("Data", &data), ("More", &data)]));
    let ran = dir.ombud("convert a.xlsx --to jsonl -o -").done().warns("the sheet `Data` is read");
    assert_eq!(ran.lines()[0]["text"], "They never asked.");
    ran.error(&["warning: a.xlsx: the sheet", "`Codebook` has texts too, in 1 row; `More` has texts too, in 2 rows"]);
    let named = dir.ombud("convert a.xlsx --sheet codebook --to jsonl -o -").done();
    assert_eq!(named.lines()[0]["text"], "The writer agrees.");
}

#[test]
fn names_of_groups_of_columns_stand_above_the_header() {
    let table = rows(&[&["Comment", "", "Labels"], &["id", "text", "stance"], &["c1", "They never asked.", "against"]]);
    let dir = Dir::new().file("a.xlsx", workbook(&[("S", &table)]));
    let dir = dir.file("a.csv", "Comment,,Labels\nid,text,stance\nc1,They never asked.,against\n");
    let dir = dir.file("b.csv", "meta,body,label\nid,comment_text,stance\nc1,They never asked.,against\n");
    for file in ["a.xlsx", "a.csv", "b.csv"] {
        let ran = dir.ombud(&format!("convert {file} --to jsonl -o -")).done();
        assert_eq!((&ran.lines()[0]["id"], &ran.lines()[0]["text"]), (&"c1".into(), &"They never asked.".into()));
        assert_eq!(ran.lines().len(), 1, "{file}");
        ran.error(&["the header is taken to stand in", "2; what stands above it"]);
    }
}

#[test]
fn what_programs_write_around_a_table_in_csv_is_no_comment() {
    let table = "id,text,stance\n1,They never asked.,against\n,,\n2,Well done.,favor\n,,\n,,\n";
    for above in ["", ",,\n,,\n", "Comments of May,,\n\n,,\n"] {
        let dir = Dir::new().file("a.csv", format!("{above}{table}"));
        let ran = dir.ombud("convert a.csv --to jsonl -o -").done();
        assert_eq!(ran.lines().iter().map(|line| line["id"].clone()).collect::<Vec<_>>(), ["1", "2"], "{above}");
        ran.error(&["3 rows without any content are left out, the first in line"]);
    }
    let named = "\"id\"\t\"text\"\n\"1\"\t5\t\"They never asked.\"\n\"2\"\t6\t\"Well done.\"\n";
    let ran = Dir::new().file("a.tsv", named).ombud("convert a.tsv --to jsonl -o -").done();
    assert_eq!(ran.lines()[1]["id"], "6");
    let survey = "StartDate,text\nStart Date,Your comment?\n\"{\"\"ImportId\"\":\"\"a\"\"}\",\"{\"\"ImportId\"\":\"\"b\"\"}\"\n2026-05-01,Well done.\n";
    let ran = Dir::new().file("a.csv", survey).ombud("convert a.csv --to jsonl -o -").done();
    assert_eq!(ran.lines().len(), 1);
    ran.error(&["the questions below the header are no comments"]);
    let survey: [&[&str]; 3] =
        [&["StartDate", "text"], &["Start Date", "Your comment?"], &["2026-05-01", "Well done."]];
    let ran =
        Dir::new().file("a.xlsx", workbook(&[("S", &rows(&survey))])).ombud("convert a.xlsx --to jsonl -o -").done();
    assert_eq!(ran.lines().len(), 1);
    ran.error(&["the questions below the header are no comments"]);
    let ran = Dir::new().file("a.csv", "text\nWell, no.\nYes.\n").ombud("convert a.csv --to jsonl -o -").refused();
    ran.error(&["a text that contains a delimiter is to stand in quotes"]);
}

#[test]
fn formulas_without_values_and_merged_cells_are_told() {
    let sheet = rows(&[
        &["id", "thread_id", "text"],
        &["1", "t1", "=CONCAT(A1)"],
        &["2", "", "Maybe they did."],
        &["3", "", "=CONCAT(A3)"],
    ]);
    let merged = r#"<mergeCells count="2"><mergeCell ref="B2:B4"/><mergeCell ref="D1:E1"/></mergeCells>"#;
    let dir = Dir::new().file("a.xlsx", workbook(&[("S", &(sheet + merged))]));
    dir.ombud("convert a.xlsx --to jsonl -o -").done().error(&[
        "2 cells hold formulas without their values and are read as empty",
        "1 cell is merged over several rows",
    ]);
}
