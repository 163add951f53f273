//! The faults with a name: what each does to a download, and what the right outcome is.
//!
//! A scenario holds for any number of connections. "The first answers" are counted over all of them, in
//! the order in which the requests came; a fault of ranges is in every answer to a request for less
//! than the whole file; a fault of a place in the file is there for whoever comes to it.

mod answers;
mod endings;
mod limits;
mod links;
mod parts;
mod versions;

use super::act::Director;
use super::{Cast, Entrance, ServedFile, Version};

/// What must come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// One of these files, whole.
    File(&'static [Version]),
    /// No file, and a sentence with one of these words: no complete file can be had.
    Refusal(&'static [&'static str]),
    /// The first film, or no file: the server breaks the rules and yet its bytes are right.
    FileOrRefusal,
}

/// What a client has to know about the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// Nothing.
    Plain,
    /// It leads to others, in an earlier run, too.
    LeadsOn,
    /// The same, and it wants a user and a password.
    WithPassword,
    /// It is https, and the server speaks HTTP/2 only.
    OnlyHttp2,
}

/// One fault and its right outcome.
#[derive(Debug)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// What must come of it when the client has nothing yet.
    pub right: Right,
    /// What must come of it when an earlier run left a part.
    pub right_resumed: Right,
    /// Whether a film is served. The other files are texts.
    pub media: bool,
    /// The path of the file.
    pub(super) path: &'static str,
    pub(super) opens_with: fn(&Cast) -> ServedFile,
    pub(super) direct: fn(&Cast, Entrance) -> Director,
    pub(super) address: Address,
    /// With so many bodies on their way, no further connection is accepted.
    pub(super) most_connections: Option<usize>,
}

const FIRST: Right = Right::File(&[Version::First]);
const SECOND: Right = Right::File(&[Version::Second]);

impl Scenario {
    /// All of them, in the order of the report.
    pub fn all() -> impl Iterator<Item = &'static Scenario> {
        [
            endings::ALL,
            parts::ALL,
            versions::ALL,
            answers::ALL,
            links::ALL,
            limits::ALL,
        ]
        .into_iter()
        .flatten()
    }

    /// The one with this name.
    pub fn named(name: &str) -> Option<&'static Scenario> {
        Self::all().find(|scenario| scenario.name == name)
    }

    /// Whether the server speaks HTTP/2 only, over TLS with a certificate that nobody knows.
    pub fn only_http2(&self) -> bool {
        self.address == Address::OnlyHttp2
    }

    /// What must come of it.
    pub fn right_after(&self, entrance: Entrance) -> Right {
        match entrance {
            Entrance::Fresh => self.right,
            Entrance::AfterRun => self.right_resumed,
        }
    }

    /// A scenario of the film.
    const fn new(name: &'static str, right: Right, direct: fn(&Cast, Entrance) -> Director) -> Self {
        Self {
            name,
            right,
            right_resumed: right,
            media: true,
            path: "/film.mp4",
            opens_with: |cast| cast.first.clone(),
            direct,
            address: Address::Plain,
            most_connections: None,
        }
    }

    /// With another file in the earlier run.
    const fn opening_with(mut self, file: fn(&Cast) -> ServedFile) -> Self {
        self.opens_with = file;
        self
    }

    /// An address that leads to others.
    const fn leading_on(mut self) -> Self {
        self.address = Address::LeadsOn;
        self
    }
}

/// So many eighths of a file: cuts are at the same place of any file.
fn eighths(file: &ServedFile, count: u64) -> u64 {
    file.len() / 8 * count
}

/// Counts answers: the first one has the number 1, unless an earlier run had it.
fn count_from(entrance: Entrance) -> impl FnMut() -> u32 + Send {
    let mut given = u32::from(entrance == Entrance::AfterRun);
    move || {
        given += 1;
        given
    }
}

#[cfg(test)]
mod tests {
    use super::Scenario;

    #[test]
    fn names_are_unique_and_the_classes_of_the_field_are_there() {
        let mut names: Vec<_> = Scenario::all().map(|scenario| scenario.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        let classes = "ok cut5 cut_norange stall2 cr_mismatch cr_lie etag_change etag_flip lm_change range200 \
                       r416 s503 s429 trunc trunc2 gzip_cut redirect_loop slowloris cl_less cl_more chunked_cut \
                       chunked_cut2 closedelim_cut multipart html_resume html_first e403_resume short206 rst5 \
                       size_change garbage_status huge_header";
        for class in classes.split_whitespace() {
            assert!(Scenario::named(class).is_some(), "{class}");
        }
    }
}
