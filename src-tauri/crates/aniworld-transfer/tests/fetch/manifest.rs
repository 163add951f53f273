//! The hashes of blocks that stay beside a finished file.

use std::fs;

use aniworld_testkit::fault::{Fault, Script};
use aniworld_transfer::{Connections, FetchRequest, manifest_path};
use serde_json::{Value, json};

use crate::stage::{Stage, done, film};

/// Two whole blocks and a part of one.
const LONG: u64 = 9 << 20;
const BLOCK: usize = 4 << 20;

fn request(stage: &Stage, connections: u8) -> FetchRequest {
    FetchRequest {
        manifest: true,
        connections: Connections::Exactly(connections),
        ..stage.request()
    }
}

/// The file is there, and beside it the hashes that its bytes have.
#[track_caller]
fn assert_vouched_for(stage: &Stage, body: &[u8]) {
    assert!(
        fs::read(stage.target()).unwrap() == body,
        "other bytes than the server's"
    );
    let text = fs::read_to_string(manifest_path(&stage.target())).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap();
    let hash = |block| json!(format!("{:032x}", twox_hash::XxHash3_128::oneshot(block)));
    let hashes: Vec<Value> = body.chunks(BLOCK).map(hash).collect();
    assert_eq!(found["xxh3_128"], Value::Array(hashes));
    assert_eq!(found["bytes"], json!(body.len()));
    assert_eq!(found["block_bytes"], json!(BLOCK));
    assert_eq!(found["validator"], json!({ "etag": "\"v1\"" }));
    assert_eq!(stage.names().len(), 2, "{:?}", stage.names());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_block_has_its_hash_however_many_connections_brought_it() {
    let body = film(1, LONG);
    for connections in [1, 4] {
        let stage = Stage::new(Script::new(body.clone()));
        let fetched = stage.fetch(request(&stage, connections)).await;
        assert_eq!(fetched, done(LONG, 0));
        assert_vouched_for(&stage, &body);
    }
}

/// The first run ends in the middle of a block, whose first half only the disk has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocks_of_two_runs_have_their_hashes_too() {
    let body = film(2, LONG);
    for cut in [1 << 20, 4 << 20, 6 << 20] {
        let stage = Stage::new(Script::new(body.clone()).then(Fault::Cut(cut)));
        let mut first = request(&stage, 1);
        first.retry.tries = 1;
        assert!(stage.fetch(first).await.is_err());
        assert_eq!(stage.fetch(request(&stage, 4)).await, done(LONG, cut));
        assert_vouched_for(&stage, &body);
    }
}

#[tokio::test]
async fn nothing_lies_beside_a_file_unless_asked_for() {
    let body = film(3, 2_000);
    let stage = Stage::new(Script::new(body.clone()));
    assert_eq!(stage.fetch(stage.request()).await, done(2_000, 0));
    stage.assert_published(&body);
}
