//! For every form, what is written can be read back, as far as the form can carry it.

use crate::thread::columns::ColumnMap;
use crate::thread::comment::Article;
use crate::thread::comment::Beside;
use crate::thread::comment::Comment;
use crate::thread::comment::Thread;
use crate::thread::format::Format;
use crate::thread::threads::read_thread_from;
use crate::thread::tree::Tree;
use crate::thread::write::write_all;
use std::io::Cursor;

use proptest::prelude::*;

fn there_and_back(threads: &[Thread], format: Format) -> Vec<Thread> {
    let mut bytes = Vec::new();
    write_all(threads, format, &mut bytes).unwrap();
    let reading = read_thread_from("t", Some(format), Cursor::new(bytes), &ColumnMap::default()).unwrap();
    assert_eq!(reading.refused, []);
    reading.threads
}

/// Texts that resemble something else.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("• Rosa M"),
        Just("- no"),
        Just("– Never."),
        Just("* * *"),
        Just("Comments"),
        Just("\n"),
        Just("\n\n"),
        Just("\r\n"),
        Just("\n  "),
        Just("\t"),
        Just("\""),
        Just(",;"),
        Just("</p></article><li class=comment>"),
        Just("&amp;&#10;"),
        Just("{\"text\":"),
        Just("\u{1}\u{7f}\u{85}\u{2028}"),
        Just("\u{a0}é😀"),
        Just("one two"),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A thread with unique ids, in which parents precede their replies.
fn thread() -> impl Strategy<Value = Thread> {
    let comment = (hostile(), prop::option::of(hostile()), prop::option::of(hostile()), any::<prop::sample::Index>());
    let comments = prop::collection::vec(comment, 1..12);
    let article = (prop::option::of(hostile()), prop::option::of(hostile()), prop::option::of(hostile()));
    (comments, article).prop_map(|(comments, (id, title, text))| Thread {
        id: Some("t".to_owned()),
        article: Article { id, title, text, url: None },
        comments: (comments.into_iter().enumerate())
            .map(|(i, (text, author, created_at, parent))| Comment {
                id: format!("c{}", i + 1),
                parent_id: Some(parent.index(i + 1))
                    .filter(|&parent| parent < i)
                    .map(|parent| format!("c{}", parent + 1)),
                author,
                created_at,
                text,
                ..Comment::default()
            })
            .collect(),
        unrelated: false,
    })
}

fn some(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}

/// The thread in page order, with empty values treated as missing.
fn in_page_order(mut thread: Thread) -> Thread {
    let (tree, _) = Tree::new(&thread.comments);
    thread.comments = tree.order().into_iter().map(|i| thread.comments[i].clone()).collect();
    for comment in &mut thread.comments {
        comment.author = some(comment.author.take());
        comment.created_at = some(comment.created_at.take());
    }
    thread
}

/// Lines without surrounding space, and single blank lines.
fn page_text(text: &str, line: impl Fn(&str) -> String) -> String {
    let lines: Vec<String> = text.lines().map(line).collect();
    let mut out = String::new();
    for line in lines.join("\n").split("\n\n").map(|part| part.trim_matches('\n')) {
        if !line.is_empty() {
            out.push_str(if out.is_empty() { "" } else { "\n\n" });
            out.push_str(line);
        }
    }
    out
}

/// What a text page keeps of comments: author, parent and lines; a reply must have a text.
fn on_text_page(mut thread: Thread) -> Thread {
    for comment in &mut thread.comments {
        comment.text = page_text(&comment.text, |line| line.trim().to_owned());
        if comment.text.is_empty() {
            "one".clone_into(&mut comment.text);
        }
        let author = comment.author.take().unwrap_or_default();
        // More words may be a sentence, which is not a name.
        let author = author.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
        let author: String = author.chars().take(80).collect();
        let author = author.trim().to_owned();
        comment.author = Some(author)
            .filter(|author| !author.is_empty() && author.chars().any(char::is_alphanumeric))
            .or(Some("Anonymous".to_owned()));
        comment.created_at = None;
    }
    in_page_order(thread)
}

/// Comments with ids by their order.
fn renumbered(thread: &Thread) -> Vec<Comment> {
    let (tree, _) = Tree::new(&thread.comments);
    let id = |i: usize| format!("c{}", i + 1);
    (thread.comments.iter().enumerate())
        .map(|(i, comment)| Comment { id: id(i), parent_id: tree.parents[i].map(id), ..comment.clone() })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn tables(threads in prop::collection::vec(thread(), 1..3)) {
        let mut threads = threads;
        for (i, thread) in threads.iter_mut().enumerate() {
            thread.id = Some(format!("t{i}"));
            let article = &mut thread.article;
            for value in [&mut article.id, &mut article.title, &mut article.text] {
                *value = some(value.take());
            }
            for comment in &mut thread.comments {
                comment.author = some(comment.author.take());
                comment.created_at = some(comment.created_at.take());
            }
        }
        for format in [Format::Csv, Format::Tsv, Format::Jsonl] {
            prop_assert_eq!(&there_and_back(&threads, format), &threads);
        }
    }

    #[test]
    fn nested_json(threads in prop::collection::vec(thread(), 0..3)) {
        let threads: Vec<Thread> = threads.into_iter().map(in_page_order).collect();
        let back = there_and_back(&threads, Format::Json);
        // No threads at all are read back as one without comments.
        prop_assert_eq!(back, if threads.is_empty() { vec![Thread::default()] } else { threads });
    }

    #[test]
    fn text_pages(thread in thread()) {
        let thread = on_text_page(thread);
        let back = there_and_back(std::slice::from_ref(&thread), Format::PageText);
        prop_assert_eq!(&back[0].comments, &renumbered(&thread));
    }

    #[test]
    fn html_pages(thread in thread()) {
        let mut thread = in_page_order(thread);
        let back = there_and_back(std::slice::from_ref(&thread), Format::PageHtml);
        let line = |line: &str| line.trim().split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        for comment in &mut thread.comments {
            comment.text = page_text(&comment.text, line);
            comment.author = None;
            comment.created_at = None;
        }
        let mut comments = back[0].comments.clone();
        for comment in &mut comments {
            comment.author = None;
            comment.created_at = None;
        }
        prop_assert_eq!(comments, thread.comments);
    }
}

#[test]
fn an_html_page_keeps_article_author_and_time() {
    let thread = Thread {
        id: None,
        article: Article {
            id: None,
            title: Some("A <b> & \"c\"".to_owned()),
            text: Some("One.\n\nTwo\nlines.".to_owned()),
            url: Some("https://e.org/?a=1&b=2".to_owned()),
        },
        comments: vec![Comment {
            id: "x y".to_owned(),
            author: Some("Rosa <M>".to_owned()),
            created_at: Some("2024-05-01".to_owned()),
            text: "• no".to_owned(),
            ..Comment::default()
        }],
        unrelated: false,
    };
    assert_eq!(there_and_back(std::slice::from_ref(&thread), Format::PageHtml), [thread]);
}

#[test]
fn deep_threads_come_back_from_json_and_html() {
    let count = 2_000;
    let comments = (0..count).map(|i| Comment {
        id: format!("c{}", i + 1),
        parent_id: (i > 0).then(|| format!("c{i}")),
        text: "a".to_owned(),
        ..Comment::default()
    });
    let thread = Thread { comments: comments.collect(), ..Thread::default() };
    for format in [Format::Json, Format::PageHtml] {
        let back = there_and_back(std::slice::from_ref(&thread), format);
        assert!(back[0].comments == thread.comments, "{format:?}");
    }
    let error = write_all(std::slice::from_ref(&thread), Format::PageText, Vec::new()).unwrap_err();
    assert!(error.to_string().contains("1999 deep"), "{error}");
}

#[test]
fn a_page_holds_one_thread() {
    let error = write_all(&[Thread::default(), Thread::default()], Format::PageHtml, Vec::new()).unwrap_err();
    assert!(error.to_string().contains("a page holds one thread, but there are 2"), "{error}");
}

#[test]
fn comments_that_are_no_thread_are_none_afterwards() {
    let comment = |id: &str, title: &str, target: &str| Comment {
        id: id.to_owned(),
        text: "words".to_owned(),
        beside: Beside {
            article_title: some(Some(title.to_owned())),
            target: some(Some(target.to_owned())),
            language: Some("de".to_owned()),
            ..Beside::default()
        },
        ..Comment::default()
    };
    let comments = vec![comment("a", "A", ""), comment("b", "", "a harbour"), comment("c", "C", "")];
    let threads = [Thread { comments, unrelated: true, ..Thread::default() }];
    for format in [Format::Csv, Format::Tsv, Format::Jsonl, Format::Json] {
        assert_eq!(there_and_back(&threads, format), threads, "{format:?}");
    }
    assert!(write_all(&threads, Format::PageHtml, Vec::new()).unwrap_err().to_string().contains("neither a thread"));
    // If they share an article, a page can hold them.
    let comments = vec![comment("a", "A", ""), comment("b", "A", "")];
    let mut bytes = Vec::new();
    write_all(&[Thread { comments, unrelated: true, ..Thread::default() }], Format::Csv, &mut bytes).unwrap();
    let back = read_thread_from("t", Some(Format::Csv), Cursor::new(bytes), &ColumnMap::default()).unwrap().threads;
    assert_eq!((back[0].article.title.as_deref(), &back[0].comments[0].beside.article_title), (Some("A"), &None));
    assert!(write_all(&back, Format::PageHtml, Vec::new()).is_ok());
}
