//! `ombud serve`: it says where it listens, heeds signals, and does not start where it should not.

use rustix::process::Signal;

use super::serving::Serving;
use super::support::Dir;

#[test]
fn it_answers_names_its_model_and_ends_well_when_it_is_told_to() {
    let dir = Dir::with_model();
    for signal in [Signal::TERM, Signal::INT] {
        let serving = Serving::new(&dir, "-m tiny.model");
        let (head, body) = serving.ask("GET", "/healthz", "");
        assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("\r\nombud-model: tiny "), "{head}");
        assert_eq!(body, "ok\n");
        serving.signal(signal);
        assert_eq!(serving.ends(), Some(0));
    }
    assert!(!dir.names().contains(&"ombud.db".to_owned()), "nothing was decided");
}

#[test]
fn a_hang_up_reloads_everything_or_nothing() {
    let dir = Dir::with_model();
    let mut serving = Serving::new(&dir, "-m tiny.model");
    dir.put("ombud.toml", "[serve]\nlisten = \"here\"\n");
    serving.signal(Signal::HUP);
    let refused = serving.line("reload failed");
    assert!(refused.contains("ombud.toml, line 2"), "{refused}");
    dir.put("ombud.toml", "[thresholds]\nspam = 0.5\n");
    serving.signal(Signal::HUP);
    serving.line("settings reloaded");
    serving.line("the model has no flag");
    assert!(serving.ask("GET", "/metrics", "").1.contains("ombud_reloads_total{outcome=\"refused\"} 1"));
}

#[test]
fn requests_are_logged_where_that_is_asked_for_and_never_what_they_say() {
    let dir = Dir::with_model();
    let mut serving = Serving::new(&dir, "-m tiny.model --log requests");
    serving.ask("POST", "/nowhere?key=hidden", "a comment that is nobody's business");
    let line = serving.line("\"request\"");
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((line["path"].as_str(), line["status"].as_u64()), (Some("none"), Some(404)));
    assert!(!line.to_string().contains("hidden") && !line.to_string().contains("business"));
}

#[test]
fn nobody_waits_for_whoever_reads_the_log() {
    let rule = "[[serve.policy]]\nlabel = \"off_topic\"\nat = 0\nstatus = \"PREMOD\"\n";
    let dir = Dir::with_model().file("ombud.toml", format!("{rule}shadow = true\n{rule}"));
    let mut serving = Serving::new(&dir, "-m tiny.model");
    let batch = serde_json::json!({ "items": vec![serde_json::json!({ "text": "Well." }); 3000] }).to_string();
    // More lines than a pipe takes that nobody reads.
    let (head, _) = serving.ask("POST", "/v1/score", &batch);
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let metrics = serving.ask("GET", "/metrics", "").1;
    for mode in ["shadow", "done"] {
        assert!(metrics.contains(&format!("mode=\"{mode}\"}} 3000")), "{metrics}");
    }
    serving.line("\"shadow\"");
    assert!(!serving.line("\"policy\"").contains("\"done\""), "that is told only with each request");
    serving.signal(Signal::TERM);
    assert_eq!(serving.ends(), Some(0));
}

#[test]
fn it_does_not_start_where_it_should_not() {
    let dir = Dir::with_model().file("no.db", "no database").file("bad.toml", "[serve]\nlimits = 1\n");
    let serving = Serving::new(&dir, "-m tiny.model");
    let (taken, here) = (format!("serve --listen {}", serving.address), "serve --listen 127.0.0.1:0");
    for (arguments, status, said) in [
        ("serve --listen 0.0.0.0:0 -m tiny.model", 2, "can be reached from other machines, but there are no keys"),
        ("serve --listen localhost", 2, "invalid value 'localhost'"),
        (taken.as_str(), 1, "cannot listen on 127.0.0.1:"),
        (&format!("{here} -m no.db"), 1, "no.db"),
        (&format!("{here} --db no.db"), 1, "this is not a review database"),
        (&format!("{here} --config bad.toml"), 1, "bad.toml, line 2: invalid type"),
        (&format!("{here} --tls-certificate tiny.csv"), 2, "--tls-key"),
        (
            &format!("{here} --tls-certificate tiny.csv --tls-key tiny.csv"),
            1,
            "tiny.csv: the file contains no certificate",
        ),
    ] {
        dir.ombud(arguments).ends(status).warns(said);
    }
}
