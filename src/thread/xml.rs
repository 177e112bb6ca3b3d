//! Reads exports in XML, element by element. Malformed XML is reported with its line, and reading goes on after it.

#[cfg(test)]
pub(crate) mod all_rows;
mod counted;
mod stack;

use std::io;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader};

use crate::thread::comments::Comments;
use crate::thread::error::ThreadError;
use crate::thread::export::Input;
use crate::thread::row::{Next, RECORD_LIMIT, Row};
use crate::thread::row_source::RowSource;
use crate::thread::xml::counted::Counted;
use crate::thread::xml::stack::Stack;

/// Finds the comments in the elements of a file.
pub(crate) trait XmlExport: Default + Send + 'static {
    /// The role of an element.
    type Element: Copy + Send;
    /// What such a file is, after "it is".
    const WHAT: &'static str;
    /// The columns that its comments can have.
    const COLUMNS: &'static [&'static str];

    /// The role of an element, from the role of the enclosing element, its prefix and its name.
    fn element(within: Option<Self::Element>, prefix: &str, name: &str) -> Self::Element;

    /// Whether the element's text is wanted; text elsewhere is ignored.
    fn is_text(element: Self::Element) -> bool;

    /// Called when an element begins on `line`; `id` is the value of its attribute `id`.
    fn open(&mut self, element: Self::Element, id: Option<&str>, line: u64, out: &mut Comments);

    /// Called when an element ends; `text` is its text, if wanted.
    fn close(&mut self, element: Self::Element, text: &str, out: &mut Comments);

    /// Called when something on `line` is malformed.
    fn broken(&mut self, line: u64, reason: String, out: &mut Comments);

    /// Called at the end of the file.
    fn end(&mut self, out: &mut Comments) {
        let _ = out;
    }
}

/// The first element of the XML: its name without prefix, and the values of its attributes.
pub(crate) fn root(head: &str) -> Option<(String, Vec<String>)> {
    let mut reader = Reader::from_str(head);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                let mut attributes = tag.html_attributes();
                let values = attributes.with_checks(false).flatten();
                let values = values.map(|attribute| attribute.value.into_owned()).collect();
                return Some((tag.local_name().as_ref().to_owned(), values));
            }
            Event::Text(text) if !text.trim().is_empty() => return None,
            Event::Eof | Event::CData(_) | Event::GeneralRef(_) | Event::End(_) => return None,
            _ => {}
        }
    }
}

/// Opens a file of such an export.
#[expect(clippy::unnecessary_wraps, reason = "opening another format may fail")]
pub(crate) fn open<E: XmlExport>(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    let out = Comments::new(file.clone(), E::COLUMNS);
    Ok(Box::new(XmlRows::<E> {
        file,
        header: out.header(),
        out,
        has_given: false,
        reader: Some(lenient(Counted::new(reader))),
        buffer: Vec::new(),
        document: Document { export: E::default(), stack: Stack::default(), text: String::new() },
    }))
}

/// A reader that accepts unmatched end tags: they are matched here, so that a missing one costs as little as possible.
fn lenient(counted: Counted) -> Reader<Counted> {
    let mut reader = Reader::from_reader(counted);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

struct XmlRows<E: XmlExport> {
    file: String,
    header: Vec<String>,
    out: Comments,
    /// Whether a comment or a refusal was handed out.
    has_given: bool,
    /// `None` once the file is at its end.
    reader: Option<Reader<Counted>>,
    buffer: Vec<u8>,
    document: Document<E>,
}

/// The state of the document being read.
struct Document<E: XmlExport> {
    export: E,
    stack: Stack<E::Element>,
    /// The text so far of the current element, if wanted.
    text: String,
}

impl<E: XmlExport> RowSource for XmlRows<E> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        loop {
            if let Some(next) = self.out.next(row) {
                self.has_given = true;
                return Ok(next);
            }
            let Some(reader) = self.reader.take() else { return self.end() };
            self.reader = self.step(reader)?;
        }
    }

    fn has_row(&self) -> bool {
        !self.out.is_empty()
    }

    fn remarks(&mut self) -> Vec<String> {
        self.out.remarks()
    }
}

impl<E: XmlExport> XmlRows<E> {
    /// Ends the file. An export without a comment is an error: it is hardly the file the user meant.
    fn end(&mut self) -> Result<Next, ThreadError> {
        if std::mem::replace(&mut self.has_given, true) {
            return Ok(Next::End);
        }
        let mut why = vec![format!("it is {} that has no comments of readers", E::WHAT)];
        why.extend(self.out.remarks());
        let why = why.join("; ");
        Err(ThreadError::NoComment { file: self.file.clone(), why })
    }

    /// Reads one event; returns the reader unless the file is at its end.
    fn step(&mut self, mut reader: Reader<Counted>) -> Result<Option<Reader<Counted>>, ThreadError> {
        let Self { document, out, buffer, file, .. } = self;
        buffer.clear();
        let first = reader.get_mut().begin();
        let event = reader.read_event_into(buffer);
        let error = match event {
            Ok(event) => {
                let line = reader.get_ref().line();
                let is_end = matches!(event, Event::Eof);
                document.event(event, first, line, out);
                return Ok((!is_end).then_some(reader));
            }
            Err(error) => error,
        };
        let mut counted = reader.into_inner();
        let line = counted.line();
        if counted.is_over() {
            let reason = format!("what begins here has more than {} MiB; nothing after it is read", RECORD_LIMIT >> 20);
            document.fail(first, reason, out);
            return Ok(None);
        }
        if let Error::Io(source) = error {
            let source = io::Error::new(source.kind(), source.to_string());
            return Err(ThreadError::Read { file: file.clone(), line, source });
        }
        if counted.is_at_end().map_err(|source| ThreadError::Read { file: file.clone(), line, source })? {
            document.fail(first, format!("the file ends in the middle: {}", told(&error)), out);
            return Ok(None);
        }
        document.export.broken(first, told(&error), out);
        Ok(Some(lenient(counted)))
    }
}

fn told(error: &Error) -> String {
    match error {
        Error::Encoding(_) => "it has bytes that are not UTF-8; --encoding names another encoding".to_owned(),
        error => error.to_string(),
    }
}

impl<E: XmlExport> Document<E> {
    /// Handles an event that begins on the line `first` and ends on `line`.
    fn event(&mut self, event: Event<'_>, first: u64, line: u64, out: &mut Comments) {
        match event {
            Event::Start(tag) => self.start(&tag, false, (first, line), out),
            Event::Empty(tag) => self.start(&tag, true, (first, line), out),
            Event::End(tag) => self.end_tag(tag.name().as_ref(), line, out),
            Event::Text(text) => self.push(&text.xml10_content(), line, out),
            Event::CData(text) => self.push(&text.xml10_content(), line, out),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", &*name);
                self.push(&html_escape::decode_html_entities(&reference), line, out);
            }
            Event::Eof if self.stack.is_empty() => self.export.end(out),
            Event::Eof => {
                let name = self.stack.last_name().to_owned();
                self.fail(line, format!("the file ends in the middle, where <{name}> is open"), out);
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, is_empty: bool, (first, line): (u64, u64), out: &mut Comments) {
        let name = tag.name();
        let name = name.as_ref();
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            let reason = format!("a `<` begins no element; what follows it is not read as far as line {line}");
            self.export.broken(first, reason, out);
            return;
        }
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let element = E::element(self.stack.last(), prefix, local);
        if self.stack.has_text() {
            // Unescaped markup is part of the text.
            return self.push(&format!("<{}>", &**tag), line, out);
        }
        let id = tag.html_attributes().with_checks(false).flatten().find_map(|attribute| {
            (attribute.key.local_name().as_ref() == "id")
                .then(|| html_escape::decode_html_entities(&attribute.value).into_owned())
        });
        if !self.stack.push(element, name, E::is_text(element)) {
            if is_empty {
                self.stack.leave();
            }
            return self.export.broken(line, "its elements are nested too deeply".to_owned(), out);
        }
        self.text.clear();
        self.export.open(element, id.as_deref(), first, out);
        if is_empty {
            self.end_tag(name, line, out);
        }
    }

    fn end_tag(&mut self, name: &str, line: u64, out: &mut Comments) {
        if self.stack.leave() {
            return;
        }
        if !self.stack.has(name) {
            return if self.stack.has_text() {
                self.push(&format!("</{name}>"), line, out);
            } else {
                self.export.broken(line, format!("</{name}> ends nothing that is open"), out);
            };
        }
        while let Some(open) = self.stack.pop() {
            let is_last = open.name == name;
            if !is_last {
                self.export.broken(line, format!("<{}> does not end before </{name}>", open.name), out);
            }
            self.export.close(open.element, &self.text, out);
            self.text.clear();
            if is_last {
                return;
            }
        }
    }

    fn push(&mut self, text: &str, line: u64, out: &mut Comments) {
        if !self.stack.has_text() {
            return;
        }
        if self.text.len() + text.len() > RECORD_LIMIT {
            let reason = format!("its text has more than {} MiB", RECORD_LIMIT >> 20);
            return self.export.broken(line, reason, out);
        }
        self.text.push_str(text);
    }

    /// Records that nothing more can be read.
    fn fail(&mut self, line: u64, reason: String, out: &mut Comments) {
        self.export.broken(line, reason, out);
        while let Some(open) = self.stack.pop() {
            self.export.close(open.element, "", out);
        }
        self.export.end(out);
    }
}
