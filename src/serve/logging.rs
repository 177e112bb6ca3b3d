//! The log: one JSON object a line on standard error, without a word of any comment.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// At most this many lines wait to be written. A slow reader of the log loses lines; requests never wait for it.
const WAITING: usize = 16_384;

/// Keeps the log going. Once it is dropped, what waited has been written.
#[must_use]
pub(crate) struct Log {
    _writes: WorkerGuard,
    lost: ErrorCounter,
}

/// Sends the log to standard error: only errors with `quiet`, otherwise events of the server and, with `each_request`,
/// every request. For the program: a library leaves logging to its user.
pub(crate) fn start(is_quiet: bool, each_request: bool) -> Log {
    let level = match (is_quiet, each_request) {
        (true, _) => LevelFilter::ERROR,
        (false, false) => LevelFilter::INFO,
        (false, true) => LevelFilter::DEBUG,
    };
    // No serving thread waits for the reader of the log.
    let (writer, writes) =
        NonBlockingBuilder::default().buffered_lines_limit(WAITING).thread_name("log").finish(io::stderr());
    let lost = writer.error_counter();
    // Details of a request are useful from this program only.
    let levels = Targets::new().with_default(level.min(LevelFilter::INFO)).with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false).with_writer(writer);
    // An error means that somebody else has set a logger.
    let _ = tracing_subscriber::registry().with(levels).with(lines).try_init();
    // The message of a panic may contain a comment; its location does not.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "panicked");
    }));
    Log { _writes: writes, lost }
}

impl Log {
    /// How many lines were lost because they were not read fast enough.
    pub(crate) fn lost(&self) -> usize {
        self.lost.dropped_lines()
    }
}
