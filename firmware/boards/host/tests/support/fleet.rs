//! A fleet of the test's own.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Answer, SOON, request};

/// A running fleet; ended when dropped.
pub struct Fleet {
    child: Child,
    pub http: SocketAddr,
    /// Kept open, so that it never speaks to nobody.
    _stdout: BufReader<ChildStdout>,
}

impl Fleet {
    /// With these arguments beside `--http`.
    pub fn start(args: &[&str]) -> Self {
        Self::of(command(args))
    }

    /// By a shell that was told something before.
    pub fn start_in_shell(told: &str, args: &[&str]) -> Self {
        Self::of(in_shell(told, args))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("goe-charger starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let http = stdout
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let url = line.trim_start().strip_prefix("HTTP   http://")?;
                url.strip_suffix("/fleet")?.parse().ok()
            });
        let Some(http) = http else {
            let _ = child.kill();
            panic!("the fleet did not come up");
        };
        Fleet {
            child,
            http,
            _stdout: stdout,
        }
    }

    /// What it says when it does not come up, which it must not.
    pub fn refused(args: &[&str]) -> String {
        said(command(args))
    }

    pub fn refused_in_shell(told: &str, args: &[&str]) -> String {
        said(in_shell(told, args))
    }

    pub fn get(&self, path: &str) -> Answer {
        request(self.http, "GET", path)
    }

    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let kind = answer.header("Content-Type");
        assert_eq!(kind, Some("application/json"), "{path}");
        answer.json()
    }

    pub fn value(&self, serial: u32, key: &str) -> Value {
        self.json(&format!("/{serial:06}/api/status?filter={key}"))[key].clone()
    }

    pub fn set(&self, serial: u32, key: &str, value: &str) -> Answer {
        self.get(&format!("/{serial:06}/api/set?{key}={value}"))
    }

    /// Waits until what is told of all satisfies.
    pub fn wait_for(&self, satisfied: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let figures = self.json("/fleet");
            if satisfied(&figures) {
                return figures;
            }
            assert!(started.elapsed() < 3 * SOON, "it is still {figures}");
            // The figures change with the rounds; there is nothing else to wait for.
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its code, if it ends by itself within that time.
    pub fn ends(&mut self, within: Duration) -> Option<i32> {
        let started = Instant::now();
        while started.elapsed() < within {
            if let Some(status) = self.child.try_wait().expect("was started") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// As a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("was running");
        self.child.wait().expect("ends");
    }

    /// SIGTERM; gives how long it took to end.
    pub fn stop(&mut self) -> Duration {
        let started = Instant::now();
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill runs").success());
        assert!(self.child.wait().expect("ends").success());
        started.elapsed()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn said(mut command: Command) -> String {
    let output = command.output().expect("goe-charger starts");
    assert!(!output.status.success(), "{command:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn in_shell(told: &str, args: &[&str]) -> Command {
    let command = command(args);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{told}; exec \"$0\" \"$@\""));
    shell.arg(command.get_program()).args(command.get_args());
    shell.env("NO_COLOR", "1");
    shell
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goe-charger"));
    command.arg("fleet");
    if !args.contains(&"--http") {
        command.args(["--http", "127.0.0.1:0"]);
    }
    command.args(args).env("NO_COLOR", "1");
    command
}
