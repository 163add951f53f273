//! JSON Feed 1 and 1.1.

use serde_json::Value;
use url::Url;

use super::date;
use super::item::{Head, Item};
use super::media::Media;
use super::page::{MAX_ITEMS, NoFeed, Page};
use crate::source::address;

/// Reads a JSON Feed whose addresses are relative to `base`.
pub(super) fn read(text: &str, base: &Url) -> Result<Page, NoFeed> {
    let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| NoFeed::Broken(error.to_string()))?;
    let version = document
        .get("version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !version.contains("jsonfeed.org/version") {
        return Err(NoFeed::Other);
    }
    let mut head = Head {
        title: string(&document, "title"),
        next: string(&document, "next_url").and_then(|next| address::resolve(base, &next)),
        ..Head::default()
    };
    head.describe(&string(&document, "description").unwrap_or_default());
    let all = document
        .get("items")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let items = all
        .iter()
        .take(MAX_ITEMS)
        .map(|value| item(value, base))
        .collect();
    Ok(Page {
        head,
        items,
        cut: all.len() > MAX_ITEMS,
        broken: None,
    })
}

fn item(value: &Value, base: &Url) -> Item {
    // Numbers as ids are against the rules and common.
    let id = match value.get("id") {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => string(value, "id"),
    };
    let published = string(value, "date_published").or_else(|| string(value, "date_modified"));
    let files = value
        .get("attachments")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    Item {
        id,
        title: string(value, "title"),
        published: published.and_then(|text| date::parse(&text)),
        files: files.iter().map(|file| attachment(file, base)).collect(),
        ..Item::default()
    }
}

fn attachment(value: &Value, base: &Url) -> Media {
    let size = value.get("size_in_bytes");
    Media {
        url: string(value, "url").and_then(|url| address::resolve(base, &url)),
        mime: string(value, "mime_type"),
        bytes: size.and_then(whole).filter(|bytes| *bytes > 0),
        sha256: None,
        main: false,
    }
}

/// A whole number, also one written as `12.0`.
fn whole(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.to_string().strip_suffix(".0")?.parse().ok())
}

fn string(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
