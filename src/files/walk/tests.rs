//! Which files a walk comes by, in which order, and what it reads of them.

use super::*;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    dir
}

/// The names of what is found, relative to the folder; folders that were named end with `/`, and what cannot be read
/// with `!`.
fn names(dir: &tempfile::TempDir, recursive: bool) -> Vec<String> {
    names_inside(dir, recursive, &|_| None)
}

fn names_inside(dir: &tempfile::TempDir, recursive: bool, inside: Inside<'_>) -> Vec<String> {
    let relative = |found: Found| {
        let name = found.path.strip_prefix(dir.path()).unwrap().display().to_string();
        match found.kind {
            FoundKind::Folder => format!("{name}/"),
            FoundKind::Unreadable(_) => format!("{name}!"),
            _ => name.replace('\\', "/"),
        }
    };
    walk(&[dir.path().to_owned()], recursive, inside).map(relative).collect()
}

#[test]
fn folders_are_entered_only_when_asked_and_always_in_the_same_order() {
    let dir =
        tree(&[("b/y", ""), ("b/c/x", ""), ("a", ""), ("c", ""), (&format!(".certwright-{}.tmp", "0".repeat(32)), "")]);
    assert_eq!(names(&dir, false), ["/", "a", "c"]);
    assert_eq!(names(&dir, true), ["/", "a", "b/c/x", "b/y", "c"]);
}

#[test]
fn a_folder_may_be_judged_by_a_part_of_it() {
    let dir = tree(&[("store/state.json", ""), ("store/versions/1/a", ""), ("store/versions/2/b", ""), ("z", "")]);
    let inside = |folder: &Path| folder.ends_with("store").then(|| Ok(vec![folder.join("versions/2")]));
    assert_eq!(names_inside(&dir, true, &inside), ["/", "store/versions/2/b", "z"]);
}

#[test]
fn what_is_missing_comes_as_a_file_that_cannot_be_read() {
    let dir = tree(&[]);
    let missing = dir.path().join("missing");
    let mut found: Vec<Found> = walk(&[missing], true, &|_| None).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].read(&Limits::default(), |_, _| true).unwrap_err().kind(), "not_found");
}

#[test]
fn a_large_file_is_read_whole_only_when_its_beginning_is_wanted() {
    let large = "x".repeat(300 << 10);
    let dir = tree(&[("large", &large), ("small", "y")]);
    let read = |wanted: bool| {
        let mut lengths = Vec::new();
        for mut found in walk(&[dir.path().to_owned()], false, &|_| None) {
            let input = found.read(&Limits::default(), |beginning, length| {
                assert_eq!((beginning.len() as u64, length), (BEGINNING, 300 << 10));
                wanted
            });
            lengths.push(input.unwrap().map(|input| input.bytes().len()));
        }
        lengths
    };
    assert_eq!(read(false), [None, None, Some(1)]);
    assert_eq!(read(true), [None, Some(300 << 10), Some(1)]);
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_no_loop_is() {
    use std::os::unix::fs::symlink;
    let dir = tree(&[("real/file", ""), ("other/x", "")]);
    symlink("real/file", dir.path().join("link")).unwrap();
    symlink("..", dir.path().join("real/up")).unwrap();
    symlink("other", dir.path().join("folder_link")).unwrap();
    symlink("itself", dir.path().join("itself")).unwrap();
    symlink("gone", dir.path().join("nowhere")).unwrap();
    let fifo = std::process::Command::new("mkfifo").arg(dir.path().join("fifo")).status();
    assert!(fifo.unwrap().success());
    assert_eq!(names(&dir, true), ["/", "itself!", "link", "nowhere!", "other/x", "real/file"]);
    // A link that is named itself is followed.
    let named: Vec<_> = walk(&[dir.path().join("folder_link")], false, &|_| None).map(|it| it.path).collect();
    assert_eq!(named, [dir.path().join("folder_link"), dir.path().join("folder_link/x")]);
}
