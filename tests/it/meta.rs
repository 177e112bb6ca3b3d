//! Help, completions and the manual: from the same definitions, and whole.

use super::support::Dir;

const COMMANDS: [&str; 11] =
    ["train", "score", "evaluate", "review", "serve", "explain", "inspect", "convert", "formats", "completions", "man"];

#[test]
fn help_names_every_command_and_each_has_its_own() {
    let dir = Dir::new();
    let help = dir.ombud("--help").done().quietly().out();
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        let own = dir.ombud(&format!("{command} --help")).done().quietly().out();
        assert!(own.contains("Usage: ombud"), "{own}");
        assert!(own.contains("Example"), "{command} shows no example");
        assert!(own.lines().all(|line| line.chars().count() <= 120), "{command}");
    }
    assert!(help.contains("Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but rows were refused"));
}

#[test]
fn the_version_is_that_of_the_crate() {
    let ran = Dir::new().ombud("--version").done();
    assert_eq!(ran.out(), format!("ombud {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn no_command_or_an_unknown_one_is_wrong_usage() {
    let dir = Dir::new();
    assert!(dir.ombud("").misused().stdout.is_empty());
    dir.ombud("scroe a.csv").misused().warns("scroe").warns("score");
    dir.ombud("score").misused().warns("THREAD");
}

#[test]
fn completions_come_for_every_shell() {
    let dir = Dir::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = dir.ombud(&format!("completions {shell}")).done().quietly().out();
        assert!(COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
        assert!(script.contains("base-rate"), "{shell}");
    }
    dir.ombud("completions tcsh").misused().warns("tcsh");
    dir.bash("\"$ombud\" completions bash > c && bash -n c").done();
}

#[test]
fn the_manual_is_a_page_or_one_for_each_command() {
    let dir = Dir::new();
    assert!(dir.ombud("man").done().out().contains(".TH ombud 1"));
    std::fs::create_dir(dir.path("pages")).unwrap();
    dir.ombud("man --dir pages").done();
    for command in COMMANDS {
        assert!(dir.text(&format!("pages/ombud-{command}.1")).contains(".TH"), "{command}");
    }
    dir.ombud("man --dir none/at/all").failed().warns("none/at/all");
}
