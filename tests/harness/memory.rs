//! What a process has in memory for itself, as Linux counts it.

use std::fs;

use crate::Outcome;

/// The memory of one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Bytes that no other process shares (USS): what would be free without it.
    pub unique_bytes: u64,
}

impl Memory {
    /// The memory of a process now.
    pub fn of(pid: u32) -> Outcome<Self> {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
        let kibibytes = |name: &str| {
            rollup
                .lines()
                .find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB"))
                .and_then(|number| number.trim().parse::<u64>().ok())
        };
        let [clean, dirty] = ["Private_Clean:", "Private_Dirty:"].map(kibibytes);
        let unique = clean.zip(dirty).ok_or("smaps_rollup names no private memory")?;
        Ok(Self {
            unique_bytes: (unique.0 + unique.1) * 1024,
        })
    }
}

/// The web process of an app: the one child of its that renders pages.
pub fn web_process(app: u32) -> Outcome<u32> {
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // gone in the meantime: not the one
        let Ok(status) = fs::read_to_string(format!("/proc/{pid}/status")) else {
            continue;
        };
        let field = |name: &str| {
            status
                .lines()
                .find_map(|line| Some(line.strip_prefix(name)?.trim()))
        };
        if field("Name:").is_some_and(|name| name.starts_with("WebKitWeb"))
            && field("PPid:") == Some(app.to_string().as_str())
        {
            return Ok(pid);
        }
    }
    Err("the app has no web process".into())
}
