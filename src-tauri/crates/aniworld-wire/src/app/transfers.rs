//! The settings of transfers as a window sees them.

use std::fmt;

use aniworld_services::settings;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How transfers are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TransferSettings {
    /// Bytes per second for all transfers together, up to 10^12; 0 is no limit.
    #[ts(type = "number")]
    pub speed_limit: u64,
    /// Whether `speed_limit` is in force.
    pub limit_speed: bool,
    /// Bytes per second for each host, up to 10^12; 0 is no limit.
    #[ts(type = "number")]
    pub speed_limit_per_host: u64,
    /// The most connections of one file, 1 to 16.
    pub connections_per_file: u8,
    /// The most connections to one host, 1 to 16.
    pub connections_per_host: u8,
    /// Tries that may bring nothing before a transfer gives up, 1 to 100.
    pub tries: u32,
    /// Seconds without a byte before an attempt is given up, 5 to 600.
    pub stall_timeout_s: u32,
    /// `system`, `off`, or the address of a proxy without its user and password.
    pub proxy: String,
}

/// A change of how transfers are made; fields left out stay.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TransferPatch {
    /// Bytes per second for all transfers together, up to 10^12; 0 is no limit.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub speed_limit: Option<u64>,
    /// Whether `speed_limit` is in force.
    #[serde(default)]
    #[ts(optional)]
    pub limit_speed: Option<bool>,
    /// Bytes per second for each host, up to 10^12; 0 is no limit.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub speed_limit_per_host: Option<u64>,
    /// The most connections of one file, 1 to 16.
    #[serde(default)]
    #[ts(optional)]
    pub connections_per_file: Option<u32>,
    /// The most connections to one host, 1 to 16.
    #[serde(default)]
    #[ts(optional)]
    pub connections_per_host: Option<u32>,
    /// Tries that may bring nothing before a transfer gives up, 1 to 100.
    #[serde(default)]
    #[ts(optional)]
    pub tries: Option<u32>,
    /// Seconds without a byte before an attempt is given up, 5 to 600.
    #[serde(default)]
    #[ts(optional)]
    pub stall_timeout_s: Option<u32>,
    /// `system`, `off`, or the address of a proxy, perhaps with a user and a password.
    #[serde(default)]
    #[ts(optional)]
    pub proxy: Option<String>,
}

/// Without the proxy, whose address may hold a password.
impl fmt::Debug for TransferPatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        settings::TransferPatch::from(self).fmt(f)
    }
}
