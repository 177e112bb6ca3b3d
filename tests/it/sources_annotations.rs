//! Files of annotations as the programs write them, what several annotators said of one comment, several labels in a cell, and
//! moderators' decisions.

use serde_json::{Value, json};

use super::support::{Dir, gz, ours};

const FILES: [&str; 11] = [
    "label-studio.json",
    "label-studio-min.json",
    "label-studio.csv",
    "doccano.jsonl",
    "prodigy.jsonl",
    "prodigy-choice.jsonl",
    "spacy.jsonl",
    "spacy-pairs.json",
    "argilla.jsonl",
    "argilla-old.jsonl",
    "fasttext.txt",
];

fn export(name: &str) -> String {
    std::fs::read_to_string(ours(&format!("data/exports/{name}"))).unwrap()
}

/// A folder with that file of ours.
fn with(name: &str) -> Dir {
    Dir::new().file(name, export(name))
}

/// The labels of a model, each with its classes if it is a stance.
fn labels(dir: &Dir, model: &str) -> Vec<String> {
    let told = dir.ombud(&format!("inspect {model} --json")).done().json();
    let name = |label: &Value| match label["classes"].as_array() {
        None => label["name"].as_str().unwrap().to_owned(),
        Some(classes) => {
            let classes: Vec<&str> = classes.iter().map(|class| class.as_str().unwrap()).collect();
            format!("{}: {}", label["name"].as_str().unwrap(), classes.join(" "))
        }
    };
    told["labels"].as_array().unwrap().iter().map(name).collect()
}

/// What is learnt from a file of ours when nothing is asked for, with what is told.
fn learnt(name: &str, options: &str) -> (Vec<String>, String) {
    let dir = with(name);
    let ran = dir.ombud(&format!("train {name} -o a.model --folds 0 {options}")).done();
    (labels(&dir, "a.model"), ran.stderr)
}

#[test]
fn each_file_is_learnt_as_it_is() {
    let stance = "stance: against favor none";
    for (name, expected) in [
        ("label-studio.json", &[stance, "toxic", "insult", "off_topic"][..]),
        ("label-studio-min.json", &[stance, "toxic", "insult", "off_topic"]),
        ("label-studio.csv", &[stance, "toxic", "insult", "off_topic"]),
        ("doccano.jsonl", &["toxic", "insult", "off_topic"]),
        ("prodigy.jsonl", &["TOXIC"]),
        ("prodigy-choice.jsonl", &["accept: against favor none"]),
        ("spacy.jsonl", &["TOXIC", "OFF_TOPIC"]),
        ("spacy-pairs.json", &["TOXIC", "OFF_TOPIC"]),
        ("argilla.jsonl", &[stance, "toxic", "insult", "off_topic"]),
        ("argilla-old.jsonl", &[stance]),
        ("fasttext.txt", &["fine", "toxic", "insult", "off_topic"]),
    ] {
        let (mut found, _) = learnt(name, "");
        let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn each_comment_is_scored_once_however_many_annotated_it() {
    for name in FILES {
        let dir = Dir::with_model().file(name, export(name)).file(&format!("{name}.gz"), gz(export(name).as_bytes()));
        let score = |input: &str| dir.ombud(&format!("score {input} -m tiny.model --format csv")).done().table();
        let rows = score(name).column("id").len();
        let expected = match name {
            "label-studio.json" | "fasttext.txt" => 31,
            // A line is what one annotator said, and nothing says which comments are the same.
            "prodigy.jsonl" => 45,
            _ => 30,
        };
        assert_eq!(rows, expected, "{name}");
        assert_eq!(score(&format!("{name}.gz")).column("id").len(), expected, "{name}.gz");
    }
}

#[test]
fn conversion_keeps_comments_and_what_was_said_of_them() {
    let dir = with("label-studio.json");
    dir.ombud("convert label-studio.json -o a.jsonl").done();
    let rows: Vec<Value> = dir.text("a.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 31);
    let is = |row: usize, key: &str, value: &str| assert_eq!(rows[row][key], json!(value), "{key} of {row}");
    is(2, "id", "3");
    is(2, "thread_id", "ferry-street");
    is(2, "author", "reader3");
    is(2, "article_title", "Council to close Ferry Street to cars on Sundays");
    is(2, "text", "You people are clowns, every one of you who voted for this.");
    is(2, "stance", "against");
    is(2, "toxic", "1");
    is(2, "off_topic", "0");
    assert_eq!(rows[5].get("stance").filter(|stance| **stance != json!("")), None, "it is a tie");
    assert_eq!(rows[30].get("toxic").filter(|toxic| **toxic != json!("")), None, "nobody annotated it");

    let dir = Dir::with_model().file("doccano.jsonl", export("doccano.jsonl"));
    dir.ombud("convert doccano.jsonl -o a.csv").done();
    let table = dir.ombud("score a.csv -m tiny.model --format csv --keep all").done().table();
    assert_eq!(&table.column("toxic")[..4], ["0", "0", "1", "0"]);
    assert_eq!(table.column("thread_id")[0], "ferry-street");
}

#[test]
fn what_is_left_out_is_told() {
    for (name, told) in [
        ("label-studio.json", "1 annotation was skipped by its annotator"),
        ("label-studio.json", "1 prediction of a model is no annotation"),
        ("label-studio.json", "1 result is no choice about the whole comment"),
        ("doccano.jsonl", "1 remark of an annotator is left out"),
        ("prodigy.jsonl", "2 tasks were ignored by their annotators"),
        ("prodigy-choice.jsonl", "1 task with options was rejected as a whole"),
        ("argilla.jsonl", "1 response was discarded or is a draft"),
        ("argilla.jsonl", "1 suggestion of a model is no response"),
        ("fasttext.txt", "1 line has no label"),
    ] {
        let (_, stderr) = learnt(name, "");
        assert!(stderr.contains(told), "no {told:?} in {stderr}");
    }
    let spans = "{\"text\":\"Rosa was here today\",\"label\":[[0,4,\"NAME\"]]}\n{\"text\":\"so was Tom\",\"label\":[[7,10,\"NAME\"]]}\n";
    let dir = Dir::new().file("spans.jsonl", spans);
    dir.ombud("train spans.jsonl -o a.model").failed().warns("no label to learn");
    let dir = Dir::with_model().file("spans.jsonl", spans);
    dir.ombud("score spans.jsonl -m tiny.model").done().warns("2 lists of labels are of parts of the comments");
}

#[test]
fn a_question_can_be_asked_for_by_its_name() {
    assert_eq!(learnt("doccano.jsonl", "--flag label").0, ["toxic", "insult", "off_topic"]);
    assert_eq!(learnt("doccano.jsonl", "--flag label.insult").0, ["insult"]);
    assert_eq!(learnt("prodigy.jsonl", "--flag answer").0, ["TOXIC"]);
    assert_eq!(learnt("spacy.jsonl", "--flag cats.OFF_TOPIC").0, ["OFF_TOPIC"]);
    assert_eq!(learnt("label-studio.json", "--stance stance").0, ["stance: against favor none"]);
    let (flags, _) = learnt("label-studio.json", "--flag stance.favor --flag stance.against");
    assert_eq!(flags, ["favor", "against"], "answers are flags");
    with("doccano.jsonl")
        .ombud("train doccano.jsonl --stance label -o a.model")
        .failed()
        .warns("\"label\" is no stance in doccano.jsonl")
        .warns("each is a flag: toxic, insult, off_topic");
    with("doccano.jsonl").ombud("train doccano.jsonl --flag lable -o a.model").failed().warns("no column \"lable\"");
}

#[test]
fn one_label_a_row_of_doccano_is_a_stance_whatever_the_text_is_called() {
    let line = |i: usize| {
        format!(
            "{{\"id\":{i},\"data\":\"{} number {i}\",\"label\":[\"{}\"]}}\n",
            ["good plan", "bad plan"][i % 2],
            ["fine", "toxic"][i % 2]
        )
    };
    let dir = Dir::new().file("a.jsonl", (0..40).map(line).collect::<String>());
    for options in ["", "--column text=data --stance label"] {
        dir.ombud(&format!("train a.jsonl -o a.model --folds 0 {options}")).done();
        assert_eq!(labels(&dir, "a.model"), ["label: fine toxic"]);
    }
    dir.ombud("train a.jsonl -o a.model --folds 0 --flag toxic").done();
    assert_eq!(labels(&dir, "a.model"), ["toxic"]);
}

#[test]
fn a_model_of_flags_is_evaluated_on_a_file_that_has_one_answer_a_comment() {
    let dir = with("doccano.jsonl");
    dir.ombud("train doccano.jsonl -o a.model --folds 0").done();
    let one = "{\"text\":\"What a fool\",\"label\":[\"toxic\"]}\n{\"text\":\"Is the pool open?\",\"label\":[\"off_topic\"]}\n";
    dir.put("one.jsonl", one);
    let report = dir.ombud("evaluate one.jsonl -m a.model --replicates 0 --json").done().json();
    let names: Vec<&str> =
        report["labels"].as_array().unwrap().iter().map(|label| label["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["off_topic", "toxic"]);
}

#[test]
fn cells_that_stand_for_nothing_do_so_in_files_of_annotations_too() {
    let (found, _) = learnt("label-studio.json", "--stance stance --classes stance=none:");
    assert_eq!(found, ["stance: against favor"]);
    let (found, _) = learnt("label-studio.json", "--classes stance=none:");
    assert!(found.contains(&"stance: against favor".to_owned()), "{found:?}");
    with("label-studio.json")
        .ombud("train label-studio.json -o a.model --folds 0 --classes stanze=none:")
        .failed()
        .warns("no label \"stanze\" is read (did you mean `stance`?)");
    let dir = Dir::new().file("a.csv", marked());
    dir.ombud("train a.csv --flag spam --classes spam=-1: -o a.model --folds 0").done();
    dir.ombud("train a.csv --flag spam -o b.model --folds 0").refused().warns("--classes spam=-1:");
}

/// Rows of which a third are marked as not annotated.
fn marked() -> String {
    let row = |i: usize| {
        format!("{i},{} number {i},{}\n", ["good plan", "buy now", "so be it"][i % 3], ["0", "1", "-1"][i % 3])
    };
    format!("id,text,spam\n{}", (0..60).map(row).collect::<String>())
}

#[test]
fn rows_of_several_annotators_are_one_row_and_their_agreement_is_told() {
    let dir = with("annotators.csv");
    let train = "train annotators.csv -o a.model --folds 3 --replicates 0";
    let ran = dir
        .ombud(&format!("{train} --json"))
        .done()
        .warns("54 rows are joined with another annotator's row of the same comment");
    let report = ran.json();
    let of =
        |name: &str| report["labels"].as_array().unwrap().iter().find(|label| label["name"] == name).unwrap().clone();
    let toxicity = of("toxicity");
    assert_eq!(toxicity["n"], 30);
    // Of 84 annotations by three, 8 comments are called toxic; alpha was computed by hand from the coincidence matrix.
    let agreement = &toxicity["agreement"];
    assert_eq!(
        [&agreement["annotators"], &agreement["comments"], &agreement["annotations"], &agreement["ties"]],
        [3, 30, 84, 0]
    );
    assert!((agreement["alpha"].as_f64().unwrap() - alpha()).abs() < 1e-9, "{agreement}");
    assert_eq!(of("stance")["n"], 29, "one comment is a tie");
    assert_eq!(of("stance")["agreement"]["ties"], 1);
    dir.ombud(train).done().says("3 annotators; 30 comments with 84 annotations by two or more");
    // Whatever the column is called, and whether rows have ids of comments, of their own, or none.
    let sha = |name: &str, content: String, options: &str| {
        dir.put(name, content);
        dir.ombud(&format!("train {name} -o b.model --folds 3 --replicates 0 --json {options}")).done().json()["labels"]
            .take()
    };
    let renamed = export("annotators.csv").replacen("worker_id", "who", 1);
    let labels =
        |value: Value| value.as_array().unwrap().iter().map(|label| label["agreement"].clone()).collect::<Vec<_>>();
    let expected = labels(report["labels"].clone());
    assert_eq!(labels(sha("b.csv", renamed, "--annotator who")), expected);
    let rows = export("annotators.csv");
    let numbered = rows.lines().enumerate().map(|(i, line)| {
        let (_, rest) = line.split_once(',').unwrap();
        if i == 0 { format!("{line}\n") } else { format!("{i},{rest}\n") }
    });
    assert_eq!(labels(sha("c.csv", numbered.collect(), "")), expected);
    dir.ombud("train annotators.csv --annotator nobody -o b.model").failed().warns("no column \"nobody\"");
}

/// Krippendorff's alpha of the flag in `annotators.csv`: 24 comments have three annotations and 6 have two.
fn alpha() -> f64 {
    let mut counts = std::collections::BTreeMap::<String, [f64; 2]>::new();
    let text = export("annotators.csv");
    for line in text.lines().skip(1) {
        let (id, said) = (line.split(',').next().unwrap(), line.rsplit(',').next().unwrap());
        counts.entry(id.to_owned()).or_default()[usize::from(said == "1")] += 1.0;
    }
    let coincidence = |[no, yes]: &[f64; 2]| 2.0 * no * yes / (no + yes - 1.0);
    let observed: f64 = counts.values().map(coincidence).sum();
    let [no, yes] = counts.values().fold([0.0, 0.0], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
    1.0 - (no + yes - 1.0) * observed / (2.0 * no * yes)
}

#[test]
fn one_annotator_alone_changes_nothing() {
    let rows = export("annotators.csv");
    let one: String = rows
        .lines()
        .filter(|line| !line.contains(",w2,") && !line.contains(",w3,"))
        .map(|line| format!("{line}\n"))
        .collect();
    let dir = Dir::new().file("a.csv", &one).file("b.csv", one.replacen("worker_id", "x", 1));
    let hash = |name: &str| {
        let ran = dir.ombud(&format!("train {name} -o m.model --folds 0")).done();
        assert!(!ran.stderr.contains("another annotator"), "{}", ran.stderr);
        dir.ombud("inspect m.model --json").done().json()["provenance"]["sha256"].take()
    };
    assert_eq!(hash("a.csv"), hash("b.csv"));
}

#[test]
fn annotators_of_one_file_are_joined_and_their_agreement_is_told() {
    let dir = with("label-studio.json");
    let report = dir.ombud("train label-studio.json -o a.model --folds 3 --replicates 0 --json").done().json();
    let stance = report["labels"].as_array().unwrap().iter().find(|label| label["name"] == "stance").unwrap();
    assert_eq!((&stance["n"], &stance["agreement"]["ties"]), (&json!(29), &json!(1)));
    assert_eq!((&stance["agreement"]["comments"], &stance["agreement"]["annotations"]), (&json!(10), &json!(20)));
}

#[test]
fn names_in_a_cell_are_flags() {
    let dir = with("several-labels.csv");
    let ran = dir.ombud("train several-labels.csv --flags-in problems --classes problems=-:[] -o a.model --folds 3 --replicates 0 --json");
    let report = ran.done().json();
    let found: Vec<(&str, &Value)> = report["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| (label["name"].as_str().unwrap(), &label["n"]))
        .collect();
    let n = json!(29);
    assert_eq!(found, [("toxic", &n), ("insult", &n), ("off_topic", &n)], "the empty cell is no annotation");
    let lists = |open: &str, quote: &str| {
        let row = |i: usize| {
            let names = [vec!["toxic", "rude"], vec!["toxic"], vec![]][i % 3]
                .iter()
                .map(|name| format!("{quote}{name}{quote}"))
                .collect::<Vec<_>>();
            format!("{i},{} number {i},\"{open}{}]\"\n", ["you fool", "shut up", "good plan"][i % 3], names.join(", "))
        };
        format!("id,text,labels\n{}", (0..60).map(row).collect::<String>())
    };
    for (open, quote) in [("[", "\"\""), ("[", "'")] {
        let dir = Dir::new().file("a.csv", lists(open, quote));
        dir.ombud("train a.csv --flags-in labels -o a.model --folds 0").done();
        assert_eq!(labels(&dir, "a.model"), ["toxic", "rude"]);
        dir.ombud("train a.csv --stance labels -o a.model").failed().warns("--flags-in labels");
        dir.ombud("evaluate a.csv --flags-in labels -m a.model --replicates 0").done();
    }
    let many: String = (0..200).map(|i| format!("{i},text {i},topic{i}\n")).collect();
    let dir = Dir::new().file("a.csv", format!("id,text,topics\n{many}"));
    dir.ombud("train a.csv --flags-in topics -o a.model").failed().warns("more than 64 different names");
    dir.ombud("train a.csv --flags-in topic -o a.model").failed().warns("no column \"topic\"");
}

#[test]
fn what_moderators_decided_is_learnt_when_it_is_asked_for() {
    let dir = with("moderated.csv");
    let report =
        dir.ombud("train moderated.csv --labels-from-status -o a.model --folds 3 --replicates 0 --json").done().json();
    assert_eq!((&report["labels"][0]["name"], &report["labels"][0]["n"]), (&json!("reject"), &json!(26)));
    dir.ombud("evaluate moderated.csv -m a.model --labels-from-status --replicates 0").done();
    dir.ombud("train moderated.csv -o b.model").failed().warns("--labels-from-status learns moderators' decisions");
    dir.put("none.csv", export("moderated.csv").replace("REJECTED", "NONE").replace("APPROVED", "PREMOD"));
    dir.ombud("train none.csv --labels-from-status -o b.model")
        .failed()
        .warns("no row has a moderator's decision: the states are NONE");
    dir.put("odd.csv", export("moderated.csv").replace("REJECTED", "purple"));
    dir.ombud("train odd.csv --labels-from-status -o b.model").failed().warns("purple (7)");
    dir.ombud("train odd.csv --labels-from-status --classes reject=purple:1 -o b.model --folds 0").done();
    let dir = with("annotators.csv");
    dir.ombud("train annotators.csv --labels-from-status -o b.model")
        .failed()
        .warns("there is no column `reject` or `status`");
}

#[test]
fn broken_lines_are_refused_with_their_place_and_the_rest_is_learnt() {
    let broken = export("doccano.jsonl").replacen("{\"id\": 3,", "{\"id\": 3,,", 1);
    let dir = Dir::new().file("a.jsonl", broken);
    dir.ombud("train a.jsonl -o a.model --folds 0").refused().warns("a.jsonl:3: ");
    let deep = format!("{{\"text\":\"a\",\"label\":{}\"x\"{}}}\n", "[".repeat(5000), "]".repeat(5000));
    let dir = Dir::new().file("a.jsonl", export("doccano.jsonl") + &deep);
    dir.ombud("train a.jsonl -o a.model --folds 0").done().warns("is of a part of the comment");
}

#[test]
fn ordinary_tables_and_pages_are_no_files_of_annotations() {
    for (name, content) in [
        ("a.jsonl", "{\"text\":\"a b c\",\"label\":\"x\"}\n{\"text\":\"d e f\",\"label\":\"y\"}\n"),
        ("b.jsonl", "{\"text\":\"a b c\",\"label\":1}\n{\"text\":\"d e f\",\"label\":0}\n"),
    ] {
        let dir = Dir::new().file(name, content);
        dir.ombud(&format!("train {name} -o a.model")).failed().warns("perhaps --stance label");
        dir.ombud(&format!("train {name} --stance label -o a.model --folds 0")).done();
    }
}

/// Thirty comments, each with what one annotator said of it: whether it is rude, and whether it is spam.
fn said(line: impl Fn(usize, &str, bool, bool) -> String) -> String {
    let text = |i: usize| format!("{} number {i}", ["good plan", "you fool", "buy now"][i % 3]);
    (0..30).map(|i| line(i, &text(i), i % 3 == 1, i % 3 == 2)).collect()
}

/// How many comments are annotated with a label, and how many of them by two or more.
fn counts(dir: &Dir, files: &str) -> Vec<(String, u64, u64)> {
    let report = dir.ombud(&format!("train {files} -o a.model --folds 3 --replicates 0 --json")).done().json();
    let of = |label: &Value| {
        let comments = label["agreement"]["comments"].as_u64().unwrap_or(0);
        (label["name"].as_str().unwrap().to_owned(), label["n"].as_u64().unwrap(), comments)
    };
    report["labels"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn labels_that_prodigy_asks_for_one_by_one_are_of_one_comment() {
    let task = |i: usize, who: &str, text: &str, label: &str, is: bool| {
        let answer = if is { "accept" } else { "reject" };
        let task = json!({"text": text, "_input_hash": i, "label": label, "answer": answer, "_annotator_id": who});
        format!("{task}\n")
    };
    let anna = said(|i, text, rude, spam| task(i, "anna", text, "RUDE", rude) + &task(i, "anna", text, "SPAM", spam));
    let bob = said(|i, text, rude, spam| task(i, "bob", text, "SPAM", spam) + &task(i, "bob", text, "RUDE", rude));
    let dir = Dir::new().file("a.jsonl", anna.clone() + &bob).file("anna.jsonl", anna);
    assert_eq!(counts(&dir, "a.jsonl"), [("RUDE".to_owned(), 30, 30), ("SPAM".to_owned(), 30, 30)]);
    dir.ombud("convert anna.jsonl -o a.csv").done();
    assert_eq!(dir.text("a.csv").lines().count(), 31);
}

#[test]
fn a_file_of_doccano_for_each_annotator_is_one_table_of_all() {
    let line = |i: usize, text: &str, rude: bool, spam: bool| {
        let names: Vec<&str> =
            [(rude, "rude"), (spam, "spam")].iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
        format!("{}\n", json!({"id": i, "text": text, "label": names}))
    };
    let dir = Dir::new().file("anna.jsonl", said(line)).file("bob.jsonl", said(line));
    let mut found = counts(&dir, "anna.jsonl bob.jsonl");
    found.sort();
    assert_eq!(found, [("rude".to_owned(), 30, 30), ("spam".to_owned(), 30, 30)]);
    assert_eq!(counts(&dir, "anna.jsonl").iter().map(|label| label.2).max(), Some(0), "one alone agrees with nobody");
    // Comments of other ids are others.
    dir.put("bob.jsonl", said(|i, text, rude, spam| line(i + 100, text, rude, spam)));
    assert_eq!(counts(&dir, "anna.jsonl bob.jsonl").iter().map(|label| label.1).max(), Some(60));
}

#[test]
fn what_one_annotator_said_twice_and_what_may_be_no_label_is_told() {
    let row = |i: usize, text: &str, rude: bool, _: bool| {
        let mood = if rude { "bad" } else { "good" };
        format!("{i},1,{i},1.5,{},good,{text}\n{i},1,{i},1.5,{0},{mood},{text}\n", ["Herald", "Post"][i % 2])
    };
    let table = format!("annotation_id,annotator,id,lead_time,source,mood,text\n{}", said(row));
    let dir = Dir::new().file("ls.csv", &table).file("own.csv", table.replacen("lead_time", "hours", 1));
    dir.ombud("train ls.csv -o a.model --folds 0")
        .done()
        .warns("30 annotations stand in place of earlier ones")
        .warns("source, mood may be what annotators answered");
    let ran = dir.ombud("train ls.csv --stance mood -o a.model --folds 0").done();
    assert!(!ran.stderr.contains("may be what annotators answered"), "{}", ran.stderr);
    let ran = dir.ombud("train own.csv --stance mood -o a.model --folds 0").done();
    let told = ran.warns("30 rows are repeated by the same annotator for the same comment");
    assert!(!told.stderr.contains("another annotator"), "{}", told.stderr);
}
