//! What starts a check or a rotation at its time: cron, systemd, the Windows Task Scheduler.

use crate::support::{Outcome, Sandbox, tool};
use crate::{is_taken, names, shown};

/// The unit as it stands, but for the program's place, which is where it was built.
fn with_program(text: &str) -> String {
    text.replace("/usr/local/bin/certwright", env!("CARGO_BIN_EXE_certwright"))
}

#[test]
fn systemd_takes_each_unit() {
    let Some(analyze) = tool("systemd-analyze") else { return };
    let verify = |sandbox: &Sandbox, name: &str| {
        sandbox.write(name, with_program(&sandbox.text(name)));
        // A timer is verified with the service that it starts.
        if let Some(stem) = name.strip_suffix(".timer") {
            let service = format!("{stem}.service");
            sandbox.write(&service, with_program(&shown(&service)));
        }
        let outcome = analyze.try_run(sandbox, &format!("verify ./{name}"));
        // An option that it does not know is only told, and passed over.
        Outcome { code: outcome.code.filter(|_| outcome.stderr.is_empty()), ..outcome }
    };
    let service: &[(&str, &str, &str)] = &[
        ("ExecStart=/usr/local/bin/certwright", "ExecStart=/no/such/certwright", "not executable"),
        ("ProtectSystem=", "ProtectTheSystem=", "Unknown key"),
        ("Type=oneshot", "Type=once", "Failed to parse"),
    ];
    is_taken("certwright-check.service", service, verify);
    is_taken("certwright-metrics.service", service, verify);
    let timer: &[(&str, &str, &str)] = &[("OnCalendar=", "OnCalender=", "Unknown key")];
    is_taken(
        "certwright-check.timer",
        &[timer, &[("*-*-* 06:17:00", "every day", "Failed to parse")]].concat(),
        verify,
    );
    is_taken("certwright-metrics.timer", timer, verify);
}

#[test]
fn cron_takes_the_crontab() {
    let Some(crontab) = tool("crontab") else { return };
    let check = |sandbox: &Sandbox, name: &str| crontab.try_run(sandbox, &format!("-n {name}"));
    is_taken("crontab", &[("17 6 * * *", "17 26 * * *", "bad hour"), ("27 6 * * 1", "27 6 * * 9", "bad day")], check);
}

/// A line mails nothing on a morning on which all is well, and what was found on another.
#[test]
fn the_morning_line_is_silent_unless_there_is_something_to_do() {
    let Some(shell) = tool("bash") else { return };
    let crontab = shown("crontab");
    let line = crontab.lines().find(|line| line.contains("found=")).unwrap();
    let program = env!("CARGO_BIN_EXE_certwright");
    let command =
        line.splitn(6, ' ').nth(5).unwrap().replace("\\%", "%").replace("$(certwright", &format!("$('{program}'"));
    let run = |days: u32| {
        let sandbox = Sandbox::new();
        sandbox.done(&format!("create --cn a --only key,crt --days {days}"));
        let command = command.replace("/etc/pki", ".");
        let output = shell.command(sandbox.folder()).args(["-c", &command]).output().unwrap();
        Outcome::of(&output)
    };
    let (well, soon) = (run(90), run(3));
    assert!(well.code == Some(0) && well.stdout.is_empty() && well.stderr.is_empty(), "{well}");
    assert!(soon.stdout.contains("CRITICAL"), "{soon}");
}

/// `task.xsd` beside this test is the part of Microsoft's schema that the file uses.
#[test]
fn the_task_is_one_of_the_windows_task_scheduler() {
    let Some(python) = tool("xmlschema") else { return };
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guides/task.xsd");
    let script = "import sys, xmlschema; xmlschema.XMLSchema(sys.argv[1]).validate(sys.argv[2])";
    let validate = |sandbox: &Sandbox, name: &str| python.try_run(sandbox, &format!("-c '{script}' '{schema}' {name}"));
    let faults = [
        ("CalendarTrigger>", "CalendarTriger>", "mismatched"),
        ("<DaysInterval>1<", "<DaysInterval>daily<", "invalid"),
        ("<Command>C:\\Program Files\\certwright\\certwright.exe</Command>", "", "Command"),
        ("IgnoreNew", "Ignore", "enumeration"),
        ("Context=\"System\"", "Context=\"Nobody\"", "Nobody"),
    ];
    is_taken("certwright-check.xml", &faults, validate);
}

/// Each schedule of a workflow or a CronJob, in the five fields of cron, which the judges of YAML do not all read.
#[test]
fn schedules_in_yaml_are_those_of_cron() {
    let Some(python) = tool("croniter") else { return };
    let sandbox = Sandbox::new();
    let script = "import sys; from croniter import croniter; sys.exit(not croniter.is_valid(sys.argv[1]))";
    let judge = |schedule: &str| python.try_run(&sandbox, &format!("-c '{script}' '{schedule}'")).code;
    let mut count = 0;
    for name in names() {
        let text = shown(&name);
        let values = text.lines().filter_map(|line| line.trim().trim_start_matches("- ").split_once(": \""));
        for (_, value) in values.filter(|(key, _)| ["cron", "schedule"].contains(key)) {
            let schedule = value.strip_suffix('"').unwrap();
            assert_eq!(judge(schedule), Some(0), "{name}: {schedule}");
            count += 1;
        }
    }
    assert_eq!(count, 3, "schedules were found");
    assert_ne!(judge("17 66 * * *"), Some(0));
}
