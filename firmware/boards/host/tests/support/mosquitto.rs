//! A real broker, where one is installed.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::SOON;

/// A running mosquitto; ended when dropped.
pub struct Mosquitto {
    child: Child,
    pub address: SocketAddr,
    _folder: TempDir,
}

impl Mosquitto {
    /// On a free port, or on one that was used before.
    pub fn start(port: Option<u16>, users: Option<(&str, &str)>) -> Self {
        Self::with(port, users, "")
    }

    /// With TLS, on a free port.
    pub fn encrypted(certificate: &Path, key: &Path) -> Self {
        let files = format!(
            "certfile {}\nkeyfile {}\n",
            certificate.display(),
            key.display()
        );
        Self::with(None, None, &files)
    }

    /// That lets its clients read and write what the lines of this file say.
    pub fn limited(access: &Path) -> Self {
        Self::with(None, None, &format!("acl_file {}\n", access.display()))
    }

    fn with(port: Option<u16>, users: Option<(&str, &str)>, more: &str) -> Self {
        let port = port.unwrap_or_else(|| {
            let probe = TcpListener::bind("127.0.0.1:0").expect("a free port");
            probe.local_addr().expect("an address").port()
        });
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut config = format!("listener {port} 127.0.0.1\npersistence false\nuser root\n{more}");
        match users {
            None => config.push_str("allow_anonymous true\n"),
            Some((user, password)) => {
                let file = folder.path().join("passwords");
                let made = Command::new("mosquitto_passwd")
                    .args(["-b", "-c"])
                    .arg(&file)
                    .args([user, password])
                    .status()
                    .expect("mosquitto_passwd runs");
                assert!(made.success());
                config.push_str(&format!(
                    "allow_anonymous false\npassword_file {}\n",
                    file.display()
                ));
            }
        }
        let path = folder.path().join("mosquitto.conf");
        std::fs::write(&path, config).expect("writes");
        let child = Command::new("mosquitto")
            .arg("-c")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto starts");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < SOON, "mosquitto does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
        Mosquitto {
            child,
            address,
            _folder: folder,
        }
    }

    pub fn stop(mut self) -> u16 {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.address.port()
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `mosquitto_sub`, its lines as they come.
pub struct Subscription {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Subscription {
    pub fn new(broker: SocketAddr, topic: &str, extra: &[&str]) -> Self {
        let mut child = Command::new("mosquitto_sub")
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &broker.port().to_string(),
                "-v",
                "-W",
                "20",
                "-t",
                topic,
            ])
            .args(extra)
            .stdout(Stdio::piped())
            .spawn()
            .expect("mosquitto_sub starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Subscription { child, lines }
    }

    /// The payload of the next message on a topic; other topics are passed over.
    pub fn wait_for(&mut self, topic: &str) -> String {
        self.wait_until(topic, |_| true)
    }

    pub fn wait_until(&mut self, topic: &str, satisfied: impl Fn(&str) -> bool) -> String {
        for line in self.lines.by_ref().map_while(Result::ok) {
            if let Some(payload) = line
                .strip_prefix(topic)
                .and_then(|rest| rest.strip_prefix(' '))
                && satisfied(payload)
            {
                return payload.to_owned();
            }
        }
        panic!("nothing on {topic}");
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `mosquitto_pub` with one message.
pub fn publish(broker: SocketAddr, topic: &str, payload: &str, extra: &[&str]) {
    let sent = Command::new("mosquitto_pub")
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &broker.port().to_string(),
            "-t",
            topic,
            "-m",
            payload,
        ])
        .args(extra)
        .status()
        .expect("mosquitto_pub runs");
    assert!(sent.success());
}
