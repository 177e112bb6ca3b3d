//! Translates the names that sites in other languages give to a comment and its parts: classes and ids, with each such
//! word in English.
//!
//! Code that looks at an element's names then needs only English. Words with different meanings in several languages
//! (`data`, `out`) are left as they are.

/// The name in lower case, with the known words in English: `Kommentar-Autor` is `comment-author`.
pub(crate) fn english(name: &str) -> String {
    let name = name.to_lowercase();
    // The prefix of all names in giscus.
    let name = match name.strip_prefix("gsc-") {
        Some(rest) => rest.to_owned(),
        None => name,
    };
    let is_known = |word: &str| word_in_english(word).is_some() || compound(word).is_some();
    if !name.split(['-', '_']).any(is_known) {
        return name;
    }
    let mut english = String::with_capacity(name.len());
    for part in name.split_inclusive(['-', '_']) {
        let word = part.trim_end_matches(['-', '_']);
        match word_in_english(word) {
            Some(known) => english.push_str(known),
            None => english.push_str(&compound(word).unwrap_or_else(|| word.to_owned())),
        }
        english.push_str(part.get(word.len()..).unwrap_or_default());
    }
    english
}

/// Splits words that German and related languages write as one: `kommentarautor`, `kommentartext`.
fn compound(word: &str) -> Option<String> {
    let rest = ["kommentar", "commentaire", "comentario", "reactie"].iter().find_map(|stem| word.strip_prefix(stem))?;
    let rest = match rest {
        "text" | "box" | "item" | "list" | "form" | "body" | "container" => rest,
        _ => word_in_english(rest)?,
    };
    Some(format!("comment-{rest}"))
}

fn word_in_english(word: &str) -> Option<&'static str> {
    Some(match word {
        "kommentar" | "commentaire" | "comentario" | "comentário" | "commento" | "reactie" | "komentarz"
        | "komentar" | "kommentti" | "leserkommentar" | "leserbrief" => "comment",
        "kommentare" | "kommentarer" | "commentaires" | "comentarios" | "comentários" | "commenti" | "reacties"
        | "komentarze" | "kommentit" | "kommentarbereich" | "leserkommentare" | "leserbriefe" => "comments",
        // It may also answer a question, so the name alone does not make a comment.
        "antwort" | "reponse" | "réponse" | "respuesta" | "risposta" | "resposta" | "antwoord" | "svar"
        | "odpowiedz" | "odpowiedź" | "vastaus" => "answer",
        "antworten" | "reponses" | "réponses" | "respuestas" | "risposte" | "respostas" | "antwoorden"
        | "odpowiedzi" | "vastaukset" => "answers",
        "autor" | "autora" | "auteur" | "autore" | "forfatter" | "forfattare" | "författare" | "verfasser"
        | "kirjoittaja" => "author",
        "nom" | "nome" | "nombre" | "naam" | "namn" | "navn" | "nimi" => "name",
        "benutzer" | "benutzername" | "nutzer" | "nutzername" | "utilisateur" | "usuario" | "usuário" | "utente"
        | "gebruiker" | "gebruikersnaam" | "anvandare" | "användare" | "bruker" | "bruger" | "pseudo" => "username",
        "datum" | "dato" | "fecha" => "date",
        "zeit" | "uhrzeit" | "heure" | "hora" | "tid" | "tidspunkt" | "tijd" | "czas" => "time",
        "texte" | "texto" | "testo" | "tekst" | "teksti" => "text",
        "inhalt" | "contenu" | "contenido" | "conteudo" | "conteúdo" | "contenuto" | "inhoud" | "innehall"
        | "innehåll" | "indhold" | "innhold" | "tresc" | "treść" => "content",
        "nachricht" | "mensaje" | "mensagem" | "messaggio" | "bericht" | "meddelande" => "message",
        "liste" | "lista" | "lijst" => "list",
        "niveau" | "nivel" | "livello" | "niva" | "nivå" | "ebene" | "stufe" | "poziom" | "taso" => "level",
        _ => return None,
    })
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
