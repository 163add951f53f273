//! Addresses that expire on the way: the playlists are read again, once for each time that helps.

use std::collections::BTreeMap;

use aniworld_transfer::TransferError;

use crate::stage::{Stage, stream};
use crate::web::{Answer, Web, file};

/// The playlist gives every address a token, which is good for so many pieces.
fn with_tokens(files: BTreeMap<String, Vec<u8>>, good_for: usize, in_name: bool) -> Web {
    let (mut token, mut left) = (0, 0);
    Web::new(move |asked| {
        if asked.path == "list.m3u8" {
            (token, left) = (token + 1, good_for);
            let list = String::from_utf8(files["list.m3u8"].clone()).unwrap();
            let list = if in_name {
                list.replace(".ts", &format!("-{token}.ts"))
            } else {
                list.replace(".ts", &format!(".ts?token={token}"))
            };
            return Answer::File(list.into_bytes());
        }
        let valid = if in_name {
            asked.path.ends_with(&format!("-{token}.ts"))
        } else {
            asked.path.ends_with(&format!("?token={token}"))
        };
        if !valid || left == 0 {
            return Answer::Status(403);
        }
        left -= 1;
        let mut plain = asked.clone();
        plain.path = asked.path.replace(&format!("-{token}.ts"), ".ts");
        file(&files, &plain)
    })
}

#[tokio::test]
async fn pieces_go_on_with_fresh_addresses() {
    for in_name in [false, true] {
        let (files, whole) = stream(30);
        let web = with_tokens(files, 12, in_name);
        let stage = Stage::new("film.ts");
        stage.fetch(&web.url("list.m3u8")).await.unwrap();
        assert!(stage.published() == whole);
        let lists = web.asked().iter().filter(|path| *path == "list.m3u8").count();
        assert!((3..10).contains(&lists), "{lists}");
    }
}

#[tokio::test]
async fn addresses_that_never_work_end_it_after_one_more_look() {
    for (answer, error) in [
        (
            Answer::Status(403),
            TransferError::HttpStatus {
                status: 403,
                retry_after: None,
            },
        ),
        (Answer::Page, TransferError::WebPage),
    ] {
        let (files, _) = stream(5);
        let web = Web::new(move |asked| match asked.path.as_str() {
            "3.ts" => answer.clone(),
            _ => file(&files, asked),
        });
        let stage = Stage::new("film.ts");
        assert_eq!(stage.fetch(&web.url("list.m3u8")).await, Err(error));
        let lists = web.asked().iter().filter(|path| *path == "list.m3u8").count();
        assert!((2..5).contains(&lists), "{lists}");
        assert!(!stage.target().exists());
    }
}

#[tokio::test]
async fn a_playlist_that_became_another_one_ends_it() {
    let (files, _) = stream(5);
    let mut looks = 0;
    let web = Web::new(move |asked| match asked.path.as_str() {
        "3.ts" => Answer::Status(410),
        "list.m3u8" => {
            looks += 1;
            let list = String::from_utf8(files["list.m3u8"].clone()).unwrap();
            let other = list.replacen("EXTINF:4", "EXTINF:3", looks - 1);
            Answer::File(other.into_bytes())
        }
        _ => file(&files, asked),
    });
    let stage = Stage::new("film.ts");
    assert_eq!(
        stage.fetch(&web.url("list.m3u8")).await,
        Err(TransferError::FileChanged)
    );
}
