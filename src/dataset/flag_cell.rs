//! Parses a flag's cell.

/// The values that a flag's cell may have.
pub(crate) const FLAG_VALUES: &str = "a flag is 1 or 0, true or false, yes or no, a share between, or empty";

/// Stands in a suggested mapping where only the user can say what the cell means.
pub(crate) const OPEN: &str = "?";

/// Words for yes and for no, as people and spreadsheets write them, in lower case.
const YES: [&str; 15] =
    ["1", "true", "yes", "y", "t", "wahr", "ja", "j", "vrai", "oui", "verdadero", "sí", "si", "vero", "sim"];
const NO: [&str; 13] = ["0", "false", "no", "n", "f", "falsch", "nein", "faux", "non", "falso", "não", "nao", "nee"];

/// What programs write for a missing value, in lower case.
const MISSING: [&str; 9] = ["nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil", "\\n"];

/// The value of a cell.
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
    /// `None` if the cell is not a valid value of a flag.
    pub(crate) fn of(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        match cell {
            "" => return Some(Self::Empty),
            "0" => return Some(Self::Share(0.0)),
            "1" => return Some(Self::Share(1.0)),
            _ => {}
        }
        if let Some(share) = number(cell).filter(|share| (0.0..=1.0).contains(share)) {
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

    /// The share of yes; NaN if there is no annotation.
    pub(crate) fn share(self) -> f32 {
        match self {
            Self::Share(share) => share,
            Self::Empty | Self::Missing => f32::NAN,
        }
    }
}

/// Whether this is a valid annotation of a flag.
#[must_use]
pub(crate) fn is_share(cell: &str) -> bool {
    FlagCell::of(cell).is_some()
}

/// The number in a cell, which may be a percentage, with a decimal point or a decimal comma.
pub(crate) fn number(cell: &str) -> Option<f32> {
    let (digits, whole) = match cell.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (cell, 1.0),
    };
    let number: f32 = match digits.split_once(',') {
        Some((_, decimals)) if decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) => {
            return None;
        }
        Some((integer, decimals)) => format!("{integer}.{decimals}").parse().ok()?,
        None => digits.parse().ok()?,
    };
    Some(number / whole)
}

/// What an invalid cell of a flag stands for, to suggest a mapping; [`OPEN`] unless its word says it.
pub(crate) fn likely(label: &str, cell: &str) -> &'static str {
    const YES: [&str; 9] = ["x", "✓", "✔", "+", "accept", "accepted", "positive", "present", "on"];
    const NO: [&str; 12] = [
        "reject", "rejected", "negative", "neg", "absent", "off", "ham", "ok", "clean", "neutral", "disagree", "normal",
    ];
    const NOTHING: [&str; 10] =
        ["ignore", "ignored", "skip", "skipped", "unsure", "unclear", "unknown", "?", "-", "-1"];
    let (label, cell) = (label.to_lowercase(), cell.to_lowercase());
    // "toxic" names toxicity.
    let is_label = cell.len() > 2 && (label.starts_with(&cell) || cell.starts_with(&label));
    if NOTHING.contains(&cell.as_str()) {
        ""
    } else if NO.contains(&cell.as_str())
        || ["not ", "not_", "non-", "non_", "no "].iter().any(|no| cell.starts_with(no))
    {
        "0"
    } else if YES.contains(&cell.as_str()) || is_label {
        "1"
    } else {
        OPEN
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
        for (quarter, share) in
            [("0.25", 0.25), ("0,25", 0.25), ("25%", 0.25), ("25,0 %", 0.25), ("1,0", 1.0), ("0%", 0.0)]
        {
            assert_eq!(FlagCell::of(quarter), Some(FlagCell::Share(share)), "{quarter}");
        }
        assert_eq!(FlagCell::of(" "), Some(FlagCell::Empty));
    }

    #[test]
    fn words_for_a_missing_value_are_no_annotation() {
        for missing in ["NaN", "nan", "NA", "null", "None", "<NA>", "\\N", "#N/A"] {
            assert_eq!(FlagCell::of(missing), Some(FlagCell::Missing), "{missing}");
            assert!(FlagCell::Missing.share().is_nan());
        }
        for none in ["maybe", "2", "-1", "inf", "1,", "0,1,1", "1, 0", "101%", "%", "x", "on", "accept"] {
            assert_eq!(FlagCell::of(none), None, "{none}");
        }
    }

    #[test]
    fn only_what_a_word_says_is_suggested() {
        let answers = ["accept", "reject", "ignore", "x", "not toxic", "Toxic"].map(|cell| likely("toxicity", cell));
        assert_eq!(answers, ["1", "0", "", "1", "0", "1"]);
        let open = ["2", "5", "99", "maybe", "rude", "Toxic"].map(|cell| likely("insult", cell));
        assert_eq!(open, [OPEN; 6]);
    }
}
