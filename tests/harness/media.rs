//! Real videos and the trees that hold them.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::programs::quiet;

/// Makes a real MP4 of about `mebibytes`, different for each `tint`, with ffmpeg.
pub async fn video(file: &Path, tint: u32, mebibytes: u32) -> Outcome {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // noise does not compress: the bit rate is kept, so the size is what was asked for
    let seconds = 4;
    let rate = format!("{}k", mebibytes * 1024 * 8 / seconds);
    let status = quiet("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i"])
        .arg(format!(
            "testsrc2=size=640x360:rate=25,noise=alls=80:allf=t,hue=h={tint}"
        ))
        .args([
            "-t",
            &seconds.to_string(),
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ])
        .args([
            "-b:v", &rate, "-minrate", &rate, "-maxrate", &rate, "-bufsize", &rate,
        ])
        .args(["-pix_fmt", "yuv420p", "-movflags", "+faststart"])
        .arg(file)
        .status()
        .await
        .map_err(|error| format!("ffmpeg does not start ({error}): install ffmpeg"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("ffmpeg made no {}", file.display()).into())
    }
}

/// The SHA-256 of a file, as text.
pub fn sha256(file: &Path) -> Outcome<String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(format!("{:x}", Sha256::digest(bytes)))
}

/// Every file below a folder, with `/` between the parts, sorted. Hidden ones too.
pub fn tree(folder: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.display().to_string());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a path ends in this extension.
pub fn is_a(file: &str, extension: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|found| found == extension)
}
