//! Verdicts are those of `ombud score`, to the last byte, whichever way they are asked for.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::report::scored_rows::JsonRows;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::score::stream;
use crate::score::watch::Unwatched;
use crate::serve::api::tests::{TEXT, posted, refused};
use crate::serve::fixture::{Served, served};
use crate::thread::columns::ColumnMap;
use crate::thread::storage::Storage;

/// What `ombud score --format jsonl --reasons` writes of a file.
pub(crate) fn by_command(path: &Path) -> String {
    let scorer = Scorer::new(Arc::new(Model::shipped().unwrap()), &Site::default()).unwrap();
    let labels = scorer.model().labels();
    let job = Job { reasons: 3, ..Job::new(scorer) };
    let inputs = InputFile::open_all(&[path.to_owned()], None, &Storage::default()).unwrap();
    let mut out = Vec::new();
    let mut rows = JsonRows::new(&labels, &job.scorer, None);
    stream::score(&job, inputs, &[], &mut rows, &mut out, &Unwatched).unwrap();
    String::from_utf8(out).unwrap()
}

/// The same of what a file holds.
fn by_command_of(name: &str, content: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    by_command(&path)
}

/// The verdicts of an answer, one a line.
fn lines(answer: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Verdicts<'a> {
        #[serde(borrow)]
        verdicts: Vec<&'a serde_json::value::RawValue>,
    }
    let Verdicts { verdicts } = serde_json::from_str(answer).unwrap();
    verdicts.iter().flat_map(|verdict| [verdict.get(), "\n"]).collect()
}

#[test]
fn lists_are_no_objects_however_deep_they_stand() {
    let served = served("");
    let (article, comment) = (json!(["a", "Title", "Text.", null]), json!(["Close it!"]));
    for (path, body) in [
        ("/v1/score", json!({ "text": TEXT, "article": article })),
        ("/v1/score", json!({ "items": [comment] })),
        ("/v1/score", json!({ "items": [{ "text": TEXT, "article": article }] })),
        ("/v1/score", json!({ "items": [{ "text": TEXT }], "article": article })),
        ("/v1/score", json!({ "comments": [{ "text": TEXT }], "article": article })),
        ("/v1/score", json!({ "comments": [comment] })),
        ("/v1/score", json!({ "comments": [{ "text": TEXT, "replies": [comment] }] })),
        ("/v1/decisions", json!({ "decisions": [["c1", null, "approve"]] })),
        ("/v1/decisions", json!({ "id": "c1", "action": "approve", "comment": comment })),
    ] {
        let answer = served.post(path, body.to_string());
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        assert!(answer.body.contains("expected an object"), "{body}: {}", answer.body);
    }
    // What may be missing may be null.
    for body in [json!({ "text": TEXT, "article": null }), json!({ "items": [{ "text": TEXT }], "article": null })] {
        assert_eq!(posted(&served, "/v1/score", &body).status, 200, "{body}");
    }
}

/// Comments with all sorts of context, as lines of JSON.
pub(crate) fn rows() -> Vec<Value> {
    let title = "Council votes to close the Harbour Road library";
    vec![
        json!({"id": "a", "text": TEXT}),
        json!({"text": "Well, perhaps they were paid for it.", "article_title": title, "article_text": "It closes in May."}),
        json!({"id": 7, "text": "They should keep it open.", "article_title": title, "parent_text": "Close it!", "context": "A debate"}),
        json!({"id": "t", "text": "I am all for it.", "target": "The library should stay open", "article_title": title}),
        json!({"id": "empty", "text": "", "author": "Rosa", "created_at": "2026-05-01"}),
        json!({"id": "long", "text": "They were paid for it, idiots. ".repeat(900), "article_title": title}),
        json!({"id": "ümläut 😀", "text": "Größe 😀 zählt, ihr Idioten! You idiots."}),
        json!({"id": "de", "text": "Der Rat hat am Dienstag beschlossen, die Bücherei am Hafen zu schließen, und das ist gut."}),
    ]
}

pub(crate) fn as_lines(rows: &[Value]) -> String {
    rows.iter().flat_map(|row| [row.to_string(), "\n".to_owned()]).collect()
}

#[test]
fn a_batch_is_scored_as_the_command_scores_its_rows_and_each_comment_alone_as_in_the_batch() {
    let served = served("");
    let rows = rows();
    let expected = by_command_of("rows.jsonl", &as_lines(&rows));
    assert_eq!(expected.lines().count(), rows.len());
    assert!(
        expected.contains("\"reasons\":[{") && expected.contains("\"towards\":") && expected.contains("\"language\":")
    );
    let batch = posted(&served, "/v1/score?reasons=3", &json!({"items": rows}));
    assert_eq!(lines(&batch.body), expected);
    for (row, expected) in rows.iter().zip(expected.lines()) {
        let alone = posted(&served, "/v1/score?reasons=3", row);
        // Without an id it is numbered by its place.
        let expected = if row.get("id").is_some() {
            expected.to_owned()
        } else {
            expected.replace("\"id\":\"2\"", "\"id\":\"1\"")
        };
        assert_eq!(alone.body, expected);
        assert_eq!(alone.headers["content-type"], "application/json");
    }
}

#[test]
fn an_article_may_be_an_object_or_columns_or_that_of_the_batch() {
    let served = served("");
    let (title, text) = ("Council votes to close the library", "It closes in May.");
    let verdict = |request: Value| {
        let answer = posted(&served, "/v1/score?reasons=3", &request).json();
        if answer["verdicts"].is_array() { answer["verdicts"][0].clone() } else { answer }
    };
    let columns = verdict(json!({"text": TEXT, "article_title": title, "article_text": text}));
    let article = json!({"id": 3, "title": title, "text": text, "url": "https://a.example"});
    assert_eq!(verdict(json!({"text": TEXT, "article": article})), columns);
    assert_eq!(verdict(json!({"article": article, "items": [{"text": TEXT}]})), columns);
    assert_eq!(verdict(json!({"article": {"title": "Other"}, "items": [{"text": TEXT, "article": article}]})), columns);
    assert_ne!(verdict(json!({"text": TEXT})), columns, "it is read");
}

#[test]
fn a_thread_is_scored_as_the_command_scores_the_same_document() {
    let served = served("");
    let thread = json!({
        "thread_id": "library",
        "article": {"title": "Council votes to close the library", "text": "It closes in May.", "url": "https://a.example"},
        "comments": [
            {"text": "Close it!", "author": "Rosa", "replies": [
                {"id": "r1", "text": TEXT, "replies": [{"id": 9, "text": "They were paid for it, I bet."}]},
                {"text": null, "replies": [{"text": "I agree with whoever that was.", "context": "A debate"}]},
            ]},
            {"id": "flat", "parent_id": "9", "text": "No, they were not.", "created_at": 1_760_000_000},
            {"id": "lost", "parent_id": "gone", "text": "Whom do you mean?", "parent_text": "You there!"},
            {"id": "r1", "text": "Twice the same id.", "target": "Libraries should stay open"},
            {"id": "c1x", "text": "[deleted]"},
        ],
    });
    let expected = by_command_of("thread.json", &thread.to_string());
    assert_eq!(expected.lines().count(), 9);
    let answer = posted(&served, "/v1/score?reasons=3", &thread);
    assert_alike(&lines(&answer.body), &expected);
    let page = json!({"comments": []});
    assert_eq!(posted(&served, "/v1/score", &page).body, "{\"verdicts\":[]}");
}

#[track_caller]
fn assert_alike(found: &str, expected: &str) {
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

#[test]
fn the_threads_of_the_repository_are_scored_alike() {
    let served = served("[serve.limits]\nrequest-seconds = 120");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/threads");
    let page = folder.join("harbour-library.txt");
    let threads = crate::thread::threads::read_thread_from(
        "page.txt",
        None,
        std::fs::File::open(&page).unwrap(),
        &ColumnMap::default(),
    )
    .unwrap()
    .threads;
    let comment = |comment: &crate::thread::comment::Comment| json!({"id": comment.id, "parent_id": comment.parent_id, "author": comment.author, "text": comment.text});
    let comments: Vec<Value> = threads[0].comments.iter().map(comment).collect();
    let article = &threads[0].article;
    let thread = json!({"article": {"title": article.title, "text": article.text}, "comments": comments});
    let answer = posted(&served, "/v1/score?reasons=3", &thread);
    assert_alike(&lines(&answer.body), &by_command(&page));
}

#[test]
fn rules_are_told_beside_the_verdict_and_change_nothing_of_it() {
    let rules = r#"
        [[serve.policy]]
        label = "insult"
        at = 0.0
        status = "REJECTED"
        rejection = "ABUSIVE"
        shadow = true
        [[serve.policy]]
        label = "toxicity"
        at = 0.1
        status = "SYSTEM_WITHHELD"
        flag = "COMMENT_DETECTED_TOXIC"
    "#;
    let (plain, ruled) = (served(""), served(rules));
    let request = json!({"items": [{"text": TEXT}, {"text": "The library opens at nine."}]});
    let without = lines(&posted(&plain, "/v1/score?reasons=3", &request).body);
    let with = lines(&posted(&ruled, "/v1/score?reasons=3", &request).body);
    let mut policies = Vec::new();
    for (with, without) in with.lines().zip(without.lines()) {
        let whole = without.strip_suffix('}').unwrap();
        let policy = with.strip_prefix(whole).unwrap_or_else(|| panic!("{with}\n{without}"));
        policies.push(policy.to_owned());
    }
    let shadow = r#""shadow":{"label":"insult","status":"REJECTED","rejection":"ABUSIVE"}"#;
    let rule = r#"{"label":"toxicity","status":"SYSTEM_WITHHELD","flag":"COMMENT_DETECTED_TOXIC"}"#;
    assert_eq!(policies[0], format!(r#","policy":{{"rule":{rule},{shadow}}}}}"#));
    assert_eq!(policies[1], format!(r#","policy":{{"rule":null,{shadow}}}}}"#));
    assert!(ruled.get("/metrics").body.contains("mode=\"shadow\"} 2"));
}

fn error(served: &Served, path: &str, body: &str) -> String {
    let (status, message, field) = refused(&served.post(path, body.to_owned()));
    format!("{status} {field}: {message}")
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place() {
    let served = served("");
    let many = json!({"items": vec![json!({"text": ""}); 10_001]}).to_string();
    let long = json!({"items": [{"text": "a"}, {"text": "a".repeat(300_000)}]}).to_string();
    let deep = |n: usize| format!("{{\"comments\":[{}{}]}}", "{\"text\":\"a\",\"replies\":[".repeat(n), "]}".repeat(n));
    assert_eq!(posted(&served, "/v1/score", &serde_json::from_str(&deep(51)).unwrap()).status, 200);
    let errors = [
        error(&served, "/v1/score", ""),
        error(&served, "/v1/score", "[1]"),
        error(&served, "/v1/score", "{\"text\":\"a\""),
        error(&served, "/v1/score", "{\"text\":\"a\"} {\"text\":\"b\"}"),
        error(&served, "/v1/score", "{}"),
        error(&served, "/v1/score", r#"{"text":"a","txet":"b"}"#),
        error(&served, "/v1/score", r#"{"text":5}"#),
        error(&served, "/v1/score", r#"{"text":"a","id":1.5}"#),
        error(&served, "/v1/score", r#"{"text":"a","article":{"headline":"b"}}"#),
        error(&served, "/v1/score", r#"{"text":"a","article":{},"article_title":"b"}"#),
        error(&served, "/v1/score", r#"{"text":"a","comments":[]}"#),
        error(&served, "/v1/score", r#"{"items":[{"text":"a"},{"text":"b\u0000"}]}"#),
        error(&served, "/v1/score", r#"{"comments":[{"text":"a","replies":[{"author":"x"}]}]}"#),
        error(&served, "/v1/score", r#"{"comments":[{"text":"a","replies":[{"text":"b","parent_text":"\u0000"}]}]}"#),
        error(&served, "/v1/score", &many),
        error(&served, "/v1/score", &long),
        error(&served, "/v1/score", &deep(52)),
        error(&served, "/v1/score", &deep(5_000)),
        error(&served, "/v1/score?reasons=many", "{\"text\":\"a\"}"),
        error(&served, "/v1/score?reasons=101", "{\"text\":\"a\"}"),
        error(&served, "/v1/score?reason=1", "{\"text\":\"a\"}"),
        error(&served, "/v1/nowhere", "{}"),
    ];
    insta::assert_snapshot!(errors.join("\n"), @r#"
    400 : the JSON cannot be read: it must be an object with a text, with items or with comments
    400 : the JSON cannot be read: it must be an object with a text, with items or with comments
    400 : the JSON cannot be read: EOF while parsing an object at line 1 column 11
    400 : the JSON cannot be read: trailing characters at line 1 column 14
    400 : the JSON cannot be read: missing field `text` at line 1 column 2
    400 : the JSON cannot be read: unknown field `txet`, expected one of `text`, `id`, `thread_id`, `parent_id`, `parent_text`, `target`, `context`, `article`, `article_id`, `article_title`, `article_text`, `author`, `created_at`, `language` at line 1 column 18
    400 : the JSON cannot be read: invalid type: integer `5`, expected a string at line 1 column 9
    400 : the JSON cannot be read: an id, a name or a time must be a string or a whole number at line 1 column 21
    400 : the JSON cannot be read: unknown field `headline`, expected one of `id`, `title`, `text`, `url` at line 1 column 33
    400 article_title: article_title and article cannot be used together
    400 : give exactly one of text (one comment), items (comments scored each by itself) and comments (a thread)
    400 items[1].text: items[1].text contains a NUL character
    400 comments[0].replies[0]: comments[0].replies[0] is not a comment: it has no text, id or replies
    400 comments[0].replies[0].parent_text: comments[0].replies[0].parent_text contains a NUL character
    413 items: items has 10001 entries; at most 10000 are allowed
    413 items[1].text: items[1].text has 300000 bytes; at most 262144 are allowed
    400 : replies are nested more than 50 levels deep: use parent_id for the deeper ones
    400 : replies are nested more than 50 levels deep: use parent_id for the deeper ones
    400 : the query string cannot be read: Failed to deserialize query string: reasons: invalid digit found in string
    400 : reasons=101: at most 100 are allowed
    400 : the query string cannot be read: Failed to deserialize query string: reason: unknown field `reason`, expected `reasons` or `key`
    404 : not found
    "#);
    let not_utf8 = served.post("/v1/score", b"{\"text\":\"\xff\"}".to_vec());
    assert_eq!(not_utf8.status, 400, "{}", not_utf8.body);
    assert_eq!(served.get("/v1/score").status, 405);
}

#[test]
fn a_key_is_needed_that_may_score_and_each_comment_counts() {
    let keys = r#"
        [[serve.keys]]
        name = "editor"
        key = "a key for the editor"
        scopes = ["score"]
        rate = 3
        burst = 3
        [[serve.keys]]
        name = "coral"
        key = "a key for another thing"
        scopes = ["analyze"]
    "#;
    let served = served(keys);
    let ask = |key: &str, n: usize| {
        let request = json!({"items": vec![json!({"text": "Well."}); n]});
        served.post(&format!("/v1/score?key={}", key.replace(' ', "+")), request.to_string()).status.as_u16()
    };
    assert_eq!(served.post("/v1/score", "{\"text\":\"a\"}").status, 401);
    assert_eq!(ask("a key for another thing", 1), 403);
    assert_eq!([ask("a key for the editor", 3), ask("a key for the editor", 3)], [200, 429]);
    let path = "/v1/score?key=a+key+for+the+editor";
    assert_eq!(served.post(path, "no JSON").status, 429, "nothing is read for a key that is used up");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(ask("a key for the editor", 100), 200);
    let answer = served.post(path, "{\"text\":\"a\"}");
    assert_eq!(answer.status, 429, "what is beyond the burst is owed");
    let seconds: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((30..=33).contains(&seconds), "{seconds}");
}

#[test]
fn more_reasons_than_an_answer_can_have_are_refused() {
    let served = served("");
    let comments = |n: usize| vec![json!({"text": "a"}); n];
    for key in ["items", "comments"] {
        let answer = served.post("/v1/score?reasons=100", json!({ key: comments(501) }).to_string());
        let (status, message, field) = refused(&answer);
        assert_eq!((status, field.as_str()), (413, ""), "{message}");
        assert!(
            message.starts_with("100 reasons for each of 501 comments are too many: at most 50000 in total"),
            "{message}"
        );
        posted(&served, "/v1/score?reasons=100", &json!({ key: comments(2) }));
    }
}
