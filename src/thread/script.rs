//! Recognises the comment system whose script loads the comments into a page that is saved without them.

use std::borrow::Cow;

/// Systems, with the names of their elements or scripts; for those that load the comments into a frame, how to export
/// the comments instead.
const SCRIPTS: [(&str, &str, Option<&str>); 32] = [
    ("disqus_thread", "Disqus", Some(DISQUS)),
    ("disqus.com/embed", "Disqus", Some(DISQUS)),
    ("remark42", "Remark42", Some("make a backup (remark42 backup), which is read as it is")),
    ("coral_thread", "Coral", Some(CORAL)),
    ("coral-embed", "Coral", Some(CORAL)),
    ("coral_talk_stream", "Coral", Some(CORAL)),
    ("hyvor-talk", "Hyvor Talk", Some("export them in its console")),
    ("isso-thread", "Isso", None),
    // The names of these two are words, so they do not count alone.
    ("commento.js", "Commento", None),
    ("commento.io", "Commento", None),
    ("<comentario-comments", "Comentario", None),
    ("comentario.js", "Comentario", None),
    ("cusdis_thread", "Cusdis", Some("export them in its dashboard")),
    ("giscus", "giscus", Some("export the discussion from GitHub")),
    ("utteranc.es", "utterances", Some("export the issue from GitHub")),
    ("utterances-frame", "utterances", Some("export the issue from GitHub")),
    ("fb-comments", "Facebook", Some("export them with Facebook's Graph API")),
    ("spot-im", "OpenWeb", Some("ask for an export in its admin panel")),
    ("launcher.spot.im", "OpenWeb", Some("ask for an export in its admin panel")),
    ("spotim", "OpenWeb", Some("ask for an export in its admin panel")),
    ("openweb-conversation", "OpenWeb", Some("ask for an export in its admin panel")),
    ("viafoura", "Viafoura", None),
    ("vf-conversation", "Viafoura", None),
    ("vuukle-comments", "Vuukle", Some("export them in its dashboard")),
    ("graphcomment", "GraphComment", Some("export them in its dashboard")),
    ("hypercomments_widget", "HyperComments", None),
    ("intensedebate.com", "IntenseDebate", None),
    ("idc-container", "IntenseDebate", None),
    ("livefyre.com", "Livefyre", None),
    ("livefyre-comments", "Livefyre", None),
    ("livefyre_comments", "Livefyre", None),
    ("livefyreConversation", "Livefyre", None),
];

const DISQUS: &str = "export them from Disqus (Moderation, Export), whose XML is read as it is";
const CORAL: &str = "export them from Coral (its GraphQL API, or mongoexport), whose JSON is read as it is";

/// The system whose script a page has, and how to export its comments.
pub(crate) fn of(document: &str) -> Option<(&'static str, Option<&'static str>)> {
    let document = without_styles(document);
    SCRIPTS.iter().find(|(mark, ..)| document.contains(mark)).map(|&(_, system, export)| (system, export))
}

/// The document without its style sheets, which themes write for systems that a page does not use.
fn without_styles(document: &str) -> Cow<'_, str> {
    const BEGIN: &str = "<style";
    const END: &str = "</style";
    if !document.contains(BEGIN) {
        return Cow::Borrowed(document);
    }
    let mut parts = document.split(BEGIN);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(END).map_or("", |(_, rest)| rest));
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_by_their_elements() {
        for (page, system) in [
            ("<div id=disqus_thread></div>", Some("Disqus")),
            ("<script src='//cdn.commento.io/js/commento.js'></script>", Some("Commento")),
            ("<comentario-comments></comentario-comments>", Some("Comentario")),
            ("<script src='https://www.intensedebate.com/js/x.js'></script>", Some("IntenseDebate")),
            ("<div id='livefyre-comments'></div>", Some("Livefyre")),
            ("<iframe class='utterances-frame' src='./x.html'></iframe>", Some("utterances")),
            ("<style>.a{}</style><div class='fb-comments'></div><style>b{}</style>", Some("Facebook")),
            ("<div class=comentarios></div><div id=commento></div>", None),
            ("<style>.fb-comments{width:100%}</style><style media=print>.giscus{}", None),
        ] {
            assert_eq!(of(page).map(|(system, _)| system), system, "{page}");
        }
    }
}
