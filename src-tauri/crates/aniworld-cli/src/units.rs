//! Numbers with units, as people type and read them.

use std::time::Duration;

use aniworld_transfer::ProxyChoice;
use aniworld_transfer::client::NotAProxy;
use aniworld_transfer::hls::Languages;
use reqwest::header::{HeaderName, HeaderValue};

/// Reads `500K`, `2M`, `1.5MiB/s` or plain bytes. The units are powers of 1024.
pub(crate) fn rate(text: &str) -> Result<u64, String> {
    let text = text.trim().trim_end_matches("/s");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1.0,
        "K" | "KB" | "KIB" => 1024.0,
        "M" | "MB" | "MIB" => 1024.0 * 1024.0,
        "G" | "GB" | "GIB" => 1024.0 * 1024.0 * 1024.0,
        unit => return Err(format!("{unit:?} is no unit; use K, M or G")),
    };
    let number: f64 = digits.parse().map_err(|_| format!("{digits:?} is no number"))?;
    let bytes = number * factor;
    if !(0.0..=1e15).contains(&bytes) {
        return Err("that is no rate".into());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1e15, checked above"
    )]
    Ok(bytes as u64)
}

/// Reads seconds, with a fraction or without; above 0 and at most a day.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0 && *seconds <= 86_400.0)
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "expected seconds above 0, at most 86400".into())
}

/// Reads 64 hexadecimal digits.
pub(crate) fn sha256(text: &str) -> Result<[u8; 32], String> {
    let wrong = || "expected 64 hexadecimal digits".to_owned();
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut sum = [0; 32];
    for (byte, at) in sum.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| wrong())?;
    }
    Ok(sum)
}

/// Reads `Name: value`. The value is not shown anywhere: it may be a token.
pub(crate) fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("expected NAME:VALUE")?;
    let name = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| "that is no name of a header")?;
    let mut value = HeaderValue::from_str(value.trim()).map_err(|_| "a header cannot have this value")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Reads the address of a proxy, `off` or `system`.
pub(crate) fn proxy(text: &str) -> Result<ProxyChoice, String> {
    match text {
        "system" => Ok(ProxyChoice::System),
        "off" => Ok(ProxyChoice::Off),
        address => address
            .parse()
            .map(ProxyChoice::Url)
            .map_err(|error: NotAProxy| error.to_string()),
    }
}

/// Reads `all`, `none`, or languages of RFC 5646 with commas between them.
pub(crate) fn languages(text: &str) -> Result<Languages, String> {
    let is_language = |one: &str| {
        one.len() >= 2
            && one
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    };
    match text {
        "all" => Ok(Languages::All),
        "none" => Ok(Languages::None),
        list => {
            let list: Vec<String> = list.split(',').map(|one| one.trim().to_owned()).collect();
            match list.iter().find(|one| !is_language(one)) {
                Some(wrong) => Err(format!("{wrong:?} is no language; use de,en or all or none")),
                None => Ok(Languages::These(list)),
            }
        }
    }
}

/// Bytes for people: `512 B`, `3.4 MiB`.
pub(crate) fn bytes(count: u64) -> String {
    indicatif::BinaryBytes(count).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Languages, ProxyChoice, header, languages, proxy, rate, seconds, sha256};

    #[test]
    fn rates_are_read_with_and_without_units() {
        assert_eq!(rate("0"), Ok(0));
        assert_eq!(rate("1000"), Ok(1000));
        assert_eq!(rate("500K"), Ok(512_000));
        assert_eq!(rate("1.5MiB/s"), Ok(1_572_864));
        for wrong in ["", "fast", "-1", "5 parsecs", "1e300G"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_out_is_above_zero() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-3", "NaN", "inf", "soon"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_header_has_a_name_and_a_value_that_is_not_shown() {
        let (name, value) = header("X-Token:  abc:def ").unwrap();
        assert_eq!((name.as_str(), value.as_bytes()), ("x-token", &b"abc:def"[..]));
        assert!(!format!("{value:?}").contains("abc"));
        for wrong in ["X-Token", ": value", "a b: c", "X: a\nb"] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_one_of_two_words() {
        assert_eq!(proxy("off"), Ok(ProxyChoice::Off));
        assert_eq!(proxy("system"), Ok(ProxyChoice::System));
        assert!(matches!(proxy("socks5h://ann:pw@h:1"), Ok(ProxyChoice::Url(_))));
        let error = proxy("ftp://ann:pw@h:1").unwrap_err();
        assert!(error.contains("socks5h") && !error.contains("pw"), "{error}");
    }

    #[test]
    fn languages_are_a_list_or_a_word() {
        assert_eq!(languages("all"), Ok(Languages::All));
        assert_eq!(languages("none"), Ok(Languages::None));
        let these = Languages::These(vec!["de".to_owned(), "pt-BR".to_owned()]);
        assert_eq!(languages("de, pt-BR"), Ok(these));
        for wrong in ["", "d", "de,,en", "de;en"] {
            assert!(languages(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_checksum_has_64_digits() {
        assert_eq!(sha256(&"0f".repeat(32)), Ok([15; 32]));
        for wrong in ["0f", &"0g".repeat(32), &"é".repeat(32)] {
            assert!(sha256(wrong).is_err(), "{wrong}");
        }
    }
}
