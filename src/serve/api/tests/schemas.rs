//! Whether a value is what a schema of the document says, as far as the document uses JSON Schema.

use serde_json::Value;

/// Checks values against the schemas of a document.
pub(crate) struct Schemas<'a> {
    pub(crate) document: &'a Value,
}

impl Schemas<'_> {
    /// What is wrong with a value, if anything is.
    pub(crate) fn fault(&self, schema: &Value, value: &Value) -> Option<String> {
        self.check(schema, value, "$").err()
    }

    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.document.pointer(&reference[1..]).ok_or(format!("{reference} leads nowhere"))?;
            return self.check(target, value, at);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let faults: Vec<String> = choices.iter().filter_map(|choice| self.check(choice, value, at).err()).collect();
            let fitting = choices.len() - faults.len();
            return if fitting == 1 {
                Ok(())
            } else {
                Err(format!("{at}: {fitting} fit of {}: {faults:?}", choices.len()))
            };
        }
        if let Some(all) = schema["allOf"].as_array() {
            return all.iter().try_for_each(|each| self.check(each, value, at));
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let fits = |name: &&str| match *name {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => false,
        };
        if !types.is_empty() && !types.iter().any(fits) {
            return Err(format!("{at}: {types:?} expected, not {value}"));
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            return Err(format!("{at}: {value} is none of {words:?}"));
        }
        if let (Some(list), Some(items)) = (value.as_array(), schema.get("items")) {
            let each = |(place, value)| self.check(items, value, &format!("{at}[{place}]"));
            list.iter().enumerate().try_for_each(each)?;
        }
        let Some(map) = value.as_object() else { return Ok(()) };
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !map.contains_key(name) {
                return Err(format!("{at}: {name} is missing"));
            }
        }
        for (name, value) in map {
            let at = format!("{at}.{name}");
            match (schema["properties"].get(name), &schema["additionalProperties"]) {
                (Some(own), _) => self.check(own, value, &at)?,
                (None, more @ Value::Object(_)) => self.check(more, value, &at)?,
                (None, Value::Bool(false)) => return Err(format!("{at} is not there")),
                // What is written must be told of: an object of which nothing is said may be anything.
                (None, _) if schema.get("properties").is_some() => return Err(format!("{at} is not told of")),
                (None, _) => {}
            }
        }
        Ok(())
    }
}
