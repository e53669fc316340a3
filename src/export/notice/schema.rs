//! The part of JSON Schema that the statement's schema uses.

use std::sync::LazyLock;

use serde_json::Value;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../datasets/dsa/statement.schema.json");
    serde_json::from_str(text).unwrap_or_default()
});

/// What is wrong with a statement, in words.
pub(super) fn problems(statement: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    // A schema that does not read would find nothing wrong.
    if SCHEMA["required"].as_array().is_none() {
        problems.push("the schema cannot be read".to_owned());
    }
    check("statement", statement, &SCHEMA, &mut problems);
    problems
}

fn check(name: &str, value: &Value, schema: &Value, problems: &mut Vec<String>) {
    let mut wrong = |problem: String| problems.push(format!("{name}: {problem}"));
    if let Some(allowed) = schema["enum"].as_array() {
        if !allowed.contains(value) {
            wrong(format!("{value} is none of the values allowed"));
        }
        return;
    }
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(fields)) => {
            let properties = &schema["properties"];
            for needed in schema["required"].as_array().into_iter().flatten() {
                if needed
                    .as_str()
                    .is_some_and(|needed| !fields.contains_key(needed))
                {
                    wrong(format!("{needed} is missing"));
                }
            }
            for (field, value) in fields {
                match properties.get(field) {
                    Some(schema) => check(field, value, schema, problems),
                    None => problems.push(format!("{field}: there is no such field")),
                }
            }
        }
        (Some("array"), Value::Array(items)) => {
            if (items.len() as u64) < schema["minItems"].as_u64().unwrap_or(0) {
                wrong("it is empty".to_owned());
            }
            for item in items {
                check(name, item, &schema["items"], problems);
            }
        }
        (Some("string"), Value::String(text)) => {
            let length = text.chars().count() as u64;
            if length < schema["minLength"].as_u64().unwrap_or(0) {
                wrong("it is empty".to_owned());
            }
            if length > schema["maxLength"].as_u64().unwrap_or(u64::MAX) {
                wrong(format!("{length} characters are too many"));
            }
            if schema["format"] == "date" && text.parse::<jiff::civil::Date>().is_err() {
                wrong(format!("{text:?} is no date"));
            }
            // The only pattern of the schema.
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
            if schema["pattern"].is_string() && !text.chars().all(plain) {
                wrong("only letters, digits, - and _ are allowed".to_owned());
            }
        }
        (Some(expected), other) => wrong(format!("{other} is no {expected}")),
        (None, _) => wrong("the schema says nothing of it".to_owned()),
    }
}
