//! A private nginx on loopback that serves one folder with sendfile: at full speed, over TLS, and with
//! a limit for each connection.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::{self, Outcome};

/// How long nginx may take to answer.
const START: Duration = Duration::from_secs(10);
/// How fast one connection of [`Door::Slow`] is, in MiB per second.
pub(crate) const SLOW_MIB: u64 = 4;
/// How fast one connection of [`Door::Paced`] is, in MiB per second.
pub(crate) const PACED_MIB: u64 = 64;
/// Ticks of processor time per second in `/proc`: the same on every Linux.
pub(crate) const TICKS: f64 = 100.0;

/// The file with the authority.
const AUTHORITY: &str = "ca.crt";

/// Through which port a file is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Plain,
    /// TLS 1.3 with a certificate of its own, see [`Nginx::authority`].
    Tls,
    /// [`SLOW_MIB`] for each connection.
    Slow,
    /// [`PACED_MIB`] for each connection.
    Paced,
}

const DOORS: [Door; 4] = [Door::Plain, Door::Tls, Door::Slow, Door::Paced];

/// A running server; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Nginx {
    child: Child,
    folder: PathBuf,
    ports: [u16; DOORS.len()],
}

impl Nginx {
    /// Serves `folder/files`; configuration, certificate, log and pid stay in `folder` too.
    pub(crate) fn start(folder: &Path) -> Outcome<Self> {
        make_certificate(folder)?;
        let ports = free_ports()?;
        let config = folder.join("nginx.conf");
        fs::write(&config, configuration(folder, ports))
            .map_err(|error| format!("{}: {error}", config.display()))?;
        let child = Command::new("nginx")
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("nginx did not start: {error}"))?;
        let mut server = Self {
            child,
            folder: folder.to_path_buf(),
            ports,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// The address of a file.
    pub(crate) fn url(&self, door: Door, name: &str) -> String {
        let scheme = if door == Door::Tls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}/{name}", self.ports[door as usize])
    }

    /// The authority behind the certificate of the server, in PEM.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join(AUTHORITY)
    }

    /// The processor time that the server has taken so far, in seconds; 0 where `/proc` does not say.
    pub(crate) fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        ticks_of(&stat).unwrap_or(0.0) / TICKS
    }

    fn wait_until_ready(&mut self) -> Outcome {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.ports[0])).is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("nginx ended at once with {status}"));
            }
            if begun.elapsed() > START {
                return Err("nginx did not answer within 10 s".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // one process in the foreground (`master_process off`): killing it leaves nothing behind
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time: the 14th and 15th field, counted behind the name, which may hold spaces.
fn ticks_of(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut times = fields.split(' ').skip(11).map(str::parse::<f64>);
    Some(times.next()?.ok()? + times.next()?.ok()?)
}

/// An authority, and a certificate that it gave: one that is both is refused by rustls.
fn make_certificate(folder: &Path) -> Outcome {
    let openssl = |name: &str, key: &str, more: &[&str]| {
        let mut command = Command::new("openssl");
        command
            .current_dir(folder)
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
            .args([
                "-subj",
                &format!("/CN=bench {name}"),
                "-keyout",
                key,
                "-out",
                name,
            ])
            .args(more);
        process::read(&mut command).map(|_| ())
    };
    openssl(AUTHORITY, "ca.key", &[])?;
    let signed = [
        "-CA",
        AUTHORITY,
        "-CAkey",
        "ca.key",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ];
    let named = ["-addext", "subjectAltName=IP:127.0.0.1"];
    openssl("tls.crt", "tls.key", &[&signed[..], &named].concat())
}

fn free_ports() -> Outcome<[u16; DOORS.len()]> {
    // all at once: one after the other, the system could give the same port twice
    let listeners = DOORS.map(|_| TcpListener::bind(("127.0.0.1", 0)));
    let mut ports = [0; DOORS.len()];
    for (port, listener) in ports.iter_mut().zip(listeners) {
        *port = listener
            .and_then(|listener| listener.local_addr())
            .map_err(|error| format!("no free port: {error}"))?
            .port();
    }
    Ok(ports)
}

/// `tcp_nopush` stays off, as it is by default: on loopback it costs the server a third more processor
/// time, and the server would be what is measured.
fn configuration(folder: &Path, ports: [u16; DOORS.len()]) -> String {
    let servers = DOORS
        .iter()
        .zip(ports)
        .map(|(door, port)| server(*door, port, folder))
        .collect::<Vec<_>>()
        .concat();
    let folder = folder.display();
    format!(
        "daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n\
         events {{ worker_connections 256; }}\n\
         http {{\n  access_log off; sendfile on; keepalive_requests 100000;\n  \
         default_type application/octet-stream;\n  \
         types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}\n  \
         client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n  \
         uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n{servers}}}\n"
    )
}

fn server(door: Door, port: u16, folder: &Path) -> String {
    let folder = folder.display();
    let (flags, more) = match door {
        Door::Plain => ("", String::new()),
        Door::Tls => (
            " ssl",
            format!(
                "ssl_certificate {folder}/tls.crt; ssl_certificate_key {folder}/tls.key; ssl_protocols TLSv1.3;"
            ),
        ),
        Door::Slow => ("", format!("limit_rate {SLOW_MIB}m;")),
        Door::Paced => ("", format!("limit_rate {PACED_MIB}m;")),
    };
    format!("  server {{ listen 127.0.0.1:{port}{flags}; root {folder}/files; {more} }}\n")
}

#[cfg(test)]
mod tests {
    use super::ticks_of;

    #[test]
    fn the_times_are_found_behind_a_name_with_spaces() {
        let stat = "7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0 20";
        assert_eq!(ticks_of(stat), Some(42.0));
        assert_eq!(ticks_of("7 (a) S 1"), None);
    }
}
