//! Attributes: what Perspective's clients call labels.
//!
//! A flag is an attribute by its name in upper case, a class of a stance by both names, as in `STANCE_FAVOR`. Any
//! character other than a letter from A to Z or a digit becomes an underscore. A site may give labels further names, or
//! give names of Perspective to other labels. A version after `@` is ignored.

use std::collections::BTreeMap;

use crate::dataset::label::{Kind, Label};
use crate::model::verdict::Outcome;

/// The label of an attribute, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Flag(usize),
    /// A stance and one of its classes.
    Class(usize, usize),
}

/// What a name is known as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'s> {
    Scored(Attribute),
    /// A label that the site has named, and the model does not have.
    Unscored(&'s str),
    Unknown,
}

impl Attribute {
    /// What a name refers to.
    pub(crate) fn find<'s>(name: &str, labels: &[Label], aliases: &'s BTreeMap<String, String>) -> Found<'s> {
        let name = name.split_once('@').map_or(name, |(name, _)| name);
        match aliases.get(name) {
            Some(label) => match Self::of_alias(label, labels) {
                Some(attribute) => Found::Scored(attribute),
                // The answer taught by approval and rejection has no class, nor has any unknown label.
                None if labels.iter().any(|own| own.name == *label) => Found::Unknown,
                None => Found::Unscored(label),
            },
            None => Self::named(name, labels).map_or(Found::Unknown, Found::Scored),
        }
    }

    /// The target of a site's alias: a flag by its own name, or any attribute.
    pub(crate) fn of_alias(label: &str, labels: &[Label]) -> Option<Self> {
        let flag = labels.iter().position(|own| own.name == label && own.kind == Kind::Flag);
        flag.map(Self::Flag).or_else(|| Self::named(label, labels))
    }

    fn named(name: &str, labels: &[Label]) -> Option<Self> {
        labels.iter().enumerate().find_map(|(at, label)| match &label.kind {
            Kind::Flag => name.chars().eq(spelt(&label.name)).then_some(Self::Flag(at)),
            Kind::Stance { classes } => {
                let is_called =
                    |class: &String| name.chars().eq(spelt(&label.name).chain(Some('_')).chain(spelt(class)));
                classes.iter().position(is_called).map(|class| Self::Class(at, class))
            }
        })
    }

    /// Its probability; none where the comment has no text.
    pub(crate) fn probability(self, outcomes: &[Outcome]) -> Option<f32> {
        match (self, outcomes.get(self.label())?) {
            (Self::Flag(_), Outcome::Flag { p, .. }) => *p,
            (Self::Class(_, class), Outcome::Stance { p, .. }) => p.get(class).copied(),
            (Self::Flag(_), Outcome::Stance { .. }) | (Self::Class(..), Outcome::Flag { .. }) => None,
        }
    }

    /// The same attribute if there are outcomes for these labels only, which are sorted and include its own.
    pub(crate) fn among(self, labels: &[usize]) -> Self {
        let place = |label| labels.partition_point(|other| *other < label);
        match self {
            Self::Flag(label) => Self::Flag(place(label)),
            Self::Class(label, class) => Self::Class(place(label), class),
        }
    }

    /// The label that it is about, by number.
    pub(crate) fn label(self) -> usize {
        match self {
            Self::Flag(label) | Self::Class(label, _) => label,
        }
    }
}

fn spelt(name: &str) -> impl Iterator<Item = char> {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_fewer_labels_an_attribute_has_another_place() {
        let labels = [1, 4, 7];
        assert_eq!(Attribute::Flag(4).among(&labels), Attribute::Flag(1));
        assert_eq!(Attribute::Class(7, 2).among(&labels), Attribute::Class(2, 2));
        assert_eq!(Attribute::Flag(1).among(&labels), Attribute::Flag(0));
    }

    #[test]
    fn labels_are_found_by_their_attributes_and_by_the_sites_own_names() {
        let classes = ["against", "für", "none"].map(str::to_owned).to_vec();
        let labels = [Label::flag("off_topic"), Label::stance("stance 2", classes), Label::flag("Spam?")];
        let aliases = [
            ("LIKELY_TO_REJECT", "reject"),
            ("TOXICITY", "Spam?"),
            ("AGREES", "STANCE_2_AGAINST"),
            ("LEANING", "stance 2"),
        ];
        let aliases = BTreeMap::from(aliases.map(|(name, label)| (name.to_owned(), label.to_owned())));
        let find = |name: &str| Attribute::find(name, &labels, &aliases);
        for (name, found) in [
            ("OFF_TOPIC", Found::Scored(Attribute::Flag(0))),
            ("OFF_TOPIC@6", Found::Scored(Attribute::Flag(0))),
            ("STANCE_2_NONE", Found::Scored(Attribute::Class(1, 2))),
            ("STANCE_2_F_R", Found::Scored(Attribute::Class(1, 1))),
            ("SPAM_", Found::Scored(Attribute::Flag(2))),
            ("TOXICITY@7", Found::Scored(Attribute::Flag(2))),
            ("AGREES", Found::Scored(Attribute::Class(1, 0))),
            ("LIKELY_TO_REJECT", Found::Unscored("reject")),
            ("LEANING", Found::Unknown),
            ("off_topic", Found::Unknown),
            ("STANCE_2", Found::Unknown),
            ("", Found::Unknown),
            ("@6", Found::Unknown),
        ] {
            assert_eq!(find(name), found, "{name}");
        }
    }
}
