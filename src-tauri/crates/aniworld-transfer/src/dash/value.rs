//! Values of attributes: durations and byte ranges. Pure.

use std::time::Duration;

use crate::stream::PieceRange;

/// The longest presentation that is believed: a hundred days.
const LONGEST: Duration = Duration::from_hours(2_400);

/// An `xs:duration` such as `PT1H2M3.5S`. `None` where it is none, is negative, has a year or month that is
/// not zero (nobody knows how long those are) or is longer than a hundred days.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        None if !rest.is_empty() => (rest, ""),
        _ => return None,
    };
    let date = fields(date, &[('Y', None), ('M', None), ('D', Some(86_400))])?;
    let time = fields(time, &[('H', Some(3_600)), ('M', Some(60)), ('S', Some(1))])?;
    date.checked_add(time).filter(|sum| *sum <= LONGEST)
}

/// Numbers with their units, in the order of `units`; a unit of unknown length must be zero.
fn fields(mut text: &str, units: &[(char, Option<u32>)]) -> Option<Duration> {
    let mut units = units.iter();
    let mut sum = Duration::ZERO;
    while !text.is_empty() {
        let end = text.find(|letter: char| letter.is_ascii_uppercase())?;
        let (number, rest) = text.split_at(end);
        let letter = rest.chars().next()?;
        let (_, seconds) = units.find(|(unit, _)| *unit == letter)?;
        let value = decimal(number)?;
        match seconds {
            Some(seconds) => sum = sum.checked_add(value.checked_mul(*seconds)?)?,
            None if value.is_zero() => {}
            None => return None,
        }
        text = &rest[1..];
    }
    Some(sum)
}

/// A decimal number as a duration in seconds; digits beyond the nanosecond are cut.
fn decimal(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let nanos: u32 = format!("{:0<9}", fraction.get(..9).unwrap_or(fraction))
        .parse()
        .ok()?;
    Some(Duration::new(whole.parse().ok()?, nanos))
}

/// A range such as `0-827`, both ends included (the syntax of RFC 9110 section 14.1.2, always with an end).
pub(super) fn range(text: &str) -> Option<PieceRange> {
    let (first, last) = text.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let length = last.checked_sub(first)?.checked_add(1)?;
    first.checked_add(length)?;
    Some(PieceRange {
        offset: first,
        length,
    })
}

/// So many units of `1 / timescale` seconds; saturates. `timescale` is at least 1.
pub(super) fn ticks(count: u64, timescale: u64) -> Duration {
    let nanos = u128::from(count) * 1_000_000_000 / u128::from(timescale.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact_to_the_nanosecond() {
        for (text, millis) in [
            ("PT24.0S", 24_000),
            ("PT1H2M3.5S", 3_723_500),
            ("P0Y0M1DT0H0M0S", 86_400_000),
            ("P1D", 86_400_000),
            ("PT0S", 0),
            ("PT90M", 5_400_000),
        ] {
            assert_eq!(duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(
            duration("PT0.1234567899S"),
            Some(Duration::from_nanos(123_456_789))
        );
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in [
            "",
            "P",
            "PT",
            "24",
            "-PT1S",
            "PT-1S",
            "P1Y",
            "P1M",
            "PT1S1H",
            "PT1",
            "PTINFS",
            "PT1.S",
            "PT.5S",
            "PT1e3S",
            "P101D",
            "PT99999999999999999999S",
            "PT18446744073709551615H",
            "P1DT",
            "PT1ß",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_include_both_ends_and_never_overflow() {
        assert_eq!(
            range("0-827"),
            Some(PieceRange {
                offset: 0,
                length: 828
            })
        );
        assert_eq!(range("5-5"), Some(PieceRange { offset: 5, length: 1 }));
        for text in [
            "",
            "5",
            "5-",
            "-5",
            "6-5",
            "0-18446744073709551615",
            "a-b",
            "1-2-3",
        ] {
            assert_eq!(range(text), None, "{text}");
        }
    }

    #[test]
    fn ticks_saturate() {
        assert_eq!(ticks(51_200, 12_800), Duration::from_secs(4));
        assert_eq!(ticks(u64::MAX, 1), Duration::from_nanos(u64::MAX));
    }
}
