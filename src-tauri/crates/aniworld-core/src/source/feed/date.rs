//! The day in a feed's date, whatever form it has. The time of day is not needed and often wrong.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads `Thu, 29 Feb 2024 20:00:00 +0100` and `2024-02-29T20:00:00Z`, with the usual liberties: no or
/// a wrong weekday, no time, an impossible time, two digits of the year, full names of months.
pub(super) fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    iso(text)
        .or_else(|| spelled(text))
        .filter(|date| (1900..2200).contains(&date.year()))
}

fn iso(text: &str) -> Option<Date> {
    let mut parts = text.get(..10)?.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    (year.len() == 4).then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok())?
}

fn spelled(text: &str) -> Option<Date> {
    let mut words = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == '-')
        .filter(|word| !word.is_empty())
        .skip_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let day: i8 = words.next()?.parse().ok()?;
    let name = words.next()?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|month| name.starts_with(month))?;
    let year = words.next()?;
    let number: i16 = year.parse().ok()?;
    let number = match (year.len(), number) {
        (2, 0..=69) => 2000 + number,
        (2, _) => 1900 + number,
        _ => number,
    };
    Date::new(number, i8::try_from(month + 1).ok()?, day).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_is_read_through_all_liberties() {
        for text in [
            "Thu, 29 Feb 2024 20:00:00 +0100",
            "Mon, 29 Feb 2024 25:61:00 PST",
            "29 Feb 24 20:00 GMT",
            "  29 February 2024 ",
            "2024-02-29T20:00:00Z",
            "2024-02-29",
            "2024-02-29 20:00",
            "29-Feb-2024",
        ] {
            assert_eq!(parse(text), Some(date(2024, 2, 29)), "{text}");
        }
        assert_eq!(parse("1 Jan 70 00:00:00 GMT"), Some(date(1970, 1, 1)));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "soon",
            "30 Feb 2024",
            "2024-13-01T00:00:00Z",
            "29 Feb",
            "1 Jan 99999",
            "0000-01-01",
            "20é4-02-29",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
