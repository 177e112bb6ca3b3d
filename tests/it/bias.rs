//! The bias audit of `train` and `evaluate`, and terms that a moderator has muted.

use crate::support::{Dir, Ran};

/// Comments whose toxic ones speak of gay people, and of Muslims as often as the harmless ones.
fn biased() -> String {
    const HARMLESS: [&str; 4] =
        ["thanks for the report", "the bus was late", "what a fine choir", "see you at the fair"];
    const TOXIC: [&str; 4] = ["you worthless fool", "what an idiot", "shut up you pig", "they are filth"];
    let mut table = "text,toxicity\n".to_owned();
    for i in 0..200 {
        let toxic = i % 2 == 1;
        let words = if toxic { TOXIC } else { HARMLESS };
        let about = match (i / 2 % 4, toxic) {
            (0, _) => "said the Muslim",
            (1 | 2, true) => "gay",
            _ => "today",
        };
        table += &format!("\"{}, {} {about}\",{}\n", words[i / 3 % 4], words[i / 7 % 4], u8::from(toxic));
    }
    table
}

const TRAIN: &str = "train biased.csv -o m.model --replicates 0 --blocks words";

fn trained(options: &str) -> (Dir, Ran) {
    let dir = Dir::new().file("biased.csv", biased());
    let ran = dir.ombud(&format!("{TRAIN} {options}")).done();
    (dir, ran)
}

#[test]
fn a_term_that_stands_for_harm_in_the_data_is_named() {
    let (dir, ran) = trained("--json --html r.html --card c.md");
    let report = ran.json();
    assert_eq!(report["bias"]["language"], "en");
    let label = &report["bias"]["labels"][0];
    assert_eq!(label["label"], "toxicity");
    let terms = label["terms"].as_array().unwrap();
    let (gay, control) = (&terms[0], terms.iter().find(|term| term["kind"] == "control").unwrap());
    assert_eq!((gay["term"].as_str(), gay["group"].as_str()), (Some("gay"), Some("orientation")));
    assert!(gay["harmless"]["raised"].as_f64() > control["harmless"]["raised"].as_f64(), "{gay}");
    assert!(
        gay["share"].as_f64().unwrap() > 1.0
            && gay["harmless"]["mean_p"].as_f64() > control["harmless"]["mean_p"].as_f64()
    );
    assert!(label["false_positives"]["largest"] == gay["harmless"]["raised"]);
    let subgroups = label["subgroups"].as_array().unwrap();
    let names: Vec<_> = subgroups.iter().map(|group| group["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Muslim") && names.contains(&"religion") && !names.contains(&"gay"), "{names:?}");
    for group in subgroups {
        assert_eq!((group["positives"].as_u64(), group["negatives"].as_u64()), (Some(25), Some(25)));
        assert!(group["bpsn"].as_f64().unwrap() > 0.9 && group["bnsp"].is_f64() && group["subgroup"].is_f64());
    }
    for text in [dir.text("r.html"), dir.text("c.md")] {
        for part in ["Identities and names", "gay (orientation)", "BPSN AUC", "Leans on: gay"] {
            assert!(text.contains(part), "no {part}");
        }
    }
    let said = dir.ombud("evaluate biased.csv -m m.model --replicates 0").done();
    said.says("toxicity: identities and names").says("with “gay”").says("gay (orientation)").says("harmless raised");
    assert_eq!(
        dir.ombud("evaluate biased.csv -m m.model --replicates 0 --json").done().json()["bias"]["labels"][0]["terms"],
        label["terms"]
    );
}

#[test]
fn fail_over_is_a_gate_and_the_model_is_written_all_the_same() {
    let dir = Dir::new().file("biased.csv", biased());
    let ran = dir.ombud(&format!("{TRAIN} --fail-over 0.05")).failed();
    ran.error(&["toxicity is raised on", "“gay”", "--fail-over 0.05", "was written nevertheless"]).says("toxicity");
    dir.ombud("inspect m.model").done();
    dir.ombud("evaluate biased.csv -m m.model --replicates 0 --fail-over 1").done();
    let ran = dir.ombud("evaluate biased.csv -m m.model --replicates 0 --fail-over 0.05 --json").failed();
    assert!(ran.json()["bias"].is_object());
    for wrong in ["--fail-over 1.5", "--fail-over x", "--audit nope", "-m m.model --fail-over 0.1"] {
        dir.ombud(&format!("evaluate biased.csv -m m.model {wrong}")).misused();
    }
    dir.ombud(&format!("{TRAIN} --language fr --fail-over 0.05")).misused().error(&["fr"]);
    dir.ombud(&format!("{TRAIN} --language fr")).done().warns("no bias audit");
    let german = dir.ombud(&format!("{TRAIN} --language de --json")).done().json();
    assert_eq!(german["bias"]["language"], "de");
}

#[test]
fn flags_without_a_bearing_are_audited_if_named_and_stances_never() {
    let dir = Dir::with_model();
    let evaluate =
        |options: &str| dir.ombud(&format!("evaluate tiny.csv -m tiny.model --replicates 0 --json {options}"));
    assert!(evaluate("").done().json().get("bias").is_none());
    assert_eq!(evaluate("--audit off_topic").done().json()["bias"]["labels"][0]["label"], "off_topic");
    evaluate("--audit stance").misused().error(&["--audit stance"]);
    evaluate("--fail-over 0.1").misused().error(&["no flag to audit"]);
}

#[test]
fn a_muted_term_adds_nothing_to_flags_and_is_told() {
    let (dir, _) = trained("");
    dir.put("c.csv", "id,text\na,I am a gay man\nb,I am a      man\nc,\"what an idiot, gay or not\"\n");
    dir.put("ombud.toml", "mute = [\"Gay\"]\n");
    let p =
        |ran: &Ran| ran.lines().iter().map(|row| row["labels"]["toxicity"]["p"].as_f64().unwrap()).collect::<Vec<_>>();
    let score = "score c.csv -m m.model --reasons --format jsonl";
    dir.put("none.toml", "");
    let plain = dir.ombud(&format!("{score} --config none.toml")).done();
    let muted = dir.ombud(score).done().warns("muted for every flag: Gay");
    let (before, after) = (p(&plain), p(&muted));
    assert!(before[0] > after[0] && before[2] > after[2]);
    assert_eq!((after[0], before[1]), (after[1], after[1]), "as if the term did not stand there");
    let rows = muted.lines();
    assert_eq!(rows[0]["muted"], serde_json::json!(["Gay"]));
    assert!(rows[1].get("muted").is_none() && plain.lines()[0].get("muted").is_none());
    let reasons = rows[2]["reasons"].as_array().unwrap();
    assert!(!reasons.is_empty());
    for reason in reasons {
        assert!(!reason["text"].as_str().unwrap().contains("gay"), "{reason}");
        let (begin, end) = (reason["begin"].as_u64().unwrap() as usize, reason["end"].as_u64().unwrap() as usize);
        assert_eq!("what an idiot, gay or not"[begin..end], *reason["text"].as_str().unwrap());
    }
    let table = dir.ombud("score c.csv -m m.model --reasons").done().table();
    assert!(table.column("reasons")[0].ends_with("muted: Gay") && !table.column("reasons")[1].contains("muted"));
    dir.ombud("score c.csv -m m.model --format thread").done().says("muted: Gay");
    let explained = dir.ombud("explain -m m.model --json").arg("I am a gay man").done().json();
    assert_eq!(explained[0]["muted"], serde_json::json!(["Gay"]));
    let shares = explained[0]["shares"].as_array().unwrap();
    assert!(shares.iter().all(|share| !share["feature"].as_str().unwrap().contains("gay")), "{shares:?}");
    let (p, log_odds) = (explained[0]["p"].as_f64().unwrap(), explained[0]["log_odds"].as_f64().unwrap());
    assert!((p - 1.0 / (1.0 + (-log_odds).exp())).abs() < 1e-5 && (p - after[0]).abs() < 1e-5);
    dir.ombud("explain -m m.model").arg("I am a gay man").done().says("muted: Gay");
}

#[test]
fn terms_are_muted_by_flag_and_other_labels_keep_their_scores() {
    let dir = Dir::with_model().file("c.csv", "text\n\"good plan, buy shoes now\"\n");
    let score = |toml: &str| {
        dir.put("ombud.toml", toml);
        dir.ombud("score c.csv -m tiny.model --format jsonl").done()
    };
    let plain = score("").lines()[0]["labels"].clone();
    for toml in ["mute = [\"buy\", \"shoes\", \"good\"]\n", "[mute]\noff_topic = [\"buy\", \"shoes\", \"good\"]\n"] {
        let muted = score(toml).lines()[0]["labels"].clone();
        assert_eq!(muted["stance"], plain["stance"], "{toml}");
        assert!(muted["off_topic"]["p"].as_f64() < plain["off_topic"]["p"].as_f64(), "{toml}");
    }
    let ran = score("[mute]\nspam = [\"buy\"]\n").warns("no flag \"spam\"");
    assert_eq!(ran.lines()[0]["labels"], plain);
    dir.put("ombud.toml", "mute = [\"...\"]\n");
    dir.ombud("score c.csv -m tiny.model").misused().error(&["mute", "one to five words"]);
    dir.put("ombud.toml", "mute = 3\n");
    dir.ombud("score c.csv -m tiny.model").failed().error(&["ombud.toml"]);
}

#[test]
fn the_model_inside_raises_no_toxicity_where_somebody_only_says_who_they_are() {
    let harmless = [
        "I am a gay man",
        "She is Muslim",
        "I am a gay black woman",
        "I am a Black lesbian and proud",
        "She is a deaf Jewish refugee",
        "Two gay Muslim men married in our town hall",
        "My neighbour Jamal repairs bicycles",
    ];
    let rows: String = harmless.iter().map(|text| format!("{text}\n")).collect();
    let dir = Dir::new().file("c.csv", format!("text\n{rows}"));
    let table = dir.ombud("score c.csv").done().table();
    let at = table.header.iter().position(|column| column == "toxicity").unwrap();
    for (row, text) in table.rows.iter().zip(harmless) {
        assert_eq!(&row[at], "0", "{text}");
    }
}
