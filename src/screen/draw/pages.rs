//! The batch, the comparison of two models, and the keys.

use ratatui::layout::Rect;

use crate::metrics::estimate::Estimate;
use crate::queue::decision::Action;
use crate::report::columns::cell_excerpt;
use crate::screen::app::App;
use crate::screen::batch_page::{BatchPage, Stage};
use crate::screen::draw::cell::padded;
use crate::screen::form::describe;
use crate::screen::keymap::Command;
use crate::screen::layout::Line;
use crate::screen::options::answered;
use crate::screen::paint::Canvas;
use crate::screen::retraining::Candidate;
use crate::screen::tone::Tone;
use crate::train::audit_sample::{Compared, FEW};

impl App {
    pub(crate) fn draw_batch(&self, canvas: &mut Canvas<'_>, area: Rect, batch: &BatchPage) {
        let width = usize::from(area.width);
        let mut lines = vec![vec![
            ("One decision on: ".to_owned(), Tone::Dim),
            (cell_excerpt(&describe(&self.search.filter), width.saturating_sub(17)), Tone::Bold),
        ]];
        let count = batch.preview.as_ref().map(|preview| preview.count);
        lines.push(match count {
            None => vec![("counting …".to_owned(), Tone::Dim)],
            Some(1) => vec![("1 comment that awaits you".to_owned(), Tone::Bold)],
            Some(count) => vec![(format!("{count} comments that await you"), Tone::Bold)],
        });
        // The pending decision is above what may find no room.
        let decision = cell_excerpt(&self.options.words.describe(&batch.decision()), width.saturating_sub(36));
        let count = count.unwrap_or(0);
        let comments = if count == 1 { "comment" } else { "comments" };
        lines.push(match batch.stage {
            Stage::Choosing if batch.decision().is_empty() => {
                vec![("Choose an action or answer labels.".to_owned(), Tone::Plain)]
            }
            Stage::Choosing => {
                let key = self.options.keymap.shown(Command::Save);
                vec![(format!("{key}: {decision}, {count} {comments}"), Tone::Plain)]
            }
            Stage::Asking => {
                vec![(format!("{decision}: {count} {comments}? Type y; any other key goes back."), Tone::Raised)]
            }
            Stage::Writing => vec![(format!("{decision}: {count} {comments} …"), Tone::Raised)],
        });
        lines.push(Line::new());
        lines.push(self.actions(batch));
        lines.extend(batch.draft.answers.iter().enumerate().map(|(place, open)| {
            let key = self.label_key(&batch.draft, place);
            let said = open
                .answer
                .as_ref()
                .map_or(("–".to_owned(), Tone::Dim), |answer| (cell_excerpt(answered(answer), 16), Tone::Bold));
            vec![
                (padded(&key, 3), Tone::Bold),
                (padded(&open.label, 22), Tone::Plain),
                ("→ ".to_owned(), Tone::Dim),
                said,
            ]
        }));
        lines.push(Line::new());
        if let Some(preview) = batch.preview.as_ref().filter(|preview| preview.count > 0) {
            let shown = preview.first.len();
            let head = if shown < count { format!("the first {shown} of them") } else { "all of them".to_owned() };
            lines.push(vec![(head, Tone::Dim)]);
            lines.extend(preview.first.iter().map(|item| {
                let author = item.author.as_deref().unwrap_or("–");
                let text = cell_excerpt(&item.excerpt, width.saturating_sub(18));
                vec![(padded(author, 18), Tone::Bold), (text, Tone::Plain)]
            }));
        }
        canvas.lines(area, &lines);
    }

    fn actions(&self, batch: &BatchPage) -> Line {
        let mut line = Line::new();
        let all = [
            (Action::Approve, Command::Approve),
            (Action::Reject, Command::Reject),
            (Action::Escalate, Command::Escalate),
        ];
        for (action, command) in all {
            let chosen = batch.action == Some(action);
            let key = self.options.keymap.shown(command);
            line.push((key, Tone::Bold));
            let word = cell_excerpt(self.options.words.of(action), 20);
            line.push((
                format!(" [{}] {word}   ", if chosen { "x" } else { " " }),
                if chosen { Tone::Bold } else { Tone::Plain },
            ));
        }
        line
    }

    #[expect(clippy::unused_self, reason = "drawn like the other pages")]
    pub(crate) fn draw_learn(&self, canvas: &mut Canvas<'_>, area: Rect, candidate: &Candidate) {
        let Candidate { compared, queue } = candidate;
        let mut lines = vec![
            vec![("A new model has learnt from the decisions.".to_owned(), Tone::Bold)],
            vec![("Both measured on the decided comments of the audit sample; more is better.".to_owned(), Tone::Dim)],
            vec![(
                "AUC: how often a yes is scored above a no; macro-F1: mean of the classes' F1.".to_owned(),
                Tone::Dim,
            )],
            Line::new(),
            vec![(
                format!("{:18}{:10}{:23}{:23}{:>5}", "label", "measure", "in use (95 %)", "new (95 %)", "n"),
                Tone::Dim,
            )],
        ];
        for one in compared {
            let Compared { label, measure, old, new, n, .. } = one;
            let tone = match (old, new) {
                _ if one.is_too_few() => Tone::Dim,
                (Some(old), Some(new)) if new.value > old.value => Tone::Good,
                (Some(old), Some(new)) if new.value < old.value => Tone::Bad,
                _ => Tone::Plain,
            };
            lines.push(vec![
                (padded(label, 18), Tone::Bold),
                (padded(measure.name(), 10), Tone::Dim),
                (padded(&figure(old.as_ref()), 23), Tone::Plain),
                (padded(&figure(new.as_ref()), 23), tone),
                (format!("{n:>5}"), Tone::Dim),
            ]);
            if one.is_too_few() {
                lines.push(vec![(too_few(one), Tone::Dim)]);
            }
        }
        if compared.iter().all(|compared| compared.n == 0) {
            lines.push(vec![("nothing in the sample is decided yet, so there are no figures".to_owned(), Tone::Plain)]);
        }
        lines.push(Line::new());
        lines.push(vec![("queue: ".to_owned(), Tone::Dim), (queue.to_string(), Tone::Bold)]);
        let ask = "Use the new model? y: yes, and rescore the queue; n: discard it; Esc: later.";
        lines.push(vec![(ask.to_owned(), Tone::Raised)]);
        canvas.lines(area, &lines);
    }

    /// Every key, and the meaning of the signs.
    pub(crate) fn help(&self) -> Vec<Line> {
        let words = &self.options.words;
        let labels: Vec<String> = (1..=9).map(|number| self.options.keymap.shown(Command::Label(number))).collect();
        let other_label = |command: Command| matches!(command, Command::Label(number) if number > 1);
        let mut lines: Vec<Line> = self
            .options
            .keymap
            .list()
            .filter(|(command, ..)| !other_label(*command))
            .map(|(command, keys, does)| {
                let word = match command {
                    Command::Approve => Some(&words.approve),
                    Command::Reject => Some(&words.reject),
                    Command::Escalate => Some(&words.escalate),
                    _ => None,
                };
                let does = word
                    .filter(|word| !does.starts_with(word.as_str()))
                    .map_or_else(|| does.to_owned(), |word| format!("{} ({does})", cell_excerpt(word, 24)));
                let keys = if command == Command::Label(1) { labels.join(" ") } else { keys };
                vec![(padded(&keys, 19), Tone::Bold), (does, Tone::Plain)]
            })
            .collect();
        let say = |text: &str| vec![(text.to_owned(), Tone::Plain)];
        lines.push(Line::new());
        lines.push(say("Escape goes back. Control-C quits. Other keys with Control or Alt do nothing."));
        lines.push(say("An action saves only the labels that you answered; labels only saves all as shown."));
        lines.push(say("Decisions are saved at once: quitting loses nothing, and undo works after a restart."));
        lines.push(Line::new());
        let signs = [
            ("▲", Tone::Raised, "a flag is raised"),
            ("?", Tone::Unsure, "the model leaves it to you"),
            ("○", Tone::Dim, "in the audit sample, which shows what the model misses"),
            ("·", Tone::Dim, "not flagged"),
            ("✓", Tone::Good, "decided"),
            ("!", Tone::Bad, "escalated"),
        ];
        lines.extend(signs.map(|(sign, tone, means)| vec![(padded(sign, 19), tone), (means.to_owned(), Tone::Plain)]));
        let shades = [("strong", Tone::Strong), ("medium", Tone::Medium), ("weak", Tone::Weak)];
        let mut line = vec![("words that raised a flag, by strength: ".to_owned(), Tone::Plain)];
        for (name, tone) in shades {
            line.push((name.to_owned(), tone));
            line.push((" ".to_owned(), Tone::Plain));
        }
        lines.push(line);
        lines
    }
}

/// `0.810 (0.74 to 0.88)`.
fn figure(estimate: Option<&Estimate>) -> String {
    match estimate {
        Some(Estimate { value, low: Some(low), high: Some(high) }) => format!("{value:.3} ({low:.2} to {high:.2})"),
        Some(Estimate { value, .. }) => format!("{value:.3}"),
        None => "–".to_owned(),
    }
}

fn too_few(compared: &Compared) -> String {
    let (answer, count) = &compared.rarest;
    let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
    format!("  too few to tell: “{}” was answered {times}; {FEW} are needed", cell_excerpt(answer, 20))
}
