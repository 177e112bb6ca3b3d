//! How to call each route from a shell, Python and JavaScript: `x-codeSamples` of the document, which documentation pages show.

use serde_json::{Value, json};

/// Where samples send their requests.
const SERVER: &str = "http://127.0.0.1:8475";

/// A request to a route.
struct Sample<'a> {
    method: &'a str,
    path: &'a str,
    body: Option<Body>,
}

enum Body {
    Json(Value),
    Lines(String),
}

/// Adds samples to each operation of a document.
pub(crate) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, methods) in paths {
        let Some(methods) = methods.as_object_mut() else { continue };
        for (method, operation) in methods {
            let body = body(&operation["requestBody"]["content"], &schemas);
            let sample = Sample { method, path, body };
            operation["x-codeSamples"] = json!([
                { "lang": "Shell", "label": "curl", "source": sample.curl() },
                { "lang": "Python", "label": "requests", "source": sample.python() },
                { "lang": "JavaScript", "label": "fetch", "source": sample.javascript() },
            ]);
        }
    }
}

/// The example body of a route: that of the first form in its schema.
fn body(content: &Value, schemas: &Value) -> Option<Body> {
    if let Some(lines) = content["application/x-ndjson"]["example"].as_str() {
        return Some(Body::Lines(lines.to_owned()));
    }
    let mut schema = content.get("application/json")?.get("schema")?;
    // A few steps from a reference to the type, and from a choice to its first form.
    for _ in 0..8 {
        if let Some(example) = schema.get("example") {
            return Some(Body::Json(example.clone()));
        }
        schema = match schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            Some(name) => schemas.get(name)?,
            None => schema.get("oneOf")?.get(0)?,
        };
    }
    None
}

impl Sample<'_> {
    fn curl(&self) -> String {
        let Self { method, path, body } = self;
        let method = if *method == "post" && body.is_none() { " -X POST" } else { "" };
        let head = format!("curl{method} {SERVER}{path} -H 'Authorization: Bearer KEY'");
        match body {
            None => head,
            Some(Body::Json(json)) => {
                format!(
                    "{head} \\\n  -H 'Content-Type: application/json' \\\n  -d '{}'",
                    json.to_string().replace('\'', "'\\''")
                )
            }
            Some(Body::Lines(_)) => {
                format!(
                    "{head} \\\n  -H 'Content-Type: application/x-ndjson' \\\n  -X POST -sN -T comments.jsonl > verdicts.jsonl"
                )
            }
        }
    }

    fn python(&self) -> String {
        let Self { method, path, body } = self;
        let (name, body, show) = match body {
            None => ("", String::new(), "print(answer.text)"),
            Some(Body::Json(value)) => ("json", python(value), "print(answer.json())"),
            Some(Body::Lines(lines)) => ("data", python(&json!(lines)), "print(answer.text)"),
        };
        let body = if name.is_empty() { body } else { format!("    {name}={body},\n") };
        format!(
            "import requests\n\nanswer = requests.{method}(\n    \"{SERVER}{path}\",\n    headers={{\"Authorization\": \"Bearer KEY\"}},\n{body})\nanswer.raise_for_status()\n{show}\n"
        )
    }

    fn javascript(&self) -> String {
        let Self { method, path, body } = self;
        let (body, show) = match body {
            None => (String::new(), "text"),
            Some(Body::Json(value)) => (format!("  body: JSON.stringify({value}),\n"), "json"),
            Some(Body::Lines(lines)) => (format!("  body: {},\n", json!(lines)), "text"),
        };
        format!(
            "const answer = await fetch(\"{SERVER}{path}\", {{\n  method: \"{}\",\n  headers: {{ Authorization: \"Bearer KEY\" }},\n{body}}});\nif (!answer.ok) throw new Error(await answer.text());\nconsole.log(await answer.{show}());\n",
            method.to_uppercase()
        )
    }
}

/// A value in Python's notation: as in JSON, except for three words.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(list) => format!("[{}]", list.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{}: {}", json!(key), python(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_of_their_language() {
        let body = Some(Body::Json(json!({"id": "it's", "labels": {"toxicity": true, "spam": null}})));
        let sample = Sample { method: "post", path: "/v1/decisions", body };
        assert!(sample.curl().ends_with(r#"-d '{"id":"it'\''s","labels":{"spam":null,"toxicity":true}}'"#));
        let python = r#"    json={"id": "it's", "labels": {"spam": None, "toxicity": True}},"#;
        assert!(sample.python().contains(python), "{}", sample.python());
        assert!(sample.javascript().contains("method: \"POST\""));
    }
}
