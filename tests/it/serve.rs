//! `ombud serve`: it says where it listens, heeds signals, and does not start where it should not.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::support::Dir;

/// A server that runs.
struct Serving {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// `127.0.0.1:PORT`.
    address: String,
}

impl Serving {
    /// Starts one at a port that is free, and waits until it listens.
    fn new(dir: &Dir, options: &str) -> Self {
        let mut child = dir.start(&format!("serve --listen 127.0.0.1:0 {options}"), Stdio::null());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut serving = Self { child, stderr, address: String::new() };
        let line = serving.line("listening at");
        serving.address = line.split("//").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        serving
    }

    /// The next line that it says with that in it.
    #[track_caller]
    fn line(&mut self, part: &str) -> String {
        let mut said = String::new();
        for line in self.stderr.by_ref().lines() {
            let line = line.unwrap();
            if line.contains(part) {
                return line;
            }
            said += &line;
        }
        panic!("it does not say {part:?}: {said}");
    }

    /// The head and the body that it answers with.
    fn ask(&self, method: &str, path: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: ombud\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Its exit status, once it ends.
    fn ends(mut self) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it goes on after a signal");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
fn a_hang_up_loads_everything_anew_or_nothing() {
    let dir = Dir::with_model();
    let mut serving = Serving::new(&dir, "-m tiny.model");
    dir.put("ombud.toml", "[serve]\nlisten = \"here\"\n");
    serving.signal(Signal::HUP);
    let refused = serving.line("nothing was loaded anew");
    assert!(refused.contains("ombud.toml, line 2"), "{refused}");
    dir.put("ombud.toml", "[thresholds]\nspam = 0.5\n");
    serving.signal(Signal::HUP);
    serving.line("are loaded anew");
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
fn it_does_not_start_where_it_should_not() {
    let dir = Dir::with_model().file("no.db", "no database").file("bad.toml", "[serve]\nlimits = 1\n");
    let serving = Serving::new(&dir, "-m tiny.model");
    let (taken, here) = (format!("serve --listen {}", serving.address), "serve --listen 127.0.0.1:0");
    for (arguments, status, said) in [
        ("serve --listen 0.0.0.0:0 -m tiny.model", 2, "can be reached from elsewhere, and there are no keys"),
        ("serve --listen localhost", 2, "invalid value 'localhost'"),
        (taken.as_str(), 1, "cannot listen at 127.0.0.1:"),
        (&format!("{here} -m no.db"), 1, "no.db"),
        (&format!("{here} --db no.db"), 1, "this is not a review database"),
        (&format!("{here} --config bad.toml"), 1, "bad.toml, line 2: invalid type"),
        (&format!("{here} --tls-certificate tiny.csv"), 2, "--tls-key"),
        (
            &format!("{here} --tls-certificate tiny.csv --tls-key tiny.csv"),
            1,
            "tiny.csv: there is no certificate in it",
        ),
    ] {
        dir.ombud(arguments).ends(status).warns(said);
    }
}
