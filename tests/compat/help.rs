//! The help pages: each subcommand has one, and every native command that a page names is one that we take.

use crate::support::Sandbox;

/// The subcommands of openssl, or the commands of keytool, that the tool's own page lists.
fn offered(tool: &str) -> Vec<String> {
    let page = Sandbox::new().certwright(&format!("{tool} -help")).run();
    assert_eq!(page.code, Some(0), "{page}");
    let first = page.stdout.lines().next().unwrap().to_owned();
    let list = first.strip_prefix(&format!("of {tool} there are ")).unwrap();
    list.split(", ").map(str::to_owned).collect()
}

/// The page of one subcommand, by each way that leads to it.
fn page(tool: &str, subcommand: &str) -> String {
    let text = |line: &str| {
        let outcome = Sandbox::new().certwright(line).run();
        assert!(outcome.code == Some(0) && outcome.stderr.is_empty(), "{line}\n{outcome}");
        outcome.stdout
    };
    let page = text(&format!("{tool} {subcommand} -help"));
    let others = if tool == "openssl" {
        [format!("openssl help {subcommand}"), format!("openssl {subcommand} --help")]
    } else {
        [format!("keytool -help {subcommand}"), format!("keytool {subcommand} -?")]
    };
    for other in others {
        assert_eq!(text(&other), page, "{other}");
    }
    page
}

/// The native commands in a text, with words in the place of what stands for a value.
fn commands(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter_map(|code| code.strip_prefix("certwright "))
}

#[test]
fn every_native_command_that_help_names_is_taken() {
    let mut count = 0;
    for tool in ["openssl", "keytool"] {
        let mut pages = vec![Sandbox::new().certwright(&format!("{tool} -help")).run().stdout];
        pages.extend(offered(tool).iter().map(|subcommand| page(tool, subcommand)));
        for command in pages.iter().flat_map(|page| commands(page)) {
            if command.contains("SUBCOMMAND") || command.contains("COMMAND") {
                continue;
            }
            let sandbox = Sandbox::new();
            let outcome = sandbox.certwright(command).run();
            let is_taken = outcome.code != Some(2) || outcome.stderr.contains("there is no terminal to ask on");
            // A name by itself, such as `certwright convert`, lacks its arguments, and is one nevertheless.
            let is_name = outcome.stderr.contains(" is missing");
            assert!(is_taken || is_name, "certwright {command}\n{outcome}");
            count += 1;
        }
    }
    assert!(count >= 60, "only {count} commands were found");
}

#[test]
fn the_native_page_lists_what_there_is() {
    for tool in ["openssl", "keytool"] {
        let page = Sandbox::new().certwright(&format!("{tool} --help")).run();
        for subcommand in offered(tool) {
            assert!(page.stdout.contains(&subcommand), "{tool} {subcommand}\n{page}");
        }
    }
}

/// Read aloud: what is refused is named, and so is what does the job.
#[test]
fn what_is_refused_is_named_with_what_does_the_job() {
    for (line, says) in [
        ("openssl ecparam -name prime256v1 -genkey", &["`openssl ecparam` is not offered", "certwright genkey"][..]),
        ("openssl ca -in a.csr", &["`openssl ca` is not offered", "certwright sign"]),
        ("openssl s_client -connect a:1", &["`openssl s_client` is not offered", "of openssl there are"]),
        ("openssl x509 -engine e", &["`-engine` of `openssl x509`", "openssl x509 -help", "certwright inspect"]),
        ("openssl dgst -hmac k", &["`-hmac` of `openssl dgst`", "`certwright openssl dgst -help`"]),
        ("openssl req -CA a.crt", &["`-CA` of `openssl req`", "certwright sign FILE --ca-cert FILE --ca-key FILE"]),
        ("keytool -gencert -alias a", &["`keytool -gencert` is not offered", "certwright sign"]),
        ("keytool -alias a -PrintCertReq", &["`keytool -printcertreq` is not offered", "certwright inspect"]),
        ("keytool -genseckey -alias a", &["`keytool -genseckey` is not offered", "of keytool there are"]),
        ("keytool -frobnicate", &["`-frobnicate` is not a command of `keytool`", "of keytool there are"]),
        ("keytool -keystore a.jks", &["`keytool` needs one of its commands", "of keytool there are"]),
        ("keytool -keypasswd -protected", &["`-protected` of `keytool -keypasswd`", "`certwright passwd`"]),
    ] {
        let outcome = Sandbox::new().certwright(line).run();
        assert_eq!(outcome.code, Some(1), "{line}\n{outcome}");
        for text in says {
            assert!(outcome.stderr.contains(text), "{line}: {text}\n{outcome}");
        }
    }
}
