//! Disguised words, read through the tokenizer.

use proptest::prelude::*;

use crate::text::hash;
use crate::text::token::Tokens;
use crate::text::tokenizer::Tokenizer;

const WORDS: &[&str] = &[
    "the", "you", "are", "an", "am", "i", "a", "idiot", "stupid", "shit", "hit", "ass", "thank", "look", "smile",
    "mile", "kill", "damn", "us", "bastard", "mail", "email", "bitch", "tch", "asshole", "hole", "fuck", "mp3",
    "naive", "cafe", "friend", "so", "room", "rooms", "sam", "in", "to", "is", "usa", "slob", "walmart", "cia", "b",
    "adam", "dam",
];

fn known(hash: u64) -> Option<u32> {
    WORDS.iter().position(|word| crate::text::hash::bytes(word.as_bytes()) == hash).map(|at| at as u32)
}

fn words(text: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    Tokenizer::folding(None, Some(known)).tokenize(text, &mut tokens);
    for token in tokens.words() {
        assert_eq!(token.hash, hash::bytes(tokens.norm(token).as_bytes()));
    }
    tokens.words().map(|token| tokens.norm(token).to_owned()).collect()
}

#[test]
fn lookalikes_strokes_and_piled_marks_are_read_as_their_letters() {
    for spelling in [
        "idiot",
        "\u{456}diot",
        "\u{456}d\u{456}\u{43E}t",
        "ÍDÍÖT",
        "ɪᴅɪᴏᴛ",
        "🅸🅳🅸🅾🆃",
        "ｉｄｉｏｔ",
        "ⓘⓓⓘⓞⓣ",
        "i\u{336}d\u{336}i\u{336}o\u{336}t\u{336}",
        &["i", "d", "i", "o", "t"].map(|c| c.to_owned() + &"\u{338}\u{321}".repeat(40)).concat(),
        "i\u{311}\u{312}\u{315}\u{338}d\u{35C}i\u{300}\u{340}\u{35B}o\u{30A}\u{33C}t\u{321}",
        "\u{399}DI\u{39F}T",
        "🇮🇩🇮🇴🇹",
    ] {
        assert_eq!(words(&format!("so {spelling}!")), ["so", "idiot"], "{spelling}");
    }
    assert_eq!(words("t\u{336}h\u{336}a\u{336}n\u{336}k\u{336} \u{336}y\u{336}o\u{336}u\u{336}"), ["thank", "you"]);
}

#[test]
fn digits_and_signs_are_read_as_letters_where_that_makes_a_word() {
    for (spelling, word) in [
        ("idi0t", "idiot"),
        ("1d10t", "idiot"),
        ("ID10T", "idiot"),
        ("idi0t's", "idiot's"),
        ("$hit", "shit"),
        ("5hit", "shit"),
        ("sh!t", "shit"),
        ("sh1t", "shit"),
        ("@ss", "ass"),
        ("a$$", "ass"),
        ("$tupid", "stupid"),
        ("$tup1d", "stupid"),
        ("b@stard", "bastard"),
        ("k1ll", "kill"),
        ("k|ll", "kill"),
        ("f*ck", "fuck"),
        ("b!tch", "bitch"),
        ("a$$hole", "asshole"),
        ("fu(k", "fuck"),
        ("d@mn", "damn"),
        ("id\u{456}0t", "idiot"),
    ] {
        assert_eq!(words(&format!("you {spelling}, so")), ["you", word, "so"], "{spelling}");
    }
}

#[test]
fn letters_set_apart_are_joined_where_that_makes_a_word() {
    for (spelling, word) in [
        ("i d i o t", "idiot"),
        ("I  D  I  O  T", "idiot"),
        ("i.d.i.o.t", "idiot"),
        ("s-t-u-p-i-d", "stupid"),
        ("s_t_u_p_i_d", "stupid"),
        ("s*t*u*p*i*d", "stupid"),
        ("a-s-s", "ass"),
        ("1 d 1 0 t", "idiot"),
        ("id.iot", "idiot"),
        ("stu-pid", "stupid"),
        ("f-u-c-k", "fuck"),
        ("\u{456} d \u{456} o t", "idiot"),
    ] {
        assert_eq!(words(&format!("you {spelling}, so")), ["you", word, "so"], "{spelling}");
    }
    assert_eq!(words("i d i o t, y o u  a r e  a n  i d i o t"), ["idiot", "you", "are", "an", "idiot"]);
    assert_eq!(words(&"y o u  a r e  ".repeat(99)).len(), 198);
    assert_eq!(words("\u{1F1EE}\u{200B}\u{1F1E9}\u{200B}\u{1F1EE}\u{200B}\u{1F1F4}\u{200B}\u{1F1F9}"), ["idiot"]);
    assert_eq!(words("y o u a r e a n i d i o t"), ["you", "are", "an", "idiot"]);
}

#[test]
fn ordinary_spellings_stay() {
    let ordinary = "b4 h8 gr8 covid19 2nd 100k 5am 10k mp3 a55 f35s room5 g20 $10b us$ e-mail wal-mart re-mail \
                    mail-room c.i.a and/or so!are @sam @dam naïve-ish";
    for text in ordinary.split(' ') {
        let mut plain = Tokens::default();
        Tokenizer::default().tokenize(text, &mut plain);
        let expected: Vec<_> = plain.words().map(|token| plain.norm(token).to_owned()).collect();
        if text == "naïve-ish" {
            assert_eq!(words(text), ["naive", "ish"]);
        } else {
            assert_eq!(words(text), expected, "{text}");
        }
    }
    assert_eq!(words("a b c d"), ["a", "b", "c", "d"]);
    assert_eq!(words("I a m in"), ["i", "a", "m", "in"]);
    assert_eq!(words("größe Москва 图书馆"), ["größe", "москва", "图", "书", "馆"]);
}

#[test]
fn a_word_spans_its_whole_spelling() {
    let text = "You i d i o t, sh!t and 1d10t";
    let mut tokens = Tokens::default();
    Tokenizer::folding(None, Some(known)).tokenize(text, &mut tokens);
    let spans: Vec<_> = tokens
        .as_slice()
        .iter()
        .filter(|token| token.folded)
        .map(|token| &text[token.begin as usize..token.end as usize])
        .collect();
    assert_eq!(spans, ["i d i o t", "sh!t", "1d10t"]);
    let norms: String = tokens.as_slice().iter().map(|token| tokens.norm(token)).collect();
    assert_eq!(norms, "youidiot,shitandidiot");
}

proptest! {
    #[test]
    fn offsets_map_back_into_any_text(text in "(\\PC|[<>&;#@'$!*|. \\-_\n\u{200B}\u{336}\u{456}a-eA-C0-9]){0,60}") {
        let mut tokens = Tokens::default();
        Tokenizer::folding(None, Some(known)).tokenize(&text, &mut tokens);
        let mut last = 0;
        for token in tokens.as_slice() {
            prop_assert!(token.begin >= last && token.begin < token.end);
            prop_assert!(text.get(token.begin as usize..token.end as usize).is_some());
            prop_assert!(!tokens.norm(token).is_empty());
            last = token.end;
        }
    }
}
