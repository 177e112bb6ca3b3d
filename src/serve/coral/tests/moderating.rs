//! What the phase says of comments.

use std::time::Instant;

use serde_json::{Value, json};

use super::{asked, config, moderated, send};
use crate::serve::coral::known::Story;
use crate::serve::fixture::{Served, served};

const CLEAN: &str = "<div>Thank you, that was well explained.</div>";
const INSULT: &str = "<div>You are a <b>stupid idiot</b>.</div><div>Go away.</div>";

const POLICY: &str = r#"
    [[serve.policy]]
    label = "insult"
    at = 0.9
    status = "REJECTED"
    rejection = "ABUSIVE"
    flag = "COMMENT_DETECTED_TOXIC"
"#;

fn with(rule: &str) -> Served {
    served(&config("", &format!("[[serve.policy]]\nlabel = \"insult\"\nat = 0.9\n{rule}")))
}

#[test]
fn a_clean_comment_gets_an_answer_that_says_so() {
    let served = served(&config("", POLICY));
    assert_eq!(moderated(&served, CLEAN), json!({ "actions": [] }));
    // A rating, or a picture alone.
    assert_eq!(moderated(&served, ""), json!({ "actions": [] }));
    assert_eq!(moderated(&served, "<div><br></div>"), json!({ "actions": [] }));
}

#[test]
fn each_kind_of_policy_is_answered_as_coral_takes_it() {
    let flag = json!([{ "actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC" }]);
    let flagged = with("flag = \"COMMENT_DETECTED_TOXIC\"");
    assert_eq!(moderated(&flagged, INSULT), json!({ "actions": flag }));
    let withheld = with("flag = \"COMMENT_DETECTED_TOXIC\"\nstatus = \"SYSTEM_WITHHELD\"");
    assert_eq!(moderated(&withheld, INSULT), json!({ "actions": flag, "status": "SYSTEM_WITHHELD" }));
    let premod = with("status = \"PREMOD\"");
    assert_eq!(moderated(&premod, INSULT), json!({ "actions": [], "status": "PREMOD" }));
    let rejected = moderated(&served(&config("", POLICY)), INSULT);
    let reason = &rejected["moderationAction"]["rejectionReason"];
    assert_eq!(
        (&rejected["status"], &rejected["moderationAction"]["status"]),
        (&json!("REJECTED"), &json!("REJECTED"))
    );
    assert_eq!(reason["code"], "ABUSIVE");
    let why = reason["detailedExplanation"].as_str().unwrap();
    assert!(why.starts_with("insult 9") && why.contains(" %: “") && why.contains("idiot"), "{why}");
}

#[test]
fn html_plain_text_and_edits_are_judged_alike() {
    let served = served(&config("", POLICY));
    let plain = moderated(&served, "You are a stupid idiot.\nGo away.");
    assert_eq!(plain["status"], "REJECTED");
    assert_eq!(moderated(&served, INSULT), plain);
    let edited = asked(INSULT, None).replace("NEW", "EDIT");
    assert_eq!(send(&served, "/coral/moderate", &edited).json(), plain);
    // What is quoted is somebody else's.
    let quoted = "<blockquote>You are a stupid idiot.</blockquote><div>Please keep it civil, all of you.</div>";
    assert_eq!(moderated(&served, quoted), json!({ "actions": [] }));
}

#[test]
fn in_shadow_mode_it_is_counted_and_nothing_is_done() {
    let served = with("status = \"PREMOD\"\nshadow = true");
    let counted = |n: usize| {
        let metrics = served.get("/metrics").body;
        let line = format!(
            "ombud_policy_total{{rule=\"1\",label=\"insult\",class=\"\",action=\"PREMOD\",mode=\"shadow\"}} {n}"
        );
        assert!(metrics.lines().any(|own| own == line), "{metrics}");
    };
    counted(0);
    assert_eq!(moderated(&served, INSULT), json!({ "actions": [] }));
    counted(1);
}

/// The probability of a label, in percent, as a rejection tells it.
fn percent(answer: &Value) -> u32 {
    let why = answer["moderationAction"]["rejectionReason"]["detailedExplanation"].as_str().unwrap();
    why.split(' ').find_map(|word| word.parse().ok()).unwrap_or_else(|| panic!("{why}"))
}

const OFF_TOPIC: &str = "[[serve.policy]]\nlabel = \"off_topic\"\nat = 0.0\nstatus = \"REJECTED\"";

fn library() -> Story {
    Story {
        id: "s1".to_owned(),
        url: Some("https://news.example/library".to_owned()),
        title: Some("Council votes to close the Harbour Road library".to_owned()),
        text: Some(
            "The council voted on Tuesday to close the Harbour Road library. Its books go to the central library."
                .to_owned(),
        ),
    }
}

#[test]
fn story_and_parent_count_where_they_are_known() {
    let served = served(&config("", OFF_TOPIC));
    let known = &served.app().coral.known;
    let ask =
        |body: &str, parent: Option<&str>| percent(&send(&served, "/coral/moderate", &asked(body, parent)).json());
    let on_topic = "The library should stay open: closing it saves the council nothing.";
    let elsewhere = "My phone keeps losing its battery since the last update, does anybody know a good repair shop?";
    let before = [ask(on_topic, None), ask(elsewhere, None)];
    known.keep_story(library(), Instant::now());
    let after = [ask(on_topic, None), ask(elsewhere, None)];
    assert!(after[0] < before[0] && after[1] > before[1], "{before:?} {after:?}");
    let reply = [ask(elsewhere, Some("c1")), {
        known.keep_comment(
            "c1",
            "Has anybody got a phone whose battery lasts a day after the update?".to_owned(),
            Instant::now(),
        );
        ask(elsewhere, Some("c1"))
    }];
    assert!(reply[0] == after[1] && reply[1] != reply[0], "{reply:?}");
}

#[test]
fn a_story_is_found_by_its_address_where_its_id_is_new() {
    let served = served(&config("", OFF_TOPIC));
    served.app().coral.known.keep_story(Story { id: "other".to_owned(), ..library() }, Instant::now());
    let ask = |body: &str| percent(&send(&served, "/coral/moderate", body).json());
    let text = "My phone keeps losing its battery since the last update, does anybody know a good repair shop?";
    let with_story = ask(&asked(text, None));
    assert_ne!(with_story, ask(&asked(text, None).replace("/library", "/elsewhere")));
}

#[test]
fn only_what_is_needed_has_to_be_there_and_more_may_be() {
    let served = served(&config("", POLICY));
    for body in [
        json!({ "comment": { "body": "You are a stupid idiot. Go away." } }),
        json!({ "comment": { "body": "You are a stupid idiot. Go away.", "parentID": "", "new": [null] }, "story": null }),
        json!({ "comment": { "body": "You are a stupid idiot. Go away." }, "story": { "id": "s\n1" }, "media": {} }),
    ] {
        assert_eq!(send(&served, "/coral/moderate", &body.to_string()).json()["status"], "REJECTED", "{body}");
    }
}

#[test]
fn rules_that_differ_in_little_are_counted_apart() {
    let rule = "[[serve.policy]]\nlabel = \"stance\"\nclass = \"against\"\nstatus = \"PREMOD\"\nshadow = true\n";
    let rules = ["1.0", "0.0"].map(|at| format!("{rule}at = {at}\n")).concat();
    let served = served(&config("", &rules));
    let counted = || {
        let metrics = served.get("/metrics").body;
        let lines = metrics.lines().filter_map(|line| line.strip_prefix("ombud_policy_total")).map(str::to_owned);
        lines.filter(|line| !line.ends_with(" 0")).collect::<Vec<_>>()
    };
    moderated(&served, CLEAN);
    assert_eq!(counted(), [""; 0], "there is nothing that a stance could be towards");
    served.app().coral.known.keep_story(library(), Instant::now());
    moderated(&served, CLEAN);
    let line = "{rule=\"2\",label=\"stance\",class=\"against\",action=\"PREMOD\",mode=\"shadow\"} 1";
    assert_eq!(counted(), [line]);
}

#[test]
fn of_a_long_comment_the_beginning_is_judged() {
    let served = served(&config("", POLICY));
    let clean = format!("<p>{}</p>", "Quite so. ".repeat(2048));
    let insults = format!("<p>{}</p>", "You are a stupid idiot. ".repeat(4000));
    assert_eq!(moderated(&served, &format!("{insults}{clean}"))["status"], "REJECTED");
    assert_eq!(moderated(&served, &format!("{clean}{insults}")), json!({ "actions": [] }));
}

#[test]
fn an_endless_comment_is_judged_too() {
    let served = served(&config("", POLICY));
    let long = format!("<div>{}</div>", "You are a stupid idiot. ".repeat(4000));
    assert_eq!(moderated(&served, &long)["status"], "REJECTED");
    let deep = format!("{}You are a stupid idiot.", "<div>".repeat(20_000));
    assert_eq!(moderated(&served, &deep)["status"], "REJECTED");
}
