//! `ombud explain`: shares that add up to the score.

use super::support::Dir;

#[test]
fn shares_add_up_to_the_log_odds_and_those_to_the_score() {
    let dir = Dir::with_model().file("one.csv", "text\n\"good plan, buy shoes now\"\n");
    let explained = dir.ombud("explain -m tiny.model --json").arg("good plan, buy shoes now").done().json();
    let scored = dir.ombud("score one.csv -m tiny.model --format jsonl").done().lines().remove(0);
    let labels = explained.as_array().unwrap();
    assert_eq!(labels.len(), 2);
    for label in labels {
        let sum: f64 = label["shares"].as_array().unwrap().iter().map(|share| share["share"].as_f64().unwrap()).sum();
        assert!((sum - label["log_odds"].as_f64().unwrap()).abs() < 1e-4, "{label}");
    }
    assert_eq!((&labels[0]["label"], &labels[0]["class"]), (&"stance".into(), &"favor".into()));
    let same = |one: &serde_json::Value, other: &serde_json::Value| {
        assert!((one.as_f64().unwrap() - other.as_f64().unwrap()).abs() < 1e-7, "{one} {other}");
    };
    same(&labels[0]["p"], &scored["labels"]["stance"]["p"]["favor"]);
    let flag = &labels[1];
    same(&flag["p"], &scored["labels"]["off_topic"]["p"]);
    let odds = flag["log_odds"].as_f64().unwrap();
    let p = 1.0 / (1.0 + (-odds).exp());
    assert!((p - flag["p"].as_f64().unwrap()).abs() < 1e-5, "{flag}");
}

#[test]
fn the_words_are_shown_strongest_first() {
    let dir = Dir::with_model();
    let ran = dir.ombud("explain -m tiny.model --top 3").arg("buy shoes now").done();
    let shares: Vec<f64> = (ran.out().lines().skip_while(|line| !line.starts_with("off_topic")))
        .filter(|line| line.starts_with("  ") && !line.contains(" more") && !line.contains("  = "))
        .map(|line| line.split_whitespace().next().unwrap().parse::<f64>().unwrap().abs())
        .collect();
    assert_eq!(shares.len(), 3, "{}", ran.out());
    assert!(shares.windows(2).all(|pair| pair[0] >= pair[1]), "{shares:?}");
    let all = dir.ombud("explain -m tiny.model --top 0").arg("buy shoes now").done();
    assert!(all.out().lines().count() > ran.out().lines().count() && !all.out().contains(" more"));
}

#[test]
fn the_text_may_be_anything() {
    let dir = Dir::with_model();
    let expected = dir.ombud("explain -m tiny.model").arg("good plan").done().out();
    assert_eq!(dir.ombud("explain -m tiny.model -").stdin("good plan").done().out(), expected);
    for text in ["--help me", "-x", "😀😀😀", "\u{202e}\u{1b}[31mred\u{7}", "<b>&amp;</b>", "a\nb\nc"] {
        let ran = dir.ombud("explain -m tiny.model --").arg(text).done();
        assert!(!ran.out().contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}: {}", ran.out());
    }
    dir.ombud("explain -m tiny.model -").stdin(b"caf\xe9".to_vec()).failed().error(&["UTF-8"]);
    dir.ombud("explain -m none.model hello").failed().error(&["none.model"]);
}
