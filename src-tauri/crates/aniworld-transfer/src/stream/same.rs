//! Whether two lists of pieces are of the same stream, though every address in them may carry another token.
//! Pure.

use url::Url;

use super::{Piece, PieceRole, Track};
use crate::hash::Hasher;

/// What stays of a list when tokens change, file names included: for a resume, perhaps days later.
pub(super) fn fingerprint(track: &Track) -> String {
    digest(track, true)
}

/// Whether a list that was read again is the one that was read before. Names may have changed: some servers put
/// the token there.
pub(super) fn is_same(one: &Track, other: &Track) -> bool {
    one.pieces.len() == other.pieces.len() && digest(one, false) == digest(other, false)
}

fn digest(track: &Track, names: bool) -> String {
    let mut hasher = Hasher::new();
    for piece in &track.pieces {
        shape(&mut hasher, piece);
        if names {
            let name = if track.pieces.len() == 1 {
                piece.url.path()
            } else {
                name(&piece.url)
            };
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
        }
    }
    hasher.finish().into()
}

/// Everything about a piece but its addresses, in a fixed length.
fn shape(hasher: &mut Hasher, piece: &Piece) {
    let role = match piece.role {
        PieceRole::Init => 0,
        PieceRole::Media => 1,
    };
    let range = piece.range.map_or([0, 0], |range| [range.offset, range.length]);
    let millis = u64::try_from(piece.duration.as_millis()).unwrap_or(u64::MAX);
    hasher.update(&[role, u8::from(piece.discontinuity), u8::from(piece.key.is_some())]);
    for number in [piece.sequence, millis, range[0], range[1]] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(&piece.key.as_ref().map_or([0; 16], |key| key.iv));
}

/// The last part of the path; a `data:` address is all content.
fn name(url: &Url) -> &str {
    if url.cannot_be_a_base() {
        return url.path();
    }
    url.path_segments().and_then(Iterator::last).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::stream::{Container, PieceRange, TrackKind};

    fn track(addresses: &[&str]) -> Track {
        let piece = |(index, address): (usize, &&str)| Piece {
            url: Url::parse(address).unwrap(),
            range: None,
            role: PieceRole::Media,
            key: None,
            sequence: index as u64,
            duration: Duration::from_secs(4),
            discontinuity: false,
            size_hint: None,
        };
        Track {
            kind: TrackKind::Video,
            language: None,
            name: None,
            container: Container::MpegTs,
            clock: Duration::ZERO,
            pieces: addresses.iter().enumerate().map(piece).collect(),
        }
    }

    #[test]
    fn tokens_and_hosts_change_nothing_and_names_only_a_resume() {
        let first = track(&[
            "https://a.example/x/1.ts?token=1",
            "https://a.example/x/2.ts?token=1",
        ]);
        let later = track(&["https://b.example/y/1.ts?token=2", "https://b.example/y/2.ts"]);
        assert_eq!(fingerprint(&first), fingerprint(&later));
        let renamed = track(&["https://a.example/1-abc.ts", "https://a.example/2-abc.ts"]);
        assert_ne!(fingerprint(&first), fingerprint(&renamed));
        assert!(is_same(&first, &renamed));
    }

    #[test]
    fn another_number_length_or_range_is_another_stream() {
        let first = track(&["https://a.example/1.ts", "https://a.example/2.ts"]);
        let changes: [fn(&mut Track); 5] = [
            |track| track.pieces.truncate(1),
            |track| track.pieces[1].sequence += 1,
            |track| track.pieces[1].duration *= 2,
            |track| track.pieces[1].range = Some(PieceRange { offset: 0, length: 1 }),
            |track| track.pieces[1].discontinuity = true,
        ];
        for change in changes {
            let mut other = first.clone();
            change(&mut other);
            assert!(!is_same(&first, &other));
            assert_ne!(fingerprint(&first), fingerprint(&other));
        }
    }
}
