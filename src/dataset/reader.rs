//! Tables, one after the other, into one data set.

use std::collections::{BTreeSet, HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::dataset::bindings::{Place, Plan};
use crate::dataset::cell::{class, nested, no_share, shortened, single};
use crate::dataset::dataset::{Annotations, CONTEXT, Dataset, First};
use crate::dataset::error::TrainError;
use crate::dataset::flag_cell::{FlagCell, likely};
use crate::dataset::groups;
use crate::dataset::label::Label;
use crate::dataset::left_out::{CellsByLabel, LeftOut, MOST_CLASSES};
use crate::dataset::odd_classes;
use crate::dataset::odd_classes::Class;
use crate::dataset::relations::PlacedBuilder;
use crate::dataset::request::{Request, weight_column};
use crate::dataset::source::{Part, PartUse};
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

/// What a row is annotated with, label by label in the order of its table's plan.
#[derive(Default)]
struct Annotated<'r> {
    /// Empty where it is missing.
    classes: Vec<&'r str>,
    /// NaN where it is missing.
    shares: Vec<f32>,
    /// What the row counts for a label, where its table says so.
    weights: Vec<(String, f32)>,
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
        let mut plan = Plan::of_request(request, columns, table.header(), &mut self.stances, &mut self.flags);
        let flawed = if request.strict { flawed_lines(source, None, encoding, &map)? } else { HashMap::new() };
        self.rows(&mut table, &mut plan, &flawed, done)?;
        for (name, place) in plan.named(&self.stances, &self.flags) {
            self.met_classes.extend(place.met().map(|class| (name.to_owned(), class.to_owned())));
        }
        // Rows for which no fold is named belong to none.
        if let Some(column) = request.fold.as_ref().filter(|column| !table.has(column) && self.data.len() > first) {
            let (file, there) = (table.file().to_owned(), table.present().to_vec());
            return Err(TrainError::NoColumnIn { file, column: column.clone(), there });
        }
        self.met.extend(labels.iter().chain(others).filter(|column| table.has(column)).cloned());
        Ok(())
    }

    /// Reads a part of a recipe in its own way, and makes up the rows that it asks for.
    pub(crate) fn part(
        &mut self,
        part: &Part,
        seed: u64,
        done: &mut impl FnMut(usize) -> bool,
    ) -> Result<(), TrainError> {
        let (wanted, labels) = (Plan::headers(part), Plan::label_headers(part));
        let mut table = TableReader::open_labelled(&part.source, part.encoding.as_deref(), &wanted, &labels)?;
        let (file, first) = (table.file().to_owned(), self.data.len());
        part.columns.resolve(&file, table.present(), &[Known::Text])?;
        let columns = part.columns.resolve(&file, table.header(), &[Known::Text])?;
        if let Some(missing) = wanted.iter().chain(&labels).find(|column| !table.present().contains(column)) {
            return Err(TrainError::NoColumnIn { file, column: missing.clone(), there: table.present().to_vec() });
        }
        self.met.extend(part.labels.iter().map(|label| label.name.clone()));
        let scope = self.data.parts.len();
        let mut plan = Plan::of_part(part, scope, columns, table.header(), &mut self.stances, &mut self.flags);
        self.rows(&mut table, &mut plan, &HashMap::new(), done)?;
        let rows = self.data.len() - first;
        self.data.weights.resize(self.data.len(), part.weight);
        let unmet = plan.unmet();
        if let Some(negatives) = &part.negatives {
            self.negatives(first..first + rows, part, negatives, seed);
            if let Some((_, end)) = self.data.files.last_mut() {
                *end = self.data.texts.len();
            }
        }
        let label_weights = part.labels.iter().map(|label| (label.name.clone(), label.weight));
        self.data.parts.push(PartUse {
            name: part.name.clone(),
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
        plan: &mut Plan<'_>,
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
                    if !plan.takes(&row) {
                    } else if let Some(flaw) = flawed.get(&row.line) {
                        let (file, reason) = (file.clone(), flaw.to_string());
                        self.data.refused.push(Refused { file, line: row.line, reason });
                    } else {
                        self.tree.quotes(row.line, table.flaw());
                        self.row(&row, plan, &file);
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
        let flaws: Flaws = std::mem::take(&mut self.tree).finish();
        if !flaws.found.is_empty() || flaws.unchecked > 0 {
            self.data.flaws.push((file.clone(), flaws));
        }
        self.data.files.push((file, self.data.len()));
        for (name, place) in plan.named(&self.stances, &self.flags) {
            if place.empty > 0
                && let Some(refused) = self.data.cells.get_mut(name)
            {
                refused.beside_empty = true;
            }
        }
        Ok(())
    }

    /// What a row is annotated with. A cell that says nothing costs the row that label and no other.
    fn annotations<'r, 'p: 'r>(&mut self, row: &'r Row, plan: &mut Plan<'p>, file: &str) -> Annotated<'r> {
        let mut annotated = Annotated::default();
        for place in &mut plan.stances {
            let (name, cell) = (&self.stances[place.label].0, place.read(row).trim());
            let read = class(name, cell).map_err(|reason| (reason, Some(cell)));
            let read = read.and_then(|class| Ok((class, weight(name, place, row).map_err(|reason| (reason, None))?)));
            let (class, weight) = read.unwrap_or_else(|(reason, cell)| {
                let means = cell.filter(|_| plan.scope.is_none()).map(|cell| (cell, single(cell)));
                refuse(&mut self.data.cells, name, file, row.line, reason, means);
                ("", None)
            });
            annotated.classes.push(class);
            annotated.weights.extend(weight.map(|weight| (name.clone(), weight)));
        }
        for place in &mut plan.flags {
            let (name, cell) = (&self.flags[place.label].0, place.read(row).trim());
            let said = FlagCell::of(cell);
            match said {
                Some(FlagCell::Empty) => place.empty += 1,
                Some(FlagCell::Missing) => {
                    let first = self.data.missing.entry(name.clone()).or_default();
                    First::count(first, || First::new(file, row.line, cell));
                }
                Some(FlagCell::Share(_)) | None => {}
            }
            let share = said.map(FlagCell::share).ok_or_else(|| (no_share(name, cell), Some(cell)));
            let read = share.and_then(|share| Ok((share, weight(name, place, row).map_err(|reason| (reason, None))?)));
            let (share, weight) = read.unwrap_or_else(|(reason, cell)| {
                let means = cell.filter(|cell| plan.scope.is_none() && nested(cell).is_none());
                let means = means.map(|cell| (cell, Some(likely(cell).to_owned())));
                refuse(&mut self.data.cells, name, file, row.line, reason, means);
                (f32::NAN, None)
            });
            annotated.shares.push(share);
            annotated.weights.extend(weight.map(|weight| (name.clone(), weight)));
        }
        annotated
    }

    fn row(&mut self, row: &Row, plan: &mut Plan<'_>, file: &str) {
        let Annotated { mut classes, mut shares, weights } = self.annotations(row, plan, file);
        let index = self.data.len();
        let mut text = plan.cell(row, Known::Text).unwrap_or_default();
        let number = row.number.to_string();
        let id = plan.cell(row, Known::Id).unwrap_or(&number);
        let thread = plan.cell(row, Known::ThreadId).unwrap_or_default();
        let parent = plan.cell(row, Known::ParentId);
        self.tree.row(row.line, thread, id, parent, text);
        if !has_text(text) {
            // It keeps its place in the thread, and teaches nothing: not even that `[deleted]` is a word.
            if classes.iter().any(|class| !class.is_empty()) || shares.iter().any(|share| !share.is_nan()) {
                self.data.no_text.push((file.to_owned(), row.line));
            }
            text = "";
            classes.fill("");
            shares.fill(f32::NAN);
        }
        let known = Some(thread).filter(|thread| !thread.is_empty());
        self.placed.row(index, known, parent, plan.cell(row, Known::CreatedAt));
        self.data.texts.push(text);
        self.data.ids.push(id);
        self.data.lines.push(row.line.min(u64::from(u32::MAX)) as u32);
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(text);
        for (known, context) in CONTEXT.into_iter().zip(&mut self.data.context) {
            context.set(index, plan.cell(row, known));
        }
        for (place, class) in plan.stances.iter().zip(classes) {
            self.stances[place.label].1.set(index, Some(class).filter(|class| !class.is_empty()));
            self.hash.update(class);
            self.hash.update([0]);
        }
        for (place, share) in plan.flags.iter().zip(shares) {
            self.flag(place.label, index, share);
        }
        for (label, weight) in weights {
            let column = self.data.label_weights.entry(label).or_default();
            column.resize(index, 1.0);
            column.push(weight);
            self.hash.update(weight.to_le_bytes());
        }
        if let Some(column) = plan.group {
            let group = row.cells.get(column).filter(|group| !group.is_empty());
            self.group.set(index, group.map(|group| plan.own(group)).as_deref());
        }
        if let Some(column) = plan.fold {
            self.fold.set(index, Some(row.cells.get(column).unwrap_or_default()));
        }
        if let Some(time) = plan.cell(row, Known::CreatedAt) {
            match Day::of(time) {
                Some(day) => _ = self.days.insert(day),
                None => First::count(&mut self.data.undated, || First::new(file, row.line, time)),
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
            if !self.data.parts.is_empty() {
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
        let of_recipe = !self.data.parts.is_empty();
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
        self.data.sha256 = crate::model::hex::hex(&self.hash.finalize());
        Ok(self.data)
    }
}

pub(crate) fn find_or_add<T: Default>(known: &mut Vec<(String, T)>, name: &str) -> usize {
    known.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
        known.push((name.to_owned(), T::default()));
        known.len() - 1
    })
}

/// `means` is the cell, and what it is likely to stand for.
fn refuse(
    cells: &mut CellsByLabel,
    label: &str,
    file: &str,
    line: u64,
    reason: String,
    means: Option<(&str, Option<String>)>,
) {
    let refused = || Refused { file: file.to_owned(), line, reason };
    let cells = cells.entry(label.to_owned()).or_default();
    cells.push(refused);
    if let Some((cell, Some(new))) = means {
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

fn weight(name: &str, place: &Place<'_>, row: &Row) -> Result<Option<f32>, String> {
    place.weight(row).map_err(|cell| {
        format!("{} is {:?}: a weight is a number from 0 on, or empty", weight_column(name), shortened(&cell))
    })
}
