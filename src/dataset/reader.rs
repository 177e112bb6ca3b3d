//! Tables, one after the other, into one data set.

use std::collections::{BTreeSet, HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::dataset::annotations::Annotations;
use crate::dataset::bindings::find_or_add;
use crate::dataset::bindings::{Binding, Bindings};
use crate::dataset::cell::{CellError, class, flag, single};
use crate::dataset::dataset::{CONTEXT, Dataset, First};
use crate::dataset::decided::{Answered, Decisions};
use crate::dataset::error::TrainError;
use crate::dataset::flag_cell::{FlagCell, likely};
use crate::dataset::groups;
use crate::dataset::label::Label;
use crate::dataset::left_out::{CellsByLabel, LeftOut, MOST_CLASSES};
use crate::dataset::odd_classes;
use crate::dataset::odd_classes::Class;
use crate::dataset::relations::PlacedBuilder;
use crate::dataset::request::{Request, weight_column};
use crate::dataset::source::{SourceUse, TableSource};
use crate::dataset::strings::Repeated;
use crate::text::no_text::has_text;
use crate::thread::day::Day;
use crate::thread::flaw::Flaws;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::strict::flawed_lines;
use crate::thread::table::{Resolved, TableReader};
use crate::thread::tree_check::TreeCheck;

/// What a row says of its group.
enum GroupCell<'r> {
    /// The table names no groups.
    Unnamed,
    /// The row is a group of its own.
    Alone,
    Of(&'r str),
}

impl<'r> GroupCell<'r> {
    fn of(cell: Option<&'r str>) -> Self {
        cell.map_or(Self::Alone, Self::Of)
    }
}

/// What is known of a row beside its annotations.
struct Fields<'r> {
    line: u64,
    id: &'r str,
    text: &'r str,
    /// Empty without one.
    thread: &'r str,
    parent: Option<&'r str>,
    created_at: Option<&'r str>,
    context: [Option<&'r str>; CONTEXT.len()],
    group: GroupCell<'r>,
    fold: Option<&'r str>,
}

/// What a row is annotated with, label by label in the order of its table's bindings.
#[derive(Default)]
struct Annotated<'r> {
    /// Empty where it is missing.
    classes: Vec<&'r str>,
    /// NaN where it is missing.
    shares: Vec<f32>,
    /// What the row counts for a label, where its table says so.
    weights: Vec<(String, f32)>,
}

impl Dataset {
    /// Reads labelled tables; `done` is told now and then how many rows have been read.
    ///
    /// # Errors
    /// When a table cannot be read, a column that was asked for is in none of them, nothing can be learnt from them, or
    /// `done` returns false.
    pub fn read(sources: &[Source], request: &Request, done: impl FnMut(usize) -> bool) -> Result<Self, TrainError> {
        Self::read_with(None, sources, request, done)
    }

    /// The same, after the comments that reviewers decided.
    pub(crate) fn read_with(
        decisions: Option<&Decisions>,
        sources: &[Source],
        request: &Request,
        mut done: impl FnMut(usize) -> bool,
    ) -> Result<Self, TrainError> {
        request.check()?;
        let mut reader = Reader::new(request);
        if let Some(decisions) = decisions {
            reader.decided(decisions)?;
        }
        for source in sources {
            reader.table(source, &mut done)?;
        }
        reader.finish()
    }

    /// Reads the sources of a recipe, each in its own way. Rows of one text stay on one side in cross-validation, and ids,
    /// threads and groups of different sources have nothing to do with each other. `seed` is that of synthetic rows.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn gather(sources: &[TableSource], seed: u64, mut done: impl FnMut(usize) -> bool) -> Result<Self, TrainError> {
        let request = Request { any: true, ..Request::default() };
        let mut reader = Reader::new(&request);
        for source in sources {
            reader.recipe_source(source, seed, &mut done)?;
        }
        reader.finish()
    }
}

/// Reads tables one after the other into one data set.
pub(crate) struct Reader<'a> {
    request: &'a Request,
    pub(crate) data: Dataset,
    /// Annotations as they come, by the name of the label.
    pub(crate) stances: Vec<(String, Repeated)>,
    pub(crate) flags: Vec<(String, Vec<f32>)>,
    pub(crate) group: Repeated,
    /// Rows that stay on one side whatever their groups are.
    pub(crate) together: Vec<(u32, u32)>,
    fold: Repeated,
    days: HashSet<Day>,
    tree: TreeCheck,
    placed: PlacedBuilder,
    pub(crate) hash: Sha256,
    /// The columns that the tables themselves show.
    there: Vec<String>,
    /// Which of the columns that were asked for are in any table, and the labels that recipes name.
    met: HashSet<String>,
    /// Labels, and the cells of them that are to stand for something and were met.
    met_classes: BTreeSet<(String, String)>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        Self {
            request,
            data: Dataset { columns: request.columns.clone(), towards: request.towards.clone(), ..Dataset::default() },
            stances: Vec::new(),
            flags: Vec::new(),
            group: Repeated::default(),
            together: Vec::new(),
            fold: Repeated::default(),
            days: HashSet::new(),
            tree: TreeCheck::default(),
            placed: PlacedBuilder::default(),
            hash: Sha256::new(),
            there: Vec::new(),
            met: HashSet::new(),
            met_classes: BTreeSet::new(),
        }
    }

    /// Reads a table in the way of all.
    pub(crate) fn table(&mut self, source: &Source, done: &mut impl FnMut(usize) -> bool) -> Result<(), TrainError> {
        let request = self.request;
        let labels = request.labels().concat();
        let others = request.group.iter().chain(&request.fold);
        let mut wanted: Vec<String> =
            request.columns.headers().chain(request.remembered.headers()).map(str::to_owned).collect();
        wanted.extend(others.clone().cloned());
        if request.weights {
            wanted.extend(labels.iter().map(|label| weight_column(label)));
        }
        let (encoding, first) = (request.encoding.as_deref(), self.data.len());
        let mut table = TableReader::open_labelled(source, encoding, &wanted, &labels)?;
        let there = table.present().iter().filter(|column| !self.there.contains(column)).cloned().collect::<Vec<_>>();
        self.there.extend(there);
        let taken: Vec<String> = labels.iter().chain(others.clone()).cloned().collect();
        let Resolved { map, columns, guessed } = table.columns(&request.columns, &request.remembered, &taken)?;
        self.data.guessed.extend(guessed);
        let mut bindings = Bindings::of_request(request, columns, table.header(), &mut self.stances, &mut self.flags);
        let flawed = if request.strict { flawed_lines(source, None, encoding, &map)? } else { HashMap::new() };
        self.rows(&mut table, &mut bindings, &flawed, done)?;
        for (name, binding) in bindings.named(&self.stances, &self.flags) {
            self.met_classes.extend(binding.met().map(|class| (name.to_owned(), class.to_owned())));
        }
        // Rows for which no fold is named belong to none.
        if let Some(column) = request.fold.as_ref().filter(|column| !table.has(column) && self.data.len() > first) {
            let (file, there) = (table.file().to_owned(), table.present().to_vec());
            return Err(TrainError::NoColumnIn { file, column: column.clone(), there });
        }
        self.met.extend(labels.iter().chain(others).filter(|column| table.has(column)).cloned());
        Ok(())
    }

    /// Reads a source of a recipe in its own way, and makes up the rows that it asks for.
    pub(crate) fn recipe_source(
        &mut self,
        source: &TableSource,
        seed: u64,
        done: &mut impl FnMut(usize) -> bool,
    ) -> Result<(), TrainError> {
        let (wanted, labels) = (Bindings::headers(source), Bindings::label_headers(source));
        let mut table = TableReader::open_labelled(&source.source, source.encoding.as_deref(), &wanted, &labels)?;
        let (file, first) = (table.file().to_owned(), self.data.len());
        source.columns.resolve(&file, table.present(), &[Known::Text])?;
        let columns = source.columns.resolve(&file, table.header(), &[Known::Text])?;
        if let Some(missing) = wanted.iter().chain(&labels).find(|column| !table.present().contains(column)) {
            return Err(TrainError::NoColumnIn { file, column: missing.clone(), there: table.present().to_vec() });
        }
        self.met.extend(source.labels.iter().map(|label| label.name.clone()));
        let scope = self.data.sources.len();
        let mut bindings =
            Bindings::of_source(source, scope, columns, table.header(), &mut self.stances, &mut self.flags);
        self.rows(&mut table, &mut bindings, &HashMap::new(), done)?;
        let rows = self.data.len() - first;
        self.data.weights.resize(self.data.len(), source.weight);
        let unmet = bindings.unmet();
        if let Some(negatives) = &source.negatives {
            self.negatives(first..first + rows, source, negatives, seed);
            if let Some((_, end)) = self.data.files.last_mut() {
                *end = self.data.texts.len();
            }
        }
        let label_weights = source.labels.iter().map(|label| (label.name.clone(), label.weight));
        self.data.sources.push(SourceUse {
            name: source.name.clone(),
            rows,
            negatives: self.data.len() - first - rows,
            label_weights: label_weights.collect(),
            unmet,
        });
        Ok(())
    }

    fn rows(
        &mut self,
        table: &mut TableReader,
        bindings: &mut Bindings<'_>,
        flawed: &HashMap<u64, crate::thread::flaw::Flaw>,
        done: &mut impl FnMut(usize) -> bool,
    ) -> Result<(), TrainError> {
        let file = table.file().to_owned();
        self.placed.table();
        let (mut row, mut is_empty) = (Row::default(), true);
        loop {
            let next = table.read(&mut row)?;
            is_empty &= next == Next::End;
            match next {
                Next::End => break,
                Next::Refused(refused) => self.data.refused.push(refused),
                Next::Row => {
                    if !bindings.takes(&row) {
                    } else if let Some(flaw) = flawed.get(&row.line) {
                        let (file, reason) = (file.clone(), flaw.to_string());
                        self.data.refused.push(Refused { file, line: row.line, reason });
                    } else {
                        self.tree.quotes(row.line, table.flaw());
                        self.row(&row, bindings, &file);
                    }
                }
            }
            if self.data.len().is_multiple_of(8192) && !done(self.data.len()) {
                return Err(TrainError::Stopped);
            }
        }
        if is_empty {
            self.data.empty_tables.push(file.clone());
        }
        self.end_table(file);
        for (name, binding) in bindings.named(&self.stances, &self.flags) {
            if binding.empty > 0
                && let Some(refused) = self.data.cells.get_mut(name)
            {
                refused.beside_empty = true;
            }
        }
        Ok(())
    }

    /// Keeps what was odd about a table's rows, and where they end.
    fn end_table(&mut self, file: String) {
        let flaws: Flaws = std::mem::take(&mut self.tree).finish();
        if !flaws.found.is_empty() || flaws.unchecked > 0 {
            self.data.flaws.push((file.clone(), flaws));
        }
        self.data.files.push((file, self.data.len()));
    }

    /// What a row is annotated with. A cell that says nothing costs the row that label and no other.
    fn annotations<'r, 'p: 'r>(&mut self, row: &'r Row, bindings: &mut Bindings<'p>, file: &str) -> Annotated<'r> {
        let mut annotated = Annotated::default();
        for binding in &mut bindings.stances {
            let (name, cell) = (&self.stances[binding.label].0, binding.read(row).trim());
            let read = class(name, cell).and_then(|class| Ok((class, binding.weight(name, row)?)));
            let (class, weight) = read.unwrap_or_else(|error| {
                let means = is_of_cell(&error) && bindings.scope.is_none();
                let means = means.then(|| single(cell)).flatten();
                refuse(&mut self.data.cells, name, file, row.line, &error, means.map(|new| (cell, new)));
                ("", None)
            });
            annotated.classes.push(class);
            annotated.weights.extend(weight.map(|weight| (name.clone(), weight)));
        }
        for binding in &mut bindings.flags {
            let (name, cell) = (&self.flags[binding.label].0, binding.read(row).trim());
            let said = flag(name, cell);
            match said {
                Ok(FlagCell::Empty) => binding.empty += 1,
                Ok(FlagCell::Missing) => {
                    let first = self.data.missing.entry(name.clone()).or_default();
                    First::count(first, || First::new(file, row.line, cell));
                }
                Ok(FlagCell::Share(_)) | Err(_) => {}
            }
            let read = said.and_then(|said| Ok((said.share(), binding.weight(name, row)?)));
            let (share, weight) = read.unwrap_or_else(|error| {
                let means = matches!(error, CellError::NoShare { .. }) && bindings.scope.is_none();
                let means = means.then(|| (cell, likely(cell).to_owned()));
                refuse(&mut self.data.cells, name, file, row.line, &error, means);
                (f32::NAN, None)
            });
            annotated.shares.push(share);
            annotated.weights.extend(weight.map(|weight| (name.clone(), weight)));
        }
        annotated
    }

    fn row(&mut self, row: &Row, bindings: &mut Bindings<'_>, file: &str) {
        let annotated = self.annotations(row, bindings, file);
        let number = row.number.to_string();
        let group = bindings.group.map(|column| row.cells.get(column).filter(|group| !group.is_empty()));
        let group = group.map(|group| group.map(|group| bindings.own(group)));
        let fields = Fields {
            line: row.line,
            id: bindings.cell(row, Known::Id).unwrap_or(&number),
            text: bindings.cell(row, Known::Text).unwrap_or_default(),
            thread: bindings.cell(row, Known::ThreadId).unwrap_or_default(),
            parent: bindings.cell(row, Known::ParentId),
            created_at: bindings.cell(row, Known::CreatedAt),
            context: CONTEXT.map(|known| bindings.cell(row, known)),
            group: group.as_ref().map_or(GroupCell::Unnamed, |group| GroupCell::of(group.as_deref())),
            fold: bindings.fold.map(|column| row.cells.get(column).unwrap_or_default()),
        };
        let labels = |bindings: &[Binding<'_>]| bindings.iter().map(|binding| binding.label).collect::<Vec<_>>();
        self.push(&fields, &labels(&bindings.stances), &labels(&bindings.flags), annotated, file);
    }

    /// Takes the comments that reviewers decided.
    fn decided(&mut self, decisions: &Decisions) -> Result<(), TrainError> {
        let (request, file) = (self.request, decisions.title());
        let columns = decisions.columns();
        if let Some(column) = request.fold.as_ref().filter(|column| Known::of_name(column).is_none()) {
            return Err(TrainError::NoColumnIn { file, column: column.clone(), there: columns });
        }
        let [mut stances, mut flags] = request.labels();
        stances.retain(|label| decisions.stances.contains(label));
        flags.retain(|label| decisions.flags.contains(label));
        let stance_places: Vec<usize> = stances.iter().map(|label| find_or_add(&mut self.stances, label)).collect();
        let flag_places: Vec<usize> = flags.iter().map(|label| find_or_add(&mut self.flags, label)).collect();
        let group = request.group.as_deref().map_or(Some(Known::ThreadId), Known::of_name);
        let fold = request.fold.as_deref().and_then(Known::of_name);
        self.placed.table();
        for (row, line) in decisions.rows.iter().zip(1..) {
            let mut annotated = Annotated::default();
            for label in &stances {
                annotated.classes.push(match row.answers.get(label) {
                    Some((Answered::Stance(class), _)) => self.meaning(label, class.trim()),
                    _ => "",
                });
            }
            for label in &flags {
                annotated.shares.push(match row.answers.get(label) {
                    Some((Answered::Flag(share), _)) => {
                        let cell = share.to_string();
                        FlagCell::of(self.meaning(label, &cell)).map_or(f32::NAN, FlagCell::share)
                    }
                    _ => f32::NAN,
                });
            }
            if request.weights {
                let weighed = stances.iter().chain(&flags);
                let weighed = weighed.filter_map(|label| Some((label.clone(), row.answers.get(label)?.1 as f32)));
                annotated.weights.extend(weighed);
            }
            let fields = Fields {
                line,
                id: &row.id,
                text: &row.text,
                thread: row.cell(Known::ThreadId).unwrap_or_default(),
                parent: None,
                created_at: row.cell(Known::CreatedAt),
                context: CONTEXT.map(|known| row.cell(known)),
                group: group.map_or(GroupCell::Unnamed, |known| GroupCell::of(row.cell(known))),
                fold: fold.map(|known| row.cell(known).unwrap_or_default()),
            };
            self.push(&fields, &stance_places, &flag_places, annotated, &file);
        }
        self.end_table(file);
        let others = request.group.iter().chain(&request.fold).filter(|column| columns.contains(column)).cloned();
        self.met.extend(stances.into_iter().chain(flags).chain(others));
        self.there.extend(columns);
        Ok(())
    }

    /// What a label's cell stands for.
    fn meaning<'r>(&mut self, label: &str, cell: &'r str) -> &'r str
    where
        'a: 'r,
    {
        match self.request.classes.of(label).and_then(|classes| classes.get(cell)) {
            Some(class) => {
                self.met_classes.insert((label.to_owned(), cell.to_owned()));
                class
            }
            None => cell,
        }
    }

    /// Adds a row; `stances` and `flags` are the places of the labels that it is annotated with.
    fn push(&mut self, fields: &Fields<'_>, stances: &[usize], flags: &[usize], annotated: Annotated<'_>, file: &str) {
        let Annotated { mut classes, mut shares, weights } = annotated;
        let Fields { line, id, mut text, thread, parent, created_at, context, ref group, fold } = *fields;
        let index = self.data.len();
        self.tree.row(line, thread, id, parent, text);
        if !has_text(text) {
            // It keeps its place in the thread, and teaches nothing: not even that `[deleted]` is a word.
            if classes.iter().any(|class| !class.is_empty()) || shares.iter().any(|share| !share.is_nan()) {
                self.data.no_text.push((file.to_owned(), line));
            }
            text = "";
            classes.fill("");
            shares.fill(f32::NAN);
        }
        let known = Some(thread).filter(|thread| !thread.is_empty());
        self.placed.row(index, known, parent, created_at);
        self.data.texts.push(text);
        self.data.ids.push(id);
        self.data.lines.push(line.min(u64::from(u32::MAX)) as u32);
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(text);
        for (value, column) in context.into_iter().zip(&mut self.data.context) {
            column.set(index, value);
        }
        for (label, class) in stances.iter().zip(classes) {
            self.stances[*label].1.set(index, Some(class).filter(|class| !class.is_empty()));
            self.hash.update(class);
            self.hash.update([0]);
        }
        for (label, share) in flags.iter().zip(shares) {
            self.flag(*label, index, share);
        }
        for (label, weight) in weights {
            let column = self.data.label_weights.entry(label).or_default();
            column.resize(index, 1.0);
            column.push(weight);
            self.hash.update(weight.to_le_bytes());
        }
        let cell = match group {
            GroupCell::Unnamed => None,
            GroupCell::Alone => Some(None),
            GroupCell::Of(group) => Some(Some(*group)),
        };
        if let Some(cell) = cell {
            self.group.set(index, cell);
        }
        if let Some(fold) = fold {
            self.fold.set(index, Some(fold));
        }
        if let Some(time) = created_at {
            match Day::of(time) {
                Some(day) => _ = self.days.insert(day),
                None => First::count(&mut self.data.undated, || First::new(file, line, time)),
            }
        }
    }

    /// Annotates a row with a flag.
    pub(crate) fn flag(&mut self, label: usize, row: usize, share: f32) {
        let column = &mut self.flags[label].1;
        column.resize(row, f32::NAN);
        column.push(share);
        self.hash.update(share.to_le_bytes());
    }

    pub(crate) fn finish(mut self) -> Result<Dataset, TrainError> {
        let n = self.data.len();
        if n == 0 {
            let refused = &self.data.refused;
            return Err(TrainError::NoRows {
                files: self.data.files.iter().map(|(file, _)| file.clone()).collect(),
                count: refused.len(),
                refused: refused.first().map(ToString::to_string),
            });
        }
        let request = self.request;
        let asked = request.stances.iter().chain(&request.flags);
        let must = asked.clone().filter(|_| !request.any).chain(&request.group).chain(&request.fold);
        let mut must = must.chain(request.classes.labels());
        if let Some(missing) = must.find(|column| !self.met.contains(*column)) {
            return Err(TrainError::NoColumn { column: missing.clone(), there: self.there });
        }
        // JSON lines have every column that is looked for, most of them never filled.
        self.stances.retain(|(name, _)| self.met.contains(name));
        self.flags.retain(|(name, _)| self.met.contains(name));
        if self.stances.is_empty() && self.flags.is_empty() {
            let there = self.there;
            return Err(if request.any {
                TrainError::NoneOf { labels: asked.cloned().collect(), there }
            } else {
                TrainError::NoLabels { there }
            });
        }
        self.data.unmet = request.classes.unmet(&self.met_classes);
        for (name, column) in &self.stances {
            let known = request.known_classes.get(name).map_or(&[][..], Vec::as_slice);
            let mut odd = odd_classes::find(name, &classes_of(column, &self.data), known);
            if !self.data.sources.is_empty() {
                // A recipe has classes of its own.
                odd.iter_mut().for_each(|odd| odd.rules.clear());
            }
            self.data.odd_classes.extend(odd);
        }
        for (name, column) in self.stances {
            let mut classes = column.values.clone();
            classes.sort_unstable();
            if classes.len() > MOST_CLASSES {
                self.data.left_out.push(LeftOut::ManyClasses { label: name, classes: classes.len() });
                continue;
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
        let of_recipe = !self.data.sources.is_empty();
        if of_recipe || !self.group.index.is_empty() {
            // An empty group is a group of its own.
            self.group.index.resize(n, None);
            let named = self.group.values.len() as u32;
            let own = |row: usize| named + row as u32;
            let groups = self.group.index.iter().enumerate().map(|(row, group)| group.unwrap_or_else(|| own(row)));
            let mut groups = groups.collect();
            if of_recipe {
                groups::unite(&mut groups, &self.data.texts, &self.together);
            }
            self.data.groups = Some(groups);
        }
        if let Some(column) = &request.fold {
            let folds: Option<Vec<u32>> = self.fold.index.iter().copied().collect();
            let missing = || TrainError::NoColumn { column: column.clone(), there: self.there.clone() };
            self.data.folds = Some(folds.filter(|folds| folds.len() == n).ok_or_else(missing)?);
        }
        if !self.days.is_empty() {
            self.data.per_day = Some(n as f64 / self.days.len() as f64);
        }
        let [_, _, titles, texts, _] = &self.data.context;
        self.data.placed = self.placed.finish(n, &self.data.ids, [titles, texts]);
        self.data.headers = self.there;
        self.data.sha256 = crate::text::hex::hex(&self.hash.finalize());
        Ok(self.data)
    }
}

/// Whether the fault is the label's own cell's, not its weight's.
fn is_of_cell(error: &CellError<'_>) -> bool {
    !matches!(error, CellError::NoWeight { .. })
}

/// `means` is the cell, and what it is likely to stand for.
fn refuse(
    cells: &mut CellsByLabel,
    label: &str,
    file: &str,
    line: u64,
    error: &CellError<'_>,
    means: Option<(&str, String)>,
) {
    let refused = || Refused { file: file.to_owned(), line, reason: error.to_string() };
    let cells = cells.entry(label.to_owned()).or_default();
    cells.push(refused);
    if let Some((cell, new)) = means {
        cells.means(label, cell, &new);
    }
}

/// The classes of a column, in their order.
fn classes_of<'a>(column: &'a Repeated, data: &'a Dataset) -> Vec<Class<'a>> {
    let mut classes: Vec<Class<'_>> =
        column.values.iter().map(|name| Class { name, cells: 0, first: ("", 0) }).collect();
    for (row, class) in column.index.iter().enumerate() {
        if let Some(class) = class.and_then(|class| classes.get_mut(class as usize)) {
            if class.cells == 0 {
                class.first = data.origin(row);
            }
            class.cells += 1;
        }
    }
    classes.retain(|class| class.cells > 0);
    classes.sort_unstable_by_key(|class| class.name);
    classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::decided::DecidedRow;
    use crate::dataset::label::Kind;

    fn row(id: &str, thread: &str, text: &str, answers: &[(&str, Answered, f64)]) -> DecidedRow {
        DecidedRow {
            id: id.to_owned(),
            thread_id: Some(thread.to_owned()),
            text: text.to_owned(),
            answers: answers
                .iter()
                .map(|(label, said, weight)| ((*label).to_owned(), (said.clone(), *weight)))
                .collect(),
            ..DecidedRow::default()
        }
    }

    fn decided() -> Decisions {
        let stance = |class: &str| Answered::Stance(class.to_owned());
        let rows = vec![
            row("a", "t", "one", &[("spam", Answered::Flag(1.0), 2.0), ("stance", stance("pro"), 1.0)]),
            row("b", "t", "two", &[("spam", Answered::Flag(0.0), 0.5)]),
            row("c", "u", "three", &[("stance", stance("con"), 1.0)]),
            row("d", "u", "", &[("spam", Answered::Flag(1.0), 1.0)]),
        ];
        Decisions::new("q.db".to_owned(), rows).unwrap()
    }

    #[test]
    fn decisions_become_rows_with_annotations_weights_and_groups() {
        let request = Request {
            stances: vec!["stance".to_owned()],
            flags: vec!["spam".to_owned()],
            weights: true,
            ..Request::default()
        };
        let data = Dataset::read_with(Some(&decided()), &[], &request, |_| true).unwrap();
        assert_eq!((data.len(), data.id(2), data.input(2).text), (4, "c", "three"));
        let kinds: Vec<bool> = data.labels.iter().map(|label| label.kind == Kind::Flag).collect();
        assert_eq!(kinds, [false, true]);
        assert_eq!(data.annotations[0], Annotations::Stance(vec![Some(1), None, Some(0), None]));
        let Annotations::Flag(shares) = &data.annotations[1] else { panic!("spam is a flag") };
        assert_eq!(shares[..2], [1.0, 0.0]);
        // A comment without a text keeps its place and teaches nothing.
        assert!(shares[2].is_nan() && shares[3].is_nan());
        assert_eq!(data.no_text, [("decisions in q.db".to_owned(), 4)]);
        assert_eq!(data.groups, Some(vec![0, 0, 1, 1]));
        let targets = data.targets(&data.labels);
        assert_eq!(targets.weight.column(1).to_vec(), [2.0, 0.5, 0.0, 0.0]);
    }

    #[test]
    fn what_was_decided_may_stand_for_something_else() {
        let rules = ["stance=pro:favor", "spam=0:"].map(|rule| rule.parse().unwrap());
        let request = Request {
            classes: crate::dataset::class_map::ClassMap::new(rules.to_vec()).unwrap(),
            stances: vec!["stance".to_owned()],
            flags: vec!["spam".to_owned()],
            group: Some("id".to_owned()),
            ..Request::default()
        };
        let data = Dataset::read_with(Some(&decided()), &[], &request, |_| true).unwrap();
        assert_eq!(data.labels[0].classes(), ["con", "favor"]);
        assert!(matches!(&data.annotations[1], Annotations::Flag(shares) if shares[1].is_nan()));
        assert_eq!(data.groups, Some(vec![0, 1, 2, 3]));
        assert!(data.unmet.is_empty());
    }

    #[test]
    fn a_label_that_nobody_decided_is_missing() {
        let request = Request { flags: vec!["rude".to_owned()], ..Request::default() };
        let error = Dataset::read_with(Some(&decided()), &[], &request, |_| true).unwrap_err();
        assert!(matches!(error, TrainError::NoColumn { column, .. } if column == "rude"));
    }
}
