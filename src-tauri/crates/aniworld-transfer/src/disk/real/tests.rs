//! The real disk: room that is reserved, a medium that is full, and names that are not what they seem.
//! Without a fault it is compared with the simulated one, step by step.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::{Disk, RealDisk};

#[test]
fn a_text_is_replaced_whole_and_leaves_no_second_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    for text in ["first", "the second"] {
        // what a crash left behind is in nobody's way
        fs::write(folder.path().join("a~"), "torn").unwrap();
        RealDisk.replace(&path, text.as_bytes()).unwrap();
        assert_eq!(RealDisk.read(&path, 10).unwrap(), text.as_bytes());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    assert_eq!(
        RealDisk.read(&path, 9).unwrap_err().kind(),
        ErrorKind::InvalidData
    );
}

#[cfg(unix)]
#[test]
fn a_link_under_the_name_of_a_text_is_neither_read_nor_written_through() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("precious"), "precious").unwrap();
    std::os::unix::fs::symlink(at("precious"), at("a")).unwrap();
    std::os::unix::fs::symlink(at("precious"), at("a~")).unwrap();
    RealDisk.read(&at("a"), 100).unwrap_err();
    RealDisk.replace(&at("a"), b"ours").unwrap();
    assert_eq!(fs::read_to_string(at("precious")).unwrap(), "precious");
    assert_eq!(RealDisk.read(&at("a"), 100).unwrap(), b"ours");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::fs::MetadataExt;
    use std::process::Command;

    use super::*;

    /// Where the second role of the test of a full medium finds its medium.
    const MEDIUM: &str = "ANIWORLD_TEST_SMALL_MEDIUM";
    const MIB: u64 = 1 << 20;

    #[test]
    fn room_is_reserved_on_the_disk_and_never_shortens() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("part");
        let file = RealDisk.open_part(&path).unwrap();
        file.reserve(0).unwrap();
        assert!(file.is_empty().unwrap());
        file.reserve(3 * MIB).unwrap();
        file.reserve(MIB).unwrap();
        assert_eq!(file.len().unwrap(), 3 * MIB);
        let blocks = fs::metadata(&path).unwrap().blocks();
        assert!(blocks * 512 >= 3 * MIB, "only {blocks} blocks");
        let mut bytes = [1; 100];
        assert_eq!(file.read_at(&mut bytes, 3 * MIB - 100).unwrap(), 100);
        assert_eq!(bytes, [0; 100]);
    }

    #[test]
    fn in_memory_room_is_looked_for_and_not_reserved() {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        let file = RealDisk.open_part(&folder.path().join("part")).unwrap();
        let kind = |length| file.reserve(length).unwrap_err().kind();
        assert_eq!(kind(MIB), ErrorKind::Unsupported);
        assert_eq!(kind(1 << 50), ErrorKind::StorageFull);
        assert!(file.is_empty().unwrap());
    }

    #[test]
    fn bytes_that_the_system_forgot_are_still_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = RealDisk.open_part(&folder.path().join("part")).unwrap();
        let bytes = vec![7; 1 << 20];
        file.write_all_at(&bytes, 0).unwrap();
        // also before they are safe, and for no bytes at all
        file.forget_cached(0, 0);
        file.forget_cached(0, MIB);
        file.sync_data().unwrap();
        file.forget_cached(100, MIB);
        let mut read = vec![0; 1 << 20];
        assert_eq!(file.read_at(&mut read, 0).unwrap(), read.len());
        assert!(read == bytes);
    }

    /// Runs itself again where a medium of four mebibytes is mounted.
    #[test]
    fn a_full_medium_says_so_before_a_byte_is_written() {
        if let Some(medium) = std::env::var_os(MEDIUM) {
            return on_a_small_medium(Path::new(&medium));
        }
        let medium = tempfile::tempdir().unwrap();
        let ran = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
            .arg(format!(
                "mount -t tmpfs -o size=4m tmpfs \"${MEDIUM}\" || exit 77; exec \"$0\" \"$@\""
            ))
            .arg(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "disk::real::tests::linux::a_full_medium_says_so_before_a_byte_is_written",
            ])
            .env(MEDIUM, medium.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && said.contains("1 passed"), "{ran:?}");
    }

    fn on_a_small_medium(medium: &Path) {
        let (part, text) = (medium.join("part"), medium.join("text"));
        let file = RealDisk.open_part(&part).unwrap();
        file.write_all_at(b"kept", 0).unwrap();
        assert_eq!(file.reserve(5 * MIB).unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(file.len().unwrap(), 4, "what was there before");
        RealDisk.replace(&text, &vec![1; 3 << 20]).unwrap();
        let full = RealDisk.replace(&text, &vec![2; 2 << 20]).unwrap_err();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        assert_eq!(RealDisk.read(&text, 4 * MIB).unwrap(), vec![1; 3 << 20]);
        assert!(
            !RealDisk.exists(&medium.join("text~")),
            "half a text does not stay"
        );
        let full = file.write_all_at(&vec![3; 2 << 20], 4).unwrap_err();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        RealDisk.rename_new(&part, &medium.join("film")).unwrap();
        RealDisk.sync_folder(medium).unwrap();
        let mut kept = [0; 4];
        file.read_at(&mut kept, 0).unwrap();
        assert_eq!(&kept, b"kept");
    }
}
