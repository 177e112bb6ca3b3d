//! Suggests the name that was most likely meant by an unknown one.

/// Names less alike than this are not suggested.
const ALIKE: f64 = 0.75;

/// The name in `there` that is most like `wanted`, if one is close enough.
pub(crate) fn nearest<'n>(wanted: &str, there: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = wanted.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        // Part of a longer name is more likely meant than a word of the same letters.
        let is_part = name.len() > 2 && wanted.len() > 2 && (wanted.starts_with(&name) || name.starts_with(&wanted));
        strsim::jaro(&wanted, &name).max(if is_part { ALIKE } else { 0.0 })
    };
    let alike = there.into_iter().map(|name| (likeness(name), name)).filter(|(likeness, _)| *likeness >= ALIKE);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_parts_and_slips_are_seen_and_strangers_are_not() {
        let there = ["text", "cats", "toxicity", "thread_id"];
        for (wanted, meant) in
            [("cats.TOXIC", Some("cats")), ("Toxicity", Some("toxicity")), ("toxcity", Some("toxicity"))]
        {
            assert_eq!(nearest(wanted, there), meant, "{wanted}");
        }
        assert_eq!(nearest("threadid", there), Some("thread_id"));
        assert_eq!(nearest("stance", there), None);
    }
}
