//! `ombud train`: which columns are learnt, how, and what is remembered.

use super::support::{Dir, Table, gz, ours, tiny};

fn metadata(dir: &Dir, model: &str) -> serde_json::Value {
    dir.ombud(&format!("inspect {model} --json")).done().json()
}

fn labels(dir: &Dir, model: &str) -> Vec<String> {
    let metadata = metadata(dir, model);
    metadata["labels"].as_array().unwrap().iter().map(|label| label["name"].as_str().unwrap().to_owned()).collect()
}

/// `tiny.csv` with more columns, made from each row's number, class and flag.
fn widened(header: &str, cells: impl Fn(usize, &str, &str) -> String) -> String {
    let table = Table::of(tiny().as_bytes());
    let rows = table.rows.iter().enumerate().map(|(i, row)| {
        format!("{},{},\"{}\",{},{},{}\n", &row[0], &row[1], &row[2], &row[3], &row[4], cells(i, &row[3], &row[4]))
    });
    format!("id,thread_id,text,stance,off_topic,{header}\n{}", rows.collect::<String>())
}

#[test]
fn known_labels_are_found_and_named_ones_are_the_only_ones() {
    let dir = Dir::new().file("a.csv", widened("mood", |_, class, _| class.replace("favor", "happy")));
    dir.ombud("train a.csv -o found.model --folds 0").done();
    assert_eq!(labels(&dir, "found.model"), ["stance", "off_topic"]);
    dir.ombud("train a.csv -o named.model --folds 0 --stance mood").done();
    assert_eq!(labels(&dir, "named.model"), ["mood"]);
    let mood = &metadata(&dir, "named.model")["labels"][0];
    assert_eq!(mood["classes"], serde_json::json!(["against", "happy", "none"]));
    dir.ombud("train a.csv -o both.model --folds 0 --stance mood --stance stance --flag off_topic").done();
    assert_eq!(labels(&dir, "both.model"), ["mood", "stance", "off_topic"]);
}

#[test]
fn a_weight_of_nothing_is_as_good_as_no_annotation() {
    let weighed =
        |weight: &'static str| widened("off_topic.weight", move |i, _, _| if i < 30 { weight } else { "" }.to_owned());
    let unsaid = widened("more", |_, _, _| String::new());
    let unsaid = unsaid.lines().enumerate().map(|(at, line)| {
        let cells: Vec<&str> = line.rsplitn(3, ',').collect();
        if (1..=30).contains(&at) { format!("{},,\n", cells[2]) } else { format!("{line}\n") }
    });
    let dir = Dir::new()
        .file("zero.csv", weighed("0"))
        .file("one.csv", weighed("1"))
        .file("odd.csv", weighed("-1"))
        .file("unsaid.csv", unsaid.collect::<String>());
    let scores = |input: &str, options: &str| {
        dir.ombud(&format!("train {input} -o m.model --folds 0 --flag off_topic {options}")).done();
        dir.ombud("score zero.csv -m m.model").done().stdout
    };
    assert_eq!(scores("zero.csv", "--weights"), scores("unsaid.csv", ""));
    assert_eq!(scores("one.csv", "--weights"), scores("zero.csv", ""));
    assert_ne!(scores("one.csv", "--weights"), scores("zero.csv", "--weights"));
    let refused = dir.ombud("train odd.csv -o m.model --folds 0 --flag off_topic --weights").ends(3);
    assert!(
        refused.stderr.contains("off_topic.weight is \"-1\": a weight is a number from 0 on"),
        "{}",
        refused.stderr
    );
}

#[test]
fn tables_of_any_form_give_the_same_model() {
    let csv = tiny();
    let lines: String = Table::of(csv.as_bytes()).rows.iter().map(|row| {
        let object = serde_json::json!({"id": &row[0], "thread_id": &row[1], "text": &row[2], "stance": &row[3], "off_topic": row[4].parse::<u8>().unwrap()});
        format!("{object}\n")
    }).collect();
    let crlf = format!("\u{feff}{}", csv.replace('\n', "\r\n"));
    let dir = Dir::new()
        .file("a.csv", &csv)
        .file("b.csv.gz", gz(csv.as_bytes()))
        .file("c.jsonl", lines)
        .file("d.csv", crlf)
        .file("e.csv.zst", zstd::encode_all(csv.as_bytes(), 1).unwrap());
    let hash = |input: &str, stdin: Vec<u8>| {
        dir.ombud(&format!("train {input} -o m.model --folds 0 --stance stance --flag off_topic")).stdin(stdin).done();
        let metadata = metadata(&dir, "m.model");
        (metadata["provenance"]["sha256"].clone(), metadata["provenance"]["rows"].clone())
    };
    let expected = hash("a.csv", Vec::new());
    assert_eq!(expected.1, 90);
    for input in ["b.csv.gz", "c.jsonl", "d.csv", "e.csv.zst"] {
        assert_eq!(hash(input, Vec::new()), expected, "{input}");
        assert_eq!(hash("-", dir.bytes(input)), expected, "{input} as standard input");
    }
    // Keys that a line does not have are no labels.
    dir.ombud("train c.jsonl -o m.model --folds 0").done();
    assert_eq!(labels(&dir, "m.model"), ["stance", "off_topic"]);
    dir.ombud("evaluate c.jsonl -m m.model --replicates 0").done();
}

#[test]
fn several_tables_are_learnt_from_together_each_with_its_own_labels() {
    let dir = Dir::new().file("a.csv", tiny()).file(
        "b.csv",
        "text,spam\nbuy pills,1\nbuy gold,1\nhello there,0\ngood day,0\nbuy cheap pills,1\nnice weather,0\n",
    );
    dir.ombud("train a.csv b.csv -o m.model --folds 0").done();
    assert_eq!(labels(&dir, "m.model"), ["stance", "off_topic", "spam"]);
    let metadata = metadata(&dir, "m.model");
    assert_eq!(metadata["provenance"]["rows"], 96);
    assert_eq!(metadata["provenance"]["sources"], serde_json::json!(["a.csv", "b.csv"]));
    let dir = dir.file("c.csv", "id,text\n1,buy cheap pills\n2,hello good day\n");
    let table = dir.ombud("score c.csv -m m.model").done().table();
    let spam = table.numbers("spam.p");
    assert!(spam[0] > spam[1], "{spam:?}");
}

#[test]
fn a_missing_annotation_neither_trains_nor_counts() {
    // `few` is annotated in every third row; the others must change nothing in its figures.
    let dir =
        Dir::new().file("a.csv", widened("spam", |i, _, off| if i % 3 == 0 { off.to_owned() } else { " ".to_owned() }));
    dir.ombud("train a.csv -o m.model --replicates 0 --folds 3 --flag spam --flag off_topic").done();
    let metadata = metadata(&dir, "m.model");
    let figures = |at: usize| metadata["labels"][at]["figures"]["n"].clone();
    assert_eq!((metadata["labels"][0]["name"].as_str(), figures(0)), (Some("spam"), 30.into()));
    assert_eq!(figures(1), 90);
    // The same annotations without the rows that lack them give the same solution.
    let rows = Table::of(&dir.bytes("a.csv"));
    let kept: String =
        rows.rows.iter().step_by(3).map(|row| format!("{},\"{}\",{}\n", &row[0], &row[2], &row[5])).collect();
    dir.put("b.csv", format!("id,text,spam\n{kept}"));
    dir.ombud("train a.csv -o all.model --folds 0 --flag spam --min-df 1 --blocks words --hash-bits 18").done();
    dir.ombud("train b.csv -o part.model --folds 0 --flag spam --min-df 1 --blocks words --hash-bits 18").done();
    let score = |model: &str| dir.ombud(&format!("score b.csv -m {model}")).done().table();
    let (all, part) = (score("all.model").numbers("spam.p"), score("part.model").numbers("spam.p"));
    // TF-IDF statistics are of all comments, so the two agree in what they say rather than to the last decimal.
    for (all, part) in all.iter().zip(&part) {
        assert_eq!(*all >= 0.5, *part >= 0.5, "{all} {part}");
    }
}

#[test]
fn flags_are_read_in_every_spelling_and_shares_are_soft() {
    let spellings = |i: usize, off: &str| {
        let words = if off == "1" { ["1", "true", "YES", "y", "0.9"] } else { ["0", "False", "no", "N", "0.1"] };
        words[i % 25 / 5 % 5].to_owned()
    };
    let dir = Dir::new().file("a.csv", widened("spam", |i, _, off| spellings(i, off)));
    dir.ombud("train a.csv -o m.model --flag spam --replicates 0 --folds 3").done();
    let rate = metadata(&dir, "m.model")["labels"][0]["base_rates"][0].as_f64().unwrap();
    let rows = Table::of(&dir.bytes("a.csv"));
    let expected: f64 = (rows.column("spam").iter())
        .map(|cell| match cell.to_lowercase().as_str() {
            "1" | "true" | "yes" | "y" => 1.0,
            "0" | "false" | "no" | "n" => 0.0,
            share => share.parse().unwrap(),
        })
        .sum();
    assert!((rate - expected / 90.0).abs() < 1e-6, "{rate} {expected}");
}

#[test]
fn a_soft_label_pulls_the_score_less_than_a_hard_one() {
    let dir = Dir::new()
        .file("hard.csv", widened("spam", |_, _, off| off.to_owned()))
        .file("soft.csv", widened("spam", |_, _, off| if off == "1" { "0.6" } else { "0" }.to_owned()))
        .file("c.csv", "text\n\"see the notice, see the notice buy shoes now\"\n");
    let p = |name: &str| {
        dir.ombud(&format!("train {name}.csv -o {name}.model --flag spam --folds 0 -C 10 --blocks words")).done();
        dir.ombud(&format!("score c.csv -m {name}.model")).done().table().numbers("spam.p")[0]
    };
    let (hard, soft) = (p("hard"), p("soft"));
    assert!(hard > soft + 0.2 && soft < 0.7 && soft > 0.3, "{hard} {soft}");
}

#[test]
fn given_folds_and_groups_are_taken() {
    let dir = Dir::new().file("a.csv", widened("part,writer", |i, _, _| format!("{},w{}", ["x", "y"][i % 2], i / 3)));
    for option in ["--fold part", "--group writer", "--group thread_id", "--folds 2", "--group writer --folds 10"] {
        dir.ombud(&format!("train a.csv -o m.model --replicates 0 {option}")).done();
    }
    dir.ombud("train a.csv -o m.model --fold part --folds 3").misused().error(&["--fold", "--folds"]);
    dir.ombud("train a.csv -o m.model --fold nothing").failed().error(&["\"nothing\""]);
    dir.ombud("train a.csv -o m.model --group nothing").failed().error(&["\"nothing\""]);
    dir.ombud("train a.csv -o m.model --folds 1").failed().error(&["--folds"]);
    dir.ombud("train a.csv -o m.model --folds 10").failed().error(&["9 groups", "10 folds", "--folds"]);
}

#[test]
fn groups_keep_copies_of_a_comment_on_one_side() {
    // Each text stands there five times, with a label drawn by lot: only who sees a copy of a comment can know its label.
    let table = |end: fn(usize) -> String| {
        let rows: String = (0..40)
            .flat_map(|i| (0..5).map(move |copy| (i, copy)))
            .map(|(i, copy)| {
                let label = u8::from(i * 7919 % 13 % 2 == 0);
                format!("{copy}-{i},g{i},word{i} thing{i} other{i}{},{label}\n", end(copy))
            })
            .collect();
        format!("id,pile,text,spam\n{rows}")
    };
    let dir =
        Dir::new().file("near.csv", table(|copy| format!(" copy{copy}"))).file("equal.csv", table(|_| String::new()));
    let auc = |options: &str| {
        dir.ombud(&format!("train -o m.model --replicates 0 --blocks words -C 1 {options}")).done();
        metadata(&dir, "m.model")["labels"][0]["figures"]["auc"]["value"].as_f64().unwrap()
    };
    let (loose, grouped) = (auc("near.csv"), auc("near.csv --group pile"));
    assert!(loose > 0.95 && grouped < 0.8, "{loose} {grouped}");
    // Equal texts need no group to be named.
    let equal = auc("equal.csv");
    assert!(equal < 0.8, "{equal}");
}

#[test]
fn an_empty_group_is_a_group_of_its_own() {
    let dir = Dir::new().file("a.csv", widened("pile", |i, _, _| if i < 80 { String::new() } else { "p".to_owned() }));
    dir.ombud("train a.csv -o m.model --replicates 0 --group pile --folds 5").done();
}

#[test]
fn the_model_remembers_the_mapping_and_uses_it_where_the_header_is_there() {
    let mapped = tiny().replacen("id,thread_id,text", "nr,strand,body", 1);
    let dir = Dir::new()
        .file("a.csv", mapped)
        .file("same.csv", "nr,body,text\nx,good plan,bad plan\n")
        .file("other.csv", "id,text\nx,good plan\n")
        .file("own.csv", "id,body,words\nx,bad plan,good plan\n");
    let columns = "--column text=body --column id=nr --column thread_id=strand";
    dir.ombud(&format!("train a.csv -o m.model --replicates 0 {columns}")).done();
    for input in ["same.csv", "other.csv", "own.csv --column text=words"] {
        let table = dir.ombud(&format!("score {input} -m m.model")).done().table();
        assert_eq!((table.column("id"), table.column("stance")), (vec!["x"], vec!["favor"]), "{input}");
    }
    let thread = dir.ombud("score same.csv -m m.model --format thread").done().says("good plan").says("x  favor");
    assert!(!thread.out().contains("bad plan"));
    dir.ombud("evaluate a.csv -m m.model --replicates 0").done();
}

#[test]
fn the_date_is_that_of_source_date_epoch_or_none() {
    let dir = Dir::new().file("a.csv", tiny());
    dir.ombud("train a.csv -o m.model --folds 0").done();
    assert!(metadata(&dir, "m.model")["provenance"]["created"].is_null());
    dir.ombud("train a.csv -o m.model --folds 0").env("SOURCE_DATE_EPOCH", "1700000000").done();
    dir.ombud("train a.csv -o n.model")
        .env("SOURCE_DATE_EPOCH", "today")
        .misused()
        .error(&["SOURCE_DATE_EPOCH is today"]);
    assert_eq!(metadata(&dir, "m.model")["provenance"]["created"], 1_700_000_000);
}

#[test]
fn training_goes_on_from_a_model() {
    let dir = Dir::with_model().file("more.csv", "id,text,stance,off_topic\n1,splendid stuff,favor,0\n2,rotten stuff,against,0\n3,splendid thing,favor,0\n4,rotten thing,against,0\n5,see page two,none,0\n6,buy shoes now,none,1\n");
    dir.ombud("train more.csv --base tiny.model -o next.model --folds 0 --min-df 1").done();
    let base = metadata(&dir, "tiny.model")["hash"].clone();
    assert_eq!(metadata(&dir, "next.model")["provenance"]["base"], base);
    // Held close to its weights it still knows what it knew; from nothing it could not.
    dir.put("c.csv", "text\n\"good plan, I agree with it\"\n\"bad plan, I oppose it\"\n");
    let stance = |options: &str| {
        dir.ombud(&format!("train more.csv -o next.model --folds 0 --min-df 1 -C 0.01 {options}")).done();
        let table = dir.ombud("score c.csv -m next.model").done().table();
        (table.column("stance").join(" "), table.numbers("stance.p.favor")[0])
    };
    let (from_base, from_nothing) = (stance("--base tiny.model"), stance(""));
    assert_eq!(from_base.0, "favor against");
    assert!(from_base.1 > 0.4 && from_nothing.1 < 0.35, "{from_base:?} {from_nothing:?}");
    dir.ombud("train more.csv --base tiny.model -o x.model --blocks words").misused().error(&["--base", "--blocks"]);
    dir.ombud("train more.csv --base tiny.csv -o x.model").failed().error(&["tiny.csv", "not an ombud model"]);
}

#[test]
fn both_solvers_and_every_block_learn() {
    let dir =
        Dir::new().file("a.csv", tiny()).file("c.csv", "text\n\"good plan, I agree\"\n\"bad plan, I oppose it\"\n");
    for options in [
        "--solver dcd --blocks words --ngrams 1-2",
        "--solver adagrad --blocks words,chars",
        "--blocks chars --chars 2-5",
        "--blocks words,chars,cues,shape --class-weight balanced -C 1",
        "--hash-bits 12 --blocks words --class-weight none",
        "--stem english --blocks words --language en",
        "--blocks words --decide accuracy",
        "--blocks words --decide likeliest --min-df 1",
    ] {
        dir.ombud(&format!("train a.csv -o m.model --replicates 0 --folds 3 {options}")).done();
        let table = dir.ombud("score c.csv -m m.model").done().table();
        assert_eq!(table.column("stance"), ["favor", "against"], "{options}");
    }
}

#[test]
fn a_large_cost_is_solved_as_well_as_a_small_one() {
    // From nothing in one go to weights of 200, the dual solver once ended at scores of AUC 0.63 for this.
    let mut tables: Vec<String> = (std::fs::read_dir(ours("data/labelled")).unwrap())
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .collect();
    tables.sort_unstable();
    let dir = Dir::new();
    let auc = |cost: f32| {
        let options = "--flag off_topic --class-weight balanced --blocks words,chars,cues,shape --replicates 0";
        dir.ombud(&format!("train -o m.model {options} -C {cost}")).args(&tables.join(" ")).done();
        metadata(&dir, "m.model")["labels"][0]["figures"]["auc"]["value"].as_f64().unwrap()
    };
    let (small, large) = (auc(3.0), auc(30.0));
    assert!(large > small - 0.04, "{small} {large}");
}

#[test]
fn options_that_make_no_sense_are_wrong_usage() {
    let dir = Dir::new().file("a.csv", tiny());
    for (options, said) in [
        ("--ngrams 3-1", "--ngrams"),
        ("--ngrams 0", "--ngrams"),
        ("--chars 2-99", "--chars"),
        ("-C 0", "0"),
        ("-C nan", "nan"),
        ("--hash-bits 99", "--hash-bits"),
        ("--stem klingon", "klingon"),
        ("--blocks words,smells", "smells"),
        ("--solver guess", "guess"),
        ("--decide well", "well"),
        ("--threshold off_topic", "LABEL=VALUE"),
        ("--threshold off_topic=precision>9", "precision>9"),
        ("--threads 0", "--threads"),
        ("--nonsense", "--nonsense"),
    ] {
        let ran = dir.ombud(&format!("train a.csv -o x.model {options}")).misused().warns(said);
        assert!(ran.stdout.is_empty(), "{options}");
    }
    dir.ombud("train a.csv").misused().warns("--output");
    dir.ombud("train -o x.model").misused().warns("LABELLED");
    assert_eq!(dir.names(), ["a.csv"]);
}

#[test]
fn every_table_names_the_folds_of_its_rows() {
    let dir = Dir::new().file("a.csv", widened("part", |i, _, _| (i % 3).to_string())).file("b.csv", tiny());
    dir.ombud("train a.csv -o m.model --fold part --replicates 0").done();
    for tables in ["a.csv b.csv", "b.csv a.csv"] {
        let ran = dir.ombud(&format!("train {tables} -o n.model --fold part")).failed();
        ran.error(&["b.csv has no column \"part\"; its columns are id, thread_id, text, stance, off_topic"]);
    }
    dir.ombud("train b.csv -o n.model --group topics").failed().error(&["no column \"topics\""]);
}

#[test]
fn what_speaks_for_it_most_is_what_tells_most_and_nothing_of_it_is_cut_in_a_pipe() {
    let long = "a_class_whose_name_is_longer_than_any_column_of_a_report";
    let row = |i: usize| {
        let spam = i.is_multiple_of(2);
        // One word stands in half of the spam, others in two rows each.
        let words = match (spam, i % 4) {
            (true, 0) => "pills cheap".to_owned(),
            (true, _) => format!("rare{} only", i / 8),
            (false, _) => format!("hello{} there", i % 7),
        };
        let stance = [long, "other"][usize::from(i.is_multiple_of(3))];
        format!(
            "\"{words} number{i} said the reader of row {i}, {}\",{},{stance}\n",
            "and so on ".repeat(20),
            u8::from(spam)
        )
    };
    let table = format!("text,spam,stance\n{}", (0..120).map(row).collect::<String>());
    let dir = Dir::new().file("a.csv", table);
    let train =
        "train a.csv -o m.model --replicates 0 --folds 3 --blocks words --ngrams 1 -C 30 --flag spam --stance stance";
    let report = dir.ombud(&format!("{train} --json")).done().json();
    let strongest = |report: &serde_json::Value| report["labels"][1]["strongest"].clone();
    let features = strongest(&report)["spam"].clone();
    let features = features.as_array().unwrap();
    let weight = |at: usize| features[at]["weight"].as_f64().unwrap();
    let is_rare = |at: usize| features[at]["feature"].as_str().unwrap().starts_with("rare");
    assert!((0..3).all(|at| !is_rare(at)) && (3..features.len()).any(is_rare), "{features:?}");
    assert!((1..features.len()).any(|at| weight(at - 1) < weight(at)), "by more than the weight: {features:?}");
    let again = dir.ombud("evaluate a.csv -m m.model --replicates 0 --json").done().json();
    assert_eq!(strongest(&again), strongest(&report));

    let whole = dir.ombud("evaluate a.csv -m m.model --replicates 0").done().out();
    assert!(!whole.contains('…') && whole.contains(&format!("→ {long}")), "{whole}");
    assert!(whole.contains("Strongest features (by weight times spread)"), "{whole}");
    let narrow = dir.ombud("evaluate a.csv -m m.model --replicates 0").env("COLUMNS", "60").done().out();
    assert!(narrow.contains('…') && narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    let table = dir.ombud("score a.csv -m m.model --format table").done().out();
    assert!(!table.contains('…') && table.contains(&"and so on ".repeat(20).trim_end().to_owned()), "{table}");
}

#[test]
fn labels_on_rows_of_their_own_are_learnt_beside_each_other() {
    let mut table = "text,stance,spam\n".to_owned();
    for i in 0..60 {
        let (word, class) = [("good", "favor"), ("bad", "against"), ("why", "none")][i % 3];
        table += &format!("it is {word} no {i},{class},\n");
        table += &format!("{} no {i},,{}\n", ["buy cheap shoes", "they never asked"][i % 2], i % 2);
    }
    let dir = Dir::new().file("in.csv", table);
    for options in ["", " -C 1"] {
        dir.ombud(&format!("train in.csv -o m.model --folds 2 --replicates 0 --blocks words{options}")).done();
    }
}
