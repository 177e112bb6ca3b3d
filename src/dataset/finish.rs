//! Turns the rows read into a data set with labels, groups and folds.

use std::collections::HashMap;

use sha2::Digest as _;

use crate::dataset::annotations::Annotations;
use crate::dataset::class_map::ClassMapping;
use crate::dataset::dataset::Dataset;
use crate::dataset::error::TrainError;
use crate::dataset::groups;
use crate::dataset::label::Label;
use crate::dataset::left_out::{LeftOut, MOST_CLASSES};
use crate::dataset::odd_classes::{self, Class};
use crate::dataset::reader::Reader;
use crate::dataset::request::Request;
use crate::dataset::strings::Repeated;
use crate::text::hex::hex;

impl Reader<'_> {
    /// Builds the data set.
    pub(crate) fn finish(mut self) -> Result<Dataset, TrainError> {
        self.join();
        self.check()?;
        self.check_states()?;
        self.data.unmet = self.request.classes.unmet(&self.met_classes);
        self.note_odd_classes();
        self.take_labels();
        self.take_groups();
        self.take_folds()?;
        let n = self.data.len();
        if !self.days.is_empty() {
            self.data.per_day = Some(n as f64 / self.days.len() as f64);
        }
        let [_, _, titles, texts, _] = &self.data.context;
        self.data.placed = self.placed.finish(n, &self.data.ids, [titles, texts]);
        self.data.headers = self.there;
        self.data.sha256 = hex(&self.hash.finalize());
        Ok(self.data)
    }

    /// Refuses data without rows or without a requested column; leaves out labels that no table has.
    fn check(&mut self) -> Result<(), TrainError> {
        if self.data.is_empty() {
            let refused = &self.data.refused;
            return Err(TrainError::NoRows {
                files: self.data.files.iter().map(|(file, _)| file.clone()).collect(),
                count: refused.len(),
                refused: refused.first().map(ToString::to_string),
            });
        }
        let request = self.request;
        let asked = request.stances.iter().chain(&request.flags).chain(&request.flags_in);
        let must = asked.clone().filter(|_| !request.any).chain(&request.group).chain(&request.fold);
        let must = must.chain(&request.annotator);
        let mut must = must.chain(request.classes.labels());
        // The labels of annotation files cannot be known in advance.
        let is_unread = |rule: &ClassMapping| !self.met.contains(&rule.label);
        let rule = request.classes.rules().filter(|_| request.names_none()).find(is_unread);
        if let Some(rule) = rule.filter(|rule| !request.labels().concat().contains(&rule.label)) {
            let named = self.stances.iter().map(|(name, _)| name).chain(self.flags.iter().map(|(name, _)| name));
            let mut there: Vec<String> = named.cloned().collect();
            there.extend(request.labels().concat().into_iter().filter(|label| !self.met.contains(label)));
            return Err(Request::unread(rule, &there));
        }
        if let Some(missing) = must.find(|column| !self.met.contains(*column)) {
            return Err(TrainError::NoColumn { column: missing.clone(), there: self.there.clone() });
        }
        // JSON Lines have every requested column, but most are never filled.
        self.stances.retain(|(name, _)| self.met.contains(name));
        self.flags.retain(|(name, _)| self.met.contains(name));
        if !self.stances.is_empty() || !self.flags.is_empty() || !self.data.left_out.is_empty() {
            return Ok(());
        }
        let there = self.there.clone();
        Err(if request.any {
            TrainError::NoneOf { labels: asked.cloned().collect(), there }
        } else {
            TrainError::NoLabels { there, shares: self.unlearnt.clone() }
        })
    }

    fn note_odd_classes(&mut self) {
        for (name, column) in &self.stances {
            let known = self.request.known_classes.get(name).map_or(&[][..], Vec::as_slice);
            let mut odd = odd_classes::find(name, &classes_of(column, &self.data), known);
            if !self.data.sources.is_empty() {
                // A recipe has its own class maps.
                odd.iter_mut().for_each(|odd| odd.rules.clear());
            }
            self.data.odd_classes.extend(odd);
        }
    }

    /// Numbers the classes in sorted order.
    fn take_labels(&mut self) {
        let n = self.data.len();
        for (name, column) in std::mem::take(&mut self.stances) {
            // With several annotators, a class may have been named only by a minority, so that no comment has it.
            let mut used = vec![false; column.values.len()];
            column.index.iter().flatten().for_each(|class| used[*class as usize] = true);
            let mut classes: Vec<String> =
                column.values.iter().zip(used).filter(|(_, used)| *used).map(|(class, _)| class.clone()).collect();
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
        for (name, mut shares) in std::mem::take(&mut self.flags) {
            shares.resize(n, f32::NAN);
            self.data.annotations.push(Annotations::Flag(shares));
            self.data.labels.push(Label::flag(name));
        }
    }

    fn take_groups(&mut self) {
        let n = self.data.len();
        let of_recipe = !self.data.sources.is_empty();
        if !of_recipe && self.group.index.is_empty() {
            return;
        }
        // Each empty group is a separate one.
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

    fn take_folds(&mut self) -> Result<(), TrainError> {
        let Some(column) = &self.request.fold else { return Ok(()) };
        let folds: Option<Vec<u32>> = self.fold.index.iter().copied().collect();
        let missing = || TrainError::NoColumn { column: column.clone(), there: self.there.clone() };
        self.data.folds = Some(folds.filter(|folds| folds.len() == self.data.len()).ok_or_else(missing)?);
        Ok(())
    }
}

/// The classes of a column, in order.
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
