//! The tables of samples in an index (ISO/IEC 14496-12, 8.5 to 8.7): where every chunk begins and ends.

use super::super::reader::{Reader, Stop, broken};
use super::boxes::{BoxAt, Boxes};
use super::fragments::field;

/// The tables of one track, as far as it has them.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tables {
    pub(super) stsd: Option<BoxAt>,
    pub(super) sizes: Option<BoxAt>,
    pub(super) runs: Option<BoxAt>,
    pub(super) offsets: Option<BoxAt>,
    /// Its samples are in another file (8.7.2).
    pub(super) elsewhere: bool,
}

/// What an index has.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) tracks: u32,
    /// Some track has samples.
    pub(super) samples: bool,
}

/// Checks every track of an index and says what there is.
pub(super) fn check(reader: &mut Reader, moov: &BoxAt) -> Result<Found, Stop> {
    let mut found = Found::default();
    let mut children = Boxes::inside(moov, 0);
    while let Some(child) = children.next(reader)? {
        match &child.kind {
            b"trak" => {
                found.tracks += 1;
                let tables = of_track(reader, &child)?;
                let last = Chunks::new(reader, &tables)?.last_end()?;
                found.samples |= last > 0;
                if last > reader.len() && !tables.elsewhere {
                    return broken(format!(
                        "its index (moov) names samples up to byte {last}, the file has {}",
                        reader.len()
                    ));
                }
            }
            // a packed index, as old QuickTime files have it: its tracks are inside
            b"cmov" => {
                found.tracks += 1;
                found.samples = true;
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Finds the tables of a track: `trak`, `mdia`, `minf`, `stbl`.
pub(super) fn of_track(reader: &mut Reader, trak: &BoxAt) -> Result<Tables, Stop> {
    let mut tables = Tables::default();
    let Some(mdia) = child(reader, trak, *b"mdia")? else {
        return Ok(tables);
    };
    let Some(minf) = child(reader, &mdia, *b"minf")? else {
        return Ok(tables);
    };
    if let Some(dinf) = child(reader, &minf, *b"dinf")? {
        tables.elsewhere = is_elsewhere(reader, &dinf)?;
    }
    let Some(stbl) = child(reader, &minf, *b"stbl")? else {
        return Ok(tables);
    };
    let mut parts = Boxes::inside(&stbl, 0);
    while let Some(part) = parts.next(reader)? {
        match &part.kind {
            b"stsd" => tables.stsd = Some(part),
            b"stsz" | b"stz2" => tables.sizes = Some(part),
            b"stsc" => tables.runs = Some(part),
            b"stco" | b"co64" => tables.offsets = Some(part),
            _ => {}
        }
    }
    Ok(tables)
}

fn child(reader: &mut Reader, parent: &BoxAt, kind: [u8; 4]) -> Result<Option<BoxAt>, Stop> {
    let mut children = Boxes::inside(parent, 0);
    while let Some(child) = children.next(reader)? {
        if child.kind == kind {
            return Ok(Some(child));
        }
    }
    Ok(None)
}

/// Whether any data reference names another file: its flag "in this file" (1) is not set.
fn is_elsewhere(reader: &mut Reader, dinf: &BoxAt) -> Result<bool, Stop> {
    let Some(dref) = child(reader, dinf, *b"dref")? else {
        return Ok(false);
    };
    let mut entries = Boxes::inside(&dref, 8);
    while let Some(entry) = entries.next(reader)? {
        if field(reader, &entry, 0)?.unwrap_or_default() & 1 == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The chunks of a track in the order of its table. Three windows read three tables side by side.
pub(super) struct Chunks<'file> {
    offsets: Column<'file>,
    runs: Column<'file>,
    sizes: Sizes<'file>,
    chunk: u32,
    /// Samples in each chunk of the present run, and the first chunk of the next run.
    per_chunk: u32,
    next_run: u32,
    run: u32,
}

/// A chunk: where it is, and how many samples it has.
pub(super) struct Chunk {
    pub(super) offset: u64,
    pub(super) samples: u32,
}

impl<'file> Chunks<'file> {
    pub(super) fn new(reader: &Reader<'file>, tables: &Tables) -> Result<Self, Stop> {
        let wide = tables.offsets.is_some_and(|table| &table.kind == b"co64");
        Ok(Self {
            offsets: Column::new(reader, tables.offsets, 4, if wide { 8 } else { 4 })?,
            runs: Column::new(reader, tables.runs, 4, 12)?,
            sizes: Sizes::new(reader, tables.sizes)?,
            chunk: 0,
            per_chunk: 0,
            next_run: 1,
            run: 0,
        })
    }

    /// The next chunk.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, Stop> {
        let Some(offset) = self.offsets.number(self.chunk, 0)? else {
            return Ok(None);
        };
        self.chunk += 1;
        while self.chunk >= self.next_run && self.run < self.runs.count {
            self.per_chunk = self.runs.small(self.run, 4)?;
            self.run += 1;
            self.next_run = if self.run < self.runs.count {
                self.runs.small(self.run, 0)?
            } else {
                u32::MAX
            };
        }
        Ok(Some(Chunk {
            offset,
            samples: self.per_chunk,
        }))
    }

    /// How many samples the track has.
    pub(super) fn samples(&self) -> u32 {
        self.sizes.count
    }

    /// Whether all samples have one size, which no table of this file bounds the number of.
    pub(super) fn are_alike(&self) -> bool {
        self.sizes.all != 0
    }

    /// The size of the next sample; `None` behind the last one.
    pub(super) fn sample(&mut self) -> Result<Option<u64>, Stop> {
        self.sizes.next()
    }

    /// Where the last chunk ends, of all that the tables name.
    fn last_end(mut self) -> Result<u64, Stop> {
        let mut last = 0;
        while let Some(chunk) = self.next()? {
            let bytes = self.sizes.sum(chunk.samples)?;
            last = last.max(chunk.offset.saturating_add(bytes));
        }
        Ok(last)
    }
}

/// The sizes of samples, one after the other (`stsz` and `stz2`, 8.7.3).
struct Sizes<'file> {
    column: Column<'file>,
    /// The same for all, where it is not 0.
    all: u32,
    /// Bits of an entry.
    bits: u32,
    sample: u32,
    count: u32,
}

impl<'file> Sizes<'file> {
    fn new(reader: &Reader<'file>, table: Option<BoxAt>) -> Result<Self, Stop> {
        let mut beside = reader.beside();
        let (mut first, mut count) = (0, 0);
        if let Some(table) = &table {
            first = field(&mut beside, table, 4)?.unwrap_or_default();
            count = field(&mut beside, table, 8)?.unwrap_or_default();
        }
        let packed = table.is_some_and(|table| &table.kind == b"stz2");
        let (all, bits) = if packed { (0, first & 0xff) } else { (first, 32) };
        if table.is_some() && !matches!(bits, 4 | 8 | 16 | 32) {
            return broken("its table of sample sizes (stz2) cannot be read");
        }
        let listed = if all == 0 { table } else { None };
        let column = match bits {
            4 => Column::counting(reader, listed, count.div_ceil(2), 1),
            bits => Column::counting(reader, listed, count, u64::from(bits / 8)),
        }?;
        Ok(Self {
            column,
            all,
            bits,
            sample: 0,
            count,
        })
    }

    fn next(&mut self) -> Result<Option<u64>, Stop> {
        if self.sample >= self.count {
            return Ok(None);
        }
        let sample = self.sample;
        self.sample += 1;
        if self.all != 0 {
            return Ok(Some(self.all.into()));
        }
        if self.bits != 4 {
            return self.column.number(sample, 0);
        }
        let pair = self.column.number(sample / 2, 0)?;
        Ok(pair.map(|pair| {
            if sample.is_multiple_of(2) {
                pair >> 4
            } else {
                pair & 15
            }
        }))
    }

    /// The bytes of the next samples.
    fn sum(&mut self, samples: u32) -> Result<u64, Stop> {
        if self.all != 0 {
            let samples = samples.min(self.count - self.sample);
            self.sample += samples;
            return Ok(u64::from(samples) * u64::from(self.all));
        }
        let mut bytes = 0_u64;
        for _ in 0..samples {
            let Some(size) = self.next()? else { break };
            bytes += size;
        }
        Ok(bytes)
    }
}

/// A table of numbers in a box.
struct Column<'file> {
    reader: Reader<'file>,
    first: u64,
    count: u32,
    width: u64,
}

impl<'file> Column<'file> {
    /// A table whose count stands `at` bytes into its box.
    fn new(reader: &Reader<'file>, table: Option<BoxAt>, at: u64, width: u64) -> Result<Self, Stop> {
        let mut count = 0;
        if let Some(table) = &table {
            count = field(&mut reader.beside(), table, at)?.unwrap_or_default();
        }
        Self::of(reader, table, at + 4, count, width)
    }

    /// A table of sizes, whose count is known already.
    fn counting(reader: &Reader<'file>, table: Option<BoxAt>, count: u32, width: u64) -> Result<Self, Stop> {
        let count = if table.is_some() { count } else { 0 };
        Self::of(reader, table, 12, count, width)
    }

    fn of(
        reader: &Reader<'file>,
        table: Option<BoxAt>,
        skip: u64,
        count: u32,
        width: u64,
    ) -> Result<Self, Stop> {
        let first = match &table {
            None => 0,
            Some(table) => match table.field(skip, u64::from(count) * width) {
                Some(first) => first,
                None => return broken(format!("a table of its index ({}) has no end", table.name())),
            },
        };
        Ok(Self {
            reader: reader.beside(),
            first,
            count,
            width,
        })
    }

    /// The number `skip` bytes into an entry, as wide as the table (or 4 bytes, where entries have more parts).
    fn number(&mut self, entry: u32, skip: u64) -> Result<Option<u64>, Stop> {
        if entry >= self.count {
            return Ok(None);
        }
        let at = self.first + u64::from(entry) * self.width + skip;
        let bytes = if self.width == 12 { 4 } else { self.width };
        let bytes = usize::try_from(bytes).unwrap_or(4);
        let number = self.reader.bytes(at, bytes)?;
        Ok(number.map(|digits| {
            digits
                .iter()
                .fold(0, |number, digit| number << 8 | u64::from(*digit))
        }))
    }

    /// The same, of 32 bits.
    fn small(&mut self, entry: u32, skip: u64) -> Result<u32, Stop> {
        let number = self.number(entry, skip)?.unwrap_or_default();
        Ok(u32::try_from(number).unwrap_or(u32::MAX))
    }
}
