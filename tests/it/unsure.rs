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
        for said in ["You need not look at 6", "error<=0.02", "at most 2 % of the decisions", "are decided wrongly"] {
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
    assert!(ran.stderr.contains("guaranteed for the base rate of the training data"), "{}", ran.stderr);
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
    assert!(said.contains("never raised without a person"), "{said}");
    assert!(said.contains("cannot be met for comments raised without a person"), "{said}");
    let table = dir.ombud("score open.csv -m m.model").done().table();
    assert!(table.column("off_topic").iter().all(|raised| *raised == "0"));
    assert!(table.column("off_topic.unsure").contains(&"1") && table.column("off_topic.unsure").contains(&"0"));
    dir.ombud("inspect m.model").done().says("never raised");
}

/// Comments in so many threads: of ten one is for and one against in plain words, one asks, and seven might be anything.
fn hard_to_tell(threads: usize) -> String {
    let rows = (0..1800).map(|i| {
        let words = [("wonderful plan", "favor"), ("awful plan", "against"), ("where is it", "none")];
        let any = ["favor", "against", "none"][((i * 40503) >> 5) % 3];
        let (word, stance) = words.get(i % 10).copied().unwrap_or(("well the plan", any));
        format!("c{i},t{},{word} number{} and {word} says reader{i},{stance}\n", i / 10 % threads, i / 3 % 43)
    });
    format!("id,thread_id,text,stance\n{}", rows.collect::<String>())
}

const SIDES: &str = "train plans.csv -o m.model --blocks words -C 3 --class-weight none --replicates 20";

/// A model of stances that abstain, and what was said of it.
fn taught(threads: usize) -> (Dir, Ran) {
    let dir = Dir::new().file("plans.csv", hard_to_tell(threads));
    let ran = dir.ombud(&format!("{SIDES} --html r.html --card card.md --threshold stance=error<=30%")).done();
    (dir, ran)
}

/// What a model promises of its stance.
fn promise(dir: &Dir) -> serde_json::Value {
    dir.ombud("inspect m.model --json").done().json()["labels"][0]["promise"].clone()
}

#[test]
fn a_stance_takes_a_side_only_where_the_promise_holds() {
    let (dir, ran) = taught(60);
    for report in [in_one_line(&ran), dir.text("r.html"), dir.text("card.md")] {
        let report = report.replace("&lt;", "<").replace('\\', "");
        let told = [
            "error<=0.3: against is given from",
            "articles that training has not seen",
            "90 % confidence",
            "are unsure",
        ];
        for said in told {
            assert!(report.contains(said), "{said}: {report}");
        }
    }
    dir.ombud("inspect m.model").done().says("favor is given from").says("against and favor are given to");
    let promise = promise(&dir);
    assert_eq!(
        (&promise["error"], &promise["confidence"], &promise["least"][2]),
        (&0.3.into(), &0.9.into(), &().into())
    );
    let figures = &promise["figures"];
    let value = |figure: &serde_json::Value| figure["value"].as_f64().unwrap();
    assert!((0.1..0.6).contains(&value(&figures["given"])) && value(&figures["right"]) > 0.65, "{figures}");
    assert_eq!(figures["sides"][1]["class"], "favor");
    let report = dir.ombud(&format!("{SIDES} --threshold stance=error<=30%@95% --json")).done().json();
    let own = &report["labels"][0];
    assert_eq!((&own["promise"]["confidence"], own["policy"].is_null()), (&0.95.into(), true));
    assert!(own["sides"]["given"]["low"].is_f64() && own["sides"]["unsure"]["value"].is_f64(), "{own}");
}

#[test]
fn every_form_says_that_a_stance_is_unsure() {
    let (dir, _) = taught(60);
    let table = dir.ombud("score plans.csv -m m.model").done().table();
    let least = &promise(&dir)["least"];
    let sides = ["against", "favor"].map(|side| table.numbers(&format!("stance.p.{side}")));
    let mut unsure = 0;
    for (row, (stance, why)) in table.column("stance").iter().zip(table.column("stance.why")).enumerate() {
        match ["against", "favor"].iter().position(|side| side == stance) {
            Some(side) => assert!(sides[side][row] >= least[side].as_f64().unwrap() - 1e-4, "{:?}", table.rows[row]),
            None => assert_eq!(*stance == "none", why.is_empty(), "{:?}", table.rows[row]),
        }
        assert_eq!(stance.is_empty(), why == "unsure");
        unsure += usize::from(why == "unsure");
    }
    assert!((200..1500).contains(&unsure), "{unsure}");
    let lines = dir.ombud("score plans.csv -m m.model --format jsonl --only unsure").done().lines();
    assert_eq!(lines.len(), unsure);
    for line in lines {
        let stance = &line["labels"]["stance"];
        assert!(stance["class"].is_null() && stance["unsure"] == true && stance["why"] == "unsure", "{stance}");
        assert!(stance["p"]["favor"].is_f64());
    }
    let page = dir.ombud("score plans.csv -m m.model --format thread").done();
    page.says("stance unsure").says(" none, ").says(" unsure");
    dir.ombud("score plans.csv -m m.model --format table").done().says("  unsure  ");
    let html = dir.ombud("score plans.csv -m m.model --format html").done();
    html.says("stance unsure</span>").says(" unsure</span></p>");
    let text = table.column("stance.why").iter().position(|why| *why == "unsure").unwrap();
    let text = hard_to_tell(60).lines().nth(text + 1).unwrap().split(',').nth(2).unwrap().to_owned();
    dir.ombud("explain -m m.model").arg(text).done().says("not given: unsure");
}

#[test]
fn in_review_no_class_is_offered_where_a_stance_is_unsure() {
    let (dir, _) = taught(60);
    dir.ombud("score plans.csv -m m.model --queue ombud.db").done();
    let listed = dir.ombud("review list --json -n 5 --everything").done().out();
    assert!(listed.contains(r#""class":null"#) && listed.contains(r#""why":"unsure""#), "{listed}");
}

#[test]
fn sides_of_few_threads_are_never_given_and_that_is_said() {
    let (dir, ran) = taught(8);
    let said = in_one_line(&ran);
    assert!(said.contains("cannot be met with the training data: against and favor are given to 0 %"), "{said}");
    assert!(said.contains("against and favor are given to 0 % of them"), "{said}");
    let table = dir.ombud("score plans.csv -m m.model").done().table();
    assert!(table.column("stance").iter().all(|stance| ["", "none"].contains(stance)));
    assert!(table.column("stance").contains(&"none"));
    // Without cross-validation nothing is known, and so nothing is promised.
    dir.ombud(&format!("{SIDES} --folds 0 --threshold stance=error<=30%")).done();
    dir.ombud("inspect m.model").done().says("cannot be met");
}

#[test]
fn evaluation_says_how_many_stances_are_given_and_right() {
    let (dir, _) = taught(60);
    let report = dir.ombud("evaluate plans.csv -m m.model --replicates 20 --json").done().json();
    let sides = &report["labels"][0]["sides"];
    for figure in ["given", "right", "unsure", "accuracy"] {
        assert!(sides[figure]["low"].is_f64(), "{figure}: {sides}");
    }
    let said = in_one_line(&dir.ombud("evaluate plans.csv -m m.model --replicates 0").done());
    assert!(said.contains("against and favor are given to"), "{said}");
}

#[test]
fn a_model_that_promises_nothing_of_stances_is_read_by_older_programs() {
    let (dir, _) = taught(60);
    assert_eq!(dir.ombud("inspect m.model --json").done().json()["format"], 5);
    // Going on from it, the promise stays.
    dir.ombud("train plans.csv --base m.model -o next.model --replicates 0").done();
    assert!(dir.ombud("inspect next.model --json").done().json()["labels"][0]["promise"].is_object());
    dir.ombud(SIDES).done();
    let metadata = dir.ombud("inspect m.model --json").done().json();
    assert_eq!((&metadata["format"], metadata["labels"][0].get("promise")), (&4.into(), None));
    dir.rewritten("next.model", "bent.model", |metadata| metadata["labels"][0]["promise"]["least"] = vec![2.0].into());
    dir.ombud("score plans.csv -m bent.model").failed().error(&["is inconsistent"]);
}

#[test]
fn a_recipe_has_the_policy_of_a_stance_too() {
    let recipe = "[train]\nfolds = 3\nreplicates = 0\nblocks = \"words\"\nC = 3\nthreshold = { stance = \"error<=30%\" }\n\
                  [[source]]\nfile = \"plans.csv\"\ncolumns = { thread_id = \"thread_id\" }\n\
                  labels.stance = { column = \"stance\" }\n";
    let dir = Dir::new().file("plans.csv", hard_to_tell(60)).file("r.toml", recipe);
    dir.ombud("train --recipe r.toml --data . -o m.model").done();
    assert_eq!(promise(&dir)["error"], 0.3);
}
