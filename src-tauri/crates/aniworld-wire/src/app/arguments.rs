//! What the app can be started with. Knows nothing of what it means.

use std::ffi::OsString;
use std::path::PathBuf;

/// The words for a start that was not understood.
pub const USAGE: &str = "usage: aniworld [--data-dir DIR] [--demo] [--hidden]";

/// The options of a start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The folder for database and settings, instead of the user's own.
    pub data_dir: Option<PathBuf>,
    /// Begin with the built-in demo.
    pub demo: bool,
    /// Begin in the tray, if there is one.
    pub hidden: bool,
}

impl Arguments {
    /// Reads the words behind the program's name. An error says which one was not understood.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--demo") => arguments.demo = true,
                Some("--hidden") => arguments.hidden = true,
                Some("--data-dir") => {
                    let folder = words.next().filter(|folder| !folder.is_empty());
                    arguments.data_dir = Some(folder.ok_or("--data-dir needs a folder")?.into());
                }
                _ => return Err(format!("unknown argument {}", word.display())),
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(Into::into))
    }

    #[test]
    fn the_three_options_are_understood_in_any_order() {
        assert_eq!(parse(&[]), Ok(Arguments::default()));
        let all = Arguments {
            data_dir: Some("my data".into()),
            demo: true,
            hidden: true,
        };
        assert_eq!(parse(&["--hidden", "--data-dir", "my data", "--demo"]), Ok(all));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert_eq!(parse(&["--data-dir"]), Err("--data-dir needs a folder".into()));
        assert_eq!(
            parse(&["--data-dir", ""]),
            Err("--data-dir needs a folder".into())
        );
        for foreign in ["--help", "file.mp4", "--data-dir=x", ""] {
            assert_eq!(parse(&[foreign]), Err(format!("unknown argument {foreign}")));
        }
    }
}
