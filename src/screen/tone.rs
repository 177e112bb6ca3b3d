//! The kind of a piece of text on the screen, however it is displayed.

/// The kind of a piece of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Dim,
    Bold,
    /// A flag that is raised.
    Raised,
    /// One that is left to a person.
    Unsure,
    /// Done, or in agreement.
    Good,
    /// What went wrong, or goes.
    Bad,
    /// Words that raised a flag, by how much they say.
    Weak,
    Medium,
    Strong,
    /// The line that is chosen.
    Chosen,
}
