//! Nothing is written over what is read, nor two outputs into one file; and an output is whole, or as it was before.

use std::collections::BTreeMap;

use super::support::{Dir, ours};

const RECIPE: &str = "
[[source]]
file = \"source.csv\"
licence = \"CC0 1.0\"
columns = { id = \"id\" }
labels.stance = { column = \"stance\" }
";

/// With one file of each kind that a command reads.
fn everything() -> Dir {
    let dir = Dir::with_model();
    let (table, model) = (dir.bytes("tiny.csv"), dir.bytes("tiny.model"));
    let page = std::fs::read(ours("data/threads/harbour-library.txt")).unwrap();
    let dir = dir
        .file("source.csv", &table)
        .file("other.csv", &table)
        .file("other.model", &model)
        .file("page.txt", page)
        .file("recipe.toml", RECIPE)
        .file("named.toml", "")
        .file("ombud.toml", "")
        .file("lines.jsonl", "{\"id\":\"c1\",\"thread_id\":\"page\",\"action\":\"approve\"}\n");
    dir.ombud("score page.txt --queue q.db --threshold off_topic=0.05 -q").done();
    // As another program that has it open leaves them.
    dir.file("q.db-wal", "").file("q.db-shm", "")
}

fn content(dir: &Dir) -> BTreeMap<String, Vec<u8>> {
    dir.names().into_iter().map(|name| (name.clone(), dir.bytes(&name))).collect()
}

/// Each command with `OUT` for the file that an option writes to, and the files that it reads.
const COMMANDS: [(&str, &[&str]); 14] = [
    ("train tiny.csv other.csv -o OUT", &["tiny.csv", "other.csv", "ombud.toml"]),
    ("train tiny.csv --base tiny.model -o m --html OUT", &["tiny.csv", "tiny.model", "ombud.toml"]),
    ("train tiny.csv --config named.toml -o m --card OUT", &["tiny.csv", "named.toml"]),
    ("train --from q.db --base tiny.model --config named.toml -o OUT", &["q.db", "q.db-wal", "q.db-shm", "named.toml"]),
    ("train --from q.db -o m --html OUT", &["q.db", "q.db-wal"]),
    ("train --from q.db -o m --card OUT", &["q.db"]),
    ("train --recipe recipe.toml -o OUT", &["recipe.toml", "source.csv"]),
    ("train --recipe recipe.toml -o m --html OUT --card c", &["recipe.toml", "source.csv"]),
    (
        "score tiny.csv other.csv -m tiny.model --article page.txt --config named.toml -o OUT",
        &["tiny.csv", "other.csv", "tiny.model", "page.txt", "named.toml"],
    ),
    (
        "score tiny.csv -m tiny.model --article page.txt --queue OUT",
        &["tiny.csv", "tiny.model", "page.txt", "ombud.toml"],
    ),
    ("evaluate tiny.csv -m tiny.model -m other.model --html OUT", &["tiny.csv", "tiny.model", "other.model"]),
    ("convert tiny.csv --to jsonl -o OUT", &["tiny.csv"]),
    ("review export --db q.db --config named.toml -o OUT", &["q.db", "q.db-wal", "q.db-shm", "named.toml"]),
    (
        "review import tiny.csv -m tiny.model --article page.txt --db OUT",
        &["tiny.csv", "tiny.model", "page.txt", "ombud.toml"],
    ),
];

#[test]
fn no_output_of_any_command_may_be_one_of_its_inputs() {
    let dir = everything();
    let before = content(&dir);
    for (command, inputs) in COMMANDS {
        for input in inputs {
            let ran = dir.ombud(&command.replace("OUT", input)).misused();
            ran.warns("would overwrite").warns(input);
            assert!(content(&dir) == before, "{command}: {input}");
        }
    }
    dir.ombud("train --from q.db -o m --html q.db").misused().warns("--html q.db would overwrite the database q.db");
    dir.ombud("train tiny.csv -o m --html tiny.csv")
        .misused()
        .warns("--html tiny.csv would overwrite the input tiny.csv");
    dir.ombud("review decide q.db --db q.db").misused().warns("--db q.db would overwrite the input q.db");
    dir.ombud("review decide named.toml --db q.db --config q.db").misused().warns("the policy file q.db");
    assert!(content(&dir) == before);
}

#[test]
fn no_two_outputs_may_be_one_file() {
    let dir = everything();
    let before = content(&dir);
    for (command, outputs) in [
        ("train tiny.csv -o two --html two", ["-o two", "--html two"]),
        ("train tiny.csv -o two --card ./two", ["-o two", "--card ./two"]),
        ("train tiny.csv -o m --html two --card two", ["--html two", "--card two"]),
        (
            "train tiny.csv --base tiny.model -o tiny.model --html tiny.model",
            ["--html tiny.model", "base model tiny.model"],
        ),
    ] {
        dir.ombud(command).misused().error(&outputs);
    }
    for command in [
        "train tiny.csv -o -",
        "train tiny.csv -o - --html -",
        "train tiny.csv -o m --html -",
        "train tiny.csv -o m --card -",
        "evaluate tiny.csv -m tiny.model --html -",
    ] {
        dir.ombud(command).misused().warns("standard output");
    }
    for command in
        ["score - - -m tiny.model", "score - --article - -m tiny.model", "train - - -o m", "explain - --article -"]
    {
        dir.ombud(command).stdin("id,text\n1,a\n").misused().warns("which can be read only once");
    }
    assert!(content(&dir) == before);
}

#[cfg(unix)]
#[test]
fn a_file_is_known_by_any_name_and_link() {
    use std::os::unix::fs::symlink;
    let dir = everything();
    std::fs::create_dir(dir.path("sub")).unwrap();
    symlink("tiny.csv", dir.path("soft.csv")).unwrap();
    symlink("soft.csv", dir.path("softer.csv")).unwrap();
    std::fs::hard_link(dir.path("tiny.csv"), dir.path("hard.csv")).unwrap();
    symlink(".", dir.path("here")).unwrap();
    symlink("new.model", dir.path("new-link")).unwrap();
    let before = dir.bytes("tiny.csv");
    let absolute = dir.path("tiny.csv").to_string_lossy().into_owned();
    for name in ["./tiny.csv", "sub/../tiny.csv", "soft.csv", "softer.csv", "hard.csv", "here/tiny.csv", &absolute] {
        for command in ["convert tiny.csv --to csv -o", "score tiny.csv -m tiny.model -o", "train tiny.csv -o m --html"]
        {
            dir.ombud(command).arg(name).misused().warns("would overwrite the input tiny.csv");
        }
        dir.ombud("convert --to csv -o tiny.csv").arg(name).misused().warns("-o tiny.csv would overwrite the input");
    }
    // What is not there yet is one file by two names, too.
    dir.ombud("train tiny.csv -o here/new.model --html sub/../new.model").misused().warns("are the same file");
    dir.ombud("train tiny.csv -o new-link --html new.model").misused().warns("are the same file");
    dir.bash("\"$ombud\" score - -m tiny.model -o tiny.csv < soft.csv").misused().warns("standard input comes from");
    dir.bash("\"$ombud\" score tiny.csv -m tiny.model >> hard.csv").misused().warns("standard output would overwrite");
    assert_eq!(dir.bytes("tiny.csv"), before);
    // Devices are no files: what is written there overwrites nothing.
    dir.ombud("evaluate tiny.csv -m tiny.model --replicates 0 -q --html /dev/null").done();
    dir.ombud("train tiny.csv --folds 0 -q -o /dev/null --html /dev/null").done();
}

#[test]
fn what_is_meant_to_be_replaced_may_be() {
    let dir = everything();
    let before = dir.bytes("tiny.model");
    dir.ombud("train tiny.csv --base tiny.model -o tiny.model --folds 0 -q").done();
    assert_ne!(dir.bytes("tiny.model"), before);
    dir.ombud("train tiny.csv --base ./tiny.model -o tiny.model --folds 0 -q").done();
    dir.ombud("inspect tiny.model").done();
    // The queue's own model is what it learns.
    std::fs::copy(dir.path("tiny.model"), dir.path("q.model")).unwrap();
    dir.ombud("review import tiny.csv -m q.model --db q.db -q").done();
}

#[test]
fn what_cannot_be_written_is_told_before_the_work() {
    let dir = everything().file("broken.csv", "nothing that could be learnt from\n");
    std::fs::create_dir(dir.path("folder")).unwrap();
    // SQLite clears away what is left beside a database.
    let names = || dir.names().into_iter().filter(|name| !name.starts_with("q.db-")).collect::<Vec<_>>();
    let before = names();
    // Each would fail later, too: of the two reasons the output's is told, so it came first.
    for (command, reason) in [
        ("train broken.csv -o none/m", "there is no folder none"),
        ("train broken.csv -o m --html none/a.html", "there is no folder none"),
        ("train broken.csv -o m --card folder", "that is a folder"),
        ("evaluate broken.csv -m tiny.model --html folder/", "that is a folder"),
        ("convert tiny.csv --to csv -o folder", "that is a folder"),
        ("score tiny.csv -m tiny.model --format csv -o folder", "that is a folder"),
        ("review export --db q.db -o folder", "that is a folder"),
    ] {
        let ran = dir.ombud(command).failed().warns("cannot write").warns(reason);
        assert!(ran.stdout.is_empty());
        assert_eq!(names(), before, "{command}");
    }
}

#[cfg(unix)]
#[test]
fn an_output_keeps_the_mode_of_what_it_replaces_and_leaves_read_only_files_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = everything();
    let set =
        |name: &str, mode| std::fs::set_permissions(dir.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    for (command, name) in [
        ("train tiny.csv --folds 0 -q -o OUT", "old.model"),
        ("convert tiny.csv -o OUT", "old.csv"),
        ("convert tiny.csv -o OUT", "old.json"),
        ("score tiny.csv -m tiny.model -o OUT", "old.csv"),
        ("evaluate tiny.csv -m tiny.model --replicates 0 --html OUT", "old.html"),
        ("review export --db q.db -o OUT", "old.csv"),
    ] {
        dir.put(name, "old");
        set(name, 0o444);
        dir.ombud(&command.replace("OUT", name)).failed().error(&[name, "read-only"]);
        assert_eq!(dir.bytes(name), b"old", "{command}");
        for mode in [0o600, 0o664] {
            set(name, mode);
            dir.ombud(&command.replace("OUT", name)).done();
            let now = std::fs::metadata(dir.path(name)).unwrap().permissions().mode() & 0o777;
            assert_eq!(format!("{now:o}"), format!("{mode:o}"), "{command}");
            assert_ne!(dir.bytes(name), b"old", "{command}");
        }
    }
}

#[test]
fn a_file_is_not_called_what_it_is_not() {
    let dir = everything();
    let before = content(&dir);
    for extension in ["xlsx", "ods", "pdf", "doc", "dat", "JSONX"] {
        let refused = |command: &str, forms: &[&str]| {
            let ran = dir.ombud(&format!("{command} out.{extension}")).misused();
            ran.error(&["-o out.", &format!("does not write .{}", extension.to_lowercase())]).error(forms);
            assert!(content(&dir) == before, "{command} {extension}");
        };
        refused("score tiny.csv -m tiny.model -o", &[".csv", ".jsonl", ".html", ".txt"]);
        refused("convert tiny.csv -o", &[".csv", ".json", ".txt"]);
        refused("review export --db q.db -o", &[".csv", ".jsonl"]);
    }
    // An option that tells the form does not make a spreadsheet of it.
    dir.ombud("score tiny.csv -m tiny.model --format csv -o out.xlsx").misused().error(&[".xlsx"]);
    dir.ombud("score tiny.csv -m tiny.model --format csv -o out.csv.gz").misused().error(&[".gz", ".csv"]);
    dir.ombud("convert tiny.csv --to csv -o out.parquet").misused().error(&[".parquet"]);
    dir.ombud("evaluate tiny.csv -m tiny.model --html out.pdf").misused().error(&["--html out.pdf", ".pdf"]);
    dir.ombud("train tiny.csv -o m --card out.docx").misused().error(&["--card out.docx"]);
    assert!(content(&dir) == before);
    dir.ombud("score tiny.csv -m tiny.model --format csv -o out.dat").done();
    dir.ombud("score tiny.csv -m tiny.model -o out").done();
    assert_eq!(dir.bytes("out"), dir.bytes("out.dat"));
    dir.ombud("convert tiny.csv -o out.jsonl.gz").done();
}

#[test]
fn an_address_is_no_file() {
    let dir = Dir::with_model();
    for command in [
        "score https://example.org/article#comments",
        "score tiny.csv -m tiny.model --article http://example.org",
        "train HTTPS://example.org/a.csv -o m",
        "evaluate https://example.org/a.csv -m tiny.model",
        "convert https://example.org/a -o a.csv",
        "review import https://example.org/a --db q.db",
    ] {
        let ran = dir.ombud(command).misused();
        ran.error(&[
            "://example.org",
            "ombud reads files, not addresses: save the page in the browser and name the file",
        ]);
    }
}
