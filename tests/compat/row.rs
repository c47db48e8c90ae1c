//! The rows of `cases/*.toml`. What each field means stands in `main.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/compat/cases");

const FIELDS: [&str; 16] = [
    "name",
    "line",
    "fixtures",
    "setup",
    "write",
    "stdin",
    "env",
    "secrets",
    "exit",
    "ours_exit",
    "why",
    "stdout",
    "files",
    "says",
    "native",
    "shows_secrets",
];

/// One case.
pub(crate) struct Row {
    pub(crate) name: String,
    /// The program and its words.
    pub(crate) line: String,
    pub(crate) fixtures: Vec<String>,
    pub(crate) setup: Vec<String>,
    pub(crate) write: Vec<(String, String)>,
    pub(crate) stdin: String,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) secrets: Vec<String>,
    pub(crate) exit: i32,
    pub(crate) ours_exit: i32,
    pub(crate) stdout: Wanted,
    pub(crate) files: Vec<(String, Wanted)>,
    pub(crate) says: Vec<String>,
    pub(crate) native: Native,
    pub(crate) shows_secrets: bool,
}

/// What is expected of the native form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Native {
    /// It is said, and gives the same result.
    Same,
    /// It is said and is a line that our program takes; its result is another one, for a reason that the row gives.
    Other,
    /// There is none.
    Silent,
}

/// How two outputs are compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// `bytes`, `certificate`, …
    pub(crate) kind: String,
    pub(crate) password: String,
    /// The password of the keys in the real program's keystore, where it is not that of the store.
    pub(crate) theirs_key_password: Option<String>,
    /// What is another in ours than in theirs.
    pub(crate) differs: Vec<String>,
    /// What is compared besides the usual.
    pub(crate) also: Vec<String>,
    /// Texts that both contain.
    pub(crate) contains: Vec<String>,
    /// The certificate of the issuer, by which a certificate is verified.
    pub(crate) ca: Option<String>,
    /// The private key that belongs to a certificate or request.
    pub(crate) key: Option<String>,
}

/// The rows of `cases/NAME.toml`.
pub(crate) fn rows(name: &str) -> Vec<Row> {
    let path = Path::new(FOLDER).join(format!("{name}.toml"));
    if !path.exists() {
        return Vec::new();
    }
    let text = fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let mut document: DocumentMut = text.parse().unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let Some(Item::ArrayOfTables(tables)) = document.remove("case") else {
        panic!("{}: no [[case]]", path.display());
    };
    assert!(document.is_empty(), "{}: only [[case]] may stand here", path.display());
    let rows: Vec<Row> = tables.iter().map(Row::new).collect();
    let mut names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "{}: two cases have one name", path.display());
    rows
}

/// The names of all files of cases.
pub(crate) fn files() -> Vec<String> {
    let paths = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = paths.filter(|path| is_toml(path)).map(|path| stem(&path)).collect();
    names.sort();
    names
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

fn stem(path: &PathBuf) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

impl Row {
    fn new(table: &Table) -> Self {
        for (field, _) in table {
            assert!(FIELDS.contains(&field), "{field} is no field, in {table}");
        }
        let text = |field: &str| table.get(field).map(|item| string(item, field));
        let name = text("name").unwrap_or_else(|| panic!("no name in {table}"));
        let line = text("line").unwrap_or_else(|| panic!("no line in {name}"));
        let number = |field: &str| table.get(field).map(|item| i32::try_from(item.as_integer().unwrap()).unwrap());
        let exit = number("exit").unwrap_or(0);
        let why = text("why");
        let has_reason = |what: &str| assert!(why.is_some(), "{name}: `{what}` needs a `why`");
        if number("ours_exit").is_some() {
            has_reason("ours_exit");
        }
        let stdout = table.get("stdout").map_or_else(|| Wanted::of("bytes"), |item| wanted(item, &name));
        let files: Vec<(String, Wanted)> = pairs(table, "files")
            .map(|(file, value)| (file.to_owned(), wanted(&Item::Value(value.clone()), &name)))
            .collect();
        if stdout.kind == "free" || files.iter().any(|(_, wanted)| !wanted.differs.is_empty()) {
            has_reason("free` or `differs");
        }
        let native = match text("native").as_deref() {
            None => Native::Same,
            Some("none") => Native::Silent,
            Some("other") => {
                has_reason("native = \"other\"");
                Native::Other
            }
            Some(other) => panic!("{name}: native is \"none\" or \"other\", and not {other:?}"),
        };
        Self {
            fixtures: list(table.get("fixtures"), "fixtures"),
            setup: list(table.get("setup"), "setup"),
            write: pairs(table, "write")
                .map(|(name, text)| (name.to_owned(), text.as_str().unwrap().to_owned()))
                .collect(),
            stdin: text("stdin").unwrap_or_default(),
            env: pairs(table, "env").map(|(name, text)| (name.to_owned(), text.as_str().unwrap().to_owned())).collect(),
            secrets: list(table.get("secrets"), "secrets"),
            exit,
            ours_exit: number("ours_exit").unwrap_or(exit),
            stdout,
            files,
            says: list(table.get("says"), "says"),
            native,
            shows_secrets: table.get("shows_secrets").is_some_and(|item| item.as_bool().unwrap()),
            name,
            line,
        }
    }

    /// The passwords that stand in the line or are named: no output of ours may show them.
    pub(crate) fn passwords(&self) -> Vec<String> {
        const BEFORE: [&str; 8] =
            ["-storepass", "-keypass", "-srcstorepass", "-deststorepass", "-srckeypass", "-destkeypass", "-new", "-k"];
        let words = crate::support::words(&self.line);
        let literal = words.iter().filter_map(|word| word.strip_prefix("pass:").map(str::to_owned));
        let is_keytool = self.line.starts_with("keytool ");
        let after = words.windows(2).filter(|pair| is_keytool && BEFORE.contains(&pair[0].as_str()));
        literal.chain(after.map(|pair| pair[1].clone())).chain(self.secrets.iter().cloned()).collect()
    }
}

impl Wanted {
    /// The comparison of this kind and nothing more.
    pub(crate) fn of(kind: &str) -> Self {
        Self { kind: kind.to_owned(), ..Self::default() }
    }
}

fn wanted(item: &Item, name: &str) -> Wanted {
    let table = match item {
        Item::Value(Value::String(kind)) => return Wanted::of(kind.value()),
        Item::Value(Value::InlineTable(table)) => table,
        _ => panic!("{name}: {item} is no way to compare"),
    };
    const KNOWN: [&str; 8] = ["as", "password", "theirs_key_password", "differs", "also", "contains", "ca", "key"];
    for (field, _) in table {
        assert!(KNOWN.contains(&field), "{name}: {field} is no field of {table}");
    }
    let text = |field: &str| table.get(field).map(|value| value.as_str().unwrap().to_owned());
    Wanted {
        kind: text("as").unwrap_or_else(|| if table.contains_key("contains") { "contains" } else { "" }.to_owned()),
        password: text("password").unwrap_or_default(),
        theirs_key_password: text("theirs_key_password"),
        differs: inline_list(table, "differs"),
        also: inline_list(table, "also"),
        contains: inline_list(table, "contains"),
        ca: text("ca"),
        key: text("key"),
    }
}

fn string(item: &Item, field: &str) -> String {
    item.as_str().unwrap_or_else(|| panic!("{field} is no text: {item}")).to_owned()
}

fn list(item: Option<&Item>, field: &str) -> Vec<String> {
    let Some(item) = item else { return Vec::new() };
    let array = item.as_array().unwrap_or_else(|| panic!("{field} is no list: {item}"));
    array.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn inline_list(table: &InlineTable, field: &str) -> Vec<String> {
    list(table.get(field).map(|value| Item::Value(value.clone())).as_ref(), field)
}

fn pairs<'a>(table: &'a Table, field: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let table = table.get(field).and_then(Item::as_table_like);
    table
        .into_iter()
        .flat_map(|table| table.iter())
        .map(move |(name, item)| (name, item.as_value().unwrap_or_else(|| panic!("{field}.{name} is no value"))))
}
