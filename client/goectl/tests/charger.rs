//! The program against chargers that say what the test wants: with quirks, without an
//! API, silent, or gone.

mod support;

use std::fs;
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use support::{Running, Served, ask, ended, ends, goectl, golden, run};

/// As a real one says it: with a key that no table has, a name that nobody should print,
/// and a value that the table does not know.
const STATUS: &str = r#"{"fna":"Gar\u001b[2Jage","sse":"072246","typ":"go-eCharger","fwv":"56.2",
"car":2,"modelStatus":3,"err":0,"alw":true,"frc":0,"amp":16,"dwo":null,"eto":1234567,"rbt":5759365060,
"nrg":[230,229.5,231,0,16,16,15.9,3643,3628,3636,0,10907,99,99,99,0],"tma":[24.5,31.25],"lmo":4,
"mce":true,"mcc":false,"mcu":"mqtt://me:hunter22@broker","men":false,"cus":77,
"ccw":{"ssid":"home","rssi":-60},"zzz":{"new":[1,2.50]}}"#;

#[test]
fn people_see_what_it_does() {
    let served = Served::status(STATUS);
    let all = ask(&served, &["status"]);
    assert_eq!((all.code, all.err.as_str()), (Some(0), ""));
    golden("status.txt", &all.out);
    let few = ask(
        &served,
        &["status", "nrg", "ccw.ssid", "zzz", "tma.1", "cus"],
    );
    assert_eq!((few.code, few.err.as_str()), (Some(0), ""));
    golden("status_few.txt", &few.out);
    let everything = ask(&served, &["status", "--all"]);
    assert!(everything.out.contains("zzz") && everything.out.contains("mqtt://me:***@broker"));
    // What a stranger wrote commands no terminal, and nothing is coloured where none reads.
    for said in [all, few, everything] {
        assert!(!said.out.contains("hunter22"), "{}", said.out);
        assert!(!said.out.contains('\u{1b}'), "{}", said.out);
    }
    let coloured = ask(&served, &["--color", "always", "status", "amp"]);
    assert!(coloured.out.contains("\u{1b}[36mamp"), "{}", coloured.out);
    let asked = served.asked();
    assert!(
        asked[1].contains("filter=nrg,ccw,zzz,tma,cus,fwv"),
        "{asked:?}"
    );
}

#[test]
fn scripts_get_what_it_says() {
    let served = Served::status(STATUS);
    for (args, out) in [
        (&["get", "amp"][..], "16\n"),
        (&["get", "dwo"], "null\n"),
        (&["get", "typ"], "go-eCharger\n"),
        // Nothing is taken for colour.
        (&["get", "fna"], "Gar\u{1b}[2Jage\n"),
        (&["get", "nrg.11"], "10907\n"),
        (&["get", "ccw.ssid"], "home\n"),
        (&["get", "zzz"], "{\"new\":[1,2.50]}\n"),
        (
            &["status", "--json", "tma", "nrg.1"],
            "{\"tma\":[24.5,31.25],\"nrg.1\":229.5}\n",
        ),
    ] {
        let said = ask(&served, args);
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (Some(0), out, ""),
            "{args:?}"
        );
    }
    let said = ask(&served, &["status", "--json"]);
    let members = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    // Some chargers show the password of their broker.
    assert_eq!(
        members(&said.out),
        members(&STATUS.replace("hunter22", "***"))
    );
}

#[test]
fn what_is_not_there_is_explained() {
    let served = Served::status(STATUS);
    for (args, code, words) in [
        (
            &["get", "ampp"][..],
            2,
            "did you mean `amp`? Current that the owner wants",
        ),
        (&["get", "rst"], 2, "`rst` can only be set"),
        (
            &["get", "nrg.16"],
            2,
            "`nrg` has 16 entries, counted from 0",
        ),
        (&["get", "ccw.bssid"], 2, "`ccw` has rssi, ssid"),
        (&["get", "amp.0"], 2, "`amp` is one value"),
        (
            &["status", "c0n"],
            1,
            "firmware has it from 60.0 on; this charger has 56.2",
        ),
        (&["get", "lbr"], 1, "this charger has no `lbr`"),
    ] {
        let said = ask(&served, args);
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""), "{args:?}");
        assert!(said.err.contains(words), "{}", said.err);
    }
    let said = ask(&served, &["status", "amp", "c0n"]);
    assert!(
        said.out.contains("16 A") && said.code == Some(1),
        "{said:?}"
    );
}

#[test]
fn what_the_table_refuses_is_not_sent() {
    let served = Served::status(STATUS);
    for args in [
        ["amp=40"],
        ["alw=true"],
        ["amqp=1"],
        ["frc=maybe"],
        ["amp"],
        ["dwo=3"],
    ] {
        let said = ask(&served, &[&["set", "dwo=null"][..], &args].concat());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{args:?}");
    }
    assert!(served.asked().is_empty(), "{:?}", served.asked());
}

#[test]
fn refusals_are_explained_from_the_table_and_tell_no_secret() {
    let served = Served::by(|path| {
        let refusals = r#"{"amp":true,"lmo":"lmo: failed: Value 5 exceeds range 3 to 4 (5)",
            "c0n":"c0n: unknown api key","mcu":"mcu: failed: no such broker (\"mqtt://me:hunter22@b\")","wifis":"wifis: failed: too short ([{\"key\":\"hunter22\"}])"}"#;
        Some(match path.starts_with("/api/set") {
            true => (500, refusals.to_owned()),
            false => (200, r#"{"fwv":"59.4"}"#.to_owned()),
        })
    });
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("wifis");
    fs::write(&secret, "[{\"key\":\"hunter22\"}]").expect("written");
    let wifis = format!("wifis=@{}", secret.display());
    let url = folder.path().join("url");
    fs::write(&url, "mqtt://me:hunter22@b\n").expect("written");
    let mcu = format!("mcu=@{}", url.display());
    let said = ask(
        &served,
        &["set", "amp=16", "lmo=nexttrip", "c0n=Anna", &mcu, &wifis],
    );
    assert_eq!(said.code, Some(1));
    let told = said.out + &said.err;
    assert!(!told.contains("hunter22"), "{told}");
    golden("refused.txt", &told);
    let sent = "/api/set?amp=16&lmo=5&c0n=%22Anna%22&mcu=";
    assert!(served.asked()[0].starts_with(sent), "{:?}", served.asked());
}

#[test]
fn values_that_were_taken_are_told_but_for_secrets() {
    let served = Served::by(|_| Some((200, r#"{"amp":true,"frc":true,"wifis":true}"#.to_owned())));
    let mut command = goectl();
    command.arg("--host").arg(served.at.to_string());
    command.args(["set", "amp=6", "frc=off", "wifis=@-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("piped");
    std::io::Write::write_all(&mut input, b"[{\"ssid\":\"a\",\"key\":\"hunter22\"}]\n")
        .expect("written");
    drop(input);
    let said = ends(child);
    let out = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(said.status.success());
    assert!(
        out.contains("6 A") && out.contains("Off (1)") && out.contains("***"),
        "{out}"
    );
    assert!(!out.contains("hunter22"), "{out}");
    assert!(served.asked()[0].contains("hunter22"));
}

#[test]
fn who_cannot_be_reached_is_told_what_to_do() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = free.local_addr().expect("bound").to_string();
    drop(free);
    let silent = Served::by(|_| None);
    let off = Served::by(|_| Some((404, "Not found".to_owned())));
    let other = Served::by(|_| Some((200, "<html>".to_owned())));
    let (silent_at, off_at, other_at) = (
        silent.at.to_string(),
        off.at.to_string(),
        other.at.to_string(),
    );
    for (host, words) in [
        (nobody.as_str(), "goectl discover"),
        (&silent_at, "did not answer within 0.3 s"),
        (&off_at, "allowed in the app"),
        (&other_at, "no object of JSON"),
    ] {
        for command in [
            &["status"][..],
            &["get", "amp"],
            &["set", "amp=6"],
            &["export", "--csv"],
            &["watch"],
            &["watch", "amp"],
            &["doctor"],
        ] {
            let args = [&["--timeout", "0.3", "--host", host], command].concat();
            let said = run(&args);
            assert_eq!(said.code, Some(3), "{args:?} {said:?}");
            assert!(
                said.err.contains(words) && said.err.contains(host),
                "{args:?} {}",
                said.err
            );
        }
    }
    for (host, words) in [
        ("https://x", "plain HTTP"),
        ("a b", "no address"),
        ("", "no host"),
    ] {
        let said = run(&["--host", host, "status"]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(words), "{}", said.err);
    }
    let said = run(&["status"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("goectl discover") && said.err.contains("GOE_HOST"),
        "{}",
        said.err
    );
}

#[test]
fn the_environment_and_the_file_say_which() {
    let served = Served::status(STATUS);
    let host = served.at.to_string();
    let said = ended(goectl().env("GOE_HOST", &host).args(["get", "amp"]));
    assert_eq!((said.code, said.out.as_str()), (Some(0), "16\n"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, format!("[charger.garage]\nhost = \"{host}\"\n")).expect("written");
    for args in [&["get", "amp"][..], &["--host", "garage", "get", "amp"]] {
        let said = ended(goectl().arg("--config").arg(&file).args(args));
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(0), "16\n"),
            "{args:?}"
        );
    }
}

#[test]
fn a_change_is_a_line() {
    let count = AtomicU32::new(0);
    let served = Served::by(move |_| {
        let amp = 6 + count.fetch_add(1, Ordering::SeqCst).min(3) / 2;
        Some((200, format!("{{\"amp\":{amp},\"car\":2,\"fwv\":\"60.4\"}}")))
    });
    let mut command = goectl();
    command
        .arg("--host")
        .arg(served.at.to_string())
        .args(["watch", "--json", "amp"]);
    let watch = Running::start(&mut command);
    let told = [(); 2].map(|()| -> Value { serde_json::from_str(&watch.line()).expect("JSON") });
    let parts: Vec<_> = told
        .iter()
        .map(|line| (&line["key"], &line["before"], &line["value"]))
        .collect();
    assert_eq!(
        parts,
        [
            (&Value::from("amp"), &Value::Null, &Value::from(6)),
            (&Value::from("amp"), &Value::from(6), &Value::from(7)),
        ]
    );
    assert!(
        told[0]["time"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z')),
        "{told:?}"
    );
}

#[test]
fn tables_for_other_programs() {
    let served = Served::status(STATUS);
    for (flag, file) in [("--csv", "export.csv"), ("--prometheus", "export.prom")] {
        let said = ask(&served, &["export", flag]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        golden(file, &said.out);
    }
}

#[test]
fn the_doctor_finds_what_is_odd() {
    let served = Served::status(STATUS);
    let said = ask(&served, &["doctor"]);
    assert_eq!(said.code, Some(1));
    let out = said.out.replace(&served.at.to_string(), "HOST");
    let out: String = out
        .lines()
        // The time that it took, and keys that come with each release of the table.
        .map(|line| match line.split_once(" answers in ") {
            Some((before, _)) => format!("{before} answers\n"),
            None => format!(
                "{}\n",
                line.split(" of the table that").next().unwrap_or(line)
            ),
        })
        .filter(|line| !line.contains("missing"))
        .collect();
    golden("doctor.txt", &(out + &said.err));
    let said = ask(&served, &["doctor", "--json"]);
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    let findings = report["findings"].as_array().expect("an array");
    let bad = findings
        .iter()
        .filter(|finding| finding["verdict"] == "bad")
        .count();
    assert_eq!((bad, said.code), (2, Some(1)), "{report}");
}

/// A WebSocket that is full or hangs is there.
#[test]
fn the_doctor_tells_why_there_is_no_websocket() {
    for (answer, verdict, words) in [
        (Some(404), "note", "not offered"),
        (Some(503), "note", "on, all seats are taken"),
        (Some(500), "bad", "HTTP 500"),
        (None, "bad", "did not answer within 0.5 s"),
    ] {
        let served = Served::by(move |path| match path {
            "/ws" => answer.map(|status| (status, String::new())),
            _ => Some((200, STATUS.to_owned())),
        });
        let said = ask(&served, &["--timeout", "0.5", "doctor", "--json"]);
        let report: Value = serde_json::from_str(&said.out).expect("JSON");
        let mut findings = report["findings"].as_array().expect("an array").iter();
        let found = findings.find(|finding| finding["about"] == "WebSocket");
        let found = found.expect("it was looked at");
        assert_eq!(found["verdict"], verdict, "{found}");
        let says = found["says"].as_str().expect("a text");
        assert!(says.contains(words), "{says}");
    }
}

/// Whoever has seen enough closes the pipe, before something is said or behind it.
#[test]
fn a_closed_pipe_is_no_fault() {
    let count = AtomicU32::new(0);
    let served = Served::by(move |_| {
        let amp = 6 + count.fetch_add(1, Ordering::SeqCst) % 26;
        Some((200, format!("{{\"amp\":{amp},\"fwv\":\"60.4\"}}")))
    });
    let host = served.at.to_string();
    for args in [
        &["explain"][..],
        &["status", "--all"],
        &["export", "--csv"],
        &["watch", "--json", "amp"],
    ] {
        let mut command = goectl();
        command.arg("--host").arg(&host).args(args);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let said = ends(child);
        assert!(said.status.success(), "{args:?}: {said:?}");
        assert!(said.stderr.is_empty(), "{args:?}: {said:?}");
    }
}
