//! `kill -9` of `aniworld-cli get` at random moments, over and over, also with the file replaced at the server in
//! between: whatever then stands under the final name is one version of the file, whole, and a run that nobody
//! kills brings it there and leaves nothing else. `cargo xtask torture transfer` does it for long.

#![expect(
    clippy::print_stdout,
    reason = "what `cargo xtask torture transfer` has to say"
)]

mod chance;
mod relay;
mod served;
mod trial;

use aniworld_tests::Outcome;

use crate::chance::Chance;
use crate::trial::{Kind, Tally, trial};

/// Kills of each test in CI; `ANIWORLD_TORTURE_KILLS` asks for more, in all.
const KILLS: usize = 2;
const TESTS: usize = 3;

async fn torture(kind: Kind) -> Outcome {
    let kills = chance::from_environment("ANIWORLD_TORTURE_KILLS")
        .map_or(KILLS, |in_all: usize| in_all.div_ceil(TESTS));
    // one seed is one trial: a failing one is repeated alone
    let repeated = chance::from_environment("ANIWORLD_TORTURE_SEED");
    let mut tally = Tally::default();
    while tally.kills < kills {
        let seed = repeated.unwrap_or_else(chance::new_seed);
        let done = trial(kind, &mut Chance::new(seed)).await;
        tally += done.map_err(|error| format!("{kind:?}, ANIWORLD_TORTURE_SEED={seed}: {error}"))?;
        if repeated.is_some() {
            break;
        }
    }
    println!("{kind:?}: {tally:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_by_one_connection_comes_whole_whatever_moment_was_the_last() -> Outcome {
    torture(Kind::File { connections: 1 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_by_four_connections_comes_whole_whatever_moment_was_the_last() -> Outcome {
    torture(Kind::File { connections: 4 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_comes_whole_whatever_moment_was_the_last() -> Outcome {
    torture(Kind::Stream).await
}
