//! `ombud convert`: every form into every other, and back.

use super::support::{Dir, Table, ours};

/// Comments as `id<parent author: text`.
fn told(table: &Table) -> Vec<String> {
    let column = |name: &str| {
        if table.header.iter().any(|own| own == name) { table.column(name) } else { vec![""; table.rows.len()] }
    };
    let cells = column("id").into_iter().zip(column("parent_id")).zip(column("author")).zip(column("text"));
    cells.map(|(((id, parent), author), text)| format!("{id}<{parent} {author}: {text}")).collect()
}

const TABLE: &str = "id,parent_id,article_title,author,created_at,text
c1,,A title,Rosa M,2026-01-02,\"First, with \"\"quotes\"\"\"
c2,c1,A title,tomk,2026-01-03,A reply — with é and 😀
c3,,A title,<b>x</b>,2026-01-03,a < b & c
";

#[test]
fn every_form_is_written_and_read_back() {
    let dir = Dir::new().file("in.csv", TABLE);
    let expected = told(&Table::of(TABLE.as_bytes()));
    for form in ["csv", "tsv", "jsonl", "json", "txt", "html", "csv.gz", "jsonl.zst", "json.gz"] {
        dir.ombud(&format!("convert in.csv -o out.{form}")).done().quietly();
        dir.ombud(&format!("convert out.{form} -o back.csv")).done();
        assert_eq!(told(&Table::of(&dir.bytes("back.csv"))), expected, "{form}");
    }
    assert!(dir.bytes("out.csv.gz").starts_with(&[0x1f, 0x8b]));
}

#[test]
fn standard_input_and_output_stand_for_files() {
    let dir = Dir::new();
    for form in ["csv", "tsv", "jsonl", "json", "text", "html"] {
        let ran = dir.ombud(&format!("convert - -o - --from csv --to {form}")).stdin(TABLE).done();
        let back = dir.ombud(&format!("convert - -o - --from {form} --to csv")).stdin(ran.stdout).done();
        assert_eq!(told(&back.table()), told(&Table::of(TABLE.as_bytes())), "{form}");
    }
    dir.ombud("convert - -o -").stdin(TABLE).misused().error(&["-o -", "--to"]);
    dir.ombud("convert - -o - --to pdf").stdin(TABLE).misused().error(&["pdf"]);
}

#[test]
fn the_pages_that_we_wrote_hold_the_comments_that_we_labelled() {
    for (page, table) in [
        ("harbour-library.txt", "harbour-library.csv"),
        ("velmark-voting-age.txt", "velmark-voting-age.csv"),
        ("kvr-licence-fee.html", "kvr-licence-fee.csv"),
        ("larkspur-phone-ban.html", "larkspur-phone-ban.csv"),
    ] {
        let dir = Dir::new();
        let ran = dir.ombud(&format!("convert {} -o page.csv", ours(&format!("data/threads/{page}")))).done();
        let says_how = ran.stderr.contains("comments were found by the names of classes and ids (fairly sure)");
        assert_eq!(says_how, page.ends_with(".html"), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), usize::from(says_how), "{}", ran.stderr);
        dir.ombud(&format!("convert {} -o table.csv", ours(&format!("data/labelled/{table}")))).done().quietly();
        let read = |name: &str| Table::of(&dir.bytes(name));
        let (page, table) = (read("page.csv"), read("table.csv"));
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let comments = |table: &Table| told(table).iter().map(|comment| flat(comment)).collect::<Vec<_>>();
        // One page has ids of its own, `comment-7` for `c7`; they are kept.
        let page_comments: Vec<String> = (comments(&page).iter())
            .map(|comment| match comment.split_once(' ') {
                Some((ids, rest)) => format!("{} {rest}", ids.replace("comment-", "c")),
                None => comment.clone(),
            })
            .collect();
        assert_eq!(page_comments.len(), table.rows.len());
        for (page, table) in page_comments.iter().zip(comments(&table)) {
            assert_eq!(*page, table);
        }
        let title = |table: &Table| flat(table.column("article_title")[0]);
        assert_eq!(title(&page), title(&table));
    }
}

#[test]
fn threads_are_kept_apart_where_the_form_can_and_else_it_says_so() {
    let dir = Dir::new().file("two.csv", "thread_id,id,text\nx,1,one\ny,1,two\n");
    dir.ombud("convert two.csv -o two.json").done();
    dir.ombud("convert two.json -o back.csv").done();
    assert_eq!(Table::of(&dir.bytes("back.csv")).column("thread_id"), ["x", "y"]);
    dir.ombud("convert two.csv -o two.txt").failed().error(&["two.txt", "2", "JSON"]);
    assert!(!dir.names().contains(&"two.txt".to_owned()));
}

#[test]
fn bad_rows_are_refused_and_flaws_are_warned_of_or_with_strict_refused() {
    let dir = Dir::new().file("a.csv", "id,parent_id,text\na,,one\nb,z,two\nc,\na,,three\n");
    let ran = dir.ombud("convert a.csv -o kept.csv").refused();
    ran.error(&["a.csv:4: 2 cells", "1 row was refused"]).error(&[
        "a.csv:3: its parent is missing from the thread",
        "a.csv:5: its id occurs more than once",
        "--strict refuses",
    ]);
    assert_eq!(Table::of(&dir.bytes("kept.csv")).column("text"), ["one", "two", "three"]);
    // As a document they are read whole, and told of one by one.
    let ran = dir.ombud("convert a.csv -o kept.json").refused();
    ran.error(&["a.csv:4: 2 cells", "1 row was refused", "a.csv:3: ", "`z`", "a.csv:5: "]);
    for to in ["csv", "tsv", "jsonl", "json"] {
        dir.ombud(&format!("convert a.csv -o strict.{to} --strict")).refused();
        dir.ombud(&format!("convert strict.{to} -o back.csv")).done();
        assert_eq!(Table::of(&dir.bytes("back.csv")).column("text"), ["one"], "{to}");
        let from_pipe = dir.ombud(&format!("convert - --from csv --to {to} -o - --strict")).stdin(dir.bytes("a.csv"));
        assert_eq!(from_pipe.refused().stdout, dir.bytes(&format!("strict.{to}")), "{to}");
    }
}

#[test]
fn columns_that_no_row_has_anything_in_are_left_out_from_files_and_pipes() {
    let rows: String = (0..5000).map(|i| format!("{i},,,,{}\n", if i == 4321 { "Ann" } else { "" })).collect();
    let table = format!("text,note,parent_id,thread_id,author\n{rows}");
    let dir = Dir::new().file("in.csv", &table);
    dir.ombud("convert in.csv -o out.csv").done().quietly();
    let written = Table::of(&dir.bytes("out.csv"));
    assert_eq!(written.header, ["id", "author", "text"]);
    assert_eq!((written.column("id")[9], written.column("author")[4321]), ("10", "Ann"));
    assert_eq!(dir.ombud("convert - --to csv -o -").stdin(table).done().stdout, dir.bytes("out.csv"));
    dir.ombud("convert in.csv -o out.jsonl").done().quietly();
    // The first line names every column: whoever reads the lines takes its keys for the columns.
    assert_eq!(dir.text("out.jsonl").lines().next(), Some("{\"id\":\"1\",\"text\":\"0\",\"note\":null}"));
    assert_eq!(dir.text("out.jsonl").lines().nth(1), Some("{\"id\":\"2\",\"text\":\"1\"}"));
    dir.ombud("convert out.jsonl -o again.csv").done().quietly();
    assert_eq!(dir.bytes("again.csv"), dir.bytes("out.csv"));
    dir.ombud("convert - --to csv -o -").stdin(dir.bytes("out.jsonl")).done();
}

#[test]
fn rows_come_out_in_their_order_and_with_what_they_say_only() {
    let table = "id,thread_id,article_title,text\na,x,X,one\nb,,Y,two\nc,x,,three\nd,,,four\n";
    let dir = Dir::new().file("in.csv", table);
    dir.ombud("convert in.csv -o out.csv").done().quietly();
    assert_eq!(dir.text("out.csv"), table);
    let lines = dir.ombud("convert in.csv --to jsonl -o -").done().lines();
    assert_eq!(lines[1], serde_json::json!({"id": "b", "article_title": "Y", "text": "two"}));
}

/// Verdicts by the shipped model, by id.
fn verdicts(dir: &Dir, name: &str) -> Vec<String> {
    let out = dir.ombud(&format!("score {name} --format csv -q")).done();
    let mut rows: Vec<String> = out.table().rows.iter().map(|row| row.iter().collect::<Vec<_>>().join(" ")).collect();
    rows.sort();
    rows
}

#[test]
fn comments_without_a_thread_are_not_made_one_so_that_their_verdicts_stay() {
    // The article of one, and the target of another, say nothing of the rest.
    let unrelated = "id,text,article_title,target,parent_text\n\
        a,They will sell it by the summer,The library closes,,\n\
        b,hello there friend,,,\n\
        c,I agree with that,,a new harbour,It should be built\n\
        d,They will sell the library,,,\n";
    let answering = "id,parent_id,text\na,,They will sell the library by the summer\nb,a,No they will not sell it\n\
        c,b,You will see\nd,,The weather is fine\n";
    let both = "id,thread_id,parent_id,article_title,text\na,t,,The library closes,They will sell it\nb,,,,hello there friend\n\
        c,t,a,,No they will not\nd,,b,Trams,hello to you\n";
    for (name, table) in [("unrelated", unrelated), ("answering", answering), ("both", both)] {
        let dir = Dir::new().file("in.csv", table);
        let expected = verdicts(&dir, "in.csv");
        for form in ["csv", "tsv", "jsonl", "json", "json.gz"] {
            dir.ombud(&format!("convert in.csv -o out.{form}")).done().quietly();
            assert_eq!(verdicts(&dir, &format!("out.{form}")), expected, "{name} as {form}");
            dir.ombud(&format!("convert out.{form} -o back.csv")).done().quietly();
            assert_eq!(verdicts(&dir, "back.csv"), expected, "{name} as {form} and back");
            let table = Table::of(&dir.bytes("back.csv"));
            let has_thread = table.header.iter().any(|column| column == "thread_id");
            assert_eq!(has_thread, name == "both", "{name} as {form}");
        }
    }
    // A page is one thread under one article.
    let dir = Dir::new().file("in.csv", unrelated);
    for page in ["out.txt", "out.html"] {
        dir.ombud(&format!("convert in.csv -o {page}")).failed().error(&[
            page,
            "neither a thread nor an article",
            "JSON",
        ]);
    }
    assert_eq!(dir.names(), ["in.csv"]);
}

#[test]
fn no_half_written_file_is_left_where_writing_fails() {
    let dir = Dir::new().file("a.csv", TABLE);
    dir.ombud("convert a.csv -o none/out.json").failed().error(&["none/out.json"]);
    dir.ombud("convert missing.csv -o out.json").failed().error(&["missing.csv"]);
    assert_eq!(dir.names(), ["a.csv"]);
}

#[test]
fn a_table_that_becomes_a_table_is_warned_of_as_any_other() {
    let dir = Dir::new().file("in.tsv", "id\ttext\n1\tFirst\n2\t\"Second\n3\tThird\n4\t\"Fourth\n5\tFifth\n");
    for form in ["csv", "tsv", "jsonl", "json"] {
        let out = format!("out.{form}");
        let ran = dir.ombud(&format!("convert in.tsv -o {out}")).done();
        ran.warns("in.tsv:3").warns("a quote is opened in it and not closed");
        assert!(dir.text(&out).contains("Fifth"), "{form}");
        // Either row is refused, and told.
        let strict = dir.ombud(&format!("convert in.tsv -o {out} --strict")).refused();
        strict.warns("in.tsv:3").warns("in.tsv:5");
    }
    dir.put("empty.csv", "id,text\n");
    for form in ["csv", "jsonl", "json"] {
        dir.ombud(&format!("convert empty.csv -o empty_out.{form}")).done().warns("there are no comments in empty.csv");
    }
}

#[test]
fn keys_of_json_lines_are_kept_wherever_they_begin() {
    let long = "x".repeat(100_000);
    let lines = format!(
        "{{\"id\":1,\"text\":\"one\"}}\n{{\"id\":2,\"text\":\"two\",\"spam\":1}}\n{{\"id\":3,\"text\":\"{long}\"}}\n{{\"id\":4,\"text\":\"four\",\"late\":2}}\n"
    );
    let dir = Dir::new().file("in.jsonl", &lines);
    for ran in [dir.ombud("convert in.jsonl --to csv -o -"), dir.ombud("score in.jsonl --keep all --format csv")] {
        let told = "keys that no line near the beginning has are not read unless they are named: `late` (1 line)";
        let ran = ran.done().warns(told);
        assert_eq!(ran.table().column("spam"), ["", "1", "", ""]);
    }
    // What has come of a pipe when the columns are settled is chance.
    let piped = dir.ombud("convert - --from jsonl --to jsonl -o -").stdin(lines.as_bytes()).done();
    piped.error(&["`spam` (1 line), `late` (1 line)"]);
    // Who asks for some columns is not told of others.
    let asked = dir.ombud("score in.jsonl --keep late --format csv").done();
    assert!(!asked.stderr.contains("keys that"), "{}", asked.stderr);
}

#[test]
fn what_names_no_format_asks_for_one_that_is_written() {
    let dir = Dir::new().file("in.csv", TABLE);
    dir.ombud("convert in.csv -o -").misused().error(&["--to"]);
    dir.ombud("convert in.csv -o out").misused().error(&["-o out", "--to"]);
}

#[test]
fn columns_without_a_name_are_told() {
    let dir = Dir::new().file("one.csv", ",text\n0,a\n").file("two.csv", "text,,\na,x,y\n");
    dir.ombud("convert one.csv --to jsonl -o -").done().error(&["one.csv: a column without a name is left out"]);
    dir.ombud("convert two.csv --to jsonl -o -").done().error(&["two.csv: 2 columns without a name are left out"]);
}
