//! Brings all pieces of a track into its part file: several at once, written in their order.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::body::is_worth_another_try;
use super::crew::Crew;
use super::job::StreamJob;
use super::piece::{Ready, fetch};
use super::window::{Charge, Window};
use super::writer::Writer;
use super::{Piece, Track};
use crate::TransferError;
use crate::fetch::job::blocking;
use crate::part::PieceFile;
use crate::redact::host_of;

/// Bytes of pieces in memory, beside the one that is written next.
const MOST_BYTES: u64 = 16 << 20;
/// So many pieces per connection may be on their way or wait for an earlier one.
const AHEAD: usize = 2;
/// Progress is looked at so often.
const TICK: Duration = Duration::from_millis(100);

/// Why the pieces stopped coming.
#[derive(Debug)]
pub(super) enum Stop {
    Failed(TransferError),
    /// The addresses are not valid any more, or no longer lead to media.
    Expired(TransferError),
}

impl From<TransferError> for Stop {
    fn from(error: TransferError) -> Self {
        Self::Failed(error)
    }
}

/// A piece that came, or why it did not. It holds its room in memory until it is written.
struct Attempt<'w> {
    index: usize,
    charge: Charge<'w>,
    outcome: Result<Ready, TransferError>,
}

/// Fetches the pieces that are missing and writes each behind the last. `joined`: ffmpeg reads them in the end.
pub(super) async fn bring(
    job: &StreamJob<'_>,
    track: &Track,
    part: &mut PieceFile,
    joined: bool,
) -> Result<(), Stop> {
    let pieces = &track.pieces;
    let host = pieces.last().map(|piece| host_of(&piece.url)).unwrap_or_default();
    let visit = job.control.unless_stopped(job.engine.hosts.visit(&host)).await?;
    let mut crew = Crew::new(visit, usize::from(job.request.connections.most()));
    let window = Window::new(MOST_BYTES);
    let mut writer = Writer::new(pieces, part, joined)?;
    let mut flying = FuturesUnordered::new();
    let mut waiting: BTreeMap<usize, Attempt<'_>> = BTreeMap::new();
    let mut troubles = Troubles::default();
    let mut next = part.count();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    job.nothing_arrives(part.bytes(), estimate(track, part));
    loop {
        while let Some(attempt) = waiting.remove(&part.count()) {
            let ready = attempt.outcome?;
            blocking(|| writer.write(&ready, part))?;
            job.wrote(ready.arrived, part.bytes(), estimate(track, part));
        }
        window.advance(part.count());
        job.sample();
        if part.count() == pieces.len() {
            return Ok(());
        }
        if flying.is_empty()
            && let Some(cause) = troubles.expired
        {
            return Err(Stop::Expired(cause));
        }
        let end = pieces.len().min(part.count() + AHEAD * crew.most());
        while troubles.expired.is_none() && next < end && crew.may_fly(flying.len()) {
            let charge = window.charge(next);
            flying.push(attempt(job, &pieces[next], charge, next, Duration::ZERO));
            next += 1;
        }
        tokio::select! {
            biased;
            signal = job.control.stopped() => return Err(TransferError::from(signal).into()),
            Some(Attempt { index, charge, outcome }) = flying.next() => match outcome {
                Ok(_) => {
                    waiting.insert(index, Attempt { index, charge, outcome });
                }
                Err(cause) => {
                    crew.failed(&cause, flying.len() + 1);
                    if let Some(pause) = troubles.of(job, index, cause)? {
                        flying.push(attempt(job, &pieces[index], charge, index, pause));
                    }
                }
            },
            _ = tick.tick() => {}
        }
    }
}

/// What went wrong so far.
#[derive(Debug, Default)]
struct Troubles {
    /// Failures in a row, piece by piece.
    failures: HashMap<usize, u32>,
    /// No further piece sets out, but those on their way are still written.
    expired: Option<TransferError>,
}

impl Troubles {
    /// The pause before a piece is tried again, if it is.
    fn of(
        &mut self,
        job: &StreamJob<'_>,
        index: usize,
        cause: TransferError,
    ) -> Result<Option<Duration>, Stop> {
        if self.expired.is_some() {
            return Ok(None);
        }
        let failures = self.failures.entry(index).or_insert(0);
        *failures += 1;
        match judge(job, *failures, cause) {
            Ok(pause) => Ok(Some(pause)),
            Err(Stop::Expired(cause)) => {
                self.expired = Some(cause);
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }
}

async fn attempt<'w>(
    job: &StreamJob<'_>,
    piece: &Piece,
    mut charge: Charge<'w>,
    index: usize,
    pause: Duration,
) -> Attempt<'w> {
    if !pause.is_zero() {
        sleep(pause).await;
    }
    let outcome = fetch(job, piece, &mut charge).await;
    if outcome.is_err() {
        charge.empty();
    }
    Attempt {
        index,
        charge,
        outcome,
    }
}

/// Whether the last piece that is there comes as it did before: nothing else tells that the server still
/// has the same stream.
pub(super) async fn prove(job: &StreamJob<'_>, track: &Track, part: &PieceFile) -> Result<bool, Stop> {
    let marks = &part.log().pieces;
    let Some(last) = marks.iter().rposition(|mark| mark.bytes > 0) else {
        return Ok(true);
    };
    let window = Window::new(MOST_BYTES);
    let mut failures = 0;
    loop {
        let mut charge = window.charge(0);
        let fetched = fetch(job, &track.pieces[last], &mut charge);
        let cause = match job.control.unless_stopped(fetched).await? {
            Ok(ready) => {
                job.lost(ready.arrived);
                return Ok(ready.hash() == marks[last].hash);
            }
            Err(cause) => cause,
        };
        failures += 1;
        let pause = judge(job, failures, cause)?;
        job.control.unless_stopped(sleep(pause)).await?;
    }
}

/// The pause before a piece is tried again, or why it is not.
pub(super) fn judge(job: &StreamJob<'_>, failures: u32, cause: TransferError) -> Result<Duration, Stop> {
    let expired = matches!(
        cause,
        TransferError::WebPage
            | TransferError::HttpStatus {
                status: 401 | 403 | 404 | 410,
                ..
            }
    );
    if expired {
        return Err(Stop::Expired(cause));
    }
    if failures >= job.request.retry.tries.max(1) || !is_worth_another_try(&cause) {
        return Err(Stop::Failed(cause));
    }
    Ok(job.pause_after(failures, cause))
}

/// What the whole track will have, by what its pieces have so far.
pub(super) fn estimate(track: &Track, part: &PieceFile) -> Option<u64> {
    let (bytes, count) = (u128::from(part.bytes()), part.count() as u128);
    let all = track.pieces.len() as u128;
    u64::try_from((bytes * all).checked_div(count)?).ok()
}
