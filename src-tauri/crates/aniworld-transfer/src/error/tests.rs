//! The numbers and names are pinned, since journals, logs and scripts keep them.

use std::collections::BTreeSet;
use std::error::Error;

use rustls::CertificateError;

use super::*;

/// Never change a line: add one, or leave a hole.
const PINNED: &str = "\
1 disk_full
2 not_enough_space
3 read_only
4 folder_missing
5 file_exists
6 busy
7 disk
8 mismatch
9 broken_media
20 host_unknown
21 connect
22 timeout
23 too_slow
24 tls
25 proxy
26 proxy_login
30 http_status
31 short_body
32 bad_answer
33 web_page
34 redirects
35 range_refused
36 file_changed
40 paused
41 cancelled
42 invalid_url
50 interrupted
51 internal
60 stream_live
61 stream_drm
62 stream_sample_aes
63 stream_init_changes
64 stream_gap
65 stream_unsupported
66 stream_too_large
67 stream_empty
68 stream_malformed
70 ffmpeg_missing
71 remux
";

#[test]
fn numbers_and_names_stay_what_they_are() {
    let lines = TABLE.iter().map(|kind| format!("{} {}\n", kind.code, kind.name));
    assert_eq!(lines.collect::<String>(), PINNED);
}

#[test]
fn no_number_and_no_name_stands_for_two_kinds() {
    let codes: BTreeSet<u16> = TABLE.iter().map(|kind| kind.code).collect();
    let names: BTreeSet<&str> = TABLE.iter().map(|kind| kind.name).collect();
    assert_eq!((codes.len(), names.len()), (TABLE.len(), TABLE.len()));
    let reasons: BTreeSet<&str> = TlsReason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(reasons.len(), TlsReason::ALL.len());
    let snake = |name: &str| name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
    assert!(names.iter().chain(&reasons).all(|name| snake(name)));
}

#[test]
fn an_error_knows_its_number() {
    let error = TransferError::from(StreamRefusal::SampleAes);
    assert_eq!((error.code(), error.name()), (62, "stream_sample_aes"));
    assert_eq!(error.resume_mode(), ResumeMode::NeedsUser);
}

#[test]
fn what_trying_again_can_mend_is_tried_again() {
    let host = || "a.example".to_owned();
    let over = Duration::from_secs(30);
    let bytes_per_s = 3;
    let slow = TransferError::TooSlow {
        host: host(),
        bytes_per_s,
        over,
    };
    assert_eq!(slow.resume_mode(), ResumeMode::Continue);
    let proxy = TransferError::Proxy {
        proxy: host(),
        detail: host(),
    };
    assert_eq!(proxy.resume_mode(), ResumeMode::Continue);
    let login = TransferError::ProxyLogin { proxy: host() };
    assert_eq!(login.resume_mode(), ResumeMode::NeedsUser);
    let broken = TransferError::BrokenMedia {
        container: "MP4".to_owned(),
        what: host(),
    };
    for error in [broken, TransferError::RangeRefused, TransferError::FileChanged] {
        assert_eq!(error.resume_mode(), ResumeMode::Restart, "{error}");
    }
}

#[test]
fn a_failed_handshake_says_what_a_person_can_mend() {
    let certificate = rustls::Error::InvalidCertificate;
    for (error, reason) in [
        (certificate(CertificateError::Expired), TlsReason::Expired),
        (certificate(CertificateError::NotValidYet), TlsReason::NotYetValid),
        (
            certificate(CertificateError::UnknownIssuer),
            TlsReason::UnknownIssuer,
        ),
        (
            certificate(CertificateError::NotValidForName),
            TlsReason::WrongName,
        ),
        (certificate(CertificateError::Revoked), TlsReason::Revoked),
        (certificate(CertificateError::BadSignature), TlsReason::Handshake),
        (rustls::Error::DecryptError, TlsReason::Handshake),
    ] {
        let cause: &(dyn Error + 'static) = &error;
        assert_eq!(TlsReason::of(cause), Some(reason), "{error}");
        let wrapped = io::Error::new(io::ErrorKind::InvalidData, error);
        assert_eq!(TlsReason::of(&wrapped), Some(reason), "{wrapped}");
    }
    assert_eq!(TlsReason::of(&io::Error::other("cut")), None);
}
