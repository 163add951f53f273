//! One document of a feed, in whichever format it is.

use super::item::{Head, Item};
use super::json;
use super::xml::{self, Ending, Part};
use crate::source::document::Document;

/// Items that one document may have.
pub(crate) const MAX_ITEMS: usize = 20_000;

/// A document that is a feed.
#[derive(Debug)]
pub(crate) struct Page {
    /// The channel.
    pub(super) head: Head,
    /// The items that are whole, in the order of the feed.
    pub(super) items: Vec<Item>,
    /// Whether there are more than the bound allows.
    pub(super) cut: bool,
    /// Where the document breaks off, when it does.
    pub(super) broken: Option<String>,
}

/// Why a document is no feed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoFeed {
    /// It is something else.
    Other,
    /// It is broken before the first whole item.
    Broken(String),
}

impl Page {
    /// Reads a feed of any format.
    pub(crate) fn read(document: &Document) -> Result<Self, NoFeed> {
        let text = document.text();
        if text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(['{', '['])
        {
            return json::read(&text, &document.final_url);
        }
        let mut page = Self {
            head: Head::default(),
            items: Vec::new(),
            cut: false,
            broken: None,
        };
        let ending = xml::read(&text, &document.final_url, &mut |part| page.take(&part));
        match ending {
            Ending::NoFeed => Err(NoFeed::Other),
            Ending::Whole => Ok(page),
            Ending::Broken(detail) if page.items.is_empty() => Err(NoFeed::Broken(detail)),
            Ending::Broken(detail) => Ok(Self {
                broken: Some(detail),
                ..page
            }),
        }
    }

    /// The title of the channel.
    pub(crate) fn title(&self) -> Option<&str> {
        self.head.title.as_deref()
    }

    fn take(&mut self, part: &Part) -> bool {
        match part {
            Part::Field(field) => self.head.take(field),
            Part::Item(_) if self.items.len() == MAX_ITEMS => self.cut = true,
            Part::Item(element) => self.items.push(Item::read(element)),
        }
        !self.cut
    }
}
