//! Pages as a browser saves them: of systems whose markup is known, of sites that nobody knows, and without comments.

use super::support::Dir;

/// A page that is read as it should be.
struct Page {
    name: &'static str,
    /// The end of the line that says how the comments were found.
    how: &'static str,
    /// Each comment as `id<parent author time: text`.
    comments: &'static [&'static str],
    /// The article's text begins so.
    article: &'static str,
}

const TITLE: &str = "Council votes to close the Harbour Road library";
const ARTICLE: &str = "The council decided on Tuesday";

const PAGES: [Page; 16] = [
    Page {
        name: "wordpress-twenty-twenty.html",
        how: "4 comments were found by the markup of WordPress (sure)",
        comments: &[
            "comment-31< Rosa M 2024-03-05T18:02:11+00:00: They never asked anyone who uses it.//Not once. Not even the school.",
            "comment-32<comment-31 tomk 2024-03-05T18:20:40+00:00: > They never asked anyone//Maybe they did and you were not listening.",
            "comment-34<comment-32 Rosa M 2024-03-06T07:11:00+00:00: I was at every meeting.",
            "comment-33< Ann-Lee 2024-03-05T19:45:09+00:00: Nobody reads there any more://- twelve visitors a day/- two of them asleep",
        ],
        article: ARTICLE,
    },
    Page {
        name: "wordpress-twenty-ten.html",
        how: "3 comments were found by the markup of WordPress (sure)",
        comments: &[
            "comment-31< Rosa M March 5, 2024 at 6:02 pm: They never asked anyone who uses it.//Not once. Not even the school.",
            "comment-32<comment-31 tomk March 5, 2024 at 6:20 pm: Maybe they did and you were not listening.",
            "comment-33< Ann-Lee March 5, 2024 at 7:45 pm: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "wordpress-genesis.html",
        how: "2 comments were found by the markup of WordPress (sure)",
        comments: &[
            "comment-31< Rosa M 2024-03-05T18:02:11+00:00: They never asked anyone who uses it.//Not once. Not even the school.",
            "comment-32<comment-31 tomk 2024-03-05T18:20:40+00:00: Maybe they did and you were not listening.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "wordpress-divi.html",
        how: "2 comments were found by the markup of WordPress (sure)",
        comments: &[
            "comment-31< Rosa M March 5, 2024 at 6:02 pm: They never asked anyone who uses it.//Not once. Not even the school.",
            "comment-32<comment-31 tomk March 5, 2024 at 6:20 pm: Maybe they did and you were not listening.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "wordpress-blocks.html",
        how: "3 comments were found by the markup of WordPress (sure)",
        comments: &[
            "comment-31< Rosa M 2024-03-05T18:02:11+00:00: They never asked anyone who uses it.//Not once. Not even the school.",
            "comment-32<comment-31 tomk 2024-03-05T18:20:40+00:00: Maybe they did and you were not listening.",
            "comment-33< Ann-Lee 2024-03-05T19:45:09+00:00: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "disqus.html",
        how: "4 comments were found by the markup of Disqus (sure)",
        comments: &[
            "5001< Rosa M Tuesday, March 5, 2024 6:02 PM: They never asked anyone who uses it.//Not once. Not even the school.",
            "5002<5001 tomk Tuesday, March 5, 2024 6:20 PM: Maybe they did and you were not listening. See the minutes.",
            "5003< Guest : This comment was deleted.",
            "5004<5003 Ann-Lee Tuesday, March 5, 2024 7:45 PM: Nobody reads there any more.",
        ],
        article: "",
    },
    // Saved as a single file, with an advertisement and Disqus in frames of other sites.
    Page {
        name: "disqus.mhtml",
        how: "4 comments were found by the markup of Disqus (sure)",
        comments: &[
            "5001< Rosa M Tuesday, March 5, 2024 6:02 PM: They never asked anyone who uses it.//Not once. Not even the school.",
            "5002<5001 tomk Tuesday, March 5, 2024 6:20 PM: Maybe they did and you were not listening. See the minutes.",
            "5003< Guest : This comment was deleted.",
            "5004<5003 Ann-Lee Tuesday, March 5, 2024 7:45 PM: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "coral.html",
        how: "4 comments were found by the markup of Coral (sure)",
        comments: &[
            "7a1b6f0e-1111-4a6e-9d53-0c9a8f3a0001< Rosa M 2024-03-05T18:02:11.000Z: They never asked anyone who uses it./Not once. Not even the school.",
            "7a1b6f0e-1111-4a6e-9d53-0c9a8f3a0002<7a1b6f0e-1111-4a6e-9d53-0c9a8f3a0001 tomk 2024-03-05T18:20:40.000Z: Maybe they did and you were not listening.",
            "7a1b6f0e-1111-4a6e-9d53-0c9a8f3a0003<7a1b6f0e-1111-4a6e-9d53-0c9a8f3a0002 Rosa M 2024-03-06T07:11:00.000Z: I was at every meeting.",
            "7a1b6f0e-1111-4a6e-9d53-0c9a8f3a0004< Ann-Lee 2024-03-05T19:45:09.000Z: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "discourse-crawler.html",
        how: "3 comments were found by the markup of Discourse (sure)",
        comments: &[
            "2< rosam 2024-03-05T18:02:11Z: They never asked anyone who uses it.//Not once. Not even the school.",
            "3<2 tomk 2024-03-05T18:20:40Z: > They never asked anyone//Maybe they did and you were not listening. :wink:",
            "4< annlee 2024-03-05T19:45:09Z: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "discourse.html",
        how: "3 comments were found by the markup of Discourse (sure)",
        comments: &[
            "2< rosam 2024-03-05T18:02:11Z: They never asked anyone who uses it.//Not once. Not even the school.",
            "3<2 tomk 2024-03-05T18:20:40Z: Maybe they did and you were not listening.",
            "5<3 annlee 2024-03-05T19:45:09Z: > you were not listening//Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "hacker-news.html",
        how: "5 comments were found by the markup of Hacker News (sure)",
        comments: &[
            "39100010< rosam 2024-03-05T18:02:11: They never asked anyone who uses it.//Not once. Not even the school.",
            "39100011<39100010 tomk 2024-03-05T18:20:40: > never asked//Maybe they did and you were not listening: https://council.example/minutes//  yes 9/  no  6",
            "39100012<39100011 rosam 2024-03-06T07:11:00: I was at every meeting.",
            "39100013<  2024-03-05T19:45:09: ",
            "39100014<39100013 annlee 2024-03-05T20:01:00: Nobody reads there any more.",
        ],
        article: "",
    },
    Page {
        name: "old-reddit.html",
        how: "4 comments were found by the markup of Reddit (sure)",
        comments: &[
            "t1_ktaaa01< rosam 2024-03-05T18:02:11+00:00: They never asked anyone who uses it.//Not once. Not even the school.",
            "t1_ktaaa02<t1_ktaaa01 tomk 2024-03-05T18:20:40+00:00: > They never asked anyone//Maybe they did and you were not listening.",
            "t1_ktaaa03<  2024-03-05T19:00:00+00:00: [removed]",
            "t1_ktaaa04<t1_ktaaa03 annlee 2024-03-05T19:45:09+00:00: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "phpbb.html",
        how: "3 comments were found by the markup of phpBB (sure)",
        comments: &[
            "902< Rosa M 2024-03-05T18:02:11+00:00: They never asked anyone who uses it.//Not once. Not even the school. :(",
            "903<902 tomk 2024-03-05T18:20:40+00:00: > They never asked anyone//Maybe they did and you were not listening.",
            "904<903 Ann-Lee 2024-03-05T19:45:09+00:00: > you were not listening//Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "unknown-flat-levels.html",
        how: "4 comments were found by the names of classes and ids (fairly sure)",
        comments: &[
            "c71< Rosa M 2024-03-05 18:02: They never asked anyone who uses it.",
            "c72<c71 tomk 2024-03-05 18:20: Maybe they did and you were not listening.",
            "c73<c72 Rosa M 2024-03-06 07:11: I was at every meeting.",
            "c74< Ann-Lee 2024-03-05 19:45: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "unknown-indented.html",
        how: "4 comments were found by repeated blocks, not by a known markup (unsure): check with --explain-reading",
        comments: &[
            "c1< Rosa M 5 March 2024, 18:02: They never asked anyone who uses it.//Not once. Not even the school.",
            "c2<c1 tomk 5 March 2024, 18:20: Maybe they did and you were not listening.",
            "c3<c2 Rosa M 6 March 2024, 07:11: I was at every meeting.",
            "c4< Ann-Lee 5 March 2024, 19:45: Nobody reads there any more.",
        ],
        article: ARTICLE,
    },
    Page {
        name: "unknown-nested.html",
        how: "3 comments were found by repeated blocks, not by a known markup (unsure): check with --explain-reading",
        comments: &[
            "c1< Rosa M vor 3 Stunden: Niemand hat uns gefragt.//Nicht einmal die Schule.",
            "c2<c1 tomk vor 2 Stunden: Doch://- im Januar/- im Februar",
            "c3< Ann-Lee gestern: Dort liest keiner mehr.",
        ],
        article: "Der Rat hat am Dienstag",
    },
];

const WITHOUT: [&str; 4] = ["none-article.html", "none-shop.html", "none-search.html", "none-blog-index.html"];

fn page(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/pages").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of a page: how they are told, and the comments.
fn read(dir: &Dir, name: &str) -> (String, Vec<serde_json::Value>) {
    let ran = dir.ombud(&format!("convert {name} -o - --to jsonl")).done();
    (ran.stderr.clone(), ran.lines())
}

#[test]
fn pages_of_known_systems_and_of_unknown_sites_become_trees() {
    for expected in PAGES {
        let Page { name, how, comments, article } = expected;
        let dir = Dir::new().file(name, page(name));
        let (told, rows) = read(&dir, name);
        let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or("").replace('\n', "/");
        let found: Vec<String> = (rows.iter())
            .map(|row| {
                format!(
                    "{}<{} {} {}: {}",
                    text(row, "id"),
                    text(row, "parent_id"),
                    text(row, "author"),
                    text(row, "created_at"),
                    text(row, "text")
                )
            })
            .collect();
        assert_eq!(found, comments, "{name}: {told}");
        assert!(told.contains(&format!("{name}: {how}")), "{name}: {told}");
        assert_eq!(told.contains("(unsure)"), how.contains("unsure"), "{name}: {told}");
        let body = text(&rows[0], "article_text");
        assert!(body.starts_with(article) && body.is_empty() == article.is_empty(), "{name}: {body}");
        for left_out in ["Recent", "Reply", "Leave a", "hours ago", "related", "Suggested", "Home", "Posts:", "| next"]
        {
            assert!(!body.contains(left_out), "{name}: {body}");
        }
        if !matches!(name, "disqus.html" | "unknown-nested.html") {
            assert_eq!(text(&rows[0], "article_title"), TITLE, "{name}");
        }
    }
}

#[test]
fn what_is_left_out_or_missing_is_told() {
    for (name, told) in [
        ("wordpress-twenty-twenty.html", "1 pingback was left out"),
        ("wordpress-twenty-ten.html", "1 pingback was left out"),
        ("old-reddit.html", "3 more comments are not in the page"),
        ("disqus.html", "more comments are not in the page"),
        ("discourse.html", "the first post is the article's text"),
        ("discourse.html", "1 notice of what was done to the topic is no comment"),
    ] {
        let dir = Dir::new().file(name, page(name));
        let (stderr, _) = read(&dir, name);
        assert!(stderr.contains(told), "{name}: {stderr}");
    }
}

#[test]
fn pages_without_comments_have_none() {
    for name in WITHOUT {
        let dir = Dir::new().file(name, page(name));
        dir.ombud(&format!("convert {name} -o - --to jsonl")).failed().error(&["no comment is found"]);
    }
}

#[test]
fn an_explanation_of_a_page_without_comments_fails() {
    let dir = Dir::new().file("none.html", "<h1>T</h1><p>Words.</p>").file("one.html", "<div class=comment>one</div>");
    for command in ["score", "convert"] {
        dir.ombud(&format!("{command} --explain-reading none.html")).failed().says("no comment was found");
        dir.ombud(&format!("{command} --explain-reading one.html")).done();
    }
}

#[test]
fn a_page_is_read_whatever_its_name_is() {
    let page = page("hacker-news.html");
    let dir = Dir::new().file("page.html", &page).file("page.json", &page).file("page.txt", &page);
    let read = |name: &str| dir.ombud(&format!("convert {name} -o - --to jsonl")).done().out();
    for name in ["page.json", "page.txt"] {
        assert_eq!(read(name), read("page.html"), "{name}");
    }
}

#[test]
fn a_page_saved_as_a_single_file_is_one_whatever_its_name_is() {
    let saved = page("disqus.mhtml");
    let cut = saved[..saved.len() * 3 / 4].to_vec();
    let dir =
        Dir::new().file("page.mhtml", &saved).file("page.mht", &saved).file("page.txt", &saved).file("page", &saved);
    let dir = dir.file("cut.mhtml", cut).file("none.mhtml", &saved[..400]);
    let (stderr, rows) = read(&dir, "page.mhtml");
    assert!(stderr.contains("they stand in a frame of the page"), "{stderr}");
    assert_eq!(rows[0]["thread_id"], "page");
    for name in ["page.mht", "page.txt", "page"] {
        assert_eq!(read(&dir, name).1, rows, "{name}");
    }
    dir.ombud("score --explain-reading page.mhtml").done().says(TITLE).says("Nobody reads there any more.");
    let (stderr, rows) = read(&dir, "cut.mhtml");
    assert!(!rows.is_empty() && stderr.contains("the end of the file is missing"), "{stderr}");
    dir.ombud("convert none.mhtml -o - --to jsonl").failed().error(&["holds no page"]);
}
