//! `docs/benchmarks.md`: each benchmark owns what stands between its two markers, and nothing else.

use std::fs;

use crate::process::Outcome;
use crate::project;

const REPORT: &str = "docs/benchmarks.md";

/// Replaces the section of one benchmark, or adds it at the end.
pub(crate) fn write(benchmark: &str, text: &str) -> Outcome {
    let path = project::root().join(REPORT);
    let old = fs::read_to_string(&path).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
    let new = with_section(&old, benchmark, text)
        .ok_or_else(|| format!("{REPORT}: the section of `bench {benchmark}` has a beginning and no end"))?;
    fs::write(&path, new).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("written to {REPORT}");
    Ok(())
}

fn with_section(document: &str, benchmark: &str, text: &str) -> Option<String> {
    let begin = format!("<!-- bench {benchmark}: begin -->");
    let end = format!("<!-- bench {benchmark}: end -->");
    let section = format!("{begin}\n\n{text}\n\n{end}");
    let Some((head, rest)) = document.split_once(&begin) else {
        return Some(format!("{}\n\n{section}\n", document.trim_end()));
    };
    let (_, tail) = rest.split_once(&end)?;
    Some(format!("{head}{section}{tail}"))
}

/// The processor, for the head of a section.
pub(super) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text
                .lines()
                .find(|line| line.starts_with("model name"))?
                .to_owned();
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{cores} cores of {model}")
}

#[cfg(test)]
mod tests {
    use super::with_section;

    #[test]
    fn only_the_own_section_is_replaced() {
        let document = "# B\n<!-- bench transfer: begin -->\nold\n<!-- bench transfer: end -->\nrest\n";
        assert_eq!(
            with_section(document, "transfer", "new").as_deref(),
            Some("# B\n<!-- bench transfer: begin -->\n\nnew\n\n<!-- bench transfer: end -->\nrest\n")
        );
        assert_eq!(
            with_section("<!-- bench transfer: begin -->", "transfer", "new"),
            None
        );
    }

    #[test]
    fn a_new_section_is_added_at_the_end() {
        assert_eq!(
            with_section("# B\n\ntext\n\n", "progress", "new").as_deref(),
            Some("# B\n\ntext\n\n<!-- bench progress: begin -->\n\nnew\n\n<!-- bench progress: end -->\n")
        );
    }
}
