//! Checks every path that a run reads or writes before anything is done: no output overwrites an input, and no two
//! outputs are the same file.

use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::thread::extension;
use crate::thread::whole_file::destination;

/// A conflict between paths.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PathError {
    #[error("{0}: ombud reads files, not addresses: save the page in the browser and name the file")]
    Address(String),
    #[error("{0} and {1} are both standard input, which can be read only once")]
    StandardInput(String, String),
    #[error("{0} and {1} would both go to standard output; name a file")]
    StandardOutput(String, String),
    #[error("{output} would overwrite {read}")]
    Overwritten { output: String, read: String },
    #[error("{0} and {1} are the same file; name two")]
    SameFile(String, String),
    #[error("{output}: ombud does not write .{extension} files{}", advice(.known))]
    Extension { output: String, extension: String, known: Vec<&'static str> },
}

fn advice(known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|known| format!(".{known}")).collect();
    if known.is_empty() { String::new() } else { format!("; it writes {}", known.join(", ")) }
}

/// The paths of a run, with their roles.
#[derive(Default)]
pub(crate) struct Paths {
    read: Vec<Named>,
    written: Vec<Named>,
}

struct Named {
    /// Its name in messages: `the input a.csv`, `--html a.html`.
    name: String,
    place: Place,
    /// The flags of the outputs that may replace it.
    replaced_by: &'static [&'static str],
    flag: &'static str,
    /// It is also read, and changed in place.
    in_place: bool,
    forms: Forms,
}

/// The forms that an output may have.
#[derive(Clone)]
struct Forms {
    /// Their extensions.
    known: Vec<&'static str>,
    /// Whether an option sets the form, so the extension need not.
    is_told: bool,
}

impl Default for Forms {
    fn default() -> Self {
        Self { known: Vec::new(), is_told: true }
    }
}

enum Place {
    /// Standard input or standard output.
    Standard,
    At(PathBuf),
}

const STDIO: &str = "-";

impl Paths {
    /// Adds a file, or with `-` standard input, that is read from start to end; `what` as in "input".
    pub(crate) fn input(self, what: &str, path: &Path) -> Self {
        if path.as_os_str() == STDIO { self.reads(what, Place::Standard, path) } else { self.file(what, path) }
    }

    /// Adds several inputs.
    pub(crate) fn inputs(self, what: &str, paths: impl IntoIterator<Item: AsRef<Path>>) -> Self {
        paths.into_iter().fold(self, |paths, path| paths.input(what, path.as_ref()))
    }

    /// Adds a file that is read; `-` is a file name here.
    pub(crate) fn file(self, what: &str, path: &Path) -> Self {
        self.reads(what, Place::At(path.to_owned()), path)
    }

    /// Adds several files that are read.
    pub(crate) fn files(self, what: &str, paths: impl IntoIterator<Item: AsRef<Path>>) -> Self {
        paths.into_iter().fold(self, |paths, path| paths.file(what, path.as_ref()))
    }

    /// Adds a file that the outputs with these flags may replace.
    pub(crate) fn replaced_by(mut self, flags: &'static [&'static str], what: &str, path: Option<&PathBuf>) -> Self {
        if let Some(path) = path {
            self = self.file(what, path);
            self.read.last_mut().into_iter().for_each(|named| named.replaced_by = flags);
        }
        self
    }

    /// Adds a database that is only read.
    pub(crate) fn database(self, path: &Path) -> Self {
        self.file("database", path).parts_of_database(path)
    }

    /// Adds a database that is changed.
    pub(crate) fn changed_database(self, flag: &'static str, path: &Path) -> Self {
        let mut paths = self.output(flag, Some(path));
        paths.written.last_mut().into_iter().for_each(|named| named.in_place = true);
        paths.parts_of_database(path)
    }

    /// Adds the files that `SQLite` keeps beside a database.
    fn parts_of_database(self, path: &Path) -> Self {
        let beside = |end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        ["-wal", "-shm", "-journal"]
            .iter()
            .fold(self, |paths, end| paths.reads("part of a database", Place::At(beside(end)), &beside(end)))
    }

    /// Adds an output by its flag; `-` is standard output.
    pub(crate) fn output(mut self, flag: &'static str, path: Option<&Path>) -> Self {
        if let Some(path) = path {
            let place = if path.as_os_str() == STDIO { Place::Standard } else { Place::At(path.to_owned()) };
            self.writes(flag, format!("{flag} {}", path.display()), place);
        }
        self
    }

    /// Gives the last output its possible forms: its extension must be one of `known`, unless an option sets the form
    /// (`is_told`).
    pub(crate) fn with_form(mut self, known: impl IntoIterator<Item = &'static str>, is_told: bool) -> Self {
        let forms = Forms { known: known.into_iter().collect(), is_told };
        self.written.last_mut().into_iter().for_each(|named| named.forms.clone_from(&forms));
        self
    }

    /// Adds a file that is written although the user did not name it.
    pub(crate) fn own(mut self, what: &'static str, path: &Path) -> Self {
        self.writes(what, format!("{what} ({})", path.display()), Place::At(path.to_owned()));
        self
    }

    /// Adds something that always goes to standard output, such as "the report".
    pub(crate) fn stdout(mut self, what: &'static str) -> Self {
        self.writes(what, what.to_owned(), Place::Standard);
        self
    }

    fn reads(mut self, what: &str, place: Place, path: &Path) -> Self {
        let name = match place {
            Place::Standard => format!("the {what} -"),
            Place::At(_) => format!("the {what} {}", path.display()),
        };
        self.read.push(Named { name, place, replaced_by: &[], flag: "", in_place: false, forms: Forms::default() });
        self
    }

    fn writes(&mut self, flag: &'static str, name: String, place: Place) {
        self.written.push(Named { name, place, replaced_by: &[], flag, in_place: false, forms: Forms::default() });
    }

    /// Checks that every input is a file, that no output overwrites an input or another output, and that each output's
    /// extension fits its form.
    pub(crate) fn check(&self) -> Result<(), PathError> {
        if let Some(address) = self.read.iter().find(|named| named.place.is_address()) {
            return Err(PathError::Address(address.name.clone()));
        }
        if let Some((one, two)) = both_standard(&self.read) {
            return Err(PathError::StandardInput(one, two));
        }
        if let Some((one, two)) = both_standard(&self.written) {
            return Err(PathError::StandardOutput(one, two));
        }
        self.check_overwritten()?;
        self.written.iter().try_for_each(Named::check_extension)
    }

    fn check_overwritten(&self) -> Result<(), PathError> {
        let identities = |list: &[Named], standard: fn() -> std::io::Result<Handle>| -> Vec<Option<Identity>> {
            list.iter().map(|named| named.place.identity(standard)).collect()
        };
        let (read, written) = (identities(&self.read, Handle::stdin), identities(&self.written, Handle::stdout));
        for (at, (own, identity)) in self.written.iter().zip(&written).enumerate() {
            if identity.is_none() {
                continue;
            }
            let mut inputs = self.read.iter().zip(&read);
            let is_lost = |(other, theirs): &(&Named, _)| identity == *theirs && !other.replaced_by.contains(&own.flag);
            if let Some((other, _)) = inputs.find(is_lost) {
                let read = match other.place {
                    Place::Standard => "what standard input comes from",
                    Place::At(_) => &other.name,
                };
                return Err(PathError::Overwritten { output: own.told().to_owned(), read: read.to_owned() });
            }
            let mut before = self.written[..at].iter().zip(&written);
            if let Some((before, _)) = before.find(|(_, theirs)| identity == *theirs) {
                return Err(two_outputs(before, own));
            }
        }
        Ok(())
    }
}

/// The first two paths that are both standard input, or both standard output.
fn both_standard(list: &[Named]) -> Option<(String, String)> {
    let mut names = list.iter().filter(|named| matches!(named.place, Place::Standard)).map(|named| &named.name);
    Some((names.next()?.clone(), names.next()?.clone()))
}

fn two_outputs(one: &Named, two: &Named) -> PathError {
    let overwritten = |output: &Named, database: &Named| PathError::Overwritten {
        output: output.told().to_owned(),
        read: format!("the database {}", database.path()),
    };
    match (one.in_place, two.in_place) {
        (true, false) => overwritten(two, one),
        (false, true) => overwritten(one, two),
        _ => PathError::SameFile(one.told().to_owned(), two.told().to_owned()),
    }
}

impl Named {
    /// A file named as one form that holds another is of no use to whoever opens it.
    fn check_extension(&self) -> Result<(), PathError> {
        let Place::At(path) = &self.place else { return Ok(()) };
        let Forms { known, is_told } = &self.forms;
        let Some(extension) = extension::refused(path, known, *is_told) else { return Ok(()) };
        Err(PathError::Extension { output: self.name.clone(), extension, known: known.clone() })
    }

    fn told(&self) -> &str {
        match self.place {
            Place::Standard => "standard output",
            Place::At(_) => &self.name,
        }
    }

    fn path(&self) -> String {
        match &self.place {
            Place::Standard => STDIO.to_owned(),
            Place::At(path) => path.display().to_string(),
        }
    }
}

/// The file that a path leads to, under any name or link. Pipes, terminals, devices and folders have none, since
/// nothing in them is overwritten.
#[derive(PartialEq, Eq)]
enum Identity {
    /// An existing file, by the system's identifiers.
    File(Handle),
    /// A file that does not exist yet or cannot be opened.
    Path(PathBuf),
}

impl Place {
    /// Whether it is a web address, and not the name of an existing file.
    fn is_address(&self) -> bool {
        let Self::At(path) = self else { return false };
        let Some((scheme, rest)) = path.to_str().and_then(|path| path.split_once("://")) else { return false };
        let is_scheme = scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_scheme && !rest.is_empty() && !path.exists()
    }

    fn identity(&self, standard: impl FnOnce() -> std::io::Result<Handle>) -> Option<Identity> {
        let path = match self {
            Self::At(path) => path,
            Self::Standard => {
                let redirected = standard().ok().filter(|own| own.as_file().metadata().is_ok_and(|it| it.is_file()));
                return redirected.map(Identity::File);
            }
        };
        match path.metadata() {
            // Opening a pipe would wait for its other end.
            Ok(metadata) if metadata.is_file() => {
                Some(Handle::from_path(path).map_or_else(|_| Identity::Path(destination(path)), Identity::File))
            }
            Ok(_) => None,
            Err(_) => Some(Identity::Path(destination(path))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(paths: &Paths) -> String {
        paths.check().map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn an_output_is_no_input_and_no_other_output() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a.csv"), "text\n").unwrap();
        let shown = |name: &str| at(name).display().to_string();
        let input = || Paths::default().input("input", &at("a.csv"));
        assert_eq!(told(&input().output("-o", Some(&at("b.csv")))), "");
        let expected = format!("-o {0} would overwrite the input {0}", shown("a.csv"));
        assert_eq!(told(&input().output("-o", Some(&at("a.csv")))), expected);
        let two = input().output("-o", Some(&at("b"))).output("--html", Some(&at("./b")));
        assert_eq!(told(&two), format!("-o {} and --html {} are the same file; name two", shown("b"), shown("./b")));
    }

    #[test]
    fn a_base_may_be_replaced_by_the_output_that_is_made_of_it_only() {
        let base = || Paths::default().replaced_by(&["-o"], "base model", Some(&PathBuf::from("none.model")));
        assert_eq!(told(&base().output("-o", Some(Path::new("./none.model")))), "");
        let other = base().output("-o", Some(Path::new("m"))).output("--html", Some(Path::new("none.model")));
        assert_eq!(told(&other), "--html none.model would overwrite the base model none.model");
    }

    #[test]
    fn what_stands_beside_a_database_is_part_of_it() {
        let database = || Paths::default().database(Path::new("none.db"));
        for end in ["", "-wal", "-shm", "-journal"] {
            let name = format!("none.db{end}");
            assert!(told(&database().output("-o", Some(Path::new(&name)))).contains("would overwrite the"), "{name}");
        }
        let changed = Paths::default().changed_database("--db", Path::new("q.model"));
        let both = changed.own("the model that the queue learns", Path::new("q.model"));
        assert_eq!(told(&both), "the model that the queue learns (q.model) would overwrite the database q.model");
    }

    #[test]
    fn standard_input_and_output_are_used_once() {
        let dash = Path::new("-");
        assert_eq!(told(&Paths::default().input("input", dash).output("-o", Some(dash))), "");
        // For a model or a database, `-` is a file name.
        assert_eq!(told(&Paths::default().input("input", dash).file("model", dash)), "");
        let twice = Paths::default().input("input", dash).input("article", dash);
        assert_eq!(told(&twice), "the input - and the article - are both standard input, which can be read only once");
        let twice = Paths::default().stdout("the report").output("--html", Some(dash));
        assert_eq!(told(&twice), "the report and --html - would both go to standard output; name a file");
    }
}
