//! What threads look like on a terminal.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use crate::report::thread::*;
use crate::thread::comment::Article;

fn labels() -> Vec<Label> {
    let classes = ["against", "favor", "none"].map(str::to_owned).to_vec();
    vec![Label::stance("stance", classes), Label::flag("speculative"), Label::flag("off_topic")]
}

fn comment(id: &str, parent: &str, author: &str, text: &str) -> Comment {
    Comment {
        id: id.to_owned(),
        parent_id: (!parent.is_empty()).then(|| parent.to_owned()),
        author: (!author.is_empty()).then(|| author.to_owned()),
        text: text.to_owned(),
        ..Comment::default()
    }
}

fn verdict(class: usize, p: f32, flags: [f32; 2], reasons: Vec<Reason>) -> Verdict {
    let mut stance = vec![(1.0 - p) / 2.0; 3];
    stance[class] = p;
    let flag = |p| Outcome::Flag { raised: p >= 0.6, unsure: (0.4..0.6).contains(&p), p: Some(p), threshold: 0.6 };
    Verdict {
        outcomes: vec![Outcome::Stance { class: Ok(class), p: stance }, flag(flags[0]), flag(flags[1])],
        reasons,
        muted: Vec::new(),
        language: None,
    }
}

fn because(label: usize, text: &str, piece: &str, share: f32) -> Reason {
    let begin = text.find(piece);
    let feature = if begin.is_some() { "words" } else { piece };
    let class = (label == 0).then_some(0);
    Reason { label, class, feature: feature.to_owned(), span: begin.map(|begin| (begin, begin + piece.len())), share }
}

/// Comments with verdicts, among them every kind of thing that is shown.
fn example() -> (Thread, Vec<Verdict>) {
    let first = "Ninety-one years. It got through a bomb on the dock and couldn't get through Denise Marrable with a spreadsheet.";
    let second = "I bet the building is sold already.\r\n\r\n\r\nProbably to the same developer who did the fish market, who knows.";
    let fourth = "Has anyone tried the new cafe on the pier?";
    let comments = vec![
        comment("c1", "", "tidewatcher", first),
        comment("c2", "c1", "Gadfly_Brin", second),
        comment("c3", "c2", "tidewatcher", "Who told you? Nobody's said a word about a sale."),
        comment("c4", "c1", "Pamela \x1b[2J\u{202e}T", fourth),
        comment("c5", "", "", "Good. The roof alone was half a million."),
    ];
    let second_reasons = vec![
        because(1, second, "I bet", 1.25),
        because(1, second, "sold already", 0.81),
        because(1, second, "shape: length", 0.2),
    ];
    let verdicts = vec![
        verdict(0, 0.91, [0.1, 0.02], vec![because(0, first, "with a spreadsheet", 0.9)]),
        verdict(2, 0.77, [0.83, 0.1], second_reasons),
        verdict(2, 0.64, [0.5, 0.1], Vec::new()),
        verdict(2, 0.997, [0.7, 0.9], vec![because(2, fourth, "cafe", 2.0), because(1, fourth, "tried", 0.3)]),
        verdict(1, 0.55, [0.002, 0.1], Vec::new()),
    ];
    let article =
        Article { title: Some("Council votes to close the Harbour Road library".to_owned()), ..Article::default() };
    (Thread { article, comments, ..Thread::default() }, verdicts)
}

fn written(form: ThreadForm, thread: &Thread, verdicts: &[Verdict]) -> String {
    let mut out = Vec::new();
    let (tree, _) = Tree::new(&thread.comments);
    form.write(&mut out, thread, &tree, &labels(), verdicts).unwrap();
    String::from_utf8(out).unwrap()
}

fn form(width: usize, color: bool) -> ThreadForm<'static> {
    ThreadForm { width, color, only: None, towards: None }
}

#[test]
fn a_thread_is_a_tree_with_verdicts_and_reasons() {
    let (thread, verdicts) = example();
    insta::assert_snapshot!(written(form(72, false), &thread, &verdicts), @r"
    Council votes to close the Harbour Road library

    tidewatcher  c1  against 91 %
    Ninety-one years. It got through a bomb on the dock and couldn't get
    through Denise Marrable with a spreadsheet.
    │
    ├ Gadfly_Brin  c2  none 77 %  ▲ speculative 83 %
    │ «I bet» the building is «sold already».
    │
    │ Probably to the same developer who did the fish market, who knows.
    │ because “I bet” +1.2, “sold already” +0.8, shape: length +0.2
    │ │
    │ └ tidewatcher  c3  none 64 %  ? speculative 50 %
    │   Who told you? Nobody's said a word about a sale.
    │
    └ Pamela ␛[2J\u{202e}T  c4  none >99 %  ▲ speculative 70 %
      ▲ off_topic 90 %
      Has anyone «tried» the new «cafe» on the pier?
      speculative because “tried” +0.3
      off_topic because “cafe” +2.0

    c5  favor 55 %
    Good. The roof alone was half a million.

    5 comments: 1 against, 1 favor, 3 none · speculative 2, off_topic 1 ·
    2 flagged, 1 unsure
    ");
}

#[test]
fn only_some_are_shown_with_what_they_answer() {
    let (thread, verdicts) = example();
    let form = ThreadForm { only: Some(Only::Unsure), ..form(60, false) };
    insta::assert_snapshot!(written(form, &thread, &verdicts), @r"
    Council votes to close the Harbour Road library

    tidewatcher  c3  none 64 %  ? speculative 50 %
    ↳ answers c2, Gadfly_Brin: I bet the building is sold alrea…
    Who told you? Nobody's said a word about a sale.

    5 comments: 1 against, 1 favor, 3 none · speculative 2,
    off_topic 1 · 2 flagged, 1 unsure
    ");
}

#[test]
fn colours_follow_the_pieces_over_lines() {
    let (mut thread, verdicts) = example();
    thread.comments.truncate(1);
    insta::assert_snapshot!(written(form(60, true), &thread, &verdicts[..1]).replace('\x1b', "^"), @r"
    ^[1mCouncil votes to close the Harbour Road library^[0m

    ^[1mtidewatcher^[0m  ^[2mc1^[0m  ^[31magainst 91 %^[0m
    Ninety-one years. It got through a bomb on the dock and
    couldn't get through Denise Marrable ^[4m^[31mwith a spreadsheet^[0m.

    ^[1m1 comment:^[0m ^[31m1 against,^[0m ^[32m0 favor,^[0m ^[2m0 none^[0m ^[2m·^[0m speculative 0,
    off_topic 0 ^[2m·^[0m 0 flagged
    ");
}

#[test]
fn empty_threads_and_missing_verdicts_are_written() {
    let (mut thread, _) = example();
    assert!(written(form(80, false), &thread, &[]).contains("5 comments: 0 against"));
    thread = Thread::default();
    assert_eq!(
        written(form(80, false), &thread, &[]),
        "0 comments: 0 against, 0 favor, 0 none · speculative 0, off_topic 0 · 0 flagged\n"
    );
}

#[test]
fn a_deep_chain_keeps_its_width_and_names_parents() {
    let count = 100_000;
    let parent = |i: usize| if i == 0 { String::new() } else { format!("c{}", i - 1) };
    let comments = (0..count).map(|i| comment(&format!("c{i}"), &parent(i), "a", "yes")).collect();
    let thread = Thread { comments, ..Thread::default() };
    let written = written(form(48, false), &thread, &[]);
    assert!(written.len() < 100 * count);
    assert!(written.contains("\n      ├ a  c77777  ↳ c77776\n"), "{}", &written[..900]);
    assert!(written.contains("\n      └ a  c99999  ↳ c99998\n        yes\n\n100000 comments"));
}

/// What is shown without our own colours; `None` if anything else steers the terminal.
fn uncoloured(text: &str) -> Option<String> {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (code, rest) = part.split_once('m')?;
        if !code.chars().all(|c| c.is_ascii_digit() || c == ';') {
            return None;
        }
        plain.push_str(rest);
    }
    (!plain.contains(|c: char| c.is_control() && c != '\n')).then_some(plain)
}

proptest! {
    #[test]
    fn nothing_steers_the_terminal_and_no_line_is_too_wide(
        rows in prop::collection::vec((any::<String>(), r"(\PC|[a-z]{0,40}|[ \t\r\n\x1b\u{202e}\u{fe0f}\u{200d}❤漢]){0,60}", any::<String>(), 0..9_usize), 0..12),
        spans in prop::collection::vec((0..3_usize, 0..80_usize, 0..80_usize, -1.0..2.0_f32), 0..12),
        p in any::<f32>(),
        title: String,
        color: bool,
        flagged: bool,
        width in 0..130_usize,
    ) {
        let comments: Vec<Comment> = rows.iter().map(|(id, text, author, parent)| Comment {
            id: id.clone(),
            parent_id: rows.get(*parent).map(|(id, ..)| id.clone()),
            author: Some(author.clone()),
            created_at: Some(author.clone()),
            text: text.clone(),
            ..Comment::default()
        }).collect();
        let reason = |&(label, a, b, share): &(usize, usize, usize, f32)| Reason {
            label, class: None, feature: title.clone(), span: (a % 3 > 0).then_some((a, b)), share,
        };
        let reasons: Vec<Reason> = spans.iter().map(reason).collect();
        let verdicts: Vec<Verdict> = comments.iter().map(|_| verdict(spans.len() % 3, p, [p, 0.5], reasons.clone())).collect();
        let article = Article { title: Some(title), ..Article::default() };
        let thread = Thread { article, comments, ..Thread::default() };
        let form = ThreadForm { width, color, only: flagged.then_some(Only::Flagged), towards: None };
        let plain = uncoloured(&written(form, &thread, &verdicts));
        prop_assert!(plain.is_some());
        for line in plain.unwrap().lines() {
            prop_assert!(line.width() <= width.max(20), "{line:?}");
        }
    }
}
