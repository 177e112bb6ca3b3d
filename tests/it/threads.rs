//! Comments in their threads: the same scores from a page, a table in any order, a stream; and what stances are towards.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::support::{Dir, OMBUD, Table, ours};

/// A table that can only be learnt from context: a comment is off-topic where it is about another thing than its article,
/// and agrees where it answers in the words of its parent.
fn table() -> String {
    const THINGS: [&str; 4] =
        ["library books shelves", "harbour boats quay", "school lessons teacher", "railway train station"];
    let mut table = "id,parent_id,thread_id,article_title,article_text,text,off_topic,stance\n".to_owned();
    for thread in 0..24 {
        let own = THINGS[thread % 4];
        for at in 0..7 {
            let off = (thread * 7 + at) % 5 == 0;
            let about = THINGS[(thread + usize::from(off) * (1 + at % 3)) % 4];
            let parent = if at % 3 == 1 { format!("c{}", at - 1) } else { String::new() };
            let stance = ["favor", "against"][(at + thread) % 2];
            let says = ["a fine plan", "no good at all"][(at + thread) % 2];
            let title = if at == 0 { format!("Council decides on {own}") } else { String::new() };
            let body = if at == 0 { format!("The council met about the {own} on Tuesday.") } else { String::new() };
            table += &format!(
                "c{at},{parent},t{thread},{title},{body},{says} about the {about},{},{stance}\n",
                u8::from(off)
            );
        }
    }
    table
}

/// With `table.csv` and `m.model`, which was learnt from it and reads context.
fn with_model(options: &str) -> Dir {
    let dir = Dir::new().file("table.csv", table());
    dir.ombud(&format!(
        "train table.csv -o m.model --folds 0 --replicates 0 -q --blocks words,context,target {options}"
    ))
    .done();
    dir
}

/// Verdicts by thread and id, without those of a header.
fn verdicts(out: &[u8]) -> Vec<String> {
    let mut rows: Vec<String> =
        Table::of(out).rows.iter().map(|row| row.iter().collect::<Vec<_>>().join("|")).collect();
    rows.sort();
    rows
}

/// The rows of a table by turns from its threads.
fn mixed(table: &str) -> String {
    let (header, rows) = table.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let by_turns = (0..7).flat_map(|at| (0..24).map(move |thread| thread * 7 + at));
    let rows: Vec<&str> = by_turns.map(|at| rows[at]).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

#[test]
fn a_table_is_scored_alike_sorted_mixed_streamed_packed_and_on_any_threads() {
    let dir = with_model("");
    dir.put("mixed.csv", mixed(&table()));
    dir.put("table.csv.gz", super::support::gz(table().as_bytes()));
    let keep = "-m m.model -q --keep thread_id,text --reasons";
    let score = |arguments: &str| dir.ombud(&format!("score {arguments} {keep}"));
    let sorted = score("table.csv --threads 1").done();
    let expected = verdicts(&sorted.stdout);
    assert_eq!(expected.len(), 24 * 7);
    assert_eq!(score("table.csv --threads 3").done().stdout, sorted.stdout);
    assert_eq!(score("table.csv.gz").done().stdout, sorted.stdout);
    assert_eq!(score("-").stdin(table()).done().stdout, sorted.stdout);
    let by_turns = score("mixed.csv --threads 1").done();
    assert_eq!(verdicts(&by_turns.stdout), expected);
    assert_eq!(score("mixed.csv --threads 3").done().stdout, by_turns.stdout);
    assert_eq!(score("-").stdin(mixed(&table())).done().stdout, by_turns.stdout);
    // In the order in which they went in.
    let texts = Table::of(mixed(&table()).as_bytes());
    assert_eq!(by_turns.table().column("text"), texts.column("text"));
    assert_eq!(by_turns.table().column("thread_id"), texts.column("thread_id"));
    // JSON lines: the same numbers.
    let lines: String = Table::of(mixed(&table()).as_bytes())
        .rows
        .iter()
        .map(|row| {
            let names = ["id", "parent_id", "thread_id", "article_title", "article_text", "text"];
            let cells: serde_json::Map<_, _> = names
                .iter()
                .zip(row.iter())
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(name, cell)| ((*name).to_owned(), json!(cell)))
                .collect();
            format!("{}\n", serde_json::Value::from(cells))
        })
        .collect();
    dir.put("mixed.jsonl", lines);
    let ran = score("mixed.jsonl --format csv").done();
    assert_eq!(ran.stdout, by_turns.stdout);
    assert!(dir.names().iter().all(|name| !name.contains("tmp")), "nothing is left behind");
}

#[test]
fn context_counts_and_a_row_without_its_thread_is_another() {
    let dir = with_model("");
    let whole = dir.ombud("score table.csv -m m.model -q").done();
    let alone = table()
        .lines()
        .map(|line| line.splitn(4, ',').collect::<Vec<_>>())
        .map(|cells| format!("{},{}\n", cells[0], cells[3]))
        .collect::<String>();
    dir.put("alone.csv", alone);
    let alone = dir.ombud("score alone.csv -m m.model -q").done();
    assert_ne!(whole.stdout, alone.stdout);
}

#[test]
fn a_page_and_the_table_made_of_it_are_scored_alike() {
    let dir = with_model("");
    for page in ["harbour-library.txt", "kvr-licence-fee.html"] {
        let page = ours(&format!("data/threads/{page}"));
        dir.ombud(&format!("convert {page} -o page.csv")).done();
        dir.ombud(&format!("convert {page} -o page.json")).done();
        for towards in ["article", "parent"] {
            let score = |input: &str, form: &str| {
                dir.ombud(&format!("score {input} -m m.model -q --reasons --format {form} --towards {towards}"))
                    .done()
                    .stdout
            };
            let expected = score(&page, "csv");
            assert_eq!(score("page.csv", "csv"), expected, "{page}");
            assert_eq!(score("page.json", "csv"), expected, "{page}");
            assert_eq!(score("page.csv", "thread"), score(&page, "thread"), "{page}");
        }
    }
}

#[test]
fn evaluation_reads_rows_as_scoring_does() {
    let dir = with_model("");
    dir.put("mixed.csv", mixed(&table()));
    for name in ["table.csv", "mixed.csv"] {
        let evaluated = dir.ombud(&format!("evaluate {name} -m m.model --json --replicates 0 -q")).done().json();
        let labels = evaluated["labels"].as_array().unwrap();
        let label = labels.iter().find(|label| label["name"] == "off_topic").unwrap();
        let scored = dir.ombud(&format!("score {name} -m m.model -q --keep off_topic")).done().table();
        // The mean squared error depends on every single probability.
        let squares = scored.numbers("off_topic.p").into_iter().zip(scored.numbers("off_topic.given"));
        let brier = squares.map(|(p, given)| (p - given).powi(2)).sum::<f64>() / 168.0;
        let told = label["brier"]["value"].as_f64().unwrap();
        assert!((told - brier).abs() < 1e-6, "{name}: {told} {brier}");
    }
}

#[test]
fn rows_that_are_refused_or_odd_are_told_and_the_rest_is_scored_in_order() {
    let dir = with_model("");
    let odd = "id,parent_id,thread_id,text\na,b,t,one\nb,a,t,two\nc,,u,three\nx\nd,gone,t,four\ne,,,five\nf,e,,six\n,,t,seven\na,,t,eight\n";
    dir.put("odd.csv", odd);
    let ran = dir.ombud("score odd.csv -m m.model").refused();
    assert_eq!(ran.table().column("id"), ["a", "b", "c", "d", "e", "f", "8", "a"]);
    let ran = ran.error(&["odd.csv:5: 1 cell", "1 row was refused", "loop", "parent is missing", "more than once"]);
    let piped = dir.ombud("score - -m m.model -q").stdin(odd).refused();
    assert_eq!(piped.stdout, ran.stdout);
    let strict = dir.ombud("score odd.csv -m m.model --strict -q").refused();
    assert_eq!(strict.table().column("id"), ["b", "c", "e", "f", "8"]);
    dir.put("empty.csv", "id,parent_id,thread_id,text\n");
    dir.ombud("score empty.csv -m m.model -q").done();
    dir.ombud("score - --from csv -m m.model -q").stdin("id,parent_id,thread_id,text\n").done();
}

#[test]
fn a_closed_pipe_is_no_error_while_rows_are_spooled() {
    let rows: String = (0..20_000).map(|i| format!("{i},t{},good plan\n", i % 500)).collect();
    let dir = with_model("").file("many.csv", format!("id,thread_id,text\n{rows}"));
    for script in ["\"$ombud\" score many.csv -m m.model", "cat many.csv | \"$ombud\" score - -m m.model"] {
        let ran = dir.bash(&format!("{script} | head -1; exit ${{PIPESTATUS[-2]}}")).done().quietly();
        assert_eq!(ran.out().lines().count(), 1);
    }
}

#[test]
fn a_large_thread_is_shared_among_workers() {
    let rows: String = (0..2_000)
        .map(|i| {
            format!("{i},{},t,a plan for boats {}\n", if i > 0 { (i / 3).to_string() } else { String::new() }, i % 13)
        })
        .collect();
    let dir = with_model("").file("large.csv", format!("id,parent_id,thread_id,text\n{rows}"));
    let one = dir.ombud("score large.csv -m m.model -q --threads 1").done();
    assert_eq!(dir.ombud("score large.csv -m m.model -q --threads 4").done().stdout, one.stdout);
    assert_eq!(dir.ombud("score - -m m.model -q --threads 4").stdin(dir.bytes("large.csv")).done().stdout, one.stdout);
    assert_eq!(one.table().rows.len(), 2_000);
}

#[test]
fn stances_are_towards_what_was_chosen() {
    let dir = with_model("");
    dir.put("two.jsonl", "{\"id\":\"a\",\"thread_id\":\"t\",\"article_title\":\"On boats\",\"text\":\"a fine plan about the boats\"}\n{\"id\":\"b\",\"thread_id\":\"t\",\"parent_id\":\"a\",\"text\":\"no good at all about the boats\"}\n");
    let lines = |options: &str| {
        let mut run = dir.ombud("score two.jsonl -m m.model -q");
        for option in options.split('|').filter(|option| !option.is_empty()) {
            run = run.arg(option);
        }
        run.done().lines()
    };
    let plain = lines("");
    assert!(plain.iter().all(|line| line.get("towards").is_none()));
    assert_eq!(lines("--towards|article"), plain);
    let parent = lines("--towards|parent");
    assert_eq!(parent[0], plain[0], "a comment at the top is judged by the title");
    assert_eq!(parent[1]["towards"], "parent");
    assert_ne!(parent[1]["labels"], plain[1]["labels"]);
    let claim = lines("--towards|boats are good");
    assert!(claim.iter().all(|line| line["towards"] == "boats are good"));
    assert_ne!(claim[0]["labels"], plain[0]["labels"]);
    dir.put("t.csv", "id,target,text\na,boats are good,a fine plan about the boats\n");
    let own = dir.ombud("score t.csv -m m.model -q --format jsonl").done().lines();
    assert_eq!(own[0]["towards"], "boats are good");
    let page = ours("data/threads/harbour-library.txt");
    dir.ombud(&format!("score {page} -m m.model -q --towards parent")).done().says("stances towards the comment above");
    dir.ombud(&format!("score {page} -m m.model -q"))
        .arg("--towards")
        .arg("It must stay")
        .done()
        .says("stances towards “It must stay”");
    dir.ombud("score two.jsonl -m m.model").arg("--towards").arg(" ").misused().error(&["article, parent, or a claim"]);
}

#[test]
fn a_model_remembers_what_its_stances_are_towards() {
    let dir = with_model("--towards parent");
    let score = |options: &str| dir.ombud(&format!("score table.csv -m m.model -q {options}")).done().stdout;
    assert_eq!(score(""), score("--towards parent"));
    assert_ne!(score(""), score("--towards article"));
    let figures = |options: &str| {
        dir.ombud(&format!("evaluate table.csv -m m.model --json --replicates 0 -q {options}")).done().json()["labels"]
            .take()
    };
    assert_eq!(figures(""), figures("--towards parent"));
}

#[test]
fn reasons_of_context_are_words_with_a_value() {
    let dir = with_model("");
    let ran = dir.ombud("score table.csv -m m.model -q --reasons --format jsonl").done();
    let reasons: Vec<String> = ran
        .lines()
        .iter()
        .flat_map(|line| {
            line["reasons"]
                .as_array()
                .unwrap()
                .iter()
                .map(|reason| reason["feature"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(
        reasons.iter().any(|reason| reason.contains(" in common with the ") && reason.contains(": 0.")),
        "{reasons:?}"
    );
}

#[test]
fn an_explanation_takes_context_and_adds_up() {
    let dir = with_model("").file("page.txt", "Council decides on the harbour\n\nThe council met about boats and the quay on Tuesday.\n\n  • Ann\n    Hello.\n");
    let explain = |options: &[&str]| {
        let mut run = dir.ombud("explain -m m.model --json");
        for option in options {
            run = run.arg(option);
        }
        run.arg("no good at all about the boats").done().json()
    };
    let bare = explain(&[]);
    let full = explain(&["--article", "page.txt", "--parent", "a fine plan about the boats", "--towards", "parent"]);
    assert_ne!(bare[0]["p"], full[0]["p"]);
    assert_eq!(
        explain(&["--title", "x", "--towards", "Boats are good"])[1]["log_odds"],
        explain(&["--title", "Boats are good"])[1]["log_odds"]
    );
    for label in full.as_array().unwrap() {
        let sum: f64 = label["shares"].as_array().unwrap().iter().map(|share| share["share"].as_f64().unwrap()).sum();
        let log_odds = label["log_odds"].as_f64().unwrap();
        assert!((sum - log_odds).abs() < 1e-9);
        let p = label["p"].as_f64().unwrap();
        assert!((1.0 / (1.0 + (-log_odds).exp()) - p).abs() < 1e-5, "{label}");
    }
    let features = full.to_string();
    assert!(features.contains("context: ") && features.contains("the parent"), "{features}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Rows of a few threads in any order, with parents that are there or not: by file, by pipe, and as pages would be.
    #[test]
    fn any_table_is_scored_alike_from_a_file_and_a_pipe(rows in prop::collection::vec((0..4_usize, 0..8_usize, 0..8_usize, "[a-e ]{0,12}"), 1..40)) {
        // A row without any content is left out.
        let rows: Vec<_> = rows.into_iter().filter(|row| row.0 + row.1 + row.2 > 0 || !row.3.trim().is_empty()).collect();
        prop_assume!(!rows.is_empty());
        let dir = Dir::with_model();
        let cell = |prefix: &str, at: usize| if at == 0 { String::new() } else { format!("{prefix}{at}") };
        let lines: String = rows.iter()
            .map(|(thread, id, parent, text)| format!("{},{},{},{text}\n", cell("t", *thread), cell("c", *id), cell("c", *parent)))
            .collect();
        let table = format!("thread_id,id,parent_id,text\n{lines}");
        dir.put("a.csv", &table);
        let file = dir.ombud("score a.csv -m tiny.model -q --keep text,thread_id").done();
        let pipe = dir.ombud("score - -m tiny.model -q --keep text,thread_id --threads 1").stdin(table.clone()).done();
        prop_assert_eq!(&file.stdout, &pipe.stdout);
        let scored = file.table();
        prop_assert_eq!(scored.column("text"), rows.iter().map(|row| row.3.as_str()).collect::<Vec<_>>());
        // Sorted by thread, and scored as a stream.
        let mut sorted: Vec<&str> = lines.lines().collect();
        sorted.sort_by_key(|line| line.split(',').next().unwrap().to_owned());
        dir.put("sorted.csv", format!("thread_id,id,parent_id,text\n{}\n", sorted.join("\n")));
        let sorted = dir.ombud("score sorted.csv -m tiny.model -q --keep text,thread_id").done();
        let without_id = |out: &[u8]| {
            let mut rows: Vec<String> = Table::of(out).rows.iter().map(|row| row.iter().skip(1).collect::<Vec<_>>().join("|")).collect();
            rows.sort();
            rows
        };
        prop_assert_eq!(without_id(&sorted.stdout), without_id(&file.stdout));
    }
}

/// A run that is written to and read from line by line.
struct Talk {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Talk {
    fn begin(dir: &Dir, arguments: &str) -> Self {
        let mut command = Command::new(OMBUD);
        command.args(arguments.split_whitespace()).current_dir(dir.path(".")).stderr(Stdio::null());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (lines, answers) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        Self { input: child.stdin.take(), child, answers }
    }

    fn write(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    #[track_caller]
    fn answer(&self) -> String {
        self.answers.recv_timeout(Duration::from_secs(60)).expect("no answer")
    }

    /// Ends the input; what comes after it.
    fn end(mut self) -> Vec<String> {
        drop(self.input.take());
        let rest = self.answers.iter().collect();
        assert!(self.child.wait().unwrap().success());
        rest
    }
}

fn id(answer: &str) -> String {
    serde_json::from_str::<serde_json::Value>(answer).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn lines_from_a_pipe_are_answered_one_by_one() {
    let dir = Dir::with_model();
    // The model inside reads context, the other does not.
    for arguments in ["score - --format jsonl", "score - -m tiny.model", "score - --from jsonl --format csv --reasons"]
    {
        let mut talk = Talk::begin(&dir, arguments);
        for at in 0..5 {
            talk.write(&format!("{{\"id\":\"c{at}\",\"text\":\"number {at} is a good plan\"}}"));
            if at == 0 && arguments.contains("csv") {
                assert!(talk.answer().starts_with("id,"));
            }
            assert!(talk.answer().contains(&format!("c{at}")), "{arguments}");
        }
        assert!(talk.end().is_empty());
    }
    // So are the rows of a table without threads.
    let mut talk = Talk::begin(&dir, "score - --from csv --format jsonl");
    talk.write("id,text");
    for at in 0..3 {
        talk.write(&format!("c{at},a good plan"));
        assert_eq!(id(&talk.answer()), format!("c{at}"));
    }
    assert!(talk.end().is_empty());
}

#[test]
fn a_thread_from_a_pipe_is_whole_before_it_is_answered() {
    const FIRST: [&str; 2] = [r#"{"id":"a","text":"Keep it open"}"#, r#"{"id":"b","text":"It costs too much"}"#];
    const LAST: [&str; 4] = [
        r#"{"id":"c","text":"No, it does not","parent_id":"b"}"#,
        r#"{"id":"d","text":"I bet somebody was paid","thread_id":"t"}"#,
        r#"{"id":"e","text":"By whom?"}"#,
        r#"{"id":"f","text":"By the mayor","thread_id":"t","parent_id":"d"}"#,
    ];
    let dir = Dir::new().file("all.jsonl", [&FIRST[..], &LAST[..]].concat().join("\n"));
    let mut talk = Talk::begin(&dir, "score - --format jsonl");
    for line in FIRST {
        talk.write(line);
        talk.answer();
    }
    LAST.iter().for_each(|line| talk.write(line));
    assert!(talk.answers.recv_timeout(Duration::from_millis(300)).is_err(), "the thread may go on");
    let answers = talk.end();
    let ids: Vec<String> = answers.iter().map(|answer| id(answer)).collect();
    assert_eq!(ids, ["c", "d", "e", "f"]);
    // What was answered before is still known to those who answer it: they are scored as in the file.
    let of_file = dir.ombud("score all.jsonl").done().out();
    let of_file: Vec<&str> = of_file.lines().skip(FIRST.len()).collect();
    assert_eq!(answers, of_file);
}
