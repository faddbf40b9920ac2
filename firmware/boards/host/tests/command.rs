//! Properties of the virtual charger alone: its addresses, its faults, its flash
//! file, its end.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use support::played::Played;
use support::{Charger, Options, SOON, command};

const FREE_PORTS: [&str; 4] = ["--http", "127.0.0.1:0", "--broker", "127.0.0.1:0"];

fn fails_with(args: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    fails(command().arg("--flash").arg(flash).args(args))
}

fn fails_with_flash(path: &str) -> String {
    fails(command().args(FREE_PORTS).args(["--flash", path]))
}

fn fails(command: &mut Command) -> String {
    let output = command.output().expect("goe-charger starts");
    assert!(!output.status.success(), "{command:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_port_that_is_taken_names_the_flag() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = fails_with(&["--http", &address, "--broker", "127.0.0.1:0"]);
    assert!(said.contains(&address) && said.contains("--http"), "{said}");
    let said = fails_with(&["--http", "127.0.0.1:0", "--broker", &address]);
    assert!(
        said.contains(&address) && said.contains("--broker"),
        "{said}"
    );
}

#[test]
fn arguments_that_make_no_sense_are_explained() {
    let said = fails_with(&["--serial", "../../x"]);
    assert!(said.contains("six letters or digits"), "{said}");
    let said = fails_with(&["--mqtt-url", "http://x"]);
    assert!(said.contains("mqtt://user:password@host:port"), "{said}");
    let said = fails_with(&["--http", "8080"]);
    assert!(said.contains("localhost:8080"), "{said}");
    let said = fails_with(&["--speed", "0"]);
    assert!(said.contains("1..=10000"), "{said}");
    for version in ["59", "60.0", "60.4.0", "v60.4", "newest", ""] {
        let said = fails_with(&["--firmware", version]);
        assert!(said.contains("59.4, 60.4"), "{said}");
    }
    for garage in [&["--garage", "127.0.0.1:8090"][..], &["--garage"]] {
        let said = fails_with(garage);
        assert!(said.contains("/garage on the HTTP port"), "{said}");
    }
    let said = fails_with(&["--mqtt-url", "mqtt://x", "--broker", "127.0.0.1:0"]);
    assert!(said.contains("cannot be used with"), "{said}");
}

#[test]
fn two_chargers_do_not_share_flash() {
    let charger = Charger::start();
    let folder = charger.folder.as_ref().expect("its own folder");
    let path = folder.path().join("flash");
    let path = path.to_str().expect("UTF-8");
    let said = fails_with_flash(path);
    assert!(said.contains(path) && said.contains("in use"), "{said}");
}

#[test]
fn a_file_that_is_no_flash_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("letters.txt");
    std::fs::write(&path, "Dear grid,\n").expect("writes");
    let flash = path.to_str().expect("UTF-8");
    let said = fails_with_flash(flash);
    assert!(
        said.contains(flash) && said.contains("name another file"),
        "{said}"
    );
    let text = std::fs::read_to_string(&path).expect("is there");
    assert_eq!(text, "Dear grid,\n");
}

#[test]
fn a_damaged_flash_file_is_kept_beside_a_new_one() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let start = || Options::default().flash(&flash).start();
    let mut charger = start();
    assert_eq!(charger.set("dwo", "5").status, 200);
    assert!(charger.terminate().1);
    let good = std::fs::read(&flash).expect("reads");
    let zeros = vec![0; good.len()];
    let damaged = [b"".as_slice(), &good[..good.len() / 2], &zeros];
    for (number, bytes) in damaged.iter().enumerate() {
        std::fs::write(&flash, bytes).expect("writes");
        let mut charger = start();
        assert_eq!(charger.value("dwo"), serde_json::Value::Null);
        let log = charger.log();
        assert!(log.contains("starting with defaults"), "{log}");
        let copy = folder.path().join(format!("flash.damaged-{}", number + 1));
        assert_eq!(&std::fs::read(copy).expect("was kept"), bytes);
        charger.terminate();
    }
}

#[test]
fn what_the_command_line_says_is_not_stored() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let broker = Played::new();
    let url = format!("mqtt://{}", broker.address());
    let mut charger = Options {
        args: vec!["--mqtt-url".to_owned(), url],
        own_broker: false,
        ..Options::default()
    }
    .flash(&flash)
    .start();
    drop(broker.welcome());
    assert_eq!(charger.value("mce"), json!(true));
    // An action, after which every setting is looked at.
    assert_eq!(charger.set("delw", "1").status, 200);
    charger.stop();
    let mut charger = Options::default().flash(&flash).start();
    let shown = charger.value("mcu");
    let own = charger.broker.expect("a broker");
    assert!(
        shown
            .as_str()
            .is_some_and(|shown| shown.ends_with(&own.port().to_string())),
        "{shown}"
    );
    // A broker that is set is stored, and goes before the board's own.
    assert_eq!(charger.set("mcu", "\"mqtt://192.0.2.1\"").status, 200);
    assert_eq!(charger.set("mtp", "\"/x\"").status, 200);
    assert_eq!(charger.set("mqg", "false").status, 200);
    charger.stop();
    let charger = Options::default().flash(&flash).start();
    assert_eq!(charger.value("mcu"), json!("mqtt://192.0.2.1"));
    assert_eq!(
        (charger.value("mtp"), charger.value("mqg")),
        (json!("/x"), json!(false))
    );
    drop(charger);
    // The command line goes before both.
    let broker = Played::new();
    let prescribed = Options {
        args: vec![
            "--mqtt-url".to_owned(),
            format!("mqtt://{}", broker.address()),
        ],
        own_broker: false,
        ..Options::default()
    }
    .flash(&flash)
    .start();
    let _connection = broker.welcome();
    prescribed.wait_for("mcc", SOON, |value| value == &json!(true));
}

#[test]
fn it_stops_within_a_second_also_with_clients_connected() {
    let mut charger = Options::args(&["--speed", "60"]).start();
    let _idle = support::Connection::open(charger.http);
    let mut half = support::Connection::open(charger.http);
    half.send(b"GET /api").expect("sends");
    charger.wait_for_log("mqtt: connected");
    let (took, well) = charger.terminate();
    assert!(
        well && took < Duration::from_secs(1),
        "{took:?}\n{}",
        charger.log()
    );
    assert!(charger.log().contains("stopped"), "{}", charger.log());
}

#[test]
fn it_ends_with_the_program_that_started_it() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let start = |args: &[&str]| {
        let mut command = command();
        command.args(FREE_PORTS).args(args).stdin(Stdio::piped());
        command.arg("--flash").arg(folder.path().join("flash"));
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.expect("goe-charger starts");
        let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let is_up = lines.any(|line| line.expect("UTF-8").starts_with("try:"));
        assert!(is_up, "{args:?}");
        drop(child.stdin.take());
        (child, lines)
    };
    let started = Instant::now();
    let (mut child, _lines) = start(&["--until-eof"]);
    assert!(child.wait().expect("ends").success());
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    // Without it a charger in the background goes on.
    let (mut child, _lines) = start(&[]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(child.try_wait().expect("was started"), None);
    child.kill().expect("was running");
    child.wait().expect("ends");
}

#[test]
fn it_stops_while_its_broker_is_away() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = format!("mqtt://{}", taken.local_addr().expect("an address"));
    let mut charger = Options {
        args: vec!["--mqtt-url".to_owned(), silent],
        own_broker: false,
        ..Options::default()
    }
    .start();
    assert_eq!(charger.set("dwo", "5").status, 200);
    let (took, well) = charger.terminate();
    assert!(
        well && took < Duration::from_secs(1),
        "{took:?}\n{}",
        charger.log()
    );
}

/// Not a matter of speed: a charger that wakes itself without end takes a whole
/// core, whatever the machine.
#[test]
#[cfg(target_os = "linux")]
fn an_idle_charger_sleeps() {
    let charger = Charger::start();
    charger.wait_for_log("mqtt: connected");
    let before = charger.cpu_ticks();
    std::thread::sleep(Duration::from_secs(2));
    let used = charger.cpu_ticks() - before;
    assert!(used < 40, "{used} hundredths of a second in two seconds");
}

/// As in `goe-charger 2>&1 | head -1`, once `head` has what it wants.
#[test]
fn outputs_that_nobody_reads_are_no_panic() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut child = command()
        .env("RUST_LOG", "trace")
        .args(FREE_PORTS)
        .arg("--flash")
        .arg(folder.path().join("flash"))
        .stdout(writer.try_clone().expect("a second end"))
        .stderr(writer)
        .spawn()
        .expect("goe-charger starts");
    let status = child.wait().expect("it ends by itself");
    assert_eq!(status.code(), Some(1), "a panic is 101");
}

/// Whether it is well, by the program itself: the code, and what it says.
fn health(http: std::net::SocketAddr) -> (Option<i32>, String) {
    let mut command = command();
    let asked = command.args(["health", "--http", &http.to_string()]);
    let output = asked.output().expect("goe-charger starts");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8(said).expect("UTF-8"),
    )
}

#[test]
fn health_is_an_answer_by_http() {
    let mut charger = Charger::start();
    let (code, said) = health(charger.http);
    assert!(code == Some(0) && said.contains("/api/status"), "{said}");
    // One on every address is asked on one of them.
    let everywhere = (std::net::Ipv4Addr::UNSPECIFIED, charger.http.port());
    assert_eq!(health(everywhere.into()).0, Some(0));
    // It is as its owner wants it.
    assert_eq!(charger.set("hai", "false").status, 200);
    let (code, said) = health(charger.http);
    assert!(code == Some(0) && said.contains("/garage"), "{said}");
    charger.terminate();
    let (code, said) = health(charger.http);
    assert!(code == Some(1) && said.contains("no charger"), "{said}");
}

#[test]
fn what_is_no_charger_is_not_well() {
    for (line, header) in [
        ("HTTP/1.1 410 Gone", ""),
        ("HTTP/1.1 200 OK", "Content-Type: text/html\r\n"),
    ] {
        let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let http = other.local_addr().expect("an address");
        let answer = format!("{line}\r\n{header}Content-Length: 0\r\n\r\n");
        let served = std::thread::spawn(move || {
            for client in other.incoming().take(3) {
                let mut client = client.expect("a client");
                let mut request = [0; 1024];
                let _ = client.read(&mut request).expect("a request");
                client
                    .write_all(answer.as_bytes())
                    .expect("takes an answer");
            }
        });
        let (code, said) = health(http);
        assert!(code == Some(1) && said.contains(line), "{said}");
        served.join().expect("was asked three times");
    }
}

#[test]
fn settings_of_the_command_line_are_made_at_each_start() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let flash = folder.path().join("flash");
    let line = ["--set", "amp=10", "--set", "fna=\"a = b\""];
    let start = || Options::args(&line).flash(&flash).start();
    let mut charger = start();
    let both = |charger: &Charger| (charger.value("amp"), charger.value("fna"));
    assert_eq!(both(&charger), (json!(10), json!("a = b")));
    assert_eq!(charger.set("amp", "8").status, 200);
    charger.terminate();
    let mut charger = start();
    assert_eq!(both(&charger), (json!(10), json!("a = b")));
    charger.terminate();
    // Stored as any other.
    let charger = Options::default().flash(&flash).start();
    assert_eq!(both(&charger), (json!(10), json!("a = b")));
}

#[test]
fn settings_that_cannot_be_made_say_which_and_why() {
    for (setting, why) in [
        ("amp", "such as on=true"),
        ("nosuch=1", "--set nosuch: there is no such key"),
        ("car=1", "--set car: "),
        ("amp=99", "--set amp: Value 99 exceeds range"),
    ] {
        let line = [&FREE_PORTS[..], &["--set", setting]].concat();
        let said = fails_with(&line);
        assert!(said.contains(why), "{setting}: {said}");
    }
}
