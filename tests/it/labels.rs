//! Labels, columns, ids and times as people and programs write them: read where that is certain, else told with the way out.

use super::support::{Dir, tiny};

/// Rows of comments with one label column, of which each cell is one of `cells` by turns.
fn labelled(label: &str, cells: &[&str]) -> String {
    let words = ["good plan", "bad plan", "see the notice", "buy shoes now", "a fine idea"];
    let rows = (0..60)
        .map(|i| format!("{i},{} number {i},\"{}\"\n", words[i % 5], cells[i % cells.len()].replace('"', "\"\"")));
    format!("id,text,{label}\n{}", rows.collect::<String>())
}

fn classes(dir: &Dir, model: &str) -> serde_json::Value {
    dir.ombud(&format!("inspect {model} --json")).done().json()["labels"][0]["classes"].take()
}

/// The options that a message names.
fn options(message: &str) -> Vec<String> {
    let options = message.split("--classes ").skip(1).map(|rest| match rest.strip_prefix('\'') {
        Some(quoted) => quoted.split('\'').next().unwrap(),
        None => rest.split(|char: char| char.is_whitespace()).next().unwrap(),
    });
    options.map(|option| option.trim_end_matches(';').to_owned()).collect()
}

#[test]
fn odd_classes_are_told_before_training_with_the_options_that_put_them_right() {
    for (cells, said, expected) in [
        (&["favor", "Favor", "FAVOR", "against", "against,"][..], "are spelt alike", &["against", "favor"][..]),
        (&["favor", "against", "-1", "nan", "none"], "look like missing annotations", &["against", "favor", "none"]),
        (&["toxic", "none", "toxic|insult", "insult"], "several classes in one cell", &["insult", "none", "toxic"]),
    ] {
        let dir = Dir::new().file("a.csv", labelled("stance", cells));
        let ran = dir.ombud("train a.csv -o m.model --folds 0").done();
        let warning = ran.stderr.lines().next().unwrap();
        assert!(warning.starts_with("warning: stance: ") && warning.contains(said), "{}", ran.stderr);
        assert!(warning.contains(", first in a.csv:"), "{warning}");
        assert_eq!(classes(&dir, "m.model").as_array().unwrap().len(), cells.len(), "they stay apart");
        let mut run = dir.ombud("train a.csv -o m.model --folds 0");
        for option in options(warning) {
            run = run.arg("--classes").arg(option);
        }
        let ran = run.done();
        assert!(!ran.stderr.contains("warning: stance"), "{}", ran.stderr);
        assert_eq!(classes(&dir, "m.model"), serde_json::json!(expected));
    }
    let dir = Dir::new().file("a.csv", labelled("stance", &["favor", "against", "none"]));
    let ran = dir.ombud("train a.csv -o m.model --folds 0").done();
    assert_eq!(ran.stderr.lines().count(), 1, "nothing is odd: {}", ran.stderr);
}

#[test]
fn evaluation_tells_spellings_that_the_model_does_not_know_and_takes_the_same_option() {
    let dir = Dir::with_model().file("other.csv", tiny().replace(",favor,", ",Favor,"));
    dir.ombud("evaluate other.csv -m tiny.model --replicates 0")
        .done()
        .warns("\"Favor\" (30) is another spelling of a known class")
        .warns("to join them: --classes stance=Favor:favor");
    let evaluate =
        |input: &str| dir.ombud(&format!("evaluate {input} -m tiny.model --replicates 0 --json")).done().json();
    let right = evaluate("other.csv --classes stance=Favor:favor");
    assert_eq!(right["labels"], evaluate("tiny.csv")["labels"]);
}

#[test]
fn answers_of_annotators_become_flags_by_the_options_that_the_refusal_names() {
    for (cells, expected) in [
        (&["accept", "reject", "ignore"][..], "--classes spam=accept:1 --classes spam=reject:0 --classes spam=ignore:"),
        (&["x", "", ""], "--classes spam=x:1; and --classes spam=:0 if an empty cell means no"),
        (&["Spam", "not spam"], "--classes spam=Spam:1 --classes 'spam=not spam:0'"),
    ] {
        let dir = Dir::new().file("a.csv", labelled("spam", cells));
        let ran = dir.ombud("train a.csv -o m.model --folds 0").failed().warns("a flag is 1 or 0").warns(expected);
        let mut run = dir.ombud("train a.csv -o m.model --folds 0");
        for option in options(ran.stderr.lines().last().unwrap()) {
            run = run.arg("--classes").arg(option);
        }
        run.done();
    }
    let lists = labelled("label", &["[\"toxic\"]", "[\"fine\"]"]);
    let dir = Dir::new().file("a.csv", lists);
    let ran = dir.ombud("train a.csv --stance label -o m.model --folds 0").failed();
    let ran = ran.warns("'label=[\"toxic\"]:toxic' --classes 'label=[\"fine\"]:fine'");
    let mut run = dir.ombud("train a.csv --stance label -o m.model --folds 0");
    for option in options(ran.stderr.lines().last().unwrap()) {
        run = run.arg("--classes").arg(option);
    }
    run.done();
    assert_eq!(classes(&dir, "m.model"), serde_json::json!(["fine", "toxic"]));
}

#[test]
fn flags_are_read_as_spreadsheets_and_pandas_write_them_and_nan_is_no_annotation() {
    let expected = labelled("spam", &["1", "0", "1", "0", ""]);
    for cells in [
        ["1.0", "0.0", "1.0", "0.0", "NaN"],
        ["TRUE", "FALSE", "True", "False", "nan"],
        ["WAHR", "FALSCH", "ja", "nein", "NA"],
        ["oui", "non", "VRAI", "FAUX", "null"],
        ["sí", "no", "SI", "No", "None"],
    ] {
        let dir = Dir::new().file("a.csv", &expected).file("b.csv", labelled("spam", &cells));
        dir.ombud("train a.csv -o m.model --folds 0").done();
        let ran = dir.ombud("train b.csv -o n.model --folds 0").done();
        let ran =
            ran.warns(&format!("note: b.csv:6: spam is {:?}: 12 cells like this count as not annotated", cells[4]));
        assert_eq!(ran.stderr.lines().count(), 2, "told once: {}", ran.stderr);
        let sha =
            |model: &str| dir.ombud(&format!("inspect {model} --json")).done().json()["provenance"]["sha256"].take();
        assert_eq!(sha("m.model"), sha("n.model"), "{cells:?}");
    }
}

#[test]
fn classes_that_make_no_sense_are_told() {
    let dir = Dir::new().file("a.csv", tiny());
    let train = |option: &str| dir.ombud(&format!("train a.csv -o m.model --folds 0 --classes {option}"));
    train("stance").misused().warns("LABEL=OLD:NEW");
    train("stance=a:b --classes stance=a:c").misused().warns("contradict each other");
    train("off_topic=1:maybe").failed().warns("--classes off_topic=1:maybe: off_topic is a flag: a flag is 1 or 0");
    train("stanze=a:b").failed().warns("no label \"stanze\" is read (did you mean `stance`?)");
    train("stance=pro:favor").done().warns("--classes stance=pro:favor: no cell of stance is \"pro\"");
    dir.ombud("evaluate a.csv -m m.model --replicates 0 --classes stance=pro:favor").done().warns("is \"pro\"");
}

#[test]
fn columns_of_other_names_are_tried_and_said_by_every_command() {
    let rows = tiny().replacen("id,thread_id,text", "Comment ID,Thread ID,Body", 1);
    let dir = Dir::with_model().file("a.csv", rows);
    let said =
        "note: a.csv: `Comment ID` is read as id, `Thread ID` as thread_id, `Body` as text; --column NAME=HEADER";
    let expected = dir.ombud("score tiny.csv -m tiny.model").done();
    let ran = dir.ombud("score a.csv -m tiny.model").done().warns(said);
    assert_eq!(ran.stdout, expected.stdout);
    for command in [
        "score a.csv -m tiny.model --format thread",
        "score a.csv -m tiny.model --queue q.db",
        "review import a.csv -m tiny.model --db r.db",
        "train a.csv -o m.model --folds 0",
        "evaluate a.csv -m tiny.model --replicates 0",
        "convert a.csv -o a.jsonl",
        "convert a.csv -o a.json",
        "score a.csv -m tiny.model --strict",
    ] {
        let ran = dir.ombud(command).done().warns(said);
        assert_eq!(ran.stderr.matches("is read as").count(), 1, "{command}: {}", ran.stderr);
    }
    // What was learnt under other names is scored under them, too.
    assert_eq!(dir.ombud("score a.csv -m m.model").done().stdout, dir.ombud("score tiny.csv -m m.model").done().stdout);
    dir.ombud("score a.csv -m tiny.model --column text=Body --column id=Thread")
        .failed()
        .warns("did you mean `Thread ID`?");
}

#[test]
fn a_column_that_was_named_for_something_else_is_not_taken_for_a_known_one() {
    let dir = Dir::new()
        .file("a.csv", labelled("message", &["1", "0"]).replacen("text", "body", 1))
        .file("b.csv", labelled("comment", &["1", "0"]).replacen("text", "words", 1));
    let ran = dir.ombud("train a.csv --flag message -o m.model --folds 0").done();
    ran.warns("`body` is read as text;");
    dir.ombud("score a.csv -m m.model").done().warns("`body` is read as text;");
    let ran = dir.ombud("train b.csv --flag comment -o m.model --folds 0").failed();
    assert!(!ran.stderr.contains("is read as"), "{}", ran.stderr);
}

#[test]
fn json_of_other_names_is_read_too() {
    let dir = Dir::with_model()
        .file("list.json", r#"[{"comment_id":1,"body":"good plan","user":{"name":"x"}},{"comment_id":2,"reply_to":1,"body":"bad plan"}]"#)
        .file("nested.json", r#"{"title":"T","comments":[{"message":"good plan","username":"ann","replies":[{"message":"bad plan"}]}]}"#);
    let said =
        "note: list.json: `comment_id` is read as id, `reply_to` as parent_id, `user` as author, `body` as text;";
    let ran = dir.ombud("convert list.json -o - --to csv").done().warns(said);
    let table = ran.table();
    assert_eq!((table.column("parent_id"), table.column("text")), (vec!["", "1"], vec!["good plan", "bad plan"]));
    assert_eq!(table.column("author"), ["x", ""], "a person is an object that has a name");
    let ran = dir.ombud("convert nested.json -o - --to csv").done();
    let table = ran.warns("`username` is read as author, `message` as text;").table();
    assert_eq!((table.column("author"), table.column("parent_id")), (vec!["ann", ""], vec!["", "c1"]));
    dir.ombud("score nested.json -m tiny.model --format csv").done().warns("`message` as text");
}

#[test]
fn names_that_are_not_found_are_told_with_those_that_are() {
    let dir = Dir::with_model().file("a.csv", tiny().replacen("stance,off_topic", "Stanze,offtopc", 1));
    dir.ombud("train a.csv -o m.model")
        .failed()
        .error(&["perhaps --stance Stanze", "the columns are id, thread_id, text, Stanze, offtopc"]);
    dir.ombud("evaluate a.csv -m tiny.model")
        .failed()
        .error(&["stance, off_topic", "columns are id, thread_id, text, Stanze"]);
    let tiny = "tiny.csv -m tiny.model";
    dir.ombud(&format!("score {tiny} --keep thread")).failed().warns("did you mean `thread_id`?");
    dir.ombud(&format!("score {tiny} --threshold offtopic=0.5")).misused().warns("did you mean `off_topic`?");
    dir.ombud("train tiny.csv -o m.model --threshold offtopic=0.5").failed().warns("did you mean `off_topic`?");
    dir.ombud("train tiny.csv -o m.model --base-rate offtopic=0.5").failed().warns("did you mean `off_topic`?");
    dir.ombud(&format!("evaluate {tiny} --audit offtopic")).misused().warns("did you mean `off_topic`?");
    dir.ombud("train tiny.csv -o m.model --column txet=body").misused().warns("did you mean `text`?");
}

#[test]
fn labels_are_found_however_they_are_written_and_columns_like_labels_are_named() {
    let dir = Dir::with_model().file("a.csv", tiny().replacen("stance,off_topic", "Stance,Off-topic", 1));
    let ran = dir.ombud("train a.csv -o m.model --folds 0").done();
    ran.error(&["`Stance` is read as stance, `Off-topic` is read as off_topic"]);
    dir.ombud("evaluate a.csv -m m.model --replicates 0").done();
    let rows: String =
        (0..20).map(|i| format!("good plan {i},0.{i},{},{},{}\n", i % 2, (i / 2) % 2, 2000 + i)).collect();
    let dir = Dir::new().file("a.csv", format!("text,target,insult,obscene,year\n{rows}"));
    dir.ombud("train a.csv -o m.model --folds 0").done().error(&[
        "target, obscene hold only numbers from 0 to 1 and are not learnt; to learn them too, name every label: --flag insult \
         --flag target --flag obscene",
    ]);
    let dir = Dir::new().file("a.csv", format!("text,target,rude,obscene,year\n{rows}"));
    let ran = dir.ombud("train a.csv -o m.model --folds 0").failed();
    ran.error(&["perhaps --flag target --flag rude --flag obscene;"]);
    let scored = dir.ombud("convert a.csv --to jsonl -o -").done().lines();
    assert_eq!(scored[1]["target"], "0.1", "a number is no claim, and is kept as it is");
}

#[test]
fn no_value_is_suggested_for_a_number_that_a_flag_cannot_have() {
    let dir = Dir::new().file("a.csv", labelled("spam", &["2", "5", "99"]));
    let ran = dir.ombud("train a.csv -o m.model --folds 0").failed();
    ran.error(&["--classes 'spam=2:?' --classes 'spam=5:?' --classes 'spam=99:?' (instead of ?: 1, 0,"]);
    let dir = Dir::new().file("a.csv", labelled("spam", &["0,7", "20 %", "1,0", "0%"]));
    dir.ombud("train a.csv -o m.model --folds 0").done();
}

/// Replies whose parents pandas has made floats, or Reddit has named with their kind; and what they are without that.
fn threads(id: fn(usize) -> String, parent: fn(usize) -> String) -> String {
    let rows = (0..30).map(|i| {
        let parent = if i % 5 == 0 { String::new() } else { parent(i - 1) };
        format!("{},{parent},t{},good plan number {i}\n", id(i), i / 10)
    });
    format!("id,parent_id,thread_id,text\n{}", rows.collect::<String>())
}

#[test]
fn parents_that_programs_have_rewritten_are_found_on_every_way() {
    let plain = |i: usize| format!("{}", 100 + i);
    let dir = Dir::with_model()
        .file("plain.csv", threads(plain, plain))
        .file("float.csv", threads(plain, |i| format!("{}.0", 100 + i)))
        .file("reddit.csv", threads(plain, |i| format!("t1_{}", 100 + i)).replace(",,", ",t3_post,"));
    let rows = threads(plain, plain);
    let spam = rows.lines().enumerate().map(|(i, line)| match i {
        0 => format!("{line},spam\n"),
        _ => format!("{line},{}\n", i % 2),
    });
    dir.put("own.csv", spam.collect::<String>());
    dir.ombud("train own.csv -o c.model --folds 0 --blocks words,context").done();
    for model in ["c.model", "tiny.model"] {
        for form in ["csv", "thread"] {
            let score = |input: &str| dir.ombud(&format!("score {input} -m {model} --format {form}"));
            let expected = score("plain.csv").done().quietly();
            for input in ["float.csv", "reddit.csv"] {
                assert_eq!(score(input).done().quietly().stdout, expected.stdout, "{input} {model} {form}");
                let piped = score("-").stdin(dir.bytes(input)).done();
                assert_eq!(piped.stdout, expected.stdout, "{input} {model} {form}");
            }
        }
    }
    // The queue looks parents up by their ids.
    for input in ["float.csv", "reddit.csv"] {
        dir.ombud(&format!("review import {input} -m tiny.model --db {input}.db -q")).done();
        dir.ombud(&format!("score {input} -m tiny.model --strict")).done();
    }
}

#[test]
fn rounded_ids_are_told_once_and_have_no_parents() {
    let rounded = |i: usize| ["1.29403E+18", "1.29404E+18"][i / 10 % 2].to_owned();
    let dir = Dir::with_model()
        .file("a.csv", threads(rounded, rounded))
        .file("without.csv", threads(rounded, |_| String::new()));
    for form in ["csv", "thread"] {
        let ran = dir.ombud(&format!("score a.csv -m tiny.model --format {form}")).done();
        let ran = ran.warns("a.csv:3: its id or its parent's was rounded by a spreadsheet");
        assert!(ran.stderr.lines().count() <= 2, "{}", ran.stderr);
        let without = dir.ombud(&format!("score without.csv -m tiny.model --format {form}")).done();
        assert_eq!(ran.stdout, without.stdout);
    }
}

#[test]
fn missing_parents_are_told_by_a_few_examples_and_counted() {
    let dir = Dir::with_model().file("a.csv", threads(|i| format!("c{i}"), |i| format!("gone{i}")));
    let ran = dir.ombud("score a.csv -m tiny.model --format thread").done();
    let ran = ran
        .warns("a.csv:3: comment `c1` answers `gone0`")
        .warns("warning: 19 more comments: the parent is missing from the thread");
    assert_eq!(ran.stderr.lines().count(), 6, "{}", ran.stderr);
    let ran = dir
        .ombud("score a.csv -m tiny.model")
        .done()
        .warns("a.csv:3: its parent is missing from the thread, and 23 more");
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
}

#[test]
fn times_that_cannot_be_read_are_told_where_they_matter() {
    let dated = |time: fn(usize) -> String| {
        let rows = tiny();
        let rows = rows
            .lines()
            .enumerate()
            .map(|(i, line)| format!("{line},{}\n", if i == 0 { "created_at".to_owned() } else { time(i) }));
        rows.collect::<String>()
    };
    let dir = Dir::with_model().file("good.csv", dated(|i| format!("2024-05-{:02}T10:00:00Z", i % 9 + 1))).file(
        "some.csv",
        dated(|i| if i % 3 == 0 { "gestern".to_owned() } else { format!("{}", 1_714_564_800 + i * 86_400) }),
    );
    let said = "warning: some.csv:4: created_at is \"gestern\", which cannot be read as a time";
    let per_day = "-o m.model --replicates 0 --threshold off_topic=review<=3/day";
    let ran = dir.ombud(&format!("train some.csv {per_day}")).done().warns(said).warns("without 30 such rows");
    assert_eq!(ran.stderr.matches("gestern").count(), 1, "{}", ran.stderr);
    for command in [&format!("train good.csv {per_day}"), "train some.csv -o m.model --folds 0"] {
        assert!(!dir.ombud(command).done().stderr.contains("created_at is"), "{command}");
    }
    dir.ombud("review import some.csv -m tiny.model --db q.db")
        .done()
        .warns("30 comments have a time that cannot be read, such as \"gestern\" of c2");
    dir.ombud("review purge --db q.db --older-than 30 --dry-run").done().warns("would be erased: 60").warns(
        "note: the date of 30 comments is not known (30 with a time that cannot be read, such as \"gestern\"): their age is counted from",
    );
    dir.ombud("review import good.csv -m tiny.model --db good.db").done();
    let ran = dir.ombud("review purge --db good.db --older-than 30 --dry-run").done();
    assert!(!ran.stderr.contains("note: the date of"), "{}", ran.stderr);
}
