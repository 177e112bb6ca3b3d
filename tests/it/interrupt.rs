//! Ctrl-C: the run ends with its own status and leaves nothing half-written behind.

use std::io::Write as _;
use std::process::{Child, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::support::{Dir, tiny};

/// A program that runs, and what becomes of it.
struct Running {
    pid: Pid,
    ended: Receiver<Output>,
}

impl Running {
    fn new(child: Child) -> Self {
        let pid = Pid::from_child(&child);
        let (tell, ended) = channel();
        std::thread::spawn(move || tell.send(child.wait_with_output().unwrap()));
        Self { pid, ended }
    }

    /// What it said, and its exit status, where it ends in so much time.
    fn ends(&self, patience: Duration) -> Option<(Option<i32>, String)> {
        let output = self.ended.recv_timeout(patience).ok()?;
        Some((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// Sends a signal and waits for the end.
fn signal(child: Child, signal: Signal) -> (Option<i32>, String) {
    let running = Running::new(child);
    kill_process(running.pid, signal).unwrap();
    running.ends(Duration::from_secs(30)).expect("it goes on after a signal")
}

/// Presses Ctrl-C as somebody does who has no patience, and waits for the end.
fn hammer(child: Child) -> (Option<i32>, String) {
    let running = Running::new(child);
    for _ in 0..600 {
        // It may have ended since.
        let _ = kill_process(running.pid, Signal::INT);
        if let Some(ended) = running.ends(Duration::from_millis(50)) {
            return ended;
        }
    }
    panic!("it goes on after Ctrl-C");
}

#[test]
fn scoring_that_is_interrupted_leaves_no_output() {
    let rows: String =
        (0..400_000).map(|i| format!("{i},good plan and many more words to read than before\n")).collect();
    let dir = Dir::with_model().file("many.csv", format!("id,text\n{rows}"));
    let child = dir.start("score many.csv -m tiny.model -o out.csv --reasons", Stdio::null());
    dir.await_unfinished(1);
    let (status, said) = signal(child, Signal::INT);
    assert_eq!(
        (status, dir.names()),
        (Some(130), vec!["many.csv".to_owned(), "tiny.csv".to_owned(), "tiny.model".to_owned()]),
        "{said}"
    );
    assert!(said.contains("interrupted"), "{said}");
}

#[test]
fn training_that_is_interrupted_leaves_the_model_that_was_there() {
    let table = tiny();
    let (header, rows) = table.split_once('\n').unwrap();
    let dir = Dir::with_model().file("many.csv", format!("{header}\n{}", rows.repeat(400)));
    let before = dir.bytes("tiny.model");
    let child = dir.start("train many.csv -o tiny.model", Stdio::null());
    dir.await_unfinished(1);
    let (status, said) = signal(child, Signal::INT);
    assert_eq!(status, Some(130), "{said}");
    assert_eq!(
        (dir.bytes("tiny.model"), dir.names()),
        (before, vec!["many.csv".to_owned(), "tiny.csv".to_owned(), "tiny.model".to_owned()])
    );
}

#[test]
fn a_slow_stream_that_is_interrupted_ends() {
    let dir = Dir::with_model();
    let mut child = dir.start("score - -m tiny.model -o out.csv", Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"id,text\n1,good plan\n").unwrap();
    stdin.flush().unwrap();
    dir.await_unfinished(1);
    // The input stays open: nothing more ever comes. A second press ends what waits for input.
    let (status, said) = hammer(child);
    assert_eq!(status, Some(130), "{said}");
    assert!(!dir.names().contains(&"out.csv".to_owned()));
    drop(stdin);
}

/// `big.csv` with so many rows, and `tiny.model`.
fn big(rows: usize) -> Dir {
    let rows: String = (0..rows).map(|i| format!("{i},good plan and many more words to read\n")).collect();
    Dir::with_model().file("big.csv", format!("id,text\n{rows}"))
}

#[test]
fn whatever_writes_a_file_leaves_nothing_of_it_when_it_is_interrupted() {
    let dir = big(600_000);
    dir.put("many.csv", {
        let table = tiny();
        let (header, rows) = table.split_once('\n').unwrap();
        format!("{header}\n{}", rows.repeat(400))
    });
    let before = dir.names();
    for name in [Signal::INT, Signal::TERM, Signal::HUP] {
        for (command, stdin) in [
            ("convert big.csv -q -o out.csv", false),
            ("convert big.csv -q -o out.jsonl.gz", false),
            ("convert big.csv -q -o out.json", false),
            ("convert - -q --from csv -o out.csv", true),
            ("score big.csv -q -m tiny.model -o out.csv", false),
            ("evaluate many.csv -q -m tiny.model --html out.html", false),
            ("train many.csv -q -o out.model --html out.html --card out.md", false),
        ] {
            let input =
                if stdin { Stdio::from(std::fs::File::open(dir.path("big.csv")).unwrap()) } else { Stdio::null() };
            let child = dir.start(command, input);
            dir.await_unfinished(1);
            let (status, said) = signal(child, name);
            assert_eq!((status, dir.names()), (Some(130), before.clone()), "{command}, {name:?}: {said}");
        }
    }
}

#[test]
fn what_waits_for_input_ends_in_time_after_one_signal_and_at_once_after_two() {
    let dir = Dir::with_model();
    let before = dir.names();
    for command in ["score - -m tiny.model -o out.csv", "convert - --from csv -o out.jsonl", "train - -o new.model"] {
        for twice in [false, true] {
            let mut child = dir.start(command, Stdio::piped());
            let mut stdin = child.stdin.take().unwrap();
            stdin.write_all(b"id,text,stance\n1,good plan,favor\n").unwrap();
            stdin.flush().unwrap();
            dir.await_unfinished(1);
            let begun = Instant::now();
            let (status, said) = if twice { hammer(child) } else { signal(child, Signal::INT) };
            assert_eq!((status, dir.names()), (Some(130), before.clone()), "{command}: {said}");
            assert!(begun.elapsed() < Duration::from_secs(20));
            drop(stdin);
        }
    }
}

#[test]
fn what_a_killed_run_leaves_goes_with_the_next_that_writes_there() {
    let rows: String = (0..400_000).map(|i| format!("{i},good plan and many more words than before\n")).collect();
    let dir = Dir::with_model().file("many.csv", format!("id,text\n{rows}"));
    let mut killed = dir.start("score many.csv -m tiny.model -o out.csv --reasons", Stdio::null());
    dir.await_unfinished(1);
    let mut living = dir.start("score - -m tiny.model -o living.csv --from csv", Stdio::piped());
    living.stdin.as_mut().unwrap().write_all(b"id,text\n1,good plan\n").unwrap();
    dir.await_unfinished(2);
    killed.kill().unwrap();
    killed.wait().unwrap();
    dir.ombud("convert tiny.csv -o next.jsonl").done();
    let left = dir.names().iter().filter(|name| name.starts_with(".ombud")).count();
    assert_eq!(left, 1, "that of the run that goes on: {:?}", dir.names());
    drop(living.stdin.take());
    assert!(living.wait().unwrap().success());
    assert_eq!(dir.text("living.csv").lines().count(), 2);
    assert!(!dir.names().iter().any(|name| name.starts_with(".ombud")), "{:?}", dir.names());
}
