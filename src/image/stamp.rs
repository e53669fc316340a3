use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What changes with a file's content, told without reading it: its length, its number in the file system, and when its
/// content and its entry last changed, in nanoseconds since 1970. The last is set by the system alone, so that a file
/// which was given its old date back is still another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    length: u64,
    inode: u64,
    modified: i128,
    changed: i128,
    /// Where in the file the picture begins.
    start: u64,
}

/// How long a file must have been left alone: two changes within a tick of the file system's clock look like one.
const SETTLED: Duration = Duration::from_secs(2);

impl Stamp {
    /// That of a whole file; `None` where the system does not tell enough.
    #[cfg(unix)]
    pub(super) fn of(file: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Some(Self {
            length: file.len(),
            inode: file.ino(),
            modified: nanoseconds(file.mtime(), file.mtime_nsec()),
            changed: nanoseconds(file.ctime(), file.ctime_nsec()),
            start: 0,
        })
    }

    #[cfg(not(unix))]
    pub(super) fn of(_file: &Metadata) -> Option<Self> {
        None
    }

    /// That of what begins at `start` in the file.
    pub(super) fn starting_at(self, start: u64) -> Self {
        Self { start, ..self }
    }

    /// Whether a change after `at` must show.
    pub fn is_settled(&self, at: SystemTime) -> bool {
        let Ok(at) = at.duration_since(UNIX_EPOCH) else {
            return false;
        };
        let since = at.as_nanos() as i128 - self.changed;
        since >= SETTLED.as_nanos() as i128
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::time::{Duration, SystemTime};

    use super::Stamp;

    #[test]
    fn any_change_of_a_file_shows() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let path = place.path().join("x.jpg");
        let stamp = || Stamp::of(&fs::metadata(&path).expect("there")).expect("told");
        fs::write(&path, b"first").expect("written");
        let first = stamp();
        assert_eq!(first, stamp());
        // The clock of the file system is slower than this test.
        std::thread::sleep(Duration::from_millis(50));
        let mut file = fs::File::options().write(true).open(&path).expect("opened");
        file.write_all(b"other").expect("written in place");
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        file.set_modified(date).expect("dated back");
        let second = stamp();
        assert_ne!(first, second);
        fs::write(place.path().join("y.jpg"), b"third").expect("written");
        fs::rename(place.path().join("y.jpg"), &path).expect("replaced");
        fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(date))
            .expect("dated back");
        assert_ne!(second, stamp());
        assert_ne!(first.starting_at(512), first);
    }

    #[test]
    fn what_has_just_changed_may_change_unseen() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let folder = place.path().metadata().expect("there");
        let stamp = Stamp::of(&folder).expect("told");
        let changed = folder.modified().expect("dated");
        assert!(!stamp.is_settled(changed));
        assert!(!stamp.is_settled(changed - Duration::from_secs(60)));
        assert!(stamp.is_settled(changed + Duration::from_secs(3)));
    }
}
