//! Ctrl-C: the run ends with its own status and leaves nothing half-written behind.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Dir, OMBUD, tiny};

fn start(dir: &Dir, arguments: &str, stdin: Stdio) -> Child {
    let mut command = Command::new(OMBUD);
    command.args(arguments.split_whitespace()).current_dir(dir.path(".")).stdin(stdin);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends SIGINT and waits for the end.
fn interrupt(child: Child) -> (Option<i32>, String) {
    signal(child, "INT")
}

fn signal(mut child: Child, name: &str) -> (Option<i32>, String) {
    let kill = format!("kill -{name} \"$0\"");
    let status = Command::new("bash").args(["-c", &kill, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("it goes on after Ctrl-C");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Waits until a file whose name starts so is there: the run has begun to write.
fn await_file(dir: &Dir, start: &str) {
    let begun = Instant::now();
    while !dir.names().iter().any(|name| name.starts_with(start)) {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", dir.names());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn scoring_that_is_interrupted_leaves_no_output() {
    let rows: String =
        (0..400_000).map(|i| format!("{i},good plan and many more words to read than before\n")).collect();
    let dir = Dir::with_model().file("many.csv", format!("id,text\n{rows}"));
    let child = start(&dir, "score many.csv -m tiny.model -o out.csv --reasons", Stdio::null());
    await_file(&dir, ".ombud");
    std::thread::sleep(Duration::from_millis(100));
    let (status, said) = interrupt(child);
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
    let child = start(&dir, "train many.csv -o tiny.model", Stdio::null());
    std::thread::sleep(Duration::from_millis(700));
    let (status, said) = interrupt(child);
    assert_eq!(status, Some(130), "{said}");
    assert_eq!(
        (dir.bytes("tiny.model"), dir.names()),
        (before, vec!["many.csv".to_owned(), "tiny.csv".to_owned(), "tiny.model".to_owned()])
    );
}

#[test]
fn a_slow_stream_that_is_interrupted_ends() {
    let dir = Dir::with_model();
    let mut child = start(&dir, "score - -m tiny.model -o out.csv", Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"id,text\n1,good plan\n").unwrap();
    stdin.flush().unwrap();
    await_file(&dir, ".ombud");
    // The input stays open: nothing more ever comes. A second press ends what waits for input.
    let id = child.id().to_string();
    let second = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        Command::new("bash").args(["-c", "kill -INT \"$0\" 2>/dev/null; true", &id]).status().unwrap();
    });
    let (status, said) = interrupt(child);
    second.join().unwrap();
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
    for name in ["INT", "TERM", "HUP"] {
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
            let child = start(&dir, command, input);
            await_file(&dir, ".ombud");
            std::thread::sleep(Duration::from_millis(60));
            let (status, said) = signal(child, name);
            assert_eq!((status, dir.names()), (Some(130), before.clone()), "{command}, SIG{name}: {said}");
        }
    }
}

#[test]
fn what_waits_for_input_ends_in_time_after_one_signal_and_at_once_after_two() {
    let dir = Dir::with_model();
    let before = dir.names();
    for command in ["score - -m tiny.model -o out.csv", "convert - --from csv -o out.jsonl", "train - -o new.model"] {
        for twice in [false, true] {
            let mut child = start(&dir, command, Stdio::piped());
            let mut stdin = child.stdin.take().unwrap();
            stdin.write_all(b"id,text,stance\n1,good plan,favor\n").unwrap();
            stdin.flush().unwrap();
            await_file(&dir, ".ombud");
            if twice {
                let id = child.id().to_string();
                Command::new("bash").args(["-c", "kill -INT \"$0\"", &id]).status().unwrap();
                std::thread::sleep(Duration::from_millis(50));
            }
            let begun = Instant::now();
            let (status, said) = interrupt(child);
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
    let begun = Instant::now();
    let mut killed = start(&dir, "score many.csv -m tiny.model -o out.csv --reasons", Stdio::null());
    await_file(&dir, ".ombud");
    let mut living = start(&dir, "score - -m tiny.model -o living.csv --from csv", Stdio::piped());
    living.stdin.as_mut().unwrap().write_all(b"id,text\n1,good plan\n").unwrap();
    while dir.names().iter().filter(|name| name.starts_with(".ombud")).count() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", dir.names());
        std::thread::sleep(Duration::from_millis(5));
    }
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
