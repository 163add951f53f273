//! The words of `history`.

use std::ffi::OsStr;
use std::path::PathBuf;

use aniworld_services::history::HistoryOutcome;
use aniworld_services::progress::ProgressType;
use aniworld_wire::history::ExportForm;
use clap::{Args, ValueEnum};
use jiff::civil::Date;

/// All of it, or what matches every filter that is given.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// Only of this series, as its title or folder is written
    #[arg(long, value_name = "SERIES")]
    pub(crate) series: Option<String>,
    /// Only what is of this kind
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) kind: Option<Kind>,
    /// Only what ended like this
    #[arg(long, value_enum)]
    pub(crate) outcome: Option<Ended>,
    /// Only what ended on this day or later, such as 2025-11-07
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Date>,
    /// Only what ended on this day or earlier
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// So many rows at most; a list without it shows 100, a file gets all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Write a file instead: .csv for spreadsheets, .jsonl for programs. An existing one is not replaced
    #[arg(long, value_name = "FILE", value_parser = export)]
    pub(crate) export: Option<Export>,
}

/// Kinds that have a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Download,
    Scan,
    System,
    Error,
}

impl From<Kind> for ProgressType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Download => Self::Download,
            Kind::Scan => Self::Scan,
            Kind::System => Self::System,
            Kind::Error => Self::Error,
        }
    }
}

/// Endings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ended {
    Completed,
    Skipped,
    Failed,
    Cancelled,
}

impl From<Ended> for HistoryOutcome {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Completed => Self::Completed,
            Ended::Skipped => Self::Skipped,
            Ended::Failed => Self::Failed,
            Ended::Cancelled => Self::Cancelled,
        }
    }
}

/// A file, and the form that its name tells.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    pub(crate) path: PathBuf,
    pub(crate) form: ExportForm,
}

fn export(text: &str) -> Result<Export, String> {
    let path = PathBuf::from(text);
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let form = match extension.to_ascii_lowercase().as_str() {
        "csv" => ExportForm::Csv,
        "jsonl" => ExportForm::JsonLines,
        _ => return Err("the name of the file must end in .csv or .jsonl".into()),
    };
    Ok(Export { path, form })
}
