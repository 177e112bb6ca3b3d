//! Comments in another language than the model's are scored, and marked.

use super::support::Dir;

const MIXED: &str = "id,text
a,\"Der Gemeinderat hat am Dienstag beschlossen, die Bücherei am Hafen für immer zu schließen.\"
b,\"The council has decided on Tuesday that the library by the harbour is to be closed for good.\"
c,\"Le conseil municipal a décidé mardi de fermer pour toujours la bibliothèque près du port.\"
d,Nein danke!
";

#[test]
fn another_language_is_scored_and_named() {
    let dir = Dir::with_model().file("mixed.csv", MIXED);
    let lines = dir.ombud("score mixed.csv -m tiny.model --format jsonl").done().lines();
    let language = |at: usize| lines[at].get("language").map(ToString::to_string);
    let other = |code: &str| Some(format!(r#"{{"detected":"{code}","model":"en"}}"#));
    assert_eq!([language(0), language(1), language(2), language(3)], [other("de"), None, other("fr"), None]);
    assert!(lines.iter().all(|line| line["labels"]["off_topic"]["p"].is_f64()));
}

#[test]
fn a_table_keeps_its_columns_and_the_count_is_told() {
    let dir = Dir::with_model().file("mixed.csv", MIXED);
    let ran = dir.ombud("score mixed.csv -m tiny.model").done();
    assert!(ran.table().header.iter().all(|name| !name.contains("lang")));
    ran.warns("2 comments are not in the model's language (en)").warns("French 1, German 1");
    dir.ombud("score -q mixed.csv -m tiny.model").done().quietly();
    dir.put(
        "english.csv",
        "text\nThe council has decided on Tuesday that the library by the harbour is to be closed for good.\n",
    );
    let ran = dir.ombud("score english.csv -m tiny.model").done();
    assert!(!ran.stderr.contains("language"), "{}", ran.stderr);
}

#[test]
fn a_thread_bears_a_mark() {
    let dir = Dir::with_model().file("mixed.csv", MIXED);
    let ran = dir.ombud("score mixed.csv -m tiny.model --format thread").done().says("? in German").says("? in French");
    assert_eq!(ran.out().matches("? in ").count(), 2);
    dir.ombud("score mixed.csv -m tiny.model -o page.html").done();
    assert!(dir.text("page.html").contains("? in German"));
}

#[test]
fn a_model_of_another_language_takes_that_for_its_own() {
    let rows: String = (0..60)
        .map(|i| format!("{},{}\n", ["die Bücherei bleibt offen", "jetzt günstig Schuhe kaufen"][i % 2], i % 2))
        .collect();
    let dir = Dir::new().file("de.csv", format!("text,off_topic\n{rows}")).file("mixed.csv", MIXED);
    dir.ombud("train de.csv -o de.model --language de --blocks words -C 1 --replicates 0").done();
    let lines = dir.ombud("score mixed.csv -m de.model --format jsonl").done().lines();
    let language = |at: usize| lines[at].get("language").map(|language| language["detected"].clone());
    assert_eq!([language(0), language(1), language(2)], [None, Some("en".into()), Some("fr".into())]);
}
