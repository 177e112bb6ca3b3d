//! Bad input gets what the contract says: warned, refused or failed, with file, line and what to do; never a crash.

use super::support::{Dir, gz, ours};

#[test]
fn rows_that_cannot_be_used_are_refused_with_file_and_line_and_the_rest_is_done() {
    let dir = Dir::with_model().file("bad.csv", b"id,text\n1\n2,caf\xe9\n3,a\0b\n4,a,b\n5,good plan\n");
    for form in ["csv", "jsonl", "thread", "table", "html"] {
        let ran = dir.ombud(&format!("score bad.csv -m tiny.model --format {form}")).refused().error(&[
            "bad.csv:2: 1 cell, but the header has 2",
            "bad.csv:3: cell 2 is not UTF-8",
            "--encoding",
            "bad.csv:4: cell 2 holds a NUL",
            "bad.csv:5: 3 cells",
            "4 rows were refused",
        ]);
        assert!(ran.out().contains('5'), "{form}: {}", ran.out());
    }
    let ran = dir.ombud("score bad.csv -m tiny.model --encoding windows-1252").refused();
    assert_eq!(ran.table().column("id"), ["2", "5"]);
}

#[test]
fn lines_of_json_that_are_none_are_refused() {
    let lines = b"{\"text\":\"good plan\"}\nnot json\n{\"text\":\n[1]\n{\"text\":\"a\\u0000b\"}\n{\"text\":\"caf\xe9\"}\n{\"text\":{}}\n{\"text\":\"bad plan\"}\n";
    let ran = Dir::with_model().file("bad.jsonl", lines).ombud("score bad.jsonl -m tiny.model").refused();
    assert_eq!(ran.lines().len(), 2, "{}", ran.stderr);
    for line in 2..=7 {
        assert!(ran.stderr.contains(&format!("bad.jsonl:{line}: ")), "line {line}: {}", ran.stderr);
    }
}

#[test]
fn a_flag_value_that_is_none_costs_that_label_and_not_the_row() {
    let rows = super::support::tiny().replacen(",1\n", ",maybe\n", 1).replacen(",0\n", ",2\n", 1);
    let dir = Dir::new().file("a.csv", rows);
    let ran = dir.ombud("train a.csv -o m.model --folds 0").refused();
    ran.error(&["a.csv:2: off_topic is \"maybe\"", "off_topic is \"2\"", "2 label cells were refused (off_topic 2)"]);
    let model = dir.ombud("inspect m.model --json").done().json();
    assert_eq!(model["provenance"]["rows"], 90);
    let tiny = super::support::tiny();
    let weights = tiny
        .lines()
        .map(|line| if line.ends_with("topic") { format!("{line},stance.weight\n") } else { format!("{line},\n") });
    let dir = dir.file("w.csv", weights.collect::<String>().replacen(",\n", ",heavy\n", 1));
    dir.ombud("train w.csv -o m.model --folds 0 --weights")
        .refused()
        .error(&["w.csv:2: stance.weight is \"heavy\"", "1 label cell was refused (stance 1)"]);
    dir.ombud("evaluate a.csv -m m.model --replicates 0").refused().error(&["a.csv:2: off_topic"]);
}

#[test]
fn cells_that_cannot_be_read_are_shown_and_not_called_empty() {
    let rows = |cell: fn(usize) -> String| {
        let row = |i: usize| format!("{{\"text\":\"comment number {i}\",\"rudeness\":{}}}\n", cell(i));
        (0..40).map(row).collect::<String>()
    };
    let dir = Dir::new()
        .file("list.jsonl", rows(|i| if i % 2 == 0 { "[\"rude\"]".to_owned() } else { "[]".to_owned() }))
        .file("object.jsonl", rows(|_| "{\"rude\":0.5}".to_owned()))
        .file("words.jsonl", rows(|i| if i % 2 == 0 { "\"rude\"".to_owned() } else { "null".to_owned() }))
        .file("nan.jsonl", rows(|i| if i % 4 == 0 { "NaN".to_owned() } else { (i % 2).to_string() }));
    for kind in ["stance", "flag"] {
        dir.ombud(&format!("train list.jsonl --{kind} rudeness -o m.model")).failed().error(&[
            "40 cells were refused, first list.jsonl:1: rudeness is [\"rude\"]: a list, where one value is needed",
            "a column of its own",
        ]);
        dir.ombud(&format!("train object.jsonl --{kind} rudeness -o m.model")).failed().error(&["an object"]);
    }
    dir.ombud("train words.jsonl --flag rudeness -o m.model").failed().error(&[
        "20 cells were refused, first words.jsonl:1: rudeness is \"rude\": a flag is 1 or 0",
        "words.jsonl:3: rudeness is",
    ]);
    dir.ombud("train words.jsonl --flag rudeness.rude -o m.model").failed().error(&[
        "no column \"rudeness.rude\"",
        "did you mean `rudeness`?",
        "columns are text, rudeness",
    ]);
    let ran = dir.ombud("train nan.jsonl --flag rudeness -o m.model --folds 0 --json").done();
    assert!(!ran.stderr.contains("refused"), "Python's NaN is a missing annotation: {}", ran.stderr);
    assert_eq!(dir.ombud("inspect m.model --json").done().json()["provenance"]["rows"], 40);
}

#[test]
fn a_label_that_tells_nothing_apart_is_left_out_and_the_others_are_learnt() {
    let wide = super::support::tiny().replace("off_topic\n", "off_topic,spam,threat\n");
    let wide =
        wide.lines().map(|line| if line.ends_with("threat") { format!("{line}\n") } else { format!("{line},0,\n") });
    let dir = Dir::new().file("wide.csv", wide.collect::<String>()).file("header.csv", "id,text,off_topic\n");
    for options in ["", " --flag spam --flag off_topic --stance stance --flag threat"] {
        let ran = dir.ombud(&format!("train wide.csv header.csv -o m.model --folds 0 --threshold spam=0.5{options}"));
        ran.done().error(&[
            "warning: label \"spam\" has one class only (0, in 90 rows)",
            "warning: label \"threat\" is annotated in no row",
            "note: header.csv has a header and no rows",
        ]);
        let labels = dir.ombud("inspect m.model --json").done().json();
        let names: Vec<&str> =
            labels["labels"].as_array().unwrap().iter().map(|l| l["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["stance", "off_topic"]);
    }
}

#[test]
fn rows_that_a_stray_quote_would_swallow_are_read_or_told() {
    let rows = ["1,First", "2,\"Second", "3,Third", "4,Fourth", "5,\"Fifth", "6,Sixth", "7,Seventh"];
    let text = |delimiter: &str| format!("id,text\n{}\n", rows.join("\n")).replace(',', delimiter);
    let dir = Dir::with_model()
        .file("two.tsv", text("\t"))
        .file("two.csv", text(","))
        .file("whole.csv", text(",").replace("5,\"Fifth", "5,Fifth\""));
    for name in ["two.tsv", "two.csv"] {
        for form in ["csv", "jsonl"] {
            let ran = dir.ombud(&format!("score {name} -m tiny.model --format {form}")).done();
            let ran = ran.error(&[&format!("{name}:3: a quote is opened"), &format!("{name}:6: a quote is opened")]);
            assert_eq!(ran.out().lines().count(), if form == "csv" { 8 } else { 7 });
        }
        dir.ombud(&format!("score {name} -m tiny.model --format thread"))
            .done()
            .warns(&format!("{name}:3: "))
            .says("7 comments");
        let ran = dir
            .ombud(&format!("score {name} -m tiny.model --strict --format csv"))
            .refused()
            .warns("2 rows were refused");
        assert_eq!(ran.table().column("id"), ["1", "3", "4", "6", "7"]);
        let ran = dir.ombud(&format!("score {name} -m tiny.model --strict --format thread")).refused();
        ran.says("5 comments").says("Third").warns(&format!("refused: {name}:3: "));
    }
    let ran = dir.ombud("score whole.csv -m tiny.model --format csv").done();
    assert_eq!(ran.table().column("id"), ["1", "2", "6", "7"]);
    ran.error(&["whole.csv:3: a quoted cell of it goes on to line 6, over lines that look like rows"]);
    let ran = dir.ombud("score whole.csv -m tiny.model --strict").refused();
    assert_eq!(ran.table().column("id"), ["1", "6", "7"]);
}

#[test]
fn stray_quotes_do_not_change_what_is_learnt_of_the_other_rows() {
    let tabs = super::support::tiny().replace("\"", "").replace(", ", " and ").replace(',', "\t");
    let stray = tabs.replacen("\tgood plan", "\t\"good plan", 2).replacen("\tbad plan", "\t\"bad\" plan", 1);
    let dir = Dir::new().file("a.tsv", stray);
    let ran = dir.ombud("train a.tsv -o m.model --folds 0").done();
    assert_eq!(dir.ombud("inspect m.model --json").done().json()["provenance"]["rows"], 90);
    ran.error(&["warning: a.tsv:2: a quote is opened in it", "warning: a.tsv:6: text follows a closing quote"]);
}

const FLAWED: &str =
    "id,parent_id,text\na,z,answers nobody\nb,,\na,,same id\nc,d,in a circle\nd,c,in a circle\nok,,fine\n";

#[test]
fn flaws_of_the_tree_are_warned_of_and_kept_or_with_strict_refused() {
    let dir = Dir::with_model().file("flawed.csv", FLAWED);
    for form in ["csv", "jsonl"] {
        let ran = dir.ombud(&format!("score flawed.csv -m tiny.model --format {form}")).done().error(&[
            "flawed.csv:2: its parent is missing from the thread",
            "flawed.csv:3: it has no text",
            "flawed.csv:4: its id occurs more than once",
            "flawed.csv:5: its parents form a loop",
        ]);
        assert_eq!(ran.out().lines().count(), if form == "csv" { 7 } else { 6 });
    }
    let ran = dir.ombud("score flawed.csv -m tiny.model --format thread").done();
    ran.error(&["flawed.csv:2: ", "flawed.csv:3: ", "flawed.csv:4: ", "flawed.csv:5: ", "cut at the oldest"])
        .says("answers nobody")
        .says("in a circle")
        .says("6 comments");
    let ran = dir.ombud("score flawed.csv -m tiny.model --strict").refused().warns("4 rows were refused");
    assert_eq!(ran.table().column("id"), ["d", "ok"]);
    dir.ombud("score flawed.csv -m tiny.model --strict --format thread").refused().says("2 comments").says("fine");
    let dir = dir
        .file("labelled.csv", FLAWED.replace("text\n", "text,spam\n").replace("\n", ",1\n").replacen(",1\n", "\n", 1));
    dir.ombud("train labelled.csv -o m.model --folds 0").failed().error(&["one class"]);
}

#[test]
fn strict_is_the_same_for_every_form_and_name() {
    let dir = Dir::with_model().file("flawed.csv", FLAWED).file("flawed.dat", FLAWED);
    dir.ombud("convert flawed.csv -o flawed.json").done();
    dir.ombud("convert flawed.csv -o flawed.jsonl").done();
    for input in ["flawed.dat --from csv", "flawed.json", "flawed.jsonl"] {
        let ran = dir.ombud(&format!("score {input} -m tiny.model --strict --format csv")).refused();
        let table = ran.table();
        let ids = table.column("id");
        assert!(ids.contains(&"ok") && ids.len() == 2, "{input}: {ids:?}");
    }
    dir.ombud("score - -m tiny.model --strict").stdin(FLAWED).failed().error(&["standard input", "--strict", "file"]);
}

#[test]
fn strict_training_refuses_them_too() {
    let rows = super::support::tiny().replacen("c1,t1,", "c0,t0,", 1).replacen("c5,t5,\"", "c5,t5,\"\",,\nx,t5,\"", 1);
    let dir = Dir::new().file("a.csv", rows);
    dir.ombud("train a.csv -o m.model --folds 0").done().warns("(kept; --strict refuses)");
    dir.ombud("train a.csv -o m.model --folds 0 --strict")
        .refused()
        .error(&["a.csv:3: its id occurs more than once", "it has no text"]);
}

#[test]
fn what_cannot_be_read_at_all_fails_and_says_why_once() {
    let dir = Dir::with_model()
        .file("empty.csv", "")
        .file("blank.csv", " \n\n")
        .file("words.csv", "id,words\n1,a\n")
        .file("twice.csv", "text,text\na,b\n")
        .file("binary.csv", [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0].repeat(50))
        .file("sheet.csv", b"PK\x03\x04 and so on")
        .file("cut.csv.gz", &gz("id,text\n1,hello there\n".repeat(5000).as_bytes())[..200])
        .file("anything", "hello there\n")
        .file("bad.json", "{\"comments\":[{\"text\":\"a\"},]}")
        .file("bytes.json", b"{\"comments\":[{\"text\":\"\xff\"}]}");
    std::fs::create_dir(dir.path("folder.csv")).unwrap();
    for (input, said) in [
        ("none.csv", "none.csv"),
        ("empty.csv", "empty.csv is empty"),
        ("blank.csv", "blank.csv has no column `text`"),
        ("words.csv", "no column `text`"),
        ("twice.csv", "has the column `text` twice"),
        ("binary.csv", "binary.csv is not text"),
        ("sheet.csv", "unpack it"),
        ("cut.csv.gz", "broke off"),
        ("anything", "cannot tell the format"),
        ("bad.json", "bad.json"),
        ("bytes.json", "--encoding"),
        ("folder.csv", "directory"),
    ] {
        for command in
            ["score -m tiny.model --format csv", "score -m tiny.model --format thread", "convert -o out.jsonl"]
        {
            let ran = dir.ombud(&format!("{command} {input}")).failed().warns(said);
            assert!(ran.stderr.starts_with("error: "), "{command} {input}: {}", ran.stderr);
            assert_eq!(ran.stderr.matches(said).count(), 1, "{command} {input}: {}", ran.stderr);
        }
        if !input.ends_with("json") {
            dir.ombud(&format!("train {input} -o out.model")).failed().warns(said);
        }
    }
    assert!(
        !dir.names().iter().any(|name| name.starts_with("out.") || name.starts_with(".ombud")),
        "{:?}",
        dir.names()
    );
}

#[test]
fn nothing_that_can_be_learnt_fails() {
    let dir = Dir::new()
        .file("header.csv", "id,text,spam\n")
        .file("refused.csv", "id,text,spam\n1,a,maybe\n2,b,perhaps\n")
        .file("one.csv", "text,stance\na b,x\nb c,x\n")
        .file("yes.csv", "text,spam\na b,1\nb c,1\n")
        .file("unlabelled.csv", "text\na\nb\n")
        .file("missing.csv", "text,spam\na,\nb,\n")
        .file("free.csv", format!("text,stance\n{}", (0..200).map(|i| format!("a,class{i}\n")).collect::<String>()));
    for (input, said) in [
        ("header.csv", "no row to learn from: header.csv has a header and no rows"),
        ("refused.csv", "refused.csv:2: spam is \"maybe\""),
        ("one.csv", "one class only"),
        ("yes.csv", "one class only"),
        ("unlabelled.csv", "--stance COL"),
        ("missing.csv", "\"spam\" is annotated in no row"),
        ("free.csv", "200 different values, but a stance has at most 64 classes"),
    ] {
        dir.ombud(&format!("train {input} -o m.model")).failed().warns(said);
    }
    dir.ombud("train one.csv -o m.model --stance nothing").failed().error(&["no column \"nothing\"", "text, stance"]);
    dir.ombud("train one.csv -o m.model --stance Stances").failed().error(&["did you mean `stance`?"]);
    assert!(!dir.names().contains(&"m.model".to_owned()));
}

#[test]
fn a_table_of_a_header_only_has_no_verdicts() {
    let dir = Dir::with_model().file("header.csv", "id,text\n").file("page.json", "{\"comments\":[]}");
    for input in ["header.csv", "page.json"] {
        let ran = dir.ombud(&format!("score {input} -m tiny.model --format csv")).done();
        assert_eq!(ran.table().rows.len(), 0);
        assert!(dir.ombud(&format!("score {input} -m tiny.model --format jsonl")).done().stdout.is_empty());
    }
}

#[test]
fn what_is_no_model_fails() {
    let dir = Dir::with_model().file("empty.model", "").file("text.model", "hello").file("few.model", [1, 2, 3]);
    let whole = dir.bytes("tiny.model");
    for part in [7, 8, 100, whole.len() / 2, whole.len() - 1] {
        dir.put(&format!("cut{part}.model"), &whole[..part]);
    }
    dir.put("long.model", [whole.as_slice(), b"more"].concat());
    dir.put("huge.model", [&(1_u64 << 60).to_le_bytes()[..], b"{}"].concat());
    std::fs::create_dir(dir.path("folder.model")).unwrap();
    for name in dir.names().iter().filter(|name| name.ends_with(".model") && *name != "tiny.model") {
        for command in
            ["inspect", "score tiny.csv -m", "evaluate tiny.csv -m", "explain hello -m", "train tiny.csv -o x --base"]
        {
            let ran = dir.ombud(&format!("{command} {name}")).failed().warns(name);
            assert!(name == "folder.model" || ran.stderr.contains("not an ombud model"), "{name}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_model_that_claims_too_much_is_refused_in_little_memory() {
    let dir = Dir::with_model();
    let whole = dir.bytes("tiny.model");
    let size = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let header = String::from_utf8(whole[8..8 + size].to_vec()).unwrap();
    let rebuilt =
        |header: &str| [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &whole[8 + size..]].concat();
    assert_eq!(rebuilt(&header), whole);
    // Shapes and offsets of 2^60 rows; options that would make a table of 2^60 rows.
    let number = |key: &str, after: &str| {
        let at = header.find(key).unwrap_or_else(|| panic!("no {key} in {header}")) + key.len();
        let at = at + header[at..].find(after).unwrap() + after.len();
        let end = at + header[at..].find([',', ']', '}']).unwrap();
        (at, end)
    };
    let mut lies = Vec::new();
    for tensor in ["words", "chars", "factors", "weights", "intercepts", "name_columns", "name_text"] {
        for field in ["\"shape\":[", "\"data_offsets\":[0,", "\"data_offsets\":["] {
            let key = format!("\"{tensor}\":{{");
            let (from, rest) = (header.find(&key).unwrap(), field);
            if header[from..].find(rest).is_none_or(|at| header[from..from + at].contains('}')) {
                continue;
            }
            let (at, end) = number(&key, field);
            lies.push(format!("{}{}{}", &header[..at], 1_u64 << 60, &header[end..]));
        }
    }
    assert!(lies.len() >= 14, "{}", lies.len());
    for bits in ["28", "60", "255"] {
        let key = "hash_bits\\\":";
        let (at, end) = number(key, "");
        lies.push(format!("{}{bits}{}", &header[..at], &header[end..]));
    }
    for lie in lies {
        dir.put("lie.model", rebuilt(&lie));
        let ran = dir.bash("ulimit -v 1000000; \"$ombud\" inspect lie.model").failed();
        assert!(ran.stderr.contains("lie.model: not an ombud model"), "{}", ran.stderr);
    }
}

#[test]
fn a_newer_model_is_told_so() {
    let dir = Dir::with_model();
    dir.rewritten("tiny.model", "newer.model", |metadata| metadata["format"] = 9.into());
    dir.ombud("inspect newer.model").failed().error(&["newer.model", "newer ombud", "format 9"]);
}

#[test]
fn an_older_model_is_read_unless_it_has_profiles() {
    let dir = Dir::with_model();
    let row = |at: usize| {
        let (topic, class) = (["library", "tramway"][at % 2], ["for", "against"][at / 2 % 2]);
        format!("the {topic} is {class} number {at},{topic} closes,{class}\n")
    };
    dir.put("two.csv", format!("text,target,stance\n{}", (0..40).map(row).collect::<String>()));
    dir.ombud("train two.csv --folds 0 --blocks words,profile -o profile.model").done();
    dir.ombud("score two.csv -m profile.model").done();
    let as_old = |metadata: &mut serde_json::Value| metadata["format"] = 2.into();
    dir.rewritten("profile.model", "old.model", as_old);
    dir.ombud("inspect old.model").failed().error(&["old.model", "older ombud", "format 2", "train it again"]);
    dir.rewritten("tiny.model", "old.model", as_old);
    dir.ombud("inspect old.model").done();
}

/// Runs a script under a limit of memory that a read of the whole input would break.
fn limited(dir: &Dir, script: &str) -> super::support::Run {
    dir.bash(&format!("ulimit -v 1500000; set -o pipefail; {script}"))
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let dir = Dir::with_model();
    // 3 GB that are never stored: twice the limit.
    let endless = "head -c 3000000000 /dev/zero | tr '\\0' a";
    for (before, form) in
        [("id,text\\n1,ok\\n2,", "csv"), ("id,text\\n1,ok\\n2,\"", "csv"), ("id\\ttext\\n1\\tok\\n2\\t", "tsv")]
    {
        let script = format!(
            "{{ printf '{before}'; {endless}; }} 2>/dev/null | \"$ombud\" score - --from {form} -m tiny.model --threads 2; exit ${{PIPESTATUS[1]}}"
        );
        limited(&dir, &script).failed().error(&["standard input:3: ", "longer than 16 MiB"]);
    }
    let script = "{ printf '{\"text\":\"ok\"}\\n{\"text\":\"'; head -c 200000000 /dev/zero | tr '\\0' a; printf '\"}\\n{\"text\":\"fine\"}\\n'; } | \"$ombud\" score - --from jsonl -m tiny.model --threads 2".to_string();
    let ran = limited(&dir, &script).refused().warns("standard input:2: the line is longer");
    assert_eq!(ran.lines().len(), 2);
    for (before, form, limit) in
        [("{\"comments\":[{\"text\":\"", "json", 256), ("Title\\n\\n  • a\\n    ", "text", 256), ("<p>", "html", 64)]
    {
        let script = format!(
            "{{ printf '{before}'; {endless}; }} 2>/dev/null | \"$ombud\" score - --from {form} -m tiny.model --threads 2; exit ${{PIPESTATUS[1]}}"
        );
        limited(&dir, &script).failed().error(&[&format!("standard input is longer than {limit} MiB")]);
    }
}

#[test]
fn a_line_without_a_header_does_not_fill_the_memory() {
    let dir = Dir::with_model();
    for (form, status) in [("csv", 1), ("jsonl", 3)] {
        let script = format!(
            "head -c 3000000000 /dev/zero 2>/dev/null | tr '\\0' a 2>/dev/null | \"$ombud\" score - --from {form} -m tiny.model --threads 2; exit ${{PIPESTATUS[2]}}"
        );
        limited(&dir, &script).ends(status).warns("longer than 16 MiB");
    }
}

#[test]
fn a_small_file_that_unpacks_to_gigabytes_is_stopped() {
    let dir = Dir::with_model();
    // A member of 1 MB of one letter, a thousand times over: a megabyte stored, a gigabyte unpacked.
    let start = gz(b"{\"comments\":[{\"text\":\"");
    let member = gz(&vec![b'a'; 1 << 20]);
    let bomb = [start.as_slice(), &member.repeat(1000)].concat();
    assert!(bomb.len() < 2 << 20);
    dir.put("bomb.json.gz", &bomb);
    limited(&dir, "\"$ombud\" score bomb.json.gz -m tiny.model --threads 2")
        .failed()
        .error(&["bomb.json.gz", "256 MiB"]);
    limited(&dir, "\"$ombud\" convert bomb.json.gz -o out.csv").failed().error(&["bomb.json.gz", "256 MiB"]);
    dir.put("bomb.csv.gz", [gz(b"id,text\n1,\"").as_slice(), &member.repeat(1000)].concat());
    limited(&dir, "\"$ombud\" score bomb.csv.gz -m tiny.model --threads 2")
        .failed()
        .error(&["bomb.csv.gz:2: ", "16 MiB"]);
    limited(&dir, "\"$ombud\" train bomb.csv.gz -o out.model --threads 2").failed().error(&["16 MiB"]);
    // Zstandard packs a gigabyte of zeros into some 30 kB.
    let packed = zstd::encode_all(std::io::Read::take(std::io::repeat(b' '), 1 << 30), 3).unwrap();
    assert!(packed.len() < 200_000, "{}", packed.len());
    dir.put("bomb.json.zst", packed);
    limited(&dir, "\"$ombud\" score bomb.json.zst -m tiny.model --threads 2").failed().error(&["256 MiB"]);
}

#[test]
fn a_thread_a_hundred_thousand_deep_is_read_and_written() {
    const DEEP: usize = 100_000;
    let rows: String = (1..DEEP).map(|i| format!("c{i},c{},good plan\n", i - 1)).collect();
    let dir = Dir::with_model()
        .file("deep.csv", format!("id,parent_id,text\nc0,,good plan\n{rows}"))
        .file(
            "deep.json",
            format!("{{\"comments\":[{}{}]}}", "{\"text\":\"x\",\"replies\":[".repeat(DEEP), "]}".repeat(DEEP)),
        )
        .file(
            "deep.html",
            format!("<h1>T</h1><p>Words.</p><ul class=comments>{}", "<li class=comment><p>x</p><ul>".repeat(DEEP)),
        )
        .file("levels.json", "[".repeat(DEEP))
        .file("objects.json", "{\"a\":".repeat(DEEP))
        .file("tags.html", "<div>".repeat(DEEP));
    for input in ["deep.csv", "deep.json", "deep.html"] {
        let ran = limited(&dir, &format!("\"$ombud\" score {input} -m tiny.model -q --format csv --threads 2")).done();
        assert_eq!(ran.out().lines().count(), DEEP + 1, "{input}");
    }
    limited(&dir, "\"$ombud\" convert deep.csv -o out.json").done();
    limited(&dir, "\"$ombud\" convert out.json -o out.csv").done();
    assert_eq!(dir.text("out.csv").lines().count(), DEEP + 1);
    let ran = limited(&dir, "\"$ombud\" score deep.json -m tiny.model -q --threads 2 --format thread | tail -1").done();
    assert!(ran.out().starts_with("100000 comments"), "{}", ran.out());
    limited(&dir, "\"$ombud\" score deep.csv -m tiny.model -q --threads 2 --format html -o out.html").done();
    limited(&dir, "\"$ombud\" convert deep.csv -o out.txt").failed().error(&["out.txt", "JSON"]);
    for input in ["levels.json", "objects.json"] {
        limited(&dir, &format!("\"$ombud\" score {input} -m tiny.model")).failed().error(&[input]);
    }
    limited(&dir, "\"$ombud\" score tags.html -m tiny.model").failed().error(&["tags.html: no comment is found"]);
    // A text page is as deep as it is indented.
    let levels: String = (0..2_000).map(|i| format!("{0:1$}• a\n{0:2$}hello\n", "", 2 * i + 2, 2 * i + 4)).collect();
    dir.put("deep.txt", format!("Title\n\nWords.\n\n{levels}"));
    let ran = limited(&dir, "\"$ombud\" score deep.txt -m tiny.model -q --format csv --threads 2").done();
    assert_eq!(ran.out().lines().count(), 2_001);
}

#[test]
fn a_quote_that_is_never_closed_swallows_nothing() {
    let dir = Dir::with_model()
        .file("a.csv", "id,text\n1,a\n2,\"b\n3,c\n")
        .file("cut.csv", "id,text\n1,a\n2,\"The first line,\nthe second");
    let ran = dir.ombud("score a.csv -m tiny.model").done();
    assert_eq!(ran.table().column("id"), ["1", "2", "3"]);
    ran.error(&["warning: a.csv:3: a quote is opened in it and not closed; it is read as text"]);
    let ran = dir.ombud("score cut.csv -m tiny.model").refused();
    assert_eq!(ran.table().column("id"), ["1"]);
    ran.error(&["cut.csv:3: lines 3 to 4: a quote is opened in this row and never closed", "1 row was refused"]);
}

#[test]
fn a_comment_of_megabytes_is_scored_and_shown() {
    let dir = Dir::with_model().file("long.csv", format!("id,text\n1,{}\n2,short\n", "good plan ".repeat(400_000)));
    let ran = limited(&dir, "\"$ombud\" score long.csv -m tiny.model --threads 2 --reasons").done();
    assert_eq!(ran.table().column("id"), ["1", "2"]);
    limited(&dir, "\"$ombud\" score long.csv -m tiny.model --threads 2 --format thread | tail -1")
        .done()
        .says("2 comments");
}

#[test]
fn the_output_may_not_be_the_input() {
    let dir = Dir::with_model().file("a.csv", "id,text\n1,good plan\n");
    let before = dir.bytes("a.csv");
    dir.ombud("score a.csv -m tiny.model -o a.csv").misused().error(&["a.csv"]);
    assert_eq!(dir.bytes("a.csv"), before);
    dir.ombud("score a.csv -m tiny.model -o none/out.csv").failed().error(&["none/out.csv"]);
    let model = dir.bytes("tiny.model");
    dir.ombud("train a.csv -o tiny.model").failed();
    assert_eq!(dir.bytes("tiny.model"), model, "what was there stays until there is something new");
}

#[test]
fn the_model_inside_reads_what_we_labelled_without_a_warning() {
    let ran = Dir::new().ombud(&format!("score {} -q --format csv", ours("data/labelled/hartel-wolf-cull.csv"))).done();
    ran.quietly();
}

#[test]
fn a_missing_column_leaves_no_half_of_a_result() {
    let dir = Dir::with_model().file("good.csv", "id,text\n1,a\n").file("words.csv", "id,words\n1,a\n");
    for arguments in ["score words.csv", "score good.csv words.csv", "score good.csv --keep nothing"] {
        let ran = dir.ombud(&format!("{arguments} -m tiny.model")).failed();
        assert!(ran.stdout.is_empty(), "{arguments}: {}", ran.out());
    }
}

#[test]
fn json_lines_without_text_fail_but_a_bad_first_line_is_only_refused() {
    let dir = Dir::with_model()
        .file("words.jsonl", "{\"id\":1,\"words\":\"a\",\"spam\":1}\n{\"id\":2,\"words\":\"b\",\"spam\":0}\n")
        .file("first.jsonl", "garbage\n{\"text\":\"good\",\"spam\":1}\n{\"text\":\"bad\",\"spam\":0}\n")
        .file("later.jsonl", "{\"id\":1,\"text\":\"good\"}\n{\"id\":2,\"text\":\"bad\",\"re\":1}\n");
    for command in ["score -m tiny.model", "score -m tiny.model --format thread", "train --folds 0 -o m.model"] {
        dir.ombud(&format!("{command} words.jsonl")).failed().warns("no column `text`; its columns are id, words");
        dir.ombud(&format!("{command} first.jsonl")).refused().warns("first.jsonl:1: ").warns("1 row was refused");
    }
    // A key that is mapped may begin in any line.
    for form in ["jsonl", "thread"] {
        dir.ombud(&format!("score -m tiny.model later.jsonl --column parent_id=re --format {form}")).done();
    }
}

#[test]
fn with_strict_a_row_is_not_said_to_be_kept_from_strict() {
    let dir = Dir::with_model().file("loop.csv", "id,parent_id,text\n1,2,good\n2,1,bad\n");
    let ran = dir.ombud("score loop.csv -m tiny.model --strict").refused();
    let ran = ran.warns("loop.csv:3: its parent is missing from the thread (kept; its parent was refused)");
    assert!(!ran.stderr.contains("--strict refuses"), "{}", ran.stderr);
}

#[test]
fn a_document_beyond_the_limits_fails_and_says_which() {
    let attributes = (0..50_000).map(|i| format!(" x{i}")).collect::<Vec<_>>().concat();
    let dir = Dir::with_model()
        .file("long.html.gz", gz("<li>a".repeat(14_000_000).as_bytes()))
        .file("nodes.html.gz", gz("<li>a".repeat(2_100_000).as_bytes()))
        .file("attributes.html", format!("<p{attributes}>a"))
        .file("comments.json.gz", gz(format!("[{{}}{}]", ",{}".repeat(1_000_000)).as_bytes()))
        .file("lines.txt.gz", gz("a\n".repeat(4_100_000).as_bytes()));
    for (input, limit) in [
        ("long.html.gz", "64 MiB"),
        ("nodes.html.gz", "4000000 elements"),
        ("attributes.html", "1000 attributes"),
        ("comments.json.gz", "1000000 comments"),
        ("lines.txt.gz", "4000000 lines"),
    ] {
        dir.ombud(&format!("convert {input} -o out.csv")).failed().error(&[input, limit, "CSV or JSONL"]);
    }
}

#[test]
fn a_threshold_that_is_no_number_is_said_so() {
    let dir = Dir::with_model();
    dir.ombud("score tiny.csv -m tiny.model --threshold spam=high").misused().warns("`high` is not a number");
}
