//! What a short line of a page says about its comments: that there are more elsewhere, how many there are, or that
//! there are none. A line counts only if all its words are known, in any of the languages.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// The role of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Number(usize),
    /// "Comments", in the plural.
    Comments,
    /// "Comment", in the singular; such a button may also lead to the next comment.
    Comment,
    /// A word that only headings use for comments.
    Heading,
    More,
    All,
    /// Words such as "older" and "next".
    Order,
    Page,
    Of,
    /// Words for loading or showing something.
    Show,
    /// A verb that may also lead to the rest of an article.
    Read,
    Filler,
    Other,
}

/// The words of each role, in lower case.
const WORDS: [(Word, &str); 11] = [
    (
        Word::Comments,
        "comments replies responses thoughts kommentare kommentaren kommentarer antworten commentaires réponses comentarios \
         comentários respuestas respostas commenti risposte reacties antwoorden svar komentarze komentarzy odpowiedzi",
    ),
    (
        Word::Comment,
        "comment reply response thought kommentar antwort commentaire réponse comentario comentário respuesta commento risposta \
         reactie",
    ),
    (Word::Heading, "discussion diskussion debatte discusión discussione"),
    (Word::More, "more additional mehr weitere plus autres más mais otros altri altre meer fler flere flera więcej"),
    (Word::All, "all alle sämtliche tous toutes todos todas tutti tutte alla"),
    (
        Word::Order,
        "older newer next previous prev earlier later ältere neuere nächste vorherige weiter zurück anciens récents suivants \
         précédents suiv préc suivant précédent suivante précédente anteriores siguientes siguiente anterior antigos seguinte próxima próximo \
         precedenti successivi successiva oudere nieuwere volgende vorige äldre nyare eldre nyere nästa neste",
    ),
    (Word::Page, "page pages seite seiten página pagina sida side strona"),
    (Word::Of, "of von sur de di van av af z"),
    (
        Word::Show,
        "show load view see display open expand fetch get anzeigen laden zeigen ansehen einblenden nachladen afficher voir charger \
         ver mostrar cargar carregar mostra carica vedi toon laad bekijk visa ladda vis last pokaż wczytaj",
    ),
    (Word::Read, "read lesen lire leer ler leggi lees läs les continue"),
    (Word::Filler, "the these this to in on les los las des der die den dem zu zum for a"),
];

/// The role of each word, as a map because every short line of a page is looked up.
static KINDS: LazyLock<FxHashMap<&str, Word>> = LazyLock::new(|| {
    let mut kinds = FxHashMap::default();
    for (kind, words) in WORDS {
        for word in words.split_ascii_whitespace() {
            kinds.entry(word).or_insert(kind);
        }
    }
    kinds
});

/// The longest invitation, in bytes.
const INVITATION: usize = 120;

/// The most words of a line that are looked up.
const MOST: usize = 8;

/// What a link or button to more comments says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum More {
    /// There are more; how many, if it says so.
    Some(Option<usize>),
    /// The number in all.
    All(usize),
    /// The number of replies to a comment, which may be in the page.
    Replies(usize),
    /// There are more on another page.
    Page,
}

/// What a link or a button that mentions comments says.
pub(crate) fn of_comments(said: &str) -> Option<More> {
    let words = words(said).filter(|words| !words.contains(&Word::Other))?;
    let has = |word: Word| words.contains(&word);
    let (is_several, is_one) = (has(Word::Comments), has(Word::Comment));
    if !is_several && !is_one {
        return None;
    }
    let number = number(&words);
    let does = has(Word::Show) || has(Word::Read);
    if has(Word::Order) {
        return is_several.then_some(More::Page);
    }
    if has(Word::More) {
        return (is_several || number.is_some()).then_some(More::Some(number));
    }
    match (has(Word::All), does, number) {
        (true, true, Some(number)) => Some(More::All(number)),
        (true, true, None) if is_several => Some(More::Some(None)),
        (false, true, Some(number)) => Some(More::Replies(number)),
        _ => None,
    }
}

/// What a link or a button among comments that does not mention them says.
pub(crate) fn of_anything(said: &str) -> Option<More> {
    let words = words(said).filter(|words| !words.contains(&Word::Other))?;
    let has = |word: Word| words.contains(&word);
    if has(Word::Read) || has(Word::Comments) || has(Word::Comment) || has(Word::Heading) {
        return None;
    }
    let number = number(&words);
    if has(Word::More) {
        // Without a verb, `[2 more]` unfolds something in the page.
        return has(Word::Show).then_some(More::Some(number));
    }
    // As in `Next`, `Next page`; `Next week` has other words.
    (has(Word::Order) && words.len() <= 2 && number.is_none()).then_some(More::Page)
}

/// The number of this page and of all pages in `Page 1 of 2`, whatever surrounds it.
pub(crate) fn pages(said: &str) -> Option<(usize, usize)> {
    let words = words(said)?;
    words.windows(4).find_map(|part| match part {
        [Word::Page, Word::Number(this), Word::Of, Word::Number(all)] => Some((*this, *all)),
        _ => None,
    })
}

/// The number of comments in a heading: `12 comments`, `Comments (12)`, `2 thoughts on “Roads”`.
pub(crate) fn count(said: &str) -> Option<usize> {
    let words = words(said)?;
    let is_named = |word: &Word| matches!(word, Word::Comments | Word::Comment);
    if let [Word::Number(count), named, Word::Filler, ..] = &words[..]
        && is_named(named)
    {
        return Some(*count);
    }
    let numbers = words.iter().filter(|word| matches!(word, Word::Number(_))).count();
    let is_known = words.iter().all(|word| {
        is_named(word) || matches!(word, Word::Number(_) | Word::Heading | Word::All | Word::Of | Word::Filler)
    });
    let is_of_them = words.iter().any(|word| is_named(word) || *word == Word::Heading);
    let last = words.iter().rev().find_map(|word| match word {
        Word::Number(number) => Some(*number),
        _ => None,
    });
    last.filter(|_| is_known && is_of_them && (numbers == 1 || words.contains(&Word::Of)))
}

/// Whether a line is a heading of comments, or invites a comment.
pub(crate) fn is_heading(said: &str) -> bool {
    const HEADINGS: [&str; 40] = [
        "comments",
        "reader comments",
        "responses",
        "discussion",
        "leave a reply",
        "leave a comment",
        "post a comment",
        "add a comment",
        "join the discussion",
        "join the conversation",
        "log in to comment",
        "kommentare",
        "leserkommentare",
        "kommentar schreiben",
        "schreiben sie einen kommentar",
        "schreibe einen kommentar",
        "kommentar hinterlassen",
        "commentaires",
        "laisser un commentaire",
        "comentarios",
        "deja un comentario",
        "commenti",
        "reacties",
        "kommentarer",
        "all comments",
        "show comments",
        "view comments",
        "read comments",
        "add comment",
        "comment",
        "reply",
        "alle kommentare",
        "kommentar hinzufügen",
        "kommentar",
        "kommentieren",
        "ajouter un commentaire",
        "commenter",
        "comentar",
        "commenta",
        "reageren",
    ];
    let said = said.trim_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
    HEADINGS.contains(&said.as_str()) || says_none(&said) || says_closed(&said) || count(&said).is_some()
}

/// Whether a line only asks the reader to log in, or otherwise to come and comment.
pub(crate) fn invites(said: &str) -> bool {
    const LOG_IN: [&str; 18] = [
        "log in",
        "login",
        "logged in",
        "sign in",
        "sign up",
        "register",
        "anmelden",
        "angemeldet",
        "melden sie sich",
        "einloggen",
        "registrieren",
        "connecte",
        "inicia sesión",
        "regístrate",
        "accedi",
        "inloggen",
        "logga in",
        "entra con",
    ];
    const COMMENT: [&str; 10] = [
        "comment",
        "kommentier",
        "kommentar",
        "kommentera",
        "commenter",
        "comentar",
        "commentare",
        "reageren",
        "reply",
        "antworten",
    ];
    let low = said.to_lowercase();
    said.len() <= INVITATION
        && LOG_IN.iter().any(|word| low.contains(word))
        && COMMENT.iter().any(|word| low.contains(word))
}

/// Whether a line says that nobody may comment any more.
pub(crate) fn says_closed(said: &str) -> bool {
    const CLOSED: [&str; 12] = [
        "comments are closed",
        "comments closed",
        "comments are off for this post",
        "comments are disabled",
        "kommentare sind geschlossen",
        "kommentarfunktion ist geschlossen",
        "die kommentarfunktion ist geschlossen",
        "les commentaires sont fermés",
        "los comentarios están cerrados",
        "i commenti sono chiusi",
        "reacties zijn gesloten",
        "os comentários estão fechados",
    ];
    let said = said.trim_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
    CLOSED.contains(&said.as_str())
}

/// Whether a line says that there are no comments yet.
pub(crate) fn says_none(said: &str) -> bool {
    const NONE: [&str; 16] = [
        "no comments",
        "no comments yet",
        "no responses",
        "no responses yet",
        "there are no comments yet",
        "there are no comments",
        "0 comments",
        "comments 0",
        "be the first to comment",
        "be the first to leave a comment",
        "noch keine kommentare",
        "keine kommentare",
        "aucun commentaire",
        "no hay comentarios",
        "nessun commento",
        "inga kommentarer",
    ];
    if said.len() > 200 {
        return false;
    }
    let said = said.to_lowercase();
    let is_none = |part: &str| {
        let bare = || part.trim().chars().filter(|char| !matches!(char, '(' | ')'));
        NONE.iter().any(|none| bare().eq(none.chars()))
    };
    said.split(['.', '!', ',', ';', '–', '—']).any(is_none)
}

fn number(words: &[Word]) -> Option<usize> {
    words.iter().find_map(|word| match word {
        Word::Number(number) => Some(*number),
        _ => None,
    })
}

/// The roles of the first words; `None` if there are no words. A longer line ends in an unknown word.
fn words(said: &str) -> Option<Vec<Word>> {
    let said = said.to_lowercase();
    let words = said.split(|char: char| !char.is_alphanumeric() && !matches!(char, ',' | '.' | '\'' | '’'));
    let words =
        words.map(|word| word.trim_matches(|char: char| !char.is_alphanumeric())).filter(|word| !word.is_empty());
    let mut kinds: Vec<Word> = words.take(MOST + 1).map(kind).collect();
    if kinds.len() > MOST {
        kinds.truncate(MOST);
        kinds.push(Word::Other);
    }
    (!kinds.is_empty()).then_some(kinds)
}

fn kind(word: &str) -> Word {
    if word.starts_with(|char: char| char.is_ascii_digit()) {
        // Numbers such as `1,234` and `1.234`
        let digits: String = word.chars().filter(|char| !matches!(char, ',' | '.')).collect();
        return digits.parse().map_or(Word::Other, Word::Number);
    }
    KINDS.get(word).copied().unwrap_or(Word::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_that_name_comments() {
        for (said, more) in [
            ("View 3 more comments", More::Some(Some(3))),
            ("Load more comments", More::Some(None)),
            ("View more replies", More::Some(None)),
            ("Show more replies (4)", More::Some(Some(4))),
            ("Show 1 more reply", More::Some(Some(1))),
            ("See all 1,045 comments", More::All(1045)),
            ("Show all comments", More::Some(None)),
            ("View 3 replies", More::Replies(3)),
            ("← Older Comments", More::Page),
            ("Mehr Kommentare laden", More::Some(None)),
            ("Alle 45 Kommentare anzeigen", More::All(45)),
            ("Afficher plus de commentaires", More::Some(None)),
            ("Commentaires plus anciens", More::Page),
            ("Ver más comentarios", More::Some(None)),
        ] {
            assert_eq!(of_comments(said), Some(more), "{said}");
        }
        for said in [
            "Comments",
            "12 comments",
            "Reply",
            "Hide replies",
            "Hide 3 replies",
            "No more comments",
            "Next comment",
            "More about our comments policy",
            "Post a comment",
            "Read more",
            "",
        ] {
            assert_eq!(of_comments(said), None, "{said}");
        }
    }

    #[test]
    fn controls_that_name_nothing() {
        for (said, more) in [
            ("Show 12 more", More::Some(Some(12))),
            ("Load more", More::Some(None)),
            ("Mehr anzeigen", More::Some(None)),
            ("Voir plus", More::Some(None)),
            ("Next page", More::Page),
            ("Next ›", More::Page),
            ("Suiv", More::Page),
        ] {
            assert_eq!(of_anything(said), Some(more), "{said}");
        }
        for said in
            ["Read more", "More", "[2 more]", "Show less", "Next story", "Page 2", "Open", "View", "Mehr lesen", "12"]
        {
            assert_eq!(of_anything(said), None, "{said}");
        }
        assert_eq!(pages("4 posts • Page 1 of 2"), Some((1, 2)));
        assert_eq!(pages("Seite 2 von 10"), Some((2, 10)));
        assert_eq!(pages("Page one of us"), None);
    }

    #[test]
    fn what_headings_say() {
        for (said, number) in [
            ("4 Responses", 4),
            ("45 comments", 45),
            ("12 Kommentare", 12),
            ("Comments (1,045)", 1045),
            ("Discussion (5)", 5),
            ("2 Responses to “Hello roads”", 2),
            ("3 thoughts on “Why there are 12 roads”", 3),
            ("Comments 1-10 of 45", 45),
            ("Alle Kommentare (7)", 7),
        ] {
            assert_eq!(count(said), Some(number), "{said}");
        }
        for said in ["Comments", "12", "5 comments 2 replies", "12 shares", "The 12 comments that made us laugh"] {
            assert_eq!(count(said), None, "{said}");
        }
        assert!(says_none("No comments yet. Be the first!") && says_none("Comments (0)"));
        assert!(!says_none("The council had no comments"));
        assert!(is_heading("Leave a Reply") && is_heading("2 Responses to “Hello”") && !is_heading("Leave it"));
    }
}
