//! Which of several qualities and languages are fetched.

use aniworld_transfer::hls::{Languages, StreamChoice, choose};
use aniworld_transfer::stream::StreamRefusal;

use crate::reading::master;

const SEVERAL: &str = "#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"日本語\",LANGUAGE=\"ja\",URI=\"ja\"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Deutsch\",LANGUAGE=\"de-AT\",DEFAULT=YES,AUTOSELECT=YES,URI=\"de\"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",LANGUAGE=\"en\",AUTOSELECT=YES,URI=\"en\"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"other\",NAME=\"x\",LANGUAGE=\"en\",URI=\"x\"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"Deutsch\",LANGUAGE=\"de\",URI=\"sub-de\"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"English\",LANGUAGE=\"en\",AUTOSELECT=YES,URI=\"sub-en\"
#EXT-X-STREAM-INF:BANDWIDTH=300,CODECS=\"mp4a.40.2\",AUDIO=\"a\"
sound
#EXT-X-STREAM-INF:BANDWIDTH=800,RESOLUTION=640x360,AUDIO=\"a\",SUBTITLES=\"s\"
360
#EXT-X-STREAM-INF:BANDWIDTH=5000,AVERAGE-BANDWIDTH=2000,RESOLUTION=1920x1080,AUDIO=\"a\",SUBTITLES=\"s\"
1080-slow
#EXT-X-STREAM-INF:BANDWIDTH=4000,AVERAGE-BANDWIDTH=3000,RESOLUTION=1920x1080,AUDIO=\"a\",SUBTITLES=\"s\"
1080
#EXT-X-STREAM-INF:BANDWIDTH=4000,AVERAGE-BANDWIDTH=3000,RESOLUTION=1920x1080,AUDIO=\"a\",SUBTITLES=\"s\"
1080-again
";

type Names = (Vec<String>, Vec<String>, Vec<String>);

fn chosen(text: &str, wanted: &StreamChoice) -> Names {
    let master = master(text);
    let found = choose(&master, wanted).unwrap();
    let uri = |uri: &Option<String>| uri.clone().unwrap();
    (
        found.variants.iter().map(|one| one.uri.clone()).collect(),
        found.audio.iter().map(|one| uri(&one.uri)).collect(),
        found.subtitles.iter().map(|one| uri(&one.uri)).collect(),
    )
}

fn wanted(audio: Languages, subtitles: Languages) -> StreamChoice {
    StreamChoice {
        max_height: None,
        audio,
        subtitles,
    }
}

#[test]
fn the_best_picture_comes_with_its_other_hosts_its_own_sound_and_all_subtitles() {
    let (variants, audio, subtitles) = chosen(SEVERAL, &StreamChoice::default());
    assert_eq!(variants, ["1080", "1080-again"]);
    assert_eq!(audio, ["de"]);
    assert_eq!(subtitles, ["sub-de", "sub-en"]);
}

#[test]
fn a_wish_for_a_height_takes_the_tallest_below_it_or_else_the_least() {
    for (height, expected) in [(720, "360"), (1080, "1080"), (200, "360")] {
        let choice = StreamChoice {
            max_height: Some(height),
            ..StreamChoice::default()
        };
        assert_eq!(chosen(SEVERAL, &choice).0[0], expected, "{height}");
    }
}

#[test]
fn languages_are_taken_by_name_region_or_all_with_the_default_first() {
    let these = |list: &[&str]| Languages::These(list.iter().map(|&one| one.to_owned()).collect());
    let sound = |audio| chosen(SEVERAL, &wanted(audio, Languages::None)).1;
    assert_eq!(sound(Languages::None), ["de"]);
    assert_eq!(sound(these(&["JA"])), ["de", "ja"]);
    assert_eq!(sound(these(&["de"])), ["de"]);
    assert_eq!(sound(these(&["fr"])), ["de"]);
    assert_eq!(sound(these(&["jpn"])), ["de", "ja"]);
    assert_eq!(sound(Languages::All), ["de", "ja", "en"]);
    let text = |subtitles| chosen(SEVERAL, &wanted(Languages::Default, subtitles)).2;
    assert!(text(Languages::None).is_empty());
    assert!(
        text(Languages::Default).is_empty(),
        "no subtitle is marked as the default"
    );
    assert_eq!(text(these(&["en"])), ["sub-en"]);
}

#[test]
fn sound_without_a_playlist_of_its_own_is_inside_the_picture() {
    let muxed = SEVERAL.replace(",URI=\"de\"", "");
    assert!(chosen(&muxed, &StreamChoice::default()).1.is_empty());
    let unmarked = SEVERAL
        .replace(",DEFAULT=YES,AUTOSELECT=YES", "")
        .replace(",AUTOSELECT=YES", "");
    assert_eq!(chosen(&unmarked, &StreamChoice::default()).1, ["ja"]);
}

#[test]
fn sound_alone_is_taken_where_there_is_no_picture() {
    let sound = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=64,CODECS=\"mp4a.40.2\"\nlow\n#EXT-X-STREAM-INF:BANDWIDTH=128,CODECS=\"mp4a.40.2\"\nhigh\n";
    assert_eq!(chosen(sound, &StreamChoice::default()).0, ["high"]);
}

#[test]
fn a_playlist_of_languages_without_a_quality_is_refused() {
    let empty = master("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",URI=\"x\"\n");
    let outcome = choose(&empty, &StreamChoice::default());
    assert!(matches!(outcome, Err(StreamRefusal::Empty { .. })));
}
