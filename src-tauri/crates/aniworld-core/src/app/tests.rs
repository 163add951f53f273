//! `SeriesApp` against a small server, a real folder and a store in memory.

mod download;
mod scan;
mod server;

use std::sync::Arc;
use std::time::Duration;

use aniworld_transfer::{Connections, Engine, EngineOptions};

use tempfile::TempDir;

use self::server::Server;
use super::{RetryPolicy, SeriesApp, SeriesAppParts, TransferRules};
use crate::events::RecordingSink;
use crate::source::{Net, SourceConfig};
use crate::store::MemoryStore;

/// An app with everything around it.
struct World {
    app: SeriesApp,
    store: Arc<MemoryStore>,
    sink: Arc<RecordingSink>,
    library: TempDir,
    server: Server,
}

impl World {
    async fn new() -> Self {
        Self::with_sources(|_| Vec::new()).await
    }

    async fn with_sources(sources: impl FnOnce(&Server) -> Vec<SourceConfig>) -> Self {
        let library = tempfile::tempdir().unwrap();
        let server = Server::start().await;
        let root = Some(library.path().to_path_buf());
        let store = Arc::new(MemoryStore::new(root, sources(&server)));
        let sink = Arc::new(RecordingSink::default());
        Self {
            app: app(&store, &sink),
            store,
            sink,
            library,
            server,
        }
    }
}

/// An app that tries once and has one subscriber.
fn app(store: &Arc<MemoryStore>, sink: &Arc<RecordingSink>) -> SeriesApp {
    let store: Arc<MemoryStore> = Arc::clone(store);
    let app = SeriesApp::new(SeriesAppParts {
        store,
        engine: Engine::new(&EngineOptions::default()).unwrap(),
        net: Net::new(),
        rules: TransferRules {
            retry: RetryPolicy {
                tries: 1,
                base: Duration::ZERO,
                cap: Duration::ZERO,
                stall: Duration::from_secs(30),
            },
            connections: Connections::UpTo(1),
        },
    });
    let sink: Arc<RecordingSink> = Arc::clone(sink);
    app.subscribe(sink);
    app
}
