//! Subtitles that no file can hold: they cost neither the picture nor its time.

use std::fs;

use crate::encoded::{Encoded, run};
use crate::stage::Stage;

fn mp4_box(name: &str, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], name.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn subtitles_of_another_kind_are_left_out_and_the_others_come() {
    let stream = Encoded::hls(&[], |folder| {
        let mut master = String::from("#EXTM3U\n");
        let lists = [
            ("ttml", "#EXTINF:8,\ns.ttml\n"),
            ("stpp", "#EXT-X-MAP:URI=\"s.mp4\"\n#EXTINF:4,\ns.m4s\n"),
            ("text", "#EXTINF:8,\ns.vtt\n"),
            ("noise", "#EXTINF:4,\ns.bin\n#EXTINF:4,\ns.bin\n"),
        ];
        for (name, pieces) in lists {
            let list = format!("#EXTM3U\n{pieces}#EXT-X-ENDLIST\n");
            fs::write(folder.join(format!("{name}.m3u8")), list).unwrap();
            master = format!(
                "{master}#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"{name}\",URI=\"{name}.m3u8\"\n"
            );
        }
        master.push_str("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=160x90,SUBTITLES=\"s\"\nlist.m3u8\n");
        fs::write(folder.join("master.m3u8"), master).unwrap();
        let fragment = [mp4_box("moof", b"x"), mp4_box("mdat", b"<tt/>")].concat();
        fs::write(folder.join("s.m4s"), fragment).unwrap();
        fs::write(folder.join("s.mp4"), mp4_box("moov", b"x")).unwrap();
        fs::write(folder.join("s.ttml"), "<?xml version=\"1.0\"?><tt/>").unwrap();
        fs::write(folder.join("s.bin"), [7; 99]).unwrap();
        let text = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n";
        fs::write(folder.join("s.vtt"), text).unwrap();
    });
    let stage = Stage::new("film.mkv");
    stage.fetch(&stream.url("master.m3u8")).await.unwrap();
    stage.published();
    let mut ffprobe = std::process::Command::new("ffprobe");
    ffprobe.args([
        "-v",
        "error",
        "-of",
        "csv=p=0",
        "-show_entries",
        "stream=codec_name",
    ]);
    let found = run(ffprobe.arg(stage.target()));
    assert_eq!(
        found.split_whitespace().collect::<Vec<_>>(),
        ["h264", "subrip", "aac"]
    );
}
