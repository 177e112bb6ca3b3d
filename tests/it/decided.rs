//! `score --decided`: stances that people decided teach those of the rest of their threads.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::support::{Dir, Table};

/// Of so many comments the first ones are decided.
const DECIDED: usize = 24;
const COMMENTS: usize = 60;

/// A comment of a thread in which two camps answer each other: id, parent, author, text. Its words tell nothing.
fn comment(at: usize) -> [String; 4] {
    let parent = at.checked_sub(1).map(|parent| format!("c{parent}")).unwrap_or_default();
    let author = format!("{}{}", side(at), at % 12);
    [format!("c{at}"), parent, author, format!("well this is what I have to say about number {at}")]
}

fn side(at: usize) -> &'static str {
    ["against", "favor"][at % 2]
}

/// A table of threads, by turns.
fn table(threads: &[&str]) -> String {
    let mut table = "id,thread_id,parent_id,author,text\n".to_owned();
    for at in 0..COMMENTS {
        let [id, parent, author, text] = comment(at);
        for thread in threads {
            writeln!(table, "{id},{thread},{parent},{author},{text}").unwrap();
        }
    }
    table
}

/// What is decided in a thread: of the camps the first ones, or each of the other.
fn decided(thread: &str, swapped: bool) -> String {
    (0..DECIDED).fold(String::new(), |rows, at| rows + &format!("c{at},{thread},{}\n", side(at + usize::from(swapped))))
}

fn with_decided(dir: Dir, rows: &str) -> Dir {
    dir.file("decided.csv", format!("id,thread_id,stance\n{rows}"))
}

/// The stances of a thread's comments, in their order.
fn stances(out: &[u8], thread: &str) -> Vec<String> {
    let table = Table::of(out);
    let at = |name: &str| table.header.iter().position(|own| own == name).unwrap();
    let (of, stance) = (table.header.iter().position(|own| own == "thread_id"), at("stance"));
    table.rows.iter().filter(|row| of.is_none_or(|of| &row[of] == thread)).map(|row| row[stance].to_owned()).collect()
}

fn camps(swapped: bool) -> Vec<&'static str> {
    (0..COMMENTS).map(|at| side(at + usize::from(swapped))).collect()
}

#[test]
fn each_thread_learns_its_own_whatever_the_order_and_the_form_of_the_table() {
    let rows = decided("t1", false) + &decided("t2", true);
    let dir = with_decided(Dir::with_model(), &rows).file("mixed.csv", table(&["t1", "t2", "t3"]));
    let score = "--decided decided.csv -m tiny.model --keep thread_id --format csv";
    let ran = dir.ombud(&format!("score mixed.csv {score}")).done();
    assert_eq!(ran.stderr, "note: stances of 2 threads are learnt from 48 decided comments\n");
    assert_eq!(stances(&ran.stdout, "t1"), camps(false));
    assert_eq!(stances(&ran.stdout, "t2"), camps(true), "ids recur, and what is decided stays in its thread");
    let plain = dir.ombud("score mixed.csv -m tiny.model --keep thread_id --format csv").done();
    assert_eq!(
        stances(&ran.stdout, "t3"),
        stances(&plain.stdout, "t3"),
        "of a thread without decisions nothing changes"
    );
    let flags = |out: &[u8]| Table::of(out).column("off_topic.p").join(" ");
    assert_eq!(flags(&ran.stdout), flags(&plain.stdout), "flags are never learnt");

    for threads in [1, 2, 7] {
        let again = dir.ombud(&format!("score mixed.csv {score} --threads {threads}")).done();
        assert_eq!((again.stdout, again.stderr), (ran.stdout.clone(), ran.stderr.clone()), "{threads} threads");
    }
    let piped = dir.ombud(&format!("score - {score}")).stdin(dir.bytes("mixed.csv")).done();
    assert_eq!(piped.stdout, ran.stdout);

    // Lines of JSON, from a file and from a pipe.
    let table = dir.text("mixed.csv");
    let lines = table.lines().skip(1).fold(String::new(), |lines, row| {
        let cells: Vec<&str> = row.split(',').collect();
        let parent = Some(cells[2]).filter(|parent| !parent.is_empty());
        let line =
            json!({"id": cells[0], "thread_id": cells[1], "parent_id": parent, "author": cells[3], "text": cells[4]});
        lines + &format!("{line}\n")
    });
    dir.put("mixed.jsonl", &lines);
    let of_lines = dir.ombud("score mixed.jsonl --decided decided.csv -m tiny.model").done();
    let class = |line: &Value| line["labels"]["stance"]["class"].as_str().unwrap_or_default().to_owned();
    assert_eq!(of_lines.lines().iter().map(class).collect::<Vec<_>>(), Table::of(&ran.stdout).column("stance"));
    let piped = dir.ombud("score - --decided decided.csv -m tiny.model").stdin(lines).done();
    assert_eq!(piped.stdout, of_lines.stdout);
    // Decided ones may be lines of JSON, too, or several files.
    let line = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        format!("{}\n", json!({"id": cells[0], "thread_id": cells[1], "stance": cells[2]}))
    };
    dir.put("one.jsonl", decided("t1", false).lines().map(line).collect::<String>());
    dir.put("two.csv", format!("stance,id,thread_id\n{}", swap(&decided("t2", true))));
    let several = dir
        .ombud("score mixed.csv --decided one.jsonl --decided two.csv -m tiny.model --keep thread_id --format csv")
        .done();
    assert_eq!(several.stdout, ran.stdout);
}

/// The last column first.
fn swap(rows: &str) -> String {
    let row = |row: &str| row.rsplit_once(',').map(|(rest, last)| format!("{last},{rest}\n")).unwrap();
    rows.lines().map(row).collect()
}

#[test]
fn a_table_without_threads_is_one() {
    let rows = (0..COMMENTS).fold("id,author,text\n".to_owned(), |rows, at| {
        let [id, _, author, text] = comment(at);
        rows + &format!("{id},{author},{text}\n")
    });
    let own = (0..DECIDED).fold("id,stance\n".to_owned(), |rows, at| rows + &format!("c{at},{}\n", side(at)));
    let dir = Dir::with_model().file("one.csv", &rows).file("decided.csv", own).file("mixed.csv", table(&["t1", "t2"]));
    let ran = dir.ombud("score one.csv --decided decided.csv -m tiny.model").done();
    assert_eq!(ran.stderr, "note: stances of 1 thread are learnt from 24 decided comments\n");
    assert_eq!(stances(&ran.stdout, ""), camps(false));
    let piped = dir.ombud("score - --format csv --decided decided.csv -m tiny.model").stdin(rows.clone()).done();
    assert_eq!(piped.stdout, ran.stdout);
    // An empty column of threads says no more than none.
    dir.put(
        "empty.csv",
        rows.replace("id,author", "id,thread_id,author").replace(",against", ",,against").replace(",favor", ",,favor"),
    );
    let empty = dir.ombud("score empty.csv --decided decided.csv -m tiny.model").done();
    assert_eq!(empty.stdout, ran.stdout);
    // Without a thread what is decided counts wherever its id is.
    let ran = dir.ombud("score mixed.csv --decided decided.csv -m tiny.model --keep thread_id").done();
    assert_eq!(
        (stances(&ran.stdout, "t1"), stances(&ran.stdout, "t2")),
        (camps(false).iter().map(|s| s.to_string()).collect(), camps(false).iter().map(|s| s.to_string()).collect())
    );
    let told = "note: 24 decided comments have no thread_id and are in several threads: the decision counts in each\n";
    assert!(ran.stderr.ends_with(told), "{}", ran.stderr);
}

#[test]
fn pages_and_nested_json_are_threads_too() {
    let page = (0..COMMENTS).fold(String::new(), |page, at| {
        let [_, _, author, text] = comment(at);
        let indent = "  ".repeat(at.min(3));
        page + &format!("{indent}• {author}, 2 hours ago\n{indent}  {text}\n\n")
    });
    let comments: Vec<Value> = (0..COMMENTS)
        .map(|at| {
            let [id, parent, author, text] = comment(at);
            json!({"id": id, "parent_id": Some(parent).filter(|parent| !parent.is_empty()), "author": author, "text": text})
        })
        .collect();
    let dir = with_decided(Dir::with_model(), &decided("t1", false))
        .file("thread.json", json!({"id": "t1", "comments": comments}).to_string())
        .file("page.txt", page);
    let ran = dir.ombud("score thread.json --decided decided.csv -m tiny.model --format jsonl --reasons").done();
    assert_eq!(ran.stderr, "note: stances of 1 thread are learnt from 24 decided comments\n");
    let lines = ran.lines();
    assert_eq!(
        lines.iter().map(|line| line["labels"]["stance"]["class"].as_str().unwrap()).collect::<Vec<_>>(),
        camps(false)
    );
    let of_stance = |line: &Value| {
        let reasons = line["reasons"].as_array().unwrap().iter();
        reasons.filter(|reason| reason["label"] == "stance").cloned().collect::<Vec<_>>()
    };
    for line in &lines {
        let reasons = of_stance(line);
        assert!(
            !reasons.is_empty()
                && reasons.iter().all(|reason| {
                    let feature = reason["feature"].as_str().unwrap();
                    feature.starts_with("thread: ")
                        && reason["begin"].is_null()
                        && reason["class"] == line["labels"]["stance"]["class"]
                }),
            "{line}"
        );
    }
    // The other forms say the same.
    let csv = dir.ombud("score thread.json --decided decided.csv -m tiny.model --format csv --reasons").done();
    assert_eq!(stances(&csv.stdout, ""), camps(false));
    assert!(Table::of(&csv.stdout).column("reasons")[40].contains("thread: who wrote it"), "{}", csv.out());
    for form in ["html", "thread", "table"] {
        let shown = dir.ombud(&format!("score thread.json --decided decided.csv -m tiny.model --format {form}")).done();
        let without = dir.ombud(&format!("score thread.json -m tiny.model --format {form}")).done();
        assert!(shown.out().contains("favor") && shown.out() != without.out(), "{form}");
        assert_eq!(form == "html", shown.out().contains("<html") || shown.out().contains("<!doctype"), "{form}");
    }
    // Of a page the comments are numbered.
    let ids = dir.ombud("score page.txt -m tiny.model --format jsonl").done();
    let ids: Vec<String> = ids.lines().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), COMMENTS);
    let own = ids
        .iter()
        .take(DECIDED)
        .enumerate()
        .fold("id,stance\n".to_owned(), |rows, (at, id)| rows + &format!("{id},{}\n", side(at)));
    dir.put("of_page.csv", own);
    let ran = dir.ombud("score page.txt --decided of_page.csv -m tiny.model --format csv").done();
    assert_eq!(ran.stderr, "note: stances of 1 thread are learnt from 24 decided comments\n");
    assert_eq!(stances(&ran.stdout, ""), camps(false));
}

#[test]
fn what_cannot_be_used_is_told_once() {
    let rows = decided("t1", false);
    let dir = with_decided(Dir::with_model(), &rows).file("t.csv", table(&["t1"]));
    let score = |decided: &str| dir.ombud(&format!("score t.csv --decided {decided} -m tiny.model"));
    let whole = score("decided.csv").done();
    dir.put(
        "odd.csv",
        format!("id,thread_id,stance\n{rows}c40,t1,maybe\nc41,t1,Favor\nc42,t1,maybe\n,t1,favor\nc43,t1,\n"),
    );
    let odd = score("odd.csv").done();
    let told = "odd.csv:26: stance \"maybe\" is not a class of the model, which has against, favor, none (and 1 more such)\n\
                odd.csv:27: stance \"Favor\" is not a class of the model, which has against, favor, none\n\
                odd.csv:29: a decided comment without an id\n\
                note: stances of 1 thread are learnt from 24 decided comments\n";
    assert_eq!((odd.stderr.as_str(), odd.stdout), (told, whole.stdout));
    // Too few, and none at all.
    let few: String = rows.lines().take(5).map(|row| format!("{row}\n")).collect();
    dir.put("few.csv", format!("id,thread_id,stance\n{few}"));
    let plain = dir.ombud("score t.csv -m tiny.model").done();
    let ran = score("few.csv").done();
    let told = "note: too few stances are decided to learn the rest of 1 thread; each side needs three: \
                t1 (3 against, 2 favor)\n";
    assert_eq!((ran.stderr.as_str(), &ran.stdout), (told, &plain.stdout));
    dir.put("other.csv", format!("id,thread_id,stance\n{}", decided("t9", false)));
    let ran = score("other.csv").done();
    let told = "note: none of the 24 decided comments is in this input, so no stance is learnt\n";
    assert_eq!((ran.stderr.as_str(), &ran.stdout), (told, &plain.stdout));
    // Tables that decide nothing.
    dir.put("no_id.csv", "comment,stance\nc1,favor\n");
    score("no_id.csv").failed().error(&["no_id.csv", "there is no column id"]);
    dir.put("no_stance.csv", "id,thread_id\nc1,t1\n");
    score("no_stance.csv").failed().error(&["no_stance.csv", "there is no column stance"]);
    dir.put("no_stance.jsonl", "{\"id\":\"c1\",\"text\":\"x\"}\n");
    score("no_stance.jsonl").failed().error(&["no_stance.jsonl", "there is no column stance"]);
    score("nowhere.csv").failed().error(&["nowhere.csv"]);
    score("decided.csv -o decided.csv").misused().error(&["decided.csv"]);
    assert_eq!(dir.text("decided.csv"), format!("id,thread_id,stance\n{rows}"));
    score("decided.csv --queue ombud.db").misused().error(&["--decided", "--queue"]);
}

#[test]
fn authors_count_unless_the_site_says_no() {
    let dir = with_decided(Dir::with_model(), &decided("t1", false)).file("t.csv", table(&["t1"]));
    let score = |config: &str| {
        dir.put("site.toml", config);
        dir.ombud("score t.csv --decided decided.csv -m tiny.model --config site.toml --reasons")
    };
    let with = score("").done();
    assert_eq!(score("authors = true").done().stdout, with.stdout);
    let without = score("authors = false").done();
    assert_ne!(without.stdout, with.stdout);
    let right =
        |out: &[u8]| stances(out, "").iter().zip(camps(false)).skip(DECIDED).filter(|(own, camp)| own == camp).count();
    assert_eq!(right(&with.stdout), COMMENTS - DECIDED);
    assert!(right(&without.stdout) < (COMMENTS - DECIDED) / 2, "nothing but authors tells the camps apart");
    score("authors = \"no\"").failed().error(&["site.toml", "authors"]);
}

#[test]
fn decisions_of_a_queue_teach_its_threads() {
    let dir = Dir::with_model().file("t.csv", table(&["t1", "t2"]));
    dir.ombud("score t.csv --queue ombud.db -m tiny.model").done();
    let line = |at: usize| {
        let labels = json!({"stance": side(at)});
        format!("{}\n", json!({"id": format!("c{at}"), "thread_id": "t1", "action": "approve", "labels": labels}))
    };
    dir.put("lines.jsonl", (0..DECIDED).map(line).collect::<String>());
    dir.ombud("review decide lines.jsonl --reviewer ada").done();
    let ran = dir.ombud("score t.csv --decided ombud.db -m tiny.model --keep thread_id").done();
    assert_eq!(ran.stderr, "note: stances of 1 thread are learnt from 24 decided comments\n");
    assert_eq!(stances(&ran.stdout, "t1"), camps(false));
    let by_table = with_decided(Dir::with_model(), &decided("t1", false)).file("t.csv", table(&["t1", "t2"]));
    let by_table = by_table.ombud("score t.csv --decided decided.csv -m tiny.model --keep thread_id").done();
    assert_eq!(by_table.stdout, ran.stdout);
    // What was exported is what was decided.
    dir.ombud("review export -o exported.csv").done();
    let exported = dir.ombud("score t.csv --decided exported.csv -m tiny.model --keep thread_id").done();
    assert_eq!(exported.stdout, ran.stdout);
}

#[test]
fn a_thread_that_is_too_large_is_scored_by_the_model() {
    let mut large = table(&["t1"]);
    let text = "well this is what I have to say ".repeat(2_000);
    for at in COMMENTS..COMMENTS + 300 {
        writeln!(large, "c{at},t1,,somebody,{text}").unwrap();
    }
    assert!(large.len() > 17 << 20);
    let dir = with_decided(Dir::with_model(), &decided("t1", false)).file("large.csv", large);
    let ran = dir.ombud("score large.csv --decided decided.csv -m tiny.model").done();
    let told = "note: 1 thread is too large to be learnt (over 16 MB), so the stances come from the model: t1\n";
    assert_eq!(ran.stderr, told);
    assert_eq!(ran.stdout, dir.ombud("score large.csv -m tiny.model").done().stdout);
}
