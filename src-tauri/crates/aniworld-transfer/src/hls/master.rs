//! Reads playlists that name other playlists (RFC 8216 section 4.3.4).

use url::Url;

use super::MAX_ENTRIES;
use super::attributes::Attributes;
use super::playlist::{MasterPlaylist, Rendition, RenditionKind, Variant};
use super::text::{Content, Line};
use super::variables::Variables;
use crate::stream::StreamRefusal;

#[derive(Debug, Default)]
pub(super) struct MasterReader {
    playlist: MasterPlaylist,
    /// The variant whose address stands in the next line.
    pending: Option<Variant>,
}

impl MasterReader {
    pub(super) fn take(
        &mut self,
        line: &Line<'_>,
        url: &Url,
        imports: &Variables,
    ) -> Result<(), StreamRefusal> {
        let attributes = |value| Attributes::parse(line.number, value);
        match line.content {
            Content::Uri(uri) => self.uri(uri, line.number)?,
            Content::Tag { name, value } => match name {
                "#EXT-X-STREAM-INF" => self.pending = Some(self.variant(&attributes(value))?),
                "#EXT-X-MEDIA" => {
                    if let Some(rendition) = self.rendition(&attributes(value))? {
                        self.playlist.renditions.push(rendition);
                    }
                }
                "#EXT-X-DEFINE" => self.playlist.variables.define(&attributes(value), url, imports)?,
                _ => {}
            },
        }
        if self.playlist.variants.len().max(self.playlist.renditions.len()) > MAX_ENTRIES {
            return Err(StreamRefusal::too_large(format!(
                "more than {MAX_ENTRIES} qualities or languages"
            )));
        }
        Ok(())
    }

    pub(super) fn finish(self) -> MasterPlaylist {
        self.playlist
    }

    /// An address that no tag announced belongs to nothing.
    fn uri(&mut self, uri: &str, line: usize) -> Result<(), StreamRefusal> {
        if let Some(mut variant) = self.pending.take() {
            variant.uri = self.playlist.variables.expand(uri, line)?;
            variant.line = line;
            self.playlist.variants.push(variant);
        }
        Ok(())
    }

    fn variant(&mut self, attributes: &Attributes<'_>) -> Result<Variant, StreamRefusal> {
        let variables = &mut self.playlist.variables;
        let codecs = attributes.text("CODECS", variables)?.unwrap_or_default();
        Ok(Variant {
            uri: String::new(),
            line: attributes.line(),
            bandwidth: attributes.number("BANDWIDTH").unwrap_or(0),
            average_bandwidth: attributes.number("AVERAGE-BANDWIDTH"),
            resolution: attributes.raw("RESOLUTION").and_then(resolution),
            codecs: codecs
                .split(',')
                .map(|codec| codec.trim().to_ascii_lowercase())
                .filter(|codec| !codec.is_empty())
                .collect(),
            audio: attributes.text("AUDIO", variables)?,
            subtitles: attributes.text("SUBTITLES", variables)?,
        })
    }

    fn rendition(&mut self, attributes: &Attributes<'_>) -> Result<Option<Rendition>, StreamRefusal> {
        let kind = match attributes.raw("TYPE") {
            Some("AUDIO") => RenditionKind::Audio,
            Some("SUBTITLES") => RenditionKind::Subtitles,
            Some(_) => RenditionKind::Other,
            None => return Ok(None),
        };
        let variables = &mut self.playlist.variables;
        Ok(Some(Rendition {
            kind,
            group: attributes.text("GROUP-ID", variables)?.unwrap_or_default(),
            name: attributes.text("NAME", variables)?.unwrap_or_default(),
            language: attributes.text("LANGUAGE", variables)?,
            uri: attributes.text("URI", variables)?.filter(|uri| !uri.is_empty()),
            default: attributes.yes("DEFAULT"),
            autoselect: attributes.yes("AUTOSELECT"),
            forced: attributes.yes("FORCED"),
            line: attributes.line(),
        }))
    }
}

fn resolution(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(['x', 'X'])?;
    Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
}
