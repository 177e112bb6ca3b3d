//! `ombud score`: what comes out, in which form, for every form that goes in.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use super::support::{Dir, Table, gz, ours, shape};

const TWO: &str = "id,thread_id,parent_id,text\na,t,,good plan\nb,t,a,\"bad plan, buy shoes now\"\n";

#[test]
fn a_csv_gives_a_csv_with_the_columns_of_the_contract() {
    let ran = Dir::with_model().file("two.csv", TWO).ombud("score two.csv -m tiny.model").done().quietly();
    insta::assert_snapshot!(ran.shape(), @r"
    id,stance,stance.p.against,stance.p.favor,stance.p.none,stance.why,off_topic,off_topic.p
    a,favor,0.#,0.#,0.#,,0,0.#
    b,against,0.#,0.#,0.#,,1,0.#
    ");
    for row in &ran.table().rows {
        let sum: f64 = (2..5).map(|at| row[at].parse::<f64>().unwrap()).sum();
        assert!((sum - 1.0).abs() < 3e-6, "{row:?}");
    }
}

#[test]
fn kept_columns_follow_the_id_and_labels_of_the_input_are_told_apart() {
    let dir = Dir::with_model().file("two.csv", "text,stance,id,who\ngood plan,against,a,Ann\n");
    let kept = dir.ombud("score two.csv -m tiny.model --keep who,text").done();
    insta::assert_snapshot!(kept.shape(), @r"
    id,who,text,stance,stance.p.against,stance.p.favor,stance.p.none,stance.why,off_topic,off_topic.p
    a,Ann,good plan,favor,0.#,0.#,0.#,,0,0.#
    ");
    let all = dir.ombud("score two.csv -m tiny.model --keep all").done();
    insta::assert_snapshot!(all.shape(), @r"
    id,text,stance.given,who,stance,stance.p.against,stance.p.favor,stance.p.none,stance.why,off_topic,off_topic.p
    a,good plan,against,Ann,favor,0.#,0.#,0.#,,0,0.#
    ");
    dir.ombud("score two.csv -m tiny.model --keep nothing").failed().error(&["two.csv", "\"nothing\"", "who"]);
    dir.ombud("score two.csv -m tiny.model --keep who --format jsonl").misused().error(&["--keep", "csv"]);
}

#[test]
fn reasons_are_the_last_column_of_a_csv() {
    let ran = Dir::with_model().file("two.csv", TWO).ombud("score two.csv -m tiny.model --reasons").done();
    assert_eq!(ran.table().header.last().unwrap(), "reasons");
    let reasons = ran.table().column("reasons")[1].to_owned();
    assert!(
        reasons.starts_with("stance=against: ") && reasons.contains("; off_topic: ") && reasons.contains("“shoes” +")
    );
}

#[test]
fn a_jsonl_gives_a_jsonl_of_the_contract() {
    let dir = Dir::with_model()
        .file("two.jsonl", "{\"text\":\"good plan\",\"id\":7,\"parent_id\":null}\n\n{\"text\":\"bad plan\",\"thread_id\":\"t\",\"parent_id\":\"7\"}\n");
    let ran = dir.ombud("score two.jsonl -m tiny.model -q").done().quietly();
    let shape = ran.shape().replace(ran.lines()[0]["model"]["hash"].as_str().unwrap(), "HASH");
    insta::assert_snapshot!(shape, @r#"
    {"id":"7","thread_id":null,"parent_id":null,"labels":{"stance":{"class":"favor","unsure":false,"why":null,"p":{"against":0.#,"favor":0.#,"none":0.#}},"off_topic":{"raised":false,"unsure":false,"why":null,"p":0.#,"threshold":0.#}},"reasons":[],"model":{"name":"tiny","hash":"HASH"}}
    {"id":"2","thread_id":"t","parent_id":"7","labels":{"stance":{"class":"against","unsure":false,"why":null,"p":{"against":0.#,"favor":0.#,"none":0.#}},"off_topic":{"raised":false,"unsure":false,"why":null,"p":0.#,"threshold":0.#}},"reasons":[],"model":{"name":"tiny","hash":"HASH"}}
    "#);
}

#[test]
fn offsets_of_reasons_count_characters_of_the_text_as_given() {
    let text = "Größe 😀 “ﬁne”: ＢＵＹ shoes now… BUY SHOES &amp; <b>shoes</b> e\u{301}";
    let line = json!({"id": "ü", "text": text}).to_string();
    let dir = Dir::with_model().file("one.jsonl", line);
    let ran = dir.ombud("score one.jsonl -m tiny.model --reasons").done();
    let verdict = ran.lines().remove(0);
    let reasons = verdict["reasons"].as_array().unwrap();
    let mut pieces = 0;
    for reason in reasons {
        let (Some(begin), Some(end)) = (reason["begin"].as_u64(), reason["end"].as_u64()) else {
            assert!(reason["text"].is_null() && reason["begin"].is_null() && reason["end"].is_null(), "{reason}");
            continue;
        };
        let piece: String = text.chars().skip(begin as usize).take((end - begin) as usize).collect();
        assert_eq!(reason["text"], piece);
        pieces += 1;
    }
    assert!(pieces > 2, "{verdict}");
    let off_topic = reasons.iter().find(|reason| reason["label"] == "off_topic").unwrap();
    assert!(off_topic["class"].is_null() && off_topic["share"].as_f64().unwrap() > 0.0, "{off_topic}");
    let stance = reasons.iter().find(|reason| reason["label"] == "stance").unwrap();
    assert_eq!(stance["class"], verdict["labels"]["stance"]["class"]);
}

#[test]
fn the_form_is_that_of_the_option_then_of_the_output_then_of_the_input() {
    let dir = Dir::with_model().file("two.csv", TWO);
    let form = |arguments: &str| dir.ombud(&format!("score two.csv -m tiny.model -q {arguments}")).done();
    assert_eq!(form("--format jsonl").lines().len(), 2);
    assert!(form("--format thread").out().starts_with("a  favor"));
    form("-o out.jsonl");
    assert!(dir.text("out.jsonl").starts_with("{\"id\":\"a\""));
    form("-o out.jsonl --format csv");
    assert!(dir.text("out.jsonl").starts_with("id,stance"));
    form("-o out.tsv");
    assert!(dir.text("out.tsv").starts_with("id\tstance\tstance.p.against"));
    form("-o out.txt");
    assert!(dir.text("out.txt").starts_with("a  favor"));
    form("-o out");
    assert!(dir.text("out").starts_with("id,stance"));
    form("-o -").says("id,stance");
}

#[test]
fn every_form_of_table_scores_the_same() {
    let rows = [("1", "good plan"), ("2", "bad plan,\nbuy shoes"), ("3", "Größe \"quoted\"")];
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let table = |separator: &str, end: &str| {
        let lines = rows.map(|(id, text)| format!("{id}{separator}{}{end}", quoted(text)));
        format!("id{separator}text{end}{}", lines.concat())
    };
    let csv = table(",", "\n");
    let lines = rows.map(|(id, text)| format!("{}\n", json!({"id": id, "text": text}))).concat();
    let nested = json!({"comments": rows.map(|(id, text)| json!({"id": id, "text": text}))}).to_string();
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(csv.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let dir = Dir::with_model()
        .file("plain.csv", &csv)
        .file("crlf.csv", table(",", "\r\n"))
        .file("bom.csv", format!("\u{feff}{csv}"))
        .file("semicolon.csv", table(";", "\n"))
        .file("tabs.tsv", table("\t", "\n"))
        .file("blank.csv", csv.replace("\n2,", "\n\n\n2,"))
        .file("no-end.csv", csv.trim_end())
        .file("packed.csv.gz", gz(csv.as_bytes()))
        .file("packed.csv.zst", zstd::encode_all(csv.as_bytes(), 1).unwrap())
        .file("misnamed.csv", gz(csv.as_bytes()))
        .file("utf16.csv", utf16)
        .file("lines.jsonl", &lines)
        .file("lines.ndjson.gz", gz(lines.as_bytes()))
        .file("nested.json", &nested)
        .file("semicolons-and-crlf.csv", format!("\u{feff}{}", table(";", "\r\n")));
    let expected = dir.ombud("score plain.csv -m tiny.model --format csv").done().out();
    assert_eq!(expected.lines().count(), 4);
    for name in dir.names().iter().filter(|name| !name.starts_with("tiny.") && *name != "plain.csv") {
        let ran = dir.ombud(&format!("score {name} -m tiny.model --format csv")).done();
        assert_eq!(ran.out(), expected, "{name}");
        let ran = dir.ombud("score - -m tiny.model --format csv").stdin(dir.bytes(name)).done();
        assert_eq!(ran.out(), expected, "{name} as standard input");
    }
}

#[test]
fn several_inputs_come_out_one_after_the_other() {
    let dir = Dir::with_model().file("a.csv", "id,text\n1,a\n").file("b.csv", "text,id\nb,2\n");
    let ran = dir.ombud("score a.csv b.csv -m tiny.model").done();
    assert_eq!(ran.table().column("id"), ["1", "2"]);
    let ran = dir.ombud("score a.csv - b.csv -m tiny.model").stdin("id,text\nx,c\n").done();
    assert_eq!(ran.table().column("id"), ["1", "x", "2"]);
}

#[test]
fn rows_come_out_in_the_order_they_went_in() {
    let rows: String = (0..5000).map(|i| format!("{i},{}\n", "word ".repeat(i * 7919 % 40))).collect();
    let dir = Dir::with_model().file("many.csv", format!("id,text\n{rows}"));
    let ran = dir.ombud("score many.csv -m tiny.model --threads 2 -q").done();
    let expected: Vec<String> = (0..5000).map(|i| i.to_string()).collect();
    assert_eq!(ran.table().column("id"), expected);
}

#[test]
fn without_an_id_the_number_of_the_row_stands_in() {
    let dir = Dir::with_model().file("a.csv", "text\none\n1,2\nthree\n");
    let csv = dir.ombud("score a.csv -m tiny.model -q").refused();
    let thread = dir.ombud("score a.csv -m tiny.model -q --format thread").refused().says("one").says("three");
    assert_eq!(csv.table().column("id"), ["1", "3"], "the second row is refused, and still the second");
    assert!(thread.out().contains("\n3  "), "{}", thread.out());
}

#[test]
fn only_what_is_flagged_is_written_when_that_is_asked() {
    let dir = Dir::with_model().file("two.csv", TWO);
    let ran = dir.ombud("score two.csv -m tiny.model --only flagged").done();
    assert_eq!(ran.table().column("id"), ["b"]);
    let ran = dir.ombud("score two.csv -m tiny.model --only flagged --format jsonl").done();
    assert_eq!(ran.lines().len(), 1);
    let ran = dir.ombud("score two.csv -m tiny.model --only flagged --threshold off_topic=1").done();
    assert_eq!(ran.table().rows.len(), 0);
    let thread = dir.ombud("score two.csv -m tiny.model --only flagged --format thread").done().out();
    assert!(thread.contains("bad plan") && thread.contains("1 flagged"), "{thread}");
    // Its parent may be shown beside it, as what it answers, but is not flagged.
    assert_eq!(thread.matches('▲').count(), 1, "{thread}");
}

#[test]
fn a_page_gives_the_thread_form_with_a_line_that_sums_it_up() {
    let dir = Dir::with_model().file("page.txt", PAGE);
    let ran = dir.ombud("score page.txt -m tiny.model").done();
    insta::assert_snapshot!(sureness_aside(&ran.out()), @"
    Council votes to close the library

    Rosa M  c1  favor # %
    good plan, I agree with it
    │
    └ tomk  c2  against # %  ▲ off_topic # %
      bad plan, I oppose it: «buy» «shoes» «now»
      because “shoes” +0.#, “buy” +0.#, “now” +0.#

    2 comments: 1 against, 1 favor, 0 none · off_topic 1 · 1 flagged
    ");
}

/// The thread form without its numbers.
fn sureness_aside(text: &str) -> String {
    let percent = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let known = |at: usize| words.get(at + 1) == Some(&"%");
        let words = words.iter().enumerate().map(|(at, word)| if known(at) { "#" } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    shape(&text.lines().map(percent).collect::<Vec<_>>().join("\n"))
}

const PAGE: &str = "\
Council votes to close the library

The council decided on Tuesday to close it.

  • Rosa M
    good plan, I agree with it

    • tomk
      bad plan, I oppose it: buy shoes now

Comments are closed.
";

#[test]
fn colours_only_go_to_a_terminal_unless_asked_for() {
    let dir = Dir::with_model().file("page.txt", PAGE);
    let plain = dir.ombud("score page.txt -m tiny.model").done().out();
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let always = dir.ombud("score page.txt -m tiny.model --color always").done().out();
    assert!(always.contains("\u{1b}["), "{always}");
    // What was asked for on the command line wins over the environment.
    let always = dir.ombud("score page.txt -m tiny.model --color always").env("NO_COLOR", "1").done().out();
    assert!(always.contains("\u{1b}["), "{always}");
    for quiet in ["never", "auto"] {
        let ran = dir.ombud(&format!("score page.txt -m tiny.model --color {quiet}")).env("NO_COLOR", "1").done();
        assert_eq!(ran.out(), plain);
    }
    let never = dir.ombud("score page.txt -m tiny.model --color never").env("CLICOLOR_FORCE", "1").done();
    assert_eq!(never.out(), plain);
    dir.ombud("score page.txt -m tiny.model -o page.out --format thread").done();
    assert_eq!(dir.text("page.out"), plain);
}

#[test]
fn the_model_inside_is_used_and_named_when_none_is_given() {
    let dir = Dir::new().file("two.csv", TWO);
    let ran = dir.ombud("score two.csv").done().warns("small built-in model").warns("ombud train");
    assert_eq!(ran.table().header[..5], ["id", "stance", "stance.p.against", "stance.p.favor", "stance.p.none"]);
    dir.ombud("score two.csv --quiet").done().quietly();
    let page = dir.ombud(&format!("score {} -q", ours("data/threads/harbour-library.txt"))).done().quietly();
    assert!(page.out().starts_with("Council votes to close the Harbour Road library\n"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let rows: String = (0..20_000).map(|i| format!("{i},good plan\n")).collect();
    let dir = Dir::with_model().file("many.csv", format!("id,text\n{rows}")).file("page.txt", PAGE);
    for form in ["csv", "jsonl", "thread"] {
        let script =
            format!("\"$ombud\" score many.csv -m tiny.model --format {form} | head -1; exit ${{PIPESTATUS[0]}}");
        let ran = dir.bash(&script).done().quietly();
        assert_eq!(ran.out().lines().count(), 1, "{form}");
    }
    for command in ["inspect tiny.model", "explain -m tiny.model hello", "convert many.csv --to csv -o -", "man"] {
        let script = format!("\"$ombud\" {command} | head -1 >/dev/null; exit ${{PIPESTATUS[0]}}");
        dir.bash(&script).done().quietly();
    }
}

#[test]
fn a_stream_is_answered_without_its_end() {
    // The first row is scored when a batch is full or the input ends; what matters is that a slow writer is awaited.
    let dir = Dir::with_model();
    let mut child = dir.start("score - -m tiny.model -o out.csv --from csv", Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"id,text\n1,good").unwrap();
    dir.await_unfinished(1);
    stdin.write_all(b" plan\n2,bad plan\n").unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert_eq!(Table::of(&dir.bytes("out.csv")).column("stance"), ["favor", "against"]);
}

#[test]
fn a_named_form_and_encoding_are_believed() {
    let dir = Dir::with_model().file("two.dat", TWO).file("latin.csv", b"id,text\n\xe9,good plan caf\xe9\n");
    let ran = dir.ombud("score two.dat -m tiny.model --from csv").done();
    assert_eq!(ran.table().column("id"), ["a", "b"]);
    dir.ombud("score two.dat -m tiny.model --from cvs").misused().error(&["cvs", "csv, tsv, jsonl"]);
    let ran = dir.ombud("score latin.csv -m tiny.model --encoding windows-1252 --keep text").done();
    assert_eq!(ran.table().column("text"), ["good plan café"]);
    assert_eq!(ran.table().column("id"), ["é"]);
    dir.ombud("score latin.csv -m tiny.model --encoding klingon").failed().error(&["klingon", "windows-1252"]);
}

#[test]
fn columns_under_other_headers_are_mapped() {
    let dir = Dir::with_model().file("a.csv", "nr,body,text\n9,good plan,bad plan\n");
    let ran = dir.ombud("score a.csv -m tiny.model --column text=body --column id=nr").done();
    assert_eq!(shape(&ran.out()).lines().nth(1).unwrap(), "9,favor,0.#,0.#,0.#,,0,0.#");
    dir.ombud("score a.csv -m tiny.model --column text=none")
        .failed()
        .error(&["`none` (for `text`)", "nr, body, text"]);
    dir.ombud("score a.csv -m tiny.model --column txt=body").misused().error(&["txt", "text"]);
    dir.ombud("score a.csv -m tiny.model --column text").misused().error(&["NAME=HEADER"]);
    dir.ombud("score a.csv -m tiny.model --column text=a --column text=b").failed().error(&["already mapped"]);
}

#[test]
fn an_article_may_be_given_to_a_table() {
    let dir = Dir::with_model().file("two.csv", TWO).file("page.txt", PAGE);
    let ran = dir.ombud("score two.csv -m tiny.model --article page.txt --format thread").done();
    assert!(ran.out().starts_with("Council votes to close the library\n"), "{}", ran.out());
    dir.ombud("score two.csv -m tiny.model --article none.txt").failed().error(&["none.txt"]);
}

#[cfg(unix)]
#[test]
fn an_output_that_is_a_pipe_stays_one() {
    let dir = Dir::with_model();
    let script = "mkfifo pipe; cat pipe > got & \"$ombud\" score tiny.csv -m tiny.model -o pipe; wait; test -p pipe";
    dir.bash(script).done();
    let direct = dir.ombud("score tiny.csv -m tiny.model").done().out();
    assert!(!direct.is_empty());
    assert_eq!(dir.text("got"), direct);
}

#[test]
fn csv_can_be_made_safe_for_a_spreadsheet() {
    let dir = Dir::with_model().file("a.csv", "id,text,author\n=1+1,good plan;-2,@ann\n");
    let safe = dir.ombud("score a.csv -m tiny.model --safe --keep all").done().table();
    assert_eq!(safe.rows[0].iter().take(3).collect::<Vec<_>>(), ["'=1+1", "good plan;'-2", "'@ann"]);
    let plain = dir.ombud("score a.csv -m tiny.model --keep all").done().table();
    assert_eq!(plain.rows[0].iter().take(3).collect::<Vec<_>>(), ["=1+1", "good plan;-2", "@ann"]);
    assert_eq!(plain.numbers("stance.p.favor"), safe.numbers("stance.p.favor"));
    for form in ["jsonl", "thread", "table", "html"] {
        let ran = dir.ombud(&format!("score a.csv -m tiny.model --safe --format {form}")).misused();
        ran.error(&["--safe needs CSV output: add --format csv"]);
    }
    dir.ombud("score a.csv -m tiny.model --safe --queue q.db").misused();
}
