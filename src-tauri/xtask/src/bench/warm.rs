//! Memory that stays warm. A virtual machine gives free memory back to its host in blocks of 2 MiB, and
//! whoever gets such a block next waits for the host: for 1 GiB several times as long as a whole transfer
//! takes, and at random. Small free pieces between pieces in use are never given back, and the kernel hands
//! out the smallest piece first: a run writes into these.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Outcome;

const PIECE: usize = 64 << 10;
const MIB: u64 = 1 << 20;
/// What the largest timed run writes, and half of that for whatever else needs memory.
const WARM_MIB: u64 = 1536;
/// Where less than this is available, taking so much would itself disturb the runs.
const NEEDED_MIB: u64 = 6144;

/// Holds every other piece of a stretch of memory; dropped, it gives back all.
#[derive(Debug)]
pub(super) struct Warm(Option<PathBuf>);

impl Warm {
    /// Takes the memory below `scratch`, which is a folder in memory.
    pub(super) fn keep(scratch: &Path) -> Outcome<Self> {
        if available_mib() < NEEDED_MIB {
            println!(
                "less than {NEEDED_MIB} MiB are available: where the host takes free memory back, runs differ more"
            );
            return Ok(Self(None));
        }
        let folder = scratch.join("warm");
        let warm = Self(Some(folder.clone()));
        take(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(warm)
    }
}

fn take(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let content = vec![1_u8; PIECE];
    let pieces = 2 * WARM_MIB * MIB / PIECE as u64;
    for index in 0..pieces {
        fs::write(folder.join(index.to_string()), &content)?;
    }
    for index in (1..pieces).step_by(2) {
        fs::remove_file(folder.join(index.to_string()))?;
    }
    Ok(())
}

/// What the system could still hand out; 0 where `/proc` does not say.
fn available_mib() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    available_of(&text).unwrap_or(0) / 1024
}

/// In KiB.
fn available_of(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Drop for Warm {
    fn drop(&mut self) {
        if let Some(folder) = self.0.take() {
            // the folder around it goes anyway
            let _ = fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::available_of;

    #[test]
    fn available_memory_is_read() {
        let text = "MemTotal:       24683520 kB\nMemAvailable:   22637568 kB\n";
        assert_eq!(available_of(text), Some(22_637_568));
        assert_eq!(available_of("MemTotal: 1 kB\n"), None);
    }
}
