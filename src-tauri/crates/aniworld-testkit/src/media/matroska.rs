//! Matroska (RFC 9559 on RFC 8794): one track in clusters, plain sound.

use super::{noise, parts};

/// The longest frame; each is alone in its cluster.
const FRAME_BYTES: usize = 16 * 1024;
/// What a cluster costs besides its frame.
const CLUSTER_BYTES: usize = 12 + 10 + 13;
/// All bits of a size's data: its element ends where its parent ends, or a stranger begins (RFC 8794, 6.2).
const UNKNOWN_SIZE: [u8; 8] = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/// A film of exactly so many bytes whose segment says how long it is.
///
/// # Panics
/// Below 1 KiB.
pub fn matroska(seed: u32, bytes: usize) -> Vec<u8> {
    film(seed, bytes, |content| element(&[0x18, 0x53, 0x80, 0x67], content))
}

/// The same as a live encoder writes it: nobody knew how long the segment would become.
///
/// As with every such file, a cut between two clusters leaves a whole film.
///
/// # Panics
/// Below 1 KiB.
pub fn matroska_streamed(seed: u32, bytes: usize) -> Vec<u8> {
    film(seed, bytes, |content| {
        [&[0x18, 0x53, 0x80, 0x67], UNKNOWN_SIZE.as_slice(), content].concat()
    })
}

fn film(seed: u32, bytes: usize, segment: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let head = [info(), tracks()].concat();
    let empty = ebml_header().len() + segment(&head).len();
    assert!(
        bytes > empty + CLUSTER_BYTES,
        "a Matroska file has at least 1 KiB"
    );
    let mut content = head;
    let frames = parts(bytes - empty, FRAME_BYTES, CLUSTER_BYTES);
    let noise = noise(seed, frames.iter().sum());
    let (mut from, mut time) = (0, 0_u64);
    for frame in frames {
        content.extend(cluster(time, &noise[from..from + frame]));
        from += frame;
        time += 40;
    }
    [ebml_header(), segment(&content)].concat()
}

fn ebml_header() -> Vec<u8> {
    let content = [
        short(&[0x42, 0x86], &[1]),        // EBMLVersion
        short(&[0x42, 0xf7], &[1]),        // EBMLReadVersion
        short(&[0x42, 0xf2], &[4]),        // EBMLMaxIDLength
        short(&[0x42, 0xf3], &[8]),        // EBMLMaxSizeLength
        short(&[0x42, 0x82], b"matroska"), // DocType
        short(&[0x42, 0x87], &[4]),        // DocTypeVersion
        short(&[0x42, 0x85], &[2]),        // DocTypeReadVersion
    ];
    element(&[0x1a, 0x45, 0xdf, 0xa3], &content.concat())
}

fn info() -> Vec<u8> {
    let content = [
        short(&[0x2a, 0xd7, 0xb1], &1_000_000_u32.to_be_bytes()), // TimestampScale: milliseconds
        short(&[0x4d, 0x80], b"noise"),                           // MuxingApp
        short(&[0x57, 0x41], b"noise"),                           // WritingApp
    ];
    element(&[0x15, 0x49, 0xa9, 0x66], &content.concat())
}

fn tracks() -> Vec<u8> {
    let audio = [
        short(&[0xb5], &48_000_f32.to_be_bytes()), // SamplingFrequency
        short(&[0x9f], &[1]),                      // Channels
        short(&[0x62, 0x64], &[16]),               // BitDepth
    ];
    let entry = [
        short(&[0xd7], &[1]),             // TrackNumber
        short(&[0x73, 0xc5], &[1]),       // TrackUID
        short(&[0x83], &[2]),             // TrackType: audio
        short(&[0x86], b"A_PCM/INT/LIT"), // CodecID: what is not coded is never coded wrongly
        short(&[0xe1], &audio.concat()),
    ];
    element(&[0x16, 0x54, 0xae, 0x6b], &short(&[0xae], &entry.concat()))
}

fn cluster(time: u64, frame: &[u8]) -> Vec<u8> {
    // track 1, no time after its cluster's, a key frame
    let block = [&[0x81, 0, 0, 0x80], frame].concat();
    let content = [short(&[0xe7], &time.to_be_bytes()), element(&[0xa3], &block)];
    element(&[0x1f, 0x43, 0xb6, 0x75], &content.concat())
}

/// An element whose size has eight bytes.
fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u64) | (1 << 56);
    [id, &size.to_be_bytes(), content].concat()
}

/// An element of at most 126 bytes, whose size has one byte.
fn short(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = u8::try_from(content.len()).expect("a short element") | 0x80;
    [id, &[size], content].concat()
}
