//! What becomes of unsynced changes when the power fails. Must not know files or names.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// What a disk writes at once, whatever happens.
pub(super) const SECTOR: usize = 512;
/// What most systems write at once.
pub(super) const PAGE: usize = 4 << 10;

/// Which of the changes that were not synced survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survival {
    /// None.
    Nothing,
    /// All of them, as after a killed program.
    Everything,
    /// Names and lengths, and no byte: rubbish stands where bytes were to be.
    OnlyNamesAndLengths,
    /// Bytes and lengths, and no name.
    OnlyBytes,
    /// Names, lengths, and of every write each second piece of 512 bytes.
    Torn,
    /// Whatever this seed says of each of them, piece by piece.
    Random(u64),
}

impl Survival {
    /// One of each kind; the seed is the random one's.
    pub fn one_of_each(seed: u64) -> [Self; 6] {
        [
            Self::Nothing,
            Self::Everything,
            Self::OnlyNamesAndLengths,
            Self::OnlyBytes,
            Self::Torn,
            Self::Random(seed),
        ]
    }
}

/// Decides change by change.
pub(super) struct Fates {
    survival: Survival,
    chance: StdRng,
    hole: u8,
}

/// What becomes of one write.
pub(super) struct WriteFate {
    piece_bytes: usize,
    kind: Kind,
}

enum Kind {
    Lost,
    Whole,
    EachSecond,
    Any,
}

impl Fates {
    pub(super) fn new(survival: Survival) -> Self {
        let seed = if let Survival::Random(seed) = survival {
            seed
        } else {
            0
        };
        let mut chance = StdRng::seed_from_u64(seed);
        let rubbish = match survival {
            Survival::Random(_) => chance.random(),
            Survival::OnlyNamesAndLengths => true,
            _ => false,
        };
        Self {
            survival,
            chance,
            hole: if rubbish { 0xD1 } else { 0 },
        }
    }

    /// What a byte reads as that was never written behind a length that survived.
    pub(super) fn hole(&self) -> u8 {
        self.hole
    }

    /// Whether a change of a name survives.
    pub(super) fn keeps_name(&mut self) -> bool {
        match self.survival {
            Survival::Nothing | Survival::OnlyBytes => false,
            Survival::Random(_) => self.chance.random(),
            _ => true,
        }
    }

    /// Whether a change of a length survives.
    pub(super) fn keeps_length(&mut self) -> bool {
        match self.survival {
            Survival::Nothing => false,
            Survival::Random(_) => self.chance.random_ratio(2, 3),
            _ => true,
        }
    }

    /// What becomes of a write.
    pub(super) fn write(&mut self) -> WriteFate {
        let (kind, piece_bytes) = match self.survival {
            Survival::Nothing | Survival::OnlyNamesAndLengths => (Kind::Lost, SECTOR),
            Survival::Everything | Survival::OnlyBytes => (Kind::Whole, SECTOR),
            Survival::Torn => (Kind::EachSecond, SECTOR),
            Survival::Random(_) => match self.chance.random_range(0..4) {
                0 => (Kind::Lost, SECTOR),
                1 => (Kind::Whole, SECTOR),
                2 => (Kind::Any, SECTOR),
                _ => (Kind::Any, PAGE),
            },
        };
        WriteFate { piece_bytes, kind }
    }

    /// Whether the piece that begins there survives.
    pub(super) fn keeps_piece(&mut self, fate: &WriteFate, offset: usize) -> bool {
        match fate.kind {
            Kind::Lost => false,
            Kind::Whole => true,
            Kind::EachSecond => (offset / fate.piece_bytes).is_multiple_of(2),
            Kind::Any => self.chance.random(),
        }
    }
}

impl WriteFate {
    /// The end of the piece that holds this offset.
    pub(super) fn piece_end(&self, offset: usize) -> usize {
        (offset / self.piece_bytes + 1) * self.piece_bytes
    }
}
