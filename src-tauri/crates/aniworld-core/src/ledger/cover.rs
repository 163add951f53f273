//! Which file holds an episode when one file may hold several. Never counts numbers one by one: a run
//! may be absurdly long.

use std::collections::BTreeMap;

use aniworld_names::EpisodeNumber;

use super::HaveFile;

/// Runs of plain numbers with the file that holds each, for one series.
#[derive(Debug, Default)]
pub(super) struct Cover {
    /// By season: files by their first number, each with the file that reaches furthest so far.
    seasons: BTreeMap<u32, Vec<Reach>>,
}

/// All files up to the one that begins at `first`.
#[derive(Debug, Clone, Copy)]
struct Reach {
    first: u32,
    /// The highest number that a file beginning at `first` or before it holds.
    furthest: u32,
    /// Index of that file.
    file: usize,
    /// Where the unbroken run begins that ends at `furthest`.
    run_first: u32,
}

impl Cover {
    /// Plain numbers and ranges of all files; decimals and dates cover only themselves and are not in it.
    pub(super) fn new(files: &[&HaveFile]) -> Self {
        let mut spans: BTreeMap<u32, Vec<(u32, u32, usize)>> = BTreeMap::new();
        for (index, file) in files.iter().enumerate() {
            if let Some((first, last)) = span(&file.number) {
                spans.entry(file.season).or_default().push((first, last, index));
            }
        }
        let seasons = spans.into_iter().map(|(season, spans)| (season, reaches(spans)));
        Self {
            seasons: seasons.collect(),
        }
    }

    /// A file that holds all of `first..=last`, or part of several that do together: the one with the
    /// last number.
    pub(super) fn file(&self, season: u32, first: u32, last: u32) -> Option<usize> {
        let reaches = self.seasons.get(&season)?;
        // the furthest reach of all files that begin inside or before the wanted run
        let upto = reaches.partition_point(|reach| reach.first <= last);
        let reach = reaches.get(upto.checked_sub(1)?)?;
        (reach.run_first <= first && reach.furthest >= last).then_some(reach.file)
    }
}

/// First and last of the plain numbers that a number stands for.
pub(super) fn span(number: &EpisodeNumber) -> Option<(u32, u32)> {
    let numbers = number.plain_numbers();
    (!numbers.is_empty()).then(|| (*numbers.start(), *numbers.end()))
}

fn reaches(mut spans: Vec<(u32, u32, usize)>) -> Vec<Reach> {
    // of files that begin alike the longest comes last, so that it is the one that counts
    spans.sort_unstable();
    let mut reaches: Vec<Reach> = Vec::with_capacity(spans.len());
    for (first, last, file) in spans {
        let next = match reaches.last() {
            Some(before) if before.furthest >= last => Reach { first, ..*before },
            Some(before) => Reach {
                first,
                furthest: last,
                file,
                run_first: if before.furthest.saturating_add(1) >= first {
                    before.run_first
                } else {
                    first
                },
            },
            None => Reach {
                first,
                furthest: last,
                file,
                run_first: first,
            },
        };
        reaches.push(next);
    }
    reaches
}
