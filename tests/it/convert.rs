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
    dir.ombud("convert - -o -").stdin(TABLE).failed().error(&["standard output", "format"]);
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
        dir.ombud(&format!("convert {} -o page.csv", ours(&format!("data/threads/{page}")))).done().quietly();
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
    ran.error(&["a.csv:4: 2 cells", "1 row was refused", "a.csv:3: ", "`z`", "a.csv:5: "]);
    assert_eq!(Table::of(&dir.bytes("kept.csv")).column("text"), ["one", "two", "three"]);
    dir.ombud("convert a.csv -o strict.csv --strict").refused();
    assert_eq!(Table::of(&dir.bytes("strict.csv")).column("text"), ["one"]);
}

#[test]
fn no_half_written_file_is_left_where_writing_fails() {
    let dir = Dir::new().file("a.csv", TABLE);
    dir.ombud("convert a.csv -o none/out.json").failed().error(&["none/out.json"]);
    dir.ombud("convert missing.csv -o out.json").failed().error(&["missing.csv"]);
    assert_eq!(dir.names(), ["a.csv"]);
}
