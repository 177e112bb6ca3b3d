//! What the command line adds to reading errors: the options that caused them.

use std::error::Error;

use crate::dataset::error::TrainError;
use crate::score::error::ScoreError;
use crate::thread::error::ThreadError;
use crate::thread::storage::LARGEST_ZSTD_WINDOW;

/// A reading error, with its options.
pub(crate) fn flagged(error: &ThreadError) -> String {
    match error {
        ThreadError::ColumnMap { value, reason } => format!("`--column {value}`: {reason}"),
        ThreadError::ReadOnce { file } => format!("{file}: --strict reads a table twice; save it to a file first"),
        ThreadError::ZstdWindow { window, .. } if *window <= LARGEST_ZSTD_WINDOW => {
            format!("{error}; --zstd-window {window} allows it")
        }
        ThreadError::UnknownFormat { .. } => format!("{error} with --input-format"),
        ThreadError::Binary { what, .. } if what.ends_with("name that encoding") => format!("{error} with --encoding"),
        _ => error.to_string(),
    }
}

/// The message of an error or a cause, with its options if it is a reading error.
pub(crate) fn message(cause: &(dyn Error + 'static)) -> String {
    let of_training = || match cause.downcast_ref() {
        Some(TrainError::Thread(error)) => Some(error),
        _ => None,
    };
    let of_scoring = || match cause.downcast_ref() {
        Some(ScoreError::Input(error)) => Some(error),
        _ => None,
    };
    let error = cause.downcast_ref::<ThreadError>().or_else(of_training).or_else(of_scoring);
    error.map_or_else(|| cause.to_string(), flagged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_reading_names_its_flag_wherever_it_comes_from() {
        let error = || ThreadError::ReadOnce { file: "standard input".to_owned() };
        let expected = "standard input: --strict reads a table twice; save it to a file first";
        assert_eq!(message(&error()), expected);
        assert_eq!(message(&TrainError::from(error())), expected);
        assert_eq!(message(&ScoreError::from(error())), expected);
        assert_eq!(message(&TrainError::Stopped), "stopped");
    }
}
