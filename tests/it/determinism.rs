//! The same data and seed give the same bytes; a score is a function of its comment alone.

use proptest::prelude::*;

use super::support::{Dir, Table};

#[test]
fn training_gives_the_same_bytes_on_any_number_of_threads() {
    let dir = Dir::with_model();
    for options in ["", "--folds 0 --solver adagrad", "--hash-bits 14 --blocks words,chars", "--base tiny.model"] {
        let mut models = Vec::new();
        for threads in ["1", "2", "1", "2"] {
            dir.ombud(&format!("train tiny.csv -o m.model --replicates 20 --threads {threads} {options}")).done();
            models.push(dir.bytes("m.model"));
        }
        assert!(models.windows(2).all(|pair| pair[0] == pair[1]), "{options}");
    }
}

#[test]
fn a_seed_is_obeyed() {
    let dir = Dir::with_model();
    let model = |seed: &str| {
        dir.ombud(&format!("train tiny.csv -o m.model --replicates 0 --seed {seed}")).done();
        dir.ombud("inspect m.model --json").done().json()["provenance"]["seed"].clone()
    };
    assert_eq!((model("7"), model("8")), (7.into(), 8.into()));
}

#[test]
fn a_score_does_not_depend_on_its_batch_form_or_threads() {
    let dir = Dir::with_model();
    let labelled = Table::of(&std::fs::read(super::support::ours("data/labelled/harbour-library.csv")).unwrap());
    let texts: Vec<&str> = labelled.column("text").into_iter().take(40).collect();
    let quoted = |text: &str| format!("\"{}\"\n", text.replace('"', "\"\""));
    // 2,000 rows are several batches.
    let many: String = texts.iter().cycle().take(2_000).map(|text| quoted(text)).collect();
    dir.put("many.csv", format!("text\n{many}"));
    let scores = |ran: super::support::Ran| {
        let rows = ran.table().rows;
        rows.iter().map(|row| row.iter().skip(1).collect::<Vec<_>>().join(",")).collect::<Vec<_>>()
    };
    let one = scores(dir.ombud("score many.csv -m tiny.model -q --threads 1 --reasons").done());
    let two = scores(dir.ombud("score many.csv -m tiny.model -q --threads 2 --reasons").done());
    let five = scores(dir.ombud("score - -m tiny.model -q --threads 5 --reasons").stdin(dir.bytes("many.csv")).done());
    assert_eq!(one, two);
    assert_eq!(one, five);
    for (at, scored) in one.iter().enumerate() {
        assert_eq!(*scored, one[at % texts.len()], "row {at}");
    }
    for (text, expected) in texts.iter().zip(&one) {
        let alone =
            scores(dir.ombud("score - -m tiny.model -q --reasons").stdin(format!("text\n{}", quoted(text))).done());
        assert_eq!(&alone[0], expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_scored_and_alike_alone_and_in_company(texts in proptest::collection::vec(any::<String>(), 1..20)) {
        let texts: Vec<String> = texts.into_iter().map(|text| text.replace('\0', "")).collect();
        let dir = Dir::with_model();
        let lines: Vec<String> = texts.iter().map(|text| format!("{}\n", serde_json::json!({"id": "x", "text": text}))).collect();
        let run = |input: String| dir.ombud("score - --from jsonl -m tiny.model -q --reasons").stdin(input).done().out();
        let together = run(lines.concat());
        prop_assert_eq!(together.lines().count(), texts.len());
        for (line, expected) in lines.iter().zip(together.lines()).take(3) {
            let alone = run(line.clone());
            prop_assert_eq!(alone.trim_end_matches('\n'), expected);
        }
    }
}
