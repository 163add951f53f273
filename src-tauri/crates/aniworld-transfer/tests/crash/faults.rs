//! Every call of a transfer fails once, or from then on, with every kind of error.

use std::io::ErrorKind;
use std::sync::Arc;

use aniworld_transfer::TransferError;
use aniworld_transfer::disk::{Lasts, Operation, SimulatedDisk, Survival};

use crate::film::{Film, Kind, new_disk, target};
use crate::trials::{each, is_whole, sample};

const LENGTH: u32 = 1_200_000;
const KINDS: [ErrorKind; 4] = [
    ErrorKind::StorageFull,
    // what EIO is
    ErrorKind::Other,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::PermissionDenied,
];

async fn fail_everywhere(offer: Kind, half_there: bool) {
    let film = Arc::new(Film::new(LENGTH, offer));
    let start = if half_there {
        film.half_way().await
    } else {
        new_disk()
    };
    let whole = start.reboot(Survival::Everything);
    film.fetch(&whole).await.unwrap();
    let cases = sample(whole.count()).into_iter().flat_map(|call| {
        let lasts = [Lasts::Once, Lasts::FromThenOn];
        // a sample has one kind of error for each call, all of them in turn
        let of_sample = call % KINDS.len();
        let kinds = if is_whole() {
            &KINDS[..]
        } else {
            &KINDS[of_sample..=of_sample]
        };
        kinds
            .iter()
            .flat_map(move |kind| lasts.map(|lasts| (call, *kind, lasts)))
    });
    each(cases, |(call, kind, lasts)| {
        let (film, disk) = (Arc::clone(&film), start.reboot(Survival::Everything));
        async move {
            disk.fail_at(call, kind, lasts);
            let said = film.fetch(&disk).await;
            let what = disk.calls().get(call).map(|call| call.operation);
            let story = format!("{offer:?}, call {call} ({what:?}): {kind:?} {lasts:?}");
            holds(&film, &disk, said.map(drop), (what, lasts), &story).await;
        }
    })
    .await;
}

/// A transfer with a fault ended so: what is on the disk now, and after a power cut, is right or can be made right.
async fn holds(
    film: &Film,
    disk: &SimulatedDisk,
    said: Result<(), TransferError>,
    (what, lasts): (Option<Operation>, Lasts),
    story: &str,
) {
    film.assert_right_or_absent(disk, story);
    match &said {
        Ok(()) => assert!(disk.contents(&target()).is_some(), "done, and not there: {story}"),
        Err(error) => assert!(!error.to_string().is_empty(), "{story}"),
    }
    let after = disk.reboot(Survival::Nothing);
    film.assert_right_or_absent(&after, story);
    // a folder that cannot be synced promises nothing about its names
    let synced = lasts == Lasts::Once && what != Some(Operation::SyncFolder);
    if said.is_ok() && synced {
        assert!(after.contents(&target()).is_some(), "done, and gone: {story}");
    }
    disk.heal();
    for disk in [
        disk.clone(),
        after,
        disk.reboot(Survival::Random(story.len() as u64)),
    ] {
        film.assert_right_or_absent(&disk, story);
        match film.fetch(&disk).await {
            Ok(_) | Err(TransferError::Exists { .. }) => film.assert_published(&disk, story),
            Err(error) => panic!("without a fault it says {error}: {story}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_download() {
    fail_everywhere(Kind::File(1), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_resume_by_four_connections() {
    fail_everywhere(Kind::File(4), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_stream() {
    fail_everywhere(Kind::Stream, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_resume_of_a_stream() {
    fail_everywhere(Kind::Stream, true).await;
}
