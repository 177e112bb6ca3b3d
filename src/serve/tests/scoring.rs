//! Scores are those of `ombud score`.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;

use super::scoring_route;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::serve::fixture::served;
use crate::serve::router;
use crate::serve::scoring::InContext;
use crate::thread::comment::{Beside, Comment, Thread};

fn scorer() -> Scorer {
    Scorer::new(Arc::new(Model::shipped().unwrap()), &Site::default()).unwrap()
}

const TEXT: &str = "They must have been paid for this, and the library is none of their business, idiots.";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_comment_with_its_context_is_scored_as_a_row_with_these_columns() {
    let served = served("");
    let loaded = served.app().live.now();
    // Small ones are scored at once and large ones apart.
    for article in [None, Some("The council closes the library. "), Some(&*"It may not close. ".repeat(2000))] {
        let beside = Beside {
            target: Some("closing the library".to_owned()),
            parent_text: Some("Close it!".to_owned()),
            context: Some("A debate".to_owned()),
            article_title: Some("Council closes library".to_owned()),
            article_text: article.map(str::to_owned),
            ..Beside::default()
        };
        let cow = |text: &Option<String>| text.clone().map(Cow::Owned);
        let comment = InContext {
            target: cow(&beside.target),
            parent_text: cow(&beside.parent_text),
            article_title: cow(&beside.article_title),
            article_text: cow(&beside.article_text),
            context: cow(&beside.context),
            ..InContext::of(TEXT)
        };
        let row = Comment { id: "1".to_owned(), text: TEXT.to_owned(), beside, ..Comment::default() };
        let rows = Thread { comments: vec![row], unrelated: true, ..Thread::default() };
        let expected = scorer().thread(&rows, 3).unwrap();
        let scored = runtime().block_on(served.app().scoring.score(&loaded, &comment, 3)).unwrap();
        assert_eq!(scored, expected[0]);
    }
}

#[test]
fn what_was_scored_is_counted_by_label_and_named_by_model() {
    let served = served("");
    let router = router::with(served.app(), scoring_route());
    for _ in 0..3 {
        let answer = served.ask(&router, Request::post("/test/score").body(Body::from(TEXT)).unwrap());
        assert_eq!(answer.status, 200, "{}", answer.body);
        let model = Model::shipped().unwrap().metadata;
        assert_eq!(answer.headers["ombud-model"], format!("{} {}", model.name, model.hash).as_str());
    }
    let metrics = served.get("/metrics");
    assert_eq!(metrics.status, 200);
    let hash = Model::shipped().unwrap().metadata.hash;
    let has =
        |line: String| assert!(metrics.body.lines().any(|own| own.starts_with(&line)), "{line}: {}", metrics.body);
    has(format!("ombud_comments_total{{model=\"{hash}\"}} 3"));
    has("ombud_requests_total{route=\"/test/score\",status=\"200\"} 3".to_owned());
    has("ombud_request_seconds_count{route=\"/test/score\"} 3".to_owned());
    has(format!("ombud_recent_share{{model=\"{hash}\",label=\"toxicity\",class=\"\"}}"));
    has(format!("ombud_expected_share{{model=\"{hash}\",label=\"toxicity\",class=\"\"}}"));
    has(format!("ombud_verdicts_total{{model=\"{hash}\",label=\"insult\",verdict="));
    assert!(!metrics.body.contains("library"), "no word of a comment is told");
}

#[test]
fn what_has_nothing_to_be_towards_is_counted_as_that_and_is_no_drift() {
    let served = served("");
    let hash = served.app().live.now().hash().to_owned();
    let has = |line: &str| served.get("/metrics").body.lines().any(|own| own.starts_with(line));
    let score = |comment: &InContext<'_>| {
        let loaded = served.app().live.now();
        runtime().block_on(served.app().scoring.score(&loaded, comment, 0)).unwrap()
    };
    score(&InContext::of(TEXT));
    score(&InContext::of(""));
    let recent = format!("ombud_recent_share{{model=\"{hash}\",label=\"stance\",");
    assert!(has(&format!("ombud_verdicts_total{{model=\"{hash}\",label=\"stance\",verdict=\"not_given\"}} 2")));
    assert!(has(&format!("ombud_verdicts_total{{model=\"{hash}\",label=\"stance\",verdict=\"none\"}} 0")));
    assert!(has(&format!("ombud_verdicts_total{{model=\"{hash}\",label=\"toxicity\",verdict=\"not_given\"}} 1")));
    assert!(!has(&recent), "nobody knows");
    score(&InContext { article_title: Some("Council closes library".into()), ..InContext::of(TEXT) });
    assert!(has(&recent));
}
