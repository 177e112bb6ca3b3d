//! What the policy leaves to a person: `--threshold LABEL=error<=E`, and how that is told and written.

use super::support::{Dir, Ran};

/// Comments of which a third say what they are, a third say that they are not, and a third leave it open.
fn open_questions() -> String {
    let rows = (0..1500).map(|i| {
        let (word, off) = match i % 3 {
            0 => ("library", false),
            1 => ("casino", true),
            _ => ("perhaps", i % 2 == 0),
        };
        format!("{i},{word} number{} and {word},{}\n", i / 3 % 41, u8::from(off))
    });
    format!("id,text,off_topic\n{}", rows.collect::<String>())
}

const TRAIN: &str = "train open.csv -o m.model --blocks words -C 3 --class-weight none --threshold off_topic=error<=2%";

fn trained() -> (Dir, Ran) {
    let dir = Dir::new().file("open.csv", open_questions());
    let ran = dir.ombud(&format!("{TRAIN} --html r.html --card card.md")).done();
    (dir, ran)
}

/// What was said, without line breaks.
fn in_one_line(ran: &Ran) -> String {
    ran.out().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn training_says_how_many_comments_nobody_need_look_at() {
    let (dir, ran) = trained();
    for report in [in_one_line(&ran), dir.text("r.html"), dir.text("card.md")] {
        let report = report.replace("&lt;", "<").replace('\\', "");
        for said in ["You need not look at 6", "error<=0.02", "at most 2 % is wrong", "are decided wrongly"] {
            assert!(report.contains(said), "{said}: {report}");
        }
    }
    dir.ombud("inspect m.model").done().says(" % of the comments are decided without a person");
    let metadata = dir.ombud("inspect m.model --json").done().json();
    let threshold = &metadata["labels"][0]["threshold"];
    assert_eq!((threshold["met"].as_bool(), threshold["policy"].as_str()), (Some(true), Some("error<=0.02")));
    let promise = &threshold["promise"];
    assert!(promise["low"].as_f64().unwrap() < promise["high"].as_f64().unwrap(), "{promise}");
    assert_eq!(promise["high"], threshold["value"]);
    assert!((0.65..0.75).contains(&promise["decided"]["value"].as_f64().unwrap()), "{promise}");
    let report = dir.ombud(&format!("{TRAIN} --json")).done().json();
    let abstention = &report["labels"][0]["abstention"];
    assert!((abstention["decided"]["value"].as_f64().unwrap() - 0.667).abs() < 0.05, "{abstention}");
    assert!(abstention["error"]["value"].as_f64().unwrap() <= 0.02, "{abstention}");
}

#[test]
fn a_comment_is_raised_or_not_raised_or_unsure() {
    let (dir, _) = trained();
    let table = dir.ombud("score open.csv -m m.model").done().table();
    assert_eq!(table.header, ["id", "off_topic", "off_topic.p", "off_topic.unsure"]);
    let promise = &dir.ombud("inspect m.model --json").done().json()["labels"][0]["threshold"]["promise"];
    let (low, high) = (promise["low"].as_f64().unwrap(), promise["high"].as_f64().unwrap());
    let mut unsure = 0;
    for row in &table.rows {
        let p: f64 = row[2].parse().unwrap();
        let expected = [flag(p >= high), flag(p >= low && p < high)];
        assert_eq!([&row[1], &row[3]], expected, "{row:?}");
        unsure += usize::from(row[3] == *"1");
    }
    assert!((400..600).contains(&unsure), "{unsure}");
    let only = dir.ombud("score open.csv -m m.model --only unsure").done().table();
    assert_eq!(only.rows.len(), unsure);
    assert!(only.column("off_topic.unsure").iter().all(|unsure| *unsure == "1"));
    let lines = dir.ombud("score open.csv -m m.model --format jsonl --only unsure").done().lines();
    assert_eq!(lines.len(), unsure);
    assert!(lines.iter().all(|line| line["labels"]["off_topic"]["raised"] == false));
    assert!(lines.iter().all(|line| line["labels"]["off_topic"]["unsure"] == true));
    dir.put("page.json", r#"{"article":{"title":"t"},"comments":[{"text":"perhaps number7 and perhaps"}]}"#);
    dir.ombud("score page.json -m m.model").done().says("? off_topic").says("1 unsure");
    let found = dir.ombud("explain -m m.model").arg("perhaps number7 and perhaps").done();
    found.says("unsure: left to a person");
}

fn flag(raised: bool) -> &'static str {
    if raised { "1" } else { "0" }
}

#[test]
fn a_single_threshold_leaves_nothing_between() {
    let (dir, _) = trained();
    let table = dir.ombud("score open.csv -m m.model --threshold off_topic=0.5").done().table();
    assert_eq!(table.header, ["id", "off_topic", "off_topic.p"]);
    dir.ombud("score open.csv -m m.model --threshold off_topic=0.5 --only unsure").done().warns("nothing is unsure");
    let ran = dir.ombud("score open.csv -m m.model --base-rate off_topic=0.05").done();
    assert!(ran.stderr.contains("promised for the base rate of the training data"), "{}", ran.stderr);
}

#[test]
fn evaluation_says_what_came_of_the_promise() {
    let (dir, _) = trained();
    let report = dir.ombud("evaluate open.csv -m m.model --replicates 20 --json").done().json();
    let abstention = &report["labels"][0]["abstention"];
    for figure in ["decided", "error", "missed", "wrong_alarms"] {
        assert!(abstention[figure]["low"].is_f64(), "{figure}: {abstention}");
    }
    let ran = dir.ombud("evaluate open.csv -m m.model --replicates 0").done();
    let said = in_one_line(&ran);
    assert!(said.contains("You need not look at"), "{said}");
}

#[test]
fn a_side_that_cannot_keep_the_promise_decides_nothing_and_that_is_said() {
    let rows: String = (0..900)
        .map(|i| format!("{} number{},{}\n", ["library", "casino"][i % 2], i / 2 % 41, u8::from(i % 4 == 1)))
        .collect();
    let dir = Dir::new().file("open.csv", format!("text,off_topic\n{rows}"));
    let ran = dir.ombud(&format!("{TRAIN} --replicates 0")).done();
    let said = in_one_line(&ran);
    assert!(said.contains("no comment can be raised without a person"), "{said}");
    assert!(said.contains("cannot be kept by what is raised without a person"), "{said}");
    let table = dir.ombud("score open.csv -m m.model").done().table();
    assert!(table.column("off_topic").iter().all(|raised| *raised == "0"));
    assert!(table.column("off_topic.unsure").contains(&"1") && table.column("off_topic.unsure").contains(&"0"));
    dir.ombud("inspect m.model").done().says("never raised");
}
