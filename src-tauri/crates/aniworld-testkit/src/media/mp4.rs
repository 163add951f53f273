//! MP4 in one piece (ISO/IEC 14496-12): one video track whose samples lie in one `mdat`.

use super::{four, noise, parts};

/// The longest sample; each is a chunk of its own.
const SAMPLE_BYTES: usize = 16 * 1024;
/// What a sample costs in the tables: four bytes of `stsz`, four of `stco`.
const TABLE_BYTES: usize = 8;
/// Ticks in a second.
const TIMESCALE: u32 = 1_000;
/// Ticks of one sample.
const SAMPLE_TICKS: u32 = 40;
/// No turn, no zoom: the unity matrix of `mvhd` and `tkhd`.
const MATRIX: [u32; 9] = [0x0001_0000, 0, 0, 0, 0x0001_0000, 0, 0, 0, 0x4000_0000];

/// A film of exactly so many bytes whose index (`moov`) is at its end, so that no cut leaves a whole file.
///
/// # Panics
/// Below 1 KiB and from 4 GiB on.
pub fn mp4(seed: u32, bytes: usize) -> Vec<u8> {
    let samples = samples(bytes);
    let ftyp = ftyp("isom");
    let moov = moov(&samples, ftyp.len() + 8);
    [ftyp, mdat(seed, &samples), moov].concat()
}

/// The same film with its index before the samples, as it is made for the web.
///
/// # Panics
/// Below 1 KiB and from 4 GiB on.
pub fn mp4_index_first(seed: u32, bytes: usize) -> Vec<u8> {
    let samples = samples(bytes);
    let ftyp = ftyp("isom");
    let first = ftyp.len() + moov(&samples, 0).len() + 8;
    [ftyp, moov(&samples, first), mdat(seed, &samples)].concat()
}

/// How long each sample is in a file of so many bytes.
fn samples(bytes: usize) -> Vec<usize> {
    let empty = ftyp("isom").len() + 8 + moov(&[], 0).len();
    assert!(bytes > empty + TABLE_BYTES, "an MP4 file has at least 1 KiB");
    parts(bytes - empty, SAMPLE_BYTES, TABLE_BYTES)
}

fn mdat(seed: u32, samples: &[usize]) -> Vec<u8> {
    boxed("mdat", &noise(seed, samples.iter().sum()))
}

/// The index; `first` is where the first sample lies in the file.
fn moov(samples: &[usize], first: usize) -> Vec<u8> {
    let mut at = first;
    let mut offsets = four(samples.len()).to_vec();
    let mut sizes = [four(0), four(samples.len())].concat();
    for sample in samples {
        offsets.extend(four(at));
        sizes.extend(four(*sample));
        at += sample;
    }
    let count = u32::try_from(samples.len()).expect("as many samples as 32 bits count");
    let tables = [
        full_box("stts", &words(&[1, count, SAMPLE_TICKS])),
        full_box("stsc", &words(&[1, 1, 1, 1])),
        full_box("stsz", &sizes),
        full_box("stco", &offsets),
    ];
    let ticks = count * SAMPLE_TICKS;
    boxed("moov", &[mvhd(ticks), trak(ticks, &tables.concat())].concat())
}

/// The head of the film (8.2.2).
pub(super) fn mvhd(ticks: u32) -> Vec<u8> {
    let mut content = words(&[0, 0, TIMESCALE, ticks, 0x0001_0000, 0x0100_0000, 0, 0]);
    content.extend(words(&MATRIX));
    content.extend(words(&[0, 0, 0, 0, 0, 0, 2]));
    full_box("mvhd", &content)
}

/// The one track (8.3.1): video of 16 by 16 in a coding that nobody decodes.
pub(super) fn trak(ticks: u32, tables: &[u8]) -> Vec<u8> {
    let mut tkhd = words(&[0, 0, 1, 0, ticks, 0, 0, 0, 0]);
    tkhd.extend(words(&MATRIX));
    tkhd.extend(words(&[16 << 16, 16 << 16]));
    let mdhd = words(&[0, 0, TIMESCALE, ticks, 0x55c4_0000]);
    let hdlr = [words(&[0]), b"vide".to_vec(), words(&[0, 0, 0]), vec![0]].concat();
    let url = marked_box("url ", 1, &[]);
    let dref = [words(&[1]), url].concat();
    let stbl = [
        full_box("stsd", &[words(&[1]), coding()].concat()),
        tables.to_vec(),
    ]
    .concat();
    let minf = [
        marked_box("vmhd", 1, &[0; 8]),
        boxed("dinf", &full_box("dref", &dref)),
        boxed("stbl", &stbl),
    ];
    let mdia = [
        full_box("mdhd", &mdhd),
        full_box("hdlr", &hdlr),
        boxed("minf", &minf.concat()),
    ];
    let trak = [marked_box("tkhd", 3, &tkhd), boxed("mdia", &mdia.concat())];
    boxed("trak", &trak.concat())
}

/// How the samples are coded (`VisualSampleEntry`, 12.1.3).
fn coding() -> Vec<u8> {
    let mut content = vec![0; 78];
    content[7] = 1; // the first data reference
    content[25] = 16; // wide
    content[27] = 16; // high
    content[29] = 72; // dots per inch, 16.16
    content[33] = 72;
    content[41] = 1; // frame per sample
    content[75] = 24; // depth
    content[76..].fill(0xff);
    boxed("raw ", &content)
}

pub(super) fn ftyp(brand: &str) -> Vec<u8> {
    boxed("ftyp", &[brand.as_bytes(), &[0, 0, 2, 0], b"isommp41"].concat())
}

/// A box with its 32-bit size.
pub(super) fn boxed(kind: &str, content: &[u8]) -> Vec<u8> {
    [&four(content.len() + 8), kind.as_bytes(), content].concat()
}

/// A box with version 0 and no flags.
pub(super) fn full_box(kind: &str, content: &[u8]) -> Vec<u8> {
    marked_box(kind, 0, content)
}

/// A box with version 0 and these flags.
pub(super) fn marked_box(kind: &str, flags: u32, content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&flags.to_be_bytes(), content].concat())
}

pub(super) fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}
