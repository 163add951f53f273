//! DASH with an end (ISO/IEC 23009-1): the text of a manifest to the tracks and pieces of [`crate::stream`].
//!
//! Lenient with what does not change the bytes, strict with what does; every list is bounded before it is
//! made. Must not know how bytes come or where they go.

mod base;
mod choose;
mod detect;
mod plan;
mod presentation;
mod protection;
mod segments;
mod template;
mod timeline;
mod value;
mod xml;

#[cfg(test)]
mod tests;

pub use self::choose::LeftOut;
pub use self::detect::is_dash;
pub use self::plan::{DashStream, plan};

/// The longest manifest that is read, in bytes. A timeline of a day with an entry for every second has half.
pub const MAX_MANIFEST_BYTES: usize = 8 << 20;
