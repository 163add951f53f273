//! The name that a server proposes for a file: `Content-Disposition` (RFC 6266). Foreign text that becomes
//! one safe part of a path, or nothing. Pure.

use percent_encoding::percent_decode_str;

/// The longest name in bytes; file systems have no longer ones.
const MAX_NAME_BYTES: usize = 255;
/// The longest header that is read.
const MAX_HEADER_BYTES: usize = 8 << 10;
/// What no part of a path may contain, on any system.
const FORBIDDEN: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
/// Names that Windows keeps for its devices, whatever comes behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The proposed name, made safe: no path, no hidden file, no device, at most 255 bytes.
/// `filename*` (RFC 8187) goes before `filename`, as section 4.3 says.
pub fn file_name(content_disposition: &str) -> Option<String> {
    if content_disposition.len() > MAX_HEADER_BYTES {
        return None;
    }
    let (mut plain, mut extended) = (None, None);
    for (name, value) in Parameters::of(content_disposition) {
        if name.eq_ignore_ascii_case("filename*") {
            extended = extended.or_else(|| decoded(&value));
        } else if name.eq_ignore_ascii_case("filename") {
            plain = plain.or(Some(value));
        }
    }
    extended.or(plain).and_then(|name| safe(&name))
}

/// `UTF-8'en'%e2%82%ac.mp4`: a charset, a language, and percent-coded bytes (RFC 8187, 3.2).
fn decoded(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, coded) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = percent_decode_str(coded);
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => bytes.decode_utf8().ok().map(Into::into),
        // every byte of it is the character with its number
        "iso-8859-1" => Some(bytes.map(char::from).collect()),
        _ => None,
    }
}

/// The last part of what may be a path, without anything that a system takes for something else.
fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let clean: String = last
        .chars()
        .map(|letter| if FORBIDDEN.contains(&letter) { '_' } else { letter })
        .filter(|letter| !letter.is_control() && !is_invisible(*letter))
        .collect();
    let clean = clean.trim_start_matches(['.', ' ']);
    let clean = cut(clean).trim_end_matches(['.', ' ']);
    let stem = clean.split('.').next().unwrap_or_default().trim_end();
    (!clean.is_empty() && !is_device(stem)).then(|| clean.to_owned())
}

/// Characters that turn the order of reading around or cannot be seen: `gpj.exe` would read as `exe.jpg`.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|port| {
        stem.strip_prefix(port)
            .is_some_and(|number| number.chars().count() == 1 && number.chars().all(char::is_numeric))
    });
    numbered || DEVICES.contains(&stem.as_str())
}

/// The longest beginning that fits, whole characters; the extension is what gets lost last.
fn cut(name: &str) -> &str {
    let mut end = name.len().min(MAX_NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// The parameters of a header, `name=token` or `name="quoted \" text"`, between semicolons.
struct Parameters<'header> {
    rest: &'header str,
}

impl<'header> Parameters<'header> {
    /// Skips the type itself, `attachment` or `inline`.
    fn of(header: &'header str) -> Self {
        let rest = header.split_once(';').map_or("", |(_, rest)| rest);
        Self { rest }
    }
}

impl<'header> Iterator for Parameters<'header> {
    type Item = (&'header str, String);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.rest.split_once('=')?;
        // a parameter without a value stands before the name
        let name = name.rsplit(';').next().unwrap_or_default().trim();
        let rest = rest.trim_start();
        let Some(quoted) = rest.strip_prefix('"') else {
            let (value, rest) = rest.split_once(';').unwrap_or((rest, ""));
            self.rest = rest;
            return Some((name, value.trim().to_owned()));
        };
        let mut value = String::new();
        let mut letters = quoted.char_indices();
        let mut end = quoted.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
                letter => value.push(letter),
            }
        }
        let rest = quoted.get(end..).unwrap_or_default();
        self.rest = rest.split_once(';').map_or("", |(_, rest)| rest);
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_read_in_every_form() {
        for (header, name) in [
            ("attachment; filename=film.mp4", "film.mp4"),
            ("attachment;filename = \"a film.mp4\" ; size=7", "a film.mp4"),
            (
                r#"attachment; filename="the \"best\" film.mp4""#,
                "the _best_ film.mp4",
            ),
            (
                "attachment; filename=\"e.mp4\"; filename*=UTF-8''%e2%82%ac%20rates.mp4",
                "€ rates.mp4",
            ),
            (
                "attachment; filename*=iso-8859-1'de'%e4.mp4; filename=x.mp4",
                "ä.mp4",
            ),
            ("attachment; filename*=koi8-r''%e4.mp4; filename=x.mp4", "x.mp4"),
            ("inline; FILENAME=film.mp4", "film.mp4"),
            ("attachment; flag; filename=\"a;b=c.mp4\"", "a;b=c.mp4"),
            ("attachment; filename=\"no end.mp4", "no end.mp4"),
        ] {
            assert_eq!(file_name(header).as_deref(), Some(name), "{header}");
        }
    }

    #[test]
    fn what_is_no_name_is_none() {
        for header in [
            "",
            "attachment",
            "attachment; filename=",
            "attachment; filename=\"..\"",
            "filename",
        ] {
            assert_eq!(file_name(header), None, "{header}");
        }
        for device in ["NUL", "con.mp4", "Com1.txt", "lpt9", "aux .mkv"] {
            assert_eq!(
                file_name(&format!("attachment; filename=\"{device}\"")),
                None,
                "{device}"
            );
        }
    }

    #[test]
    fn no_name_leads_out_of_its_folder() {
        for (name, safe) in [
            ("../../etc/passwd", "passwd"),
            (r"..\\..\\boot.ini", "boot.ini"),
            ("/abs/film.mp4", "film.mp4"),
            ("C:film.mp4", "C_film.mp4"),
            (".bashrc", "bashrc"),
            ("film.mp4. .", "film.mp4"),
            ("\u{202e}4pm.exe", "4pm.exe"),
        ] {
            let header = format!("attachment; filename=\"{name}\"");
            assert_eq!(file_name(&header).as_deref(), Some(safe), "{name}");
        }
        let long = format!("attachment; filename={}", "ä".repeat(300));
        assert_eq!(file_name(&long).map(|name| name.len()), Some(254));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_one_part_of_a_path(text in ".{0,200}", quoted in any::<bool>()) {
            let header = if quoted {
                format!("attachment; filename=\"{text}\"")
            } else {
                format!("attachment; {text}")
            };
            if let Some(name) = file_name(&header) {
                prop_assert!(!name.is_empty() && name.len() <= 255);
                prop_assert!(!name.starts_with('.') && !name.contains(['/', '\\', '\0', ':']));
            }
        }
    }
}
