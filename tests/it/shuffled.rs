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

#[test]
fn shuffled_labels_have_an_auc_of_one_half() {
    let dir = Dir::new().file("in.csv", table(3000));
    // The one block that reads labels by itself.
    let report = dir.ombud("train in.csv -o a.model --json --replicates 0 --folds 3 --blocks profile -C 1").done();
    let auc = report.json()["labels"][0]["auc"]["value"].as_f64().unwrap();
    assert!((0.47..0.53).contains(&auc), "{auc}");
}

#[test]
fn shuffled_labels_have_an_auc_of_one_half_by_default() {
    let dir = Dir::new().file("in.csv", table(1000));
    // The two widest blocks, which read no labels, take most of the time.
    let report = dir.ombud("train in.csv -o a.model --json --replicates 0 --folds 3 --without cross,chars").done();
    let auc = report.json()["labels"][0]["auc"]["value"].as_f64().unwrap();
    assert!((0.47..0.53).contains(&auc), "{auc}");
}
