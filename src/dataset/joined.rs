//! Combines cells once all rows are read: names become flags, and votes become the majority's answer.

use crate::dataset::bindings::find_or_add;
use crate::dataset::error::TrainError;
use crate::dataset::left_out::{LeftOut, MOST_FLAGS};
use crate::dataset::reader::{Annotated, Reader};
use crate::dataset::states::REJECT;
use crate::text::no_text::has_text;

impl Reader<'_> {
    /// Records an annotator's annotations of a comment.
    pub(crate) fn vote(
        &mut self,
        row: u32,
        annotator: u32,
        stances: &[usize],
        flags: &[usize],
        annotated: &Annotated<'_>,
    ) {
        for (label, class) in stances.iter().zip(&annotated.classes).filter(|(_, class)| !class.is_empty()) {
            let class = self.stances[*label].1.number(class);
            self.votes.class(*label, row, annotator, class);
        }
        for (label, share) in flags.iter().zip(&annotated.shares).filter(|(_, share)| !share.is_nan()) {
            self.votes.share(*label, row, annotator, *share);
        }
    }

    /// Records the names in the cells of a row; `annotator` is who gave them, if there are several.
    pub(crate) fn named(&mut self, row: u32, annotator: Option<u32>, annotated: &Annotated<'_>, text: &str) {
        for (place, names) in &annotated.names {
            let (Some(names), Some(column)) = (names, self.request.flags_in.get(*place)) else { continue };
            if !has_text(text) {
                continue;
            }
            let rules = self.request.classes.of(column);
            for name in names {
                let rule = rules.and_then(|rules| rules.get_key_value(name));
                if let Some((old, _)) = rule {
                    self.met_classes.insert((column.clone(), old.clone()));
                }
                let name = rule.map_or(name, |(_, new)| new);
                if name.is_empty() {
                    continue;
                }
                let Some(flag) = self.flag_of(*place, name) else { continue };
                if let Some(column) = self.names.get_mut(*place) {
                    column.named.insert((row, annotator, flag));
                }
            }
            if let Some(column) = self.names.get_mut(*place) {
                column.said.push((row, annotator));
            }
        }
    }

    /// The index of a name in its column; `None` if there are too many.
    fn flag_of(&mut self, place: usize, name: &str) -> Option<usize> {
        let column = self.names.get_mut(place)?;
        if let Some(at) = column.flags.iter().position(|(own, _)| own == name) {
            return Some(at);
        }
        if column.flags.len() >= MOST_FLAGS {
            column.has_more = true;
            return None;
        }
        let is_taken = |label: &str| {
            let stances = self.stances.iter().any(|(own, _)| own == label);
            stances || self.flags.iter().any(|(own, _)| own == label)
        };
        let label =
            if is_taken(name) { format!("{}.{name}", self.request.flags_in.get(place)?) } else { name.to_owned() };
        let label = find_or_add(&mut self.flags, &label);
        column.flags.push((name.to_owned(), label));
        Some(column.flags.len() - 1)
    }

    /// Turns names into flags, and the votes on each comment into one annotation.
    pub(crate) fn join(&mut self) {
        let mut left_out = Vec::new();
        for (place, column) in std::mem::take(&mut self.names).into_iter().enumerate() {
            let Some(name) = self.request.flags_in.get(place).filter(|name| self.met.contains(*name)) else { continue };
            if column.has_more {
                self.data.left_out.push(LeftOut::ManyFlags { label: name.clone() });
                left_out.extend(column.flags.iter().map(|(_, label)| *label));
                continue;
            }
            if column.flags.is_empty() {
                self.data.left_out.push(LeftOut::Empty { label: name.clone() });
            }
            for (at, (_, label)) in column.flags.iter().enumerate() {
                let Some((own, shares)) = self.flags.get_mut(*label) else { continue };
                self.met.insert(own.clone());
                shares.resize(self.data.texts.len(), f32::NAN);
                for (row, annotator) in &column.said {
                    let share = f32::from(u8::from(column.named.contains(&(*row, *annotator, at))));
                    match annotator {
                        Some(annotator) => self.votes.share(*label, *row, *annotator, share),
                        None => shares.get_mut(*row as usize).into_iter().for_each(|own| *own = share),
                    }
                }
            }
        }
        self.join_votes();
        // Last first, so that the other indices stay valid.
        left_out.sort_unstable();
        left_out.into_iter().rev().for_each(|label| drop(self.flags.remove(label)));
        self.data.joined = self.votes.joined;
        self.data.repeated = self.votes.repeated;
    }

    fn join_votes(&mut self) {
        let n = self.data.texts.len();
        for (label, (name, column)) in self.stances.iter_mut().enumerate() {
            let Some((rows, agreement)) = self.votes.classes(label, name) else { continue };
            column.index.resize(n, None);
            for (row, class) in rows {
                column.index.get_mut(row as usize).into_iter().for_each(|own| *own = class);
            }
            self.data.agreement.extend(Some(agreement).filter(|agreement| agreement.comments > 0));
        }
        for (label, (name, shares)) in self.flags.iter_mut().enumerate() {
            let Some((rows, agreement)) = self.votes.shares(label, name) else { continue };
            shares.resize(n, f32::NAN);
            for (row, share) in rows {
                shares.get_mut(row as usize).into_iter().for_each(|own| *own = share);
            }
            self.data.agreement.extend(Some(agreement).filter(|agreement| agreement.comments > 0));
        }
    }

    /// Checks that some row has a moderator's decision, if those are to be learnt.
    pub(crate) fn check_states(&self) -> Result<(), TrainError> {
        let is_decided = |(name, shares): &(String, Vec<f32>)| name == REJECT && shares.iter().any(|own| !own.is_nan());
        if !self.request.from_states || self.flags.iter().any(is_decided) {
            return Ok(());
        }
        let states = Some(self.data.other_states.all()).filter(|_| self.met.contains(REJECT));
        let states = states.map(|states| if states.is_empty() { "empty throughout".to_owned() } else { states });
        Err(TrainError::NoStates { states, there: self.there.clone() })
    }
}
