//! The columns of an annotation file, determined once its contents are known.

use rustc_hash::FxHashSet;

use crate::thread::annotated::draft::Answer;
use crate::thread::annotated::joined_row::JoinedRow;
use crate::thread::annotated::sheet::{Column, Kind, Question};
use crate::thread::cells::Cells;
use crate::thread::label_column::{Asked, LabelColumn, is_answer};

/// The columns of the rows handed out.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) header: Vec<String>,
    pub(crate) labels: Vec<LabelColumn>,
    /// The source of each column among the columns read.
    sources: Vec<Source>,
}

#[derive(Debug)]
enum Source {
    Plain(usize),
    Flag(usize),
    /// The answer that most gave.
    Class(usize),
    /// The share that gave this answer.
    Answer(usize, usize),
    /// All answers, as a list.
    List(usize),
}

/// How a question is represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Class,
    Flags,
    List,
}

impl Layout {
    /// Builds the layout for the columns read, given that `done` rows are by annotators who were done with their
    /// comment. Where the data leave a choice, `asked` decides.
    pub(crate) fn new(columns: &[Column], done: u64, asked: Asked<'_>) -> Self {
        let mut layout = Self::default();
        // A comment's own columns keep their names, whatever answers are called.
        let mut names = Names(columns.iter().filter(|column| matches!(column.kind, Kind::Plain)).map(own).collect());
        for (at, column) in columns.iter().enumerate() {
            if matches!(column.kind, Kind::Plain) {
                layout.header.push(column.name.clone());
                layout.sources.push(Source::Plain(at));
            }
        }
        for (at, column) in columns.iter().enumerate() {
            let question = column.name.as_str();
            match &column.kind {
                Kind::Plain => {}
                Kind::Flag(from) => {
                    let name = names.take(&column.name, from);
                    let label = LabelColumn {
                        name,
                        is_flag: true,
                        question: (*from).to_owned(),
                        answer: column.name.clone(),
                        is_guessed: false,
                    };
                    layout.label(label, Source::Flag(at));
                }
                Kind::Question(own) if !own.is_likely() => {
                    layout.header.push(names.take(question, "data"));
                    layout.sources.push(Source::Class(at));
                }
                Kind::Question(own) => match form(question, own, done, asked) {
                    Form::Class => {
                        let name = names.take(question, "label");
                        let answer = String::new();
                        let label = LabelColumn {
                            name,
                            is_flag: false,
                            question: question.to_owned(),
                            answer,
                            is_guessed: !own.is_certain,
                        };
                        layout.label(label, Source::Class(at));
                    }
                    Form::Flags => {
                        for (number, answer) in own.answers.iter().enumerate() {
                            let name = names.take(answer, question);
                            let (question, answer) = (question.to_owned(), answer.clone());
                            let label =
                                LabelColumn { name, is_flag: true, question, answer, is_guessed: !own.is_certain };
                            layout.label(label, Source::Answer(at, number));
                        }
                    }
                    Form::List => {
                        layout.header.push(names.take(question, "label"));
                        layout.sources.push(Source::List(at));
                    }
                },
            }
        }
        layout
    }

    fn label(&mut self, label: LabelColumn, source: Source) {
        self.header.push(label.name.clone());
        self.labels.push(label);
        self.sources.push(source);
    }

    /// Fills the cells of a row.
    pub(crate) fn fill(&self, columns: &[Column], row: &JoinedRow, cells: &mut Cells) {
        cells.clear();
        for source in &self.sources {
            match *source {
                Source::Plain(at) => cells.push(row.text(at)),
                Source::Flag(at) => cells.push(&row.flag(at)),
                Source::Answer(at, answer) => cells.push(&row.share_of(at, answer)),
                Source::Class(at) => cells.push(class(columns, row, at)),
                Source::List(at) => cells.push(&list(columns, row, at)),
            }
        }
    }
}

fn own(column: &Column) -> String {
    column.name.clone()
}

/// The names in use.
struct Names(FxHashSet<String>);

impl Names {
    /// A free name: `name`, or `name` prefixed with `of`.
    fn take(&mut self, name: &str, of: &str) -> String {
        let mut new = name.to_owned();
        while self.0.contains(&new) {
            new = format!("{of}.{new}");
        }
        self.0.insert(new.clone());
        new
    }
}

fn form(name: &str, question: &Question, done: u64, asked: Asked<'_>) -> Form {
    if question.has_more {
        return if question.has_several { Form::List } else { Form::Class };
    }
    let is_stance = asked.stances.iter().any(|stance| stance == name);
    if is_stance && !question.has_several {
        return Form::Class;
    }
    let is_of = |flag: &String| {
        flag == name || question.answers.iter().any(|answer| flag == answer || is_answer(flag, name, answer))
    };
    let is_alone = question.answers.len() == 1 && question.rows < done;
    let is_flags = question.has_several || question.has_none || is_alone || asked.flags.iter().any(is_of);
    if is_flags { Form::Flags } else { Form::Class }
}

fn text<'a>(columns: &'a [Column], at: usize, answer: &'a Answer) -> &'a str {
    match (answer, columns.get(at).map(|column| &column.kind)) {
        (Answer::Other(text), _) => text,
        (Answer::Known(number), Some(Kind::Question(question))) => {
            question.answers.get(*number).map_or("", String::as_str)
        }
        (Answer::Known(_), _) => "",
    }
}

/// The answer that most gave; empty if there is a tie.
fn class<'a>(columns: &'a [Column], row: &'a JoinedRow, at: usize) -> &'a str {
    match row.answers(at).as_slice() {
        [(answer, count), rest @ ..] if rest.first().is_none_or(|(_, next)| next < count) => text(columns, at, answer),
        _ => "",
    }
}

fn list(columns: &[Column], row: &JoinedRow, at: usize) -> String {
    let answers: Vec<&str> = row.answers(at).iter().map(|(answer, _)| text(columns, at, answer)).collect();
    if row.is_answered(at) { serde_json::json!(answers).to_string() } else { String::new() }
}
