//! Comments and screens for tests.

use std::collections::BTreeMap;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::metrics::estimate::Estimate;
use crate::model::verdict::Why;
use crate::queue::comment_view::CommentView;
use crate::queue::decision::Seen;
use crate::queue::fill::Waiting;
use crate::queue::scored::{About, Beside, ModelRef, Score, Scored};
use crate::queue::state::{Selection, State};
use crate::queue::store::Store;
use crate::screen::app::{App, Effect};
use crate::screen::options::Options;
use crate::screen::retraining::{Candidate, NoRetraining, Progress, Retraining, RetrainingError};
use crate::thread::comment::Article;
use crate::train::audit_sample::Compared;
use crate::train::audit_sample::Measure;

/// The time of the tests: 2026-11-25 02:00.
pub(crate) const NOW: i64 = 1_795_572_000_000;

pub(crate) fn flag(p: f32) -> Score {
    Score::Flag { raised: p >= 0.5, unsure: false, p, threshold: 0.5 }
}

/// A comment that is in no store.
pub(crate) fn view(text: &str, flags: &[(&str, f32)]) -> CommentView {
    CommentView {
        id: 1,
        thread_id: "t".to_owned(),
        source_id: "c1".to_owned(),
        parent_id: None,
        author: Some("ann".to_owned()),
        created_at: None,
        text: text.to_owned(),
        article: Article::default(),
        model: ("house".to_owned(), "ab12".to_owned()),
        scores: flags.iter().map(|(label, p)| ((*label).to_owned(), flag(*p))).collect(),
        reasons: "[]".to_owned(),
        learnt: None,
        way: Selection::Flagged,
        state: State::Open,
        seats: 1,
        decisions: Vec::new(),
        notes: Vec::new(),
        seen: Seen::default(),
    }
}

/// A comment to import.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) id: &'static str,
    pub(crate) parent: Option<&'static str>,
    pub(crate) author: &'static str,
    pub(crate) text: String,
    pub(crate) p: [f32; 2],
    pub(crate) reasons: &'static str,
}

fn made(id: &'static str, parent: Option<&'static str>, author: &'static str, text: &str, p: [f32; 2]) -> Made {
    Made { id, parent, author, text: text.to_owned(), p, reasons: "[]" }
}

/// A thread with every kind of comment.
pub(crate) fn thread() -> Vec<Made> {
    let reasons = r#"[{"label":"toxicity","class":null,"feature":"words","text":"Denise Marrable","begin":68,"end":83,"share":0.9},
        {"label":"toxicity","class":null,"feature":"words","text":"parasites","begin":104,"end":113,"share":2.25},
        {"label":"off_topic","class":null,"feature":"little in common with the article: 0.04","text":null,"begin":null,"end":null,"share":0.7}]"#;
    vec![
        Made {
            reasons,
            ..made(
                "c1",
                None,
                "tidewatcher",
                "Ninety-one years. It got through a bomb on the dock and not through Denise Marrable with a spreadsheet. \
                 Parasites, the lot of them.\n\nWho voted for this?",
                [0.93, 0.2],
            )
        },
        made("c2", Some("c1"), "Gadfly_Brin", "I bet the building is sold already, you fools.", [0.81, 0.1]),
        made("c3", Some("c2"), "tidewatcher", "Who told you? Nobody's said a word about a sale.", [0.03, 0.1]),
        made("c4", Some("c1"), "Pamela \x1b[2J\u{202e}T", "Has anyone tried the new cafe on the pier?", [0.1, 0.66]),
        made("c5", None, "", "Good. The roof alone was half a million.", [0.05, 0.04]),
        made("c6", Some("c5"), "tidewatcher", "You would say that, idiot.", [0.72, 0.03]),
    ]
}

pub(crate) fn import(store: &mut Store, comments: &[Made], model: &str) {
    let labels: Vec<Vec<(&str, Score)>> = comments
        .iter()
        .map(|made| {
            let p = ["against", "favor", "none"].map(str::to_owned).into_iter().zip([0.55, 0.25, 0.2]);
            let stance =
                Score::Stance { class: Some("against".to_owned()), why: None, p: p.collect::<BTreeMap<_, _>>() };
            vec![("toxicity", flag(made.p[0])), ("off_topic", flag(made.p[1])), ("stance", stance)]
        })
        .collect();
    let scored: Vec<Scored<'_>> = comments
        .iter()
        .zip(&labels)
        .map(|(made, labels)| Scored {
            id: made.id,
            thread_id: Some("harbour"),
            parent_id: made.parent,
            author: (!made.author.is_empty()).then_some(made.author),
            created_at: Some("2026-11-24T20:30:00Z"),
            text: &made.text,
            article: About {
                title: Some("Council votes to close the Harbour Road library"),
                text: Some(
                    "The council decided on Tuesday to close the library at the end of March.\n\nThe roof is to blame.",
                ),
                ..About::default()
            },
            beside: Beside::default(),
            model: ModelRef { name: "house", hash: model },
            labels,
            reasons: made.reasons,
        })
        .collect();
    store.import(&scored, NOW - 1000).unwrap();
}

/// A comment with this many flags, the first of them raised.
pub(crate) fn import_flags(store: &mut Store, count: usize) {
    let names: Vec<String> = (1..=count).map(|number| format!("flag{number}")).collect();
    let labels: Vec<(&str, Score)> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), flag(if at == 0 { 0.9 } else { 0.1 }))).collect();
    import_labels(store, &labels);
}

/// A comment with a raised flag, and a stance that the model leaves to a person.
pub(crate) fn import_unsure(store: &mut Store) {
    let p = ["against", "favor", "none"].map(str::to_owned).into_iter().zip([0.55, 0.25, 0.2]).collect();
    let stance = Score::Stance { class: None, why: Some(Why::Unsure), p };
    import_labels(store, &[("toxicity", flag(0.9)), ("stance", stance)]);
}

fn import_labels(store: &mut Store, labels: &[(&str, Score)]) {
    let comment = Scored {
        id: "many",
        thread_id: None,
        parent_id: None,
        author: None,
        created_at: None,
        text: "Of many things at once.",
        article: About::default(),
        beside: Beside::default(),
        model: ModelRef { name: "house", hash: "ab12" },
        labels,
        reasons: "[]",
    };
    store.import(&[comment], NOW - 1000).unwrap();
}

/// A screen on its own store.
pub(crate) struct Seat {
    pub(crate) app: App,
    pub(crate) path: std::path::PathBuf,
    pub(crate) now: i64,
    _folder: Option<tempfile::TempDir>,
}

impl Seat {
    pub(crate) fn new(comments: &[Made]) -> Self {
        Self::with(comments, Options { colour: false, ..Options::new("ann") }, Box::new(NoRetraining))
    }

    pub(crate) fn with(comments: &[Made], options: Options, retraining: Box<dyn Retraining>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ombud.db");
        let mut store = Store::open(&path).unwrap();
        store.set_shares(0.0, 0.0, 1000).unwrap();
        import(&mut store, comments, "ab12");
        let app = App::new(&path, options, retraining, NOW).unwrap();
        let mut seat = Self { app, path, now: NOW, _folder: Some(folder) };
        seat.wait_for_worker();
        seat
    }

    /// Another reviewer at the same store.
    pub(crate) fn other(&self, reviewer: &str) -> Self {
        let options = Options { colour: false, ..Options::new(reviewer) };
        let app = App::new(&self.path, options, Box::new(NoRetraining), NOW).unwrap();
        let mut seat = Self { app, path: self.path.clone(), now: NOW, _folder: None };
        seat.wait_for_worker();
        seat
    }

    /// Waits for work in the background.
    pub(crate) fn wait_for_worker(&mut self) {
        loop {
            self.now += 1;
            self.app.tick(self.now);
            if !self.app.worker.is_busy() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    pub(crate) fn press(&mut self, code: KeyCode) -> Effect {
        let effect = self.held(code, KeyModifiers::NONE);
        self.wait_for_worker();
        effect
    }

    pub(crate) fn held(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Effect {
        self.now += 1000;
        self.app.on_key(KeyEvent::new(code, modifiers), self.now)
    }

    /// Each character is a key.
    pub(crate) fn keys(&mut self, keys: &str) {
        for key in keys.chars() {
            self.press(if key == '\n' { KeyCode::Enter } else { KeyCode::Char(key) });
        }
    }

    pub(crate) fn screen(&self, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.app.draw(frame)).unwrap();
        let shown = terminal.backend().to_string();
        // One line a row, without quotes and spaces at the end.
        let rows = shown.lines().map(|row| row.trim_start_matches('"').trim_end_matches('"').trim_end());
        rows.collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn message(&self) -> String {
        self.app.message.as_ref().map(|message| message.text.clone()).unwrap_or_default()
    }

    /// The source's id of the comment that is up.
    pub(crate) fn up(&self) -> String {
        self.app.list.pane.as_ref().map(|pane| pane.view.source_id.clone()).unwrap_or_default()
    }

    /// A reviewer's last decision.
    pub(crate) fn last(&self, reviewer: &str) -> String {
        let store = Store::open(&self.path).unwrap();
        store.latest(reviewer, 1).unwrap().first().map(|past| past.decision.to_string()).unwrap_or_default()
    }
}

/// Training that completes as soon as it is requested.
#[derive(Debug, Default)]
pub(crate) struct Dummy {
    pub(crate) progress: Progress,
    pub(crate) polls: u32,
}

impl Retraining for Dummy {
    fn start(&mut self) -> Result<(), RetrainingError> {
        self.progress = Progress::Running { seconds: 0.0 };
        self.polls = 0;
        Ok(())
    }

    fn poll(&mut self) -> Progress {
        self.polls += 1;
        if matches!(self.progress, Progress::Running { .. }) && self.polls > 1 {
            let compared = |label: &str, measure, old, new, rarest: (&str, usize)| {
                let rarest = (rarest.0.to_owned(), rarest.1);
                Compared { label: label.to_owned(), measure, old, new, n: 120, rarest }
            };
            let between = |value| Some(Estimate::between(value, value - 0.06, value + 0.05));
            let compared = vec![
                compared("toxicity", Measure::Auc, between(0.81), between(0.86), ("yes", 24)),
                compared("stance", Measure::MacroF1, between(0.55), between(0.51), ("favor", 31)),
                compared("reject", Measure::Auc, None, Some(Estimate::point(0.7)), ("yes", 1)),
            ];
            self.progress = Progress::Ready(Candidate { compared, queue: Waiting { now: 142, then: 131 } });
        }
        let progress = self.progress.clone();
        self.progress = match progress {
            Progress::Scoring { done: 6, .. } => Progress::Scored(6),
            Progress::Scoring { done, of } => Progress::Scoring { done: done + 3, of },
            Progress::Scored(_) => Progress::Idle,
            progress => progress,
        };
        self.progress.clone()
    }

    fn accept(&mut self) -> Result<(), RetrainingError> {
        self.progress = Progress::Scoring { done: 0, of: 6 };
        Ok(())
    }

    fn discard(&mut self) {
        self.progress = Progress::Idle;
    }
}
