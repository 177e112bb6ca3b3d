//! A server that runs in a temporary directory, and what is asked of it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::support::Dir;

/// Nothing here takes longer, unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server that runs.
pub(crate) struct Serving {
    child: Child,
    stderr: BufReader<ChildStderr>,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
}

impl Serving {
    /// Starts one at a port that is free, and waits until it listens.
    pub(crate) fn new(dir: &Dir, options: &str) -> Self {
        let mut child = dir.start(&format!("serve --listen 127.0.0.1:0 {options}"), Stdio::null());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut serving = Self { child, stderr, address: String::new() };
        let line = serving.line("listening at");
        serving.address = line.split("//").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        serving
    }

    /// The next line that it says with that in it.
    #[track_caller]
    pub(crate) fn line(&mut self, part: &str) -> String {
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
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> (String, String) {
        ask(&self.address, method, path, body).unwrap()
    }

    /// What it says of a comment, in the words of Perspective's API.
    #[track_caller]
    pub(crate) fn analyze(&self, attribute: &str, text: &str) -> String {
        let (head, body) = self.ask("POST", "/v1alpha1/comments:analyze", &analyze(attribute, text));
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}\n{body}");
        body
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Its exit status, once it ends.
    pub(crate) fn ends(mut self) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
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

/// The head and the body of an answer.
pub(crate) fn ask(address: &str, method: &str, path: &str, body: &str) -> io::Result<(String, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nHost: ombud\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all((head + body).as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok((head.to_owned(), body.to_owned()))
}

/// A request for one score.
pub(crate) fn analyze(attribute: &str, text: &str) -> String {
    json!({ "comment": { "text": text }, "requestedAttributes": { attribute: {} } }).to_string()
}
