//! Things to say once, in the window, when somebody can read them. The words are the page's.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// The event that carries a [`Payload`] to the page.
pub const NOTICE_EVENT: &str = "app-notice";

/// What there is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The window was closed, and the program went on in the tray.
    ClosedToTray,
    /// There is no tray, so closing the window minimises it.
    NoTrayCloseMinimises,
}

/// A notice as the page gets it: `{"code": ..., "params": {}}`. The parameters are there for notices to come.
#[derive(Debug, Clone, Serialize)]
pub struct Payload {
    code: Notice,
    params: BTreeMap<String, String>,
}

/// Which notices were given, and which wait for a reader. Each is given once per run.
#[derive(Debug, Default)]
pub struct Notices {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    given: Vec<Notice>,
    waiting: Vec<Notice>,
    has_reader: bool,
}

impl Notices {
    /// Gives a notice that was not given before. Returns what is to be said now; the rest waits for a reader.
    pub fn give(&self, notice: Notice) -> Vec<Notice> {
        let mut inner = self.lock();
        if inner.given.contains(&notice) {
            return Vec::new();
        }
        inner.given.push(notice);
        inner.waiting.push(notice);
        inner.readable()
    }

    /// Takes back a notice that is no longer true. One that nobody read may be given again.
    pub fn withdraw(&self, notice: Notice) {
        let mut inner = self.lock();
        if let Some(place) = inner.waiting.iter().position(|waiting| *waiting == notice) {
            inner.waiting.remove(place);
            inner.given.retain(|given| *given != notice);
        }
    }

    /// Says whether somebody can read notices now: the page listens, and its window can be seen.
    pub fn set_reader(&self, has_reader: bool) -> Vec<Notice> {
        let mut inner = self.lock();
        inner.has_reader = has_reader;
        inner.readable()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Notice> for Payload {
    fn from(code: Notice) -> Self {
        Self {
            code,
            params: BTreeMap::new(),
        }
    }
}

impl Inner {
    fn readable(&mut self) -> Vec<Notice> {
        if self.has_reader {
            std::mem::take(&mut self.waiting)
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Notice, Notices, Payload};

    #[test]
    fn a_notice_waits_for_a_reader_and_is_given_once() {
        let notices = Notices::default();
        assert_eq!(notices.give(Notice::ClosedToTray), []);
        assert_eq!(notices.set_reader(true), [Notice::ClosedToTray]);
        assert_eq!(notices.give(Notice::ClosedToTray), []);
        assert_eq!(
            notices.give(Notice::NoTrayCloseMinimises),
            [Notice::NoTrayCloseMinimises]
        );
        notices.set_reader(false);
        assert_eq!(notices.set_reader(true), []);
    }

    #[test]
    fn what_is_no_longer_true_is_not_said() {
        let notices = Notices::default();
        notices.give(Notice::ClosedToTray);
        notices.give(Notice::NoTrayCloseMinimises);
        notices.withdraw(Notice::ClosedToTray);
        assert_eq!(notices.set_reader(true), [Notice::NoTrayCloseMinimises]);
        assert_eq!(notices.give(Notice::ClosedToTray), [Notice::ClosedToTray]);
        notices.withdraw(Notice::ClosedToTray);
        assert_eq!(notices.give(Notice::ClosedToTray), [], "it was read");
    }

    #[test]
    fn the_page_gets_a_code() {
        let json = serde_json::to_string(&Payload::from(Notice::NoTrayCloseMinimises)).unwrap();
        assert_eq!(json, r#"{"code":"no_tray_close_minimises","params":{}}"#);
    }
}
