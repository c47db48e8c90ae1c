//! `create --batch`: a list as TOML and as each spreadsheet's CSV, what is refused, and what fails alone.

use serde_json::Value;

use crate::support::Sandbox;

fn made(sandbox: &Sandbox, line: &str) -> Value {
    sandbox.done(&format!("create {line} --json")).json()
}

#[test]
fn each_name_of_a_list_gets_a_folder_with_a_proved_set() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "names.csv",
        "name,cn,san,days\nalpha,alpha.example,dns:a.example;ip:192.0.2.1,30\nbeta,beta.example,,\n",
    );
    let report =
        made(&sandbox, "--batch names.csv --dir certs -t p256 --iterations 1000 --passout generate --org Example");
    assert_eq!(
        (&report["schema"], &report["made"], &report["failed"]),
        (&"certwright/create-batch/1".into(), &2.into(), &0.into())
    );
    let alpha = &report["sets"][0];
    assert_eq!((&alpha["name"], &alpha["outcome"], &alpha["proved"]), (&"alpha".into(), &"made".into(), &true.into()));
    assert_eq!(alpha["subject"], "CN=alpha.example,O=Example");
    for name in ["alpha", "beta"] {
        for form in ["key", "csr", "crt", "p12", "jks", "pass"] {
            sandbox.read(&format!("certs/{name}/{name}.{form}"));
        }
        sandbox.done(&format!("verify certs/{name} --passin file:certs/{name}/{name}.pass"));
    }
    assert_ne!(sandbox.text("certs/alpha/alpha.pass"), sandbox.text("certs/beta/beta.pass"));
}

#[test]
fn a_list_is_toml_too_and_says_more_than_the_options() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "lists/names.toml",
        "[defaults]\ntype = \"p256\"\nonly = [\"key\", \"crt\"]\n[[set]]\nname = \"a\"\ncn = \"a\"\n\
         [[set]]\nname = \"b\"\nsubject = \"CN=b,O=B\"\ntype = \"ed25519\"\ndir = \"other\"\n",
    );
    let report = made(&sandbox, "--batch lists/names.toml --dir made -t rsa:2048");
    let [a, b] = [&report["sets"][0], &report["sets"][1]];
    assert_eq!(
        (&a["algorithm"], &b["algorithm"], &b["subject"]),
        (&"EC P-256".into(), &"Ed25519".into(), &"CN=b,O=B".into())
    );
    // A folder that the list names is beside the list.
    sandbox.done("verify made/a");
    sandbox.done("verify lists/other/b");
}

#[test]
fn lists_of_german_excel_are_read() {
    let sandbox = Sandbox::new();
    sandbox.write("names.csv", "\u{feff}name;cn;only;san\r\na;Zoë;key;\"dns:a;dns:b\"\r\nb;b;key;\r\n;;;\r\n");
    assert_eq!(made(&sandbox, "--batch names.csv -t p256")["made"], 2);
    let sandbox = Sandbox::new();
    sandbox.write("names.csv", b"name;cn\r\na;M\xfcller\r\n");
    sandbox.refused(2, "create --batch names.csv").says("line 2: it is not UTF-8").says("CSV UTF-8");
    sandbox.write("names.csv", b"\xff\xfen\0a\0m\0e\0");
    sandbox.refused(2, "create --batch names.csv").says("UTF-16");
}

#[test]
fn one_that_fails_leaves_the_others() {
    let sandbox = Sandbox::new();
    sandbox.write("b/b.key", "somebody's");
    sandbox.write("names.csv", "name,cn\na,a\nb,b\nc,c\n");
    let line = "create --batch names.csv -t p256 --only key,crt";
    let run = sandbox.certwright(&format!("{line} --json")).run();
    assert_eq!(run.code, Some(1), "{run}");
    let report = run.json();
    let outcomes: Vec<&str> =
        report["sets"].as_array().unwrap().iter().map(|set| set["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["made", "failed", "made"]);
    assert_eq!(report["sets"][1]["error"]["kind"], "already_exists");
    assert_eq!(sandbox.snapshot().files(), ["a/a.crt", "a/a.key", "b/b.key", "c/c.crt", "c/c.key", "names.csv"]);
    let text = sandbox.certwright(line).run();
    assert!(text.stdout.ends_with("0 of 3 sets made, each proved; 3 failed\n"), "{text}");
    let replaced = sandbox.done(&format!("{line} --force"));
    assert!(replaced.stdout.ends_with("3 of 3 sets made, each proved; 0 failed\n"), "{replaced}");
}

#[test]
fn a_folder_that_cannot_be_made_stops_its_own_sets_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("taken", "a file");
    let set = |name: &str, dir: &str| format!("[[set]]\nname = \"{name}\"\ncn = \"x\"\ndir = \"{dir}\"\n");
    sandbox.write("names.toml", set("a", "taken") + &set("b", "free") + &set("c", "taken"));
    let run = sandbox.certwright("create --batch names.toml -t p256 --only key,crt --json").run();
    assert_eq!(run.code, Some(1), "{run}");
    let report = run.json();
    let outcomes: Vec<&str> =
        report["sets"].as_array().unwrap().iter().map(|set| set["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["failed", "made", "failed"], "{report:#}");
}

#[test]
fn one_at_a_time_makes_the_same_as_four() {
    let files = |jobs: &str| {
        let sandbox = Sandbox::new();
        let names: String = (0..8).map(|number| format!("n{number},cn{number}\n")).collect();
        sandbox.write("names.csv", format!("name,cn\n{names}"));
        let report = made(&sandbox, &format!("--batch names.csv -t p256 --only key,crt --dir certs --jobs {jobs}"));
        let subjects: Vec<Value> =
            report["sets"].as_array().unwrap().iter().map(|set| set["subject"].clone()).collect();
        (sandbox.snapshot().files(), subjects)
    };
    assert_eq!(files("1"), files("4"));
}

#[test]
fn a_list_with_faults_makes_nothing() {
    let sandbox = Sandbox::new();
    let secret = sandbox.secret("correct horse battery staple").to_owned();
    for (text, fault) in [
        (format!("name,cn,passout\na,a,{secret}\n"), "line 2: `passout` takes the place where the password is"),
        ("name,cn,colour\na,a,red\n".to_owned(), "line 1: `colour` is no member"),
        ("name,cn,activate\na,a,true\n".to_owned(), "`activate` is for `rotate auto --config`"),
        ("name,cn\na,a\nA,b\n".to_owned(), "line 3: `A` is the place of the set in line 2 too"),
        ("name,cn\r\n\r\na,a\r\nb c,b\r\n".to_owned(), "line 4: `name` cannot be used"),
        (
            "name,cn\na\n".to_owned(),
            "it has a fault\n  cause: line 2: it has cells for 1 columns, and the header has 2",
        ),
        ("name,org\na,Example\n,Example\n".to_owned(), "line 3: the set has no `name`"),
        ("name,cn\n=1+2,a\n".to_owned(), "line 2: `name` cannot be used"),
        ("name,days\na,0\n".to_owned(), "line 2: `days` cannot be used"),
        ("name\na\n".to_owned(), "line 2: the set has no subject"),
    ] {
        sandbox.write("names.csv", text);
        sandbox.refused(2, "create --batch names.csv --passout generate").says(fault);
    }
    sandbox.write("names.csv", "name,cn\na,a\n");
    let line = "create --batch names.csv --dir new --passout generate:all.pass";
    sandbox.refused(2, line).says("a password of its own");
    assert!(!sandbox.path("new").exists(), "a run that was refused made a folder");
    sandbox.refused(2, "create --batch names.csv --cn x").says("cannot stand together");
    sandbox.write("names.txt", "name,cn\na,a\n");
    sandbox.refused(2, "create --batch names.txt").says("neither in .toml nor in .csv");
}
