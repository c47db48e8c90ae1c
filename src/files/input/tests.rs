//! Inputs, folders and password sources.

use tempfile::TempDir;

use super::*;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

type Found = (String, Origin, Result<Vec<u8>, &'static str>);

fn names(paths: &[PathBuf], limits: &Limits) -> Vec<Found> {
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let content = |content: Result<Input, Error>| content.map(|i| i.bytes().to_vec()).map_err(|e| e.kind());
    collect(paths, limits).map(|found| (name(&found.path), found.origin, content(found.content))).collect()
}

#[test]
fn a_file_is_read_to_the_limit() {
    let dir = folder(&[("app.key", b"12345")]);
    let path = dir.path().join("app.key");
    let input = Input::read(&path, &Limits { input_size: 5, ..Limits::default() }).unwrap();
    assert_eq!((input.bytes(), input.path()), (b"12345".as_slice(), Some(path.as_path())));
    assert_eq!(input.name(), path.to_str().unwrap());
    let large = Input::read(&path, &Limits { input_size: 4, ..Limits::default() }).unwrap_err();
    assert_eq!(large.kind(), "too_large");
    assert!(!format!("{input:?}").contains("49, 50"), "the content shows in Debug");
}

#[test]
fn what_is_no_file_is_refused_by_name() {
    let dir = folder(&[]);
    let read = |path: &Path| Input::read(path, &Limits::default()).unwrap_err().kind();
    assert_eq!(read(dir.path()), "not_a_file");
    assert_eq!(read(&dir.path().join("missing")), "not_found");
    assert_eq!(read_first_line(dir.path()).unwrap_err().kind(), "not_a_file");
    assert_eq!(read_first_line(&dir.path().join("missing")).unwrap_err().kind(), "not_found");
}

#[test]
fn a_folder_gives_its_files_by_name_and_says_what_it_could_not_read() {
    let temporary = format!(".certwright-{}.tmp", "0".repeat(32));
    let dir = folder(&[("b.crt", b"b"), ("a.key", b"a"), ("large.bin", b"0123456789"), (&temporary, b"t")]);
    fs::create_dir(dir.path().join("inner")).unwrap();
    let named = dir.path().join("b.crt");
    let limits = Limits { input_size: 9, ..Limits::default() };
    let found = names(&[named, dir.path().to_owned(), dir.path().join("missing")], &limits);
    assert_eq!(
        found,
        [
            ("b.crt".into(), Origin::Named, Ok(b"b".to_vec())),
            ("a.key".into(), Origin::Folder, Ok(b"a".to_vec())),
            ("b.crt".into(), Origin::Folder, Ok(b"b".to_vec())),
            ("large.bin".into(), Origin::Folder, Err("too_large")),
            ("missing".into(), Origin::Named, Err("not_found")),
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_followed_and_a_fifo_is_passed_over() {
    let dir = folder(&[("real.crt", b"r")]);
    std::os::unix::fs::symlink("real.crt", dir.path().join("link.crt")).unwrap();
    std::os::unix::fs::symlink("gone", dir.path().join("dangling.crt")).unwrap();
    make_fifo(&dir.path().join("pipe"));
    let found = names(&[dir.path().to_owned()], &Limits::default());
    let found: Vec<_> = found.iter().map(|(name, _, content)| (name.as_str(), content.clone())).collect();
    assert_eq!(
        found,
        [("dangling.crt", Err("not_found")), ("link.crt", Ok(b"r".to_vec())), ("real.crt", Ok(b"r".to_vec()))]
    );
}

#[cfg(unix)]
#[test]
fn what_others_could_read_is_noticed() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder(&[("app.key", b"k")]);
    let path = dir.path().join("app.key");
    for (mode, found) in [(0o600, None), (0o640, Some(0o640))] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let input = Input::read(&path, &Limits::default()).unwrap();
        assert_eq!(input.exposure().map(Exposure::mode), found);
    }
}

#[cfg(unix)]
#[test]
fn a_descriptor_gives_one_line_at_a_time_from_pipes_files_and_sockets() {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    let line = |number: i32| read_descriptor_line(number.unsigned_abs()).unwrap().expose().to_owned();

    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(b"one\ntwo\n").unwrap();
    assert_eq!(line(reader.as_raw_fd()), "one");
    assert_eq!(line(reader.as_raw_fd()), "two");

    let dir = folder(&[("pass", b"from file\n")]);
    let file = File::open(dir.path().join("pass")).unwrap();
    assert_eq!(line(file.as_raw_fd()), "from file");
    assert_eq!(read_first_line(&dir.path().join("pass")).unwrap().expose(), "from file");
    let number = file.as_raw_fd();

    #[cfg(target_os = "linux")]
    {
        let (socket, mut peer) = std::os::unix::net::UnixStream::pair().unwrap();
        peer.write_all(b"from socket\n").unwrap();
        assert_eq!(line(socket.as_raw_fd()), "from socket");
    }
    assert_ne!(number, 99_999);
    assert_eq!(read_descriptor_line(99_999).unwrap_err().kind(), "not_found");
}

#[cfg(unix)]
fn make_fifo(path: &Path) {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
}
