//! What the system does not give: threads, open files; and inputs that ask for more than is sensible.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use super::support::{Dir, Run, not_tested};

/// Runs a command whose user may have no more processes and threads than `threads`; nothing where that cannot be had.
fn with_threads(dir: &Dir, threads: usize, command: &str) -> Option<Run> {
    // The limit does not hold for root. A shell that is told to exec starts nothing itself.
    let as_nobody = "exec setpriv --reuid 65534 --clear-groups bash -c";
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if is_root && dir.bash("setpriv --reuid 65534 --clear-groups test -x \"$ombud\"").status() != Some(0) {
        not_tested("root cannot run the program as another user");
        return None;
    }
    let limited = format!("ulimit -u {threads}; exec \"$ombud\" {command}");
    Some(if is_root { dir.bash(&format!("{as_nobody} '{limited}'")) } else { dir.bash(&limited) })
}

#[test]
fn with_few_threads_or_none_everything_is_the_same() {
    let dir = Dir::with_model();
    std::fs::set_permissions(dir.path("."), std::fs::Permissions::from_mode(0o777)).unwrap();
    dir.ombud("score tiny.csv --queue q.db -q").done();
    std::fs::set_permissions(dir.path("q.db"), std::fs::Permissions::from_mode(0o666)).unwrap();
    for command in [
        "score tiny.csv -m tiny.model -q",
        "score tiny.csv -q",
        "score tiny.csv -q --threads 1",
        "score tiny.csv -q --format thread",
        "explain -q \"a fine idea\"",
        "inspect tiny.model",
        "convert tiny.csv -o - --to json",
        "evaluate tiny.csv -m tiny.model -q --replicates 2 --json",
        "train tiny.csv -o out.model -q --replicates 2 --folds 3 --json",
        "review list --db q.db",
        "review verify --db q.db",
    ] {
        let epoch = |run: Run| run.env("SOURCE_DATE_EPOCH", "1");
        let expected = epoch(dir.bash(&format!("\"$ombud\" {command}"))).done();
        let model = dir.path("out.model").exists().then(|| dir.bytes("out.model"));
        if model.is_some() {
            std::fs::set_permissions(dir.path("out.model"), std::fs::Permissions::from_mode(0o666)).unwrap();
        }
        for threads in [0, 1, 2, 3] {
            let Some(limited) = with_threads(&dir, threads, command) else { return };
            let ran = epoch(limited).done();
            assert_eq!(ran.stderr, expected.stderr, "{command}, {threads}");
            assert!(ran.stdout == expected.stdout, "{command}, {threads}: {}", String::from_utf8_lossy(&ran.stdout));
            assert!(model.is_none() || model == Some(dir.bytes("out.model")), "{threads}");
        }
    }
}

#[test]
fn more_inputs_than_may_be_open_are_read_one_after_the_other() {
    let dir = Dir::with_model();
    let comment = |n: usize, form: &str| match form {
        "csv" => format!("id,text\nc{n},good plan {n}\n"),
        "jsonl" => format!("{{\"id\":\"c{n}\",\"text\":\"good plan {n}\"}}\n"),
        _ => format!("{{\"comments\":[{{\"id\":\"c{n}\",\"text\":\"good plan {n}\"}}]}}\n"),
    };
    for form in ["csv", "jsonl", "json"] {
        (0..60).for_each(|n| dir.put(&format!("{n}.{form}"), comment(n, form)));
        let inputs: String = (0..60).map(|n| format!("{n}.{form} ")).collect();
        let few = format!("ulimit -n 32; \"$ombud\" score {inputs} -m tiny.model");
        let ids = dir.bash(&format!("{few} --format csv")).done().table();
        assert_eq!(ids.column("id"), (0..60).map(|n| format!("c{n}")).collect::<Vec<_>>(), "{form}");
        assert_eq!(dir.bash(&format!("{few} --format table")).done().out().matches("good plan").count(), 60);
        dir.bash(&format!("{few} --queue {form}.db")).done();
        // What cannot be opened a second time stays open.
        let pipes = dir.bash(&format!("{few} <(cat 1.{form}) - --format csv < <(cat 2.{form})")).done().table();
        assert_eq!(pipes.rows.len(), 62);
    }
    // What is wrong with the last one is found before anything is written.
    dir.put("59.csv", "id,words\n1,good\n");
    let inputs: String = (0..60).map(|n| format!("{n}.csv ")).collect();
    let ran = dir.bash(&format!("ulimit -n 32; \"$ombud\" score {inputs} -m tiny.model")).failed();
    assert_eq!(ran.out(), "");
    dir.put("59.csv", "id,text\n1,good\n");
    for command in ["train -o many.model --stance id --folds 0 --replicates 0", "evaluate -m tiny.model"] {
        let ran = dir.bash(&format!("ulimit -n 32; \"$ombud\" {command} {inputs}; true")).done();
        assert!(!ran.stderr.contains("Too many open files"), "{}", ran.stderr);
    }
}

#[test]
fn as_many_columns_as_rows_are_kept_in_order() {
    let dir = Dir::with_model();
    let names = |word: &str| (0..80_000).map(|n| format!(",{word}{n}")).collect::<String>();
    dir.put("wide.csv", format!("id,text,stance{}\nc1,good plan,favor{}\n", names("column "), names("cell ")));
    let table = dir.ombud("score wide.csv -m tiny.model --keep all").done().table();
    assert_eq!(table.header[..4], ["id", "text", "stance.given", "column 0"]);
    assert_eq!(table.column("column 79999"), ["cell 79999"]);
    // Columns without a name cannot be told apart by it.
    dir.put("empty.csv", format!(",id,text{}\n7,c1,good plan{}\n", ",".repeat(80_000), ",".repeat(80_000)));
    let ran = dir.ombud("score empty.csv -m tiny.model --keep all").done();
    let ran = ran.warns("empty.csv: 80001 columns have no name; only the first is kept");
    assert_eq!((&ran.table().header[1], &ran.table().rows[0][1]), (&String::new(), "7"));
}
