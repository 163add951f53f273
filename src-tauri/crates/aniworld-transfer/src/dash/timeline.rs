//! When the segments of a template begin and how long they are: from a `SegmentTimeline`, or from one
//! duration for all (ISO/IEC 23009-1 section 5.3.9.6 and 5.3.9.2). Pure; every list is bounded.

use std::time::Duration;

use super::xml::Element;
use crate::stream::{MAX_PIECES, StreamRefusal};

/// A rest at the end that is shorter holds no picture (1/240 s at least) and no sound (1,024 samples of
/// 96 kHz are 10 ms): it is how the duration was rounded, and nobody wrote a segment for it.
const ROUNDING: Duration = Duration::from_millis(1);

/// One segment in units of the timescale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// When it begins.
    pub(super) time: u64,
    /// How long it is.
    pub(super) duration: u64,
}

/// A period as its segments see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// Units per second; at least 1.
    pub(super) timescale: u64,
    /// Where the period begins, in units.
    pub(super) offset: u64,
    /// How long the period is, where that is known.
    pub(super) length: Option<Duration>,
}

impl Clock {
    /// How many segments of one duration cover a span: the last may be shorter.
    fn covering(self, span: Duration, duration: u64) -> u64 {
        let span = span.saturating_sub(ROUNDING).as_nanos() * u128::from(self.timescale);
        let each = u128::from(duration.max(1)) * 1_000_000_000;
        u64::try_from(span.div_ceil(each)).unwrap_or(u64::MAX).max(1)
    }

    /// The span from a time in units to the end of the period.
    fn rest(self, time: u64) -> Option<Duration> {
        let passed = super::value::ticks(time.saturating_sub(self.offset), self.timescale);
        self.length.map(|length| length.saturating_sub(passed))
    }
}

fn too_many() -> StreamRefusal {
    StreamRefusal::too_large(format!("more than {MAX_PIECES} pieces in one track"))
}

/// The segments of equal duration, `most` at most where that is known. `element` is where they are written.
pub(super) fn equal(
    element: &Element,
    clock: Clock,
    duration: u64,
    most: Option<u64>,
) -> Result<Vec<Slot>, StreamRefusal> {
    if duration == 0 {
        return Err(element.malformed("segments without a duration"));
    }
    let count = match (most, clock.length) {
        (Some(most), _) => most,
        (None, Some(length)) => clock.covering(length, duration),
        (None, None) => return Err(element.malformed("neither a length nor a last segment is given")),
    };
    if count > MAX_PIECES as u64 {
        return Err(too_many());
    }
    let end = clock.length.map_or(u64::MAX, |length| {
        let units = length.as_nanos() * u128::from(clock.timescale) / 1_000_000_000;
        u64::try_from(units).unwrap_or(u64::MAX)
    });
    let slots = (0..count).map(|index| {
        let time = index.saturating_mul(duration);
        // the last may be shorter
        let rest = end.saturating_sub(time).max(1);
        Slot {
            time,
            duration: duration.min(rest),
        }
    });
    Ok(slots.collect())
}

/// The segments of a timeline, `most` at most where that is known.
pub(super) fn listed(
    timeline: &Element,
    clock: Clock,
    most: Option<u64>,
) -> Result<Vec<Slot>, StreamRefusal> {
    if timeline.first("Pattern").is_some() {
        return Err(StreamRefusal::unsupported("a timeline with patterns"));
    }
    let overflow = || timeline.malformed("a time that does not fit");
    let mut slots: Vec<Slot> = Vec::new();
    let mut next = 0_u64;
    for (index, entry) in timeline.entries.iter().enumerate() {
        if entry.duration == 0 {
            return Err(timeline.malformed("an entry of the timeline without a duration"));
        }
        let start = entry.time.unwrap_or(next);
        if slots.last().is_some_and(|last| start <= last.time) {
            return Err(timeline.malformed("a timeline that goes back"));
        }
        let count = match u64::try_from(entry.repeat) {
            Ok(repeat) => repeat.saturating_add(1),
            Err(_) => until_next(timeline, clock, start, index)?,
        };
        let left = (MAX_PIECES - slots.len()) as u64;
        if count > left {
            return Err(too_many());
        }
        for repeat in 0..count {
            let passed = repeat.checked_mul(entry.duration).ok_or_else(overflow)?;
            let time = start.checked_add(passed).ok_or_else(overflow)?;
            next = time.checked_add(entry.duration).ok_or_else(overflow)?;
            slots.push(Slot {
                time,
                duration: entry.duration,
            });
        }
    }
    if slots.is_empty() {
        return Err(timeline.malformed("a timeline without entries"));
    }
    if let Some(most) = most {
        slots.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    }
    Ok(slots)
}

/// How many segments an entry has that repeats until the next one, or until the end of the period.
fn until_next(timeline: &Element, clock: Clock, start: u64, index: usize) -> Result<u64, StreamRefusal> {
    let endless = || timeline.malformed("an entry of the timeline that repeats without end");
    let duration = timeline.entries[index].duration;
    if let Some(following) = timeline.entries.get(index + 1) {
        let until = following
            .time
            .filter(|until| *until > start)
            .ok_or_else(endless)?;
        return Ok((until - start).div_ceil(duration));
    }
    let rest = clock.rest(start).ok_or_else(endless)?;
    Ok(clock.covering(rest, duration))
}
