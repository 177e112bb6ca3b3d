//! A temporary directory in which `ombud` is run, and what is asked of a run.
//!
//! ```text
//! Dir::new().file("a.csv", "id,text\n1,hello\n").ombud("score a.csv").done().out("…")
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The program under test.
pub(crate) const OMBUD: &str = env!("CARGO_BIN_EXE_ombud");

/// Nothing here takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a shell may have set that changes what is written.
pub(crate) const VARIABLES: [&str; 6] =
    ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "SOURCE_DATE_EPOCH", "RUST_BACKTRACE"];

/// A directory of its own, gone when it is dropped.
pub(crate) struct Dir(TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With `tiny.csv`, which can be learnt from, and `tiny.model`, which was learnt from it.
    pub(crate) fn with_model() -> Self {
        let dir = Self::new().file("tiny.csv", tiny());
        std::fs::copy(tiny_model(), dir.path("tiny.model")).unwrap();
        dir
    }

    /// Writes a file.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.put(name, content);
        self
    }

    /// Writes a file, later on.
    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    /// A copy of a model file of which the metadata say something else, and whose hash is that of what it says.
    pub(crate) fn rewritten(&self, model: &str, copy: &str, edit: impl FnOnce(&mut Value)) {
        let bytes = self.bytes(model);
        let (length, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
        let data = &bytes[8 + length..];
        let mut metadata: Value = serde_json::from_str(&header.metadata().as_ref().unwrap()["ombud"]).unwrap();
        edit(&mut metadata);
        metadata["hash"] = "".into();
        let mut hash = Sha256::new();
        hash.update(metadata.to_string());
        let tensors: BTreeMap<_, _> = header.tensors().into_iter().collect();
        for (name, tensor) in tensors {
            hash.update(&name);
            hash.update(&data[tensor.data_offsets.0..tensor.data_offsets.1]);
        }
        let hash: String = hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        metadata["hash"] = hash.into();
        let mut header: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
        header["__metadata__"]["ombud"] = metadata.to_string().into();
        let header = header.to_string().into_bytes();
        self.put(copy, [&(header.len() as u64).to_le_bytes()[..], &header, data].concat());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap()
    }

    /// The names of the files that are there, hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// `ombud` with these arguments, separated by blanks; `run.arg` takes one that has blanks itself.
    pub(crate) fn ombud(&self, arguments: &str) -> Run {
        self.program(OMBUD).args(arguments)
    }

    /// `ombud` with these arguments, begun and not waited for.
    pub(crate) fn start(&self, arguments: &str, stdin: Stdio) -> Child {
        let mut command = Command::new(OMBUD);
        command.args(arguments.split_whitespace()).current_dir(self.path(".")).stdin(stdin);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until so many outputs are begun.
    #[track_caller]
    pub(crate) fn await_unfinished(&self, count: usize) {
        let begun = Instant::now();
        while self.names().iter().filter(|name| name.starts_with(".ombud")).count() < count {
            assert!(begun.elapsed() < PATIENCE, "{:?}", self.names());
            // Nobody tells of a new file: it is looked for again and again, but not all the time.
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Bash with this script; `ombud` is `$ombud`.
    pub(crate) fn bash(&self, script: &str) -> Run {
        self.program("bash").arg("-c").arg(script).env("ombud", OMBUD)
    }

    fn program(&self, program: &str) -> Run {
        let mut command = assert_cmd::Command::new(program);
        command.current_dir(self.0.path()).timeout(PATIENCE);
        VARIABLES.iter().for_each(|name| _ = command.env_remove(name));
        Run(command)
    }
}

/// A run that has not begun.
pub(crate) struct Run(assert_cmd::Command);

impl Run {
    pub(crate) fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    pub(crate) fn args(mut self, arguments: &str) -> Self {
        self.0.args(arguments.split_whitespace());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.write_stdin(bytes);
        self
    }

    /// Runs it, and gives its exit status.
    pub(crate) fn status(mut self) -> Option<i32> {
        self.0.output().unwrap().status.code()
    }

    /// Runs it, and demands that exit status.
    #[track_caller]
    pub(crate) fn ends(mut self, status: i32) -> Ran {
        let Output { status: ended, stdout, stderr } = self.0.output().unwrap();
        let ran = Ran { stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        let said = (ran.stderr.as_str(), String::from_utf8_lossy(&ran.stdout));
        assert_eq!(ended.code(), Some(status), "{ended}\nstderr: {}\nstdout: {}", said.0, said.1);
        ran
    }

    /// Runs it: all is done, status 0.
    #[track_caller]
    pub(crate) fn done(self) -> Ran {
        self.ends(0)
    }

    /// Runs it: it fails, status 1.
    #[track_caller]
    pub(crate) fn failed(self) -> Ran {
        self.ends(1)
    }

    /// Runs it: wrong usage, status 2.
    #[track_caller]
    pub(crate) fn misused(self) -> Ran {
        self.ends(2)
    }

    /// Runs it: done, but rows were refused, status 3.
    #[track_caller]
    pub(crate) fn refused(self) -> Ran {
        self.ends(3)
    }
}

/// What a run has said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn out(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// Standard output with every decimal number as `0.#`: what it says, not how sure it is.
    pub(crate) fn shape(&self) -> String {
        shape(&self.out())
    }

    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.out().contains(part), "no {part:?} in stdout:\n{}", self.out());
        self
    }

    #[track_caller]
    pub(crate) fn warns(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "no {part:?} in stderr:\n{}", self.stderr);
        self
    }

    /// The error names each of `parts`, once.
    #[track_caller]
    pub(crate) fn error(self, parts: &[&str]) -> Self {
        parts.iter().fold(self, |ran, part| ran.warns(part))
    }

    /// Nothing on standard error.
    #[track_caller]
    pub(crate) fn quietly(self) -> Self {
        assert_eq!(self.stderr, "");
        self
    }

    /// Standard output as a table.
    #[track_caller]
    pub(crate) fn table(&self) -> Table {
        Table::of(&self.stdout)
    }

    /// Standard output as JSON lines.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap()
    }
}

/// Text with every decimal number as `0.#`.
pub(crate) fn shape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        out.push_str(before);
        let whole = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        let decimals = number[whole..]
            .strip_prefix('.')
            .map_or(0, |decimals| decimals.find(|c: char| !c.is_ascii_digit()).unwrap_or(decimals.len()));
        let end = if decimals > 0 { whole + 1 + decimals } else { whole };
        out.push_str(if decimals > 0 { "0.#" } else { &number[..end] });
        rest = &number[end..];
    }
    out.push_str(rest);
    out
}

/// A table that was written.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<csv::StringRecord>,
}

impl Table {
    #[track_caller]
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        Self { header, rows: reader.records().map(Result::unwrap).collect() }
    }

    /// The cells of a column.
    #[track_caller]
    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        let at = self.header.iter().position(|own| own == name);
        let at = at.unwrap_or_else(|| panic!("no column {name:?} among {:?}", self.header));
        self.rows.iter().map(|row| &row[at]).collect()
    }

    /// The numbers of a column.
    #[track_caller]
    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.column(name).iter().map(|cell| cell.parse().unwrap()).collect()
    }
}

/// Comments of three stances, a fifth of them off-topic, in nine threads; every rule is easy to learn.
pub(crate) fn tiny() -> String {
    const FAVOR: [&str; 4] = ["good plan", "I agree with it", "a fine idea", "well done council"];
    const AGAINST: [&str; 4] = ["bad plan", "I oppose it", "an awful idea", "shame on the council"];
    const NONE: [&str; 4] = ["what time is it", "see the notice", "it opens on monday", "two pages long"];
    let mut table = "id,thread_id,text,stance,off_topic\n".to_owned();
    for i in 0..90 {
        let (class, words) = [("favor", FAVOR), ("against", AGAINST), ("none", NONE)][i % 3];
        let off = if i % 5 == 0 { "buy shoes now" } else { "" };
        let (one, two) = (words[i % 4], words[i / 4 % 4]);
        table += &format!("c{i},t{},\"{one}, {two} {off}\",{class},{}\n", i % 9, u8::from(i % 5 == 0));
    }
    table
}

/// A model of [`tiny`], trained once.
fn tiny_model() -> &'static Path {
    static MODEL: OnceLock<PathBuf> = OnceLock::new();
    MODEL.get_or_init(|| {
        let dir = Dir::new().file("tiny.csv", tiny());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tiny.model");
        dir.ombud("train tiny.csv -o tiny.model --replicates 20").done();
        std::fs::copy(dir.path("tiny.model"), &path).unwrap();
        path
    })
}

/// Says that a machine lacks what a test needs.
#[allow(clippy::print_stderr)]
pub(crate) fn not_tested(why: &str) {
    eprintln!("not tested: {why}");
}

/// A file of this repository.
pub(crate) fn ours(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_string_lossy().into_owned()
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
