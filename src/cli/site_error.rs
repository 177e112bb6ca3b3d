//! What the command line adds to a site's wishes that a model cannot fulfil: the flags that express them.

use crate::model::site::SiteError;

/// The error's text, with the flag that set the value at fault in front.
pub(crate) fn with_flags(error: &SiteError) -> String {
    match error {
        SiteError::NoFlag { setting: "threshold", .. } => format!("--{error}"),
        SiteError::NoFlag { setting: setting @ "base rate", .. } => {
            format!("--base-rate{}", error.to_string().trim_start_matches(setting))
        }
        SiteError::Threshold { .. } => format!("--threshold {error}"),
        SiteError::Share { .. } => format!("--base-rate {error}"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_in_front_of_what_they_set() {
        let no_flag =
            |setting| SiteError::NoFlag { setting, name: "spam".to_owned(), flags: vec!["toxicity".to_owned()] };
        for (setting, begin) in [("threshold", "--threshold spam: "), ("base rate", "--base-rate spam: ")] {
            assert!(with_flags(&no_flag(setting)).starts_with(begin), "{}", with_flags(&no_flag(setting)));
        }
        assert!(with_flags(&no_flag("mute")).starts_with("mute spam: "));
        let share = SiteError::Share { name: "spam".to_owned(), share: 2.0 };
        assert_eq!(with_flags(&share), "--base-rate spam=2: a share lies between 0 and 1");
    }
}
