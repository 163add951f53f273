//! Which of the qualities and languages of a playlist are fetched.

use super::playlist::{MasterPlaylist, Rendition, RenditionKind, Variant};
use crate::language::is_wanted;
use crate::stream::{MAX_TRACKS, StreamRefusal};

/// What is wanted of a stream that is offered in several ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamChoice {
    /// The tallest picture in pixels; `None` is the best there is. Where all are taller, the least tall one.
    pub max_height: Option<u32>,
    /// Which sound beside the one that plays by itself.
    pub audio: Languages,
    /// Which subtitles.
    pub subtitles: Languages,
}

impl Default for StreamChoice {
    /// The best picture, the sound that plays by itself, every subtitle.
    fn default() -> Self {
        Self {
            max_height: None,
            audio: Languages::Default,
            subtitles: Languages::All,
        }
    }
}

/// Which languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Languages {
    /// None. For sound the same as [`Languages::Default`].
    None,
    /// The one that plays unless the user says otherwise.
    Default,
    /// That one, and these (RFC 5646; `de` takes `de-AT`, `deu` and `ger` too).
    These(Vec<String>),
    /// All of them.
    All,
}

/// What is fetched of a master playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The same quality on one or more hosts: the first that answers will do. Never empty.
    pub variants: Vec<&'a Variant>,
    /// Sound in playlists of its own; empty where it is inside the variant.
    pub audio: Vec<&'a Rendition>,
    /// Subtitles in playlists of their own.
    pub subtitles: Vec<&'a Rendition>,
}

/// Chooses. Refuses a playlist without a variant.
pub fn choose<'a>(master: &'a MasterPlaylist, wanted: &StreamChoice) -> Result<Chosen<'a>, StreamRefusal> {
    let best = best_variant(&master.variants, wanted.max_height).ok_or_else(|| StreamRefusal::Empty {
        what: "its playlist names no quality".into(),
    })?;
    let variants = master
        .variants
        .iter()
        .filter(|other| is_same_quality(best, other))
        .collect();
    let of_group = |kind, group: &Option<String>| -> Vec<&'a Rendition> {
        let fits =
            |rendition: &&Rendition| rendition.kind == kind && Some(&rendition.group) == group.as_ref();
        master.renditions.iter().filter(fits).collect()
    };
    let mut audio = pick(&of_group(RenditionKind::Audio, &best.audio), &wanted.audio, true);
    let mut subtitles = pick(
        &of_group(RenditionKind::Subtitles, &best.subtitles),
        &wanted.subtitles,
        false,
    );
    // what has no playlist of its own is inside the variant, which comes anyway
    audio.retain(|rendition| rendition.uri.is_some());
    subtitles.retain(|rendition| rendition.uri.is_some());
    if 1 + audio.len() + subtitles.len() > MAX_TRACKS {
        return Err(StreamRefusal::too_large(format!("more than {MAX_TRACKS} tracks")));
    }
    Ok(Chosen {
        variants,
        audio,
        subtitles,
    })
}

fn best_variant(variants: &[Variant], max_height: Option<u32>) -> Option<&Variant> {
    let height = |variant: &Variant| variant.resolution.map_or(0, |(_, height)| height);
    let rate = |variant: &Variant| variant.average_bandwidth.unwrap_or(variant.bandwidth);
    let with_picture: Vec<&Variant> = variants
        .iter()
        .filter(|variant| !is_sound_only(variant))
        .collect();
    let all: Vec<&Variant> = if with_picture.is_empty() {
        variants.iter().collect()
    } else {
        with_picture
    };
    let fits = |variant: &&Variant| max_height.is_none_or(|most| height(variant) <= most);
    // of equals the first, as the server prefers it
    let fitting = all.iter().copied().filter(fits).rev();
    fitting
        .max_by_key(|variant| (height(variant), rate(variant)))
        .or_else(|| {
            all.into_iter()
                .min_by_key(|variant| (height(variant), u64::MAX - rate(variant)))
        })
}

fn is_sound_only(variant: &Variant) -> bool {
    const SOUND: [&str; 9] = [
        "mp4a", "ac-3", "ec-3", "ac-4", "opus", "flac", "alac", "mp3", "dts",
    ];
    let sound = |codec: &String| SOUND.iter().any(|known| codec.starts_with(known));
    variant.resolution.is_none() && !variant.codecs.is_empty() && variant.codecs.iter().all(sound)
}

fn is_same_quality(one: &Variant, other: &Variant) -> bool {
    (one.bandwidth, one.average_bandwidth, one.resolution)
        == (other.bandwidth, other.average_bandwidth, other.resolution)
        && (&one.codecs, &one.audio, &one.subtitles) == (&other.codecs, &other.audio, &other.subtitles)
}

/// Sound that nothing marks still plays: the first. Subtitles that nothing marks do not.
fn pick<'a>(group: &[&'a Rendition], wanted: &Languages, needs_one: bool) -> Vec<&'a Rendition> {
    let marked = group.iter().position(|rendition| rendition.default);
    let by_itself = group.iter().position(|rendition| rendition.autoselect);
    let default = match marked.or(by_itself.filter(|_| needs_one)) {
        None if needs_one && !group.is_empty() => Some(0),
        found => found,
    };
    let takes = |index: usize, rendition: &Rendition| match wanted {
        Languages::All => true,
        Languages::None => needs_one && Some(index) == default,
        Languages::Default => Some(index) == default,
        Languages::These(list) => Some(index) == default || speaks(rendition, list),
    };
    let mut picked: Vec<(usize, &Rendition)> = group
        .iter()
        .copied()
        .enumerate()
        .filter(|(index, rendition)| takes(*index, rendition))
        .collect();
    // the default first, the rest as they stand there
    picked.sort_by_key(|(index, _)| (Some(*index) != default, *index));
    picked.into_iter().map(|(_, rendition)| rendition).collect()
}

fn speaks(rendition: &Rendition, wanted: &[String]) -> bool {
    let language = rendition.language.as_deref();
    language.is_some_and(|tag| wanted.iter().any(|one| is_wanted(one, tag)))
}
