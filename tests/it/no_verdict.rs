//! Comments that nobody can judge: without a text, or with nothing that a stance could be towards.

use serde_json::Value;

use crate::support::Dir;

const TITLE: &str = "Council votes to close the library";
const DELETED: [&str; 8] = [
    "",
    "[deleted]",
    "[removed]",
    "[ Removed by Reddit ]",
    "<p></p>",
    "&nbsp;",
    "\\N",
    "This comment was removed by a moderator because it didn't abide by our community standards.",
];

fn deleted(title: &str) -> String {
    let rows = DELETED.iter().enumerate().map(|(i, text)| format!("d{i},t,{title},\"{text}\"\n"));
    let table = rows.collect::<String>();
    format!("id,thread_id,article_title,text\n{table}x,t,{title},\"You idiot, they will probably sell it!\"\n")
}

#[test]
fn a_comment_without_text_has_no_verdict_in_a_table() {
    let dir = Dir::new().file("in.csv", deleted(TITLE));
    let ran = dir.ombud("score in.csv").done();
    let table = ran.table();
    for flag in ["toxicity", "insult", "off_topic", "speculative"] {
        let (raised, p) = (table.column(flag), table.column(&format!("{flag}.p")));
        assert!(raised[..8].iter().all(|raised| *raised == "0"), "{flag} {raised:?}");
        assert!(p[..8].iter().all(|p| p.is_empty()), "{flag} {p:?}");
        assert!(!p[8].is_empty());
    }
    assert_eq!(table.column("stance")[..8], [""; 8]);
    assert_eq!(table.column("stance.p.favor")[..8], [""; 8]);
    assert_eq!(table.column("stance.why")[..8], ["no_text"; 8]);
    assert_eq!(table.column("toxicity")[8], "1");
    assert_ne!(table.column("stance")[8], "");
    ran.warns("8 comments have no text, so no verdict is given");
}

#[test]
fn a_comment_without_text_has_nulls_in_json_lines() {
    let dir = Dir::new().file("in.csv", deleted(TITLE));
    let lines = dir.ombud("score in.csv --format jsonl --reasons").done().lines();
    for line in &lines[..8] {
        assert_eq!(line["labels"]["stance"]["class"], Value::Null);
        assert_eq!(line["labels"]["stance"]["why"], "no_text");
        assert_eq!(line["labels"]["stance"]["p"], Value::Null);
        assert_eq!(line["labels"]["toxicity"]["raised"], false);
        assert_eq!(line["labels"]["toxicity"]["why"], "no_text");
        assert_eq!(line["labels"]["toxicity"]["p"], Value::Null);
        assert_eq!(line["reasons"], serde_json::json!([]));
    }
    assert_eq!(lines[8]["labels"]["toxicity"]["why"], Value::Null);
}

#[test]
fn a_comment_without_text_is_counted_apart_in_a_thread() {
    let dir = Dir::new().file("in.csv", deleted(TITLE));
    let ran = dir.ombud("score in.csv --format thread").done();
    assert!(ran.out().contains("9 comments (8 without text)"), "{}", ran.out());
    assert_eq!(ran.out().matches("  no text").count(), 8, "{}", ran.out());
    dir.ombud("score in.csv --format table").done().says("no text");
    dir.ombud("score in.csv -o page.html").done();
    assert!(dir.text("page.html").contains("no text"));
}

#[test]
fn what_was_deleted_says_nothing_to_its_answers() {
    let row = |parent: &str| {
        format!("id,parent_id,thread_id,article_title,text\na,,t,{TITLE},{parent}\nb,a,t,{TITLE},I agree with that\n")
    };
    let dir = Dir::new().file("empty.csv", row("")).file("marked.csv", row("[removed]"));
    let [empty, marked] = ["empty", "marked"].map(|name| dir.ombud(&format!("score {name}.csv")).done().out());
    assert_eq!(empty, marked);
}

#[test]
fn a_stance_needs_something_that_it_is_towards() {
    let table = "id,about,text\n1,Library closes,They should keep it open\n2,Library closes,Good riddance you idiot\n";
    let dir = Dir::new().file("in.csv", table);
    let ran = dir.ombud("score in.csv").done();
    let scored = ran.table();
    assert_eq!(scored.column("stance"), ["", ""]);
    assert_eq!(scored.column("stance.why"), ["no_target", "no_target"]);
    assert_eq!(scored.column("toxicity")[1], "1", "flags need no target");
    ran.warns("2 comments have no title or target, so no stance is given");
    for given in ["--towards \"the library should close\"", "--column article_title=about"] {
        let scored = dir.bash(&format!("\"$ombud\" score in.csv {given}")).done().table();
        // The model inside gives no side, but has one to be unsure of.
        assert!(scored.column("stance.why").iter().all(|why| why.is_empty() || *why == "unsure"), "{given}");
    }
    let lines = dir.ombud("score in.csv --format jsonl").done().lines();
    assert_eq!(lines[0]["labels"]["stance"]["why"], "no_target");
    assert_eq!(lines[0]["labels"]["stance"]["unsure"], false);
    assert!(lines[0]["labels"]["stance"]["p"]["favor"].is_number());
}

#[test]
fn a_model_that_learnt_without_targets_needs_none() {
    let dir = Dir::with_model().file("in.csv", "text\n\"good plan, I agree with it\"\n");
    let scored = dir.ombud("score in.csv -m tiny.model").done().table();
    assert_eq!(scored.column("stance"), ["favor"]);
    assert_eq!(scored.column("stance.why"), [""]);
}

#[test]
fn a_comment_without_text_waits_for_nobody() {
    let dir = Dir::new().file("in.csv", deleted(TITLE));
    dir.ombud("score in.csv --queue q.db").done();
    let listed = dir.ombud("review list --db q.db").done().out();
    assert!(!listed.contains("d0") && !listed.contains("d1"), "{listed}");
    dir.ombud("review verify --db q.db").done();
}

#[test]
fn there_is_nothing_to_explain_without_text() {
    Dir::new().ombud("explain [deleted]").failed().error(&["the comment has no text"]);
}

#[test]
fn nothing_is_learnt_from_a_comment_without_text() {
    let row = |n: usize| {
        let (text, label) = [("you idiot, shut up", 1), ("a fine idea, thank you", 0)][n % 2];
        format!("{n},\"{text} {n}\",{label}\n")
    };
    let rows: String = (0..60).map(row).collect();
    let deleted: String = (60..90).map(|n| format!("{n},[removed],1\n")).collect();
    let dir = Dir::new().file("plain.csv", format!("id,text,toxicity\n{rows}"));
    dir.put("mixed.csv", format!("id,text,toxicity\n{rows}{deleted}"));
    let ran = dir.ombud("train mixed.csv -o a.model --json --replicates 0 --folds 3").done();
    assert_eq!(ran.json()["labels"][0]["n"], 60);
    ran.warns("mixed.csv:62 and 29 more rows are labelled but have no text");
    let learnt = dir.ombud("inspect a.model --features 50").done().out();
    assert!(!learnt.contains("removed"), "{learnt}");
    // A label that hangs on nothing but such rows cannot be learnt.
    dir.put("none.csv", format!("id,text,toxicity\n{deleted}"));
    dir.ombud("train none.csv -o b.model").failed();
}
