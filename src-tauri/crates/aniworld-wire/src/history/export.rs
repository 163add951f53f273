//! The history in a file: JSON Lines, or CSV as RFC 4180 has it. Writes row by row and keeps none.

use std::io::{self, Write};

use aniworld_services::history::{HistoryRow, today};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::HistoryLine;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExportForm {
    /// One JSON object per line, in UTF-8.
    JsonLines,
    /// A header, then one record per row, in UTF-8.
    Csv,
}

impl ExportForm {
    /// What the name of such a file ends in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// A name for a file of today.
    pub fn file_name(self) -> String {
        format!("aniworld-history-{}.{}", today(), self.extension())
    }
}

/// The columns of the CSV form, in the order of [`cells`].
const HEADER: [&str; 20] = [
    "id",
    "operation",
    "kind",
    "outcome",
    "attempt",
    "series",
    "folder",
    "season",
    "number",
    "code",
    "title",
    "message",
    "source",
    "bytes",
    "transferred",
    "started_at",
    "ended_at",
    "took_s",
    "failure_code",
    "failure",
];

/// Writes rows as they come.
#[derive(Debug)]
pub struct HistoryExport<W> {
    form: ExportForm,
    out: W,
}

impl<W: Write> HistoryExport<W> {
    /// Begins a file.
    pub fn new(form: ExportForm, mut out: W) -> io::Result<Self> {
        if form == ExportForm::Csv {
            record(&mut out, &HEADER.map(str::to_owned))?;
        }
        Ok(Self { form, out })
    }

    /// Writes one row.
    pub fn row(&mut self, row: &HistoryRow) -> io::Result<()> {
        let line = HistoryLine::from(row);
        match self.form {
            ExportForm::JsonLines => {
                serde_json::to_writer(&mut self.out, &line)?;
                self.out.write_all(b"\n")
            }
            ExportForm::Csv => record(&mut self.out, &cells(line)),
        }
    }

    /// Writes what is still in a buffer, and gives the file back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

fn cells(line: HistoryLine) -> [String; 20] {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    [
        line.id.to_string(),
        line.operation,
        line.kind.to_owned(),
        line.outcome.to_owned(),
        line.attempt.to_string(),
        text(line.series),
        text(line.folder),
        text(line.season),
        text(line.number),
        text(line.code),
        text(line.title),
        text(line.message),
        text(line.source),
        line.bytes.to_string(),
        line.transferred.to_string(),
        text(line.started_at),
        line.ended_at.to_string(),
        text(line.took_s),
        text(line.failure_code),
        text(line.failure),
    ]
}

fn record<W: Write>(out: &mut W, cells: &[String]) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        out.write_all(quoted(&harmless(cell)).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// Titles come from servers. One that a spreadsheet would run as a formula is made a text by an apostrophe.
fn harmless(cell: &str) -> String {
    // blanks and control characters before the sign do not stop every spreadsheet
    let first = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    if first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let mut out = Vec::new();
        record(&mut out, &cells).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(
            written(&["plain", "a, b", "say \"hi\"", "two\nlines", "", "Ärger"]),
            "plain,\"a, b\",\"say \"\"hi\"\"\",\"two\nlines\",,Ärger\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(
            written(&[
                "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "a=1", "=A,\"B\""
            ]),
            "'=1+1,'+1,'-1,'@SUM(A1),'\t=1,' =1,\"'\r=1\",a=1,\"'=A,\"\"B\"\"\"\r\n"
        );
    }

    #[test]
    fn the_header_names_every_field_of_a_json_line() {
        let out = HistoryExport::new(ExportForm::Csv, Vec::new()).unwrap();
        let header = String::from_utf8(out.finish().unwrap()).unwrap();
        assert_eq!(header, format!("{}\r\n", HEADER.join(",")));
    }
}
