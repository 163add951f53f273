//! Licences and banned crates of all dependencies, by the rules in `deny.toml`.

use crate::tree::{metadata, none, root};

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let rules = Rules::read();
    let findings: Vec<String> = metadata()
        .packages
        .iter()
        .filter(|package| {
            let expression = package.license.as_deref().unwrap_or("none");
            !permitted(expression, &rules.licences)
        })
        .map(|package| format!("{} {}: {:?}", package.name, package.version, package.license))
        .collect();
    none(&findings, "these licences are not in the list of deny.toml:");
}

#[test]
fn no_banned_crate_is_in_the_tree() {
    let rules = Rules::read();
    let findings: Vec<String> = metadata()
        .packages
        .iter()
        .filter(|package| rules.banned.iter().any(|name| package.name.as_str() == name))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    none(&findings, "deny.toml bans these crates:");
}

/// The two lists of `deny.toml`.
struct Rules {
    licences: Vec<String>,
    banned: Vec<String>,
}

impl Rules {
    fn read() -> Self {
        let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
        let list = |from: &str| {
            let (_, rest) = text
                .split_once(from)
                .unwrap_or_else(|| panic!("deny.toml has no {from:?}"));
            rest.split_once("\n]").unwrap().0.to_owned()
        };
        let first_quoted = |line: &str| Some(line.split('"').nth(1)?.to_owned());
        let rules = Self {
            licences: list("\nallow = [").lines().filter_map(first_quoted).collect(),
            banned: list("\ndeny = [").lines().filter_map(first_quoted).collect(),
        };
        assert!(
            rules.licences.contains(&"MIT".to_owned()),
            "the list of licences was read"
        );
        assert!(
            rules.banned.contains(&"openssl".to_owned()),
            "the list of bans was read"
        );
        rules
    }
}

/// Whether an SPDX expression can be met with the allowed licences. The old `A/B` means `A OR B`.
fn permitted(expression: &str, allowed: &[String]) -> bool {
    let expression = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    let mut position = 0;
    let met = any_of(&words, &mut position, allowed);
    met && position == words.len()
}

fn any_of(words: &[&str], position: &mut usize, allowed: &[String]) -> bool {
    let mut met = all_of(words, position, allowed);
    while words.get(*position) == Some(&"OR") {
        *position += 1;
        met |= all_of(words, position, allowed);
    }
    met
}

fn all_of(words: &[&str], position: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, position, allowed);
    while words.get(*position) == Some(&"AND") {
        *position += 1;
        met &= one(words, position, allowed);
    }
    met
}

fn one(words: &[&str], position: &mut usize, allowed: &[String]) -> bool {
    let Some(&word) = words.get(*position) else {
        return false;
    };
    *position += 1;
    if word == "(" {
        let met = any_of(words, position, allowed);
        *position += 1;
        return met;
    }
    let mut licence = word.to_owned();
    if let ["WITH", exception] = words[*position..words.len().min(*position + 2)] {
        licence = format!("{word} WITH {exception}");
        *position += 2;
    }
    allowed.contains(&licence)
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    let allowed = [
        "MIT".to_owned(),
        "ISC".to_owned(),
        "Apache-2.0 WITH LLVM-exception".to_owned(),
    ];
    let cases = [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("ISC AND (GPL-3.0 OR MIT)", true),
        ("(MIT OR ISC) AND GPL-3.0", false),
        ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
        ("Apache-2.0", false),
        ("MIT MIT", false),
        ("", false),
    ];
    for (expression, expected) in cases {
        assert_eq!(permitted(expression, &allowed), expected, "{expression}");
    }
}
