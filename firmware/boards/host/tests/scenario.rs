//! Properties of the virtual charger alone: scenarios, played in virtual time and for
//! clients.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Charger, Options, command};

fn scenarios() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../scenarios"))
}

fn run(args: &[&str]) -> Output {
    let output = command().arg("run").args(args).output();
    output.expect("goe-charger starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("writes");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn the_exit_code_tells_the_worst() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let good = scenarios().join("fault-earth.yaml");
    let good = good.to_str().expect("UTF-8");
    let failing = written(
        folder.path(),
        "failing.yaml",
        "steps:\n  - after: 3s\n    expect: {car: Charging}\n",
    );
    let wrong = written(folder.path(), "wrong.yaml", "stepps: []\n");
    let junit = folder.path().join("junit.xml");
    let junit = junit.to_str().expect("UTF-8");
    let output = run(&[good]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "", "a pipe is told no progress");
    let output = run(&[good, &failing, "--junit", junit]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(
        said.contains(&format!("{failing}:3:14, at 0:00:03")),
        "{said}"
    );
    assert!(said.find("passed") < said.find("FAILED"), "{said}");
    let xml = fs::read_to_string(junit).expect("it was written");
    assert!(
        xml.contains("tests=\"2\" failures=\"1\" errors=\"0\""),
        "{xml}"
    );
    let output = run(&[good, &failing, &wrong, "/no/such/file.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains(&format!("{wrong}:1:1")), "{said}");
    assert!(said.contains("did you mean `steps`?"), "{said}");
    assert!(said.contains("/no/such/file.yaml cannot be read"), "{said}");
}

#[test]
fn serve_is_what_it_does_without_a_command() {
    let help = command().arg("serve").arg("--help").output();
    let help = text(&help.expect("goe-charger starts").stdout);
    assert!(
        help.contains("--scenario") && help.contains("--speed"),
        "{help}"
    );
    let said = command().args(["serve", "--speed", "0"]).output();
    let said = text(&said.expect("goe-charger starts").stderr);
    assert!(said.contains("1..=10000"), "{said}");
}

/// Waits until the scenario is over.
fn end(charger: &Charger) -> Value {
    let began = Instant::now();
    loop {
        let told = charger.json("/scenario");
        if told["state"] == "passed" || told["state"] == "failed" {
            return told;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{told:#}");
        charger.wait_for_seconds(1);
    }
}

fn serving(folder: &Path, scenario: &str) -> Charger {
    let file = written(folder, "played.yaml", scenario);
    Options::args(&["--scenario", &file, "--speed", "60"]).start()
}

#[test]
fn a_client_under_test_meets_the_scenario() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let charger = serving(
        folder.path(),
        "name: A client\nseed: 4\nlasts: 10m\nrelease: 59.4\ngarage: {car: plugged}\nsteps:\n  \
         - when: {car: Charging}\n    garage: {car: plugged}\n  - when: {amp: 10}\n  - expect: {nrg.4: {most: 10.5}}\n    within: 20s\n",
    );
    assert_eq!(charger.value("fwv"), json!("59.4"));
    charger.wait_for("car", support::SOON, |car| car == &json!(2));
    let told = charger.json("/scenario");
    assert_eq!(told["state"], "running", "{told:#}");
    assert_eq!(
        (&told["name"], &told["steps"]),
        (&json!("A client"), &json!(3))
    );
    assert_eq!(charger.set("amp", "10").status, 200);
    let told = end(&charger);
    assert_eq!(told["state"], "passed", "{told:#}");
    assert_eq!(told["failures"], json!([]));
    let note = &told["notes"][0];
    assert_eq!((&note["line"], &note["column"]), (&json!(8), &json!(13)));
    charger.wait_for_log("played.yaml:8:13: `car` of the garage changes nothing");
    charger.wait_for_log("scenario: passed");
}

#[test]
fn what_a_client_fails_to_do_is_told() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let charger = serving(
        folder.path(),
        "steps:\n  - when: {amp: 10}\n    within: 10s\n",
    );
    let told = end(&charger);
    let failure = &told["failures"][0];
    assert_eq!(
        (&failure["line"], &failure["column"]),
        (&json!(2), &json!(12))
    );
    assert_eq!(failure["found"], "amp is 32 A");
    charger.wait_for_log("played.yaml:2:12: expected when amp is 10 A within 10s");
}

#[test]
fn quirks_reach_the_clients() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let charger = serving(
        folder.path(),
        "lasts: 1d\nquirk: {deaf: [amp], zero-nrg: on, jumping-age: on, status-400: on}\ngarage: {car: plugged, house: {base_w: 300}}\n\
         steps:\n  - when: {pgrid: {not: null}, inva: {above: 60000}}\n    quirk: {jumping-age: off, status-400: off}\n",
    );
    let whole = charger.get("/api/status");
    assert_eq!(whole.status, 400);
    assert_eq!(whole.json()["nrg"], Value::from(vec![0; 16]));
    assert_eq!(charger.get("/api/status?filter=nrg,car").status, 200);
    let part = charger.get("/api/status?filter=nosuch%2Camp");
    assert_eq!((part.status, part.json()), (400, json!({"amp": 32})));
    let set = charger.set("amp", "10");
    assert_eq!((set.status, set.json()), (200, json!({"amp": true})));
    assert_eq!(charger.set("amp", "99").status, 500);
    assert_eq!(charger.value("amp"), json!(32));
    charger.wait_for("wh", support::SOON, |wh| wh.as_f64() > Some(10.0));
    assert_eq!(charger.value("nrg")[11], json!(0));
    // The step is done.
    let began = Instant::now();
    while charger.json("/scenario")["step"] != Value::Null {
        assert!(began.elapsed() < Duration::from_secs(20));
        charger.wait_for_seconds(1);
    }
    assert_eq!(charger.get("/api/status").status, 200);
    assert!(charger.value("inva").as_u64() < Some(20_000));
}

#[test]
fn what_cannot_be_served_is_told_before() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = scenarios().join("power-cut.yaml");
    let output = command()
        .args(["serve", "--http", "127.0.0.1:0", "--broker", "127.0.0.1:0"])
        .arg("--flash")
        .arg(folder.path().join("flash"))
        .arg("--scenario")
        .arg(file)
        .output();
    let output = output.expect("goe-charger starts");
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("power-cut.yaml:8:12"), "{said}");
    assert!(said.contains("goe-charger run"), "{said}");
}

/// A charger that was told to play something plays it for whoever asks next, and the own
/// one comes back as it was.
#[test]
fn a_running_charger_plays_what_it_is_asked_for() {
    let charger = Options::args(&["--speed", "60"]).start();
    assert_eq!(charger.json("/scenario"), Value::Null);
    assert_eq!(charger.set("amp", "11").status, 200);
    let broker = charger.broker;
    for file in ["button", "fault-earth"] {
        let answer = charger.post("/scenario", &json!({ "play": file }).to_string());
        assert_eq!(answer.status, 202, "{}", answer.body);
        let told = charger.json("/scenario");
        assert_eq!(told["name"], answer.json()["play"], "{told:#}");
        // It is another charger: its settings are those of the factory, or the scenario's.
        assert_ne!(charger.value("amp"), json!(11));
        assert_eq!(end(&charger)["state"], "passed");
    }
    let answer = charger.post("/scenario", r#"{"play": null}"#);
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_eq!(charger.json("/scenario"), Value::Null);
    assert_eq!(charger.value("amp"), json!(11));
    assert_eq!(charger.broker, broker);
    charger.wait_for("mcc", support::SOON, |connected| connected == &json!(true));
}

#[test]
fn a_running_charger_plays_a_text_and_says_what_is_wrong_with_it() {
    let charger = Options::args(&["--speed", "60"]).start();
    let refused = |body: &str, expected: &[&str]| {
        let answer = charger.post("/scenario", body);
        assert_eq!(answer.status, 400, "{body}");
        for part in expected {
            assert!(answer.body.contains(part), "{part}: {}", answer.body);
        }
    };
    refused(r#"{"play": "buton"}"#, &["did you mean button?"]);
    refused(
        r#"{"play": "zzzzzzzzzz"}"#,
        &["no scenario zzzzzzzzzz; GET /scenarios has"],
    );
    refused(r#"{"play": 3}"#, &["name of a scenario"]);
    refused("stepz: []\n", &["scenario:1:1", "did you mean `steps`?"]);
    refused(
        "steps:\n  - power: off\n",
        &["scenario:2:12", "goe-charger run"],
    );
    refused("", &["steps"]);
    assert_eq!(charger.json("/scenario"), Value::Null);
    let text = "name: Mine\nset: {amp: 7}\nsteps:\n  - expect: {amp: 8}\n";
    assert_eq!(charger.post("/scenario", text).status, 202);
    let told = end(&charger);
    assert_eq!(
        (&told["name"], &told["state"]),
        (&json!("Mine"), &json!("failed"))
    );
    assert_eq!(told["failures"][0]["line"], 4);
    let all = charger.json("/scenarios");
    let has = |file: &str| {
        all.as_array()
            .expect("a list")
            .iter()
            .any(|one| one["file"] == file)
    };
    assert!(has("plug-to-full") && !has("power-cut"), "{all:#}");
}
