//! The English words of every code: what happened and why, and what to do next. `{key}` stands for a value.

use std::collections::BTreeMap;

use aniworld_core::transfer::size::bytes;

use super::ErrorCode;

/// The words of one code.
pub(super) struct Words {
    pub(super) message: &'static str,
    pub(super) hint: &'static str,
}

/// Values that are numbers of bytes.
const SIZES: [&str; 2] = ["needed", "free"];

/// Puts the values in their places.
pub(super) fn fill(template: &str, params: &BTreeMap<String, String>) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((key, behind)) = behind.split_once('}') else {
            break;
        };
        text.push_str(before);
        let value = params.get(key).map_or("?", String::as_str);
        match value.parse() {
            Ok(count) if SIZES.contains(&key) => text.push_str(&bytes(count)),
            _ => text.push_str(value),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// A phrase of a lower layer as a sentence.
pub(super) fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let end = if phrase.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", first.collect::<String>(), letters.as_str())
}

pub(super) fn of(code: ErrorCode) -> Words {
    let (message, hint) = network(code)
        .or_else(|| safety(code))
        .or_else(|| content(code))
        .or_else(|| streams(code))
        .or_else(|| disk(code))
        .unwrap_or_else(|| program(code));
    Words { message, hint }
}

type Pair = (&'static str, &'static str);

/// Reaching a server.
fn network(code: ErrorCode) -> Option<Pair> {
    Some(match code {
        ErrorCode::InvalidUrl => (
            "This is not a web address: {url}.",
            "Enter an address that begins with http:// or https://.",
        ),
        ErrorCode::HostUnknown => (
            "The server {host} could not be found.",
            "Check the spelling of the address and the internet connection.",
        ),
        ErrorCode::Connect => (
            "No connection to {host}: {detail}.",
            "Check that the server is running and can be reached, then try again.",
        ),
        ErrorCode::Timeout => (
            "{host} did not answer in time.",
            "Try again later; the server may be busy.",
        ),
        ErrorCode::TooSlow => (
            "{host} sent only {bytes_per_s} bytes a second for {seconds} seconds.",
            "Retry later: what has arrived is kept. If the server is always so slow, raise the stall time-out.",
        ),
        ErrorCode::Proxy => (
            "The proxy {proxy} gives no connection: {detail}.",
            "Check the address of the proxy in the settings, or turn it off.",
        ),
        ErrorCode::ProxyLogin => (
            "The proxy {proxy} wants a login.",
            "Put the user and the password into the address of the proxy: http://user:password@host:port.",
        ),
        ErrorCode::HttpStatus => (
            "The server answered with the error {status}.",
            "Try again later. If it stays, check the address and whether it needs a login.",
        ),
        ErrorCode::NotFound => (
            "The server has nothing at this address (error {status}).",
            "Check the address, or refresh the source: the file may have moved.",
        ),
        ErrorCode::RateLimited => (
            "The server asks to be left alone for a while (error {status}).",
            "Wait some minutes, then try again.",
        ),
        ErrorCode::Redirects => (
            "The address redirects without end.",
            "Open it in a browser and copy the address where it ends.",
        ),
        _ => return None,
    })
}

/// Safe connections. None of these are worked around: the way out is the clock, the address, or a
/// certificate that the user trusts on purpose.
fn safety(code: ErrorCode) -> Option<Pair> {
    Some(match code {
        ErrorCode::Tls => (
            "No safe connection to {host}: {detail}.",
            "Check that the address is right and that the server speaks https, then try again.",
        ),
        ErrorCode::TlsExpired => (
            "The certificate of {host} has expired, so nothing was sent.",
            "Check the date of this computer. If it is right, the owner of the server must renew the certificate.",
        ),
        ErrorCode::TlsNotYetValid => (
            "The certificate of {host} is not valid yet, so nothing was sent.",
            "Check the date of this computer: it is probably in the past.",
        ),
        ErrorCode::TlsUnknownIssuer => (
            "Nobody whom this computer trusts vouches for {host}, so nothing was sent.",
            "If the server is your own, let this computer trust its certificate, or name it in the terminal with --cacert FILE. If not, do not use this address.",
        ),
        ErrorCode::TlsWrongName => (
            "The certificate of {host} belongs to another server, so nothing was sent.",
            "Check the spelling of the address, and use the name that the server calls itself.",
        ),
        ErrorCode::TlsRevoked => (
            "The certificate of {host} was revoked, so nothing was sent.",
            "Do not use this server until its owner has a new certificate.",
        ),
        ErrorCode::TlsOwnCertificates => (
            "The extra certificates to trust cannot be read: {detail}.",
            "Give a file in PEM form, which begins with -----BEGIN CERTIFICATE-----.",
        ),
        _ => return None,
    })
}

/// What a server sent.
fn content(code: ErrorCode) -> Option<Pair> {
    Some(match code {
        ErrorCode::NotAListing => (
            "{url} is a web page, neither a folder listing nor a feed.",
            "Enter the address of a folder listing or of an RSS, Atom or JSON feed.",
        ),
        ErrorCode::EmptySource => (
            "{url} holds no episodes.",
            "Check the address: the videos may be one folder further up or down.",
        ),
        ErrorCode::BadData => (
            "{url} could not be read: {detail}.",
            "The document is damaged. Try again later, or tell its owner.",
        ),
        ErrorCode::TooLarge => (
            "{url} is larger than {limit_bytes} bytes.",
            "Enter the address of a single series or of a smaller folder.",
        ),
        ErrorCode::SourceExists => (
            "The source {name} has this address already.",
            "Refresh that source instead of adding it again.",
        ),
        ErrorCode::SourceUnknown => (
            "There is no source {id}.",
            "It may have been removed. Look at the list of sources.",
        ),
        ErrorCode::ShortBody => (
            "The file ended after {received} of {expected} bytes.",
            "Retry: what has arrived is kept.",
        ),
        ErrorCode::BadAnswer => (
            "The server's answer cannot be trusted: {detail}.",
            "Retry, or choose another source.",
        ),
        ErrorCode::WebPage => (
            "A web page came instead of the video.",
            "Open the address in a browser: it may need a login, or the file is gone. Then refresh the source.",
        ),
        ErrorCode::RangeRefused => (
            "The server does not give the rest of the file.",
            "Retry: it begins anew. If it stays, choose another source.",
        ),
        ErrorCode::FileChanged => (
            "The file changed on the server while it came.",
            "Retry when the server is done with it, or choose another source.",
        ),
        ErrorCode::BrokenMedia => (
            "The {container} file came whole, but is damaged: {detail}.",
            "Retry. If it stays, the file is damaged at the source: choose another one.",
        ),
        ErrorCode::Mismatch => (
            "The file is not the promised one: {detail}.",
            "Retry. If it stays, the file is damaged at the source.",
        ),
        _ => return None,
    })
}

/// Films that come in pieces.
fn streams(code: ErrorCode) -> Option<Pair> {
    const OTHER: &str = "Choose another source.";
    Some(match code {
        ErrorCode::StreamLive => (
            "This is a live stream: it has no end yet.",
            "Wait until it is over and offered as a whole, or choose another source.",
        ),
        ErrorCode::StreamDrm => (
            "This stream is protected by {system}; protected streams are not fetched.",
            OTHER,
        ),
        ErrorCode::StreamSampleAes => (
            "This stream is encrypted sample by sample (SAMPLE-AES), which is not supported.",
            OTHER,
        ),
        ErrorCode::StreamInitChanges => (
            "This stream changes its encoding at piece {piece}, so no single file can hold it.",
            OTHER,
        ),
        ErrorCode::StreamGap => (
            "The server itself marks piece {piece} of this stream as missing.",
            "Retry later, or choose another source.",
        ),
        ErrorCode::StreamUnsupported => (
            "This stream needs something that is not supported: {detail}.",
            OTHER,
        ),
        ErrorCode::StreamTooLarge => ("This stream is larger than what is accepted: {detail}.", OTHER),
        ErrorCode::StreamEmpty => ("This stream holds nothing to fetch: {detail}.", OTHER),
        ErrorCode::StreamMalformed => (
            "Line {line} of the stream's playlist cannot be read: {detail}.",
            "Retry. If it stays, the stream is damaged at the source: choose another one.",
        ),
        ErrorCode::FfmpegMissing => (
            "This stream needs ffmpeg to become one file, and it cannot be used: {detail}.",
            "Install ffmpeg from your system's packages or from ffmpeg.org, then retry.",
        ),
        ErrorCode::Remux => (
            "The pieces of this stream could not be put together: {detail}.",
            "Retry. If it stays, update ffmpeg or choose another source.",
        ),
        _ => return None,
    })
}

/// The library folder and its disk.
fn disk(code: ErrorCode) -> Option<Pair> {
    Some(match code {
        ErrorCode::LibraryMissing => (
            "The folder {path} is not there.",
            "Connect the drive or choose another library folder. Nothing was changed.",
        ),
        ErrorCode::LibraryUnreachable => (
            "The library folder {path} is missing, or empty though it held {known_files} episodes.",
            "Connect or mount the drive, then scan again. Nothing was changed.",
        ),
        ErrorCode::LibraryNotAFolder => ("{path} is not a folder.", "Choose a folder for the library."),
        ErrorCode::ReadOnly => (
            "{path} cannot be written.",
            "Allow this user to write there, or choose another folder.",
        ),
        ErrorCode::DiskFull => (
            "There is no space left for {path}.",
            "Make space on this drive, then retry: what has arrived is kept.",
        ),
        ErrorCode::NotEnoughSpace => (
            "{path} needs {needed}, but only {free} is free.",
            "Make space on this drive, then retry. Nothing was lost.",
        ),
        ErrorCode::FileExists => (
            "{path} already exists and was left alone.",
            "Scan the library to see it as present, or rename the file.",
        ),
        ErrorCode::Disk => (
            "{path} could not be used: {detail}.",
            "Check the drive and the permissions of this folder, then try again.",
        ),
        ErrorCode::NoLibrary => (
            "No library folder is chosen.",
            "Choose the folder that holds your series.",
        ),
        _ => return None,
    })
}

/// The program itself. The last of the groups: it has words for every code.
fn program(code: ErrorCode) -> Pair {
    match code {
        ErrorCode::SelectionUnknown => (
            "Nothing in the library is called {text}.",
            "Look at the titles in the library, or refresh the sources.",
        ),
        ErrorCode::NothingMissing => (
            "Nothing is missing here.",
            "Refresh the sources to look for new episodes.",
        ),
        ErrorCode::JobUnknown => (
            "There is no job {id}.",
            "It may have been removed. Look at the list of downloads.",
        ),
        ErrorCode::JobState => (
            "The job {id} is {state} and cannot be {wanted} now.",
            "Look at its state in the list of downloads.",
        ),
        ErrorCode::SettingInvalid => (
            "{value} is no value for {field}: it must be {expected}.",
            "Enter another value; the old one is still in force.",
        ),
        ErrorCode::DatabaseNewer => (
            "The database {path} was written by a newer Aniworld (version {found}, this one knows up to {known}).",
            "Update Aniworld. The database was not changed.",
        ),
        ErrorCode::DatabaseBroken => (
            "The database {path} cannot be read: {detail}.",
            "Move the file away to begin anew, or restore a copy. It was not changed.",
        ),
        ErrorCode::AlreadyRunning => (
            "{holder} (process {pid}) is already using {path}.",
            "Use that one, or close it first.",
        ),
        ErrorCode::NotRunning => ("No Aniworld is running with {path}.", "Start Aniworld first."),
        ErrorCode::Busy => (
            "{path} is being written by another download.",
            "Wait for that one to end, then retry.",
        ),
        ErrorCode::Interrupted => (
            "It was interrupted before it was done.",
            "Start it again: it goes on where it stopped.",
        ),
        _ => (
            "Something unexpected happened: {detail}.",
            "Try again. If it stays, report it with this message.",
        ),
    }
}
