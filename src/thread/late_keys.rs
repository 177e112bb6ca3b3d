//! Keys in JSON Lines that first appear too late to become columns.

/// How many are listed by name.
const NAMED: usize = 10;

/// Keys without a column, in order of appearance.
#[derive(Debug, Default)]
pub(crate) struct LateKeys {
    /// Each key with the number of lines that have it.
    named: Vec<(String, u64)>,
    /// How often other keys occurred.
    others: u64,
}

impl LateKeys {
    /// Counts a line that has this key.
    pub(crate) fn add(&mut self, key: &str) {
        if let Some((_, lines)) = self.named.iter_mut().find(|(there, _)| there == key) {
            *lines += 1;
        } else if self.named.len() < NAMED {
            self.named.push((key.to_owned(), 1));
        } else {
            self.others += 1;
        }
    }

    /// The remark about these keys, if there are any; given only once.
    pub(crate) fn remark(&mut self) -> Option<String> {
        let Self { named, others } = std::mem::take(self);
        let lines = |count: u64| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        let mut told: Vec<String> = named.iter().map(|(key, count)| format!("`{key}` ({})", lines(*count))).collect();
        if others > 0 {
            let values = if others == 1 { "value" } else { "values" };
            told.push(format!("others ({others} {values})"));
        }
        let what = "keys that no line near the beginning has are not read unless they are named";
        (!told.is_empty()).then(|| format!("{what}: {}", told.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_told_once() {
        let mut late = LateKeys::default();
        assert_eq!(late.remark(), None);
        (0..3).for_each(|_| late.add("spam"));
        (0..10).for_each(|at| late.add(&format!("k{at}")));
        let told = late.remark().unwrap();
        assert!(told.contains("`spam` (3 lines), `k0` (1 line)") && told.ends_with("others (1 value)"), "{told}");
        assert_eq!(late.remark(), None);
    }
}
