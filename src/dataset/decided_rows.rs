//! Adds comments that reviewers decided to a data set.

use crate::dataset::bindings::find_or_add;
use crate::dataset::dataset::CONTEXT;
use crate::dataset::decided::{Answered, Decisions};
use crate::dataset::error::TrainError;
use crate::dataset::flag_cell::FlagCell;
use crate::dataset::reader::{Annotated, Fields, GroupCell, Reader};
use crate::thread::known::Known;

impl<'a> Reader<'a> {
    /// Adds the comments that reviewers decided.
    pub(crate) fn decided(&mut self, decisions: &Decisions) -> Result<(), TrainError> {
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
}
