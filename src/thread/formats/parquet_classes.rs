//! What the numbers of classes mean, as Hugging Face data sets state it in the metadata of their tables.

use parquet::file::metadata::FileMetaData;
use serde_json::Value;

use crate::thread::limits::SHOWN;

/// A remark on each column of class numbers: `label` numbers classes: 0 is `against`, 1 is `favor`.
pub(crate) fn remarks(metadata: &FileMetaData) -> Vec<String> {
    let pairs = metadata.key_value_metadata().into_iter().flatten();
    let told = pairs.filter(|pair| pair.key == "huggingface").find_map(|pair| pair.value.as_deref());
    told.map(classes).unwrap_or_default()
}

fn classes(told: &str) -> Vec<String> {
    // The table can be read without it, so invalid JSON is ignored.
    let Ok(told) = serde_json::from_str::<Value>(told) else { return Vec::new() };
    let features = told.pointer("/info/features").and_then(Value::as_object);
    let names = |feature: &Value| -> Option<Vec<String>> {
        let names = feature.get("names").or_else(|| feature.pointer("/feature/names"))?.as_array()?;
        Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    let columns = features.into_iter().flatten().filter_map(|(column, feature)| Some((column, names(feature)?)));
    let remark = |(column, names): (&String, Vec<String>)| {
        let shown: Vec<String> =
            names.iter().take(SHOWN).enumerate().map(|(number, name)| format!("{number} is `{name}`")).collect();
        let more = if names.len() > SHOWN { ", …" } else { "" };
        format!("`{column}` numbers classes: {}{more}", shown.join(", "))
    };
    columns.map(remark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_classes_are_told() {
        let told = r#"{"info":{"features":{"text":{"dtype":"string","_type":"Value"},
            "label":{"names":["against","favor"],"_type":"ClassLabel"},
            "tags":{"feature":{"names":["rude"],"_type":"ClassLabel"},"_type":"Sequence"}}}}"#;
        let expected = ["`label` numbers classes: 0 is `against`, 1 is `favor`", "`tags` numbers classes: 0 is `rude`"];
        assert_eq!(classes(told), expected);
        for other in ["", "{}", "[1]", r#"{"info":{"features":{"label":{"names":3}}}}"#] {
            assert!(classes(other).is_empty(), "{other}");
        }
    }
}
