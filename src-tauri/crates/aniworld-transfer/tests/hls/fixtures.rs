//! Playlists that other parsers are tested with, against what those expect. `cargo xtask fixtures` fetches
//! them; without them only the playlists of this project are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aniworld_transfer::hls::{
    Key, KeyMethod, MediaPlaylist, Playlist, RenditionKind, Variables, parse, track,
};
use aniworld_transfer::stream::{PieceRange, TrackKind};
use serde_json::{Map as Object, Value, json};
use url::Url;

/// Where m3u8-parser 7.2.0 expects something else, and why we do not.
const OTHERWISE: [(&str, &str); 8] = [
    (
        "byteRange",
        "an offset is left out behind another file, where RFC 8216 4.3.2.2 says to fail",
    ),
    ("empty", "without #EXTM3U it is no playlist (4.3.1.1)"),
    (
        "llhls-byte-range",
        "`BYTERANGE:587500@` has no number behind the @: an offset is never guessed",
    ),
    (
        "llhls-delta-byte-range",
        "a delta update leaves segments out, so a file of it would too",
    ),
    ("llhlsDelta", "the same"),
    ("manifestNoExtM3u", "without #EXTM3U it is no playlist"),
    ("start", "without #EXTM3U it is no playlist"),
    (
        "zeroDuration",
        "a player needs more than zero seconds, a downloader does not",
    ),
];

/// Playlists of other collections that cannot be read, and why.
const UNREADABLE: [(&str, &str); 0] = [];

fn folder(package: &str) -> Option<PathBuf> {
    let all = std::env::var_os("ANIWORLD_FIXTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/fixtures"),
        PathBuf::from,
    );
    let found = Some(all.join(package)).filter(|folder| folder.is_dir());
    if found.is_none() {
        println!("{package} is not there: run `cargo xtask fixtures`");
    }
    found
}

/// Every playlist under a folder, by its path in it.
fn playlists(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "m3u8") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn read(text: &[u8]) -> Result<Playlist, aniworld_transfer::stream::StreamRefusal> {
    let url = Url::parse("https://host.example/a/b/list.m3u8").unwrap();
    parse(text, &url, &Variables::default())
}

#[test]
fn the_fixtures_of_m3u8_parser_parse_as_it_expects() {
    let Some(folder) = folder("m3u8-parser-7.2.0") else {
        return;
    };
    let folder = folder.join("test/fixtures/integration");
    let all = playlists(&folder);
    assert_eq!(all.len(), 60);
    let mut differences = BTreeMap::new();
    for (name, text) in &all {
        let expected = std::fs::read(folder.join(name).with_extension("json")).unwrap();
        let expected = theirs(&serde_json::from_slice(&expected).unwrap());
        let found = read(text).map_or_else(|refusal| json!(refusal.to_string()), |found| ours(&found));
        if found != expected {
            differences.insert(name.trim_end_matches(".m3u8").to_owned(), (found, expected));
        }
    }
    for (name, (found, expected)) in &differences {
        if !OTHERWISE.iter().any(|(known, _)| known == name) {
            println!("{name}\n  found    {found}\n  expected {expected}");
        }
    }
    let names: Vec<&str> = differences.keys().map(String::as_str).collect();
    let known: Vec<&str> = OTHERWISE.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, known);
}

#[test]
fn the_playlists_of_other_collections_can_be_read() {
    let collections = [
        ("m3u8-rs-6.0.1", "sample-playlists", 23),
        ("streamlink-8.6.3", "tests/resources/hls", 9),
        ("yt-dlp-2026.10.26", "test/testdata/m3u8", 2),
    ];
    let mut unreadable = Vec::new();
    for (package, path, number) in collections {
        let Some(folder) = folder(package) else { continue };
        let all = playlists(&folder.join(path));
        assert_eq!(all.len(), number, "{package}");
        for (name, text) in all {
            if let Err(refusal) = read(&text) {
                println!("{name}: {refusal}");
                unreadable.push(name);
            }
        }
    }
    let known: Vec<&str> = UNREADABLE.iter().map(|(name, _)| *name).collect();
    assert!(
        unreadable.iter().all(|name| known.contains(&name.as_str())),
        "{unreadable:?}"
    );
}

#[test]
fn the_playlists_of_ffmpeg_become_tracks_with_every_piece() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hls");
    let pieces = [
        ("hls_ts/i.m3u8", 6),
        ("hls_aes/i.m3u8", 6),
        ("hls_byte/i.m3u8", 6),
        ("hls_fmp4/i.m3u8", 7),
        ("hls_aes_seq/i.m3u8", 7),
        ("hls_disc/i.m3u8", 6),
        ("hls_sub/v0_vtt.m3u8", 6),
        ("hls_multi/v1.m3u8", 8),
    ];
    let base = Url::parse("https://host.example/a/list.m3u8").unwrap();
    for (name, number) in pieces {
        let Playlist::Media(media) = read(&std::fs::read(folder.join(name)).unwrap()).unwrap() else {
            panic!("{name}");
        };
        let track = track(&media, &base, TrackKind::Video).unwrap();
        assert_eq!(track.pieces.len(), number, "{name}");
    }
}

/// What m3u8-parser expects, as far as a downloader needs it.
fn theirs(expected: &Value) -> Value {
    let list = |name: &str| expected[name].as_array().cloned().unwrap_or_default();
    if list("playlists").is_empty() {
        let segments: Vec<Value> = list("segments").iter().map(their_segment).collect();
        return json!({
            "segments": segments,
            "ended": expected["endList"] == json!(true),
        });
    }
    let variants: Vec<Value> = list("playlists").iter().map(their_variant).collect();
    let empty = Object::new();
    let mut renditions = Vec::new();
    for kind in ["AUDIO", "SUBTITLES"] {
        for (group, names) in expected["mediaGroups"][kind].as_object().unwrap_or(&empty) {
            for (name, rendition) in names.as_object().unwrap() {
                renditions.push(json!([
                    kind,
                    group,
                    name,
                    rendition["language"],
                    rendition["uri"],
                    rendition["default"] == json!(true),
                    rendition["autoselect"] == json!(true),
                ]));
            }
        }
    }
    renditions.sort_by_key(Value::to_string);
    json!({"variants": variants, "renditions": renditions})
}

fn their_variant(variant: &Value) -> Value {
    let attributes = &variant["attributes"];
    let size = &attributes["RESOLUTION"];
    let codecs = attributes["CODECS"].as_str().unwrap_or_default().to_lowercase();
    json!([
        variant["uri"],
        attributes["BANDWIDTH"].as_u64().unwrap_or(0),
        size["width"],
        size["height"],
        codecs.replace(' ', ""),
        attributes["AUDIO"],
        attributes["SUBTITLES"],
    ])
}

fn their_segment(segment: &Value) -> Value {
    let map = &segment["map"];
    let map = if map.is_null() {
        Value::Null
    } else {
        json!([map["uri"], their_range(&map["byterange"]), their_key(&map["key"])])
    };
    json!([
        segment["uri"],
        segment["duration"].as_f64().unwrap_or(0.0),
        their_range(&segment["byterange"]),
        their_key(&segment["key"]),
        map,
        segment["discontinuity"] == json!(true),
    ])
}

fn their_range(range: &Value) -> Value {
    if range.is_null() {
        return Value::Null;
    }
    json!([range["offset"], range["length"]])
}

fn their_key(key: &Value) -> Value {
    if key.is_null() {
        return Value::Null;
    }
    let words = key["iv"].as_array().cloned();
    let iv = words.map(|words| {
        let words = words.iter().map(|word| word.as_u64().unwrap());
        let number = words.fold(0_u128, |number, word| number << 32 | u128::from(word));
        format!("{number:032x}")
    });
    json!([key["method"], key["uri"], iv])
}

/// What we read, in the same form.
fn ours(playlist: &Playlist) -> Value {
    match playlist {
        Playlist::Media(media) => our_media(media),
        Playlist::Master(master) => {
            let variants: Vec<Value> = master
                .variants
                .iter()
                .map(|variant| {
                    let (width, height) = variant.resolution.unzip();
                    json!([
                        variant.uri,
                        variant.bandwidth,
                        width,
                        height,
                        variant.codecs.join(","),
                        variant.audio,
                        variant.subtitles,
                    ])
                })
                .collect();
            let mut renditions: Vec<Value> = master
                .renditions
                .iter()
                .filter_map(|rendition| {
                    let kind = match rendition.kind {
                        RenditionKind::Audio => "AUDIO",
                        RenditionKind::Subtitles => "SUBTITLES",
                        RenditionKind::Other => return None,
                    };
                    Some(json!([
                        kind,
                        rendition.group,
                        rendition.name,
                        rendition.language,
                        rendition.uri,
                        rendition.default,
                        rendition.autoselect,
                    ]))
                })
                .collect();
            renditions.sort_by_key(Value::to_string);
            json!({"variants": variants, "renditions": renditions})
        }
    }
}

fn our_media(media: &MediaPlaylist) -> Value {
    let segments: Vec<Value> = media
        .segments
        .iter()
        .map(|segment| {
            let map = segment
                .map
                .as_ref()
                .map(|map| json!([map.uri, our_range(map.range), our_key(map.key.as_deref())]));
            json!([
                segment.uri,
                segment.duration.as_secs_f64(),
                our_range(segment.range),
                our_key(segment.key.as_deref()),
                map,
                segment.discontinuity,
            ])
        })
        .collect();
    json!({"segments": segments, "ended": media.ended})
}

fn our_range(range: Option<PieceRange>) -> Value {
    json!(range.map(|range| [range.offset, range.length]))
}

fn our_key(key: Option<&Key>) -> Value {
    let Some(key) = key else { return Value::Null };
    let method = match &key.method {
        KeyMethod::Aes128 => "AES-128",
        KeyMethod::SampleAes => "SAMPLE-AES",
        KeyMethod::Other(name) => name,
    };
    let iv = key.iv.map(|iv| format!("{:032x}", u128::from_be_bytes(iv)));
    json!([method, key.uri, iv])
}
