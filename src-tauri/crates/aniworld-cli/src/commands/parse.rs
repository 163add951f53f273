//! `parse`: one path per line in, one JSON object per line out, with and without `--json`.

use std::io::{self, BufRead, BufWriter, Write};

use aniworld_names::ParsedName;
use aniworld_wire::CommandError;
use serde::Serialize;

use crate::failure::Outcome;

#[derive(Debug, Serialize)]
struct Line<'a> {
    path: &'a str,
    #[serde(flatten)]
    name: ParsedName,
}

pub(super) fn run() -> Outcome {
    let written = convert(io::stdin().lock(), BufWriter::new(io::stdout().lock()));
    match written {
        // the reader of our output has seen enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other.map_err(CommandError::internal)?),
    }
}

fn convert(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    for line in input.split(b'\n') {
        let line = line?;
        // file names need not be text: what is not is shown as replacement characters
        let path = String::from_utf8_lossy(&line);
        let path = path.trim_end_matches('\r');
        if path.is_empty() {
            continue;
        }
        serde_json::to_writer(
            &mut output,
            &Line {
                path,
                name: aniworld_names::parse(path),
            },
        )?;
        output.write_all(b"\n")?;
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::convert;

    #[test]
    fn each_path_becomes_one_object_and_empty_lines_none() {
        let mut output = Vec::new();
        let input = b"Night Trains/Season 01/Night Trains - S01E02 - Snow.mkv\r\n\nholiday.mkv\n\xff.mkv";
        convert(&input[..], &mut output).unwrap();
        let lines: Vec<serde_json::Value> = String::from_utf8(output)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 3);
        insta::assert_json_snapshot!("parse", lines[0]);
        assert_eq!(
            (&lines[1]["season"], &lines[1]["episodes"]),
            (&serde_json::Value::Null, &serde_json::json!([]))
        );
    }
}
