//! Figures praise nothing that they cannot know of: classes that stand in one thread, targets that recur, thresholds that
//! were chosen on other rows.

use super::support::Dir;

/// Two hundred comments in forty threads; those that are rude stand in as many threads as asked for.
fn raided(threads: usize) -> String {
    let rows = (0..200).map(|i| {
        if i % 4 == 0 {
            format!("c{i},raid{},\"You idiot number {i}, what a stupid clown you are\",1,none\n", i / 4 % threads)
        } else {
            let side = ["favor", "against"][i % 2];
            let opinion = ["I like the plan", "I dislike the plan"][i % 2];
            format!("c{i},t{},\"{opinion} for bridge {i} and for road {}\",0,{side}\n", i % 40, i * 7)
        }
    });
    format!("id,thread_id,text,toxicity,stance\n{}", rows.collect::<String>())
}

const NEW: &str = "id,text\n1,I like the plan for the bridge\n2,I walk my kids along the lane\n3,You idiot\n";

#[test]
fn a_flag_whose_examples_stand_in_one_thread_is_never_raised() {
    let dir = Dir::new().file("a.csv", raided(1)).file("new.csv", NEW);
    let ran = dir.ombud("train a.csv -o m.model --replicates 0 --html r.html --card card.md").done();
    let said = ran.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.starts_with("! all 50 comments with stance = none are in one group (first a.csv:2)"), "{said}");
    assert!(said.contains("all 50 comments with toxicity = 1 are in one group (first a.csv:2)"), "{said}");
    let toxicity = said.split_once("toxicity flag").unwrap().1;
    assert!(!toxicity.contains("1.000") && !toxicity.contains("100 %"), "{toxicity}");
    for report in [said, dir.text("r.html"), dir.text("card.md")] {
        assert!(report.contains("the flag is never raised"), "{report}");
    }
    let table = dir.ombud("score new.csv -m m.model").done().table();
    assert!(table.column("toxicity").iter().all(|raised| *raised == "0"));
    let p = table.numbers("toxicity.p");
    assert!(p.iter().all(|p| (0.01..0.95).contains(p)) && p[2] > p[1], "{p:?}");
    // None of the rude comments has a side, and they are the only ones without.
    assert!(table.column("stance").iter().all(|stance| *stance != "none"));
    dir.ombud("inspect m.model").done().says("never raised: all its examples are in one");
    // A base rate does not bring the threshold back.
    dir.ombud("train a.csv -o m.model --replicates 0 --flag toxicity --base-rate toxicity=0.1").done();
    let table = dir.ombud("score new.csv -m m.model").done().table();
    assert!(table.column("toxicity").iter().all(|raised| *raised == "0"));
    // Two threads are enough.
    dir.put("a.csv", raided(2));
    let ran = dir.ombud("train a.csv -o m.model --replicates 0").done();
    assert!(!ran.out().contains("stand in one"), "{}", ran.out());
    assert_eq!(dir.ombud("score new.csv -m m.model").done().table().column("toxicity"), ["0", "0", "1"]);
}

#[test]
fn evaluation_speaks_of_the_rows_that_it_was_given() {
    let rude = |i: usize| format!("{i},{},1\n", ["you idiot and clown", "shut up you fool"][i % 2]);
    let kind = |i: usize| format!("{i},thank you for the walk number {i},0\n");
    let train: String = (0..100).map(|i| if i % 2 == 0 { rude(i) } else { kind(i) }).collect();
    let test: String =
        (0..20).map(|i| format!("{i},some words that say nothing {i},{}\n", u8::from(i % 4 == 0))).collect();
    let dir = Dir::new()
        .file("train.csv", format!("id,text,toxicity\n{train}"))
        .file("test.csv", format!("id,text,toxicity\n{test}"));
    let report = dir.ombud("train train.csv -o m.model --replicates 0").done();
    assert!(report.out().contains("100 %"), "{}", report.out());
    let said = dir.ombud("evaluate test.csv -m m.model --replicates 0").done();
    let said = said.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!said.contains("100 %"), "{said}");
    let json = dir.ombud("evaluate test.csv -m m.model --replicates 0 --json").done().json();
    let found = &json["labels"][0]["policy"]["recall"]["value"];
    assert_eq!(found, &json["labels"][0]["per_class"][1]["recall"]["value"]);
}

/// Ten comments on each of thirty targets; the writer of a target's comments is for it or against it.
fn known_targets() -> String {
    let rows = (0..300).map(|i| {
        let target = i % 30;
        let class = ["favor", "against"][target * 7919 % 13 % 2];
        format!("{i},plan number {target},words about thing{target} and other{} they say,{class}\n", i * 31 % 17)
    });
    format!("id,target,text,stance\n{}", rows.collect::<String>())
}

#[test]
fn targets_that_recur_are_told_first_with_the_figures_without() {
    let dir = Dir::new().file("a.csv", known_targets());
    let ran = dir.ombud("train a.csv -o m.model --replicates 0 --html r.html --card card.md").done();
    let said = ran.out().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.starts_with("! target recurs across folds (100 % of the rows)"), "{said}");
    for report in [said, dir.text("r.html"), dir.text("card.md")] {
        assert!(report.contains("by target"), "{report}");
    }
    let label = |options: &str| {
        dir.ombud(&format!("train a.csv -o m.model --replicates 0 --json {options}")).done().json()["labels"][0].clone()
    };
    let loose = label("");
    let auc = |figures: &serde_json::Value| figures["auc"]["value"].as_f64().unwrap();
    assert!(auc(&loose) > 0.9 && auc(&loose["regrouped"]) < 0.7, "{loose}");
    assert_eq!(loose["regrouped"]["by"], "target");
    let grouped = label("--group target");
    assert!(grouped["regrouped"].is_null() && auc(&grouped) < 0.7, "{grouped}");
}
