//! Texts to tokens and back to their places.

use proptest::prelude::*;

use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

fn norms(text: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize(text, &mut tokens);
    tokens.as_slice().iter().map(|token| tokens.norm(token).to_owned()).collect()
}

#[test]
fn words_are_folded_and_keep_their_apostrophes() {
    assert_eq!(norms("I DON'T think so, Éric’s Straße"), ["i", "don't", "think", "so", ",", "éric's", "straße"]);
}

#[test]
fn classes_stand_for_addresses_mentions_and_numbers() {
    assert_eq!(
        norms("@tomk see https://example.org/a?b=1. In 2019 we paid 1,250.50 for 3"),
        ["@user", "see", "url", ".", "in", "#year", "we", "paid", "#number", "for", "3"]
    );
    assert_eq!(norms("a@b.org"), ["a", "@", "b", ".", "org"]);
}

#[test]
fn entities_count_as_their_character_and_tags_as_space() {
    assert_eq!(norms("fish&nbsp;&amp; don&#39;t<br/>stop"), ["fish", "&", "don't", "stop"]);
    assert_eq!(norms("a < b & c;"), ["a", "<", "b", "&", "c", ";"]);
}

#[test]
fn stretched_letters_are_shortened_and_marked() {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize("NOOOOO waaaay, ok ÄÄÄÄh", &mut tokens);
    let words: Vec<_> = tokens.words().map(|t| (tokens.norm(t), t.stretched, t.caps)).collect();
    assert_eq!(words, [("noo", true, true), ("waay", true, false), ("ok", false, false), ("ääh", true, false)]);
}

#[test]
fn invisible_characters_do_not_split_or_hide_a_word() {
    assert_eq!(norms("id\u{200B}i\u{AD}ot \u{202E}ok\u{202C}"), ["idiot", "ok"]);
    assert_eq!(norms("ｆｕｌｌ ﬁne 𝓼𝓬𝓻𝓲𝓹𝓽 e\u{301}t"), ["full", "fine", "script", "ét"]);
}

#[test]
fn quoted_lines_are_marked() {
    let mut tokens = Tokens::default();
    Tokenizer::default().tokenize("> they said\nno &gt; yes\n&gt; again", &mut tokens);
    let quoted: Vec<_> = tokens.words().filter(|t| t.quoted).map(|t| tokens.norm(t)).collect();
    assert_eq!(quoted, ["they", "said", "again"]);
}

#[test]
fn emoji_and_ideographs_stand_alone() {
    assert_eq!(norms("👍🏽👍 图书馆 ok"), ["👍", "👍", "图", "书", "馆", "ok"]);
}

#[test]
fn stems_change_the_hash_and_not_the_form() {
    let (mut stemmed, mut plain) = (Tokens::default(), Tokens::default());
    Tokenizer::new("en".parse().ok()).tokenize("libraries", &mut stemmed);
    Tokenizer::default().tokenize("librari", &mut plain);
    assert_eq!(stemmed.norm(&stemmed.as_slice()[0]), "libraries");
    assert_eq!(stemmed.as_slice()[0].hash, plain.as_slice()[0].hash);
}

proptest! {
    #[test]
    fn offsets_map_back_into_any_text(text in "(\\PC|[<>&;#@'\\n\u{200B}a-cA-C0-9!.])*") {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(&text, &mut tokens);
        let mut last = 0;
        for token in tokens.as_slice() {
            prop_assert!(token.begin >= last && token.begin < token.end);
            prop_assert!(text.get(token.begin as usize..token.end as usize).is_some());
            last = token.end;
        }
    }

    #[test]
    fn the_plain_and_the_careful_way_agree(word in "[a-zA-Z']{1,18}|[a-bA]{1,18}") {
        // A soft hyphen is passed over, but forces the careful way. What follows gives room for the quick one.
        let (plain, careful) = (format!("{word}, and so it goes on"), format!("{word}\u{AD}, and so it goes on"));
        let (plain, careful) = (norms(&plain), norms(&careful));
        prop_assert_eq!(plain.concat(), careful.concat());
    }
}
