//! A disk with too little room says so before the first byte, keeps what it has, and goes on when there is room.

use std::sync::Arc;

use aniworld_transfer::TransferError;
use aniworld_transfer::disk::{Operation, Survival};

use crate::film::{Film, Kind, new_disk, written};
use crate::trials::each;

const LENGTH: u32 = 1_200_000;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_room_the_file_is_right_or_absent() {
    let film = Arc::new(Film::new(LENGTH, Kind::File(1)));
    let step = 40 << 10;
    let rooms = (0..40).map(|steps| steps * step);
    each(rooms, |room| {
        let film = Arc::clone(&film);
        async move {
            let disk = new_disk();
            disk.set_capacity(Some(room));
            let story = format!("{room} bytes of room");
            match film.fetch(&disk).await {
                Ok(_) => film.assert_published(&disk, &story),
                Err(TransferError::NotEnoughSpace { needed, free, .. }) => {
                    assert_eq!(needed, u64::from(LENGTH), "{story}");
                    assert!(free < needed, "{free} of {needed} bytes are too little: {story}");
                    assert_eq!(written(&disk), [], "nothing was fetched in vain: {story}");
                }
                Err(TransferError::DiskFull { .. }) => {
                    assert!(room < u64::from(LENGTH) + 3 * step, "there was room: {story}");
                    assert_eq!(written(&disk), [], "it could be known: {story}");
                }
                Err(error) => panic!("{error}: {story}"),
            }
            film.assert_right_or_absent(&disk.reboot(Survival::Nothing), &story);
            disk.set_capacity(None);
            match film.fetch(&disk).await {
                Ok(_) | Err(TransferError::Exists { .. }) => film.assert_published(&disk, &story),
                Err(error) => panic!("{error}: {story}"),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn room_is_reserved_once_and_given_back_by_what_stays_behind() {
    let film = Film::new(LENGTH, Kind::File(1));
    let disk = new_disk();
    film.fetch(&disk).await.unwrap();
    let reserved = disk
        .calls()
        .iter()
        .filter(|call| call.operation == Operation::Reserve)
        .map(|call| call.length)
        .collect::<Vec<_>>();
    assert_eq!(reserved, [u64::from(LENGTH)]);
}
