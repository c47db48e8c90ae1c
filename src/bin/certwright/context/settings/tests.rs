//! Which setting counts, and what is said of one that cannot be used.

use super::*;

const USER: Names = Names { everywhere: &["SF_USERNAME"], in_file: &["UserName"] };

fn environment(name: &str) -> Option<OsString> {
    (name == "SF_USERNAME").then(|| OsString::from("environment"))
}

fn settings(variable: fn(&str) -> Option<OsString>, file: &str) -> Settings {
    let entries = env_file::parse(file.as_bytes()).map_err(|fault| fault.what).unwrap();
    Settings { variable, file: Some(EnvFile { name: "app/.env".to_owned(), folder: PathBuf::from("app"), entries }) }
}

fn user(settings: &Settings) -> Option<String> {
    settings.find(USER).unwrap().map(|setting| setting.text().unwrap())
}

#[test]
fn the_environment_counts_before_the_file_and_an_empty_value_not_at_all() {
    let none = |_: &str| None;
    let empty = |_: &str| Some(OsString::new());
    assert_eq!(user(&settings(environment, "SF_USERNAME=file")).as_deref(), Some("environment"));
    assert_eq!(user(&settings(none, "UserName=short\nSF_USERNAME=long")).as_deref(), Some("long"));
    assert_eq!(user(&settings(empty, "UserName=short")).as_deref(), Some("short"));
    assert_eq!(user(&settings(none, "SF_USERNAME=\nUserName=short")).as_deref(), Some("short"));
    assert_eq!(user(&settings(none, "SF_USERNAME=''")), None);
    // The short names are nobody's in the environment.
    let short = |name: &str| (name == "UserName").then(|| OsString::from("x"));
    assert_eq!(user(&settings(short, "")), None);
}

#[test]
fn what_cannot_be_told_for_sure_is_refused_without_its_value() {
    for (file, part) in [
        ("SF_USERNAME=hunter2\n#\nSF_USERNAME=hunter3", "`SF_USERNAME` in `app/.env` stands twice, in lines 1 and 3"),
        ("UserName=hunter2${X}", "line 1, wants another variable"),
        ("UserName=\"hunter2\\nx\"", "`UserName` in `app/.env` has characters"),
    ] {
        let settings = settings(|_| None, file);
        let failure = settings.find(USER).and_then(|found| found.unwrap().text().map(drop)).unwrap_err();
        assert!(failure.message.contains(part) && !failure.message.contains("hunter"), "{failure:?}");
        assert_eq!((failure.kind, failure.exit), ("setting", ExitStatus::Usage));
    }
    // What is not asked for is not judged.
    assert!(settings(|_| None, "A=1\nA=2\nB=${C}").find(USER).unwrap().is_none());
}

#[test]
fn a_path_in_a_file_starts_from_the_files_folder() {
    let key = Names { everywhere: &["SF_PRIVATE_KEY_PATH"], in_file: &["KeyFile"] };
    let found = |file: &str| settings(|_| None, file).find(key).unwrap().unwrap().path().unwrap();
    assert_eq!(found("KeyFile=server.key"), Path::new("app").join("server.key"));
    let absolute = if cfg!(windows) { r"C:\keys\server.key" } else { "/keys/server.key" };
    assert_eq!(found(&format!("KeyFile={absolute}")), Path::new(absolute));
    let named = settings(|name| (name == "SF_PRIVATE_KEY_PATH").then(|| "server.key".into()), "");
    assert_eq!(named.find(key).unwrap().unwrap().path().unwrap(), Path::new("server.key"));
}

#[test]
fn a_key_as_text_is_an_input_named_by_where_it_stands() {
    let key = Names { everywhere: &["SF_PRIVATE_KEY"], in_file: &[] };
    let from = |settings: &Settings| settings.find(key).unwrap().unwrap().input().name().to_owned();
    let set = |name: &str| (name == "SF_PRIVATE_KEY").then(|| "-----BEGIN".into());
    assert_eq!(from(&settings(set, "")), "SF_PRIVATE_KEY");
    assert_eq!(from(&settings(|_| None, "SF_PRIVATE_KEY=x")), "SF_PRIVATE_KEY in app/.env");
    let found = settings(set, "").find(key).unwrap();
    assert!(!format!("{found:?}").contains("BEGIN"), "{found:?}");
}
