//! Who may do what.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderName, Request};

use super::scoring_route;
use crate::serve::fixture::{Answer, Served, served};
use crate::serve::options::ServeOptions;
use crate::serve::router;
use crate::serve::server::Server;

const KEYS: &str = r#"
    [[serve.keys]]
    name = "editor"
    key = "a key for the editor"
    scopes = ["score"]
    rate = 1
    burst = 2
    [[serve.keys]]
    name = "prometheus"
    key = "a key for figures"
    scopes = ["metrics"]
"#;

fn score(served: &Served, header: Option<(HeaderName, &str)>) -> Answer {
    let request = Request::post("/test/score");
    let request = header.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    served.ask(&router::with(served.app(), scoring_route()), request.body(Body::from("Well.")).unwrap())
}

fn with(served: &Served, authorization: &str) -> Answer {
    score(served, Some((AUTHORIZATION, authorization)))
}

#[test]
fn with_keys_one_is_needed_that_has_the_scope_and_is_not_used_up() {
    let served = served(KEYS);
    assert_eq!(score(&served, None).status, 401);
    assert_eq!(with(&served, "Bearer a key for nobody").status, 401);
    assert_eq!(with(&served, "Bearer a key for figures").status, 403);
    let answers = [(); 3].map(|()| with(&served, "Bearer a key for the editor"));
    assert_eq!(answers.each_ref().map(|answer| answer.status.as_u16()), [200, 200, 429]);
    assert_eq!(answers[2].headers[RETRY_AFTER], "1");
    let figures = Request::get("/metrics?key=a+key+for+figures").header(AUTHORIZATION, "Bearer a token for a proxy");
    let answer = served.ask(&router::router(served.app()), figures.body(Body::empty()).unwrap());
    assert_eq!(answer.status, 200, "a key that is not known here does not hide one that is");
    assert_eq!(served.get("/healthz").status, 200);
    assert_eq!(served.get("/metrics").status, 401);
    assert_eq!(served.get("/metrics?key=a%20key%20for%20figures").status, 200);
}

#[test]
fn without_keys_all_is_open_but_to_pages_of_other_sites() {
    let served = served("");
    assert_eq!(score(&served, None).status, 200);
    assert_eq!(with(&served, "Bearer whatever").status, 200);
    assert_eq!(score(&served, Some((ORIGIN, "https://evil.example"))).status, 403);
}

#[test]
fn what_a_proxy_passes_on_from_other_machines_needs_a_key() {
    let ask = |served: &Served, path: &str, headers: &[(HeaderName, &str)]| {
        let request = Request::post(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, *value));
        served.ask(&router::with(served.app(), scoring_route()), request.body(Body::from("Well.")).unwrap())
    };
    let open = served("");
    for passed_on in [
        (HeaderName::from_static("forwarded"), "for=203.0.113.7"),
        (HeaderName::from_static("x-forwarded-for"), "203.0.113.7"),
        (HeaderName::from_static("x-real-ip"), "203.0.113.7"),
        (HOST, "ombud.example"),
    ] {
        for path in ["/test/score", "/v1/score", "/v1/admin/reload", "/coral/moderate", "/v1alpha1/comments:analyze"] {
            let answer = ask(&open, path, std::slice::from_ref(&passed_on));
            assert_eq!(answer.status, 403, "{path} {passed_on:?}: {}", answer.body);
            assert!(answer.body.contains("[[serve.keys]]"), "{}", answer.body);
        }
        let with_key = (AUTHORIZATION, "Bearer a key for the editor");
        assert_eq!(ask(&served(KEYS), "/test/score", &[passed_on, with_key]).status, 200);
    }
    assert_eq!(ask(&open, "/test/score", &[(HOST, "127.0.0.1:8475")]).status, 200);
}

#[test]
fn it_does_not_listen_to_others_without_keys() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("ombud.toml");
    let bind = |text: &str| {
        std::fs::write(&config, text).unwrap();
        let options = ServeOptions {
            listen: Some("0.0.0.0:0".parse().unwrap()),
            config: Some(config.clone()),
            ..ServeOptions::default()
        };
        Server::bind(options).map(|server| server.address().port())
    };
    let error = bind("").unwrap_err();
    assert!(error.is_usage(), "{error}");
    assert_ne!(bind(KEYS).unwrap(), 0);
    let public = "[serve]\nlisten = \"127.0.0.1:0\"\npublic-url = \"https://ombud.example\"\n";
    std::fs::write(&config, public).unwrap();
    let options = ServeOptions { config: Some(config.clone()), ..ServeOptions::default() };
    let error = Server::bind(options.clone()).unwrap_err();
    assert!(error.to_string().contains("public-url"), "{error}");
    std::fs::write(&config, public.replace("https://ombud.example", "http://localhost:8475")).unwrap();
    let server = Server::bind(options.clone()).unwrap();
    std::fs::write(&config, public).unwrap();
    server.handle().reload().unwrap_err();
    std::fs::write(&config, public.to_owned() + KEYS).unwrap();
    Server::bind(options).unwrap();
}
