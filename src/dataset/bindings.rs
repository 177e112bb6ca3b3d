//! Binds what is learnt from a table to positions in its rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::cell::CellError;
use crate::dataset::request::{Request, weight_column};
use crate::dataset::source::{Annotation, Choice, TableSource};
use crate::dataset::states::{self, OtherStates, REJECT, State};
use crate::dataset::strings::Repeated;
use crate::dataset::unlearnt::Unlearnt;
use crate::dataset::votes;
use crate::dataset::wanted::Wanted;
use crate::thread::columns::Columns;
use crate::thread::flaw::Flaw;
use crate::thread::known::Known;
use crate::thread::row::Row;

/// How one table is read.
pub(crate) struct Bindings<'a> {
    pub(crate) columns: Columns,
    constants: &'a [(Known, String)],
    pub(crate) stances: Vec<Binding<'a>>,
    pub(crate) flags: Vec<Binding<'a>>,
    /// Columns of names, each with its index among all of those.
    pub(crate) names: Vec<(usize, Binding<'a>)>,
    /// The column of annotators.
    pub(crate) annotator: Option<usize>,
    pub(crate) group: Option<usize>,
    pub(crate) fold: Option<usize>,
    rows: Option<(usize, &'a Choice)>,
    /// The source that the groups belong to, unless they are shared by all tables.
    pub(crate) scope: Option<usize>,
    /// Columns that may be labels too.
    pub(crate) unlearnt: Unlearnt,
}

/// A label's index among those of its kind, and where its annotations are.
pub(crate) struct Binding<'a> {
    pub(crate) label: usize,
    name: &'a str,
    from: From<'a>,
    /// The column of row weights.
    pub(crate) weight: Option<usize>,
    /// The classes that occurred.
    met: BTreeSet<&'a str>,
    /// The number of empty cells.
    pub(crate) empty: usize,
    /// States from which nothing can be learnt.
    pub(crate) states: OtherStates,
}

enum From<'a> {
    Column(usize),
    /// Cells that are not in the map are missing annotations.
    Classes(usize, &'a BTreeMap<String, String>),
    /// Cells that are not in the map keep their meaning.
    Renamed(usize, &'a BTreeMap<String, String>),
    Same(&'a str),
    /// A column of moderation states, and a map for other states.
    States(usize, Option<&'a BTreeMap<String, String>>),
}

impl<'a> Binding<'a> {
    fn new(label: usize, name: &'a str, from: From<'a>) -> Self {
        Self { label, name, from, weight: None, met: BTreeSet::new(), empty: 0, states: OtherStates::default() }
    }

    /// The row's weight for the label, if the table gives one.
    pub(crate) fn weight<'r>(&self, label: &'r str, row: &'r Row) -> Result<Option<f32>, CellError<'r>> {
        match self.weight.and_then(|column| row.cells.get(column)).map(str::trim) {
            None | Some("") => Ok(None),
            Some(cell) => {
                let weight = cell.parse().ok().filter(|weight: &f32| weight.is_finite() && *weight >= 0.0);
                weight.map(Some).ok_or(CellError::NoWeight { label, cell })
            }
        }
    }

    /// The row's annotation; empty if it is missing.
    pub(crate) fn read<'r>(&mut self, row: &'r Row) -> &'r str
    where
        'a: 'r,
    {
        let cell = |column: usize| row.cells.get(column).unwrap_or_default();
        match self.from {
            From::Column(column) => cell(column),
            From::Same(value) => value,
            From::States(column, rules) => {
                let rule = rules.and_then(|rules| rules.get_key_value(cell(column).trim()));
                if let Some((state, value)) = rule {
                    self.met.insert(state);
                    return value;
                }
                let state = State::of(cell(column));
                if !matches!(state, State::Decided { .. }) {
                    self.states.count(cell(column), state == State::Unknown);
                }
                state.cell()
            }
            From::Classes(column, classes) | From::Renamed(column, classes) => {
                match classes.get_key_value(cell(column).trim()) {
                    Some((class, value)) => {
                        self.met.insert(class);
                        value
                    }
                    None if matches!(self.from, From::Renamed(..)) => cell(column),
                    None => "",
                }
            }
        }
    }

    /// The column that it reads, if it reads one.
    fn column(&self) -> Option<usize> {
        match self.from {
            From::Column(at) | From::Classes(at, _) | From::Renamed(at, _) | From::States(at, _) => Some(at),
            From::Same(_) => None,
        }
    }

    /// Whether it reads moderation states.
    pub(crate) fn is_of_states(&self) -> bool {
        matches!(self.from, From::States(..))
    }

    /// The classes of its map that occurred.
    pub(crate) fn met(&self) -> impl Iterator<Item = &'a str> {
        self.met.iter().copied()
    }
}

impl<'a> Bindings<'a> {
    /// Binds a table by the request and by what is `learnt` from it. New labels are added.
    pub(crate) fn of_request(
        request: &'a Request,
        learnt: &Wanted,
        columns: Columns,
        header: &[String],
        stances: &mut Vec<(String, Repeated)>,
        flags: &mut Vec<(String, Vec<f32>)>,
    ) -> Self {
        let from = |name: &String, at: usize| match request.classes.of(name) {
            Some(classes) => From::Renamed(at, classes),
            None => From::Column(at),
        };
        let column = |name: &String| header.iter().position(|there| there == name);
        let of_label = |name: &String| header.iter().position(|there| there == learnt.header(name));
        let [own_stances, own_flags] = &learnt.columns;
        let mut bindings = Self {
            columns,
            constants: &[],
            stances: Vec::new(),
            flags: Vec::new(),
            names: Vec::new(),
            annotator: request.annotator.as_ref().map_or_else(|| votes::annotator_column(header), column),
            group: match &request.group {
                Some(group) => column(group),
                None => columns.index(Known::ThreadId),
            },
            fold: request.fold.as_ref().and_then(column),
            rows: None,
            scope: None,
            unlearnt: Unlearnt::default(),
        };
        for (name, at) in own_stances.iter().filter_map(|name| Some((name, of_label(name)?))) {
            bindings.stances.push(Binding::new(find_or_add(stances, name), "", from(name, at)));
        }
        for (name, at) in own_flags.iter().filter_map(|name| Some((name, of_label(name)?))) {
            bindings.flags.push(Binding::new(find_or_add(flags, name), "", from(name, at)));
        }
        let states = states::column(header).filter(|_| request.from_states);
        if let Some(at) = states.filter(|_| !header.iter().any(|there| there == REJECT)) {
            bindings.flags.push(Binding::new(
                find_or_add(flags, REJECT),
                "",
                From::States(at, request.classes.of(REJECT)),
            ));
        }
        for (place, name) in request.flags_in.iter().enumerate() {
            bindings.names.extend(column(name).map(|at| (place, Binding::new(usize::MAX, "", from(name, at)))));
        }
        if request.weights {
            for binding in bindings.stances.iter_mut().chain(&mut bindings.flags) {
                binding.weight = match binding.from {
                    From::Column(at) | From::Renamed(at, _) => column(&weight_column(&header[at])),
                    From::Classes(..) | From::Same(_) | From::States(..) => None,
                };
            }
        }
        bindings
    }

    /// From now on, looks for columns that may be labels too.
    pub(crate) fn find_unlearnt(&mut self, header: &[String]) {
        let labels = self.stances.iter().chain(&self.flags).chain(self.names.iter().map(|(_, binding)| binding));
        let known = Known::ALL.into_iter().filter(|known| *known != Known::Target);
        let known = known.filter_map(|known| self.columns.index(known));
        let taken = labels.filter_map(Binding::column).chain(known).chain(self.annotator).chain(self.group);
        self.unlearnt = Unlearnt::of(header, &taken.chain(self.fold).collect::<Vec<_>>());
    }

    /// The headers that a source of a recipe names, except those of labels.
    pub(crate) fn headers(source: &TableSource) -> Vec<String> {
        let others = source.group.iter().chain(source.rows.iter().map(|rows| &rows.column)).cloned();
        source.columns.headers().map(str::to_owned).chain(others).collect()
    }

    /// The headers of a source's labels.
    pub(crate) fn label_headers(source: &TableSource) -> Vec<String> {
        let labels = source.labels.iter().filter_map(|label| match &label.from {
            Annotation::Column(column) | Annotation::Classes(column, _) => Some(column.clone()),
            Annotation::Same(_) => None,
        });
        labels.collect()
    }

    /// Binds a source of a recipe whose [`headers`](Self::headers) and [`label_headers`](Self::label_headers) are
    /// present; new labels are added.
    pub(crate) fn of_source(
        source: &'a TableSource,
        scope: usize,
        columns: Columns,
        header: &[String],
        stances: &mut Vec<(String, Repeated)>,
        flags: &mut Vec<(String, Vec<f32>)>,
    ) -> Self {
        let column = |name: &String| header.iter().position(|there| there == name);
        let named = |known| source.columns.mappings().iter().any(|mapping| mapping.name == known);
        let mut bindings = Self {
            columns: columns.only(|known| matches!(known, Known::Text | Known::Id) || named(known)),
            constants: &source.constants,
            stances: Vec::new(),
            flags: Vec::new(),
            names: Vec::new(),
            annotator: None,
            group: source.group.as_ref().and_then(column),
            fold: None,
            rows: source.rows.as_ref().and_then(|rows| Some((column(&rows.column)?, rows))),
            scope: (!source.shares_groups).then_some(scope),
            unlearnt: Unlearnt::default(),
        };
        if source.group.is_none() {
            bindings.group = bindings.columns.index(Known::ThreadId);
        }
        for label in &source.labels {
            let from = match &label.from {
                Annotation::Column(name) => column(name).map(From::Column),
                Annotation::Classes(name, classes) => column(name).map(|at| From::Classes(at, classes)),
                Annotation::Same(value) => Some(From::Same(value)),
            };
            let Some(from) = from else { continue };
            if label.is_flag {
                bindings.flags.push(Binding::new(find_or_add(flags, &label.name), &label.name, from));
            } else {
                bindings.stances.push(Binding::new(find_or_add(stances, &label.name), &label.name, from));
            }
        }
        bindings
    }

    /// Whether the source takes a row.
    pub(crate) fn takes(&self, row: &Row) -> bool {
        self.rows.is_none_or(|(column, rows)| {
            let cell = row.cells.get(column).unwrap_or_default().trim();
            rows.equals.iter().any(|value| value == cell)
        })
    }

    /// Whether a flaw is expected in rows: with several annotators, ids repeat.
    pub(crate) fn expects(&self, flaw: Flaw) -> bool {
        self.annotator.is_some() && flaw == Flaw::DuplicateId
    }

    /// The value of a known column; `None` if it is empty.
    pub(crate) fn cell<'r>(&self, row: &'r Row, known: Known) -> Option<&'r str>
    where
        'a: 'r,
    {
        let constant = || self.constants.iter().find(|(own, _)| *own == known).map(|(_, value)| value.as_str());
        self.columns.cell(&row.cells, known).or_else(constant)
    }

    /// A group name, made unique to its source unless groups are shared.
    pub(crate) fn own<'r>(&self, name: &'r str) -> Cow<'r, str> {
        match self.scope {
            None => Cow::Borrowed(name),
            Some(scope) => Cow::Owned(format!("{scope}\u{1f}{name}")),
        }
    }

    /// The bindings of its labels, with the labels' names.
    pub(crate) fn named<'n>(
        &'n self,
        stances: &'n [(String, Repeated)],
        flags: &'n [(String, Vec<f32>)],
    ) -> impl Iterator<Item = (&'n str, &'n Binding<'a>)> {
        let stances = self.stances.iter().filter_map(|binding| Some((stances.get(binding.label)?.0.as_str(), binding)));
        stances.chain(self.flags.iter().filter_map(|binding| Some((flags.get(binding.label)?.0.as_str(), binding))))
    }

    /// Classes that no row had: the labels, and the cell values expected.
    pub(crate) fn unmet(&self) -> Vec<(String, String)> {
        let bindings = self.stances.iter().chain(&self.flags);
        let unmet = bindings.flat_map(|binding| {
            let classes = match binding.from {
                From::Classes(_, classes) => Some(classes),
                From::Column(_) | From::Renamed(..) | From::Same(_) | From::States(..) => None,
            };
            let classes = classes.into_iter().flat_map(BTreeMap::keys);
            let unmet = classes.filter(|class| !binding.met.contains(class.as_str()));
            unmet.map(|class| (binding.name.to_owned(), class.clone()))
        });
        unmet.collect()
    }
}

/// The index of a label among those known so far; a new one is added.
pub(crate) fn find_or_add<T: Default>(known: &mut Vec<(String, T)>, name: &str) -> usize {
    known.iter().position(|(own, _)| own == name).unwrap_or_else(|| {
        known.push((name.to_owned(), T::default()));
        known.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::source::SourceLabel;
    use crate::thread::columns::ColumnMap;
    use crate::thread::input::Source;
    use crate::thread::mapping::Mapping;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn columns(map: &ColumnMap, header: &[String]) -> Columns {
        map.resolve("a.csv", header, &[Known::Text]).unwrap()
    }

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::default();
        cells.iter().for_each(|cell| row.cells.push(cell));
        row
    }

    fn source(labels: &[(&str, bool, Annotation)]) -> TableSource {
        let label = |(name, is_flag, from): &(&str, bool, Annotation)| SourceLabel {
            name: (*name).to_owned(),
            is_flag: *is_flag,
            from: from.clone(),
            weight: 1.0,
        };
        TableSource {
            labels: labels.iter().map(label).collect(),
            ..TableSource::new(Source::new("a.csv"), "a.csv".to_owned())
        }
    }

    fn classes(classes: &[(&str, &str)]) -> BTreeMap<String, String> {
        classes.iter().map(|(cell, class)| ((*cell).to_owned(), (*class).to_owned())).collect()
    }

    #[test]
    fn a_cell_that_is_not_renamed_says_what_it_says() {
        let rules = ["stance=Pro:pro", "spam=x:1"].map(|rule| rule.parse().unwrap());
        let request = Request {
            stances: header(&["stance"]),
            flags: header(&["spam", "absent"]),
            classes: crate::dataset::class_map::ClassMap::new(rules.to_vec()).unwrap(),
            weights: true,
            ..Request::default()
        };
        let header = header(&["text", "stance", "spam", "spam.weight", "thread_id"]);
        let (mut stances, mut flags) = (Vec::new(), Vec::new());
        let columns = columns(&ColumnMap::default(), &header);
        let learnt = Wanted { columns: request.labels(), ..Wanted::default() };
        let mut bindings = Bindings::of_request(&request, &learnt, columns, &header, &mut stances, &mut flags);
        assert_eq!((bindings.stances.len(), bindings.flags.len(), bindings.group), (1, 1, Some(4)));
        let pro = row(&["a", " Pro ", "x", "2.5", "t"]);
        assert_eq!((bindings.stances[0].read(&pro), bindings.flags[0].read(&pro)), ("pro", "1"));
        let con = row(&["a", "con", "0", "", "t"]);
        assert_eq!((bindings.stances[0].read(&con), bindings.flags[0].read(&con)), ("con", "0"));
        assert_eq!(bindings.flags[0].met().collect::<Vec<_>>(), ["x"]);
        let weight = |row: &Row| bindings.flags[0].weight("spam", row).map_err(|error| error.to_string());
        assert_eq!((weight(&pro), weight(&con)), (Ok(Some(2.5)), Ok(None)));
        for no_weight in ["-1", "inf", "much"] {
            assert!(weight(&row(&["a", "", "", no_weight])).unwrap_err().starts_with("spam.weight is"), "{no_weight}");
        }
    }

    #[test]
    fn a_cell_that_a_recipe_does_not_map_is_missing() {
        let map = classes(&[("F", "favor"), ("A", "against")]);
        let labels = [
            ("stance", false, Annotation::Classes("label".to_owned(), map)),
            ("spam", true, Annotation::Same("0".to_owned())),
        ];
        let source = source(&labels);
        let header = header(&["text", "label"]);
        assert_eq!(Bindings::label_headers(&source), ["label"]);
        let (mut stances, mut flags) = (Vec::new(), Vec::new());
        let columns = columns(&source.columns, &header);
        let mut bindings = Bindings::of_source(&source, 0, columns, &header, &mut stances, &mut flags);
        let read = |bindings: &mut Bindings<'_>, cell: &str| bindings.stances[0].read(&row(&["a", cell])).to_owned();
        assert_eq!(["F", " F", "f", ""].map(|cell| read(&mut bindings, cell)), ["favor", "favor", "", ""]);
        assert_eq!(bindings.flags[0].read(&row(&["a", "F"])), "0");
        assert_eq!(bindings.unmet(), [("stance".to_owned(), "A".to_owned())]);
        let named: Vec<&str> = bindings.named(&stances, &flags).map(|(name, _)| name).collect();
        assert_eq!(named, ["stance", "spam"]);
    }

    #[test]
    fn a_source_takes_its_own_rows_and_columns_only() {
        let mut source = source(&[]);
        source.columns =
            ColumnMap::new(vec![Mapping { name: Known::ArticleTitle, header: "headline".to_owned() }]).unwrap();
        source.constants = vec![(Known::Target, "cars".to_owned())];
        source.rows = Some(Choice { column: "split".to_owned(), equals: header(&["train", "dev"]) });
        let header = header(&["text", "headline", "author", "split"]);
        assert_eq!(Bindings::headers(&source), ["headline", "split"]);
        let (mut stances, mut flags) = (Vec::new(), Vec::new());
        let bindings =
            Bindings::of_source(&source, 3, columns(&source.columns, &header), &header, &mut stances, &mut flags);
        let train = row(&["a", "T", "Ann", " train "]);
        assert!(bindings.takes(&train) && !bindings.takes(&row(&["a", "T", "Ann", "test"])));
        let cell = |known| bindings.cell(&train, known);
        assert_eq!(cell(Known::ArticleTitle), Some("T"));
        assert_eq!(cell(Known::Target), Some("cars"));
        assert_eq!(cell(Known::Author), None, "it is not named");
        assert_eq!((bindings.own("t"), bindings.scope), (Cow::Borrowed("3\u{1f}t"), Some(3)));
    }

    #[test]
    fn labels_of_one_name_are_one() {
        let mut known: Vec<(String, Vec<f32>)> = Vec::new();
        assert_eq!(["a", "b", "a"].map(|name| find_or_add(&mut known, name)), [0, 1, 0]);
        assert_eq!(known.len(), 2);
    }
}
