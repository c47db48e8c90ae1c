//! The five tutorials, line by line, as their readers type them; the real programs judge what stands there afterwards.

use crate::reader::{EXPORT, STORE, SUBJECT, Tutorial, at_terminal, questions, through_pipe};
use crate::run::Peers;
use crate::support::{Outcome, Sandbox, tool, words};

/// How the questions are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Pipe,
    Terminal,
}

/// One test for each tutorial and way, so that they run side by side.
macro_rules! tutorials {
    ($($name:ident $way:ident $tutorial:literal;)*) => {
        $(#[test] fn $name() { play(&Tutorial::named($tutorial), Way::$way); })*
    };
}

tutorials! {
    t1_through_a_pipe Pipe "T1";
    t1_at_a_terminal Terminal "T1";
    t2_through_a_pipe Pipe "T2";
    t2_at_a_terminal Terminal "T2";
    t3_through_a_pipe Pipe "T3";
    t3_at_a_terminal Terminal "T3";
    t4_through_a_pipe Pipe "T4";
    t4_at_a_terminal Terminal "T4";
    t5_through_a_pipe Pipe "T5";
    t5_at_a_terminal Terminal "T5";
}

/// Types every line in turn into an empty folder, and has the real programs judge the files.
fn play(tutorial: &Tutorial, way: Way) {
    let Some(peers) = Peers::find() else { return };
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    for password in [EXPORT, STORE].into_iter().chain(tutorial.text("encrypted_key_password")) {
        sandbox.secret(password);
    }
    for line in &tutorial.lines {
        let questions = questions(line);
        let outcome = match way {
            Way::Pipe => through_pipe(&sandbox, line, &[], &typed(&questions)),
            Way::Terminal => at_terminal(&python, &sandbox, line, &questions),
        };
        assert!(outcome.code == Some(0), "{line}\n{outcome}");
        check_talk(line, &outcome);
    }
    assert_eq!(sandbox.snapshot().files(), tutorial.files);
    judge(&peers, tutorial, &sandbox);
}

/// The answers as lines.
fn typed(questions: &[(&str, &str)]) -> String {
    questions.iter().map(|(_, answer)| format!("{answer}\n")).collect()
}

/// What is said after a line that succeeded: its native form, once, and a warning of a password that stands in it.
fn check_talk(line: &str, outcome: &Outcome) {
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    let is_ours = line.starts_with("openssl ") || line.starts_with("keytool ");
    assert_eq!(said.matches("in certwright: certwright ").count(), usize::from(is_ours), "{line}\n{outcome}");
    assert_eq!(said.matches("warning: a password on a command line").count(), line.matches("pass:").count(), "{line}");
    let warns_of_alias = line.contains("pkcs12 -export") || line.contains("-importkeystore");
    let warned = said.lines().any(|line| line.contains("`1`") && line.contains("Salesforce"));
    assert_eq!(warned, warns_of_alias, "that Salesforce refuses the alias 1: {line}\n{outcome}");
}

/// Has the real openssl and keytool accept every file.
fn judge(peers: &Peers, tutorial: &Tutorial, sandbox: &Sandbox) {
    let ask = |line: &str| {
        let words = words(line);
        peers.openssl(sandbox.folder(), &words.iter().map(String::as_str).collect::<Vec<_>>(), b"")
    };
    let key = tutorial.text("key").unwrap();
    assert!(ask(&format!("rsa -in {key} -check -noout")).contains("RSA key ok"), "{key}");
    assert!(ask(&format!("pkey -in {key} -noout -text")).starts_with("Private-Key: (2048 bit, 2 primes)\n"), "{key}");
    let public_key = ask(&format!("pkey -in {key} -pubout"));

    if let Some(file) = tutorial.text("encrypted_key") {
        let password = tutorial.text("encrypted_key_password").unwrap();
        assert!(sandbox.text(file).starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "{file}");
        assert_eq!(ask(&format!("pkey -in {file} -passin pass:{password} -pubout")), public_key, "{file}");
    }
    if let Some(file) = tutorial.text("request") {
        ask(&format!("req -in {file} -noout -verify"));
        assert_eq!(ask(&format!("req -in {file} -noout -pubkey")), public_key, "{file}");
        assert_eq!(subject(&ask(&format!("req -in {file} -noout -subject -nameopt RFC2253"))), SUBJECT);
    }
    let file = tutorial.text("certificate").unwrap();
    assert_eq!(ask(&format!("x509 -in {file} -noout -pubkey")), public_key, "{file}");
    assert_eq!(subject(&ask(&format!("x509 -in {file} -noout -subject -nameopt RFC2253"))), SUBJECT);
    assert!(ask(&format!("x509 -in {file} -noout -text")).contains("Version: 3 (0x2)"), "{file}");
    assert_eq!(ask(&format!("verify -check_ss_sig -CAfile {file} {file}")), format!("{file}: OK\n"));
    // Valid in 364 days, and no more in 366.
    ask(&format!("x509 -in {file} -noout -checkend {}", 364 * 86_400));
    let words = words(&format!("x509 -in {file} -noout -checkend {}", 366 * 86_400));
    assert_eq!(peers.run(sandbox.folder(), "openssl", &words, &[], b"").code, Some(1), "{file}");

    let certificate = ask(&format!("x509 -in {file}"));
    if let Some(file) = tutorial.text("p12") {
        let opened = ask(&format!("pkcs12 -in {file} -passin pass:{EXPORT} -nodes"));
        assert!(opened.contains(&certificate), "{file}: {opened}");
        assert!(opened.contains(&ask(&format!("pkey -in {key}"))), "{file}: {opened}");
    }
    if let Some(file) = tutorial.text("jks") {
        judge_jks(peers, sandbox, file, tutorial.text("alias").unwrap());
    }
}

/// keytool lists the entry, and a Java program takes its key out with the store's password and signs.
fn judge_jks(peers: &Peers, sandbox: &Sandbox, file: &str, alias: &str) {
    let line = format!("-list -keystore {file} -storetype JKS -storepass {STORE}");
    let listed = peers.run(sandbox.folder(), "keytool", &words(&line), &[], b"");
    let shown = String::from_utf8_lossy(&listed.stdout);
    assert!(listed.code == Some(0), "{listed}");
    assert!(shown.contains("Your keystore contains 1 entry"), "{listed}");
    let entry = shown.lines().find(|line| line.contains("PrivateKeyEntry"));
    assert!(entry.is_some_and(|entry| entry.starts_with(&format!("{alias}, "))), "{listed}");
    let Some(java) = tool("java") else { return };
    sandbox.write("store.pass", STORE);
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/java/SignWithStore.java");
    let said = java.run(sandbox, &format!("'{program}' JKS {file} {alias} store.pass"));
    assert!(said.contains(&format!("{file}: signed and verified\n")), "{said}");
}

fn subject(shown: &str) -> &str {
    shown.trim_end().split_once('=').unwrap().1
}

#[test]
fn every_line_of_the_tutorials_is_there() {
    let tutorials = Tutorial::all();
    let count =
        |program: &str| tutorials.iter().flat_map(|it| &it.lines).filter(|line| line.starts_with(program)).count();
    let counts = ["openssl ", "keytool ", "rm ", "cp "].map(count);
    assert_eq!(counts, [20, 2, 2, 1]);
    for line in tutorials.iter().flat_map(|it| &it.lines) {
        assert!(!line.contains(['<', '>']), "a placeholder is not filled in: {line}");
    }
    let left_out: Vec<&str> = tutorials.iter().flat_map(Tutorial::left_out).collect();
    assert!(left_out.iter().all(|line| line.starts_with("sfdx ") || line.starts_with("python ")), "{left_out:?}");
    assert_eq!(left_out.len(), 3);
}

#[test]
fn a_tutorial_that_is_pasted_as_one_line_is_taken_apart() {
    let tutorial = Tutorial::named("T1");
    let left_out = tutorial.left_out();
    let left_out = left_out.iter().map(|line| line.replace("<CONSUMER_KEY>", "3MVG9").replace("<USER_NAME>", "a@b.c"));
    let commands: Vec<String> = tutorial.lines.iter().cloned().chain(left_out).collect();
    let sandbox = Sandbox::new();
    sandbox.secret("myPassw0rd");
    let outcome = through_pipe(&sandbox, &commands.join("$ "), &[], "");
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(sandbox.snapshot().files().is_empty(), "{:?}", sandbox.snapshot().files());
    for command in &commands {
        let shown = command.replace("pass:myPassw0rd", "pass:…");
        assert!(outcome.stderr.lines().any(|line| line.ends_with(&shown)), "{shown:?} is not shown\n{outcome}");
    }
    drop(
        outcome.says("error: 7 commands stand on one line").says("hint: nothing was done; run each of these by itself"),
    );
}

/// Two guides use one name for their key. The second must not cost the first its key.
#[test]
fn the_next_tutorial_in_the_same_folder_asks_before_a_key_is_lost() {
    let Some(python) = tool("python3") else { return };
    let sandbox = Sandbox::new();
    for line in &Tutorial::named("T2").lines[..2] {
        let outcome = through_pipe(&sandbox, line, &[], "");
        assert_eq!(outcome.code, Some(0), "{line}\n{outcome}");
    }
    let (first, next) = (sandbox.read("server.key"), Tutorial::named("T3").lines);
    // A key that nobody can open may be one that is needed: server.pass.key is kept as well.
    let outcome = through_pipe(&sandbox, &next[0], &[], "");
    assert_eq!(outcome.code, Some(1), "{outcome}");
    drop(outcome.says("`server.pass.key` holds a private key, which would be lost").says("--force"));
    let outcome = through_pipe(&sandbox, &format!("{} --force", next[0]), &[], "");
    assert_eq!(outcome.code, Some(0), "{outcome}");

    let outcome = through_pipe(&sandbox, &next[1], &[], "");
    assert_eq!(outcome.code, Some(1), "{outcome}");
    drop(outcome.says("`server.key` holds a private key, which would be lost").says("--force"));
    assert_eq!(sandbox.read("server.key"), first);
    let question = "`server.key` holds a private key. Replace it?";
    for answer in ["n", ""] {
        let outcome = at_terminal(&python, &sandbox, &next[1], &[(question, answer)]);
        assert_eq!(outcome.code, Some(1), "{outcome}");
        assert_eq!(sandbox.read("server.key"), first);
    }
    let outcome = at_terminal(&python, &sandbox, &next[1], &[(question, "y")]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_ne!(sandbox.read("server.key"), first);
    // The same key again costs nothing, and nobody is asked.
    let second = sandbox.read("server.key");
    let outcome = through_pipe(&sandbox, &next[1], &[], "");
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(sandbox.read("server.key"), second);
}

#[test]
fn the_native_form_can_be_switched_off() {
    let sandbox = Sandbox::new();
    let line = "openssl genrsa -out server.key 2048 --force";
    for (line, environment, count) in [
        (line.to_owned(), &[][..], 1),
        (line.to_owned(), &[("CERTWRIGHT_NO_NATIVE", "")], 1),
        (line.to_owned(), &[("CERTWRIGHT_NO_NATIVE", "1")], 0),
        (format!("{line} --quiet"), &[], 0),
    ] {
        let outcome = through_pipe(&sandbox, &line, environment, "");
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert_eq!(outcome.stderr.matches("in certwright: ").count(), count, "{line} {environment:?}\n{outcome}");
    }
}

#[test]
fn a_subject_that_git_bash_made_a_path_is_repaired() {
    let Some(peers) = Peers::find() else { return };
    let sandbox = Sandbox::new();
    for line in [
        "openssl genrsa -out server.key 2048",
        "openssl req -new -key server.key -subj 'C:/Program Files/Git/CN=jwt.example.com/O=Acme' -out server.csr",
    ] {
        let outcome = through_pipe(&sandbox, line, &[], "");
        assert_eq!(outcome.code, Some(0), "{outcome}");
        assert_eq!(outcome.stderr.contains("notice: ") && outcome.stderr.contains("Git Bash"), line.contains("-subj"));
    }
    let shown = peers.openssl(sandbox.folder(), &["req", "-in", "server.csr", "-noout", "-subject"], b"");
    assert_eq!(shown, "subject=CN = jwt.example.com, O = Acme\n");
}

/// `through_pipe` fails where a line does not end.
#[test]
fn a_line_that_nobody_answers_ends_and_names_an_option() {
    for tutorial in Tutorial::all() {
        let sandbox = Sandbox::new();
        for line in &tutorial.lines {
            let questions = questions(line);
            let command = line.split("   ").next().unwrap();
            let outcome = through_pipe(&sandbox, &format!("{command} </dev/null"), &[], "");
            if questions.is_empty() {
                assert_eq!(outcome.code, Some(0), "{line}\n{outcome}");
                continue;
            }
            assert_eq!(outcome.code, Some(1), "{line}\n{outcome}");
            let shown = outcome.stderr.contains(questions[0].0) && outcome.stderr.contains("error: ");
            assert!(shown, "the question is not shown: {line}\n{outcome}");
            let options = ["-subj", "-passout", "-storepass", "-deststorepass", "-srcstorepass"];
            assert!(
                options.iter().any(|option| outcome.stderr.contains(option)),
                "no option is named: {line}\n{outcome}"
            );
            // The next lines need what this one makes.
            let outcome = through_pipe(&sandbox, line, &[], &typed(&questions));
            assert_eq!(outcome.code, Some(0), "{line}\n{outcome}");
        }
    }
}
