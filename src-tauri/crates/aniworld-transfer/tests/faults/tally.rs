//! What came of all cases, in one line and in the sentences of those that did not end right.

use std::io::Write;

use crate::case::{Case, Ending};

#[derive(Default)]
pub(crate) struct Tally {
    rows: usize,
    right: usize,
    refused: usize,
    wrong: usize,
    partial: usize,
    failed: usize,
    hang: usize,
    problems: Vec<String>,
}

impl Tally {
    /// Past the capture of the test harness: the line is wanted when all is well, too.
    pub(crate) fn print(&self) {
        let Self {
            rows,
            right,
            refused,
            wrong,
            partial,
            failed,
            hang,
            ..
        } = self;
        let line = format!(
            "fault matrix: {rows} rows, {right} right, {refused} rightly refused, {wrong} wrong, {partial} \
             partial under the final name, {failed} failed, {hang} hang\n"
        );
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }

    /// A sentence for every case that did not end right, sorted.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    fn count(&mut self, case: &Case, ending: Ending) {
        self.rows += 1;
        let problem = match ending {
            Ending::Right => {
                self.right += 1;
                return;
            }
            Ending::Refused => {
                self.refused += 1;
                return;
            }
            Ending::Wrong(what) => {
                self.wrong += 1;
                format!("WRONG FILE: {what}")
            }
            Ending::Partial(why) => {
                self.partial += 1;
                format!("PARTIAL under the final name: {why}")
            }
            Ending::Failed(why) => {
                self.failed += 1;
                why
            }
            Ending::Hang => {
                self.hang += 1;
                "HANG".to_owned()
            }
        };
        self.problems.push(format!("{case}: {problem}"));
    }
}

impl FromIterator<(Case, Ending)> for Tally {
    fn from_iter<I: IntoIterator<Item = (Case, Ending)>>(cases: I) -> Self {
        let mut tally = Self::default();
        for (case, ending) in cases {
            tally.count(&case, ending);
        }
        tally.problems.sort();
        tally
    }
}
