//! `ombud train --recipe`: several tables, each in its own way, and what is remembered of them.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Dir, ours, tiny};

/// Comments on articles about water and roads, each with a text of its own.
fn letters() -> String {
    let mut table = "nr,body,about,view\n".to_owned();
    for i in 0..80 {
        let (topic, words) = [
            ("Reservoirs are half empty", "water rain reservoir leak pipes"),
            ("New pipes for the waterworks", "water pipes valves waterworks leak"),
            ("The bypass opens", "traffic bypass lorries road signs"),
            ("Potholes on every road", "road potholes tyres asphalt lorries"),
        ][i % 4];
        let view = ["pro", "con", "stray", "pro"][i / 4 % 4];
        let _ = writeln!(table, "{i},\"letter {i} on {words} number{i}, says reader{i}\",{topic},{view}");
    }
    table
}

const RECIPE: &str = r#"
[train]
folds = 3
replicates = 20
blocks = "words,context"
C = 1
base-rate = { off_topic = 0.1 }

[[source]]
file = "tiny.csv"
licence = "CC0 1.0"
columns = { thread_id = "thread_id" }
labels.stance = { column = "stance" }

[[source]]
file = "sub/letters.csv"
licence = "MIT | mine"
citation = "Somebody, 2020"
url = "https://example.org"
weight = 0.5
columns = { id = "nr", text = "body", article_title = "about" }
labels.stance = { column = "view", classes = { pro = "favor", con = "against" } }
labels.off_topic = { column = "view", classes = { stray = 1, pro = 0, con = 0 } }
negatives = { near = 1, random = 0.5, drift = 0.5, labels = { off_topic = 1 } }
"#;

fn kitchen(recipe: &str) -> Dir {
    let dir = Dir::new().file("r.toml", recipe);
    std::fs::create_dir_all(dir.path("data/sub")).unwrap();
    dir.file("data/tiny.csv", tiny()).file("data/sub/letters.csv", letters())
}

fn metadata(dir: &Dir, model: &str) -> Value {
    dir.ombud(&format!("inspect {model} --json")).done().json()
}

#[test]
fn sources_are_read_each_in_its_own_way_and_remembered() {
    let dir = kitchen(RECIPE);
    let said = dir.ombud("train --recipe r.toml --data data -o m.model --card card.md").done();
    let said = said.says("off_topic").warns("tiny.csv: 90 rows");
    assert!(said.stderr.contains("sub/letters.csv: 80 rows and "), "{}", said.stderr);
    let model = metadata(&dir, "m.model");
    let labels: Vec<&str> = model["labels"].as_array().unwrap().iter().map(|l| l["name"].as_str().unwrap()).collect();
    assert_eq!(labels, ["stance", "off_topic"]);
    assert_eq!(model["labels"][0]["classes"], json!(["against", "favor", "none"]));
    assert!((model["labels"][1]["base_rate"].as_f64().unwrap() - 0.1).abs() < 1e-6);
    assert_eq!(model["provenance"]["folds"], 3);
    let recipe = &model["provenance"]["recipe"];
    assert_eq!(recipe["file"], "r.toml");
    assert_eq!(recipe["sources"][0]["licence"], "CC0 1.0");
    assert_eq!(recipe["sources"][1]["rows"], 80);
    let made_up = recipe["sources"][1]["negatives"].as_u64().unwrap();
    assert!((60..=180).contains(&made_up), "{made_up}");
    assert_eq!(model["provenance"]["rows"], 170 + made_up);
    assert_eq!(recipe["sources"][1]["sha256"].as_str().unwrap().len(), 64);
    dir.ombud("inspect m.model").done().says("MIT | mine; Somebody, 2020; https://example.org");
    let card = dir.text("card.md");
    assert!(card.contains(r"licence: MIT \| mine; Somebody, 2020"), "{card}");
    // The same bytes on any number of threads; options on the command line win.
    let bytes = dir.bytes("m.model");
    dir.ombud("train --recipe r.toml --data data -o m.model --threads 1").done();
    assert_eq!(bytes, dir.bytes("m.model"));
    dir.ombud("train --folds 2 --recipe r.toml --data data -o m.model --base-rate off_topic=0.2").done();
    let model = metadata(&dir, "m.model");
    assert_eq!(model["provenance"]["folds"], 2);
    assert!((model["labels"][1]["base_rate"].as_f64().unwrap() - 0.2).abs() < 1e-6);
}

#[test]
fn what_makes_no_sense_is_told_with_its_line() {
    let wrong = |from: &str, to: &str, parts: &[&str]| {
        let recipe = RECIPE.replacen(from, to, 1);
        assert_ne!(recipe, RECIPE, "{from}");
        kitchen(&recipe).ombud("train --recipe r.toml --data data -o m.model").failed().error(parts);
    };
    wrong("weight = 0.5", "wieght = 0.5", &["r.toml:20: ", "wieght"]);
    wrong("folds = 3", "fold = 3", &["r.toml:3: ", "\"fold\" is no option"]);
    wrong("folds = 3", "folds = \"three\"", &["r.toml:3: ", "three"]);
    wrong("folds = 3", "output = \"x\"", &["r.toml:3: ", "output"]);
    wrong("weight = 0.5", "weight = -1", &["r.toml:", "weight is -1"]);
    wrong("stray = 1,", "stray = \"perhaps\",", &["r.toml:", "off_topic is \"perhaps\""]);
    wrong("text = \"body\"", "txet = \"body\"", &["r.toml:21: ", "txet"]);
    wrong("text = \"body\"", "text = \"none\"", &["letters.csv", "none"]);
    wrong("column = \"view\", classes = { pro", "column = \"views\", classes = { pro", &["letters.csv", "views"]);
    wrong("article_title = \"about\"", "context = \"about\"", &["negatives need articles"]);
    wrong("labels = { off_topic = 1 }", "labels = { stance = \"none\" }", &["negatives.labels has no flag"]);
    wrong("off_topic = 0.1", "off_topics = 0.1", &["--base-rate off_topics"]);
    wrong("sub/letters", "letters", &["data/letters.csv"]);
    let dir = kitchen(RECIPE);
    dir.ombud("train --recipe r.toml data/tiny.csv -o m.model").misused();
    dir.ombud("train --data data -o m.model data/tiny.csv").misused();
    dir.ombud("train --recipe r.toml --flag spam -o m.model").misused();
}

#[test]
fn rows_are_selected_and_classes_that_no_row_has_are_told() {
    let recipe = RECIPE
        .replace("weight = 0.5", "rows = { column = \"view\", equals = [\"pro\", \"stray\"] }")
        .replace("con = \"against\"", "com = \"against\"");
    let dir = kitchen(&recipe);
    let said = dir.ombud("train --recipe r.toml --data data -o m.model").done();
    let said = said.warns("sub/letters.csv: 60 rows").warns("no row has the class \"com\" from which stance is made");
    said.warns("no row has the class \"con\" from which off_topic is made");
}

#[test]
fn one_text_in_two_sources_is_one_group() {
    // Every comment stands in both sources: were they divided, the second would be asked for what the first taught.
    let recipe = "[train]\nreplicates = 0\nfolds = 5\nblocks = \"words\"\nC = 10\n";
    let source =
        |name: &str| format!("[[source]]\nfile = \"{name}\"\nlicence = \"-\"\nlabels.spam = {{ column = \"spam\" }}\n");
    let dir = Dir::new().file("r.toml", format!("{recipe}{}{}", source("a.csv"), source("b.csv")));
    let table = |end: &str| {
        let row = |i: usize| format!("word{i} alone tells number{i} from others{end},{}\n", i * 7 % 13 % 2);
        format!("text,spam\n{}", (0..60).map(row).collect::<String>())
    };
    let dir = dir.file("a.csv", table("")).file("b.csv", table("!"));
    dir.ombud("train --recipe r.toml -o m.model").done();
    let auc = metadata(&dir, "m.model")["labels"][0]["figures"]["auc"]["value"].as_f64().unwrap();
    assert!(auc < 0.7, "{auc}");
}

#[test]
fn a_base_rate_moves_scores_thresholds_and_figures() {
    let dir = Dir::new().file("tiny.csv", tiny());
    let train = "train tiny.csv --replicates 0 --folds 3 --blocks words -C 1 --flag off_topic";
    dir.ombud(&format!("{train} -o plain.model")).done();
    dir.ombud(&format!("{train} -o rare.model --base-rate off_topic=0.02")).done();
    let scores = |model: &str| dir.ombud(&format!("score tiny.csv {model}")).done().table().numbers("off_topic.p");
    let (rare, site) = (scores("-m rare.model"), scores("-m plain.model --base-rate off_topic=0.02"));
    assert!(rare.iter().zip(&site).all(|(rare, site)| (rare - site).abs() < 1e-3), "{rare:?} {site:?}");
    let back = scores("-m rare.model --base-rate off_topic=0.2");
    assert!(back.iter().zip(scores("-m plain.model")).all(|(back, plain)| (back - plain).abs() < 1e-3));
    let figures = |model: &str| metadata(&dir, model)["labels"][0]["figures"].clone();
    let rate = |figures: &Value| figures["base_rate"]["value"].as_f64().unwrap();
    assert!((rate(&figures("plain.model")) - 0.2).abs() < 1e-6);
    assert!((rate(&figures("rare.model")) - 0.02).abs() < 1e-6);
    let auc = |model: &str| figures(model)["auc"]["value"].as_f64().unwrap();
    assert!((auc("plain.model") - auc("rare.model")).abs() < 1e-6);
    dir.ombud("train tiny.csv -o m.model --base-rate stance=0.1").failed().error(&["--base-rate stance"]);
    dir.ombud("train tiny.csv -o m.model --base-rate off_topic=1").misused();
}

#[test]
fn evaluation_on_training_rows_says_so() {
    let dir = kitchen(RECIPE);
    dir.ombud("train --recipe r.toml --data data -o m.model").done();
    let other = letters().replace("letter", "another epistle").replace("view", "stance");
    let half =
        format!("{other}{}", letters().lines().skip(1).take(30).fold(String::new(), |all, row| all + row + "\n"));
    dir.put("half.csv", half.replace("nr,body,about,", "id,text,article_title,").replace("pro", "favor"));
    let warning = "30 of these 110 rows were in the training data of m";
    dir.ombud("evaluate half.csv -m m.model --replicates 0").done().says(warning);
    dir.put("other.csv", other.replace("nr,body,about,", "id,text,article_title,").replace("pro", "favor"));
    let said = dir.ombud("evaluate other.csv -m m.model --replicates 0").done().out();
    assert!(!said.contains("training data of"), "{said}");
}

#[test]
fn a_source_need_not_say_its_licence() {
    let dir = kitchen(&RECIPE.replacen("licence = \"CC0 1.0\"\n", "", 1));
    dir.ombud("train --recipe r.toml --data data -o m.model --card card.md").done();
    let sources = &metadata(&dir, "m.model")["provenance"]["recipe"]["sources"];
    assert_eq!((&sources[0]["licence"], &sources[1]["licence"]), (&Value::Null, &json!("MIT | mine")));
    let shown = dir.ombud("inspect m.model").done().out();
    assert_eq!((shown.matches("licence: ").count(), dir.text("card.md").matches("licence: ").count()), (1, 1));
}

#[test]
fn models_that_ship_state_the_licence_of_every_source() {
    let mut recipes = 0;
    for entry in std::fs::read_dir(ours("models")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let recipe: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        for source in recipe["source"].as_array().unwrap() {
            let stated = |key: &str| source.get(key).and_then(toml::Value::as_str).is_some_and(|text| !text.is_empty());
            assert!(stated("licence"), "{}: {source:?}", path.display());
        }
        recipes += 1;
    }
    assert!(recipes > 0);
}

/// The letters without their texts, of which every other one answers the one before; and a table that has them, but for the
/// first.
fn letters_by_hash() -> (String, String) {
    let (mut labels, mut texts) = ("text_sha256,parent_text_sha256,about,view\n".to_owned(), "n,body\n".to_owned());
    let sha256 = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let letters = letters();
    let mut before = String::new();
    for (at, row) in letters.lines().skip(1).enumerate() {
        let (text, rest) = row.split_once('"').unwrap().1.split_once('"').unwrap();
        let parent = if at % 2 == 1 { sha256(&before) } else { String::new() };
        let _ = writeln!(labels, "{},{parent}{rest}", sha256(text));
        if at > 0 {
            let _ = writeln!(texts, "{at},\"{text}\"");
        }
        text.clone_into(&mut before);
    }
    (labels, texts)
}

#[test]
fn texts_are_found_by_their_hashes_in_other_tables() {
    let recipe = RECIPE
        .replace("sub/letters.csv", "./letters.csv")
        .replace("weight = 0.5", "texts = [\"sub/texts.csv\"]")
        .replace("id = \"nr\", text = \"body\", ", "");
    let (labels, texts) = letters_by_hash();
    let dir = kitchen(&recipe).file("letters.csv", labels).file("data/sub/texts.csv", texts);
    let said = dir.ombud("train --recipe r.toml --data data -o m.model --card card.md").done();
    let said = said.warns("./letters.csv: 1 of 80 rows have no text in sub/texts.csv");
    let said = said.warns("./letters.csv: parent_text: 1 of 40 are not in sub/texts.csv");
    said.warns("./letters.csv: 79 rows");
    let source = &metadata(&dir, "m.model")["provenance"]["recipe"]["sources"][1];
    assert_eq!((&source["rows"], &source["texts"][0]["file"]), (&json!(79), &json!("sub/texts.csv")));
    let sha256 = source["texts"][0]["sha256"].as_str().unwrap();
    assert_eq!(
        sha256,
        Sha256::digest(dir.bytes("data/sub/texts.csv")).iter().map(|b| format!("{b:02x}")).collect::<String>()
    );
    assert!(dir.text("card.md").contains("texts from sub/texts.csv, SHA-256"));
    dir.put("data/sub/texts.csv", "n,body\n1,something else\n");
    let train = "train --recipe r.toml --data data -o m.model";
    dir.ombud(train)
        .failed()
        .error(&["./letters.csv: none of its 80 texts is in sub/texts.csv: download it", "--data"]);
    std::fs::remove_file(dir.path("data/sub/texts.csv")).unwrap();
    dir.ombud(train).failed().error(&["sub/texts.csv"]);
}

#[test]
fn what_only_teaches_is_in_no_figure() {
    let dir = kitchen(&RECIPE.replacen("columns", "teaches-only = true\ncolumns", 1));
    let said = dir.ombud("train --recipe r.toml --data data -o m.model --card card.md --json").done();
    let report = said.warns("tiny.csv: 90 rows, used only for training").json();
    let [stance, off_topic] = [&report["labels"][0], &report["labels"][1]];
    // 60 of the letters are for or against; the class that tiny.csv alone has is learnt all the same.
    assert_eq!((&stance["name"], &stance["n"]), (&json!("stance"), &json!(60)));
    assert_eq!(stance["teaching"], json!([{ "source": "tiny.csv", "rows": 90 }]));
    assert_eq!(stance["by_source"].as_array().unwrap().len(), 1);
    assert_eq!(off_topic["n"], 80);
    assert_eq!(off_topic["teaching"][0]["source"], "sub/letters.csv, made up");
    let model = metadata(&dir, "m.model");
    assert_eq!(model["labels"][0]["classes"], json!(["against", "favor", "none"]));
    assert_eq!(model["labels"][0]["base_rates"][2], 0.0);
    let sources = &model["provenance"]["recipe"]["sources"];
    assert_eq!((&sources[0]["teaches_only"], &sources[1]["teaches_only"]), (&json!(true), &Value::Null));
    dir.ombud("inspect m.model").done().says("used only for training");
    let card = dir.text("card.md");
    assert!(card.contains("Comments used only for training, not in the figures: tiny.csv (90)."), "{card}");
    // A label that nothing else has is measured on what teaches it.
    let alone = RECIPE.replace("columns", "teaches-only = true\ncolumns");
    let report = kitchen(&alone).ombud("train --recipe r.toml --data data -o m.model --json").done().json();
    assert_eq!((&report["labels"][0]["n"], &report["labels"][0]["teaching"]), (&json!(150), &Value::Null));
}

#[test]
fn groups_of_one_name_are_one_where_a_recipe_says_so() {
    // A word tells, which a group has for itself: some rows of it stand in the one source and some in the other.
    let source =
        |name: &str| format!("[[source]]\nfile = \"{name}\"\ngroup = \"g\"\nlabels.spam = {{ column = \"spam\" }}\n");
    let table = |text: &str| {
        let letter = |i: usize| char::from(b'a' + i as u8);
        let row = |i: usize| {
            let (group, of_row) = (i % 20, letter(i / 20));
            let text = text.replace('#', &letter(group).to_string());
            format!("{text} {of_row}{of_row},g{group},{}\n", group * 7 % 13 % 2)
        };
        format!("text,g,spam\n{}", (0..60).map(row).collect::<String>())
    };
    let auc = |shared: &str| {
        let options = format!("[train]\nreplicates = 0\nfolds = 5\nblocks = \"words\"\nC = 10\n{shared}\n");
        let dir = Dir::new().file("r.toml", format!("{options}{}{}", source("a.csv"), source("b.csv")));
        let dir = dir.file("a.csv", table("word# alone tells it")).file("b.csv", table("here stands word# again"));
        dir.ombud("train --recipe r.toml -o m.model").done();
        metadata(&dir, "m.model")["labels"][0]["figures"]["auc"]["value"].as_f64().unwrap()
    };
    let (apart, together) = (auc(""), auc("shared-groups = true"));
    assert!(apart > 0.9 && together < 0.7, "{apart} {together}");
}

#[test]
fn sources_are_judged_each_by_itself() {
    // Nearly all of the one source has the flag and nearly nothing of the other, which its words tell at once.
    let table = |words: &str, odd: bool| {
        let row = |i: usize| {
            let is_odd = i.is_multiple_of(6);
            // It tells what is within them most of the time.
            let word = if is_odd != i.is_multiple_of(5) { "but" } else { "and" };
            format!("{words} {word} reader{i} says so,{}\n", u8::from(is_odd == odd))
        };
        format!("text,spam\n{}", (0..90).map(row).collect::<String>())
    };
    let source = |name: &str| format!("[[source]]\nfile = \"{name}\"\nlabels.spam = {{ column = \"spam\" }}\n");
    let options = "[train]\nreplicates = 0\nfolds = 3\nblocks = \"words\"\nC = 1\n";
    let dir = Dir::new().file("r.toml", format!("{options}{}{}", source("a.csv"), source("b.csv")));
    let dir = dir.file("a.csv", table("roads and lorries", true)).file("b.csv", table("water and pipes", false));
    let label = &dir.ombud("train --recipe r.toml -o m.model --json").done().json()["labels"][0];
    let of_source = |at: usize| label["by_source"][at]["auc"]["value"].as_f64().unwrap();
    let (within, all) = (label["auc_within_sources"].as_f64().unwrap(), label["auc"]["value"].as_f64().unwrap());
    assert!((within - f64::midpoint(of_source(0), of_source(1))).abs() < 1e-6, "{within}");
    assert!(within < all, "{within} {all}");
    let said = dir.ombud("train --recipe r.toml -o m.model --card card.md").done();
    said.says("mean within sources");
    assert!(
        dir.text("card.md").contains(&format!("| mean within sources |  |  | {within:.3} |")),
        "{}",
        dir.text("card.md")
    );
}
