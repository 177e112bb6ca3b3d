//! What the cell of a flag says.

/// What a flag's cell may be.
pub(crate) const FLAG_VALUES: &str = "a flag is 1 or 0, true or false, yes or no, a share between, or empty";

/// Yes as people and spreadsheets write it, in lower case; and no.
const YES: [&str; 15] =
    ["1", "true", "yes", "y", "t", "wahr", "ja", "j", "vrai", "oui", "verdadero", "sí", "si", "vero", "sim"];
const NO: [&str; 13] = ["0", "false", "no", "n", "f", "falsch", "nein", "faux", "non", "falso", "não", "nao", "nee"];

/// What programs write where there is nothing, in lower case.
const MISSING: [&str; 9] = ["nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil", "\\n"];

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FlagCell {
    /// The share of yes.
    Share(f32),
    /// The cell is blank.
    Empty,
    /// A word for a missing value.
    Missing,
}

impl FlagCell {
    /// None where the cell is none that a flag may have.
    pub(crate) fn of(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        match cell {
            "" => return Some(Self::Empty),
            "0" => return Some(Self::Share(0.0)),
            "1" => return Some(Self::Share(1.0)),
            _ => {}
        }
        if let Some(share) = cell.parse().ok().filter(|share| (0.0..=1.0).contains(share)) {
            return Some(Self::Share(share));
        }
        let cell = cell.to_lowercase();
        let is = |words: &[&str]| words.contains(&cell.as_str());
        if is(&YES) {
            Some(Self::Share(1.0))
        } else if is(&NO) {
            Some(Self::Share(0.0))
        } else {
            is(&MISSING).then_some(Self::Missing)
        }
    }

    /// The share of yes; NaN where there is no annotation.
    pub(crate) fn share(self) -> f32 {
        match self {
            Self::Share(share) => share,
            Self::Empty | Self::Missing => f32::NAN,
        }
    }
}

/// Whether a flag's cell can say this.
#[must_use]
pub(crate) fn is_share(cell: &str) -> bool {
    FlagCell::of(cell).is_some()
}

/// What a word that no flag has is likely to stand for, as an example of how to say so.
pub(crate) fn likely(cell: &str) -> &'static str {
    const NO: [&str; 12] = [
        "reject", "rejected", "negative", "neg", "absent", "off", "ham", "ok", "clean", "neutral", "disagree", "normal",
    ];
    const NOTHING: [&str; 10] =
        ["ignore", "ignored", "skip", "skipped", "unsure", "unclear", "unknown", "?", "-", "-1"];
    let cell = cell.to_lowercase();
    if NOTHING.contains(&cell.as_str()) {
        ""
    } else if NO.contains(&cell.as_str())
        || ["not ", "not_", "non-", "non_", "no "].iter().any(|no| cell.starts_with(no))
    {
        "0"
    } else {
        "1"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_read_as_people_and_spreadsheets_write_them() {
        for yes in ["1", "true", "YES", "y", " 1 ", "1.0", "WAHR", "Ja", "oui", "VRAI", "SÍ", "si", "t", "1e0"] {
            assert_eq!(FlagCell::of(yes), Some(FlagCell::Share(1.0)), "{yes}");
        }
        for no in ["0", "False", "no", "N", "0.0", "FALSCH", "nein", "Non", "faux", "F", "NÃO", "-0"] {
            assert_eq!(FlagCell::of(no), Some(FlagCell::Share(0.0)), "{no}");
        }
        assert_eq!(FlagCell::of("0.25"), Some(FlagCell::Share(0.25)));
        assert_eq!(FlagCell::of(" "), Some(FlagCell::Empty));
    }

    #[test]
    fn words_for_a_missing_value_are_no_annotation() {
        for missing in ["NaN", "nan", "NA", "null", "None", "<NA>", "\\N", "#N/A"] {
            assert_eq!(FlagCell::of(missing), Some(FlagCell::Missing), "{missing}");
            assert!(FlagCell::Missing.share().is_nan());
        }
        for none in ["maybe", "2", "-1", "inf", "1,0", "x", "on", "accept"] {
            assert_eq!(FlagCell::of(none), None, "{none}");
        }
    }

    #[test]
    fn answers_of_annotators_are_guessed_at() {
        let answers = ["accept", "reject", "ignore", "x", "not toxic", "Toxic"].map(likely);
        assert_eq!(answers, ["1", "0", "", "1", "0", "1"]);
    }
}
