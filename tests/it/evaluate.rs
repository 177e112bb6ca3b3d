//! `ombud evaluate`, and the report that it shares with `ombud train`.

use serde_json::Value;

use super::support::{Dir, tiny};

/// The keys of the output contract.
const KEYS: [&str; 10] =
    ["n", "accuracy", "macro_f1", "per_class", "auc", "average_precision", "brier", "ece", "confusion", "threshold"];

#[track_caller]
fn check_contract(report: &Value) {
    let labels = report["labels"].as_array().unwrap();
    assert_eq!(labels.len(), 2);
    for label in labels {
        for key in KEYS {
            assert!(label.get(key).is_some(), "no {key:?} in {label}");
        }
        assert_eq!(label["n"], 90);
        for key in ["accuracy", "macro_f1", "auc", "average_precision", "brier", "ece"] {
            let bound = |bound: &str| label[key][bound].as_f64().unwrap_or_else(|| panic!("{key} {bound}: {label}"));
            assert!(bound("low") <= bound("high"), "{key}");
            assert!((0.0..=2.0).contains(&bound("value")), "{key}");
        }
        let confusion = label["confusion"].as_array().unwrap();
        assert_eq!(confusion.len(), label["per_class"].as_array().unwrap().len());
        let rows: f64 = confusion.iter().flat_map(|row| row.as_array().unwrap()).map(|n| n.as_f64().unwrap()).sum();
        assert!((rows - 90.0).abs() < 1e-9);
    }
    assert!(labels[0]["threshold"].is_null() && labels[1]["threshold"].is_number());
}

#[test]
fn the_json_of_both_reports_has_what_the_contract_names() {
    let dir = Dir::with_model();
    check_contract(&dir.ombud("evaluate tiny.csv -m tiny.model --json --replicates 50").done().json());
    check_contract(&dir.ombud("train tiny.csv -o again.model --json --replicates 50").done().json());
}

#[test]
fn the_report_for_people_tells_the_figures_and_warns() {
    let dir = Dir::with_model();
    for command in ["evaluate tiny.csv -m tiny.model", "train tiny.csv -o again.model"] {
        let ran = dir.ombud(&format!("{command} --replicates 20")).done();
        let report = ran.out();
        for part in
            ["stance", "off_topic", "macro F1", "AUC", "average precision", "Brier", "calibration error", "buy shoes"]
        {
            assert!(report.contains(part), "{command}: no {part:?} in\n{report}");
        }
        assert!(report.contains("only 18 rows are"), "few positives are warned of: {report}");
        assert!(!report.contains('\u{1b}'));
    }
}

#[test]
fn the_page_of_a_report_loads_nothing() {
    let dir = Dir::with_model();
    dir.ombud("evaluate tiny.csv -m tiny.model --replicates 20 --html evaluated.html").done();
    dir.ombud("train tiny.csv -o again.model --replicates 20 --html trained.html --card card.md").done();
    for name in ["evaluated.html", "trained.html"] {
        let page = dir.text(name);
        assert!(page.starts_with("<!DOCTYPE html>"), "{name}");
        assert!(page.matches("<svg").count() >= 4, "curves: {name}");
        for loads in ["<script", "<link", "src=\"http", "url(http", "@import", "href=\"http"] {
            assert!(!page.contains(loads), "{name} has {loads}");
        }
    }
    let card = dir.text("card.md");
    assert!(card.starts_with("# ") && card.contains("off\\_topic"), "{card}");
}

#[test]
fn a_report_escapes_what_strangers_wrote() {
    let evil = tiny().replace("good plan", "good <script>alert(1)</script>\u{1b}[31m plan");
    let dir = Dir::new().file("a.csv", evil);
    let ran = dir.ombud("train a.csv -o m.model --replicates 0 --html report.html --card card.md").done();
    assert!(!ran.out().contains('\u{1b}'), "{}", ran.out());
    for name in ["report.html", "card.md"] {
        let page = dir.text(name);
        assert!(!page.contains("<script>alert") && !page.contains('\u{1b}'), "{name}");
    }
}

#[test]
fn labels_that_the_data_do_not_have_are_left_out_and_named() {
    let dir = Dir::with_model();
    let without: String = tiny().lines().map(|line| format!("{}\n", line.rsplit_once(',').unwrap().0)).collect();
    dir.put("stance.csv", without);
    let ran = dir.ombud("evaluate stance.csv -m tiny.model --json --replicates 0").done().warns("\"off_topic\"");
    let report = ran.json();
    let names: Vec<&str> =
        report["labels"].as_array().unwrap().iter().map(|label| label["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["stance"]);
    dir.put("none.csv", "id,text\n1,hello\n");
    dir.ombud("evaluate none.csv -m tiny.model").failed();
}

#[test]
fn rows_without_an_annotation_do_not_count() {
    let dir = Dir::with_model();
    let half: String =
        (tiny().lines().enumerate())
            .map(|(i, line)| {
                if i > 0 && i % 2 == 0 {
                    format!("{},\n", line.rsplit_once(',').unwrap().0)
                } else {
                    format!("{line}\n")
                }
            })
            .collect();
    dir.put("half.csv", half);
    let report = dir.ombud("evaluate half.csv -m tiny.model --json --replicates 0").done().json();
    assert_eq!((&report["labels"][0]["n"], &report["labels"][1]["n"]), (&90.into(), &45.into()));
}

#[test]
fn two_models_are_compared_row_by_row() {
    let dir = Dir::with_model();
    dir.ombud("train tiny.csv -o poor.model --replicates 0 --blocks shape").done();
    let report = dir.ombud("evaluate tiny.csv -m tiny.model -m poor.model --json --replicates 50").done().json();
    assert_eq!(report["compared_with"], "poor");
    let stance = &report["comparisons"][0];
    assert_eq!(stance["label"], "stance");
    // How much better the second is: much worse.
    assert!(stance["macro_f1"]["high"].as_f64().unwrap() < -0.2, "{stance}");
    assert!(stance["only_first"].as_u64() > stance["only_second"].as_u64(), "{stance}");
    dir.ombud("evaluate tiny.csv -m tiny.model -m poor.model --replicates 20").done().says("How much better poor is");
    dir.ombud("evaluate tiny.csv -m a -m b -m c").failed();
    dir.ombud("evaluate tiny.csv").misused().warns("--model");
}

#[test]
fn the_same_draws_give_the_same_intervals() {
    let dir = Dir::with_model();
    let report = |options: &str| {
        dir.ombud(&format!("evaluate tiny.csv -m tiny.model --json --replicates 100 {options}")).done().out()
    };
    assert_eq!(report("--threads 1"), report("--threads 2"));
    assert_ne!(report("--seed 1"), report("--seed 2"));
}

#[test]
fn data_without_the_models_labels_name_them() {
    let dir = Dir::with_model().file("plain.csv", "text\ngood\nbad\n");
    let ran = dir.ombud("evaluate plain.csv -m tiny.model").failed().warns("no column of the model's labels: ");
    assert!(!ran.stderr.contains("--stance"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_evaluated_is_told_and_the_rest_is() {
    let rows = tiny();
    let dir = Dir::with_model()
        .file("other.csv", rows.replace(",favor,", ",Favor,"))
        .file("none.csv", rows.replace(",favor,", ",a,").replace(",against,", ",b,").replace(",none,", ",c,"))
        .file("words.csv", rows.replace(",1\n", ",on\n").replace(",0\n", ",off\n"))
        .file("empty.csv", "id,text,stance,off_topic\n1,a,,\n2,b,,\n");
    let ran = dir.ombud("evaluate other.csv -m tiny.model --replicates 0 --json").done();
    ran.error(&["warning: 30 of 90 rows with label \"stance\" have a class that the model does not know: Favor 30"]);
    let ran = dir.ombud("evaluate none.csv -m tiny.model --replicates 0").done();
    ran.says("off_topic").error(&["90 of 90 rows with label \"stance\"", "a 30, b 30, c 30"]);
    let ran = dir.ombud("evaluate words.csv -m tiny.model --replicates 0").refused();
    ran.says("stance").error(&[
        "\"off_topic\" has no cell that could be read: 90 cells",
        "off_topic is \"on\"",
        "label cells",
    ]);
    let ran = dir.ombud("evaluate empty.csv -m tiny.model").failed();
    ran.error(&[
        "no label left to evaluate",
        "\"stance\" is annotated in no row",
        "\"off_topic\" is annotated in no row",
    ]);
}
