//! `goectl` against the whole charger, as its owner has both.

mod support;

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use goe_api::Key;
use serde_json::{Value, json};
use support::{Charger, Options, SOON};

/// The program, which is built as this test is: no crate here depends on it.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let beside = Path::new(env!("CARGO_BIN_EXE_goe-charger"));
    let folder = beside.parent().expect("in a folder");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let built = Command::new(env!("CARGO"))
        .args([
            "build", "--quiet", "--package", "goectl", "--profile", profile,
        ])
        .arg("--target-dir")
        .arg(folder.parent().expect("in a folder"))
        .status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "goectl is not built"
    );
    folder.join("goectl")
});

fn goectl() -> Command {
    let mut command = Command::new(&*PROGRAM);
    for name in ["GOE_PASSWORD", "GOE_CONFIG", "GOE_HOST"] {
        command.env_remove(name);
    }
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    command
}

/// The program while it runs: its lines come one after the other, and it ends with the
/// test.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (told, receiver) = channel();
        std::thread::spawn(move || {
            // Whoever listens no more is the test, which is over.
            lines
                .map_while(Result::ok)
                .try_for_each(|line| told.send(line))
        });
        Running {
            child,
            lines: receiver,
        }
    }

    /// The next line that is as it should be.
    fn told(&self, is_it: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + SOON;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).expect("a line");
            let line: Value = serde_json::from_str(&line).expect("JSON");
            if is_it(&line) {
                return line;
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(charger: &Charger, args: &[&str]) -> Output {
    let mut command = goectl();
    command
        .arg("--host")
        .arg(charger.http.to_string())
        .args(args);
    command.output().expect("it starts")
}

/// What it prints when all is well.
fn says(charger: &Charger, args: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = run(charger, args);
    let told = String::from_utf8_lossy(&stderr);
    assert!(
        status.success() && told.is_empty(),
        "{args:?}: {status}: {told}"
    );
    String::from_utf8(stdout).expect("UTF-8")
}

/// How it ends, and what it says of that.
fn fails(charger: &Charger, args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = run(charger, args);
    (status.code(), String::from_utf8(stderr).expect("UTF-8"))
}

#[test]
fn it_reads_each_release() {
    for release in ["59.4", "60.4"] {
        let charger = Options::args(&["--firmware", release]).start();
        let all: Value =
            serde_json::from_str(&says(&charger, &["status", "--json"])).expect("JSON");
        let real = charger.json("/api/status");
        let names = |status: &Value| -> Vec<String> {
            status
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(names(&all), names(&real));
        assert_eq!(
            (&all["fwv"], &all["wifis"]),
            (&json!(release), &real["wifis"])
        );
        let people = says(&charger, &["status", "--all"]);
        for name in names(&real) {
            let has = |line: &str| line.starts_with(&name);
            assert!(people.lines().any(has), "{release} has no {name}");
        }
        // Nothing of what the charger says is odd, and no key of its release is missing.
        let report = says(&charger, &["doctor"]);
        assert!(report.contains(&format!("firmware {release}")), "{report}");
        assert!(
            !report.contains("missing") && !report.contains("unknown"),
            "{report}"
        );
        let table = says(&charger, &["export", "--csv"]);
        assert!(
            table.contains("\nfwv,") && table.contains("\nnrg.11,"),
            "{table}"
        );
        let (code, told) = fails(&charger, &["status", "cn"]);
        assert_eq!(code, Some(i32::from(release == "59.4")), "{told}");
    }
}

#[test]
fn it_sets_what_people_say() {
    let charger = Charger::start();
    let said = says(
        &charger,
        &[
            "set", "amp=10", "frc=off", "fna=My garage", "dwo=3500.5", "fup=no",
        ],
    );
    assert!(said.contains("10 A") && said.contains("Off (1)"), "{said}");
    let filter = "/api/status?filter=amp,frc,fna,dwo,fup";
    let expected = json!({"amp": 10, "frc": 1, "fna": "My garage", "dwo": 3500.5, "fup": false});
    assert_eq!(charger.json(filter), expected);
    assert_eq!(says(&charger, &["get", "fna"]), "My garage\n");
    assert_eq!(says(&charger, &["status", "cn"]).lines().count(), 10);
    // What the table does not know is told by the charger.
    for (args, code, words) in [
        (["set", "amp=5"], 2, "exceeds range 6 to 32"),
        (["set", "clp=[16,10]"], 1, "`clp`: "),
        (["set", "alw=true"], 2, "can only be read"),
    ] {
        let (ended, told) = fails(&charger, &args);
        assert!(
            ended == Some(code) && told.contains(words),
            "{ended:?} {told}"
        );
    }
    assert_eq!(charger.json(filter), expected);
}

#[test]
fn a_key_of_another_release_is_explained() {
    let charger = Options::args(&["--firmware", "59.4"]).start();
    let (code, told) = fails(&charger, &["set", "c0n=Anna"]);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("from 60.0 on") && told.contains("59.4"),
        "{told}"
    );
}

#[test]
fn it_watches() {
    let charger = Charger::start();
    let mut command = goectl();
    command.arg("--host").arg(charger.http.to_string());
    let watch = Running::start(command.args(["watch", "--json", "amp", "frc"]));
    let mut first = [(); 2].map(|()| {
        let line = watch.told(|_| true);
        line["key"].as_str().unwrap_or_default().to_owned()
    });
    first.sort();
    assert_eq!(first, ["amp", "frc"]);
    assert_eq!(charger.set("amp", "12").status, 200);
    let change = watch.told(|_| true);
    let parts = (&change["key"], &change["before"], &change["value"]);
    assert_eq!(parts, (&json!("amp"), &json!(32), &json!(12)));
}

/// While the API is off, people are told where to switch it on.
#[test]
fn an_api_that_is_off_is_told() {
    let charger = Charger::start();
    says(&charger, &["set", "hai=off"]);
    let (code, told) = fails(&charger, &["status"]);
    assert!(
        code == Some(3) && told.contains("allowed in the app"),
        "{code:?} {told}"
    );
    assert!(TcpStream::connect(charger.http).is_ok());
}

#[test]
fn it_finds_what_is_announced() {
    let serial = format!("{:06}", (std::process::id() + 1) % 1_000_000);
    let charger = Options::args(&["--mdns", "--serial", &serial]).start();
    says(&charger, &["set", "fna=In the carport"]);
    let args = ["discover", "--on", "127.0.0.1", "--json", "--for", "60"];
    // It is told at once, and not when the time is over.
    let found = Running::start(goectl().args(args)).told(|line| line["serial"] == serial);
    let host = charger.http.to_string();
    let expected = json!({
        "host": host, "hostname": format!("go-eCharger_{serial}"), "addresses": ["127.0.0.1"],
        "port": charger.http.port(), "name": "In the carport", "serial": serial,
        "type": "go-eCharger", "version": charger.value(Key::Fwv.name()),
    });
    assert_eq!(found, expected);
}

/// A network that ends at this computer: what is announced to all reaches nobody else.
const NETWORK: &str = "ip link set lo up
ip link add lan0 type veth peer name lan1
ip addr add 10.9.0.1/24 dev lan0
ip link set lan0 up
ip link set lan1 up
\"$CHARGER\" --broker 127.0.0.1:0 --flash \"$FLASH\" \"$@\" >/dev/null 2>&1 &
charger=$!
\"$GOECTL\" discover --json --for 3 || true
\"$GOECTL\" --host go-eCharger_000001.local:8080 --timeout 2 get sse >\"$NAMED\" || true
kill $charger
wait $charger";

#[test]
#[ignore = "needs a network namespace (unshare, ip)"]
fn whoever_can_reach_it_can_find_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let named = folder.path().join("named");
    for (args, found) in [
        (&["--http", "0.0.0.0:8080"][..], Some("10.9.0.1:8080")),
        (&["--http", "10.9.0.1:8080"], Some("10.9.0.1:8080")),
        (
            &["--http", "127.0.0.1:8080", "--mdns"],
            Some("127.0.0.1:8080"),
        ),
        (&["--http", "127.0.0.1:8080"], None),
        (&["--http", "0.0.0.0:8080", "--no-mdns"], None),
    ] {
        let said = Command::new("unshare")
            .args(["--net", "--map-root-user", "sh", "-euc", NETWORK, "sh"])
            .args(args)
            .env("CHARGER", env!("CARGO_BIN_EXE_goe-charger"))
            .env("FLASH", folder.path().join("flash"))
            .env("GOECTL", &*PROGRAM)
            .env("NAMED", &named)
            .output()
            .expect("unshare is there");
        assert!(said.status.success(), "{args:?}: {said:?}");
        let lines = String::from_utf8(said.stdout).expect("UTF-8");
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let hosts: Vec<_> = lines
            .map(|line| line["host"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(hosts, found.as_slice(), "{args:?}");
        // By its name, too, which no system knows that has no mDNS.
        let serial = std::fs::read_to_string(&named).expect("written");
        assert_eq!(serial.trim(), found.map_or("", |_| "000001"), "{args:?}");
    }
}

/// Where the configuration says a broker, changes come from there: also while HTTP answers
/// nobody. Its password is in a file alone.
#[test]
fn it_watches_by_mqtt() {
    let charger = Charger::start();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let broker = charger.broker.expect("its own");
    let text = format!(
        "[charger.garage]\nhost = \"{}\"\nmqtt = \"mqtt://me:hush@{broker}\"\n",
        charger.http
    );
    std::fs::write(&file, text).expect("written");
    let watch = || {
        let mut command = goectl();
        command.arg("--config").arg(&file);
        command.args(["watch", "--json", "car", "hai"]);
        command
    };
    let said = watch().output().expect("it starts");
    let told = String::from_utf8(said.stderr).expect("UTF-8");
    assert!(
        said.status.code() == Some(2) && told.contains("chmod 600"),
        "{told}"
    );
    assert!(!told.contains("hush"), "{told}");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, mode).expect("its owner's");
    let watch = Running::start(&mut watch());
    let is = |key: &'static str, value: Value| {
        move |line: &Value| line["key"] == key && line["value"] == value
    };
    watch.told(is("hai", json!(true)));
    assert_eq!(charger.set("hai", "false").status, 200);
    watch.told(is("hai", json!(false)));
    assert_eq!(charger.garage(r#"{"car":"absent"}"#).status, 200);
    watch.told(is("car", json!(1)));
}

/// With a password everything goes over the WebSocket: also while the HTTP API is off.
#[test]
fn it_uses_the_websocket_where_there_is_a_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("password");
    std::fs::write(&file, "hush-hush\n").expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, mode).expect("its owner's");
    let path = file.to_str().expect("UTF-8");
    let charger = Options::args(&["--password-file", path]).start();
    assert_eq!(charger.set("hai", "false").status, 200);
    let (code, _) = fails(&charger, &["status"]);
    assert_eq!(code, Some(3));
    let with = |args: &[&'static str]| [&["--password-file", path][..], args].concat();
    let said = says(&charger, &with(&["set", "amp=9"]));
    assert!(said.contains("9 A"), "{said}");
    assert_eq!(says(&charger, &with(&["get", "amp"])), "9\n");
    let report = says(&charger, &with(&["doctor"]));
    assert!(
        report.contains("WebSocket  on, and it takes the password"),
        "{report}"
    );
    let (code, told) = fails(&charger, &with(&["set", "clp=[16,10]"]));
    assert!(code == Some(1) && told.contains("`clp`: "), "{told}");
    let mut command = goectl();
    command.arg("--host").arg(charger.http.to_string());
    let watch = Running::start(command.args(with(&["watch", "--json", "car"])));
    watch.told(|line| line["value"] == json!(3) || line["value"] == json!(2));
    assert_eq!(charger.garage(r#"{"car":"absent"}"#).status, 200);
    watch.told(|line| line["value"] == json!(1));
    let mut command = goectl();
    command.env("GOE_PASSWORD", "another one").arg("--host");
    let said = command
        .arg(charger.http.to_string())
        .args(["get", "amp"])
        .output();
    let said = said.expect("it starts");
    let told = String::from_utf8(said.stderr).expect("UTF-8");
    assert!(
        said.status.code() == Some(2) && told.contains("password"),
        "{told}"
    );
    assert!(!told.contains("another one"), "{told}");
}
