//! Translates the names that sites in other languages give to a comment and its parts: classes and ids, with each such
//! word in English.
//!
//! Code that looks at an element's names then needs only English. Words with different meanings in several languages
//! (`data`, `out`) are left as they are.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// English words, and what they are in other languages.
const WORDS: [(&str, &str); 14] = [
    (
        "comment",
        "kommentar commentaire comentario comentário commento reactie komentarz komentar kommentti leserkommentar leserbrief",
    ),
    (
        "comments",
        "kommentare kommentarer commentaires comentarios comentários commenti reacties komentarze kommentit kommentarbereich \
         leserkommentare leserbriefe",
    ),
    // Of a question as well: no comment for that name alone.
    ("answer", "antwort reponse réponse respuesta risposta resposta antwoord svar odpowiedz odpowiedź vastaus"),
    ("answers", "antworten reponses réponses respuestas risposte respostas antwoorden odpowiedzi vastaukset"),
    ("author", "autor autora auteur autore forfatter forfattare författare verfasser kirjoittaja"),
    ("name", "nom nome nombre naam namn navn nimi"),
    (
        "username",
        "benutzer benutzername nutzer nutzername utilisateur usuario usuário utente gebruiker gebruikersnaam anvandare användare \
         bruker bruger pseudo",
    ),
    ("date", "datum dato fecha"),
    ("time", "zeit uhrzeit heure hora tid tidspunkt tijd czas"),
    ("text", "texte texto testo tekst teksti"),
    (
        "content",
        "inhalt contenu contenido conteudo conteúdo contenuto inhoud innehall innehåll indhold innhold tresc treść",
    ),
    ("message", "nachricht mensaje mensagem messaggio bericht meddelande"),
    ("list", "liste lista lijst"),
    ("level", "niveau nivel livello niva nivå ebene stufe poziom taso"),
];

/// The English of each word: every class of a page is asked.
static ENGLISH: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
    let all = |(english, words): (&'static str, &'static str)| {
        words.split_ascii_whitespace().map(move |word| (word, english))
    };
    WORDS.into_iter().flat_map(all).collect()
});

/// The name in lower case, and in English as far as its words are known: `Kommentar-Autor` is `comment-author`.
pub(crate) fn english(name: &str) -> Cow<'_, str> {
    let is_lower = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    let name = if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_lowercase()) };
    // giscus has it before each of its names.
    let own = name.strip_prefix("gsc-").unwrap_or(&name);
    let is_known = |word: &str| ENGLISH.contains_key(word) || compound(word).is_some();
    if !own.split(['-', '_']).any(is_known) {
        return if own.len() == name.len() { name } else { Cow::Owned(own.to_owned()) };
    }
    let mut english = String::with_capacity(own.len());
    for part in own.split_inclusive(['-', '_']) {
        let word = part.trim_end_matches(['-', '_']);
        match (ENGLISH.get(word), compound(word)) {
            (Some(known), _) => english.push_str(known),
            (None, Some(rest)) => english.extend(["comment-", rest]),
            (None, None) => english.push_str(word),
        }
        english.push_str(part.get(word.len()..).unwrap_or_default());
    }
    Cow::Owned(english)
}

/// What of a comment is called so, by words that German and its neighbours write in one: `author` of `kommentarautor`.
fn compound(word: &str) -> Option<&str> {
    let rest = ["kommentar", "commentaire", "comentario", "reactie"].iter().find_map(|stem| word.strip_prefix(stem))?;
    match rest {
        "text" | "box" | "item" | "list" | "form" | "body" | "container" => Some(rest),
        _ => ENGLISH.get(rest).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names_in_english() {
        for (name, expected) in [
            ("Kommentar-Autor", "comment-author"),
            ("kommentartext", "comment-text"),
            ("kommentar_liste", "comment_list"),
            ("niva-2", "level-2"),
            ("commentaires", "comments"),
            ("comment__x1Yz2", "comment__x1yz2"),
            ("kommentarspalte", "kommentarspalte"),
            ("", ""),
            ("-", "-"),
            ("autor-", "author-"),
            ("gsc-comment-author", "comment-author"),
        ] {
            assert_eq!(english(name), expected);
        }
    }
}
