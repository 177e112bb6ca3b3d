//! Labelled rows in memory: texts, what is known beside them, annotations, groups and folds.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::TrainError;
use super::label::{Kind, Label, outputs};
use super::relations::{Placed, PlacedBuilder};
use super::strings::{Arena, Repeated};
use super::towards::Towards;
use crate::features::{Input, Threads};
use crate::learn::Targets;
use crate::thread::{
    ColumnMap, Columns, Flaws, Known, Next, Refused, Row, Source, TableReader, TreeCheck, flawed_lines,
};

/// Stances that are learnt when no label is named.
pub const KNOWN_STANCES: [&str; 1] = ["stance"];
/// Flags that are learnt when no label is named.
pub const KNOWN_FLAGS: [&str; 9] = [
    "speculative",
    "off_topic",
    "spam",
    "toxicity",
    "severe_toxicity",
    "insult",
    "threat",
    "profanity",
    "identity_attack",
];

/// More classes than this are no stance but a column of free text.
const MOST_CLASSES: usize = 64;

/// Which columns of the labelled tables mean what.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Columns that hold a stance. With neither these nor flags the known names are looked for.
    pub stances: Vec<String>,
    /// Columns that hold a flag.
    pub flags: Vec<String>,
    /// Known columns under other headers.
    pub columns: ColumnMap,
    /// A model's own mapping, which holds where its headers are there.
    pub remembered: ColumnMap,
    /// Whether it is enough that any of the named labels is there.
    pub any: bool,
    /// A column whose equal values stay on one side; without it `thread_id` where there is one.
    pub group: Option<String>,
    /// A column that names the fold.
    pub fold: Option<String>,
    /// Of the tables, if not UTF-8.
    pub encoding: Option<String>,
    /// Rows that would only be warned of are refused.
    pub strict: bool,
    /// What stances are towards, if not what the rows say.
    pub towards: Option<Towards>,
}

/// The annotations of one label, one for each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Annotations {
    /// The class of each row.
    Stance(Vec<Option<u16>>),
    /// The share of yes; NaN where it is missing.
    Flag(Vec<f32>),
}

/// Labelled comments.
#[derive(Debug, Default)]
pub struct Dataset {
    /// What can be learnt from it.
    pub labels: Vec<Label>,
    /// One for each label.
    pub annotations: Vec<Annotations>,
    /// Equal numbers stay on one side in cross-validation.
    pub groups: Option<Vec<u32>>,
    /// The folds that the data give.
    pub folds: Option<Vec<u32>>,
    /// Rows that could not be used.
    pub refused: Vec<Refused>,
    /// What was odd about rows that were used, by file.
    pub flaws: Vec<(String, Flaws)>,
    /// The column mapping that was used.
    pub columns: ColumnMap,
    /// SHA-256 of the texts and annotations, in hexadecimal.
    pub sha256: String,
    /// Comments a day, where the dates are known.
    pub per_day: Option<f64>,
    /// What stances are towards, if not what the rows say.
    pub towards: Option<Towards>,
    texts: Arena,
    ids: Arena,
    lines: Vec<u32>,
    files: Vec<(String, usize)>,
    context: [Repeated; CONTEXT.len()],
    placed: Placed,
}

/// The columns that tell what a comment stands under.
const CONTEXT: [Known; 5] = [Known::Target, Known::ParentText, Known::ArticleTitle, Known::ArticleText, Known::Context];

impl Dataset {
    /// Reads labelled tables; `done` is told now and then how many rows have been read.
    ///
    /// # Errors
    /// When a table cannot be read, a column that was asked for is in none of them, nothing can be learnt from them, or
    /// `done` returns false.
    pub fn read(
        sources: &[Source],
        request: &Request,
        mut done: impl FnMut(usize) -> bool,
    ) -> Result<Self, TrainError> {
        let mut reader = Reader::new(request);
        for source in sources {
            reader.table(source, &mut done)?;
        }
        reader.finish()
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// No rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A row's comment and what is known beside it.
    #[must_use]
    pub fn input(&self, row: usize) -> Input<'_> {
        let [target, parent_text, article_title, article_text, context] = &self.context;
        let [title_row, text_row] = self.placed.article(row);
        let input = Input {
            text: self.texts.get(row),
            target: target.get(row),
            parent_text: parent_text.get(row).or_else(|| self.placed.parent(row).map(|row| self.texts.get(row))),
            article_title: article_title.get(row).or_else(|| article_title.get(title_row?)),
            article_text: article_text.get(row).or_else(|| article_text.get(text_row?)),
            context: context.get(row),
            first: self.placed.first(row).map(|row| self.texts.get(row)),
            depth: self.placed.depth(row),
            ..Input::default()
        };
        Towards::set(self.towards.as_ref(), &input)
    }

    /// Which rows stand in one thread.
    #[must_use]
    pub fn threads(&self) -> &Threads {
        &self.placed.threads
    }

    /// Whether anything but their texts is known of the comments.
    #[must_use]
    pub fn has_context(&self) -> bool {
        let beside = self.context.iter().any(|column| !column.values.is_empty());
        beside || !self.placed.threads.members.is_empty()
    }

    /// A row's id, or its number where it has none.
    #[must_use]
    pub fn id(&self, row: usize) -> &str {
        self.ids.get(row)
    }

    /// The file and line where a row began.
    #[must_use]
    pub fn origin(&self, row: usize) -> (&str, u32) {
        let file = self.files.iter().find(|(_, end)| row < *end).map_or("", |(file, _)| file);
        (file, self.lines[row])
    }

    /// The targets of `labels`, each output's rows with weight 1 where they are annotated. Labels that the data do not
    /// have are missing throughout.
    #[must_use]
    pub fn targets(&self, labels: &[Label]) -> Targets {
        let outputs = outputs(labels);
        let mut targets = Targets::missing(self.len(), outputs.last().map_or(0, |range| range.end));
        for (label, outputs) in labels.iter().zip(outputs) {
            let Some(annotations) = self.annotations_of(label) else { continue };
            match annotations {
                Annotations::Flag(shares) => {
                    for (row, share) in shares.iter().enumerate().filter(|(_, share)| !share.is_nan()) {
                        targets.share[[row, outputs.start]] = *share;
                        targets.weight[[row, outputs.start]] = 1.0;
                    }
                }
                Annotations::Stance(classes) => {
                    for (row, class) in classes.iter().enumerate() {
                        let Some(class) = class else { continue };
                        for output in outputs.clone() {
                            let own = if outputs.len() == 1 { 1 } else { output - outputs.start };
                            targets.share[[row, output]] = f32::from(u8::from(usize::from(*class) == own));
                            targets.weight[[row, output]] = 1.0;
                        }
                    }
                }
            }
        }
        targets
    }

    /// The annotations of a label of that name and kind, with classes numbered as `label` numbers them; a class that
    /// `label` does not have counts as missing.
    #[must_use]
    pub fn annotations_of(&self, label: &Label) -> Option<Annotations> {
        let at = self.labels.iter().position(|own| own.name == label.name)?;
        match (&self.annotations[at], &label.kind) {
            (Annotations::Flag(shares), Kind::Flag) => Some(Annotations::Flag(shares.clone())),
            (Annotations::Stance(rows), Kind::Stance { classes }) => {
                let number: Vec<Option<u16>> = (self.labels[at].classes().iter())
                    .map(|class| classes.iter().position(|other| other == class).map(|at| at as u16))
                    .collect();
                Some(Annotations::Stance(rows.iter().map(|class| number[usize::from((*class)?)]).collect()))
            }
            _ => None,
        }
    }
}

/// A label's place among those of its kind, and its column in a table.
type Place = (usize, usize);

/// Reads tables one after the other into one data set.
struct Reader<'a> {
    request: &'a Request,
    data: Dataset,
    /// Annotations as they come, by the name of the label.
    stances: Vec<(String, Repeated)>,
    flags: Vec<(String, Vec<f32>)>,
    group: Repeated,
    fold: Repeated,
    days: HashSet<String>,
    tree: TreeCheck,
    placed: PlacedBuilder,
    hash: Sha256,
    /// The columns that the tables themselves show.
    shown: HashSet<String>,
}

impl<'a> Reader<'a> {
    fn new(request: &'a Request) -> Self {
        Self {
            request,
            data: Dataset { columns: request.columns.clone(), towards: request.towards.clone(), ..Dataset::default() },
            stances: Vec::new(),
            flags: Vec::new(),
            group: Repeated::default(),
            fold: Repeated::default(),
            days: HashSet::new(),
            tree: TreeCheck::default(),
            placed: PlacedBuilder::default(),
            hash: Sha256::new(),
            shown: HashSet::new(),
        }
    }

    /// The names of labels that this table has, as places in `self.stances` and `self.flags` with their columns.
    fn labels(&mut self, header: &[String]) -> (Vec<Place>, Vec<Place>) {
        let named = !(self.request.stances.is_empty() && self.request.flags.is_empty());
        let known = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (stances, flags) = if named {
            (self.request.stances.clone(), self.request.flags.clone())
        } else {
            (known(&KNOWN_STANCES), known(&KNOWN_FLAGS))
        };
        let column = |name: &String| header.iter().position(|there| there == name);
        let place = |name: String, column: usize, known: &mut dyn FnMut(&str) -> usize| (known(&name), column);
        let stances = stances.into_iter().filter_map(|name| column(&name).map(|at| (name, at))).collect::<Vec<_>>();
        let flags = flags.into_iter().filter_map(|name| column(&name).map(|at| (name, at))).collect::<Vec<_>>();
        let mut stance = |name: &str| find_or_add(&mut self.stances, name);
        let stances = stances.into_iter().map(|(name, at)| place(name, at, &mut stance)).collect();
        let mut flag = |name: &str| find_or_add(&mut self.flags, name);
        let flags = flags.into_iter().map(|(name, at)| place(name, at, &mut flag)).collect();
        (stances, flags)
    }

    fn table(&mut self, source: &Source, done: &mut impl FnMut(usize) -> bool) -> Result<(), TrainError> {
        let request = self.request;
        let mut wanted: Vec<String> =
            request.columns.headers().chain(request.remembered.headers()).map(str::to_owned).collect();
        wanted.extend(request.stances.iter().chain(&request.flags).chain(&request.group).chain(&request.fold).cloned());
        let known = KNOWN_STANCES.iter().chain(&KNOWN_FLAGS).map(ToString::to_string);
        if request.stances.is_empty() && request.flags.is_empty() {
            wanted.extend(known);
        }
        let mut table = TableReader::open(source, None, request.encoding.as_deref(), &wanted)?;
        let file = table.file().to_owned();
        self.shown.extend(table.present().iter().cloned());
        let map = request.columns.or_remembered(&request.remembered, table.present());
        map.resolve(&file, table.present(), &[Known::Text])?;
        let columns = map.resolve(&file, table.header(), &[Known::Text])?;
        let (stances, flags) = self.labels(table.header());
        let at = |name: &Option<String>| name.as_ref().and_then(|n| table.header().iter().position(|there| there == n));
        let group = at(&request.group).or(match request.group {
            None => columns.index(Known::ThreadId),
            Some(_) => None,
        });
        let fold = at(&request.fold);
        self.placed.table();
        let encoding = request.encoding.as_deref();
        let flawed = if request.strict { flawed_lines(source, None, encoding, &map)? } else { HashMap::new() };
        let mut row = Row::default();
        loop {
            match table.read(&mut row)? {
                Next::End => break,
                Next::Refused(refused) => self.data.refused.push(refused),
                Next::Row => {
                    let flaw = flawed.get(&row.line).map_or(Ok(()), |flaw| Err(flaw.to_string()));
                    if let Err(reason) = flaw.and_then(|()| self.row(&row, &columns, &stances, &flags, group, fold)) {
                        self.data.refused.push(Refused { file: file.clone(), line: row.line, reason });
                    }
                }
            }
            if self.data.len().is_multiple_of(8192) && !done(self.data.len()) {
                return Err(TrainError::Stopped);
            }
        }
        let flaws = std::mem::take(&mut self.tree).finish();
        if !flaws.found.is_empty() || flaws.unchecked > 0 {
            self.data.flaws.push((file.clone(), flaws));
        }
        self.data.files.push((file, self.data.len()));
        Ok(())
    }

    fn row(
        &mut self,
        row: &Row,
        columns: &Columns,
        stances: &[(usize, usize)],
        flags: &[(usize, usize)],
        group: Option<usize>,
        fold: Option<usize>,
    ) -> Result<(), String> {
        let cell = |column: usize| row.cells.get(column).unwrap_or_default();
        let shares: Vec<f32> = flags
            .iter()
            .map(|(flag, column)| {
                share(cell(*column)).ok_or_else(|| {
                    let name = &self.flags[*flag].0;
                    format!(
                        "{name} is {:?}: a flag is 1 or 0, true or false, yes or no, a share between, or empty",
                        cell(*column)
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        let index = self.data.len();
        let text = columns.cell(&row.cells, Known::Text).unwrap_or_default();
        let number = row.number.to_string();
        let id = columns.cell(&row.cells, Known::Id).unwrap_or(&number);
        let thread = columns.cell(&row.cells, Known::ThreadId).unwrap_or_default();
        let parent = columns.cell(&row.cells, Known::ParentId);
        self.tree.row(row.line, thread, id, parent, text);
        let created_at = columns.cell(&row.cells, Known::CreatedAt);
        self.placed.row(index, Some(thread).filter(|thread| !thread.is_empty()), parent, created_at);
        self.data.texts.push(text);
        self.data.ids.push(id);
        self.data.lines.push(row.line.min(u64::from(u32::MAX)) as u32);
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(text);
        for (known, context) in CONTEXT.into_iter().zip(&mut self.data.context) {
            context.set(index, columns.cell(&row.cells, known));
        }
        for (stance, column) in stances {
            let class = cell(*column).trim();
            self.stances[*stance].1.set(index, Some(class).filter(|class| !class.is_empty()));
            self.hash.update(class);
            self.hash.update([0]);
        }
        for ((flag, _), share) in flags.iter().zip(shares) {
            let column = &mut self.flags[*flag].1;
            column.resize(index, f32::NAN);
            column.push(share);
            self.hash.update(share.to_le_bytes());
        }
        if let Some(column) = group {
            self.group.set(index, Some(cell(column)).filter(|group| !group.is_empty()));
        }
        if let Some(column) = fold {
            self.fold.set(index, Some(cell(column)));
        }
        if let Some(day) = columns.cell(&row.cells, Known::CreatedAt).and_then(|date| date.get(..10))
            && !self.days.contains(day)
        {
            self.days.insert(day.to_owned());
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Dataset, TrainError> {
        let n = self.data.len();
        if n == 0 {
            return Err(TrainError::NoRows { refused: self.data.refused.first().map(ToString::to_string) });
        }
        let asked = self.request.stances.iter().chain(&self.request.flags);
        let found = |name: &String| {
            self.stances.iter().any(|(own, _)| own == name) || self.flags.iter().any(|(own, _)| own == name)
        };
        if let Some(missing) = asked.clone().find(|name| !found(name) && !self.request.any) {
            return Err(TrainError::NoColumn(missing.clone()));
        }
        if self.request.any || (self.request.stances.is_empty() && self.request.flags.is_empty()) {
            // JSON lines have every column that is looked for, most of them never filled.
            self.stances.retain(|(name, classes)| self.shown.contains(name) || !classes.values.is_empty());
            self.flags.retain(|(name, shares)| self.shown.contains(name) || shares.iter().any(|share| !share.is_nan()));
        }
        if self.stances.is_empty() && self.flags.is_empty() {
            return Err(TrainError::NoLabels);
        }
        for (name, column) in self.stances {
            let mut classes = column.values.clone();
            classes.sort_unstable();
            if classes.len() > MOST_CLASSES {
                return Err(TrainError::ManyClasses { label: name, classes: classes.len() });
            }
            let place: HashMap<&str, u16> = classes.iter().enumerate().map(|(at, c)| (c.as_str(), at as u16)).collect();
            let rows = (0..n).map(|row| column.get(row).and_then(|class| place.get(class).copied())).collect();
            self.data.annotations.push(Annotations::Stance(rows));
            self.data.labels.push(Label::stance(name, classes));
        }
        for (name, mut shares) in self.flags {
            shares.resize(n, f32::NAN);
            self.data.annotations.push(Annotations::Flag(shares));
            self.data.labels.push(Label::flag(name));
        }
        if self.request.group.is_some() && self.group.index.is_empty() {
            return Err(TrainError::NoColumn(self.request.group.clone().unwrap_or_default()));
        }
        if !self.group.index.is_empty() {
            // An empty group is a group of its own.
            self.group.index.resize(n, None);
            let named = self.group.values.len() as u32;
            let own = |row: usize| named + row as u32;
            let groups = self.group.index.iter().enumerate().map(|(row, group)| group.unwrap_or_else(|| own(row)));
            self.data.groups = Some(groups.collect());
        }
        if let Some(fold) = &self.request.fold {
            if self.fold.index.len() != n {
                return Err(TrainError::NoColumn(fold.clone()));
            }
            self.data.folds = Some(self.fold.index.iter().map(|fold| fold.unwrap_or_default()).collect());
        }
        if !self.days.is_empty() {
            self.data.per_day = Some(n as f64 / self.days.len() as f64);
        }
        let [_, _, titles, texts, _] = &self.data.context;
        self.data.placed = self.placed.finish(n, &self.data.ids, [titles, texts]);
        self.data.sha256 = hex(&self.hash.finalize());
        Ok(self.data)
    }
}

fn find_or_add<T: Default>(known: &mut Vec<(String, T)>, name: &str) -> usize {
    known.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
        known.push((name.to_owned(), T::default()));
        known.len() - 1
    })
}

/// Bytes in hexadecimal.
#[must_use]
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The share of yes that a flag's cell says; NaN where it is empty, `None` where it says nothing.
fn share(cell: &str) -> Option<f32> {
    let cell = cell.trim();
    let is = |words: [&str; 4]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
    if cell.is_empty() {
        Some(f32::NAN)
    } else if is(["1", "true", "yes", "y"]) {
        Some(1.0)
    } else if is(["0", "false", "no", "n"]) {
        Some(0.0)
    } else {
        cell.parse().ok().filter(|share| (0.0..=1.0).contains(share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_read_as_the_contract_says() {
        for yes in ["1", "true", "YES", "y", " 1 ", "1.0"] {
            assert_eq!(share(yes), Some(1.0), "{yes}");
        }
        for no in ["0", "False", "no", "N", "0.0"] {
            assert_eq!(share(no), Some(0.0), "{no}");
        }
        assert_eq!(share("0.25"), Some(0.25));
        assert!(share("").is_some_and(f32::is_nan));
        for none in ["maybe", "2", "-1", "nan", "inf", "1,0"] {
            assert_eq!(share(none), None, "{none}");
        }
    }
}
