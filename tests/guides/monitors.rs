//! What judges and tells: Prometheus, Nagios, Icinga.

use crate::support::{Sandbox, tool};
use crate::{is_taken, shown};

const ALERTS: &str = "prometheus-alerts.yml";

#[test]
fn prometheus_takes_the_alerts() {
    let Some(promtool) = tool("promtool") else { return };
    let check = |sandbox: &Sandbox, name: &str| promtool.try_run(sandbox, &format!("check rules {name}"));
    let faults = [
        ("time() - certwright", "time( - certwright", "parse"),
        ("expr:", "expression:", "not found"),
        ("humanizeDuration", "humaniseDuration", "not defined"),
    ];
    is_taken(ALERTS, &faults, check);
}

/// `alerts.test.yml` beside this test says which alert is to be given when.
#[test]
fn each_alert_is_given_in_its_time() {
    let Some(promtool) = tool("promtool") else { return };
    let test = |sandbox: &Sandbox, _: &str| {
        sandbox.write("alerts.test.yml", include_str!("alerts.test.yml"));
        promtool.try_run(sandbox, "test rules alerts.test.yml")
    };
    let faults = [("30 * 86400", "3 * 86400", "FAILED"), ("status=\"critical\"", "status=\"warning\"", "FAILED")];
    is_taken(ALERTS, &faults, test);
}

#[test]
fn the_alerts_ask_for_what_a_check_writes() {
    let sandbox = Sandbox::new();
    sandbox.done("create --cn a --only key,crt --days 3");
    sandbox.write("broken.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let run = sandbox.certwright("check . --format prometheus -o a.prom --force --quiet").run();
    assert!([Some(2), Some(3)].contains(&run.code), "{run}");
    let written = sandbox.text("a.prom");
    let is_name = |character: char| character.is_ascii_lowercase() || character == '_';
    let alerts = shown(ALERTS);
    let asked = alerts.match_indices("certwright_").map(|(start, _)| {
        let rest = &alerts[start..];
        &rest[..rest.find(|character| !is_name(character)).unwrap()]
    });
    let mut count = 0;
    for name in asked {
        assert!(written.contains(&format!("\n{name}")), "{name} is not written:\n{written}");
        count += 1;
    }
    assert!(count >= 5, "only {count} names were found");
    for label in ["path", "serial", "subject_cn", "kind"] {
        assert!(alerts.contains(&format!("$labels.{label} ")) && written.contains(&format!("{label}=\"")), "{label}");
    }
    assert!(written.contains("status=\"critical\""), "{written}");
}

/// Nagios looks at the file among what every installation has: a host, a template, a contact.
#[test]
fn nagios_takes_the_service() {
    let (Some(nagios), Some(id)) = (tool("nagios4"), tool("id")) else { return };
    let verify = |sandbox: &Sandbox, name: &str| {
        let folder = sandbox.folder().display();
        let (user, group) = (id.run(sandbox, "-un"), id.run(sandbox, "-gn"));
        sandbox.write("surroundings.cfg", include_str!("nagios-surroundings.cfg"));
        let main = format!(
            "cfg_file={folder}/surroundings.cfg\ncfg_file={folder}/{name}\nlog_file={folder}/log\n\
             check_result_path={folder}\nlock_file={folder}/lock\ntemp_path={folder}\n\
             nagios_user={user}nagios_group={group}"
        );
        sandbox.write("main.cfg", main);
        nagios.try_run(sandbox, "-v main.cfg")
    };
    let faults = [
        ("check_command        check_certwright!", "check_command        check_certificates!", "not defined anywhere"),
        ("check_interval ", "check_every ", "Invalid service object directive"),
    ];
    is_taken("nagios.cfg", &faults, verify);
}

#[test]
fn icinga_takes_the_service() {
    let (Some(icinga), Some(id)) = (tool("icinga2"), tool("id")) else { return };
    let verify = |sandbox: &Sandbox, name: &str| {
        let host = "object Host \"h\" {\n check_command = \"certwright\"\n vars.certificates = \"/etc/pki\"\n}\n";
        sandbox.write("all.conf", sandbox.text(name) + host);
        let (user, group) = (id.run(sandbox, "-un"), id.run(sandbox, "-gn"));
        let folder = sandbox.folder().display();
        let folders =
            ["DataDir", "LogDir", "CacheDir", "InitRunDir"].map(|name| format!("-D{name}='{folder}'")).join(" ");
        let (user, group) = (user.trim(), group.trim());
        let line = format!("daemon -C -c all.conf {folders} -DRunAsUser={user} -DRunAsGroup={group}");
        icinga.try_run(sandbox, &line)
    };
    let faults = [
        ("arguments = {", "argumnts = {", "does not exist"),
        ("check_command = \"certwright\"", "check_command = \"certificates\"", "does not exist"),
        ("assign where", "assign when", "syntax error"),
    ];
    is_taken("icinga2.conf", &faults, verify);
}
