//! Addresses with places to fill in: `chunk-$RepresentationID$-$Number%05d$.m4s`
//! (ISO/IEC 23009-1 section 5.3.9.4.4). Pure.

/// The widest number that is written; a wider one is an attack.
const MAX_WIDTH: usize = 20;
/// The longest address that comes out.
const MAX_LENGTH: usize = 8 << 10;

/// What may be filled in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    /// The name of the representation.
    pub(super) id: Option<&'a str>,
    /// Its bits per second.
    pub(super) bandwidth: Option<u64>,
    /// The number and the time of the segment; an initialization knows neither.
    pub(super) segment: Option<(u64, u64)>,
}

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Id,
    Number(usize),
    Time(usize),
    Bandwidth(usize),
}

impl Template {
    /// Reads a template; the error says in words what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("a template of more than {MAX_LENGTH} bytes"));
        }
        let mut parts = Vec::new();
        let mut pieces = text.split('$');
        parts.push(Part::Text(pieces.next().unwrap_or_default().to_owned()));
        while let Some(identifier) = pieces.next() {
            let Some(behind) = pieces.next() else {
                return Err("a template with an odd number of dollar signs".to_owned());
            };
            parts.push(part(identifier)?);
            parts.push(Part::Text(behind.to_owned()));
        }
        Ok(Self { parts })
    }

    /// Whether the address differs from segment to segment.
    pub(super) fn varies(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Number(_) | Part::Time(_)))
    }

    /// Fills in the values.
    pub(super) fn fill(&self, values: &Values<'_>) -> Result<String, String> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Id => filled.push_str(values.id.ok_or("a representation without an id")?),
                Part::Number(width) => {
                    let (number, _) = values.segment.ok_or("an initialization with a number")?;
                    push(&mut filled, number, *width);
                }
                Part::Time(width) => {
                    let (_, time) = values.segment.ok_or("an initialization with a time")?;
                    push(&mut filled, time, *width);
                }
                Part::Bandwidth(width) => {
                    let bandwidth = values.bandwidth.ok_or("a representation without a bandwidth")?;
                    push(&mut filled, bandwidth, *width);
                }
            }
            if filled.len() > MAX_LENGTH {
                return Err(format!("an address of more than {MAX_LENGTH} bytes"));
            }
        }
        Ok(filled)
    }
}

fn push(filled: &mut String, value: u64, width: usize) {
    let digits = value.to_string();
    filled.extend(std::iter::repeat_n('0', width.saturating_sub(digits.len())));
    filled.push_str(&digits);
}

/// What stands between two dollar signs.
fn part(identifier: &str) -> Result<Part, String> {
    let (name, format) = match identifier.find('%') {
        Some(at) => (&identifier[..at], Some(&identifier[at..])),
        None => (identifier, None),
    };
    let width = format.map_or(Ok(1), width)?;
    match name {
        "" if format.is_none() => Ok(Part::Text("$".to_owned())),
        "RepresentationID" if format.is_none() => Ok(Part::Id),
        "Number" => Ok(Part::Number(width)),
        "Time" => Ok(Part::Time(width)),
        "Bandwidth" => Ok(Part::Bandwidth(width)),
        _ => {
            let shown: String = identifier.chars().take(40).collect();
            Err(format!("a template with the unknown identifier {shown:?}"))
        }
    }
}

/// Reads `%0Nd`. The standard knows no other form; `%d` occurs.
fn width(format: &str) -> Result<usize, String> {
    let digits = format.strip_prefix('%').and_then(|rest| rest.strip_suffix('d'));
    match digits {
        Some("") => Ok(1),
        Some(digits) if digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits
            .parse()
            .ok()
            .filter(|width| *width <= MAX_WIDTH)
            .ok_or_else(|| format!("a template with a number of more than {MAX_WIDTH} digits")),
        _ => Err("a template with an unknown number format".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: Values<'_> = Values {
        id: Some("v/1 a"),
        bandwidth: Some(1_500),
        segment: Some((7, 90_000)),
    };

    fn filled(text: &str) -> Result<String, String> {
        Template::read(text)?.fill(&VALUES)
    }

    #[test]
    fn places_are_filled_in() {
        for (template, address) in [
            ("a.m4s", "a.m4s"),
            ("", ""),
            ("$RepresentationID$-$Number%05d$.m4s", "v/1 a-00007.m4s"),
            ("$Number%01d$$Time%02d$", "790000"),
            ("$Bandwidth$/$$/$Time$", "1500/$/90000"),
            ("$Number%00d$", "7"),
            ("$Number%020d$", "00000000000000000007"),
        ] {
            assert_eq!(filled(template).as_deref(), Ok(address), "{template}");
        }
    }

    #[test]
    fn what_cannot_be_filled_in_is_an_error() {
        for template in [
            "$Number",
            "$number$",
            "$SubNumber$",
            "$Number%0999999999d$",
            "$Number%021d$",
            "$Number%5d$",
            "$Number%05x$",
            "$Number%0+5d$",
            "$RepresentationID%05d$",
            "$%05d$",
            "a$b",
            "$x$%",
        ] {
            assert!(filled(template).is_err(), "{template}");
        }
    }

    #[test]
    fn an_initialization_knows_neither_number_nor_time() {
        let values = Values {
            segment: None,
            ..VALUES
        };
        for template in ["$Number$", "$Time$"] {
            assert!(Template::read(template).unwrap().fill(&values).is_err());
        }
        assert_eq!(
            Template::read("$RepresentationID$")
                .unwrap()
                .fill(&values)
                .as_deref(),
            Ok("v/1 a")
        );
    }
}
