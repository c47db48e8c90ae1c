//! Which place a path means, however it is spelled, also where nothing stands there yet.
#![expect(clippy::disallowed_methods, reason = "the only room that touches the file system")]

use std::fs;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// The place that `path` means: what exists of it without links, and the rest as it is spelled, without `.` and `..`.
///
/// Two paths with one location are one place. On a system that does not tell capital and small letters apart, so may be two
/// whose locations differ in that alone.
///
/// ```
/// use std::path::Path;
/// use certwright::files::location;
///
/// assert_eq!(location(Path::new("./new/../app")), location(Path::new("app")));
/// ```
#[must_use]
pub fn location(path: &Path) -> PathBuf {
    let mut place = fs::canonicalize(".").unwrap_or_default();
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::RootDir => place.push(component),
            Component::CurDir => {}
            // What `place` is has no links in it, or does not exist.
            Component::ParentDir => drop(place.pop()),
            Component::Normal(name) => {
                place.push(name);
                if let Ok(real) = fs::canonicalize(&place) {
                    place = real;
                }
            }
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_has_one_location() {
        let dir = tempfile::tempdir().unwrap();
        let here = fs::canonicalize(dir.path()).unwrap();
        fs::create_dir(here.join("real")).unwrap();
        for (path, place) in [("a", "a"), ("real/./b", "real/b"), ("x/../real", "real"), ("a//b/", "a/b")] {
            assert_eq!(location(&dir.path().join(path)), here.join(place), "{path}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("real", here.join("link")).unwrap();
            assert_eq!(location(&dir.path().join("link/new")), here.join("real/new"));
        }
    }
}
