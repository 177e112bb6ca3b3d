//! What the model is, and how another takes its place.

use axum::http::Method;

use crate::serve::api::tests::refused;
use crate::serve::fixture::served;

#[test]
fn labels_tell_what_holds_here() {
    let served = served("[thresholds]\ntoxicity = 0.25");
    let labels = served.get("/v1/labels").json();
    assert_eq!(labels["model"]["name"], served.app().live.now().name());
    let of = |name: &str| {
        let list = labels["labels"].as_array().unwrap();
        list.iter().find(|label| label["name"] == name).unwrap_or_else(|| panic!("{name}: {labels}")).clone()
    };
    assert_eq!((&of("toxicity")["kind"], &of("toxicity")["threshold"]), (&"flag".into(), &0.25.into()));
    let stance = of("stance");
    assert_eq!(stance["kind"], "stance");
    assert_eq!(stance["classes"].as_array().unwrap().len(), stance["base_rates"].as_object().unwrap().len());
    assert!(stance["abstains"].is_boolean() && stance["needs_target"].is_boolean());
}

#[test]
fn models_tell_what_they_were_trained_on_and_are_worth() {
    let served = served("");
    let models = served.get("/v1/models").json();
    let model = &models["models"][0];
    assert_eq!(model["hash"], served.app().live.now().hash());
    assert!(model["rows"].as_u64().unwrap() > 1000);
    assert!(model["sources"][0]["rows"].as_u64().unwrap() > 0);
    assert!(model["labels"].as_array().unwrap().iter().any(|label| label["figures"]["macro_f1"]["value"].is_number()));
}

#[test]
fn settings_are_reloaded_when_told_and_refused_where_they_are_wrong() {
    let served = served("");
    let put = |text: &str| std::fs::write(served.folder.path().join("ombud.toml"), text).unwrap();
    let threshold = || {
        let labels = served.get("/v1/labels").json();
        let list = labels["labels"].as_array().unwrap().clone();
        list.into_iter().find(|label| label["name"] == "toxicity").unwrap()["threshold"].clone()
    };
    put("[thresholds]\ntoxicity = 0.375");
    let answer = served.send(Method::POST, "/v1/admin/reload", "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["model"]["hash"], served.app().live.now().hash());
    assert_eq!(threshold(), 0.375);
    put("[thresholds]\ntoxicity = 2");
    let (status, message, _) = refused(&served.post("/v1/admin/reload", ""));
    assert_eq!(status, 422);
    assert!(message.contains("toxicity"), "{message}");
    assert_eq!(threshold(), 0.375);
    put("[[serve.keys]]\nname = \"a\"\nkey = \"sixteen letters or more\"\nscopes = [\"score\"]\n");
    assert_eq!(served.post("/v1/admin/reload", "").status, 200);
    assert_eq!(served.post("/v1/admin/reload", "").status, 401);
    assert_eq!(served.post("/v1/admin/reload?key=sixteen+letters+or+more", "").status, 403);
}

#[test]
fn the_settings_and_figures_of_the_documents_are_real() {
    let served = served(include_str!("../../../../docs/deploy/ombud.toml"));
    let loaded = served.app().live.now();
    assert!(!loaded.keys.is_empty() && !loaded.rules.is_empty() && loaded.notes.is_empty(), "{:?}", loaded.notes);
    let described = include_str!("../../../../docs/deploy/README.md");
    let source = include_str!("../../telemetry.rs");
    for name in
        described.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).filter(|word| word.starts_with("ombud_"))
    {
        let name = name.trim_end_matches("_bucket");
        assert!(source.contains(&format!("\"{name}\"")), "{name}");
    }
}
