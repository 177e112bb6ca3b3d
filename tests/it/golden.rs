//! What the program gives, to the last digit: a change that means to change nothing leaves all of this as it is.
//!
//! Where a difference is meant, `INSTA_UPDATE=always cargo test golden` writes the files of `snapshots/` anew.

use insta::assert_snapshot;
use sha2::{Digest, Sha256};

use super::support::{Dir, ours};

const THREADS: [&str; 4] =
    ["harbour-library.txt", "kvr-licence-fee.html", "larkspur-phone-ban.html", "velmark-voting-age.txt"];

const COMMANDS: [&str; 19] = [
    "",
    "train",
    "score",
    "evaluate",
    "explain",
    "inspect",
    "convert",
    "formats",
    "completions",
    "man",
    "review",
    "review decide",
    "review export",
    "review import",
    "review list",
    "review purge",
    "review report",
    "review verify",
    "serve",
];

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The exponential function of another processor may end in another bit.
#[test]
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn models() {
    let dir = Dir::with_model();
    let mut said = String::new();
    for options in ["", "--folds 0 --solver adagrad", "--hash-bits 14 --blocks words,chars", "--base tiny.model"] {
        dir.ombud(&format!("train tiny.csv -o m.model --replicates 20 {options}")).done();
        let model = dir.bytes("m.model");
        said += &format!("{} {} bytes: {options}\n", hash(&model), model.len());
    }
    assert_snapshot!(said);
}

#[test]
fn scores() {
    let dir = Dir::with_model();
    for thread in THREADS {
        let file = ours(&format!("data/threads/{thread}"));
        let scored =
            |form: &str| dir.ombud(&format!("score -m tiny.model --format {form} --reasons")).arg(&file).done().out();
        let name = thread.split('.').next().unwrap();
        assert_snapshot!(format!("{name}.csv"), scored("csv"));
        let rest =
            ["thread", "table", "jsonl", "html"].map(|form| format!("{} {form}\n", hash(scored(form).as_bytes())));
        assert_snapshot!(format!("{name}.other"), rest.concat());
    }
}

#[test]
fn queue() {
    let dir = Dir::with_model();
    // Which comments an audit sample draws is chance.
    dir.put("ombud.toml", "[review]\naudit-sample = 0\n");
    dir.ombud("score -m tiny.model --queue ombud.db -q").arg(ours("data/threads/harbour-library.txt")).done();
    let lines = [
        r#""c1","action":"approve""#,
        r#""c2","action":"reject","labels":{"off_topic":true}"#,
        r#""c3","action":"approve","labels":{"stance":"against"}"#,
    ];
    dir.put("lines.jsonl", lines.map(|line| format!("{{\"thread_id\":\"harbour-library\",\"id\":{line}}}\n")).concat());
    dir.ombud("review decide lines.jsonl --reviewer ada").done();
    for form in ["csv", "jsonl"] {
        let ran = dir.ombud(&format!("review export --format {form}")).done();
        assert_snapshot!(format!("export.{form}"), times_aside(&ran.out()));
    }
}

/// The same text with `TIME` for each time, such as 2026-05-01T12:00:00.123Z.
fn times_aside(text: &str) -> String {
    let of_time = |c: char| c.is_ascii_digit() || "-:.T".contains(c);
    let part = |part: &str| match part.trim_end_matches(of_time) {
        before if before.len() + 19 <= part.len() => format!("{before}TIME"),
        _ => part.to_owned(),
    };
    text.split('Z').map(part).collect::<Vec<_>>().join("Z")
}

#[test]
fn help() {
    let dir = Dir::new();
    for command in COMMANDS {
        let name = format!("help.{}", command.replace(' ', "-"));
        assert_snapshot!(name, dir.ombud(&format!("{command} --help")).done().out());
    }
}
