//! Hostile text: nothing that a stranger wrote reaches the terminal as a command, or a page as markup.

use serde_json::{Map, Value};

use super::support::Dir;
#[cfg(unix)]
use super::terminal::Terminal;

/// Sets the title, colours, clears, reverses, rings, goes back; and the C1 form of an escape.
const EVIL: &str = "\u{1b}]0;pwned\u{7}\u{1b}[31mred\u{1b}[2J\u{202e}\u{2066}\u{200b}\u{9b}31m\u{8}\u{7f}\rback<script>alert(1)</script>";

/// Every character that a terminal may obey.
fn obeyed(text: &str) -> Vec<char> {
    let obeys = |c: &char| {
        (c.is_control() && *c != '\n') || matches!(*c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(obeys).collect()
}

/// One comment with [`EVIL`] in every field there is.
fn evil() -> String {
    let known = [
        "id",
        "parent_id",
        "thread_id",
        "article_id",
        "article_title",
        "article_text",
        "target",
        "parent_text",
        "context",
        "author",
        "created_at",
        "language",
        "stance",
        "off_topic",
    ];
    let mut comment: Map<String, Value> =
        known.iter().map(|key| ((*key).to_owned(), format!("{key} {EVIL}").into())).collect();
    comment.insert("text".to_owned(), format!("good plan {EVIL} buy shoes now {EVIL}").into());
    comment.insert(format!("key {EVIL}"), EVIL.into());
    format!("{}\n", Value::Object(comment))
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let dir = Dir::with_model().file("evil.jsonl", evil());
    dir.ombud("convert evil.jsonl -o evil.json -q").done();
    dir.ombud("convert evil.jsonl -o evil.html -q").done();
    for input in ["evil.jsonl", "evil.json", "evil.html"] {
        for form in ["thread", "table"] {
            let ran = dir.ombud(&format!("score {input} -m tiny.model --format {form} --reasons --color never")).done();
            assert!(ran.out().contains("good plan"), "{}", ran.out());
            assert_eq!((obeyed(&ran.out()), obeyed(&ran.stderr)), (vec![], vec![]), "{input} {form}: {}", ran.out());
        }
        // With colours the only escapes are those of colours: ESC [ digits and semicolons, m.
        let ran = dir.ombud(&format!("score {input} -m tiny.model --format thread --color always")).done();
        let plain: String = ran
            .out()
            .split("\u{1b}[")
            .enumerate()
            .map(|(at, part)| {
                if at == 0 {
                    return part.to_owned();
                }
                let (code, rest) = part.split_once('m').unwrap();
                assert!(code.chars().all(|c| c.is_ascii_digit() || c == ';'), "{code:?}");
                rest.to_owned()
            })
            .collect();
        assert_eq!(obeyed(&plain), Vec::<char>::new(), "{plain}");
    }
    for command in [
        "score evil.jsonl -m tiny.model",
        "score evil.jsonl -m tiny.model --strict",
        "train evil.jsonl -o x",
        "train evil.jsonl -o x --stance nothing",
        "evaluate evil.jsonl -m tiny.model",
        "score evil.jsonl -m tiny.model --column text=nothing",
        "score evil.jsonl -m tiny.model --keep nothing --format csv",
        "convert evil.jsonl -o out.csv",
    ] {
        let ran = dir.bash(&format!("\"$ombud\" {command} >/dev/null; true")).done();
        assert_eq!(obeyed(&ran.stderr), Vec::<char>::new(), "{command}: {}", ran.stderr);
    }
    let ran = dir.ombud("explain -m tiny.model").arg(EVIL).done();
    assert_eq!(obeyed(&ran.out()), Vec::<char>::new(), "{}", ran.out());
}

/// What a terminal gets to see of a run.
#[cfg(unix)]
fn on_a_terminal(dir: &Dir, command: &str) -> String {
    // The terminal makes a carriage return of each line feed.
    Terminal::ombud(dir, command).ends(0).replace("\r\n", "\n")
}

#[test]
#[cfg(unix)]
fn what_is_meant_for_a_file_does_not_steer_a_terminal() {
    let hidden = "\u{e0041}\u{2028}\u{2029}\u{feff}";
    let dir = Dir::with_model().file("evil.jsonl", evil().replace("good plan", &format!("good plan {hidden}")));
    dir.put(
        "evil.csv",
        format!("id,\"key {EVIL}\",text,author\n\"a{EVIL}\",\"{EVIL}\",\"good plan {hidden}{EVIL}\",\"{EVIL}\"\n"),
    );
    dir.ombud("score evil.jsonl -m tiny.model --queue q.db -q").done();
    dir.put("decisions.jsonl", format!(
        "{}\n",
        serde_json::json!({"id": format!("id {EVIL}"), "thread_id": format!("thread_id {EVIL}"), "action": "approve"})
    ));
    dir.ombud("review decide decisions.jsonl --db q.db").done();
    for (command, is_json) in [
        ("score evil.csv -m tiny.model --keep all --reasons", false),
        ("score evil.jsonl -m tiny.model --format csv --keep text,author", false),
        ("score evil.jsonl -m tiny.model --format html", false),
        ("score evil.jsonl -m tiny.model --reasons", true),
        ("score evil.csv -m tiny.model --format thread --color never", false),
        ("score evil.csv -m tiny.model --format table --color never", false),
        ("convert evil.jsonl -o - --to csv", false),
        ("convert evil.jsonl -o - --to tsv", false),
        ("convert evil.jsonl -o - --to html", false),
        ("convert evil.jsonl -o - --to text", false),
        ("convert evil.jsonl -o - --to json", true),
        ("convert evil.jsonl -o - --to jsonl", true),
        ("review export --db q.db", false),
        ("review export --db q.db --format jsonl", true),
        ("review list --db q.db --state all --everything", false),
        ("review list --db q.db --state all --everything --json", true),
        ("review purge --db q.db --older-than 1 --dry-run", false),
        ("review report --db q.db", false),
        ("explain -m tiny.model --json \"$(cat evil.csv)\"", true),
    ] {
        let seen = on_a_terminal(&dir, &format!("{command} 2>/dev/null"));
        let obeyed = |c: &char| {
            let hides = matches!(*c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
            hides || (*c != '\t' && !obeyed(&c.to_string()).is_empty())
        };
        assert_eq!(seen.chars().filter(obeyed).collect::<String>(), "", "{command}: {seen}");
        if is_json {
            let file = dir.bash(&format!("\"$ombud\" {command} 2>/dev/null")).done().out();
            let values = |text: &str| -> Vec<Value> {
                serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().unwrap()
            };
            assert_eq!(values(&seen), values(&file), "{command}");
        }
    }
    // Our own colours stay.
    let seen = on_a_terminal(&dir, "score evil.csv -m tiny.model --format thread --color always");
    assert!(seen.contains("\u{1b}[1m"), "{seen}");
    // A file is as it was.
    assert!(dir.ombud("score evil.csv -m tiny.model --keep author").done().out().contains(EVIL));
    // Names that the command line repeats.
    let ran = dir.ombud("score").arg(format!("--{EVIL}")).misused();
    assert_eq!(obeyed(&ran.stderr), Vec::<char>::new(), "{}", ran.stderr);
}

#[test]
fn nothing_hostile_becomes_markup() {
    let dir = Dir::with_model().file("evil.jsonl", evil());
    let page = dir.ombud("score evil.jsonl -m tiny.model --format html -q").done().out();
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;"), "{page}");
    assert_eq!(obeyed(&page), Vec::<char>::new());
    dir.ombud("convert evil.jsonl -o page.html -q").done();
    assert!(!dir.text("page.html").contains("<script>alert"));
}

#[test]
fn names_of_files_columns_and_classes_are_shown_safely() {
    let dir = Dir::new();
    let name = "a\u{1b}[31m\u{202e}.csv";
    dir.put(name, format!("id,text,\"mood {}\",spam\n1,a,x\n", EVIL.replace('\r', "")));
    for arguments in ["score", "train -o x"] {
        let ran = dir.ombud(arguments).arg(name).ends(if arguments == "score" { 3 } else { 1 });
        assert_eq!(obeyed(&ran.stderr), Vec::<char>::new(), "{}", ran.stderr);
    }
    let class = EVIL.replace(['\r', '<', '>'], "");
    let rows: String = (0..30).map(|i| format!("good {0},\"{0}{class}\"\n", ["day", "night"][i % 2])).collect();
    dir.put("b.csv", format!("text,stance\n{rows}"));
    let ran = dir.ombud("train b.csv -o b.model --replicates 0 --folds 3").done();
    assert_eq!((obeyed(&ran.out()), obeyed(&ran.stderr)), (vec![], vec![]), "{}", ran.out());
    dir.put("c.csv", "text\ngood day\n");
    for command in [
        "inspect b.model",
        "score c.csv -m b.model --format thread",
        "score c.csv -m b.model --format table",
        "evaluate b.csv -m b.model --replicates 0",
        "explain good -m b.model",
    ] {
        let ran = dir.ombud(command).done();
        assert_eq!((obeyed(&ran.out()), obeyed(&ran.stderr)), (vec![], vec![]), "{command}: {}", ran.out());
    }
}
