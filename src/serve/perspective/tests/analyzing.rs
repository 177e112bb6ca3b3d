//! `comments:analyze`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{ANALYZE, summary};
use crate::features::input::Input;
use crate::model::model::Model;
use crate::model::scorer::Scorer;
use crate::model::site::Site;
use crate::model::verdict::Outcome;
use crate::serve::fixture::served;
use crate::serve::perspective::analyze::is_answered_at_once;

const IDIOT: &str = "what kind of idiot name is foo?";

/// What the library says of a label.
fn scored(input: &Input<'_>, label: &str) -> Outcome {
    let model = Arc::new(Model::shipped().unwrap());
    let at = model.labels().iter().position(|own| own.name == label).unwrap();
    Scorer::new(model, &Site::default()).unwrap().verdict(input, 0).outcomes.swap_remove(at)
}

/// The flag's probability as JSON has it.
fn p(input: &Input<'_>, flag: &str) -> Value {
    match scored(input, flag) {
        Outcome::Flag { p: Some(p), .. } => serde_json::to_string(&p).unwrap().parse().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_recorded_request_is_answered_in_the_recorded_form() {
    let served = served("");
    let body = json!({ "comment": { "text": IDIOT }, "requestedAttributes": { "TOXICITY": {}, "INSULT": {} } });
    let of = |flag| {
        let value = p(&Input::of(IDIOT), flag);
        json!({
            "spanScores": [{ "begin": 0, "end": 31, "score": { "value": value, "type": "PROBABILITY" } }],
            "summaryScore": { "value": value, "type": "PROBABILITY" },
        })
    };
    let expected = json!({
        "attributeScores": { "TOXICITY": of("toxicity"), "INSULT": of("insult") },
        "languages": ["en"],
        "detectedLanguages": ["en"],
    });
    let answer = served.analyze(&body);
    assert_eq!(answer.json(), expected);
    assert_eq!(answer.headers["content-type"], "application/json; charset=UTF-8");
    // Under every address that clients make of it, and with what they put behind it.
    for path in [
        "/comments:analyze",
        "/comments%3Aanalyze",
        "/comments%3aanalyze",
        "/v1alpha1/comments%3Aanalyze",
        "/v1alpha1/comments%3aanalyze",
    ] {
        let answer = served.post(&format!("{path}?key=any&alt=json&$.xgafv=2&prettyPrint=false"), body.to_string());
        assert_eq!(answer.json(), expected, "{path}");
    }
}

#[test]
fn requests_of_clients_are_answered() {
    let served = served("[serve.perspective]\naliases = { LIKELY_TO_REJECT = \"toxicity\" }");
    let attributes = |body: Value| {
        let answer = served.analyzed(&body);
        let scores = answer["attributeScores"].as_object().unwrap();
        for (name, scores) in scores {
            assert!(!scores["spanScores"].as_array().unwrap().is_empty(), "{name}");
            assert_eq!(scores["summaryScore"]["type"], "PROBABILITY");
        }
        let mut names: Vec<&str> = scores.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.join(" ")
    };
    // Coral.
    let coral = json!({
        "comment": { "text": "hello there" }, "doNotStore": true, "requestedAttributes": { "TOXICITY": {} },
        "languages": ["fr"],
    });
    assert_eq!(served.analyzed(&coral)["languages"], json!(["fr"]));
    // A plugin of Discourse.
    let discourse = json!({
        "comment": { "text": "hello there" }, "doNotStore": true, "sessionId": "https://forum.example_7",
        "requestedAttributes": { "TOXICITY": { "scoreType": "PROBABILITY" } },
    });
    assert_eq!(attributes(discourse), "TOXICITY");
    // OSMod, by googleapis; of its attributes some are nobody's here.
    let osmod = json!({
        "comment": { "text": "hello there. Well." },
        "context": { "entries": [{ "text": "Council closes library" }, { "text": "Close it!" }] },
        "requestedAttributes": { "TOXICITY@6": {}, "INSULT": {}, "LIKELY_TO_REJECT@2": {}, "SPAM": {} },
        "languages": ["en"], "clientToken": "OsmodAssistantV0_request7", "spanAnnotations": true,
        "dropUnsupportedAttributes": true,
    });
    assert_eq!(served.analyzed(&osmod)["clientToken"], "OsmodAssistantV0_request7");
    assert_eq!(attributes(osmod), "INSULT LIKELY_TO_REJECT@2 TOXICITY@6");
    // A crate that sends every field, also where it has nothing to say.
    let filled = json!({
        "comment": { "text": "hello there", "type": "" }, "languages": [""], "clientToken": "", "sessionId": "",
        "communityId": "", "doNotStore": false, "spanAnnotations": false,
        "context": { "entries": [], "articleAndParentComment": { "article": { "text": "", "type": "" } } },
        "requestedAttributes": { "TOXICITY": { "scoreType": "", "scoreThreshold": 0 } },
    });
    assert_eq!(served.analyzed(&filled)["languages"], json!(["en"]));
    assert_eq!(served.analyzed(&filled).get("clientToken"), None);
    assert_eq!(attributes(filled), "TOXICITY");
    // Null is as good as nothing, and names may be those of protocol buffers.
    let nulls = json!({
        "comment": { "text": "hello there", "type": null }, "context": null, "languages": null, "clientToken": null,
        "spanAnnotations": null, "requested_attributes": { "TOXICITY": null }, "do_not_store": null, "whatever": [{}],
    });
    assert_eq!(attributes(nulls), "TOXICITY");
}

#[test]
fn what_lies_below_its_threshold_is_left_out() {
    let served = served("");
    let names = |threshold: Value| {
        let body = json!({
            "comment": { "text": IDIOT },
            "requestedAttributes": { "TOXICITY": { "scoreThreshold": threshold }, "OFF_TOPIC": {} },
        });
        served.analyzed(&body)["attributeScores"].as_object().unwrap().len()
    };
    assert_eq!([names(json!(0.01)), names(json!("0.01")), names(json!(1)), names(Value::Null)], [2, 2, 1, 2]);
}

#[test]
fn each_sentence_has_its_span_in_utf_16_and_the_summary_is_that_of_the_whole() {
    let served = served("");
    let text = "😀 I like this. You are a complete idiot! <br> \n So there.";
    let body = json!({
        "comment": { "text": text }, "requestedAttributes": { "TOXICITY": {} }, "spanAnnotations": true,
    });
    let answer = served.analyzed(&body);
    let units: Vec<u16> = text.encode_utf16().collect();
    let spans = answer["attributeScores"]["TOXICITY"]["spanScores"].as_array().unwrap();
    let expected = ["😀 I like this.", "You are a complete idiot!", "So there."];
    assert_eq!(spans.len(), expected.len(), "{answer}");
    for (span, sentence) in spans.iter().zip(expected) {
        let [begin, end] = ["begin", "end"].map(|end| span[end].as_u64().unwrap() as usize);
        assert_eq!(String::from_utf16(&units[begin..end]).unwrap(), sentence);
        assert_eq!(span["score"], json!({ "value": p(&Input::of(sentence), "toxicity"), "type": "PROBABILITY" }));
    }
    let whole = json!({ "value": p(&Input::of(text), "toxicity"), "type": "PROBABILITY" });
    assert_eq!(answer["attributeScores"]["TOXICITY"]["summaryScore"], whole);
    // Long ones are scored on another thread, and the whole has one span unless asked otherwise.
    let long = "All is well here. ".repeat(1000);
    let body = |spans: bool| {
        let body = json!({
            "comment": { "text": long }, "requestedAttributes": { "TOXICITY": {} }, "spanAnnotations": spans,
        });
        served.analyzed(&body)["attributeScores"]["TOXICITY"]["spanScores"].as_array().unwrap().clone()
    };
    assert_eq!(body(true).len(), 200);
    let [whole] = &body(false)[..] else { panic!("one") };
    assert_eq!((&whole["begin"], &whole["end"]), (&json!(0), &json!(18_000)));
}

#[test]
fn a_large_request_is_read_apart_and_answered_alike() {
    let served = served("");
    let body = |unread: usize| {
        json!({
            "comment": { "text": "Well. No." }, "requestedAttributes": { "TOXICITY": {} }, "spanAnnotations": true,
            "unread": "a".repeat(unread),
        })
    };
    // By sentence there may be many scores in it.
    let at_once = |unread: usize| [false, true].map(|each| is_answered_at_once(body(unread).to_string().len(), each));
    assert_eq!([100, 3000, 20_000].map(at_once), [[true, true], [true, false], [false, false]]);
    let [small, middling, large] = [100, 3000, 20_000].map(|unread| served.analyzed(&body(unread)));
    assert_eq!((&small, &small), (&middling, &large));
}

#[test]
fn what_has_many_scores_is_told_alike() {
    let served = served("");
    let text = "All is well here. ".repeat(150);
    let ask = |names: usize| {
        let attributes: serde_json::Map<String, Value> =
            (0..names).map(|at| (format!("TOXICITY@{at}"), json!({}))).collect();
        let body = json!({
            "comment": { "text": text }, "requestedAttributes": attributes, "spanAnnotations": true,
            "languages": ["en", "fr"], "clientToken": "t",
        });
        served.analyze(&body)
    };
    let few = ask(1).json();
    let many = ask(100);
    assert_eq!(many.status, 200, "{}", many.body);
    let many = many.json();
    let scores = many["attributeScores"].as_object().unwrap();
    assert_eq!(scores.len(), 100);
    assert!(scores.values().all(|own| *own == few["attributeScores"]["TOXICITY@0"]));
    for field in ["languages", "detectedLanguages", "clientToken"] {
        assert_eq!(many[field], few[field]);
    }
    assert_eq!(ask(101).status, 400);
}

#[test]
fn half_of_a_character_is_no_reason_to_let_a_comment_through() {
    let served = served("");
    let body = r#"{"comment":{"text":"You idiot \ud83d"},"requestedAttributes":{"TOXICITY":{}}}"#;
    let answer = served.post(ANALYZE, body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    assert_eq!(answer["attributeScores"]["TOXICITY"]["spanScores"][0]["end"], 11);
    let whole = p(&Input::of("You idiot \u{FFFD}"), "toxicity");
    assert_eq!(answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"], whole);
}

#[test]
fn context_counts_in_both_forms() {
    let served = served("");
    let comment = "They must have been paid for this.";
    let ask = |context: Value| {
        let body = json!({
            "comment": { "text": comment }, "context": context,
            "requestedAttributes": { "OFF_TOPIC": {}, "STANCE_FAVOR": {} }, "dropUnsupportedAttributes": true,
        });
        served.analyzed(&body)
    };
    let input = Input {
        article_title: Some("Council closes library"),
        article_text: Some("It was decided on Tuesday."),
        parent_text: Some("Close it!"),
        ..Input::of(comment)
    };
    let article = "Council closes library\n\nIt was decided on Tuesday.";
    let entries = ask(json!({ "entries": [{ "text": article }, { "text": "Close it!" }] }));
    let pair = ask(json!({
        "articleAndParentComment": { "article": { "text": article }, "parentComment": { "text": "Close it!" } }
    }));
    let alone = ask(Value::Null);
    let note = r#"{"url":"https://news.example/a?commentID=c1","Coral_comment_id":"c1"}"#;
    let noted = ask(json!({ "entries": [{ "text": note }] }));
    assert_eq!(entries, pair);
    let off_topic = p(&Input { article_title: Some(note), ..Input::of(comment) }, "off_topic");
    assert_eq!(noted["attributeScores"]["OFF_TOPIC"]["summaryScore"]["value"], off_topic, "it is a text here");
    assert_eq!(entries["attributeScores"]["OFF_TOPIC"]["summaryScore"]["value"], p(&input, "off_topic"));
    assert!((summary(&entries, "OFF_TOPIC") - summary(&alone, "OFF_TOPIC")).abs() > 1e-4);
    // Also where nothing is promised of a side, its probability is given.
    let Outcome::Stance { p, .. } = scored(&input, "stance") else { panic!("a stance") };
    let at = Model::shipped().unwrap().labels()[0].classes().iter().position(|class| class == "favor").unwrap();
    assert!((summary(&entries, "STANCE_FAVOR") - f64::from(p[at])).abs() < 1e-6);
}

#[test]
fn a_stance_is_towards_something() {
    let served = served("");
    let body = |drop: bool| {
        json!({
            "comment": { "text": "They must not." }, "requestedAttributes": { "STANCE_AGAINST": {}, "TOXICITY": {} },
            "dropUnsupportedAttributes": drop,
        })
    };
    let model = Model::shipped().unwrap();
    let needs = matches!(
        scored(&Input::of("They must not."), "stance"),
        Outcome::Stance { class: Err(crate::model::verdict::Why::NoTarget), .. }
    );
    assert!(needs, "{}", model.metadata.name);
    let refused = served.analyze(&body(false));
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("STANCE_AGAINST needs the article"), "{}", refused.body);
    let answer = served.analyzed(&body(true));
    assert_eq!(answer["attributeScores"].as_object().unwrap().keys().collect::<Vec<_>>(), ["TOXICITY"]);
}

#[test]
fn no_language_is_refused() {
    let served = served("");
    let german = "Der Gemeinderat hat am Dienstag beschlossen, die Bücherei am Hafen zu schließen.";
    let ask = |text: &str, languages: Value| {
        let body =
            json!({ "comment": { "text": text }, "languages": languages, "requestedAttributes": { "TOXICITY": {} } });
        let answer = served.analyzed(&body);
        (answer["languages"].clone(), answer["detectedLanguages"].clone())
    };
    assert_eq!(ask(german, Value::Null), (json!(["de"]), json!(["de"])));
    assert_eq!(ask(german, json!(["om", "hi-Latn"])), (json!(["om", "hi-Latn"]), json!(["de"])));
    // Short ones that were taken for Italian, Zulu or nothing at all.
    for text in ["yo hamburger", "😀😀", "1234", "ok"] {
        assert_eq!(ask(text, Value::Null), (json!(["en"]), json!(["en"])), "{text}");
    }
}

#[test]
fn nothing_of_what_is_analyzed_is_kept() {
    let served = served("");
    served.analyzed(&json!({ "comment": { "text": IDIOT }, "requestedAttributes": { "TOXICITY": {} } }));
    let store = crate::queue::store::Store::open(&served.folder.path().join("ombud.db")).unwrap();
    assert!(store.threads().unwrap().is_empty());
}
