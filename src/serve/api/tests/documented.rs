//! The examples of docs/api.md can be sent, and are answered as it says.

use serde_json::Value;

use crate::serve::fixture::{Answer, Served, served};

const PAGE: &str = include_str!("../../../../docs/api.md");

/// The blocks of code of a page: language and content.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, from)) = rest.split_once("\n```") {
        let (language, from) = from.split_once('\n').unwrap();
        let (content, after) = from.split_once("```").unwrap();
        blocks.push((language, content));
        rest = after;
    }
    blocks
}

/// Sends what a command would; `file` is what the file says that it names.
fn run(served: &Served, command: &str, file: &str) -> Answer {
    let address = command.split("http://127.0.0.1:8475").nth(1).unwrap();
    let path = address.split(['\'', ' ', '\n']).next().unwrap();
    if let Some((_, body)) = command.split_once("-d '") {
        return served.post(path, body.trim_end().trim_end_matches('\'').to_owned());
    }
    if command.contains("@comments.jsonl") {
        return served.post(path, file.to_owned());
    }
    if command.contains("-X POST") { served.post(path, "") } else { served.get(path) }
}

/// Where there may be nothing.
const NULL_OR_NOT: [&str; 5] = [".class", ".why", ".text", ".begin", ".end"];

/// Whether an answer is of the form of an example: the same keys and kinds of values, and as many entries where there are few.
/// The key `…` stands for others.
fn differs(example: &Value, answer: &Value, at: &str) -> Option<String> {
    match (example, answer) {
        (Value::Object(example), Value::Object(answer)) => {
            if !example.contains_key("…")
                && let Some(more) = answer.keys().find(|key| !example.contains_key(*key))
            {
                return Some(format!("{at}.{more} is not in the example"));
            }
            example.iter().filter(|(key, _)| *key != "…").find_map(|(key, value)| match answer.get(key) {
                Some(answer) => differs(value, answer, &format!("{at}.{key}")),
                None => Some(format!("{at}.{key} is not in the answer")),
            })
        }
        (Value::Array(example), Value::Array(answer)) => {
            if example.is_empty() != answer.is_empty() {
                return Some(format!("{at}: {} entries", answer.len()));
            }
            example
                .iter()
                .zip(answer)
                .enumerate()
                .find_map(|(place, (example, answer))| differs(example, answer, &format!("{at}[{place}]")))
        }
        (Value::Null, _) | (_, Value::Null) if NULL_OR_NOT.iter().any(|key| at.ends_with(key)) => None,
        (Value::String(_), Value::String(_)) if ["id", ".field"].iter().any(|key| at.ends_with(key)) => {
            (example != answer).then(|| format!("{at} is {answer}"))
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => None,
        _ => (example != answer).then(|| format!("{at}: {answer}")),
    }
}

#[test]
fn its_examples_are_answered_as_it_says() {
    let served = served("");
    let blocks = blocks(PAGE);
    let (mut sent, mut file) = (0, "");
    for (at, (language, content)) in blocks.iter().enumerate() {
        if *language == "jsonl" {
            file = content;
        }
        if *language != "sh" || !content.starts_with("curl") {
            continue;
        }
        let answer = run(&served, content, file);
        let (form, example) = blocks[at + 1];
        let values = |text: &str| -> Vec<Value> {
            if form == "jsonl" {
                text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
            } else {
                vec![serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))]
            }
        };
        let (examples, answers) = (values(example), values(&answer.body));
        assert_eq!(examples.len(), answers.len(), "{content}");
        for (example, found) in examples.iter().zip(&answers) {
            assert_eq!(differs(example, found, ""), None, "{content}\n{found:#}");
        }
        sent += 1;
    }
    assert_eq!(sent, 10);
}

#[test]
fn every_route_is_told() {
    let document = crate::serve::api::openapi::document();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(PAGE.contains(&format!("{path}`")), "{path}");
    }
}
