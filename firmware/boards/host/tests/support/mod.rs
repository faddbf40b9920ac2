//! A charger of the test's own, and a client that shows what is on the wire.
//!
//! Which board it runs on is chosen by `GOE_BOARD`: the virtual charger without
//! it, the bare-metal image in QEMU with `GOE_BOARD=qemu`. Tests do not know; what
//! is true of one board alone is tested in `command.rs`. QEMU is started by the
//! same command that people use, so it builds first, unless `GOE_IMAGE` names an
//! image that was built before.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "each test program includes it whole and uses its part"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub mod fleet;
pub mod modbus;
pub mod mosquitto;
pub mod peer;
pub mod played;
pub mod socket;

use mosquitto::Mosquitto;

/// The board that a charger runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    Host,
    Qemu,
}

/// The board that this run of the tests is about.
pub fn board() -> Board {
    match std::env::var("GOE_BOARD").as_deref() {
        Err(_) | Ok("host") => Board::Host,
        Ok("qemu") => Board::Qemu,
        Ok(other) => panic!("GOE_BOARD is host or qemu, not {other}"),
    }
}

/// Longest wait for anything that is not a matter of seconds by itself.
pub const SOON: Duration = Duration::from_secs(10);

/// Minutes of the charger's time, at 60 times real speed.
const PATIENCE: Duration = Duration::from_secs(15);

/// A running charger; ended when dropped.
pub struct Charger {
    child: Child,
    pub http: SocketAddr,
    /// `None` when it uses a broker that is not its own.
    pub broker: Option<SocketAddr>,
    /// Where registers are served, if that was asked for.
    pub modbus: Option<SocketAddr>,
    pub folder: Option<TempDir>,
    log: Arc<Mutex<String>>,
    /// The broker of a board that has none of its own.
    _mosquitto: Option<Mosquitto>,
}

/// Options for the start of a charger.
pub struct Options {
    pub args: Vec<String>,
    pub flash: Option<PathBuf>,
    pub own_broker: bool,
    /// What is logged.
    pub log: &'static str,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            args: Vec::new(),
            flash: None,
            own_broker: true,
            log: "info",
        }
    }
}

impl Options {
    pub fn args(args: &[&str]) -> Self {
        Options {
            args: args.iter().map(ToString::to_string).collect(),
            ..Options::default()
        }
    }

    pub fn flash(mut self, path: &std::path::Path) -> Self {
        self.flash = Some(path.to_owned());
        self
    }

    pub fn start(self) -> Charger {
        let (folder, flash) = match self.flash {
            Some(path) => (None, path),
            None => {
                let folder = tempfile::tempdir().expect("temporary folder");
                let path = folder.path().join("flash");
                (Some(folder), path)
            }
        };
        let mut command = command();
        command
            .env("RUST_LOG", self.log)
            .args(["--http", "127.0.0.1:0"])
            .arg("--flash")
            .arg(flash);
        // One that is killed leaves nothing behind.
        if let Some(folder) = &folder {
            command.env("TMPDIR", folder.path());
        }
        let mut mosquitto = None;
        if self.own_broker && board() == Board::Host {
            command.args(["--broker", "127.0.0.1:0"]);
        } else if self.own_broker {
            let broker = mosquitto.insert(Mosquitto::start(None, None));
            let url = format!("mqtt://{}", broker.address);
            command.args(["--mqtt-url", &url]);
        }
        let mut child = command
            .args(self.args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("goe-charger starts");
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = child.stderr.take().expect("piped");
        let sink = log.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut log = sink.lock().expect("no panic while logging");
                log.push_str(&line);
                log.push('\n');
            }
        });
        let mut http = None;
        let mut modbus = None;
        let mut broker = mosquitto.as_ref().map(|broker| broker.address);
        let stdout = child.stdout.take().expect("piped");
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["HTTP", url] => {
                    let address = url
                        .trim_start_matches("http://")
                        .trim_end_matches("/api/status");
                    http = address.parse().ok();
                }
                ["MQTT", url, "(its", ..] => {
                    broker = url.trim_start_matches("mqtt://").parse().ok()
                }
                ["Modbus", address, ..] => modbus = address.trim_end_matches(',').parse().ok(),
                ["mosquitto_sub", ..] => break,
                _ => {}
            }
        }
        let Some(http) = http else {
            let _ = child.kill();
            panic!(
                "the charger did not come up:\n{}",
                log.lock().expect("lock")
            );
        };
        Charger {
            child,
            http,
            broker,
            modbus,
            folder,
            log,
            _mosquitto: mosquitto,
        }
    }
}

/// The program, with its log at a level that tests can look at.
pub fn command() -> Command {
    let mut command = match board() {
        Board::Host => Command::new(env!("CARGO_BIN_EXE_goe-charger")),
        Board::Qemu => {
            let run = concat!(env!("CARGO_MANIFEST_DIR"), "/../qemu-riscv32/run");
            let mut command = Command::new(run);
            if let Some(image) = std::env::var_os("GOE_IMAGE") {
                command.arg("--image").arg(image);
            }
            command
        }
    };
    command.env("RUST_LOG", "info").env("NO_COLOR", "1");
    command
}

impl Charger {
    pub fn start() -> Self {
        Options::default().start()
    }

    pub fn get(&self, path: &str) -> Answer {
        request(self.http, "GET", path)
    }

    /// The JSON of an answer that has to be 200.
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    pub fn value(&self, key: &str) -> Value {
        self.json(&format!("/api/status?filter={key}"))[key].clone()
    }

    /// Sets a key to JSON text, percent-encoded as strictly as can be.
    pub fn set(&self, key: &str, json: &str) -> Answer {
        self.get(&format!("/api/set?{key}={}", encode(json)))
    }

    /// Changes what surrounds the charger; gives the answer, whatever it is.
    pub fn garage(&self, change: &str) -> Answer {
        self.post("/garage", change)
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        post(self.http, path, body)
    }

    /// Waits until so much of the charger's own time has passed, s.
    pub fn wait_for_seconds(&self, seconds: u64) {
        let later = self.value("rbt").as_u64().expect("ms") + seconds * 1_000;
        self.wait_for("rbt", PATIENCE, |value| value.as_u64() >= Some(later));
    }

    /// Asks for a key until its value satisfies; fails after `patience`.
    pub fn wait_for(
        &self,
        key: &str,
        patience: Duration,
        satisfied: impl Fn(&Value) -> bool,
    ) -> Value {
        let started = Instant::now();
        loop {
            let value = self.value(key);
            if satisfied(&value) {
                return value;
            }
            assert!(
                started.elapsed() < patience,
                "{key} is still {value}\n{}\nlog:\n{}",
                self.get("/api/status").body,
                self.log()
            );
            // The status changes with the charger's steps; there is nothing else to wait for.
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn wait_for_log(&self, text: &str) {
        let started = Instant::now();
        while !self.log().contains(text) {
            assert!(
                started.elapsed() < SOON,
                "no `{text}` in the log:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().expect("lock").clone()
    }

    /// CPU time of all its threads, in ticks, of which Linux has 100 a second.
    #[cfg(target_os = "linux")]
    pub fn cpu_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))
            .expect("the process runs");
        let (_, fields) = stat.rsplit_once(')').expect("a name in parentheses");
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<u64>().expect("a number");
        ticks(11) + ticks(12)
    }

    /// As a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("was running");
        self.child.wait().expect("ends");
    }

    /// Ends it so that what was acknowledged is kept. Bare metal knows no end
    /// but that of its power, which settings survive after a second; there is
    /// no event to wait for.
    pub fn stop(&mut self) {
        match board() {
            Board::Host => {
                self.terminate();
            }
            Board::Qemu => {
                std::thread::sleep(Duration::from_secs(1));
                self.kill();
            }
        }
    }

    /// SIGTERM; gives how long it took to end and whether it ended well.
    pub fn terminate(&mut self) -> (Duration, bool) {
        let started = Instant::now();
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill runs");
        assert!(sent.success());
        let status = self.child.wait().expect("ends");
        (started.elapsed(), status.success())
    }
}

impl Drop for Charger {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the address of this computer as a charger sees it.
pub fn this_computer() -> &'static str {
    match board() {
        Board::Host => "127.0.0.1",
        Board::Qemu => "10.0.2.2",
    }
}

/// One HTTP answer as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A connection kept open for several requests.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        // QEMU queues one client only; when several come at once, the system
        // would try again after a second.
        let at_once = Duration::from_millis(100);
        let stream = (0..100)
            .find_map(|_| TcpStream::connect_timeout(&address, at_once).ok())
            .expect("connects");
        stream.set_read_timeout(Some(SOON)).expect("timeout is set");
        stream
            .set_write_timeout(Some(SOON))
            .expect("timeout is set");
        stream.set_nodelay(true).expect("Nagle is off");
        Connection(BufReader::new(stream))
    }

    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// Sends as much as is taken within a moment; `false` when that is not all.
    pub fn send_some(&mut self, bytes: &[u8]) -> bool {
        let stream = self.0.get_mut();
        let moment = Some(Duration::from_millis(20));
        stream.set_write_timeout(moment).expect("timeout is set");
        stream.write_all(bytes).is_ok()
    }

    /// Reads and drops what has come, or comes within a moment.
    pub fn discard(&mut self) {
        let moment = Some(Duration::from_millis(5));
        self.0
            .get_mut()
            .set_read_timeout(moment)
            .expect("timeout is set");
        let mut bytes = [0; 4096];
        while matches!(self.0.read(&mut bytes), Ok(1..)) {}
    }

    /// Reads one answer; `None` when the connection ended instead.
    pub fn answer(&mut self, head: bool) -> Option<Answer> {
        let line = self.line()?;
        let status = line.split(' ').nth(1)?.parse().expect("a status code");
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').expect("a header");
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut answer = Answer {
            status,
            headers,
            body: String::new(),
        };
        if !head {
            let body = match answer.header("Content-Length") {
                Some(length) => self.bytes(length.parse().expect("a length"))?,
                None => {
                    assert_eq!(answer.header("Transfer-Encoding"), Some("chunked"));
                    self.chunks()?
                }
            };
            answer.body = String::from_utf8(body).expect("UTF-8");
        }
        Some(answer)
    }

    /// Sends no more.
    pub fn close_half(&self) {
        let stream = self.0.get_ref();
        stream.shutdown(Shutdown::Write).expect("is open");
    }

    /// Returns whether nothing more comes.
    pub fn is_at_end(&mut self) -> bool {
        matches!(self.0.read(&mut [0]), Ok(0) | Err(_))
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(1..) if line.ends_with("\r\n") => Some(line.trim_end().to_owned()),
            _ => None,
        }
    }

    fn bytes(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).ok().map(|()| bytes)
    }

    fn chunks(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line()?, 16).expect("a chunk's length");
            body.extend(self.bytes(length)?);
            assert_eq!(self.line()?, "");
            if length == 0 {
                return Some(body);
            }
        }
    }
}

/// Sends a body; gives the answer.
pub fn post(address: SocketAddr, path: &str, body: &str) -> Answer {
    let mut connection = Connection::open(address);
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: charger\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.send(request.as_bytes()).expect("sends");
    connection.answer(false).expect("an answer")
}

pub fn request(address: SocketAddr, method: &str, path: &str) -> Answer {
    let mut connection = Connection::open(address);
    let request = format!("{method} {path} HTTP/1.1\r\nHost: charger\r\nConnection: close\r\n\r\n");
    connection.send(request.as_bytes()).expect("sends");
    connection.answer(method == "HEAD").expect("an answer")
}

/// Asks until there is an answer, as HTTP clients do whose connection ends before
/// one begins, and says how often it did. A small board queues no clients: of those
/// that come within one round trip it refuses what it has no socket for, and QEMU's
/// network has taken such a connection already and can only end it.
///
/// # Panics
/// When there is no answer within `patience`.
pub fn insist(address: SocketAddr, path: &str, patience: Duration) -> (Answer, u32) {
    let started = Instant::now();
    let request = format!("GET {path} HTTP/1.1\r\nHost: charger\r\nConnection: close\r\n\r\n");
    let mut refused = 0;
    loop {
        let mut connection = Connection::open(address);
        let sent = connection.send(request.as_bytes());
        let answer = sent.ok().and_then(|()| connection.answer(false));
        let took = started.elapsed();
        assert!(took < patience, "{path}: {refused} times refused, {took:?}");
        if let Some(answer) = answer {
            return (answer, refused);
        }
        refused += 1;
    }
}

/// Percent-encodes everything but letters and digits.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
