//! Which connection fetches which bytes: pure, the time is passed in. Must not know how they come.

use std::time::Duration;

use tokio::time::Instant;

use super::pace::Waits;
use super::seams::OVERLAP;
use crate::ranges::RangeSet;

/// The end of a claim in a file of unknown size.
pub(super) const TO_THE_END: u64 = u64::MAX;
/// Where a claim is cut, if there is room: hashes are of whole blocks of this size or a multiple.
const CUT_AT: u64 = 4 << 20;

/// A claim that would take longer than this at its own speed is worth a connection however few bytes it has.
const CRAWL: Duration = Duration::from_secs(5);

/// Names a claim.
pub(super) type ClaimId = u32;

/// The bytes that one connection has taken on.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) id: ClaimId,
    /// The next byte that it will write.
    pub(super) next: u64,
    /// The byte behind its last one: comes nearer when another connection takes a part over.
    pub(super) end: u64,
    /// What its connection waited for.
    pub(super) waits: Waits,
    /// It reads nothing, to keep to a limit.
    pub(super) resting: bool,
    began: Instant,
    received: u64,
}

/// When a claim is worth two connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct SplitRule {
    /// Both halves must have so many bytes.
    pub(super) least_bytes: u64,
    /// The claim must still take so long at its own speed.
    pub(super) least_time: Duration,
}

/// All claims of a transfer; none overlaps another.
#[derive(Debug, Default)]
pub(super) struct Plan {
    claims: Vec<Claim>,
    last_id: ClaimId,
}

impl Claim {
    /// Bytes left to write.
    pub(super) fn left(&self) -> u64 {
        self.end.saturating_sub(self.next)
    }

    /// Bytes per second since it began, at least 1.
    fn rate(&self, now: Instant) -> u64 {
        let millis = now.saturating_duration_since(self.began).as_millis().max(1);
        let rate = u128::from(self.received) * 1000 / millis;
        u64::try_from(rate).unwrap_or(u64::MAX).max(1)
    }
}

impl Plan {
    /// How many connections have brought a byte.
    pub(super) fn flowing(&self) -> usize {
        self.claims.iter().filter(|claim| claim.received > 0).count()
    }

    /// The claims, oldest first.
    pub(super) fn claims(&mut self) -> impl DoubleEndedIterator<Item = &mut Claim> {
        self.claims.iter_mut()
    }

    /// One claim. `None`: it was given up meanwhile.
    pub(super) fn get(&mut self, id: ClaimId) -> Option<&mut Claim> {
        self.claims.iter_mut().find(|claim| claim.id == id)
    }

    /// Takes `[start, end)` on.
    pub(super) fn claim(&mut self, start: u64, end: u64, now: Instant) -> ClaimId {
        self.last_id += 1;
        self.claims.push(Claim {
            id: self.last_id,
            next: start,
            end,
            waits: Waits::new(now),
            resting: false,
            began: now,
            received: 0,
        });
        self.last_id
    }

    /// The first bytes that are missing and that nobody has taken on.
    pub(super) fn unclaimed(&self, done: &RangeSet, total: u64) -> Option<(u64, u64)> {
        let mut taken = done.clone();
        for claim in &self.claims {
            taken.insert(claim.next, claim.end.min(total));
        }
        taken.gaps(total).first().copied()
    }

    /// Bytes came and are written.
    pub(super) fn advance(&mut self, id: ClaimId, bytes: u64) {
        if let Some(claim) = self.get(id) {
            claim.next += bytes;
            claim.received += bytes;
        }
    }

    /// Nobody works on this claim any more.
    pub(super) fn release(&mut self, id: ClaimId) {
        self.claims.retain(|claim| claim.id != id);
    }

    /// Gives a claim up that its connection failed to begin. The one before it goes on into it, if it still runs:
    /// an answer that brings the whole file has these bytes, too. Returns where both met.
    pub(super) fn rejoin(&mut self, id: ClaimId) -> Option<u64> {
        let untouched = self.get(id).filter(|claim| claim.received == 0);
        let untouched = untouched.map(|claim| (claim.next, claim.end));
        self.release(id);
        let (start, end) = untouched?;
        let before = self
            .claims
            .iter_mut()
            .find(|claim| claim.end == start && claim.left() > 0)?;
        before.end = end;
        Some(start)
    }

    /// The claim that is given up first: the youngest, which has the least to lose.
    pub(super) fn youngest(&self) -> Option<ClaimId> {
        self.claims.last().map(|claim| claim.id)
    }

    /// Takes a part of the claim that would take longest, for another connection. A claim that is much
    /// slower than the fastest gives more than half away. Returns where it was cut, and its old end.
    pub(super) fn split(&mut self, rule: SplitRule, now: Instant) -> Option<(u64, u64)> {
        let fastest = self.claims.iter().map(|claim| claim.rate(now)).max()?;
        let longest = self
            .claims
            .iter_mut()
            .max_by_key(|claim| claim.left() / claim.rate(now))?;
        let (left, rate) = (longest.left(), longest.rate(now));
        let takes = |time: Duration| u128::from(left) >= u128::from(rate) * time.as_millis() / 1000;
        // one that has just begun has no speed yet
        let known = now.saturating_duration_since(longest.began) >= CRAWL;
        let least_bytes = if known && takes(CRAWL) {
            rule.least_bytes.min(OVERLAP)
        } else {
            rule.least_bytes
        };
        if longest.end == TO_THE_END || !takes(rule.least_time) || left < 2 * least_bytes {
            return None;
        }
        let share = u128::from(left) * u128::from(rate) / (u128::from(rate) + u128::from(fastest));
        let kept = u64::try_from(share).unwrap_or(left);
        let (least, most) = (longest.next + least_bytes, longest.end - least_bytes);
        let cut = (longest.next + kept).clamp(least, most);
        let cut = if kept > left / 4 {
            tidy(cut, least, most)
        } else {
            cut
        };
        let end = std::mem::replace(&mut longest.end, cut);
        Some((cut, end))
    }
}

/// The border of a block near `cut`, if it lies within `least` and `most`.
fn tidy(cut: u64, least: u64, most: u64) -> u64 {
    let border = (cut + CUT_AT / 2) / CUT_AT * CUT_AT;
    if (least..=most).contains(&border) {
        border
    } else {
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: SplitRule = SplitRule {
        least_bytes: 1 << 20,
        least_time: Duration::from_secs(1),
    };
    const MIB: u64 = 1 << 20;

    #[test]
    fn the_longest_claim_is_halved_at_a_block() {
        let now = Instant::now();
        let later = now + Duration::from_secs(1);
        let mut plan = Plan::default();
        let first = plan.claim(0, 64 * MIB, now);
        plan.advance(first, 4 * MIB);
        assert_eq!(plan.split(RULE, later), Some((36 * MIB, 64 * MIB)));
        let second = plan.claim(36 * MIB, 64 * MIB, later);
        assert_eq!(plan.get(first).map(|claim| claim.left()), Some(32 * MIB));
        assert_eq!(plan.unclaimed(&RangeSet::default(), 70 * MIB), Some((0, 4 * MIB)));
        let done = [(0, 4 * MIB)].into_iter().collect();
        assert_eq!(plan.unclaimed(&done, 70 * MIB), Some((64 * MIB, 70 * MIB)));
        plan.release(second);
        assert_eq!(plan.unclaimed(&done, 64 * MIB), Some((36 * MIB, 64 * MIB)));
    }

    #[test]
    fn a_claim_that_never_began_goes_back_to_the_one_before() {
        let now = Instant::now();
        let mut plan = Plan::default();
        let claims: Vec<_> = (0..4).map(|at| plan.claim(at * 10, at * 10 + 10, now)).collect();
        plan.advance(claims[0], 5);
        assert_eq!(plan.rejoin(claims[2]), Some(20));
        assert_eq!(plan.get(claims[1]).map(|claim| claim.end), Some(30));
        assert_eq!(plan.rejoin(claims[1]), Some(10));
        assert_eq!(plan.get(claims[0]).map(|claim| claim.left()), Some(25));
        // what is done or has begun stays as it is
        plan.advance(claims[0], 25);
        assert_eq!(plan.rejoin(claims[3]), None);
        let (first, second) = (plan.claim(40, 50, now), plan.claim(50, 60, now));
        plan.advance(second, 1);
        assert_eq!(plan.rejoin(second), None);
        assert_eq!(plan.get(first).map(|claim| claim.end), Some(50));
        assert!(plan.get(second).is_none() && plan.get(claims[3]).is_none());
    }

    #[test]
    fn what_is_nearly_done_or_of_unknown_size_is_not_split() {
        let now = Instant::now();
        let later = now + Duration::from_secs(1);
        let mut plan = Plan::default();
        let only = plan.claim(0, 12 * MIB, now);
        plan.advance(only, 8 * MIB);
        assert_eq!(plan.split(RULE, later), None, "4 MiB at 8 MiB/s are soon here");
        let mut plan = Plan::default();
        plan.claim(0, TO_THE_END, now);
        assert_eq!(plan.split(RULE, later), None);
        assert_eq!(Plan::default().split(RULE, later), None);
    }

    #[test]
    fn the_last_bytes_do_not_wait_for_a_connection_that_crawls() {
        let (now, kib) = (Instant::now(), 1 << 10);
        let later = now + Duration::from_secs(10);
        let mut plan = Plan::default();
        let slow = plan.claim(0, MIB, now);
        plan.advance(slow, 20 * kib);
        let (cut, end) = plan.split(RULE, later).unwrap();
        assert_eq!(end, MIB);
        assert!(cut > 20 * kib && cut <= 600 * kib, "{cut}");
        // a part that is too short to be compared is not worth it
        let mut plan = Plan::default();
        let slow = plan.claim(0, 100 * kib, now);
        plan.advance(slow, kib);
        assert_eq!(plan.split(RULE, later), None);
    }

    #[test]
    fn a_slow_claim_gives_most_away() {
        let now = Instant::now();
        let later = now + Duration::from_secs(10);
        let mut plan = Plan::default();
        let fast = plan.claim(0, 100 * MIB, now);
        plan.advance(fast, 90 * MIB);
        let slow = plan.claim(100 * MIB, 200 * MIB, now);
        plan.advance(slow, MIB);
        let (cut, end) = plan.split(RULE, later).unwrap();
        assert_eq!(end, 200 * MIB);
        assert!(cut < 103 * MIB, "{cut}");
    }
}
