//! Listings in JSON: nginx and Caddy send arrays, npm's `serve` an object.

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::link::{self, Link};
use super::page::{NoPage, Page};
use crate::source::AssetSize;

/// Caddy cuts every listing here and says nothing.
const CADDY_CUT: usize = 10_000;

/// A row of any of the three. Which fields are there tells who wrote it.
#[derive(Debug, Deserialize)]
struct Row {
    name: Option<String>,
    size: Option<Value>,
    /// nginx and serve.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// nginx.
    mtime: Option<String>,
    /// Caddy.
    url: Option<String>,
    /// Caddy.
    is_dir: Option<bool>,
    /// serve: the name, with a slash for a folder.
    base: Option<String>,
}

/// Reads a listing of `folder`.
pub(super) fn read(folder: &Url, bytes: &[u8]) -> Result<Page, NoPage> {
    // nginx copies names as they are: one bad byte must not cost the whole listing.
    let text = String::from_utf8_lossy(bytes);
    let document: Value = serde_json::from_str(&text).map_err(|error| NoPage::Broken(error.to_string()))?;
    let no_listing = || NoPage::Broken("the JSON is no folder listing".to_owned());
    let values = match document {
        Value::Array(values) => values,
        Value::Object(mut object) => match object.remove("files") {
            Some(Value::Array(values)) => values,
            _ => return Err(no_listing()),
        },
        _ => return Err(no_listing()),
    };
    let count = values.len();
    let rows: Vec<Row> = values
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect();
    let mut page = Page::default();
    let from_caddy = rows.iter().all(|row| row.is_dir.is_some());
    for row in &rows {
        let Some((link, size)) = entry(folder, row, &mut page) else {
            continue;
        };
        if !page.add(link, size) {
            break;
        }
    }
    if from_caddy && count == CADDY_CUT {
        page.truncated = Some(CADDY_CUT as u64);
    }
    if count > 0 && page.entries.is_empty() && page.warnings.is_empty() {
        return Err(no_listing());
    }
    Ok(page)
}

/// The entry of a row; `None` for a row that is none.
fn entry(folder: &Url, row: &Row, page: &mut Page) -> Option<(Link, AssetSize)> {
    let exact = || {
        row.size
            .as_ref()
            .and_then(Value::as_u64)
            .map_or(AssetSize::Unknown, AssetSize::Exact)
    };
    match row {
        Row {
            is_dir: Some(is_dir),
            url: Some(url),
            ..
        } => {
            let slash = if *is_dir && !url.ends_with('/') { "/" } else { "" };
            Some((link::read(folder, folder, &format!("{url}{slash}")), exact()))
        }
        Row {
            name: Some(name),
            kind: Some(kind),
            mtime: Some(_),
            ..
        } => {
            if name.contains('\u{fffd}') {
                // The address of a name that is not UTF-8 cannot be rebuilt from here.
                page.incomplete = true;
                page.warn(format!("{}: a name that is not UTF-8", name.escape_debug()));
                return None;
            }
            let is_folder = kind == "directory";
            (is_folder || kind == "file").then(|| (link::child(folder, name, is_folder), exact()))
        }
        Row {
            base: Some(base),
            kind: Some(kind),
            ..
        } => match kind.as_str() {
            "folder" => Some((
                link::child(folder, base.trim_end_matches('/'), true),
                AssetSize::Unknown,
            )),
            "file" => Some((link::child(folder, base, false), AssetSize::Unknown)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> Url {
        Url::parse("http://h/a/").unwrap()
    }

    #[test]
    fn exactly_ten_thousand_rows_of_caddy_are_a_cut_list() {
        let list = |count: usize| {
            let rows: Vec<_> = (0..count)
                .map(|n| format!(r#"{{"name":"{n}.mkv","size":1,"url":"./{n}.mkv","is_dir":false}}"#))
                .collect();
            read(&folder(), format!("[{}]", rows.join(",")).as_bytes())
                .unwrap()
                .truncated
        };
        assert_eq!(list(10_000), Some(10_000));
        assert_eq!(list(9_999), None);
    }

    #[test]
    fn an_empty_array_is_an_empty_folder() {
        assert!(read(&folder(), b"[]").unwrap().entries.is_empty());
    }

    #[test]
    fn other_json_is_no_listing() {
        for text in [
            r#"{"version":"https://jsonfeed.org/version/1.1","items":[]}"#,
            r#"[{"a":1}]"#,
            "7",
            "[1,2]",
            "[{",
        ] {
            assert!(
                matches!(read(&folder(), text.as_bytes()), Err(NoPage::Broken(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn a_row_of_another_shape_is_skipped() {
        let text = r#"[{"name":7,"type":"file","mtime":"x"},{"name":"a.mkv","type":"file","mtime":"x","size":"big"},
            {"name":"pipe","type":"other","mtime":"x"}]"#;
        let page = read(&folder(), text.as_bytes()).unwrap();
        assert_eq!(page.entries.len(), 1);
        assert_eq!(page.entries[0].size, AssetSize::Unknown);
    }
}
