//! The loop around the screen: keys from the terminal, cells to it, and the terminal restored on every exit.

use std::io::{self, Stdout, Write};
use std::panic;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event};
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{execute, queue};

use crate::screen::app::{App, Effect};

/// The interval at which time is checked.
const TICK: Duration = Duration::from_millis(100);

/// The terminal that the program runs in.
///
/// # Errors
/// When there is none.
pub(crate) fn terminal() -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    Terminal::new(CrosstermBackend::new(io::stdout()))
}

/// Runs the screen until the reviewer quits, or `stop` says so, and gives leases back. `stop` is called several times a
/// second: it is true once the program was told to end.
///
/// The terminal is restored whatever happens: on leaving, on an error, and before a panic is reported.
///
/// # Errors
/// When the terminal cannot be read or written. Errors of the store are reported on the screen; only giving leases back
/// may fail here, and those expire by themselves.
pub(crate) fn run<B: Backend>(terminal: &mut Terminal<B>, app: &mut App, stop: &dyn Fn() -> bool) -> io::Result<()> {
    let raw = Raw::enter()?;
    let ran = turn(terminal, app, stop);
    let closed = app.close().map_err(io::Error::other);
    ran.and(closed).and(raw.elsewhere())
}

fn turn<B: Backend>(terminal: &mut Terminal<B>, app: &mut App, stop: &dyn Fn() -> bool) -> io::Result<()> {
    let failed = |error: B::Error| io::Error::other(error.to_string());
    let mut effect = Effect::Redraw;
    loop {
        if effect == Effect::Redraw {
            terminal.draw(|frame| app.draw(frame)).map_err(failed)?;
        }
        effect = if event::poll(TICK)? {
            match event::read()? {
                Event::Key(key) => app.on_key(key, now()),
                Event::Paste(text) => app.on_paste(&text),
                Event::Resize(..) => Effect::Redraw,
                Event::FocusGained | Event::FocusLost | Event::Mouse(_) => Effect::Nothing,
            }
        } else {
            Effect::Nothing
        };
        if effect == Effect::Quit || stop() {
            return Ok(());
        }
        if app.tick(now()) == Effect::Redraw {
            effect = Effect::Redraw;
        }
    }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

type Hook = dyn Fn(&panic::PanicHookInfo<'_>) + Send + Sync;

/// The terminal in raw mode, on an alternate screen; restored when this is dropped.
struct Raw {
    hook: Arc<Hook>,
    /// The message of another thread's panic, which would have been printed across the screen.
    panicked: Arc<Mutex<Option<String>>>,
}

impl Raw {
    fn enter() -> io::Result<Self> {
        enable_raw_mode()?;
        let raw = Self { hook: panic::take_hook().into(), panicked: Arc::default() };
        let (own, before, panicked) = (thread::current().id(), Arc::clone(&raw.hook), Arc::clone(&raw.panicked));
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == own {
                restore();
                before(info);
            } else if let Ok(mut panicked) = panicked.lock() {
                panicked.get_or_insert_with(|| info.to_string());
            }
        }));
        // Not Terminal::clear, which asks the terminal where its cursor is: not every terminal answers.
        execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All), EnableBracketedPaste)?;
        Ok(raw)
    }

    /// Fails where another thread panicked meanwhile.
    fn elsewhere(&self) -> io::Result<()> {
        let panicked = self.panicked.lock().ok().and_then(|mut panicked| panicked.take());
        panicked.map_or(Ok(()), |what| Err(io::Error::other(what)))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        restore();
        // A hook cannot be set while its thread panics.
        if !thread::panicking() {
            let hook = Arc::clone(&self.hook);
            panic::set_hook(Box::new(move |info| hook(info)));
        }
    }
}

/// Nothing more can be done where this fails.
fn restore() {
    let mut out = io::stdout();
    let _ = queue!(out, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = out.flush();
    let _ = disable_raw_mode();
}
