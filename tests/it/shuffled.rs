//! Labels that were drawn by lot: whatever the program reads of them, cross-validation must find nothing.

use super::support::Dir;

/// Comments on forty targets, whose words they take up more or less; the label hangs on nothing.
fn table(rows: usize) -> String {
    const WORDS: [&str; 12] =
        ["good", "bad", "maybe", "never", "people", "money", "council", "think", "know", "right", "wrong", "time"];
    let mut state = 7_u64;
    // A linear congruential generator (Knuth, MMIX): its high bits are as good as random here.
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut table = "id,target,text,stance\n".to_owned();
    for row in 0..rows {
        let target = draw(40);
        let mut text = String::new();
        for _ in 0..6 + draw(10) {
            let word = if draw(4) == 0 { format!("topic{target}") } else { WORDS[draw(12)].to_owned() };
            text.push_str(&word);
            text.push(' ');
        }
        let class = ["against", "favor", "none"][draw(3)];
        table.push_str(&format!("c{row},the topic{target} plan,{text},{class}\n"));
    }
    table
}

/// The AUC that training reports of labels by lot.
fn auc(rows: usize, options: &str) -> f64 {
    let dir = Dir::new().file("in.csv", table(rows));
    let report = dir.ombud(&format!("train in.csv -o a.model --json --replicates 0 --folds 3 {options}")).done();
    report.json()["labels"][0]["auc"]["value"].as_f64().unwrap()
}

#[test]
fn the_block_that_reads_labels_finds_nothing_in_those_drawn_by_lot() {
    let auc = auc(3000, "--blocks profile -C 1");
    assert!((0.47..0.53).contains(&auc), "{auc}");
}

#[test]
fn the_search_finds_nothing_in_labels_drawn_by_lot() {
    // The two widest blocks, which read no labels, take most of the time. Of so few rows the AUC, a mean over three classes,
    // has a standard error of 0.02: three of them either way.
    let auc = auc(400, "--without cross,chars");
    assert!((0.44..0.56).contains(&auc), "{auc}");
}
