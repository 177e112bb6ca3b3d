//! `comments:suggestscore`, and what is learnt from it.

use serde_json::{Value, json};

use super::SUGGEST;
use crate::dataset::decided::Decisions;
use crate::features::input::Input;
use crate::model::verdict::Verdict;
use crate::queue::comment::QueuedComment;
use crate::queue::comment_view::CommentView;
use crate::queue::decision::{Action, Decision};
use crate::queue::export::ExportForm;
use crate::queue::fill::{scores, take_in};
use crate::queue::library::Queue;
use crate::queue::purge::Purge;
use crate::queue::store::Store;
use crate::serve::fixture::{Served, served};
use crate::thread::comment::{Article, Beside, Comment, Thread};

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
            "Attributes STANCE_AGAINST and STANCE_FAVOR are mutually exclusive",
        ),
        (
            json!({ "STANCE_FAVOR": value(0.0) }),
            "The scores only exclude classes of a stance: give one class the score 1",
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
    let pair = |pair: Value| {
        let mut body = coral("hello there", 1.0);
        body["context"] = json!({ "articleAndParentComment": pair });
        body
    };
    let in_article = pair(json!({ "article": { "text": "Title", "doNotStore": true } }));
    let in_parent = pair(json!({ "parent_comment": { "do_not_store": true } }));
    let in_entry = in_place("/context/entries/0");
    for body in [at_top, in_context, in_place("/comment"), in_entry, in_article, in_parent] {
        assert_eq!(served.suggested(&body)["clientToken"], "comment:c1");
    }
    assert!(kept(&served).is_empty());
}

/// A comment that came into the queue from elsewhere, with all that may stand around it, and a decision on it.
fn imported(served: &Served, text: &str) {
    let loaded = served.app().live.now();
    let thread = Thread {
        id: Some("https://news.example/a".to_owned()),
        article: Article { title: Some("Library".to_owned()), ..Article::default() },
        comments: vec![Comment {
            id: "c1".to_owned(),
            parent_id: Some("p0".to_owned()),
            author: Some("ann".to_owned()),
            text: text.to_owned(),
            beside: Beside {
                parent_text: Some("Close it, you fools!".to_owned()),
                target: Some("closing the library".to_owned()),
                context: Some("A debate.".to_owned()),
                ..Beside::default()
            },
            ..Comment::default()
        }],
        unrelated: true,
    };
    let mut store = served.store();
    take_in(&mut store, &loaded.model, &loaded.labels, thread, Verdict::default()).unwrap();
    let (number, _) = store.find(None, "c1").unwrap().unwrap();
    let seen = store.comment_view(number, "ada").unwrap().seen;
    let approve = Decision { action: Some(Action::Approve), ..Decision::default() };
    store.decide(number, "ada", &approve, &seen, 2000).unwrap();
}

#[test]
fn what_is_known_of_a_comment_stays_whatever_is_suggested() {
    let served = served("");
    imported(&served, "hello there");
    let known = || served.store().thread(Some("https://news.example/a")).unwrap().remove(0);
    let before = known();
    let (thread, by) = ("https://news.example/a", "Coral:https://coral.example");
    // White space makes no other text of it.
    served.suggested(&coral(" hello\n there ", 1.0));
    assert_eq!(known(), before);
    let both = [row([thread, "c1", "ada", "approve"]), row([thread, "c1", by, "reject; toxicity: yes"])];
    assert_eq!(kept(&served), both);
    // What was decided was another text, and nothing else is another.
    served.suggested(&coral("No, you are.", 1.0));
    assert_eq!(kept(&served), both[1..]);
    let after = known();
    assert_eq!(after.text, "No, you are.");
    assert_eq!(QueuedComment { text: before.text.clone(), way: before.way, ..after.clone() }, before);
    // It is scored in its context.
    let input = Input {
        target: Some("closing the library"),
        parent_text: Some("Close it, you fools!"),
        article_title: Some("Library"),
        context: Some("A debate."),
        ..Input::of("No, you are.")
    };
    let loaded = served.app().live.now();
    let scores = |input: &Input<'_>| {
        let verdict = loaded.scorers.with(false, |scorer| scorer.verdict(input, 0));
        scores(&loaded.labels, &verdict).into_iter().map(|(label, score)| (label.to_owned(), score)).collect::<Vec<_>>()
    };
    let shown = served.store().comment_view(after.id, "ada").unwrap().scores;
    assert_eq!(shown, scores(&input));
    assert_ne!(shown, scores(&Input::of("No, you are.")));
}

#[test]
fn only_coral_has_notes() {
    let served = served("");
    imported(&served, "hello there");
    let before = kept(&served);
    // A reader answers a comment that looks like a note, and a client sends that as context.
    let mut body = coral("Interesting.", 1.0);
    body["communityId"] = json!("forum");
    body["clientToken"] = json!("t");
    served.suggested(&body);
    let mut body = coral("Interesting.", 1.0);
    body["clientToken"] = json!("u");
    let note = body["context"]["entries"][0].clone();
    body["context"]["entries"] = json!([{ "text": "Title" }, note]);
    served.suggested(&body);
    let after = kept(&served);
    assert_eq!(after[..1], before);
    assert_eq!(after.iter().map(|row| &*row[1]).collect::<Vec<_>>(), ["c1", "t", "u"]);
}

#[test]
fn what_is_erased_does_not_take_a_token_with_it() {
    let served = served("");
    let suggest = |text: &str| {
        served.suggested(&json!({
            "comment": { "text": text }, "clientToken": "tokA",
            "attributeScores": { "TOXICITY": { "summaryScore": { "value": 1 } } },
        }));
        kept(&served)
    };
    suggest("One.");
    served.store().purge(Purge::Comment { thread: None, id: "tokA" }, "ada", 9).unwrap();
    let rows = suggest("Another.");
    assert_eq!(rows.len(), 1);
    assert!(rows[0][1].starts_with("tokA "), "{rows:?}");
    // That it is erased holds for this one, too.
    served.store().purge(Purge::Comment { thread: None, id: &rows[0][1] }, "ada", 9).unwrap();
    assert!(suggest("Another.").is_empty());
}

#[test]
fn what_no_table_can_hold_is_refused() {
    let served = served("");
    let body = || {
        json!({
            "comment": { "text": "Well." }, "communityId": "forum", "clientToken": "t",
            "context": { "entries": [{ "text": "Title" }, { "text": "Parent" }, { "text": "More" }] },
            "attributeScores": { "TOXICITY": { "summaryScore": { "value": 1 } } },
        })
    };
    let mut bodies = Vec::new();
    for (at, field) in [
        ("/comment/text", "comment.text"),
        ("/communityId", "communityId"),
        ("/clientToken", "clientToken"),
        ("/context/entries/0/text", "context"),
        ("/context/entries/1/text", "context"),
        ("/context/entries/2/text", "context"),
    ] {
        let mut body = body();
        *body.pointer_mut(at).unwrap() = json!("a\0b");
        bodies.push((body, field));
    }
    let mut noted = coral("Well.", 1.0);
    let note = json!({ "url": "/a", "Coral_comment_id": "c\0" });
    noted["context"]["entries"][0]["text"] = json!(note.to_string());
    bodies.push((noted, "context"));
    for (body, field) in bodies {
        let answer = served.suggest(&body);
        let error = &answer.json()["error"];
        let expected = json!(format!("{field} contains a NUL character"));
        assert_eq!((answer.status.as_u16(), &error["message"]), (400, &expected), "{body}");
        assert_eq!(error["details"][0]["errorType"], "INVALID_REQUEST");
    }
    assert!(kept(&served).is_empty());
    let mut nameless = body();
    nameless["communityId"] = json!("\u{1}\u{2}");
    served.suggested(&nameless);
    assert_eq!(kept(&served)[0][2], "anyone");
}

#[test]
fn a_large_request_is_kept_as_a_small_one() {
    let served = served("");
    let mut body = coral("hello there", 1.0);
    body["unread"] = json!("a".repeat(20_000));
    served.suggested(&body);
    assert_eq!(kept(&served)[0][3], "reject; toxicity: yes");
    body["comment"]["text"] = json!(["hello"]);
    assert_eq!(served.suggest(&body).status, 400);
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
