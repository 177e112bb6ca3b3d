//! `comments:suggestscore`, and what is learnt from it.

use serde_json::{Value, json};

use super::SUGGEST;
use crate::dataset::decided::Decisions;
use crate::queue::comment_view::CommentView;
use crate::queue::export::ExportForm;
use crate::queue::library::Queue;
use crate::queue::purge::Purge;
use crate::queue::store::Store;
use crate::serve::fixture::{Served, served};

impl Served {
    fn store(&self) -> Store {
        Store::open(&self.folder.path().join("ombud.db")).unwrap()
    }

    /// What must be kept.
    fn suggested(&self, body: &Value) -> Value {
        let answer = self.suggest(body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

/// All that was decided: thread, id, reviewer, decision.
fn kept(served: &Served) -> Vec<[String; 4]> {
    let store = served.store();
    store.verify().unwrap().unwrap();
    let mut rows = Vec::new();
    for view in views(&store) {
        for past in &view.decisions {
            rows.push([
                view.thread_id.clone(),
                view.source_id.clone(),
                past.reviewer.clone(),
                past.decision.to_string(),
            ]);
        }
    }
    rows
}

fn views(store: &Store) -> Vec<CommentView> {
    let threads = store.threads().unwrap();
    let comments = threads.iter().flat_map(|thread| store.thread(thread.as_deref()).unwrap());
    comments.map(|comment| store.comment_view(comment.id, "nobody").unwrap()).collect()
}

fn row(cells: [&str; 4]) -> [String; 4] {
    cells.map(str::to_owned)
}

/// As Coral sends it.
fn coral(text: &str, value: f64) -> Value {
    let note = json!({
        "url": "https://news.example/a?commentID=c1",
        "reply_to_id_Coral_comment_id": "p1",
        "Coral_comment_id": "c1",
    });
    json!({
        "comment": { "text": text },
        "context": { "entries": [{ "text": note.to_string() }] },
        "attributeScores": { "TOXICITY": { "summaryScore": { "value": value } } },
        "languages": ["fr"], "communityId": "Coral:https://coral.example", "clientToken": "comment:c1",
    })
}

#[test]
fn what_coral_decides_is_kept_under_its_own_ids() {
    let served = served("");
    let answer = served.suggested(&coral("hello there", 1.0));
    let expected = json!({ "clientToken": "comment:c1", "requestedLanguages": ["fr"], "detectedLanguages": ["en"] });
    assert_eq!(answer, expected);
    let by = "Coral:https://coral.example";
    let thread = "https://news.example/a";
    assert_eq!(kept(&served), [row([thread, "c1", by, "reject; toxicity: yes"])]);
    let view = views(&served.store()).remove(0);
    assert_eq!((view.parent_id.as_deref(), view.article.url.as_deref()), (Some("p1"), Some(thread)));
    assert!(view.scores.iter().any(|(label, _)| label == "toxicity"), "it is scored, to be shown");
    // It is decided otherwise, and said twice.
    served.suggested(&coral("hello there", 0.0));
    served.suggested(&coral("hello there", 0.0));
    assert_eq!(kept(&served), [row([thread, "c1", by, "approve; toxicity: no"])]);
    let decisions = "SELECT count(*) FROM decision";
    let count: i64 = served.store().connection.query_row(decisions, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 2, "nothing leaves the log");
    // An edited comment is another text: of that nothing was said yet.
    served.suggested(&coral("hello there, idiot", 1.0));
    assert_eq!(kept(&served), [row([thread, "c1", by, "reject; toxicity: yes"])]);
    // What was erased stays so.
    served.store().purge(Purge::Comment { thread: Some(thread), id: "c1" }, "ada", 9).unwrap();
    served.suggested(&coral("hello there, idiot", 1.0));
    assert!(kept(&served).is_empty());
}

#[test]
fn a_status_of_coral_is_what_was_decided() {
    let served = served("");
    for (status, decision) in [("APPROVED", "approve"), ("DELETED", "reject"), ("HIGHLIGHTED", "approve")] {
        let mut body = coral("hello there", 1.0);
        body["attributeScores"] = json!({ status: { "summaryScore": { "value": 1 } } });
        served.suggested(&body);
        assert_eq!(kept(&served)[0][3], decision);
    }
    // An attribute that nobody has keeps no decision from being kept.
    let mut body = coral("hello there", 1.0);
    body["attributeScores"] = json!({ "SEXUALLY_EXPLICIT": { "summaryScore": { "value": 1 } } });
    served.suggested(&body);
    assert_eq!(kept(&served)[0][3], "reject");
}

#[test]
fn others_are_known_by_token_or_text() {
    let served = served("[serve.perspective]\naliases = { LIKELY_TO_REJECT = \"reject\" }");
    let scores = |value: f64| json!({ "TOXICITY": { "summaryScore": { "value": value } } });
    let text = "I guess it comes down a simple choice: Get busy living, or get busy dying.";
    let documented = json!({
        "comment": { "text": text }, "attributeScores": scores(0.0),
        "communityId": "/forum/movies", "clientToken": "comment-53922",
    });
    assert_eq!(served.suggested(&documented)["clientToken"], "comment-53922");
    assert_eq!(kept(&served), [row(["", "comment-53922", "/forum/movies", "toxicity: no"])]);
    // A token that only numbers requests is of another comment now.
    served.suggested(&json!({
        "comment": { "text": "Another." }, "attributeScores": scores(0.7),
        "communityId": "/forum/movies", "clientToken": "comment-53922",
    }));
    served.suggested(&json!({
        "comment": { "text": "Another." }, "attributeScores": { "LIKELY_TO_REJECT": { "summaryScore": { "value": 1 } } },
        "communityId": "/forum/movies", "clientToken": "comment-53922",
    }));
    let rows = kept(&served);
    assert_eq!(
        rows.iter().map(|row| row[3].as_str()).collect::<Vec<_>>(),
        ["toxicity: no", "reject: yes, toxicity: yes"]
    );
    // With nothing else a comment is its text.
    let plain = |value: f64| json!({ "comment": { "text": text }, "attributeScores": scores(value) });
    served.suggested(&plain(1.0));
    served.suggested(&plain(0.49));
    let rows = kept(&served);
    assert_eq!((rows.len(), &rows[2][2..]), (3, &row(["", "", "anyone", "toxicity: no"])[2..]));
}

#[test]
fn labels_of_all_kinds_can_be_suggested() {
    let served = served("");
    let suggest = |scores: Value, more: Value| {
        let mut body = json!({ "comment": { "text": "Close it." }, "clientToken": "t", "attributeScores": scores });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        served.suggest(&body)
    };
    let value = |value: f64| json!({ "summaryScore": { "value": value, "type": "PROBABILITY" } });
    let spans = json!({ "spanScores": [
        { "begin": 0, "end": 5, "score": { "value": 0.2 } }, { "begin": 5, "end": 9, "score": { "value": 1 } } ] });
    let context = json!({ "context": { "entries": [{ "text": "Library" }, { "text": "Why?" }] } });
    let several =
        json!({ "STANCE_FAVOR": value(1.0), "STANCE_NONE": value(0.0), "OFF_TOPIC": value(0.0), "INSULT@3": spans });
    assert_eq!(suggest(several, context).status, 200);
    assert_eq!(kept(&served)[0][3], "insult: yes, off_topic: no, stance: favor");
    let view = views(&served.store()).remove(0);
    assert_eq!(view.article.title.as_deref(), Some("Library"));
    for (scores, message) in [
        (json!({}), "Missing attribute_scores"),
        (json!({ "FLIRTATION": value(1.0) }), "Unknown requested attribute: FLIRTATION"),
        (json!({ "TOXICITY": {} }), "Attribute TOXICITY has no score between 0 and 1"),
        (json!({ "TOXICITY": value(1.5) }), "Attribute TOXICITY has no score between 0 and 1"),
        (
            json!({ "TOXICITY": { "summaryScore": { "value": 1, "type": "RAW" } } }),
            "Requested score type RAW is not supported by attribute TOXICITY",
        ),
        (
            json!({ "TOXICITY": { "spanScores": [{ "begin": 0, "score": { "value": 1 } }] } }),
            "A span score of attribute TOXICITY has no begin or no end",
        ),
        (
            json!({ "STANCE_FAVOR": value(1.0), "STANCE_AGAINST": value(1.0) }),
            "Attributes STANCE_AGAINST and STANCE_FAVOR exclude each other",
        ),
        (
            json!({ "STANCE_FAVOR": value(0.0) }),
            "The scores say only which classes a stance is not: give one of them the score 1",
        ),
    ] {
        let answer = suggest(scores, json!({}));
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["message"]), (400, &json!(message)));
    }
    let dropped = suggest(json!({ "FLIRTATION": value(1.0) }), json!({ "dropUnsupportedAttributes": true }));
    assert_eq!(dropped.status, 200, "{}", dropped.body);
    assert_eq!(kept(&served).len(), 1);
}

#[test]
fn what_is_not_to_be_stored_is_not() {
    let served = served("");
    let in_place = |path: &str| {
        let mut body = coral("hello there", 1.0);
        *body.pointer_mut(path).unwrap() = json!({ "doNotStore": true, "text": "hello there" });
        body
    };
    let mut at_top = coral("hello there", 1.0);
    at_top["doNotStore"] = json!(true);
    let mut in_context = coral("hello there", 1.0);
    in_context["context"]["doNotStore"] = json!(true);
    for body in [at_top, in_context, in_place("/comment"), in_place("/context/entries/0")] {
        assert_eq!(served.suggested(&body)["clientToken"], "comment:c1");
    }
    assert!(kept(&served).is_empty());
}

#[test]
fn where_there_are_keys_it_is_put_down_to_the_key() {
    let served = served("[[serve.keys]]\nname = \"coral\"\nkey = \"AIzaSy-a-key-of-coral\"\nscopes = [\"suggest\"]\n");
    let answer = served.post(&format!("{SUGGEST}?key=AIzaSy-a-key-of-coral"), coral("hello there", 1.0).to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(kept(&served)[0][2], "coral");
}

#[test]
fn what_cannot_be_written_is_not_said_to_be() {
    let served = served("");
    served.app().writer.stop();
    let answer = served.suggest(&coral("hello there", 1.0));
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]["status"]), (503, &json!("UNAVAILABLE")));
}

#[test]
fn a_model_is_trained_on_what_was_suggested() {
    let served = served("[serve.perspective]\naliases = { RUDE = \"rude\" }");
    for i in 0..60 {
        let (text, value) = if i % 2 == 0 { ("you bananahead", 1) } else { ("a fine thing", 0) };
        let note = json!({ "url": format!("https://news.example/{}", i % 12), "Coral_comment_id": format!("c{i}") });
        served.suggested(&json!({
            "comment": { "text": format!("{text}, says number {i}") },
            "context": { "entries": [{ "text": note.to_string() }] },
            "attributeScores": { "RUDE": { "summaryScore": { "value": value } } },
            "communityId": "Coral:https://coral.example",
        }));
    }
    let store = served.store();
    let rows = store.training().unwrap();
    assert_eq!(rows.len(), 60);
    assert!(rows.iter().all(|row| row.answers.keys().eq(["reject", "rude"])), "{:?}", rows[0].answers);
    Decisions::new("ombud.db".to_owned(), rows).unwrap();
    let mut table = Vec::new();
    store.export(ExportForm::Csv, &[], &mut table).unwrap();
    let table = String::from_utf8(table).unwrap();
    assert_eq!(table.lines().count(), 61);
    assert!(table.lines().next().unwrap().contains(",reject,rude"), "{table}");
    // As `train` does it from the queue, and from the table.
    let path = served.folder.path().join("decided.csv");
    std::fs::write(&path, &table).unwrap();
    let options = crate::train::options::TrainOptions {
        folds: 3,
        choose_blocks: false,
        cost: Some(1.0),
        replicates: 0,
        ..crate::train::options::TrainOptions::default()
    };
    let from_table = crate::train::labelled::train("own", &[path], &options).unwrap();
    assert!(from_table.has_learnt("you bananahead, says number 0"));
    let queue = Queue::open(served.folder.path().join("ombud.db")).unwrap();
    let from_queue = queue.retrain(&from_table, "next").unwrap();
    let names: Vec<String> = from_queue.labels().into_iter().map(|label| label.name).collect();
    assert!(names.contains(&"rude".to_owned()) && names.contains(&"reject".to_owned()), "{names:?}");
}
