//! The peer of `cargo xtask bench transfer`: what the HTTP client itself costs, without the engine.
//!
//! `bare URL FILE [PEM]` writes one body in the order of its bytes, in the task that receives it; PEM is
//! a certificate authority to trust. `bare --list N LIST DIR` does that for each address of a list, N at
//! a time. It checks nothing, resumes nothing and must not use anything of the engine.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use reqwest::{Certificate, Client};
use tokio::task::JoinSet;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // one thread: a second would pass chunks from the task that reads to the one that writes
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match words.as_slice() {
        ["--list", at_once, list, folder] => {
            let list = std::fs::read_to_string(list)?;
            runtime.block_on(fetch_all(&list, Path::new(folder), at_once.parse()?))
        }
        [url, file] => runtime.block_on(fetch(client(None)?, (*url).to_owned(), PathBuf::from(file))),
        [url, file, pem] => {
            let client = client(Some(&std::fs::read(pem)?))?;
            runtime.block_on(fetch(client, (*url).to_owned(), PathBuf::from(file)))
        }
        _ => Err("usage: bare URL FILE [PEM], or bare --list N LIST DIR".into()),
    }
}

fn client(pem: Option<&[u8]>) -> Outcome<Client> {
    let mut builder = Client::builder().http1_only();
    if let Some(pem) = pem {
        builder = builder.tls_certs_merge(Certificate::from_pem_bundle(pem)?);
    }
    Ok(builder.build()?)
}

async fn fetch_all(list: &str, folder: &Path, at_once: usize) -> Outcome {
    std::fs::create_dir_all(folder)?;
    let client = client(None)?;
    let mut running = JoinSet::new();
    for url in list.lines() {
        if running.len() >= at_once
            && let Some(ended) = running.join_next().await
        {
            ended??;
        }
        let name = url.rsplit('/').next().unwrap_or(url);
        running.spawn(fetch(client.clone(), url.to_owned(), folder.join(name)));
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(())
}

async fn fetch(client: Client, url: String, path: PathBuf) -> Outcome {
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
