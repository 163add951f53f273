//! The segment lists that the tests of mpd-parser expect, as `cargo xtask fixtures` turned them into JSON.

use serde_json::Value;

/// All segments and inits of all representations: address, range, milliseconds.
pub(super) fn segments(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "segments" => all(value, found),
                    // an index to fetch first; here the whole file is fetched
                    "sidx" => found.push(format!("{} all {}", address(value), millis(value))),
                    _ => segments(value, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| segments(value, found)),
        _ => {}
    }
}

fn all(list: &Value, found: &mut Vec<String>) {
    for segment in list.as_array().unwrap() {
        found.push(format!(
            "{} {} {}",
            address(segment),
            range(segment),
            millis(segment)
        ));
        let init = &segment["map"];
        if !init.is_null() {
            found.push(format!("{} {} init", address(init), range(init)));
        }
    }
}

fn address(place: &Value) -> &str {
    place["resolvedUri"].as_str().unwrap()
}

fn range(place: &Value) -> String {
    match place["byterange"].as_object() {
        Some(range) => format!("{}+{}", range["offset"], range["length"]),
        None => "all".to_owned(),
    }
}

fn millis(segment: &Value) -> String {
    format!("{:.0} ms", segment["duration"].as_f64().unwrap() * 1_000.0)
}
