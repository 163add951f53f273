//! Listings in HTML, from any server: every `<a href>` that leads exactly one segment down.
//!
//! Link texts are never names: servers cut them. What stands behind a link in its row is its size.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, Spanned, StartTag, Token, Tokenizer};
use url::Url;

use super::link::{self, Link};
use super::page::{NoPage, Page};
use crate::source::{AssetSize, address, video};

/// How much text behind a link is looked at for its size, in bytes.
const TAIL_BYTES: usize = 400;
/// From this on a number without a unit is a size to the byte; smaller ones may be rounded.
const SURELY_EXACT: u64 = 10_000;

/// Reads a listing of `folder`.
pub(super) fn read(folder: &Url, text: &str) -> Result<Page, NoPage> {
    let mut reader = Reader {
        folder,
        base: folder.clone(),
        page: Page::default(),
        row: None,
        inside: Inside::Nothing,
        looks_like_a_listing: false,
    };
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
        let goes_on = match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => {
                reader.text(&text);
                true
            }
            _ => true,
        };
        if !goes_on {
            break;
        }
    }
    reader.finish()
}

#[derive(PartialEq, Eq)]
enum Inside {
    Nothing,
    Heading,
    Anchor,
}

struct Row {
    link: Link,
    exact: Option<u64>,
    tail: String,
}

struct Reader<'a> {
    folder: &'a Url,
    base: Url,
    page: Page,
    /// The link whose row is being read.
    row: Option<Row>,
    inside: Inside,
    /// A web page has links as well; only a listing has one of these marks.
    looks_like_a_listing: bool,
}

impl Reader<'_> {
    /// Takes a start tag; false when the page is full.
    fn start(&mut self, tag: &StartTag<()>) -> bool {
        if let Some(row) = &mut self.row {
            // Two cells are two words.
            row.tail.push(' ');
            let order = attribute(tag, b"data-order");
            row.exact = row.exact.or_else(|| order?.trim().parse().ok());
        }
        match tag.name.as_slice() {
            b"base" => {
                if let Some(base) =
                    attribute(tag, b"href").and_then(|href| address::resolve(&self.base, &href))
                {
                    self.base = base;
                }
                true
            }
            b"title" | b"h1" | b"h2" => {
                self.inside = Inside::Heading;
                true
            }
            b"tr" | b"li" => self.end_row(),
            b"a" => match attribute(tag, b"href") {
                Some(href) => self.link(&href),
                None => true,
            },
            _ => true,
        }
    }

    fn link(&mut self, href: &str) -> bool {
        let goes_on = self.end_row();
        let href = href.trim();
        let sorts = href.starts_with("?C=") || href.starts_with("?sort=");
        let above = matches!(href, ".." | "../" | "./../") || self.leads_above(href);
        self.looks_like_a_listing |= sorts || above;
        self.row = Some(Row {
            link: link::read(self.folder, &self.base, href),
            exact: None,
            tail: String::new(),
        });
        self.inside = Inside::Anchor;
        goes_on
    }

    fn leads_above(&self, href: &str) -> bool {
        let parent = self.folder.join("..").ok();
        self.folder.path() != "/"
            && address::resolve(&self.base, href)
                .is_some_and(|url| parent.is_some_and(|up| up.path() == url.path()))
    }

    fn end(&mut self, name: &[u8]) -> bool {
        match name {
            b"a" | b"title" | b"h1" | b"h2" => {
                self.inside = Inside::Nothing;
                true
            }
            b"tr" | b"li" | b"pre" => self.end_row(),
            _ => true,
        }
    }

    fn text(&mut self, text: &[u8]) {
        match (&self.inside, &mut self.row) {
            (Inside::Heading, _) => {
                let heading = String::from_utf8_lossy(text).trim().to_ascii_lowercase();
                let marks = ["index of", "directory listing", "listing of", "files within"];
                self.looks_like_a_listing |= marks.iter().any(|mark| heading.starts_with(mark));
            }
            (Inside::Nothing, Some(row)) if row.tail.len() < TAIL_BYTES => {
                let room = TAIL_BYTES.min(text.len());
                row.tail.push_str(&String::from_utf8_lossy(&text[..room]));
            }
            _ => {}
        }
    }

    fn end_row(&mut self) -> bool {
        self.row.take().is_none_or(|row| {
            let size = row.exact.map_or_else(|| size_in(&row.tail), AssetSize::Exact);
            self.page.add(row.link, size)
        })
    }

    fn finish(mut self) -> Result<Page, NoPage> {
        self.end_row();
        let has_video = || {
            self.page
                .entries
                .iter()
                .any(|entry| !entry.folder && video::extension_of(&entry.name).is_some())
        };
        if self.looks_like_a_listing || has_video() {
            Ok(self.page)
        } else {
            Err(NoPage::WebPage)
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    let value: &Spanned<HtmlString, ()> = tag.attributes.get(name)?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// The first word of a row that is a size. Dates and times have marks that no size has.
fn size_in(tail: &str) -> AssetSize {
    tail.split_whitespace()
        .find_map(size_of)
        .unwrap_or(AssetSize::Unknown)
}

fn size_of(word: &str) -> Option<AssetSize> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = word[digits.len()..].to_ascii_lowercase();
    let factor: u64 = match unit.trim_end_matches('b').trim_end_matches('i') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1 << 40,
        _ => return None,
    };
    let digits = digits.replace(',', "");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, "0"));
    let number = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse::<u64>().ok())?
    };
    let (whole_number, first) = (number(whole)?, number(fraction.get(..1)?)?);
    let bytes = whole_number
        .checked_mul(factor)?
        .checked_add(first * factor / 10)?;
    let exact = unit.is_empty() && !digits.contains('.') && bytes >= SURELY_EXACT;
    Some(if exact {
        AssetSize::Exact(bytes)
    } else {
        AssetSize::Approx(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_exact_only_beyond_doubt() {
        let cases = [
            (" 29-Feb-2024 23:59   123456\n", AssetSize::Exact(123_456)),
            (" 29-Feb-2024 23:59   1000\n", AssetSize::Approx(1000)),
            (" 29-Feb-2024 23:59   121K\n", AssetSize::Approx(121 << 10)),
            (
                " 2024-Feb-29 23:59:59 120.5K video/x-matroska",
                AssetSize::Approx(123_392),
            ),
            (
                "2026-11-23 21:18 2.4M",
                AssetSize::Approx((2 << 20) + (4 << 20) / 10),
            ),
            (" 1.5GiB", AssetSize::Approx(3 << 29)),
            (
                " MKV-File 123,456 Bytes Mon, 23 Nov 2026 21:18:25 GMT",
                AssetSize::Exact(123_456),
            ),
            (" -  ", AssetSize::Unknown),
            ("", AssetSize::Unknown),
            ("99999999999999999999T", AssetSize::Unknown),
            ("18446744073709551615K", AssetSize::Unknown),
        ];
        for (tail, size) in cases {
            assert_eq!(size_in(tail), size, "{tail:?}");
        }
    }
}
