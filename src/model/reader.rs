//! Tables, one after the other, into one data set.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::TrainError;
use super::dataset::{Annotations, CONTEXT, Dataset};
use super::groups;
use super::label::Label;
use super::part::{Part, PartUse};
use super::plan::Plan;
use super::relations::PlacedBuilder;
use super::request::{KNOWN_FLAGS, KNOWN_STANCES, Request, weight_column};
use super::strings::Repeated;
use crate::thread::{Flaws, Known, Next, Refused, Row, Source, TableReader, TreeCheck, flawed_lines};

/// More classes than this are no stance but a column of free text.
const MOST_CLASSES: usize = 64;

/// Reads tables one after the other into one data set.
pub(super) struct Reader<'a> {
    request: &'a Request,
    pub(super) data: Dataset,
    /// Annotations as they come, by the name of the label.
    pub(super) stances: Vec<(String, Repeated)>,
    pub(super) flags: Vec<(String, Vec<f32>)>,
    pub(super) group: Repeated,
    /// Rows that stay on one side whatever their groups are.
    pub(super) together: Vec<(u32, u32)>,
    fold: Repeated,
    days: HashSet<String>,
    tree: TreeCheck,
    placed: PlacedBuilder,
    pub(super) hash: Sha256,
    /// The columns that the tables themselves show, and the labels that recipes name.
    shown: HashSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
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
            shown: HashSet::new(),
        }
    }

    /// Reads a table in the way of all.
    pub(super) fn table(&mut self, source: &Source, done: &mut impl FnMut(usize) -> bool) -> Result<(), TrainError> {
        let request = self.request;
        let mut wanted: Vec<String> =
            request.columns.headers().chain(request.remembered.headers()).map(str::to_owned).collect();
        wanted.extend(request.stances.iter().chain(&request.flags).chain(&request.group).chain(&request.fold).cloned());
        let known = KNOWN_STANCES.iter().chain(&KNOWN_FLAGS).map(ToString::to_string);
        if request.stances.is_empty() && request.flags.is_empty() {
            wanted.extend(known);
        }
        if request.weights {
            wanted.extend(wanted.clone().iter().map(|label| weight_column(label)));
        }
        let mut table = TableReader::open(source, None, request.encoding.as_deref(), &wanted)?;
        self.shown.extend(table.present().iter().cloned());
        let map = request.columns.or_remembered(&request.remembered, table.present());
        let columns = table.resolve(&map)?;
        let mut plan = Plan::of_request(request, columns, table.header(), &mut self.stances, &mut self.flags);
        let encoding = request.encoding.as_deref();
        let flawed = if request.strict { flawed_lines(source, None, encoding, &map)? } else { HashMap::new() };
        self.rows(&mut table, &mut plan, &flawed, done)
    }

    /// Reads a part of a recipe in its own way, and makes up the rows that it asks for.
    pub(super) fn part(
        &mut self,
        part: &Part,
        seed: u64,
        done: &mut impl FnMut(usize) -> bool,
    ) -> Result<(), TrainError> {
        let wanted = Plan::headers(part);
        let mut table = TableReader::open(&part.source, None, part.encoding.as_deref(), &wanted)?;
        let (file, first) = (table.file().to_owned(), self.data.len());
        part.columns.resolve(&file, table.present(), &[Known::Text])?;
        let columns = part.columns.resolve(&file, table.header(), &[Known::Text])?;
        if let Some(missing) = wanted.iter().find(|column| !table.present().contains(column)) {
            return Err(TrainError::NoColumnIn { file, column: missing.clone() });
        }
        self.shown.extend(part.labels.iter().map(|label| label.name.clone()));
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
        flawed: &HashMap<u64, crate::thread::Flaw>,
        done: &mut impl FnMut(usize) -> bool,
    ) -> Result<(), TrainError> {
        let file = table.file().to_owned();
        self.placed.table();
        let mut row = Row::default();
        loop {
            match table.read(&mut row)? {
                Next::End => break,
                Next::Refused(refused) => self.data.refused.push(refused),
                Next::Row if !plan.takes(&row) => {}
                Next::Row => {
                    let flaw = flawed.get(&row.line).map_or(Ok(()), |flaw| Err(flaw.to_string()));
                    if let Err(reason) = flaw.and_then(|()| self.row(&row, plan)) {
                        self.data.refused.push(Refused { file: file.clone(), line: row.line, reason });
                    }
                }
            }
            if self.data.len().is_multiple_of(8192) && !done(self.data.len()) {
                return Err(TrainError::Stopped);
            }
        }
        let flaws: Flaws = std::mem::take(&mut self.tree).finish();
        if !flaws.found.is_empty() || flaws.unchecked > 0 {
            self.data.flaws.push((file.clone(), flaws));
        }
        self.data.files.push((file, self.data.len()));
        Ok(())
    }

    fn row(&mut self, row: &Row, plan: &mut Plan<'_>) -> Result<(), String> {
        let mut shares = Vec::with_capacity(plan.flags.len());
        for place in &mut plan.flags {
            let cell = place.read(row);
            shares.push(share(cell).ok_or_else(|| {
                let name = &self.flags[place.label].0;
                format!("{name} is {cell:?}: a flag is 1 or 0, true or false, yes or no, a share between, or empty")
            })?);
        }
        let index = self.data.len();
        let mut weights = Vec::new();
        for (place, is_flag) in
            plan.stances.iter().map(|place| (place, false)).chain(plan.flags.iter().map(|place| (place, true)))
        {
            let Some(cell) = place.weight.and_then(|column| row.cells.get(column)).map(str::trim) else { continue };
            if cell.is_empty() {
                continue;
            }
            let name = if is_flag { &self.flags[place.label].0 } else { &self.stances[place.label].0 };
            let weight = cell.parse().ok().filter(|weight: &f32| weight.is_finite() && *weight >= 0.0);
            let weight = weight.ok_or_else(|| {
                format!("{} is {cell:?}: a weight is a number from 0 on, or empty", weight_column(name))
            })?;
            weights.push((name.clone(), weight));
        }
        let text = plan.cell(row, Known::Text).unwrap_or_default();
        let number = row.number.to_string();
        let id = plan.cell(row, Known::Id).unwrap_or(&number);
        let thread = plan.cell(row, Known::ThreadId).unwrap_or_default();
        let parent = plan.cell(row, Known::ParentId);
        self.tree.row(row.line, thread, id, parent, text);
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
        for place in &mut plan.stances {
            let class = place.read(row).trim();
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
        if let Some(day) = plan.cell(row, Known::CreatedAt).and_then(|date| date.get(..10))
            && !self.days.contains(day)
        {
            self.days.insert(day.to_owned());
        }
        Ok(())
    }

    /// Annotates a row with a flag.
    pub(super) fn flag(&mut self, label: usize, row: usize, share: f32) {
        let column = &mut self.flags[label].1;
        column.resize(row, f32::NAN);
        column.push(share);
        self.hash.update(share.to_le_bytes());
    }

    pub(super) fn finish(mut self) -> Result<Dataset, TrainError> {
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
            return Err(if self.request.any {
                TrainError::NoneOf(asked.cloned().collect())
            } else {
                TrainError::NoLabels
            });
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
        self.data.sha256 = super::hex(&self.hash.finalize());
        Ok(self.data)
    }
}

pub(super) fn find_or_add<T: Default>(known: &mut Vec<(String, T)>, name: &str) -> usize {
    known.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
        known.push((name.to_owned(), T::default()));
        known.len() - 1
    })
}

/// Whether a flag's cell can say this.
#[must_use]
pub fn is_share(cell: &str) -> bool {
    share(cell).is_some()
}

/// The share of yes that a flag's cell says; NaN where it is empty, `None` where it says nothing.
pub(super) fn share(cell: &str) -> Option<f32> {
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
