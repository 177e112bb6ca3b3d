//! `ombud review` and its parts.

use super::support::{Dir, ours};
#[cfg(unix)]
use super::terminal::Terminal;

/// A queue of one thread, scored by the model inside.
fn filled() -> Dir {
    let dir = Dir::new().file("thread.txt", std::fs::read(ours("data/threads/harbour-library.txt")).unwrap());
    dir.ombud("score thread.txt --queue ombud.db --threshold off_topic=0.05").done();
    dir
}

/// Ids in an order.
fn listed(dir: &Dir, options: &str) -> Vec<String> {
    let out = dir.ombud(&format!("review list --json -n 1000 {options}")).done();
    out.out()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_thread_is_taken_in_once_however_often_it_is_scored() {
    let dir = filled();
    let again = dir.ombud("score thread.txt --queue ombud.db --threshold off_topic=0.05").done();
    assert!(again.stderr.contains("unchanged") && !again.stderr.contains(" new"), "{}", again.stderr);
    let all = listed(&dir, "--everything");
    let mut distinct = all.clone();
    distinct.sort();
    distinct.dedup();
    assert!(all.len() > 10 && all.len() == distinct.len());
    let scored_anew = dir.ombud("review import thread.txt --threshold off_topic=0.5").done();
    assert!(scored_anew.stderr.contains("rescored"), "{}", scored_anew.stderr);
}

#[test]
fn the_audit_sample_goes_by_either_name() {
    let dir = Dir::new().file("thread.txt", std::fs::read(ours("data/threads/harbour-library.txt")).unwrap());
    let drawn = |key: &str| {
        dir.put("site.toml", format!("[review]\n{key} = 1.0\n"));
        dir.ombud(&format!("score thread.txt --queue {key}.db --config site.toml")).done();
        let listed = dir.ombud(&format!("review list --json -n 1000 --db {key}.db --config site.toml")).done().out();
        listed.matches("\"selected\":\"slice\"").count()
    };
    let all = drawn("audit-sample");
    assert!(all > 3, "{all}");
    assert_eq!(all, drawn("slice"));
}

#[test]
fn decisions_stand_in_the_log_are_exported_and_teach() {
    let dir = filled();
    let waiting = listed(&dir, "--everything");
    let line = |(at, id): (usize, &String)| {
        let action = if at % 2 == 0 { "reject" } else { "approve" };
        let labels =
            serde_json::json!({"off_topic": at % 2 == 0, "stance": if at % 3 == 0 { "favor" } else { "against" }});
        format!("{}\n", serde_json::json!({"id": id, "thread_id": "thread", "action": action, "labels": labels}))
    };
    let lines: String = waiting.iter().enumerate().map(line).collect();
    dir.put("lines.jsonl", &lines);
    dir.ombud("review decide lines.jsonl --reviewer ada").done();
    let again = dir.ombud("review decide lines.jsonl --reviewer ben").ends(3);
    assert!(again.stderr.contains("ada has already decided this comment"), "{}", again.stderr);
    assert!(listed(&dir, "--everything").is_empty());
    let verified = dir.ombud("review verify").done();
    assert!(verified.out().contains(&format!("{} entries", waiting.len() + 1)), "{}", verified.out());
    dir.ombud("review export -o decided.csv").done();
    assert_eq!(dir.text("decided.csv").lines().next().unwrap().split(',').next(), Some("id"));
    let report = dir.ombud("review report --json").done().json();
    assert_eq!(report["done"].as_u64().unwrap() as usize, waiting.len());
    dir.ombud("train --from ombud.db -o learnt.model --folds 0").done();
    let learnt = dir.ombud("inspect learnt.model --json").done().json();
    let names: Vec<&str> =
        learnt["labels"].as_array().unwrap().iter().map(|label| label["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["stance", "off_topic", "reject"]);
    assert_eq!(learnt["provenance"]["sources"], serde_json::json!(["ombud.db"]));
}

#[test]
fn decisions_that_are_too_few_are_counted() {
    let dir = filled();
    let decide = |from: usize, to: usize| {
        let line = |i: usize| {
            let action = ["approve", "reject"][i % 2];
            format!("{}\n", serde_json::json!({"id": format!("c{i}"), "thread_id": "thread", "action": action}))
        };
        dir.put("lines.jsonl", (from..to).map(line).collect::<String>());
        dir.ombud("review decide lines.jsonl").done();
    };
    let train = |options: &str| dir.ombud(&format!("train --from ombud.db -o m.model --replicates 0 {options}"));
    decide(1, 3);
    let few = "ombud.db has 2 decided comments; to learn from them takes at least 5";
    train("").failed().error(&[few, "--folds 0"]);
    decide(3, 31);
    train("").failed().error(&["30 decided comments in 1 thread;", "takes at least 5 threads", "--group id"]);
    train("--group id --blocks words").done();
}

#[test]
fn messages_about_decisions_name_the_queue() {
    let row = |i: usize| {
        let text = if i == 41 { String::new() } else { format!("{} {i}", ["a fine idea", "you idiot"][i % 2]) };
        format!("r{i},t{},{text}\n", i % 9)
    };
    let table: String = (0..60).map(row).collect();
    let dir = Dir::new().file("c.csv", format!("id,thread_id,text\n{table}"));
    dir.ombud("score c.csv --queue ombud.db").done();
    let line = |i: usize| {
        let action = ["approve", "reject"][i % 2];
        format!(
            "{}\n",
            serde_json::json!({"id": format!("r{i}"), "thread_id": format!("t{}", i % 9), "action": action})
        )
    };
    dir.put("lines.jsonl", (0..60).map(line).collect::<String>());
    dir.ombud("review decide lines.jsonl").done();
    let trained = dir.ombud("train --from ombud.db -o m.model --replicates 0 --blocks words --card card.md").done();
    let said = format!("{}{}{}", trained.out(), trained.stderr, dir.text("card.md"));
    assert!(said.contains("decisions in ombud.db:") && !said.contains("tmp"), "{said}");
}

#[test]
fn what_reviewers_did_not_answer_stays_as_it_was() {
    let dir = filled();
    dir.put("base.model", std::fs::read(ours("models/news-en.model")).unwrap());
    let lines = listed(&dir, "--everything").iter().enumerate().fold(String::new(), |lines, (at, id)| {
        let action = if at % 2 == 0 { "reject" } else { "approve" };
        lines + &format!("{}\n", serde_json::json!({"id": id, "thread_id": "thread", "action": action}))
    });
    dir.put("lines.jsonl", lines);
    dir.ombud("review decide lines.jsonl").done();
    dir.ombud("train --from ombud.db --base base.model -o better.model --folds 0 -C 1 --min-df 1000").done();
    let scores = |model: &str, keep: usize| {
        let out = dir.ombud(&format!("score thread.txt --format csv -m {model}")).done();
        out.out().lines().map(|line| line.split(',').take(keep).collect::<Vec<_>>().join(",")).collect::<Vec<_>>()
    };
    let base = scores("base.model", usize::MAX);
    assert_eq!(base, scores("better.model", base[0].split(',').count()));
    assert!(scores("better.model", usize::MAX)[0].ends_with("reject,reject.p"));
}

#[test]
fn an_erased_author_is_gone_from_the_file_and_the_log_holds() {
    let dir = filled();
    assert!(dir.bytes("ombud.db").windows(9).any(|bytes| bytes == b"crispin_w"));
    // Nobody is asked where nobody sits, and nothing is erased unasked.
    dir.ombud("review purge --author crispin_w").misused().error(&["--yes", "--dry-run"]);
    let would = dir.ombud("review purge --author crispin_w --dry-run").done();
    assert!(would.out().lines().count() > 0 && would.out().lines().all(|line| line.ends_with("  crispin_w")));
    let count = would.out().lines().count();
    would.warns(&format!("would be erased: {count}"));
    assert!(dir.bytes("ombud.db").windows(9).any(|bytes| bytes == b"crispin_w"));
    dir.ombud("review purge --author crispin_w --yes").done().warns(&format!("erased: {count}"));
    for file in ["ombud.db", "ombud.db-wal"] {
        if dir.names().contains(&file.to_owned()) {
            assert!(!dir.bytes(file).windows(9).any(|bytes| bytes == b"crispin_w"), "{file}");
        }
    }
    dir.ombud("review verify").done();
    dir.ombud("review purge").misused();
    dir.ombud("review purge --retention").misused().error(&["retention-days"]);
    dir.ombud("review purge --older-than 0").misused().error(&["--older-than"]);
    dir.ombud("review purge --older-than 3 --dry-run --yes").misused();
}

#[test]
#[cfg(unix)]
fn a_person_at_a_terminal_is_asked_before_anything_is_erased() {
    let dir = filled();
    let purge = |answer: &str, status: i32| {
        let mut terminal = Terminal::ombud(&dir, "review purge --author crispin_w");
        terminal.shows("for good? Type yes:");
        terminal.types(&format!("{answer}\n"));
        terminal.ends(status)
    };
    let said = purge("y", 1);
    assert!(said.contains("nothing was erased"), "{said}");
    assert!(purge("yes", 0).contains("erased: "));
    dir.ombud("review purge --author crispin_w").failed().error(&["nothing was erased"]);
}

#[test]
fn a_list_is_picked_by_score_and_state() {
    let dir = filled();
    let p = |options: &str| -> Vec<f64> {
        let out = dir.ombud(&format!("review list --json -n 1000 --everything {options}")).done();
        out.lines().iter().map(|row| row["labels"]["toxicity"]["p"].as_f64().unwrap()).collect()
    };
    let mut all = p("");
    all.sort_by(f64::total_cmp);
    let middle = all[all.len() / 2];
    let (above, below) = (p(&format!("--min-score toxicity={middle}")), p(&format!("--max-score toxicity={middle}")));
    assert!(above.iter().all(|p| *p >= middle) && below.iter().all(|p| *p <= middle));
    assert!(above.len() + below.len() > all.len() && above.len() < all.len());
    let between = p(&format!("--min-score toxicity={} --max-score toxicity={middle}", all[1]));
    assert!(!between.is_empty() && between.len() < below.len(), "{between:?}");
    dir.ombud("review list --min-score toxicity=0.9 --max-score toxicity=0.1").misused().error(&["no score can match"]);
    dir.ombud("review list --min-score toxicity=0.1 --max-score insult=0.9").misused().error(&["same label"]);
    dir.ombud("review list --min-score toxcity=0.1").misused().error(&["no label \"toxcity\"", "off_topic"]);
    dir.ombud("review list --raised toxcity").misused().error(&["no label \"toxcity\""]);
    let id = &listed(&dir, "--everything")[0];
    dir.put("line.jsonl", format!("{{\"id\":\"{id}\",\"thread_id\":\"thread\",\"action\":\"approve\"}}\n"));
    dir.ombud("review decide line.jsonl").done();
    assert_eq!(&listed(&dir, "--everything --state done"), std::slice::from_ref(id));
    assert_eq!(listed(&dir, "--everything --state all").len(), all.len());
    assert_eq!(listed(&dir, "--everything").len(), all.len() - 1);
    assert!(listed(&dir, "--state escalated").is_empty());
    dir.ombud("review list --everything --state done").done().says(&format!("thread {id}  done  "));
}

#[test]
#[cfg(target_os = "linux")]
fn a_copy_that_nobody_may_write_is_read() {
    let dir = filled();
    let id = &listed(&dir, "--everything")[0];
    dir.put("line.jsonl", format!("{{\"id\":\"{id}\",\"thread_id\":\"thread\",\"action\":\"approve\"}}\n"));
    dir.ombud("review decide line.jsonl").done();
    // Root may write everything, and so is somebody else for the while. A folder that nobody may write could not be removed.
    let ran = dir.bash(
        "set -e; umask 022; mkdir copy; cp ombud.db copy/; cp \"$ombud\" copy/run; chmod 755 .; chmod 444 copy/ombud.db; \
         chmod 555 copy; trap 'chmod 755 .' EXIT; cd copy; as=; [ $(id -u) != 0 ] || as='setpriv --reuid 65534 --clear-groups'; \
         for part in 'list --everything -n 3' report export verify; do $as ./run review $part; done; \
         if $as ./run review decide ../line.jsonl; then exit 9; fi; ls",
    );
    let ran = ran.done();
    assert!(ran.out().contains("the log is intact: 2 entries") && ran.out().contains("open "), "{ran:?}");
    assert!(ran.out().ends_with("ombud.db\nrun\n"), "nothing is left beside it: {ran:?}");
}

#[test]
fn four_reviewers_at_once_decide_each_comment_once() {
    let table: String = (0..1000).map(|i| format!("{i},comment number {i} about the library\n")).collect();
    let dir = Dir::new().file("c.csv", format!("id,text\n{table}"));
    dir.ombud("score c.csv --queue ombud.db").done();
    let lines: String = (0..1000).map(|i| format!("{{\"id\":\"{i}\",\"action\":\"approve\"}}\n")).collect();
    dir.put("lines.jsonl", lines);
    let ends: Vec<usize> = std::thread::scope(|scope| {
        let dir = &dir;
        let reviewers = ["ada", "ben", "cleo", "dora"].map(|name| {
            scope.spawn(move || {
                let out =
                    dir.bash(&format!("\"$ombud\" review decide lines.jsonl --reviewer {name} || test $? = 3")).done();
                let text = out.out();
                text.strip_prefix("decided ").unwrap().split(',').next().unwrap().parse::<usize>().unwrap()
            })
        });
        reviewers.into_iter().map(|reviewer| reviewer.join().unwrap()).collect()
    });
    assert_eq!(ends.iter().sum::<usize>(), 1000, "{ends:?}");
    let verified = dir.ombud("review verify").done();
    assert!(verified.out().contains("1001 entries"), "{}", verified.out());
}

#[test]
fn what_cannot_be_done_is_said() {
    let dir = filled();
    dir.ombud("review").misused().error(&["needs a terminal"]);
    dir.ombud("review --db nothing.db").failed().error(&["no queue nothing.db"]);
    dir.ombud("review export -o ombud.db").misused().error(&["would overwrite"]);
    dir.ombud("train --from ombud.db -o ombud.db").misused().error(&["would overwrite"]);
    dir.ombud("review purge --author nobody --yes").failed().error(&["nothing was erased"]);
    dir.ombud("review import nothing.txt --db new.db").failed();
    assert!(!dir.names().contains(&"new.db".to_owned()));
    dir.put("slip.jsonl", "{\"id\":\"c1\",\"thread_id\":\"thread\",\"labels\":{\"toxcity\":true}}\n");
    dir.ombud("review decide slip.jsonl").refused().error(&["no label \"toxcity\"", "reject"]);
    dir.ombud("review verify --db thread.txt").failed().error(&["thread.txt"]);
    dir.ombud("train --from ombud.db -o x.model").failed().error(&["nothing to learn yet"]);
    dir.put("lines.jsonl", "{\"id\":\"nobody\",\"action\":\"reject\"}\n{\"id\":\n");
    let refused = dir.ombud("review decide lines.jsonl").ends(3);
    assert!(
        refused.stderr.contains("line 1: there is no comment \"nobody\"") && refused.stderr.contains("line 2"),
        "{}",
        refused.stderr
    );
    dir.put("ombud.toml", "[review]\nkeys = { fly = \"x\" }\n");
    dir.ombud("review").misused().error(&["fly"]);
}

/// The screen of `ombud review`, once a comment is up.
#[cfg(unix)]
fn screen(dir: &Dir) -> Terminal {
    let mut screen = Terminal::ombud(dir, "review --reviewer ada");
    screen.shows(" waiting");
    screen
}

#[test]
#[cfg(unix)]
fn keys_decide_on_a_terminal_and_undo_reaches_back_over_a_restart() {
    let dir = filled();
    let done = |dir: &Dir| dir.ombud("review report --json").done().json()["done"].as_u64().unwrap();
    let mut first = screen(&dir);
    first.types("a");
    first.shows("approve: the comment");
    first.types("r");
    first.shows("reject: the comment");
    first.types("q");
    first.ends(0);
    assert_eq!(done(&dir), 2);
    let mut second = screen(&dir);
    second.types("u");
    second.shows("took back the decision");
    second.types("q");
    // Left, it has given the terminal back: the last thing it does is to leave its own screen.
    assert!(second.ends(0).contains("\u{1b}[?1049l"));
    assert_eq!(done(&dir), 1);
    dir.ombud("review verify").done().says("4 entries");
}

#[test]
#[cfg(unix)]
fn a_terminal_that_is_gone_ends_the_screen() {
    screen(&filled()).hangs_up();
}

#[test]
fn of_an_id_that_stands_twice_the_first_is_taken_each_time() {
    let dir = Dir::new().file("c.csv", "id,thread_id,text\n1,t,first words\n1,t,second words\n");
    dir.ombud("score c.csv --queue ombud.db").done();
    let again = dir.ombud("score c.csv --queue ombud.db").done();
    assert!(again.stderr.contains("1 unchanged") && !again.stderr.contains("edited"), "{}", again.stderr);
}

/// Edits the queue as somebody would who has the file.
fn edited(dir: &Dir, sql: &str) {
    rusqlite::Connection::open(dir.path("ombud.db")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_decision_that_was_moved_is_named_and_so_is_all_else_that_was_edited() {
    let dir = filled();
    let lines = "{\"id\":\"c7\",\"thread_id\":\"thread\",\"action\":\"reject\",\"labels\":{\"toxicity\":true}}\n\
                 {\"id\":\"c8\",\"thread_id\":\"thread\",\"action\":\"approve\"}\n";
    dir.put("lines.jsonl", lines);
    dir.ombud("review decide lines.jsonl --reviewer ann").done();
    dir.ombud("review verify").done().says("the log is intact: 3 entries");
    edited(
        &dir,
        "UPDATE decision SET comment = 3, reviewer = 'eve' WHERE seq = 2; UPDATE decision SET comment = 4 WHERE seq = 3",
    );
    dir.ombud("review verify").failed().error(&["row 2 of decision differs from the log", "row 3 of decision"]);
    edited(&dir, "UPDATE comment SET state = 9 WHERE id = 5; DROP TRIGGER log_delete");
    dir.ombud("review verify").failed().error(&[
        "comment 5: 9 is not a valid state of a comment",
        "the trigger log_delete is missing",
        "row 2 of decision",
    ]);
    dir.ombud("review list").failed().error(&["9 is not a valid state of a comment", "ombud review verify"]);
    dir.ombud("review export").failed().error(&["9 is not a valid state of a comment"]);
}

#[test]
fn a_comment_that_nobody_decided_cannot_be_changed_or_taken_out_unseen() {
    let dir = filled();
    edited(&dir, "PRAGMA foreign_keys = 0; UPDATE author SET name = 'somebody' WHERE id = 2");
    dir.ombud("review verify").failed().error(&["was changed after import: its row", "author"]);
    let dir = filled();
    edited(
        &dir,
        "PRAGMA foreign_keys = 0; DELETE FROM score WHERE comment = 4; DELETE FROM body WHERE comment = 4; DELETE FROM comment WHERE id = 4",
    );
    dir.ombud("review verify").failed().error(&["row 4 of comment is in the log but not in the table"]);
}

#[test]
fn a_formula_behind_a_semicolon_is_made_text() {
    let dir = Dir::new().file("c.csv", "id,text,author\nx2,nice;=1+1;you idiot,bob\n");
    dir.ombud("score c.csv --queue ombud.db").done();
    dir.put("line.jsonl", "{\"id\":\"x2\",\"action\":\"reject\"}\n");
    dir.ombud("review decide line.jsonl").done();
    dir.ombud("review export").done().says("nice;'=1+1;you idiot");
    dir.ombud("review export --format jsonl").done().says("nice;=1+1;you idiot");
}

/// Decides every comment of the queue, by turns.
fn decided(dir: &Dir, thread: Option<&str>) -> usize {
    let all = listed(dir, "--everything");
    let line = |(at, id): (usize, &String)| {
        let action = if at % 2 == 0 { "reject" } else { "approve" };
        format!("{}\n", serde_json::json!({"id": id, "thread_id": thread, "action": action}))
    };
    dir.put("lines.jsonl", all.iter().enumerate().map(line).collect::<String>());
    dir.ombud("review decide lines.jsonl --reviewer ada").done();
    all.len()
}

#[test]
fn an_export_of_approvals_and_rejections_is_trained_on_as_it_is() {
    let dir = filled();
    let count = decided(&dir, None);
    for file in ["decided.csv", "decided.jsonl"] {
        dir.ombud(&format!("review export -o {file}")).done();
        // Its 50 comments are of one thread.
        let trained = dir.ombud(&format!("train {file} -o {file}.model --replicates 0 --blocks words,context")).done();
        let trained = trained.warns("the rows come from 1 thread, too few for 5 folds");
        assert!(!trained.stderr.contains("annotated in no row"), "{}", trained.stderr);
        let learnt = dir.ombud(&format!("inspect {file}.model --json")).done().json();
        assert_eq!(learnt["labels"].as_array().unwrap().len(), 1);
        assert_eq!(learnt["labels"][0]["name"], "reject");
        assert_eq!(learnt["provenance"]["rows"].as_u64().unwrap() as usize, count);
    }
}

#[test]
fn an_export_says_what_a_comment_stands_under_and_what_was_noted() {
    let table = "id,thread_id,parent_id,article_title,target,parent_text,context,text\n\
                 p,t,,Council closes library,,,,They never asked anyone\n\
                 a,t,p,Council closes library,closing it,,A debate,you idiot; nobody asked you\n\
                 b,t,gone,Council closes library,,Who asked?,,I agree with this\n";
    let dir = Dir::new().file("c.csv", table);
    dir.ombud("score c.csv --queue ombud.db --threshold insult=0.01").done();
    dir.put("lines.jsonl", ["a", "b"].map(|id| format!("{{\"id\":\"{id}\",\"action\":\"reject\"}}\n")).concat());
    dir.ombud("review decide lines.jsonl").done();
    let rows = dir.ombud("review export --format jsonl").done().lines();
    let cells = |row: usize| ["article_title", "target", "parent_text", "context"].map(|key| rows[row][key].clone());
    assert_eq!(cells(0), ["Council closes library", "closing it", "They never asked anyone", "A debate"]);
    assert_eq!(rows[0]["parent_id"], "p");
    assert_eq!((rows[1]["parent_text"].as_str(), rows[1]["target"].as_str()), (Some("Who asked?"), None));
    assert_eq!(rows[1]["notes"], serde_json::json!([]));
    let csv = dir.ombud("review export").done();
    assert!(csv.out().contains("article_title,parent_text,target,context,notes,reviewer"), "{}", csv.out());
    // Of several flags any may have been raised.
    let count = |options: &str| dir.ombud(&format!("review export --format jsonl {options}")).done().lines().len();
    assert_eq!((count("--label insult --label threat"), count("--label threat")), (count("--label insult"), 0));
    dir.ombud("review export --label insulting").misused().error(&["no label \"insulting\"", "insult"]);
}

#[test]
fn any_of_several_flags_picks_comments_out() {
    let dir = filled();
    dir.ombud("score thread.txt --queue ombud.db --threshold toxicity=0.05 --threshold speculative=0.15").done();
    let [toxic, speculative, both] =
        ["--label toxicity", "--label speculative", "--label toxicity --label speculative"]
            .map(|options| listed(&dir, options).into_iter().collect::<std::collections::BTreeSet<_>>());
    assert!(!toxic.is_empty() && !speculative.is_empty() && toxic != speculative);
    assert_eq!(both, toxic.union(&speculative).cloned().collect());
    dir.ombud("review list --label toxicity --label toxcity").misused().error(&["no label \"toxcity\""]);
}

#[test]
fn the_list_is_sorted_by_what_a_miss_costs_as_the_site_says() {
    let dir = filled();
    let order = |dir: &Dir| {
        dir.ombud("score thread.txt --queue ombud.db --threshold toxicity=0.05").done();
        let out = dir.ombud("review list --json -n 1000").done();
        let cost = |row: &serde_json::Value, label: &str, cost: f64| {
            let score = &row["labels"][label];
            if score["raised"] == true { cost * score["p"].as_f64().unwrap() } else { 0.0 }
        };
        let costs = |row: &serde_json::Value| (cost(row, "toxicity", 5.0), cost(row, "speculative", 1.0));
        out.lines().iter().filter(|row| row["selected"] == "flagged").map(costs).collect::<Vec<_>>()
    };
    let falls = |costs: &[f64]| costs.windows(2).all(|pair| pair[0] >= pair[1] - 1e-6);
    let usual: Vec<f64> = order(&dir).into_iter().map(|(toxicity, speculative)| toxicity + speculative).collect();
    assert!(usual.len() > 3 && falls(&usual), "{usual:?}");
    dir.put("ombud.toml", "[review.severity]\ntoxicity = 0\nspeculative = 2.5\n");
    let own: Vec<f64> = order(&dir).into_iter().map(|(_, speculative)| speculative).collect();
    assert!(falls(&own), "{own:?}");
    dir.ombud("review verify").done().says("the log is intact: 3 entries");
    dir.put("ombud.toml", "[review.severity]\ntoxcity = 3\n");
    dir.ombud("score thread.txt --queue ombud.db").done().warns("ombud.toml: the model has no flag \"toxcity\"");
    dir.put("ombud.toml", "[review.severity]\ntoxicity = -3\n");
    dir.ombud("score thread.txt --queue ombud.db").misused().error(&["severity: toxicity = -3", "between 0 and 1000"]);
}

#[test]
fn a_comment_is_decided_and_erased_by_its_id_where_no_other_has_it() {
    let table = "id,thread_id,text\nx1,t1,first words\nx2,t1,second words\nx2,t2,third words\nx2,,fourth words\n";
    let dir = Dir::new().file("c.csv", table);
    dir.ombud("score c.csv --queue ombud.db").done();
    let decide = |line: &str| {
        dir.put("line.jsonl", format!("{line}\n"));
        dir.ombud("review decide line.jsonl")
    };
    decide(r#"{"id":"x1","action":"approve"}"#).done();
    let several = ["3 threads have a comment \"x2\": \"t1\", \"t2\", \"\"; choose one, with \"thread_id\""];
    decide(r#"{"id":"x2","action":"approve"}"#).refused().error(&several);
    decide(r#"{"id":"x2","thread_id":"","action":"approve"}"#).done();
    decide(r#"{"id":"x1","thread_id":"t2","action":"approve"}"#)
        .refused()
        .error(&["there is no comment \"x1\" in thread \"t2\""]);
    dir.ombud("review purge --id x2 --yes").misused().error(&["3 threads have a comment \"x2\"", "--thread"]);
    dir.ombud("review purge --id x2 --thread t2 --yes").done();
    dir.ombud("review purge --id x1 --yes").done().warns("erased: 1");
    dir.ombud("review verify").done();
}

#[test]
#[cfg(unix)]
fn what_was_skipped_is_back_and_what_a_killed_window_held_is_free() {
    let dir = filled();
    let waiting = listed(&dir, "").len();
    let mut first = screen(&dir);
    // Another key between the two: one key twice at once counts as held down.
    for (keys, left) in [(" ", waiting - 1), ("j ", waiting - 2)] {
        first.types(keys);
        first.shows(&format!("│ {left} waiting"));
    }
    first.types("q");
    first.ends(0);
    assert_eq!(listed(&dir, "--reviewer ada").len(), waiting, "skipped for that window only");
    let mut killed = screen(&dir);
    killed.shows("2 that you skipped before are back");
    dir.ombud("review list --reviewer ben").done().warns("are with ada");
    assert!(dir.names().iter().any(|name| name.starts_with("ombud.db-window-")), "{:?}", dir.names());
    killed.kills();
    dir.ombud("review list --reviewer ben").done().quietly();
    assert_eq!(listed(&dir, "--reviewer ben").len(), waiting);
    // The next window clears up behind it.
    let mut next = screen(&dir);
    next.types("q");
    next.ends(0);
    assert!(!dir.names().iter().any(|name| name.contains("-window-")), "{:?}", dir.names());
}
