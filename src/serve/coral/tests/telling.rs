//! Webhooks, and what is fetched for them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::coral::FakeCoral;
use super::{SECRET, asked, config, send};
use crate::queue::store::Store;
use crate::serve::coral::signature::sign;
use crate::serve::fixture::{Served, served};

/// Sends over the network, as only a server that runs fetches.
fn over_network(served: &Served, path: &str, body: &str) -> String {
    let head = format!("POST {path}");
    let signature = sign(body.as_bytes(), &[SECRET]);
    let request = format!(
        "{head} HTTP/1.1\r\nHost: ombud\r\nConnection: close\r\nX-Coral-Signature: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    served.raw(request.as_bytes())
}

fn event(kind: &str, data: &Value) -> String {
    let event = json!({
        "id": "e1", "type": kind, "data": data, "createdAt": "2026-11-28T12:00:00.000Z",
        "tenantID": "t1", "tenantDomain": "localhost",
    });
    serde_json::to_string_pretty(&event).unwrap()
}

fn tell(served: &Served, kind: &str, data: &Value) {
    let answer = over_network(served, "/coral/webhook", &event(kind, data));
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

/// Waits until it is there.
fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn title_and_text(served: &Served) -> Option<(Option<String>, Option<String>)> {
    let story = served.app().coral.known.story("s1", None, Instant::now()).found?;
    Some((story.title.clone(), story.text.clone()))
}

fn said(served: &Served, id: &str) -> Option<String> {
    served.app().coral.known.comment(id, Instant::now()).found.map(|text| text.to_string())
}

const DESCRIPTION: &str = "The vote was close.";

fn metadata() -> Value {
    json!({ "title": "Council closes library", "description": DESCRIPTION })
}

#[test]
fn events_of_any_kind_are_taken_without_anything_to_ask() {
    let served = served(&config("", ""));
    for kind in ["STORY_CREATED", "COMMENT_CREATED", "COMMENT_REPLY_CREATED", "COMMENT_LEFT_MODERATION_QUEUE", "NEW"] {
        let data = json!({ "storyID": "s1", "commentID": "c1", "status": "APPROVED" });
        assert_eq!(send(&served, "/coral/webhook", &event(kind, &data)).status, 204);
    }
}

#[test]
fn what_is_named_is_fetched_and_kept() {
    let coral = FakeCoral::start();
    {
        let mut has = coral.has.lock().unwrap();
        has.stories.insert("s1".to_owned(), coral.story("/library", &metadata()));
        let parent = json!({ "id": "c1", "body": "<div>Close it!</div>" });
        let reply = json!({
            "id": "c2", "body": "<blockquote>Close it!</blockquote><div>Never.</div>", "createdAt": "2026-11-28T12:00:00Z",
            "author": { "id": "u1" }, "parent": parent, "story": coral.story("/library", &metadata()),
        });
        has.comments.insert("c2".to_owned(), reply);
    }
    let mut served = served(&config(&coral.settings(), ""));
    served.run();
    tell(&served, "STORY_CREATED", &json!({ "storyID": "s1", "storyURL": "x", "siteID": "site1" }));
    let (title, text) = until(|| title_and_text(&served));
    assert_eq!((title.as_deref(), text.as_deref()), (Some("Council closes library"), Some(DESCRIPTION)));
    tell(&served, "COMMENT_REPLY_CREATED", &json!({ "storyID": "s1", "commentID": "c2", "ancestorIDs": ["c1"] }));
    assert_eq!(until(|| said(&served, "c2")), "> Close it!\n\nNever.");
    assert_eq!(until(|| said(&served, "c1")), "Close it!", "the parent comes along");
    served.stop().unwrap();
}

#[test]
fn what_a_phase_misses_is_there_the_next_time_and_asked_for_once() {
    let coral = FakeCoral::start();
    {
        let mut has = coral.has.lock().unwrap();
        has.stories.insert("s1".to_owned(), coral.story("/library", &metadata()));
        has.comments.insert("c1".to_owned(), json!({ "id": "c1", "body": "Close it!", "story": null }));
    }
    let mut served = served(&config(&coral.settings(), ""));
    served.run();
    for _ in 0..5 {
        let answer = over_network(&served, "/coral/moderate", &asked("<div>Never.</div>", Some("c1")));
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("{\"actions\":[]}"), "{answer}");
    }
    until(|| title_and_text(&served));
    assert_eq!(until(|| said(&served, "c1")), "Close it!");
    let mut asked = coral.has.lock().unwrap().asked.clone();
    asked.sort();
    assert_eq!(asked, ["comment c1", "story s1"]);
    served.stop().unwrap();
}

#[test]
fn the_page_of_a_story_is_read_where_that_is_wanted() {
    let coral = FakeCoral::start();
    // Coral has not read it yet.
    coral.has.lock().unwrap().stories.insert("s1".to_owned(), coral.story("/old/library", &Value::Null));
    let mut served = served(&config(&format!("{}\nread-articles = true", coral.settings()), ""));
    served.run();
    tell(&served, "STORY_CREATED", &json!({ "storyID": "s1" }));
    let (title, text) = until(|| title_and_text(&served).filter(|(_, text)| text.is_some()));
    assert_eq!(title.as_deref(), Some("Council votes to close the Harbour Road library"));
    assert!(text.unwrap().contains("9,000 signatures"));
    served.stop().unwrap();
}

#[test]
fn a_flagged_comment_comes_into_the_queue_where_that_is_wanted() {
    let coral = FakeCoral::start();
    {
        let mut has = coral.has.lock().unwrap();
        for (id, body) in
            [("bad", "<div>You are a stupid <i>idiot</i>. Go away.</div>"), ("good", "Thank you, well said.")]
        {
            let comment = json!({
                "id": id, "body": body, "createdAt": "2026-11-28T12:00:00Z", "author": { "id": "u1" },
                "parent": { "id": "c1", "body": "<div>Close it!</div>" }, "story": coral.story("/library", &metadata()),
            });
            has.comments.insert(id.to_owned(), comment);
        }
    }
    let mut served = served(&config(&format!("{}\nqueue = true", coral.settings()), ""));
    served.run();
    tell(&served, "COMMENT_CREATED", &json!({ "storyID": "s1", "commentID": "good" }));
    until(|| said(&served, "good"));
    for _ in 0..2 {
        tell(
            &served,
            "COMMENT_ENTERED_MODERATION_QUEUE",
            &json!({ "queue": "PENDING", "status": "PREMOD", "commentID": "bad" }),
        );
    }
    let path = served.folder.path().join("ombud.db");
    let thread = format!("http://{}/library", coral.address);
    let comments = until(|| {
        let comments = Store::open(&path).unwrap().thread(Some(&thread)).unwrap();
        (!comments.is_empty()).then_some(comments)
    });
    served.stop().unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.thread(Some(&thread)).unwrap().len(), 1, "told twice, and only what is flagged");
    let bad = &comments[0];
    assert_eq!((bad.source_id.as_str(), bad.text.as_str()), ("bad", "You are a stupid idiot. Go away."));
    assert_eq!((bad.parent_id.as_deref(), bad.parent_text.as_deref()), (Some("c1"), Some("Close it!")));
    assert_eq!(bad.article.title.as_deref(), Some("Council closes library"));
    let unranked = "SELECT EXISTS (SELECT 1 FROM setting WHERE name = 'unranked')";
    let waits: bool = store.connection.query_row(unranked, [], |row| row.get(0)).unwrap();
    assert!(waits, "the whole queue is put in order when it is opened, not for each comment");
    store.verify().unwrap().unwrap();
}

#[test]
fn a_coral_that_is_silent_or_refuses_costs_nothing_but_the_context() {
    // It takes connections, and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let coral = FakeCoral::start();
    coral.has.lock().unwrap().stories.insert("s1".to_owned(), coral.story("/library", &metadata()));
    for settings in [
        format!("graphql = \"http://{}/api/graphql\"", silent.local_addr().unwrap()),
        "graphql = \"http://127.0.0.1:1/api/graphql\"".to_owned(),
        coral.settings().replace("signed", "another"),
        coral.settings().replace("/api/graphql", "/elsewhere"),
        coral.settings().replace("/api/graphql", "/library"),
    ] {
        let mut served = served(&config(&settings, ""));
        served.run();
        for _ in 0..2 {
            let answer = over_network(&served, "/coral/moderate", &asked("Never.", Some("c1")));
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
        tell(&served, "STORY_CREATED", &json!({ "storyID": "s1" }));
        served.stop().unwrap();
        assert_eq!(title_and_text(&served), None, "{settings}");
    }
    assert!(coral.has.lock().unwrap().asked.is_empty());
}
