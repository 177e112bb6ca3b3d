//! Threads as Coral, Reddit, Hacker News and Discourse give them are read as they are.

use serde_json::Value;

use crate::support::{Dir, gz, ours};

/// A file of `data/exports`.
fn export(name: &str) -> Vec<u8> {
    std::fs::read(ours(&format!("data/exports/{name}"))).unwrap()
}

const FIELDS: [&str; 7] = ["id", "parent_id", "thread_id", "article_title", "author", "created_at", "text"];

/// The fields of comments, a line each.
fn told(lines: &[Value]) -> Vec<String> {
    let field = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().replace('\n', "/");
    lines.iter().map(|line| FIELDS.map(|name| field(line, name)).join("|")).collect()
}

/// Converts an export, plain and compressed, whatever it is called, and compares all that its comments say; then scores it.
fn reads(name: &str, expected: &[&str]) -> (Dir, Vec<Value>) {
    let dir = Dir::new().file("in.json", export(name)).file("in.txt.gz", gz(&export(name)));
    dir.ombud("convert in.json -o out.jsonl").done();
    dir.ombud("convert in.txt.gz -o again.jsonl").done();
    assert_eq!(dir.text("out.jsonl"), dir.text("again.jsonl"));
    let lines: Vec<Value> = dir.text("out.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told(&lines), expected, "{name}");
    let scored = dir.ombud("score in.json --format jsonl").done().lines();
    assert_eq!(scored.len(), expected.len());
    for (line, scored) in lines.iter().zip(&scored) {
        assert_eq!(scored["id"], line["id"]);
        let has_text = !line["text"].as_str().unwrap_or_default().is_empty();
        assert_eq!(scored["labels"]["toxicity"]["p"].is_number(), has_text, "{scored}");
    }
    (dir, lines)
}

/// The cells of some columns, as a table keeps them.
fn kept(dir: &Dir, columns: &str) -> Vec<String> {
    let ran = dir.ombud(&format!("score in.json --format csv --keep {columns}")).done();
    let table = ran.table();
    let columns: Vec<Vec<&str>> = columns.split(',').map(|name| table.column(name)).collect();
    (0..table.rows.len()).map(|row| columns.iter().map(|column| column[row]).collect::<Vec<_>>().join("|")).collect()
}

const WEIR: &str = "Council to close Weir Street to through traffic";

#[test]
fn pages_of_corals_interface_are_one_thread() {
    let (dir, _) = reads(
        "coral-graphql.json",
        &[
            &format!(
                "c-1||st-5|{WEIR}|dorotea|2026-03-02T07:10:00.000Z|About time. Our bus sits in that queue every morning & evening."
            ),
            &format!("c-2|c-1|st-5|{WEIR}|kees|2026-03-02T07:15:30.000Z|You're a clown./Go and walk, then."),
            &format!("c-3||st-5|{WEIR}|desk|2026-03-02T08:00:00.000Z|The paper will answer questions here at noon."),
            &format!("c-4||st-5|{WEIR}||2026-03-02T08:05:00.000Z|"),
            &format!("c-5|c-4|st-5|{WEIR}|amal|2026-03-02T08:20:00.000Z|> Our bus sits in that queue//Mine too."),
        ],
    );
    assert_eq!(
        kept(&dir, "status,reject,tags,toxicity_score"),
        ["APPROVED|0||0.02", "REJECTED|1|REPLY|0.87", "APPROVED||STAFF, FEATURED|", "deleted|||", "NONE|||"]
    );
}

#[test]
fn documents_of_corals_database_are_comments() {
    let (dir, _) = reads(
        "coral-mongo.json",
        &[
            &format!("c-1||st-5|{WEIR}|u-1|2026-03-02T07:10:00Z|About time. Our bus sits in that queue daily."),
            &format!("c-2|c-1|st-5|{WEIR}|u-2|2026-03-02T07:15:30Z|You're a clown."),
            &format!("c-3||st-5|{WEIR}|u-3|2026-03-02T07:10:00Z|The paper will answer questions here at noon."),
            &format!("c-4||st-5|{WEIR}||2026-03-02T07:10:00Z|"),
            &format!("c-5|c-4|st-5|{WEIR}|u-5|2026-03-02T07:10:00Z|Mine too."),
        ],
    );
    assert_eq!(
        kept(&dir, "status,reject,tags,flags,toxicity_score"),
        [
            "APPROVED|0|||0.02",
            "REJECTED|1||3|0.87",
            "APPROVED||STAFF, FEATURED||0.02",
            "deleted||||",
            "SYSTEM_WITHHELD|||2|0.02"
        ]
    );
    // The same as a list, over many lines, and a bad line, which costs no other.
    let lines = String::from_utf8(export("coral-mongo.json")).unwrap();
    let documents: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    dir.put("list.json", serde_json::to_string_pretty(&documents).unwrap());
    dir.ombud("convert list.json -o list.jsonl").done();
    let pretty: String =
        documents.iter().map(|document| serde_json::to_string_pretty(document).unwrap() + "\n").collect();
    dir.put("pretty.json", pretty);
    dir.ombud("convert pretty.json -o pretty.jsonl").done();
    dir.put("bad.json", lines.replacen("{\"_id\":{\"$oid\":\"65e000000000000000000005", "{\"_id\":{\"$oid\" \"65e", 1));
    dir.ombud("convert bad.json -o bad.jsonl").refused().warns("bad.json:6: ");
    let out = dir.text("out.jsonl");
    assert_eq!((dir.text("list.jsonl"), dir.text("pretty.jsonl")), (out.clone(), out.clone()));
    assert_eq!(dir.text("bad.jsonl").lines().count(), 4);
}

#[test]
fn a_thread_of_reddit_keeps_its_tree() {
    let title = "Council to close Weir Street & the quay to through traffic";
    let (dir, lines) = reads(
        "reddit.json",
        &[
            &format!(
                "t1_ka1||t3_weir01|{title}|dorotea|2026-03-02T07:10:00Z|> It starts in May//About time. Buses & bikes first."
            ),
            &format!("t1_ka2|t1_ka1|t3_weir01|{title}|kees|2026-03-02T07:11:00Z|You're a clown, go and walk."),
            &format!("t1_ka3|t1_ka1|t3_weir01|{title}||2026-03-02T07:11:10Z|"),
            &format!("t1_ka4|t1_ka3|t3_weir01|{title}|amal|2026-03-02T07:11:30Z|What did it say?"),
            &format!("t1_ka5||t3_weir01|{title}||2026-03-02T07:12:00Z|"),
            &format!("t1_ka6|t1_ka5|t3_weir01|{title}|ines|2026-03-02T07:12:10Z|Who pays for the signs?"),
            &format!("t1_ka7||t3_weir01|{title}|shop4u|2026-03-02T07:12:30Z|Cheap tyres at tyres.example"),
        ],
    );
    assert_eq!(lines[6]["article_text"], "It starts in May. Does anyone know about the >7.5 t lorries?");
    assert_eq!(
        kept(&dir, "status,reject,spam,reports"),
        ["|||", "removed|1|0|2", "removed|||", "approved|0|0|", "deleted|||", "|||", "spam||1|"]
    );
}

#[test]
fn lines_of_a_reddit_archive_are_comments() {
    let (dir, lines) = reads(
        "pushshift.ndjson",
        &[
            "t1_ka1||t3_weir01|Council to close Weir Street|dorotea|2026-03-02T07:10:00Z|About time. Buses & bikes first.",
            "t1_ka2|t1_ka1|t3_weir01|Council to close Weir Street|kees|2026-03-02T07:11:00Z|You're a clown, go and walk./“Please”.",
            "t1_ka3|t1_ka1|t3_weir01|Council to close Weir Street||2026-03-02T07:11:10Z|",
            "t1_ka4|t1_ka3|t3_weir01|Council to close Weir Street|amal|2026-03-02T07:11:30Z|What did it say?",
            "t1_kz1||t3_other9||ines|2026-03-02T07:12:10Z|Who pays for the signs?",
        ],
    );
    assert_eq!(lines[0]["article_text"], "It starts in May.");
    assert_eq!(kept(&dir, "status,score,subreddit")[..3], ["|4|saltmere", "|-3|saltmere", "removed|1|saltmere"]);
    let broken =
        String::from_utf8(export("pushshift.ndjson")).unwrap().replacen("\"edited\":false", "\"edited\":nope", 1);
    dir.put("broken.ndjson", broken);
    dir.ombud("convert broken.ndjson -o broken.jsonl").refused().warns("broken.ndjson:2: ");
    assert_eq!(dir.text("broken.jsonl").lines().count(), 4);
}

#[test]
fn labels_that_somebody_added_to_an_archive_are_columns() {
    let lines: String = (0..40)
        .map(|i| {
            let (text, label) = if i % 2 == 0 { ("you idiot", 1) } else { ("what a fine plan", 0) };
            format!(
                "{{\"id\":\"k{i}\",\"parent_id\":\"t3_p{i}\",\"link_id\":\"t3_p{i}\",\"author\":\"a\",\"created_utc\":1,\
                 \"body\":\"{text} {i}\",\"insult\":{label}}}\n"
            )
        })
        .collect();
    let dir = Dir::new().file("labelled.jsonl", lines);
    dir.ombud("train labelled.jsonl --flag insult -o m.model --folds 2 --replicates 20").done();
    assert!(dir.path("m.model").exists());
}

#[test]
fn an_item_of_hacker_news_is_a_thread_without_its_story() {
    let title = "Show HN: Council to close Weir Street to through traffic";
    let at = |id: u64| format!("2026-03-02T07:{:02}:00.000Z", id % 60);
    let (dir, lines) = reads(
        "hacker-news.json",
        &[
            &format!(
                "47000011||47000000|{title}|dorotea|{}|I don't drive there & I'm glad.//See https://courier.example/weir",
                at(47_000_011)
            ),
            &format!("47000012|47000011|47000000|{title}|kees|{}|You are a clown, walk then.", at(47_000_012)),
            &format!("47000013||47000000|{title}||{}|", at(47_000_013)),
            &format!("47000014|47000013|47000000|{title}|amal|{}|What did it say?", at(47_000_014)),
        ],
    );
    assert_eq!(lines[0]["article_text"], "We are a town of 9,000.\n\nAsk me anything about the \"filter\".");
    assert_eq!(kept(&dir, "status"), ["", "", "deleted", ""]);
    let shown = dir.ombud("score in.json").done();
    assert!(shown.out().starts_with(title), "{}", shown.out());
}

#[test]
fn items_of_hacker_news_find_their_story() {
    let (dir, _) = reads(
        "hacker-news-items.jsonl",
        &[
            &format!("47000011||47000000|{WEIR}|dorotea|2026-03-02T07:10:00Z|I don't drive there & I'm glad."),
            &format!("47000012|47000011|47000000|{WEIR}|kees|2026-03-02T07:11:00Z|You are a clown, walk then."),
            &format!("47000013||47000000|{WEIR}||2026-03-02T07:11:10Z|"),
            &format!("47000014|47000013|47000000|{WEIR}|amal|2026-03-02T07:11:30Z|What did it say?"),
            "46000002||46000001||ines|2026-03-02T07:12:10Z|Who pays for the signs?",
        ],
    );
    assert_eq!(kept(&dir, "status"), ["", "dead", "deleted", "", ""]);
}

#[test]
fn a_topic_of_discourse_is_read_with_what_follows_it() {
    let at = |number: u32| format!("2026-03-02T07:{number:02}:00.000Z");
    let (dir, lines) = reads(
        "discourse.json",
        &[
            &format!("2||57|{WEIR}|dorotea|{}|About time. Our bus sits in that queue & waits.", at(2)),
            &format!("3|2|57|{WEIR}|kees|{}|> Our bus sits in that queue//You are a clown, walk then.", at(3)),
            &format!("5||57|{WEIR}|amal|{}|Split from where?", at(5)),
            &format!("6|2|57|{WEIR}|ines|{}|", at(6)),
            &format!("7|6|57|{WEIR}|joost|{}|", at(7)),
            &format!("8|7|57|{WEIR}|kees|{}|Fine. :bus: then.", at(8)),
        ],
    );
    assert_eq!(lines[5]["article_text"], "The council wants to close Weir Street to through traffic from May.");
    assert_eq!(kept(&dir, "status,reject"), ["|", "deleted|1", "|", "deleted by its author|", "hidden|", "|"]);
}

/// What only looks like an export is read as the table or the thread that it is.
#[test]
fn other_files_are_no_exports() {
    for (name, content) in [
        ("a.jsonl", "{\"id\":\"1\",\"text\":\"Fine.\",\"body\":\"x\",\"parent_id\":\"\"}\n"),
        ("a.json", "[{\"id\":\"1\",\"text\":\"Fine.\",\"author\":\"a\",\"created_at\":\"2026\",\"children\":[]}]"),
        ("b.json", "{\"title\":\"T\",\"comments\":[{\"kind\":\"x\",\"data\":{},\"text\":\"Fine.\"}]}"),
        ("a.csv", "id,text,link_id,body\n1,Fine.,t3_a,x\n"),
        ("a.txt", "Title\n\n  • Rosa\n    Fine.\n"),
    ] {
        let dir = Dir::new().file(name, content);
        dir.ombud(&format!("convert {name} -o out.jsonl")).done();
        let line: Value = serde_json::from_str(dir.text("out.jsonl").lines().next().unwrap()).unwrap();
        assert_eq!(line["text"], "Fine.", "{name}");
    }
}
