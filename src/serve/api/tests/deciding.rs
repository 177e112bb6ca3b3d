//! Decisions: kept, refused one by one, repeated without harm, and learnt from.

use serde_json::{Value, json};

use crate::queue::filter::{Filter, Scope, View};
use crate::queue::purge::Purge;
use crate::queue::store::Store;
use crate::serve::api::arrival::Arrival;
use crate::serve::api::comment::CommentIn;
use crate::serve::api::tests::{TEXT, posted, refused};
use crate::serve::fixture::{Served, served};

fn with_comment(id: &str, text: &str, decision: &Value) -> Value {
    let mut made =
        json!({"id": id, "comment": {"text": text, "article": {"title": "The library closes"}, "author": "Rosa"}});
    made.as_object_mut().unwrap().extend(decision.as_object().unwrap().clone());
    made
}

fn store(served: &Served) -> Store {
    Store::open(&served.folder.path().join("ombud.db")).unwrap()
}

/// Reviewer and decision of each comment, by id.
fn decided(served: &Served, id: &str) -> Vec<String> {
    let store = store(served);
    let (comment, _) = store.find(None, id).unwrap().unwrap();
    let view = store.comment_view(comment, "anyone").unwrap();
    view.decisions.iter().map(|past| format!("{}: {}", past.reviewer, past.decision)).collect()
}

#[test]
fn a_decision_is_on_the_disk_when_it_is_answered_with_the_comment_that_came_along() {
    let served = served("");
    let made =
        with_comment("c1", TEXT, &json!({"action": "reject", "labels": {"toxicity": true, "stance": "against"}}));
    assert_eq!(posted(&served, "/v1/decisions", &made).body, r#"{"decided":1,"refused":[]}"#);
    // Another connection sees it at once.
    assert_eq!(decided(&served, "c1"), ["anyone: reject; stance: against, toxicity: yes"]);
    store(&served).verify().unwrap().unwrap();
    let training = store(&served).training().unwrap();
    assert_eq!(training.len(), 1, "it is learnt from");
    // A client that got no answer sends it again.
    assert_eq!(posted(&served, "/v1/decisions", &made).body, r#"{"decided":1,"refused":[]}"#);
    assert_eq!(decided(&served, "c1").len(), 1);
    let other = json!({"id": "c1", "action": "approve"});
    let (status, message, _) = refused(&served.post("/v1/decisions", other.to_string()));
    assert_eq!((status, message.contains("decided this comment")), (409, true), "{message}");
}

#[test]
fn of_many_each_holds_or_is_refused_by_itself() {
    let served = served("");
    let mut list: Vec<Value> =
        (0..250).map(|at| with_comment(&format!("c{at}"), TEXT, &json!({"labels": {"insult": at % 2 == 0}}))).collect();
    list[3] = json!({"id": "gone", "action": "approve"});
    list[4] = with_comment("odd", TEXT, &json!({"labels": {"toxcity": true}}));
    list[120] = with_comment("odd", TEXT, &json!({"labels": {"stance": "sideways"}}));
    list[121] = with_comment("odd", TEXT, &json!({"labels": {"toxicity": "favor"}}));
    list[122] = with_comment("odd", TEXT, &json!({}));
    list[123] = with_comment("odd", "a\0", &json!({"action": "reject"}));
    list[124] = with_comment("odd", &"a".repeat((256 << 10) + 1), &json!({"action": "reject"}));
    list[125]["comment"]["id"] = "other".into();
    list[126]["thread_id"] = "a\0".into();
    let answer = posted(&served, "/v1/decisions", &json!({"decisions": list})).json();
    assert_eq!(answer["decided"], 241);
    let told: Vec<String> = answer["refused"].as_array().unwrap().iter().map(Value::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    {"code":404,"id":"gone","index":3,"message":"there is no comment \"gone\""}
    {"code":400,"id":"odd","index":4,"message":"there is no label \"toxcity\"; the labels are stance, off_topic, speculative, identity_attack, insult, profanity, severe_toxicity, threat, toxicity, reject"}
    {"code":400,"id":"odd","index":120,"message":"stance has no class \"sideways\"; it has against, favor, none"}
    {"code":400,"id":"odd","index":121,"message":"toxicity: a flag is answered with yes or no"}
    {"code":400,"id":"odd","index":122,"message":"a decision needs a label or an action"}
    {"code":400,"id":"odd","index":123,"message":"comment.text contains a NUL character"}
    {"code":413,"id":"odd","index":124,"message":"comment.text has 262145 bytes; at most 262144 are allowed"}
    {"code":400,"id":"c125","index":125,"message":"comment.id differs from the decision's"}
    {"code":400,"id":"c126","index":126,"message":"thread_id contains a NUL character"}
    "#);
    let store = store(&served);
    let all = Filter { view: View::All, scope: Scope::Everything, ..Filter::default() };
    assert_eq!(store.count(&all, "", 0).unwrap(), 241, "no comment of a refused one is left");
    store.verify().unwrap().unwrap();
}

#[test]
fn a_comment_that_is_there_is_taken_as_it_is_unless_its_text_is_another() {
    let served = served("");
    let made = with_comment("c1", TEXT, &json!({"action": "escalate"}));
    posted(&served, "/v1/decisions", &made);
    let edited = with_comment("c1", "I take all of that back.", &json!({"action": "approve"}));
    posted(&served, "/v1/decisions", &edited);
    assert_eq!(decided(&served, "c1"), ["anyone: approve"], "what was decided before was another text");
    let two = |thread: &str| {
        let mut made = with_comment("same", TEXT, &json!({"action": "approve"}));
        made["thread_id"] = thread.into();
        made
    };
    posted(&served, "/v1/decisions", &json!({"decisions": [two("x"), two("y")]}));
    let ambiguous = json!({"id": "same", "action": "approve"});
    assert_eq!(refused(&served.post("/v1/decisions", ambiguous.to_string())).0, 400);
}

#[test]
fn every_status_of_a_single_decision_is_documented() {
    let served = served("");
    let made = with_comment("c1", TEXT, &json!({"action": "reject"}));
    posted(&served, "/v1/decisions", &made);
    let comment: CommentIn<'_> = serde_json::from_str(r#"{"text":"Well said."}"#).unwrap();
    let mut queue = store(&served);
    Arrival::of(&served.app().live.now(), "c2", None, &comment).take_in(&mut queue, 0).unwrap();
    queue.purge(Purge::Comment { thread: None, id: "c2" }, "anyone", 0).unwrap();
    let document = crate::serve::api::openapi::document();
    let page = include_str!("../../../../docs/api.md");
    for (status, body) in [
        (400, with_comment("c3", TEXT, &json!({"labels": {"toxcity": true}}))),
        (404, json!({"id": "gone", "action": "approve"})),
        (409, json!({"id": "c1", "action": "approve"})),
        (410, json!({"id": "c2", "action": "approve"})),
        (413, with_comment("c3", &"a".repeat((256 << 10) + 1), &json!({"action": "reject"}))),
    ] {
        let answer = served.post("/v1/decisions", body.to_string());
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        let told = &document["paths"]["/v1/decisions"]["post"]["responses"][status.to_string()];
        assert!(told["description"].is_string(), "{status}");
        assert!(page.contains(&format!("| {status}")), "{status}");
    }
}

#[test]
fn a_decision_that_cannot_be_meant_is_refused_with_its_place() {
    let served = served("");
    let error = |body: Value| {
        let (status, message, field) = refused(&served.post("/v1/decisions", body.to_string()));
        format!("{status} {field}: {message}")
    };
    let errors = [
        error(json!([])),
        error(json!({"action": "approve"})),
        error(json!({"id": "c1", "action": "delete"})),
        error(json!({"id": "c1", "label": {"toxicity": true}})),
        error(json!({"id": "c1", "labels": {"toxicity": 1}})),
        error(json!({"id": "c1"})),
        error(json!({"id": "c2", "comment": {"id": "c3", "text": "a"}})),
        error(json!({"id": "c2", "comment": {"text": "a\0"}})),
        error(json!({"decisions": [{"id": "c1"}, {"id": "c2", "labels": []}]})),
        error(json!({"decisions": vec![json!({"id": "c1"}); 1001]})),
    ];
    insta::assert_snapshot!(errors.join("\n"), @r#"
    400 : the JSON cannot be read: it must be an object with an id, or with decisions
    400 : the JSON cannot be read: missing field `id` at line 1 column 20
    400 : the JSON cannot be read: unknown variant `delete`, expected one of `approve`, `reject`, `escalate` at line 1 column 18
    400 : the JSON cannot be read: unknown field `label`, expected one of `id`, `thread_id`, `action`, `labels`, `comment` at line 1 column 18
    400 : the JSON cannot be read: the answer to a flag must be true or false, to a stance its class at line 1 column 34
    404 : there is no comment "c1"
    400 comment.id: comment.id differs from the decision's
    400 comment.text: comment.text contains a NUL character
    400 : the JSON cannot be read: invalid type: sequence, expected a map at line 1 column 46
    413 decisions: decisions has 1001 entries; at most 1000 are allowed
    "#);
}

#[test]
fn a_key_that_may_decide_gives_its_name_to_what_it_decides() {
    let keys = "[[serve.keys]]\nname = \"rosa\"\nkey = \"a key for the editor\"\nscopes = [\"decide\"]";
    let served = served(keys);
    let made = with_comment("c1", TEXT, &json!({"action": "reject"}));
    assert_eq!(served.post("/v1/decisions", made.to_string()).status, 401);
    posted(&served, "/v1/decisions?key=a+key+for+the+editor", &made);
    assert_eq!(decided(&served, "c1"), ["rosa: reject"]);
    assert_eq!(served.get("/v1/labels?key=a+key+for+the+editor").status, 403);
}

#[test]
fn what_cannot_be_written_is_said_so() {
    let served = served("");
    served.app().writer.stop();
    let made = with_comment("c1", TEXT, &json!({"action": "reject"}));
    let answer = served.post("/v1/decisions", made.to_string());
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.headers.contains_key("retry-after"));
}
