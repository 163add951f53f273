//! Fragmented MP4 (ISO/IEC 14496-12, 8.8): an index without samples, then pairs of `moof` and `mdat`.

use super::mp4::{boxed, ftyp, full_box, marked_box, mvhd, trak, words};
use super::{mixed, noise};

/// Samples in each fragment.
const SAMPLES: u32 = 4;
/// Ticks of one sample.
const SAMPLE_TICKS: u32 = 40;
/// `tfhd`: offsets count from the start of their `moof`.
const BASE_IS_MOOF: u32 = 0x02_0000;
/// `trun`: has the offset of its data, and the size of each sample.
const OFFSET_AND_SIZES: u32 = 0x00_0201;

/// A film of so many fragments, each a few kilobytes long and none as long as the one before it.
///
/// As with every such file without a closing `mfra`, its first fragments alone are a whole film too.
pub fn fragmented_mp4(seed: u32, fragments: u32) -> Vec<u8> {
    let tables: Vec<u8> = ["stts", "stsc", "stco"]
        .iter()
        .flat_map(|kind| full_box(kind, &words(&[0])))
        .chain(full_box("stsz", &words(&[0, 0])))
        .collect();
    let trex = full_box("trex", &words(&[1, 1, SAMPLE_TICKS, 0, 0]));
    let moov = [mvhd(0), trak(0, &tables), boxed("mvex", &trex)];
    let mut film = [ftyp("iso5"), boxed("moov", &moov.concat())].concat();
    for number in 0..fragments {
        film.extend(fragment(seed, number));
    }
    film
}

fn fragment(seed: u32, number: u32) -> Vec<u8> {
    let chosen = mixed(u64::from(seed) << 32 | u64::from(number));
    let sample = 300 + 2 * u32::try_from(chosen % 500).expect("below 500") + number % 2;
    let moof = |offset: u32| {
        let mut trun = words(&[SAMPLES, offset]);
        trun.extend(words(&[sample; SAMPLES as usize]));
        let traf = [
            marked_box("tfhd", BASE_IS_MOOF, &words(&[1])),
            full_box("tfdt", &words(&[number * SAMPLES * SAMPLE_TICKS])),
            marked_box("trun", OFFSET_AND_SIZES, &trun),
        ];
        let mfhd = full_box("mfhd", &words(&[number + 1]));
        boxed("moof", &[mfhd, boxed("traf", &traf.concat())].concat())
    };
    let offset = u32::try_from(moof(0).len() + 8).expect("a short box");
    let noise = noise(seed ^ (number + 1).rotate_right(8), (sample * SAMPLES) as usize);
    [moof(offset), boxed("mdat", &noise)].concat()
}
