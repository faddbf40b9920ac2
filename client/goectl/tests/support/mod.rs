//! A charger that says what a test wants it to say, and the program.

#![allow(
    dead_code,
    reason = "each test program includes it whole and uses its part"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// An answer of the test's: a status of HTTP and a body; nothing is silence.
type Answer = Option<(u16, String)>;

/// A server that is stopped when it is dropped.
pub(crate) struct Served {
    pub(crate) at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Answers each path as `answer` says.
    pub(crate) fn by(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = listener.local_addr().expect("it is bound");
        let (asked, is_over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (log, ends): (Arc<Mutex<Vec<String>>>, _) = (Arc::clone(&asked), is_over.clone());
        let thread = std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.expect("a client");
                let Some(path) = path_of(&stream) else {
                    continue;
                };
                let answer = answer(&path);
                log.lock().expect("no panic").push(path);
                match answer {
                    Some((status, body)) => reply(&mut stream, status, &body),
                    None => silent.push(stream),
                }
            }
        });
        Served {
            at,
            asked,
            is_over,
            thread: Some(thread),
        }
    }

    /// Says this status, all of it whatever is asked for, and takes everything.
    pub(crate) fn status(status: &str) -> Self {
        let status = status.to_owned();
        Served::by(move |path| match path.starts_with("/api/status") {
            true => Some((200, status.clone())),
            false => Some((404, "no such thing".to_owned())),
        })
    }

    /// The paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // It waits for a client.
        let _ = TcpStream::connect(self.at);
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "the server failed"
            );
        }
    }
}

fn path_of(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream.take(64 * 1024))
        .lines()
        .map_while(Result::ok);
    let first = lines.next()?;
    lines.find(String::is_empty)?;
    first.split(' ').nth(1).map(str::to_owned)
}

fn reply(stream: &mut TcpStream, status: u16, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // Whoever has seen enough is gone.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
}

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program, without anything of whoever runs the test.
pub(crate) fn goectl() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goectl"));
    for name in [
        "GOE_HOST", "GOE_PASSWORD", "GOE_CONFIG", "CLICOLOR_FORCE", "NO_COLOR",
    ] {
        command.env_remove(name);
    }
    command
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .env("TZ", "UTC")
        .stdin(Stdio::null());
    command
}

/// Longest wait for anything.
const SOON: Duration = Duration::from_secs(20);

/// A program that runs: its lines come one after the other, and it ends with the test.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
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

    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(SOON).expect("a line")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a program ends, which it has to do.
pub(crate) fn ends(child: Child) -> Output {
    let id = child.id().to_string();
    let (told, output) = channel();
    std::thread::spawn(move || told.send(child.wait_with_output()));
    let ended = output.recv_timeout(SOON);
    if ended.is_err() {
        let killed = Command::new("kill").arg(id).status();
        panic!("it does not end ({killed:?})");
    }
    ended.expect("it ended").expect("its output")
}

pub(crate) fn ended(command: &mut Command) -> Ended {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = ends(command.spawn().expect("it starts"));
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ended {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs it with these arguments.
pub(crate) fn run(args: &[&str]) -> Ended {
    ended(goectl().args(args))
}

/// Runs it against a server.
pub(crate) fn ask(served: &Served, args: &[&str]) -> Ended {
    ended(goectl().arg("--host").arg(served.at.to_string()).args(args))
}

/// Holds a text against a file of `golden/`; `UPDATE_EXPECT=1` writes it anew.
pub(crate) fn golden(name: &str, text: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let told = format!("{}; UPDATE_EXPECT=1 writes it anew", path.display());
    assert!(
        expected == text,
        "{told}\n--- expected\n{expected}\n--- found\n{text}"
    );
}
