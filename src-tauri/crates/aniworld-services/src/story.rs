//! Everything that is known about one operation when somebody asks "why?". Facts only; the sentence is made by
//! whoever shows it.

pub(crate) mod keeper;

use std::path::PathBuf;
use std::sync::Arc;

use aniworld_core::events::EpisodeLabel;

use crate::downloads::JobId;
use crate::history::{HistoryRow, HistorySubject};
use crate::progress::{Journal, Progress};
use crate::store::JobView;

/// Whose story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryOf {
    /// The id of the operation.
    pub operation: String,
    /// The job, where it is on the list; without it the newest job of the operation counts.
    pub job: Option<JobId>,
}

/// The facts about one operation.
#[derive(Debug, Clone)]
pub struct Story {
    /// The id of the operation.
    pub operation: String,
    /// Its job in the queue, if it is on the list.
    pub job: Option<JobView>,
    /// Where that job stands.
    pub standing: Option<Standing>,
    /// How it last ended, where no job is on the list.
    pub ended: Option<HistoryRow>,
    /// Whether no program holds the data folder: what the store calls running ended with its program, and nothing
    /// starts.
    pub unattended: bool,
    /// The operation as it stands, where this program runs it.
    pub progress: Option<Arc<Progress>>,
    /// What happened.
    pub journal: Journal,
    /// The library folder, so that paths can be told without what lies above it.
    pub library: Option<PathBuf>,
}

/// Where a job stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Queued jobs that come before it.
    pub ahead: u32,
    /// Jobs that run.
    pub running: u32,
    /// Jobs that may run at once, where known.
    pub parallel: Option<u32>,
    /// Whether "pause all" is in force.
    pub all_paused: bool,
}

impl Story {
    /// The episode that it is about.
    pub fn label(&self) -> Option<&EpisodeLabel> {
        if let Some(job) = &self.job {
            return Some(&job.label);
        }
        match self.ended.as_ref().map(|row| &row.subject) {
            Some(HistorySubject::Episode(label)) => Some(label),
            _ => None,
        }
    }

    /// The same with how many jobs may run at once.
    #[must_use]
    pub fn with_parallel(mut self, parallel: u32) -> Self {
        if let Some(standing) = &mut self.standing {
            standing.parallel = Some(parallel);
        }
        self
    }
}
