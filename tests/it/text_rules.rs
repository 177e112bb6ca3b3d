//! The rules that texts are read by: what a comment quotes is not its own, words in disguise are found, and an old model keeps
//! the rules that it was trained with.

use super::support::{Dir, Run};

const INSULT: &str = "You are a stupid idiot and a piece of shit.";
const REPLY: &str = "Please keep it civil, we can disagree about a road.";

/// A table of comments with these texts.
fn table(texts: &[String]) -> String {
    let rows = texts.iter().enumerate();
    let rows = rows.map(|(at, text)| format!("{at},t,parent,\"{}\"\n", text.replace('"', "\"\"")));
    rows.fold("id,thread_id,parent_id,text\n".to_owned(), |table, row| table + row.as_str())
}

/// The scores of a label, row by row.
fn scores(run: Run, label: &str) -> Vec<f64> {
    let lines = run.done().lines();
    lines.iter().map(|line| line["labels"][label]["p"].as_f64().unwrap()).collect()
}

#[test]
fn who_quotes_an_insult_is_not_flagged_for_it_and_who_hides_behind_a_quotation_is() {
    let quoting = |insult: &str| {
        [
            REPLY.to_owned(),
            format!("> {insult}\n\n{REPLY}"),
            format!("&gt; {insult}\n{REPLY}"),
            format!("<blockquote><p>{insult}</p></blockquote><p>{REPLY}</p>"),
            format!("[quote=nils]{insult}[/quote]\n{REPLY}"),
            format!("On Monday Nils wrote:\n> {insult}\n\n{REPLY}"),
            format!("Nils wrote:\n{insult}\n\n{REPLY}"),
        ]
    };
    let dir = Dir::new();
    let score = |name: &str, table: String| {
        dir.put(name, table);
        scores(dir.ombud(&format!("score -q {name} --format jsonl")), "toxicity")
    };
    for p in score("alone.csv", table(&quoting(INSULT))) {
        assert!(p < 0.02, "{p}");
    }
    let parent = |text: &str| format!("parent,t,,{text}\n");
    let under = |text: &str| table(&quoting(INSULT)) + parent(text).as_str();
    let p = score("insulted.csv", under(INSULT));
    assert!(p[..7].iter().all(|p| *p < 0.02) && p[7] > 0.9, "{p:?}");
    // Nobody said that. Where the comment's own words are many the insult weighs less, but far more than where it is raised.
    let p = score("hidden.csv", under("The road should be closed to cars on Sundays I think."));
    let raised =
        dir.ombud("score -q hidden.csv --format jsonl").done().lines()[0]["labels"]["toxicity"]["threshold"].clone();
    let raised = raised.as_f64().unwrap();
    assert!(p[1..7].iter().all(|p| *p > 3.0 * raised) && p[7] < 0.03, "{p:?}, raised at {raised}");
    // A comment of nothing else is scored as it is.
    let p = score("only.csv", table(&[format!("> {INSULT}"), format!("[quote]{INSULT}[/quote]")]));
    assert!(p.iter().all(|p| *p > 0.9), "{p:?}");
}

#[test]
fn reasons_stand_where_they_stand_in_the_comment() {
    let dir = Dir::new().file("a.csv", table(&[format!("> {REPLY}\n\nYou are an i d i o t, sh!t.")]));
    let lines = dir.ombud("score -q a.csv --format jsonl --reasons").done().lines();
    let reasons = lines[0]["reasons"].as_array().unwrap();
    let texts: Vec<&str> = reasons.iter().filter_map(|reason| reason["text"].as_str()).collect();
    assert!(
        texts.iter().any(|text| text.contains("i d i o t")) && texts.iter().any(|text| text.contains("sh!t")),
        "{texts:?}"
    );
    assert!(texts.iter().all(|text| !text.contains("civil")), "{texts:?}");
}

#[test]
fn words_in_disguise_are_scored_as_what_they_are() {
    let disguises: [fn(&str) -> String; 8] = [
        |text| text.chars().flat_map(|c| [c, '\u{336}']).collect(),
        |text| text.chars().flat_map(|c| [c, '\u{489}', '\u{35C}', '\u{323}']).collect(),
        |text| text.replace('a', "\u{430}").replace('i', "\u{456}").replace('o', "\u{3BF}").replace('e', "\u{435}"),
        |text| text.replace('i', "1").replace('o', "0"),
        |text| text.replace('i', "!").replace('a', "@"),
        |text| text.split(' ').map(|word| word.split("").collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(" "),
        |text| text.split(' ').map(|word| word.split("").collect::<Vec<_>>().join("-")).collect::<Vec<_>>().join(" "),
        |text| text.replace('i', "\u{ED}").replace('o', "\u{F6}").replace('u', "\u{FC}"),
    ];
    let plain = ["You are a stupid idiot and a piece of shit", "Thank you for this lovely piece my friend"];
    let texts: Vec<String> =
        plain.iter().flat_map(|text| disguises.iter().map(move |disguise| disguise(text))).collect();
    let dir = Dir::new().file("a.csv", table(&texts));
    let p = scores(dir.ombud("score -q a.csv --format jsonl"), "toxicity");
    for (text, p) in texts.iter().zip(&p[..8]) {
        assert!(*p > 0.95, "{p} {text}");
    }
    for (text, p) in texts[8..].iter().zip(&p[8..]) {
        assert!(*p < 0.05, "{p} {text}");
    }
}

#[test]
fn a_model_of_an_older_format_keeps_its_rules_and_says_so() {
    let dir = Dir::with_model()
        .file("texts.csv", table(&["buy sh0es now", "> buy shoes\n\ngood plan", "good plan"].map(String::from)));
    dir.rewritten("tiny.model", "old.model", |metadata| {
        metadata["format"] = 3.into();
        metadata["options"].as_object_mut().unwrap().remove("text");
    });
    let p = |model: &str| scores(dir.ombud(&format!("score -q texts.csv -m {model} --format jsonl")), "off_topic");
    // What the program before format 4 gave.
    let old = p("old.model");
    for (p, expected) in old.iter().zip([0.993_583_4, 0.834_167_4, 0.004_548_766_7]) {
        assert!((p - expected).abs() < 1e-6, "{old:?}");
    }
    let new = p("tiny.model");
    assert!(new[0] > old[0] && new[1] < old[1], "{new:?} {old:?}");
    for command in ["score texts.csv -m old.model", "inspect old.model"] {
        let told = dir.ombud(command).done().stderr;
        assert_eq!(told.matches("train it again").count(), 1, "{told}");
    }
    for command in ["score texts.csv -m tiny.model", "inspect tiny.model", "score texts.csv", "inspect"] {
        assert!(!dir.ombud(command).done().stderr.contains("train it again"));
    }
    assert_eq!(dir.ombud("inspect tiny.model --json").done().json()["options"]["text"], 2);
    // Who goes on from it keeps them, too.
    dir.ombud("train tiny.csv --base old.model --folds 0 -o next.model").done();
    assert!(dir.ombud("inspect next.model --json").done().json()["options"].get("text").is_none());
}
