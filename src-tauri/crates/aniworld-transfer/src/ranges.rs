//! Which bytes of a file are there: a sorted set of half-open ranges. Pure.

use serde::{Deserialize, Serialize};

/// Half-open ranges `[start, end)`, sorted, none empty, none touching another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct RangeSet(Vec<(u64, u64)>);

impl RangeSet {
    /// How many bytes are in it.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.iter().map(|(start, end)| end - start).sum()
    }

    /// The ranges, sorted.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> + '_ {
        self.0.iter().copied()
    }

    /// Whether every byte of `[start, end)` is in it.
    pub(crate) fn covers(&self, start: u64, end: u64) -> bool {
        start >= end
            || self
                .containing(start)
                .is_some_and(|(_, range_end)| range_end >= end)
    }

    /// The range that holds this byte.
    pub(crate) fn containing(&self, at: u64) -> Option<(u64, u64)> {
        let after = self.0.partition_point(|(start, _)| *start <= at);
        self.0[..after].last().copied().filter(|(_, end)| at < *end)
    }

    /// The range that ends exactly here.
    pub(crate) fn ending_at(&self, at: u64) -> Option<(u64, u64)> {
        at.checked_sub(1)
            .and_then(|last| self.containing(last))
            .filter(|(_, end)| *end == at)
    }

    /// The byte behind the last one.
    pub(crate) fn end(&self) -> u64 {
        self.0.last().map_or(0, |(_, end)| *end)
    }

    /// Adds `[start, end)`.
    pub(crate) fn insert(&mut self, start: u64, end: u64) {
        if start >= end {
            return;
        }
        // the usual case: the range grows at its end and touches nothing
        let from = self.0.partition_point(|(_, range_end)| *range_end < start);
        let to = self.0.partition_point(|(range_start, _)| *range_start <= end);
        let merged = self.0[from..to]
            .iter()
            .fold((start, end), |(start, end), (s, e)| (start.min(*s), end.max(*e)));
        match self.0.get_mut(from) {
            Some(first) if to == from + 1 => *first = merged,
            _ => drop(self.0.splice(from..to, [merged])),
        }
    }

    /// Takes `[start, end)` out.
    pub(crate) fn remove(&mut self, start: u64, end: u64) {
        if start >= end {
            return;
        }
        let kept = self.0.iter().flat_map(|&(s, e)| {
            [(s, e.min(start)), (s.max(end), e)]
                .into_iter()
                .filter(|(s, e)| s < e)
        });
        self.0 = kept.collect();
    }

    /// What is missing of `[0, end)`, sorted.
    pub(crate) fn gaps(&self, end: u64) -> Vec<(u64, u64)> {
        let mut gaps = Vec::new();
        let mut at = 0;
        for &(start, range_end) in &self.0 {
            if at < start.min(end) {
                gaps.push((at, start.min(end)));
            }
            at = at.max(range_end);
        }
        if at < end {
            gaps.push((at, end));
        }
        gaps
    }

    /// Whether it is what it says: foreign bytes may claim to be one.
    pub(crate) fn is_sound(&self) -> bool {
        self.0.iter().all(|(start, end)| start < end) && self.0.windows(2).all(|pair| pair[0].1 < pair[1].0)
    }
}

impl FromIterator<(u64, u64)> for RangeSet {
    fn from_iter<T: IntoIterator<Item = (u64, u64)>>(ranges: T) -> Self {
        let mut set = Self::default();
        ranges.into_iter().for_each(|(start, end)| set.insert(start, end));
        set
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::RangeSet;

    proptest! {
        #[test]
        fn it_is_a_set_of_bytes(steps in prop::collection::vec((any::<bool>(), 0_u64..64, 0_u64..20), 0..40)) {
            let mut set = RangeSet::default();
            let mut bytes = [false; 100];
            for (add, start, length) in steps {
                let end = start + length;
                if add { set.insert(start, end) } else { set.remove(start, end) }
                (start..end).for_each(|at| bytes[usize::try_from(at).unwrap()] = add);
                prop_assert!(set.is_sound(), "{set:?}");
            }
            prop_assert_eq!(set.bytes(), bytes.iter().filter(|there| **there).count() as u64);
            for (at, there) in (0_u64..).zip(bytes) {
                prop_assert_eq!(set.containing(at).is_some(), there);
                prop_assert_eq!(set.covers(at, at + 1), there);
            }
            let whole: RangeSet = set.iter().chain(set.gaps(90)).collect();
            prop_assert!(whole.covers(0, 90));
            let there = |(start, end): &(u64, u64)| (*start..*end).any(|at| bytes[usize::try_from(at).unwrap()]);
            prop_assert!(!set.gaps(90).iter().any(there));
        }
    }

    #[test]
    fn neighbours_are_found() {
        let set: RangeSet = [(0, 5), (7, 9)].into_iter().collect();
        assert_eq!(set.ending_at(5), Some((0, 5)));
        assert_eq!(set.ending_at(7), None);
        assert_eq!(set.ending_at(0), None);
        assert_eq!(set.end(), 9);
        assert!(set.covers(3, 3) && !set.covers(4, 6));
    }
}
