//! Which columns of a table are learnt: those requested, or those that its format says are labels.

use crate::dataset::error::TrainError;
use crate::dataset::request::Request;
use crate::dataset::states::REJECT;
use crate::thread::label_column::{Asked, LabelColumn};
use crate::thread::table::TableReader;
use crate::thread::usual::are_alike;

/// The column of systems that mark comments as spam.
const SPAM: &str = "spam";

/// The headers of labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Of stances, and of flags.
    pub(crate) columns: [Vec<String>; 2],
    /// Requested names that some of them stand for.
    pub(crate) meant: Vec<String>,
    /// Columns that may not be questions to annotators.
    pub(crate) guessed: Vec<String>,
    /// Labels whose header is written differently, each with that header.
    pub(crate) alike: Vec<(String, String)>,
}

impl Wanted {
    /// Determines what to learn from a table.
    ///
    /// # Errors
    /// When a label is requested as a stance although comments have several of its classes.
    pub(crate) fn of(request: &Request, table: &mut TableReader) -> Result<Self, TrainError> {
        let mut wanted = Self::exact(request, table)?;
        // A label that the user names is meant as it is written.
        if request.names_none() || request.any {
            let there = table.present();
            let labels: Vec<&String> = wanted.columns.iter().flatten().filter(|label| !there.contains(label)).collect();
            let alike = |label: &&String| {
                let header = there.iter().find(|header| are_alike(header, label))?;
                Some(((*label).clone(), header.clone()))
            };
            wanted.alike = labels.iter().filter_map(alike).collect();
        }
        Ok(wanted)
    }

    /// The header of a label's column.
    pub(crate) fn header<'n>(&'n self, label: &'n str) -> &'n str {
        self.alike.iter().find(|(own, _)| own == label).map_or(label, |(_, header)| header)
    }

    /// A remark on the labels whose header is written differently, if there are any.
    pub(crate) fn renamed(&self) -> Option<String> {
        let mut renamed = self.alike.iter().map(|(label, header)| format!("`{header}` is read as {label}"));
        let first = renamed.next()?;
        Some(renamed.fold(first, |told, more| told + ", " + &more))
    }

    fn exact(request: &Request, table: &mut TableReader) -> Result<Self, TrainError> {
        let [stances, flags] = request.labels();
        if !request.names_none() {
            table.ask(Asked { stances: &stances, flags: &flags });
        }
        let own = table.labels();
        if own.is_empty() {
            // A comment system's own marks are learnt only on request.
            let is_state = |flag: &String| flag == REJECT && !request.from_states || flag == SPAM;
            let is_left = |flag: &String| table.is_export() && request.names_none() && is_state(flag);
            let flags = flags.into_iter().filter(|flag| !is_left(flag)).collect();
            return Ok(Self { columns: [stances, flags], ..Self::default() });
        }
        let mut wanted = Self::default();
        if request.names_none() {
            // A comment's own columns may be labels, as in any table.
            let is_there = |name: &&String| table.header().contains(name);
            wanted.columns = [stances, flags].map(|names| names.iter().filter(is_there).cloned().collect());
            if !request.flags_in.is_empty() {
                return Ok(wanted);
            }
            for label in own {
                let [stances, flags] = &mut wanted.columns;
                let (same, other) = if label.is_flag { (flags, stances) } else { (stances, flags) };
                other.retain(|name| *name != label.name);
                add(same, &label.name);
                if label.is_guessed {
                    add(&mut wanted.guessed, &label.question);
                }
            }
            return Ok(wanted);
        }
        for name in &stances {
            match own.iter().find(|label| !label.is_flag && label.is_meant(name)) {
                Some(label) => wanted.take(0, name, label),
                None if own.iter().any(|label| label.question == *name && label.name != *name) => {
                    let flags = own.iter().filter(|label| label.question == *name).map(|label| label.name.clone());
                    let (file, label) = (table.file().to_owned(), name.clone());
                    return Err(TrainError::SeveralClasses { file, label, flags: flags.collect() });
                }
                None => add(&mut wanted.columns[0], name),
            }
        }
        for name in &flags {
            let meant: Vec<&LabelColumn> = own.iter().filter(|label| label.is_flag && label.is_meant(name)).collect();
            // A column with that exact name is the one meant.
            let exact = meant.iter().find(|label| label.name == *name).copied();
            for label in exact.map_or(meant, |label| vec![label]) {
                wanted.take(1, name, label);
            }
            if !wanted.meant.contains(name) {
                add(&mut wanted.columns[1], name);
            }
        }
        Ok(wanted)
    }

    fn take(&mut self, kind: usize, name: &str, label: &LabelColumn) {
        add(&mut self.columns[kind], &label.name);
        add(&mut self.meant, name);
    }
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|there| there == name) {
        names.push(name.to_owned());
    }
}
