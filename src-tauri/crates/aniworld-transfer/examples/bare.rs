//! The peer of the benchmark: what the HTTP client itself costs, without the engine.
//!
//! `bare URL FILE` writes one body in the order of its bytes, in the task that receives it. It checks
//! nothing, resumes nothing and must not use anything of the engine.

use std::error::Error;
use std::fs::File;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(url), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare URL FILE".into());
    };
    let url = url.into_string().map_err(|_| "the address is no UTF-8")?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(fetch(&url, Path::new(&file)))
}

async fn fetch(url: &str, path: &Path) -> Result<(), Box<dyn Error>> {
    let client = reqwest::Client::builder().http1_only().build()?;
    let mut response = client.get(url).send().await?.error_for_status()?;
    let file = File::create(path)?;
    let mut at = 0;
    while let Some(chunk) = response.chunk().await? {
        write_all_at(&file, &chunk, at)?;
        at += chunk.len() as u64;
    }
    Ok(())
}

#[cfg(unix)]
fn write_all_at(file: &File, bytes: &[u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
fn write_all_at(mut file: &File, bytes: &[u8], _at: u64) -> std::io::Result<()> {
    std::io::Write::write_all(&mut file, bytes)
}
