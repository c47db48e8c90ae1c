//! An organisation to log in to: its authorization server, an app registered there, and the folder of its administrator.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::rc::Rc;
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

use crate::peer::Peer;
use crate::support::{Invocation, Sandbox, tool};

/// The app's consumer key.
pub(crate) const CLIENT: &str = "3MVG9lKcPoNINVBIPJjdw1J9LLJbP8M0Hq";
/// The user whom the app may log in.
pub(crate) const USER: &str = "integration@example.com";

/// How the organisation is to be.
pub(crate) struct Setup {
    /// The server's certificate, by its name in `certificates.py`; empty for plain HTTP.
    pub(crate) certificate: &'static str,
    /// Whether the server knows no TLS after 1.1.
    pub(crate) old_tls: bool,
    /// The type of the app's key.
    pub(crate) key_type: &'static str,
    /// The algorithm that the app may sign with.
    pub(crate) algorithm: &'static str,
    /// The seconds that the server's clock is ahead.
    pub(crate) clock_offset: i64,
    /// With what an assertion is refused that is right in everything.
    pub(crate) refusal: Option<[&'static str; 2]>,
    /// Audiences that are taken beside the server's own address.
    pub(crate) audiences: &'static [&'static str],
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            certificate: "localhost",
            old_tls: false,
            key_type: "rsa:2048",
            algorithm: "RS256",
            clock_offset: 0,
            refusal: None,
            audiences: &[],
        }
    }
}

/// The organisation, and a folder with `app.key`, `app.crt`, `app.p12`, `app.jks` and `app.pass` of its app, with
/// `other.key` and `other.crt`, which nobody has registered, and with the server's root of trust, `ca.crt`.
pub(crate) struct Org {
    pub(crate) server: Rc<Peer>,
    pub(crate) sandbox: Sandbox,
    scheme: &'static str,
    /// What the server keeps for itself.
    folder: tempfile::TempDir,
}

impl Org {
    /// As Salesforce is; `None` where Authlib is missing.
    pub(crate) fn new() -> Option<Self> {
        Self::with(Setup::default())
    }

    pub(crate) fn with(setup: Setup) -> Option<Self> {
        let python = tool("authlib")?;
        let folder = tempfile::Builder::new().prefix("server-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let sandbox = Sandbox::new();
        for (name, content) in files_of(setup.key_type) {
            sandbox.write(&name, content);
            if !name.ends_with(".crt") {
                for_its_owner(&sandbox.path(&name));
            }
        }
        let registered = folder.path().join("registered.crt");
        std::fs::write(&registered, sandbox.read("app.crt")).unwrap();
        let tls =
            (!setup.certificate.is_empty()).then(|| json!({ "certificate": setup.certificate, "old": setup.old_tls }));
        let client = json!({
            "client_id": CLIENT,
            "certificate": registered,
            "users": [USER, CLIENT],
            "algorithm": setup.algorithm,
            "refusal": setup.refusal,
        });
        let configuration = json!({
            "folder": folder.path(),
            "tls": tls,
            "clients": [client],
            "audiences": setup.audiences,
            "clock_offset": setup.clock_offset,
        });
        let server = Rc::new(Peer::start(&python, "authorization_server.py", &configuration));
        if tls.is_some() {
            sandbox.write("ca.crt", std::fs::read(folder.path().join("ca.crt")).unwrap());
        }
        let told = Rc::clone(&server);
        sandbox.learns_from(move || told.credentials());
        let scheme = if tls.is_some() { "https" } else { "http" };
        Some(Self { server, sandbox, scheme, folder })
    }

    /// Where to log in.
    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.server.port)
    }

    /// Where the server misbehaves in one manner, see `misbehaviour.py`.
    pub(crate) fn manner(&self, manner: &str) -> String {
        format!("{}/{manner}", self.url())
    }

    /// The root of trust, outside the sandbox.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// `login` as the app's own key does it, with the words of `more`.
    pub(crate) fn login(&self, more: &str) -> Invocation<'_> {
        self.login_at(&self.url(), more)
    }

    /// The same at another address.
    pub(crate) fn login_at(&self, url: &str, more: &str) -> Invocation<'_> {
        self.login_with("app.key", url, more)
    }

    /// The same with another key.
    pub(crate) fn login_with(&self, key: &str, url: &str, more: &str) -> Invocation<'_> {
        let trust = if self.scheme == "https" { "--ca-file ca.crt" } else { "" };
        let who = format!("--client-id {CLIENT} --username {USER} --key {key}");
        self.run(&format!("login {who} --login-url {url} {trust} {more}"))
    }

    /// Any line, in the surroundings of somebody who wants to see everything.
    pub(crate) fn run(&self, line: &str) -> Invocation<'_> {
        curious(self.sandbox.certwright(line))
    }

    /// What the server answers to an assertion that Python posts.
    pub(crate) fn post(&self, assertion: &str) -> String {
        let script = "import ssl, sys, urllib.error, urllib.parse as p, urllib.request as r\n\
            trust = ssl.create_default_context(cafile=sys.argv[1])\n\
            form = {'grant_type': 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'assertion': sys.stdin.read().strip()}\n\
            direct = r.build_opener(r.ProxyHandler({}), r.HTTPSHandler(context=trust))\n\
            try: print(direct.open(sys.argv[2], p.urlencode(form).encode()).read().decode())\n\
            except urllib.error.HTTPError as refusal: print(refusal.read().decode())";
        let mut command = tool("authlib").unwrap().command(self.sandbox.folder());
        command.args(["-c", script]).arg(self.authority()).arg(format!("{}/services/oauth2/token", self.url()));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(assertion.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    }

    /// What the server was asked for.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.server.events("request")
    }

    /// The one request that the server got, with the decoded assertion in it.
    #[track_caller]
    pub(crate) fn request(&self) -> Value {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests[0].clone()
    }

    /// The token that the server issued last.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let issued = self.server.credentials().into_iter().rfind(|one| one.name == "access_token");
        issued.unwrap_or_else(|| panic!("no token was issued")).value
    }
}

/// The run with every switch on that makes other programs talk. None of them may make this one show a secret.
pub(crate) fn curious(invocation: Invocation<'_>) -> Invocation<'_> {
    invocation.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").env("SSLKEYLOGFILE", "tls-keys.log")
}

/// Closes a file to others, as `create` left it.
fn for_its_owner(path: &Path) {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    #[cfg(not(unix))]
    let _ = path;
}

type Files = BTreeMap<String, Vec<u8>>;

/// What our program makes for an app whose key is of this type, and the pair of somebody else; made once.
fn files_of(key_type: &'static str) -> Files {
    static MADE: OnceLock<Mutex<BTreeMap<&'static str, Files>>> = OnceLock::new();
    let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(key_type)
        .or_insert_with(|| {
            let sandbox = Sandbox::new();
            let create = format!("create -t {key_type}");
            sandbox.done(&format!("{create} --name app --cn app.example.com --alias login --passout generate"));
            sandbox.done(&format!("{create} --name other --cn other.example.com --only key,crt"));
            let names = sandbox.snapshot().files();
            names.iter().map(|name| (name.clone(), sandbox.read(name))).collect()
        })
        .clone()
}
