//! Reads tables, one after the other, into one data set.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::dataset::bindings::{Binding, Bindings};
use crate::dataset::dataset::{CONTEXT, Dataset, First};
use crate::dataset::decided::Decisions;
use crate::dataset::error::TrainError;
use crate::dataset::flags_in::NamesColumn;
use crate::dataset::relations::PlacedBuilder;
use crate::dataset::request::{Request, weight_column};
use crate::dataset::source::{SourceUse, TableSource};
use crate::dataset::states::REJECT;
use crate::dataset::strings::Repeated;
use crate::dataset::texts::Texts;
use crate::dataset::unlearnt::Unlearnt;
use crate::dataset::votes::{Comment, Votes};
use crate::dataset::wanted::Wanted;
use crate::text::no_text::has_text;
use crate::thread::error::Listed;
use crate::thread::flaw::Flaws;
use crate::thread::input::Source;
use crate::thread::known::Known;
use crate::thread::moment::Moment;
use crate::thread::remark::Remark;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::strict::flawed_rows;
use crate::thread::table::{Resolved, TableReader};
use crate::thread::tree_check::TreeCheck;

/// Stands for the table of comments when each annotator has a separate file.
const OF_FILES: usize = usize::MAX;

/// A row's group.
pub(crate) enum GroupCell<'r> {
    /// The table has no groups.
    Unnamed,
    /// The row is a separate group.
    Alone,
    Of(&'r str),
}

impl<'r> GroupCell<'r> {
    pub(crate) fn of(cell: Option<&'r str>) -> Self {
        cell.map_or(Self::Alone, Self::Of)
    }
}

/// A row's content besides its annotations.
pub(crate) struct Fields<'r> {
    pub(crate) line: u64,
    pub(crate) id: &'r str,
    pub(crate) text: &'r str,
    /// Empty if there is none.
    pub(crate) thread: &'r str,
    pub(crate) parent: Option<&'r str>,
    pub(crate) created_at: Option<&'r str>,
    pub(crate) context: [Option<&'r str>; CONTEXT.len()],
    pub(crate) group: GroupCell<'r>,
    pub(crate) fold: Option<&'r str>,
}

/// The annotations of a row, in the order of its table's bindings.
#[derive(Default)]
pub(crate) struct Annotated<'r> {
    /// Empty where it is missing.
    pub(crate) classes: Vec<&'r str>,
    /// NaN where it is missing.
    pub(crate) shares: Vec<f32>,
    /// The row's weight for a label, if its table gives one.
    pub(crate) weights: Vec<(String, f32)>,
    /// The names in the cells of columns of names, by column index; `None` for an empty cell.
    pub(crate) names: Vec<(usize, Option<Vec<String>>)>,
}

impl Dataset {
    /// Reads labelled tables; `done` is called from time to time with the number of rows read.
    ///
    /// # Errors
    /// When a table cannot be read, a requested column is in none of them, nothing can be learnt from them, or `done`
    /// returns false.
    pub fn read(sources: &[Source], request: &Request, done: impl FnMut(usize) -> bool) -> Result<Self, TrainError> {
        Self::read_with(None, sources, request, done)
    }

    /// Like [`read`](Self::read), after the comments that reviewers decided.
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

    /// Reads the sources of a recipe, each with its own settings. Rows with the same text stay on one side in
    /// cross-validation; ids, threads and groups of different sources are unrelated. `seed` is for the negatives.
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
    pub(crate) request: &'a Request,
    pub(crate) data: Dataset,
    /// Annotations read so far, by label name.
    pub(crate) stances: Vec<(String, Repeated)>,
    pub(crate) flags: Vec<(String, Vec<f32>)>,
    /// Columns of names, in the order requested.
    pub(crate) names: Vec<NamesColumn>,
    /// Annotations of comments that have rows by several annotators.
    pub(crate) votes: Votes,
    /// The annotator of the current table, if each annotator has a separate file.
    annotator: Option<String>,
    pub(crate) group: Repeated,
    /// Rows that stay on one side whatever their groups.
    pub(crate) together: Vec<(u32, u32)>,
    pub(crate) fold: Repeated,
    pub(crate) days: HashSet<Date>,
    pub(crate) tree: TreeCheck,
    pub(crate) placed: PlacedBuilder,
    pub(crate) hash: Sha256,
    /// The columns that the tables themselves show.
    pub(crate) there: Vec<String>,
    /// The requested columns that are in some table, and the labels named in recipes.
    pub(crate) met: HashSet<String>,
    /// Mapped cells that occurred, with their labels.
    pub(crate) met_classes: BTreeSet<(String, String)>,
    /// Columns that may be labels too.
    pub(crate) unlearnt: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(request: &'a Request) -> Self {
        Self {
            request,
            data: Dataset { columns: request.columns.clone(), towards: request.towards.clone(), ..Dataset::default() },
            stances: Vec::new(),
            flags: Vec::new(),
            names: request.flags_in.iter().map(|_| NamesColumn::default()).collect(),
            votes: Votes::default(),
            annotator: None,
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
            unlearnt: Vec::new(),
        }
    }

    /// Reads a table by the request's settings.
    pub(crate) fn table(&mut self, source: &Source, done: &mut impl FnMut(usize) -> bool) -> Result<(), TrainError> {
        let request = self.request;
        let labels = [&request.labels().concat()[..], &request.flags_in].concat();
        let others = request.group.iter().chain(&request.fold).chain(&request.annotator);
        let mut wanted: Vec<String> =
            request.columns.headers().chain(request.remembered.headers()).map(str::to_owned).collect();
        wanted.extend(others.clone().cloned());
        if request.weights {
            wanted.extend(labels.iter().map(|label| weight_column(label)));
        }
        let first = self.data.len();
        let mut table = TableReader::open_labelled(source, request.format, &wanted, &labels)?;
        if labels.is_empty() {
            // A label that first appears on a later line would be missed.
            table.want_all();
        }
        // With `strict`, flaws are found in rows as they are read without this, and the rows must correspond.
        if !request.strict {
            table.by_annotator();
            self.annotator = table.is_of_one_annotator().then(|| table.file().to_owned());
        }
        let mut learnt = Wanted::of(request, &mut table)?;
        if request.any && !request.flags_in.is_empty() {
            // JSON Lines have every requested column; the names in cells belong to the model's flags.
            let mut columns = std::mem::take(&mut learnt.columns);
            let is_there = |name: &String| table.present().iter().any(|there| there == learnt.header(name));
            columns.iter_mut().for_each(|names| names.retain(is_there));
            learnt.columns = columns;
        }
        let labels = [&learnt.columns.concat()[..], &request.flags_in].concat();
        let headers: Vec<String> = labels.iter().map(|label| learnt.header(label).to_owned()).collect();
        let there = table.present().iter().filter(|column| !self.there.contains(column)).cloned().collect::<Vec<_>>();
        self.there.extend(there);
        let taken: Vec<String> = headers.iter().chain(others.clone()).cloned().collect();
        let Resolved { map, columns, guessed } = table.columns(&request.columns, &request.remembered, &taken)?;
        self.data.guessed.extend(guessed);
        let header = table.header();
        let mut bindings = Bindings::of_request(request, &learnt, columns, header, &mut self.stances, &mut self.flags);
        if request.names_none() && request.flags_in.is_empty() && table.labels().is_empty() {
            bindings.find_unlearnt(header);
        }
        let flawed = if request.strict { flawed_rows(source, request.format, &map)? } else { HashMap::new() };
        self.rows(&mut table, &mut bindings, &flawed, None, done)?;
        for (name, binding) in bindings.named(&self.stances, &self.flags) {
            self.met_classes.extend(binding.met().map(|class| (name.to_owned(), class.to_owned())));
        }
        // Rows without a named fold belong to none.
        if let Some(column) = request.fold.as_ref().filter(|column| !table.has(column) && self.data.len() > first) {
            let (file, there) = (table.file().to_owned(), table.present().to_vec());
            return Err(TrainError::NoColumnIn { file, column: column.clone(), there });
        }
        let met = labels.iter().zip(&headers).filter(|(_, header)| table.has(header)).map(|(label, _)| label);
        self.met.extend(met.chain(others.filter(|column| table.has(column))).cloned());
        self.data.remarks.extend(learnt.renamed().map(|what| Remark::new(table.file(), what)));
        self.note_unlearnt(&bindings.unlearnt, &learnt, table.file());
        if !learnt.guessed.is_empty() {
            let what = format!(
                "{} may be what annotators answered, or what else is known of the comments; all of it is learnt \
                 (--stance or --flag names what is to be)",
                learnt.guessed.join(", ")
            );
            self.data.remarks.push(Remark::new(table.file(), what));
        }
        self.met.extend(learnt.meant);
        for binding in bindings.flags.iter().filter(|binding| binding.is_of_states()) {
            self.met.insert(REJECT.to_owned());
            self.data.other_states.add(&binding.states);
        }
        for (place, binding) in &bindings.names {
            let Some(name) = request.flags_in.get(*place) else { continue };
            self.met_classes.extend(binding.met().map(|class| (name.clone(), class.to_owned())));
        }
        Ok(())
    }

    /// Names the columns that may be labels too, with what learns them beside those that are learnt.
    fn note_unlearnt(&mut self, unlearnt: &Unlearnt, learnt: &Wanted, file: &str) {
        let names = unlearnt.names();
        let [stances, flags] =
            learnt.columns.each_ref().map(|labels| labels.iter().filter(|label| self.met.contains(*label)));
        let learnt: Vec<(&str, &String)> =
            stances.map(|name| ("--stance", name)).chain(flags.map(|name| ("--flag", name))).collect();
        if !names.is_empty() && !learnt.is_empty() {
            let all = learnt.into_iter().chain(names.iter().map(|name| ("--flag", name)));
            let options: Vec<String> = all.map(|(option, name)| format!("{option} {name}")).collect();
            let (hold, are, them) = if names.len() == 1 { ("holds", "is", "it") } else { ("hold", "are", "them") };
            let what = format!(
                "{} {hold} only numbers from 0 to 1 and {are} not learnt; to learn {them} too, name every label: {}",
                Listed(&names),
                options.join(" ")
            );
            self.data.remarks.push(Remark::new(file, what));
        }
        self.unlearnt.extend(names);
    }

    /// Reads a source of a recipe with its own settings, and makes the negatives that it asks for.
    pub(crate) fn recipe_source(
        &mut self,
        source: &TableSource,
        seed: u64,
        done: &mut impl FnMut(usize) -> bool,
    ) -> Result<(), TrainError> {
        let mut texts = Texts::find(source, || done(self.data.len()))?;
        let (wanted, labels) = (Bindings::headers(source), Bindings::label_headers(source));
        let looked_for = [&wanted[..], &Texts::headers(source)].concat();
        let mut table = TableReader::open_labelled(&source.source, None, &looked_for, &labels)?;
        let (file, first) = (table.file().to_owned(), self.data.len());
        let required = [Known::Text].into_iter().filter(|_| !texts.as_ref().is_some_and(Texts::has_text));
        let required: Vec<Known> = required.collect();
        if texts.is_none() && Texts::are_needed(source, table.present()) {
            return Err(TrainError::NoTextsNamed(file));
        }
        source.columns.resolve(&file, table.present(), &required)?;
        let columns = source.columns.resolve(&file, table.header(), &required)?;
        if let Some(missing) = wanted.iter().chain(&labels).find(|column| !table.present().contains(column)) {
            return Err(TrainError::NoColumnIn { file, column: missing.clone(), there: table.present().to_vec() });
        }
        self.met.extend(source.labels.iter().map(|label| label.name.clone()));
        let scope = self.data.sources.len();
        let mut bindings =
            Bindings::of_source(source, scope, columns, table.header(), &mut self.stances, &mut self.flags);
        texts.iter_mut().for_each(|texts| texts.bind(&table));
        for (at, known) in texts.iter().flat_map(Texts::known).enumerate() {
            bindings.columns = bindings.columns.with(known, table.header().len() + at);
        }
        self.rows(&mut table, &mut bindings, &HashMap::new(), texts.as_mut(), done)?;
        let unfound = texts.map(|texts| texts.unfound(source)).transpose()?.unwrap_or_default();
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
            teaches_only: source.teaches_only,
            label_weights: label_weights.collect(),
            unmet,
            unfound,
        });
        Ok(())
    }

    fn rows(
        &mut self,
        table: &mut TableReader,
        bindings: &mut Bindings<'_>,
        flawed: &HashMap<u64, crate::thread::flaw::Flaw>,
        mut texts: Option<&mut Texts>,
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
                    } else if let Some(flaw) = flawed.get(&row.number).filter(|flaw| !bindings.expects(**flaw)) {
                        let (file, reason) = (file.clone(), flaw.to_string());
                        self.data.refused.push(Refused { file, line: row.line, reason });
                    } else if texts.as_mut().is_none_or(|texts| texts.fill(&mut row)) {
                        self.tree.quotes(row.line, table.flaw());
                        self.row(&row, bindings, &file);
                    }
                }
            }
            if self.data.len().is_multiple_of(8192) && !done(self.data.len()) {
                return Err(TrainError::Stopped);
            }
        }
        self.data.remarks.extend(table.remarks());
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

    /// Stores what was odd about a table's rows, and where they end.
    pub(crate) fn end_table(&mut self, file: String) {
        let flaws: Flaws = std::mem::take(&mut self.tree).finish();
        if !flaws.found.is_empty() || flaws.unchecked > 0 {
            self.data.flaws.push((file.clone(), flaws));
        }
        self.data.files.push((file, self.data.len()));
    }

    fn row(&mut self, row: &Row, bindings: &mut Bindings<'_>, file: &str) {
        bindings.unlearnt.row(row);
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
        let (stances, flags) = (labels(&bindings.stances), labels(&bindings.flags));
        let annotator = bindings.annotator.and_then(|column| row.cells.get(column));
        // The file identifies the annotator, if ids identify the comments across files.
        let own =
            self.annotator.clone().filter(|_| bindings.annotator.is_none() && bindings.cell(row, Known::Id).is_some());
        let annotator = annotator.or(own.as_deref()).filter(|_| has_text(fields.text));
        let Some(annotator) = annotator else {
            self.named(self.data.len() as u32, None, &annotated, fields.text);
            return self.push(&fields, &stances, &flags, annotated, file);
        };
        let comment = Comment {
            table: self.data.files.len(),
            thread: fields.thread,
            parent: fields.parent,
            id: bindings.cell(row, Known::Id),
            text: fields.text,
            by_id_alone: false,
        };
        let comment = if own.is_some() { Comment { table: OF_FILES, by_id_alone: true, ..comment } } else { comment };
        let (new, texts) = (self.data.len() as u32, &self.data.texts);
        let (at, annotator) = self.votes.row(comment, annotator, new, |row| texts.get(row as usize));
        self.vote(at, annotator, &stances, &flags, &annotated);
        self.named(at, Some(annotator), &annotated, fields.text);
        if at == new {
            self.push(&fields, &stances, &flags, annotated, file);
        } else {
            self.hash.update(at.to_le_bytes());
            annotated.classes.iter().for_each(|class| self.hash.update([class.as_bytes(), &[0]].concat()));
            annotated.shares.iter().for_each(|share| self.hash.update(share.to_le_bytes()));
        }
    }

    /// Adds a row; `stances` and `flags` are the indices of the labels that it is annotated with.
    pub(crate) fn push(
        &mut self,
        fields: &Fields<'_>,
        stances: &[usize],
        flags: &[usize],
        annotated: Annotated<'_>,
        file: &str,
    ) {
        let Annotated { mut classes, mut shares, weights, .. } = annotated;
        let Fields { line, id, mut text, thread, parent, created_at, context, ref group, fold } = *fields;
        let index = self.data.len();
        self.tree.row(line, thread, id, parent, text);
        if !has_text(text) {
            // It keeps its place in the thread, but nothing is learnt from it, not even that `[deleted]` is a word.
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
            match Moment::of(time) {
                Some(moment) => _ = self.days.insert(moment.day()),
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
}
