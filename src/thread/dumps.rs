//! Dumps of databases, archives of scripts and chats, which are not read: what they are, and what to export instead.

/// How many lines are inspected.
const LINES: usize = 40;

/// What a text certainly is if it is such a dump.
pub(crate) fn dump(head: &str) -> Option<String> {
    let what = if is_sql(head) {
        "an SQL dump of a database, which is not read: export the table of the comments as CSV, with the names of its columns \
         in the first row"
    } else if is_script(head) {
        "JavaScript, as in an archive of X (Twitter): remove what stands before the first [ or {, and name the file .json"
    } else if is_php_my_admin(head) {
        "a JSON export of phpMyAdmin, whose rows stand inside its tables: take them out with \
         jq '[.[] | select(.type == \"table\") | .data[]]' FILE > comments.json, and read that"
    } else {
        return None;
    };
    Some(what.to_owned())
}

/// Whether the first statement, after comments, is SQL as dumps write it.
fn is_sql(head: &str) -> bool {
    const STATEMENTS: [&str; 9] = [
        "ALTER TABLE ",
        "BEGIN TRANSACTION;",
        "CREATE DATABASE ",
        "CREATE TABLE ",
        "DROP TABLE ",
        "INSERT INTO ",
        "PRAGMA foreign_keys",
        "SET SQL_MODE",
        "SET statement_timeout",
    ];
    let is_comment = |line: &&str| line.starts_with("--") || line.starts_with("/*") || line.starts_with('#');
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES);
    let first = lines.by_ref().find(|line| !is_comment(line));
    first.is_some_and(|line| STATEMENTS.iter().any(|statement| line.starts_with(statement)))
}

/// Whether JSON is assigned to a variable: `window.YTD.tweets.part0 = [`.
fn is_script(head: &str) -> bool {
    let Some((name, value)) = head.split_once('=') else { return false };
    let name = name.trim();
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '$' | ' ' | '[' | ']' | '"');
    let words = name.split(' ').count();
    let is_declared = ["var ", "let ", "const "].iter().any(|word| name.starts_with(word)) && words == 2;
    name.chars().all(is_name)
        && (is_declared || words == 1 && name.contains('.'))
        && value.trim_start().starts_with(['[', '{'])
}

fn is_php_my_admin(head: &str) -> bool {
    let head = head.trim_start();
    let first = head.split_once('}').map_or(head, |(first, _)| first);
    first.starts_with('[') && first.contains("\"header\"") && first.contains("PHPMyAdmin")
}

/// Whether most lines of a text are messages of a chat, as `WhatsApp` exports it.
pub(crate) fn is_chat(head: &str) -> bool {
    let lines = || head.lines().filter(|line| !line.trim().is_empty()).take(LINES);
    let messages = lines().filter(|line| is_message(line)).count();
    messages > 1 && messages * 2 > lines().count()
}

/// Whether a line is like `[01.05.23, 12:00:00] Ann: Hello` or `5/1/23, 12:00 - Ann: Hello`.
fn is_message(line: &str) -> bool {
    let line = line.trim_start_matches(['[', '\u{200e}', ' ']);
    let Some((date, rest)) = line.split_once([',', ' ']) else { return false };
    let numbers = |text: &str, between: &[char]| {
        let parts: Vec<&str> = text.split(between).collect();
        parts.len() >= 2 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let Some((time, rest)) = rest.trim_start().split_once([' ', ']', '\u{202f}']) else { return false };
    numbers(date, &['.', '/', '-']) && numbers(time, &[':', '.']) && rest.contains(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_are_told_by_how_they_begin() {
        for (head, expected) in [
            ("-- MySQL dump 10.13\n--\n\nDROP TABLE IF EXISTS `posts`;\nCREATE TABLE `posts` (\n", "an SQL dump"),
            ("/*!40101 SET NAMES utf8 */;\nINSERT INTO wp_comments VALUES (1,'a');\n", "an SQL dump"),
            ("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", "an SQL dump"),
            ("window.YTD.tweets.part0 = [\n  {\n    \"tweet\": {", "JavaScript"),
            ("var comments = [{\"text\":\"a\"}];", "JavaScript"),
            (
                "[\n{\n\"type\": \"header\",\n\"comment\": \"Export to JSON plugin for PHPMyAdmin\"\n},",
                "a JSON export of phpMyAdmin",
            ),
        ] {
            assert!(dump(head).unwrap().starts_with(expected), "{head}");
        }
        for head in [
            "-- A page\n\nCreate table tennis clubs\n",
            "# Title\n\nText = [none]\n",
            "a,b = [c]\n",
            "1 + 1 = [2]",
            "[{\"type\":\"header\",\"text\":\"a\"}]",
            "",
        ] {
            assert_eq!(dump(head), None, "{head}");
        }
    }

    #[test]
    fn chats_are_told_by_their_lines() {
        for chat in [
            "[01.05.23, 12:00:00] Ann: Hello there\n[01.05.23, 12:01:00] Bob: No\n",
            "5/1/23, 12:00 - Ann: Hello\nthere\n5/1/23, 12:01 - Bob: No\n5/1/23, 12:03 PM - Bob: Yes\n",
        ] {
            assert!(is_chat(chat), "{chat}");
        }
        for other in ["Title\n\n  • Rosa: Hello\n    12.5.23, 12:00 she said: no\n", "[1] Ann: a\n[2] Bob: b\n", ""] {
            assert!(!is_chat(other), "{other}");
        }
    }
}
