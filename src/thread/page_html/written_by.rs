//! What stands before the name of a comment's author, in several languages.

/// What stands before the name of who wrote a comment and can begin no name.
const WRITTEN_BY: [&str; 41] = [
    "posted by ",
    "submitted by ",
    "written by ",
    "comment by ",
    "kommentar von ",
    "geschrieben von ",
    "verfasst von ",
    "gespeichert von ",
    "eingestellt von ",
    "commentaire par ",
    "commentaire de ",
    "publié par ",
    "soumis par ",
    "posté par ",
    "écrit par ",
    "rédigé par ",
    "envoyé par ",
    "comentario de ",
    "comentario por ",
    "escrito por ",
    "enviado por ",
    "publicado por ",
    "comentário de ",
    "commento di ",
    "scritto da ",
    "inviato da ",
    "pubblicato da ",
    "reactie door ",
    "geschreven door ",
    "geplaatst door ",
    "ingediend door ",
    "skrivet av ",
    "skickat av ",
    "skrevet av ",
    "skrevet af ",
    "indsendt af ",
    "author: ",
    "autor: ",
    "auteur : ",
    "auteur: ",
    "autore: ",
];
/// The same, but these may also begin a name.
const BY: [&str; 8] = ["by ", "von ", "par ", "por ", "di ", "da ", "door ", "przez "];

/// What follows one of some beginnings, in upper or lower case.
fn after<'n>(head: &'n str, beginnings: &[&str]) -> Option<&'n str> {
    beginnings.iter().find_map(|beginning| {
        let start = head.get(..beginning.len()).filter(|start| start.to_lowercase() == **beginning)?;
        head.get(start.len()..)
    })
}

/// The name without `Posted by` before it.
pub(crate) fn without_by(name: &str) -> &str {
    after(name, &WRITTEN_BY).unwrap_or(name)
}

/// What follows `Posted by`, `by` or the like.
pub(crate) fn after_by(line: &str) -> Option<&str> {
    after(line, &WRITTEN_BY).or_else(|| after(line, &BY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_name_stays_where_nothing_else_marks_the_author() {
        for (said, name) in [
            ("Posted by Ann", "Ann"),
            ("Soumis par Ann", "Ann"),
            ("GESPEICHERT VON Ann", "Ann"),
            ("von Arnim", "von Arnim"),
            ("Di Stefano", "Di Stefano"),
            ("posted", "posted"),
            ("\u{130}nci", "\u{130}nci"),
        ] {
            assert_eq!(without_by(said), name, "{said}");
        }
        assert_eq!((after_by("von Ann"), after_by("Ann")), (Some("Ann"), None));
    }
}
