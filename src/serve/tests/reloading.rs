//! Model and settings are reloaded, and what is wrong with them changes nothing.

use std::sync::Arc;

use crate::model::model::Model;
use crate::model::verdict::{Outcome, Verdict};
use crate::serve::fixture::{Served, served};
use crate::serve::scoring::InContext;

const TEXT: &str = "You are all idiots and should be ashamed.";

fn put(served: &Served, config: &str) {
    std::fs::write(served.folder.path().join("ombud.toml"), config).unwrap();
}

fn verdict(served: &Served) -> Verdict {
    let loaded = served.app().live.now();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(served.app().scoring.score(&loaded, &InContext::of(TEXT), 0)).unwrap()
}

fn thresholds(served: &Served) -> Vec<f32> {
    let threshold = |outcome: &Outcome| match outcome {
        Outcome::Flag { threshold, .. } => Some(*threshold),
        Outcome::Stance { .. } => None,
    };
    verdict(served).outcomes.iter().filter_map(threshold).collect()
}

#[test]
fn a_policy_that_is_reloaded_holds_from_then_on() {
    let served = served("[thresholds]\ntoxicity = 0.25");
    let before = served.app().live.now();
    assert!(thresholds(&served).contains(&0.25));
    put(&served, "[thresholds]\ntoxicity = 0.375");
    assert!(thresholds(&served).contains(&0.25), "not before it is told to");
    served.handle.reload().unwrap();
    assert!(thresholds(&served).contains(&0.375));
    assert_eq!(before.hash(), served.app().live.now().hash());
    assert!(served.get("/metrics").body.contains("ombud_reloads_total{outcome=\"done\"} 1"));
}

#[test]
fn the_shares_of_a_model_go_with_it() {
    let served = served("");
    let shares = |hash: &str| {
        let is_own = |line: &str| {
            ["ombud_recent_share", "ombud_expected_share", "ombud_model_info"].iter().any(|name| line.starts_with(name))
                && line.contains(hash)
        };
        served.get("/metrics").body.lines().filter(|line| is_own(line)).count()
    };
    verdict(&served);
    let before = served.app().live.now().hash().to_owned();
    assert!(shares(&before) > 2);
    let mut model = Model::shipped().unwrap();
    model.metadata.name = "another".to_owned();
    model.metadata.hash = model.fingerprint();
    model.save(&served.folder.path().join("ombud.model")).unwrap();
    served.handle.reload().unwrap();
    let after = served.app().live.now().hash().to_owned();
    assert_ne!(before, after);
    assert_eq!(shares(&before), 0, "nothing would change them any more");
    assert!(shares(&after) > 1);
    assert!(served.get("/metrics").body.contains(&format!("ombud_comments_total{{model=\"{before}\"}} 1")));
}

#[test]
fn what_is_wrong_is_refused_and_the_old_one_goes_on() {
    let key = "[[serve.keys]]\nname = \"a\"\nkey = \"sixteen letters or more\"\nscopes = [\"score\"]\n";
    let mut served = served(key);
    let before = served.app().live.now();
    for wrong in [
        "[serve",
        "[serve]\nlisen = 1",
        "[thresholds]\ntoxicity = 2",
        "[[serve.policy]]\nlabel = \"toxcity\"\nstatus = \"PREMOD\"",
        "[serve.coral]\nsecrets-file = \"not there\"",
        "",
    ] {
        put(&served, wrong);
        let error = served.handle.reload().expect_err(wrong);
        assert!(!error.to_string().is_empty());
        assert!(Arc::ptr_eq(&before, &served.app().live.now()), "{wrong}: {error}");
    }
    // A model that a queue has learnt is looked for, too.
    put(&served, key);
    std::fs::write(served.folder.path().join("ombud.model"), "no model").unwrap();
    served.handle.reload().unwrap_err();
    assert!(served.get("/healthz").headers.contains_key("ombud-model"));
    served.run();
    served.stop().unwrap();
}
