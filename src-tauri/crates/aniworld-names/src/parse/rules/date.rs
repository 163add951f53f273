//! The day of a daily show: `2024-02-29`, `2024.02.29`, `2024 02 29`.

use std::ops::Range;

use crate::parse::hit::{Hit, Name};
use crate::parse::scan;
use crate::{CivilDate, Confidence};

pub(super) fn find(name: &Name<'_>) -> Option<Hit> {
    let (day, span) = locate(name.stem)?;
    Some(Hit {
        span,
        date: Some(day),
        confidence: Confidence::Certain,
        ..Hit::default()
    })
}

/// The first day in a text and where it stands.
pub(super) fn locate(text: &str) -> Option<(CivilDate, Range<usize>)> {
    let separators = text
        .bytes()
        .enumerate()
        .skip(4)
        .filter(|(_, b)| matches!(b, b'-' | b'.' | b'_' | b' '));
    separators.map(|(at, _)| at).find_map(|at| read(text, at))
}

/// The day whose first separator stands at `at`.
fn read(text: &str, at: usize) -> Option<(CivilDate, Range<usize>)> {
    let start = at.checked_sub(4)?;
    if !text.is_char_boundary(start) || !scan::starts_word(text, start) {
        return None;
    }
    let (year, _) = scan::number(text, start, 4).filter(|(_, end)| *end == at)?;
    let (month, month_end) = scan::number(text, at + 1, 2)?;
    if text.as_bytes().get(month_end) != text.as_bytes().get(at) {
        return None;
    }
    let (day, end) = scan::number(text, month_end + 1, 2)?;
    let both_wide = month_end - at == 3 && end - month_end == 3;
    let day = CivilDate::new(
        u16::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    )?;
    (both_wide && scan::ends_word(text, end)).then_some((day, start..end))
}
