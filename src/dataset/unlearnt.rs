//! Columns that look like labels and are not learnt, since their names are not among those that are found.

use crate::dataset::flag_cell::number;
use crate::dataset::request::weight_column;
use crate::thread::row::Row;

/// The columns of a table whose cells are all numbers from 0 to 1, as far as it is read.
#[derive(Debug, Default)]
pub(crate) struct Unlearnt(Vec<Column>);

#[derive(Debug)]
struct Column {
    name: String,
    at: usize,
    first: Option<f32>,
    /// Whether its numbers differ.
    varies: bool,
}

impl Unlearnt {
    /// Looks at all columns with a name but those that are `taken` for something.
    pub(crate) fn of(header: &[String], taken: &[usize]) -> Self {
        let is_weight = |name: &String| header.iter().any(|label| weight_column(label) == *name);
        let is_free = |(at, name): &(usize, &String)| !name.is_empty() && !taken.contains(at) && !is_weight(name);
        let columns = header.iter().enumerate().filter(is_free);
        Self(columns.map(|(at, name)| Column { name: name.clone(), at, first: None, varies: false }).collect())
    }

    /// Looks at a row.
    pub(crate) fn row(&mut self, row: &Row) {
        self.0.retain_mut(|column| {
            let cell = row.cells.get(column.at).unwrap_or_default().trim();
            if cell.is_empty() {
                return true;
            }
            let Some(share) = number(cell).filter(|share| (0.0..=1.0).contains(share)) else { return false };
            column.varies |= column.first.get_or_insert(share).total_cmp(&share).is_ne();
            true
        });
    }

    /// The names of the columns that are left and hold different numbers.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.iter().filter(|column| column.varies).map(|column| column.name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_shares_are_found() {
        let header = ["text", "toxic", "obscene", "year", "same", "toxic.weight", "thread", ""].map(str::to_owned);
        let mut unlearnt = Unlearnt::of(&header, &[0, 6]);
        for cells in [
            ["a", "0", "0.25", "1", "1", "0", "0", "0"],
            ["b", "1", "", "2026", "1", "1", "1", "1"],
            ["c", "0", "1", "0", "", "0", "0", "0"],
        ] {
            unlearnt.row(&Row { cells: cells.into_iter().collect(), ..Row::default() });
        }
        assert_eq!(unlearnt.names(), ["toxic", "obscene"]);
    }
}
