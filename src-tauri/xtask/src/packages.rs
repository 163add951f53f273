//! What the operating system must have: looked up on Debian and Ubuntu, named on the others.

use std::io::{IsTerminal, Write};
use std::process::Command;

use crate::process::{self, Outcome};

/// Needed to compile and link any of the crates (`aws-lc`, SQLite).
const COMPILER: &[&str] = &["build-essential", "pkg-config"];
/// Needed to build and start the window.
const WINDOW: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
];
/// The real servers and tools of the tests without a window.
const SERVERS: &[&str] = &[
    "nginx",
    "caddy",
    "apache2-bin",
    "ffmpeg",
    "curl",
    "python3",
    "util-linux",
    "openssl",
    "time",
];
/// The programs that ours is measured against.
const PEERS: &[&str] = &["wget", "wget2", "aria2", "axel", "python3-venv"];
/// A display, a window manager, a panel with a tray, a session bus and a driver for the tests of the window.
const DESKTOP: &[&str] = &[
    "xvfb",
    "openbox",
    "xfce4-panel",
    "webkit2gtk-driver",
    "dbus",
    "dbus-x11",
    "imagemagick",
    "python3-pip",
    "wmctrl",
    "x11-utils",
    "adwaita-icon-theme",
    "fonts-dejavu-core",
];

/// What is about to be done with the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build and run the terminal program.
    Terminal,
    /// Build and run the window.
    Window,
    /// Test all crates but the window.
    WindowlessTests,
    /// Measure the terminal program beside others.
    Peers,
    /// Test the window as well.
    WindowTests,
}

impl Purpose {
    fn debian_packages(self) -> Vec<&'static str> {
        let lists: &[&[&str]] = match self {
            Self::Terminal => &[COMPILER],
            Self::Window => &[COMPILER, WINDOW],
            Self::WindowlessTests => &[COMPILER, SERVERS],
            Self::Peers => &[COMPILER, SERVERS, PEERS],
            Self::WindowTests => &[COMPILER, SERVERS, WINDOW, DESKTOP],
        };
        lists.concat()
    }

    fn needs_webkit(self) -> bool {
        matches!(self, Self::Window | Self::WindowTests)
    }
}

/// Makes sure that the machine has what `purpose` needs, or says exactly what to install.
pub(crate) fn ensure(purpose: Purpose) -> Outcome {
    match std::env::consts::OS {
        "linux" if process::answers("dpkg-query", "--version") => ensure_debian(purpose),
        "linux" => ensure_other_linux(purpose),
        "macos" => {
            if process::answers("xcode-select", "-p") {
                Ok(())
            } else {
                Err(
                    "the compiler is missing. Install it with (untested):\n\n  xcode-select --install\n"
                        .into(),
                )
            }
        }
        "windows" => {
            println!(
                "On Windows this needs the Visual Studio Build Tools and WebView2 (part of Windows 11). \
                 If the build fails for lack of them, install them with (untested):\n\n  \
                 winget install Microsoft.VisualStudio.2022.BuildTools --override \"--wait --passive --add \
                 Microsoft.VisualStudio.Workload.VCTools --includeRecommended\"\n  \
                 winget install Microsoft.EdgeWebView2Runtime\n"
            );
            Ok(())
        }
        _ => Ok(()),
    }
}

fn ensure_debian(purpose: Purpose) -> Outcome {
    let wanted = purpose.debian_packages();
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("This machine lacks: {}", missing.join(" "));
    let root = process::read(Command::new("id").arg("-u"))?.trim() == "0";
    if !root && !agreed("Install them with sudo apt-get?") {
        return Err(format!(
            "nothing was installed. Install the packages and run this again:\n\n  sudo apt-get install {}\n",
            missing.join(" ")
        ));
    }
    install_debian(&missing, root)
}

fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .output()
        .is_ok_and(|output| output.stdout.ends_with(b" installed"))
}

/// Installs without questions. The servers are tools of the tests here: a policy that lasts as long
/// as the installation keeps Debian from starting them as services of this machine.
const INSTALL: &str = r#"
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends "$@"
"#;

fn install_debian(packages: &[&str], root: bool) -> Outcome {
    println!("$ apt-get install {}", packages.join(" "));
    let mut command = if root {
        Command::new("sh")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.arg("sh");
        sudo
    };
    command.args(["-c", INSTALL, "sh"]).args(packages);
    // apt reports hundreds of lines that nobody reads when all is well
    process::read(&mut command).map(|_| ()).map_err(|problem| {
        format!(
            "the packages {} were not installed. {problem}",
            packages.join(" ")
        )
    })
}

fn agreed(question: &str) -> bool {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return false;
    }
    print!("{question} [y/N] ");
    let mut answer = String::new();
    let shown = std::io::stdout().flush();
    shown.is_ok()
        && input.read_line(&mut answer).is_ok()
        && matches!(answer.trim(), "y" | "Y" | "yes" | "j" | "ja")
}

fn ensure_other_linux(purpose: Purpose) -> Outcome {
    let compiler = process::answers("cc", "--version");
    let webkit = !purpose.needs_webkit()
        || Command::new("pkg-config")
            .args(["--exists", "webkit2gtk-4.1", "librsvg-2.0"])
            .status()
            .is_ok_and(|status| status.success());
    if compiler && webkit {
        return Ok(());
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    Err(format!(
        "a compiler or WebKit is missing. Install them (untested) and run this again:\n\n  {}\n",
        other_linux_command(&release)
    ))
}

fn other_linux_command(os_release: &str) -> &'static str {
    let like = |name: &str| {
        os_release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
            .flat_map(|value| value.trim_matches('"').split_whitespace())
            .any(|id| id == name)
    };
    if like("fedora") {
        "sudo dnf install gcc gcc-c++ make pkgconf-pkg-config webkit2gtk4.1-devel \
         libappindicator-gtk3-devel librsvg2-devel libxdo-devel"
    } else if like("arch") {
        "sudo pacman -S --needed base-devel webkit2gtk-4.1 libayatana-appindicator librsvg xdotool"
    } else {
        "the packages of your system for: a C compiler, pkg-config, webkit2gtk-4.1, \
         libayatana-appindicator3, librsvg2 and libxdo, with their development files"
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, other_linux_command};

    #[test]
    fn the_terminal_and_its_tests_need_no_webkit() {
        for purpose in [Purpose::Terminal, Purpose::WindowlessTests] {
            assert!(!purpose.needs_webkit());
            let webkit = purpose
                .debian_packages()
                .iter()
                .any(|name| name.contains("webkit"));
            assert!(!webkit, "{purpose:?}");
        }
        assert!(
            Purpose::WindowTests
                .debian_packages()
                .contains(&"libwebkit2gtk-4.1-dev")
        );
    }

    #[test]
    fn relatives_of_a_distribution_get_its_command() {
        assert!(other_linux_command("NAME=Fedora\nID=fedora\n").starts_with("sudo dnf"));
        assert!(other_linux_command("ID=nobara\nID_LIKE=\"rhel centos fedora\"\n").starts_with("sudo dnf"));
        assert!(other_linux_command("ID=manjaro\nID_LIKE=arch\n").starts_with("sudo pacman"));
        assert!(other_linux_command("ID=gentoo\n").starts_with("the packages"));
    }
}
