//! The transfer engine of a program: what all its transfers share.

use std::sync::Arc;

use crate::disk::{Disk, RealDisk};
use crate::fetch::Ended;
use crate::hosts::Hosts;
use crate::http::Web;
use crate::part::CHECKPOINT_BYTES;
use crate::request::DEFAULT_CONNECTIONS;
use crate::stream::{fetch_stream, known_stream};
use crate::{ClientOptions, Control, FetchRequest, Fetched, Limits, Observer, TransferError};

/// What an engine needs to know.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// How to reach servers.
    pub client: ClientOptions,
    /// The most connections to one host at once, over all transfers; at least 1.
    pub connections_per_host: u8,
    /// So many bytes of a file are made safe whatever their age, for the system should never hold
    /// gigabytes that it still has to write. A crash loses at most as many.
    pub checkpoint_bytes: u64,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            client: ClientOptions::default(),
            connections_per_host: DEFAULT_CONNECTIONS,
            checkpoint_bytes: CHECKPOINT_BYTES,
        }
    }
}

/// The transfer engine: one per program. Clones share connections, limits and what hosts tolerate.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What its transfers share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) web: Web,
    pub(crate) hosts: Hosts,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) limits: Limits,
    pub(crate) checkpoint_bytes: u64,
}

impl Engine {
    /// Makes an engine. Fails where the certificates to trust cannot be read.
    pub fn new(options: &EngineOptions) -> Result<Self, TransferError> {
        Self::on(options, Arc::new(RealDisk))
    }

    /// The same on another disk, for tests.
    #[cfg(feature = "test-support")]
    pub fn with_disk(options: &EngineOptions, disk: Arc<dyn Disk>) -> Result<Self, TransferError> {
        Self::on(options, disk)
    }

    fn on(options: &EngineOptions, disk: Arc<dyn Disk>) -> Result<Self, TransferError> {
        let shared = Shared {
            web: Web::new(&options.client)?,
            hosts: Hosts::new(options.connections_per_host),
            disk,
            limits: Limits::default(),
            checkpoint_bytes: options.checkpoint_bytes,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The speed limits of all its transfers. They may change at any moment.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Reaches servers in another way, through another proxy say, from the next request on.
    pub fn reach_by(&self, options: &ClientOptions) -> Result<(), TransferError> {
        self.shared.web.reach_by(options)
    }

    /// The most connections to one host at once from now on, at least 1. Those that are there stay
    /// until their work is done.
    pub fn set_connections_per_host(&self, cap: u8) {
        self.shared.hosts.set_cap(cap);
    }

    /// Fetches one file, or a stream of HLS or DASH as one file: resumes what it may, retries what it can, publishes it whole or not at all.
    ///
    /// Bytes go to [`crate::part_path`] with a small journal beside it. Both are kept by a pause, an
    /// interruption, a full disk and every failure after which they may help; dropping the future keeps
    /// them too, and waits for the disk to do so.
    ///
    /// On a multi-threaded runtime slow writes hand other tasks over to another worker, which is not
    /// possible inside a `LocalSet`.
    pub async fn fetch(
        &self,
        request: &FetchRequest,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<Fetched, TransferError> {
        let kind = match known_stream(&*self.shared.disk, request) {
            Some(kind) => kind,
            None => match crate::fetch::fetch(&self.shared, request, control, observer).await {
                Ok(fetched) => return Ok(fetched),
                Err(Ended::Failed(error)) => return Err(error),
                Err(Ended::Stream(kind)) => kind,
            },
        };
        fetch_stream(&self.shared, request, control, observer, kind).await
    }
}
