//! The settings of transfers: how fast, over how many connections, how patiently and by which way.

use std::num::NonZeroU64;
use std::time::Duration;

use aniworld_core::app::TransferRules;
use aniworld_core::transfer::redact::without_secrets;
use aniworld_core::transfer::request::MAX_CONNECTIONS;
use aniworld_core::transfer::{ClientOptions, Connections, DEFAULT_CONNECTIONS, ProxyChoice, RetryPolicy};
use toml::{Table, Value};

use super::SettingsError;
use super::file::{invalid, word};

/// A terabyte a second: faster is "without a limit", which is 0.
const SPEED_MAX: u64 = 1_000_000_000_000;
const TRIES_MAX: u32 = 100;
/// Between the shortest that a busy server deserves and the longest that anybody waits.
const STALL_S: std::ops::RangeInclusive<u32> = 5..=600;

const SPEED_EXPECTED: &str = "a whole number of bytes per second up to 1000000000000, or 0 for no limit";
const CONNECTIONS_EXPECTED: &str = "a whole number from 1 to 16";
const TRIES_EXPECTED: &str = "a whole number from 1 to 100";
const STALL_EXPECTED: &str = "a whole number of seconds from 5 to 600";
const PROXY_EXPECTED: &str = "system, off, or an address such as http://host:port or socks5h://host:port";

/// How transfers are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferSettings {
    /// Bytes per second for all transfers together; 0 is no limit.
    pub speed_limit: u64,
    /// Whether `speed_limit` is in force. The tray turns it off and on.
    pub limit_speed: bool,
    /// Bytes per second for each host; 0 is no limit.
    pub speed_limit_per_host: u64,
    /// The most connections of one file, 1 to 16.
    pub connections_per_file: u8,
    /// The most connections to one host, over all files, 1 to 16.
    pub connections_per_host: u8,
    /// Tries that may bring nothing before a transfer gives up, 1 to 100.
    pub tries: u32,
    /// Seconds without a byte before an attempt is given up, 5 to 600.
    pub stall_timeout_s: u32,
    /// Through which proxy.
    pub proxy: ProxyChoice,
}

impl Default for TransferSettings {
    fn default() -> Self {
        let retry = RetryPolicy::default();
        Self {
            speed_limit: 0,
            limit_speed: true,
            speed_limit_per_host: 0,
            connections_per_file: DEFAULT_CONNECTIONS,
            connections_per_host: DEFAULT_CONNECTIONS,
            tries: retry.tries,
            stall_timeout_s: 30,
            proxy: ProxyChoice::System,
        }
    }
}

impl TransferSettings {
    /// The limit of all transfers together that is in force.
    pub fn global_limit(&self) -> Option<NonZeroU64> {
        NonZeroU64::new(self.speed_limit).filter(|_| self.limit_speed)
    }

    /// The limit of each host.
    pub fn per_host_limit(&self) -> Option<NonZeroU64> {
        NonZeroU64::new(self.speed_limit_per_host)
    }

    /// How transfers are made from now on; pauses between tries are `retry`'s.
    pub fn rules(&self, retry: RetryPolicy) -> TransferRules {
        TransferRules {
            retry: RetryPolicy {
                tries: self.tries,
                stall: Duration::from_secs(self.stall_timeout_s.into()),
                ..retry
            },
            connections: Connections::UpTo(self.connections_per_file),
        }
    }

    /// How servers are reached.
    pub fn client(&self) -> ClientOptions {
        ClientOptions {
            proxy: self.proxy.clone(),
            ..ClientOptions::default()
        }
    }
}

/// A change; what is left out stays. The proxy is as in the file; it may hold a password, so it is not shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TransferPatch {
    /// Bytes per second for all transfers together; 0 is no limit.
    pub speed_limit: Option<u64>,
    /// Whether `speed_limit` is in force.
    pub limit_speed: Option<bool>,
    /// Bytes per second for each host; 0 is no limit.
    pub speed_limit_per_host: Option<u64>,
    /// The most connections of one file, 1 to 16.
    pub connections_per_file: Option<u32>,
    /// The most connections to one host, 1 to 16.
    pub connections_per_host: Option<u32>,
    /// Tries that may bring nothing, 1 to 100.
    pub tries: Option<u32>,
    /// Seconds without a byte, 5 to 600.
    pub stall_timeout_s: Option<u32>,
    /// `system`, `off`, or the address of a proxy.
    pub proxy: Option<String>,
}

impl std::fmt::Debug for TransferPatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values = self.values().into_iter().filter(|(field, _)| *field != "proxy");
        f.debug_map().entries(values).finish()
    }
}

impl TransferPatch {
    /// Whether every value is allowed.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let table = self.values().into_iter();
        let table: Table = table.map(|(field, value)| (field.to_owned(), value)).collect();
        match read(&table).1.into_iter().next() {
            Some(wrong) => Err(wrong),
            None => Ok(()),
        }
    }

    /// Puts the changed values into a file.
    pub(super) fn put(&self, table: &mut Table) {
        for (field, value) in self.values() {
            table.insert(field.to_owned(), value);
        }
    }

    /// The values that it changes, by their names in the file.
    fn values(&self) -> Vec<(&'static str, Value)> {
        // a number that is too large for TOML is out of every range here, too
        let large = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        let small = |number: u32| Value::Integer(number.into());
        let values = [
            ("speed_limit", self.speed_limit.map(large)),
            ("limit_speed", self.limit_speed.map(Value::Boolean)),
            ("speed_limit_per_host", self.speed_limit_per_host.map(large)),
            ("connections_per_file", self.connections_per_file.map(small)),
            ("connections_per_host", self.connections_per_host.map(small)),
            ("tries", self.tries.map(small)),
            ("stall_timeout_s", self.stall_timeout_s.map(small)),
            ("proxy", self.proxy.clone().map(Value::String)),
        ];
        let changed = values.into_iter();
        changed
            .filter_map(|(field, value)| Some((field, value?)))
            .collect()
    }
}

/// Reads the fields of a file one after the other; the default stands in for what is wrong.
pub(super) fn read(table: &Table) -> (TransferSettings, Vec<SettingsError>) {
    let mut settings = TransferSettings::default();
    let mut wrong = Vec::new();
    let mut keep = |outcome: Result<(), SettingsError>| wrong.extend(outcome.err());
    keep(speed(table, "speed_limit", &mut settings.speed_limit));
    keep(speed(
        table,
        "speed_limit_per_host",
        &mut settings.speed_limit_per_host,
    ));
    keep(connections(
        table,
        "connections_per_file",
        &mut settings.connections_per_file,
    ));
    keep(connections(
        table,
        "connections_per_host",
        &mut settings.connections_per_host,
    ));
    keep(word(table, "limit_speed", "true or false").map(|on| settings.limit_speed = on.unwrap_or(true)));
    let tries = number(table, "tries", TRIES_EXPECTED, |tries| {
        (1..=TRIES_MAX).contains(tries)
    });
    keep(tries.map(|tries| settings.tries = tries.unwrap_or(settings.tries)));
    let stall = number(table, "stall_timeout_s", STALL_EXPECTED, |stall| {
        STALL_S.contains(stall)
    });
    keep(stall.map(|stall| settings.stall_timeout_s = stall.unwrap_or(settings.stall_timeout_s)));
    keep(proxy(table).map(|proxy| settings.proxy = proxy));
    (settings, wrong)
}

fn speed(table: &Table, field: &'static str, into: &mut u64) -> Result<(), SettingsError> {
    let limit = number(table, field, SPEED_EXPECTED, |limit| *limit <= SPEED_MAX)?;
    *into = limit.unwrap_or(*into);
    Ok(())
}

fn connections(table: &Table, field: &'static str, into: &mut u8) -> Result<(), SettingsError> {
    let count = number(table, field, CONNECTIONS_EXPECTED, |count| {
        (1..=MAX_CONNECTIONS).contains(count)
    })?;
    *into = count.unwrap_or(*into);
    Ok(())
}

/// A whole number in a range; `None` where the file does not name it.
fn number<T: TryFrom<i64>>(
    table: &Table,
    field: &'static str,
    expected: &'static str,
    allowed: impl Fn(&T) -> bool,
) -> Result<Option<T>, SettingsError> {
    let Some(value) = table.get(field) else {
        return Ok(None);
    };
    let number = value.as_integer().and_then(|number| T::try_from(number).ok());
    match number.filter(allowed) {
        Some(number) => Ok(Some(number)),
        None => Err(invalid(field, value, expected)),
    }
}

fn proxy(table: &Table) -> Result<ProxyChoice, SettingsError> {
    let Some(value) = table.get("proxy") else {
        return Ok(ProxyChoice::System);
    };
    match value.as_str().map(str::trim) {
        Some("system") => Ok(ProxyChoice::System),
        Some("off") => Ok(ProxyChoice::Off),
        Some(text) => text.parse().map(ProxyChoice::Url).map_err(|_| wrong_proxy(value)),
        None => Err(wrong_proxy(value)),
    }
}

/// What is no address may hold a password all the same.
fn wrong_proxy(value: &Value) -> SettingsError {
    SettingsError::Invalid {
        field: "proxy",
        value: without_secrets(&value.to_string()),
        expected: PROXY_EXPECTED,
    }
}
