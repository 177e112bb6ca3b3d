//! Every file of `data/exports`, whatever its format: what is read of it is written as JSONL and CSV and read again without
//! loss, and it is read alike when it is packed.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::Dir;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/exports");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    // Those that need to be told more, and what makes some of the others.
    let others = ["mapped.json", "mapped.toml", "nested-keys.jsonl", "tables.py"];
    files.retain(|path| !others.contains(&path.file_name().unwrap().to_str().unwrap()));
    files.sort();
    assert!(files.len() > 20, "{files:?}");
    files
}

/// The objects of lines of JSON, without what is null.
fn objects(lines: &str) -> Vec<Value> {
    let mut objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for object in &mut objects {
        object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    objects
}

/// Converts a file of which some rows may be refused.
#[track_caller]
fn convert(dir: &Dir, from: &str, to: &str) {
    let status = dir.ombud(&format!("convert {from} -o {to}")).status();
    assert!(matches!(status, Some(0 | 3)), "{from}: {status:?}");
}

#[test]
fn what_is_read_survives_jsonl_and_csv() {
    for path in fixtures() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let dir = Dir::new().file(&name, std::fs::read(&path).unwrap());
        convert(&dir, &name, "a.jsonl");
        let first = objects(&dir.text("a.jsonl"));
        assert!(!first.is_empty(), "{name} has comments");
        convert(&dir, "a.jsonl", "b.jsonl");
        assert_eq!(objects(&dir.text("b.jsonl")), first, "{name} by JSONL");
        convert(&dir, "a.jsonl", "c.csv");
        convert(&dir, "c.csv", "d.jsonl");
        assert_eq!(objects(&dir.text("d.jsonl")), first, "{name} by CSV");
        if name == "annotators.csv" || name.starts_with("prodigy") {
            // A row is what one annotator said.
            continue;
        }
        let ids: BTreeSet<String> = first.iter().map(|one| format!("{} {}", one["thread_id"], one["id"])).collect();
        assert_eq!(ids.len(), first.len(), "{name}: an id stands for one comment of its thread");
    }
}

#[test]
fn packed_files_are_read_alike() {
    for path in fixtures() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&bytes).unwrap();
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
        let zip = zip.finish().unwrap().into_inner();
        // By a name that says nothing: the content tells.
        let dir = Dir::new()
            .file(&name, &bytes)
            .file("a.gz", gz.finish().unwrap())
            .file("b.zst", zstd::encode_all(&bytes[..], 1).unwrap())
            .file("c.zip", zip);
        convert(&dir, &name, "expected.jsonl");
        let expected = dir.text("expected.jsonl");
        for packed in ["a.gz", "b.zst", "c.zip"] {
            convert(&dir, packed, "packed.jsonl");
            // An id that comes from the file's name is another.
            let same = dir.text("packed.jsonl").replace(&format!("\"{}\"", &packed[..1]), "\"NAME\"");
            let stem = name.split('.').next().unwrap();
            assert_eq!(same, expected.replace(&format!("\"{stem}\""), "\"NAME\""), "{name} as {packed}");
        }
    }
}
