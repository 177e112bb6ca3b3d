//! Comments of other systems, in JSON that nobody knows, and texts that were read in another encoding.

use std::io::Write as _;

use serde_json::Value;

use super::support::{Dir, ours};

/// A comment in one line: `id<parent [thread] author @time: text`.
fn told(comment: &Value) -> String {
    let field = |name: &str| comment[name].as_str().unwrap_or_default();
    let [id, parent, thread, author, time, text] =
        ["id", "parent_id", "thread_id", "author", "created_at", "text"].map(field);
    format!("{id}<{parent} [{thread}] {author} @{time}: {text}")
}

/// Converts a fixture as it is and compressed; what comes out is the same, and each of `notes` is said.
#[track_caller]
fn holds(fixture: &str, comments: &[&str], notes: &[&str]) -> Vec<Value> {
    let path = ours(&format!("data/exports/{fixture}"));
    let bytes = std::fs::read(&path).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&bytes).unwrap();
    let dir = Dir::new().file(&format!("{fixture}.gz"), gz.finish().unwrap()).file("unnamed", &bytes);
    let mut lines = Vec::new();
    for input in [path.as_str(), &format!("{fixture}.gz"), "unnamed"] {
        let ran = dir.ombud("convert -o - --to jsonl").arg(input).done();
        let ran = notes.iter().fold(ran, |ran, note| ran.warns(note));
        lines = ran.lines();
        assert_eq!(lines.iter().map(told).collect::<Vec<_>>(), comments, "{input}");
    }
    // Each comment is scored, and every one that has no text gets no verdict.
    let scored = dir.ombud("score --format jsonl").arg(&path).done().lines();
    assert_eq!(scored.len(), comments.len());
    for (scored, comment) in scored.iter().zip(&lines) {
        assert_eq!(scored["labels"]["toxicity"]["p"].is_null(), comment["text"] == "", "{comment}");
    }
    // What was written is read again as it is.
    dir.put("out.jsonl", lines.iter().map(|line| format!("{line}\n")).collect::<String>());
    assert_eq!(dir.ombud("convert out.jsonl -o - --to jsonl").done().lines(), lines);
    lines
}

/// The cells of columns that formats have beside the known ones.
fn kept(fixture: &str, columns: &str) -> Vec<String> {
    let path = ours(&format!("data/exports/{fixture}"));
    let table = Dir::new().ombud("score --format csv --keep").arg(columns).arg(path).done().table();
    let columns: Vec<Vec<&str>> = columns.split(',').map(|column| table.column(column)).collect();
    (0..table.rows.len()).map(|row| columns.iter().map(|column| column[row]).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn mastodon() {
    holds(
        "mastodon.json",
        &[
            "1101< [1100] marit@social.example @2026-03-02T08:11:00.000Z: @ferrygazette The night ferry is how nurses get home & back.",
            "1102<1101 [1100] oskar@other.example @2026-03-02T08:15:30.000Z: Then the hospital can pay for it.\n\nI pay for my own bus.",
            "1103<1102 [1100] marit@social.example @2026-03-02T08:20:00.000Z: town politics\n\nYou cannot be serious.",
            "1104< [1100] lin@social.example @2026-03-02T09:00:00.000Z: Is the timetable out yet?",
            "1105<1099 [1100] pia@far.example @2026-03-02T09:30:00.000Z: This answers a post that its server never saw.",
        ],
        &["2 comments answer the post itself", "parent is missing"],
    );
    let path = ours("data/exports/mastodon.json");
    let dir = Dir::new();
    let run = dir.ombud("convert -o - --to jsonl --column text=content --column parent_id=in_reply_to_id");
    assert_eq!(run.arg(path).done().lines().len(), 5);
}

#[test]
fn activitystreams() {
    let lines = holds(
        "activitystreams.json",
        &[
            "https://ap.example/notes/1< [https://ap.example/articles/7] https://ap.example/u/marit @2026-03-03T10:01:00Z: Nobody asked the people who use it.",
            "https://ap.example/notes/2<https://ap.example/notes/1 [https://ap.example/articles/7] oskar @2026-03-03T10:02:00Z: They did, in the survey.",
            "https://ap.example/notes/3<https://ap.example/notes/1 [https://ap.example/articles/7]  @: ",
            "https://ap.example/notes/4<https://ap.example/notes/3 [https://ap.example/articles/7] https://ap.example/u/marit @2026-03-03T10:04:00Z: quarrel\n\nWhy did you take that back?",
        ],
        &["1 boost is left out", "1 report (Flag) is left out", "1 object is only named", "another page"],
    );
    assert_eq!(lines[1]["article_title"], "Night ferry to end in May");
    assert_eq!(lines[1]["article_text"], "The council voted on Monday to end the night ferry.");
    assert_eq!(kept("activitystreams.json", "status"), ["", "", "deleted", ""]);
}

#[test]
fn lemmy() {
    holds(
        "lemmy.json",
        &[
            "24< [501] oskar @2026-03-02T10:24:00.123456Z: It was **half empty** most nights.",
            "27<24 [501] marit @2026-03-02T10:27:00.123456Z: Not on weekdays. See the [figures](https://gazette.example/figures).",
            "31< [501] rolf @2026-03-02T10:31:00.123456Z: Sink the lot of them.",
            "33<31 [501] lin @2026-03-02T10:33:00.123456Z: That was uncalled for.",
            "40< [501] gone @2026-03-02T10:40:00.123456Z: ",
        ],
        &[],
    );
    let url = "https://gazette.example/night-ferry";
    assert_eq!(
        kept("lemmy.json", "status,reject,article_url"),
        ["||", "||", "removed|1|", "||", "deleted||"].map(|row| format!("{row}{url}"))
    );
}

#[test]
fn bluesky() {
    let root = "at://did:plc:gaz/app.bsky.feed.post/r0";
    let lines = holds(
        "bluesky.json",
        &[
            &format!(
                "at://did:plc:mar/app.bsky.feed.post/a1< [{root}] marit.example @2026-03-02T11:01:00.000Z: Nobody asked the people who use it."
            ),
            &format!(
                "at://did:plc:osk/app.bsky.feed.post/b2<at://did:plc:mar/app.bsky.feed.post/a1 [{root}] oskar.example @2026-03-02T11:02:00.000Z: They did, in the survey 🙄"
            ),
            &format!(
                "at://did:plc:lin/app.bsky.feed.post/c3< [{root}] lin.example @2026-03-02T11:03:00.000Z: Is there a timetable?"
            ),
        ],
        &["4 more replies are not in the file", "1 post is blocked", "1 post is deleted"],
    );
    assert_eq!(lines[0]["article_text"], "The night ferry ends in May. The council voted on Monday.");
    assert_eq!(kept("bluesky.json", "status,article_url")[1], "rude|https://bsky.app/profile/gazette.example/post/r0");
}

#[test]
fn youtube() {
    let at = "[vid12345678]";
    holds(
        "youtube.json",
        &[
            &format!("Ug1< {at} @marit @2026-03-02T12:00:00Z: It's how nurses get home.\nEvery night."),
            &format!("Ug1.r1<Ug1 {at} @oskar @2026-03-02T12:00:00Z: Let the hospital pay."),
            &format!("Ug2< {at} @rolf @2026-03-02T12:00:00Z: You are all idiots & liars"),
            &format!("Ug3< {at} @cheap @2026-03-02T12:00:00Z: Cheap tickets at my page"),
        ],
        &["2 more replies are not in the file", "`nextPageToken` names the next page"],
    );
    assert_eq!(kept("youtube.json", "status,reject"), ["|", "|", "rejected|1", "likelySpam|"]);
}

#[test]
fn facebook_and_instagram() {
    let lines = holds(
        "facebook.json",
        &[
            "1< [] Zoë Hällberg @2026-03-02T12:00:00Z: I don’t use it — but my sister does 😀",
            "2< [] Zoë Hällberg @2026-03-02T12:00:00Z: Schöne Grüße an den Stadtrat!",
            "3< [] Zoë Hällberg @2026-03-02T12:01:40Z: ",
        ],
        &["3 comments were UTF-8 read as Latin-1 and are mended", "1 entry without a comment is left out"],
    );
    assert_eq!(lines[1]["context"], "Zoë Hällberg replied to Øyvind's comment.");
    holds(
        "instagram.json",
        &["1< []  @2026-03-02T12:00:00Z: So sad… 💔", "2< []  @2026-03-02T12:01:00Z: see you there"],
        &["1 comment was UTF-8 read as Latin-1 and is mended"],
    );
}

#[test]
fn wordpress_rest() {
    let lines = holds(
        "wordpress-rest.json",
        &[
            "5< [77] Marit @2026-03-02T12:05:00Z: Nobody asked the people who use it.",
            "6<5 [77] Oskar @2026-03-02T12:06:00Z: They did,\nin the survey.",
            "7< [77] cheap @2026-03-02T12:07:00Z: Cheap tickets",
            "8< [77] Rolf @2026-03-02T12:08:00Z: Sink them.",
            "9< [77] Lin @2026-03-02T12:09:00Z: Is it final?",
        ],
        &["1 pingback or trackback is left out"],
    );
    assert_eq!(lines[0]["article_title"], "Night ferry to end in May – council");
    assert_eq!(
        kept("wordpress-rest.json", "status,reject,spam"),
        ["approved|0|0", "approved|0|0", "spam|1|1", "trash|1|", "hold||"]
    );
}

#[test]
fn remark42() {
    let lines = holds(
        "remark42.jsonl",
        &[
            "r1< [https://gazette.example/night-ferry] Marit @2026-03-02T14:01:00Z: Nobody asked the people who use it.",
            "r2<r1 [https://gazette.example/night-ferry] Oskar @2026-03-02T14:02:00Z: They did & you know it.",
            "r3<r1 [https://gazette.example/night-ferry] Lin @2026-03-02T14:03:00Z: ",
            "r4<r3 [https://gazette.example/night-ferry] Rolf @2026-03-02T14:04:00Z: Buy tickets here",
        ],
        &[],
    );
    assert_eq!(lines[0]["article_title"], "Night ferry to end in May");
    assert_eq!(kept("remark42.jsonl", "status"), ["", "", "deleted", "blocked user"]);
}

#[test]
fn isso() {
    holds(
        "isso.json",
        &[
            "0< [/night-ferry/] Marit @2026-03-02 15:00:00: Nobody asked the people who use it.",
            "1< [/night-ferry/] Oskar @2026-03-02 15:05:00: They did, in the *survey*.",
            "0< [/bridge/] Lin @2026-03-03 08:00:00: At last.",
        ],
        &[],
    );
    // What the API gives for a page.
    let reply = |id: u8, parent: &str, mode: u8, more: &str| {
        format!(
            "{{\"id\":{id},\"parent\":{parent},\"text\":\"<p>a</p>\",\"mode\":{mode},\"created\":1772452800.5,\"author\":null{more}}}"
        )
    };
    let inner = format!(",\"hidden_replies\":2,\"replies\":[{}]", reply(2, "1", 4, ""));
    let answer = format!(
        "{{\"total_replies\":3,\"hidden_replies\":0,\"id\":null,\"replies\":[{},{}]}}",
        reply(1, "null", 1, &inner),
        reply(3, "null", 2, "")
    );
    let ran = Dir::new().file("isso.json", answer).ombud("convert isso.json -o - --to jsonl").done();
    let ran = ran.warns("2 more replies are hidden");
    let at = "@2026-03-02T12:00:00.5Z";
    assert_eq!(
        ran.lines().iter().map(told).collect::<Vec<_>>(),
        [format!("1< []  {at}: a"), format!("2<1 []  {at}: "), format!("3< []  {at}: a")]
    );
}

#[test]
fn commento() {
    let rest = "[gazette.example/night-ferry]";
    holds(
        "commento.json",
        &[
            &format!("aa01< {rest} Marit @2026-03-02T16:00:00.5Z: Nobody asked the people who use it."),
            &format!("aa02<aa01 {rest} anonymous @2026-03-02T16:00:00.5Z: They did, in the survey."),
            &format!("aa03< {rest} cheap @2026-03-02T16:00:00.5Z: Cheap tickets"),
            &format!("aa04<aa01 {rest} cheap @2026-03-02T16:00:00.5Z: "),
            &format!("aa05<aa04 {rest} Marit @2026-03-02T16:00:00.5Z: Why did you take that back?"),
        ],
        &[],
    );
    assert_eq!(kept("commento.json", "status"), ["approved", "approved", "flagged", "deleted", "unapproved"]);
}

#[test]
fn json_ld() {
    let at = "[https://gazette.example/night-ferry]";
    let lines = holds(
        "json-ld.jsonld",
        &[
            &format!("#c1< {at} Marit @2026-03-02T17:00:00+01:00: Nobody asked the people who use it."),
            &format!("#c2<#c1 {at} Oskar @2026-03-02T17:05:00+01:00: They did, in the survey."),
            &format!("#c3< {at} Lin @: "),
            &format!("c4<#c3 {at} Rolf @: What did it say?"),
        ],
        &["1 more comment is counted by its `commentCount`"],
    );
    assert_eq!(lines[3]["article_title"], "Night ferry to end in May");
    holds(
        "json-ld-graph.json",
        &[
            "#k2<#k1 [#article] Oskar @: They did, in the survey.",
            "#k1< [#article] Marit @: Nobody asked.",
            "#k3< [#other]  @: At last.",
        ],
        &[],
    );
}

#[test]
fn a_map_says_where_comments_stand() {
    let (data, map) = (ours("data/exports/mapped.json"), ours("data/exports/mapped.toml"));
    let dir = Dir::with_model();
    let lines = dir.ombud("convert -o - --to jsonl").arg(&data).arg("--map").arg(&map).done().quietly().lines();
    assert_eq!(
        lines.iter().map(told).collect::<Vec<_>>(),
        [
            "k1< [] Marit @2026-03-02T18:00:00Z: Nobody asked & nobody will.",
            "k2<k1 [] Oskar @2026-03-02T18:05:00Z: They did.",
            "k3< [] cheap @2026-03-02T18:10:00Z: Cheap tickets",
        ]
    );
    assert_eq!(lines[0]["article_title"], "Night ferry to end in May");
    assert_eq!(lines[0]["article_text"], "The council voted on Monday.");
    // Its own columns are there to be kept, and to be learnt.
    let table = dir.ombud("score --format csv --keep spam").arg(&data).arg("--map").arg(&map).done().table();
    assert_eq!(table.column("spam"), ["0", "0", "1"]);
    let rows: String = super::support::tiny()
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let text = line.split('"').nth(1).unwrap();
            format!("{{\"c\":{{\"say\":\"{text}\"}},\"off\":{}}}\n", cells.last().unwrap())
        })
        .collect();
    dir.put("rows.json", rows);
    dir.put("rows.toml", "comments = \"\"\ntext = \"c/say\"\n[columns]\noff_topic = \"off\"\n");
    dir.ombud("train rows.json --map rows.toml --flag off_topic --folds 2 -o rows.model").done();
    dir.ombud("evaluate rows.json --map rows.toml -m rows.model --json").done();
    // What is wrong is said.
    dir.put("wrong.toml", "comments = \"/data/rows/*\"\ntext = \"body\"\n");
    let ran = dir.ombud("score").arg(&data).args("--map wrong.toml").failed();
    ran.error(&["no comment is found", "/data/items/*", "/data/story"]);
    dir.put("wrong.toml", "comments = \"/data/items/*\"\ntext = \"body/value\"\nautor = \"user/name\"\n");
    dir.ombud("score")
        .arg(&data)
        .args("--map wrong.toml")
        .failed()
        .error(&["wrong.toml: line 3: unknown field `autor`"]);
    dir.put("missing.toml", "comments = \"/data/items/*\"\ntext = \"body/value\"\nauthor = \"user/nick\"\n");
    let ran = dir.ombud("convert -o - --to jsonl").arg(&data).args("--map missing.toml").done();
    ran.warns("nothing stands at `user/nick`, which the map names for author");
    dir.ombud("convert rows.json --map rows.toml -o rows.toml --to jsonl").misused().error(&["would overwrite"]);
}

#[test]
fn nested_keys_of_lines_are_columns() {
    let dir = Dir::new();
    let texts = |columns: &str| {
        let ran = dir.ombud(&format!("convert -o - --to jsonl {columns}")).arg(ours("data/exports/nested-keys.jsonl"));
        let lines = ran.done().lines();
        lines
            .iter()
            .map(|line| format!("{}: {}", line["author"].as_str().unwrap_or_default(), line["text"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        texts("--column text=body.value --column author=user.name"),
        ["Marit: Nobody asked the people who use it.", "Oskar: They did, in the survey."]
    );
    assert_eq!(texts("--column text=revisions.-1.body"), ["Marit: new", "Oskar: only"]);
    let ran = dir.ombud("convert -o - --to jsonl --column text=body.vlaue").arg(ours("data/exports/nested-keys.jsonl"));
    ran.failed().error(&["body.vlaue"]);
}

#[test]
fn utf_8_that_was_read_as_latin_1_is_mended_and_told() {
    let dir = Dir::new();
    let ran = dir.ombud("convert -o - --to jsonl").arg(ours("data/exports/mojibake.csv")).done();
    let ran = ran.warns("1 comment was UTF-8 read as Latin-1 and is mended");
    assert_eq!(
        ran.lines().iter().map(told).collect::<Vec<_>>(),
        [
            "1< [] Zoë @: I don’t use it — but my sister does 😀",
            "2< [] Ana @: A MANHÃ…",
            "3< [] Lin @: It shows Ã© instead of é",
            "4< [] Rolf @: Plain words",
        ]
    );
    // Nested JSON and pages too, however they are scored.
    let dir = Dir::new().file(
        "t.json",
        "{\"comments\":[{\"id\":1,\"text\":\"Gru\u{c3}\u{9f} an alle\"},{\"id\":2,\"text\":\"Größe\"}]}",
    );
    dir.ombud("score t.json --format thread").done().says("Gruß an alle").warns("1 comment was UTF-8");
    dir.ombud("score t.json --format csv").done().warns("t.json: 1 comment was UTF-8");
}
