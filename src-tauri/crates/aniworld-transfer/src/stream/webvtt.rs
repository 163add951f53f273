//! Subtitles of many small files as one file (`WebVTT`, and RFC 8216 section 3.5). Pure.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::StreamRefusal;
use super::clock::ticks_behind;

/// The most cues of one track: more than one a second for a day.
const MAX_CUES: usize = 100_000;

const TICKS_PER_MS: i64 = 90;
const HOUR_MS: u64 = 3_600_000;

/// Puts cues of segments together, each with the offset of its own segment. `video_start` is the first
/// time stamp of the picture in ticks of 90 kHz, which becomes zero.
#[derive(Debug, Default)]
pub(super) struct Merger {
    video_start: Option<u64>,
    /// Styles, regions and notes, each one once.
    blocks: Vec<String>,
    seen_blocks: HashSet<String>,
    cues: Vec<Cue>,
    /// A number for each text with its settings.
    texts: HashMap<(String, String), usize>,
    /// The last cue of a text with this start and end, and the last one with this end.
    by_times: HashMap<(usize, u64, u64), usize>,
    by_end: HashMap<(usize, u64), usize>,
    segment: usize,
}

/// A line of text with its time in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cue {
    start: u64,
    end: u64,
    settings: String,
    text: String,
    segment: usize,
}

impl Merger {
    pub(super) fn new(video_start: Option<u64>) -> Self {
        Self {
            video_start,
            ..Self::default()
        }
    }

    /// Takes the next segment.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), StreamRefusal> {
        let text = String::from_utf8_lossy(bytes)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let text = text.trim_start_matches('\u{feff}');
        let (header, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let offset = self.offset(header);
        self.segment += 1;
        for block in rest.split("\n\n") {
            let block = block.trim_matches('\n');
            if let Some(cue) = cue(block, offset, self.segment) {
                self.add(cue)?;
            } else if is_kept(block) && self.seen_blocks.insert(block.to_owned()) {
                self.blocks.push(block.to_owned());
            }
        }
        Ok(())
    }

    /// A cue that begins where the same text of the segment before ends is that one, cut at the seam; a cue
    /// that reaches over a seam stands in both segments whole.
    fn add(&mut self, cue: Cue) -> Result<(), StreamRefusal> {
        let next = self.texts.len();
        let key = (cue.settings.clone(), cue.text.clone());
        let text = *self.texts.entry(key).or_insert(next);
        let recent = |index: &&usize| self.cues[**index].segment + 1 >= cue.segment;
        let whole = self.by_times.get(&(text, cue.start, cue.end)).filter(recent);
        let cut = self.by_end.get(&(text, cue.start)).filter(recent);
        // an earlier one may have grown since, and within one segment nothing is cut
        let cut = cut.filter(|index| {
            let old = &self.cues[**index];
            old.end == cue.start && old.segment != cue.segment
        });
        let index = whole.or(cut).copied().unwrap_or(self.cues.len());
        let end = cue.end;
        match self.cues.get_mut(index) {
            Some(old) => (old.end, old.segment) = (end, cue.segment),
            None if index == MAX_CUES => {
                return Err(StreamRefusal::too_large(format!(
                    "subtitles of more than {MAX_CUES} lines"
                )));
            }
            None => self.cues.push(cue),
        }
        let start = self.cues[index].start;
        self.by_times.insert((text, start, end), index);
        self.by_end.insert((text, end), index);
        Ok(())
    }

    /// In milliseconds: what is added to the times of a segment with this header.
    fn offset(&self, header: &str) -> i64 {
        let map = header
            .lines()
            .find_map(|line| line.strip_prefix("X-TIMESTAMP-MAP="));
        let Some((mpegts, local)) = map.and_then(timestamp_map) else {
            return 0;
        };
        let Some(start) = self.video_start else { return 0 };
        ticks_behind(mpegts, start) / TICKS_PER_MS - i64::try_from(local).unwrap_or(0)
    }

    /// The one file.
    pub(super) fn finish(mut self) -> String {
        self.cues.sort_by_key(|cue| cue.start);
        let mut text = String::from("WEBVTT\n");
        for block in &self.blocks {
            text.push('\n');
            text.push_str(block);
            text.push('\n');
        }
        for cue in &self.cues {
            let space = if cue.settings.is_empty() { "" } else { " " };
            // writing to a String does not fail
            let _ = write!(
                text,
                "\n{} --> {}{space}{}\n{}\n",
                time(cue.start),
                time(cue.end),
                cue.settings,
                cue.text
            );
        }
        text
    }
}

fn is_kept(block: &str) -> bool {
    ["STYLE", "REGION", "NOTE"]
        .iter()
        .any(|kind| block.starts_with(kind))
        && !block.contains("-->")
}

/// `MPEGTS:…,LOCAL:…` in either order: ticks and milliseconds.
fn timestamp_map(text: &str) -> Option<(u64, u64)> {
    let value = |name: &str| {
        let found = text.split(',').find_map(|part| part.trim().strip_prefix(name));
        found.map(str::trim)
    };
    let mpegts = value("MPEGTS:")?.parse().ok()?;
    Some((mpegts, milliseconds(value("LOCAL:")?)?))
}

/// `None`: no cue, or one that is over before the picture begins.
fn cue(block: &str, offset: i64, segment: usize) -> Option<Cue> {
    let mut lines = block.lines();
    let timing = lines.by_ref().take(2).find(|line| line.contains("-->"))?;
    let (start, rest) = timing.split_once("-->")?;
    let rest = rest.trim();
    let (end, settings) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let moved = |text: &str| {
        let time = i64::try_from(milliseconds(text)?).ok()?.saturating_add(offset);
        Some(u64::try_from(time).unwrap_or(0))
    };
    let (start, end) = (moved(start)?, moved(end)?);
    let text: Vec<&str> = lines.collect();
    (end > start).then(|| Cue {
        start,
        end,
        settings: settings.trim().to_owned(),
        text: text.join("\n"),
        segment,
    })
}

/// `HH:MM:SS.mmm` or `MM:SS.mmm`.
fn milliseconds(text: &str) -> Option<u64> {
    let (clock, fraction) = text.trim().split_once('.')?;
    let mut parts = clock.split(':').rev().map(str::parse::<u64>);
    let seconds = parts.next()?.ok()?;
    let minutes = parts.next()?.ok()?;
    let hours = parts.next().unwrap_or(Ok(0)).ok()?;
    let fraction: u64 = fraction.get(..3)?.parse().ok()?;
    let sane = seconds < 60 && minutes < 60 && hours < 1_000_000 && parts.next().is_none();
    sane.then(|| hours * HOUR_MS + minutes * 60_000 + seconds * 1_000 + fraction)
}

fn time(ms: u64) -> String {
    let (hours, rest) = (ms / HOUR_MS, ms % HOUR_MS);
    format!(
        "{hours:02}:{:02}:{:02}.{:03}",
        rest / 60_000,
        rest / 1_000 % 60,
        rest % 1_000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(video_start: Option<u64>, segments: &[&str]) -> String {
        let mut merger = Merger::new(video_start);
        for segment in segments {
            merger.take(segment.as_bytes()).unwrap();
        }
        merger.finish()
    }

    #[test]
    fn cues_over_a_seam_come_once_and_headers_and_styles_too() {
        let one = "\u{feff}WEBVTT\nKind: x\n\nSTYLE\n::cue {}\n\n1\n00:00.000 --> 00:03.000 line:0\nHello\nyou\n\n\
                   00:03.000 --> 00:06.000\nover the seam\n";
        let two = "WEBVTT\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n00:00:03.000 --> 00:00:06.000\r\nover the seam\r\n\r\n\
                   00:07.000 --> 00:08.000\r\ncut\r\n";
        let three = "WEBVTT\n\n00:08.000 --> 00:09.000\ncut\n\n00:07.500 --> 00:08.000\nearlier\n";
        assert_eq!(
            merged(None, &[one, two, three]),
            "WEBVTT\n\nSTYLE\n::cue {}\n\n00:00:00.000 --> 00:00:03.000 line:0\nHello\nyou\n\n\
             00:00:03.000 --> 00:00:06.000\nover the seam\n\n00:00:07.000 --> 00:00:09.000\ncut\n\n\
             00:00:07.500 --> 00:00:08.000\nearlier\n"
        );
    }

    #[test]
    fn times_are_those_of_the_picture() {
        let segment =
            "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:01.000,MPEGTS:900000\n\n00:01.500 --> 00:02.000\na\n";
        // 10 s on the clock of the picture, which began at 9 s, is 1 s; the cue is 0.5 s later
        assert_eq!(
            merged(Some(810_000), &[segment]),
            "WEBVTT\n\n00:00:01.500 --> 00:00:02.000\na\n"
        );
        // over the end of the clock
        let late = (1 << 33) - 90_000;
        let segment = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:90000, LOCAL:00:00.000\n\n00:00.000 --> 00:01.000\na\n";
        assert_eq!(
            merged(Some(late), &[segment]),
            "WEBVTT\n\n00:00:02.000 --> 00:00:03.000\na\n"
        );
        // before the picture: cut, or left out
        let early = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00.000\n\n00:00.500 --> 00:01.500\na\n\n00:00.000 --> 00:01.000\nb\n";
        assert_eq!(
            merged(Some(90_000), &[early]),
            "WEBVTT\n\n00:00:00.000 --> 00:00:00.500\na\n"
        );
    }

    #[test]
    fn what_is_no_cue_is_left_out() {
        let odd = "WEBVTT\n\n00:00.000 -> 00:01.000\nx\n\n--> \n\n99:99.000 --> 100:00.000\nx\n\n00:02.000 --> 00:01.000\nx\n\n1\n2\n3 --> 4";
        assert_eq!(merged(None, &[odd, "", "no header"]), "WEBVTT\n");
    }

    #[test]
    fn the_same_words_at_several_times_are_kept_apart_and_found_again() {
        let line = |from: u32, to: u32| format!("00:0{from}.000 --> 00:0{to}.000\n-\n\n");
        let one = format!("WEBVTT\n\n{}{}{}", line(0, 1), line(1, 3), line(4, 6));
        let two = format!("WEBVTT\n\n{}{}{}", line(1, 3), line(6, 7), line(8, 9));
        let times: Vec<String> = merged(None, &[&one, &two])
            .lines()
            .filter(|line| line.contains("-->"))
            .map(|line| format!("{}{}", &line[7..8], &line[24..25]))
            .collect();
        assert_eq!(times, ["01", "13", "47", "89"]);
    }

    #[test]
    fn more_lines_than_any_film_has_are_refused() {
        let mut text = String::from("WEBVTT\n\n");
        for cue in 0..=MAX_CUES {
            write!(text, "00:00.000 --> 00:01.000\n{cue}\n\n").unwrap();
        }
        let refusal = Merger::new(None).take(text.as_bytes()).unwrap_err();
        assert!(refusal.to_string().contains("100000 lines"), "{refusal}");
    }
}
