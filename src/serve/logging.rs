//! The log: one JSON object a line on standard error, without a word of any comment.

use std::io;

use tracing::level_filters::LevelFilter;

/// Sends the log to standard error; errors alone where the program is to be quiet. For the program: a library leaves it to whose
/// library it is.
pub(crate) fn start(quiet: bool) {
    let level = if quiet { LevelFilter::ERROR } else { LevelFilter::INFO };
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_target(false).with_max_level(level);
    // An error means that somebody else has taken it.
    let _ = log.with_writer(io::stderr).try_init();
    // What a panic says may be from a comment; where it is may not.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}
