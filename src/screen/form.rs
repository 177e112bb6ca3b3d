//! The form that sets which comments are shown, and in which order.

use ratatui::crossterm::event::KeyCode;

use crate::queue::filter::{Filter, Scope, View};
use crate::queue::order::Order;
use crate::screen::field::Field;
use crate::screen::worker::Search;

/// One question of the form.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// One of several.
    Choice { of: Vec<String>, at: usize },
    /// Any of several; one of them has the focus.
    Several { of: Vec<(String, bool)>, at: usize },
    /// What is typed.
    Text(Field),
}

impl Ask {
    fn choice(of: &[&str], at: Option<usize>) -> Self {
        Self::Choice { of: of.iter().map(|name| (*name).to_owned()).collect(), at: at.unwrap_or(0) }
    }

    /// One of the labels, or none.
    fn label(none: &str, labels: &[String], chosen: Option<&str>) -> Self {
        let mut of = vec![none.to_owned()];
        of.extend(labels.iter().cloned());
        // A label that is not here may still be asked for.
        of.extend(chosen.filter(|chosen| !labels.iter().any(|label| label == chosen)).map(str::to_owned));
        let at = chosen.and_then(|chosen| of.iter().skip(1).position(|label| label == chosen)).map_or(0, |at| at + 1);
        Self::Choice { of, at }
    }

    /// Any of the labels; a label that is not here may still be asked for.
    fn labels(labels: &[String], chosen: &[String]) -> Self {
        let here = labels.iter().map(|label| (label.clone(), chosen.contains(label)));
        let others = chosen.iter().filter(|chosen| !labels.contains(chosen)).map(|label| (label.clone(), true));
        Self::Several { of: here.chain(others).collect(), at: 0 }
    }

    fn text(text: Option<&str>) -> Self {
        Self::Text(Field::new(text.unwrap_or_default()))
    }

    fn at(&self) -> usize {
        if let Self::Choice { at, .. } = self { *at } else { 0 }
    }

    /// The choice, if it is not the first, which is none; or the typed text.
    fn given(&self) -> Option<String> {
        match self {
            Self::Choice { at: 0, .. } | Self::Several { .. } => None,
            Self::Choice { of, at } => of.get(*at).cloned(),
            Self::Text(field) => field.given(),
        }
    }

    /// What is chosen, where it may be several.
    pub(crate) fn chosen(&self) -> Vec<String> {
        match self {
            Self::Several { of, .. } => of.iter().filter(|(_, on)| *on).map(|(name, _)| name.clone()).collect(),
            _ => Vec::new(),
        }
    }

    fn on_key(&mut self, code: KeyCode) {
        match self {
            Self::Text(field) => drop(field.on_key(code)),
            Self::Several { of, at } => match code {
                KeyCode::Right => *at = (*at + 1) % of.len().max(1),
                KeyCode::Left => *at = (*at + of.len().saturating_sub(1)) % of.len().max(1),
                KeyCode::Char(' ') => of.iter_mut().skip(*at).take(1).for_each(|(_, on)| *on = !*on),
                KeyCode::Backspace | KeyCode::Delete => of.iter_mut().for_each(|(_, on)| *on = false),
                _ => {}
            },
            Self::Choice { of, at } => match code {
                KeyCode::Right | KeyCode::Char(' ') => *at = (*at + 1) % of.len().max(1),
                KeyCode::Left => *at = (*at + of.len().saturating_sub(1)) % of.len().max(1),
                KeyCode::Backspace | KeyCode::Delete | KeyCode::Home => *at = 0,
                _ => {}
            },
        }
    }
}

/// The questions, and which of them is being answered.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Names and questions, in the order of [`NAMES`].
    pub(crate) asks: Vec<Ask>,
    pub(crate) at: usize,
}

pub(crate) const NAMES: [&str; 11] = [
    "any of these raised",
    "state",
    "which comments",
    "thread",
    "author",
    "words in the text",
    "score of label",
    "  from",
    "  to",
    "what I skipped",
    "order",
];

const VIEWS: [(View, &str); 4] =
    [(View::Open, "waiting"), (View::Done, "decided"), (View::Escalated, "escalated"), (View::All, "all")];

const SCOPES: [(Scope, &str); 2] =
    [(Scope::Queue, "flagged, and the audit sample"), (Scope::Everything, "everything, flagged or not")];

/// The effect of a key.
pub(crate) enum Answered {
    /// The form stays.
    Open,
    /// It was left.
    Left,
    /// It is filled in; or why it cannot be so.
    Given(Box<Result<(Order, Filter), FormError>>),
}

/// Why the form cannot be applied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum FormError {
    /// A bound of a score is not a number, or is outside [0, 1].
    #[error("{0:?} is not a probability: give a number between 0 and 1, such as 0.8")]
    Probability(String),
    /// The bounds of a score are reversed.
    #[error("from {low} to {high}: no score can match")]
    Range { low: f32, high: f32 },
    /// Bounds without the label whose score they are of.
    #[error("from and to: choose the label of the score")]
    NoLabel,
}

impl Form {
    /// `labels` are the known ones, and which of them are stances.
    pub(crate) fn new(search: &Search, labels: &[(String, bool)]) -> Self {
        let Search { order, filter, .. } = search;
        let flags: Vec<String> = labels.iter().filter(|(_, stance)| !stance).map(|(name, _)| name.clone()).collect();
        let labels: Vec<String> = labels.iter().map(|(name, _)| name.clone()).collect();
        let score = filter.score.as_ref();
        let number = |number: f32| Some(number.to_string());
        let asks = vec![
            Ask::labels(&flags, &filter.raised),
            Ask::choice(&VIEWS.map(|(_, name)| name), VIEWS.iter().position(|(view, _)| *view == filter.view)),
            Ask::choice(&SCOPES.map(|(_, name)| name), SCOPES.iter().position(|(scope, _)| *scope == filter.scope)),
            Ask::text(filter.thread.as_deref()),
            Ask::text(filter.author.as_deref()),
            Ask::text(filter.text.as_deref()),
            Ask::label("none", &labels, score.map(|(label, ..)| label.as_str())),
            Ask::text(score.and_then(|(_, low, _)| number(*low)).as_deref()),
            Ask::text(score.and_then(|(.., high)| number(*high)).as_deref()),
            Ask::choice(&["no", "too"], Some(usize::from(filter.skipped))),
            Ask::choice(&Order::ALL.map(Order::name), Order::ALL.iter().position(|known| known == order)),
        ];
        Self { asks, at: 0 }
    }

    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(Ask::Text(field)) = self.asks.get_mut(self.at) {
            field.paste(text);
        }
    }

    pub(crate) fn on_key(&mut self, code: KeyCode) -> Answered {
        match code {
            KeyCode::Esc => return Answered::Left,
            KeyCode::Enter => return Answered::Given(Box::new(self.given())),
            KeyCode::Down | KeyCode::Tab => self.at = (self.at + 1) % self.asks.len(),
            KeyCode::Up | KeyCode::BackTab => self.at = (self.at + self.asks.len() - 1) % self.asks.len(),
            code => {
                if let Some(ask) = self.asks.get_mut(self.at) {
                    ask.on_key(code);
                }
            }
        }
        Answered::Open
    }

    fn given(&self) -> Result<(Order, Filter), FormError> {
        let ask = |place: usize| self.asks.get(place);
        let given = |place: usize| ask(place).and_then(Ask::given);
        let at = |place: usize| ask(place).map_or(0, Ask::at);
        let share = |place: usize, otherwise: f32| match given(place) {
            None => Ok(otherwise),
            Some(text) => match text.replace(',', ".").parse::<f32>() {
                Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
                _ => Err(FormError::Probability(text)),
            },
        };
        let (low, high) = (share(7, 0.0)?, share(8, 1.0)?);
        let score = match given(6) {
            Some(_) if low > high => return Err(FormError::Range { low, high }),
            Some(label) => Some((label, low, high)),
            None if given(7).is_some() || given(8).is_some() => {
                return Err(FormError::NoLabel);
            }
            None => None,
        };
        let filter = Filter {
            view: VIEWS.get(at(1)).map(|(view, _)| *view).unwrap_or_default(),
            scope: SCOPES.get(at(2)).map(|(scope, _)| *scope).unwrap_or_default(),
            raised: ask(0).map(Ask::chosen).unwrap_or_default(),
            score,
            thread: given(3),
            author: given(4),
            text: given(5),
            skipped: at(9) == 1,
        };
        Ok((Order::ALL.get(at(10)).copied().unwrap_or_default(), filter))
    }
}

/// A filter in a few words.
pub(crate) fn describe(filter: &Filter) -> String {
    let mut parts = Vec::new();
    match filter.view {
        View::Open => {}
        View::Done => parts.push("decided".to_owned()),
        View::Escalated => parts.push("escalated".to_owned()),
        View::All => parts.push("all".to_owned()),
    }
    if filter.scope == Scope::Everything {
        parts.push("flagged or not".to_owned());
    }
    if !filter.raised.is_empty() {
        parts.push(format!("{} raised", filter.raised.join(" or ")));
    }
    if let Some((label, low, high)) = &filter.score {
        parts.push(format!("{label} {low} to {high}"));
    }
    let named = [("thread", &filter.thread), ("by", &filter.author), ("with", &filter.text)];
    for (name, value) in named {
        if let Some(value) = value {
            parts.push(if name == "with" { format!("with “{value}”") } else { format!("{name} {value}") });
        }
    }
    if filter.skipped {
        parts.push("skipped too".to_owned());
    }
    if parts.is_empty() { "queue".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(filter: &Filter) -> Form {
        let search = Search { number: 0, order: Order::Newest, filter: filter.clone() };
        Form::new(&search, &[("toxicity".to_owned(), false), ("stance".to_owned(), true)])
    }

    #[test]
    fn a_form_gives_the_filter_that_it_was_made_of() {
        let some = |text: &str| Some(text.to_owned());
        let filter = Filter {
            view: View::All,
            scope: Scope::Everything,
            raised: vec!["toxicity".to_owned(), "gone".to_owned()],
            score: Some(("toxicity".to_owned(), 0.25, 0.75)),
            thread: some("t1"),
            author: some("Zoë"),
            text: some("two words"),
            skipped: true,
        };
        assert_eq!(form(&filter).given(), Ok((Order::Newest, filter.clone())));
        assert_eq!(form(&Filter::default()).given(), Ok((Order::Newest, Filter::default())));
        assert_eq!(
            describe(&filter),
            "all, flagged or not, toxicity or gone raised, toxicity 0.25 to 0.75, thread t1, by Zoë, with “two words”, skipped too"
        );
    }

    #[test]
    fn several_labels_are_marked() {
        let mut form = form(&Filter { raised: vec!["gone".to_owned()], ..Filter::default() });
        for key in [KeyCode::Char(' '), KeyCode::Right, KeyCode::Right, KeyCode::Left] {
            form.on_key(key);
        }
        assert_eq!(form.given().unwrap().1.raised, ["toxicity", "gone"]);
        form.on_key(KeyCode::Char(' '));
        assert_eq!(form.given().unwrap().1.raised, ["toxicity"]);
        form.on_key(KeyCode::Backspace);
        assert_eq!(form.given().unwrap().1, Filter::default());
        // Without flags there is nothing to mark.
        let mut none = Ask::labels(&[], &[]);
        for key in [KeyCode::Char(' '), KeyCode::Right, KeyCode::Left] {
            none.on_key(key);
        }
    }

    #[test]
    fn what_cannot_be_is_said() {
        let mut form = form(&Filter::default());
        form.asks[7] = Ask::text(Some("0,8"));
        assert_eq!(form.given().unwrap_err().to_string(), "from and to: choose the label of the score");
        form.asks[6].on_key(KeyCode::Right);
        assert_eq!(form.given().unwrap().1.score, Some(("toxicity".to_owned(), 0.8, 1.0)));
        form.asks[8] = Ask::text(Some("0.5"));
        assert_eq!(form.given().unwrap_err().to_string(), "from 0.8 to 0.5: no score can match");
        form.asks[8] = Ask::text(Some("80 %"));
        assert_eq!(
            form.given().unwrap_err().to_string(),
            "\"80 %\" is not a probability: give a number between 0 and 1, such as 0.8"
        );
    }
}
